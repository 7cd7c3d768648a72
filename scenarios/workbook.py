"""A table as a workbook: one sheet with a head that stays in view, columns as wide as their texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from model.documents import BadInput, Fault, both
from scenarios.exports import Sheet

WIDEST = 60


def workbook_bytes(
    sheet: str, head: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None, *more: Sheet
) -> bytes:
    """The bytes of an .xlsx: `title` above the head if there is one; text stays text, whatever it begins with; more: further sheets.

    Raises BadInput when the writer of workbooks is not installed.
    """
    try:
        xlsxwriter = import_module("xlsxwriter")
    except ImportError as error:
        fix = both("请安装 xlsxwriter，或改用 .csv", "install xlsxwriter, or write a .csv")
        raise BadInput(Fault(".xlsx", None, "--to", "xlsx", "csv", fix)) from error
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})  # the same table is the same bytes
    bold, wrap = book.add_format({"bold": True, "text_wrap": True, "border": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    large = book.add_format({"bold": True, "font_size": 14})
    _fill(book.add_worksheet(sheet), head, rows, title, (bold, wrap, large))
    for one in more:
        if one.rows:
            _fill(book.add_worksheet(one.name), one.head, one.rows, None, (bold, wrap, large))
    book.close()
    return out.getvalue()


def _fill(page: Any, head: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None, formats: tuple[Any, Any, Any]) -> None:
    """Write one sheet. formats: of the head, of cells, of the title."""
    bold, wrap, large = formats
    first = 0
    if title:
        page.write_string(0, 0, title, large)
        first = 1
    page.write_row(first, 0, list(head), bold)
    for line, row in enumerate(rows, first + 1):
        page.write_row(line, 0, ["" if cell is None else cell for cell in row], wrap)
    for column, name in enumerate(head):
        longest = max((_width(str(row[column])) for row in rows if row[column] is not None), default=0)
        page.set_column(column, column, min(WIDEST, max(_width(name), longest) + 2))
    page.freeze_panes(first + 1, 0)


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
