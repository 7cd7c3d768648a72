"""When a simulated path meets a target (达标): kinds, bases and words, on values as printed.

Paths are arrays of official year values in the task's unit, shape (draws, years of the task).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.verdicts.rounding import satisfies
from scenarios.verdicts.task import Task

Values = NDArray[np.float64]
Marks = NDArray[np.bool_]


def holds(task: Task, values: Values) -> Marks:
    """Whether values (any shape) satisfy the task's words and target; 左右 on unemployment is one-sided."""
    return satisfies(
        values,
        task.op,
        task.target,
        task.decimals,
        tolerance=task.allowance,
        one_sided=task.fewer and task.op == "about",
    )


def on_basis(task: Task, years: Values) -> Values:
    """The value that the target is about, shape (draws,): last year, sum, mean, or the worst year of an every-year
    task."""
    if task.basis == "period_sum":
        return np.asarray(years.sum(axis=1))
    if task.basis == "period_mean":
        return np.asarray(years.mean(axis=1))
    if task.basis == "every_year":
        return worst_year(task, years)
    return years[:, -1]


def worst_year(task: Task, years: Values) -> Values:
    """Each path's worst year: the lowest, the highest where less is better, the farthest from the target for eq and
    左右."""
    if task.op == "eq" or (task.op == "about" and not task.fewer):
        farthest = np.abs(years - task.target).argmax(axis=1)
        return np.asarray(np.take_along_axis(years, farthest[:, None], axis=1)[:, 0])
    return np.asarray(years.max(axis=1) if task.fewer else years.min(axis=1))


def meets(task: Task, years: Values) -> Marks:
    """Whether each path meets the task, shape (draws,). An every-year task must hold in every year."""
    if task.basis == "every_year":
        return np.asarray(holds(task, years).all(axis=1))
    return holds(task, on_basis(task, years))


def dated_before(task: Task) -> bool:
    """'2023年前' may mean by the end of 2022 or of 2023: such build-outs are marked at both dates."""
    words = task.words.replace(" ", "")
    return task.kind == "build_out" and f"{task.year}年前" in words


def meets_a_year_early(task: Task, years: Values) -> Marks:
    """The stricter reading of '2023年前': finished by the end of the year before."""
    earlier = years[:, :-1]
    return holds(task, on_basis(task, earlier) if earlier.shape[1] else np.full(len(years), np.nan))


def thresholds(parts: Sequence[Task]) -> list[Task]:
    """What a composition asks: each grade together with all higher ones. The last one is left out where parts add up
    to 100.

    7.4:38:54.6 asks 高 ≥ 7.4 and 高 + 中 ≥ 45.4; what is left over is no task.
    """
    parts = sorted(parts, key=lambda part: part.order)
    asked = [part.cumulative(parts[:i]) for i, part in enumerate(parts)]
    closed = len(asked) > 1 and abs(asked[-1].target - 100.0) < 0.5
    return asked[:-1] if closed else asked


def cumulated(parts: Sequence[Task], paths: Sequence[Values]) -> list[Values]:
    """The paths of a composition's grades summed from the highest down, in the order of `thresholds`."""
    order = sorted(range(len(parts)), key=lambda i: parts[i].order)
    return list(np.cumsum([paths[i] for i in order], axis=0))


def group_meets(parts: Sequence[Task], paths: Sequence[Values]) -> Marks:
    """Whether each path meets a composition as a whole, shape (draws,); all its rows share this answer."""
    asked = thresholds(parts)
    return np.asarray(np.all([meets(t, y) for t, y in zip(asked, cumulated(parts, paths), strict=False)], axis=0))
