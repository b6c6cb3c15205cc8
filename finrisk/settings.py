"""Paths and the few knobs that are not part of the model, from FINRISK_* or `.env`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings"]

_PROJECT = Path(__file__).resolve().parent.parent


def _default_models_dir() -> Path:
    """`models/` of the project this package stands in, else of the current folder."""
    base = _PROJECT if (_PROJECT / "pyproject.toml").exists() else Path.cwd()
    return base / "models"


class Settings(BaseSettings):
    """Read afresh each time it is made, so a test or a lesson can point it elsewhere.

    >>> Settings(port=8080).port
    8080
    """

    model_config = SettingsConfigDict(
        env_prefix="FINRISK_", env_file=_PROJECT / ".env", extra="ignore"
    )

    models_dir: Path = Field(default_factory=_default_models_dir)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)

    @property
    def model_path(self) -> Path:
        """Where `python -m finrisk train` writes the model and everybody loads it from."""
        return self.models_dir / "latest_model.pth"

    @property
    def metrics_path(self) -> Path:
        """The same build's figures, for people and for the faces."""
        return self.models_dir / "metrics.json"
