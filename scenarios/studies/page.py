"""A figure as one HTML file that needs no network: plotly's script inside, no button that sends data anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, both, write_atomically

CONFIG = {"showSendToCloud": False, "displaylogo": False, "responsive": True}
FONT = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
MOST, LEAST = "#1c5d99", "#b3541e"
"""Colours of what raises and what lowers, told apart in grey too."""


def check_place(path: Path) -> None:
    """Raise BadInput now when the figure cannot be written, not after the work is done."""
    from scenarios.terminal import check_writable

    if path.suffix.lower() not in (".html", ".htm"):
        raise BadInput(Fault("--figure", None, "figure", str(path), "*.html", both("请写成 .html 文件", "name an .html file")))
    check_writable(path.parent)


def write_page(figure: Any, path: Path) -> None:
    """Write a plotly figure as a page, whole or not at all."""
    page = figure.to_html(include_plotlyjs=True, full_html=True, config=CONFIG)
    write_atomically(path, page.replace("<html>", '<html lang="zh">', 1))
