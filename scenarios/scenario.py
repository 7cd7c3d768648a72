"""A scenario: a plan with levers, shocks, reforms of the law and a macro path; frozen, checked when it is made, kept as
YAML.

    Scenario("扩面提前一年", plan="xuzhou", levers={"enrolment_drive_small_firms": {"from": "2021-07", "value": 0.6}})

A scenario that cannot be run is never made: BadInput lists everything that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Document, Fault, both, read_yaml, shown, unknown_name
from scenarios.frozen import frozen, plain
from scenarios.lever_value import Place, Step, dates, steps_of, written
from scenarios.levers import levers
from scenarios.macro import AS_PLANNED, Macro, macro_faults
from scenarios.months import LAST_YEAR, january, month_number
from scenarios.plans_at_hand import load_plan
from scenarios.shocks import shock_faults

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

FIELDS = ("name", "plan", "macro", "levers", "shocks", "law")
LONGEST_NAME = 120


@dataclass(frozen=True)
class Scenario:
    """What is run. Lever values by the grammar of `lever_value`; law: reforms {path, from, to?, value}; shocks: {kind,
    sector, from, …}.

    plan: a plan's id, or the path of a plan folder. Raises BadInput with all faults at once.
    """

    name: str
    plan: str
    levers: Mapping[str, Any] = field(default_factory=dict)
    shocks: Sequence[Mapping[str, Any]] = ()
    law: Sequence[Mapping[str, Any]] = ()
    macro: Macro = AS_PLANNED

    def __post_init__(self) -> None:
        given = {key: plain(getattr(self, key)) for key in FIELDS if key != "plan"} | {"plan": str(self.plan)}
        faults = faults_in(given)
        if faults:
            raise BadInput(faults)
        for key, value in given.items():
            object.__setattr__(self, key, frozen(value))

    @classmethod
    def read(cls, path: str | Path) -> Scenario:
        """The scenario of a YAML file; BadInput names the lines."""
        document = read_yaml(path, not_finite=True)
        faults = faults_in(document.data, document)
        if faults:
            raise BadInput(faults)
        return cls(**{key: document.data[key] for key in FIELDS if document.data.get(key) is not None})

    def as_dict(self) -> dict[str, Any]:
        """The scenario as plain data, empty parts left out."""
        return {key: plain(value) for key in FIELDS if (value := getattr(self, key)) not in ((), {}, None)}

    def to_yaml(self) -> str:
        """The scenario as YAML that `read` understands."""
        from ruamel.yaml import YAML

        out, yaml = StringIO(), YAML()
        yaml.allow_unicode, yaml.width = True, 4096
        yaml.dump(self.as_dict(), out)
        return out.getvalue()

    def save(self, path: str | Path) -> None:
        """Write the scenario to a YAML file, whole or not at all."""
        from model.documents import write_atomically

        write_atomically(path, self.to_yaml())

    def steps(self, lever: str) -> list[Step]:
        """What the scenario says about one lever, as steps over months and finest areas."""
        if lever not in self.levers:
            return []
        declared = levers()[lever]
        return steps_of(self.levers[lever], Place.of(load_plan(self.plan)), declared.low, declared.high)[0]

    def __add__(self, other: Scenario) -> Scenario:
        """Both scenarios at once. Raises BadInput where they contradict: two plans, two macro paths, one lever or law
        path twice.
        """
        faults = list(_contradictions(self, other))
        if faults:
            raise BadInput(faults)
        place = Place.of(load_plan(self.plan))
        both_levers = {name: self.levers.get(name, other.levers.get(name)) for name in (*self.levers, *other.levers)}
        for name in set(self.levers) & set(other.levers):
            both_levers[name] = written([*self.steps(name), *other.steps(name)], place)
        macro = other.macro if self.macro == AS_PLANNED else self.macro
        return Scenario(
            f"{self.name} + {other.name}"[:LONGEST_NAME],
            self.plan,
            both_levers,
            (*self.shocks, *other.shocks),
            (*self.law, *other.law),
            macro,
        )


def _contradictions(a: Scenario, b: Scenario) -> Iterator[Fault]:
    where = f"{a.name} + {b.name}"

    def fault(name: str, value: object, zh: str, en: str) -> Fault:
        return Fault(where, None, name, shown(value), both("两个情景不得矛盾", "the two must not contradict"), both(zh, en))

    if a.plan != b.plan:
        yield fault("plan", f"{a.plan}, {b.plan}", "请用同一规划", "take one plan")
        return
    if AS_PLANNED not in (a.macro, b.macro) and a.macro != b.macro:
        yield fault(
            "macro",
            f"{plain(a.macro)}, {plain(b.macro)}",
            "请只在一处设定增长路径",
            "set the macro path in one of them",
        )
    for name in a.levers:
        clash = next(((s, t) for s in a.steps(name) for t in b.steps(name) if s.meets(t)), None)
        if clash:
            yield fault(
                f"levers.{name}",
                f"{dates(clash[0])}; {dates(clash[1])}",
                "同一地区的时间重叠,请错开",
                "same areas, overlapping months: separate them",
            )
    taken = {(reform["path"], reform["from"]) for reform in a.law}
    for reform in b.law:
        if (reform["path"], reform["from"]) in taken:
            yield fault(
                "law",
                f"{reform['path']} {reform['from']}",
                "同一条款同一起始月,请保留一个",
                "one path from one month twice: keep one",
            )


def faults_in(given: object, document: Document | None = None) -> list[Fault]:
    """Everything that is wrong with a scenario as plain data; with its document the faults carry file and line."""
    return list(_Check(given, document).faults())


class _Check:
    """Walks a scenario's fields in order; every check goes on after a fault."""

    def __init__(self, given: object, document: Document | None) -> None:
        self.given: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        self.whole, self.document = given, document
        self.plan: Plan | None = None
        self.first = 0

    def fault(self, path: tuple[str | int, ...], value: object, allowed: str, fix: str) -> Fault:
        if self.document is not None:
            return self.document.fault(path, value, allowed, fix)
        from model.documents import field_name

        return Fault("scenario", None, field_name(path), shown(value), allowed, fix)

    def faults(self) -> Iterator[Fault]:
        if not isinstance(self.whole, Mapping):
            yield self.fault((), self.whole, ", ".join(FIELDS), both("请写成情景文件的形式", "write name, plan, levers …"))
            return
        for key in self.given:
            if key not in FIELDS:
                yield self.fault((key,), self.given[key], *unknown_name(str(key), FIELDS))
        yield from self.name()
        yield from self.find_plan()
        if self.plan is not None:
            self.first = january(self.plan.baseline_year + 1)
            yield from self.macro()
            yield from self.levers(Place.of(self.plan))
            yield from self.shocks()
            yield from self.law(self.plan.province)

    def name(self) -> Iterator[Fault]:
        name = self.given.get("name")
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or any(ord(c) < 32 for c in name):
            yield self.fault(
                ("name",),
                name,
                both(f"1至{LONGEST_NAME}个字符,单行", f"one line of 1 to {LONGEST_NAME} characters"),
                both("请给情景取名", "give the scenario a name"),
            )

    def find_plan(self) -> Iterator[Fault]:
        wanted = self.given.get("plan")
        if not isinstance(wanted, str) or not wanted:
            from scenarios.plans_at_hand import plan_ids

            yield self.fault(("plan",), wanted, ", ".join(plan_ids()), both("请指明规划", "name the plan"))
            return
        try:
            self.plan = load_plan(wanted)
        except BadInput as error:
            yield from (self.fault(("plan",), wanted, f.allowed, f.fix) if f.field == "plan" else f for f in error.faults)

    def macro(self) -> Iterator[Fault]:
        macro = self.given.get("macro", AS_PLANNED)
        for name, value, allowed, fix in macro_faults(AS_PLANNED if macro is None else macro, self.first // 12):
            yield self.fault(tuple(name.split(".")), value, allowed, fix)

    def levers(self, place: Place) -> Iterator[Fault]:
        given = self.given.get("levers") or {}
        if not isinstance(given, Mapping):
            yield self.fault(("levers",), given, "{lever: value}", both("请写成“杠杆: 数值”", "write lever: value"))
            return
        for name, value in given.items():
            lever = levers().get(str(name))
            if lever is None:
                yield self.fault(("levers", name), name, *unknown_name(str(name), levers()))
                continue
            for objection in steps_of(value, place, lever.low, lever.high, lever.unit)[1]:
                yield self.fault(("levers", name, *_path(objection.field)), objection.value, objection.allowed, objection.fix)

    def shocks(self) -> Iterator[Fault]:
        given = self.given.get("shocks") or []
        if not isinstance(given, Sequence) or isinstance(given, str):
            yield self.fault(("shocks",), given, "[{kind, …}]", both("请写成列表", "write a list"))
            return
        for i, shock in enumerate(given):
            for name, value, allowed, fix in shock_faults(shock, self.first):
                yield self.fault(("shocks", i, *([name] if name else [])), value, allowed, fix)

    def law(self, province: str) -> Iterator[Fault]:
        from model.law import Law

        given = self.given.get("law") or []
        if not isinstance(given, Sequence) or isinstance(given, str):
            yield self.fault(("law",), given, "[{path, from, value}]", both("请写成列表", "write a list"))
            return
        file = "scenario" if self.document is None else str(self.document.path)
        try:
            Law.standard(province).amended(given, file)
        except BadInput as error:
            yield from (self.fault(_path(f.field), f.value, f.allowed, f.fix) for f in error.faults)
        for i, reform in enumerate(given):
            for key in ("from", "to"):
                written_month = reform.get(key) if isinstance(reform, Mapping) else None
                month = month_number(written_month)
                if month is not None and month < self.first:
                    yield self.fault(
                        ("law", i, key),
                        written_month,
                        f"YYYY-MM, {self.first // 12}-01 … {LAST_YEAR}-12",
                        both("请填写模拟期内的年月", "write a month of the run"),
                    )


def _path(field_text: str) -> tuple[str | int, ...]:
    """The steps of an objection's field: ".areas.320321[0].value" → areas, 320321, 0, value."""
    words = field_text.replace("[", ".[").strip(".").split(".")
    return tuple(int(w[1:-1]) if w.startswith("[") else w for w in words if w)
