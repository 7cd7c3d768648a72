"""The fit as a table for the terminal: each base-year figure before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

HEADS = ("基期指标 figure", "数据 status", "基期值 value", "校准前 before", "校准后 after (p10…p90)", "中位误差 miss", "截距 intercept",
         "截距中位 fitted (p10…p90)")  # fmt: skip


def fit_as_table(certificate: Mapping[str, Any]) -> Table:
    """One line a figure; a miss beyond the tolerance is marked by an exclamation mark and red."""
    draws = certificate["draws"]
    title = (f"{certificate['plan']} {certificate['baseline_year']} 基期拟合 base-year fit · "
             f"保留 kept {draws['kept']} / {draws['tried']} · 1:{certificate['scale']}")  # fmt: skip
    table = Table(*HEADS, title=title, title_justify="left", caption=_caption(certificate), caption_justify="left")
    intercepts = {one["parameter"]: one for one in certificate["intercepts"]}
    for row in certificate["figures"]:
        one = intercepts.get(row["intercept"])
        missed = row["miss"]["p50"] is None or row["miss"]["p50"] > row["tolerance"]
        table.add_row(
            f"{row['name_zh']}\n{row['name_en']}", row["status"], f"{number(row['value'])} {row['unit']}",
            number(row["uncorrected"]["p50"]), _band(row["fitted"]), _percent(row["miss"]["p50"]) + (" !" if missed else ""),
            row["intercept"] or "起点成立 held", _band(one["fitted"]) if one else "", style="red" if missed else "",
        )  # fmt: skip
    return table


def _caption(certificate: Mapping[str, Any]) -> str:
    lines = [certificate["tolerances"]["rule"], *(f"! {miss}" for miss in certificate["misses"])]
    lines += [f"· {one['text']} ({one['draws']}/{one['of']})" for one in certificate["findings"]]
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _band(values: Mapping[str, float | None]) -> str:
    return f"{number(values['p50'])} ({number(values['p10'])}…{number(values['p90'])})"


def number(value: float | None) -> str:
    """A figure as people read it: whole with thousands separated, or three digits."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
