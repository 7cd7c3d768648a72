"""A fan: the simulated band and median of one series, beside the plan's annual line, the base year and the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    base: (year, value) of the base year; from_zero: start the axis at nought (sums and flows). The figure is checked once, whole: a page
    holds forty of them, and Plotly checks again at every change.
    """
    traces = [*_band(band, unit, decimals, lang), *_line(line, unit, decimals, lang)]
    if base is not None:
        traces.append(_base(base, unit, decimals, lang))
    if goal is not None:
        traces.append(_goal(goal, unit, decimals, lang))
    years = [*band["year"], *line["year"], *([base[0]] if base else []), *([goal.year] if goal else [])]
    first, last = (int(min(years)), int(max(years))) if years else (2021, 2025)
    layout = quiet(first, last, small=small)
    layout["yaxis"] |= {
        "tickformat": _tick_format(decimals, band, line, goal, from_zero),
        "rangemode": "tozero" if from_zero else "normal",
    }
    if goal is not None:
        layout |= _goal_line(goal, decimals, lang, labelled=not small)
    return go.Figure(traces, layout)


def _tick_format(decimals: int, band: pd.DataFrame, line: pd.DataFrame, goal: Goal | None, from_zero: bool) -> str:
    values = [*band["p10"], *band["p90"], *line["value"], *([goal.value] if goal else []), *([0.0] if from_zero else [])]
    spread = max(values) - min(values) if values else 1.0
    return f",.{min(max(decimals, 0 if spread >= 4 else 1 if spread >= 0.4 else 2), 2)}f" if spread < 4 else ",.0f"


def _band(band: pd.DataFrame, unit: str, decimals: int, lang: Lang) -> list[dict[str, Any]]:
    if band.empty:
        return []
    years, low, middle, high = (band[name].tolist() for name in ("year", "p10", "p50", "p90"))
    edge = {"type": "scatter", "x": years, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    texts = [
        say("hover_band", lang, year=year, p50=number(p50, decimals), p10=number(p10, decimals), p90=number(p90, decimals), unit=unit)
        for year, p10, p50, p90 in zip(years, low, middle, high, strict=True)
    ]
    median = {
        "mode": "lines+markers",
        "line": {"color": MEDIAN, "width": 2.5},
        "marker": {"size": 6, "color": MEDIAN},
    }
    return [
        {**edge, "y": high, "name": "p90"},
        {**edge, "y": low, "name": "p10", "fill": "tonexty", "fillcolor": BAND},
        _points(years, middle, texts, say("legend_median", lang), median),
    ]


def _line(line: pd.DataFrame, unit: str, decimals: int, lang: Lang) -> list[dict[str, Any]]:
    if line.empty:
        return []
    years, values = line["year"].tolist(), line["value"].tolist()
    texts = [
        say("hover_line", lang, year=year, value=number(value, decimals), unit=unit) for year, value in zip(years, values, strict=True)
    ]
    dashes = {"mode": "lines+markers", "line": {"color": PLAN, "width": 1.8, "dash": "dash"}, "marker": {"size": 5, "color": PLAN}}
    return [_points(years, values, texts, say("legend_line", lang), dashes)]


def _base(base: tuple[int, float], unit: str, decimals: int, lang: Lang) -> dict[str, Any]:
    year, value = base
    text = say("hover_base", lang, year=year, value=number(value, decimals), unit=unit)
    ring = {"mode": "markers", "marker": {"symbol": "circle-open", "size": 9, "color": MUTED, "line": {"width": 2}}}
    return _points([year], [value], [text], say("legend_base", lang), ring)


def _goal(goal: Goal, unit: str, decimals: int, lang: Lang) -> dict[str, Any]:
    value = number(goal.value, decimals)
    text = say("hover_target", lang, year=goal.year, op=say(f"op_{goal.op}", lang), value=value, unit=unit)
    diamond = {
        "mode": "markers",
        "marker": {"symbol": "diamond", "size": 11, "color": TARGET, "line": {"width": 1.5, "color": "#ffffff"}},
    }
    return _points([goal.year], [goal.value], [text], say("legend_target", lang), diamond)


def _points(years: list[int], values: list[float], texts: list[str], name: str, drawn: dict[str, Any]) -> dict[str, Any]:
    """A series that tells its values when it is pointed at."""
    return {"type": "scatter", "x": years, "y": values, "name": name, "hovertext": texts, "hoverinfo": "text", **drawn}


def _goal_line(goal: Goal, decimals: int, lang: Lang, *, labelled: bool) -> dict[str, Any]:
    """The target's height across the chart, and its value where there is room."""
    across = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": goal.value, "y1": goal.value}
    words = {
        "x": 0,
        "xref": "x domain",
        "xanchor": "left",
        "xshift": 14,
        "y": goal.value,
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"{say('col_target', lang)} {say(f'op_{goal.op}', lang)} {number(goal.value, decimals)}",
        "font": {"color": TARGET},
    }
    return {
        "shapes": [{**across, "line": {"color": TARGET, "width": 1, "dash": "dot"}, "opacity": 0.7}],
        "annotations": [words] if labelled else [],
    }
