"""序时进度: completion A (how far along a path is) and schedule S (how far along the plan's own line would be).

Paths have shape (draws, years so far); the last column may be a year that is not over (then a flow holds its months
so far).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scenarios.verdicts.meeting import Values, worst_year
from scenarios.verdicts.season import dip_at, share_by
from scenarios.verdicts.stance import Stance, is_held
from scenarios.verdicts.task import Task

STAGES: Mapping[str, float] = {"approved": 0.2, "started": 0.4, "finished": 1.0}  # 批复 开工 完工


def build_out_progress(stages: Mapping[str, float]) -> float:
    """Progress in units of a build-out: approved, not yet started ones weigh .2, started ones .4, finished ones 1.

    stages: how many units stand at each stage now (each unit once). Raises KeyError for an unknown stage.
    """
    return sum(STAGES[stage] * units for stage, units in stages.items())


def from_zero(stance: Stance) -> bool:
    """Without a base that can be used, completion and schedule are counted from nothing."""
    return stance in ("no_base", "incomparable")


def completion(task: Task, stance: Stance, years: Values, *, over: bool = False) -> Values | None:
    """A of each path, shape (draws,); None where there is none (held rates, weak stocks and rates, a target of
    nothing).

    over: the task's last year has passed; then an every-year flow counts its worst year.
    """
    if is_held(task, stance):
        return None
    if task.is_flow or task.kind == "build_out":
        reached, way = _flow_reached(task, years, over=over), task.target
        way = way * len(task.years) if task.basis == "period_mean" else way
    else:
        now = years.mean(axis=1) if task.basis == "period_mean" else years[:, -1]
        start = 0.0 if from_zero(stance) or task.base is None else task.base
        reached, way = now - start, task.target - start
    return None if way == 0 else np.asarray(reached / way)


def _flow_reached(task: Task, years: Values, *, over: bool) -> Values:
    if task.basis in ("period_sum", "period_mean"):  # a build-out may count what the period adds
        return np.asarray(years.sum(axis=1))
    if task.is_flow and task.basis == "every_year" and over:
        return worst_year(task, years)
    return years[:, -1]


def schedule(task: Task, stance: Stance, year: int, month: int = 12) -> float | None:
    """S at the end of a month; None where the task has no completion. After the target year it is that year's end."""
    if is_held(task, stance):
        return None
    year, month = (task.year, 12) if year > task.year else (year, month)
    if task.kind == "build_out":
        return _between(_built(task, year - 1), _built(task, year), month / 12)
    if task.is_flow:
        return _flow_schedule(task, year, share_by(task.measure, month))
    return _stock_schedule(task, stance, year, month)


def _between(before: float, after: float, share: float) -> float:
    return before + (after - before) * share


def _built(task: Task, year: int) -> float:
    """The printed schedule of a build-out, else an even pace; in shares of the target."""
    if not task.schedule:
        return _even(task, year)
    done = [units for at, units in task.schedule.items() if at <= year]
    return max(done, default=0.0) / task.target if task.target else 1.0


def _even(task: Task, year: int) -> float:
    return min(max((year - task.first + 1) / len(task.years), 0.0), 1.0)


def _flow_schedule(task: Task, year: int, share: float) -> float | None:
    if task.target == 0:
        return None
    if task.basis == "every_year":
        return share
    if task.basis == "year_flow":
        return share * _year_flow_line(task, year) / task.target
    line = task.line if task.line else dict.fromkeys(task.years, task.yearly_target)
    whole = task.target * (len(task.years) if task.basis == "period_mean" else 1)
    before = sum(line[y] for y in task.years if y < year) / whole
    return before + line[year] / whole * share


def _year_flow_line(task: Task, year: int) -> float:
    if task.line:
        return task.line[year]
    start = task.yearly_base if task.comparable and task.yearly_base is not None else 0.0
    return _between(start, task.target, _even(task, year))


def _stock_schedule(task: Task, stance: Stance, year: int, month: int) -> float | None:
    start = 0.0 if from_zero(stance) or task.base is None else task.base
    if task.target == start:
        return None

    def line(at: int) -> float:
        if at < task.first:
            return start
        return task.line[at] if at in task.line else _between(start, task.target, _even(task, at))

    before, after = line(year - 1), line(year)
    level = _between(before, after, month / 12) + before * dip_at(task.measure, month)
    return (level - start) / (task.target - start)
