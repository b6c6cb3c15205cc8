"""Paths and the few knobs that are not part of the model, from FINRISK_* or `.env`.

Where they lie depends on how the package came here:

- In a checkout (pyproject.toml stands beside finrisk/, also where it is installed with `-e`)
  the model lies in the project's `models/`, and the project's `.env` is read. A relative
  FINRISK_MODELS_DIR is seen from the project: it means the same from every lesson.
- An installed package carries the model with it, in finrisk/models; git holds no such folder,
  the build makes it from `models/`. Nobody looks for an `.env` among the libraries, so the
  one of the current folder is read, if there is one. A relative FINRISK_MODELS_DIR is seen
  from the current folder, where that `.env` lies.

What the environment says goes before `.env`, and both go before the defaults.
"""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from finrisk.errors import FinriskError
from finrisk.supported import CARRIED, IN_CHECKOUT, PROJECT

__all__ = ["Settings"]

_ENV = PROJECT / ".env" if IN_CHECKOUT else Path(".env")


class Settings(BaseSettings):
    """Read afresh each time it is made, so a test or a lesson can point it elsewhere.

    Raises:
        FinriskError: for a value from the call, the environment or `.env` that cannot be used,
            or an `.env` that cannot be read.

    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(
        env_prefix="FINRISK_",
        env_file=_ENV,
        extra="ignore",
    )

    models_dir: Path = PROJECT / "models" if IN_CHECKOUT else CARRIED
    host: str = Field(default="127.0.0.1", min_length=1)  # an empty one would be every network
    port: int = Field(default=8000, ge=1, le=65_535)
    # Names besides this machine's own under which the page may be asked for, as behind a proxy.
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _sentence(error) from None
        except (OSError, UnicodeError) as error:  # PowerShell's > writes UTF-16, for example
            raise FinriskError(
                f"The file {_ENV.absolute()} must be a text in UTF-8, got: {error}. Save it as "
                "UTF-8, or give it another name.",
                field=".env",
            ) from error

    @field_validator("models_dir")
    @classmethod
    def _in_the_project(cls, folder: Path) -> Path:
        """A relative folder is seen from the project; without one, from the current folder."""
        return (PROJECT if IN_CHECKOUT else Path.cwd()) / folder

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


def _sentence(error: ValidationError) -> FinriskError:
    first = error.errors()[0]
    name, rule = str(first["loc"][0]), first["msg"].removeprefix("Input ")
    return FinriskError(
        f"{name} {rule}, got {first['input']!r}. Change it in the command, in "
        f"FINRISK_{name.upper()} or in .env.",
        field=name,
    )
