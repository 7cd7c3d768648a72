"""Tables as files that bureaus open: CSV with a mark, or a workbook, by the name's end."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from model.documents import BadInput, Fault, both, write_atomically

ENDS = (".csv", ".xlsx")


class Sheet(NamedTuple):
    """A further table of a file: a sheet of its own in a workbook, below the first one in a CSV."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[Any]], *more: Sheet) -> bytes:
    """UTF-8 with a mark, so that Excel opens it; cells that a spreadsheet would compute are quoted as text. more: tables with rows, each
    below an empty line and its name.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    for sheet in more:
        if sheet.rows:
            writer.writerows([[], [sheet.name], sheet.head, *([harmless(cell) for cell in row] for row in sheet.rows)])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: Any) -> Any:
    """A cell that a spreadsheet takes as what it is: a number, or text that it computes nothing from."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "@") else cell


def place_of(to: str, name: str) -> Path:
    """The file that `--to` means: csv, xlsx (a file `name` in this folder), or a path that ends so. Raises BadInput."""
    path = Path(f"{name}.{to}") if to in ("csv", "xlsx") else Path(to)
    if path.suffix.lower() not in ENDS:
        fix = both("请写 csv 或 xlsx，或以其结尾的文件名", "write csv or xlsx, or a file's name that ends so")
        raise BadInput(Fault("--to", None, "to", to, ", ".join(ENDS), fix))
    return path


def write(path: Path, as_csv: Callable[[], bytes], as_workbook: Callable[[], bytes]) -> None:
    """Write a table as the name's end says."""
    write_atomically(path, as_csv() if path.suffix.lower() == ".csv" else as_workbook())
