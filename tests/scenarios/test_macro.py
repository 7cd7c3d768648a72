"""Growth paths and shocks: printed, drawn or named, never outside what was declared; any data is refused or read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios.macro import AS_PLANNED, HIGHEST, LOWEST, OBSERVED, growth_path, is_drawn, later, macro_faults, observed_growth
from scenarios.months import january, month_text
from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.shocks import KINDS, LONGEST, as_shock, sectors, shock_faults

YEARS = range(2021, 2031)
PRINTED = [name for name in plan_ids() if load_plan(name).macro.printed is not None]
DECLARED = [name for name in plan_ids() if name not in PRINTED]
growths = st.floats(LOWEST, HIGHEST)
named = st.dictionaries(st.integers(2021, 2040).map(str), growths, min_size=1, max_size=5)


def path(name: str, macro: Any = AS_PLANNED, u: float = 0.5) -> dict[int, float]:
    return growth_path(load_plan(name), macro, YEARS, u)


@pytest.mark.parametrize("name", PRINTED)
@given(u=st.floats(0, 1, exclude_max=True))
def test_printed_growth_is_not_drawn(name: str, u: float) -> None:
    printed = load_plan(name).macro.printed
    assert printed is not None
    assert {year: g for year, g in path(name, u=u).items() if year <= 2025} == dict.fromkeys(range(2021, 2026), printed.value)
    assert not is_drawn(load_plan(name), AS_PLANNED)


@pytest.mark.parametrize("name", DECLARED)
@given(ranks=st.tuples(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True)))
def test_declared_growth_is_drawn_within_its_range_and_rises_with_its_rank(name: str, ranks: tuple[float, float]) -> None:
    declared = load_plan(name).macro.range
    assert declared is not None and is_drawn(load_plan(name), AS_PLANNED)
    low, high = (path(name, u=u)[2021] for u in sorted(ranks))
    assert declared.low <= low <= high <= declared.high
    assert path(name, u=0.0)[2021] == pytest.approx(declared.low)


@pytest.mark.parametrize("name", plan_ids())
@given(ranks=st.tuples(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True)))
def test_years_that_no_plan_covers_hold_a_declared_range_marked_an_assumption(name: str, ranks: tuple[float, float]) -> None:
    low, high = (path(name, u=u) for u in sorted(ranks))
    assert later()["marked"] == "假设" and str(later()["source"]).strip()
    for year in range(2026, 2031):
        assert later()["low"] <= low[year] <= high[year] <= later()["high"]
    assert path(name, {"2027": 0.01})[2027] == 0.01


@given(named)
def test_named_years_are_as_named_and_the_others_follow_the_plan(macro: dict[str, float]) -> None:
    usual, found = path("xuzhou"), path("xuzhou", macro)
    assert list(found) == list(YEARS)
    assert all(found[year] == macro.get(str(year), usual[year]) for year in YEARS)
    assert macro_faults(macro, 2021) == []


@pytest.mark.parametrize(
    ("macro", "field"),
    [
        ({"2020": 0.05}, "macro.2020"),
        ({"2041": 0.05}, "macro.2041"),
        ({"soon": 0.05}, "macro.soon"),
        ({"2022": 5.5}, "macro.2022"),
        ({"2022": float("nan")}, "macro.2022"),
        ({"2022": True}, "macro.2022"),
        ("as-plannd", "macro"),
        ({}, "macro"),
        (None, "macro"),
        (0.05, "macro"),
    ],
)
def test_a_path_that_means_nothing_is_named(macro: Any, field: str) -> None:
    assert [fault[0] for fault in macro_faults(macro, 2021)] == [field]


def test_both_faults_of_a_year_come_at_once() -> None:
    assert len(macro_faults({"1999": "fast", "2022": 9}, 2021)) == 3


def test_observed_growth_is_sourced_and_of_the_whole_city(tmp_path: Path) -> None:
    file = tmp_path / "observed.csv"
    rows = ["xuzhou,gdp_growth,ALL,2021,8.7,,公报,published", "xuzhou,gdp_growth,,2022,3.2,,公报,published"]
    rows += ["xuzhou,gdp_growth,ALL,2023,9.9,,,published", "xuzhou,gdp_growth,320321,2023,1.0,,公报,published"]
    rows += ["xuzhou,startups,ALL,2023,5,,公报,published"]
    file.write_text("plan,indicator,area,period,value,definition,source,status\n" + "\n".join(rows) + "\n", encoding="utf-8-sig")
    assert observed_growth(file) == {2021: pytest.approx(0.087), 2022: pytest.approx(0.032)}
    assert observed_growth(tmp_path / "none.csv") == {}
    plan = load_plan("xuzhou")
    assert growth_path(plan, OBSERVED, range(2021, 2023), 0.5, tmp_path)[2022] == pytest.approx(0.032)
    with pytest.raises(BadInput, match="2023, 2024") as refused:
        growth_path(plan, OBSERVED, range(2021, 2025), 0.5, tmp_path)
    assert "2021" not in refused.value.faults[0].fix and not is_drawn(plan, OBSERVED)


# --- shocks ------------------------------------------------------------------------------------------------------------

FIRST = january(2021)
shocks = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "from": st.integers(FIRST, january(2040) + 11).map(month_text),
        "months": st.integers(1, LONGEST),
        "size": st.floats(-0.9, 0.5),
    },
    optional={"sector": st.sampled_from(sectors())},
)


@given(shocks)
def test_a_sound_shock_reaches_the_model_as_written(given_: dict[str, Any]) -> None:
    assert shock_faults(given_, FIRST) == []
    made = as_shock(given_)
    assert (made.kind, made.start, made.months, made.size) == (given_["kind"], given_["from"], given_["months"], given_["size"])
    sector = given_.get("sector", "all")
    assert made.sector == (None if sector == "all" else sector)


BROKEN: list[tuple[str, Any]] = [
    ("kind", "quake"), ("sector", "mining"), ("from", "2020-12"), ("from", "2022-13"), ("from", 2022), ("months", 0), ("months", 61),
    ("months", 1.5), ("months", True), ("size", -1), ("size", 0.6), ("size", float("nan")), ("size", "-0.1"), ("size", True), ("sise", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BROKEN)
def test_each_broken_field_of_a_shock_is_named_alone(field: str, value: Any) -> None:
    sound = {"kind": "demand_slump", "from": "2022-01", "months": 3, "size": -0.1}
    (fault,) = shock_faults(sound | {field: value}, FIRST)
    assert fault[0] == field and fault[2] and fault[3]


@given(shocks, st.sets(st.sampled_from(["kind", "from", "months", "size"]), min_size=1))
def test_every_missing_field_is_named_at_once(given_: dict[str, Any], gone: set[str]) -> None:
    left = {key: value for key, value in given_.items() if key not in gone}
    assert {fault[0] for fault in shock_faults(left, FIRST)} == gone


@given(st.none() | st.integers() | st.text() | st.lists(st.integers()))
def test_other_data_is_no_shock(value: Any) -> None:
    assert len(shock_faults(value, FIRST)) == 1
