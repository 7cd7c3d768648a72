"""Sensitivity: which levers and uncertainties drive which indicators, by Morris' or Sobol's method (SALib)."""

from scenarios.sensitivities.analysis import Sensitivity, sensitivity

__all__ = ["Sensitivity", "sensitivity"]
