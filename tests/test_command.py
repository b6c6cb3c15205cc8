"""The command line and its settings: what cannot be done is one sentence, said at once."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

import pytest
from browser import free_port

from finrisk import __main__ as command
from finrisk import supported
from finrisk.change import Change
from finrisk.errors import FinriskError, InvalidHousehold, ModelFileError
from finrisk.household import Household, change_from
from finrisk.inputs import INPUTS
from finrisk.ml import build as build_module
from finrisk.ml.build import BuildPlan
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings
from finrisk.typed import read_typed

PROJECT = Path(__file__).parents[1]
YEAR = PROJECT / "notebooks" / "data" / "household_year.csv"
MARIA = (
    *("--monthly-income", "4200", "--monthly-expenses", "3900"),
    *("--savings", "5200", "--debt", "9000"),
)
Say = Callable[..., tuple[int, str, str]]


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
    rule = "--households must be a whole number of at least 1,000"
    assert f"{rule}, got 0. Give 1,000 or more." in done.stderr
    assert "Traceback" not in done.stderr


STOPPED: list[tuple[BaseException, int, str]] = [
    (KeyboardInterrupt(), 130, "somebody asked for it"),
    (BrokenPipeError(32, "Broken pipe"), 1, "nobody reads any more what it says"),
    (OSError(28, "No space left"), 1, "this machine says: [Errno 28] No space left"),
    (MemoryError(), 1, "this machine says: no memory is left"),
]


@pytest.mark.parametrize(("error", "code", "reason"), STOPPED)
@pytest.mark.parametrize("written", [True, False])
def test_a_build_that_is_stopped_says_which_model_is_there(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    error: BaseException,
    code: int,
    reason: str,
    written: bool,
) -> None:
    path, handler = tmp_path / "latest_model.pth", signal.getsignal(signal.SIGTERM)
    path.write_text("old")

    def stopped(*_: object, **__: object) -> None:
        if written:
            (tmp_path / "new").write_text("new")
            (tmp_path / "new").replace(path)
        raise error

    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    monkeypatch.setattr("finrisk.command._drop_output", lambda: None)
    monkeypatch.setattr(Predictor, "build", stopped)
    monkeypatch.setattr(sys, "argv", ["finrisk", "train"])
    assert command.main() == code
    signal.signal(signal.SIGTERM, handler)
    left = "Nothing was written, the old model stays"
    left = "The new model was written before" if written else left
    said = capfd.readouterr().err.lstrip()
    assert said == f"Stopped: {reason}. {left} in {tmp_path}.\n"


SLOW = """
import time
import finrisk.ml.build as build_module
build_module.labelled_households = lambda *_: time.sleep({seconds}) or [][0]  # no work
"""


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals as Linux and macOS have them")
def test_a_build_whose_reader_has_gone_writes_nothing(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    words, code = ("train", "--households", "2000"), SLOW.format(seconds=60)
    done = python(*words, code=code, stdout=write, FINRISK_MODELS_DIR=str(tmp_path))
    os.close(write)
    said = f"Stopped: nobody reads any more what it says. Nothing was written in {tmp_path}.\n"
    assert (done.returncode, done.stderr) == (1, said)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals as Linux and macOS have them")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_build_that_is_told_to_stop_writes_nothing(tmp_path: Path, name: str) -> None:
    program = f"import sys\nsys.argv = ['finrisk', 'train']\n{SLOW.format(seconds=60)}"
    program += "from finrisk.__main__ import main\nsys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"FINRISK_MODELS_DIR": str(tmp_path)},
    ) as building:
        assert building.stdout is not None
        assert building.stdout.readline() == "Simulating 3,200,000 households\n", "said at once"
        building.send_signal(signal.Signals[name])
        _, error = building.communicate(timeout=50)
    assert building.returncode == 130
    assert error == f"\nStopped: somebody asked for it. Nothing was written in {tmp_path}.\n"
    assert not list(tmp_path.iterdir())


def test_more_households_than_fit_are_refused_in_the_word_that_was_typed(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    said = refused("train", "--households", "900000000")
    assert said.startswith("--households must fit into memory, got 900,000,000, which needs about")
    said = refused("train", "--households", "1" + 12 * "0")
    assert said.startswith("--households must be a whole number from 1,000 to 1,000,000,000, got")


@pytest.fixture
def refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a command that must fail before any work; returns its sentence."""

    def no_work(*_: object, **__: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr(build_module, "households_and_changes", no_work)
    monkeypatch.setattr("finrisk.api.server.serve", no_work)

    def said(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["finrisk", *arguments])
        assert command.main() == 1
        return capsys.readouterr().err

    return said


@pytest.mark.parametrize("seed", ["-1", "4294967296"])
def test_a_seed_no_generator_takes_is_a_sentence(
    refused: Callable[..., str], seed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    words = f"seed must be a whole number from 0 to 4,294,967,295, got {seed}. "
    assert refused("train", "--seed", seed).startswith(words)


@pytest.mark.parametrize("seed", [1.5, True, "1", None])
def test_a_seed_of_another_kind_is_a_sentence(
    seed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    with pytest.raises(FinriskError, match="seed must be a whole number") as error:
        Predictor.build(BuildPlan(n_households=1_000, seed=seed))
    assert error.value.field == "seed"


@pytest.mark.parametrize("port", ["99999", "0", "-1"])
def test_a_port_that_does_not_exist_is_a_sentence(refused: Callable[..., str], port: str) -> None:
    sentence = refused("serve", "--port", port)
    assert sentence.startswith("port should be ")
    assert f", got {port}. Change it in the command, in FINRISK_PORT or in .env." in sentence


def test_a_setting_that_cannot_be_read_is_a_sentence(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINRISK_PORT", "abc")
    assert refused("serve").startswith("port should be a valid integer")
    assert "got 'abc'. Change it in the command, in FINRISK_PORT or" in refused("serve")
    assert "got 'abc'" in refused("train")
    with pytest.raises(FinriskError) as error:
        Settings()
    assert error.value.field == "port"


def test_the_commands_own_port_goes_before_a_broken_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served: list[tuple[str, int]] = []
    port = free_port()
    monkeypatch.setenv("FINRISK_PORT", "abc")
    monkeypatch.setattr("finrisk.api.server.serve", lambda it: served.append((it.host, it.port)))
    monkeypatch.setattr(sys, "argv", ["finrisk", "serve", "--port", str(port)])
    assert command.main() == 0
    assert served == [("127.0.0.1", port)], "this machine only, unless told otherwise"


def test_a_port_that_is_taken_is_a_sentence(refused: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused("serve", "--port", str(port))
    assert sentence.startswith(f"host 127.0.0.1 and port {port} must be a free address of this")
    assert "in use" in sentence or os.name == "nt"
    assert "choose another with --port or --host." in sentence


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.invalid", "é" * 80, "::7"])
def test_a_host_that_is_not_this_machine_is_a_sentence(
    refused: Callable[..., str], host: str
) -> None:
    sentence = refused("serve", "--host", host, "--port", str(free_port()))
    assert sentence.startswith("host ")
    assert " address of this machine, " in sentence
    assert host[:40] in sentence
    assert "Traceback" not in sentence


def test_no_host_is_not_every_network(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused("serve", "--host", "").startswith("host must be one name or address, such")
    monkeypatch.setenv("FINRISK_HOST", "")
    assert refused("serve").startswith("host must be one name or address, such as 127.0.0.1")


def test_a_models_folder_that_cannot_be_written_is_noticed_before_the_work(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    folder = tmp_path / "file" / "models"
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(folder))
    sentence = refused("train")
    assert sentence.startswith(f"The models folder {folder} must be writable, got ")
    assert "FINRISK_MODELS_DIR" in sentence


def test_a_folder_without_permission_is_noticed_too(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def denied(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    assert "must be writable, got 'Permission denied'. Give it" in refused("train")
    with pytest.raises(ModelFileError, match="must be writable, got 'Permission denied'"):
        Predictor.build(BuildPlan())


def test_a_relative_models_folder_lies_in_the_project_wherever_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As .env does, in which it is written; the lessons run in another folder than the rest."""
    monkeypatch.chdir(tmp_path)
    assert Settings().models_dir == PROJECT / "models"
    monkeypatch.setenv("FINRISK_MODELS_DIR", "other/models")
    assert Settings().models_dir == PROJECT / "other" / "models"
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    assert Settings().models_dir == tmp_path


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_settings_in_another_encoding_are_a_sentence(encoding: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# é\nFINRISK_PORT=8001\n", encoding=encoding)
    with pytest.raises(FinriskError, match=r"\.env must be a text in UTF-8, got: .*Save it as"):
        Settings(_env_file=tmp_path / ".env")


# --- predict ------------------------------------------------------------------------------------


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs `finrisk` with these words; returns its exit code and what it printed."""

    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["finrisk", *words])
        try:
            code = command.main()
        except SystemExit as ended:
            code = int(str(ended.code))
        return code, *capsys.readouterr()

    return typed


def test_predict_prints_the_prediction(say: Say, predictor: Predictor, maria: Household) -> None:
    assert say("predict", *MARIA) == (0, f"{predictor.predict(maria)}\n", "")


def test_predict_takes_a_file(say: Say, predictor: Predictor) -> None:
    assert say("predict", str(YEAR)) == (0, f"{predictor.predict_csv(YEAR)}\n", "")


def test_predict_answers_what_if(say: Say, predictor: Predictor, maria: Household) -> None:
    change = Change(income=0.714, months=3)
    expected = f"{predictor.predict(maria, change=change)}\n"
    assert "with 28.6 % less income for 3 months" in expected
    for typed in (
        "income=0.714,months=3",
        " months = 3 , income = .714 ",
        "income=714e-3,months=3.0",
    ):
        assert say("predict", *MARIA, "--what-if", typed) == (0, expected, "")
        assert say("predict", f"--what-if={typed}", *MARIA) == (0, expected, "")
    paid = Change(debt=-2_000, one_off=-2_000)
    said = say("predict", str(YEAR), "--what-if", "debt=-2000,one_off=-2000")
    assert said == (0, f"{predictor.predict_csv(YEAR, change=paid)}\n", "")
    assert "--what-if CHANGE" in say("predict", "--help")[1]


def test_what_if_is_read_as_people_write_it(
    say: Say, predictor: Predictor, maria: Household
) -> None:
    """Dollars are those of the household, of a file too; stderr says how it was read."""
    pay_cut = predictor.predict(maria, change=Change(income=0.8, months=3))
    typed = ("predict", *MARIA, "--what-if", "income=-20%,months=3")
    assert say(*typed) == (0, f"{pay_cut}\n", "Income: $840 a month less.\n")
    year = predictor.read_csv(YEAR)
    rent = predictor.predict(year, change=change_from(year, spending_dollars=200, one_off=-2_000))
    code, said, heard = say("predict", str(YEAR), "--what-if", "spending=+$200, one_off=-2k")
    assert (code, said) == (0, f"{rent}\n")
    assert re.fullmatch(r"Spending: [0-9.]+ % more\.\nOne-off sum: read as -\$2,000\.\n", heard)


def test_what_was_not_plain_is_said_again(say: Say, predictor: Predictor, maria: Household) -> None:
    typed = [word.replace("5200", "5.200") for word in MARIA]
    heard = "Savings: read as $5,200.\nIncome, last month: read as 100 %.\n"
    answer = predictor.predict(Household.from_mapping(maria.to_dict() | {"last_income": 1}))
    assert say("predict", *typed, "--last-income", "usual") == (0, f"{answer}\n", heard)


WRITTEN = "--what-if must name what changes, each once, got "


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("income", f"{WRITTEN}'income'. Write it like income=-20%,months=3, and amounts"),
        ("", f"{WRITTEN}''. Write it like"),
        ("income=0.7,", f"{WRITTEN}'income=0.7,'. Write it like"),
        ("income=0.7,income=0.8", f"{WRITTEN}'income=0.7,income=0.8'. Write it like"),
        ("one_off=-2,000", f"{WRITTEN}'one_off=-2,000'. Write it like"),
        ("incom=0.7", "incom is nothing that a Change has, but looks like income. Use income, s"),
        ("=0.7", "'' (with no character) is nothing that a Change has. Use income, spending,"),
        ("savings=2", "savings is nothing that a Change multiplies, got 2"),
        ("income=much", "Income must be a number, got 'much'. Write it like -20 % or -$500."),
        ("income=nan", "income must be a factor of at least 0, got nan."),
        (
            "income=70%",
            "income must be readable in one way only, got '70%'. Write income=+70% for so much "
            "more, -70% for so much less.",
        ),
        ("spending=-20", "spending must be a factor of at least 0, got -20"),
        ("income=-120%", "Income must change by -100 % to +99,900 %, got '-120%'."),
        ("income=-5000usd", "Income must leave at least $0, got -$5,000 where there is $4,200."),
        ("income=", "income must be a factor of at least 0, got ''."),
        ("income=-1", "income must be a factor of at least 0, got -1"),
        ("income=0.7=0.8", "Income must be a number, got '0.7=0.8'. Write it like -20 % or"),
        ("one_off=20%", "One-off sum must be a number, got '20%'. Write it like 100 or -100."),
        ("one_off=1e9", "one_off must be an amount of at most $50,000,000 either way, got 1000"),
        ("income=0.7,months=7", "months must be a whole number from 1 to 6, got 7"),
        ("income=0.7,months=None", "months must be a whole number from 1 to 6, got 'None'."),
        ("debt=-9001", "debt must not pay off more than is owed, got $9,001 against $9,000."),
        ("income=" + "9" * 9_000, "income must be a factor of at "),
        ("\n\x1b[31m=1", "is nothing that a Change has"),
    ],
)
def test_what_if_of_nonsense_is_a_sentence(say: Say, typed: str, words: str) -> None:
    code, said, error = say("predict", *MARIA, "--what-if", typed)
    assert (code, said) == (1, "")
    assert words in error
    assert error.removesuffix("\n").isprintable()
    assert len(error) < 400


def test_what_if_twice_or_without_a_household_is_a_sentence(say: Say) -> None:
    code, said, error = say("predict", *MARIA, "--what-if", "income=1.1", "--what-if", "debt=5")
    assert (code, said) == (2, "")
    assert "--what-if" in error
    assert error.count("\n") == 1
    code, said, error = say("predict", "--what-if", "income=0.7")
    assert (code, said) == (1, "")
    assert error.startswith("predict needs a CSV file or the fields of a household, got neither.")


def test_each_field_has_an_option_that_says_what_it_is(say: Say, predictor: Predictor) -> None:
    code, page, _ = say("predict", "--help")
    assert code == 0
    words = " ".join(page.split())
    for name, field in INPUTS.items():
        option = f"--{name.replace('_', '-')}"
        told = f"{option} NUMBER {field.label}, {field.unit}. {field.help}"
        assert told.replace(" ", "") in words.replace(" ", ""), "help wraps at blanks and hyphens"
    household = predictor.typical  # every field is known
    typed = [
        word
        for name, value in cast(dict[str, float], household.to_dict()).items()
        for word in (
            f"--{name.replace('_', '-')}",
            f"{INPUTS[name].scale * value!r}" + "%" * (INPUTS[name].scale != 1),
        )
    ]
    assert say("predict", *typed)[1] == f"{predictor.predict(household)}\n"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("savings", "4200", 4_200),
        ("savings", "4,200", 4_200),
        ("savings", "$4,200.50", 4_200.5),
        ("savings", " 4 200 $ ", 4_200),
        ("savings", "1.234,50", 1_234.5),
        ("savings", "0", 0),
        ("savings_change", "-1,000", -1_000),
        ("savings_change", "\N{MINUS SIGN}$1,000", -1_000),
        ("income_volatility", "14%", 0.14),
        ("income_volatility", " 14 % ", 0.14),
        ("income_volatility", "14", 0.14),
        ("income_volatility", "0.5%", 0.005),
        ("income_volatility", "0", 0),
        ("recent_income", "100 %", 1),
        ("negative_months", "3", 3),
    ],
)
def test_a_value_is_read_as_people_write_it(name: str, text: str, value: float) -> None:
    assert read_typed(INPUTS[name], text).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("savings", "4x", "Savings must be a number, got '4x'. Write it like 6000."),
        ("savings", "", "Savings is required, got nothing. Give a number in $."),
        ("savings", "nan", "Savings must be a number, got 'nan'."),
        ("savings", "14 %", "Savings must be a number, got '14 %'."),
        ("savings", ",200", "Savings must be a number, got ',200'."),  # of $4,200, to a shell
        ("savings", "9" * 99 + "x", f"Savings must be a number, got '{'9' * 27}…{'9' * 27}x'."),
        (
            "recent_income",
            "%",
            "Income, last 3 months must be a number, got '%'. Write it like 100 %.",
        ),
        (
            "income_volatility",
            "0.14",
            "Ups and downs of income must be readable in one way only, got '0.14'. Write 14% if "
            "it is a share of 0.14, else 0.14%.",
        ),
        ("recent_income", "1", "Write 100% if it is a share of 1, else 1%."),
    ],
)
def test_a_value_that_cannot_be_read_is_a_sentence(name: str, text: str, words: str) -> None:
    with pytest.raises(InvalidHousehold, match=re.escape(words)) as error:
        read_typed(INPUTS[name], text)
    assert error.value.field == name


def test_an_option_may_be_written_like_its_field_and_a_value_may_be_negative(
    say: Say, predictor: Predictor, maria: Household
) -> None:
    code, said, _ = say("predict", *MARIA, "--savings_change", "-1,000")
    household = Household.from_mapping(maria.to_dict() | {"savings_change": -1_000})
    assert (code, said) == (0, f"{predictor.predict(household)}\n")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "predict needs a CSV file or the fields of a household, got neither. Write `finrisk "),
        ("a.csv --debt 1", "got both: the file 'a.csv' and --debt. Leave out one of them"),
        ("--debt 9000", "Monthly income is required, got nothing. Give a number in $."),
        ("--debt 4x", "Debt must be a number, got '4x'. Write it like 9000."),
        ("a.csv", "The file must be there to be read, got 'a.csv', which was not found. Give"),
        (".", "The file must be there to be read, got '.', which is a folder. Give the path"),
        ("-- -x.csv", "The file must be there to be read, got '-x.csv', which was not found."),
        ("~nobody.at.all/a.csv", "which begins with ~, but stands for no home folder here. Give"),
        ("finrisk/py.typed", "The file must hold 12 months, got an empty file. Export the"),
        ("models/calibration.png", "The file must be a CSV text, got what looks like a picture."),
        ("MARIA --debt-payment -5", "Debt payment must lie between $0 and $100,000, got -5. Check"),
        (
            "MARIA --debt-payment 1e400",
            "Debt payment must be a number, got '1e400'. Write it like 250.",
        ),
        ("MARIA --negative-months 3.5", "Months in the red is a count of months, got 3.5. Give a"),
        ("MARIA --debt-payment 3901", "Debt payment must not exceed monthly expenses, got $3,901"),
    ],
)
def test_what_cannot_be_judged_is_a_sentence(
    say: Say, monkeypatch: pytest.MonkeyPatch, typed: str, words: str
) -> None:
    monkeypatch.chdir(PROJECT)
    code, said, error = say("predict", *typed.replace("MARIA", " ".join(MARIA)).split())
    assert (code, said) == (1, "")
    assert words in error
    assert error.count("\n") == 1


def test_a_file_that_may_not_be_read_is_a_sentence(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", denied)
    monkeypatch.setattr(Predictor, "load", lambda: object.__new__(Predictor))
    code, _, error = say("predict", str(YEAR))
    assert code == 1
    assert "which cannot be opened (Permission denied). Give the path" in error


@pytest.mark.parametrize("name", ["", "a\nb", "\x1b[2J", "\udcff", "x" * 50_000])
def test_a_name_that_no_file_has_is_one_line(say: Say, name: str) -> None:
    code, said, error = say("predict", name)
    assert (code, said) == (1, "")
    assert error.startswith("The file must be there to be read, got ")
    assert error.removesuffix("\n").isprintable()
    assert len(error) < 400


@pytest.mark.parametrize(
    "words",
    [
        ("\n\x1b[31m",),
        ("predict", "--\n\x1b[31m"),
        ("serve", "--h=\n\x1b[31m"),
        ("serve", "--port", "\n\x1b[31m"),
        ("serve", "--port", "9" * 50_000),
        ("x" * 50_000,),
    ],
)
def test_a_word_that_is_not_understood_is_shown_safely(say: Say, words: tuple[str, ...]) -> None:
    code, said, error = say(*words)
    assert (code, said) == (2, "")
    assert error.removesuffix("\n").isprintable()
    assert len(error) < 500


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "",
            "A command must be given (predict, train, serve, panel, families, doctor), got none. ",
        ),
        ("predct", "Argument command: invalid choice: 'predct' (choose from "),
        (
            "predict --savings 1 --savings 2",
            "--savings must be given once, got it twice. Run `finrisk predict --help`: it",
        ),
        ("predict --income 4200", "'--income' is not known here. Run `finrisk predict --help`: it"),
        ("predict a.csv b.csv", "'b.csv' is not known here. Run `finrisk predict --help`: it says"),
        ("predict --debt", "Argument --debt: expected one argument. Run `finrisk predict --help`"),
        ("train --seed x", "Argument --seed: must be a whole number, got 'x'. Run `finrisk train"),
        ("serve --port", "Argument --port: expected one argument. Run `finrisk serve --help`: it"),
    ],
)
def test_words_that_are_not_understood_are_a_sentence(say: Say, typed: str, words: str) -> None:
    code, said, error = say(*typed.split())
    assert (code, said) == (2, "")
    assert error.startswith(words)
    assert error.endswith("it says what can be written.\n")


# --- the machine it runs on ---------------------------------------------------------------------


def python(
    *words: str, code: str = "", stdout: int | IO[str] = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, after some code that changes its world."""
    program = f"import sys\nsys.argv = ['finrisk', *{words}]\n{code}\n"
    program += "from finrisk.__main__ import main\nsys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", program],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUNBUFFERED": ""} | environment,
        check=False,
    )


ANSWER = r"""
from types import SimpleNamespace
predictor = SimpleNamespace(predict=lambda household, change: "a risk of \u2248 \u03bb")
module = SimpleNamespace(Predictor=SimpleNamespace(load=lambda: predictor))
sys.modules["finrisk.ml.predictor"] = module  # another number, but at once
"""


def test_a_system_without_a_cache_folder_is_no_wall_of_warnings(tmp_path: Path) -> None:
    """Matplotlib, of which the doctor asks it, would say so on its own, too."""
    (tmp_path / "file").touch()
    done = python("doctor", MPLCONFIGDIR=str(tmp_path / "file" / "cache"))
    assert done.stderr == ""
    assert "Cache folder: there is none, so matplotlib makes one each time." in done.stdout


def test_a_prediction_needs_nothing_that_only_plots_and_training_need() -> None:
    """So no folder for matplotlib's fonts either, on a system that may only be read."""
    hidden = ("matplotlib", "sklearn", "scipy", "captum")
    done = python("predict", *MARIA, code=f"sys.modules.update(dict.fromkeys({hidden}))")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Savings cushion" in done.stdout, "with its reasons"


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no folder that somebody is in")
@pytest.mark.parametrize(
    "words", [("predict", *MARIA), ("serve",), ("train",), ("families", "a.csv"), ("doctor",)]
)
def test_a_folder_that_is_gone_is_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    """PyTorch ends Python there, without a word that a person understands."""
    here = tmp_path / "gone"
    here.mkdir()
    done = python(*words, code=f"import os\nos.chdir({str(here)!r})\nos.rmdir({str(here)!r})")
    assert done.returncode == 1
    said = done.stdout if words == ("doctor",) else done.stderr
    assert "The folder that Python runs in must be there, got one that was deleted or" in said
    assert "FATAL" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_letter_that_the_console_lacks_is_no_stack_trace(encoding: str) -> None:
    done = python("predict", *MARIA, code=ANSWER, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stdout, done.stderr) == (0, "a risk of ? ?\n", "")
    done = python("predict", "\u03bb.csv", "--debt", "1", PYTHONIOENCODING=encoding)
    assert done.returncode == 1
    assert done.stderr.startswith("predict takes a CSV file or the fields of a household, got both")


@pytest.mark.parametrize("words", [("predict", *MARIA), ("predict", "--help")])
def test_a_reader_who_has_gone_is_no_stack_trace(words: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = python(*words, code=ANSWER, stdout=write)
    os.close(write)
    assert done.stderr == ""
    assert done.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full, on Linux only")
def test_a_full_disk_is_a_sentence() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = python("predict", *MARIA, code=ANSWER, stdout=full)
    assert done.returncode == 1
    assert done.stderr.startswith("finrisk was stopped by this machine, which says: [Errno 28] No")
    assert done.stderr.endswith(" -m finrisk doctor`: it says how to mend this machine.\n")
    assert done.stderr.count("\n") == 1


def test_ctrl_c_ends_it_quietly() -> None:
    code = f"{ANSWER}\ndef load():\n    raise KeyboardInterrupt\nmodule.Predictor.load = load"
    done = python("predict", *MARIA, code=code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")


HIDDEN = """
sys.modules[{missing!r}] = None  # importing it raises ModuleNotFoundError
sys.prefix = {prefix!r}
"""


@pytest.mark.parametrize("missing", ["torch", "pandas"])
def test_a_library_that_is_missing_is_a_sentence(missing: str) -> None:
    code = HIDDEN.format(missing=missing, prefix="/somewhere/else")
    done = python("predict", *MARIA, code=code)
    assert (done.returncode, done.stdout) == (1, "")
    words = f"{missing} must be installed in the Python that runs this, got {sys.executable}, "
    assert done.stderr.startswith(words)
    own = r".venv\Scripts\python" if os.name == "nt" else ".venv/bin/python"
    assert f"In the folder {PROJECT} run `{own} -m finrisk predict ...` instead; if" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_library_that_is_missing_in_the_projects_own_python_is_the_doctors() -> None:
    code = HIDDEN.format(missing="numpy", prefix=str(PROJECT / ".venv"))
    done = python("predict", *MARIA, code=code)
    assert done.returncode == 1
    assert done.stderr.endswith(" -m finrisk doctor`: it says how to mend this machine.\n")


BARE = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from finrisk.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("words", "code", "answer"),
    [
        ("doctor", 1, "OK    Python"),
        ("--help", 0, "usage: "),
        ("predict --debt 4x", 1, "Debt must be a number, got '4x'"),
        ("predict " + " ".join(MARIA), 1, "must be installed in the Python that runs this, got"),
        ("train", 1, "torch must be installed in the Python that runs this, got "),
        ("serve", 1, "uvicorn must be installed in the Python that runs this, got "),
        ("families --help", 0, "federalreserve.gov"),
        ("families a.csv", 1, "must be installed in the Python that runs this, got "),
    ],
)
def test_it_starts_with_nothing_installed(words: str, code: int, answer: str) -> None:
    done = subprocess.run(  # -S: no site-packages; -I: no PYTHONPATH, and not this folder
        [sys.executable, "-I", "-S", "-c", BARE, str(PROJECT), *words.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert answer in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content", ["", "requires-python = 3", 'requires-python = "3.11"', 'requires-python = ">=3.x"']
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_rule_for_pythons_that_cannot_be_read_is_a_sentence(
    say: Say, content: str, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "pyproject.toml"
    damaged.write_text(content, encoding=encoding)
    monkeypatch.setattr(supported, "_PYPROJECT", damaged)
    code, said, error = say("doctor")
    assert (code, said) == (1, "")
    assert error.startswith(f"{damaged} must say which Pythons may run finrisk (requires-python")
    assert error.endswith("Get it anew, with: git restore pyproject.toml\n")


def test_an_old_python_is_told_so_and_nothing_else_is_loaded() -> None:
    old = "from finrisk import __main__ as command\ncommand.too_old = lambda: True\n"
    old += "command.python_problem = lambda: 'This is Python 3.8.'\n"
    old += "sys.modules['finrisk.command'] = None  # importing it would raise\n"
    done = python("doctor", code=old)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "This is Python 3.8.\n")


LOADING = """
import signal
class Stop:
    def find_spec(self, name, *_):
        if name == "torch":
            signal.raise_signal(signal.{signal})
sys.meta_path.insert(0, Stop())
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_stopped_while_libraries_load_it_says_so_and_no_more(signal: str) -> None:
    done = python("train", code=LOADING.format(signal=signal))
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Stopped: somebody asked for it. Nothing was begun.\n"
