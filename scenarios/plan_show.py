"""A plan as JSON (`plan show --json`, `plans --json`) and as tables for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Group
from rich.table import Column, Table
from rich.text import Text

from scenarios.plan_schema import Area, Breakdown, Plan, Target
from scenarios.plan_words import OP_SIGNS

STATUS_ZH = {"published": "公布", "derived": "推得", "imputed": "估算"}
BASIS_ZH = {"level": "", "year_flow": "当年", "period_sum": "累计", "period_mean": "年均", "every_year": "每年"}
PER_ZH = {
    "year": "每年", "two_years": "每两年", "month": "每月", "period": "五年累计", "by_date": "到期末", "person": "每人",
    "person_year": "每人每年", "unit": "每单位",
}  # fmt: skip
ROLE_ZH = {"input": "投入 input", "target": "目标 target", "programme": "项目 programme"}
PRODUCED_ZH = {"agent": "主体", "institution": "机构", "programme": "项目", "context": "不模拟", "not_yet": "尚未模拟"}


def produced(target: Target) -> str:
    """How the city makes what this target is read from; `context` when it is not simulated at all."""
    from model.indicators.registry import registry

    indicator = None if target.measure is None else registry().get(target.measure)
    return "context" if indicator is None else indicator.produced


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan whole, with provenance and conflicts; values in the plan's own units."""
    return {
        "id": plan.id,
        "title": plan.title,
        "title_zh": plan.title_zh,
        "city_zh": plan.city_zh,
        "city_en": plan.city_en,
        "province": plan.province,
        "document": plan.document.model_dump(),
        "period": list(plan.period),
        "baseline_year": plan.baseline_year,
        "macro": plan.macro.model_dump(),
        "areas": [area_as_json(area) for area in plan.areas],
        "indicators": [target_as_json(plan, target) for target in plan.targets],
        "breakdowns": [breakdown_as_json(table) for table in plan.breakdowns],
        "commitments": [promise.model_dump(mode="json", by_alias=True) for promise in plan.commitments],
        "conflicts": [conflict.model_dump(mode="json") for conflict in plan.conflicts],
        "history": [past.model_dump(mode="json") for past in plan.history],
        "baseline": [cell.model_dump(mode="json", exclude_none=True) for cell in plan.baseline.cells],
    }


def area_as_json(area: Area) -> dict[str, Any]:
    """An area: {id, name_zh, name_en, level, parts, note}."""
    return area.model_dump(mode="json")


def target_as_json(plan: Plan, target: Target) -> dict[str, Any]:
    """A target with all its fields, the base year filled in, and how its measure is produced."""
    row = target.model_dump(mode="json")
    return {**row, "baseline_year": target.baseline_year or plan.baseline_year, "produced": produced(target)}


def breakdown_as_json(table: Breakdown) -> dict[str, Any]:
    """A printed table as rows {area, area_id, year, value}; areas as printed, no totals among the rows."""
    rows = [
        {"area": name, "area_id": table.area_ids[name], "year": year, "value": value}
        for name, cells in table.rows.items()
        for year, value in zip(table.years, cells, strict=True)
    ]
    fixed = table.model_dump(
        mode="json", include={"table", "target", "measure", "commitment", "indicator_zh", "unit", "kind", "note"}
    )
    return {**fixed, "rows": rows}


def plans_as_json(plans: Iterable[Plan]) -> dict[str, Any]:
    """The plans at hand: id, title, period, areas, and how many targets are produced in which way."""
    return {"plans": [_plan_summary(plan) for plan in plans]}


def _plan_summary(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "title": plan.title,
        "title_zh": plan.title_zh,
        "period": list(plan.period),
        "areas": [area_as_json(area) for area in plan.areas],
        "counts": {"targets": len(plan.targets), **Counter(sorted(produced(target) for target in plan.targets))},
    }


def plans_as_table(plans: Iterable[Plan]) -> Table:
    """The plans at hand, one line each."""
    table = Table("id", "规划 plan", "时期 period", "区域 areas", "指标 targets", "产生方式 produced")
    for plan in plans:
        counts = Counter(produced(target) for target in plan.targets)
        how = " · ".join(f"{PRODUCED_ZH[word]} {counts[word]}" for word in PRODUCED_ZH if counts[word])
        table.add_row(plan.id, plan.title_zh, _years(plan), str(len(plan.finest_areas)), str(len(plan.targets)), how)
    return table


def plan_as_table(plan: Plan) -> Group:
    """One plan for the terminal: heading, targets, printed tables, commitments, conflicts, baseline figures."""
    heading = Text(
        f"{plan.title_zh}  ({plan.id})\n{plan.title}\n{plan.document.number or ''}  {_years(plan)}", style="bold"
    )
    parts: list[Any] = [heading, _targets(plan), *(_breakdown(table) for table in plan.breakdowns)]
    if plan.commitments:
        parts.append(_commitments(plan))
    if plan.history:
        parts.append(_history(plan))
    if plan.conflicts:
        parts.append(_conflicts(plan))
    return Group(*parts, _baseline(plan))


def _folded(head: str) -> Column:
    """A column of sentences: broken over lines, never cut off (Chinese has no spaces to break at)."""
    return Column(head, overflow="fold")


def _years(plan: Plan) -> str:
    return f"{plan.period[0]}–{plan.period[1]}"


def _targets(plan: Plan) -> Table:
    table = Table(
        "#",
        "id",
        "指标 indicator",
        "单位",
        "基数 base",
        "目标 target",
        "年",
        "属性",
        "力度",
        "产生方式",
        title="目标 Targets",
        title_justify="left",
    )
    for target in plan.targets:
        goal = f"{OP_SIGNS[target.op]} {target.target:.{target.decimals}f}" + (
            f" ({target.definition})" if target.definition else ""
        )
        strength = "力争" if target.strength == "strive" else ""
        table.add_row(
            target.no,
            target.id,
            target.name_zh,
            target.unit,
            target.baseline_printed or "—",
            f"{goal}  {BASIS_ZH[target.target_basis]}",
            str(target.target_year),
            target.attribute or "",
            strength,
            PRODUCED_ZH[produced(target)],
        )
    return table


def _breakdown(source: Breakdown) -> Table:
    table = Table(
        "区域 area",
        *map(str, source.years),
        title=f"{source.table} {source.indicator_zh}({source.unit})",
        title_justify="left",
    )
    for name, cells in source.rows.items():
        table.add_row(name, *("—" if cell is None else f"{cell:g}" for cell in cells))
    if source.column_totals:
        table.add_section()
        table.add_row("合计", *(f"{total:g}" for total in source.column_totals))
    return table


def _commitments(plan: Plan) -> Table:
    table = Table("id", "承诺 commitment", "数值 value", "期限 years", "性质 role", title="承诺 Commitments", title_justify="left")
    for promise in plan.commitments:
        years = "–".join(dict.fromkeys(str(year) for year in (promise.from_, promise.to) if year))
        table.add_row(
            promise.id,
            promise.text_zh,
            f"{OP_SIGNS[promise.op]} {promise.value:g} {promise.unit}  {PER_ZH[promise.per]}",
            years,
            ROLE_ZH[promise.role],
        )
    return table


def _history(plan: Plan) -> Table:
    table = Table(
        "#", "上期指标 previous period", "单位", "期间 period", "基数 base", "目标 target", "完成 outcome", "出处 place",
        title="上期 History", title_justify="left",
    )  # fmt: skip
    for past in plan.history:
        printed = (past.base_printed, past.target_printed, past.outcome_printed)
        period = "–".join(str(year) for year in dict.fromkeys(past.period))
        table.add_row(past.no, past.name_zh, past.unit, period, *(text or "—" for text in printed), past.source.place)
    return table


def _conflicts(plan: Plan) -> Table:
    table = Table(
        "id",
        _folded("采用 in use"),
        _folded("其他读法 other readings"),
        _folded("理由 reason"),
        title="矛盾与歧义 Conflicts",
        title_justify="left",
    )
    for conflict in plan.conflicts:
        used = "；".join(reading.text for reading in conflict.readings if reading.in_use)
        others = "；".join(reading.text for reading in conflict.readings if not reading.in_use)
        table.add_row(conflict.id, used, others, conflict.reason)
    return table


def _baseline(plan: Plan) -> Table:
    names = {area.id: area.name_zh for area in plan.areas} | {"ALL": "全市"}
    table = Table(
        "数据 figure",
        "区域",
        "年",
        "值",
        "单位",
        "状态",
        _folded("来源 source"),
        _folded("推算方法 method"),
        title="基期数据 Baseline",
        title_justify="left",
    )
    for cell in plan.baseline.cells:
        what = " ".join(word for word in (cell.quantity, cell.sex, cell.age, cell.sector) if word)
        table.add_row(
            what,
            names.get(cell.area, cell.area),
            str(cell.year),
            f"{cell.value:,.10g}",
            cell.unit,
            STATUS_ZH[cell.status],
            cell.source,
            cell.method or "",
        )
    return table
