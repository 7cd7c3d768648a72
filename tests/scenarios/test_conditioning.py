"""Forecasts that go on from what was observed: weights, resampling, anchored stocks, and nothing touched before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios import Scenario, load_plan, preset, run
from scenarios.bases import last_month, plan_at, year_of
from scenarios.conditioning import Conditioning, conditioning_lines, last_observed
from scenarios.conditioning.anchors import Anchor, carried_on
from scenarios.conditioning.forecast import anchors_of
from scenarios.conditioning.weights import LEAST_SHARE, distance, effective, resampled, weights_of
from scenarios.observed import read_observed
from scenarios.recipes import reproduce
from scenarios.results import Results
from scenarios.scorecard import scorecard
from scenarios.scorecard.whole import whole_as_json
from tests.scenarios.town import PLAN, baseline_text, write_plan

LOSSES = st.lists(st.floats(0, 50), min_size=2, max_size=40)
UI_TARGET = """\
  - no: "2"
    id: ui_2025
    measure: ui_insured
    name_zh: 失业保险参保人数
    name_en: Unemployment insurance members
    unit: 人
    decimals: 0
    kind: stock
    attribute: 约束性
    strength: firm
    baseline: 7500
    baseline_printed: "7500"
    baseline_basis: level
    target: 9000
    target_printed: "9000"
    target_basis: level
    target_year: 2025
    op: ge
    source: {place: 表1, quote: 失业保险参保人数}
breakdowns:
"""
HEAD = "plan,indicator,area,period,value,definition,source,status\n"
OBSERVED = HEAD + "town,ui_2025,,2021,8600,,公报,published\ntown,new_jobs,,2021,1150,,公报,published\n"
SHORT: dict[str, Any] = {"draws": 4, "scale": 500, "until": "2022-06", "prior": True, "executor": "serial"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = write_plan(tmp_path_factory.mktemp("plans") / "town", plan=PLAN.replace("breakdowns:\n", UI_TARGET, 1))
    (folder / "seen.csv").write_text(OBSERVED, encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def pair(town: str) -> tuple[Results, Results]:
    """The same scenario without and with the observed values."""
    scenario = preset("baseline", town)
    return run(scenario, use_observed=False, **SHORT), run(scenario, observed=f"{town}/seen.csv", **SHORT)


# --- weights ---------------------------------------------------------------------------------------------------------


@given(LOSSES)
def test_weights_add_up_and_leave_half_of_the_draws_effective(losses: list[float]) -> None:
    weights, power = weights_of([np.sqrt(np.array([losses]))], len(losses))
    assert weights.sum() == pytest.approx(1.0) and (weights >= 0).all() and 0 <= power <= 1
    assert effective(weights) >= LEAST_SHARE * len(losses) - 1e-6


@given(LOSSES)
def test_a_draw_that_fits_better_never_weighs_less(losses: list[float]) -> None:
    weights, _ = weights_of([np.sqrt(np.array([losses]))], len(losses))
    order = np.argsort(losses, kind="stable")
    assert (np.diff(weights[order]) <= 1e-12).all()


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=40))
def test_resampling_gives_each_draw_its_share_and_leaves_survivors_in_their_place(raw: list[float]) -> None:
    weights = np.array(raw) / sum(raw)
    chosen = resampled(weights)
    copies = np.bincount(chosen, minlength=len(raw))
    assert copies.sum() == len(raw) and (np.abs(copies - weights * len(raw)) <= 1 + 1e-9).all()
    assert all(chosen[d] == d for d in range(len(raw)) if copies[d])


def test_equal_fits_change_nothing() -> None:
    weights, power = weights_of([np.ones((3, 8))], 8)
    assert power == 1.0 and resampled(weights) == list(range(8))


def test_the_years_of_one_series_count_as_one_observation() -> None:
    one = np.array([[0.0, 1.0]])
    assert weights_of([one], 2)[0] == pytest.approx(weights_of([np.repeat(one, 5, axis=0)], 2)[0])


def test_distances_are_relative_for_counts_and_by_odds_for_rates() -> None:
    assert distance("stock", 103.0, np.array([100.0]))[0] == pytest.approx(np.log(1.03) / 0.03)
    assert distance("rate", 2.0, np.array([2.0]))[0] == 0.0
    assert distance("rate", 90.0, np.array([80.0, 95.0])) == pytest.approx([3.227, -3.0], abs=0.3)
    assert np.isfinite(distance("rate", 100.0, np.array([0.0]))).all()


# --- in a city -------------------------------------------------------------------------------------------------------


def test_months_up_to_the_last_observation_are_not_touched(pair: tuple[Results, Results]) -> None:
    without, with_ = (results.table[results.table["period"] <= "2021-12"].reset_index(drop=True) for results in pair)
    assert without.equals(with_)


def test_later_months_go_on_from_the_observed_stock(pair: tuple[Results, Results]) -> None:
    """8,600 members were observed; the first month after it stands within 3 % of them in every draw, without them it does not."""
    january = [results.table.query("indicator == 'ui_insured' and area == 'ALL' and period == '2022-01'")["value"].to_numpy()
               for results in pair]
    assert (np.abs(january[1] / 8600 - 1) < 0.03).all()
    assert np.abs(january[0] / 8600 - 1).mean() > np.abs(january[1] / 8600 - 1).mean()


def test_areas_still_add_up_to_the_city(pair: tuple[Results, Results]) -> None:
    later = pair[1].table.query("indicator == 'ui_insured' and period > '2021-12'")
    rows = later.pivot(index=["draw", "period"], columns="area", values="value")
    assert (rows["east"] + rows["west"]).to_numpy() == pytest.approx(rows["ALL"].to_numpy())


def test_the_manifest_says_what_was_done_and_how_far_the_model_had_been_off(pair: tuple[Results, Results]) -> None:
    assert "conditioning" not in pair[0].manifest
    said = pair[1].manifest["conditioning"]
    assert said["last_observed"] == "2021-12" == said["anchored_at"] and len(said["ancestors"]) == 4
    assert said["anchors"] == [{"indicator": "ui_insured", "area": "ALL", "value": 8600.0}]
    off = {one["id"]: one for one in said["off"]}
    assert off["ui_2025"]["off"] == pytest.approx(8600 - off["ui_2025"]["simulated"]["p50"])
    lines = conditioning_lines(said), conditioning_lines(said, "en")
    assert "2021-12" in lines[0][0] and "last 2021-12" in lines[1][0] and len(lines[0]) == 4
    step = Conditioning.from_json(said)
    assert step is not None and step.as_json() | {"off": said["off"]} == said


def test_another_scenario_can_go_on_with_the_same_draws(pair: tuple[Results, Results], town: str) -> None:
    other = run(preset("as-planned", town), observed=f"{town}/seen.csv", like=pair[1], **SHORT)
    assert other.manifest["conditioning"]["ancestors"] == pair[1].manifest["conditioning"]["ancestors"]


def test_a_run_from_an_observed_december_holds_later_months_only(town: str) -> None:
    how = SHORT | {"draws": 2}
    found = run(preset("baseline", town), start="2021-12", observed=f"{town}/seen.csv", **how)
    assert found.table["period"].min() == "2022-01" and found.manifest["start"] == "2021-12"
    card = scorecard(load_plan(town), found)
    jobs = next(row for row in card.city if row.task.id == "new_jobs")
    assert jobs.observed[2021].value == 1150
    document = whole_as_json(load_plan(town), card, found)
    assert document["from"] == "2021-12" and document["conditioning"]["last_observed"] == "2021-12"


def test_a_december_of_which_nothing_is_known_is_refused_unless_observed_values_are_left_aside(town: str, tmp_path: Path) -> None:
    how = SHORT | {"draws": 1}
    with pytest.raises(BadInput, match="--no-observed"):
        run(preset("baseline", town), start="2021-12", **how)
    with pytest.raises(BadInput, match=r"baseline-2022\.yaml"):
        run(preset("baseline", town), start="2022-12", observed=f"{town}/seen.csv", **how | {"until": "2023-01"})
    found = run(preset("baseline", town), start="2021-12", use_observed=False, **how)
    assert found.table["period"].min() == "2022-01" and "the model's own" in found.manifest["warnings"][-1]


def test_a_run_can_start_from_another_base_that_a_city_has(town: str, tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "town")
    later = baseline_text().replace("year: 2020", "year: 2025").replace("value: 7500", "value: 8800")
    (folder / "baseline-2025.yaml").write_text(later, encoding="utf-8")
    found = run(preset("baseline", str(folder)), start="2025-12", **SHORT | {"draws": 1, "until": "2026-01"})
    members = found.table.query("indicator == 'ui_insured' and area == 'ALL'")
    assert list(members["period"]) == ["2026-01"] and members["value"].iloc[0] == pytest.approx(8800, rel=0.03)
    assert plan_at(folder, 2025).baseline_year == 2025 and load_plan(folder).baseline_year == 2020


def test_a_faulty_base_is_refused_with_its_faults(tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "town")
    (folder / "baseline-2025.yaml").write_text(baseline_text().replace("quantity: firms", "quantity: firm"), encoding="utf-8")
    with pytest.raises(BadInput, match="did you mean firms"):
        plan_at(folder, 2025)


@pytest.mark.parametrize("start", ["2025", "2025-06", "2019-12", "2040-12", "soon"])
def test_a_run_starts_in_a_december(start: str, town: str) -> None:
    with pytest.raises(BadInput, match="--from"):
        year_of(start, load_plan(town))


def test_a_run_lasts_to_the_end_of_the_plan_or_five_years(town: str) -> None:
    plan = load_plan(town)
    assert [last_month(None, plan, year) for year in (2021, 2025, 2038)] == ["2025-12", "2030-12", "2040-12"]
    assert last_month("2027-06", plan, 2025) == "2027-06"


# --- carrying on -----------------------------------------------------------------------------------------------------


def test_a_stock_is_carried_on_in_proportion_and_a_rate_by_its_odds() -> None:
    import pandas as pd

    rows = [("ALL", "ui_insured", "2021-12", 100.0), ("ALL", "ui_insured", "2022-01", 110.0), ("east", "ui_insured", "2022-01", 50.0),
            ("ALL", "pension_paying_rate", "2021-12", 80.0), ("ALL", "pension_paying_rate", "2022-01", 99.0),
            ("ALL", "new_urban_employment", "2022-01", 7.0)]
    table = pd.DataFrame(rows, columns=["area", "indicator", "period", "value"])
    anchors = [Anchor("ui_insured", "ALL", 120.0), Anchor("pension_paying_rate", "ALL", 90.0)]
    found = carried_on(table, "2021-12", anchors, {}).set_index(["indicator", "area"])["value"]
    assert found["ui_insured", "ALL"] == pytest.approx(132) and found["ui_insured", "east"] == pytest.approx(60)
    assert 99 < found["pension_paying_rate", "ALL"] < 100
    assert found["new_urban_employment", "ALL"] == 7.0


def test_only_stocks_and_rates_are_anchors_in_the_model_s_units(town: str) -> None:
    plan = load_plan(town)
    seen = read_observed(plan, f"{town}/seen.csv")
    assert last_observed(seen) == 2021 * 12 + 11
    found = anchors_of(plan, {("ui_2025", None): {2021: 8600.0}, ("new_jobs", None): {2021: 1150.0}}, 2021)
    assert found == (Anchor("ui_insured", "ALL", 8600.0),)


def test_observed_values_change_the_key_of_later_runs_only(town: str) -> None:
    scenario = Scenario("x", plan=town)
    how = SHORT | {"draws": 2, "until": "2021-12"}
    assert run(scenario, observed=f"{town}/seen.csv", **how).manifest["runs"] == run(scenario, use_observed=False, **how).manifest["runs"]


# --- made again ------------------------------------------------------------------------------------------------------


def test_runs_that_went_on_from_what_was_observed_are_made_again_byte_by_byte(town: str, fresh_home: Path) -> None:
    """Fitted, weighed and resampled anew; `compare` followed another scenario's draws; from a December; from another base."""
    how = SHORT | {"draws": 2, "until": "2022-03"}
    seen = {"observed": f"{town}/seen.csv"}
    first = run(preset("baseline", town), **seen, **how)
    other = run(Scenario("more", plan=town, levers={"training_places": 2000}), like=first, **seen, **how)
    later = run(preset("baseline", town), start="2021-12", **seen, **how)
    alone = run(preset("baseline", town), start="2021-12", use_observed=False, **how)
    for made, count in ((first, 4), (other, 4), (later, 2), (alone, 2)):
        found = reproduce(made.manifest["id"], executor="serial")
        assert (found.same, found.different, found.unknown, found.errors) == (list(range(count)), [], [], {})
    assert reproduce(f"{later.manifest['id']}:1", executor="serial").same == [1]
    with pytest.raises(BadInput, match=":0 …"):
        reproduce(f"{later.manifest['id']}:2", executor="serial")


def test_runs_from_another_base_are_made_again_until_that_base_changes(tmp_path: Path, fresh_home: Path) -> None:
    folder = write_plan(tmp_path / "town")
    later = baseline_text().replace("year: 2020", "year: 2025")
    (folder / "baseline-2025.yaml").write_text(later, encoding="utf-8")
    made = run(preset("baseline", str(folder)), start="2025-12", **SHORT | {"draws": 1, "until": "2026-01"}).manifest["id"]
    assert reproduce(made, executor="serial").same == [0]
    (folder / "baseline-2025.yaml").write_text(later.replace("value: 7500", "value: 8800"), encoding="utf-8")
    with pytest.raises(BadInput, match="have changed since"):
        reproduce(made, executor="serial")
