"""A target divided: among areas in three ways, the given tasks held against them, and each task along the months of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

import numpy as np

from model.documents import BadInput, Fault, both, unknown_name
from scenarios.allocation.equal import in_proportion, of_equal_probability, whole_units
from scenarios.allocation.months import Month, month_lines, this_month
from scenarios.budget import Line, after, budget_behind
from scenarios.months import LAST_YEAR
from scenarios.observed import Facts, Observed, comparable_values, facts_of
from scenarios.plans_at_hand import load_plan
from scenarios.results import Results
from scenarios.running import run
from scenarios.scenario import Scenario
from scenarios.scorecard.sight import SIMULATED, Sight, known_as
from scenarios.settings import base_city
from scenarios.units import from_base
from scenarios.verdicts import Probability, Task, on_basis, tasks_of
from scenarios.verdicts.meeting import Values, meets
from scenarios.verdicts.plan_tasks import in_unit
from scenarios.verdicts.probability import share_of

METHODS = ("base", "labour", "equal")
HARD, FAIR, EASY, UNDECIDED = "too_hard", "fair", "too_easy", "undecided"
FAR = 0.25
"""A task off by more than this share of the one of equal probability, whose frequency does not tell it apart, is undecided."""


@dataclass(frozen=True)
class Share:
    """One area's task, in `unit`. given: by the plan's table; base, labour, equal: by the three ways; chance: how often the given task
    is met; off: given less equal; verdict: too_hard, fair or too_easy beside the common probability, undecided where draws are
    too few to tell; None where nothing is given.
    """

    area: str
    name_zh: str
    name_en: str
    given: float | None
    base: float
    labour: float
    equal: float
    chance: Probability | None
    verdict: str | None
    months: tuple[Month, ...]

    @property
    def off(self) -> float | None:
        """The given task less the one of equal probability."""
        return None if self.given is None else self.given - self.equal


@dataclass(frozen=True)
class Allocation:
    """A target divided. total: of the city; kept: what stands with offices that have no territory; probability: the common one of the
    equal tasks; months: the city's line of `year`; needs: of `month`, and whether what is done before it has been observed; budget:
    what the scenario costs in the target's years, by payer and year.
    """

    plan: Any
    task: Task
    unit: str
    total: float
    kept: Mapping[str, float]
    shares: tuple[Share, ...]
    probability: float
    weights_from: str
    year: int
    month: int
    months: tuple[Month, ...]
    needs: float
    needs_observed: bool
    context: Mapping[str, Any]
    budget: tuple[Line, ...] = ()


def allocate(
    scenario: Scenario, indicator: str, *, value: float | None = None, to: int | None = None, month: str | None = None, by: str = "given",
    observed: str | PathLike[str] | None = None, use_observed: bool = True, **how: Any,
) -> Allocation:
    """Run a scenario and divide a target. value, to: another total and last year than the plan's (a target of the next plan); month:
    "2026-07", the month that is asked about; by: whose tasks go along the months (given, base, labour, equal).

    how: draws, scale, seed … as of `running.run`. Raises BadInput for a target that cannot be divided.
    """
    from scenarios.targets.policy import held_on

    plan = load_plan(scenario.plan)
    task = task_called(plan, indicator)
    last = plan.period[1] if to is None else to
    if not plan.period[1] <= last <= LAST_YEAR or (to is not None and to > plan.period[1] and value is None):
        fix = both("下一期的总量请用 --value 给出", "give the total of the next period by --value")
        raise BadInput(Fault("--to", None, "to", str(to), f"{plan.period[1] + 1} … {LAST_YEAR}, --value", fix))
    chosen = held_on(scenario, plan) if last > plan.period[1] else scenario
    results = run(chosen, **{**how, "until": f"{last}-12", "observed": observed, "use_observed": use_observed})
    if last > plan.period[1]:
        task = replace(task, first=plan.period[1] + 1, year=last, line={}, schedule={})
    return allocation_of(plan, task, results, value=value, month=month, by=by)


def task_called(plan: Any, indicator: str) -> Task:
    """The city's task of a target, by its id, number, name or measure. Raises BadInput for an unknown or undividable one."""
    city = [task for task in tasks_of(plan) if task.area is None]
    for kind in ("id", "no", "measure", "name_zh"):
        found = [task for task in city if getattr(task, kind) == indicator]
        if found:
            break
    else:
        raise BadInput(Fault("--indicator", None, "indicator", indicator, *unknown_name(indicator, [task.id for task in city])))
    task = found[-1]
    if task.kind not in ("stock", "flow", "build_out"):
        fix = both("比率不能分解，请选数量指标", "a rate cannot be divided: choose a count")
        raise BadInput(Fault("--indicator", None, "indicator", indicator, "stock, flow", fix))
    return task


def allocation_of(
    plan: Any, task: Task, results: Results, *, value: float | None = None, month: str | None = None, by: str = "given"
) -> Allocation:
    """The allocation that results give."""
    given = {one.area: one for one in tasks_of(plan) if one.id == task.id and one.area} if value is None else {}  # the plan's own table
    sight = Sight(Results(results.table, {k: v for k, v in results.manifest.items() if k != "start"}, results.registry), None, {})
    unit = next(iter(given.values())).unit if given else task.unit
    ready = replace(task, unit=unit, decimals=next(iter(given.values())).decimals if given else task.decimals)
    names = list(given) if given else [area.id for area in plan.finest_areas]
    facts = comparable_values(facts_of(plan, Observed.from_list(results.manifest.get("observed"))))
    finals = {area: found for area in names
              if (found := _finals(given.get(area) or replace(ready, area=area), sight, facts)) is not None}
    if not finals:
        fix = both("该指标尚未按地区模拟", "this indicator is not simulated by area")
        raise BadInput(Fault("--indicator", None, "indicator", task.id, both("已模拟的指标", "a simulated indicator"), fix))
    kept = {area: one.target for area, one in given.items() if area not in finals}
    total = in_unit(task.target if value is None else value, task.unit, unit)
    if given and value is None:  # areas as printed add up in their own way: what is compared is their own sum
        total = sum(one.target for one in given.values())
    part = total - sum(kept.values())
    weights, weights_from = base_weights(plan, ready, list(finals), given, facts, sight)
    equal, probability = of_equal_probability(part, finals, fewer=ready.fewer)
    ways = {"base": in_proportion(part, weights), "labour": in_proportion(part, labour_force(plan, list(finals))), "equal": equal}
    ways = {name: whole_units(tasks, ready.decimals) for name, tasks in ways.items()}
    year, asked = _when(plan, ready, month, results, facts)
    chosen = ways.get(by) or {area: given[area].target for area in finals if area in given} or ways["equal"]
    base = None if task.base is None else in_unit(task.base, task.unit, unit)
    city = replace(ready, target=total, line=_in(unit, task, task.line), base=base)
    starts = _starts(city, given, weights, year, facts, sight)
    shares = tuple(
        _share(plan, area, given.get(area), ways, finals[area], probability,
               _months(replace(ready, area=area, target=chosen[area], line=given[area].line if area in given and by == "given" else {}),
                       year, starts[area]))
        for area in finals
    )  # fmt: skip
    known_city = {year_: in_unit(v, task.unit, unit) for year_, v in facts.get((task.id, None), {}).items()}
    before = _last_december(city, year, {(task.id, None): known_city}, sight)
    lines = tuple(month_lines(city, _of_year(city, year, before), before, _done(plan, ready, year, results)))
    needs, known = this_month(list(lines), before, asked, flow=ready.is_flow)
    said = ("macro", "parameters", "draws", "replicates", "scale", "seed", "conditioning", "until")
    context = {"scenario": results.scenarios[0], "by": by, **{name: results.manifest.get(name) for name in said}}
    return Allocation(plan, ready, unit, total, kept, shares, probability, weights_from, year, asked, lines, needs, known, context,
                      after(budget_behind(results), ready.first - 1))


def _finals(task: Task, sight: Sight, facts: Facts) -> Values | None:
    view = sight.look(task) if known_as(task, sight)[0] in SIMULATED else None
    if view is None:
        return None
    years = view[1].of(task.years)
    if years is None:
        return None
    known = facts.get((task.id, task.area), {})
    return on_basis(task, np.column_stack([np.full(len(years), known[year]) if year in known else years[:, i]
                                           for i, year in enumerate(task.years)]))


def base_weights(
    plan: Any, task: Task, areas: Sequence[str], given: Mapping[str, Task], facts: Facts, sight: Sight
) -> tuple[dict[str, float], str]:
    """What the base share goes by, and its name: the last observed year, the table's base year, the baseline's cells, the first simulated
    year (no base by area has been published), or residents.
    """
    observed = {area: facts.get((task.id, area), {}) for area in areas}
    common = set.intersection(*(set(years) for years in observed.values())) if observed else set()
    if common:
        return {area: observed[area][max(common)] for area in areas}, f"observed_{max(common)}"
    of_table = {area: given[area].base for area in areas if area in given}
    if len(of_table) == len(areas) and all(base is not None for base in of_table.values()):
        return {area: float(base or 0.0) for area, base in of_table.items()}, "table_base_year"
    cells = plan.baseline.by_area(task.measure) if task.measure else {}
    if all(area in cells for area in areas):
        return {area: from_base(cells[area], task.unit) for area in areas}, "baseline"
    simulated = {area: _first_year(replace(task, area=area), sight) for area in areas}
    if all(value is not None and value > 0 for value in simulated.values()):
        return {area: float(value or 0.0) for area, value in simulated.items()}, "first_simulated_year"
    return _summed(plan, areas, base_city(plan).residents.sum(axis=(1, 2))), "residents"


def _first_year(task: Task, sight: Sight) -> float | None:
    view = sight.look(replace(task, first=min(task.first, task.base_year + 1)))
    return None if view is None else float(np.median(view[1].values[:, 0]))


def labour_force(plan: Any, areas: Sequence[str]) -> dict[str, float]:
    """Residents of 16 to 59 at the baseline date, by area."""
    return _summed(plan, areas, base_city(plan).residents[:, :, 16:60].sum(axis=(1, 2)))


def _summed(plan: Any, areas: Sequence[str], counts: np.ndarray[Any, Any]) -> dict[str, float]:
    place = {area.id: i for i, area in enumerate(plan.finest_areas)}
    return {area: float(sum(counts[place[part]] for part in (plan.area(area).parts or (area,)) if part in place)) for area in areas}


def _share(
    plan: Any, area: str, given: Task | None, ways: Mapping[str, Mapping[str, float]], finals: Values, common: float,
    months: tuple[Month, ...],
) -> Share:
    where = plan.area(area)
    chance = None if given is None else share_of(_met(given, finals))
    verdict = None if given is None or chance is None else _verdict(chance, common, given.target, ways["equal"][area])
    return Share(area, where.name_zh, where.name_en or where.name_zh, None if given is None else given.target, ways["base"][area],
                 ways["labour"][area], ways["equal"][area], chance, verdict, months)


def _verdict(chance: Probability, common: float, given: float, equal: float) -> str:
    """Beside the common probability; a task far from the one of equal probability is not called fair because few draws cannot tell."""
    if chance.high < common or chance.low > common:
        return HARD if chance.high < common else EASY
    return UNDECIDED if chance.for_reference and abs(given - equal) > FAR * abs(equal) else FAIR


def _met(task: Task, finals: Values) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return meets(replace(task, basis="level", first=task.year), finals[:, None])


def _when(plan: Any, task: Task, month: str | None, results: Results, facts: Facts) -> tuple[int, int]:
    """(year, month) that is asked about: as named, else the month after the last observed one, within the task's years."""
    if month is not None:
        year, _, number = month.partition("-")
        if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 12 and task.first <= int(year) <= task.year):
            fix = both("请填写期内年月，如 2025-07", "write a month of the period, such as 2025-07")
            raise BadInput(Fault("--month", None, "month", month, f"{task.first}-01 … {task.year}-12", fix))
        return int(year), int(number)
    ends = [row.period for row in Observed.from_list(results.manifest.get("observed")).rows if row.target is not None]
    last = max((end if len(end) > 4 else f"{end}-12" for end in ends), default=f"{task.first - 1}-12")
    after, ahead = (int(last[:4]), int(last[5:]) + 1) if last[5:] != "12" else (int(last[:4]) + 1, 1)
    return (after, ahead) if task.first <= after <= task.year else ((task.year, 12) if after > task.year else (task.first, 1))


def _in(unit: str, task: Task, line: Mapping[int, float]) -> dict[int, float]:
    return {year: in_unit(value, task.unit, unit) for year, value in line.items()}


def _starts(
    city: Task, given: Mapping[str, Task], weights: Mapping[str, float], year: int, facts: Facts, sight: Sight
) -> dict[str, float]:
    """Each area's stock at the end of the year before: observed, of the table, simulated, else its part of the city's; 0 for a flow."""
    parts = in_proportion(city.base or 0.0, weights)
    out = {}
    for area in weights:
        mine = replace(city, area=area, base=given[area].base if area in given else None, line={})
        out[area] = _last_december(mine, year, facts, sight) or parts[area]
    return dict.fromkeys(weights, 0.0) if city.is_flow else out


def _months(task: Task, year: int, before: float) -> tuple[Month, ...]:
    return tuple(month_lines(task, _of_year(task, year, before), before))


def _of_year(task: Task, year: int, before: float) -> float:
    """The year's amount of a flow, or the stock at its end: the plan's own line, else even steps to the target."""
    if year in task.line:
        return task.line[year]
    if task.is_flow or task.basis == "period_sum":
        return task.yearly_target
    return before + (task.target - before) / max(task.year - year + 1, 1)


def _last_december(task: Task, year: int, facts: Facts, sight: Sight) -> float:
    """The stock at the end of the year before: observed, else the base, else the simulated median; 0 for a flow."""
    if task.is_flow:
        return 0.0
    known = facts.get((task.id, task.area), {}).get(year - 1)
    if known is not None:
        return known
    if year == task.first and task.base is not None and task.base_year == year - 1 and task.base_basis == "level":
        return task.base
    view = sight.look(replace(task, first=year - 1))
    found = None if view is None else view[1].of((year - 1,))
    return float(np.median(found)) if found is not None else 0.0


def _done(plan: Any, task: Task, year: int, results: Results) -> dict[int, float]:
    """Month → what has been observed by its end in the city: months added up without a gap (flow), or the month's stock."""
    rows = [row for row in Observed.from_list(results.manifest.get("observed")).rows
            if row.target is not None and row.area is None and len(row.period) > 4 and int(row.period[:4]) == year
            and (row.target == task.id or (task.measure is not None and row.indicator == task.measure))]
    months = {int(row.period[5:]): in_unit(row.value, str(plan.target(row.target).unit), task.unit) for row in rows}
    out: dict[int, float] = {}
    total = 0.0
    for month in range(1, 13):
        if month not in months:
            if task.is_flow:
                break
            continue
        total = total + months[month] if task.is_flow else months[month]
        out[month] = total
    return out
