"""From a plan to its tasks: the targets, the plan's own annual line, and the tasks of its areas by its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scenarios.units import from_base, to_base
from scenarios.verdicts.task import Task

WHOLE = "ALL"


def in_unit(value: float, unit: str, wanted: str) -> float:
    """A printed value in another unit of the same thing: (75000, 人, 万人) → 7.5."""
    return value if unit == wanted else from_base(to_base(value, unit)[0], wanted)


def city_line(table: Any, task: Task) -> dict[int, float]:
    """The city's annual values in the task's unit: a row of the whole city, else the printed totals, else the sum of
    rows.

    Empty when the table does not cover every year of the task; then the line is linear.
    """
    whole = [cells for name, cells in table.rows.items() if table.area_ids.get(name) == WHOLE]
    columns: Sequence[float | None]
    if whole:
        columns = whole[0]
    elif table.column_totals is not None:
        columns = table.column_totals
    else:
        columns = [None if None in column else sum(column) for column in zip(*table.rows.values(), strict=True)]
    line = {
        year: in_unit(v, table.unit, task.unit) for year, v in zip(table.years, columns, strict=False) if v is not None
    }
    return line if all(year in line for year in task.years) else {}


def area_tasks(table: Any, task: Task) -> list[Task]:
    """The same target for each area of a table, in the table's unit and decimals; rows with empty cells are left
    out."""
    out = []
    decimals = table.decimals if getattr(table, "decimals", None) is not None else printed_decimals(table)
    for name, cells in table.rows.items():
        area = table.area_ids.get(name, name)
        line = {year: value for year, value in zip(table.years, cells, strict=True) if value is not None}
        if area == WHOLE or any(year not in line for year in task.years):
            continue
        whole = _summed(table, name, [line[y] for y in task.years]) if task.basis == "period_sum" else line[task.year]
        base = None if task.is_flow else line.get(task.base_year)
        out.append(replace(
            task, area=area, unit=table.unit, decimals=decimals, target=whole, line=line, base=base, comparable=True,
            base_basis=None if base is None else "level", tolerance=None, group=None, schedule={},
        ))  # fmt: skip
    return out


def _summed(table: Any, name: str, cells: Sequence[float]) -> float:
    """The printed total of a row, else the sum of its cells without binary noise."""
    printed = (table.row_totals or {}).get(name)
    return round(sum(cells), 9) if printed is None else float(printed)


def printed_decimals(table: Any) -> int:
    """The most decimals that any cell of a table shows (trailing zeros are lost in a number: at least these)."""
    cells = [value for row in table.rows.values() for value in row if value is not None]
    return max((len(f"{value:.9g}".partition(".")[2]) for value in cells if "e" not in f"{value:.9g}"), default=0)


def tasks_of(plan: Any) -> list[Task]:
    """All tasks of a plan: each target for the city, followed by its areas where a table gives them."""
    out: list[Task] = []
    for target in plan.targets:
        tables = [b for b in plan.breakdowns if b.target == target.id]
        task = _city_task(plan, target)
        lines = [line for line in (city_line(table, task) for table in tables) if line]
        out.append(replace(task, line=lines[0] if lines else {}))
        out += [area for table in tables for area in area_tasks(table, task)]
    return out


def _city_task(plan: Any, target: Any) -> Task:
    base_year = getattr(target, "baseline_year", None) or plan.baseline_year
    same = (
        "id",
        "no",
        "measure",
        "name_zh",
        "name_en",
        "unit",
        "decimals",
        "kind",
        "attribute",
        "strength",
        "target",
        "op",
        "tolerance",
        "group",
        "comparable",
        "lower_is_better",
        "definition",
    )
    return Task(
        **{name: getattr(target, name) for name in same},
        area=None, base=target.baseline, base_basis=target.baseline_basis, base_year=base_year,
        basis=target.target_basis, first=plan.period[0], year=target.target_year, order=target.order or 1,
        words=f"{target.op_printed or ''} {getattr(target, 'target_printed', '') or ''}",
        schedule={int(year): units for year, units in (target.schedule or {}).items()},
        base_period=plan.period[1] - plan.period[0] + 1, owner=getattr(target, "owner", None) or "",
    )  # fmt: skip
