"""What a panel remembers: the way back, and where a field stood before it was moved.

Left out: the way itself (`risk_panel.py`), and what is offered to whom (`offers.py`).
"""

from finrisk.change import Change
from finrisk.change_inputs import ChangeInput
from finrisk.household import Household
from finrisk.inputs import Input
from finrisk.offers import Offer, offer
from finrisk.prediction import Prediction

__all__ = ["Trail"]


class Trail:
    """The answers that were left, one after the other.

    Args:
        start: the first answer.

    Attributes:
        steps: household and what-if of each, the oldest first.
        offer: to ask the last move as a what-if; None where that is not to be offered.
    """

    def __init__(self, start: Prediction) -> None:
        self.steps: list[tuple[Household, Change | None]] = []
        self.offer: Offer | None = None
        self._stood = start.household  # before the field in hand was moved
        self._hand: Input | None = None
        self._dragged = False

    def go(self, old: Prediction, new: Prediction, hand: Input | None, *, drag: bool) -> None:
        """Leave an answer for a new one.

        Args:
            old, new: the answers.
            hand: whose slider or box was used; None if it was another control.
            drag: whether it was a slider: the moves of one in a row are one step.
        """
        goes_on = hand is not None and hand == self._hand
        if not goes_on:
            self._stood = old.household
        left = old.household, old.change
        if (new.household, new.change) != left and not (goes_on and drag and self._dragged):
            self.steps.append(left)
        self._hand, self._dragged = hand, drag
        is_field = hand is not None and not isinstance(hand, ChangeInput)
        self.offer = offer(self._stood, new.household) if is_field else None
