"""What people type, read: "$4,200", "5.200,50", "5k", "20 thousand", "20 % less", "14 months".

One reader for panel, page and command line. It echoes what was not plain ("read as $5,200"), and
refuses what could be read in two ways, in the words of the field. A text is split into words
(`_WORDS`), and these must stand in an order in which people write one number (`_ORDER`). Left
out: all boxes of a form together (`form.py`), and files, whose columns decide together what one
cell leaves open (`data/csv_cells.py`).
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from finrisk.change_inputs import CHANGE_INPUTS, ChangeInput
from finrisk.errors import FinriskError, InvalidChange, InvalidHousehold
from finrisk.household import factor_from
from finrisk.inputs import INPUTS, Input
from finrisk.received import as_float, show_number, show_value

__all__ = [
    "Typed",
    "checked_as_typed",
    "factor_in_dollars",
    "in_labels",
    "read_change_typed",
    "read_typed",
    "tidied",
]

_LONGEST = 60  # characters of a text; no number takes more
_NOT_KNOWN = ("?", "-", "not known", "unknown", "don't know")
_NOTHING = ("none", "nothing")
_A_MONTH = ("monthly_income", "monthly_expenses", "debt_payment", "income", "spending")
_LARGEST_PERCENT = 100  # a change of so much or less could be in percent or in dollars
_POWERS = {"k": "e3", "thousand": "e3", "million": "e6"}
_TWO_WAYS = "must be readable in one way only"
_SIGNS = str.maketrans("‐‒–—―−’‘ʼ′", "-" * 6 + "'" * 4)  # some that keyboards lack

_WORDS = re.compile(
    r"""
    (?P<about> ~ | (?:about|around|roughly|circa)\b | (?:approx|ca)\b\.? )
  | (?P<sign> [-+] )
  | (?P<way> (?:less|fewer|down|more|up)\b )
  | (?P<number> [0-9.,] (?:[0-9.,'_ ]*[0-9.,])? (?:e[-+]?[0-9]{1,3})? )
  | (?P<times> (?:k|thousand|million)\b )
  | (?P<m> m\b )
  | (?P<dollars> (?:us)?\$ | (?:usd|dollars?)\b )
  | (?P<foreign> [€£¥₹₩₽₺₫₱₴₪¢] | (?:eur|euros?|gbp|pounds?|chf|cad|aud|jpy|yen|cny|inr|mxn)\b )
  | (?P<percent> % | (?:percent|per\ cent)\b )
  | (?P<monthly> (?:/\ ?|(?:a|per)\ )(?:month|mo)\b | monthly\b )
  | (?P<yearly> (?:/\ ?|(?:a|per)\ )(?:year|yr)\b | (?:yearly|annually)\b )
  | (?P<months> (?:months?|mo)\b )
  | (?P<space> \  )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ORDER = re.compile(
    r"(about )?(way )?(sign )?(dollars )?(sign )?number (times )?"
    r"(dollars |percent |months |m )?(monthly |yearly )?(way )?(monthly |yearly )?"
)
_GROUPED = re.compile(  # 5,200.50 and 5 200,50: by three digits, with another sign for decimals
    r"(?P<whole>[1-9][0-9]{0,2}(?P<gap>[., '_])[0-9]{3}(?:(?P=gap)[0-9]{3})*)"
    r"(?:(?!(?P=gap))[.,](?P<part>[0-9]*))?"
)
_BARE = re.compile(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]{1,2}")  # ,200 is what a shell makes of $4,200
_SCIENTIFIC = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)e[-+]?[0-9]+")
_PLAIN = re.compile(r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_UNIT = re.compile(r" ?(?:[$%]|months?) ?")

_LABELS = {name: field.label for name, field in (*CHANGE_INPUTS.items(), *INPUTS.items())}
_CODE_NAME = re.compile(r"^[a-z]+\b|\b[a-z]+(?:_[a-z]+)+\b")


class Typed(NamedTuple):
    """What was read; None is an empty box, or not known. The echo is "" where it was plain."""

    value: float | None
    echo: str


def in_labels(sentence: str) -> str:
    """The sentence with the labels of the fields, instead of their names in code.

    >>> in_labels("savings_change must not exceed savings, got $2,600 against $2,500.")
    'Change of savings must not exceed savings, got $2,600 against $2,500.'
    """

    def label(name: re.Match[str]) -> str:
        known = _LABELS.get(name[0], name[0])
        return known if name.start() == 0 else known.lower()

    sentence = sentence.replace("one_off sum", "one_off")  # the label says that it is a sum
    return _CODE_NAME.sub(label, sentence)


def read_typed(field: Input, text: str) -> Typed:
    """What somebody typed into the box of a field of `INPUTS`.

    Raises:
        InvalidHousehold: if it is no number, could be two, or breaks the rule of the field.

    >>> read_typed(INPUTS["savings"], "5.2k"), read_typed(INPUTS["recent_income"], "93 %")
    (Typed(value=5200.0, echo='read as $5,200'), Typed(value=0.93, echo=''))
    """
    tidy, words = tidied(text), dict(field.words)
    if not tidy or tidy in _NOT_KNOWN:
        return Typed(checked_as_typed(field, None), "read as not known" if tidy else "")
    value: float | Decimal
    if tidy in words:
        value = words[tidy]
    elif tidy in (*_NOTHING, f"no {field.label.lower()}") and field.scale == 1:
        value = 0
    else:
        parts = _parts(field, text)
        value = _number(field, parts, text)
        if field.scale != 1:
            if "percent" not in parts and 0 < value <= field.slider_maximum:
                share, percent = _digits(100 * value), _digits(value)
                step = f"Write {share}% if it is a share of {percent}, else {percent}%."
                raise _error(field, _TWO_WAYS, text, step)
            value /= Decimal(field.scale)
    checked = checked_as_typed(field, value)
    return Typed(checked, _echo(field, tidy, checked))


def read_change_typed(field: ChangeInput, text: str, now: float) -> Typed:
    """What somebody typed into a box of `CHANGE_INPUTS`; the value is as `Change` takes it.

    The echo of a factor says it in the other unit: of percent in dollars, of dollars in percent.

    Args:
        field, text: the row of the table, and what stands in its box.
        now: $ a month that a factor multiplies; inf where that is not known.

    Raises:
        InvalidChange: if it is no change, could be two, or is one that nobody can make.

    >>> read_change_typed(CHANGE_INPUTS["income"], "-20 %", now=4_200)
    Typed(value=0.8, echo='$840 a month less')
    """
    tidy = tidied(text)
    if not tidy:
        return Typed(None, "")
    if tidy in _NOTHING:
        return Typed(field.default, "")
    parts = _parts(field, text)
    amount = _number(field, parts, text)
    if not field.is_factor:
        total = checked_as_typed(field, amount)
        return Typed(total, _echo(field, tidy, total))
    if amount == 0:
        return Typed(field.default, "")
    if "percent" in parts:
        factor = float(1 + amount / 100)
        if not field.minimum <= factor <= field.maximum:
            low, high = field.show(field.minimum), field.show(field.maximum)
            raise _error(field, f"must change by {low} to {high}", text)
    else:
        if abs(amount) <= _LARGEST_PERCENT and not {"dollars", "times", "monthly"} & set(parts):
            sign, size = "-" if amount < 0 else "", _digits(abs(amount))
            raise _error(field, _TWO_WAYS, text, f"Write {sign}{size} % or {sign}${size}.")
        try:
            factor = factor_from(field.name, float(amount), now)
        except InvalidHousehold as error:
            raise InvalidChange(in_labels(str(error)), field=field.name) from None
    if math.isinf(now):
        return Typed(factor, "")
    if "percent" in parts:
        return Typed(factor, factor_in_dollars(factor, now))
    percent = 100 * abs(factor - 1)
    told = f"{percent:,.0f} %" if percent >= 100 else f"{max(percent, 0.01):.3g} %"
    return Typed(factor, f"{told} {'less' if amount < 0 else 'more'}")


def factor_in_dollars(factor: float, now: float) -> str:
    """What a factor makes of `now`, $ a month; "" where it changes nothing.

    >>> factor_in_dollars(0.8, 4_200), factor_in_dollars(1, 4_200)
    ('$840 a month less', '')
    """
    dollars = now * abs(factor - 1)
    if dollars == 0:
        return ""
    told = f"${dollars:,.0f}" if dollars >= 10 else f"${dollars:.2f}"
    return f"{told} a month {'less' if factor < 1 else 'more'}"


def tidied(text: str) -> str:
    """The text in small letters and in signs of a keyboard, with single blanks."""
    short = unicodedata.normalize("NFKC", text.strip()[: _LONGEST + 1])
    return re.sub(" +", " ", short.lower().translate(_SIGNS)).strip()


def _parts(field: Input, text: str) -> dict[str, str]:
    """The words of a text by their kind: one number, and what the field bears beside it.

    Raises:
        InvalidHousehold, InvalidChange: for a text that is anything else.
    """
    tidy = re.sub(r"^\((.*)\)$", r"-\1", tidied(text))  # accountants write -5 as (5)
    found = [(str(word.lastgroup), word[0]) for word in _WORDS.finditer(tidy)]
    found = [(kind, word) for kind, word in found if kind != "space"]
    parts = dict(found)
    in_dollars = "$" in field.unit
    if in_dollars and {"number", "foreign"} <= set(parts):
        raise _error(field, "must be in dollars", text)
    is_number = (
        len(text.strip()) <= _LONGEST
        and not any(c.isnumeric() and not c.isdecimal() for c in text)  # 5² is not 52
        and _ORDER.fullmatch("".join(f"{kind} " for kind, _ in found))
        and len(parts) == len(found)
        and not {"sign", "way"} <= set(parts)
    )
    if not is_number or not set(parts) <= _kinds(field):
        raise _error(field, "must be a number", text)
    if in_dollars and "m" in parts:
        raise _error(field, _TWO_WAYS, text, "Write million in full, or leave out the m.")
    return parts


def _kinds(field: Input) -> set[str]:
    """The kinds of words that the field bears."""
    kinds = {"about", "sign", "number"}
    if field.unit == "months":
        kinds |= {"months", "m"}
    if "%" in field.unit:
        kinds |= {"percent"}
    if "$" in field.unit:
        kinds |= {"dollars", "times", "m"}
    if field.name in _A_MONTH:
        kinds |= {"monthly", "yearly"}
    if field.minimum < 0 or isinstance(field, ChangeInput):
        kinds |= {"way"}
    return kinds


def _number(field: Input, parts: Mapping[str, str], text: str) -> Decimal:
    """The number with its sign, as people read it: in dollars, in months, or in percent.

    Raises:
        InvalidHousehold, InvalidChange: if it is none, or could be two.
    """
    digits, power = parts["number"], _POWERS.get(parts.get("times", ""), "")
    is_less = parts.get("sign") == "-" or parts.get("way") in ("less", "fewer", "down")
    sign = "-" if is_less else ""
    bare = _BARE.fullmatch(digits) or (not power and _SCIENTIFIC.fullmatch(digits))
    grouped = _GROUPED.fullmatch(digits)
    if not bare and not grouped:
        raise _error(field, "must be a number", text)
    decimal = thousands = Decimal(0)
    if bare:
        number = decimal = Decimal(f"{sign}{digits.replace(',', '.')}{power}")
    if grouped:
        whole = re.sub("[^0-9]", "", grouped["whole"])
        number = thousands = Decimal(f"{sign}{whole}.{grouped['part'] or 0}{power}")
    if bare and grouped:  # 5.200 or 5,200
        in_dollars = "$" in field.unit and "percent" not in parts
        # The one share that we write with a comma: last month's income of 1,200 %.
        is_ours = thousands <= field.scale * field.maximum and not isinstance(field, ChangeInput)
        is_point = "." in digits
        if power or not (in_dollars or is_point or is_ours):
            unit = "" if in_dollars or field.scale == 1 else " %"
            step = f"Write {_digits(decimal)}{unit} or {_digits(thousands)}{unit}."
            raise _error(field, _TWO_WAYS, text, step)
        number = decimal if is_point and not in_dollars else thousands
    if math.isinf(float(number)):
        raise _error(field, "must be a number", text)
    if "yearly" in parts:
        monthly = round(float(number) / 12, 2)
        step = (
            f"{show_number(float(number))} a year is {show_number(monthly)} a month: write "
            f"{INPUTS['savings'].show_exact(monthly)}."
        )
        raise _error(field, "is asked for a month", text, step)
    return number


def checked_as_typed(field: Input, value: Any) -> float | None:
    """As `Input.check`, but in the words of a form: with labels, and shares in percent."""
    number = as_float(value)
    if number is None:
        raise _error(field, "must be a number", value)
    if field.scale != 1 and (number < field.minimum or number > field.maximum):
        low, high = field.show_exact(field.minimum), field.show_exact(field.maximum)
        got = field.show_exact(number) if math.isfinite(number) else show_value(value)
        raise InvalidHousehold(
            f"{field.label} must lie between {low} and {high}, got {got}. Check the number. It "
            f"stands for: {field.help[0].lower()}{field.help[1:]}",
            field=field.name,
        )
    try:
        return field.check(value)
    except InvalidHousehold as error:
        kind = InvalidChange if isinstance(field, ChangeInput) else InvalidHousehold
        raise kind(in_labels(str(error)), field=field.name) from None


def _echo(field: Input, tidy: str, value: float | None) -> str:
    """How it was read; "" for digits as we write them ourselves, with the unit or without."""
    if value is None:
        return ""
    digits = _UNIT.sub("", tidy)
    as_written = _PLAIN.fullmatch(digits) and Decimal(digits.replace(",", ""))
    if tidy == field.show_exact(value) or as_written == Decimal(str(value)) * int(field.scale):
        return ""
    return f"read as {field.show_exact(value)}"


def _error(field: Input, rule: str, got: Any, step: str = "") -> FinriskError:
    """The sentence about a box, with what was typed into it."""
    usual = f"{field.scale * (field.default or field.step):g}"
    example = f"{usual} %" if field.scale != 1 else usual
    if field.minimum < 0:
        example = f"{usual} or -{usual}"
    if isinstance(field, ChangeInput) and field.is_factor:
        example = "-20 % or -$500"
    kind = InvalidChange if isinstance(field, ChangeInput) else InvalidHousehold
    step = step or f"Write it like {example}."
    return kind(f"{field.label} {rule}, got {show_value(got)}. {step}", field=field.name)


def _digits(number: Decimal) -> str:
    """In digits and a point, as it can be typed.

    >>> _digits(Decimal("5200.00"))
    '5200'
    """
    return show_number(float(number)).replace(",", "")
