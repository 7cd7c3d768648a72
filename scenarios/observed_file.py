"""Files of observed values: reading .csv and .xlsx into rows of text, and writing a template to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, both, read_text, unknown_name, write_atomically

FILE = "observed.csv"
COLUMNS = ("plan", "indicator", "area", "period", "value", "definition", "source", "status")
NEEDED = tuple(name for name in COLUMNS if name != "definition")
HINTS = ("name", "unit")
"""Columns of the template that help to fill it in; `unit` is checked when it is there."""
CHINESE = dict(zip(("规划", "指标", "地区", "时期", "数值", "口径", "来源", "状态", "名称", "单位"), (*COLUMNS, *HINTS), strict=True))
Row = dict[str, str]


def read_rows(path: Path) -> tuple[list[tuple[int, Row]], list[Fault]]:
    """(line, {column: text}) of every row that is filled in, and what is wrong with the file as such.

    Rows whose value, source and status are all empty, and rows that begin with #, are passed over.
    """
    try:
        lines = _sheet(path) if path.suffix.lower() == ".xlsx" else _lines(path)
    except BadInput as error:
        return [], error.faults
    lines = [(number, cells) for number, cells in lines if any(cells) and not cells[0].startswith("#")]
    if not lines:
        return [], [Fault(str(path), None, "file", "", ", ".join(COLUMNS), both("文件是空的，请填写", "the file is empty: fill it in"))]
    (head, names), rest = lines[0], lines[1:]
    columns = [CHINESE.get(name, name.lower()) for name in names]
    faults = _head_faults(path, head, columns)
    if faults:
        return [], faults
    faults = [_too_long(path, number, cells) for number, cells in rest if any(cells[len(columns) :])]
    rows = [(number, dict(zip(columns, (*cells, *[""] * len(columns)), strict=False))) for number, cells in rest]
    rows = [(number, {"definition": ""} | row) for number, row in rows if row["value"] or row["source"] or row["status"]]
    if not rows and not faults:
        fix = both("请至少填写一行的数值、来源和状态", "fill in value, source and status of one row at least")
        faults = [Fault(str(path), None, "value", "", both("至少一个数值", "one value or more"), fix)]
    return rows, faults


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """The cells of a CSV file by line. Raises BadInput; says so when the file looks like GBK."""
    try:
        text = read_text(path)
    except BadInput as error:
        if error.faults[0].field != "encoding":
            raise
        raise BadInput(_gbk(path, error.faults[0])) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        fix = both("请检查引号是否成对", "check that quotation marks come in pairs")
        raise BadInput(Fault(str(path), reader.line_num, "file", str(error), "CSV", fix)) from error


def _gbk(path: Path, fault: Fault) -> Fault:
    try:
        path.read_bytes().decode("gb18030")
    except UnicodeDecodeError:
        return fault
    fix = both("文件像是 GBK 编码：请在 Excel 中另存为“CSV UTF-8”", "this looks like GBK: save it from Excel as 'CSV UTF-8'")
    return Fault(str(path), fault.line, "encoding", "GBK", "UTF-8", fix)


def _sheet(path: Path) -> list[tuple[int, list[str]]]:
    """The cells of a workbook's first sheet by row. Raises BadInput."""
    try:
        openpyxl = import_module("openpyxl")
    except ImportError as error:
        fix = both("请安装 openpyxl，或另存为 CSV UTF-8", "install openpyxl, or save the sheet as CSV UTF-8")
        raise BadInput(Fault(str(path), None, "file", path.name, ".csv", fix)) from error
    try:
        with path.open("rb") as stream:
            book = openpyxl.load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
    except Exception as error:  # a broken workbook raises whatever its zip or XML raises
        fix = both("请检查文件能否在 Excel 中打开", "check that Excel can open it")
        raise BadInput(Fault(str(path), None, "file", str(error)[:100], ".xlsx", fix)) from error
    rows = book.worksheets[0].iter_rows(values_only=True) if book.worksheets else iter(())
    return [(number, [_text(cell) for cell in cells]) for number, cells in enumerate(rows, 1)]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, (datetime, date)):
        return f"{cell:%Y-%m}"
    if isinstance(cell, float):
        return f"{cell:.12g}" if abs(cell) < 1e12 else str(cell)
    return str(cell).strip()


def _head_faults(path: Path, line: int, columns: Sequence[str]) -> list[Fault]:
    known, where = (*COLUMNS, *HINTS), str(path)
    faults = [Fault(where, line, "columns", name, *unknown_name(name, known)) for name in columns if name and name not in known]
    absent, twice = [n for n in NEEDED if n not in columns], sorted({n for n in columns if n and columns.count(n) > 1})
    if absent:
        faults.append(Fault(where, line, "columns", ", ".join(absent), ", ".join(COLUMNS), both("缺少列，请补上", "missing: add them")))
    if twice:
        fix = both("列名重复，请保留一列", "named twice: keep one of each")
        faults.append(Fault(where, line, "columns", ", ".join(twice), ", ".join(COLUMNS), fix))
    return faults


def _too_long(path: Path, number: int, cells: Sequence[str]) -> Fault:
    fix = both("本行的格子多于列数；含逗号的文字请加引号", "more cells than columns: put text with a comma in quotation marks")
    return Fault(str(path), number, "row", ",".join(cells)[:60], ", ".join(COLUMNS), fix)


def template_rows(plan: Any, years: Iterable[int] | None = None) -> list[list[str]]:
    """Head and one row a target of the city and year (default: the target's own period, year by year), values empty."""
    head = [*COLUMNS, *HINTS]
    rows = [head]
    asked = list(years or ())
    for t in plan.targets:
        of_target = asked or range(plan.period[0], t.target_year + 1)
        rows += [[plan.id, t.id, "", str(year), "", t.definition or "", "", "", t.name_zh, t.unit] for year in of_target]
    of_plan = asked or range(plan.period[0], plan.period[1] + 1)
    return rows + [[plan.id, "gdp_growth", "", str(year), "", "", "", "", "地区生产总值增速", "%"] for year in of_plan]


def write_template(plan: Any, path: Path, years: Iterable[int] | None = None) -> None:
    """Write a template: CSV that Excel opens (UTF-8 with mark), or a workbook by the name's end. Raises BadInput."""
    rows = template_rows(plan, None if years is None else list(years))
    if path.suffix.lower() == ".xlsx":
        from scenarios.workbook import workbook_bytes

        return write_atomically(path, workbook_bytes("observed", rows[0], rows[1:]))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return write_atomically(path, out.getvalue().encode("utf-8-sig"))
