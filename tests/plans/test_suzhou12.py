"""苏州市 十二五: a plan without tables, held against its prose and against simple arithmetic."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from scenarios.plan_check import faults_of
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_folder

TEXT = Path(__file__).parent / "texts" / "suzhou-12th-fyp.txt"


@cache
def plan() -> Plan:
    return load_plan("suzhou12")


@cache
def document() -> str:
    return re.sub(r"\s+", "", TEXT.read_text(encoding="utf-8"))


def conflict_value(conflict_id: str) -> float | None:
    conflict = next(c for c in plan().conflicts if c.id == conflict_id)
    return next(r.value for r in conflict.readings if r.in_use)


def test_files_have_no_faults() -> None:
    assert faults_of(plan_folder("suzhou12")) == []


def test_period_and_area() -> None:
    assert (plan().period, plan().baseline_year, plan().province) == ((2011, 2015), 2010, "jiangsu")
    assert [a.id for a in plan().finest_areas] == ["320500"]


def test_targets_are_numbered_prose_without_attribute() -> None:
    assert [t.no for t in plan().targets] == [f"P{n}" for n in range(1, 35)]
    assert {t.attribute for t in plan().targets} == {None}
    assert Counter(t.source.place[0] for t in plan().targets) == {"二": 24, "三": 10}


def test_every_number_of_the_goals_chapter_is_transcribed() -> None:
    goals = document().split("（三）主要目标。")[1].split("三、“十二五”时期人力资源")[0]
    goals = re.sub(r"(?<=[。])\d\.", "", re.sub(r"^\d\.", "", goals))
    printed = Counter(float(n) for n in re.findall(r"\d+(?:\.\d+)?", goals))
    transcribed = Counter(t.target for t in plan().targets if t.source.place.startswith("二（三）"))
    transcribed[99] -= 1  # one 99 % stands for pension and medical coverage
    assert printed == transcribed


@pytest.mark.parametrize(("target", "expected"), [
    ("talent_total", (146.23, 200, "level", "ge")), ("high_level_talent", (6.2, 10, "level", "gt")),
    ("postdocs_recruited_sum", (None, 200, "period_sum", "ge")), ("high_skilled_total", (None, 32, "level", "ge")),
    ("high_skilled_share", (None, 31, "level", "ge")), ("registered_unemployment_rate", (2.8, 4, "every_year", "le")),
    ("social_registered_unemployment_rate", (None, 4.5, "every_year", "le")),
    ("contract_signing_rate", (98, 98, "every_year", "ge")),
    ("inspection_clearance_rate", (None, 96, "every_year", "ge")),
    ("arbitration_clearance_rate", (None, 92, "every_year", "ge")),
    ("tertiary_employment_share", (None, 45, "level", "about")),
    ("leading_talent_yearly", (None, 100, "every_year", "about")),
    ("startups_sum", (None, 10, "period_sum", "ge")), ("startup_jobs_sum", (None, 70, "period_sum", "ge")),
    ("village_staffing_rate", (88, 100, "level", "ge")),
])  # fmt: skip
def test_selected_targets(target: str, expected: tuple[float | None, float, str, str]) -> None:
    row = plan().target(target)
    assert (row.baseline, row.target, row.target_basis, row.op) == expected


def test_words_of_striving_stand_apart() -> None:
    assert {t.id for t in plan().targets if t.strength == "strive"} == {"entrant_training_share", "incubators_sum"}
    assert all("力争" in t.source.quote for t in plan().targets if t.strength == "strive")


def test_tolerances_of_about() -> None:
    rows = {t.id: t.tolerance for t in plan().targets if t.op == "about"}
    assert rows == {"leading_talent_yearly": 5, "tertiary_employment_share": 0.5}


def test_lower_is_better_only_for_unemployment() -> None:
    lower = [t.id for t in plan().targets if t.lower_is_better]
    assert lower == ["registered_unemployment_rate", "social_registered_unemployment_rate"]


@pytest.mark.parametrize(("conflict", "value"), [
    ("high_level_talent_base", 6.2), ("leading_talent_per_year", 500), ("two_graduate_rates", 98),
    ("full_employment_base", 95),
    ("coverage_base", 98), ("pension_headcount", 318.8), ("village_staffing_base", 88), ("talent_definition", 146.23),
    ("certificates_persons_or_times", 20), ("contract_rate_scope", 98),
])  # fmt: skip
def test_reading_in_use(conflict: str, value: float) -> None:
    assert conflict_value(conflict) == value


def test_dated_reforms_are_programmes() -> None:
    merged = {c.id: (c.to, c.role) for c in plan().commitments if c.id.endswith(("_2012", "_2013"))}
    assert merged == {"pension_merger_2012": (2012, "programme"), "medical_merger_2013": (2013, "programme")}
    contests = next(c for c in plan().commitments if c.id == "overseas_contests_yearly")
    assert (contests.value, contests.value_high, contests.per) == (1, 2, "year")


def test_history_holds_the_outcomes_of_the_eleventh_period() -> None:
    outcomes = {h.measure: h.outcome for h in plan().history if h.measure}
    assert outcomes["new_urban_employment"] == 78.43 and outcomes["reemployed"] == 40.34
    schemes = ("pension_enterprise_active", "ui_insured", "injury_insured")
    assert [outcomes[scheme] for scheme in schemes] == [318.8, 256.8, 287.1]
    assert {h.period for h in plan().history} == {(2006, 2010)} and len(plan().history) == 48


def test_quotes_and_printed_numbers_stand_in_the_document() -> None:
    quotes = [t.source.quote for t in plan().targets] + [h.source.quote for h in plan().history]
    quotes += [c.quote for c in plan().commitments]
    quotes += [q for c in plan().conflicts for q in c.quotes]
    assert [q for q in quotes if re.sub(r"\s+", "", q) not in document()] == []
    for target in plan().targets:
        assert re.sub(r"\s+", "", target.target_printed) in re.sub(r"\s+", "", target.source.quote), target.id
        assert re.sub(r"\s+", "", target.baseline_printed or "") in document(), target.id


def test_growth_range_brackets_the_mean_of_the_five_years_before() -> None:
    growth = plan().macro.range
    assert plan().macro.printed is None and growth is not None and growth.marked == "假设"
    assert growth.central == pytest.approx(plan().baseline.value("gdp_growth", year=2010) / 100)
    assert growth.low < growth.central < growth.high == plan().baseline.value("gdp_growth", year=2005) / 100


def test_baseline_stays_before_the_plan_and_says_how() -> None:
    for cell in plan().baseline.cells:
        assert cell.year <= 2010 and cell.source
        assert cell.status == "published" or cell.method, cell.quantity
        assert not (cell.status == "imputed" and cell.confidence == "high")


def test_later_evidence_is_marked_hindsight() -> None:
    later = re.compile(r"201[1-9]|202\d|“十[三四]五”|第四次经济普查")
    for cell in plan().baseline.cells:
        words = f"{cell.source} {cell.method}".replace("苏府〔2011〕203号", "")
        words = re.sub(r"World Population Prospects 2024", "", words)
        if cell.status == "imputed" and later.search(words):
            assert cell.hindsight, cell.quantity


def test_no_baseline_cell_is_an_outcome_of_suzhou_after_2010() -> None:
    for cell in plan().baseline.cells:
        assert not (cell.hindsight and cell.status == "published"), cell.quantity


def test_baseline_identities() -> None:
    base = plan().baseline
    assert base.value("residents") == base.value("residents", "320500") == 10_459_890
    assert sum(base.value("residents", age=age) for age in ("0-14", "15-59", "60-64", "65+")) == base.value("residents")
    locals_at_home = base.value("hukou_population") - base.value("hukou_outside")
    assert base.value("residents") == locals_at_home + base.value("resident_non_hukou")
    assert base.value("employed_residents") == base.value("farm_employed") + base.value("nonfarm_employed")
    schemes = ("pension_enterprise_active", "pension_civil", "resident_pension_active")
    assert base.value("pension_active") == sum(base.value(scheme) for scheme in schemes)
    assert base.value("urban_share") == pytest.approx(base.value("urban_residents") / base.value("residents"), abs=1e-4)


def test_published_headcounts() -> None:
    base = plan().baseline
    published = {
        "pension_enterprise_active": 3_188_000,
        "employee_medical_insured": 3_910_000,
        "injury_insured": 2_871_000,
        "maternity_insured": 2_855_000,
        "ui_insured": 2_568_000,
    }
    for quantity, persons in published.items():
        cell = base.cell(quantity)
        assert cell is not None and cell.status == "published" and cell.base_value == persons, quantity
    assert base.value("mean_monthly_wage") == round(45566 / 12)


def test_flows_of_the_base_year_are_a_fifth_of_the_period() -> None:
    base = plan().baseline
    for quantity, total in (
        ("new_urban_employment", 784_300),
        ("reemployed", 403_400),
        ("startup_training", 47_000),
        ("subsidised_training", 459_000),
        ("start_up_loans", 583e6),
    ):
        cell = base.cell(quantity)
        assert cell is not None and cell.status == "derived" and cell.base_value == pytest.approx(total / 5), quantity
