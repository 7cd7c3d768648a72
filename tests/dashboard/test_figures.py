"""The fan figure: what is drawn where, and nothing that reaches beyond the machine."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from dashboard.figures.fan import Goal, fan_figure
from dashboard.figures.style import CONFIG, config
from dashboard.words import say

BAND = pd.DataFrame({"year": [2021, 2022, 2023], "p10": [8.0, 9.0, 10.0], "p50": [9.0, 10.0, 11.5], "p90": [10.0, 12.0, 14.0]})
LINE = pd.DataFrame({"year": [2021, 2022, 2023], "value": [9.5, 10.5, 12.0]})


def test_an_axis_from_nought_has_whole_numbers() -> None:
    narrow = pd.DataFrame({"year": [2024, 2025], "p10": [10.8, 11.0], "p50": [11.2, 11.9], "p90": [11.5, 12.2]})
    assert fan_figure(narrow, decimals=1, from_zero=True).layout.yaxis.tickformat == ",.0f"
    assert fan_figure(narrow, decimals=1).layout.yaxis.tickformat == ",.1f"


def traces(figure: object) -> dict[str, object]:
    return {trace.name: trace for trace in figure.data}


def test_band_median_line_base_and_target_are_drawn_at_their_values() -> None:
    drawn = traces(fan_figure(BAND, LINE, goal=Goal(2023, 12.0), base=(2020, 8.8), unit="万人", decimals=1))
    assert list(drawn["p10"].y) == [8.0, 9.0, 10.0] and list(drawn["p90"].y) == [10.0, 12.0, 14.0]
    assert drawn["p10"].fill == "tonexty" and drawn["p90"].line.width == 0
    assert list(drawn[say("legend_median", "zh")].y) == [9.0, 10.0, 11.5]
    assert list(drawn[say("legend_line", "zh")].y) == [9.5, 10.5, 12.0] and drawn[say("legend_line", "zh")].line.dash == "dash"
    assert (*drawn[say("legend_target", "zh")].x, *drawn[say("legend_target", "zh")].y) == (2023, 12.0)
    assert (*drawn[say("legend_base", "zh")].x, *drawn[say("legend_base", "zh")].y) == (2020, 8.8)


def test_the_order_lets_the_band_fill_between_its_own_edges() -> None:
    names = [trace.name for trace in fan_figure(BAND).data]
    assert names.index("p10") == names.index("p90") + 1


@pytest.mark.parametrize(("lang", "words"), [("zh", "2022年：中位 10.0（9.0–12.0）万人"), ("en", "2022: median 10.0 (9.0–12.0) 万人")])
def test_hover_speaks_the_language_with_the_plans_decimals(lang: str, words: str) -> None:
    median = traces(fan_figure(BAND, unit="万人", decimals=1, lang=lang))[say("legend_median", lang)]
    assert median.hovertext[1] == words


def test_the_target_is_named_with_its_sign() -> None:
    figure = fan_figure(BAND, goal=Goal(2023, 4.0, "le"), decimals=0)
    assert [note.text for note in figure.layout.annotations] == ["目标 ≤ 4"]
    assert not fan_figure(BAND, goal=Goal(2023, 4.0, "le"), small=True).layout.annotations


def test_years_are_whole_and_all_in_view() -> None:
    figure = fan_figure(BAND, LINE, goal=Goal(2025, 20.0), base=(2020, 8.8))
    low, high = figure.layout.xaxis.range
    assert low < 2020 and high > 2025
    assert list(figure.layout.xaxis.tickvals) == [2020, 2021, 2022, 2023, 2024, 2025]


def test_an_empty_figure_is_still_a_figure() -> None:
    empty = pd.DataFrame(columns=["year", "p10", "p50", "p90"])
    assert not fan_figure(empty).data
    assert len(fan_figure(empty, LINE).data) == 1


def test_sums_start_at_nought() -> None:
    assert fan_figure(BAND, from_zero=True).layout.yaxis.rangemode == "tozero"
    assert fan_figure(BAND).layout.yaxis.rangemode == "normal"


def test_nothing_leaves_the_machine() -> None:
    assert CONFIG["showSendToCloud"] is False and CONFIG["displaylogo"] is False and CONFIG["plotlyServerURL"] == ""
    assert config("zh")["locale"] == "zh-CN" and config("en")["locale"] == "en-US"
    assert "http" not in json.dumps(fan_figure(BAND, LINE, goal=Goal(2023, 1.0)).to_plotly_json(), default=str)
