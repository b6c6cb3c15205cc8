"""What the panel says: what moved along, how a text was read, what is wrong with it, an offer.

A message is announced by screen readers as it comes. An alert says besides which score is still
shown. Left out: the sentences.
"""

import html
from collections.abc import Sequence

import ipywidgets as widgets

from finrisk.offers import Offer
from finrisk.panel.look import area, unseen

__all__ = ["MessageBox"]


class MessageBox:
    """One message, and below it a button where it offers something.

    Attributes:
        message: what is said, as HTML.
        accept: the button that takes the offer.
        widget: both.
    """

    def __init__(self) -> None:
        self.message = widgets.HTML()
        self.accept = widgets.Button(
            description="Ask as what-if",
            tooltip="Puts the field back, and sets what changes from next month on",
            layout=widgets.Layout(width="auto", align_self="flex-start", display="none"),
        )
        self.widget = area("said", [self.message, self.accept])

    def say(self, sentences: Sequence[str], *, link: str = "", offer: Offer | None = None) -> None:
        """Show them; nothing if there are none."""
        told = [*sentences, offer.sentence] if offer else sentences
        self.accept.layout.display = "" if offer else "none"
        self._show("status", told, link)

    def alarm(self, sentence: str, score: int) -> None:
        """Say what was refused, and the score that therefore still stands."""
        self.accept.layout.display = "none"
        self._show("alert", [sentence], unseen(f"The risk score is still {score} of 100."))

    def _show(self, role: str, sentences: Sequence[str], more: str) -> None:
        text = html.escape(" ".join(sentences)).replace("\n", "<br>")
        box = f'<div class="finrisk-message" role="{role}">{text} {more}</div>'
        self.message.value = box if text else ""
