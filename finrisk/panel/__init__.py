"""The live panel: sliders on the left, the model's answer on the right.

A face: it shows what `Predictor` says and holds no rule of its own. Left out: anything that
would need a second opinion about risk.
"""

from finrisk.panel.risk_panel import RiskPanel

__all__ = ["RiskPanel"]
