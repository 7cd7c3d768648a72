"""Observed values: what a bureau already knows, held against its plan as facts.

`observed.csv` in a plan's folder, or any file given by `--observed` (.csv or .xlsx). Columns: plan, indicator (a target's
id or printed name, a measure, or gdp_growth in %), area (empty: the whole city), period (2021 or 2021-07), value (in the
unit that the plan prints for the target), definition (口径), source, status. Everything wrong with a file is said at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from model.documents import BadInput
from scenarios.observed_check import GROWTH, check
from scenarios.observed_file import FILE, read_rows
from scenarios.units import UnknownUnit, factor
from scenarios.verdicts import Task, tasks_of
from scenarios.verdicts.plan_tasks import in_unit

Key = tuple[str, str | None]
Facts = dict[Key, dict[int, float]]


@dataclass(frozen=True)
class Observation:
    """One observed value. indicator: a measure or target id; target: the target whose printed unit it is in (None for
    gdp_growth); area: None for the whole city; status: published, preliminary or internal.
    """

    indicator: str
    target: str | None
    area: str | None
    period: str
    value: float
    definition: str
    source: str
    status: str


@dataclass(frozen=True)
class Observed:
    """The observed values of one plan."""

    rows: tuple[Observation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def growth(self) -> dict[int, float]:
        """Observed real GDP growth of the city by year, as fractions."""
        return {int(row.period): row.value / 100 for row in self.rows if row.indicator == GROWTH and row.area is None}

    def as_list(self) -> list[dict[str, Any]]:
        """Plain data, for a manifest."""
        return [asdict(row) for row in self.rows]

    @classmethod
    def from_list(cls, rows: Any) -> Observed:
        """What `as_list` gave."""
        return cls(tuple(Observation(**row) for row in rows or ()))


def observed_values(plan: Any, folder: str | PathLike[str] | None = None, file: str | PathLike[str] | None = None) -> Observed:
    """The observed values of a plan: of `file`, else of `observed.csv` in the plan's folder, else none.

    Raises BadInput with every fault of the file.
    """
    place = Path(file) if file is not None else None if folder is None else Path(folder) / FILE
    if place is None or (file is None and not place.is_file()):
        return Observed()
    return read_observed(plan, place)


def read_observed(plan: Any, path: str | PathLike[str], today: date | None = None) -> Observed:
    """Read and check a .csv or .xlsx of observed values; rows of other plans at hand are passed over.

    today: nothing observed may lie after it (default: now). Raises BadInput with every fault.
    """
    rows, faults = read_rows(Path(path))
    if not faults:
        found, faults = check(plan, rows, str(path), today or datetime.now(UTC).date())
    if faults:
        raise BadInput(faults)
    return Observed(tuple(Observation(**row) for row in found))


@dataclass(frozen=True)
class Fact:
    """A year value in a task's unit, and where it is from. comparable: counted as the target is."""

    value: float
    source: str
    status: str
    definition: str
    comparable: bool = True


def facts_of(plan: Any, observed: Observed) -> dict[Key, dict[int, Fact]]:
    """(target id, area) → year → fact, in the unit of that row of the plan.

    Targets that stand on one measure share its values; a value given for a target itself goes before them. A year's
    value is its own row, else a flow's twelve months added, or a stock's or rate's December. A value of another 口径
    than the target's is kept, marked not comparable, and gives way to one that is.
    """
    targets = {target.id: target for target in plan.targets}
    out: dict[Key, dict[int, Fact]] = {}
    for task in tasks_of(plan):
        rows = [row for row in observed.rows if row.target is not None and row.area == task.area and _about(row, task)]
        years: dict[int, Fact] = {}
        for row in sorted(rows, key=lambda row: (_comparable(row, task), row.target == task.id)):
            years.update(_years(row, rows, task, targets[str(row.target)].unit))
        if years:
            out[task.id, task.area] = dict(sorted(years.items()))
    return out


def comparable_values(facts: Mapping[Key, Mapping[int, Fact]]) -> Facts:
    """What may be held against the plan: (target id, area) → year → value, without values of another 口径."""
    kept = {key: {year: fact.value for year, fact in years.items() if fact.comparable} for key, years in facts.items()}
    return {key: years for key, years in kept.items() if years}


def _about(row: Observation, task: Task) -> bool:
    return row.target == task.id or (task.measure is not None and row.indicator == task.measure)


def _comparable(row: Observation, task: Task) -> bool:
    return not row.definition or not task.definition or row.definition == task.definition


def _years(row: Observation, rows: list[Observation], task: Task, unit: str) -> dict[int, Fact]:
    """The year value that a row gives to a task: its own, or with the other months of its year; empty if none yet."""
    try:
        same = factor(unit)[1] == factor(task.unit)[1]
    except UnknownUnit:
        same = unit == task.unit
    if not same:
        return {}
    year, value = int(row.period[:4]), row.value
    if len(row.period) > 4:
        series = [r for r in rows if (r.target, r.definition, r.period[:4]) == (row.target, row.definition, row.period[:4])]
        if row.period[5:] != "12" or any(len(r.period) == 4 for r in series):
            return {}
        if task.is_flow:
            if len(series) < 12:
                return {}
            value = sum(r.value for r in series)
    fact = Fact(round(in_unit(value, unit, task.unit), 9), row.source, row.status, row.definition)
    return {year: replace(fact, comparable=_comparable(row, task))}
