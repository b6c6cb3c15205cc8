"""Does what is asked for fit into this machine? Said before the work, not by a crash after it.

A system hands out more memory than it has and stops the program that then uses it, without a
word. So whoever is about to fill much of it says beforehand how much. Left out: what is free
right now, which changes from second to second (`course/doctor.py` looks at that).
"""

import math
import os
from pathlib import Path

from finrisk.errors import FinriskError
from finrisk.received import as_float, show_number

__all__ = ["check_memory", "machine_memory"]

_UNTOLD = 64.0  # GB taken as the most where the system does not say (Windows)
_LIMIT = Path("/sys/fs/cgroup/memory.max")  # what a container may use, on Linux


def machine_memory() -> float | None:
    """The memory of this machine, or of this container, in GB; None where nobody says."""
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        return min(whole, int(_LIMIT.read_text(encoding="ascii"))) / 1e9
    except (OSError, ValueError):  # no container, or "max": one without a limit
        return whole / 1e9


def check_memory(name: str, value: int, each: float, rest: float = 0.0) -> None:
    """Refuse what cannot fit.

    Args:
        name, value: how many of what fills the memory.
        each: GB that one of them takes.
        rest: GB that everything else takes.

    Raises:
        FinriskError: naming the number, what it needs, what is there and the next step.

    >>> check_memory("n_households", 1_000, each=1e-6)
    """
    told = machine_memory()
    there = _UNTOLD if told is None else told
    most = max(0, math.floor((there - rest) / each))
    if value > most:
        needed = each * (as_float(value) or 0) + rest
        machine = f"this machine has {there:,.1f} GB"
        if told is None:
            machine = f"{there:g} GB are the most that is tried where the system does not say"
        step = f"Give {most:,} at most." if most else "It cannot be done here."
        raise FinriskError(
            f"{name} must fit into memory, got {show_number(value)}, which needs about "
            f"{needed:,.1f} GB; {machine}. {step}",
            field=name,
        )
