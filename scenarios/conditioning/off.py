"""How far the model had been off: each observed value beside what all draws had said of it before they were weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.conditioning.weights import Values, distance
from scenarios.scorecard.sight import SIMULATED, Sight, known_as
from scenarios.verdicts import tasks_of

if TYPE_CHECKING:
    from scenarios.results import Results

Facts = Mapping[tuple[str, str | None], Mapping[int, float]]


@dataclass(frozen=True)
class Off:
    """One observed value of a target: simulated p10, p50, p90 of all draws, in the target's unit; z: the median draw's distance."""

    id: str
    name_zh: str
    name_en: str
    area: str | None
    unit: str
    decimals: int
    year: int
    observed: float
    simulated: Mapping[str, float]
    z: float

    @property
    def off(self) -> float:
        """Observed less the simulated median."""
        return self.observed - self.simulated["p50"]

    @property
    def inside(self) -> bool:
        """Whether the value lies between the 10 % and 90 % quantiles."""
        return self.simulated["p10"] <= self.observed <= self.simulated["p90"]

    def as_json(self) -> dict[str, Any]:
        """Plain data; relative: off as a share of the observed value."""
        relative = self.off / self.observed if self.observed else None
        names = ("id", "name_zh", "name_en", "area", "unit", "year", "observed")
        return {**{name: getattr(self, name) for name in names}, "simulated": dict(self.simulated), "off": self.off, "relative": relative,
                "inside": self.inside, "z": round(self.z, 3)}


def misses(plan: Any, results: Results, facts: Facts, draws: int) -> tuple[tuple[Off, ...], list[Values]]:
    """(each observed value, once a series and year; z of each series, shape (years, draws))."""
    sight, seen = Sight(results, None, {}), set()
    off: list[Off] = []
    distances: list[Values] = []
    for task in tasks_of(plan):
        known = facts.get((task.id, task.area), {})
        key = (task.measure, task.area)
        view = sight.look(task) if known and key not in seen and known_as(task, sight)[0] in SIMULATED else None
        if view is None:
            continue
        _, path, there = view
        years = [year for year in known if year in path.years]
        rows = []
        for year in years:
            values = np.full(draws, np.nan)
            values[np.asarray(sight.draws)[there]] = path.values[:, path.years.index(year)]
            z = distance(task.kind, known[year], values)
            band = {f"p{q}": float(np.nanquantile(values, q / 100)) for q in (10, 50, 90)}
            middle = float(distance(task.kind, known[year], np.array([band["p50"]]))[0])
            off.append(Off(task.id, task.name_zh, task.name_en, task.area, task.unit, task.decimals, year, known[year], band, middle))
            rows.append(z)
        if rows:
            seen.add(key)
            distances.append(np.array(rows))
    return tuple(off), distances
