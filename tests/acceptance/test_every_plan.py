"""Every plan, run as a planner runs it: the document of `run --json` to the letter, and rows that tell the truth about the draws."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, Field

from dashboard.reading import city_rows, headline
from model.indicators import registry
from scenarios.plan_schema import Plan
from scenarios.plan_show import plan_as_json
from scenarios.plans_at_hand import load_plan, plan_ids
from scenarios.presets import preset
from scenarios.results import Results
from scenarios.running import run
from scenarios.scorecard import Scorecard, scorecard, scorecard_as_json

pytestmark = pytest.mark.slow
DRAWS, SCALE = 2, {"xiangcheng": 20}
"""Scale 500, but a district's few hundred graduates of a year are less than one row then."""
USUAL_SCALE = 500
FEW = {"local_graduate_employment_rate", "joint"}
"""A small district may have nobody to count in a year of a draw, which then has no say."""
NET = {"new_urban_employment"}
"""Counted net of 自然减员: below nought in a month of a small area now and then."""
MET_WORDS = {"completed", "exceeded", "held", "held_warning", "ahead"}
UNMET_WORDS = {"missed", "nearly_completed", "breached", "behind"}


# --- the contract of `run --json`, field by field ----------------------------------------------------------------------


class Strict(BaseModel):
    """No field more, no field less, and no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Year = Annotated[str, Field(pattern=r"^\d{4}$")]
Share = Annotated[float, Field(gt=0, lt=1)]


class Band(Strict):
    p10: Number
    p50: Number
    p90: Number


class Joint(Strict):
    met: Number | None
    n: int | None
    probability: Share | None
    interval: Annotated[list[Number], Field(min_length=2, max_length=2)] | None
    left_out: Annotated[int, Field(ge=0)]


class Row(Strict):
    no: str
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    measure: str | None
    name_zh: str
    area: str | None
    kind: Literal["stock", "rate", "flow", "build_out", "part"]
    unit: str
    attribute: Literal["约束性", "预期性"] | None
    strength: Literal["firm", "strive"]
    produced: Literal["agent", "institution", "programme", "context", "not_yet"]
    target: Number
    target_year: int
    op: Literal["ge", "gt", "le", "lt", "eq", "about"]
    by_year: dict[Year, Band]
    cumulative: dict[Year, Band] | None
    final: Band | None
    met: Number | None
    n: int | None
    probability: Share | None
    interval: Annotated[list[Number], Field(min_length=2, max_length=2)] | None
    stance: Literal["climb", "hold", "floor", "no_base", "incomparable"]
    completion: Number | None
    schedule: Number | None
    verdict: Literal[
        "ahead", "faster", "on_track", "behind", "held", "held_warning", "breached", "exceeded", "completed", "nearly_completed", "missed",
        "incomparable", "not_simulated",
    ]  # fmt: skip
    share: Annotated[float, Field(ge=0, le=1)] | None
    light: Literal["green", "amber", "red"] | None
    margin: Number | None
    flags: list[str]
    owner: str


class Document(Strict):
    plan: str
    scenario: str
    macro: Literal["as-planned", "observed"] | dict[Year, Number]
    parameters: Literal["prior", "base_year", "posterior"]
    hindcast: bool
    draws: int
    replicates: int
    scale: int
    seed: int
    wall_seconds: Annotated[float, Field(gt=0)]
    person_months: Annotated[int, Field(gt=0)]
    joint: Joint
    indicators: list[Row]


class Whole(Document):
    """What the command prints beside the scorecard: the months simulated, what was observed, and the budget."""

    start: Annotated[str, Field(alias="from", pattern=r"^\d{4}-\d{2}$")]
    until: str | None
    conditioning: dict[str, Any] | None
    budget: dict[str, Any]


# --- one run a plan ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """A plan with its results, its scorecard, and the document as it would be printed and read again."""

    plan: Plan
    results: Results
    card: Scorecard
    document: dict[str, Any]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(self.document["indicators"])


def scale_of(plan: Plan) -> int:
    return SCALE.get(plan.id, USUAL_SCALE)


@pytest.fixture(scope="module", params=plan_ids())
def ran(request: pytest.FixtureRequest) -> Iterator[Ran]:
    plan = load_plan(request.param)
    results = run(preset("baseline", plan.id), draws=DRAWS, scale=scale_of(plan), executor="serial")
    card = scorecard(plan, results)
    document = json.loads(json.dumps(scorecard_as_json(plan, results), allow_nan=False))
    yield Ran(plan, results, card, document)


def test_the_document_is_the_contracts_to_the_letter(ran: Ran) -> None:
    document = Document.model_validate_json(json.dumps(ran.document))
    assert (document.plan, document.scenario, document.macro) == (ran.plan.id, "baseline", "as-planned")
    assert (document.draws, document.replicates, document.scale, document.seed) == (DRAWS, 1, scale_of(ran.plan), 1)
    assert list(ran.document["indicators"][0]) == list(Row.model_fields), "fields in the order of the contract"


def test_every_target_of_the_plan_is_listed_once_for_the_city_in_the_plans_order(ran: Ran) -> None:
    city = [(row["no"], row["id"], row["measure"], row["unit"], row["target"]) for row in ran.rows if row["area"] is None]
    assert city == [(t.no, t.id, t.measure, t.unit, t.target) for t in ran.plan.targets]


def test_areas_are_those_of_the_plan_and_follow_their_target(ran: Ran) -> None:
    known, seen = {area.id for area in ran.plan.areas}, ""
    for row in ran.rows:
        assert row["area"] is None or (row["area"] in known and row["id"] == seen)
        seen = row["id"]
    areas = [row for row in ran.rows if row["area"] is not None and row["final"] is not None]
    tables = {b.target for b in ran.plan.breakdowns if b.target}
    assert {row["id"] for row in areas} <= tables
    if ran.plan.id == "xuzhou":
        assert {a.id for a in ran.plan.finest_areas} <= {row["area"] for row in areas}


def test_what_is_not_simulated_has_no_values_and_says_so(ran: Ran) -> None:
    for row in ran.rows:
        simulated = registry()[row["measure"]].simulated if row["measure"] in registry() else False
        if row["produced"] in ("not_yet", "context"):
            empty = (row["final"], row["probability"], row["met"], row["n"], row["interval"], row["light"], row["share"], row["completion"])
            assert empty == (None,) * 8 and row["by_year"] == {} and row["cumulative"] is None
            assert row["verdict"] == "not_simulated"
        elif row["area"] is None:
            assert simulated and row["final"] is not None and row["verdict"] != "not_simulated", row["id"]


def test_quantiles_stand_in_order_and_years_are_whole(ran: Ran) -> None:
    for row in ran.rows:
        bands = [*row["by_year"].values(), *(row["cumulative"] or {}).values(), *([row["final"]] if row["final"] else [])]
        assert all(band["p10"] <= band["p50"] <= band["p90"] for band in bands), row["id"]
        if row["final"]:
            years = list(map(int, row["by_year"]))
            assert years == list(range(ran.plan.baseline_year + 1, years[-1] + 1)) and years[-1] >= min(row["target_year"], years[-1])
            assert (row["cumulative"] is not None) == (row["kind"] == "flow") or row["kind"] == "build_out"


def test_a_probability_is_jeffreys_and_never_certain(ran: Ran) -> None:
    for row in [*ran.rows, ran.document["joint"]]:
        if row["probability"] is None:
            continue
        assert row["probability"] == pytest.approx((row["met"] + 0.5) / (row["n"] + 1))
        assert row["n"] == DRAWS or (row.get("id", "joint") in FEW and row["n"] < DRAWS)
        low, high = row["interval"]
        assert 0 <= low <= row["probability"] <= high <= 1


def test_lights_and_words_do_not_contradict_the_draws(ran: Ran) -> None:
    for row in ran.rows:
        if row["probability"] is None:
            continue
        green, amber = (0.9, 0.6) if row["attribute"] == "约束性" else (0.7, 0.4)
        p = row["probability"]
        assert row["light"] == ("green" if p >= green else "amber" if p >= amber else "red"), row["id"]
        if row["met"] == row["n"]:
            assert row["verdict"] in MET_WORDS | {"incomparable"}, row
        if row["met"] == 0:
            assert row["verdict"] in UNMET_WORDS | {"incomparable"}, row


def test_the_joint_row_covers_binding_rows_and_is_never_likelier_than_one_of_them(ran: Ran) -> None:
    binding = [row for row in ran.rows if row["area"] is None and row["attribute"] == "约束性" and row["strength"] == "firm"]
    covered = [row for row in binding if row["met"] is not None]
    joint = ran.document["joint"]
    assert joint["left_out"] == len(binding) - len(covered)
    assert (joint["probability"] is None) == (not covered)
    assert all(joint["met"] <= row["met"] for row in covered)


def test_no_measure_equals_its_target_in_all_draws(ran: Ran) -> None:
    """A city that lands on its targets to the last digit was steered there."""
    seen = 0
    for row in ran.card.rows:
        final = row.judgement.final
        if row.produced not in ("agent", "institution") or final is None:
            continue
        low, high = registry()[str(row.task.measure)].natural_bounds
        if row.task.target in (low, high):
            continue
        seen += 1
        exact = np.isclose(np.asarray(final, float), row.task.target, rtol=1e-12, atol=0)
        assert not exact.all(), (row.task.id, row.task.area, final)
    assert seen >= 2


def test_composites_and_the_city_are_the_sum_of_their_parts(ran: Ran) -> None:
    counts = [i.id for i in registry().values() if i.simulated and not i.over]
    wide = ran.results.table[ran.results.table["indicator"].isin(counts)].pivot_table(
        index=["draw", "indicator", "period"], columns="area", values="value")  # fmt: skip
    finest = [a.id for a in ran.plan.finest_areas]
    assert np.allclose(wide[finest].sum(axis=1), wide["ALL"], atol=0.5)
    for area in ran.plan.composite_areas:
        parts = [part for part in area.parts if part in finest]
        if parts and area.id in wide:
            assert np.allclose(wide[parts].sum(axis=1), wide[area.id], atol=0.5), area.id


def test_values_stay_within_natural_bounds(ran: Ran) -> None:
    """In every month and area; what is counted net (新增就业 less 自然减员) may fall below nought in a month, not in the city's year."""
    yearly = ran.results.yearly()
    for name, months in ran.results.table.groupby("indicator", observed=True)["value"]:
        low, high = registry()[str(name)].natural_bounds
        whole = yearly.loc[(yearly["indicator"] == name) & (yearly["area"] == "ALL"), "value"]
        values = whole if name in NET else months
        assert len(values) and values.min() >= (-math.inf if low is None else low), name
        assert values.max() <= (math.inf if high is None else high), name


def test_no_row_was_observed_because_no_value_was_given(ran: Ran) -> None:
    assert "observed" not in ran.results.manifest
    assert not any("observed" in row or "fact" in row or "observed" in row["flags"] for row in ran.rows)


def test_the_page_counts_as_the_terminal_does(ran: Ran) -> None:
    pairs = headline(plan_as_json(ran.plan), city_rows(ran.document))
    met = sum(row["probability"] >= 0.5 for _, row in pairs)
    assert (met, len(pairs)) == ran.card.headline


def test_the_command_prints_the_same_document(ran: Ran, command: Any) -> None:
    again = command("run", ran.plan.id, "--scale", scale_of(ran.plan), "--draws", DRAWS, "--executor", "serial", "--json")
    assert again.code == 0
    assert {k: v for k, v in again.json.items() if k in ran.document and k != "wall_seconds"} == {
        k: v for k, v in ran.document.items() if k != "wall_seconds"
    }
    Whole.model_validate_json(json.dumps({k: v for k, v in again.json.items() if k != "warnings"}))
