"""The base-year figures that a fit uses, and the intercepts that meet them.

Fitted figures are flows and rates of the base year: each is met by one declared intercept of the whole city, because no base-year flow is
published by area. Held figures are stocks and rates that the synthetic population meets at the start by construction; how far a year of
life carries them away is measured, and no intercept acts on them. (Matching efficiency could be set to hold the surveyed unemployment
rate, but that rate hardly answers to it, and no plan publishes it: the efficiency keeps its declared range.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, both, read_yaml
from model.indicators.measure import evaluate
from model.indicators.registry import registry
from model.parameters import declared_parameters
from scenarios.baseline_schema import Cell
from scenarios.plan_schema import Plan

TOLERANCES = Path(str(files("calibration") / "tolerances.yaml"))


@dataclass(frozen=True)
class Intercept:
    """A parameter that one base-year figure sets.

    linear: the figure is exactly proportional to it, so that one run tells its value; else it is solved in `log` or plain coordinates.
    slopes: {figure: d ln figure / d coordinate} from which the solver starts (rough, corrected by what the runs say).
    """

    parameter: str
    figure: str
    linear: bool = False
    log: bool = True
    slopes: Mapping[str, float] | None = None

    def coordinate(self, value: float) -> float:
        """The parameter's value as the solver sees it."""
        return math.log(value) if self.log else value

    def value(self, coordinate: float) -> float:
        """The parameter's value at a coordinate, inside its declared range."""
        declared = declared_parameters()[self.parameter]
        return min(max(math.exp(coordinate) if self.log else coordinate, declared.low), declared.high)


INTERCEPTS = (
    Intercept("capture", "new_urban_employment", linear=True),
    Intercept("startup_capture", "startups", linear=True),
    Intercept("registration", "registered_unemployment_rate", slopes={"registered_unemployment_rate": 0.97}),
    Intercept("attraction", "graduates_attracted", log=False,
              slopes={"graduates_attracted": 0.44, "registered_unemployment_rate": 0.02}),
    Intercept("transfer_rate", "rural_transfer",
              slopes={"rural_transfer": 0.97, "registered_unemployment_rate": 0.02}),
    Intercept("assessment_rate", "skill_certificates", slopes={"skill_certificates": 0.6}),
    Intercept("professional_certificate_capture", "professional_certificates", linear=True),
)  # fmt: skip
HELD = ("ui_insured", "injury_insured", "pension_active", "pension_enterprise_active", "pension_paying_rate", "surveyed_unemployment_rate")
FITTED = tuple(intercept.figure for intercept in INTERCEPTS)
NEUTRAL = {"new_definition_ratio": 1.0, "startup_definition_ratio": 1.0}
"""Ratios of a plan's new 口径 to that of its base: the base year is counted by the old one."""


@dataclass(frozen=True)
class Figure:
    """One base-year figure of the whole city: the baseline's cell, and the tolerance of its relative miss."""

    id: str
    cell: Cell
    tolerance: float

    @property
    def value(self) -> float:
        """The figure in base units (persons, %)."""
        return self.cell.base_value

    @property
    def intercept(self) -> Intercept | None:
        """The intercept that meets it; None for a held figure."""
        return next((one for one in INTERCEPTS if one.figure == self.id), None)


@cache
def tolerances() -> dict[str, float]:
    """{figure: tolerated relative miss}, from tolerances.yaml. Raises BadInput for a missing or impossible one."""
    document = read_yaml(TOLERANCES)
    given = document.data.get("figures") or {}
    faults = [
        document.fault(("figures", name), given.get(name, ""), "0 … 1", both("请填写相对误差", "a relative miss"))
        for name in FITTED + HELD
        if not isinstance(given.get(name, {}).get("tolerance"), (int, float)) or not 0 < given[name]["tolerance"] < 1
    ]
    if faults:
        raise BadInput(faults)
    return {name: float(given[name]["tolerance"]) for name in FITTED + HELD}


def figures_of(plan: Plan) -> dict[str, Figure]:
    """The figures that the plan's baseline holds for its baseline year, by id; a figure of zero cannot be met by a factor."""
    cells = {name: plan.baseline.cell(name, year=plan.baseline_year) for name in FITTED + HELD}
    return {name: Figure(name, cell, tolerances()[name]) for name, cell in cells.items() if cell and cell.base_value > 0}


def year_values(series: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    """The figures of a lived year: a flow's sum, a stock's or rate's December, for the whole city.

    series: counted series of the city, {name: (12, areas)}.
    """
    whole = {name: counts.sum(axis=1, keepdims=True) for name, counts in series.items()}
    out = {}
    for name in FITTED + HELD:
        months = evaluate(registry()[name], whole)[:, 0]
        out[name] = float(months.sum() if registry()[name].year == "sum" else months[-1])
    return out
