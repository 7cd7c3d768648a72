"""Schema errors as faults: line, field, what was found, what is allowed, and how to put it right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from model.documents import Document, Fault, both, shown, unknown_name

TYPES = {
    "float": "一个数 / a number",
    "int": "一个整数 / an integer",
    "string": "一段文字 / a text",
    "bool": "true | false",
    "tuple": "一个列表 [ … ] / a list [ … ]",
    "dict": "名称: 值 / a mapping, name: value",
    "model": "名称: 值 / a mapping, name: value",
}
LIMITS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def schema_faults(document: Document, record: type[BaseModel]) -> list[Fault]:
    """Everything in the file that the record's schema refuses; empty when it is well formed."""
    try:
        record.model_validate(document.data)
    except ValidationError as refused:
        return [_fault(document, record, dict(error)) for error in refused.errors(include_url=False)]
    return []


def _fault(document: Document, record: type[BaseModel], error: dict[str, Any]) -> Fault:
    kind = str(error["type"])
    path = _path_in_file(document.data, error["loc"], keep_last=kind == "missing")
    found = "" if kind == "missing" else error["input"]
    allowed, fix = _advice(kind, error, path, record)
    return document.fault(path, _brief(found), allowed, fix)


def _brief(found: object) -> object:
    return found if isinstance(found, str | int | float) else "" if found is None else shown(found, 40)


def _path_in_file(data: Any, steps: tuple[str | int, ...], *, keep_last: bool) -> tuple[str | int, ...]:
    """The error's place as a path in the file; steps that only exist in the schema are dropped."""
    path: list[str | int] = []
    for step in steps:
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            path.append(step)
            data = data[step]  # type: ignore[index]
    if keep_last and (not path or path[-1] != steps[-1]):
        path.append(steps[-1])
    return tuple(path)


def _advice(kind: str, error: dict[str, Any], path: tuple[str | int, ...], record: type[BaseModel]) -> tuple[str, str]:
    limits = error.get("ctx", {})
    if kind == "missing":
        return "必填 / required", both(
            f"请补上 {path[-1]}: …（未知则写 null）", f"add `{path[-1]}: …` (null when unknown)"
        )
    if kind == "extra_forbidden":
        if error["input"] is None and not str(path[-1]).isascii():  # a comma in { … } cut a text in two
            return (
                "已知字段 / a known field",
                "{ } 内含逗号的文字请加引号 / put a text with a comma inside { } in quotes",
            )
        return unknown_name(str(path[-1]), _fields_at(record, path[:-1]))
    if kind == "literal_error":
        words = [word.strip("'") for word in str(limits["expected"]).replace(" or ", ", ").split(", ")]
        return " | ".join(words), unknown_name(str(error["input"]), words)[1]
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        limit = " ".join(f"{LIMITS[name]} {value:g}" for name, value in limits.items() if name in LIMITS)
        return limit, "请检查数值与单位 / check the number and its unit"
    if kind == "finite_number":
        return "有限的数 / a finite number", "请写出数值，未知则写 null / write the number, or null when unknown"
    if kind == "string_pattern_mismatch":
        return f"pattern {limits['pattern']}", "请按此格式书写 / write it in this form"
    if kind == "string_too_short":
        return "非空文字 / a text that is not empty", "请填写 / fill it in"
    return _type_advice(kind, str(error["msg"]))


def _type_advice(kind: str, message: str) -> tuple[str, str]:
    stem = kind.split("_")[0]
    allowed = TYPES.get(stem, message)
    if stem == "string":
        return allowed, both("请加引号", 'put it in quotes: "…"')
    if stem in ("float", "int"):
        return allowed, "请写数字，不加引号与单位 / write digits, without quotes or unit"
    return allowed, "请按模板改写 / write it as in the template"


def _fields_at(record: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Field names (as written in files) of the record at a path."""
    for step in path:
        if isinstance(step, int):
            continue
        field = next((f for name, f in record.model_fields.items() if step in (name, f.alias)), None)
        inner = None if field is None else next(_records_in(field.annotation), None)
        if inner is None:
            return []
        record = inner
    return [field.alias or name for name, field in record.model_fields.items()]


def _records_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _records_in(part)
