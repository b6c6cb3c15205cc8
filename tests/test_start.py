"""The folder that lessons write to: one place, whoever is told about it."""

from finrisk.course import scratch
from finrisk.settings import Settings


def test_scratch_is_beside_the_lesson_for_settings_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    world = Settings(models_dir=scratch() / "my_world").models_dir
    assert world == tmp_path.resolve() / "scratch" / "my_world"
    assert scratch().is_dir()
