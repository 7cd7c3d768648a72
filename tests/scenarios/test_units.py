"""Printed units to base units and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.units import THINGS, UnknownUnit, factor, finer, from_base, to_base


@pytest.mark.parametrize(
    ("value", "unit", "base", "thing"),
    [
        (37.5, "万人", 375_000, "人"),
        (8.8, "万人", 88_000, "人"),
        (356.95, "万人", 3_569_500, "人"),
        (11.36, "万人次", 113_600, "人次"),
        (100, "亿元", 1e10, "元"),
        (1_000_000, "万元", 1e10, "元"),
        (17, "万个", 170_000, "个"),
        (20, "亿条", 2e9, "条"),
        (600, "人", 600, "人"),
        (1830, "元/月", 1830, "元/月"),
        (4, "%", 4, "%"),
        (4, "％", 4, "%"),
        (4.72, "‰", 0.472, "%"),
        (0.65, "1", 0.65, "1"),
        (3, "千人", 3_000, "人"),
    ],
)
def test_to_base(value: float, unit: str, base: float, thing: str) -> None:
    found, name = to_base(value, unit)
    assert found == base, "exactly: no binary dust such as 88000.00000000001"
    assert name == thing


def test_persons_and_person_times_stay_apart() -> None:
    assert factor("万人")[1] != factor("万人次")[1]


@pytest.mark.parametrize("unit", ["万", "万万人", "persons", "人万", "%%", "亿 元 整"])
def test_an_unknown_unit_is_refused(unit: str) -> None:
    with pytest.raises(UnknownUnit, match="unknown unit"):
        to_base(1, unit)


def test_white_space_around_a_unit_does_not_matter() -> None:
    assert to_base(1.5, " 万人 ") == (15_000, "人")


@given(st.decimals(0, 10**7, places=2), st.sampled_from(["人", "万人", "亿元", "%", "千家", "万人次"]))
def test_there_and_back(value: object, unit: str) -> None:
    number = float(str(value))
    assert from_base(to_base(number, unit)[0], unit) == pytest.approx(number, rel=1e-12, abs=1e-12)


@given(st.sampled_from(sorted(THINGS)), st.sampled_from(["", "百", "千", "万", "百万", "千万", "亿"]))
def test_every_thing_takes_every_multiplier(thing: str, multiplier: str) -> None:
    times, base = factor(multiplier + thing)
    assert base == thing
    assert times in (1, 1e2, 1e3, 1e4, 1e6, 1e7, 1e8)


def test_all_units_of_the_plans_are_known() -> None:
    for plan in map(load_plan, plan_ids()):
        rows = [*plan.targets, *plan.breakdowns, *plan.history]
        assert all(factor(row.unit) for row in rows if row.measure is not None)
        assert all(factor(cell.unit) for cell in plan.baseline.cells)


@pytest.mark.parametrize(
    ("unit", "decimals", "want"),
    [("人", 0, 0), ("家", 0, 0), ("万人", 0, 1), ("万人", 2, 3), ("%", 0, 1), ("年", 1, 2), ("?", 0, 1)],
)
def test_no_part_of_a_person_stands_between_printed_figures(unit: str, decimals: int, want: int) -> None:
    assert finer(unit, decimals) == want
