"""相城区 十四五: what the files say, held against the document and against simple arithmetic."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from scenarios.plan_check import faults_of
from scenarios.plan_schema import PastResult, Plan, Target
from scenarios.plans_at_hand import load_plan, plan_folder

TEXT = Path(__file__).parent / "texts" / "xiangcheng-14th-fyp.txt"
PARTS = {"一": 8, "二": 10, "三": 6, "四": 3, "五": 5}
CUMULATIVE = ("一.1", "一.2", "一.3", "一.4", "一.5", "一.6", "一.7", "一.8")
NEW_IN_PERIOD = ("二.1", "二.3", "二.5", "二.7", "二.8", "二.9", "二.10")


@cache
def plan() -> Plan:
    return load_plan("xiangcheng")


@cache
def document() -> str:
    return TEXT.read_text(encoding="utf-8")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def numbered(no: str) -> Target:
    return next(t for t in plan().targets if t.no == no)


def conflict_value(conflict_id: str) -> float | None:
    conflict = next(c for c in plan().conflicts if c.id == conflict_id)
    return next(r.value for r in conflict.readings if r.in_use)


def test_files_have_no_faults() -> None:
    assert faults_of(plan_folder("xiangcheng")) == []


def test_the_table_is_whole() -> None:
    parts = Counter(t.no.split(".")[0] for t in plan().targets if re.match("[一二三四五]", t.no))
    assert parts == PARTS and sum(parts.values()) == 32


def test_every_printed_row_of_the_table_is_a_target() -> None:
    annex = document().split("主要发展指标\n")[-1].split("附件 3")[0]
    rows = [line for line in annex.splitlines() if re.match(r"\d+\. ", line)]
    assert len(rows) == 32
    quotes = [t.source.quote for t in plan().targets if t.source.place == "附件2"]
    assert [squeezed(row) for row in rows] == [squeezed(quote) for quote in quotes]


def test_table_cells_are_the_columns_of_the_printed_row() -> None:
    for target in (t for t in plan().targets if t.source.place == "附件2"):
        name, unit, base, goal, _, attribute, _ = target.source.quote.split("\t")
        assert name.split(". ")[1] == target.name_zh
        assert (base, goal, attribute) == (target.baseline_printed, target.target_printed, target.attribute), target.id
        assert unit == target.unit or (target.id == "on_the_job_training_sum" and unit == "万人"), target.id


def test_binding_and_expected_rows() -> None:
    attributes = Counter(t.attribute for t in plan().targets)
    assert attributes == {"预期性": 15, "约束性": 17, None: 14}


def test_carriers_of_annex_three() -> None:
    carriers = [t for t in plan().targets if t.no.startswith("附件3")]
    assert [(t.name_zh, t.target_year, t.kind) for t in carriers] == [
        ("长三角人才研究院", 2023, "build_out"), ("中国人事科学院苏州研究基地", 2023, "build_out"),
        ("中国职教协会职业技能培训中心", 2023, "build_out"), ("苏州第二技师学院", 2025, "build_out"),
    ]  # fmt: skip


def test_harmonious_firms_are_two_dated_rows_on_one_series() -> None:
    rows = [t for t in plan().targets if t.measure == "harmonious_firms_share"]
    expected = [(75, 2021, "ge", "firm"), (80, 2022, "ge", "firm")]
    assert [(t.target, t.target_year, t.op, t.strength) for t in rows] == expected


def test_unemployment_is_held_every_year_and_has_only_a_bound_as_base() -> None:
    row = numbered("二.2")
    assert (row.target, row.op, row.target_basis, row.lower_is_better) == (3, "le", "every_year", True)
    assert row.baseline_printed == "2 以内"


@pytest.mark.parametrize("no", CUMULATIVE)
def test_percentages_beside_running_totals_are_growth_a_year(no: str) -> None:
    row = numbered(no)
    printed = float(row.source.quote.split("\t")[4].rstrip("%"))
    assert row.baseline is not None and row.target_basis == "level"
    assert ((row.target / row.baseline) ** 0.2 - 1) * 100 == pytest.approx(printed, abs=0.06)


@pytest.mark.parametrize("no", NEW_IN_PERIOD)
def test_twenty_percent_beside_flows_is_a_fifth_of_the_task(no: str) -> None:
    row = numbered(no)
    assert row.baseline is not None and row.source.quote.split("\t")[4] == "20%"
    assert row.target_basis == "period_sum" and row.baseline_basis == "period_sum"
    after_growth = row.baseline / 5 * sum(1.2**year for year in range(1, 6))
    assert abs(after_growth / row.target - 1) > 0.05, "growth of 20 % a year would not give the printed target"


def test_postdocs_are_a_running_total() -> None:
    row = plan().target("postdocs_running_total")
    assert (row.baseline, row.target, row.target_basis, row.measure) == (139, 240, "level", "postdocs_ever")
    assert conflict_value("postdocs_running_total") == 240 - 139


@pytest.mark.parametrize(("conflict", "value"), [
    ("twenty_percent_beside_flows", 15), ("registered_unemployment_base", 2), ("training_persons_or_places", 10),
    ("mediation_organisations_new_or_total", 100), ("hr_park_branches_new_or_total", 5), ("before_2023", 2023),
    ("high_level_share", 2), ("arbitration_two_rates", 100), ("harmonious_firms_dated", 2022),
    ("strive_in_prose", None),
    ("insured_persons_which_scheme", 29.46), ("model_parks_one_or_two", 1), ("first_technical_school", 1),
])  # fmt: skip
def test_reading_in_use(conflict: str, value: float | None) -> None:
    assert conflict_value(conflict) == value


def test_share_of_high_level_talent_contradicts_the_counts() -> None:
    assert round(2 / 24.15 * 100, 1) == 8.3 and "占人才资源总量的 8.5%" in document()


def test_history_has_the_whole_annex_and_the_prose() -> None:
    table = [h for h in plan().history if h.source.place == "附件1"]
    assert Counter(h.no[0] for h in table) == {"一": 5, "二": 7, "三": 7, "四": 4}
    by_name = {h.name_zh: h for h in plan().history if h.source.place == "附件1"}
    assert (by_name["城镇新增就业人数"].target, by_name["城镇新增就业人数"].outcome) == (14.5, 14.5)
    assert (by_name["生育保险参保人数"].target, by_name["生育保险参保人数"].outcome) == (21, 31.47)
    assert (by_name["引进博士后进站人数"].outcome, by_name["引进博士后进站人数"].basis) == (76, "period_sum")
    assert len(plan().history) - len(table) >= 50


def test_all_past_percent_outcomes_are_percent() -> None:
    assert all(0 <= (h.outcome or 0) <= 320 for h in plan().history if h.unit == "%")


def test_quotes_and_printed_numbers_stand_in_the_document() -> None:
    whole = squeezed(document())
    quotes = [t.source.quote for t in plan().targets] + [h.source.quote for h in plan().history]
    quotes += [c.quote for c in plan().commitments]
    quotes += [q for c in plan().conflicts for q in c.quotes]
    assert [q for q in quotes if squeezed(q) not in whole] == []
    rows: list[Target | PastResult] = [*plan().targets, *plan().history]
    for row in rows:
        words = [getattr(row, f"{part}_printed", None) for part in ("target", "outcome", "baseline")]
        assert all(squeezed(w) in squeezed(row.source.quote) for w in words if w), row.no


def test_growth_is_a_declared_range_of_the_five_years_in_the_baseline() -> None:
    years = [plan().baseline.value("gdp_growth", year=year) / 100 for year in range(2016, 2021)]
    growth = plan().macro.range
    assert plan().macro.printed is None and growth is not None and growth.marked == "假设"
    assert [growth.low, growth.high] == pytest.approx([min(years), max(years)])
    assert growth.central == pytest.approx(sum(years) / 5, abs=1e-9)


def test_baseline_stays_before_the_plan_and_says_how() -> None:
    for cell in plan().baseline.cells:
        assert cell.year <= 2020 and cell.source
        assert cell.status == "published" or cell.method, cell.quantity
        assert not (cell.status == "imputed" and cell.confidence == "high")


def test_baseline_never_holds_a_target() -> None:
    base = plan().baseline
    for target in (t for t in plan().targets if t.measure and t.baseline is not None and t.baseline != t.target):
        cell = base.cell(target.measure or "")
        assert cell is None or cell.value != target.target, target.id


def test_baseline_identities() -> None:
    base = plan().baseline
    assert base.value("residents") == base.value("residents", "320507")
    assert sum(base.value("residents", age=age) for age in ("0-14", "15-59", "60-64", "65+")) == base.value("residents")
    locals_at_home = base.value("hukou_population") - base.value("hukou_outside")
    assert base.value("residents") == locals_at_home + base.value("resident_non_hukou")
    assert base.value("employed_residents") == base.value("farm_employed") + base.value("nonfarm_employed")
    schemes = ("pension_enterprise_active", "pension_civil", "resident_pension_active")
    assert base.value("pension_active") == sum(base.value(scheme) for scheme in schemes)
    assert base.value("ui_insured") < base.value("injury_insured") < base.value("maternity_insured") == 314_700


def test_census_pyramid_of_2010_sums_to_its_total() -> None:
    bands = [c for c in plan().baseline.cells if c.quantity == "residents" and c.year == 2010 and c.sex]
    assert len(bands) == 36 and sum(c.value for c in bands) == 692_947
    assert sum(c.value for c in bands if c.sex == "m") == 362_388


def test_flows_of_the_base_year_are_a_fifth_of_the_period() -> None:
    base = plan().baseline
    for quantity, total in (
        ("new_urban_employment", 145_000),
        ("startups", 6377),
        ("startup_training", 4941),
        ("subsidised_training", 86_500),
        ("postdocs_recruited", 76),
    ):
        cell = base.cell(quantity)
        assert cell is not None and cell.status == "derived", quantity
        assert cell.base_value == pytest.approx(total / 5, abs=0.5), quantity
