"""The base year, lived again: a throw-away city from the baseline's stocks, January to December under that year's law and growth.

Levers stand at their baseline setting, 口径 ratios at 1. Plan targets, breakdowns and commitments are not read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from calibration.figures import NEUTRAL, year_values
from model.documents import BadInput, Fault, both
from model.law import Law
from model.setting import Setting
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan

ROWS = 30_000
"""Rows of a throw-away city: the whole of a large city's calibration ends within minutes, at a luck of a few percent a figure."""
MONTHS = 12


@dataclass(frozen=True)
class Lived:
    """What a base year came to: figures of the whole city in base units, and what the synthesis could not meet."""

    figures: Mapping[str, float]
    findings: tuple[str, ...]


def scale_of(plan: Plan, rows: int = ROWS) -> int:
    """Real persons a row so that the plan's city has about `rows` rows, rounded to two digits."""
    people = plan.baseline.value("residents") + plan.baseline.value("hukou_outside")
    wanted = max(1.0, people / rows)
    digits = 10 ** max(0, math.floor(math.log10(wanted)) - 1)
    return int(round(wanted / digits) * digits)


def growth_of(plan: Plan) -> float:
    """Real GDP growth of the baseline year as a fraction. Raises BadInput when the baseline lacks it."""
    cell = plan.baseline.cell("gdp_growth", year=plan.baseline_year)
    if cell is None:
        fix = both("请补充基期年 gdp_growth(可标为 imputed)", "add gdp_growth of the baseline year (imputed if unpublished)")
        raise BadInput(Fault(f"{plan.id}/baseline.yaml", None, "cells.gdp_growth", "", str(plan.baseline_year), fix))
    return cell.base_value / 100


@lru_cache(maxsize=4)
def _policy(plan_name: str) -> tuple[Mapping[str, object], Mapping[str, float]]:
    """The baseline settings of all levers over twelve months, and their city totals."""
    from scenarios.plan_levers import settings_in
    from scenarios.resolve import controls_of, usual_controls

    plan, settings = load_plan(plan_name), settings_in(plan_name)
    return controls_of(plan, settings, MONTHS), usual_controls(plan, settings)


def setting_of_base_year(plan_name: str, parameters: Mapping[str, float]) -> Setting:
    """The plan's city at the beginning of its baseline year, with the stocks of the baseline date.

    plan_name: a plan's id or folder. Raises BadInput naming what the baseline lacks.
    """
    from scenarios.settings import setting_of

    plan = load_plan(plan_name)
    controls, usual = _policy(plan_name)
    setting = setting_of(plan, parameters={**parameters, **NEUTRAL}, controls=controls, usual_controls=usual,  # type: ignore[arg-type]
                         law=Law.standard(plan.province), growth={plan.baseline_year: growth_of(plan)})  # fmt: skip
    return replace(setting, start_year=plan.baseline_year)


def live(setting: Setting, luck: int, scale: int) -> Lived:
    """Live the setting's first twelve months on a city of its own, thinned everywhere, and measure."""
    from model.city import City

    city = City(setting, rng=luck, scale=scale, thin_everything=True)
    try:
        city.run_for(MONTHS)
        return Lived(year_values(city.series()), tuple(city.findings))
    finally:
        city.close()
