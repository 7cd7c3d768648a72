"""Aims, factors and the reading of runs: what every analysis stands on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios import load_plan, preset, run
from scenarios.studies import Aim, Study, aims_of, answers, factors_of
from scenarios.studies.aims import bounds_of, simulated
from scenarios.verdicts import tasks_of
from scenarios.verdicts.meeting import holds
from tests.scenarios.analysis.conftest import HOW


def names(aims: list[Aim]) -> list[str]:
    return [aim.name for aim in aims]


def test_aims_are_the_simulated_targets_and_their_areas(year_town: str) -> None:
    plan = load_plan(year_town)
    assert names(aims_of(plan)) == ["new_jobs", "training"]
    assert names(aims_of(plan, areas=["all"])) == ["new_jobs", "new_jobs@east", "new_jobs@west", "training"]
    assert names(aims_of(plan, ["new_jobs"], ["east"])) == ["new_jobs@east"]


def test_every_wrong_name_is_told_at_once_with_a_suggestion(year_town: str) -> None:
    with pytest.raises(BadInput) as caught:
        aims_of(load_plan(year_town), ["new_job", "traning"], ["nowhere"])
    said = [(fault.field, fault.value) for fault in caught.value.faults]
    assert said == [("indicator", "new_job"), ("indicator", "traning"), ("area", "nowhere")]
    assert "new_jobs" in caught.value.faults[0].fix


def test_a_target_of_ones_own_must_lie_inside_natural_bounds(year_town: str) -> None:
    plan = load_plan("xuzhou")
    (aim,) = aims_of(plan, ["pension_paying_rate_2025"], target=95.0)
    assert aim.task.target == 95.0 and bounds_of(aim)[1] == 100.0
    with pytest.raises(BadInput, match=r"100"):
        aims_of(plan, ["pension_paying_rate_2025"], target=101.0)
    with pytest.raises(BadInput, match="target"):
        aims_of(plan, target=1.0)


def test_what_is_held_or_a_floor_is_left_out_when_only_climbing_is_asked_for() -> None:
    plan = load_plan("xuzhou")
    climbing = set(names(aims_of(plan, climbing=True)))
    assert "registered_unemployment_rate_held" in set(names(aims_of(plan))) - climbing
    assert names(aims_of(plan, ["registered_unemployment_rate_held"], climbing=True)) == ["registered_unemployment_rate_held"]


CITY = [aim for plan in ("xuzhou", "haining") for task in tasks_of(load_plan(plan)) if (aim := simulated(task)) is not None]


@given(st.sampled_from(CITY), st.sampled_from(["ge", "gt", "le", "lt", "eq", "about"]), st.floats(-3, 3), st.booleans())
def test_the_window_of_an_aim_says_what_the_verdict_says(aim: Aim, op: str, off: float, fewer: bool) -> None:
    task = replace(aim.task, op=op, lower_is_better=fewer)
    one, step = replace(aim, task=task), 10.0**-task.decimals
    value = task.target + off * max(step, task.allowance)
    low, high = one.window
    if min(abs(value - low), abs(value - high)) > 1e-6 * step:  # on the edge itself binary noise decides
        assert bool(holds(task, np.array([value]))[0]) == (low <= value <= high)


def test_answers_are_what_the_scorecard_says(year_town: str) -> None:
    plan, scenario = load_plan(year_town), preset("as-planned", year_town)
    study, aims = Study(scenario, draws=3, **HOW), aims_of(plan, areas=["all"])
    found = answers(study, [study.resolver.run(study.drawn, d, 0, 1) for d in range(3)], aims)
    card = run(scenario, draws=3, **HOW).scorecard(plan)
    rows = {(row.task.id, row.task.area): row for row in card.rows}
    for aim in aims:
        row = rows[aim.task.id, aim.task.area]
        np.testing.assert_allclose(found.final(aim), row.judgement.final, rtol=1e-12)
        assert row.met is not None and (found.met(aim) == row.met).all()
    assert found.made == 3
    assert answers(study, [study.resolver.run(study.drawn, 0, 0, 1)] * 2, aims).made == 0  # made once


@pytest.mark.parametrize("plan", ["haining", "xuzhou"])
def test_answers_of_a_whole_plan_are_what_the_scorecard_says(plan: str) -> None:
    """Every kind of target: sums of flows and of what is built, means, worst years, levels; city and areas."""
    loaded, scenario = load_plan(plan), preset("as-planned", plan)
    study, aims = Study(scenario, draws=1, scale=500, executor="serial"), aims_of(loaded, areas=["all"])
    found = answers(study, [study.resolver.run(study.drawn, 0, 0, 1)], aims)
    card = run(scenario, draws=1, scale=500, executor="serial").scorecard(loaded)
    rows = {(row.task.id, row.task.area): row.judgement.final for row in card.rows}
    built = [aim for aim in aims if aim.task.basis == "period_sum" and aim.how == "december"]
    assert built and len(aims) > 20
    for aim in aims:
        np.testing.assert_allclose(found.final(aim), rows[aim.task.id, aim.task.area], rtol=1e-9, err_msg=aim.name)


def test_failed_runs_are_told_by_their_place(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    study, aims = Study(preset("baseline", year_town), draws=2, fresh=True, **HOW), aims_of(load_plan(year_town))
    runs = [study.resolver.run(study.drawn, d, 0, 1) for d in range(2)]
    from scenarios import simulate

    whole = simulate.simulate
    monkeypatch.setattr(simulate, "simulate", lambda one: 1 / 0 if one.key == runs[1].key else whole(one))
    found = answers(study, [*runs, runs[1]], aims)
    assert sorted(found.failures) == [1, 2] and found.known().tolist() == [True, False, False]
    assert found.part([1, 0]).failures.keys() == {0}
    monkeypatch.setattr(simulate, "simulate", lambda one: 1 / 0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        answers(study, runs, aims)


def test_factors_of_all_kinds_reach_the_run(year_town: str) -> None:
    scenario = preset("baseline", year_town)
    factors = factors_of(scenario, levers=["training_places=0:2000"], uncertainties=["training_take_up"], prior=True)
    assert [(f.kind, f.low, f.high) for f in factors] == [("lever", 0, 2000), ("uncertainty", 0, 1), ("growth", -0.01, 0.01)]
    study = Study(scenario, draws=1, **HOW)
    run_, rest = study.at(factors, [1500, 1.0, 0.01]), study.resolver.run(study.drawn, 0, 0, 1)
    assert run_.controls["training_places"].sum(axis=1)[0] == pytest.approx(1500)
    assert run_.parameters["training_take_up"] == factors[1].at[1]
    assert run_.growth[2021] == pytest.approx(rest.growth[2021] + 0.01) and run_.luck == rest.luck
    changed = {name for name in run_.parameters if run_.parameters[name] != rest.parameters[name]}
    assert changed == {"training_take_up"}


def test_a_lever_reaches_to_twice_its_larger_setting_unless_told(year_town: str) -> None:
    (training, tours) = factors_of(preset("baseline", year_town), levers=["training_places", "campus_tours"], uncertainties=["none"],
                                   growth=False)  # fmt: skip
    assert (training.low, training.high, training.rest) == (0, 2400, 800)
    assert (tours.low, tours.high) == (0, 40)


@pytest.mark.parametrize("span", ["5", "x:y", "3:1", "-1:10", "0:1e9"])
def test_a_range_that_cannot_be_is_refused(year_town: str, span: str) -> None:
    with pytest.raises(BadInput, match="training_places"):
        factors_of(preset("baseline", year_town), levers=[f"training_places={span}", "startup_loans"])


def test_nothing_to_vary_and_unknown_names_are_refused(year_town: str) -> None:
    with pytest.raises(BadInput, match="levers"):
        factors_of(preset("baseline", year_town), levers=["none"], uncertainties=["none"], growth=False)
    with pytest.raises(BadInput) as caught:
        factors_of(preset("baseline", year_town), levers=["startup_loan"], uncertainties=["captur"])
    assert {fault.field for fault in caught.value.faults} == {"levers", "uncertainties"}
