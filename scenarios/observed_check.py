"""What is wrong with observed values: every row, every field, with what is allowed and how to put it right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from model.documents import Fault, both, shown, unknown_name
from scenarios.months import month_number

GROWTH = "gdp_growth"
STATUSES = {"published": "公布", "preliminary": "快报", "internal": "内部"}
WHOLE = ("", "ALL", "全市")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
YEAR, MONTH = re.compile(r"(19|20)[0-9]{2}", re.ASCII), re.compile(r"(19|20)[0-9]{2}-[0-9]{2}", re.ASCII)
TOO_MUCH = 100
"""A value so many times the target is taken for one in another unit (人 for 万人)."""
Row = dict[str, str]
Objection = tuple[str, str, str, str]  # field, value, allowed, fix


def check(plan: Any, rows: Sequence[tuple[int, Row]], file: str, today: date) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The rows of a plan as fields of an Observation, and all faults in order of lines."""
    from scenarios.plans_at_hand import plan_ids

    names = _Names(plan)
    found: list[dict[str, Any]] = []
    faults: list[Fault] = []
    lines: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        if row["plan"] in plan_ids() and row["plan"] != plan.id:
            continue
        objections = list(_objections(plan, names, row, today))
        if not objections:
            ready = _ready(names, row)
            key = (ready["indicator"], str(ready["area"]), ready["period"], ready["definition"])
            if key in lines:
                fix = both(f"与第 {lines[key]} 行重复，请保留一行", f"stands on line {lines[key]} already: keep one")
                again = f"{row['indicator']} {row['area']} {row['period']}"
                objections.append(("period", again, both("每个值一行", "one row a value"), fix))
            lines.setdefault(key, line)
            found.append(ready)
        faults += [Fault(file, line, *objection) for objection in objections]
    if not found and not faults:
        fix = both(f"请写 {plan.id}", f"write {plan.id} as the plan of its rows")
        faults = [Fault(file, None, "plan", "", plan.id, fix)]
    return found, faults


class _Names:
    """The names by which a plan's targets and areas may be called."""

    def __init__(self, plan: Any) -> None:
        self.targets: dict[str, Any] = {}
        for kind in ("id", "measure", "name_zh", "name_en"):
            for target in plan.targets:
                name = getattr(target, kind)
                if name:
                    self.targets.setdefault(name, target)
        self.areas: dict[str, str | None] = dict.fromkeys((*WHOLE, plan.city_zh))
        for area in plan.areas:
            self.areas |= {area.id: area.id, area.name_zh: area.id}


def _ready(names: _Names, row: Row) -> dict[str, Any]:
    target = None if row["indicator"] == GROWTH else names.targets[row["indicator"]]
    statuses = {zh: name for name, zh in STATUSES.items()}
    return {
        "indicator": GROWTH if target is None else target.measure or target.id,
        "target": None if target is None else target.id,
        "area": names.areas[row["area"]],
        "period": row["period"],
        "value": float(row["value"]),
        "definition": row["definition"],
        "source": row["source"],
        "status": statuses.get(row["status"], row["status"]),
    }


def _objections(plan: Any, names: _Names, row: Row, today: date) -> Iterator[Objection]:
    if row["plan"] not in (plan.id, plan.city_zh):
        fix = both(f"本规划请写 {plan.id}", f"write {plan.id} for this plan")
        yield "plan", row["plan"], plan.id, fix
    target = names.targets.get(row["indicator"])
    if target is None and row["indicator"] != GROWTH:
        yield "indicator", row["indicator"], *unknown_name(row["indicator"], (*names.targets, GROWTH))
    if row["area"] not in names.areas:
        yield "area", row["area"], *unknown_name(row["area"], [name for name in names.areas if name])
    if row["indicator"] == GROWTH and (row["area"] not in WHOLE or not YEAR.fullmatch(row["period"])):
        fix = both("增速请按全市、按年填写", "growth is of the whole city and of a year")
        yield GROWTH, f"{row['area']} {row['period']}", "ALL, YYYY", fix
    yield from _period(plan, row["period"], today)
    yield from _value(target, row)
    yield from _words(target, row)


def _period(plan: Any, period: str, today: date) -> Iterator[Objection]:
    first, now = plan.baseline_year, today.year * 12 + today.month - 1
    allowed = f"{first} … {today.year}, {first}-01 … {today:%Y-%m}"
    month = month_number(period) if MONTH.fullmatch(period) else None
    if not YEAR.fullmatch(period) and month is None:
        yield "period", period, allowed, both("请写年(2021)或年月(2021-07)", "write a year (2021) or a month (2021-07)")
    elif int(period[:4]) < first:
        yield "period", period, allowed, both("早于规划基期，请删去", "before the plan's base year: remove it")
    elif (int(period) * 12 + 11 if month is None else month) > now:
        yield "period", period, allowed, both("尚未结束的时期没有观测值", "a period that is not over has not been observed")


def _value(target: Any, row: Row) -> Iterator[Objection]:
    text = row["value"]
    unit = "%" if target is None else target.unit
    if not NUMBER.fullmatch(text):
        fixes = {
            "": both("请填写数值，或删去本行", "write the value, or remove the row"),
            ",": both("请去掉千分位逗号", "remove the thousands separator"),
            "%": both("请去掉百分号", "remove the percent sign"),
        }
        mark = "" if not text else "," if "," in text or "，" in text else "%" if text[-1] in "%％" else "x"
        yield "value", text, both(f"数字，单位 {unit}", f"a number in {unit}"), fixes.get(mark, both("只写数字", "write the number alone"))
        return
    value = float(text)
    low, high = (-20.0, 30.0) if row["indicator"] == GROWTH else (0.0, 100.0 if unit in ("%", "％") else _most(target))
    if not low <= value <= high:
        fix = both(f"单位为 {unit}，请核对单位与小数点", f"the unit is {unit}: check unit and decimal point")
        yield "value", text, f"{low:g} … {high:g}", fix


def _most(target: Any) -> float:
    known = [v for v in ((target.baseline, target.target) if target is not None else ()) if v]
    return TOO_MUCH * max(known) if known else 1e12


def _words(target: Any, row: Row) -> Iterator[Objection]:
    unit = "%" if row["indicator"] == GROWTH else target.unit if target is not None else None
    if unit is not None and row.get("unit") not in (None, "", unit):
        yield "unit", row["unit"], unit, both(f"请换算为 {unit}", f"convert the value to {unit}")
    if not row["source"]:
        yield "source", "", both("文件名或统计公报", "a document or bulletin"), both("请写明来源", "name the source")
    if row["status"] not in STATUSES and row["status"] not in STATUSES.values():
        allowed = ", ".join(f"{name} {zh}" for name, zh in STATUSES.items())
        fix = unknown_name(row["status"], (*STATUSES, *STATUSES.values()))[1]
        yield "status", shown(row["status"]), allowed, fix
