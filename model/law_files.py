"""Reading law from files and reforms from scenarios, and saying everything that is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.dates import month_index
from model.documents import BadInput, Document, Fault, both, read_yaml, shown, unknown_name
from model.law import OTHER, PROVINCES, Entry, Reform, Rule

SCOPES = ("nation", *PROVINCES)
RULE_FIELDS = {"unit", "meaning", "range", "sourced_until", "elsewhere", *SCOPES}
MODEL_PROVINCE = "jiangsu"
"""Whose rule another province is taken to have where the nation has none."""
ENTRY_FIELDS = {"from", "value", "source", "confidence", "unsourced", "note"}
REFORM_FIELDS = {"path", "from", "to", "value"}
CONFIDENCES = ("H", "M", "L")
RANGES = {"share": (0.0, 1.0)}
"""Allowed range by unit; every other unit allows zero and above unless the rule declares its own range."""

MONTH_ALLOWED = both("形如 2021-07 的年月", "a month such as 2021-07")
MONTH_FIX = both("请写成 年-月", "write year-month")
NUMBER_FIX = both("请写成数字", "write a number")


def read_rules(folder: Path, province: str) -> dict[str, Rule]:
    """Every rule of a law folder as it stands in one province. Raises `BadInput` with the faults of all files."""
    rules: dict[str, Rule] = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            document = read_yaml(file)
        except BadInput as bad:
            faults += bad.faults
            continue
        rules |= _rules_of(document, province, faults)
    if faults:
        raise BadInput(faults)
    return rules


def _rules_of(document: Document, province: str, faults: list[Fault]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name, body in document.data.items():
        known = len(faults)
        entries = {scope: _entries(document, (name, scope), body[scope], faults) for scope in SCOPES if scope in body}
        _refuse_unknown(document, (name,), body, RULE_FIELDS, faults)
        _require(document, (name,), body, ("unit", "meaning"), faults)
        until = None
        if "sourced_until" in body:
            until = _month(document, (name, "sourced_until"), body["sourced_until"], faults)
        chosen = entries.get(province) or entries.get("nation")
        if province == OTHER and not chosen:
            chosen = elsewhere(entries.get(MODEL_PROVINCE, []), float(body.get("elsewhere", 1.0)))
        if not entries:
            fix = both("请写出数值", "give its values")
            faults.append(document.fault((name,), "", " | ".join(SCOPES), fix))
        if len(faults) > known or not chosen:
            continue
        low, high = body.get("range") or RANGES.get(body["unit"], (0.0, math.inf))
        path = f"{document.path.stem}.{name}"
        rule = Rule(path, body["unit"], body["meaning"], float(low), float(high), tuple(chosen), until)
        faults += _outside(document, name, rule)
        rules[path] = rule
    return rules


def elsewhere(entries: Sequence[Entry], times: float) -> list[Entry]:
    """What is taken to hold in a province whose rules are not at hand: the model province's values, `times` as high, unsourced."""
    source = both(f"假设：取江苏的 {times:g} 倍，请用情景的 law 改为本省的数",
                  f"assumption: {times:g} of Jiangsu's; set your province's own under `law` of a scenario")
    return [replace(entry, value=round(entry.value * times, 4), source=source, confidence="L", unsourced=True) for entry in entries]


def _outside(document: Document, name: str, rule: Rule) -> list[Fault]:
    fix = both("请核对来源", "check the source")
    allowed = f"{rule.low:g} … {rule.high:g}"
    return [
        document.fault((name,), entry.value, allowed, fix)
        for entry in rule.entries
        if not rule.low <= entry.value <= rule.high
    ]


def _entries(document: Document, at: tuple[str, str], listed: Any, faults: list[Fault]) -> list[Entry]:
    entries: list[Entry] = []
    if not isinstance(listed, list) or not listed:
        faults.append(document.fault(at, listed, both("列表", "a list"), both("请写成列表", "write a list of values")))
        return entries
    for place, body in enumerate(listed):
        where = (*at, place)
        known = len(faults)
        _refuse_unknown(document, where, body, ENTRY_FIELDS, faults)
        _require(document, where, body, ("from", "value", "source", "confidence"), faults)
        if len(faults) > known:
            continue
        since = _month(document, (*where, "from"), body["from"], faults)
        value = _number(document, (*where, "value"), body["value"], faults)
        if body["confidence"] not in CONFIDENCES:
            fix = both("请改为其一", "use one of them")
            faults.append(document.fault((*where, "confidence"), body["confidence"], " ".join(CONFIDENCES), fix))
        if since is None or value is None:
            continue
        if entries and since <= entries[-1].since:
            allowed = both("日期递增且不重复", "dates that rise, none twice")
            faults.append(document.fault((*where, "from"), body["from"], allowed, both("请改日期", "change the date")))
        marked = bool(body.get("unsourced", False))
        entries.append(Entry(since, value, body["source"], body["confidence"], marked, body.get("note", "")))
    return entries


def read_reforms(
    rules: Mapping[str, Rule], listed: Sequence[Mapping[str, Any]], file: str
) -> tuple[list[Reform], list[Fault]]:
    """Reforms from plain data, and every fault in them."""
    reforms: list[Reform] = []
    faults: list[Fault] = []
    for place, body in enumerate(listed):
        reader = _Reform(file, f"law[{place}]", body, rules)
        reform = reader.read()
        faults += reader.faults
        if reform and not reader.faults:
            reforms.append(reform)
    return reforms, faults


class _Reform:
    """One reform being read; collects its faults."""

    def __init__(self, file: str, name: str, body: Any, rules: Mapping[str, Rule]) -> None:
        self.file, self.name, self.body, self.rules = file, name, body, rules
        self.faults: list[Fault] = []

    def read(self) -> Reform | None:
        if not isinstance(self.body, Mapping):
            self._blame("", self.body, "{path, from, value, to?}", both("请写成映射", "write a mapping"))
            return None
        for unknown in sorted(set(self.body) - REFORM_FIELDS):
            self._blame(str(unknown), "", *unknown_name(str(unknown), REFORM_FIELDS))
        missing = sorted({"path", "from", "value"} - set(self.body))
        for name in missing:
            self._blame(name, "", both("必填", "required"), both("请补上", "add it"))
        if missing:
            return None
        rule = self._rule()
        since, last = self._month("from"), self._month("to") if self.body.get("to") is not None else None
        value = self._value(rule)
        if since is not None and last is not None and last < since:
            allowed = both("不早于 from", "not before `from`")
            self._blame("to", self.body["to"], allowed, both("请改日期", "change the date"))
        if rule is None or since is None or value is None:
            return None
        return Reform(rule.path, since, value, last)

    def _rule(self) -> Rule | None:
        path = str(self.body["path"])
        if path not in self.rules:
            self._blame("path", path, *unknown_name(path, self.rules))
        return self.rules.get(path)

    def _month(self, key: str) -> int | None:
        try:
            return month_index(self.body[key])
        except ValueError:
            self._blame(key, self.body[key], MONTH_ALLOWED, MONTH_FIX)
            return None

    def _value(self, rule: Rule | None) -> float | None:
        value = self.body["value"]
        low, high = (rule.low, rule.high) if rule else (-math.inf, math.inf)
        if not _is_number(value):
            self._blame("value", value, both("有限的数", "a finite number"), NUMBER_FIX)
            return None
        if not low <= value <= high:
            unit = rule.unit if rule else ""
            fix = both("请改为范围内的值（比率写成小数）", "use a value in the range (rates are fractions)")
            self._blame("value", value, f"{low:g} … {high:g} {unit}".strip(), fix)
            return None
        return float(value)

    def _blame(self, key: str, value: object, allowed: str, fix: str) -> None:
        name = f"{self.name}.{key}" if key else self.name
        self.faults.append(Fault(self.file, None, name, shown(value), allowed, fix))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _month(document: Document, where: tuple[str | int, ...], text: Any, faults: list[Fault]) -> int | None:
    try:
        return month_index(text)
    except ValueError:
        faults.append(document.fault(where, text, MONTH_ALLOWED, MONTH_FIX))
        return None


def _number(document: Document, where: tuple[str | int, ...], value: Any, faults: list[Fault]) -> float | None:
    if _is_number(value):
        return float(value)
    faults.append(document.fault(where, value, both("有限的数", "a finite number"), NUMBER_FIX))
    return None


def _refuse_unknown(
    document: Document, where: tuple[str | int, ...], body: Any, known: set[str], faults: list[Fault]
) -> None:
    if not isinstance(body, Mapping):
        faults.append(document.fault(where, body, both("映射", "a mapping"), both("请写成映射", "write a mapping")))
        return
    unknown = sorted(set(body) - known)
    faults += [document.fault((*where, name), body[name], *unknown_name(name, known)) for name in unknown]


def _require(
    document: Document, where: tuple[str | int, ...], body: Any, names: tuple[str, ...], faults: list[Fault]
) -> None:
    missing = [name for name in names if isinstance(body, Mapping) and body.get(name) in (None, "")]
    fix = both("请补上", "add it")
    faults += [document.fault((*where, name), "", both("必填", "required"), fix) for name in missing]
