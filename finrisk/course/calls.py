"""A course tool that is called in another way says how it is called, and shows no stack trace."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from finrisk.errors import FinriskError

__all__ = ["called_like"]

P = ParamSpec("P")
R = TypeVar("R")


def called_like(example: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a call with too few, too many or unknown arguments end in a sentence.

    Args:
        example: a right call, to copy.

    Raises:
        FinriskError: from the function made, when a call does not fit it.

    >>> called_like("double(2)")(lambda number: 2 * number)(2, 3)
    Traceback (most recent call last):
    finrisk.errors.FinriskError: Call it like double(2). Here: too many positional arguments.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as error:
                raise FinriskError(f"Call it like {example}. Here: {error}.") from None
            return function(*args, **kwargs)

        return called

    return decorate
