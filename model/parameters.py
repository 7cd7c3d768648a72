"""Parameters, each declared once beside the mechanism that uses it, in `<mechanism>.parameters.yaml`.

A file maps names to declarations:

    quit_rate:
      unit: share a month
      meaning: 在职者每月主动离职的概率 / chance that an employee quits in a month
      role: uncertainty              # uncertainty: drawn over its range; measurement: how the bureau counts; constant
      low: 0.01                      # the range may be left out for a measurement or a constant
      central: 0.02
      high: 0.03
      source: …                      # an assumption is called one
      confidence: M                  # H, M or L
      evidence_period: 2010-2019     # the years that the source speaks of, or `none` (an assumption, a definition)
      evidence_area: 全国             # the place that it speaks of
      hindsight: true                # 后见: national evidence from inside a plan's period; left out when false
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from model.documents import BadInput, Document, Fault, both, read_yaml, unknown_name

MODEL = Path(__file__).parent
ROLES = ("uncertainty", "measurement", "constant")
CONFIDENCES = ("H", "M", "L")
TEXTS = ("unit", "meaning", "role", "source", "confidence", "evidence_period", "evidence_area")
NUMBERS = ("low", "central", "high")
FIELDS = {*TEXTS, *NUMBERS, "hindsight"}
NAME = re.compile(r"[a-z][a-z0-9_]*")
PERIOD = re.compile(r"none|([12][0-9]{3})(?:-([12][0-9]{3}))?")


@dataclass(frozen=True)
class Parameter:
    """A declared number: what it is, the range it is drawn from, and where that comes from."""

    name: str
    unit: str
    meaning: str
    role: str
    low: float
    central: float
    high: float
    source: str
    confidence: str
    evidence_period: str
    evidence_area: str
    hindsight: bool = False

    @property
    def evidence_years(self) -> tuple[int, int] | None:
        """First and last year of the evidence, or None where it has none."""
        found = PERIOD.fullmatch(self.evidence_period)
        if found is None or found[1] is None:
            return None
        return int(found[1]), int(found[2] or found[1])


@cache
def declared_parameters() -> Mapping[str, Parameter]:
    """Every parameter of the model by name. Raises `BadInput` with the faults of all files."""
    return read_parameters(sorted(MODEL.rglob("*.parameters.yaml")))


def central_values() -> dict[str, float]:
    """The central value of every parameter."""
    return {name: parameter.central for name, parameter in declared_parameters().items()}


def read_parameters(files: Iterable[Path]) -> dict[str, Parameter]:
    """The parameters that some files declare. Raises `BadInput` naming every fault of every file."""
    found: dict[str, Parameter] = {}
    where: dict[str, Path] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            document = read_yaml(file)
        except BadInput as bad:
            faults += bad.faults
            continue
        if not isinstance(document.data, dict):
            fix = both("请写成“名称: 声明”", "write `name: declaration`")
            faults.append(document.fault((), "", both("映射", "a mapping"), fix))
            continue
        for name, body in document.data.items():
            reader = _Declaration(document, name, body)
            if name in found:
                already = both(f"已在 {where[name].name} 中声明", f"declared in {where[name].name} already")
                reader.blame((), name, already, both("请改名或删去", "rename or remove it"))
            parameter = reader.read()
            faults += reader.faults
            if parameter and not reader.faults:
                found[name], where[name] = parameter, file
    if faults:
        raise BadInput(faults)
    return found


class _Declaration:
    """One declaration being read; collects its faults."""

    def __init__(self, document: Document, name: str, body: Any) -> None:
        self.document, self.name, self.body = document, name, body
        self.faults: list[Fault] = []

    def read(self) -> Parameter | None:
        if not NAME.fullmatch(self.name):
            fix = both("请改名", "rename it")
            self.blame((), self.name, both("小写字母、数字与下划线", "lower case, digits and underscores"), fix)
        if not isinstance(self.body, dict):
            self.blame((), self.body, both("映射", "a mapping"), both("请写成映射", "write a mapping"))
            return None
        for unknown in sorted(set(self.body) - FIELDS):
            self.blame((unknown,), self.body[unknown], *unknown_name(unknown, FIELDS))
        texts = {field: self._text(field) for field in TEXTS}
        self._one_of("role", ROLES)
        self._one_of("confidence", CONFIDENCES)
        self._period()
        hindsight = self.body.get("hindsight", False)
        if not isinstance(hindsight, bool):
            self.blame(("hindsight",), hindsight, "true | false", both("请改为其一", "use one of them"))
        numbers = self._numbers()
        if self.faults or numbers is None:
            return None
        low, central, high = numbers
        return Parameter(name=self.name, low=low, central=central, high=high, hindsight=hindsight, **texts)

    def _text(self, field: str) -> str:
        value = self.body.get(field)
        if value is None or value == "":
            self.blame((field,), "", both("必填", "required"), both("请补上", "add it"))
        elif not isinstance(value, str) and not (field == "evidence_period" and isinstance(value, int)):
            self.blame((field,), value, both("文字", "text"), both("请写成文字", "write text"))
        return str(value)

    def _one_of(self, field: str, known: tuple[str, ...]) -> None:
        value = self.body.get(field)
        if isinstance(value, str) and value not in known:
            self.blame((field,), value, *unknown_name(value, known))

    def _period(self) -> None:
        value = str(self.body.get("evidence_period") or "none")
        found = PERIOD.fullmatch(value)
        if not found or (found[2] and found[2] < found[1]):
            allowed = both("2015、2010-2019 或 none", "2015, 2010-2019 or none")
            self.blame(("evidence_period",), value, allowed, both("请写年份", "write years"))

    def _numbers(self) -> tuple[float, float, float] | None:
        central = self._number("central", None)
        low, high = self._number("low", central), self._number("high", central)
        if central is None or low is None or high is None:
            return None
        role = self.body.get("role")
        if not low <= central <= high:
            order = f"low {low:g} ≤ central {central:g} ≤ high {high:g}"
            self.blame(("central",), central, order, both("请改范围", "change the range"))
        elif role == "uncertainty" and low == high:
            allowed = both("low 小于 high", "low below high")
            self.blame(("low",), low, allowed, both("给出范围，或改为常数", "give a range, or call it a constant"))
        elif role == "constant" and low < high:
            allowed = both("常数没有范围", "a constant has no range")
            self.blame(("role",), role, allowed, both("删去范围，或声明为 uncertainty", "drop the range or the role"))
        return low, central, high

    def _number(self, field: str, default: float | None) -> float | None:
        value = self.body.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            if field in self.body or field == "central":
                allowed = both("有限的数", "a finite number")
                self.blame((field,), value, allowed, both("请写成数字", "write a number"))
            return None
        return float(value)

    def blame(self, steps: tuple[str, ...], value: object, allowed: str, fix: str) -> None:
        self.faults.append(self.document.fault((self.name, *steps), value, allowed, fix))
