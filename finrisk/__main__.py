"""`python -m finrisk`, or `finrisk` once it is installed: looks at the Python, then hands over.

A Python that is too old must be able to read this file, so it holds nothing that is newer than
Python 3.7 and takes nothing but the standard library. The command line is `command.py`.
"""

import sys

from finrisk.supported import python_problem, too_old

__all__ = ["main"]


def main() -> int:
    """Refuse a Python that cannot read the rest in one sentence; else do what was asked."""
    if too_old():
        sys.stderr.write(python_problem() + "\n")
        return 1
    try:
        from finrisk.command import run

        return run()
    except KeyboardInterrupt:  # Ctrl+C is no mistake: no stack trace
        sys.stderr.write("Stopped.\n")
        return 130  # what shells expect of a command that was stopped


if __name__ == "__main__":
    sys.exit(main())
