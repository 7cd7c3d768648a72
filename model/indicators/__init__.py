"""The measurement layer: the bureau's statistics by the bureau's definitions, apart from what truly happens."""

from model.indicators.measure import Measured, measure, measured, yearly
from model.indicators.registry import Indicator, registry

__all__ = ["Indicator", "Measured", "measure", "measured", "registry", "yearly"]
