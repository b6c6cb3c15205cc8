"""How a trained network is asked, whatever the session around it is doing.

Nothing is learned, so no gradients are kept, and numbers stay float32 under `autocast`. And a
process that was forked answers with one thread: PyTorch shares large work out among threads that
its parent may have started, of which a fork takes none along, and it would wait for them for
ever. PyTorch's own `DataLoader` does the same in its workers. Left out: training (`train.py`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["inference"]

_LOADED_IN = os.getpid()  # a forked process has another number; a spawned one loads this anew


@contextmanager
def inference() -> Iterator[None]:
    """In this block networks are asked, and not trained.

    >>> with inference():
    ...     torch.is_grad_enabled()
    False
    """
    with torch.no_grad(), torch.autocast("cpu", enabled=False):
        if os.getpid() == _LOADED_IN:
            yield
            return
        n_threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(n_threads)
