"""Exercises and quiz of lesson 08, the bug clinic."""

from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss

from finrisk.course.checkers import agrees_with, one_of
from finrisk.course.echoes import show_error
from finrisk.course.material import Exercise, Question
from finrisk.received import show_value

__all__ = ["EXERCISES", "QUIZ"]

_ALIGNED = '''\
def aligned(X, y):
    """Whether row i and label i belong to the same household, for all i."""
    return X.index.equals(y.index)'''

_BRIER = '''\
def brier(y, q):
    """Mean squared gap between what came (0 or 1) and the risk that was told."""
    return np.mean((q - y) ** 2)'''

Rows = list[int]  # numbers of households, in order
_PAIRS: tuple[tuple[Rows, Rows, str], ...] = (  # of the table, of its labels, what to say if missed
    (
        [12, 10, 11],
        [12, 10, 11],
        "It calls a sound pair broken: household 12, 10, 11 in both. They need not be sorted, "
        "nor be one object.",
    ),
    (
        [12, 10, 11],
        [12, 10, 13],
        "It accepts labels of which the last belongs to another household. Compare every row.",
    ),
    (
        [10, 11, 12],
        [12, 10, 11],
        "It accepts a table that was sorted while its labels were not: the same households, "
        "but in another order.",
    ),
    (
        [12, 10],
        [12, 10, 11],
        "It accepts a table from which the last row was dropped. Its label was not.",
    ),
    (
        [12, 10, 11, 13],
        [12, 11, 10, 13],
        "It accepts a pair in which the two households in the middle are swapped. Compare every "
        "row, not only the ends or the sums.",
    ),
    (
        [12, 10, 11],
        [10, 12, 11],
        "It accepts a pair in which the first two labels are swapped. Compare every row.",
    ),
)


def _draw_pairs(rng: np.random.Generator) -> list[tuple[Rows, Rows, str]]:
    """Sound pairs, and pairs with one flaw: at each place another household, or two swapped."""
    *rows, stranger = (int(number) for number in rng.choice(range(100, 1000), 8, replace=False))
    pairs = [(rows[:n], rows[:n], f"It calls a sound pair of {n} rows broken.") for n in (1, 4, 7)]
    for i in range(len(rows)):
        other, swapped = [*rows], [*rows]
        other[i], swapped[i], swapped[i - 1] = stranger, rows[i - 1], rows[i]
        said = f"It accepts a pair in which row {i} (counting from 0) and its label do not match."
        pairs += [(rows, other, said), (swapped, rows, said)]
    shorter = "It accepts a pair in which one is a row shorter than the other."
    return [*pairs, (rows, rows[:-1], shorter), (rows[1:], rows, shorter)]


def _check_aligned(answer: Any) -> str | None:
    """Try the learner's check on sound pairs and on broken ones, made anew for each call."""
    pairs = [*_PAIRS, *_draw_pairs(np.random.default_rng())]
    said = []
    for rows, labels, _ in pairs:
        heard = _ask(answer, rows, labels)
        if isinstance(heard, str):
            return heard
        said.append(heard)
    asked = zip(pairs, said, strict=True)
    missed = [told for (rows, labels, told), heard in asked if heard is not (rows == labels)]
    if not missed:
        return None
    for slip, message in _SLIPS:
        if said == [slip(*_pair(rows, labels)) for rows, labels, _ in pairs]:
            return message
    return missed[0]


def _pair(rows: Rows, labels: Rows) -> tuple[pd.DataFrame, pd.Series]:
    return (
        pd.DataFrame({"savings": [90.0 * number for number in rows]}, index=[*rows]),
        pd.Series([float(number % 2) for number in labels], index=[*labels]),
    )


def _ask(answer: Any, rows: Rows, labels: Rows) -> bool | str:
    """What the learner's check says of one pair, or a sentence on why it says nothing."""
    try:
        said = answer(*_pair(rows, labels))
    except Exception as error:
        if not callable(answer):
            raise
        rule = "" if rows == labels else " A check must say False there, not stop."
        shown = show_error(error)
        return f"For {len(rows)} rows and {len(labels)} labels it raises {shown}.{rule}"
    if said is None:
        return (
            f"For {len(rows)} rows and {len(labels)} labels your function gives nothing back "
            "(None). Which `return` does it reach there?"
        )
    with suppress(Exception):  # a single value of NumPy, pandas or PyTorch
        said = said.item()
    if isinstance(said, bool):
        return said
    once = "" if np.ndim(said) == 0 else " Ask about all rows at once."
    return f"True or False is asked for, got {show_value(said)}.{once}"


def _aligned(X: pd.DataFrame, y: pd.Series) -> bool:
    return X.index.equals(y.index)


def _as_long(X: pd.DataFrame, y: pd.Series) -> bool:
    return len(X) == len(y)


def _first_only(X: pd.DataFrame, y: pd.Series) -> bool:
    return bool(X.index[0] == y.index[0])


def _some(X: pd.DataFrame, y: pd.Series) -> bool:
    return any(a == b for a, b in zip(X.index, y.index, strict=False))


def _opposite(X: pd.DataFrame, y: pd.Series) -> bool:
    return not X.index.equals(y.index)


_SLIPS = (
    (_as_long, "It compares how many rows and labels there are. The length alone tells nothing."),
    (
        _first_only,
        "It acts as if only the first row were compared. In a loop, `return True` must stand "
        "after the loop, not inside it.",
    ),
    (_some, "One row that agrees is enough for it. Say False at the first that does not."),
    (_opposite, "It says the opposite, for every pair: swap True and False."),
)


def _ends(X: pd.DataFrame, y: pd.Series) -> bool:
    return len(X) == len(y) and X.index[0] == y.index[0] and X.index[-1] == y.index[-1]


def _sums(X: pd.DataFrame, y: pd.Series) -> bool:
    return sum(X.index) == sum(y.index) and _first_only(X, y)


def _by_label(X: pd.DataFrame, y: pd.Series) -> bool:
    return all(X.index[i] == y.index[i] for i in range(len(y)))


def _nothing(X: pd.DataFrame, y: pd.Series) -> None:
    X.index.equals(y.index)


def _same_set(X: pd.DataFrame, y: pd.Series) -> bool:
    return set(X.index) == set(y.index)


def _same_object(X: pd.DataFrame, y: pd.Series) -> bool:
    return X.index is y.index


def _in_order(X: pd.DataFrame, y: pd.Series) -> bool:
    return X.index.is_monotonic_increasing and X.index.equals(y.index)


def _row_by_row(X: pd.DataFrame, y: pd.Series) -> Any:
    return (X.index == y.index).all()


def _each(X: pd.DataFrame, y: pd.Series) -> Any:
    return X.index == y.index


def _first_rows(X: pd.DataFrame, y: pd.Series) -> bool:
    return all(a == b for a, b in zip(X.index, y.index, strict=False))


def _draw_risks(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    """One household at least that became stressed, and one that did not."""
    return [
        (rng.permutation([0, 1, *rng.integers(2, size=n)]), rng.uniform(0.001, 0.999, n + 2))
        for n in (0, 1, 5, 30)
    ]


def _brier(y: Any, q: Any) -> float:
    return float(brier_score_loss(y, q))


def _absolute(y: Any, q: Any) -> float:
    return float(np.mean(np.abs(q - y)))


def _root(y: Any, q: Any) -> float:
    return float(np.sqrt(np.mean((q - y) ** 2)))


def _sum(y: Any, q: Any) -> float:
    return float(np.sum((q - y) ** 2))


def _each_square(y: Any, q: Any) -> Any:
    return (q - y) ** 2


def _signed(y: Any, q: Any) -> float:
    return float(np.mean(q - y))


def _log_loss(y: Any, q: Any) -> float:
    return float(-np.mean(np.log(np.where(y, q, 1 - q))))


def _share_wrong(y: Any, q: Any) -> float:
    return float(np.mean((q >= 0.5) != y))


def _square_of_mean(y: Any, q: Any) -> float:
    return float(np.mean(q - y) ** 2)


EXERCISES = (
    Exercise(
        key="08.1",
        expects="a function of X and y that returns True or False",
        hints=(
            "Every pandas table carries its row names along, in X.index, when it is sorted or "
            "filtered. So do labels in a Series.",
            "An index has a method that compares it with another, order and length included: "
            "X.index.equals(...).",
        ),
        solution=_ALIGNED,
        checker=_check_aligned,
        insight="it costs one line before every fit. NumPy arrays have no row names: check "
        "before to_numpy(), not after.",
        right=lambda: _aligned,
        wrong=(
            (_as_long, "length alone tells nothing"),
            (_first_only, "after the loop"),
            (_some, "One row that agrees"),
            (_opposite, "swap True and False"),
            (_ends, "in the middle are swapped"),
            (_sums, "in the middle are swapped"),
            (_by_label, "2 rows and 3 labels it raises IndexError"),
            (_nothing, "gives nothing back (None). Which"),
            (lambda *_: True, "Compare every row"),
            (_same_set, "another order"),
            (_same_object, "nor be one object"),
            (_in_order, "need not be sorted"),
            (_row_by_row, "False there, not stop"),
            (_each, "all rows at once"),
            (_first_rows, "last row was dropped"),
            (True, "is asked for"),
        ),
    ),
    Exercise(
        key="08.2",
        expects="a function of y and q that returns one number",
        hints=(
            "For one household: how far is the risk told, q, from what came, y (0 or 1)?",
            "Square the gaps, (q - y) ** 2, then take their mean.",
        ),
        solution=_BRIER,
        checker=agrees_with(
            _brier,
            [
                (np.array([1, 0, 1, 0]), np.array([0.9, 0.2, 0.4, 0.6])),
                (np.array([0, 0, 1]), np.array([0.05, 0.5, 0.7])),
                (np.array([1, 0, 1, 0]), np.array([1e-6, 1 - 1e-6, 1 - 1e-6, 1e-6])),
            ],
            [
                (_absolute, "Those gaps are not squared. Whoever minimises them says 0 or 1 only."),
                (_root, "That is the root of it. The Brier score stays squared."),
                (_sum, "That is the sum. Take the mean, or more households look worse."),
                (_each_square, "That is one number a household. Take their mean."),
                (_signed, "Gaps up and down cancel each other: square each one first."),
                (_log_loss, "That is the log loss. The Brier score squares, without a logarithm."),
                (
                    _share_wrong,
                    "That is the share of wrong answers; use the risk itself, not a yes or no.",
                ),
                (
                    _square_of_mean,
                    "First square each gap, then take the mean, not the other way round.",
                ),
            ],
            drawn=_draw_risks,
        ),
        insight="it agrees with scikit-learn's brier_score_loss to six digits. Nobody can "
        "expect to lower it by telling another risk than the one believed in.",
        right=lambda: _brier,
        wrong=(
            (_absolute, "not squared"),
            (_root, "root"),
            (_sum, "Take the mean"),
            (_each_square, "one number a household"),
            (_signed, "cancel each other"),
            (_log_loss, "log loss"),
            (_share_wrong, "share of wrong answers"),
            (_square_of_mean, "First square"),
            (lambda y, q: _brier(y, np.clip(q, 0.05, 0.95)), "it gives 0.4525"),
            (0.25, "is asked for"),
        ),
    ),
    Exercise(
        key="08.3",
        expects="the name of a mistake, as a text",
        hints=(
            "The order of households is as good as ever, so what is wrong is how high the risks "
            "are, and only for some. Which mistakes raise risks?",
            "Four mistakes clearly raise the risks told to onset, one of them to nearly twice the "
            "share that became stressed. The other three change what the Lees hear: see the last "
            "table.",
        ),
        solution='mistake = "balanced weights"',
        checker=one_of(
            "balanced weights",
            {
                "rows moved, labels not": "Wrong labels pull every risk to the middle, so "
                "households short already would hear less than before.",
                "Sigmoid twice": "That drives risks to 0 and 1, and recall of onset falls.",
                "layers in a list": "A network of which only the last layer learns ranks worse, "
                "and the ROC-AUC would show it.",
                "eval() forgotten": "Then the same household would get two answers.",
                "accuracy as target": "That moves the threshold. Here the threshold is the old "
                "one and the risks are others.",
                "income before tax": "More income lowers the risks told for onset, and recall "
                "falls.",
                "column from the future": "Today's savings lower the risks told for onset.",
                "columns in another order": "Then the order of households would be lost, and "
                "with it the ROC-AUC.",
                "scaled on all households": "That changes next to nothing here.",
            },
        ),
        insight="a higher recall was no gain: a lower threshold buys the same, at the same "
        "price in needless warnings, and leaves the risks true.",
        right=lambda: "balanced weights",
        wrong=(
            ("rows moved, labels not", "to the middle"),
            ("Sigmoid twice", "to 0 and 1"),
            ("layers in a list", "ranks worse"),
            ("eval() forgotten", "two answers"),
            ("accuracy as target", "threshold is the old one"),
            ("income before tax", "recall falls"),
            ("column from the future", "lower the risks"),
            ("columns in another order", "ROC-AUC"),
            ("scaled on all households", "next to nothing"),
            ("too few epochs", "not one of the words"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A model's test loss is lower than the floor, the loss of the true risks, by far "
        "more than the interval of that gap. So?",
        options=(
            (
                "It is the best model so far.",
                "Nobody can beat the true risks for long; it has seen something of the answer.",
            ),
            (
                "Something of the future, or of the labels, is in its columns.",
                "Only who has seen what happened to these households can be so far below.",
            ),
            (
                "The test set is too small.",
                "Then the interval would be wide, and the gap would lie within it.",
            ),
        ),
        right=1,
    ),
    Question(
        text="The scaler was fitted on all households, and the price is within the luck of "
        "training. What now?",
        options=(
            (
                "Leave it: it costs nothing.",
                "Here. With a step that looks at labels, the same habit is dear.",
            ),
            (
                "Mend it, and check it: the line costs nothing either.",
                "The price depends on the data, the habit does not.",
            ),
            (
                "Look for a larger price until one is found.",
                "A price within luck is a finding too, and is reported as such.",
            ),
        ),
        right=1,
    ),
    Question(
        text="The three golden answers hold, yet users hear risks that are too low. Why?",
        options=(
            (
                "The columns arrive in another order.",
                "Then the golden households would get other answers, too.",
            ),
            (
                "Dropout is still on.",
                "Then the golden answers would change from call to call.",
            ),
            (
                "What users type means something else than in training.",
                "Golden households are typed right; only real entries show it.",
            ),
        ),
        right=2,
    ),
)
