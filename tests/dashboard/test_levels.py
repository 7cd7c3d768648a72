"""Levers on the page: one slider, one number; only what was moved enters the scenario."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.levels import (
    by_year,
    factor,
    grouped,
    in_order,
    is_share,
    moved,
    panel_of,
    setting_in,
    shown,
    step_of,
    typical,
    unit_of,
    words_for,
)


def test_a_setting_is_the_mean_over_the_plans_years(levers: list[dict[str, Any]]) -> None:
    places, drive = levers
    assert typical(places, 120000) == 120000
    assert typical(drive, {"2023": 1}) == pytest.approx(0.2), "the base, nought, in the other four years"
    assert typical(drive, {"from": "2022-01", "value": 0.5}) == pytest.approx(0.4)
    assert by_year(drive, [{"from": "2021-01", "to": "2021-12", "value": 0.2}, {"from": "2024-01", "value": 0.6}]) == {
        "2021": 0.2,
        "2022": 0.0,
        "2023": 0.0,
        "2024": 0.6,
        "2025": 0.6,
    }


def test_settings_in_words(levers: list[dict[str, Any]]) -> None:
    places, drive = levers
    assert words_for(places, 113600.0, "zh") == "11.36万" and words_for(places, 113600.0, "en") == "113,600"
    assert words_for(drive, {"2023": 1}, "zh") == "0%–100%" and words_for(drive, 0.25, "en") == "25%"
    assert words_for(places, None, "zh") == "—"


def test_shares_are_shown_in_percent(levers: list[dict[str, Any]]) -> None:
    places, drive = levers
    assert not is_share(places) and is_share(drive)
    assert factor(drive) == 100 and shown(drive, 0.07) == 7.0
    assert unit_of(drive, "zh") == "%" and unit_of(places, "en") == "places a year" and unit_of(places, "zh") == "人次/年"


@given(low=st.floats(0, 1e5), width=st.floats(0.01, 1e9))
def test_a_step_is_round_and_about_a_hundredth_of_the_range(low: float, width: float) -> None:
    step = step_of({"range": [low, low + width + 1.0]})
    assert 0.99 <= step * 100 / (width + 1.0) * 1.0 <= 10.1
    assert float(f"{step:e}".split("e")[0]) in (1.0, 2.0, 5.0)


def test_only_what_differs_from_the_preset_is_moved(levers: list[dict[str, Any]]) -> None:
    still = {"training_places": 120000, "enrolment_drive_small_firms": 20}
    assert moved(levers, "as-planned", still) == {}
    assert moved(levers, "baseline", still) == {"training_places": 120000.0, "enrolment_drive_small_firms": 0.2}
    assert moved(levers, "as-planned", {"training_places": 150000}) == {"training_places": 150000.0}
    assert moved(levers, "as-planned", {"training_places": None}) == {}


def test_what_is_typed_is_held_within_the_range(levers: list[dict[str, Any]]) -> None:
    assert moved(levers, "baseline", {"training_places": 9e9, "enrolment_drive_small_firms": -5}) == {
        "training_places": 1e6,
        "enrolment_drive_small_firms": 0.0,
    }


def test_the_few_come_first_and_none_is_lost(levers: list[dict[str, Any]]) -> None:
    many = [{**levers[0], "id": f"lever_{i}"} for i in range(9)] + levers
    few, rest = in_order(many)
    assert [lever["id"] for lever in few[:2]] == ["training_places", "enrolment_drive_small_firms"]
    assert len(few) == 6 and len(few) + len(rest) == len(many)


def test_levers_in_groups_keep_their_order(levers: list[dict[str, Any]]) -> None:
    several = [{**levers[0], "id": name, "mechanism": group} for name, group in (("a", "x"), ("b", "y"), ("c", "x"), ("d", "z"))]
    names = {"x": "one", "y": "two", "z": "one"}
    assert {name: [lever["id"] for lever in inside] for name, inside in grouped(several, lambda m: names[m]).items()} == {
        "one": ["a", "c", "d"],
        "two": ["b"],
    }


def test_a_preset_of_its_own_is_where_the_slider_stands(levers: list[dict[str, Any]]) -> None:
    places, _ = levers
    assert setting_in(places, "skills-plus") == 113600.0, "the base, where a preset says nothing"
    places["settings"] = {"skills-plus": 180000.0, "as-planned": 120000.0}
    assert setting_in(places, "skills-plus") == 180000.0 and moved(levers, "skills-plus", {"training_places": 180000.0}) == {}
    assert moved(levers, "skills-plus", {"training_places": 120000.0}) == {"training_places": 120000.0}


def test_what_the_browser_knows_of_a_lever(levers: list[dict[str, Any]]) -> None:
    planned, before = panel_of(levers, "as-planned"), panel_of(levers, "baseline")
    assert planned["training_places"] == {"base": 120000.0, "low": 0.0, "high": 1e6, "factor": 1.0, "own": None}
    assert before["training_places"]["own"] == 113600.0 == before["training_places"]["base"]
    assert planned["enrolment_drive_small_firms"] == {"base": 20.0, "low": 0.0, "high": 1.0, "factor": 100.0, "own": None}
