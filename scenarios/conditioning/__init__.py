"""Forecasts that start from what has been observed: draws weighed by their fit, stocks anchored, and how far the model was off."""

from scenarios.conditioning.forecast import Conditioning, conditioned, last_observed
from scenarios.conditioning.report import conditioning_lines

__all__ = ["Conditioning", "conditioned", "conditioning_lines", "last_observed"]
