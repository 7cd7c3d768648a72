"""资金: what a scenario costs by payer and year, and that every file of the reviews carries the same sums."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from scenarios import Scenario, load_plan
from scenarios.allocation import allocation_as_csv, allocation_as_json, allocation_as_workbook
from scenarios.assess import assessment_as_json, assessment_of
from scenarios.assess_table import assessment_as_csv, assessment_as_workbook
from scenarios.budget import SHEET, WAN, Line, after, budget_as_json, budget_of, budget_sheet, by_payer, owners_of, priced_by_offer
from scenarios.levers import levers
from scenarios.presets import preset
from scenarios.targets import proposals_as_csv, proposals_as_json, proposals_as_workbook
from tests.scenarios.test_allocation import divided  # noqa: F401 - a fixture
from tests.scenarios.test_assess import CAUSES, paired
from tests.scenarios.test_targets import WIDE, proposals

PLANNED = budget_of(preset("as-planned", "xuzhou"))
OWNED = tuple(replace(line, owner=f"{line.lever.cost.payer[:2]}处") for line in PLANNED)
PRICED = [lever for lever in levers().values() if lever.cost.yuan is not None and priced_by_offer(lever)]


def lines_of(name: str, lines: tuple[Line, ...]) -> dict[int, Line]:
    return {line.year: line for line in lines if line.lever.id == name}


# --- sums ------------------------------------------------------------------------------------------------------------


def test_a_lever_costs_its_unit_cost_times_what_is_offered() -> None:
    """徐州: 150,000 training places in each year from the second on, at the lever's cost a place."""
    scenario = Scenario("more", plan="xuzhou", levers={"training_places": {"from": "2022-01", "value": 150_000}})
    lever, found = levers()["training_places"], lines_of("training_places", budget_of(scenario))
    usual = lines_of("training_places", budget_of(preset("baseline", "xuzhou")))
    assert found[2021].extra == 0 and found[2021].yuan == usual[2021].yuan
    for year in range(2022, 2026):
        assert found[year].yuan == pytest.approx(150_000 * lever.cost.yuan)
        assert found[year].extra == pytest.approx((150_000 - usual[year].offered) * lever.cost.yuan)


def test_half_a_year_costs_half() -> None:
    def extra(to: str) -> float:
        more = {"training_places": {"from": "2023-01", "to": to, "value": 200_000}}
        return float(lines_of("training_places", budget_of(Scenario("x", plan="xuzhou", levers=more)))[2023].extra or 0.0)

    assert extra("2023-06") == pytest.approx(extra("2023-12") / 2) and extra("2023-12") > 0


@pytest.mark.parametrize("plan", ["xuzhou", "nantong", "haining", "xiangcheng", "suzhou12"])
def test_permanent_policy_adds_nothing_to_itself(plan: str) -> None:
    assert all(line.extra in (0, None) for line in budget_of(preset("baseline", plan)))


@given(st.sampled_from(PRICED), st.floats(0, 1))
def test_a_lever_moves_its_own_payer_alone(lever: Any, share: float) -> None:
    low, high = lever.range
    base = by_payer(budget_of(preset("baseline", "xuzhou")))
    moved = by_payer(budget_of(Scenario("x", plan="xuzhou", levers={lever.id: low + share * (high - low)})))
    changed = {key[0] for key in set(base) | set(moved) if abs(base.get(key, (0, 0))[0] - moved.get(key, (0, 0))[0]) > 1e-6}
    assert changed <= {lever.cost.payer}


def test_payers_sum_what_can_be_priced_and_name_what_cannot() -> None:
    document = budget_as_json(PLANNED)
    assert sum(one["yuan"] for one in document["payers"]) == pytest.approx(sum(line.yuan or 0 for line in PLANNED), rel=1e-9)
    unpriced = {line.lever.id for line in PLANNED if line.why}
    assert {one["lever"] for one in document["not_priced"]} == unpriced
    assert all((one["yuan"] is None) == (one["lever"] in unpriced) for one in document["levers"])


def test_later_years_and_owners() -> None:
    assert {line.year for line in after(PLANNED, 2023)} == {2024, 2025}
    payer = PLANNED[0].lever.cost.payer
    assert owners_of(OWNED, payer) == [f"{payer[:2]}处"] and owners_of(OWNED, payer, 1999) == []


# --- in every file ---------------------------------------------------------------------------------------------------


@pytest.fixture
def tables(divided: Any, tmp_path: Any) -> dict[str, tuple[Callable[[], bytes], Callable[[], bytes], dict[str, Any], str]]:  # noqa: F811
    """What each review writes: CSV, workbook, JSON, and the scenario's name, all with 徐州's budget as planned."""
    task, next_ones = replace(divided, budget=OWNED), replace(proposals(baseline=WIDE), budget=OWNED)
    outturn = replace(assessment_of(load_plan("xuzhou"), paired(tmp_path), CAUSES, 2025), budget=OWNED)
    return {
        "allocate": (lambda: allocation_as_csv(task), lambda: allocation_as_workbook(task), allocation_as_json(task),
                     str(task.context["scenario"])),
        "targets": (lambda: proposals_as_csv(next_ones), lambda: proposals_as_workbook(next_ones), proposals_as_json(next_ones),
                    str(next_ones.context["scenario"])),
        "assess": (lambda: assessment_as_csv(outturn), lambda: assessment_as_workbook(outturn), assessment_as_json(outturn),
                   str(outturn.card.context["scenario"])),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["allocate", "targets", "assess"])
def test_files_of_every_review_hold_the_budget(kind: str, tables: Any) -> None:
    as_csv, as_workbook, document, scenario = tables[kind]
    name, heads = SHEET["zh"]
    wanted = budget_sheet({scenario: budget_as_json(OWNED)}).rows
    sheet = list(load_workbook(io.BytesIO(as_workbook()))[name].iter_rows(values_only=True))
    start = sheet.index(next(line for line in sheet if line[0] == heads[0]))
    inside = [line for line in sheet[start + 1 :] if line[0] == scenario]
    assert len(inside) == len(wanted)
    total = sum(float(line[3]) for line in inside if line[3] not in (None, ""))
    assert total == pytest.approx(sum(line.yuan or 0 for line in OWNED) / WAN, abs=0.05 * len(inside))
    assert any("处" in str(line[5]) for line in inside) and any("未计价" in str(line[6]) for line in inside)
    text = list(csv.reader(io.StringIO(as_csv().decode("utf-8-sig"))))
    assert [line[:3] for line in text if line and line[0] == scenario and len(line) >= 3] == [[str(c) for c in row[:3]] for row in wanted]
    assert document["budget"]["payers"] == budget_as_json(OWNED)["payers"]


def test_a_budget_speaks_english_too() -> None:
    sheet = budget_sheet({"as-planned": budget_as_json(OWNED)}, "en")
    assert sheet.name == "Budget" and any(str(row[6]).startswith("not priced: ") for row in sheet.rows)
