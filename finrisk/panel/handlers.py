"""Controls joined to what they do, so that nothing that goes wrong is swallowed.

Jupyter puts what a handler raises into a log that nobody reads. Left out: what is done and what is
said (`risk_panel.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from finrisk.errors import FinriskError
from finrisk.typed import in_labels

__all__ = ["Handlers"]


class Handlers:
    """Runs what a control does.

    Args:
        on_error: told in a sentence what went wrong, and whether another answer was asked for.
        after: runs after each handler, whether it went well or not.
    """

    def __init__(self, on_error: Callable[[str, bool], None], after: Callable[[], None]) -> None:
        self._on_error, self._after = on_error, after
        self._held = False

    def when(
        self, control: widgets.Widget, action: Callable[[Any], None], *, asks: bool = True
    ) -> None:
        """Hand each new value of a control to the action."""
        control.observe(lambda change: self.run(action, change["new"], asks=asks), names="value")

    def press(
        self, button: widgets.Button, action: Callable[[], None], *, asks: bool = True
    ) -> None:
        """Do it at each click."""
        button.on_click(lambda _: self.run(action, asks=asks))

    def run(self, action: Callable[..., None], *arguments: Any, asks: bool = True) -> None:
        """Do it now, and say what goes wrong.

        Args:
            action, arguments: the handler.
            asks: whether it is for another answer.
        """
        if self._held:
            return
        try:
            action(*arguments)
        except FinriskError as error:
            self._on_error(in_labels(str(error)), asks)
        except Exception as error:
            sentence = f"The panel could not do that ({type(error).__name__}: {error})."
            self._on_error(sentence, asks)
        finally:
            self._after()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Controls set in here do not fire: many at once are still one update."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before
