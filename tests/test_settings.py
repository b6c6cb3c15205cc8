"""Settings and paths from outside: what cannot be used is one sentence, from every door."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finrisk.data.history_csv import read_history
from finrisk.errors import FinriskError, InvalidHistory, ModelFileError
from finrisk.ml.predictor import Predictor
from finrisk.paths import Unusable, check_here, find_path, kind_of, read_file, show_path
from finrisk.settings import _FOR_TESTS, Settings

PROJECT = Path(__file__).parents[1]
YEAR = PROJECT / "notebooks" / "data" / "household_year.csv"


# --- paths: a name, and what stands there -------------------------------------------------------


def fifo(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)  # a whole path may be too long for it


def loop(path: Path) -> None:
    path.symlink_to(path)


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


def nothing(_: Path) -> None:
    pass


UNREADABLE: dict[str, tuple[Callable[[Path], None], str]] = {
    "nothing": (nothing, "was not found"),
    "folder": (Path.mkdir, "is a folder"),
    "dangling": (dangling, "was not found"),
    "loop": (loop, "cannot be opened (Too many "),
    "pipe": (fifo, "is a pipe or a device"),
    "socket": (unix_socket, "is a pipe or a device"),
}
BAD_NAMES = {
    "": "which is empty",
    " ": "which is empty",
    "a\0b": "which holds a zero character",
    "~nobody.at.all/year.csv": "begins with ~, but stands for no home folder here",
    "https://page.example/year.csv": "is an address for a browser",
    "x" * 300: "cannot be opened (File name too long)",
    "long/" * 1_000: "cannot be opened (File name too long)",
    "\x1b[2J\udcff": "was not found",
}
posix = pytest.mark.skipif(os.name == "nt", reason="what only other systems have, or say so")
Door = Callable[[Any], object]
DOORS: list[Door] = [read_history, Predictor.load]


@posix
@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_file_is_a_sentence(
    door: Door, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, words = UNREADABLE[name]
    make(tmp_path / name)
    with pytest.raises(FinriskError) as error:
        door(tmp_path / name)
    if door is read_history or "not found" not in words:
        assert f"which {words}" in str(error.value)
    else:
        assert "There is no model file at " in str(error.value)


@posix
@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("door", DOORS)
def test_a_name_that_names_nothing_is_a_short_sentence(door: Door, name: str) -> None:
    with pytest.raises((InvalidHistory, ModelFileError)) as error:
        door(name)
    said = str(error.value)
    assert BAD_NAMES[name] in said or "There is no model file at " in said
    assert len(said) < 400
    assert said.isprintable(), "neither a terminal's codes nor half a letter"


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_not_read_for_ever(device: str) -> None:
    with pytest.raises(Unusable, match="is a pipe or a device"):
        read_file(Path(device))


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "year.csv").write_bytes(YEAR.read_bytes())
    assert read_history("~/year.csv").equals(read_history(YEAR))
    assert read_history(Path("~/year.csv")).equals(read_history(YEAR))
    with pytest.raises(InvalidHistory, match=re.escape(repr(str(tmp_path / "no.csv")))):
        read_history("~/no.csv")


def test_a_file_may_begin_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("~$year.csv").write_bytes(YEAR.read_bytes())
    assert read_history("~$year.csv").equals(read_history(YEAR))


def test_content_given_as_a_name_is_told_how_to_give_it() -> None:
    with pytest.raises(InvalidHistory, match=r"Is that the content itself\? Then give it as bytes"):
        read_history(YEAR.read_text(encoding="utf-8"))


@pytest.mark.parametrize("method", ["is_file", "open"])
def test_a_file_that_may_not_be_read_is_no_damaged_one(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = Settings().model_path
    monkeypatch.setattr(Path, method, denied)
    with pytest.raises(ModelFileError, match=r"cannot be opened \(Permission denied\)\. Make it"):
        Predictor.load(path)


def test_a_folder_that_is_closed_to_us_is_told_whatever_python_makes_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", lambda _: False)  # as from Python 3.14 on
    monkeypatch.setattr(Path, "stat", denied)
    with pytest.raises(Unusable, match="cannot be opened"):
        read_file(YEAR)


@pytest.mark.parametrize("value", [5, [Path("year.csv")], 1.5, object])
def test_what_is_no_name_is_a_sentence(value: object) -> None:
    with pytest.raises(Unusable, match="is no path"):
        find_path(value)
    assert show_path(value) == repr(value)


def test_no_more_is_read_than_asked_for() -> None:
    assert read_file(YEAR, 5) == YEAR.read_bytes()[:5]
    assert kind_of(YEAR) == "a file"
    assert kind_of(YEAR / "below") == ""


def test_a_sentence_holds_nothing_that_a_screen_cannot_show() -> None:
    assert str(FinriskError("a\x1b[2J\udcff\nb é")) == "a\\x1b[2J\\udcff\nb é"


def test_an_empty_name_is_not_the_usual_model() -> None:
    with pytest.raises(ModelFileError, match="path must lead to a model file, got '', which is"):
        Predictor.load("")


def test_a_folder_that_is_gone_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", gone)
    with pytest.raises(FinriskError, match=r"got one that was deleted or moved\. Go to"):
        check_here()


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("models_dir", "", "models_dir must name a folder, and that name is empty, got ''. Change"),
        ("models_dir", "  ", "and that name is empty, got '  '"),
        ("models_dir", "~nobody.at.all", "begins with ~, but stands for no home folder here"),
        ("models_dir", str(YEAR), "models_dir must name a folder, and a file has that name, got"),
        ("models_dir", "https://page.example/m", "is an address for a browser, not a path"),
        ("port", "", "port should be a valid integer"),
        ("port", "80 80", "port should be a valid integer"),
        ("port", "9" * 5_000, "port "),
        ("host", "a b", "host must be one name or address, such as 127.0.0.1, got 'a b'. Change"),
        ("host", "a\nb", "got 'a\\nb'. Change"),
        ("host", "http://localhost", "host must be one name or address"),
        ("host", "\x1b[31m", "host must be one name or address"),
        ("host", "x" * 5_000, "host must be one name or address"),
        ("host", "  ", "host must be one name or address, such as 127.0.0.1"),
        ("allowed_hosts", "https://page.example", "allowed_hosts must hold names such as page.e"),
        ("allowed_hosts", "page.example:80", "no port and no path, got 'page.example:80'. Change"),
        ("allowed_hosts", "good.example, bad example", "got 'bad example'. Change"),
        ("allowed_hosts", "a.*.example", "or *.page.example for all that end so"),
        ("allowed_hosts", "*page.example", "allowed_hosts must hold names"),
        ("allowed_hosts", "[page.example]", "allowed_hosts must hold names"),
        ("allowed_hosts", "x" * 5_000, "allowed_hosts must hold names"),
    ],
)
def test_a_value_that_cannot_be_used_is_a_sentence(
    name: str, text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"FINRISK_{name.upper()}", text)
    with pytest.raises(FinriskError, match=re.escape(words)) as error:
        Settings()
    assert error.value.field == name
    assert len(str(error.value)) < 500
    assert f"FINRISK_{name.upper()} or in .env." in str(error.value)


@posix
def test_a_models_folder_that_cannot_be_looked_at_is_a_sentence() -> None:
    with pytest.raises(FinriskError, match=r"and that name cannot be opened \(File name too long"):
        Settings(models_dir="x" * 300)
    with pytest.raises(FinriskError, match=r"a pipe or a device has that name"):
        Settings(models_dir="/dev/null")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", " 8001 ", 8_001),
        ("host", " localhost ", "localhost"),
        ("models_dir", "~/m", Path.home() / "m"),
        ("models_dir", " other ", PROJECT / "other"),
        ("allowed_hosts", "", ()),
        ("allowed_hosts", "A.example, *.b.example,", ("a.example", "*.b.example")),
        ("allowed_hosts", "*", ("*",)),
        ("allowed_hosts", "127.0.0.1,my_service", ("127.0.0.1", "my_service")),
    ],
)
def test_a_value_is_read_as_people_write_it(
    name: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"FINRISK_{name.upper()}", text)
    assert getattr(Settings(), name) == value


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("FINRISK_MODEL_DIR", "Write FINRISK_MODELS_DIR if that is meant"),
        ("FINRISK_MODELS", "Write FINRISK_MODELS_DIR if that is meant"),
        ("FINRISK_HOSTS", "Write FINRISK_HOST if that is meant"),
        ("finrisk_prot", "Write FINRISK_PORT if that is meant"),
        ("FINRISK_DEBUG", "Take it out."),
    ],
)
def test_a_name_that_is_no_setting_is_a_sentence(
    name: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"OTHER=1\n{name}=secret\n", encoding="utf-8")
    with pytest.raises(FinriskError) as in_file:
        Settings(_env_file=tmp_path / ".env")
    monkeypatch.setenv(name, "secret")
    with pytest.raises(FinriskError) as in_environment:
        Settings()
    assert str(in_file.value).startswith(f"The file {tmp_path / '.env'} must name settings that")
    assert str(in_environment.value).startswith("The environment must name settings that there")
    for error in (in_file, in_environment):
        assert re.search(f"got '{name}'. {step}", str(error.value), re.IGNORECASE)
        assert "secret" not in str(error.value)


def test_a_name_in_the_call_that_is_no_setting_is_a_sentence() -> None:
    with pytest.raises(FinriskError, match=r"got 'model_dir'\. Write models_dir if"):
        Settings(model_dir="models")


def test_names_of_other_programs_are_nobodys_business(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FINRISK", "MY_FINRISK_PORT", *_FOR_TESTS):
        monkeypatch.setenv(name, "1")
    assert Settings().port == 8_000


def test_every_name_that_the_tests_read_or_set_is_known() -> None:
    """One that is not would stop everything that they run."""
    files = [*PROJECT.glob("*.py"), *PROJECT.glob("tests/**/*.py"), *PROJECT.glob(".ci/*")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    switches = re.findall(r'environ(?:\.get)?[(\[]"(FINRISK_\w+)', text)
    switches += re.findall(r"^(?:export )?(FINRISK_\w+)=", text, re.MULTILINE)
    assert set(switches) == set(_FOR_TESTS)


# --- the file .env ------------------------------------------------------------------------------


def settings_from(tmp_path: Path, content: str | bytes) -> Settings:
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / ".env").write_bytes(data)
    return Settings(_env_file=tmp_path / ".env")


@pytest.fixture(autouse=True)
def _without_a_port_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment goes before the file."""
    monkeypatch.delenv("FINRISK_PORT")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_file_in_another_encoding_is_told_how_to_save_it(encoding: str, tmp_path: Path) -> None:
    """PowerShell's > writes the first; without its mark, the second is no error to anybody."""
    with pytest.raises(FinriskError) as error:
        settings_from(tmp_path, "# é\nFINRISK_PORT=8001\n".encode(encoding))
    assert f"The file {tmp_path / '.env'} must be a text in UTF-8, got: " in str(error.value)
    assert "(Get-Content .env) | Set-Content -Encoding utf8 .env" in str(error.value)
    assert error.value.field == ".env"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize(
    "line", ["FINRISK_PORT=8001", "export FINRISK_PORT = '8001'  # mine", "finrisk_port=8001\r"]
)
def test_a_file_is_read_as_people_write_it(line: str, encoding: str, tmp_path: Path) -> None:
    assert settings_from(tmp_path, f"{line}\n# é\nOTHER\n".encode(encoding)).port == 8_001


@pytest.mark.parametrize(
    "line",
    [
        "FINRISK_PORT 8001",
        "FINRISK_PORT",
        "FINRISK_PORT: 8001",
        "set FINRISK_PORT=8001",
        "FINRISK_PORT='8001",
        'OTHER="a\nFINRISK_PORT=8001\nTHIRD="b"',
    ],
)
def test_a_line_that_is_not_understood_is_not_skipped(line: str, tmp_path: Path) -> None:
    with pytest.raises(FinriskError, match="must have lines such as FINRISK_PORT=8000, got: ") as e:
        settings_from(tmp_path, f"# mine\n{line}\n")
    assert repr(line) in str(e.value)


def test_a_file_that_is_no_small_text_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FinriskError, match="must be a text of a few lines, got: more than 1 MiB"):
        settings_from(tmp_path, b"#" * (2**20 + 1))
    with pytest.raises(FinriskError, match="must be a text in UTF-8, got: UTF-16, or no text"):
        settings_from(tmp_path, bytes(range(256)))


@posix
@pytest.mark.parametrize("name", ["dangling", "loop", "pipe"])
def test_an_env_that_is_no_file_is_a_sentence(name: str, tmp_path: Path) -> None:
    make, words = UNREADABLE[name]
    make(tmp_path / ".env")
    with pytest.raises(FinriskError) as error:
        Settings(_env_file=tmp_path / ".env")
    assert f"must be a file to read, got: one that {words}" in str(error.value)


def test_an_env_that_may_not_be_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / ".env").write_text("FINRISK_PORT=8001", encoding="utf-8")
    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(FinriskError, match=r"one that cannot be opened \(Permission denied\)"):
        Settings(_env_file=tmp_path / ".env")


def test_an_environment_of_python_called_env_is_no_file(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert Settings(_env_file=tmp_path / ".env").port == 8_000


@posix
def test_somebody_elses_folder_has_no_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sudo -u somebody finrisk` in a home folder that is closed to somebody."""
    monkeypatch.setattr(os.path, "lexists", lambda _: False)  # what it says of a closed folder
    assert settings_from(tmp_path, "FINRISK_PORT=8001\n").port == 8_000


def test_a_setting_given_twice_in_env_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FINRISK_MODELS_DIR", raising=False)
    file = tmp_path / ".env"
    for text, words in {
        "FINRISK_PORT=9000\nFINRISK_PORT=9001": "must give each setting once",
        "FINRISK_PORT=9000\nfinrisk_port=9001": "must give each setting once",
        "FINRISK_MODELS_DIR=${HOMME}/models": "must not ask for a variable that is not set",
        'FINRISK_MODELS_DIR="D:\\tisk\\new"': "holds a character that cannot be seen",
    }.items():
        file.write_text(text, encoding="utf-8")
        with pytest.raises(FinriskError, match=words):
            Settings(_env_file=file)
    with pytest.raises(FinriskError, match="port must be a number"):
        Settings(port=True)
