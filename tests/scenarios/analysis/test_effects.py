"""Effects of levers: curves through what was run, sums with an honest error, and a file that is used only for the runs it was made of."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios.effects import Aimed, Curve, Effects, effects_of, measure_effects, read_effects, save_effects
from scenarios.effects.curves import chance_within, moved_chance, moved_quantiles
from scenarios.effects.measuring import curve_of
from scenarios.fingerprints import model_fingerprint
from scenarios.plans_at_hand import load_plan, plan_folder
from scenarios.presets import preset
from scenarios.resolve import Resolver
from scenarios.verdicts import tasks_of
from tests.scenarios.analysis.conftest import HOW
from tests.scenarios.analysis.year_town import by_formula

PLACES = Curve("places", (0.0, 50.0, 100.0, 400.0), 100.0, 100.0)
TOURS = Curve("tours", (0.0, 20.0, 80.0), None, 20.0)
MEAN = np.array([[-10.0, -20.0], [-6.0, -11.0], [0.0, 0.0], [12.0, 30.0]])
AIM = Aimed(
    "jobs", "jobs", None, ("2021", "final"), (100.0, math.inf), (-math.inf, math.inf), 8, np.array([0.5, 0.5]),
    {"places": (MEAN, np.abs(MEAN) / 4), "tours": (np.array([[-1.0, -2.0], [0.1, 0.2], [3.0, 6.0]]), np.full((3, 2), 0.5))},
)  # fmt: skip
TOWN = Effects((PLACES, TOURS, Curve("idle", (0.0, 1.0), 0.0, 0.0)), (AIM,), {})
numbers = st.floats(-1e4, 1e4)
widths = st.floats(0, 1e3)


# --- sums ---------------------------------------------------------------------------------------------------------------


def test_a_curve_goes_through_what_was_run_and_straight_between() -> None:
    for at, row in zip(PLACES.at, MEAN, strict=True):
        np.testing.assert_allclose(TOWN.moves(AIM, {"places": at})[0], row)
    np.testing.assert_allclose(TOWN.moves(AIM, {"places": 250.0})[0], [6.0, 15.0])
    np.testing.assert_allclose(TOWN.moves(AIM, {"places": 250.0})[1], [1.5, 3.75])


def test_where_the_scenario_has_a_lever_nothing_moves() -> None:
    assert not np.any(TOWN.moves(AIM, {"places": 100.0})) and not np.any(TOWN.moves(AIM, {})) and not np.any(TOWN.moves(AIM, {"idle": 1.0}))
    assert np.any(TOWN.moves(AIM, {"tours": 20.0})[0]), "a constant is not the path that the plan has"
    assert not np.any(TOWN.moves(AIM, {"places": 300.0, "tours": 70.0}, {"places": 300.0, "tours": 70.0}))


@given(st.floats(0, 400), st.floats(0, 400), st.floats(0, 80))
def test_a_way_there_and_on_is_the_way(one: float, two: float, tours: float) -> None:
    """Means of steps add up whatever lies between, and back again is the opposite."""
    first, then = TOWN.moves(AIM, {"places": one})[0], TOWN.moves(AIM, {"places": two, "tours": tours}, {"places": one})[0]
    np.testing.assert_allclose(first + then, TOWN.moves(AIM, {"places": two, "tours": tours})[0], atol=1e-9)
    np.testing.assert_allclose(then, -TOWN.moves(AIM, {"places": one}, {"places": two, "tours": tours})[0], atol=1e-9)


def test_the_error_grows_with_the_move_and_with_what_is_added() -> None:
    alone = [TOWN.moves(AIM, {"places": x})[1] for x in (120.0, 200.0, 400.0)]
    assert (np.diff(alone, axis=0) > 0).all()
    small = TOWN.moves(AIM, {"places": 390.0}, {"places": 400.0})[1]
    assert (small < alone[-1] / 10).all(), "a small step from a far setting is not as doubtful as the setting"
    both, tours = TOWN.moves(AIM, {"places": 400.0, "tours": 80.0})[1], TOWN.moves(AIM, {"tours": 80.0})[1]
    np.testing.assert_allclose(both**2, alone[-1] ** 2 + tours**2 + 0.25 * (np.array([12.0, 30.0]) ** 2 + np.array([3.0, 6.0]) ** 2))


def test_from_one_side_of_rest_to_the_other_both_spreads_count() -> None:
    """−1 to +1 about rest is as doubtful as both together; a step on one side no more than its part of the way."""
    across = TOWN.moves(AIM, {"places": 400.0}, {"places": 0.0})[1]
    np.testing.assert_allclose(across, TOWN.moves(AIM, {"places": 400.0})[1] + TOWN.moves(AIM, {"places": 0.0})[1])
    step = TOWN.moves(AIM, {"places": 400.0}, {"places": 250.0})[1]
    np.testing.assert_allclose(step, TOWN.moves(AIM, {"places": 400.0})[1] / 2)


@given(numbers, widths, widths, numbers, widths)
def test_quantiles_keep_their_order_and_never_come_closer(middle: float, down: float, up: float, shift: float, sd: float) -> None:
    low, now, high = moved_quantiles((middle - down, middle, middle + up), shift, sd)
    assert low <= now <= high and now == pytest.approx(middle + shift)
    assert now - low >= down * (1 - 1e-9) - 1e-6 and high - now >= up * (1 - 1e-9) - 1e-6


@given(st.integers(0, 8), numbers, st.floats(0.1, 1e3), st.floats(0.1, 1e3), st.floats(0, 1e3))
def test_a_frequency_stays_without_a_move_and_rises_to_the_target(met: int, middle: float, down: float, up: float, by: float) -> None:
    run, window, counted = (middle - down, middle, middle + up), (middle + 10.0, math.inf), (met + 0.5) / 9
    assert moved_chance(counted, 8, run, run, window) == pytest.approx(counted, abs=1e-9)
    nearer = moved_chance(counted, 8, run, moved_quantiles(run, by, 0.0), window)
    assert nearer >= counted - 1e-9
    assert moved_chance(counted, 8, run, moved_quantiles(run, by, 0.0), (-math.inf, middle + 10.0)) <= counted + 1e-9


NEVER, ALWAYS = ((70.0, 75.0, 80.0), 0.5 / 9, 20.0, 0.25), ((115.0, 120.0, 125.0), 8.5 / 9, -17.0, 0.75)


@pytest.mark.parametrize(("run", "counted", "by", "sure"), [NEVER, ALWAYS])
def test_a_run_that_never_or_always_met_says_no_more_than_its_draws(run: Any, counted: float, by: float, sure: float) -> None:
    """Of 8 draws none (all) met 98.5; the preview's median stays below (above) it, and so does the frequency stay below (above) a half."""
    there = moved_quantiles(run, by, 0.0)
    chance = moved_chance(counted, 8, run, there, (98.5, math.inf))
    assert chance < sure if sure < 0.5 else chance > sure
    assert chance == pytest.approx(chance_within(there, (98.5, math.inf)), abs=0.02)


def test_nothing_leaves_its_natural_bounds() -> None:
    assert moved_quantiles((88.0, 90.0, 95.0), 15.0, 4.0, (0.0, 100.0)) == (pytest.approx(99.497, abs=0.001), 100.0, 100.0)
    assert moved_quantiles((1.0, 2.0, 3.0), -9.0, 0.0, (0.0, math.inf)) == (0.0, 0.0, 0.0)


def test_the_chance_of_a_window_is_that_of_the_quantiles() -> None:
    run = (90.0, 100.0, 120.0)
    for edge, share in ((90.0, 0.9), (100.0, 0.5), (120.0, 0.1)):
        assert chance_within(run, (edge, math.inf)) == pytest.approx(share, abs=1e-6)
    assert chance_within(run, (90.0, 120.0)) == pytest.approx(0.8, abs=1e-6)


# --- measuring ----------------------------------------------------------------------------------------------------------


def formula(noise: float = 0.0, twice: float = 0.0) -> Callable[..., dict[str, float]]:
    """Training that answers to places, more in some draws; `twice`: what tours add to that; the other target knows no lever."""

    def answer(total: Any, run: Any) -> dict[str, float]:
        places, tours = total["training_places"], total.get("campus_tours", 0.0)
        answers = 1 + 0.1 * math.sin(run.draw)
        luck = noise * math.sin(1e3 * places + 77 * tours + run.draw)
        return {"training": answers * places + twice * places * tours + luck, "new_jobs": 5000.0 + run.draw}

    return answer


@pytest.fixture
def measured(year_town: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Effects]:
    def measure(answer: Any, levers: tuple[str, ...] = ("training_places", "campus_tours"), draws: int = 8) -> Effects:
        monkeypatch.setattr("scenarios.effects.measuring.answers", by_formula(answer))
        return measure_effects(year_town, draws=draws, only=levers, **HOW)

    return measure


def test_what_a_formula_hides_is_found(measured: Callable[..., Effects]) -> None:
    found = measured(formula())
    training = next(aim for aim in found.aims if aim.id == "training")
    curve, mean = found.curve("training_places"), training.effects["training_places"][0]
    answers = np.mean([1 + 0.1 * math.sin(d) for d in range(8)])
    np.testing.assert_allclose(mean[:, -1], [answers * (x - curve.rest) for x in curve.at], rtol=1e-9, atol=1e-9)
    assert "campus_tours" not in training.effects and not next(aim for aim in found.aims if aim.id == "new_jobs").effects


def test_the_spread_between_draws_is_that_of_an_effect(measured: Callable[..., Effects]) -> None:
    """The standard deviation of 1 + .1 sin(d), by as much as is moved, wider for a mean and a deviation of 8 draws: t is 1.4149 (7, .9)."""
    found = measured(formula())
    curve, sd = found.curve("training_places"), next(a for a in found.aims if a.id == "training").effects["training_places"][1]
    wanted = np.std([0.1 * math.sin(d) for d in range(8)], ddof=1) * math.sqrt(9 / 8) * 1.41492 / 1.28155
    np.testing.assert_allclose(sd[:, -1], [wanted * abs(x - curve.rest) for x in curve.at], rtol=1e-5, atol=1e-9)


def test_what_addition_misses_is_said(measured: Callable[..., Effects]) -> None:
    def tours_too(twice: float) -> Any:
        trained = formula(twice=twice)
        return lambda total, run: {"training": trained(total, run)["training"] + 5 * total["campus_tours"] * (1 + run.draw / 9)}

    alone, together = (next(a for a in measured(tours_too(t)).aims if a.id == "training").apart[-1] for t in (0.0, 0.02))
    assert alone < 0.1 < together


def test_parts_of_a_composition_are_judged_with_others() -> None:
    found = read_effects(plan_folder("haining") / "effects.json")
    grouped = {task.id for task in tasks_of(load_plan("haining")) if task.group}
    assert len(grouped) == 3 and all((aim.window is None) == (aim.id in grouped) for aim in found.aims)


def test_luck_is_no_effect(measured: Callable[..., Effects]) -> None:
    found = measured(lambda total, run: {"training": 100 * math.sin(1e3 * total["campus_tours"] + 7 * run.draw)}, ("campus_tours",))
    assert not found.aims[0].effects


def test_a_failed_run_costs_its_draw_alone(measured: Callable[..., Effects]) -> None:
    def broken(total: Any, run: Any) -> dict[str, float]:
        return {"training": math.nan if run.draw == 2 and total["training_places"] > 900 else total["training_places"]}

    assert [aim.id for aim in measured(broken).aims] == ["training"]
    assert measured(lambda total, run: {"training": math.nan if run.draw > 2 else 1.0}).aims == ()


def test_settings_cover_a_levers_whole_range_and_more_closely_near_rest(year_town: str) -> None:
    from scenarios.levers import levers

    resolver = Resolver(preset("as-planned", year_town), load_plan(year_town), scale=50)
    for lever in levers().values():
        curve = curve_of(resolver, lever)
        assert (curve.at[0], curve.at[-1]) == (lever.low, lever.high) and list(curve.at) == sorted(set(curve.at))
        assert curve.rest is None or curve.rest in curve.at
        assert any(0 < abs(x - curve.usual) <= 0.051 * (lever.high - lever.low) for x in curve.at) or curve.usual == lever.high


@pytest.mark.parametrize(("lever", "usual"), [("recruitment_fairs", np.mean([400, 413, 426, 442, 458])), ("enrolment_drive_mid_firms", 0.2),
                                              ("master_studios", (6 * 12 + 12 * 12 + 18 * 12 + 24 * 12 + 30) / 60)])
def test_a_plan_that_changes_over_the_years_has_no_setting_of_rest(lever: str, usual: float) -> None:
    """Fairs by year; a drive in one year of five; studios from December to November: what the city has of each, month by month."""
    from scenarios.levers import levers

    curve = curve_of(Resolver(preset("as-planned", "xuzhou"), load_plan("xuzhou"), scale=50), levers()[lever])
    assert curve.rest is None and curve.usual in curve.at and curve.usual == pytest.approx(usual)


def test_bad_wishes_are_refused_together(year_town: str) -> None:
    with pytest.raises(BadInput) as caught:
        measure_effects(year_town, draws=2, only=["camp_tours"], **HOW)
    assert {fault.field for fault in caught.value.faults} == {"levers", "draws"}
    assert "campus_tours" in str(caught.value)


# --- real runs, and the file --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(year_town: str) -> Effects:
    """Effects of two levers by real runs of the little town."""
    return measure_effects(year_town, draws=5, only=["training_places", "campus_tours"], seed=7, **HOW)


def test_more_places_train_more_people(made: Effects) -> None:
    training = next(aim for aim in made.aims if aim.id == "training")
    steps = [made.moves(training, {"training_places": x})[0][-1] for x in (100.0, 400.0, 800.0)]
    assert steps[0] < steps[1] < steps[2]
    assert training.window == (999.5, math.inf) and training.columns == ("2021", "final")


def test_a_file_reads_what_it_writes(made: Effects, tmp_path: Path) -> None:
    again = read_effects(save_effects(made, tmp_path / "effects.json"))
    assert again.levers == made.levers and again.context == made.context
    for one, other in zip(made.aims, again.aims, strict=True):
        said = ("name", "id", "area", "columns", "window", "bounds", "draws")
        assert [getattr(one, name) for name in said] == [getattr(other, name) for name in said] and set(one.effects) == set(other.effects)
        for name, (mean, sd) in one.effects.items():
            np.testing.assert_allclose(other.effects[name][0], mean, rtol=5e-3)
            np.testing.assert_allclose(other.effects[name][1], sd, rtol=5e-3)


def test_effects_of_something_else_are_not_used(made: Effects, year_town: str, tmp_path: Path, fresh_home: Any) -> None:
    path = tmp_path / "effects.json"
    assert effects_of(year_town) == (None, ())
    save_effects(made, path)
    assert effects_of(year_town, [path])[0] is not None
    other = replace(made, context=made.context | {"made_of": "0" * 32})
    found, said = effects_of(year_town, [save_effects(other, path)])
    assert found is None and "renshe effects" in said[0] and "请重新运行" in said[0]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 9}', '{"format": 1, "levers": [], "aims": [{}]}'])
def test_a_broken_file_is_told_and_not_used(text: str, year_town: str, tmp_path: Path) -> None:
    path = tmp_path / "effects.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="renshe effects"):
        read_effects(path)
    found, said = effects_of(year_town, [path])
    assert found is None and "effects.json" in said[0]


def test_the_command_writes_the_file_and_shows_a_table(command: Any, year_town: str, tmp_path: Path, fresh_home: Any) -> None:
    place = tmp_path / "effects.json"
    how = ["--levers", "training_places", "--draws", "4", "--scale", "50", "--executor", "serial", "--prior", "--out", str(place)]
    shown = command("effects", year_town, *how)
    assert shown.code == 0 and "training" in shown.out and place.is_file()
    said = json.loads(command("effects", year_town, *how, "--json").out)
    assert said["format"] == 1 and said["draws"] == 4 and said["levers"][0]["id"] == "training_places"
    refused = command("effects", year_town, "--levers", "training_place", "--draws", "1", "--out", str(place))
    assert refused.code == 2 and "training_places" in refused.err and "draws" in refused.err
    for part in (["--levers", "training_places"], ["--prior"]):
        refused = command("effects", year_town, *part)
        assert refused.code == 2 and "--out" in refused.err, "the cockpit would take some levers for all of them"


# --- what is shipped ----------------------------------------------------------------------------------------------------

PLANS = ["xuzhou", "nantong", "haining", "xiangcheng", "suzhou12"]


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_carries_the_effects_of_this_model(plan: str, fresh_home: Any) -> None:
    from scenarios.levers import levers

    found, said = effects_of(plan)
    assert found is not None, (said, "run python -m calibration.ship")
    assert found.context["model"] == model_fingerprint() and found.context["failed"] == 0
    assert {one.id for one in found.levers} == set(levers())
    moved = {name for aim in found.aims for name in aim.effects}
    assert len(moved) >= len(levers()) / 2, "most levers move something"


def test_the_shipped_effects_foretell_runs_that_they_have_not_seen() -> None:
    """海宁, two levers moved together in four draws that nothing was measured with: each difference within four σ, and the signs right."""
    from scenarios.studies import Study, aims_of, answers

    found, _ = effects_of("haining")
    assert found is not None
    study = Study(preset("as-planned", "haining"), draws=12, seed=1, scale=50, executor="serial")
    setting = {"training_places": 60000.0, "graduate_living_subsidy_bachelor": 1600.0}
    fresh = range(8, 12)
    runs = [study.with_levers(one).run(study.drawn, d, 0, 1) for d in fresh for one in ({}, setting)]
    ids = ("subsidised_training_sum", "skilled_total_2025", "graduates_attracted_sum", "talent_total_2025")
    aims = aims_of(study.plan, ids)
    seen = answers(study, runs, aims)
    for aim in aims:
        values = seen.final(aim).reshape(len(fresh), 2)
        shift, sd = (column[-1] for column in found.moves(next(one for one in found.aims if one.name == aim.name), setting))
        change = values[:, 1] - values[:, 0]
        assert np.abs(change - shift).max() <= 4 * sd, (aim.name, change, shift, sd)
        assert change.mean() * shift > 0, aim.name
