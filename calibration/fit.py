"""The fit of one draw: its intercepts, and each base-year figure before and after.

Everything here is plain data, because it travels between processes and into the journal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from calibration.base_year import Lived, live, setting_of_base_year
from calibration.figures import INTERCEPTS, Figure, Intercept, figures_of
from calibration.solve import Solution, Vector, solve
from model.documents import BadInput
from model.parameters import declared_parameters
from scenarios.plans_at_hand import load_plan

CLOSE = 0.03
"""A solved figure is close enough at 3 %: inside its tolerance of 5 %, and the smallest flow moves by half a percent a row."""
MOST_RUNS = 6


@dataclass(frozen=True)
class Job:
    """One fit to be made. draw: number of the draw, or −1, −2, … for replicates of the luck of the central values."""

    plan: str
    draw: int
    luck: int
    scale: int
    parameters: Mapping[str, float]


@dataclass(frozen=True)
class Fit:
    """What a fit gave. intercepts: {parameter: value}; before, after: {figure: value in base units} with the central and with the fitted
    intercepts; at_bound: intercepts that a bound holds back."""

    draw: int
    intercepts: dict[str, float] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)
    at_bound: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    runs: int = 0
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a line of the journal."""
        return asdict(self) | {"at_bound": list(self.at_bound), "findings": list(self.findings)}


def fit_from(given: Mapping[str, Any]) -> Fit:
    """The fit in a line of the journal."""
    return Fit(**{**given, "at_bound": tuple(given["at_bound"]), "findings": tuple(given["findings"])})


def fit_draw(job: Job) -> Fit:
    """Fit one draw. A failure comes back as data; bad input is raised."""
    try:
        return _fit(job, figures_of(load_plan(job.plan)))
    except BadInput:
        raise
    except Exception as error:  # noqa: BLE001 - a draw that dies is dropped with its reason
        return Fit(job.draw, error=f"{type(error).__name__}: {error}")


def _fit(job: Job, figures: Mapping[str, Figure]) -> Fit:
    """Run with the central intercepts, solve those that need solving, then set the linear ones."""
    base = dict(job.parameters) | {one.parameter: declared_parameters()[one.parameter].central for one in INTERCEPTS}
    solved = [one for one in INTERCEPTS if not one.linear and one.figure in figures]
    lives: dict[tuple[float, ...], Lived] = {}

    def misses(point: Vector) -> Vector:
        values = {one.parameter: one.value(x) for one, x in zip(solved, point.tolist(), strict=True)}
        lived = lives[tuple(point.tolist())] = live(setting_of_base_year(job.plan, base | values), job.luck, job.scale)
        return np.array([miss(lived.figures[one.figure], figures[one.figure].value) for one in solved])

    found = solve(misses, *_space(solved), close=CLOSE, most=MOST_RUNS)
    before, last = next(iter(lives.values())), lives[tuple(found.point.tolist())]
    intercepts = {one.parameter: one.value(x) for one, x in zip(solved, found.point.tolist(), strict=True)}
    after, at_bound = dict(last.figures), _held(solved, found)
    for one in (one for one in INTERCEPTS if one.linear and one.figure in figures):
        value, stuck = scaled(base[one.parameter], last.figures[one.figure], figures[one.figure].value, one)
        after[one.figure] = last.figures[one.figure] * value / base[one.parameter]
        intercepts[one.parameter] = value
        at_bound += [one.parameter] if stuck else []
    return Fit(job.draw, intercepts, dict(before.figures), after, tuple(at_bound), last.findings, found.runs)


def miss(value: float, target: float) -> float:
    """ln(value ÷ target), with a value of nothing taken as a hundredth of the target."""
    return math.log(max(value / target, 0.01)) if math.isfinite(value) else math.log(0.01)


def scaled(present: float, value: float, target: float, one: Intercept) -> tuple[float, bool]:
    """The value of a linear intercept that turns `value`, counted with `present`, into `target`; and whether its bound holds it back."""
    declared = declared_parameters()[one.parameter]
    wanted = present * target / value if value > 0 else math.inf
    kept = min(max(wanted, declared.low), declared.high)
    return kept, kept != wanted


def _space(solved: list[Intercept]) -> tuple[Vector, Vector, Vector, Vector]:
    """Start, lower and upper bounds (k,) and first slopes (k, k) in the intercepts' coordinates."""
    declared = [declared_parameters()[one.parameter] for one in solved]
    ends = [
        np.array([one.coordinate(getattr(p, end)) for one, p in zip(solved, declared, strict=True)])
        for end in ("central", "low", "high")
    ]
    slopes = np.array([[(one.slopes or {}).get(row.figure, 0.0) for one in solved] for row in solved])
    return ends[0], ends[1], ends[2], slopes


def _held(solved: list[Intercept], found: Solution) -> list[str]:
    return [one.parameter for one, held in zip(solved, found.held.tolist(), strict=True) if held]
