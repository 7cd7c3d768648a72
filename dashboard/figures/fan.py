"""A fan: the simulated band and median of one series, beside the plan's annual line, the base year and the target."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.style import BAND, MEDIAN, MUTED, PLAN, TARGET, quiet
from dashboard.words import Lang, number, say

_NO_LINE = pd.DataFrame({"year": pd.Series(dtype=int), "value": pd.Series(dtype=float)})


@dataclass(frozen=True)
class Goal:
    """Where the plan wants to be: value in the plan's unit, by the end of a year; op as in the plan (ge, le …)."""

    year: int
    value: float
    op: str = "ge"


def fan_figure(
    band: pd.DataFrame,
    line: pd.DataFrame = _NO_LINE,
    *,
    goal: Goal | None = None,
    base: tuple[int, float] | None = None,
    unit: str = "",
    decimals: int = 0,
    lang: Lang = "zh",
    from_zero: bool = False,
    small: bool = False,
) -> go.Figure:
    """Draw one fan.

    band: columns year, p10, p50, p90 in the plan's unit (may be empty); line: columns year, value (may be empty);
    base: (year, value) of the base year; from_zero: start the axis at nought (sums and flows).
    """
    figure = go.Figure()
    _add_band(figure, band, unit, decimals, lang)
    _add_line(figure, line, unit, decimals, lang)
    if base is not None:
        _add_base(figure, base, unit, decimals, lang)
    if goal is not None:
        _add_goal(figure, goal, unit, decimals, lang, labelled=not small)
    years = [*band["year"], *line["year"], *([base[0]] if base else []), *([goal.year] if goal else [])]
    first, last = (int(min(years)), int(max(years))) if years else (2021, 2025)
    quiet(figure, first, last, small=small, unit=unit)
    figure.update_yaxes(tickformat=_tick_format(decimals, band, line, goal, from_zero), rangemode="tozero" if from_zero else "normal")
    return figure


def _tick_format(decimals: int, band: pd.DataFrame, line: pd.DataFrame, goal: Goal | None, from_zero: bool) -> str:
    values = [*band["p10"], *band["p90"], *line["value"], *([goal.value] if goal else []), *([0.0] if from_zero else [])]
    spread = max(values) - min(values) if values else 1.0
    return f",.{min(max(decimals, 0 if spread >= 4 else 1 if spread >= 0.4 else 2), 2)}f" if spread < 4 else ",.0f"


def _add_band(figure: go.Figure, band: pd.DataFrame, unit: str, decimals: int, lang: Lang) -> None:
    if band.empty:
        return
    edge = {"x": band["year"], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(y=band["p90"], name="p90", **edge)
    figure.add_scatter(y=band["p10"], name="p10", fill="tonexty", fillcolor=BAND, **edge)
    years, low, middle, high = (band[name].tolist() for name in ("year", "p10", "p50", "p90"))
    texts = [
        say("hover_band", lang, year=year, p50=number(p50, decimals), p10=number(p10, decimals), p90=number(p90, decimals), unit=unit)
        for year, p10, p50, p90 in zip(years, low, middle, high, strict=True)
    ]
    figure.add_scatter(
        x=band["year"],
        y=band["p50"],
        name=say("legend_median", lang),
        mode="lines+markers",
        line={"color": MEDIAN, "width": 2.5},
        marker={"size": 6, "color": MEDIAN},
        hovertext=texts,
        hoverinfo="text",
    )


def _add_line(figure: go.Figure, line: pd.DataFrame, unit: str, decimals: int, lang: Lang) -> None:
    if line.empty:
        return
    texts = [
        say("hover_line", lang, year=year, value=number(value, decimals), unit=unit)
        for year, value in zip(line["year"].tolist(), line["value"].tolist(), strict=True)
    ]
    figure.add_scatter(
        x=line["year"],
        y=line["value"],
        name=say("legend_line", lang),
        mode="lines+markers",
        line={"color": PLAN, "width": 1.8, "dash": "dash"},
        marker={"size": 5, "color": PLAN},
        hovertext=texts,
        hoverinfo="text",
    )


def _add_base(figure: go.Figure, base: tuple[int, float], unit: str, decimals: int, lang: Lang) -> None:
    year, value = base
    figure.add_scatter(
        x=[year],
        y=[value],
        name=say("legend_base", lang),
        mode="markers",
        marker={"symbol": "circle-open", "size": 9, "color": MUTED, "line": {"width": 2}},
        hovertext=[say("hover_base", lang, year=year, value=number(value, decimals), unit=unit)],
        hoverinfo="text",
    )


def _add_goal(figure: go.Figure, goal: Goal, unit: str, decimals: int, lang: Lang, *, labelled: bool) -> None:
    sign = say(f"op_{goal.op}", lang)
    text = say("hover_target", lang, year=goal.year, op=sign, value=number(goal.value, decimals), unit=unit)
    figure.add_hline(y=goal.value, line={"color": TARGET, "width": 1, "dash": "dot"}, opacity=0.7)
    figure.add_scatter(
        x=[goal.year],
        y=[goal.value],
        name=say("legend_target", lang),
        mode="markers",
        marker={"symbol": "diamond", "size": 11, "color": TARGET, "line": {"width": 1.5, "color": "#ffffff"}},
        hovertext=[text],
        hoverinfo="text",
    )
    if labelled:
        figure.add_annotation(
            x=0,
            xref="x domain",
            xanchor="left",
            xshift=14,
            y=goal.value,
            yanchor="bottom",
            showarrow=False,
            text=f"{say('col_target', lang)} {sign} {number(goal.value, decimals)}",
            font={"color": TARGET},
        )
