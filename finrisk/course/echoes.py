"""What an answer says of itself, as long as a sentence can bear.

An answer may be of any kind and any length, and the error it raises may, too.
"""

from finrisk.received import shorten

__all__ = ["LONGEST", "show_error", "show_kind"]

LONGEST = 300  # characters


def show_kind(answer: object) -> str:
    """What kind of thing an answer is.

    >>> show_kind([1, 2])
    'list'
    """
    try:
        return shorten(str(type(answer).__name__), LONGEST)
    except Exception:  # some classes have a name that breaks
        return "object"


def show_error(error: BaseException) -> str:
    """The kind of an error and its words, on one line; it may have none, or break in saying them.

    >>> show_error(ZeroDivisionError("division by zero")), show_error(MemoryError())
    ('ZeroDivisionError, division by zero', 'MemoryError')
    """
    try:
        words = " ".join(str(error).split()).rstrip(".")
    except BaseException:
        words = ""
    return shorten(f"{show_kind(error)}, {words}" if words else show_kind(error), LONGEST)
