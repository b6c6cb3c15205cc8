"""The command line and its settings: what cannot be done is one sentence, said at once."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from browser import free_port

from finrisk import __main__ as command
from finrisk.household import FinriskError, ModelFileError
from finrisk.ml import build as build_module
from finrisk.ml.build import BuildPlan
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

PROJECT = Path(__file__).parents[1]


def run(*arguments: str, models: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "finrisk", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"FINRISK_MODELS_DIR": str(models)},
        check=False,
    )


def test_the_command_trains_and_says_what_it_wrote(tmp_path: Path) -> None:
    done = run("train", "--households", "3000", "--seed", "3", models=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Test, onset: recall" in done.stdout
    assert (tmp_path / "latest_model.pth").exists()


def test_the_command_turns_an_error_into_a_sentence(tmp_path: Path) -> None:
    done = run("train", "--households", "0", models=tmp_path)
    assert done.returncode == 1
    assert "households must be at least 1,000, got 0. Simulate more" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command that must fail before any work; returns its sentence."""

    def no_work(*_: object, **__: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr(build_module, "build", no_work)
    monkeypatch.setattr("uvicorn.run", no_work)

    def said(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["finrisk", *arguments])
        assert command.main() == 1
        return capsys.readouterr().err

    return said


@pytest.mark.parametrize("seed", ["-1", "4294967296"])
def test_a_seed_no_generator_takes_is_a_sentence(refused, seed, tmp_path, monkeypatch):
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    words = f"seed must be a whole number from 0 to 4294967295, got {seed}. "
    assert refused("train", "--seed", seed).startswith(words)


@pytest.mark.parametrize("seed", [1.5, True, "1", None])
def test_a_seed_of_another_kind_is_a_sentence(seed, tmp_path, monkeypatch):
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    with pytest.raises(FinriskError, match="seed must be a whole number") as error:
        Predictor.build(BuildPlan(n_households=1_000, seed=seed))
    assert error.value.field == "seed"


@pytest.mark.parametrize("port", ["99999", "0", "-1"])
def test_a_port_that_does_not_exist_is_a_sentence(refused, port):
    sentence = refused("serve", "--port", port)
    assert sentence.startswith("port should be ")
    assert f", got {port}. Change it in the command, in FINRISK_PORT or in .env." in sentence


def test_a_setting_that_cannot_be_read_is_a_sentence(refused, monkeypatch):
    monkeypatch.setenv("FINRISK_PORT", "abc")
    assert refused("serve").startswith("port should be a valid integer")
    assert "got 'abc'. Change it in the command, in FINRISK_PORT or" in refused("serve")
    assert "got 'abc'" in refused("train")
    with pytest.raises(FinriskError) as error:
        Settings()
    assert error.value.field == "port"


def test_the_commands_own_port_goes_before_a_broken_setting(monkeypatch):
    served: list[tuple[str, int]] = []
    port = free_port()
    monkeypatch.setenv("FINRISK_PORT", "abc")
    monkeypatch.setattr("uvicorn.run", lambda _, host, port, **__: served.append((host, port)))
    monkeypatch.setattr(sys, "argv", ["finrisk", "serve", "--port", str(port)])
    assert command.main() == 0
    assert served == [("127.0.0.1", port)], "this machine only, unless told otherwise"


def test_a_port_that_is_taken_is_a_sentence(refused):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused("serve", "--port", str(port))
    assert sentence.startswith(f"host 127.0.0.1 and port {port} must be a free address of this")
    assert "in use" in sentence or os.name == "nt"
    assert "choose another with --port or --host." in sentence


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.invalid", "é" * 80, "::7"])
def test_a_host_that_is_not_this_machine_is_a_sentence(refused, host):
    sentence = refused("serve", "--host", host, "--port", str(free_port()))
    assert sentence.startswith(f"host {host} and port ")
    assert "must be a free address of this machine, got " in sentence
    assert "Traceback" not in sentence


def test_no_host_is_not_every_network(refused, monkeypatch):
    assert refused("serve", "--host", "").startswith("host String should have at least 1 char")
    monkeypatch.setenv("FINRISK_HOST", "")
    assert refused("serve").startswith("host String should have at least 1 character")


def test_a_models_folder_that_cannot_be_written_is_noticed_before_the_work(
    refused, monkeypatch, tmp_path
):
    (tmp_path / "file").write_text("not a folder")
    folder = tmp_path / "file" / "models"
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(folder))
    sentence = refused("train")
    assert sentence.startswith(f"The models folder {folder} must be writable, got ")
    assert "FINRISK_MODELS_DIR" in sentence


def test_a_folder_without_permission_is_noticed_too(monkeypatch, tmp_path):
    def denied(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    with pytest.raises(ModelFileError, match="must be writable, got 'Permission denied'"):
        Predictor.build(BuildPlan(n_households=0))


def test_a_relative_models_folder_lies_in_the_project_wherever_one_stands(monkeypatch, tmp_path):
    """As .env does, in which it is written; the lessons run in another folder than the rest."""
    monkeypatch.chdir(tmp_path)
    assert Settings().models_dir == PROJECT / "models"
    monkeypatch.setenv("FINRISK_MODELS_DIR", "other/models")
    assert Settings().models_dir == PROJECT / "other" / "models"
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    assert Settings().models_dir == tmp_path
