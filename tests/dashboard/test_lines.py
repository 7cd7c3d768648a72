"""Lines, sentences and sliders of the page over any plan: they end at the target, add up, and never contradict what was met."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.figures.fan import Goal, fan_figure
from dashboard.levels import by_year, factor, moved, shown, step_of, typical, words_for
from dashboard.reading import answer, band, block_of, chance, counted, headline, linear_line, plan_line, printed_line, simulated, theme_of
from dashboard.words import amount, number, percent, say
from scenarios.lever_value import Place, steps_of
from scenarios.levers import levers_of
from scenarios.plan_show import plan_as_json
from scenarios.plans_at_hand import load_plan, plan_ids
from tests.dashboard.conftest import LEVERS, PLAN, RUN, YEARS, row, target

PLACES, DRIVE = LEVERS
values = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


@pytest.fixture(params=plan_ids(), scope="module")
def shown_plan(request: pytest.FixtureRequest) -> dict[str, Any]:
    return plan_as_json(load_plan(request.param))


# --- the plan's annual line --------------------------------------------------------------------------------------------


@given(values, values, st.integers(2021, 2025))
def test_a_straight_line_ends_at_its_target_in_equal_steps(base: float, goal: float, end: int) -> None:
    line = linear_line(PLAN, target("x", baseline=base, target=goal, target_year=end))
    assert list(line["year"]) == list(range(2021, end + 1)) and line["value"].iloc[-1] == pytest.approx(goal, abs=1e-6)
    steps = line["value"].diff().dropna()
    assert all(step == pytest.approx((goal - base) / (end - 2020), abs=1e-6) for step in steps)


@given(st.floats(0, 1e6))
def test_a_sum_is_divided_into_equal_parts_that_add_up(goal: float) -> None:
    line = linear_line(PLAN, target("x", target=goal, target_basis="period_sum"))["value"]
    assert line.is_monotonic_increasing and line.iloc[-1] == pytest.approx(goal) and line.iloc[0] == pytest.approx(goal / 5)


@given(st.lists(st.none() | st.floats(0, 1e6), min_size=10, max_size=10), st.booleans())
def test_a_printed_line_is_the_sum_of_its_counties(cells: list[float | None], total: bool) -> None:
    places = [(area, year) for area in ("东县", "西县") for year in YEARS]
    rows = [{"area": area, "year": year, "value": cell} for (area, year), cell in zip(places, cells, strict=True)]
    plan = {**PLAN, "breakdowns": [{"table": "表", "target": "x", "unit": "人", "rows": rows}]}
    goal = target("x", target_basis="period_sum" if total else "level")
    city = printed_line(plan, goal).set_index("year")["value"]
    parts = [printed_line(plan, goal, area).set_index("year")["value"] for area in ("东县", "西县")]
    if total:
        assert city.is_monotonic_increasing
        assert (city.iloc[-1] if len(city) else 0) == pytest.approx(sum(cell or 0 for cell in cells))
    else:
        added = parts[0].add(parts[1], fill_value=0)
        assert city.to_dict() == pytest.approx(added.to_dict())


def test_every_line_of_the_plans_lies_within_the_period_and_stands_in_order(shown_plan: dict[str, Any]) -> None:
    base, (first, last) = shown_plan["baseline_year"], shown_plan["period"]
    for goal in shown_plan["indicators"]:
        points = plan_line(shown_plan, goal).points
        years = list(points["year"])
        begins = first if goal["target_basis"] == "period_sum" else base  # a table of a stock may print the base year too
        assert years == sorted(set(years)) and all(begins <= year <= last for year in years), goal["id"]
        assert points["value"].notna().all()


def test_every_target_has_one_field_and_one_block(shown_plan: dict[str, Any]) -> None:
    for goal in shown_plan["indicators"]:
        assert theme_of(goal["measure"]) in ("employment", "insurance", "talent", "other")
        assert block_of(goal, None) == "not_yet"
        as_run = {**row(goal["id"]), "produced": "agent"}
        assert counted(as_run, goal) == (block_of(goal, as_run) == "climb")


# --- sentences ---------------------------------------------------------------------------------------------------------

stances = st.sampled_from(["climb", "hold", "floor", "no_base"])
chances = st.lists(st.tuples(st.integers(0, 8), stances, st.booleans()), min_size=1, max_size=8)


def made(given_: list[tuple[int, str, bool]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A plan and a result of as many targets: (draws that meet it, stance, simulated)."""
    plan, run = deepcopy(PLAN), deepcopy(RUN)
    plan["indicators"] = [target(f"t{i}") for i in range(len(given_))]
    run["indicators"] = []
    for i, (met, stance, there) in enumerate(given_):
        p = (met + 0.5) / 9
        light = "green" if p >= 0.7 else "amber" if p >= 0.4 else "red"
        known = {} if there else {"produced": "not_yet", "final": None, "probability": None, "light": None, "met": None, "n": None}
        run["indicators"].append({**row(f"t{i}", met=met, probability=p, light=light, stance=stance), **known})
    return plan, run


@given(chances)
def test_the_answer_counts_what_was_met_and_names_only_what_is_at_risk(given_: list[tuple[int, str, bool]]) -> None:
    plan, run = made(given_)
    said = answer(plan, run, "情景", "zh")
    heads = [(f"t{i}", met) for i, (met, stance, there) in enumerate(given_) if there and stance in ("climb", "no_base")]
    if not heads:
        assert said == say("answer_none", "zh", scenario="情景")
        return
    assert f"{len(heads)} 项可模拟的攀升型指标中，{sum(met >= 4 for _, met in heads)} 项达标" in said
    red = [name for name, met in heads if (met + 0.5) / 9 < 0.4]
    assert (say("answer_all_green", "zh") in said) == (not red)
    named = [f"t{i}" for i in range(len(given_)) if f"t{i}（" in said]
    assert set(named) <= set(red) and len(named) == min(3, len(red))


@given(chances)
def test_the_headline_holds_what_is_simulated_firm_and_beyond_the_base(given_: list[tuple[int, str, bool]]) -> None:
    plan, run = made(given_)
    rows = {one["id"]: one for one in run["indicators"]}
    climbing = [goal["id"] for goal in plan["indicators"] if block_of(goal, rows[goal["id"]]) == "climb"]
    assert [goal["id"] for goal, _ in headline(plan, rows)] == climbing
    assert all(simulated(one) == there for one, (_, _, there) in zip(run["indicators"], given_, strict=True))


@given(st.integers(1, 400), st.data())
def test_a_frequency_is_never_certain_and_small_counts_are_said(n: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, n))
    text = chance({"probability": (met + 0.5) / (n + 1), "met": met, "n": n}, "zh")
    assert not text.startswith(("0%", "100%")) and (f"{met}/{n}" in text) == (n < 100)


# --- bands and figures -------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.integers(2000, 2040).map(str), st.none() | st.tuples(values, values, values).map(sorted), max_size=8))
def test_a_band_keeps_every_simulated_year_in_order(points: dict[str, list[float] | None]) -> None:
    given_ = {year: None if p is None else dict(zip(("p10", "p50", "p90"), p, strict=True)) for year, p in points.items()}
    frame = band({"by_year": given_}, "by_year")
    assert list(frame["year"]) == sorted(int(year) for year, point in points.items() if point is not None)
    assert (frame["p10"] <= frame["p50"]).all() and (frame["p50"] <= frame["p90"]).all()


@settings(max_examples=25)
@given(st.integers(2021, 2035), values, st.integers(2010, 2020))
def test_all_that_is_drawn_is_in_view(end: int, goal: float, start: int) -> None:
    frame = pd.DataFrame({"year": [2022], "p10": [1.0], "p50": [2.0], "p90": [3.0]})
    low, high = fan_figure(frame, goal=Goal(end, goal), base=(start, 0.0)).layout.xaxis.range
    assert low < start and high > max(end, 2022)


# --- words for numbers -------------------------------------------------------------------------------------------------


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_printed_number_is_read_back_within_its_last_digit(value: float, decimals: int) -> None:
    text = number(value, decimals).replace(",", "").replace("−", "-")
    assert float(text) == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-6)


@given(st.floats(0, 1), st.floats(0, 1))
def test_percentages_keep_their_order_and_are_never_certain(one: float, other: float) -> None:
    texts = [percent(share) for share in sorted((one, other))]
    read = [0.5 if t == "<1%" else 99.5 if t == ">99%" else float(t[:-1]) for t in texts]
    assert read == sorted(read) and "0%" not in texts and "100%" not in texts


@given(st.floats(0, 1e12))
def test_amounts_say_the_same_in_both_languages(value: float) -> None:
    zh, en = amount(value, "zh"), amount(value, "en")
    times = 1e8 if zh.endswith("亿") else 1e4 if zh.endswith("万") else 1.0
    assert float(zh.rstrip("亿万").replace(",", "")) * times == pytest.approx(float(en.replace(",", "")), rel=0.01, abs=0.01)


# --- sliders -----------------------------------------------------------------------------------------------------------

PLACE = Place(("a",), {"a": ("a",)}, 2021 * 12)
share = st.floats(0, 1).map(lambda x: round(x, 3))
years = st.dictionaries(st.sampled_from([str(year) for year in YEARS]), share, min_size=1)
steps = st.lists(st.tuples(st.sampled_from(YEARS), share), min_size=1, max_size=4, unique_by=lambda pair: pair[0]).map(
    lambda pairs: [{"from": f"{year}-01", "value": value} for year, value in sorted(pairs)]
)


def in_grammar(setting: Any, base: float) -> dict[str, float]:
    """What the lever grammar says of a setting in July of each year."""
    found, objections = steps_of(setting, PLACE, 0.0, 1.0)
    assert not objections
    out = dict.fromkeys(map(str, YEARS), base)
    for step in found:
        for year in YEARS:
            july = year * 12 + 6
            if (step.first or 0) <= july and (step.last is None or july <= step.last):
                out[str(year)] = step.value
    return out


@given(share | years | steps, share)
def test_the_page_reads_a_setting_as_the_run_does(setting: Any, base: float) -> None:
    lever = {**DRIVE, "baseline": base}
    assert by_year(lever, setting) == in_grammar(setting, base)


@given(share | years | steps)
def test_a_slider_left_alone_moves_nothing(setting: Any) -> None:
    lever = {**DRIVE, "as_planned": setting}
    stands = shown(lever, typical(lever, setting))
    assert moved([lever], "as-planned", {lever["id"]: stands}) == {}
    low, high = (min(by_year(lever, setting).values()), max(by_year(lever, setting).values()))
    assert low - 1e-9 <= typical(lever, setting) <= high + 1e-9


@given(st.floats(-50, 150))
def test_what_is_typed_reaches_the_run_in_the_levers_own_unit(typed: float) -> None:
    out = moved([DRIVE], "baseline", {DRIVE["id"]: typed})
    if out:
        assert out[DRIVE["id"]] == pytest.approx(min(max(typed / factor(DRIVE), 0.0), 1.0), abs=1e-9)
    else:
        assert typed == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", plan_ids())
def test_every_lever_of_every_plan_can_be_shown(name: str) -> None:
    for lever in levers_of(name)["levers"]:
        one = {**lever, "years": YEARS}
        for setting in (lever["baseline"], lever["as_planned"]):
            low, high = lever["range"]
            assert low - 1e-9 <= typical(one, setting) <= high + 1e-9, lever["id"]
            assert all(words_for(one, setting, lang) for lang in ("zh", "en"))
        assert step_of(one) > 0
