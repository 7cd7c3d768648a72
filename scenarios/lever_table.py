"""The levers of a plan as a table for the terminal: what `levers --json` holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

HEADS = (
    "id",
    "名称 name",
    "单位 unit",
    "范围 range",
    "基期 baseline",
    "规划 as planned",
    "成本·出资 cost",
    "证据 evidence",
)
CAPTION = (
    "证据 evidence: A 本市数据识别 identified here · B 国内准实验 quasi-experiment in China · "
    "C 国外或荟萃 abroad or meta-analysis · D 效果为假设 effect assumed"
)


def levers_as_table(answer: Mapping[str, Any]) -> Table:
    """The table of `levers_of(plan)`; levers whose effect is an assumption say so."""
    table = Table(
        *HEADS,
        title=f"{answer['plan']} 政策杠杆 Levers",
        title_justify="left",
        caption=CAPTION,
        caption_justify="left",
        show_lines=True,
    )
    for lever in answer["levers"]:
        cost = lever["cost"]
        price = "未见公布 unknown" if cost["yuan"] is None else f"{number(cost['yuan'])} 元/{cost['per']}"
        table.add_row(
            lever["id"],
            f"{lever['name_zh']}\n{lever['name_en']}",
            lever["unit"],
            " … ".join(number(end) for end in lever["range"]),
            in_words(lever["baseline"]),
            in_words(lever["as_planned"]),
            f"{price}\n{cost['payer']}",
            "D 假设 assumed" if lever["evidence"] == "D" else lever["evidence"],
        )
    return table


def number(value: object) -> str:
    """A number as people write it, thousands separated."""
    return f"{value:,.10g}" if isinstance(value, (int, float)) else str(value)


def in_words(value: object) -> str:
    """A lever value in a few words: a number, years with their values, or steps, one a line."""
    if isinstance(value, Mapping) and "value" in value:
        return f"{value.get('from', '')}…{value.get('to', '')} {number(value['value'])}"
    if isinstance(value, Mapping):
        return "\n".join(f"{key} {in_words(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return "\n".join(in_words(item) for item in value)
    return number(value)
