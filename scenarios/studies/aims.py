"""Aims: the targets of a plan, for the city or an area, that an analysis is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.scorecard.sight import SIMULATED, ratio
from scenarios.units import UnknownUnit
from scenarios.verdicts import Task, on_basis, stance_of, tasks_of
from scenarios.verdicts.meeting import Marks, Values, meets
from scenarios.verdicts.stance import WEAK

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

ALL, WHOLE = "all", "ALL"


@dataclass(frozen=True)
class Aim:
    """One task that is simulated. how: how months make a year (sum, december, mean); per: simulated units in one of the
    task's.
    """

    task: Task
    how: str
    per: float

    @cached_property
    def name(self) -> str:
        """Its key in tables: the target's id, `@area` behind it outside the whole city."""
        return self.task.id + (f"@{self.task.area}" if self.task.area else "")

    @property
    def source(self) -> tuple[str, str]:
        """(indicator, area) in a run's table."""
        return str(self.task.measure), self.task.area or WHOLE

    def final(self, years: Values) -> Values:
        """The value that the target is about, shape (runs,). years: official year values (runs, years of the task)."""
        return on_basis(self.task, years)

    def met(self, years: Values) -> Marks:
        """Whether each run meets the target; never where a value is missing."""
        return meets(self.task, years)

    @property
    def window(self) -> tuple[float, float]:
        """(low, high): a final value meets the target when it lies between them, to half of the last printed digit."""
        task, half = self.task, 0.5 * 10.0 ** -self.task.decimals
        low, high = task.target - task.allowance - half, task.target + task.allowance + half
        if task.op in ("ge", "gt"):
            return (low if task.op == "ge" else high), inf
        if task.op in ("le", "lt"):
            return -inf, (high if task.op == "le" else low)
        return (-inf if task.op == "about" and task.fewer else low), high


def simulated(task: Task) -> Aim | None:
    """The aim of a task, or None where the city does not produce its measure in its unit."""
    from model.indicators import registry

    indicator = registry().get(task.measure or "")
    if indicator is None or indicator.produced not in SIMULATED or not indicator.simulated or task.group:
        return None  # a grade of a composition shares its verdict with others: no aim of its own
    try:
        return Aim(task, indicator.year, ratio(task.unit, indicator.unit))
    except UnknownUnit:
        return None


def aims_of(
    plan: Plan, ids: Sequence[str] = (ALL,), areas: Sequence[str] = (WHOLE,), *, climbing: bool = False, target: float | None = None
) -> list[Aim]:
    """The aims of these target ids ("all": every one that is simulated) and areas ("all": the city and every area with a task).

    climbing: of "all", leave out what is held or a floor (verdicts 约束力弱); target: another value than the plan's, for one
    id and area. Raises BadInput for unknown ids, ids that are not simulated and areas without a task, all at once.
    """
    tasks = tasks_of(plan)
    known = {task.id: task for task in tasks}
    strange = [name for name in ids if name not in known and name != ALL]
    faults = [Fault("--indicator", None, "indicator", name, *unknown_name(name, known)) for name in strange]
    found = [aim for task in tasks if (aim := simulated(task)) is not None]
    there = {aim.task.area or WHOLE for aim in found}
    faults += [Fault("--area", None, "area", area, *unknown_name(area, there)) for area in areas if area not in there and area != ALL]
    inside = [aim for aim in found if ALL in areas or (aim.task.area or WHOLE) in areas]
    for name in [one for one in ids if one in known and not any(aim.task.id == one for aim in inside)]:
        fix = both("该指标或地区未模拟,请另选", "not simulated (there); choose another")
        faults.append(Fault("--indicator", None, "indicator", name, ", ".join(dict.fromkeys(aim.task.id for aim in inside)), fix))
    if faults:
        raise BadInput(faults)
    weak = [aim for aim in inside if climbing and ALL in ids and stance_of(aim.task) in WEAK]
    chosen = [aim for aim in inside if (ALL in ids and aim not in weak) or aim.task.id in ids]
    return chosen if target is None else [_with_target(chosen, target)]


def _with_target(aims: Sequence[Aim], target: float) -> Aim:
    """The only aim, with another target. Raises BadInput when there are several, or the value can never be reached."""
    if len(aims) != 1:
        fix = both("另设目标值时只选一个指标和地区", "with a target of your own, name one indicator and area")
        raise BadInput(Fault("--target", None, "target", str(target), "1", fix))
    aim = aims[0]
    low, high = bounds_of(aim)
    if not low <= target <= high:
        fix = both("目标值超出该指标的自然界限", "the value lies outside what the indicator can be")
        raise BadInput(Fault("--target", None, "target", str(target), f"{low:g} … {high:g} {aim.task.unit}", fix))
    return replace(aim, task=replace(aim.task, target=target, line={}))


def bounds_of(aim: Aim) -> tuple[float, float]:
    """Natural bounds of the aim's value in its unit (a period's sum has none above)."""
    from model.indicators import registry

    low, high = registry()[aim.source[0]].natural_bounds
    return (-inf if low is None else low / aim.per, inf if high is None else high / aim.per)


def aim_as_json(aim: Aim) -> dict[str, Any]:
    """What an aim is, in every document of an analysis."""
    task = aim.task
    return {"id": task.id, "no": task.no, "area": task.area, "name_zh": task.name_zh, "name_en": task.name_en, "unit": task.unit,
            "target": task.target, "target_year": task.year, "op": task.op}
