"""The look that all figures share: calm, readable at arm's length, distinguishable without colour."""

from __future__ import annotations

from typing import Any

FONT = (
    '"Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Hiragino Sans GB", '
    '"WenQuanYi Micro Hei", "Helvetica Neue", Arial, sans-serif'
)
INK, MUTED, GRID = "#1b2733", "#4b5b6b", "#e3e8ee"
MEDIAN, BAND = "#15508f", "rgba(21, 80, 143, 0.20)"
PLAN, TARGET = "#8a4b08", "#a61b1b"

# What every graph of the cockpit is shown with: no logo, no upload of the figure to a public host.
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": False,  # assets/charts.js resizes those that are seen
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": "reset",
}


def config(lang: str) -> dict[str, Any]:
    """The settings of a graph in this language."""
    return {**CONFIG, "locale": "zh-CN" if lang == "zh" else "en-US"}


def quiet(first: int, last: int, *, small: bool = False) -> dict[str, Any]:
    """A layout with axes by whole years, light grid, no legend (the page has one for all), no zooming by accident."""
    size = 12 if small else 13
    font = {"family": FONT, "size": size, "color": INK}
    step = 2 if small and last - first > 3 else 1
    ticks = list(range(last, first - 1, -step))[::-1]
    axis = {"fixedrange": True, "zeroline": False, "automargin": True}
    return {
        "template": "none",
        "font": font,
        "showlegend": False,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "dragmode": False,
        "autosize": True,
        "separators": ".,",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": GRID, "font": font},
        "xaxis": {
            **axis,
            "tickvals": ticks,
            "ticktext": [str(year) for year in ticks],
            "range": [first - 0.35, last + 0.35],
            "showgrid": False,
            "linecolor": "#9aa7b4",
            "tickcolor": "#9aa7b4",
            "ticks": "outside",
            "ticklen": 4,
        },
        "yaxis": {**axis, "gridcolor": GRID, "nticks": 5, "ticksuffix": " ", "exponentformat": "none"},
    }
