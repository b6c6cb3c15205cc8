"""What the page says and shows by itself is what the package says and shows elsewhere."""

import re
from pathlib import Path

import pytest

import finrisk
from finrisk import colours
from finrisk.data import label
from finrisk.data.label import STRESS
from finrisk.prediction import RISK_CLASSES
from finrisk.titles import GROUPS, HELP, NO_ADVICE, NOTHING_HELPS, QUESTION, WHY

PACKAGE = Path(finrisk.__file__).parent
PAGE = " ".join((PACKAGE / "frontend" / "index.html").read_text(encoding="utf-8").split())
STYLE = (PACKAGE / "frontend" / "styles.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("sentence", "times"),
    [(HELP, 1), (NO_ADVICE, 2), (NOTHING_HELPS, 1), (QUESTION, 1), (STRESS, 1), (WHY, 1)],
)
def test_the_page_says_it_in_the_words_of_the_package(sentence: str, times: int) -> None:
    """That this is no advice, on both of its tabs."""
    assert PAGE.count(sentence) == times


def test_the_page_names_those_not_short_yet_as_the_panel_does() -> None:
    assert PAGE.count(f">{GROUPS['onset']}<") == 2
    script = (PACKAGE / "frontend" / "about.js").read_text(encoding="utf-8")
    assert GROUPS["onset"] in script


def test_the_numbers_of_the_label_are_those_the_sentences_say() -> None:
    numbers = (label.FIRST_MONTH, label.LAST_MONTH, label.MONTHS_OF_EXPENSES, label.RUN_IN_THE_RED)
    assert numbers == (3, 6, 1, 3), "Say the new ones in STRESS and QUESTION, page and lessons."


def test_the_classes_have_one_colour_each_in_pictures_and_on_the_page() -> None:
    assert tuple(colours.CLASS_COLOURS) == RISK_CLASSES
    for name, colour in colours.CLASS_COLOURS.items():
        assert re.findall(rf"--{name.lower()}: (#\w+);", STYLE) == [colour.lower()]
        assert f'[data-risk-class="{name}"] {{ --class: var(--{name.lower()}); }}' in STYLE


def test_the_page_draws_what_is_compared_with_the_model_in_the_grey_of_the_plots() -> None:
    assert f".bar .other {{ fill: {colours.BASELINE}; }}" in STYLE


def test_a_colour_of_the_palette_is_written_once() -> None:
    palette = {*colours.PALETTE, *colours.CLASS_COLOURS.values(), colours.BASELINE}
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8").upper()
        written = [colour for colour in palette if colour.upper() in text]
        assert not written or path.name == "colours.py", f"{path.name} writes {written} again."
