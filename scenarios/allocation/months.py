"""The year's plan line month by month, and what this month needs 本月需完成.

    flow    line(m) = amount of the year × cumulative seasonal share q(m)
    stock   line(m) = last December + (this December − last) · m ÷ 12, with the January dip of insured headcounts
    needs   line(m) − what is done by the end of the month before (observed where known, else the line itself)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.verdicts import Task
from scenarios.verdicts.season import dip_at, is_published, share_by


@dataclass(frozen=True)
class Month:
    """One month of a plan line, in the task's unit. line: by its end; alone: what the month itself adds (a stock: its change);
    done: observed by its end, None when it has not been.
    """

    month: int
    line: float
    alone: float
    done: float | None = None


def month_lines(task: Task, amount: float, before: float, done: Mapping[int, float] | None = None) -> list[Month]:
    """Twelve months. amount: of the year (flow) or at its end (stock); before: last December's stock; done: month → observed by its end."""
    known = dict(done or {})
    out: list[Month] = []
    last = 0.0 if task.is_flow else before
    for month in range(1, 13):
        if task.is_flow:
            line = amount * share_by(task.measure, month)
        else:
            line = before + (amount - before) * month / 12 + before * dip_at(task.measure, month)
        out.append(Month(month, line, line - last, known.get(month)))
        last = line
    return out


def is_assumed(task: Task) -> bool:
    """Whether the seasonal shape is an assumption (even months), not published."""
    return not is_published(task.measure, flow=task.is_flow)


def this_month(lines: list[Month], before: float, month: int, *, flow: bool) -> tuple[float, bool]:
    """(needed in this month to be back on the line by its end, whether the month before has been observed)."""
    earlier = [one for one in lines if one.month < month]
    known = [one for one in earlier if one.done is not None]
    if known and known[-1].month == month - 1:
        return lines[month - 1].line - float(known[-1].done or 0.0), True
    start = 0.0 if flow else before
    return lines[month - 1].line - (earlier[-1].line if earlier else start), month == 1 and not flow
