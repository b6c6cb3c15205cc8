"""The panel as a page of its own: `python -m finrisk panel`, with Voila.

Voila runs the one cell of `voila/panel.ipynb`, in a Python of its own for each visitor, and puts
what it shows into `voila/index.html.j2`, a template of ours. Left out: the panel (`risk_panel.py`).
"""

import html
import os
from pathlib import Path

import ipywidgets as widgets
from traitlets.config import Config
from voila.app import Voila

from finrisk.data.label import STRESS
from finrisk.errors import FinriskError
from finrisk.panel.risk_panel import RiskPanel
from finrisk.settings import Settings
from finrisk.titles import NO_ADVICE, QUESTION

__all__ = ["panel_or_sentence", "serve"]

_FOLDER = Path(__file__).parent / "voila"


class _Server(Voila):  # type: ignore[misc]  # Voila has no types
    """Voila, but for our template."""

    def setup_template_dirs(self) -> None:
        """Look for a template in our folder first."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(_FOLDER))


def serve(settings: Settings) -> None:
    """Serve the page at the settings' host and port until told to stop."""
    # A visitor's Python runs in another folder, where a relative path would mean something else.
    os.environ["FINRISK_MODELS_DIR"] = str(settings.models_dir)
    config = Config()
    config.Voila.notebook_path = str(_FOLDER / "panel.ipynb")
    config.Voila.ip, config.Voila.port = settings.host, settings.port
    config.Voila.port_retries = 0  # the port that was said, or none
    config.Voila.open_browser = False  # there may be none, or one that fills the terminal
    config.Voila.config_file_paths = []  # what somebody has set for pages of their own
    config.Voila.log_level = "ERROR"  # it warns of each visitor
    config.MappingKernelManager.cull_idle_timeout = 600  # seconds a Python outlives its page
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.resources = {
        "question": QUESTION,
        "definition": f"Financial stress means {STRESS}.",
        "no_advice": NO_ADVICE,
    }
    _Server.launch_instance([], config=config)


def panel_or_sentence() -> RiskPanel | widgets.HTML:
    """What the page shows: the panel, or what is wrong where it cannot be made."""
    try:
        return RiskPanel()
    except FinriskError as error:
        return widgets.HTML(f'<p role="alert">{html.escape(str(error))}</p>')
