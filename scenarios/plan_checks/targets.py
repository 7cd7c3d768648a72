"""What the fields of a target say about each other: years, kind and basis, the number and its printed form, ratios."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from model.documents import Fault
from scenarios.plan_checks.draft import Draft, Entry
from scenarios.plan_schema import Target
from scenarios.units import UnknownUnit, to_base

BASES: dict[str, tuple[str, ...]] = {
    "stock": ("level",),
    "rate": ("level", "every_year", "period_mean"),
    "flow": ("year_flow", "period_sum", "period_mean", "every_year"),
    "build_out": ("level", "period_sum", "year_flow", "every_year"),
    "part": ("level",),
}
NUMBER = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(百万|千万|万|亿|千|百)?")
TIMES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
LATEST = 10
"""Years after the period's end that a longer view (远景) may still name."""

CHECK_YEAR = "请核对年份 / check the year"


def target_faults(draft: Draft) -> Iterator[Fault]:
    """Faults of the targets of a plan file, one by one and as parts of ratios."""
    for entry in draft.entries("targets", Target):
        yield from _years(draft, entry)
        yield from _basis(draft, entry)
        yield from _printed(draft, entry)
        yield from _bounds(draft, entry)
    yield from _groups(draft)


def _years(draft: Draft, entry: Entry[Target]) -> Iterator[Fault]:
    target, period = entry.record, draft.period()
    if period is None:
        return
    if not period[0] <= target.target_year <= period[1] + LATEST:
        allowed = f"{period[0]} – {period[1]}（远景至其后 {LATEST} 年 / a longer view up to {LATEST} years on）"
        yield draft.fault((*entry.path, "target_year"), target.target_year, allowed, CHECK_YEAR)
    if target.baseline_year is not None and target.baseline_year >= target.target_year:
        allowed = f"早于 {target.target_year} / before {target.target_year}"
        yield draft.fault((*entry.path, "baseline_year"), target.baseline_year, allowed, CHECK_YEAR)
    for year in target.schedule or {}:
        if not period[0] <= int(year) <= target.target_year:
            allowed = f"{period[0]} – {target.target_year}"
            yield draft.fault((*entry.path, "schedule", year), year, allowed, CHECK_YEAR)


def _basis(draft: Draft, entry: Entry[Target]) -> Iterator[Fault]:
    target = entry.record
    allowed = f"{target.kind}: {' | '.join(BASES[target.kind])}"
    for field, basis in (("target_basis", target.target_basis), ("baseline_basis", target.baseline_basis)):
        if basis is not None and basis not in BASES[target.kind]:
            fix = "请改 kind 或 basis / change the kind or the basis"
            yield draft.fault((*entry.path, field), basis, allowed, fix)
    if target.baseline is not None and target.baseline_basis is None:
        fix = "基数须注明是哪种量 / say what the base value is"
        yield draft.fault((*entry.path, "baseline_basis"), "", allowed, fix)
    if target.op == "about" and target.tolerance is None:
        fix = "“左右/约”须声明容差:率 0.5 个百分点,其他 5 % / declare it: 0.5 points for rates, 5 % for others"
        yield draft.fault((*entry.path, "tolerance"), "", "一个数 / a number", fix)


def _printed(draft: Draft, entry: Entry[Target]) -> Iterator[Fault]:
    """The number is the printed one, with the printed decimals."""
    target = entry.record
    for field, value, text in (
        ("target", target.target, target.target_printed),
        ("baseline", target.baseline, target.baseline_printed),
    ):
        if value is None:
            continue
        if text is None:
            fix = "请照录原文 / copy what the document prints"
            yield draft.fault((*entry.path, f"{field}_printed"), "", "原文写法 / the words as printed", fix)
            continue
        found = NUMBER.findall(text)
        equal = [digits for digits, times in found if _same(digits, times, value, target.unit)]
        if found and not equal:
            fix = "请与原文一致 / make it the printed number"
            yield draft.fault((*entry.path, field), f"{value:g}", f"原文 / as printed: {text}", fix)
        elif equal and field == "target" and target.decimals not in {len(d.partition(".")[2]) for d in equal}:
            allowed = f"与 {equal[0]} 的小数位一致 / the decimals of {equal[0]}"
            yield draft.fault((*entry.path, "decimals"), target.decimals, allowed, "请改 decimals / change decimals")


def _same(digits: str, times: str, value: float, unit: str) -> bool:
    number = float(digits.replace(",", ""))
    if number == value:
        return True
    try:
        return abs(number * TIMES[times] - to_base(value, unit)[0]) < 1e-6
    except UnknownUnit:
        return False


def _bounds(draft: Draft, entry: Entry[Target]) -> Iterator[Fault]:
    target = entry.record
    if target.unit != "%" or target.kind not in ("rate", "part"):
        return
    for field, value in (("target", target.target), ("baseline", target.baseline)):
        if value is not None and value > 100:
            fix = "百分比写 4,不写 400 / percent: write 4 for 4 %"
            yield draft.fault((*entry.path, field), f"{value:g}", "0 – 100", fix)


def _groups(draft: Draft) -> Iterator[Fault]:
    """Parts of one ratio: numbered from the highest grade, together at most 100 %."""
    groups: dict[str, list[Entry[Target]]] = defaultdict(list)
    for entry in draft.entries("targets", Target):
        target = entry.record
        if (target.kind == "part") != (target.group is not None and target.order is not None):
            allowed = "kind: part 须有 group 与 order / kind part with group and order, or none of them"
            yield draft.fault((*entry.path, "group"), target.group or "", allowed, "请补上或删去 / add or remove them")
        elif target.group:
            groups[target.group].append(entry)
    for name, entries in groups.items():
        orders = [entry.record.order for entry in entries]
        if len(set(orders)) < len(orders):
            fix = "请按等级编号 / number the grades"
            yield draft.fault((*entries[-1].path, "order"), orders, "各不相同 / each order once", fix)
        if all(e.record.unit == "%" for e in entries) and sum(e.record.target for e in entries) > 100.5:
            allowed = "合计不超过 100 / together at most 100"
            yield draft.fault((*entries[-1].path, "target"), name, allowed, "请核对各部分 / check the parts")
