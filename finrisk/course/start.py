"""The first line of every lesson, `setup()`, and the one folder a lesson writes to.

Left out on purpose: imports (a lesson shows its own) and anything that changes a result.
"""

import os
from pathlib import Path

from finrisk.course.calls import called_like
from finrisk.errors import FinriskError

__all__ = ["scratch", "setup"]


@called_like("setup()")
def setup() -> None:
    """Give every plot the course's style, PyTorch one thread, and the lesson its folder.

    One thread makes small models train faster and gives the same numbers on every machine. A
    solution is moved to the folder of its lesson, so `data/...` means the same in both.

    Raises:
        FinriskError: when the folder the notebook runs in is gone.
    """
    here = _here()  # before PyTorch, which ends Python in a folder that is gone
    import torch

    from finrisk.plots.alt_text import show_alt_texts
    from finrisk.plots.style import use_style

    torch.set_num_threads(1)
    if here.name == "solutions":
        os.chdir(here.parent)
    use_style()
    show_alt_texts()


@called_like("scratch()")
def scratch() -> Path:
    """The folder `scratch` beside the lessons, made if need be; git ignores it.

    Its whole path, because `Settings` sees a relative one from the project.

    Raises:
        FinriskError: when there can be no such folder, or nothing can be written to it.
    """
    folder = _here() / "scratch"
    try:
        folder = folder.resolve()  # it may be a link to another disk
        folder.mkdir(exist_ok=True)
        found = "" if os.access(folder, os.W_OK) else "one that may only be read"
    except OSError as error:
        found = error.strerror or str(error)
    except RuntimeError:  # what Pythons before 3.13 say of a link that leads back to itself
        found = "a link that leads nowhere"
    if found:
        raise FinriskError(
            f"scratch must be a folder that can be written to, got {found}: {folder}. Rename what "
            "has this name now, or move the course to a folder of your own."
        )
    return folder


def _here() -> Path:
    """The folder the notebook runs in."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise FinriskError(
            "The folder this notebook runs in must be there, and it was deleted or moved. Close "
            "Jupyter and start it again in the folder of the course."
        ) from None
