"""Reading and writing the project's text files: one safe YAML loader, and faults that say what to do.

The loader follows the core schema of YAML 1.2 and resolves scalars itself, so that `no` stays a word, `6:30:64` stays
text and `2021-07` is no date. It builds plain dicts and lists, keeps the line of every field, and runs nothing that a
file asks it to run. Whatever is wrong with a file is reported at once, as faults.
"""

from __future__ import annotations

import contextlib
import difflib
import errno
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input: where it is, what was found, what is allowed, and how to put it right."""

    file: str
    line: int | None
    field: str
    value: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        found = f" = {self.value}" if self.value else ""
        return f"{place}: {self.field}{found}; {self.allowed}; {self.fix}"

    def as_dict(self) -> dict[str, Any]:
        """The fault as the JSON of `plan check` prints it."""
        return asdict(self)


class BadInput(ValueError):
    """Input that cannot be used. `faults` lists everything that is wrong with it, not only the first thing."""

    def __init__(self, faults: Iterable[Fault] | Fault) -> None:
        self.faults: list[Fault] = [faults] if isinstance(faults, Fault) else list(faults)
        super().__init__(self.faults)  # args carry the faults across process boundaries

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def both(zh: str, en: str) -> str:
    """One sentence in the two languages of the product, 中文 first."""
    return f"{zh} / {en}"


def field_name(path: Sequence[str | int]) -> str:
    """A field's path as people write it: `("targets", 3, "id")` -> `targets[3].id`."""
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else str(step)
    return name


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one most resembles, or None when none is close."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def unknown_name(name: str, known: Iterable[str]) -> tuple[str, str]:
    """The `allowed` and `fix` of a fault about a name that nobody knows, with the nearest known name."""
    names = sorted(known)
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    near = suggestion(name, names)
    if near:
        return shown, both(f"是否指 {near}？", f"did you mean {near}?")
    return shown, both("请用所列名称之一", "use one of the names listed")


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data, and the line on which each field stands."""

    path: Path
    data: Any
    lines: dict[str, int]

    def line(self, field_path: Sequence[str | int]) -> int | None:
        """The line (from 1) of a field, or of the nearest enclosing field that is in the file."""
        steps = [str(step) for step in field_path]
        while steps:
            found = self.lines.get(pointer(steps))
            if found is not None:
                return found
            steps.pop()
        return self.lines.get("")

    def fault(self, field_path: Sequence[str | int], value: object, allowed: str, fix: str) -> Fault:
        """A fault at a field of this file."""
        line = self.line(field_path)
        return Fault(str(self.path), line, field_name(field_path), shown(value), allowed, fix)


def pointer(steps: Iterable[str | int]) -> str:
    """A field path as a JSON pointer (RFC 6901), the key of `Document.lines`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def shown(value: object, most: int = 60) -> str:
    """A value short enough for one line of a message."""
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def read_text(path: str | os.PathLike[str]) -> str:
    """The UTF-8 text of a regular file (a byte order mark is dropped). Raises `BadInput`."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            fault = _unreadable(path, "不是普通文件", "not a regular file", "请给出文件路径", "give a file's path")
            raise BadInput(fault)
        return path.read_bytes().decode("utf-8-sig")
    except BadInput:  # a ValueError too, and already said
        raise
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"0x{error.object[error.start]:02x}"
        fix = both("请另存为 UTF-8 编码", "save the file as UTF-8")
        raise BadInput(Fault(str(path), line, "encoding", found, "UTF-8", fix)) from error
    except FileNotFoundError as error:
        raise BadInput(_unreadable(path, "文件不存在", "no such file", "请检查路径", "check the path")) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        fault = _unreadable(path, "无法读取", f"cannot be read: {error}", "请检查路径与权限", "check path and rights")
        raise BadInput(fault) from error


def _unreadable(path: Path, zh: str, en: str, fix_zh: str, fix_en: str) -> Fault:
    return Fault(str(path), None, "file", "", both(zh, en), both(fix_zh, fix_en))


def read_yaml(path: str | os.PathLike[str], *, not_finite: bool = False) -> Document:
    """Read a YAML 1.2 file. `not_finite` lets `.nan` and `.inf` through. Raises `BadInput` with every fault."""
    from model import document_parser

    text = read_text(path)
    data, lines = document_parser.parse(text, str(path), not_finite=not_finite)
    return Document(Path(path), data, lines)


def write_atomically(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part. Text is written as UTF-8.

    Folders on the way are made. Raises `BadInput` when the place cannot be written or the disk is full; then nothing
    is left behind.
    """
    path = Path(path)
    raw = content.encode("utf-8") if isinstance(content, str) else content
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:
        raise BadInput(_unwritable(path, error)) from error
    finally:
        _forget(part)


def _forget(part: Path) -> None:
    with contextlib.suppress(OSError, ValueError):  # the fault that stopped the writing is the one to report
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too, where the platform can open a folder."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems cannot
            raise
    finally:
        os.close(handle)


def _unwritable(path: Path, error: Exception) -> Fault:
    fixes = {
        errno.ENOSPC: both("磁盘已满：请清理空间", "the disk is full: make room"),
        errno.EDQUOT if hasattr(errno, "EDQUOT") else -1: both("配额已满", "the quota is used up: make room"),
        errno.EISDIR: both("这是文件夹：请给出文件名", "that is a folder: give a file name"),
        errno.ENOTDIR: both("路径中有一段不是文件夹", "a part of the path is not a folder"),
    }
    other = both("请换一个可写的位置，或关闭占用它的程序", "choose a place that can be written, or close what holds it")
    fix = fixes.get(getattr(error, "errno", None) or 0, other)
    return Fault(str(path), None, "file", "", both("无法写入", f"cannot be written: {error}"), fix)
