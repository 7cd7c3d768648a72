"""From a plan's baseline to the setting that a city is made from: its people (`baseline_people`), its work and its insured.

Where a city publishes no value by area, the city's total is divided by one stated rule a quantity. The rules are assumptions;
docs/odd.md lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both, read_yaml
from model.law import Law
from model.parameters import central_values
from model.setting import USUAL_RATES, Programme, Schemes, Setting, Shock
from model.talent_account import SkillStocks
from scenarios.baseline_people import people_of, spread
from scenarios.baseline_skills import skills_of
from scenarios.plan_schema import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRMS_PART = 0.85
"""Enterprise-pension members at firms for each UI member (public institutions have UI but the civil scheme): splits the enterprise
headcount between firms, by UI members, and flexible workers, by their number (assumption on place, not on the total)."""
USUAL_WAGE_CLASS = 2
"""Class of the minimum wage where a baseline does not say (assumption: the middle one)."""
NEEDED = ("residents", "hukou_outside", "resident_non_hukou", "university_students", "farm_employed", "nonfarm_employed", "public_employed",
          "flexible_share_of_nonfarm", "surveyed_unemployment_rate", "firms", "mean_monthly_wage", "urban_share", "pension_active",
          "pension_enterprise_active", "pension_civil", "ui_insured", "injury_insured", "pension_paying_rate", "college_residents")
TALENT = ("postdocs_recruited", "high_level_talent", "postdocs_ever")
CORE = ("district", "zone")
"""Levels of areas that make up the urban core 市辖区与功能区, whose labour market is one for many (`model/commuting.py`)."""
CHANGEABLE = {"new_definition_ratio": "new_urban_employment", "startup_definition_ratio": "startups"}
"""Ratios of the new to the old 口径, each with the measure whose definition the plan may have changed."""


@dataclass(frozen=True)
class BaseCity:
    """What the baseline alone decides, whatever is drawn or chosen; fields as in `Setting`."""

    residents: Ints
    outsiders: Ints
    away: Ints
    rural: Floats
    skills: SkillStocks
    farm: Floats
    flexible: Floats
    schemes: Schemes


_made: dict[str, tuple[Plan, BaseCity]] = {}


def base_city(plan: Plan) -> BaseCity:
    """The base city of a plan, made once a process. Raises BadInput naming every quantity that the baseline lacks."""
    known = _made.get(plan.id)
    if known is None or (known[0] is not plan and known[0] != plan):
        if faults := missing(plan):
            raise BadInput(faults)
        known = _made[plan.id] = plan, _make(plan)
    return known[1]


def missing(plan: Plan) -> list[Fault]:
    """One fault for each quantity that a city cannot be made without and that the baseline lacks."""
    file, lacking = f"{plan.id}/baseline.yaml", [q for q in NEEDED if plan.baseline.cell(q) is None]
    return [Fault(file, None, f"cells.{q}", "", q, both(f"请补充全市 {q}(可标为 imputed 并写明方法)",
                                                        f"add a cell {q} for ALL (imputed with its method if it is not published)"))
            for q in lacking]


def _make(plan: Plan) -> BaseCity:
    residents, outsiders, away, urban = people_of(plan)
    adults = residents[:, :, 16:60].sum(axis=(1, 2)).astype(float)
    farm = farm_by_area(plan, adults, urban)
    ui = spread(plan, "ui_insured", adults * np.maximum(urban, 0.02))
    injury = spread(plan, "injury_insured", ui)
    town = adults * (1 - farm)
    flexible = flexible_by_area(plan, town, injury)
    enterprise = enterprise_by_area(plan, ui, town * (flexible + central_values()["owner_share"]))
    schemes = Schemes(enterprise=_persons(enterprise), civil=_persons(plan.baseline.value("public_employed") * adults / adults.sum()),
                      pension=_persons(spread(plan, "pension_active", adults)), ui=_persons(ui), injury=_persons(injury),
                      paying=plan.baseline.value("pension_paying_rate") / 100, hukou_members=published_hukou_members(plan))
    return BaseCity(residents, outsiders, away, np.clip(1 - urban, 0, 1), skills_of(plan), farm, flexible, schemes)


def _persons(values: Floats) -> Ints:
    return np.rint(values).astype(np.int64)


def farm_by_area(plan: Plan, adults: Floats, urban: Floats) -> Floats:
    """Share of the labour force on farms by area: the city's, in proportion to the rural share of adults, at most .85 (assumption)."""
    b = plan.baseline
    country = adults * np.maximum(1 - urban, 0.0)
    rural = country / np.maximum(adults, 1)
    if country.sum() <= 0:
        return rural * 0
    employed = b.value("farm_employed") + b.value("nonfarm_employed")
    mean = max(float((rural * adults).sum() / adults.sum()), 1e-9)
    share: Floats = np.minimum(b.value("farm_employed") / employed * rural / mean, 0.85)
    return share


def flexible_by_area(plan: Plan, nonfarm: Floats, injury: Floats) -> Floats:
    """Flexible share of non-farm employment by area: formal jobs stand half where people live and half where the insured are (assumption).

    formal(a) = (1 − flexible share) · total · (½ · people's share + ½ · share of injury members); kept within .08 to .75.
    """
    flexible, owners = plan.baseline.value("flexible_share_of_nonfarm"), central_values()["owner_share"]
    formal = (1 - flexible - owners) * nonfarm.sum() * (0.5 * nonfarm / nonfarm.sum() + 0.5 * injury / injury.sum())
    return np.clip(1 - owners - formal / np.maximum(nonfarm, 1.0), 0.08, 0.75)


def enterprise_by_area(plan: Plan, ui: Floats, at_risk: Floats) -> Floats:
    """Enterprise-pension members by area: FIRMS_PART of the UI members, the rest by those `at_risk` (flexible workers and owners)."""
    total = plan.baseline.value("pension_enterprise_active")
    by_firms = np.minimum(FIRMS_PART * ui, total * ui / ui.sum())
    out: Floats = by_firms + (total - by_firms.sum()) * at_risk / at_risk.sum()
    return out


def published_hukou_members(plan: Plan) -> int | None:
    """Hukou holders in a pension scheme, pensioners included, if the city has published that headcount for its baseline date."""
    cell = plan.baseline.cell("pension_hukou_members")
    return int(round(cell.base_value)) if cell is not None and cell.status == "published" else None


def wage_class(plan: Plan) -> int:
    """Class of the minimum wage 最低工资类区 in which the city lies."""
    cell = plan.baseline.cell("minimum_wage_class")
    return USUAL_WAGE_CLASS if cell is None else int(cell.base_value)


@cache
def sectors() -> dict[str, float]:
    """Shares of private jobs by sector (scenarios/sectors.yaml)."""
    return {str(k): float(v) for k, v in read_yaml(Path(__file__).with_name("sectors.yaml")).data.items()}


LEVEL = "resident_pension_level"
"""Mean resident pension over income per head 居民养老保障水平, where a city prints it."""


def usual_rates(plan: Plan) -> dict[str, float]:
    """Shares of the base year that institutions are used to, the number of cards and the level of the resident pension, where published."""
    scale = dict.fromkeys((*USUAL_RATES, "ecard_coverage", LEVEL), 100.0) | {"card_holders": 1.0}
    cells = {name: plan.baseline.cell(name) for name in scale}
    return {name: cell.base_value / scale[name] for name, cell in cells.items() if cell is not None}


def changed_definition(plan: Plan, measure: str) -> bool:
    """True when the plan's target of this measure is counted by another 口径 than its base."""
    return any(t.measure == measure and t.comparable is False and t.definition for t in plan.targets)


def setting_of(plan: Plan, *, parameters: Mapping[str, float], controls: Mapping[str, Floats], law: Law, growth: Mapping[int, float],
               shocks: tuple[Shock, ...] = (), usual_controls: Mapping[str, float] | None = None,
               programmes: tuple[Programme, ...] = ()) -> Setting:
    """The setting of `plan` under resolved values. controls: {name: (months, finest areas)}; growth: {year: fraction}.

    Raises BadInput naming every quantity that the baseline lacks.
    """
    b, base = plan.baseline, base_city(plan)
    unchanged = {ratio: 1.0 for ratio, measure in CHANGEABLE.items() if not changed_definition(plan, measure)}
    return Setting(
        name=plan.id, start_year=plan.baseline_year + 1, province=plan.province, areas=tuple(a.id for a in plan.finest_areas),
        groups={a.id: tuple(a.parts) for a in plan.composite_areas}, core=tuple(a.level in CORE for a in plan.finest_areas),
        residents=base.residents, outsiders=base.outsiders, away=base.away, rural=base.rural,
        college_residents=b.value("college_residents"), skills=base.skills, farm=base.farm, flexible=base.flexible, schemes=base.schemes,
        unemployment=b.value("surveyed_unemployment_rate") / 100, firms=int(b.value("firms")), wage=b.value("mean_monthly_wage"),
        university=int(b.value("university_students")), sectors=sectors(), law=law, growth=dict(growth),
        parameters={**parameters, **unchanged}, controls=dict(controls), shocks=tuple(shocks),
        usual_controls=dict(usual_controls or {}), wage_class=wage_class(plan), programmes=programmes,
        usual_rates=usual_rates(plan), talent={name: cell.base_value for name in TALENT if (cell := b.cell(name)) is not None})
