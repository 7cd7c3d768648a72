"""The measurement layer: the bureau's statistics by the bureau's definitions, apart from what truly happens."""

from model.indicators.measure import measure, yearly
from model.indicators.registry import Indicator, registry

__all__ = ["Indicator", "measure", "registry", "yearly"]
