"""What the doctor hands over: `Check`, one finding, and `Report`, which shows them all."""

import html
from dataclasses import dataclass

__all__ = ["Check", "Report"]


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found and, when it is not as it should be, the fix."""

    name: str
    found: str
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing needs mending."""
        return not self.fix


@dataclass(frozen=True, repr=False)
class Report:
    """All checks, shown as text or as a table."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    def __repr__(self) -> str:
        lines = []
        for check in self.checks:
            lines.append(f"{'OK  ' if check.ok else 'FAIL'}  {check.name}: {check.found}")
            lines += [f"      Fix: {check.fix}"] * (not check.ok)
        return "\n".join([*lines, self._verdict()])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><b>{'OK' if check.ok else 'FAIL'}</b></td>"
            f'<td style="text-align: left">{html.escape(check.name)}</td>'
            f'<td style="text-align: left">{html.escape(f"{check.found} {check.fix}")}</td></tr>'
            for check in self.checks
        )
        return f"<table>{rows}</table><p>{self._verdict()}</p>"

    def _verdict(self) -> str:
        if self.ok:
            return "Everything the course needs is here."
        return "Mend what says FAIL, then look again (in a notebook, restart the kernel first)."
