"""What was received, as a sentence can bear it: as it was, with every digit that the rule needs.

Characters that eyes would miss are written out, and what is too long is cut in the middle. Left
out: the rules (`checks.py`).
"""

import math
import re
import reprlib
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Integral, Real
from operator import index
from typing import Any

__all__ = ["as_float", "shorten", "show_kind", "show_name", "show_number", "show_value"]

_PANDAS = ("DataFrame", "Series")  # names that other libraries have taken over
_LONGEST = 60  # characters of a value that a sentence can bear
_MANY_BITS = 50_000  # of a number that takes long to write: about 15,000 digits
_PLAIN = range(-12, 16)  # powers of ten of a float that are written out; it has 17 digits at most


def as_float(value: Any) -> float | None:
    """A number of any library as a float, NaN where it is not known, None for anything else.

    A finite number too large for a float becomes an infinite one.

    >>> as_float(3), as_float(None), as_float("3"), as_float(True), as_float(-(10**400))
    (3.0, nan, None, None, -inf)
    """
    if value is None:
        return math.nan
    if isinstance(value, Real | Decimal) and not isinstance(value, bool):
        try:
            return float(index(value) if isinstance(value, Integral) else value)
        except OverflowError:
            return math.inf if value == abs(value) else -math.inf
        except (TypeError, ValueError):
            # A span of time of numpy, which calls itself whole; the signalling NaN of Decimal.
            return None
    from pandas import NA  # not on top: the doctor starts where pandas is missing

    return math.nan if value is NA else None


def show_value(value: Any) -> str:
    """The value received as Python writes it, in one line; a number of numpy as a plain number.

    >>> show_value("3"), show_value(2e6), show_value(Decimal(3)), show_value(range(9))
    ("'3'", '2000000.0', "Decimal('3')", 'range(0, 9)')
    >>> show_value("a" * 99)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaa…aaaaaaaaaaaaaaaaaaaaaaaaaaaa'"
    """
    return _cut(re.sub(r"\s*\n\s*", " ", _SHORT.repr(value)))


def show_kind(value: Any) -> str:
    """The name of its class; with the library, where it could be taken for one of pandas.

    >>> show_kind([1, 2]), show_kind(None)
    ('list', 'NoneType')
    """
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    other = kind.__name__ in _PANDAS and library != "pandas"
    return f"{kind.__name__} of {library}" if other else kind.__name__


def show_number(value: Any) -> str:
    """A number with all its digits and with thousands separators.

    >>> show_number(3900.0), show_number(3900.0000001), show_number(-1e-05), show_number(1e300)
    ('3,900', '3,900.0000001', '-0.00001', '1e+300')
    """
    text = _digits(value)
    try:
        exact = Decimal(text)
    except InvalidOperation:  # a fraction such as 7/2, or words
        return _cut(text)
    if exact.is_finite() and ("e" not in text.lower() or exact.adjusted() in _PLAIN):
        text = f"{exact:,f}"
    return _cut(text.removesuffix(".0"))


def show_name(name: Any, *, exact: bool = False) -> str:
    """A name as it was written; in quotes and with escapes where eyes would miss a part of it.

    Args:
        exact: write out every character that is not on each keyboard, and say which one it is.

    >>> show_name("debts"), show_name("debt "), show_name(7)
    ('debts', "'debt ' (with a character that cannot be seen)", '7')
    >>> print(show_name("d\N{CYRILLIC SMALL LETTER IE}bt", exact=True))
    'd\u0435bt' (with the character CYRILLIC SMALL LETTER IE)
    """
    if not isinstance(name, str):
        return show_value(name)
    if not name.isprintable() or name != name.strip() or not name:
        hidden = "a character that cannot be seen" if name else "no character"
        return f"{_cut(ascii(name))} (with {hidden})"
    if exact and not name.isascii():
        strange = next(character for character in name if not character.isascii())
        return f"{_cut(ascii(name))} (with the character {unicodedata.name(strange, strange)})"
    return _cut(name)


def shorten(text: str, longest: int) -> str:
    """The beginning of a text that is too long, and a sign that there was more.

    >>> shorten("a long story", 6)
    'a long…'
    """
    return text if len(text) <= longest else f"{text[:longest]}…"


class _Short(reprlib.Repr):
    """`repr` of the beginning and the end of a long value."""

    def repr1(self, x: Any, level: int) -> str:
        """Some classes only bear the name of one that the library knows how to take apart."""
        try:
            return super().repr1(x, level)
        except Exception:
            return object.__repr__(x)

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxlong = self.maxother = _LONGEST
        self.fillvalue = "…"

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002  # the library's signature
        return _cut(_digits(x))

    def repr_instance(self, x: Any, level: int) -> str:
        is_plain = as_float(x) is not None and not isinstance(x, Decimal | Fraction)
        return _digits(x) if is_plain else super().repr_instance(x, level)


_SHORT = _Short()


def _digits(value: Any) -> str:
    """A number as text; Python itself writes no whole number of more than 4,300 digits."""
    if isinstance(value, Integral) and int(value).bit_length() > _MANY_BITS:
        return f"a number of about {int(value).bit_length() * math.log10(2):,.0f} digits"
    return str(Decimal(int(value))) if isinstance(value, Integral) else str(value)


def _cut(text: str) -> str:
    """The beginning and the end of a text that is too long."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[: half - 1]}…{text[-half:]}"
