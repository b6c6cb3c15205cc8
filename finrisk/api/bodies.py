"""What a body may hold only once: nothing that somebody sends is dropped without a word.

JSON lets a field stand twice, and its readers take the last; an upload may hold several files, and
its readers take one. Whoever sent both would not know which was judged. A route names the check
that it needs; FastAPI has the body by then, so it does not come over the line again.
"""

import json
from typing import Any

from fastapi import Depends, Request

from finrisk.errors import InvalidHistory, InvalidHousehold
from finrisk.received import show_name, show_value

__all__ = ["FIELDS_ONCE", "ONE_FILE"]

MOST_FIELDS = 100  # of an object; of a thousand times as many, pydantic would refuse each by name


async def _fields_once(request: Request) -> None:
    """Refuse an object that names a field twice, or names fields by the thousand.

    Raises:
        InvalidHousehold: naming the field, or how many there are.
    """
    try:
        json.loads(await request.body(), object_pairs_hook=_check_fields)
    except InvalidHousehold:
        raise
    except (ValueError, RecursionError):  # no JSON: FastAPI has a refusal of its own for that
        return


def _check_fields(pairs: list[tuple[str, Any]]) -> None:
    """Refuse one object of the body, given as JSON's reader finds it.

    Raises:
        InvalidHousehold: for a field that stands twice, or for too many fields.
    """
    if len(pairs) > MOST_FIELDS:
        raise InvalidHousehold(
            f"The body must hold the fields of one household, got {len(pairs):,} fields. Send "
            "those that /openapi.json names."
        )
    if len(dict(pairs)) == len(pairs):
        return
    names = [name for name, _ in pairs]
    field = next(name for name in names if names.count(name) > 1)
    raise InvalidHousehold(
        f"{show_name(field)} must stand in the body once, got it {names.count(field)} times. Leave "
        "out all but one.",
        field=field[:60],
    )


async def _one_file(request: Request) -> None:
    """Refuse an upload of more than the one file that is read.

    Raises:
        InvalidHistory: naming the parts that came.
    """
    names = [name for name, _ in (await request.form()).multi_items()]
    if len(names) > 1:
        raise InvalidHistory(
            f"file must be the only part of the upload, got {len(names)} parts: "
            f"{show_value(', '.join(names))}. Send the file of one household alone.",
            field="file",
        )


FIELDS_ONCE, ONE_FILE = Depends(_fields_once), Depends(_one_file)
