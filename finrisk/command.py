"""The command line: `finrisk predict | train | serve | panel | families | doctor`.

It reads the words that were typed, calls one function, and says in a sentence what cannot be done.

Each command imports what it needs when it is called, so that `doctor` starts on a machine
where no library is installed, and a library that is missing is said in a sentence. Left out on
purpose: which Pythons may run this (`supported.py`) and what is done (`ml/predictor.py`).
"""

import argparse
import io
import logging
import os
import re
import signal
import socket
import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS
from finrisk.errors import FinriskError, InvalidChange, InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.paths import check_here
from finrisk.received import shorten
from finrisk.supported import IN_CHECKOUT, OWN_PYTHON, PROJECT
from finrisk.titles import SURVEY
from finrisk.typed import in_labels, read_change_typed, read_typed

__all__ = ["run"]

_MARIA = "--monthly-income 4200 --monthly-expenses 3900 --savings 5200 --debt 9000"
_WHAT_IF = "income=-20%,months=3"


def run() -> int:
    """Do what the words typed after `finrisk` ask for.

    Returns:
        0, or 1 after one sentence on stderr that says what is wrong (2, by SystemExit, for
        words that cannot be understood).
    """
    _allow_any_letter()
    try:
        try:
            return _answer(sys.argv[1:])
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # here, because an error at Python's end cannot be caught
    except BrokenPipeError:  # as in `finrisk predict ... | head -1`: the reader has had enough
        _drop_output()
        return 1
    except OSError as error:  # the disk is full, or Windows cannot load a part of PyTorch
        _drop_output()
        return _refuse(f"finrisk was stopped by this machine, which says: {error}. {_see_doctor()}")


def _answer(words: Sequence[str]) -> int:
    """Call one function, and turn an expected error into one sentence."""
    arguments = _parse(words)
    _hush_libraries()
    call = {
        "predict": _predict,
        "train": _train,
        "serve": _serve,
        "panel": _panel,
        "families": _families,
        "doctor": _doctor,
    }
    try:
        if arguments.command != "doctor":  # who says so himself, and looks further
            check_here()
        return call[arguments.command](arguments)
    except FinriskError as error:
        return _refuse(str(error))
    except ImportError as error:
        if (error.name or "").startswith("finrisk"):
            raise  # not a library: a mistake of ours
        return _refuse(_missing(error, arguments.command))


# ---- the words typed: parsers, one for each command


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, and where to read what is right."""

    def error(self, message: str) -> NoReturn:
        shown = message if message.isprintable() else repr(message)[1:-1]
        rule = shown[0].upper() + shown[1:300]
        self.exit(2, f"{rule}. Run `{self.prog} --help`: it says what can be written.\n")


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(
        prog=_program(),
        description="The probability that a household falls into financial stress.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    _add_predict(commands)
    train = commands.add_parser("train", help="rebuild the model and its metrics from nothing")
    train.add_argument("--households", type=_whole, help="how many to simulate")
    train.add_argument("--seed", type=_whole)
    serve = commands.add_parser("serve", help="serve the web page and the API")
    serve.add_argument("--host")
    serve.add_argument("--port", type=_whole)
    panel = commands.add_parser("panel", help="serve the notebook's panel as a page of its own")
    panel.add_argument("--host", default="127.0.0.1")
    panel.add_argument("--port", type=_whole, default=8866)
    _add_families(commands)
    commands.add_parser("doctor", help="check this machine and say how to mend what fails")

    arguments, unknown = parser.parse_known_args(_tidy(words))
    if arguments.command is None:
        parser.error(f"a command must be given ({', '.join(commands.choices)}), got none")
    if unknown:
        commands.choices[arguments.command].error(f"{_show(unknown[0])} is not known here")
    return arguments


def _add_predict(commands: Any) -> None:
    """`predict` takes a file or fields; what is said of the fields stands in `INPUTS`."""
    parser = commands.add_parser(
        "predict",
        help="the risk of one household: a CSV file, or its fields",
        description="The risk of one household, with reasons and what would help.",
        epilog=f"For example: {_program()} predict {_MARIA}",
        formatter_class=argparse.RawDescriptionHelpFormatter,  # the example stays one line
        allow_abbrev=False,  # --income would be taken for --income-volatility
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="a CSV of twelve months")
    parser.add_argument(
        "--what-if",
        metavar="CHANGE",
        action=_Once,
        help="what if it changes this from next month on? For example "
        + f"{_WHAT_IF} or income=0.8,spending=+200usd".replace("%", "%%"),  # a shell takes $2
    )
    amounts = "Amounts are written 4200, 4,200 or 4.2k."
    shares = 'Shares are written 14%, or in a word, such as usual or "a lot".'
    needed = parser.add_argument_group("instead of FILE", amounts)
    if_known = parser.add_argument_group("if known", shares)
    for name, field in INPUTS.items():
        group = needed if field.required else if_known
        words = f"{field.label}, {field.unit}. {field.help}".replace("%", "%%")
        group.add_argument(_option(name), dest=name, metavar="NUMBER", help=words, action=_Once)


def _add_families(commands: Any) -> None:
    parser = commands.add_parser(
        "families",
        help="hold the model against real families: a survey's file, which you download",
        description="How real families fared in a year, by the class of their risk.",
        epilog=SURVEY,
    )
    parser.add_argument("file", metavar="FILE", help="SCFP2019.csv, or packed as .gz or .zip")


class _Once(argparse.Action):
    """An option that may be given once: the library would take the last and drop the others."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep the value, or refuse a second one."""
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} must be given once, got it twice")
        setattr(namespace, self.dest, values)


def _program() -> str:
    """What the reader has typed to come here."""
    return "finrisk" if Path(sys.argv[0]).stem == "finrisk" else "python -m finrisk"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        got = _show(text)
        raise argparse.ArgumentTypeError(f"must be a whole number, got {got}") from None


def _tidy(words: Sequence[str]) -> list[str]:
    """Let an option be written like its field, and a value begin with a minus.

    argparse takes -1,000 for an option, unless it stands behind a =.

    >>> _tidy(["predict", "--savings_change", "-1,000"])
    ['predict', '--savings-change=-1,000']
    """
    of_fields = [_option(name) for name in INPUTS]
    tidy: list[str] = []
    for word in words:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            tidy.append(name.replace("_", "-") + equals + value)
        elif word.startswith("-") and tidy and tidy[-1] in of_fields:
            tidy[-1] += f"={word}"
        else:
            tidy.append(word)
    return tidy


# ---- the commands


def _predict(arguments: argparse.Namespace) -> int:
    typed = _given(**{name: getattr(arguments, name) for name in INPUTS})
    if arguments.file is None and not typed:
        raise FinriskError(
            "predict needs a CSV file or the fields of a household, got neither. Write "
            f"`{_program()} predict FILE.csv`, or `{_program()} predict {_MARIA}`."
        )
    if arguments.file is not None and typed:
        raise FinriskError(
            "predict takes a CSV file or the fields of a household, got both: the file "
            f"{_show(arguments.file)} and {_option(next(iter(typed)))}. Leave out one of "
            "them, and put a value that holds a blank in quotes."
        )
    what_if, change = arguments.what_if, None
    if typed:
        household = _household(typed)
        change = None if what_if is None else _change(what_if, household)

    from finrisk.ml.predictor import Predictor

    predictor = Predictor.load()
    if not typed:
        household = predictor.read_csv(arguments.file)
        change = None if what_if is None else _change(what_if, household)
    print(predictor.predict(household, change=change))
    return 0


def _household(typed: Mapping[str, str]) -> Household:
    """The household of the fields typed: "$4,200", "4.2k", "14%" for a share of 0.14."""
    values = {}
    try:
        for name, text in typed.items():
            values[name], echo = read_typed(INPUTS[name], text)
            _say_echo(INPUTS[name].label, echo)
        return Household.from_mapping(values)
    except InvalidHousehold as error:
        raise InvalidHousehold(in_labels(str(error)), field=error.field) from None


def _change(text: str, household: Household) -> Change:
    """What somebody typed behind --what-if: numbers as `Change` takes them, or with their unit.

    Raises:
        InvalidChange: for what is no change, could be two, or is one that nobody can make.

    >>> from finrisk.household import EXAMPLES
    >>> _change("income=-20%, months=3", EXAMPLES["Maria, on the edge"])
    Change(income=0.8, months=3)
    """
    now = household.factor_bases
    fields: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or name in fields:
            raise InvalidChange(
                f"--what-if must name what changes, each once, got {_show(text)}. Write it "
                f"like {_WHAT_IF}, and amounts without commas.",
                field="what_if",
            )
        share = re.fullmatch(r"([0-9.]++) *+%", number)
        if share and name in now:  # in a box it is 70 % more, but behind an equals sign?
            raise InvalidChange(
                f"{name} must be readable in one way only, got {_show(number)}. Write "
                f"{name}=+{share[1]}% for so much more, -{share[1]}% for so much less.",
                field=name,
            )
        try:
            fields[name] = float(number)
        except ValueError:
            fields[name] = number  # `Change` says what is wrong with it
            if name in CHANGE_INPUTS and number:
                field = CHANGE_INPUTS[name]
                fields[name], echo = read_change_typed(field, number, now.get(name, 0.0))
                _say_echo(field.label, echo)
    return Change(**fields)


def _say_echo(label: str, echo: str) -> None:
    """How something typed was read; the answer alone goes where > leads it."""
    if echo:
        print(f"{label}: {echo}.", file=sys.stderr)


def _train(arguments: argparse.Namespace) -> int:
    """Build; where that is stopped, say why and which model is there now."""
    # NumPy and PyTorch do not bear to be stopped in the middle of being loaded.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    import torch

    from finrisk.ml import build  # noqa: F401  # and what it loads
    from finrisk.settings import Settings

    torch.set_num_threads(1)  # the same bits on any number of cores
    for number in (signal.SIGINT, signal.SIGTERM):  # now it tidies up
        signal.signal(number, signal.default_int_handler)
    model = Settings().model_path
    before = _stamp(model)
    try:
        _build(arguments)
        return 0
    except KeyboardInterrupt:
        code, reason = 130, "somebody asked for it"  # what shells expect of a stopped command
        print(file=sys.stderr)  # the terminal has written ^C, perhaps behind a progress bar
    except BrokenPipeError:  # as in `finrisk train | head -1`
        code, reason = 1, "nobody reads any more what it says"
    except (OSError, MemoryError) as error:
        code, reason = 1, f"this machine says: {str(error) or 'no memory is left'}"
    left = "The new model was written before"
    if _stamp(model) == before:
        left = f"Nothing was written{', the old model stays' if before else ''}"
    if code == 1:
        _drop_output()
    print(f"Stopped: {reason}. {left} in {model.parent}.", file=sys.stderr)
    return code


def _leave(*_: Any) -> NoReturn:
    sys.stderr.write("Stopped: somebody asked for it. Nothing was begun.\n")
    sys.stderr.flush()
    os._exit(130)


def _build(arguments: argparse.Namespace) -> None:
    from finrisk.ml.build import BuildPlan
    from finrisk.ml.predictor import Predictor
    from finrisk.settings import Settings

    typed = _given(n_households=arguments.households, seed=arguments.seed)
    # Said at once, and not when a buffer is full: a reader who has gone stops it before it writes.
    say = partial(print, flush=True)
    try:
        predictor = Predictor.build(replace(BuildPlan(), **typed), on_stage=say)
    except FinriskError as error:  # in the word that was typed
        sentence = re.sub(r"^n_households\b", "--households", str(error))
        raise FinriskError(sentence, field=error.field) from None
    for group, scores in predictor.metrics["test"].items():
        figures = ", ".join(f"{k} {scores[k]:.3f}" for k in list(scores)[:5])
        say(f"Test, {group}: {figures}")
    say(f"Written to {Settings().model_path} and {Settings().metrics_path}")


def _stamp(path: Path) -> tuple[int, int] | None:
    """What tells one file of this name from the next; None where there is none."""
    with suppress(OSError):
        found = path.stat()
        return found.st_ino, found.st_mtime_ns
    return None


def _serve(arguments: argparse.Namespace) -> int:
    from finrisk.api.server import serve
    from finrisk.settings import Settings

    settings = Settings(**_given(host=arguments.host, port=arguments.port))
    _check_free(settings.host, settings.port)
    serve(settings)
    return 0


def _panel(arguments: argparse.Namespace) -> int:
    """The panel's own address: FINRISK_HOST and FINRISK_PORT are those of `serve`."""
    from finrisk.panel.page import serve
    from finrisk.settings import Settings

    settings = Settings(host=arguments.host, port=arguments.port)
    _check_free(settings.host, settings.port)
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"The panel is at http://{name}:{settings.port} until you press Ctrl+C.", flush=True)
    serve(settings)
    return 0


def _check_free(host: str, port: int) -> None:
    """Listen there for a moment: what the server itself says when it cannot is no sentence."""
    try:
        family = socket.getaddrinfo(host, port)[0][0]
    except (OSError, UnicodeError) as error:
        raise FinriskError(
            f"host must be a name or an address of this machine, such as 127.0.0.1 or ::1, got "
            f"{_show(host)}. Choose another with --host.",
            field="host",
        ) from error
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = str(getattr(error, "strerror", error)).partition(" (")[0]
        raise FinriskError(
            f"host {host} and port {port} must be a free address of this machine, got "
            f"{reason!r}. Stop what is running there, or choose another with --port or --host.",
            field="port",
        ) from error


def _families(arguments: argparse.Namespace) -> int:
    from finrisk.ml.predictor import Predictor

    predictor = Predictor.load()
    say = partial(print, file=sys.stderr, flush=True)  # the answer alone goes where > leads it
    print(predictor.families(arguments.file, on_stage=say))
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from finrisk.course import doctor

    report = doctor()
    print(report)
    return 0 if report.ok else 1


def _given(**options: Any) -> dict[str, Any]:
    """The options somebody has typed."""
    return {name: value for name, value in options.items() if value is not None}


# ---- what is said when it cannot be done


def _show(text: str) -> str:
    """A word that was typed, in quotes, cut to a length that fits a sentence."""
    return repr(shorten(text, 40))


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _missing(error: ImportError, command: str) -> str:
    """Which library is not there, in which Python, and what to do."""
    library = (error.name or "A library").partition(".")[0]
    rule = f"{library} must be installed in the Python that runs this, got {sys.executable}, "
    rule += f"which says: {error}."
    venv = PROJECT / ".venv"
    in_venv = Path(sys.prefix).resolve() == venv.resolve()
    if in_venv or not IN_CHECKOUT:
        return f"{rule} {_see_doctor()}"
    return (
        f"{rule} In the folder {PROJECT} run `{OWN_PYTHON} -m finrisk {command} ...` instead; if "
        "there is no .venv yet, README.md says under Start how to make it."
    )


def _hush_libraries() -> None:
    """Two say on each start that they find no folder for themselves: the doctor says it once.

    He asks matplotlib where it has one; joblib comes with training.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="joblib")


def _see_doctor() -> str:
    return f"Run `{sys.executable} -m finrisk doctor`: it says how to mend this machine."


def _allow_any_letter() -> None:
    """A letter that this console cannot show becomes a question mark, not a stack trace."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def _drop_output() -> None:
    """Send what is still to be printed nowhere: Python would try it again at its end."""
    with suppress(OSError, AttributeError):  # not every output is a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
