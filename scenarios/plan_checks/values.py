"""Dates, periods, growth, units and limits that a schema of single fields cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from model.documents import Fault
from scenarios.plan_checks.draft import Draft
from scenarios.plan_schema import Breakdown, Commitment, PastResult, Target
from scenarios.units import UnknownUnit, factor


def value_faults(draft: Draft) -> Iterator[Fault]:
    """Faults of dates, growth and units of a plan file, and of its history and commitments."""
    yield from _dates(draft)
    yield from _macro(draft)
    yield from _units(draft)
    yield from _history(draft)
    yield from _commitments(draft)


def _dates(draft: Draft) -> Iterator[Fault]:
    period, base = draft.period(), draft.whole("baseline_year")
    if period and period[0] > period[1]:
        yield draft.fault(
            ("period",), list(period), "先起年、后止年 / first year, then last", "请调换 / put the earlier year first"
        )
    if period and base is not None and base >= period[0]:
        yield draft.fault(
            ("baseline_year",),
            base,
            f"早于 {period[0]} / before {period[0]}",
            "请写规划期前一年 / write the year before the period",
        )
    document = draft.data.get("document")
    issued = document.get("issued") if isinstance(document, dict) else None
    if isinstance(issued, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", issued):
        try:
            date.fromisoformat(issued)
        except ValueError:
            yield draft.fault(
                ("document", "issued"), issued, "存在的日期 / a date that exists", "请核对日期 / check the day"
            )


def _macro(draft: Draft) -> Iterator[Fault]:
    macro = draft.data.get("macro")
    if not isinstance(macro, dict):
        return
    if macro.get("printed") is None and macro.get("range") is None:
        yield draft.fault(
            ("macro",),
            "",
            "printed 或 range / printed or range",
            "请写规划印出的增速，或声明一个区间 / give the printed growth, or declare a range",
        )
    spread = macro.get("range")
    if isinstance(spread, dict):
        ends = [spread.get(name) for name in ("low", "central", "high")]
        if all(isinstance(end, int | float) for end in ends) and ends != sorted(ends):  # type: ignore[type-var]
            yield draft.fault(("macro", "range"), ends, "low ≤ central ≤ high", "请按大小排列 / put them in order")


def _units(draft: Draft) -> Iterator[Fault]:
    for collection, record in (("targets", Target), ("breakdowns", Breakdown), ("history", PastResult)):
        for entry in draft.entries(collection, record):
            if getattr(entry.record, "measure") is None:  # noqa: B009
                continue
            unit = str(getattr(entry.record, "unit"))  # noqa: B009
            try:
                factor(unit)
            except UnknownUnit:
                yield draft.fault(
                    (*entry.path, "unit"),
                    unit,
                    "人 人次 家 元 % 等，可带 百千万亿 / 人, 人次, 家, 元, % …, perhaps with 百千万亿",
                    "请改用可换算的单位 / use a unit that can be converted",
                )


def _history(draft: Draft) -> Iterator[Fault]:
    period = draft.period()
    for entry in draft.entries("history", PastResult):
        past = entry.record.period
        if past[0] > past[1]:
            yield draft.fault(
                (*entry.path, "period"),
                list(past),
                "先起年、后止年 / first year, then last",
                "请调换 / put the earlier year first",
            )
        elif period and past[1] >= period[0]:
            yield draft.fault(
                (*entry.path, "period"),
                list(past),
                f"早于 {period[0]} / before {period[0]}",
                "历史须在规划期之前 / history ends before the period begins",
            )


def _commitments(draft: Draft) -> Iterator[Fault]:
    for entry in draft.entries("commitments", Commitment):
        promise = entry.record
        if promise.from_ is not None and promise.to is not None and promise.from_ > promise.to:
            yield draft.fault(
                (*entry.path, "from"),
                promise.from_,
                f"不晚于 {promise.to} / not after {promise.to}",
                "请调换 / put the earlier year first",
            )
        if promise.value_high is not None and promise.value_high < promise.value:
            yield draft.fault(
                (*entry.path, "value_high"),
                f"{promise.value_high:g}",
                f"不小于 {promise.value:g} / at least {promise.value:g}",
                "请调换 / put the smaller first",
            )
