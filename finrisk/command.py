"""The command line: `finrisk predict | train | serve | families | doctor`.

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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from finrisk.change import Change
from finrisk.data.csv_cells import POINT, WHOLE, Cell, read_amounts, show_text
from finrisk.errors import FinriskError, InvalidChange, InvalidHistory, InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS, Input
from finrisk.paths import check_here
from finrisk.supported import IN_CHECKOUT, OWN_PYTHON, PROJECT
from finrisk.titles import SURVEY

__all__ = ["run"]

_MARIA = "--monthly-income 4200 --monthly-expenses 3900 --savings 5200 --debt 9000"
_WHAT_IF = "income=0.714,months=3"


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
    _add_families(commands)
    commands.add_parser("doctor", help="check this machine and say how to mend what fails")

    arguments, unknown = parser.parse_known_args(_tidy(words))
    if arguments.command is None:
        parser.error(f"a command must be given ({', '.join(commands.choices)}), got none")
    if unknown:
        commands.choices[arguments.command].error(f"{show_text(unknown[0])} is not known here")
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
        help=f"what if it changes this from next month on? For example {_WHAT_IF}",
    )
    needed = parser.add_argument_group("instead of FILE", "Amounts are written 4200 or 4,200.")
    if_known = parser.add_argument_group("if known", "Shares are written 14%.")
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
        got = show_text(text)
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
            f"{show_text(arguments.file)} and {_option(next(iter(typed)))}. Leave out one of "
            "them, and put a value that holds a blank in quotes."
        )
    numbers = {name: _number(INPUTS[name], text) for name, text in typed.items()}
    household = Household.from_mapping(numbers) if typed else None
    change = None if arguments.what_if is None else _change(arguments.what_if)

    from finrisk.ml.predictor import Predictor

    predictor = Predictor.load()
    if household:
        print(predictor.predict(household, change=change))
    else:
        print(predictor.predict_csv(arguments.file, change=change))
    return 0


def _change(text: str) -> Change:
    """What somebody typed behind --what-if.

    Raises:
        InvalidChange: for what is no change, or one that nobody can make.

    >>> _change("income=0.714, months=3")
    Change(income=0.714, months=3)
    """
    fields: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or name in fields:
            raise InvalidChange(
                f"--what-if must name what changes, each once, got {show_text(text)}. Write it "
                f"like {_WHAT_IF}, in factors and in dollars without commas.",
                field="what_if",
            )
        try:
            fields[name] = float(number)
        except ValueError:
            fields[name] = number  # `Change` says what is wrong with it
    return Change(**fields)


def _number(field: Input, text: str) -> float:
    """A typed value: "$4,200" or "4200", "14%" for a share of 0.14, "3" for months.

    Raises:
        InvalidHousehold: if it is no number, or could be a share as well as a percentage.

    >>> _number(INPUTS["savings"], "$4,200"), _number(INPUTS["income_volatility"], "14 %")
    (4200.0, 0.14)
    """
    is_share = field.scale != 1
    bare = " ".join(text.split())
    if is_share:
        bare = bare.removesuffix("%").rstrip()
    try:
        notations = (POINT,) if is_share else (POINT, WHOLE)
        number = read_amounts([Cell(field.name, 1, bare)], notations)[0]
    except InvalidHistory as error:  # it speaks of rows, and there are none here
        example = f"{field.scale * field.default:g}{'%' if is_share else ''}"
        open_ = "one way only" in str(error)
        rule = "must be readable in one way only" if open_ else "must be a number"
        raise InvalidHousehold(
            f"{field.name} {rule}, got {show_text(text)}. Write it like {example}.",
            field=field.name,
        ) from None
    if is_share and "%" not in text and 0 < number <= field.slider_maximum:
        raise InvalidHousehold(
            f"{field.name} must be readable in one way only, got {show_text(text)}. Write "
            f"{100 * number:g}% if it is a share of {number:g}, else {number:g}%.",
            field=field.name,
        )
    return number / field.scale


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


def _check_free(host: str, port: int) -> None:
    """Listen there for a moment: what the server itself says when it cannot is no sentence."""
    try:
        family = socket.getaddrinfo(host, port)[0][0]
    except (OSError, UnicodeError) as error:
        raise FinriskError(
            f"host must be a name or an address of this machine, such as 127.0.0.1 or ::1, got "
            f"{show_text(host)}. Choose another with --host.",
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
