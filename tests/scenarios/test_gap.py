"""The gap divided among its causes: parts add up in every draw, and each cause is credited with what it alone changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.law import Law
from scenarios.gap import CAUSES, PARTS, active, as_it_was, called, changed_ratio, gap_of, law_as_at_start, shapley, variants_of, without
from scenarios.macro import AS_PLANNED
from scenarios.months import january
from scenarios.plans_at_hand import load_plan
from scenarios.presets import preset
from scenarios.scenario import Scenario
from scenarios.sensitivity_line import GDP, SHOCK, effects_on, lines, pushed
from scenarios.verdicts import Judgement
from tests.scenarios.judged import jobs, task, unemployment
from tests.scenarios.town import write_plan

LAST = january(2025) + 11


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


def sets(causes: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(c for i, c in enumerate(causes) if number >> i & 1) for number in range(2 ** len(causes))]


corners = st.lists(st.floats(-100, 100), min_size=8, max_size=8)


@given(corners)
def test_the_effects_add_up_to_the_whole_difference(numbers: list[float]) -> None:
    values = {called(some): np.array([number]) for some, number in zip(sets(CAUSES), numbers, strict=True)}
    effects = shapley(values, CAUSES)
    assert sum(e[0] for e in effects.values()) == pytest.approx(values[called(CAUSES)][0] - values["start"][0], abs=1e-9)


@given(corners, st.floats(-50, 150), st.floats(0.5, 1.5))
def test_the_parts_add_up_to_the_gap_in_every_draw(numbers: list[float], outturn: float, ratio: float) -> None:
    values = {called(some): np.array([number, number / 2]) for some, number in zip(sets(CAUSES), numbers, strict=True)}
    gap = gap_of(task(target=100.0), values, CAUSES, outturn=np.array([outturn, outturn]), ratio=np.array([ratio, 1.0]))
    assert tuple(gap.parts) == PARTS
    assert sum(gap.parts.values()) == pytest.approx(gap.total, abs=1e-9)
    assert gap.total == pytest.approx([100 - outturn] * 2)
    said = gap.as_json()
    assert sum(part["mean"] for part in said["parts"].values()) == pytest.approx(said["total"]["mean"], abs=1e-9)


def test_effects_that_do_not_interact_are_credited_whole() -> None:
    """Demand takes 5, law 1, policy brings 3: each stands alone, whatever the order."""
    size = {"demand": -5.0, "law": -1.0, "policy": 3.0}
    values = {called(some): np.array([90 + sum(size[c] for c in some)]) for some in sets(CAUSES)}
    assert {name: e[0] for name, e in shapley(values, CAUSES).items()} == pytest.approx(size)
    gap = gap_of(task(target=100.0), values, CAUSES)
    assert {name: float(part[0]) for name, part in gap.parts.items()} == pytest.approx(
        {"start": 10, "demand": 5, "law": 1, "policy": -3, "definition": 0, "unexplained": 0}
    )


def test_what_two_causes_do_only_together_is_shared_between_them() -> None:
    causes = ("demand", "policy")
    values = {name: np.array([v]) for name, v in {"start": 0.0, "demand": 0.0, "policy": 0.0, "demand+policy": 8.0}.items()}
    assert {name: e[0] for name, e in shapley(values, causes).items()} == {"demand": 4.0, "policy": 4.0}


def test_what_is_observed_beside_the_simulation_is_unexplained() -> None:
    gap = gap_of(task(target=100.0), {"start": np.array([97.0, 95.0])}, (), outturn=np.array([98.6, 98.6]))
    assert gap.parts["unexplained"] == pytest.approx([-1.6, -3.6]) and gap.parts["policy"] == pytest.approx([0, 0])


def test_a_changed_definition_has_a_part_of_its_own() -> None:
    """40 by the new 口径 at a ratio of 1.25 is 32 by the old one: 8 of the outturn are definition."""
    gap = gap_of(jobs(), {"start": np.array([40.0])}, (), ratio=np.array([1.25]))
    assert gap.parts["definition"] == pytest.approx([-8]) and gap.parts["start"] == pytest.approx([37.5 - 32])
    xuzhou = load_plan("xuzhou")
    assert changed_ratio(xuzhou, "new_urban_employment", [{"new_definition_ratio": 0.9}]) == pytest.approx([0.9])
    assert changed_ratio(xuzhou, "ui_insured", [{"new_definition_ratio": 0.9}]) is None


def test_the_law_as_at_the_start_has_no_dated_change_left() -> None:
    kept = law_as_at_start("jiangsu", january(2021), LAST)
    paths = {reform["path"] for reform in kept}
    assert {"retirement.men_full_delay", "minimum_wage.class_2"} <= paths and "pension.minimum_months" not in paths
    frozen = Law.standard("jiangsu").amended(kept)
    assert all(frozen.value(path, "2025-12") == frozen.value(path, "2021-01") for path in frozen.paths())


def test_only_causes_that_differ_are_switched(town: str) -> None:
    baseline, planned, stress = (preset(name, town) for name in ("baseline", "as-planned", "stress"))
    assert active(baseline, "jiangsu", LAST) == ("law",)
    assert active(planned, "jiangsu", LAST) == ("law", "policy")
    assert active(stress, "jiangsu", LAST) == CAUSES
    assert [one.name for one in variants_of(planned, "jiangsu", LAST)] == ["law+policy", "law", "policy", "start"]
    assert len(variants_of(stress, "jiangsu", LAST)) == 8
    assert variants_of(stress, "jiangsu", LAST)[0].scenario == stress


def test_at_the_start_nothing_is_switched_on(town: str) -> None:
    start = without(preset("stress", town), CAUSES, "jiangsu", LAST)
    assert (start.name, start.macro, start.shocks, dict(start.levers)) == ("start", AS_PLANNED, (), {}) and start.law
    own = Scenario("own", town, law=[{"path": "pension.employer_rate", "from": "2023-01", "value": 0.14}])
    assert all(reform["path"] != "pension.employer_rate" for reform in without(own, ["law"], "jiangsu", LAST).law)


def test_observed_growth_is_the_growth_that_came(town: str) -> None:
    planned = preset("as-planned", town)
    assert as_it_was(planned, {}) is planned
    assert dict(as_it_was(planned, {2020: 0.034, 2022: 0.032}).macro) == {"2022": 0.032}
    stress = as_it_was(Scenario("own path", town, macro={"2022": 0.0, "2023": 0.03}), {2023: 0.05})
    assert dict(stress.macro) == {"2022": 0.0, "2023": 0.05}


def row(of: Any) -> Any:
    from scenarios.scorecard import Row

    return Row(of, "agent", Judgement("climb", None, None))


def test_a_line_says_what_a_point_of_growth_does() -> None:
    rows = [row(jobs(id="jobs")), row(unemployment(id="rate", decimals=1))]
    without_it = {"jobs": ((0, 1, 2), np.array([40.0, 42, 44])), "rate": ((0, 1), np.array([2.0, 2.2]))}
    under = {"jobs": ((0, 1), np.array([39.0, 40.0])), "rate": ((0, 1), np.array([2.1, 2.3]))}
    effects = effects_on(rows, without_it, under, GDP)
    assert effects[0].as_json() == pytest.approx(
        {"kind": "gdp", "id": "jobs", "name_zh": "失业保险参保人数", "name_en": "UI insured", "unit": "万人",
         "mean": -1.5, "p10": -1.9, "p90": -1.1, "relative": -1.5 / 41}
    )  # fmt: skip
    (zh, other), (en, _) = lines(effects), lines(effects, "en")
    assert zh == "失业保险参保人数：GDP 每年 −1 个百分点 ⇒ -1.500 (-1.900 … -1.100) 万人" and "+0.100" in other
    assert en.startswith("UI insured: GDP −1 pp a year ⇒ -1.500")
    hit = effects_on(rows, without_it, {"jobs": under["jobs"], "rate": without_it["rate"]}, SHOCK)
    both = lines([*effects, *hit])
    assert len(both) == 2 and both[0].count("⇒") == 2 and both[0].endswith("最坏冲击 ⇒ -1.500 (-1.900 … -1.100) 万人")
    assert both[1].endswith("最坏冲击 ⇒ 0 (0 … 0) %")
    assert lines(hit)[-1] == "增速与冲击都不影响：失业保险参保人数" and lines(hit, "en")[-1].startswith("Moved by neither")
    assert effects_on(rows, without_it, {}, SHOCK) == []


def test_growth_is_shifted_in_every_year_of_every_draw(town: str) -> None:
    from scenarios.draws import draws_of
    from scenarios.resolve import Resolver

    plan, (gdp, shock) = load_plan(town), pushed(preset("as-planned", town))
    resolver = Resolver(gdp.scenario, plan, scale=500)
    run = resolver.run(draws_of(plan, 1, 1, prior=True), 0, 0, 1)
    shifted = gdp.resolved(run)
    assert shifted.growth == pytest.approx({year: growth - 0.01 for year, growth in run.growth.items()})
    assert shifted.key != run.key and shifted.luck == run.luck and shifted.parameters == run.parameters
    assert shock.resolved(run) is run and shock.scenario.shocks and shock.scenario.macro == AS_PLANNED
    assert dict(pushed(preset("baseline", "xuzhou"))[1].scenario.macro) == {"2022": 0.0, "2023": 0.03}


def test_the_folder_of_a_plan_is_left_alone(town: str) -> None:
    assert {path.name for path in Path(town).iterdir()} == {"plan.yaml", "baseline.yaml", "levers.yaml"}
