"""Haining's plan as data: rows re-read from the transcript, contradictions, one population of pension figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.plan_check import faults_of
from scenarios.plan_checks.quotes import squeezed
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_folder
from scenarios.units import to_base

TEXT = (Path(__file__).parent / "texts" / "haining-14th-fyp.txt").read_text(encoding="utf-8")
BOX_1, BOX_2 = TEXT.split("专栏 1 ")[1].split("注：[]")[0], TEXT.split("专栏2 ")[1].split("注：[]")[0]
TASKS = TEXT.split("附表\n\n海宁市")[1]
OPS = {">": "gt", "<": "lt", "": "ge"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("haining")


def box_rows(box: str) -> dict[str, list[str]]:
    """The numbered rows of a box of the transcript: number -> name and cells."""
    rows = re.findall(r"(?:^|\t)(\d+)\. (.+)$", box, flags=re.MULTILINE)
    return {no: cells.split("\t") for no, cells in rows}


def number(printed: str) -> float | None:
    found = re.search(r"[\d.]+", printed)
    return float(found[0]) if found else None


def test_the_folder_has_no_fault() -> None:
    assert faults_of(plan_folder("haining")) == []


def test_box_2_has_nineteen_indicators_one_of_three_parts(plan: Plan) -> None:
    rows = box_rows(BOX_2)
    assert len(rows) == 19
    ours = [t.no for t in plan.targets if not t.no.startswith("P")]
    assert list(dict.fromkeys(no.partition(".")[0] for no in ours)) == list(rows)
    assert len(ours) == 21


@pytest.mark.parametrize("no", [str(n) for n in range(1, 20) if n != 15])
def test_each_row_of_box_2_says_what_is_printed(plan: Plan, no: str) -> None:
    name, base, aim, attribute = box_rows(BOX_2)[no]
    target = next(t for t in plan.targets if t.no == no)
    assert name.startswith(target.name_zh) and f"（{target.unit}）" in name and target.attribute == attribute
    assert (target.baseline_printed, target.target_printed) == (base, aim)
    assert (target.baseline, target.target) == (number(base), number(aim))
    assert (target.target_basis == "period_sum") == aim.startswith("[")
    assert target.op == OPS[re.sub(r"[^<>]", "", aim)]
    owner = re.search(r"\**$", name)[0]  # type: ignore[index]
    assert target.note is not None
    assert target.note.startswith({"**": "浙江省厅指标", "*": "嘉兴市局指标", "": "海宁定制指标"}[owner])


def test_the_ratio_is_three_parts_of_one_group(plan: Plan) -> None:
    _, base, aim, _ = box_rows(BOX_2)["15"]
    parts = sorted((t for t in plan.targets if t.group == "professional_grades"), key=lambda t: t.order or 0)
    assert [t.baseline for t in parts] == [float(x) for x in base.split(":")] == [6, 30, 64]
    assert [t.target for t in parts] == [float(x) for x in aim.split(":")]
    assert sum(t.target for t in parts) == pytest.approx(100)
    assert {t.kind for t in parts} == {"part"} and [t.order for t in parts] == [1, 2, 3]


@pytest.mark.parametrize("no", [str(n) for n in range(1, 17) if n != 13])
def test_each_row_of_box_1_stands_in_the_history(plan: Plan, no: str) -> None:
    name, base, aim, outcome = box_rows(BOX_1)[no][:4]
    past = next(row for row in plan.history if row.no == no)
    assert name.startswith(past.name_zh)
    assert (past.base_printed, past.target_printed, past.outcome_printed) == (base, aim, outcome)
    assert (past.base, past.target, past.outcome) == (number(base), number(aim), number(outcome))
    assert (past.basis == "period_sum") == outcome.startswith("[")


def test_the_past_ratio_has_its_three_parts(plan: Plan) -> None:
    parts = [row for row in plan.history if row.group == "professional_grades_past"]
    assert [(p.base, p.target, p.outcome) for p in parts] == [(5, 6, 6), (27, 30, 30), (68, 64, 64)]


def test_every_quote_stands_in_the_document(plan: Plan) -> None:
    whole = squeezed(TEXT)
    quotes = [t.source.quote for t in plan.targets] + [past.source.quote for past in plan.history]
    quotes += [c.quote for c in plan.commitments] + [q for c in plan.conflicts for q in c.quotes]
    assert [q for q in quotes if squeezed(q) not in whole] == []


@pytest.mark.parametrize(
    ("target_id", "value", "kind", "basis"),
    [
        ("postdocs_sum", 200, "flow", "period_sum"),
        ("skilled_recruited_sum", 10, "flow", "period_sum"),
        ("talent_apartments_built", 10000, "build_out", "period_sum"),
        ("postdoc_stations_2025", 25, "build_out", "level"),
        ("national_postdoc_stations_2025", 2, "build_out", "period_sum"),
        ("hard_to_employ_each_year", 700, "flow", "every_year"),
        ("skills_training_each_year", 2, "flow", "every_year"),
        ("startup_training_each_year", 1000, "flow", "every_year"),
        ("professional_training_each_year", 2, "flow", "every_year"),
        ("professional_training_sum", 10, "flow", "period_sum"),
    ],
)
def test_prose_targets(plan: Plan, target_id: str, value: float, kind: str, basis: str) -> None:
    target = plan.target(target_id)
    assert (target.target, target.kind, target.target_basis) == (value, kind, basis)
    assert target.no.startswith("P") and target.attribute is None


def test_yearly_rows_make_the_five_year_rows(plan: Plan) -> None:
    years = plan.period[1] - plan.period[0] + 1
    assert plan.target("skills_training_each_year").target * years == plan.target("subsidised_training_sum").target
    assert (
        plan.target("professional_training_each_year").target * years == plan.target("professional_training_sum").target
    )


def test_the_task_list_is_transcribed_number_by_number(plan: Plan) -> None:
    aims = [line.split("\t")[3] for line in TASKS.splitlines() if re.match(r"\d\t", line)]
    assert len(aims) == 9
    text = re.sub(r"“[^”]*”|政务服务 2\.0|五年", "", "".join(aims))
    numbers = re.findall(r"(\d+)\s*(万?)", text)
    promised = {c.value for c in plan.commitments if "附表" in c.place}
    assert len(numbers) >= 18
    assert [n for n in numbers if int(n[0]) * (10000 if n[1] else 1) not in promised] == []


def test_thirteen_is_in_use_and_ten_is_kept(plan: Plan) -> None:
    conflict = next(c for c in plan.conflicts if c.id == "new_employment_13_or_10")
    assert {r.value: r.in_use for r in conflict.readings} == {13: True, 10: False}
    assert plan.target("new_urban_employment_sum").target == 13
    assert next(c.value for c in plan.commitments if c.id == "task_new_employment") == 100000


def test_one_reading_of_each_conflict_is_in_use(plan: Plan) -> None:
    in_use = {c.id: [r.id for r in c.readings if r.in_use] for c in plan.conflicts}
    assert all(len(ids) == 1 for ids in in_use.values()) and all(len(c.readings) > 1 for c in plan.conflicts)
    assert in_use["pension_headcount_population"] == ["hukou_with_pensioners"]
    assert in_use["skilled_net_or_gross"] == ["stock_and_gross"]


def test_pension_figures_fit_one_declared_population(plan: Plan) -> None:
    """52.46 at 85 % and 59.86 at 96.87 % have the same base, inside the hukou population and with its pensioners."""
    should, value = {}, plan.baseline.value
    for year in (2015, 2020):
        should[year] = value("pension_should_insured", year=year)
        insured = value("pension_hukou_members", year=year)
        assert 100 * insured / should[year] == pytest.approx(value("pension_coverage_rate", year=year), abs=0.005)
    assert should[2015] == pytest.approx(should[2020], rel=0.003)
    in_use = next(r for c in plan.conflicts if c.id == "pension_headcount_population" for r in c.readings if r.in_use)
    assert in_use.value == pytest.approx(should[2020], rel=0.001)
    assert should[2020] < value("hukou_population")
    working_age = value("residents", age="15-59") - value("resident_non_hukou") + value("hukou_outside")
    assert value("pension_hukou_members", year=2020) > working_age  # active members alone cannot make the headcount


def test_history_and_baseline_agree_on_the_pension_headcount(plan: Plan) -> None:
    past = next(row for row in plan.history if row.no == "5")
    assert (past.base, past.outcome) == (52.46, 59.86)
    assert plan.baseline.value("pension_hukou_members", year=2015) == 524600
    assert plan.baseline.value("pension_hukou_members", year=2020) == 598600


def test_ages_and_hukou_close(plan: Plan) -> None:
    value = plan.baseline.value
    assert (
        sum(value("residents", age=age) for age in ("0-14", "15-59", "60-64", "65+")) == value("residents") == 1076199
    )
    assert value("hukou_population") - value("hukou_outside") + value("resident_non_hukou") == value("residents")


def test_injury_takes_many_more_than_unemployment_insurance(plan: Plan) -> None:
    assert plan.baseline.value("injury_insured", year=2020) - plan.baseline.value("ui_insured", year=2020) == 136100


def test_no_cell_is_later_than_the_baseline_or_a_target(plan: Plan) -> None:
    assert max(cell.year for cell in plan.baseline.cells) == plan.baseline_year == 2020
    aims = {(t.measure, to_base(t.target, t.unit)[0]) for t in plan.targets if t.measure}
    assert [c.quantity for c in plan.baseline.cells if (c.quantity, c.base_value) in aims] == []


def test_growth_is_a_declared_range(plan: Plan) -> None:
    assert plan.macro.printed is None and plan.macro.range is not None and plan.macro.range.marked == "假设"
    growth = [c.value / 100 for c in plan.baseline.cells if c.quantity == "gdp_growth"]
    assert (plan.macro.range.low, plan.macro.range.high) == pytest.approx((min(growth), max(growth)))
