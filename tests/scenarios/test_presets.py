"""Presets and the plans' own settings: nothing of a printed table is lost, and each preset is what its name says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from scenarios.lever_table import in_words, levers_as_table, number
from scenarios.lever_value import Place, Step, steps_of
from scenarios.levers import Lever, levers, levers_of
from scenarios.plan_levers import area_weights, city_value, settings_in, spread_table
from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.presets import PRESETS, preset
from scenarios.resolve import city_total, controls_of, is_split, lay
from scenarios.units import to_base

TABLES = [(name, table.table) for name in plan_ids() for table in load_plan(name).breakdowns if table.target is None]
SPLIT = next(lever for lever in levers().values() if is_split(lever))


def controls(name: str, which: str) -> dict[str, np.ndarray]:
    plan = load_plan(name)
    return controls_of(plan, settings_in(name), 12 * (plan.period[1] - plan.baseline_year), preset(which, name))


@pytest.mark.parametrize(("name", "printed"), TABLES)
def test_nothing_of_a_printed_table_is_lost_when_it_is_spread(name: str, printed: str) -> None:
    plan = load_plan(name)
    table = next(t for t in plan.breakdowns if t.table == printed and t.target is None)
    out = city_value(spread_table(plan, SPLIT, table))
    unit = to_base(1.0, SPLIT.unit.removesuffix("/年"))[0]
    for i, year in enumerate(table.years):
        whole = sum(to_base(row[i] or 0.0, table.unit)[0] for row in table.rows.values()) / unit
        assert out[str(year)] == pytest.approx(whole, rel=1e-9), year


@pytest.mark.parametrize("name", plan_ids())
def test_shares_of_areas_are_whole_and_positive(name: str) -> None:
    weights = area_weights(load_plan(name))
    assert list(weights) == [area.id for area in load_plan(name).finest_areas] and min(weights.values()) > 0


@pytest.mark.parametrize("which", PRESETS)
@pytest.mark.parametrize("name", plan_ids())
def test_every_preset_keeps_every_lever_within_its_range(name: str, which: str) -> None:
    for lever in levers().values():
        totals = np.array(city_total(lever, controls(name, which)[lever.control]))
        assert (totals >= lever.low * lever.factor - 1e-6).all() and (totals <= lever.high * lever.factor * (1 + 1e-9)).all(), lever.id


@pytest.mark.parametrize("name", plan_ids())
def test_presets_differ_from_the_plan_in_what_they_are_named_for_and_in_nothing_else(name: str) -> None:
    planned = controls(name, "as-planned")
    talent = ("graduate_living_subsidy", "campus_tours")
    touched = {"early-drive": "enrolment_drive_", "talent-plus": talent, "skills-plus": "training_places"}
    for which, starts in touched.items():
        found = controls(name, which)
        moved = {control for control in planned if not np.array_equal(found[control], planned[control])}
        assert moved and all(control.startswith(starts) for control in moved), (which, moved)
        assert all((found[control] >= planned[control] - 1e-9).all() for control in moved), f"{which} is never less than planned"
    assert all(np.array_equal(controls(name, "stress")[control], planned[control]) for control in planned), "a shock is no policy"
    assert preset("stress", name).shocks or preset("stress", name).macro != "as-planned"


@pytest.mark.parametrize("name", plan_ids())
def test_the_baseline_stands_still(name: str) -> None:
    assert all((values == values[0]).all() for values in controls(name, "baseline").values())


# --- laying steps ------------------------------------------------------------------------------------------------------

PLACE = Place(("a", "b", "c"), {"a": ("a",), "b": ("b",), "c": ("c",), "ab": ("a", "b")}, 2021 * 12)
SHARES = np.array([5.0, 3.0, 2.0])
spans = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(st.floats(0, 1e6), spans, st.sampled_from([("a",), ("a", "b"), ("a", "b", "c"), ("c",)]), st.booleans())
def test_a_step_lies_in_its_months_and_areas_and_adds_up(amount: float, span: list[int], areas: tuple[str, ...], split: bool) -> None:
    values = np.full((36, 3), 7.0)
    lay(Step(areas, PLACE.first + span[0], PLACE.first + span[1], amount), values, PLACE, SHARES, split=split)
    columns = [PLACE.finest.index(area) for area in areas]
    inside = np.zeros((36, 3), bool)
    inside[span[0] : span[1] + 1, columns] = True
    assert (values[~inside] == 7.0).all()
    for row in values[span[0] : min(span[1] + 1, 36), columns]:
        assert row.sum() == pytest.approx(amount if split else amount * len(areas))


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.floats(0, 100), min_size=3))
def test_areas_laid_one_by_one_make_the_city(amounts: dict[str, float]) -> None:
    values = np.zeros((12, 3))
    steps, objections = steps_of({"areas": amounts}, PLACE, 0, 100)
    for step in steps:
        lay(step, values, PLACE, SHARES, split=True)
    assert not objections and values.sum(axis=1) == pytest.approx(sum(amounts.values()))
    assert city_value({"areas": amounts}) == pytest.approx(sum(amounts.values()))


yearly = st.dictionaries(st.sampled_from(["2021", "2022"]), st.floats(0, 1e6), min_size=1)


@given(st.dictionaries(st.sampled_from(["a", "b"]), yearly, min_size=1))
def test_the_citys_value_is_the_sum_of_its_areas_year_by_year(areas: dict[str, dict[str, float]]) -> None:
    out = city_value({"areas": areas})
    assert sum(out.values()) == pytest.approx(sum(v for years in areas.values() for v in years.values()), rel=1e-6)


# --- the table on the terminal -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", plan_ids())
def test_the_table_of_levers_holds_every_lever_and_says_what_is_assumed(name: str) -> None:
    console = Console(width=400)
    with console.capture() as captured:
        console.print(levers_as_table(levers_of(name)))
    text = captured.get()
    for lever in levers().values():
        assert lever.id in text and lever.name_zh in text and lever.name_en in text
    assert text.count("D 假设 assumed") == sum(lever.evidence == "D" for lever in levers().values())


@given(st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=3).map(float))
def test_numbers_on_the_terminal_are_read_back(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1200, "1,200"),
        ({"2021": 0.5, "2023": 1}, "2021 0.5\n2023 1"),
        ({"from": "2021-07", "value": 0.6}, "2021-07… 0.6"),
        ([{"from": "2021-01", "to": "2021-12", "value": 1}, {"from": "2022-01", "value": 2000}], "2021-01…2021-12 1\n2022-01… 2,000"),
        ("x", "x"),
    ],
)
def test_settings_in_words(value: Any, words: str) -> None:
    assert in_words(value) == words


def test_every_lever_is_one_of_the_kinds_that_are_split_or_not() -> None:
    assert all(isinstance(lever, Lever) and lever.split in ("none", "working_age", "farm") for lever in levers().values())
    assert {is_split(lever) for lever in levers().values()} == {True, False}
