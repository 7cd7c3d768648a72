"""The nine county tables of 徐州: rows, columns and grand totals as printed, and the annex against the main table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scenarios.plan_schema import Breakdown, Plan
from scenarios.plans_at_hand import load_plan
from scenarios.units import to_base

TABLES = [f"附件表{number}" for number in range(1, 10)]
PLAN = load_plan("xuzhou")


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> Breakdown:
    return next(t for t in PLAN.breakdowns if t.table == request.param)


@pytest.fixture
def plan() -> Plan:
    return PLAN


def exact(values: tuple[float | None, ...] | list[float]) -> Decimal:
    return sum((Decimal(repr(value)) for value in values if value is not None), Decimal(0))


def test_there_are_nine_tables_without_total_rows(plan: Plan) -> None:
    assert [t.table for t in plan.breakdowns] == TABLES
    assert all("合计" not in t.rows for t in plan.breakdowns)
    assert [len(t.rows) for t in plan.breakdowns] == [8, 9, 13, 12, 12, 7, 7, 7, 12]
    assert sum(len(row) for t in plan.breakdowns for row in t.rows.values()) == 456


def test_columns_add_up(table: Breakdown) -> None:
    assert table.column_totals is not None
    for place, printed in enumerate(table.column_totals):
        assert exact([row[place] or 0 for row in table.rows.values()]) == Decimal(repr(printed))


def test_rows_add_up(table: Breakdown) -> None:
    if table.kind == "stock":
        assert table.row_totals is None
        assert table.grand_total is None
        return
    assert table.row_totals is not None
    assert list(table.row_totals) == list(table.rows)
    for name, printed in table.row_totals.items():
        assert exact(table.rows[name]) == Decimal(repr(printed))


def test_grand_total_is_the_sum_of_both(table: Breakdown) -> None:
    if table.grand_total is None:
        return
    assert table.column_totals is not None
    assert table.row_totals is not None
    grand = Decimal(repr(table.grand_total))
    assert exact(table.column_totals) == grand
    assert exact(tuple(table.row_totals.values())) == grand


def test_flow_tables_reach_the_main_table(plan: Plan) -> None:
    sums = {t.target: to_base(t.grand_total, t.unit)[0] for t in plan.breakdowns if t.target and t.grand_total}
    assert sums == {
        "new_urban_employment_sum": 375_000,
        "rural_transfer_sum": 110_000,
        "startups_sum": 120_000,
        "graduates_attracted_sum": 250_000,
    }
    for name, total in sums.items():
        target = plan.target(name)
        assert to_base(target.target, target.unit)[0] == total


@pytest.mark.parametrize(
    ("name", "base", "goal"),
    [("pension_active_2025", 356.95, 375), ("injury_insured_2025", 102.11, 117), ("ui_insured_2025", 84.9, 100)],
)
def test_stock_tables_start_at_the_base_and_end_at_the_target(plan: Plan, name: str, base: float, goal: float) -> None:
    table = next(t for t in plan.breakdowns if t.target == name)
    target = plan.target(name)
    assert table.column_totals is not None
    totals = dict(zip(table.years, table.column_totals, strict=True))
    assert (totals[2020], totals[2025]) == (base, goal) == (target.baseline, target.target)


def test_inputs_reach_their_commitments(plan: Plan) -> None:
    promises = {promise.id: promise for promise in plan.commitments}
    fairs, loans = (next(t for t in plan.breakdowns if t.table == name) for name in ("附件表3", "附件表5"))
    assert fairs.commitment is not None
    assert loans.commitment is not None
    assert fairs.column_totals is not None
    assert min(fairs.column_totals) == promises[fairs.commitment].value == 400
    assert fairs.grand_total == 2139
    assert loans.grand_total is not None
    assert to_base(loans.grand_total, loans.unit) == to_base(promises[loans.commitment].value, "亿元") == (1e10, "元")


def test_each_table_covers_the_city_once(plan: Plan) -> None:
    """The rows of a table overlap nowhere; only table 2 leaves out areas (no task), and 市直 has no territory."""
    finest = {area.id for area in plan.finest_areas}
    left_out: dict[str, set[str]] = {}
    for table in plan.breakdowns:
        parts = [p for name in table.rows for p in (plan.area(table.area_ids[name]).parts or (table.area_ids[name],))]
        assert len(parts) == len(set(parts)), table.table
        left_out[table.table] = finest - set(parts)
        assert set(parts) - finest <= {"shizhi"}
    assert {name: rest for name, rest in left_out.items() if rest} == {"附件表2": {"320303", "320302", "320311"}}
