"""A goal for people: the setting and what it costs, or why there is none; the frontier as a table and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.goals.reasons import left_out_words
from scenarios.studies.page import FONT, MOST
from scenarios.verdicts.probability import called, percent_words

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.goals.seeking import Goal

WAN = 1e4


def lines(found: Goal) -> list[str]:
    """The answer in a few lines, both languages."""
    out = []
    word = called(str(found.context["parameters"])), called(str(found.context["parameters"]), "en")
    for aim, one in zip(found.emulator.aims, found.confirmed, strict=True):
        area = f" · {aim.task.area}" if aim.task.area else ""
        low, high = percent_words(one.fresh.low), percent_words(one.fresh.high)
        out.append(f"{aim.task.name_zh}{area} {aim.task.target:,g} {aim.task.unit}：{word[0]} {percent_words(one.fresh.value)} "
                   f"({one.fresh.met}/{one.fresh.n}，95 % {low} … {high}) / {word[1]}, fresh runs")
    if found.reasons is not None:
        zh, en = found.reasons.words_zh, found.reasons.words_en
        return ["无法达到 / not feasible", *out, *(f"  {a} / {b}" for a, b in zip(zh, en, strict=True))]
    return ["可行 / feasible", *out, *left_out_words(found.purse)]


def as_table(found: Goal) -> Table:
    """Lever by lever: from where to where, and what it costs on top of permanent policy."""
    from rich.table import Table

    cost = found.as_json()["cost"]
    by = f"{cost['extra_yuan'] / WAN:,.0f} 万元" if cost["compared_by"] == "yuan" else f"用力 effort {cost['effort']:.2f}(部分杠杆无价格)"
    title = f"{found.context['plan']} · P ≥ {percent_words(found.probability)} · 较现行政策增加 extra: {by}"
    table = Table(title=title, title_justify="left")
    for head in ("杠杆 lever", "现行 rest", "设定 setting", "单位 unit", "增加(万元) extra", "出资 payer", "证据 evidence"):
        table.add_column(head, overflow="fold")
    for row in found.as_json()["levers"]:
        extra = "未知 unknown" if row["extra_yuan"] is None else f"{row['extra_yuan'] / WAN:+,.0f}"
        moved = row["value"] != row["rest"]
        grade = "D 效果为假设" if row["evidence"] == "D" else str(row["evidence"])
        table.add_row(f"{row['name_zh']} {row['id']}", f"{row['rest']:,g}", f"{row['value']:,g}" if moved else "不变 same", row["unit"],
                      extra if moved else "", row["payer"], grade)
    return table


def frontier_table(found: Goal) -> Table:
    """The cheapest setting for each probability, by the emulator."""
    from rich.table import Table

    table = Table(title="成本与频率 cost against frequency(仿真器 emulator)", title_justify="left")
    for head in ("P ≥", "增加(万元) extra", *(one.id for one in found.purse.levers)):
        table.add_column(head, overflow="fold")
    for row in found.as_json()["frontier"]:
        amount = f"{row['extra_yuan'] / WAN:+,.0f}" if row["compared_by"] == "yuan" else f"effort {row['effort']:.2f}"
        table.add_row(percent_words(row["probability"]), amount, *(f"{value:,.4g}" for value in row["levers"].values()))
    return table


def as_figure(found: Goal) -> Any:
    """The frontier, with the confirmed setting and its 95 % interval."""
    from plotly.graph_objects import Figure, Scatter

    document = found.as_json()
    by = document["cost"]["compared_by"]
    key, words = ("extra_yuan", "较现行政策增加(万元)") if by == "yuan" else ("effort", "用力程度")
    unit = WAN if by == "yuan" else 1.0
    worst = min(document["indicators"], key=lambda one: one["confirmed"]["probability"])["confirmed"]
    figure = Figure()
    figure.add_trace(Scatter(x=[row[key] / unit for row in document["frontier"]], y=[row["probability"] for row in document["frontier"]],
                             mode="lines+markers", name="仿真器 emulator", line={"color": MOST}))
    error = {"type": "data", "symmetric": False, "array": [worst["interval95"][1] - worst["probability"]],
             "arrayminus": [worst["probability"] - worst["interval95"][0]]}
    figure.add_trace(Scatter(x=[document["cost"][key] / unit], y=[worst["probability"]], error_y=error, mode="markers",
                             name="重新运行 fresh runs", marker={"symbol": "diamond", "size": 12, "color": "#333"}))
    height = {"title": {"text": "达标频率 frequency"}, "range": [0, 1], "tickformat": ".0%"}
    figure.update_layout(xaxis={"title": {"text": words}}, yaxis=height, font={"family": FONT}, template="plotly_white", height=520)
    return figure
