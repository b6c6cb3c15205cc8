"""The command line: `python -m finrisk train | serve | doctor`. Argument parsing only."""

import argparse
import socket
import sys
from dataclasses import replace
from typing import Any

from finrisk.household import FinriskError


def main() -> int:
    """Parse, call one function, and turn an expected error into one sentence."""
    parser = argparse.ArgumentParser(prog="python -m finrisk", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="rebuild the model and its metrics from nothing")
    train.add_argument("--households", type=int, default=None, help="how many to simulate")
    train.add_argument("--seed", type=int, default=None)
    serve = commands.add_parser("serve", help="serve the web page and the API")
    serve.add_argument("--host", default=None)
    serve.add_argument("--port", type=int, default=None)
    commands.add_parser("doctor", help="check this machine and say how to mend what fails")
    arguments = parser.parse_args()
    try:
        return {"train": _train, "serve": _serve, "doctor": _doctor}[arguments.command](arguments)
    except FinriskError as error:
        print(error, file=sys.stderr)
        return 1


def _train(arguments: argparse.Namespace) -> int:
    import torch

    from finrisk.ml.build import BuildPlan
    from finrisk.ml.predictor import Predictor
    from finrisk.settings import Settings

    torch.set_num_threads(1)  # the same bits on any number of cores
    plan = replace(BuildPlan(), **_given(n_households=arguments.households, seed=arguments.seed))
    metrics = Predictor.build(plan, on_stage=print).metrics
    for group, scores in metrics["test"].items():
        figures = ", ".join(f"{k} {scores[k]:.3f}" for k in list(scores)[:5])
        print(f"Test, {group}: {figures}")
    print(f"Written to {Settings().model_path} and {Settings().metrics_path}")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    import uvicorn

    from finrisk.settings import Settings

    settings = Settings(**_given(host=arguments.host, port=arguments.port))
    _check_free(settings.host, settings.port)
    uvicorn.run(
        "finrisk.api.main:app",
        host=settings.host,
        port=settings.port,
        ws="none",  # the app has no WebSocket
        proxy_headers=False,  # nothing stands before it whose word on who asks would count
    )
    return 0


def _check_free(host: str, port: int) -> None:
    """Listen there for a moment: what the server itself says when it cannot is no sentence."""
    try:
        family = socket.getaddrinfo(host, port)[0][0]
        socket.create_server((host, port), family=family).close()
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", error)).partition(" (")[0]
        raise FinriskError(
            f"host {host} and port {port} must be a free address of this machine, got "
            f"{reason!r}. Stop what is running there, or choose another with --port or --host.",
            field="port",
        ) from error


def _doctor(_: argparse.Namespace) -> int:
    from finrisk.course import doctor

    report = doctor()
    print(report)
    return 0 if report.ok else 1


def _given(**options: Any) -> dict[str, Any]:
    """The options somebody has typed."""
    return {name: value for name, value in options.items() if value is not None}


if __name__ == "__main__":
    sys.exit(main())
