"""The base year lived: whose year it is, what moves which figure, and that the measurement layer is the product's own."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from calibration.base_year import MONTHS, ROWS, growth_of, live, scale_of, setting_of_base_year
from calibration.figures import FITTED, HELD, INTERCEPTS, figures_of, year_values
from calibration.fit import Job, fit_draw, miss
from model.city import City
from model.documents import BadInput
from model.indicators import measure, yearly
from model.parameters import central_values, declared_parameters
from scenarios.draws import luck_seed
from scenarios.plans_at_hand import load_plan, plan_ids
from tests.calibration.hill import change_cell
from tests.scenarios.town import write_plan

LUCK = 11
SCALE = 4  # the town has 92,000 people


@pytest.fixture
def central(town: Path) -> dict[str, float]:
    return dict(live(setting_of_base_year(str(town), central_values()), LUCK, SCALE).figures)


def test_the_year_lived_is_the_baseline_year_under_its_own_growth(town: Path) -> None:
    setting = setting_of_base_year(str(town), central_values())
    assert setting.start_year == 2020 and setting.growth == {2020: pytest.approx(0.035)}
    city = City(setting, rng=LUCK, scale=20, thin_everything=True)
    city.run_for(MONTHS)
    assert city.months()[0] == "2020-01" and city.months()[-1] == "2020-12"
    assert city.law_value("unemployment.duration_short") == setting.law.value("unemployment.duration_short", "2020-12")
    city.close()


def test_levers_stand_at_their_baseline_setting(town: Path) -> None:
    setting = setting_of_base_year(str(town), central_values())
    assert len(setting.controls["training_places"]) == MONTHS
    assert setting.controls["training_places"].sum(axis=1) == pytest.approx(np.full(MONTHS, 800.0))  # 1,200 in the plan
    assert setting.usual("training_places") == pytest.approx(800.0)


def test_ratios_of_definitions_are_one_in_the_base_year(town: Path) -> None:
    setting = setting_of_base_year(str(town), central_values() | {"new_definition_ratio": 0.4, "startup_definition_ratio": 0.4})
    assert setting.parameter("new_definition_ratio") == setting.parameter("startup_definition_ratio") == 1.0


def test_figures_are_those_of_the_measurement_layer(town: Path) -> None:
    setting = setting_of_base_year(str(town), central_values())
    city = City(setting, rng=LUCK, scale=20, thin_everything=True)
    city.run_for(MONTHS)
    table = yearly(measure(city.series(), areas=setting.areas, groups=setting.groups, months=city.months()))
    whole = table[table["area"] == "ALL"].set_index("indicator")["value"]
    assert year_values(city.series()) == pytest.approx({name: whole[name] for name in FITTED + HELD})
    city.close()


@pytest.mark.parametrize("intercept", INTERCEPTS, ids=lambda one: one.parameter)
def test_each_intercept_moves_its_figure_in_the_declared_direction(town: Path, central: dict[str, float], intercept) -> None:
    p = declared_parameters()[intercept.parameter]
    lower = max(p.low, 0.4 * p.central if intercept.log else p.central - 1.0)
    moved = live(setting_of_base_year(str(town), central_values() | {intercept.parameter: lower}), LUCK, SCALE).figures
    direction = 1.0 if intercept.linear else math.copysign(1.0, intercept.slopes[intercept.figure])
    assert miss(central[intercept.figure], moved[intercept.figure]) * direction > 0.1  # well beyond the luck of the town


@pytest.mark.parametrize("intercept", [one for one in INTERCEPTS if one.linear], ids=lambda one: one.parameter)
def test_linear_intercepts_are_exactly_linear_and_move_nothing_else(town: Path, central: dict[str, float], intercept) -> None:
    doubled = central_values() | {intercept.parameter: 2 * central_values()[intercept.parameter]}
    moved = live(setting_of_base_year(str(town), doubled), LUCK, SCALE).figures
    assert moved[intercept.figure] == pytest.approx(2 * central[intercept.figure], rel=1e-12)
    assert {k: v for k, v in moved.items() if k != intercept.figure} == {k: v for k, v in central.items() if k != intercept.figure}


def test_a_lived_fit_reduces_the_misses_and_says_what_a_fresh_city_says(town: Path) -> None:
    plan = load_plan(town)
    figures, given = figures_of(plan), Job(str(town), 0, luck_seed(1, 0, 0), SCALE, central_values())
    fit = fit_draw(given)
    assert fit.error is None
    off = {side: sum(abs(miss(getattr(fit, side)[name], figures[name].value)) for name in FITTED) for side in ("before", "after")}
    assert off["after"] < 0.5 * off["before"]
    again = live(setting_of_base_year(str(town), {**given.parameters, **fit.intercepts}), given.luck, SCALE).figures
    assert again == pytest.approx(fit.after, rel=1e-9)


def test_luck_is_the_only_difference_between_replicates(town: Path) -> None:
    setting = setting_of_base_year(str(town), central_values())
    assert live(setting, 1, 20) == live(setting, 1, 20)
    assert live(setting, 1, 20).figures != live(setting, 2, 20).figures


@pytest.mark.parametrize("plan", plan_ids())
def test_every_plan_has_a_scale_a_growth_and_its_figures(plan: str) -> None:
    found = load_plan(plan)
    people = found.baseline.value("residents") + found.baseline.value("hukou_outside")
    assert 0.9 * ROWS <= people / scale_of(found) <= 1.1 * ROWS
    assert -0.1 < growth_of(found) < 0.2
    figures = figures_of(found)
    assert set(figures) == set(FITTED + HELD)
    for figure in figures.values():
        assert figure.cell.year == found.baseline_year and figure.cell.area == "ALL"


def test_a_small_plan_is_not_thinned(town: Path) -> None:
    assert scale_of(load_plan(town), rows=10**6) == 1


def test_growth_of_the_baseline_year_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        growth_of(load_plan(write_plan(tmp_path / "no-growth")))
    assert caught.value.faults[0].field == "cells.gdp_growth" and "gdp_growth" in caught.value.faults[0].fix


def test_another_years_growth_is_no_substitute(town: Path) -> None:
    change_cell(town, "quantity: gdp_growth, area: ALL, year: 2020", "quantity: gdp_growth, area: ALL, year: 2019")
    with pytest.raises(BadInput):
        growth_of(load_plan(town))
