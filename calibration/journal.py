"""The journal of a calibration: one line a finished draw, so that an interrupted one goes on where it stopped.

Its name is a digest of all that a fit depends on; lines of another model, baseline, seed or scale are never taken up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from calibration.fit import Fit, fit_from
from model.documents import BadInput, Fault, both
from scenarios.home import home


class Keep(Protocol):
    """A function that enters a fit."""

    def __call__(self, fit: Fit) -> None: ...


def place(key: str) -> Path:
    """Where the journal of this key lies."""
    return home() / "calibration" / f"{key[:32]}.jsonl"


def read(path: Path) -> dict[int, Fit]:
    """The fits in a journal by draw; a line that was cut off by an interruption is passed over. Failed draws are tried again."""
    found: dict[int, Fit] = {}
    if not path.is_file():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            fit = fit_from(json.loads(line))
        except (ValueError, TypeError, KeyError):
            continue
        if fit.error is None:
            found[fit.draw] = fit
    return found


@contextmanager
def writing(path: Path, *, resume: bool) -> Iterator[Keep]:
    """Enter fits in a journal, begun anew unless `resume`. Raises BadInput when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a" if resume else "w", encoding="utf-8", newline="\n")
    except OSError as error:
        fix = both("请把 RENSHE_HOME 设为可写的文件夹", "set RENSHE_HOME to a folder you can write")
        raise BadInput(Fault(str(path), None, "RENSHE_HOME", str(home()), both("可写", f"writable ({error})"), fix)) from error
    with stream:
        if resume:
            stream.write("\n")  # ends a line that was cut off
        yield lambda fit: _enter(stream, fit)


def _enter(stream: IO[str], fit: Fit) -> None:
    stream.write(json.dumps(fit.as_dict(), ensure_ascii=False) + "\n")
    stream.flush()


def forget(path: Path) -> None:
    """Drop a journal whose artefact has been written."""
    path.unlink(missing_ok=True)
