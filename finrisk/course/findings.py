"""What the doctor hands over: one `Finding` for each thing looked at, and all `Findings`."""

import html
from dataclasses import dataclass

__all__ = ["Finding", "Findings"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found and, when it is not as it should be, the fix."""

    name: str
    found: str
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing needs mending."""
        return not self.fix


@dataclass(frozen=True, repr=False)
class Findings:
    """All of them, shown as text or as a table."""

    found: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing at all needs mending."""
        return all(finding.ok for finding in self.found)

    def __repr__(self) -> str:
        lines = []
        for finding in self.found:
            lines.append(f"{'OK  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.found}")
            lines += [f"      Fix: {finding.fix}"] * (not finding.ok)
        return "\n".join([*lines, self._verdict()])

    def _repr_html_(self) -> str:
        left = 'style="text-align: left"'
        rows = "".join(
            f"<tr><td><b>{'OK' if finding.ok else 'FAIL'}</b></td>"
            f"<td {left}>{html.escape(finding.name)}</td>"
            f"<td {left}>{html.escape(f'{finding.found} {finding.fix}')}</td></tr>"
            for finding in self.found
        )
        return f"<table>{rows}</table><p>{self._verdict()}</p>"

    def _verdict(self) -> str:
        if self.ok:
            return "Everything the course needs is here."
        return "Mend what says FAIL, then look again (in a notebook, restart the kernel first)."
