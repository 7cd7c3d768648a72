"""A split for people: a table with bars for the terminal, and a waterfall as a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scenarios.studies.page import FONT, LEAST, MOST
from scenarios.waterfall.splitting import GAP

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.waterfall.splitting import Split

WIDTH = 24


def title_of(split: Split) -> str:
    """What is split, in words."""
    task, area = split.aim.task, f" · {split.aim.task.area}" if split.aim.task.area else ""
    head = f"{split.context['plan']} · {task.name_zh}{area}({task.unit})"
    if split.kind == GAP:
        return f"{head}：目标 {task.target:,g} − {split.context['scenario']}"
    return f"{head}：{split.context['scenario']} − {split.context['against']}"


def as_table(split: Split) -> Table:
    """One row a part; the means add up to the total."""
    from rich.table import Table

    document, digits = split.as_json(), split.aim.task.decimals + 2
    most = max((abs(row["mean"]) for row in [*document["parts"], document["total"]]), default=0.0) or 1.0
    table = Table(title=title_of(split), title_justify="left", caption=document["method"], caption_justify="left")
    for head in ("成因 cause", "均值 mean", "标准误 s.e.", "10%–90%", ""):
        table.add_column(head, overflow="fold", justify="right" if "mean" in head or "s.e." in head else "left")
    for row in document["parts"]:
        mark = "(D 效果为假设)" if row["assumed"] else ""
        table.add_row(f"{row['name_zh']} {row['name_en']}{mark}", *_cells(row, digits, most))
    table.add_section()
    table.add_row("合计 total", *_cells(document["total"], digits, most))
    return table


def _cells(row: dict[str, Any], digits: int, most: float) -> tuple[str, str, str, str]:
    bar = ("+" if row["mean"] >= 0 else "−") * max(1, round(WIDTH * abs(row["mean"]) / most)) if row["mean"] else ""
    band = f"{row['p10']:+,.{digits}f} … {row['p90']:+,.{digits}f}"
    return f"{row['mean']:+,.{digits}f}", f"{row['standard_error']:,.{digits}f}", band, bar


def as_figure(splits: Sequence[Split]) -> Any:
    """A waterfall for each split, one under another."""
    from plotly.graph_objects import Waterfall
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=len(splits), cols=1, subplot_titles=[title_of(one) for one in splits],
                           vertical_spacing=0.5 / max(2 * len(splits), 1))
    for number, split in enumerate(splits, 1):
        document = split.as_json()
        names = [row["name_zh"] for row in document["parts"]]
        values = [row["mean"] for row in document["parts"]]
        errors = [row["standard_error"] for row in document["parts"]]
        figure.add_trace(
            Waterfall(x=[*names, "合计"], y=[*values, document["total"]["mean"]], measure=["relative"] * len(values) + ["total"],
                      increasing={"marker": {"color": MOST}}, decreasing={"marker": {"color": LEAST}}, totals={"marker": {"color": "#555"}},
                      customdata=[*errors, document["total"]["standard_error"]], showlegend=False,
                      hovertemplate="%{x}: %{y:.4g} (± %{customdata:.2g})<extra></extra>"),
            row=number, col=1)
    figure.update_layout(height=120 + 380 * len(splits), font={"family": FONT}, template="plotly_white")
    return figure
