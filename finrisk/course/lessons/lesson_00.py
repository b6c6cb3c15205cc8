"""Exercise and quiz of lesson 00, start here."""

from collections.abc import Mapping
from dataclasses import replace

from finrisk.change import Change
from finrisk.course.checkers import close_to
from finrisk.course.echoes import show_kind
from finrisk.course.material import Exercise, Question
from finrisk.household import Household
from finrisk.prediction import Prediction

__all__ = ["EXERCISES", "QUIZ"]

_PERCENT = "That is a share in percent. Months are asked for: 100 % would be one month."
_MARIA = Household(monthly_income=4_200, monthly_expenses=3_900, savings=5_200, debt=9_000)
_SLIPS = (
    (_MARIA, "That is Maria as she is. Which field changes, and to what?"),
    (replace(_MARIA, monthly_expenses=200), "She spends $200 less, not $200: 3,900 minus 200."),
    (replace(_MARIA, monthly_expenses=4_100), "That is $200 more, not less."),
    (replace(_MARIA, savings=5_400), "That puts $200 aside once. Her spending must change."),
    (replace(_MARIA, monthly_income=4_400), "That is $200 more income. Her spending must change."),
)


def _check_one_change(answer: object) -> str | None:
    """Maria with one field changed, as a household or a dict; a slip is told by what it makes."""
    if isinstance(answer, Prediction):
        return "That is the prediction; hand in the household itself."
    if isinstance(answer, Change):
        return (
            "That is the second question: Maria changes something. Here another household is "
            "meant, one that has long spent 200 less: replace(maria, ...)."
        )
    if isinstance(answer, Mapping):
        answer = Household.from_mapping(answer)  # the predictor takes a dict, so this does too
    if not isinstance(answer, Household):
        return (
            f"A household is asked for, not a value of type {show_kind(answer)}. Begin with "
            "replace(maria, ...)."
        )
    if answer == replace(_MARIA, monthly_expenses=3_700):
        return None
    told = [message for household, message in _SLIPS if household == answer]
    return told[0] if told else "Change monthly_expenses to 3,700, and keep all other fields."


EXERCISES = (
    Exercise(
        key="00.1",
        expects="a number",
        hints=(
            "If you had $7,800 and spent $3,900 a month, how many months could you pay for?",
            "Divide the savings by the expenses of one month.",
        ),
        solution="months_covered = 2_500 / 3_900",
        checker=close_to(
            2_500 / 3_900,
            [
                (3_900 / 2_500, "That is expenses per dollar saved: turn the division round."),
                (2_500 / 4_200, "That is savings over income. Bills are what they must cover."),
                (5_200 / 3_900, "That is what she had before the bad spring: now it is 2,500."),
                (0.6, "One digit is too rough: give two digits behind the point."),
                (3_900 - 2_500, "That is a number of dollars, and months are asked for."),
                *((percent, _PERCENT) for percent in (250 / 3.9, 64.1, 64)),
            ],
            tolerance=0.0045,  # 0.64 is right; 0.6 is neither right nor 2,500 / 4,200
        ),
        insight="a household below one month is already short: the forecast is about who "
        "will be there in three to six months.",
        right=lambda: 0.641,
        wrong=(
            (3_900 / 2_500, "turn the division round"),
            (2_500 / 4_200, "savings over income"),
            (5_200 / 3_900, "before the bad spring"),
            (0.6, "give two digits"),
            (0.595, "savings over income"),
            (3_900 - 2_500, "months are asked for"),
            (64, "in percent"),
            (64.1, "in percent"),
            ("2500/3900", "a number is asked for"),
            ((2, 500 / 3, 900), "write 2_500, not 2,500"),
            (float("nan"), "no number at all"),
            (b"0.641", "a number is asked for"),
        ),
    ),
    Exercise(
        key="00.2",
        expects="a household",
        hints=(
            '`replace`, imported in the cell under "Break it", copies a household and changes '
            "the fields you name.",
            "Name one field only: `replace(maria, monthly_expenses=...)`.",
        ),
        solution="spends_less = replace(maria, monthly_expenses=3_900 - 200)",
        checker=_check_one_change,
        insight="its score is 38: 5 below Maria's, and still Moderate. Had Maria herself cut her "
        "spending by 200 now, it would be 31. That is the second question.",
        right=lambda: replace(_MARIA, monthly_expenses=3_700),
        wrong=(
            (_MARIA, "Maria as she is"),
            (replace(_MARIA, monthly_expenses=200), "$200 less, not $200"),
            (replace(_MARIA, monthly_expenses=4_100), "more, not less"),
            (replace(_MARIA, savings=5_400), "aside once"),
            (replace(_MARIA, monthly_income=4_400), "more income"),
            (replace(_MARIA, monthly_expenses=3_700, savings=5_400), "keep all other fields"),
            (3_700, "A household is asked for"),
            (Change(spending=3_700 / 3_900), "the second question"),
            ({**_MARIA.to_dict(), "monthly_expenses": 4_100}, "more, not less"),
            ({"monthly_expenses": 3_700}, "could not be used"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A household has a risk score of 37. What does that say?",
        options=(
            (
                "It will be in stress in 37 days.",
                "The score is a probability, and it is about months 3 to 6 from now.",
            ),
            (
                "Of 100 households like it, about 37 come into stress in months 3 to 6.",
                "The score is 100 times the probability, rounded.",
            ),
            (
                "It is worse off than 37 % of all households.",
                "That would be a rank. The score is a share of households like this one.",
            ),
        ),
        right=1,
    ),
    Question(
        text="Where do the households in this course come from?",
        options=(
            (
                "From a bank's customers, without names.",
                "No real person is in the data. The world is simulated.",
            ),
            (
                "From a simulated world, fitted to published statistics.",
                "That is why the best possible answer is known, and why this is not advice.",
            ),
            (
                "From a survey of families.",
                "Surveys serve to check the simulated world; the households are invented.",
            ),
        ),
        right=1,
    ),
    Question(
        text="You move the savings slider up and the risk falls. What have you seen?",
        options=(
            (
                "What the model says about households with more savings.",
                "Whether a change has that effect is a second question; lesson 5 tests it.",
            ),
            (
                "Proof that saving prevents stress.",
                "A prediction is not yet an effect: savers may differ in other ways too.",
            ),
            (
                "The future of this household.",
                "The model gives a probability, not a future.",
            ),
        ),
        right=0,
    ),
)
