"""The grammar of a lever's value, and what it means month by month and area by area.

    number                                   the whole run, the whole city
    {from: 2021-07, to: 2022-06, value: 0.6} from one month to another, both included; without `to` to the end
    [step, step, …]                          a step without `to` holds until the next one of the same areas
    {2021: 0.2, 2023: 0.4}                   calendar years; each holds to the next one named, the last one for its year
    {areas: {"320321": …, …}, rest: …}       each of them any of the above

A step may also name its areas, {areas: [ids], from?, to?, value}. Outside every step the baseline setting holds. A
composite area stands for its parts. The amount of a lever that is split (places, loans, fairs) belongs to all the areas
of its step together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.documents import both, unknown_name
from scenarios.months import LAST_YEAR, january, month_number, month_text

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

YEAR = re.compile(r"\d{4}")
STEP_KEYS = ("from", "to", "value", "areas")


@dataclass(frozen=True)
class Place:
    """Where and when a run can be steered.

    finest: ids of the finest areas in order; parts: for each area id that may be written, its finest areas (an office
    without a territory, 市直, serves them all); first: number of the first simulated month.
    """

    finest: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]
    first: int

    @classmethod
    def of(cls, plan: Plan) -> Place:
        """The place of a plan."""
        finest = tuple(area.id for area in plan.finest_areas)
        parts = {a.id: finest if a.level == "office" else tuple(p for p in a.parts if p in finest) or (a.id,) for a in plan.areas}
        return cls(finest, parts, january(plan.baseline_year + 1))


@dataclass(frozen=True)
class Step:
    """One value over some months and areas. first, last: month numbers (last None: to the end); areas: finest ids."""

    areas: tuple[str, ...]
    first: int | None
    last: int | None
    value: float
    field: str = ""

    def meets(self, other: Step) -> bool:
        """True when both speak about the same area in the same month."""
        begins = max(self.first or 0, other.first or 0)
        ends = min(math.inf if self.last is None else self.last, math.inf if other.last is None else other.last)
        return begins <= ends and not set(self.areas).isdisjoint(other.areas)


@dataclass(frozen=True)
class Objection:
    """What is wrong at one place of a value: the field below the lever, the value, what is allowed, the fix."""

    field: str
    value: object
    allowed: str
    fix: str


def steps_of(value: object, place: Place, low: float, high: float, unit: str = "") -> tuple[list[Step], list[Objection]]:
    """Read a lever value: its steps, in the order written, and every objection to it (all at once). low, high, unit:
    the lever's range.
    """
    reader = _Reader(place, f"{low:.12g} … {high:.12g} {unit}".rstrip(), low, high)
    steps = list(reader.read(value, place.finest, ""))
    for i, step in enumerate(steps):
        for other in steps[:i]:
            if step.meets(other):
                reader.objections.append(
                    Objection(
                        step.field,
                        dates(step),
                        both("不得重叠", "no overlap"),
                        both(
                            f"与 {dates(other)} 重叠，请调整起止时间或地区",
                            f"overlaps {dates(other)}: change from/to or the areas",
                        ),
                    )
                )
    return steps, reader.objections


def dates(step: Step) -> str:
    """The months of a step, in words."""
    first = "start" if step.first is None else month_text(step.first)
    return f"{first}…{'end' if step.last is None else month_text(step.last)}"


class _Reader:
    """Walks a value; gathers objections instead of stopping at the first."""

    def __init__(self, place: Place, allowed: str, low: float, high: float) -> None:
        self.place, self.allowed, self.low, self.high = place, allowed, low, high
        self.objections: list[Objection] = []

    def object_to(self, field: str, value: object, allowed: str, fix: str) -> None:
        self.objections.append(Objection(field, value, allowed, fix))

    def number(self, value: object, field: str) -> float | None:
        """A finite number within the lever's range, or None with an objection."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.object_to(field, value, self.allowed, both("请填写数字", "write a number"))
            return None
        if not math.isfinite(value) or not self.low <= value <= self.high:
            self.object_to(
                field,
                value,
                self.allowed,
                both("请填写此范围内的数字", f"write a number from {self.low:.12g} to {self.high:.12g}"),
            )
            return None
        return float(value)

    def read(self, value: object, areas: tuple[str, ...], field: str) -> Iterator[Step]:
        """The steps of any form of value that holds in `areas`."""
        if isinstance(value, Mapping):
            keys = {str(key) for key in value}
            if keys & {"areas", "rest"} and not keys & {"from", "value", "to"}:
                yield from self.by_area({str(k): v for k, v in value.items()}, areas, field)
            elif keys and all(YEAR.fullmatch(key) for key in keys):
                yield from self.by_year({str(k): v for k, v in value.items()}, areas, field)
            else:
                yield from self.step({str(k): v for k, v in value.items()}, areas, field)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield from self.several(value, areas, field)
        else:
            number = self.number(value, field)
            if number is not None:
                yield Step(areas, None, None, number, field)

    def by_area(self, value: Mapping[str, object], areas: tuple[str, ...], field: str) -> Iterator[Step]:
        for key in set(value) - {"areas", "rest"}:
            self.object_to(f"{field}.{key}", value[key], "areas, rest", both("请移到 areas 之下", "move it under areas"))
        named = value.get("areas") or {}
        if not isinstance(named, Mapping):
            self.object_to(f"{field}.areas", named, "{area id: value}", both("请写成“地区: 数值”", "write area: value"))
            named = {}
        taken: set[str] = set()
        for key, inner in named.items():
            here = self.area(str(key), f"{field}.areas")
            yield from self.read(inner, here, f"{field}.areas.{key}")
            taken.update(here)
        if "rest" in value:
            rest = tuple(a for a in areas if a not in taken)
            if rest:
                yield from self.read(value["rest"], rest, f"{field}.rest")

    def area(self, key: str, field: str) -> tuple[str, ...]:
        found = self.place.parts.get(key, ())
        if not found:
            self.object_to(f"{field}.{key}", key, *unknown_name(key, self.place.parts))
        return found

    def by_year(self, value: Mapping[str, object], areas: tuple[str, ...], field: str) -> Iterator[Step]:
        years = sorted(int(key) for key in value)
        for year, following in zip(years, [*years[1:], years[-1] + 1], strict=True):
            here = f"{field}.{year}"
            if not self.place.first <= january(year) <= january(LAST_YEAR):
                self.object_to(
                    here,
                    year,
                    f"{self.place.first // 12} … {LAST_YEAR}",
                    both("请填写模拟期内的年份", "write a year of the run"),
                )
                continue
            number = self.number(value[str(year)], here)
            if number is not None:
                yield Step(areas, january(year), january(following) - 1, number, here)

    def month(self, value: object, field: str) -> int | None:
        number = month_number(value)
        first, last = month_text(self.place.first), f"{LAST_YEAR}-12"
        if number is None or number < self.place.first:
            self.object_to(
                field,
                value,
                f"YYYY-MM, {first} … {last}",
                both("请填写模拟期内的年月，如 2021-07", "write a month of the run, such as 2021-07"),
            )
            return None
        return number

    def step(self, value: Mapping[str, object], areas: tuple[str, ...], field: str) -> Iterator[Step]:
        before = len(self.objections)
        for key in value:
            if key not in STEP_KEYS:
                self.object_to(f"{field}.{key}", value[key], *unknown_name(key, STEP_KEYS))
        if "value" not in value:
            self.object_to(f"{field}.value", None, self.allowed, both("请补充 value", "add value"))
            return
        first = self.month(value["from"], f"{field}.from") if "from" in value else None
        if "from" not in value and "areas" not in value:
            self.object_to(f"{field}.from", None, "YYYY-MM", both("请补充 from", "add from"))
        last = self.month(value["to"], f"{field}.to") if value.get("to") is not None else None
        if first is not None and last is not None and last < first:
            self.object_to(
                f"{field}.to",
                value["to"],
                f"not before {value['from']}",
                both("结束月份不得早于开始月份", "end it after it begins"),
            )
        if "areas" in value:
            ids = value["areas"]
            if not isinstance(ids, Sequence) or isinstance(ids, str):
                self.object_to(f"{field}.areas", ids, "[area ids]", both("请写成地区代码列表", "write a list of area ids"))
                return
            areas = tuple(dict.fromkeys(a for key in ids for a in self.area(str(key), f"{field}.areas")))
        number = self.number(value["value"], f"{field}.value")
        if number is not None and len(self.objections) == before:
            yield Step(areas, first, last, number, field)

    def several(self, value: Sequence[object], areas: tuple[str, ...], field: str) -> Iterator[Step]:
        if not value:
            self.object_to(
                field,
                "[]",
                both("至少一段", "one step or more"),
                both("请写一段，或删去该杠杆", "write a step, or leave the lever out"),
            )
        steps: list[Step] = []
        for i, item in enumerate(value):
            here = f"{field}[{i}]"
            if isinstance(item, Mapping):
                steps.extend(self.step({str(k): v for k, v in item.items()}, areas, here))
            else:
                self.object_to(here, item, "{from, to?, value}", both("请写成 {from, to, value}", "write {from, to, value}"))
        for step in steps:
            later = [
                s.first for s in steps if s.first is not None and s.first > (step.first or 0) and not set(s.areas).isdisjoint(step.areas)
            ]
            yield (step if step.last is not None or not later else Step(step.areas, step.first, min(later) - 1, step.value, step.field))


def written(steps: Sequence[Step], place: Place) -> object:
    """Steps as plain data of the grammar: `steps_of` reads them back as they are."""
    if len(steps) == 1 and steps[0].first is None and steps[0].areas == place.finest:
        return steps[0].value
    return [
        {
            **({} if step.first is None else {"from": month_text(step.first)}),
            **({} if step.last is None else {"to": month_text(step.last)}),
            **({} if step.areas == place.finest and step.first is not None else {"areas": list(step.areas)}),
            "value": step.value,
        }
        for step in steps
    ]
