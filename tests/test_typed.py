"""What people type into a box is read in one way, echoed where it was not plain, or refused."""

import math
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS
from finrisk.errors import FinriskError, InvalidChange, InvalidHousehold
from finrisk.form import Form, read_form
from finrisk.household import EXAMPLES, Household, change_from
from finrisk.inputs import CROSS_RULES, INPUTS
from finrisk.typed import Typed, in_labels, read_change_typed, read_typed

MARIA = EXAMPLES["Maria, on the edge"]  # $4,200, $3,900, $5,200, $9,000
TYPED = {"monthly_income": "4200", "monthly_expenses": "3900", "savings": "5200", "debt": "9000"}
BOXES = [*INPUTS.values(), *CHANGE_INPUTS.values()]
ONE_WAY = "must be readable in one way only"

# (field, text, value, echo): what is read
READ: list[tuple[str, str, float | None, str]] = [
    # plain
    ("savings", "5200", 5_200, ""),
    ("savings", "  5200 ", 5_200, ""),
    ("savings", "$5,200", 5_200, ""),
    ("savings", "5,200", 5_200, ""),
    ("savings", "5200.5", 5_200.5, ""),
    ("savings", "$5,200.50", 5_200.5, ""),
    ("savings", "0", 0, ""),
    ("savings", "4600 $", 4_600, ""),
    ("savings_change", "-$1,500", -1_500, ""),
    ("savings_change", "\N{MINUS SIGN}$1,000", -1_000, ""),
    ("savings_change", "\N{EN DASH}300", -300, ""),
    ("savings_change", "+100", 100, ""),
    ("income_volatility", "14", 0.14, ""),
    ("income_volatility", "14%", 0.14, ""),
    ("income_volatility", "7 %", 0.07, ""),
    ("income_volatility", "0.5 %", 0.005, ""),
    ("income_volatility", "0", 0, ""),
    ("income_volatility", "14.125 %", 0.14125, ""),
    ("last_income", "1,200 %", 12, ""),
    ("negative_months", "3", 3, ""),
    ("negative_months", "3 months", 3, ""),
    ("negative_months", "1 month", 1, ""),
    # nothing
    ("debt_payment", "", None, ""),
    ("debt_payment", " \t\u3000", None, ""),
    # separators
    ("savings", "5.200", 5_200, "read as $5,200"),
    ("savings", "5,200.50", 5_200.5, ""),
    ("savings", "5.200,50", 5_200.5, "read as $5,200.50"),
    ("savings", "4200,50", 4_200.5, "read as $4,200.50"),
    ("savings", "1.234.567", 1_234_567, "read as $1,234,567"),
    ("savings", "$ 5 200", 5_200, "read as $5,200"),
    ("savings", "5 200,50", 5_200.5, "read as $5,200.50"),
    ("savings", "5\u202f200", 5_200, "read as $5,200"),
    ("savings", "5\N{RIGHT SINGLE QUOTATION MARK}200", 5_200, "read as $5,200"),
    ("savings", "5_200", 5_200, "read as $5,200"),
    ("savings", ",5", 0.5, "read as $0.50"),
    ("savings", ".5", 0.5, "read as $0.50"),
    ("savings", "0.125", 0.125, ""),
    ("savings", "5200.125", 5_200.125, ""),
    ("income_volatility", "14,5 %", 0.145, "read as 14.5 %"),
    ("savings", "\uff15\uff0c\uff12\uff10\uff10", 5_200, ""),
    # words for thousands and millions
    ("savings", "5k", 5_000, "read as $5,000"),
    ("savings", "5.2K", 5_200, "read as $5,200"),
    ("savings", "5,2 k", 5_200, "read as $5,200"),
    ("savings", "20 thousand", 20_000, "read as $20,000"),
    ("savings", "1.5 million", 1_500_000, "read as $1,500,000"),
    ("savings", "1e3", 1_000, "read as $1,000"),
    ("savings", "1E3", 1_000, "read as $1,000"),
    # dollars, a month
    ("savings", "5200 USD", 5_200, "read as $5,200"),
    ("savings", "usd 5200", 5_200, "read as $5,200"),
    ("savings", "5200 dollars", 5_200, "read as $5,200"),
    ("monthly_income", "4,200 a month", 4_200, "read as $4,200"),
    ("monthly_income", "$4,200/month", 4_200, "read as $4,200"),
    ("debt_payment", "250 per month", 250, "read as $250"),
    ("monthly_expenses", "3.9k monthly", 3_900, "read as $3,900"),
    # signs in words
    ("savings_change", "(500)", -500, "read as -$500"),
    ("savings_change", "$-5", -5, ""),
    ("savings_change", "500 less", -500, "read as -$500"),
    ("savings_change", "up $500", 500, "read as $500"),
    # about
    ("savings", "~5200", 5_200, "read as $5,200"),
    ("savings", "about 5200", 5_200, "read as $5,200"),
    ("savings", "ca. 5200", 5_200, "read as $5,200"),
    ("savings", "approx $5,200", 5_200, "read as $5,200"),
    # words
    ("income_volatility", "14 percent", 0.14, "read as 14 %"),
    ("last_income", " Lower", 0.86, "read as 86 %"),
    ("recent_income", "usual", 1, "read as 100 %"),
    ("income_volatility", "a  lot", 0.28, "read as 28 %"),
    ("debt", "none", 0, "read as $0"),
    ("debt", "No debt", 0, "read as $0"),
    ("negative_months", "nothing", 0, "read as 0 months"),
    ("negative_months", "2m", 2, "read as 2 months"),
    ("negative_months", "2 mo", 2, "read as 2 months"),
    ("debt_payment", "unknown", None, "read as not known"),
    ("debt_payment", "?", None, "read as not known"),
    ("debt_payment", "\N{EM DASH}", None, "read as not known"),
    ("debt_payment", "don\N{RIGHT SINGLE QUOTATION MARK}t know", None, "read as not known"),
]

# (field, text, words of the refusal)
REFUSED: list[tuple[str, str, str]] = [
    # no number
    ("savings", "abc", "Savings must be a number, got 'abc'. Write it like 6000."),
    ("savings", ".", "Savings must be a number, got '.'."),
    ("savings", "nan", "Savings must be a number, got 'nan'."),
    ("savings", "inf", "Savings must be a number, got 'inf'."),
    ("savings", "0x10", "Savings must be a number, got '0x10'."),
    ("savings", "1/2", "Savings must be a number, got '1/2'."),
    ("savings", "\N{VULGAR FRACTION ONE HALF}", "Savings must be a number, got '½'."),
    ("savings", "5\N{SUPERSCRIPT TWO}", "Savings must be a number, got '5²'."),
    ("savings", "five thousand", "Savings must be a number, got 'five thousand'."),
    ("savings", "4000-5000", "Savings must be a number, got '4000-5000'."),
    ("savings", "4000+200", "Savings must be a number, got '4000+200'."),
    ("savings", "4000 and 200", "Savings must be a number, got '4000 and 200'."),
    ("savings", "5\t200", r"Savings must be a number, got '5\t200'."),
    ("savings", "5 20", "Savings must be a number, got '5 20'."),
    ("savings", "5,20,000", "Savings must be a number, got '5,20,000'."),
    ("savings", "5,2000.5", "Savings must be a number, got '5,2000.5'."),
    ("savings", "500-", "Savings must be a number, got '500-'."),
    ("savings", "--5", "Savings must be a number, got '--5'."),
    ("savings", "14 %", "Savings must be a number, got '14 %'."),
    ("savings", "14 months", "Savings must be a number, got '14 months'."),
    ("savings", "5200 a month", "Savings must be a number, got '5200 a month'."),
    ("debt", "500 less", "Debt must be a number, got '500 less'. Write it like 9000."),
    ("savings_change", "-500 less", "Change of savings must be a number, got '-500 less'. Write"),
    ("savings_change", "x", "got 'x'. Write it like 100 or -100."),
    ("income_volatility", "hardy", "Ups and downs of income must be a number, got 'hardy'. Write"),
    ("income_volatility", "%", "got '%'. Write it like 14 %."),
    ("income_volatility", "none", "Ups and downs of income must be a number, got 'none'."),
    ("income_volatility", "$14", "Ups and downs of income must be a number, got '$14'."),
    ("negative_months", "$3", "Months in the red must be a number, got '$3'. Write it like 3."),
    ("savings", "9" * 99, f"Savings must be a number, got '{'9' * 27}…{'9' * 28}'. Write it"),
    ("savings", "1e999", "Savings must be a number, got '1e999'."),
    # two numbers
    ("savings", "5.200k", f"Savings {ONE_WAY}, got '5.200k'. Write 5200 or 5200000."),
    ("savings", "5,200 thousand", "Write 5200 or 5200000."),
    ("savings", "5m", f"Savings {ONE_WAY}, got '5m'. Write million in full, or leave out the m."),
    ("recent_income", "1,200 %", "got '1,200 %'. Write 1.2 % or 1200 %."),
    ("negative_months", "1,200", "got '1,200'. Write 1.2 or 1200."),
    ("income_volatility", "0.14", "got '0.14'. Write 14% if it is a share of 0.14, else 0.14%."),
    ("recent_income", "1", "got '1'. Write 100% if it is a share of 1, else 1%."),
    # another unit
    ("savings", "500 €", "Savings must be in dollars, got '500 €'. Write it like 6000."),
    ("savings", "£500", "Savings must be in dollars, got '£500'."),
    ("debt", "500 CHF", "Debt must be in dollars, got '500 CHF'."),
    (
        "monthly_income",
        "50,400 a year",
        "Monthly income is asked for a month, got '50,400 a year'. 50,400 a year is 4,200 a "
        "month: write $4,200.",
    ),
    ("debt_payment", "1000/yr", "1,000 a year is 83.33 a month: write $83.33."),
    # the rules of the field
    ("savings", "-5", "Savings must lie between $0 and $50,000,000, got -5. Check the number. It"),
    ("savings", "9" * 50, "Savings must lie between $0 and $50,000,000, got 99,999,999"),
    ("savings", "", "Savings is required, got nothing. Give a number in $."),
    ("debt", "?", "Debt is required, got nothing. Give a number in $."),
    ("negative_months", "14 months", "Months in the red must lie between 0 months and 12 months"),
    ("negative_months", "2.5", "Months in the red is a count of months, got 2.5. Give a whole"),
    (
        "income_volatility",
        "1400.1",
        "Ups and downs of income must lie between 0 % and 400 %, got 1,400.1 %. Check the number. "
        "It stands for: standard deviation",
    ),
]


@pytest.mark.parametrize(("name", "text", "value", "echo"), READ)
def test_what_people_type_is_read(name: str, text: str, value: float | None, echo: str) -> None:
    assert read_typed(INPUTS[name], text) == Typed(value, echo)


@pytest.mark.parametrize(("name", "text", "words"), REFUSED)
def test_what_is_no_number_or_two_is_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(InvalidHousehold) as error:
        read_typed(INPUTS[name], text)
    sentence = str(error.value)
    assert words in sentence
    assert sentence.startswith(INPUTS[name].label)
    assert error.value.field == name
    assert "Python" not in sentence
    assert len(sentence) < 300


# --- a change ------------------------------------------------------------------------------------

CHANGES: list[tuple[str, str, float | None, str]] = [
    ("income", "-20 %", 0.8, "$840 a month less"),
    ("income", "20 % less", 0.8, "$840 a month less"),
    ("income", "down 20 percent", 0.8, "$840 a month less"),
    ("income", "20%", 1.2, "$840 a month more"),
    ("income", "+5%", 1.05, "$210 a month more"),
    ("income", "5 % more", 1.05, "$210 a month more"),
    ("income", "-0.1 %", 0.999, "$4.20 a month less"),
    ("income", "-100 %", 0, "$4,200 a month less"),
    ("income", "2.500 %", 1.025, "$105 a month more"),
    ("income", "-500", 1 - 500 / 4_200, "11.9 % less"),
    ("income", "-$500", 1 - 500 / 4_200, "11.9 % less"),
    ("income", "$500 less", 1 - 500 / 4_200, "11.9 % less"),
    ("income", "500 less a month", 1 - 500 / 4_200, "11.9 % less"),
    ("income", "$500 a month less", 1 - 500 / 4_200, "11.9 % less"),
    ("income", "-0.5k", 1 - 500 / 4_200, "11.9 % less"),
    ("income", "+$200", 1 + 200 / 4_200, "4.76 % more"),
    ("income", "-$0.10", 1 - 0.1 / 4_200, "0.01 % less"),
    ("income", "$42k", 11, "1,000 % more"),
    ("income", "-$4,200", 0, "100 % less"),
    ("spending", "$20 a month", 1 + 20 / 4_200, "0.476 % more"),
    ("income", "", None, ""),
    ("income", "0", 1, ""),
    ("income", "0 %", 1, ""),
    ("income", "-$0", 1, ""),
    ("spending", "nothing", 1, ""),
    ("one_off", "-2000", -2_000, ""),
    ("one_off", "-$2,000", -2_000, ""),
    ("one_off", "-2k", -2_000, "read as -$2,000"),
    ("one_off", "50", 50, ""),
    ("one_off", "none", 0, ""),
    ("debt", "1.000 less", -1_000, "read as -$1,000"),
]
NO_CHANGES: list[tuple[str, str, str]] = [
    ("income", "-20", f"Income {ONE_WAY}, got '-20'. Write -20 % or -$20."),
    ("income", "20", f"Income {ONE_WAY}, got '20'. Write 20 % or $20."),
    ("spending", "100 less", "got '100 less'. Write -100 % or -$100."),
    ("income", "much", "Income must be a number, got 'much'. Write it like -20 % or -$500."),
    ("income", "-20 % less", "Income must be a number, got '-20 % less'."),
    ("income", "-101 %", "Income must change by -100 % to +99,900 %, got '-101 %'. Write it like"),
    ("income", "2,500 %", f"Income {ONE_WAY}, got '2,500 %'. Write 2.5 % or 2500 %."),
    ("income", "5 million", "Income must make income at most 1,000 times what it is, got $5,000"),
    ("income", "-$5,000", "Income must leave at least $0, got -$5,000 where there is $4,200."),
    ("income", "-€500", "Income must be in dollars, got '-€500'."),
    ("income", "-6000 a year", "-6,000 a year is -500 a month: write -$500."),
    ("one_off", "20 %", "One-off sum must be a number, got '20 %'. Write it like 100 or -100."),
    ("one_off", "2000 a month", "One-off sum must be a number, got '2000 a month'."),
    ("one_off", "a bill of 2000", "One-off sum must be a number, got 'a bill of 2000'."),
    ("one_off", "60 million", "One-off sum must lie between -$50,000,000 and +$50,000,000, got 60"),
    ("debt", "?", "Debt must be a number, got '?'."),
]


@pytest.mark.parametrize(("name", "text", "value", "echo"), CHANGES)
def test_a_change_is_read(name: str, text: str, value: float | None, echo: str) -> None:
    read = read_change_typed(CHANGE_INPUTS[name], text, now=4_200)
    assert read == Typed(value, echo)


@pytest.mark.parametrize(("name", "text", "words"), NO_CHANGES)
def test_what_is_no_change_or_two_is_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(InvalidChange) as error:
        read_change_typed(CHANGE_INPUTS[name], text, now=4_200)
    assert words in str(error.value)
    assert error.value.field == name


@pytest.mark.parametrize("name", ["income", "spending"])
def test_nothing_can_be_added_to_in_dollars_only(name: str) -> None:
    with pytest.raises(InvalidChange, match=f"must change {name} that there is, got .500") as error:
        read_change_typed(CHANGE_INPUTS[name], "$500", now=0)
    assert str(error.value).endswith(f"Give a household with some {name}, or a one-off sum.")
    assert read_change_typed(CHANGE_INPUTS[name], "-20 %", now=0).value == 0.8


@settings(deadline=None)
@given(st.integers(-4_200, 100_000))
def test_dollars_are_those_of_change_from(dollars: int) -> None:
    read = read_change_typed(CHANGE_INPUTS["income"], f"${dollars}", now=4_200)
    assert read.value == change_from(MARIA, income_dollars=dollars).income


# --- any text ------------------------------------------------------------------------------------

NEAR = st.text("0123456789.,' -+$%€()~ekm²\t\u00a0\N{MINUS SIGN}", max_size=12)
WORDY = st.lists(
    st.sampled_from(
        [
            *("5", "200", "5.200", "5,2", "14", "1e3", "0", "(", ")", "-", "/", "$", "%", "?"),
            *("k", "m", "thousand", "less", "more", "about", "months", "usual", "a", "month"),
            *("year", "usd", "eur", "none", "hardly"),
        ]
    ),
    max_size=6,
).map(" ".join)


@settings(deadline=None)
@given(st.sampled_from(BOXES), st.one_of(st.text(), NEAR, WORDY))
@example(BOXES[0], "\0")
@example(BOXES[0], "\ud800")
@example(BOXES[0], "İ")
@example(BOXES[0], "\ufdfa" * 60)  # one letter that stands for eighteen
def test_any_text_is_read_or_refused_by_its_field(field: Any, text: str) -> None:
    is_change = field.name in CHANGE_INPUTS and field is CHANGE_INPUTS[field.name]
    read, refused = Typed(None, ""), list[FinriskError]()
    try:
        read = read_change_typed(field, text, 4_200) if is_change else read_typed(field, text)
    except (InvalidHousehold, InvalidChange) as error:
        refused.append(error)
    assert read.value is None or field.minimum <= read.value <= field.maximum
    assert len(read.echo) < 80
    for refusal in refused:
        assert isinstance(refusal, InvalidChange) == is_change
        assert refusal.field == field.name
        assert str(refusal).startswith(field.label)
        assert len(str(refusal)) < 500


@pytest.mark.parametrize(
    "text",
    ["9", "9 ", " ", "1,234", "1.", "'", "0'", "a ", "- ", "((", "1e", "e1", "$", "~", "\ufdfa"],
)
def test_a_text_of_a_million_letters_costs_no_more_than_a_look(text: str) -> None:
    long = text * (1_000_000 // len(text))
    began = time.perf_counter()
    if long.strip():
        with pytest.raises(InvalidHousehold) as error:
            read_typed(INPUTS["debt_payment"], long)
        assert len(str(error.value)) < 200
    else:
        assert read_typed(INPUTS["debt_payment"], long) == Typed(None, "")
    assert time.perf_counter() - began < 1


def legal(name: str) -> st.SearchStrategy[float]:
    field = INPUTS[name]
    if field.whole:
        return st.integers(int(field.minimum), int(field.maximum)).map(float)
    return st.floats(field.minimum, field.maximum)


def has_three_decimals(value: float) -> bool:
    """Of dollars: 5.125 is read as thousands, for nobody has tenths of a cent."""
    whole, _, part = str(abs(value)).partition(".")
    return len(part) == 3 and len(whole) <= 3 and whole != "0"


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(INPUTS)))
def test_what_we_write_is_read_back_without_an_echo(data: st.DataObject, name: str) -> None:
    field = INPUTS[name]
    value = data.draw(legal(name).map(lambda x: float(f"{x:.14g}"))) + 0.0
    assume(field.minimum <= value <= field.maximum)
    assume(field.scale != 1 or not has_three_decimals(value))
    assert read_typed(field, field.show_exact(value)) == Typed(value, "")
    shown = read_typed(field, field.show(value))
    assert shown.echo == ""
    assert shown.value == pytest.approx(value, abs=0.51 if field.scale == 1 else 0.00051)


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(INPUTS)))
def test_the_digits_of_a_number_are_read_back_exactly(data: st.DataObject, name: str) -> None:
    field = INPUTS[name]
    if field.scale == 1:
        value = data.draw(legal(name)) + 0.0
        assume(not has_three_decimals(value))
        assert read_typed(field, repr(value)).value == value
    else:
        percent = data.draw(st.floats(0, 400))
        expected = float(Decimal(repr(percent)) / 100) + 0.0
        assert read_typed(field, f"{percent!r} %").value == expected


@settings(deadline=None)
@given(st.integers(-100, 1_000))
def test_a_change_that_we_write_is_read_back(percent: int) -> None:
    field, factor = CHANGE_INPUTS["income"], float(Decimal(100 + percent) / 100)
    if percent < 1_000:
        assert read_change_typed(field, field.show(factor), now=4_200).value == factor
    sums = CHANGE_INPUTS["one_off"]
    assert read_change_typed(sums, sums.show(percent), now=math.inf) == Typed(percent, "")


# --- a form --------------------------------------------------------------------------------------


def test_a_form_is_a_household() -> None:
    assert read_form(TYPED) == Form(MARIA, None, {}, {})
    empty = dict.fromkeys(INPUTS, "") | TYPED | {"debt_payment": None}
    assert read_form(empty, dict.fromkeys([*CHANGE_INPUTS, "months"], "")).household == MARIA
    form = read_form(TYPED | {"savings": "5.2k", "last_income": "lower"})
    assert form.household == Household(4_200, 3_900, 5_200, 9_000, last_income=0.86)
    assert form.echoes == {"savings": "read as $5,200", "last_income": "read as 86 %"}


def test_numbers_are_taken_exactly() -> None:
    exact: dict[str, Any] = MARIA.to_dict() | {"savings": 612.337, "income_volatility": 0.14}
    form = read_form(exact, {"income": 0.9, "one_off": -12.345, "months": 3})
    assert form.household == Household(**exact)
    assert form.change == Change(income=0.9, one_off=-12.345, months=3)
    assert form.errors == {}
    assert form.echoes == {"change.income": "$420 a month less"}, "a factor says its dollars"


def test_all_that_is_wrong_is_told_at_once() -> None:
    form = read_form(
        {
            "monthly_income": "lots",
            "savings": "-5",
            "debt": [9_000],
            "debt_payment": True,
            "income_volatility": 14,
            "negative_months": "2",
            "negative_streak": "3",
            "last_income": {"a": 1},
            "wealth": "5",
            "Debt Payment": "5",
        },
        {"income": "-20", "one_off": "x", "debt": [1], "spending": -1, "months": "7", "incom": 1},
    )
    assert (form.household, form.change) == (None, None)
    assert {box: sentence.split(". ")[0] for box, sentence in form.errors.items()} == {
        "wealth": "wealth is not a field of a household",
        "Debt Payment": "Debt Payment is not a field of a household, but looks like debt_payment",
        "monthly_income": "Monthly income must be a number, got 'lots'",
        "monthly_expenses": "Monthly expenses is required, got nothing",
        "savings": "Savings must lie between $0 and $50,000,000, got -5",
        "debt": "Debt must be a number, got [9000]",
        "debt_payment": "Debt payment must be a number, got True",
        "income_volatility": "Ups and downs of income must lie between 0 % and 400 %, got 1,400 %",
        "last_income": "Income, last month must be a number, got {'a': 1}",
        "negative_streak": "Months in the red in a row must not exceed months in the red, got 3 "
        "months against 2 months",
        "change.income": f"Income {ONE_WAY}, got '-20'",
        "change.one_off": "One-off sum must be a number, got 'x'",
        "change.debt": "Debt must be an amount of at most $50,000,000 either way, got [1]",
        "change.spending": "Spending must be a factor of at least 0, got -1",
        "change.months": "Months must be a whole number from 1 to 6, got '7'",
        "change.incom": "incom is nothing that a Change has, but looks like income",
    }


def test_every_field_that_exceeds_another_is_told() -> None:
    wrong = {"debt_payment": "4000", "savings_change": "6000", "negative_streak": "3"}
    form = read_form(TYPED | wrong | {"negative_months": "2"})
    assert list(form.errors) == [small for small, _ in CROSS_RULES] == list(wrong)
    assert form.errors["savings_change"] == (
        "Change of savings must not exceed savings, got $6,000 against $5,200. Correct one of the "
        "two."
    )
    assert form.household is None


def test_a_box_that_is_wrong_makes_no_other_wrong() -> None:
    """Dollars of spending stand against expenses, debt and payment: none of these is known."""
    for name in TYPED:
        form = read_form(TYPED | {"debt_payment": "200", name: "x"}, {"spending": "-$3,000"})
        assert list(form.errors) == [name]
        assert (form.household, form.change, form.echoes) == (None, None, {})


def test_a_form_reads_a_change() -> None:
    form = read_form(TYPED, {"income": "-20 %", "one_off": "-2k", "months": "3"})
    assert form.change == Change(income=0.8, one_off=-2_000, months=3)
    assert form.echoes == {
        "change.income": "$840 a month less",
        "change.one_off": "read as -$2,000",
    }
    form = read_form(TYPED, {"spending": "+$200", "income": None, "months": 2})
    spending = change_from(MARIA, spending_dollars=200).spending
    assert form.change == Change(spending=spending, months=2)


@pytest.mark.parametrize(
    "change",
    [
        None,
        {},
        {"income": "0", "one_off": " ", "debt": "none", "months": 3},
        {"income": 1, "one_off": 0.0},
    ],
)
def test_a_change_that_changes_nothing_is_none(change: dict[str, Any] | None) -> None:
    assert read_form(TYPED, change) == Form(MARIA, None, {}, {})


@pytest.mark.parametrize(
    ("change", "box", "words"),
    [
        (
            {"debt": "-9,001"},
            "change.debt",
            "Debt must not pay off more than is owed, got $9,001 against $9,000. Give -9,000 to",
        ),
        ({"income": "-$4,201"}, "change.income", "Income must leave at least $0, got -$4,201"),
        ({"months": "for good"}, "change.months", "got 'for good'. Leave them out for a change"),
        ({"months": 2.5}, "change.months", "from 1 to 6, got 2.5. Leave them out"),
        ({"months": True}, "change.months", "from 1 to 6, got True."),
        ({"savings": "500"}, "change.savings", "write one_off=500 for $500 more"),
        ({"income": math.nan}, "change.income", "Income must be a factor of at least 0, got nan."),
    ],
)
def test_a_change_that_nobody_can_make_is_told_at_its_box(
    change: dict[str, Any], box: str, words: str
) -> None:
    form = read_form(TYPED, change)
    assert (form.household, form.change) == (MARIA, None)
    assert list(form.errors) == [box]
    assert words in form.errors[box]


@pytest.mark.parametrize("months", [3, "3", " 3 months", 3.0])
def test_months_may_be_a_text(months: Any) -> None:
    assert read_form(TYPED, {"income": "-20 %", "months": months}).change == Change(
        income=0.8, months=3
    )


def test_labels_stand_for_names() -> None:
    assert in_labels("savings must lie") == "Savings must lie"
    assert in_labels("Your savings and monthly_income") == "Your savings and monthly income"
    assert in_labels("no_field is one_off") == "no_field is one-off sum"
