"""`plan show --json`, `plans --json` and the terminal's tables."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.console import Console

from model.indicators import registry
from scenarios.plan_schema import Plan
from scenarios.plan_show import plan_as_json, plan_as_table, plans_as_json, plans_as_table, produced
from scenarios.plans_at_hand import load_plan, plan_ids
from tests.scenarios.small_plan import small_baseline, small_plan

TOP = [
    "id",
    "title",
    "title_zh",
    "period",
    "baseline_year",
    "areas",
    "indicators",
    "breakdowns",
    "commitments",
    "conflicts",
]
INDICATOR = [
    "no",
    "id",
    "measure",
    "name_zh",
    "name_en",
    "unit",
    "decimals",
    "kind",
    "attribute",
    "strength",
    "baseline",
    "baseline_printed",
    "baseline_basis",
    "target",
    "target_basis",
    "target_year",
    "op",
    "op_printed",
    "produced",
    "source",
]
PRODUCED = {"agent", "institution", "programme", "context", "not_yet"}


@pytest.fixture(params=plan_ids())
def plan(request: pytest.FixtureRequest) -> Plan:
    return load_plan(str(request.param))


@pytest.fixture
def small() -> Plan:
    return Plan.model_validate({**small_plan(), "baseline": small_baseline()})


def shown(thing: object) -> str:
    console = Console(width=300, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(thing)
    return captured.get()


def test_json_has_what_the_contract_names(plan: Plan) -> None:
    answer: dict[str, Any] = json.loads(json.dumps(plan_as_json(plan), ensure_ascii=False))
    assert set(TOP) <= set(answer)
    assert answer["period"] == list(plan.period)
    assert len(answer["indicators"]) == len(plan.targets)
    for row in answer["indicators"]:
        assert set(INDICATOR) <= set(row)
        assert row["produced"] in PRODUCED
        assert isinstance(row["source"]["quote"], str)
    assert [row["no"] for row in answer["indicators"]] == [target.no for target in plan.targets]


def test_breakdowns_are_flat_rows_without_totals() -> None:
    answer = plan_as_json(load_plan("xuzhou"))
    assert len(answer["breakdowns"]) == 9
    jobs = answer["breakdowns"][0]
    assert {"table", "indicator_zh", "unit", "rows"} <= set(jobs)
    assert len(jobs["rows"]) == 8 * 5
    assert {"area", "year", "value"} <= set(jobs["rows"][0])
    assert {row["area"] for row in jobs["rows"]} >= {"丰县", "主城区"}
    assert "合计" not in {row["area"] for table in answer["breakdowns"] for row in table["rows"]}
    assert sum(row["value"] for row in jobs["rows"]) == 375_000


def test_commitments_say_from_and_not_from_underscore(small: Plan) -> None:
    (promise,) = plan_as_json(small)["commitments"]
    assert promise["from"] == 2021
    assert "from_" not in promise


def test_the_base_year_is_filled_in(small: Plan) -> None:
    assert {row["baseline_year"] for row in plan_as_json(small)["indicators"]} == {2020}


def test_produced_follows_the_registry(small: Plan) -> None:
    assert produced(small.target("new_jobs")) == registry()["new_urban_employment"].produced
    assert produced(small.target("grade_high")) == "context", "what is read from no measure is not simulated"


def test_plans_json() -> None:
    plans = [load_plan(name) for name in plan_ids()]
    answer = json.loads(json.dumps(plans_as_json(plans)))
    assert [row["id"] for row in answer["plans"]] == list(plan_ids())
    for row, plan in zip(answer["plans"], plans, strict=True):
        assert {"id", "title_zh", "period", "areas", "counts"} <= set(row)
        counts = row["counts"]
        assert counts.pop("targets") == len(plan.targets) == sum(counts.values())
        assert set(counts) <= PRODUCED
        assert [area["id"] for area in row["areas"]] == [area.id for area in plan.areas]


def test_values_stay_in_the_plans_own_units() -> None:
    row = next(row for row in plan_as_json(load_plan("xuzhou"))["indicators"] if row["no"] == "1")
    assert (row["target"], row["unit"], row["baseline"], row["comparable"]) == (37.5, "万人", 8.8, False)
    assert row["baseline_printed"] == "8.8"
    assert row["target_printed"] == "[37.5](新口径)"


def test_the_terminal_shows_everything(small: Plan) -> None:
    text = shown(plan_as_table(small))
    for words in ("小规划", "new_jobs", "≥ 1.5", "≈ 1000", "附表1", "合计", "fairs", "how_many", "gdp_growth", "估算"):
        assert words in text, words


def test_the_terminal_lists_plans(plan: Plan) -> None:
    text = shown(plans_as_table([plan]))
    assert plan.id in text
    assert f"{plan.period[0]}–{plan.period[1]}" in text
    assert shown(plan_as_table(plan)).startswith(plan.title_zh)


def test_a_plan_without_commitments_has_no_empty_table(small: Plan) -> None:
    bare = small.model_copy(update={"commitments": (), "conflicts": (), "breakdowns": ()})
    text = shown(plan_as_table(bare))
    assert "承诺" not in text
    assert "矛盾" not in text


def test_every_cell_of_every_table_and_every_target_is_shown_as_it_stands(plan: Plan) -> None:
    """Nothing is added, dropped, converted or rounded on the way to JSON, and nothing in it is no JSON (NaN)."""
    answer = json.loads(json.dumps(plan_as_json(plan), allow_nan=False))
    for table, shown_table in zip(plan.breakdowns, answer["breakdowns"], strict=True):
        cells = {(row["area"], row["year"]): row["value"] for row in shown_table["rows"]}
        assert cells == {(area, year): v for area, row in table.rows.items() for year, v in zip(table.years, row, strict=True)}
        assert len(shown_table["rows"]) == len(cells)
        assert all(row["area_id"] == table.area_ids[row["area"]] for row in shown_table["rows"])
    for target, row in zip(plan.targets, answer["indicators"], strict=True):
        assert (row["target"], row["baseline"], row["unit"], row["op"]) == (target.target, target.baseline, target.unit, target.op)
        assert row["baseline_year"] == (target.baseline_year or plan.baseline_year)
    assert len(answer["baseline"]) == len(plan.baseline.cells) and len(answer["history"]) == len(plan.history)


def test_the_terminal_names_every_target_and_table(plan: Plan) -> None:
    text = shown(plan_as_table(plan))
    assert all(target.id in text for target in plan.targets)
    assert all(table.table in text for table in plan.breakdowns)
    assert all(past.name_zh in text for past in plan.history), "what the previous period reached"
    own = json.dumps(plan_as_json(plan), ensure_ascii=False).count("…")
    assert text.count("…") <= own, "no sentence is cut off"
