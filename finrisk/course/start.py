"""The first line of every lesson, `setup()`, and the one folder a lesson writes to.

Left out on purpose: imports (a lesson shows its own) and anything that changes a result.
"""

import os
from pathlib import Path

__all__ = ["scratch", "setup"]


def setup() -> None:
    """Give every plot the course's style, PyTorch one thread, and the lesson its folder.

    One thread makes small models train faster and gives the same numbers on every machine. A
    solution is moved to the folder of its lesson, so `data/...` means the same in both.
    """
    import torch

    from finrisk.plots.alt_text import show_alt_texts
    from finrisk.plots.style import use_style

    torch.set_num_threads(1)
    if Path.cwd().name == "solutions":
        os.chdir(Path.cwd().parent)
    use_style()
    show_alt_texts()


def scratch() -> Path:
    """The folder `scratch` beside the lessons, made if need be; git ignores it.

    Its whole path, because `Settings` sees a relative one from the project.
    """
    folder = Path("scratch").resolve()
    folder.mkdir(exist_ok=True)
    return folder
