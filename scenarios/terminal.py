"""The terminal: answers on stdout, progress and warnings on stderr (a bar on a terminal, plain lines elsewhere)."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from model.documents import BadInput, Fault, both


def print_json(answer: object) -> None:
    """One JSON document on stdout, UTF-8, names as they are."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2) + "\n")


def print_table(table: object) -> None:
    """A rich table on stdout: as wide as the terminal, or wide enough for its columns when written to a file."""
    from rich.console import Console

    console = Console()
    (console if console.is_terminal else Console(width=200)).print(table)


def say(*lines: str) -> None:
    """Lines on stderr."""
    for line in lines:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def show_faults(faults: list[Fault]) -> None:
    """Faults on stderr, one line each, under their number."""
    say(
        f"{len(faults)} 处错误 / {len(faults)} fault{'s' if len(faults) != 1 else ''}:",
        *(f"  {fault}" for fault in faults),
    )


def faults_as_json(faults: list[Fault]) -> dict[str, Any]:
    """{ok, faults: [...]}, the answer of the checking commands."""
    return {"ok": not faults, "faults": [fault.as_dict() for fault in faults]}


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A function (done, total, words) that shows how far the work is."""
    if sys.stderr.isatty():
        with _bar(title) as advance:
            yield advance
    else:
        yield _lines(title)


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int, str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int, words: str) -> None:
            bar.update(task, completed=done, total=total)
            if words:
                bar.console.print(words, style="yellow", markup=False)

        yield advance


def _lines(title: str) -> Callable[[int, int, str], None]:
    """A line at the start, at each tenth with the time that is left, and for every message."""
    last, begun = [-1], [monotonic(), -1.0]

    def advance(done: int, total: int, words: str) -> None:
        tenth = 10 * done // max(total, 1)
        if words or tenth != last[0]:
            last[0] = tenth
            say(f"{title}: {done}/{total}{_left(begun, done, total)}{f' {words}' if words else ''}")

    return advance


def _left(begun: list[float], done: int, total: int) -> str:
    """The time that is left, by the pace so far, once there is one. begun: when, and with how much done at first."""
    if begun[1] < 0:
        begun[1] = done
    if not begun[1] < done < total:
        return ""
    seconds = (monotonic() - begun[0]) / (done - begun[1]) * (total - done)
    return f" (ETA {int(seconds // 60)}:{int(seconds % 60):02d})"


def check_writable(folder: Path) -> None:
    """Raise BadInput now when a folder cannot be written to, not after the work is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BadInput(
            Fault(
                str(folder),
                None,
                "--out",
                str(folder),
                both("可写的文件夹", f"a folder that can be written ({error})"),
                both("请换一个文件夹", "choose another folder"),
            )
        ) from error
