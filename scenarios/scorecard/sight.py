"""What a task can see of the results: the paths of its measure and area, in its own unit, up to a date and in whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd

from scenarios.results import Results
from scenarios.units import UnknownUnit, factor
from scenarios.verdicts import Path, Task
from scenarios.verdicts.meeting import Marks, Values

Observed = Mapping[tuple[str, str | None], Mapping[int, float]]
SIMULATED = ("agent", "institution", "programme")
THIN_SHARE = 0.1  # thinning may add this share of the variance of a final value before the row is marked


class Paths:
    """Tables of draws × years by indicator and area, each made when it is first asked for: a plan asks for few of them."""

    def __init__(self, rows: pd.DataFrame, draws: list[int]) -> None:
        self._rows, self._draws = rows, draws
        places = cast("dict[tuple[str, str], Any]", rows.groupby(["indicator", "area"], sort=False, observed=True).indices)
        self._places = {(str(name[0]), str(name[1])): at for name, at in places.items()}
        self._made: dict[tuple[str, str], pd.DataFrame] = {}

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._places

    def get(self, key: tuple[str, str]) -> pd.DataFrame | None:
        """The table of (indicator, area), None where nothing is simulated."""
        if key in self._places and key not in self._made:
            part = self._rows.iloc[self._places[key]]
            self._made[key] = part.pivot(index="draw", columns="period", values="value").reindex(self._draws)
        return self._made.get(key)


class Sight:
    """The paths of every indicator and area, draws in one order, all that is simulated and what is seen at a date."""

    def __init__(self, results: Results, at: str | None, observed: Observed) -> None:
        self.results, self.observed = results, observed
        self.started = bool(results.manifest.get("start"))  # a run from a later December: earlier years are known from facts alone
        last = str(results.table["period"].max()) if len(results.table) else None
        self.draws = sorted(results.table["draw"].unique())
        self.month = int((at or last or "0000-12")[5:7] or 12)
        self._whole = self._paths(results.yearly())
        # a run that ends inside a year is seen to its last month, and so is a date asked for
        partial = at if at is not None else last if last is not None and self.month != 12 else None
        self._seen = self._paths(results.yearly(partial)) if partial else self._whole
        self.seen_year = int((at or last or "0000")[:4])

    def _paths(self, yearly: pd.DataFrame) -> Paths:
        return Paths(self.results.averaged(yearly), self.draws)

    def look(self, task: Task) -> tuple[Path, Path, Marks] | None:
        """(seen, whole, which draws have it) in the task's unit; None when nothing is simulated."""
        key = (task.measure or "", task.area or "ALL")
        if key not in self._whole and key not in self._seen:
            return None
        seen, whole = (self._in_unit(frame.get(key), task) for frame in (self._seen, self._whole))
        there = ~seen.isna().any(axis=1).to_numpy() & ~whole.isna().any(axis=1).to_numpy()
        if not there.any() or seen.columns.empty or (self.started and not self._simulated(key, task)):
            return None
        month = self.month if int(seen.columns[-1]) == self.seen_year else 12
        return _path(seen[there], month), _path(whole[there], 12), there

    def _simulated(self, key: tuple[str, str], task: Task) -> bool:
        """Whether any year that the task is about is simulated, or not all of its facts are known."""
        frame = self._whole.get(key)
        return frame is not None and any(int(year) <= task.year for year in frame.columns)

    def later(self, task: Task) -> Path | None:
        """What is simulated beyond the task's last year, in its unit; None when nothing is."""
        frame = self._whole.get((task.measure or "", task.area or "ALL"))
        if frame is None:
            return None
        unit = self.results.registry[task.measure].unit if task.measure else ""
        try:
            out = frame.loc[:, [year for year in frame.columns if int(year) > task.year]] / ratio(task.unit, unit)
        except UnknownUnit:
            return None
        return None if out.columns.empty else _path(out[~out.isna().any(axis=1)], 12)

    def look_observed(self, task: Task) -> tuple[Task, Path, Marks] | None:
        """(the task over the years that are known, its observed path, all draws) where only observed values are known.

        A flow counts from its first year without a gap; a value at the target year is enough for a level.
        """
        known = self.observed.get((task.id, task.area), {})
        if task.basis in ("level", "year_flow") and task.year in known:
            task = replace(task, first=task.year)
        years = [year for year in sorted(known) if task.first <= year <= task.year]
        if task.is_flow or task.basis != "level":
            years = [year for i, year in enumerate(years) if year == task.first + i]
        if not years or not self.draws:
            return None
        values = np.tile(np.array([known[year] for year in years], dtype=np.float64), (len(self.draws), 1))
        return task, Path(tuple(years), values, 12), np.ones(len(self.draws), dtype=np.bool_)

    def _in_unit(self, frame: pd.DataFrame | None, task: Task) -> pd.DataFrame:
        if frame is None:
            return pd.DataFrame(index=self.draws)
        unit = self.results.registry[task.measure].unit if task.measure else ""
        out = frame.loc[:, [year for year in frame.columns if int(year) >= task.first]] / ratio(task.unit, unit)
        if task.basis == "period_sum" and task.measure and self.results.registry[task.measure].year == "december":
            out = out - out.shift(axis=1).fillna(0.0)  # what is built 新建: a task on what the period adds, a measure of what stands
        known = {str(year): value for year, value in self.observed.get((task.id, task.area), {}).items() if year >= task.first}
        last = str(max(out.columns, default="0"))
        added = {year: value for year, value in known.items() if year in out.columns or (self.started and year <= last)}
        return out.assign(**added).sort_index(axis=1) if added else out


def _path(frame: pd.DataFrame, month: int) -> Path:
    return Path(tuple(int(year) for year in frame.columns), frame.to_numpy(dtype=np.float64), month)


def ratio(printed: str, simulated: str) -> float:
    """Simulated units in one printed unit: (万人, 人) → 10000. Raises UnknownUnit when persons would be mixed with
    人次, or % with counts.

    Countable things (家 个 户 项) may stand for one another: plans do not use them strictly. A card (张) is a holder: 一人一卡.
    """
    (times, base), (own, kind) = factor(printed), factor(simulated)
    base = kind if {base, kind} == {"张", "人"} else base
    strict = {"人", "人次", "%", "1", "元", "元/月", "元/年"}
    if base != kind and (base in strict or kind in strict):
        raise UnknownUnit(f"{printed} and {simulated} count different things")
    return times / own


def known_as(task: Task, sight: Sight) -> tuple[str, tuple[str, ...]]:
    """How the task's measure is produced, and why it has no values in spite of being produced."""
    indicator = sight.results.registry.get(task.measure or "")
    if task.measure is None:
        return "context", ()  # quoted: the plan's file names nothing that it is read from
    if indicator is None or indicator.produced == "not_yet":
        return "not_yet", ()
    try:
        ratio(task.unit, indicator.unit)
    except UnknownUnit:
        return "not_yet", ("unit_differs",)
    if indicator.produced in SIMULATED and sight.look(task) is None:
        if sight.later(task) is not None and sight.started:
            return str(indicator.produced), ("years_not_simulated",)
        return "not_yet", ("area_not_simulated",) if task.area else ()
    return str(indicator.produced), ()


def is_thin(task: Task, final: Values, results: Results) -> bool:
    """Whether thinning adds more than a tenth of a count's variance over draws.

    A count N kept one in k has the variance N (k − 1); replicates divide it. Rates and areas that are not thinned are
    never marked. manifest: scale, replicates, and area_scale (area → k) where an area differs.
    """
    said = results.manifest
    scale = float(said.get("area_scale", {}).get(task.area or "ALL", said.get("scale", 1)))
    unit = factor(task.unit)
    if scale <= 1 or final.size < 2 or task.kind not in ("stock", "flow") or unit[1] not in ("人", "人次"):
        return False
    added = max(float(np.median(final)), 0.0) * unit[0] * (scale - 1) / float(said.get("replicates", 1))
    return added > THIN_SHARE * float(np.var(final, ddof=1)) * unit[0] ** 2
