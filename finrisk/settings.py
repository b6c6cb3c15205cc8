"""Paths and the few knobs that are not part of the model, from FINRISK_* or `.env`."""

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from finrisk.household import FinriskError

__all__ = ["Settings"]

_PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read afresh each time it is made, so a test or a lesson can point it elsewhere.

    Raises:
        FinriskError: for a value from the call, the environment or `.env` that cannot be used.

    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(
        env_prefix="FINRISK_", env_file=_PROJECT / ".env", extra="ignore"
    )

    models_dir: Path = Field(default=Path("models"), validate_default=True)
    host: str = Field(default="127.0.0.1", min_length=1)  # an empty one would be every network
    port: int = Field(default=8000, ge=1, le=65_535)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _sentence(error) from None

    @field_validator("models_dir")
    @classmethod
    def _in_the_project(cls, folder: Path) -> Path:
        """A relative folder means the same from every lesson: it is seen from the project.

        Where the package stands in no project, it is seen from the current folder.
        """
        return (_PROJECT if (_PROJECT / "pyproject.toml").exists() else Path.cwd()) / folder

    @property
    def model_path(self) -> Path:
        """Where `python -m finrisk train` writes the model and everybody loads it from."""
        return self.models_dir / "latest_model.pth"

    @property
    def metrics_path(self) -> Path:
        """The same build's figures, for people and for the faces."""
        return self.models_dir / "metrics.json"

    @property
    def benchmarks_path(self) -> Path:
        """What `make bench` measured on that model, for the model card."""
        return self.models_dir / "benchmarks.json"


def _sentence(error: ValidationError) -> FinriskError:
    first = error.errors()[0]
    name, rule = str(first["loc"][0]), first["msg"].removeprefix("Input ")
    return FinriskError(
        f"{name} {rule}, got {first['input']!r}. Change it in the command, in "
        f"FINRISK_{name.upper()} or in .env.",
        field=name,
    )
