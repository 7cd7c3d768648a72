"""The figures of the baseline date, one by one: names known, values sane, nothing from after the base year."""

from __future__ import annotations

from collections.abc import Iterator

from model.documents import Fault, unknown_name
from model.indicators import registry
from scenarios.baseline_schema import QUANTITIES, Baseline, Cell
from scenarios.plan_checks.baseline_sums import sum_faults
from scenarios.plan_checks.draft import Draft, Entry
from scenarios.plan_words import WHOLE_CITY
from scenarios.units import UnknownUnit, factor

MAY_FALL = ("gdp_growth", "natural_growth_rate", "net_migration")
SHARES = ("urban_share", "flexible_share_of_nonfarm")
WAGE_CLASSES = (1, 2, 3)  # 最低工资类区; class 4 of Zhejiang is part of class 3 since 2021-08


def baseline_faults(draft: Draft, plan: Draft) -> Iterator[Fault]:
    """Faults of a baseline file, read beside its plan file."""
    entries = draft.entries("cells", Cell)
    yield from _plan_named(draft, plan)
    yield from _twice(draft, entries)
    for entry in entries:
        yield from _names(draft, entry, plan)
        yield from _sane(draft, entry, plan)
    if len(entries) == len(draft.data.get("cells") or ()) and entries:
        yield from sum_faults(draft, plan, Baseline(plan="plan", cells=tuple(e.record for e in entries)))


def _plan_named(draft: Draft, plan: Draft) -> Iterator[Fault]:
    named, expected = draft.data.get("plan"), plan.data.get("id")
    if isinstance(named, str) and isinstance(expected, str) and named != expected:
        yield draft.fault(("plan",), named, expected, "请与 plan.yaml 的 id 一致 / use the id of plan.yaml")


def _twice(draft: Draft, entries: list[Entry[Cell]]) -> Iterator[Fault]:
    first: dict[object, Entry[Cell]] = {}
    for entry in entries:
        if entry.record.key in first:
            line = draft.document.line(first[entry.record.key].path)
            yield draft.fault(
                entry.path,
                entry.record.quantity,
                f"每格一次；第 {line} 行已有 / one cell each; already on line {line}",
                "请删去其一 / remove one",
            )
        first.setdefault(entry.record.key, entry)


def _names(draft: Draft, entry: Entry[Cell], plan: Draft) -> Iterator[Fault]:
    cell = entry.record
    known = {*QUANTITIES, *registry()}
    if cell.quantity not in known:
        yield draft.fault((*entry.path, "quantity"), cell.quantity, *unknown_name(cell.quantity, known))
    areas = plan.names("areas")
    if areas and cell.area not in areas | {WHOLE_CITY}:  # a plan file that cannot be read names none: one fault, not one a cell
        yield draft.fault((*entry.path, "area"), cell.area, *unknown_name(cell.area, areas | {WHOLE_CITY}))
    try:
        factor(cell.unit)
    except UnknownUnit:
        yield draft.fault(
            (*entry.path, "unit"),
            cell.unit,
            "人 万人 元 亿元 % 1 等 / 人, 万人, 元, 亿元, %, 1 …",
            "请改用可换算的单位 / use a unit that can be converted",
        )


def _sane(draft: Draft, entry: Entry[Cell], plan: Draft) -> Iterator[Fault]:
    cell, base_year = entry.record, plan.whole("baseline_year")
    at = (*entry.path, "value")
    if cell.value < 0 and cell.quantity not in MAY_FALL:
        yield draft.fault(at, f"{cell.value:g}", "≥ 0", "人数与金额不为负 / a headcount or an amount is not negative")
    if cell.quantity in SHARES and not 0 <= cell.value <= 1:
        yield draft.fault(
            at, f"{cell.value:g}", "0 至 1 / 0 to 1", "份额写 0.65，不写 65 / write a share as 0.65, not 65"
        )
    if cell.quantity == "minimum_wage_class" and cell.value not in WAGE_CLASSES:
        yield draft.fault(at, f"{cell.value:g}", "1, 2, 3", "请写最低工资的类区 / write the class of the minimum wage")
    if cell.unit in ("%", "‰") and abs(cell.value) > 100 and cell.quantity != "residents":
        yield draft.fault(
            at, f"{cell.value:g}", "-100 至 100 / -100 to 100", "百分比写 4，不写 400 / percent: write 4 for 4 %"
        )
    if cell.status != "published" and not cell.method:
        yield draft.fault(
            (*entry.path, "method"),
            "",
            "推得或估算须说明方法 / how it was derived or imputed",
            "请补上 method / add `method: …`",
        )
    if base_year is not None and cell.year > base_year and not cell.hindsight:
        yield draft.fault(
            (*entry.path, "year"),
            cell.year,
            f"不晚于基年 {base_year} / not after the base year {base_year}",
            "基年后的本市结果不入基线;国家证据请标 hindsight: true / no outcome of the city; mark national evidence",
        )
