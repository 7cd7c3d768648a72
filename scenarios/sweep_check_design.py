"""What may be wrong with the design of a sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, both, unknown_name
from scenarios.lever_value import Place, steps_of
from scenarios.levers import levers
from scenarios.sweep_design import KINDS, RANGED, read_rows

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

Found = tuple[tuple[str | int, ...], object, str, str]
MOST_POINTS = 1 << 20


def design_faults(given: Mapping[str, Any], plans: Sequence[Plan], base: Path) -> Iterator[Found]:
    """Every fault of a design as plain data: field path, value, what is allowed, the fix. base: the folder of `file`."""
    kind = given.get("kind", "grid")
    if kind not in KINDS:
        yield ("kind",), kind, *unknown_name(str(kind), KINDS)
    elif kind == "table":
        yield from _table(given, plans, base)
    else:
        yield from _varied(given, kind, plans)


def _varied(given: Mapping[str, Any], kind: str, plans: Sequence[Plan]) -> Iterator[Found]:
    sizes: dict[str, int] = {}
    for part in ("levers", "uncertainties"):
        named = given.get(part) or {}
        if not isinstance(named, Mapping):
            yield (part,), named, "{name: [values]}", both("请写成“名称: [值]”", "write name: [values]")
            continue
        for name, values in named.items():
            where = (part, str(name))
            yield from _name(where, str(name), part)
            if kind in RANGED:
                yield from _range(where, values, plans)
            elif not isinstance(values, Sequence) or isinstance(values, str) or not values:
                yield where, values, "[value, …]", both("请列出至少一个值", "list one value or more")
            else:
                sizes[str(name)] = len(values)
                for i, value in enumerate(values):
                    yield from setting((*where, i), str(name), value, plans)
    if kind == "zip" and len(set(sizes.values())) > 1:
        found = ", ".join(f"{name}: {size}" for name, size in sizes.items())
        yield (), found, both("长度相同", "lists of one length"), both("请补齐各列表", "make the lists equally long")
    if kind in RANGED:
        yield from _points(given)
    elif "points" in given:
        yield ("points",), given["points"], "lhs, sobol", both("此设计不用 points", "leave points out of this design")
    for key in ("rows", "file"):
        if key in given:
            yield (key,), given[key], "table", both("仅 table 使用", "only a table has it: kind: table")


def _points(given: Mapping[str, Any]) -> Iterator[Found]:
    points = given.get("points")
    if isinstance(points, bool) or not isinstance(points, int) or not 0 < points <= MOST_POINTS:
        yield ("points",), points, f"1 … {MOST_POINTS}", both("请填写点数", "write how many points")
    if not (given.get("levers") or given.get("uncertainties")):
        yield ("levers",), None, "{name: [low, high]}", both("请给出变动范围", "name what is varied, with its range")


def _name(where: tuple[str | int, ...], name: str, part: str) -> Iterator[Found]:
    known: Mapping[str, Any] = levers() if part == "levers" else _uncertain()
    if name not in known:
        yield where, name, *unknown_name(name, known)


def _range(where: tuple[str | int, ...], values: object, plans: Sequence[Plan]) -> Iterator[Found]:
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) != 2 or not all(map(is_number, values)):
        yield where, values, "[low, high]", both("请写 [低, 高]", "write [low, high]")
    elif not values[0] < values[1]:
        yield where, values, "low < high", both("低值须小于高值", "put the lower value first")
    else:
        for i, value in enumerate(values):
            yield from setting((*where, i), str(where[-1]), value, plans)


def is_number(value: object) -> bool:
    """True for a finite number that is not a truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def setting(where: tuple[str | int, ...], name: str, value: object, plans: Sequence[Plan]) -> Iterator[Found]:
    """What is wrong with one setting of a lever (in any of the plans) or of an uncertain parameter."""
    if lever := levers().get(name):
        objections = {o.field: o for plan in plans for o in steps_of(value, Place.of(plan), lever.low, lever.high, lever.unit)[1]}
        for one in objections.values():
            yield (*where, *filter(None, one.field.split("."))), one.value, one.allowed, one.fix
    elif (parameter := _uncertain().get(name)) and not (is_number(value) and parameter.low <= value <= parameter.high):
        allowed = f"{parameter.low:g} … {parameter.high:g} {parameter.unit}"
        yield where, value, allowed, both("请填写声明区间内的数字", "write a number of the declared range")


def _uncertain() -> Mapping[str, Any]:
    """The parameters that are uncertain, by name."""
    from model.parameters import declared_parameters
    from scenarios.draws import DRAWN

    return {name: one for name, one in declared_parameters().items() if one.role in DRAWN and one.low < one.high}


def _table(given: Mapping[str, Any], plans: Sequence[Plan], base: Path) -> Iterator[Found]:
    rows, file = given.get("rows"), given.get("file")
    if "points" in given:
        yield ("points",), given["points"], "lhs, sobol", both("表格不用 points", "leave points out of a table")
    if isinstance(file, str):
        try:
            read_rows(base / file)
        except BadInput as error:
            yield ("file",), file, error.faults[0].allowed, error.faults[0].fix
            return
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        yield ("rows",), rows, "[{name: value, …}, …]", both("请写 rows 或 file", "write rows, or name a file")
        return
    first = set(rows[0]) if isinstance(rows[0], Mapping) else set()
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping) or set(row) != first:
            yield ("rows", i), row, ", ".join(sorted(first)), both("各行须有相同的列", "every row needs the same columns")
            continue
        for name, value in row.items():
            if name not in levers() and name not in _uncertain():
                yield ("rows", i, name), name, *unknown_name(str(name), [*levers(), *_uncertain()])
            else:
                yield from setting(("rows", i, name), str(name), value, plans)
