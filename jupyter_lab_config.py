"""How JupyterLab opens the course: `python -m jupyterlab --config=jupyter_lab_config.py`."""

import os
from pathlib import Path

import zmq

c = get_config()  # noqa: F821  Jupyter puts it there when it reads this file

c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"

# Started by root, as in a container, Jupyter stops at once unless it is told that root is meant.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0

# Without these the log warns of a channel that anybody could read, and of a time limit that is
# longer than it may be (both are defaults of Jupyter's own). A shorter limit would end every
# connection, so nobody asks whether it still stands: on one machine it does.
if zmq.has("curve"):
    c.KernelManager.transport_encryption = "auto"
c.ServerApp.tornado_settings = {
    "ws_ping_interval": 0,
    "page_config_data": {"buildCheck": False},  # nothing is built here, so nobody needs Node.js
    "static_custom_path": [str(Path(__file__).parent / "jupyter_lab_style")],
}
c.LabApp.custom_css = True  # what a control without a kernel says, when a lesson is opened again

c.LanguageServerManager.autodetect = False  # a long line on helpers that are not installed
