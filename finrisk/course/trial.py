"""Trying an answer: it has a few seconds, some memory, little to print, and ends no lesson.

The answer runs in a thread of its own, in this process. The other way, an alarm that breaks into
the main thread, exists on Linux and macOS only, works in the main thread only, and may ring a
moment too late, in the middle of something else. From a thread that does not come back one can
always walk away, on every system. Such a thread also brings PyTorch's gradient mode and NumPy's
error settings of its own: what an answer changes there is gone with it.

Left out, because no Python can do it from inside: breaking into one single call written in C
that never ends, such as `sum(itertools.count())`. There, restart the kernel.
"""

import builtins
import ctypes
import io
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from contextvars import copy_context
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread, local
from typing import Any, NoReturn, TextIO, TypeVar

from finrisk.errors import FinriskError

__all__ = ["tried"]

T = TypeVar("T")

SECONDS = 5.0  # right answers need some milliseconds, the slowest 0.02
PATIENCE = 1.0  # seconds to stop an answer before it is left behind
MEMORY = 2 * 1024**3  # bytes more than before, half of them for threads of libraries
PRINTED = 2_000  # characters shown of what an answer prints

_here = local()  # knows in which threads an answer is being tried
_DATA = 5  # place of "data" among the numbers of /proc/self/statm: what a process may write to


def tried(work: Callable[[], T]) -> T:
    """What `work` gives back, if it does so in time.

    Raises:
        TimeoutError: when it is still running after `SECONDS`, as a sentence to the learner.

    >>> tried(lambda: 1 + 1)
    2
    """
    if getattr(_here, "is_trial", False):  # it would go on for ever, each in a thread of its own
        raise FinriskError("check must stand below the answer, got one inside it. Move that line.")
    results: SimpleQueue[T] = SimpleQueue()
    running, watched = Lock(), Lock()

    def run() -> None:
        _here.is_trial = True
        try:  # not suppress(), which is written in Python and could be broken into itself
            try:
                with running:
                    results.put(work())
            finally:
                watched.acquire()  # until nobody breaks in any more
        except BaseException:
            pass

    with watched, _kept():
        # A copy of the context: it knows the cell that prints belong to.
        thread = Thread(target=copy_context().run, args=(run,), daemon=True)
        try:
            _start(thread)
            return results.get(timeout=SECONDS)
        except (Empty, KeyboardInterrupt) as end:  # time is up, or the learner stops the cell
            _stop(thread, running)
            if not isinstance(end, Empty):
                raise
    left = " It could not be stopped: restart the kernel to end it." if running.locked() else ""
    raise TimeoutError(
        f"Your answer was still running after {SECONDS:g} seconds: a loop in it does not end, or "
        f"it waits for something.{left} What should make it stop?"
    )


def _start(thread: Thread) -> None:
    try:
        thread.start()
    except RuntimeError as error:  # each answer left behind keeps one
        raise TimeoutError(
            "There is no room for another answer beside those that still run: restart the kernel."
        ) from error


def _stop(thread: Thread, running: Lock) -> None:
    """Raise SystemExit inside the thread; again and again, as an `except:` in a loop eats it.

    A thread that sleeps or waits for a lock hears of it only when it wakes up. It is left
    behind, and ends then; as a daemon, it does not keep Python from ending either.
    """
    last, turn = time.monotonic() + PATIENCE, sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # seconds; by short turns it meets the loop outside its `try:`, too
    try:
        while running.locked() and time.monotonic() < last:
            ident, error = ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, error)
            time.sleep(0)  # the thread's turn
    finally:
        sys.setswitchinterval(turn)


# --- what an answer may not change for the rest of the lesson --------------------------------


@contextmanager
def _kept() -> Iterator[None]:
    """Close the ways out of the process, and put back at the end what belongs to all of it.

    Not put back: random states, and what an answer sets in a library. It is the learner's own
    kernel, and their own function does the same when they call it themselves.
    """
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        for redirected, stream in ((redirect_stdout, sys.stdout), (redirect_stderr, sys.stderr)):
            excerpt = _Excerpt(stream)
            stack.enter_context(redirected(excerpt))
            stack.callback(excerpt.open)
        # Python's own exit() closes the standard input before it raises SystemExit.
        _replace(stack, sys, "stdin", io.StringIO())
        _replace(stack, builtins, "input", _nobody_answers)
        if "IPython" in sys.modules:
            from IPython.core.getipython import get_ipython

            if (shell := get_ipython()) is not None:
                # A notebook's exit() raises nothing: it asks the kernel to end soon.
                _replace(stack, shell, "ask_exit", sys.exit)
        with suppress(FileNotFoundError):  # where the folder is gone, there is no way back
            stack.callback(os.chdir, Path.cwd())
        _limit_memory(stack)
        yield


def _replace(stack: ExitStack, owner: Any, name: str, value: object) -> None:
    """Another value, until the stack is left."""
    stack.callback(setattr, owner, name, getattr(owner, name))
    setattr(owner, name, value)


def _nobody_answers(*_: object) -> NoReturn:
    raise RuntimeError("nobody answers input() here: use what the function is given")


def _limit_memory(stack: ExitStack) -> None:
    """On Linux, let a list that grows for ever end in a MemoryError.

    Linux promises memory it does not have, and then ends the kernel without a word. Other
    systems refuse, or write to the disk; they have no such limit to set.
    """
    if sys.platform == "linux":
        import resource

        def limit(pair: tuple[int, int]) -> None:
            with suppress(OSError, ValueError):  # a sandbox, or the answer itself, forbids it
                resource.setrlimit(resource.RLIMIT_DATA, pair)

        try:
            pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[_DATA]
        except OSError:  # some sandboxes do not tell
            return
        most = int(pages) * resource.getpagesize() + MEMORY
        before = resource.getrlimit(resource.RLIMIT_DATA)
        stack.callback(limit, before)
        known = [number for number in (*before, most) if number != resource.RLIM_INFINITY]
        limit((min(known), before[1]))


class _Excerpt(io.TextIOBase):
    """Passes on the beginning of what is printed; a million lines would stop the browser."""

    def __init__(self, shown: TextIO) -> None:
        self._shown, self._left = shown, PRINTED

    def write(self, text: str) -> int:
        if self._left >= 0:
            self._shown.write(text[: self._left])
            self._left -= len(text)
            if self._left < 0:
                self._shown.write("\n… (what your answer prints after this is not shown)\n")
        return len(text)

    def flush(self) -> None:
        with suppress(ValueError):  # thrown away later, when the stream below may be closed
            self._shown.flush()

    def open(self) -> None:
        """Pass on everything from now on: an answer left behind may still hold on to it."""
        self._left = sys.maxsize
