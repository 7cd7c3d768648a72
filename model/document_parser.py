"""From YAML text to plain data, by the core schema of YAML 1.2 and nothing beyond it.

ruamel.yaml supplies the syntax (its event stream); what a scalar means is decided here. What a planner's file never
needs is refused with a fault: tags, anchors and aliases, several documents in a file, keys that are no names.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, both, field_name, pointer, shown

DEEPEST = 64
"""Nesting beyond this is a mistake or an attack; the product's own files need less than ten levels."""

REMEMBER_FROM = 300
"""Characters from which a parsed text is worth remembering (about 1 ms of parsing; there are many short files)."""

NULL = re.compile(r"(?:~|null|Null|NULL|)")
BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)")
INTEGER = re.compile(r"[-+]?[0-9]+")
OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
CORE_TAGS = {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


def parse(text: str, file: str, *, not_finite: bool = False) -> tuple[Any, dict[str, int]]:
    """Plain data and the line of every field (keys are JSON pointers). Raises `BadInput` with every fault.

    Parsing is slow (about 0.4 MB/s) and plans are long, so the result for a text is remembered under its hash in the
    cache folder; forgetting it costs time only.
    """
    memory = _memory(text, not_finite) if len(text) >= REMEMBER_FROM else None
    remembered = _recall(memory) if memory else None
    if remembered is not None:
        return remembered
    builder = Builder(file, not_finite)
    data = builder.build(text)
    if builder.faults:
        raise BadInput(builder.faults)
    if memory:
        _remember(memory, data, builder.lines)
    return data, builder.lines


class Builder:
    """Builds plain data from YAML events, collecting lines and faults on the way."""

    def __init__(self, file: str, not_finite: bool) -> None:
        self.file = file
        self.not_finite = not_finite
        self.lines: dict[str, int] = {}
        self.faults: list[Fault] = []

    def build(self, text: str) -> Any:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            self.events = iter(YAML(typ="safe", pure=True).parse(text))
            return self._document()
        except TooDeep as deep:
            allowed = both(f"最多 {DEEPEST} 层", f"at most {DEEPEST} levels")
            self._blame(deep.line, (), "", allowed, "请减少嵌套", "nest less")
        except YAMLError as error:
            self._blame_syntax(error)
        return None

    def _document(self) -> Any:
        next(self.events)  # stream start
        started = next(self.events)
        if type(started).__name__ == "StreamEndEvent":
            return self._blame(1, (), "", "YAML", "文件是空的：请填写内容", "the file is empty: fill it in")
        first = next(self.events)
        data = self._node(first, ())
        if not isinstance(data, dict | list) and not self.faults:
            text = "" if data is None else shown(data)
            allowed = both("映射或列表", "a mapping or a list")
            self._blame(1, (), text, allowed, "请写成“名称: 值”", "write `name: value`")
        next(self.events)  # document end
        after = next(self.events)
        if type(after).__name__ != "StreamEndEvent":
            line = after.start_mark.line + 1
            self._blame(line, (), "---", both("一个文档", "one document"), "请拆成几个文件", "split the file")
        return data

    def _node(self, event: Any, path: tuple[str | int, ...]) -> Any:
        line = event.start_mark.line + 1
        self.lines.setdefault(pointer(path), line)
        kind = type(event).__name__
        if len(path) > DEEPEST:
            raise TooDeep(line)
        self._refuse_extras(event, kind, path, line)
        if kind == "MappingStartEvent":
            return self._mapping(path)
        if kind == "SequenceStartEvent":
            return self._sequence(path)
        return self._scalar(event, path, line) if kind == "ScalarEvent" else None

    def _refuse_extras(self, event: Any, kind: str, path: tuple[str | int, ...], line: int) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in CORE_TAGS:
            allowed = both("只有数据，没有标签", "data only, no tags")
            self._blame(line, path, str(tag), allowed, "请删去标签", "remove the tag")
        if kind == "AliasEvent" or event.anchor is not None:
            allowed = both("不用锚点与别名", "no anchors or aliases")
            self._blame(line, path, f"*{event.anchor}", allowed, "请把内容写全", "write the content out")

    def _mapping(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        built: dict[str, Any] = {}
        first_lines: dict[str, int] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            line = event.start_mark.line + 1
            key = self._key(event, path, line)
            here = (*path, key)
            if key in built:
                allowed = both(f"已在第 {first_lines[key]} 行", f"already on line {first_lines[key]}")
                self._blame(line, here, "", allowed, "请删去重复的键", "remove the duplicate key")
            first_lines.setdefault(key, line)
            self.lines.setdefault(pointer(here), line)
            value = self._node(next(self.events), here)
            built.setdefault(key, value)
        return built

    def _key(self, event: Any, path: tuple[str | int, ...], line: int) -> str:
        kind = type(event).__name__
        self._refuse_extras(event, kind, path, line)
        allowed = both("名称或整数", "a name or an integer")
        if kind != "ScalarEvent":
            self._node(event, (*path, "?"))
            self._blame(line, path, "?", allowed, "请用简单的键", "use a simple key")
            return "?"
        text = str(event.value)
        if _is_plain(event) and not _is_name_or_integer(text):
            self._blame(line, (*path, text), text, allowed, "请给键加引号", "put the key in quotes")
        return text

    def _sequence(self, path: tuple[str | int, ...]) -> list[Any]:
        built: list[Any] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            built.append(self._node(event, (*path, len(built))))
        return built

    def _scalar(self, event: Any, path: tuple[str | int, ...], line: int) -> Any:
        text = str(event.value)
        if not _is_plain(event):
            return text
        value = meaning(text)
        if isinstance(value, float) and not math.isfinite(value) and not self.not_finite:
            allowed = both("有限的数", "a finite number")
            self._blame(line, path, text, allowed, "请写数值，未知写 null", "write the number, null when unknown")
        elif isinstance(value, int) and abs(value) >= 2**63:
            allowed = both("64 位以内的整数", "an integer within 64 bits")
            self._blame(line, path, text, allowed, "请检查位数", "check the digits")
        return value

    def _blame(self, line: int | None, path: tuple[str | int, ...], value: str, allowed: str, zh: str, en: str) -> None:
        self.faults.append(Fault(self.file, line, field_name(path) or "file", shown(value), allowed, both(zh, en)))

    def _blame_syntax(self, error: Exception) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else None
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        allowed = both("YAML 1.2 语法", f"YAML 1.2 syntax: {problem}")
        self._blame(line, (), "", allowed, "请检查缩进、冒号与引号", "check indentation, colons and quotes")


class TooDeep(Exception):
    """Nesting that no honest file has."""

    def __init__(self, line: int) -> None:
        self.line = line


def meaning(text: str) -> Any:
    """What a plain scalar means in the core schema of YAML 1.2: null, boolean, integer, float, else text."""
    if NULL.fullmatch(text):
        return None
    if BOOLEAN.fullmatch(text):
        return text[0] in "tT"
    if INTEGER.fullmatch(text):
        return int(text) if len(text) < 40 else 2**63  # too long for any use: refused by its size
    if OTHER_BASE.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16) if len(text) < 40 else 2**63
    if FLOAT.fullmatch(text):
        return float(text)
    if NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _is_plain(event: Any) -> bool:
    """Unquoted and untagged: only then is a scalar anything but text."""
    return event.style is None and event.tag is None


def _is_name_or_integer(text: str) -> bool:
    return INTEGER.fullmatch(text) is not None or isinstance(meaning(text), str)


def _memory(text: str, not_finite: bool) -> Path | None:
    """Where the parsed form of a text is kept: named by the text and by this file's own content."""
    from model.kernel_cache import cache_folder

    folder = cache_folder()
    if folder is None:
        return None
    recipe = Path(__file__).read_bytes() + bytes([not_finite]) + text.encode("utf-8", "surrogatepass")
    return folder / "documents" / f"{hashlib.blake2b(recipe, digest_size=16).hexdigest()}.json"


def _recall(memory: Path) -> tuple[Any, dict[str, int]] | None:
    try:
        data, lines = json.loads(memory.read_bytes())
        return data, lines
    except (OSError, ValueError, TypeError):
        return None


def _remember(memory: Path, data: Any, lines: dict[str, int]) -> None:
    part = memory.with_suffix(f".{os.getpid()}.part")
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(json.dumps([data, lines], ensure_ascii=False).encode("utf-8"))
        part.replace(memory)
    except (OSError, ValueError):
        with suppress(OSError):  # a cache that cannot be written is no fault of the file's
            part.unlink(missing_ok=True)
