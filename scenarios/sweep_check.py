"""Checking a sweep's specification: everything that is wrong with it, at once, with line and suggestion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Document, Fault, both, field_name, shown, unknown_name
from scenarios.months import month_number
from scenarios.plans_at_hand import load_plan, plan_ids, written_plan
from scenarios.running import LIMITS
from scenarios.samples import sample_faults
from scenarios.scenario import Scenario
from scenarios.sweep_check_design import design_faults
from scenarios.sweep_design import Design
from scenarios.sweep_spec import DESIGN_FIELDS, FIELDS, NUMBERS, design_of

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

MOST_RUNS = 1_000_000
Path_ = tuple[str | int, ...]


@dataclass
class Checked:
    """Data in which no fault was found, with what they name."""

    given: Mapping[str, Any]
    scenarios: list[Scenario] = field(default_factory=list)
    design: Design = field(default_factory=Design)


def checked(given: object, document: Document | None, base: Path) -> Checked:
    """The data, checked. base: the folder of files that it names. Raises BadInput with every fault."""
    check = _Check(given, document, base)
    faults = list(check.faults())
    if faults:
        raise BadInput(faults)
    return Checked(check.given, check.scenarios, design_of(check.given.get("design") or {}))


class _Check:
    """Walks the fields in order; every check goes on after a fault."""

    def __init__(self, given: object, document: Document | None, base: Path) -> None:
        self.whole, self.document, self.base = given, document, base
        self.given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        self.plans: list[Plan] = []
        self.named: list[str] = []
        self.scenarios: list[Scenario] = []

    def fault(self, path: Path_, value: object, allowed: str, fix: str) -> Fault:
        if self.document is not None:
            return self.document.fault(path, value, allowed, fix)
        return Fault("sweep", None, field_name(path), shown(value), allowed, fix)

    def faults(self) -> Iterator[Fault]:
        if not isinstance(self.whole, Mapping):
            yield self.fault((), self.whole, ", ".join(FIELDS), both("请写成字段与值", "write name, plan, design …"))
            return
        yield from self.unknown((), self.given, FIELDS)
        name = self.given.get("name")
        if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > 120:
            yield self.fault(("name",), name, both("一行文字", "one line of text"), both("请命名", "name the sweep"))
        yield from self.numbers()
        yield from self.find_plans()
        yield from self.find_scenarios()
        yield from self.design()
        yield from self.outputs()

    def unknown(self, above: Path_, given: Mapping[str, Any], known: Sequence[str]) -> Iterator[Fault]:
        for key in given:
            if key not in known:
                yield self.fault((*above, str(key)), given[key], *unknown_name(str(key), known))

    def numbers(self) -> Iterator[Fault]:
        for key, usual in NUMBERS.items():
            value, (low, high) = self.given.get(key, usual), LIMITS[key]
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                fix = both("请填写此范围内的整数", "write a whole number of this range")
                yield self.fault((key,), value, f"{low} … {high}", fix)
        until, prior = self.given.get("until"), self.given.get("prior", False)
        if until is not None and month_number(until) is None:
            yield self.fault(("until",), until, "YYYY-MM", both("请填写年月,如 2025-12", "write a month, such as 2025-12"))
        if not isinstance(prior, bool):
            yield self.fault(("prior",), prior, "true, false", both("请写 true 或 false", "write true or false"))

    def find_plans(self) -> Iterator[Fault]:
        one, several = self.given.get("plan"), self.given.get("plans")
        if (one is None) == (several is None):
            found = "" if one is None else f"{one}, {several}"
            yield self.fault(("plan",), found, ", ".join(plan_ids()), both("plan 与 plans 请写其一", "write plan or plans"))
            return
        names = [one] if several is None else several
        if isinstance(names, str) or not isinstance(names, Sequence) or not names or len(set(map(str, names))) < len(names):
            fix = both("请列出互不相同的规划", "list plans, each once")
            yield self.fault(("plans",), names, ", ".join(plan_ids()), fix)
            return
        for i, name in enumerate(names):
            where: Path_ = ("plan",) if several is None else ("plans", i)
            try:
                self.plans.append(load_plan(str(name)))
            except BadInput as error:
                yield from (self.fault(where, name, f.allowed, f.fix) if f.field == "plan" else f for f in error.faults)
        self.named = [str(name) for name in names]

    def find_scenarios(self) -> Iterator[Fault]:
        if "scenario" in self.given and "scenarios" in self.given:
            fix = both("scenario 与 scenarios 请写其一", "write scenario or scenarios")
            yield self.fault(("scenarios",), "", "scenario | scenarios", fix)
        elif self.plans and len(self.plans) == len(self.named):
            yield from self.several() if "scenarios" in self.given else self.one_each()

    def one_each(self) -> Iterator[Fault]:
        given = self.given.get("scenario", "baseline")
        each = given if isinstance(given, Sequence) and not isinstance(given, str) else [given] * len(self.named)
        if len(each) != len(self.named):
            yield self.fault(("scenario",), given, both("每个规划一个", "one a plan"), both("请补齐或只写一个", "one for all, or one each"))
            return
        for plan, one in zip(self.named, each, strict=True):
            yield from self.found(plan, one, "scenario")

    def several(self) -> Iterator[Fault]:
        """Each of the scenarios with every plan; one that names a plan, with that plan alone."""
        given, plans = self.given["scenarios"], [_written(name) for name in self.named]
        if not isinstance(given, Sequence) or isinstance(given, str) or not given:
            yield self.fault(("scenarios",), given, "[NAME | FILE | {…}, …]", both("请列出情景", "list scenarios"))
            return
        for i, one in enumerate(given):
            if isinstance(one, Mapping) and "plan" in one and _written(one["plan"]) not in plans:
                yield self.fault(("scenarios", i, "plan"), one["plan"], *unknown_name(str(one["plan"]), self.named))
        for plan, written in zip(self.named, plans, strict=True):
            for i, one in enumerate(given):
                if not isinstance(one, Mapping) or _written(one.get("plan", plan)) == written:
                    yield from self.found(plan, one, f"scenarios[{i}]")
        for plan in dict.fromkeys(one.plan for one in self.scenarios):
            names = [one.name for one in self.scenarios if one.plan == plan]
            for name in dict.fromkeys(name for name in names if names.count(name) > 1):
                fix = both("请给每个情景不同的名称", "give each scenario a name of its own")
                yield self.fault(("scenarios",), name, both("互不相同的名称", "names that differ"), fix)
        if {_written(one.plan) for one in self.scenarios} != set(plans):
            fix = both("请为每个规划写情景", "write a scenario for each plan")
            yield self.fault(("scenarios",), "", both("每个规划至少一个", "one a plan or more"), fix)

    def found(self, plan: str, given: object, where: str) -> Iterator[Fault]:
        """Keep a scenario of one plan, or say what is wrong with it. where: its field."""
        try:
            self.scenarios.append(self.scenario(plan, given))
        except BadInput as error:
            for f in error.faults:
                ours = f.file in ("scenario", "--scenario")
                below = f"{where}.{f.field}" if f.field != "scenario" else where
                yield self.fault(path_of(below), f.value, f.allowed, f.fix) if ours else f

    def scenario(self, plan: str, given: object) -> Scenario:
        from scenarios.presets import PRESETS, scenario_called

        if isinstance(given, Mapping):
            return Scenario(**{"name": "varied", **given, "plan": plan}) if set(given) <= SCENARIO else _strange(given)
        name = str(given)
        beside = self.base / name
        return scenario_called(str(beside) if name not in PRESETS and beside.is_file() else name, plan)

    def design(self) -> Iterator[Fault]:
        given = self.given.get("design") or {}
        if not isinstance(given, Mapping):
            yield self.fault(("design",), given, ", ".join(DESIGN_FIELDS), both("请写 kind 等字段", "write kind, levers …"))
            return
        yield from self.unknown(("design",), given, DESIGN_FIELDS)
        found = list(design_faults(given, self.plans, self.base))
        yield from (self.fault(("design", *path), value, allowed, fix) for path, value, allowed, fix in found)
        if found or not self.plans:
            return
        numbers = [self.given.get(key, usual) for key, usual in NUMBERS.items() if key in ("draws", "replicates")]
        runs = design_of(given).count() * max(1, len(self.scenarios))
        for number in numbers:
            runs *= number if isinstance(number, int) and number > 0 else 1
        if not 0 < runs <= MOST_RUNS:
            fix = both("请减少设计点、抽样或重复", "fewer points, draws or replicates")
            yield self.fault(("design",), f"{runs} runs", f"1 … {MOST_RUNS} runs", fix)

    def outputs(self) -> Iterator[Fault]:
        from model.indicators import registry

        given = self.given.get("outputs") or {}
        if not isinstance(given, Mapping):
            yield self.fault(("outputs",), given, ", ".join(OUTPUTS), both("请写成字段与值", "write its fields"))
            return
        yield from self.unknown(("outputs",), given, OUTPUTS)
        if given.get("sample") is not None:
            ends = [self.given.get("until") or f"{plan.period[1]}-12" for plan in self.plans]
            spans = [(f"{plan.baseline_year + 1}-01", str(end)) for plan, end in zip(self.plans, ends, strict=True)]
            for path, value, allowed, fix in sample_faults(given["sample"], spans):
                yield self.fault(("outputs", "sample", *path), value, allowed, fix)
        if given.get("period", "year") not in ("year", "month"):
            yield self.fault(("outputs", "period"), given["period"], *unknown_name(str(given["period"]), ("year", "month")))
        known = [name for name, one in registry().items() if one.simulated]
        yield from self.chosen("indicators", given.get("indicators", "all"), ("all",), known)
        areas = list(dict.fromkeys(area.id for plan in self.plans for area in plan.areas))
        if areas:
            yield from self.chosen("areas", given.get("areas", "city"), ("all", "city"), [*areas, "ALL"])

    def chosen(self, name: str, value: object, words: Sequence[str], known: Sequence[str]) -> Iterator[Fault]:
        if isinstance(value, str):
            if value not in words:
                yield self.fault(("outputs", name), value, *unknown_name(value, words))
        elif not isinstance(value, Sequence) or not value:
            yield self.fault(("outputs", name), value, ", ".join(words), both("请列出代号", "list ids"))
        else:
            for i, one in enumerate(value):
                if one not in known:
                    yield self.fault(("outputs", name, i), one, *unknown_name(str(one), known))


SCENARIO = {"name", "plan", "macro", "levers", "shocks", "law"}
OUTPUTS = ("indicators", "areas", "period", "sample")


def _written(plan: object) -> str:
    """A plan as it is written down, or the word itself when it names none."""
    try:
        return written_plan(str(plan))
    except BadInput:
        return str(plan)


def path_of(field: str) -> Path_:
    """The parts of a field's name: scenarios[0].levers.x is ("scenarios", 0, "levers", "x")."""
    return tuple(int(part) if part.isdigit() else part for part in field.replace("[", ".").replace("]", "").split("."))


def _strange(given: Mapping[str, Any]) -> Scenario:
    raise BadInput(
        [Fault("scenario", None, key, shown(given[key]), *unknown_name(str(key), SCENARIO)) for key in given if key not in SCENARIO]
    )
