"""Resolving: controls month by month and area by area, and a key that holds what matters and nothing else."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.controls import CONTROLS
from model.documents import BadInput
from scenarios.draws import Draws
from scenarios.fingerprints import canonical, digest_of
from scenarios.lever_value import Place, Step
from scenarios.macro import growth_path
from scenarios.plan_levers import settings_in
from scenarios.plans_at_hand import load_plan
from scenarios.presets import preset
from scenarios.resolve import Resolver, controls_of, lay, usual_controls
from scenarios.scenario import Scenario
from tests.scenarios.town import PLAN, write_plan

DRAWN = Draws(({"b": 1.0, "a": 2.0}, {"b": 1.5, "a": 2.0}), (0.25, 0.75), "prior")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


def controls(town: str, levers: dict[str, Any], months: int = 60) -> dict[str, np.ndarray]:
    plan = load_plan(town)
    return controls_of(plan, settings_in(town), months, Scenario("x", plan=town, levers=levers))


def key(scenario: Scenario, *, draw: int = 0, replicate: int = 0, seed: int = 1, until: str | None = None, scale: int = 20) -> str:
    return Resolver(scenario, load_plan(scenario.plan), until=until, scale=scale).run(DRAWN, draw, replicate, seed).key


def test_every_control_of_the_model_is_set(town: str) -> None:
    found = controls(town, {})
    assert set(found) == set(CONTROLS) and all(values.shape == (60, 2) for values in found.values())


def test_amounts_are_divided_by_residents_and_levels_are_not(town: str) -> None:
    found = controls(town, {"training_places": 1000, "startup_loans": 2, "campus_tours": 30, "flexible_insurance_subsidy": 0.5})
    assert found["training_places"][0].tolist() == [750.0, 250.0]
    assert found["startup_loans"][0].tolist() == [1.5e8, 0.5e8]
    assert found["campus_tours"][0].tolist() == [30.0, 30.0] and found["flexible_insurance_subsidy"][0].tolist() == [
        0.5,
        0.5,
    ]


def test_outside_the_steps_the_baseline_setting_holds(town: str) -> None:
    places = controls(town, {"training_places": {"from": "2021-07", "to": "2022-06", "value": 1600}})["training_places"].sum(axis=1)
    assert places[:6].tolist() == [800.0] * 6 and places[6:18].tolist() == [1600.0] * 12 and set(places[18:]) == {800.0}


def test_an_amount_of_some_areas_leaves_the_others_as_they_were(town: str) -> None:
    places = controls(town, {"training_places": {"areas": {"west": 900}}})["training_places"]
    assert places[0].tolist() == [600.0, 900.0]
    assert controls(town, {"training_places": {"areas": {"both": 400}}})["training_places"][0].tolist() == [
        300.0,
        100.0,
    ]
    assert controls(town, {"training_places": {"areas": {"west": 900}, "rest": 90}})["training_places"][0].tolist() == [
        90.0,
        900.0,
    ]


def test_the_planned_table_reaches_the_areas_whole(town: str) -> None:
    plan = load_plan(town)
    fairs = controls_of(plan, settings_in(town), 60, preset("as-planned", town))["recruitment_fairs"]
    assert fairs[[0, 12, 24]].tolist() == [[13.0, 7.0], [18.0, 10.0], [12.0, 4.0]]


def test_usual_controls_are_the_citys_before_the_plan(town: str) -> None:
    usual = usual_controls(load_plan(town), settings_in(town))
    assert usual["training_places"] == 800 and usual["recruitment_fairs"] == 16 and usual["campus_tours"] == 20


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=6), st.floats(0, 1e6), st.integers(0, 11), st.integers(0, 24))
def test_nothing_of_an_amount_is_lost_when_it_is_divided(residents: list[float], amount: float, first: int, length: int) -> None:
    names = tuple("abcdef"[: len(residents)])
    place = Place(names, {n: (n,) for n in names}, 2021 * 12)
    values = np.zeros((24, len(names)))
    lay(
        Step(names, place.first + first, place.first + first + length, amount),
        values,
        place,
        np.array(residents),
        split=True,
    )
    assert values.sum(axis=1)[first : first + length + 1] == pytest.approx(amount, rel=1e-9)
    assert values[:first].sum() == 0 and values[first + length + 1 :].sum() == 0


def test_names_targets_and_order_do_not_change_the_key(town: str, tmp_path: Path) -> None:
    levers = {"training_places": 1200, "campus_tours": 25}
    same = [
        Scenario("one", plan=town, levers=levers),
        Scenario("another", plan=town, levers=dict(reversed(list(levers.items())))),
        Scenario("x", plan=town, levers={"training_places": {"from": "2021-01", "value": 1200.0}, "campus_tours": 25.0}),
    ]
    other_target = PLAN.replace("target: 5000", "target: 9000").replace('"[5000]"', '"[9000]"').replace("虚构规划", "另一规划")
    copy = write_plan(tmp_path / "elsewhere", plan=other_target)
    assert load_plan(copy).targets[0].target == 9000
    same.append(Scenario("copy", plan=str(copy), levers=levers))
    assert len({key(one) for one in same}) == 1


def test_whatever_a_run_lives_by_changes_the_key(town: str) -> None:
    plain = Scenario("x", plan=town)
    keys = [
        key(plain),
        key(plain, draw=1),
        key(plain, replicate=1),
        key(plain, seed=2),
        key(plain, until="2024-12"),
        key(plain, scale=10),
    ]
    changes = [
        {"levers": {"training_places": 801}},
        {"macro": {"2022": 0.01}},
        {"law": [{"path": "pension.employer_rate", "from": "2023-01", "value": 0.14}]},
        {"shocks": [{"kind": "demand_slump", "from": "2022-04", "months": 3, "size": -0.08}]},
    ]
    keys += [key(Scenario("x", plan=town, **change)) for change in changes]  # type: ignore[arg-type]
    assert len(set(keys)) == len(keys)


def test_a_lever_set_to_its_baseline_is_the_same_run(town: str) -> None:
    assert key(Scenario("x", plan=town)) == key(
        Scenario("y", plan=town, levers={"training_places": 800, "recruitment_fairs": {"2021": 16}})
    )


def test_a_change_of_the_model_changes_the_key(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key(Scenario("x", plan=town))
    monkeypatch.setattr("scenarios.resolve.model_fingerprint", lambda: "another")
    assert key(Scenario("x", plan=town)) != before


def test_the_key_is_the_same_in_another_process(town: str) -> None:
    script = (
        "from scenarios.resolve import *; from scenarios.draws import Draws; from scenarios import Scenario, load_plan;"
        f"s = Scenario('x', plan={town!r}); d = Draws(({{'b': 1.0, 'a': 2.0}},), (0.25,), 'prior');"
        "print(Resolver(s, load_plan(s.plan)).run(d, 0, 0, 1).key)"
    )
    root = Path(__file__).parents[2]
    out = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=root,
        env={"PYTHONHASHSEED": "7", "PATH": ""},
    )
    assert out.stdout.strip() == key(Scenario("x", plan=town))


def test_canonical_values_have_one_spelling() -> None:
    assert digest_of({"a": 1, 2: [0.0]}) == digest_of({"2": (-0.0,), "a": 1.0})
    assert canonical(True) is True and canonical("x") == "x"
    for odd in (float("nan"), float("inf"), object(), {1, 2}):
        with pytest.raises(TypeError):
            canonical(odd)


@pytest.mark.parametrize("until", ["2020-12", "2041-01", "2025", "2025-13", "soon"])
def test_a_last_month_outside_the_run_is_refused(town: str, until: str) -> None:
    with pytest.raises(BadInput, match="--until"):
        Resolver(Scenario("x", plan=town), load_plan(town), until=until)


def test_the_horizon_is_the_plans_end_or_what_is_asked_for(town: str) -> None:
    plan, one = load_plan(town), Scenario("x", plan=town)
    assert Resolver(one, plan).run(DRAWN, 0, 0, 1).until == "2025-12"
    longer = Resolver(one, plan, until="2030-06").run(DRAWN, 0, 0, 1)
    assert sorted(longer.growth) == list(range(2021, 2031)) and longer.controls["campus_tours"].shape == (114, 2)


def test_growth_is_the_printed_one_or_drawn_from_the_declared_range(town: str, tmp_path: Path) -> None:
    printed = load_plan(town)
    assert set(growth_path(printed, "as-planned", range(2021, 2026), 0.9).values()) == {0.065}
    assert growth_path(printed, {"2022": -0.01}, range(2021, 2024), 0.9) == {2021: 0.065, 2022: -0.01, 2023: 0.065}
    ranged = load_plan(write_plan(tmp_path / "ranged", printed=False))
    low, high = (growth_path(ranged, "as-planned", [2021], u)[2021] for u in (0.0, 1.0))
    assert (low, high) == (0.05, 0.08)


def test_observed_growth_needs_a_source_for_every_year(town: str, tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "seen")
    plan = load_plan(folder)
    with pytest.raises(BadInput, match="2021, 2022, 2023"):
        growth_path(plan, "observed", [2021, 2022, 2023], 0.5, folder)
    rows = [
        "plan,indicator,area,period,value,口径,source,status",
        "town,gdp_growth,ALL,2021,8.7,,bulletin,published",
        "town,gdp_growth,ALL,2022,3.2,,,published",
        "town,gdp_growth,ALL,2023,7.1,,bulletin,published",
    ]
    (folder / "observed.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(BadInput, match="missing years: 2022"):
        growth_path(plan, "observed", [2021, 2022, 2023], 0.5, folder)
    assert growth_path(plan, "observed", [2021, 2023], 0.5, folder) == {
        2021: pytest.approx(0.087),
        2023: pytest.approx(0.071),
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.integers(0, 2**62), st.integers(0, 1), st.integers(0, 50))
def test_keys_repeat_and_luck_differs(town: str, seed: int, draw: int, replicate: int) -> None:
    resolver = Resolver(Scenario("x", plan=town), load_plan(town))
    one, again = resolver.run(DRAWN, draw, replicate, seed), resolver.run(DRAWN, draw, replicate, seed)
    assert one.key == again.key and dataclasses.replace(one, luck=one.luck + 1).key != one.key


def test_a_scenario_beside_another_is_resolved_as_if_it_stood_alone(town: str) -> None:
    plan = load_plan(town)
    first = Resolver(preset("as-planned", town), plan)
    for levers in ({}, {"training_places": 1000}, {"campus_tours": {"from": "2022-01", "value": 9}}):
        one = Scenario("x", plan=town, levers=levers)
        beside, alone = (Resolver(one, plan, like=like).run(DRAWN, 0, 0, 1) for like in (first, None))
        assert beside.key == alone.key and all((beside.controls[name] == alone.controls[name]).all() for name in CONTROLS)
