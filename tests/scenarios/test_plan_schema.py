"""The shape of plan and baseline files: strict, frozen, closed; and what a loaded plan answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.baseline_schema import QUANTITIES, Baseline, Cell
from scenarios.plan_schema import Breakdown, Commitment, Plan, PlanDocument, Target
from scenarios.plan_words import OP_SIGNS, Op
from tests.scenarios.small_plan import cell, small_baseline, small_plan, target


def whole() -> Plan:
    return Plan.model_validate({**small_plan(), "baseline": small_baseline()})


def test_a_plan_file_does_not_carry_a_baseline() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        PlanDocument.model_validate({**small_plan(), "baseline": small_baseline()})


def test_lists_become_tuples_and_stay_so() -> None:
    plan = whole()
    assert plan.period == (2021, 2025)
    assert isinstance(plan.targets, tuple)
    assert plan.breakdowns[0].rows["东县"] == (1000,) * 5
    with pytest.raises(ValidationError, match="frozen"):
        plan.targets[0].target = 2.0  # type: ignore[misc]


def test_a_plan_is_the_same_after_json() -> None:
    plan = whole()
    again = json.loads(plan.model_dump_json(by_alias=True))
    assert Plan.model_validate(again) == plan


def test_areas_by_kind() -> None:
    plan = whole()
    assert [area.id for area in plan.finest_areas] == ["320321", "west"]
    assert [area.id for area in plan.composite_areas] == ["town"]
    assert plan.area("bureau").name_zh == "市直"
    assert plan.target("ui_2025").target == 3
    for missing in (lambda: plan.area("nowhere"), lambda: plan.target("nothing")):
        with pytest.raises(KeyError):
            missing()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.5, 1e13, "3", True, None, [3]])
def test_a_target_is_a_finite_number(value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Target.model_validate(target("1", "t", target=value))
    assert {error["loc"] for error in refused.value.errors()} == {("target",)}


def test_an_integer_is_a_number_too() -> None:
    assert Target.model_validate(target("1", "t", target=2)).target == 2.0


@pytest.mark.parametrize("field", ["measure", "attribute", "baseline", "baseline_printed", "baseline_basis"])
def test_unknown_is_written_as_null_and_not_left_out(field: str) -> None:
    given = target("1", "t")
    assert getattr(Target.model_validate(given), field) is None
    del given[field]
    with pytest.raises(ValidationError, match="missing"):
        Target.model_validate(given)


def test_defaults_of_a_target() -> None:
    row = Target.model_validate(target("1", "t"))
    assert (row.comparable, row.lower_is_better, row.group, row.schedule, row.op_printed) == (
        True,
        False,
        None,
        None,
        None,
    )


def test_ops_are_words() -> None:
    assert set(OP_SIGNS) == set(Op.__args__)
    for sign in (*OP_SIGNS.values(), ">=", "<=", "no"):
        with pytest.raises(ValidationError, match="literal_error"):
            Target.model_validate(target("1", "t", op=sign))


def test_from_is_a_word_of_yaml_and_not_of_python() -> None:
    promise = Commitment.model_validate(small_plan()["commitments"][0])
    assert promise.from_ == 2021
    assert promise.model_dump(by_alias=True)["from"] == 2021


def test_a_table_may_have_empty_cells_and_no_totals() -> None:
    table = small_plan()["breakdowns"][2] | {"rows": {"东县": [None, 13], "市直": [8, 9]}, "column_totals": None}
    assert Breakdown.model_validate(table).rows["东县"] == (None, 13)


@pytest.mark.parametrize("issued", ["2021-13", "21-08", "2021/08", "August 2021", "2021-08-41"])
def test_impossible_dates(issued: str) -> None:
    with pytest.raises(ValidationError, match="issued"):
        PlanDocument.model_validate(small_plan() | {"document": {"issued": issued}})


def test_values_in_base_units() -> None:
    figures = Baseline.model_validate(small_baseline())
    assert figures.value("residents", "west") == 60_000
    assert figures.value("residents", age="65+") == 14_000
    assert figures.value("urban_share") == 0.6
    assert figures.by_area("residents") == {"ALL": 100_000, "320321": 40_000, "west": 60_000}
    assert figures.cell("residents", "nowhere") is None
    with pytest.raises(KeyError, match="baseline of small has no births of ALL in 2020"):
        figures.value("births", year=2020)


def test_the_latest_year_answers_unless_one_is_asked_for() -> None:
    cells = [cell("gdp", 100, "亿元", year=2019), cell("gdp", 110, "亿元")]
    figures = Baseline.model_validate({"plan": "small", "cells": cells})
    assert figures.value("gdp") == 1.1e10
    assert figures.value("gdp", year=2019) == 1e10
    assert figures.by_area("gdp", 2018) == {}


@pytest.mark.parametrize("age", ["0-14", "65+", "100+", "7-7"])
def test_ages(age: str) -> None:
    assert Cell.model_validate(cell("residents", 1, age=age)).key[4] == age


def test_the_quantities_are_named_once() -> None:
    assert len(QUANTITIES) == len(set(QUANTITIES))
    assert all(name.isidentifier() and name.islower() for name in QUANTITIES)
