"""Why two worlds differ, or a target is missed: the difference split among levers, exogenous drivers and chance."""

from scenarios.waterfall.splitting import Split, why

__all__ = ["Split", "why"]
