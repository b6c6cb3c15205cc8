"""Exercises and quiz of lesson 00, start here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from finrisk.change import Change
from finrisk.course.checkers import close_to
from finrisk.course.echoes import show_error, show_kind
from finrisk.course.material import Exercise, Question
from finrisk.household import Household
from finrisk.prediction import Prediction
from finrisk.received import show_value

if TYPE_CHECKING:
    from finrisk.ml.predictor import Predictor

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


# --- 00.3 ------------------------------------------------------------------------------------

_HELPS_MOST = '''\
def helps_most(predictor, household, changes):
    """The name of the change after which the household's risk is lowest."""
    best, lowest = None, 2.0  # no probability is above 1
    for name, change in changes.items():
        risk = predictor.predict(household, change=change).probability
        if risk < lowest:
            best, lowest = name, risk
    return best'''

Changes = dict[str, Change]
_HELP = {
    "earn more": Change(income=1.1),
    "spend less": Change(spending=0.9),
    "owe less": Change(debt=-900),
}
_HARM = {  # as other households, the pay cut would be the least bad
    "pay cut": Change(income=0.8),
    "bill": Change(one_off=-1_600),
    "new rent": Change(spending=1.2),
}
_SHORT_OF_PAY = Household(monthly_income=1_500, monthly_expenses=2_500, savings=2_600, debt=2_000)
_GIFT = {
    "spend less": Change(spending=0.9),
    "gift": Change(one_off=4_000),
    "earn more": Change(income=1.1),
}
_GAP = 0.002  # of two probabilities, so that no rounding decides


@cache
def _predictor() -> "Predictor":
    from finrisk.ml.predictor import Predictor  # here: a check loads no more than it needs

    return Predictor.load()


@lru_cache(maxsize=200)
def _prediction(household: Household, change: Change | None) -> Prediction:
    return _predictor().predict(household, change=change)


class _Remembering:
    """The predictor, which computes no answer twice: a check asks it some forty times."""

    def predict(self, household: Any, *, change: Any = None) -> Prediction:
        if isinstance(household, Household) and isinstance(change, Change | None):
            return _prediction(household, change)
        return _predictor().predict(household, change=change)

    def __getattr__(self, name: str) -> Any:
        return getattr(_predictor(), name)


def _risk(household: Household, change: Change) -> float:
    return _prediction(household, change).probability


def _best(household: Household, changes: Changes) -> str:
    return min(changes, key=lambda name: _risk(household, changes[name]))


def _draw_changes(rng: np.random.Generator) -> tuple[Household, Changes]:
    """A household and four changes, the best of them first, and best by more than rounding."""
    income = int(rng.integers(2_000, 7_000))
    household = Household(
        monthly_income=income,
        monthly_expenses=int(income * rng.uniform(0.85, 1)),
        savings=int(income * rng.uniform(1, 3)),
        debt=int(rng.integers(1_000, 9_000)),
    )
    less, more, dollars = rng.uniform(0.8, 0.95), rng.uniform(1.05, 1.2), rng.integers(200, 900)
    changes = {
        "spend less": Change(spending=less),
        "earn more": Change(income=more),
        "find money": Change(one_off=int(dollars)),
        "pay cut": Change(income=less),
    }
    best, second, *_ = sorted(changes, key=lambda name: _risk(household, changes[name]))
    if _risk(household, changes[second]) - _risk(household, changes[best]) < _GAP:
        return _draw_changes(rng)
    others = [name for name in rng.permutation(list(changes)).tolist() if name != best]
    return household, {name: changes[name] for name in [best, *others]}


def _draw_same_score(rng: np.random.Generator) -> Changes:
    """For Maria: two changes with one score, the better one last."""
    while True:
        less = rng.uniform(0.92, 0.99)
        two = {
            "spend a little less": Change(spending=less),
            "spend less": Change(spending=less - 0.0015),
        }
        worse, better = (_risk(_MARIA, change) for change in two.values())
        if round(100 * worse) == round(100 * better) and worse - better > _GAP:
            return two


def _other_household(household: Household, changes: Changes) -> str:
    """The first question instead of the second."""

    def risk(name: str) -> float:
        change = changes[name]
        other = replace(
            household,
            monthly_income=household.monthly_income * change.income,
            monthly_expenses=household.monthly_expenses * change.spending,
            savings=max(household.savings + change.one_off, 0),
            debt=max(household.debt + change.debt, 0),
        )
        return _risk(other, Change())

    return min(changes, key=risk)


def _backwards(changes: Changes) -> Changes:
    return dict(reversed(changes.items()))


def _worst(household: Household, changes: Changes) -> str:
    return max(changes, key=lambda name: _risk(household, changes[name]))


def _for_maria(_: Household, changes: Changes) -> str:
    return _best(_MARIA, changes)


def _by_score(household: Household, changes: Changes) -> str:
    return min(changes, key=lambda name: round(100 * _risk(household, changes[name])))


def _moves_most(household: Household, changes: Changes) -> str:
    now = _risk(household, Change())
    return max(changes, key=lambda name: abs(_risk(household, changes[name]) - now))


_CHOICES: tuple[tuple[Callable[[Household, Changes], str], str], ...] = (
    (_worst, "It gives the change after which the risk is highest. The lowest is asked for."),
    (
        lambda _, changes: next(iter(changes)),
        "It always gives the first name. Is the change handed to predict, as change=change? Or "
        "does a `return` inside the loop end it at once?",
    ),
    (
        lambda _, changes: next(reversed(changes)),
        "It always gives the last name. Keep a name only if its risk is lower than all before.",
    ),
    (
        lambda _, changes: min(changes),
        "It gives the first name of the alphabet. The risks are to be compared, not the names.",
    ),
    (
        _for_maria,
        "It answers for Maria, whoever is asked about. Hand `household` to predict, not `maria`.",
    ),
    (
        _by_score,
        "Two changes can have the same score and not the same risk, for a score is rounded. "
        "Compare .probability.",
    ),
    (
        _other_household,
        "It asks the first question: about households that have long been like that. Hand the "
        "change to predict, as change=change.",
    ),
    (
        _moves_most,
        "It gives the change that moves the risk furthest, up or down. Down is asked for.",
    ),
)
_STOPS = (
    ("values to unpack", " A dictionary alone gives its names; changes.items() gives both."),
    ("takes 2 positional arguments but 3", " Name the change: predict(household, change=change)."),
    ("instances of 'Prediction'", " Compare numbers: the .probability of each prediction."),
    ("instances of 'Change'", " Compare the probability after each change, not the changes."),
)


def _check_helps_most(answer: Any) -> str | None:
    """Ask for the best of several changes, for households and changes made anew."""
    rng = np.random.default_rng()
    household, changes = _draw_changes(rng)
    cases = [
        (_MARIA, _HELP),
        (_MARIA, _HARM),
        (_SHORT_OF_PAY, _GIFT),
        (_MARIA, _draw_same_score(rng)),
        (household, changes),
        (household, _backwards(changes)),
    ]
    said = []
    for case in cases:
        name, flaw = _chosen(answer, *case)
        if flaw:
            return flaw
        said.append(name)
    right = [_best(*case) for case in cases]
    if said == right:
        return None
    for choice, message in _CHOICES:
        if all(choice(*case) == name for case, name in zip(cases, said, strict=True)):
            return message
    (household, changes), name, best = next(
        (case, a, b) for case, a, b in zip(cases, said, right, strict=True) if a != b
    )
    low, here = _risk(household, changes[best]), _risk(household, changes[name])
    return (
        f"Of {', '.join(changes)} it gives {name!r}, after which the risk of a household is "
        f"{here:.1%}. After {best!r} it is {low:.1%}."
    )


def _chosen(answer: Any, household: Household, changes: Changes) -> tuple[str, str]:
    """The name that an answer gives, or a sentence on why it gives none."""
    told = f"For the changes {', '.join(changes)}"
    raised = all(_risk(household, c) > _risk(household, Change()) for c in changes.values())
    harm = " All of them raise the risk here; that which raises it least is asked for."
    harm = harm if raised else ""
    try:
        name = answer(_Remembering(), household, dict(changes))
    except Exception as error:
        if not callable(answer):
            raise
        shown = show_error(error)
        more = next((advice for words, advice in _STOPS if words in shown), harm)
        return "", f"{told} your function stops: {shown}.{more}"
    if isinstance(name, str) and name in changes:
        return str(name), ""
    if name is None:
        more = harm or " Does it `return` a name?"
        return "", f"{told} your function gives nothing back (None).{more}"
    if isinstance(name, Change | Prediction | float):
        return "", f"{told} it gives {_kind(name)}. Its name is asked for, the key in `changes`."
    return "", f"{told} it gives {show_value(name)}, which is none of these names.{harm}"


def _kind(given: Change | Prediction | float) -> str:
    if isinstance(given, float):
        return f"a number, {given:.3g}"
    return "the change itself" if isinstance(given, Change) else "a prediction"


def _ask(predictor: Any, household: Any, changes: Any, choose: Callable[..., str]) -> str:
    """The name that `min` or `max` chooses by the risk after its change."""
    ask = predictor.predict
    return choose(changes, key=lambda name: ask(household, change=changes[name]).probability)


def _right_choice(predictor: Any, household: Any, changes: Any) -> str:
    return _ask(predictor, household, changes, min)


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
    Exercise(
        key="00.3",
        expects="a function of predictor, household and changes that returns one of the names",
        hints=(
            "Ask for one change first: predictor.predict(household, change=change).probability. "
            "In `for name, change in changes.items():` you have each with its name.",
            "Before the loop, set `best, lowest = None, 2.0`. In it, where the risk is below "
            "`lowest`, keep both anew. After it, `return best`.",
        ),
        solution=_HELPS_MOST,
        checker=_check_helps_most,
        insight="that is an application in small: it asks the model, compares, and answers in "
        "words. What stands under 'What would help' is made in much the same way.",
        right=lambda: _right_choice,
        wrong=(
            (lambda p, h, changes: _ask(p, h, changes, max), "the risk is highest"),
            (lambda _p, _h, changes: next(iter(changes)), "always gives the first name"),
            (lambda _p, _h, changes: next(reversed(changes)), "always gives the last name"),
            (lambda p, _h, changes: _ask(p, _MARIA, changes, min), "It answers for Maria"),
            (lambda _p, _h, _changes: None, "nothing back (None)"),
            (lambda p, h, changes: changes[_ask(p, h, changes, min)], "the change itself"),
            (lambda p, h, changes: p.predict(h, changes["earn more"]), "change=change"),
            ("spend less", "could not be used"),
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
