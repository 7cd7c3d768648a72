"""Nantong's plan as data: rows re-read from the transcript, the readings in use, and what the baseline may hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.plan_check import faults_of
from scenarios.plan_checks.quotes import squeezed
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_folder
from scenarios.units import to_base

TEXT = (Path(__file__).parent / "texts" / "nantong-14th-fyp.txt").read_text(encoding="utf-8")
TABLE_1, TABLE_2 = (
    TEXT.split("表1 “十三五”")[1].split("二、面临形势")[0],
    TEXT.split("表2 “十四五”")[1].split("注：【 】")[0],
)
OPS = {">": "gt", "<": "lt", "": "ge"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("nantong")


def table_rows(table: str) -> dict[str, list[str]]:
    """The numbered rows of a table of the transcript: number -> cells."""
    rows = re.findall(r"^(\d+)\. (.+)$", table, flags=re.MULTILINE)
    return {no: cells.split("\t") for no, cells in rows}


def test_the_folder_has_no_fault() -> None:
    assert faults_of(plan_folder("nantong")) == []


def test_table_2_is_complete(plan: Plan) -> None:
    rows = table_rows(TABLE_2)
    assert len(rows) == 17
    assert [t.no for t in plan.targets if t.no.isdigit()] == list(rows)


@pytest.mark.parametrize("no", [str(n) for n in range(1, 18)])
def test_each_row_of_table_2_says_what_is_printed(plan: Plan, no: str) -> None:
    name, printed, attribute = table_rows(TABLE_2)[no]
    target = next(t for t in plan.targets if t.no == no)
    words = re.fullmatch(r"(.+)（(.+)）", name)
    assert words is not None
    assert (target.name_zh, target.unit, target.attribute) == (words[1], words[2], attribute)
    assert target.target == float(re.search(r"[\d.]+", printed)[0])  # type: ignore[index]
    assert target.target_printed == printed
    assert (target.target_basis == "period_sum") == ("【" in printed)
    assert target.op == ("about" if "左右" in printed else OPS[re.sub(r"[^<>]", "", printed)])


@pytest.mark.parametrize("no", [str(n) for n in range(1, 14)])
def test_each_row_of_table_1_stands_in_the_history(plan: Plan, no: str) -> None:
    name, aim, outcome = table_rows(TABLE_1)[no]
    past = next(row for row in plan.history if row.no == no)
    assert name.startswith(past.name_zh)
    assert (past.target_printed, past.outcome_printed) == (aim, outcome)
    assert (past.target, past.outcome) == (float(aim.strip("<>")), float(outcome))
    assert past.op == OPS[re.sub(r"[^<>]", "", aim)]
    assert past.period == (2016, 2020)


def test_every_quote_stands_in_the_document(plan: Plan) -> None:
    whole = squeezed(TEXT)
    quotes = [t.source.quote for t in plan.targets] + [past.source.quote for past in plan.history]
    quotes += [c.quote for c in plan.commitments] + [q for c in plan.conflicts for q in c.quotes]
    assert [q for q in quotes if squeezed(q) not in whole] == []


def test_bases_come_from_the_other_table(plan: Plan) -> None:
    bases = {t.no: t.baseline for t in plan.targets if t.no.isdigit() and t.baseline is not None}
    assert bases == {"1": 50.7, "3": 1.75, "4": 9.04, "6": 173.7, "9": 143.5, "10": 145, "11": 49.88, "15": 98.8}
    assert plan.target("subsidised_training_sum").baseline is None  # 30.64 counts persons, the target person-times
    assert plan.target("pension_paying_rate_2025").baseline is None  # 98.17 is coverage, not payment


@pytest.mark.parametrize(
    ("target_id", "value", "basis", "strength"),
    [
        ("employment_skill_training_sum", 15, "period_sum", "firm"),
        ("pension_active_2025", 316, "level", "firm"),
        ("pension_civil_2025", 13, "level", "firm"),
        ("graduates_attracted_sum", 15, "period_sum", "strive"),
        ("native_graduates_returned_sum", 6, "period_sum", "strive"),
        ("talent_carriers_sum", 30, "period_sum", "firm"),
        ("new_high_skilled_sum", 5, "period_sum", "firm"),
        ("young_high_level_talent", 5000, "every_year", "firm"),
        ("returnees_each_year", 300, "every_year", "firm"),
        ("doctors_each_year", 200, "every_year", "firm"),
        ("postdocs_each_year", 20, "every_year", "firm"),
    ],
)
def test_prose_targets(plan: Plan, target_id: str, value: float, basis: str, strength: str) -> None:
    target = plan.target(target_id)
    assert (target.target, target.target_basis, target.strength) == (value, basis, strength)
    assert target.no.startswith("P") and target.attribute is None


def test_the_binding_rows_are_the_three_insurance_headcounts(plan: Plan) -> None:
    assert [t.no for t in plan.targets if t.attribute == "约束性"] == ["6", "8", "9"]


def test_parts_of_the_pension_total_leave_the_residents(plan: Plan) -> None:
    conflict = next(c for c in plan.conflicts if c.id == "resident_remainder")
    parts = plan.target("pension_enterprise_2025").target + plan.target("pension_civil_2025").target
    assert next(r.value for r in conflict.readings if r.in_use) == plan.target("pension_active_2025").target - parts


def test_one_reading_of_each_conflict_is_in_use(plan: Plan) -> None:
    in_use = {c.id: [r.id for r in c.readings if r.in_use] for c in plan.conflicts}
    assert all(len(ids) == 1 for ids in in_use.values()) and all(len(c.readings) > 1 for c in plan.conflicts)
    assert in_use["bases_in_another_table"] == ["table_1_and_prose"]
    assert in_use["pension_active_or_all"] == ["active_only"]
    assert in_use["dispute_rates_above_or_not_below"] == ["above"]
    assert in_use["training_persons_or_times"] == ["two_series"]


def test_the_city_is_its_eight_census_areas(plan: Plan) -> None:
    assert {a.id for a in plan.finest_areas} == {
        "320613", "320612", "320614", "320623", "320681", "320682", "320685", "nantong_etdz",
    }  # fmt: skip
    residents = plan.baseline.by_area("residents", 2020)
    assert sum(residents[a.id] for a in plan.finest_areas) == residents["ALL"] == 7726635


def test_ages_and_hukou_close(plan: Plan) -> None:
    value = plan.baseline.value
    assert sum(value("residents", age=age) for age in ("0-14", "15-59", "60-64", "65+")) == 7726635
    assert value("hukou_population") - value("hukou_outside") + value("resident_non_hukou") == value("residents")
    assert value("residents", age="65+") / value("residents") == pytest.approx(0.2267, abs=5e-5)


def test_pension_parts_close(plan: Plan) -> None:
    parts = ("pension_enterprise_active", "pension_civil", "resident_pension_active")
    assert sum(plan.baseline.value(name, year=2020) for name in parts) == plan.baseline.value("pension_active")


def test_no_cell_is_later_than_the_baseline_or_a_target(plan: Plan) -> None:
    assert max(cell.year for cell in plan.baseline.cells) == plan.baseline_year == 2020
    aims = {(t.measure, to_base(t.target, t.unit)[0]) for t in plan.targets if t.measure}
    assert [c.quantity for c in plan.baseline.cells if (c.quantity, c.base_value) in aims] == []


def test_imputed_cells_say_how(plan: Plan) -> None:
    assert all(cell.method for cell in plan.baseline.cells if cell.status != "published")
    assert plan.baseline.cell("ui_insured").status == "imputed"  # type: ignore[union-attr]
    assert plan.baseline.cell("injury_insured").status == "published"  # type: ignore[union-attr]


def test_growth_is_a_declared_range(plan: Plan) -> None:
    assert plan.macro.printed is None and plan.macro.range is not None
    assert plan.macro.range.marked == "假设"
    growth = [c.value / 100 for c in plan.baseline.cells if c.quantity == "gdp_growth" and c.area == "ALL"]
    assert (plan.macro.range.low, plan.macro.range.high) == pytest.approx((min(growth), max(growth)))
