"""Paths and the few knobs that are not part of the model, from FINRISK_* or `.env`.

Where they lie depends on how the package came here:

- In a checkout (pyproject.toml stands beside finrisk/, also where it is installed with `-e`)
  the model lies in the project's `models/`, and the project's `.env` is read. A relative
  FINRISK_MODELS_DIR is seen from the project: it means the same from every lesson.
- An installed package carries the model with it, in finrisk/models; git holds no such folder,
  the build makes it from `models/`. Nobody looks for an `.env` among the libraries, so the
  one of the current folder is read, if there is one. A relative FINRISK_MODELS_DIR is seen
  from the current folder, where that `.env` lies.

What the environment says goes before `.env`, and both go before the defaults. A name that begins
with FINRISK_ and is no setting is a slip, and refused: the default would quietly stay instead.
"""

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from finrisk import env_file
from finrisk.errors import FinriskError
from finrisk.paths import Unusable, find_path, kind_of, show_path
from finrisk.supported import CARRIED, IN_CHECKOUT, PROJECT

__all__ = ["Settings"]

_ENV = PROJECT / ".env" if IN_CHECKOUT else Path(".env")
_FOR_TESTS = ("FINRISK_AUTHORS", "FINRISK_REQUIRE_BROWSER")  # switches of the tests
_LOOKS_LIKE = 0.8  # of 1: MODEL_DIR is near enough to MODELS_DIR, DEBUG to nothing
_LONGEST_HOST = 253  # letters of a name on the internet
_HOST_NAME = re.compile(r"\*|(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def _one_host(name: str) -> str:
    odd = not name or not name.isprintable() or re.search(r"[\s/]", name)
    if odd or len(name) > _LONGEST_HOST:  # an empty one would be every network
        raise ValueError("must be one name or address, such as 127.0.0.1")
    return name


def _name_of_a_page(name: str) -> str:
    if not _HOST_NAME.fullmatch(name) or len(name) > _LONGEST_HOST:
        raise ValueError(
            "must hold names such as page.example, or *.page.example for all that end so, or * "
            "for any; no https://, no port and no path"
        )
    return name


class Settings(BaseSettings):
    """Read afresh each time it is made, so a test or a lesson can point it elsewhere.

    Raises:
        FinriskError: for a value from the call, the environment or `.env` that cannot be used,
            for a name that is no setting, or for an `.env` that cannot be read.

    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(
        env_prefix="FINRISK_",
        env_file=_ENV,
        env_file_encoding="utf-8-sig",
        extra="ignore",  # the `.env` may serve other programs too
        str_strip_whitespace=True,  # Windows keeps the last blank of `set FINRISK_HOST=... `
    )

    models_dir: Path = PROJECT / "models" if IN_CHECKOUT else CARRIED
    host: Annotated[str, AfterValidator(_one_host)] = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    # Names besides this machine's own under which the page may be asked for, as behind a proxy.
    allowed_hosts: Annotated[
        tuple[Annotated[str, AfterValidator(_name_of_a_page)], ...], NoDecode
    ] = ()

    def __init__(self, **values: Any) -> None:
        file = values.pop("_env_file", self.model_config.get("env_file"))
        if file is not None and not env_file.is_there(Path(file)):
            file = None
        own = list(Settings.model_fields)
        known = [f"FINRISK_{name.upper()}" for name in own]
        _check_names("Settings", own, (name for name in values if not name.startswith("_")))
        _check_names("The environment", known, (n for n in os.environ if _is_ours(n)))
        if file is not None:
            _check_names(f"The file {Path(file).absolute()}", known, env_file.names_in(Path(file)))
        try:
            super().__init__(_env_file=file, **values)
        except ValidationError as error:
            raise _sentence(error) from None

    @field_validator("port", mode="before")
    @classmethod
    def _no_truth(cls, number: Any) -> Any:
        """True is 1 to the library, and a slip to a reader."""
        if isinstance(number, bool):
            raise ValueError("must be a number")
        return number

    @field_validator("models_dir", mode="before")
    @classmethod
    def _a_folder(cls, name: Any) -> Path:
        """A relative folder is seen from the project; without one, from the current folder."""
        try:
            folder = find_path(name.strip() if isinstance(name, str) else name)
            folder = ((PROJECT if IN_CHECKOUT else Path()) / folder).absolute()
            kind = kind_of(folder)
            if not str(folder).isprintable():  # "D:\new" in double quotes holds a line break
                raise Unusable("holds a character that cannot be seen: write / for \\")
        except Unusable as error:
            raise ValueError(f"must name a folder, and that name {error}") from None
        if kind not in ("", "a folder"):  # where nothing is, `train` makes the folder
            raise ValueError(f"must name a folder, and {kind} has that name")
        return folder

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _one_by_one(cls, names: Any) -> Any:
        """In the environment they stand in one text: "a.example, *.b.example"."""
        if not isinstance(names, str):
            return names
        return [name.strip().lower() for name in names.split(",") if name.strip()]

    @property
    def model_path(self) -> Path:
        """Where `python -m finrisk train` writes the model and everybody loads it from."""
        return self.models_dir / "latest_model.pth"

    @property
    def metrics_path(self) -> Path:
        """The same build's figures, for people and for the faces."""
        return self.models_dir / "metrics.json"


def _is_ours(name: str) -> bool:
    return name.upper().startswith("FINRISK_")


def _check_names(where: str, known: list[str], names: Iterable[str]) -> None:
    """Refuse a name that is no setting, and say which one it is most like."""
    spelt = {name.upper(): name for name in known}
    for name in names:
        if name.upper() in spelt or name.upper() in _FOR_TESTS:
            continue
        near = [spelt[slip] for slip in get_close_matches(name.upper(), spelt, 1, _LOOKS_LIKE)]
        step = f"Write {near[0]} if that is meant, or take it out." if near else "Take it out."
        raise FinriskError(
            f"{where} must name settings that there are ({', '.join(known)}), got "
            f"{show_path(name)}. {step}",
            field=name,
        )


def _sentence(error: ValidationError) -> FinriskError:
    first = error.errors()[0]
    name = str(first["loc"][0])
    rule = first["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return FinriskError(
        f"{name} {rule}, got {show_path(first['input'])}. Change it in the command, in "
        f"FINRISK_{name.upper()} or in .env.",
        field=name,
    )
