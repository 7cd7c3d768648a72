"""From a plan's baseline to the setting that a city is made from.

Whatever a plan leaves open is filled here by one stated rule a quantity, from published totals downwards: single years from the
national shape, areas by residents and by their urban or rural part. The rules are assumptions and are listed in docs/odd.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both, read_yaml
from model.law import Law
from model.parameters import central_values
from model.setting import AGES, Schemes, Setting, Shock
from model.synthesis.pyramids import national, rake, whole
from scenarios.plan_schema import Plan

Floats = NDArray[np.float64]

AGE = np.arange(AGES)
OUTSIDER_AGES = np.interp(AGE, [0, 15, 18, 25, 40, 50, 60, 80], [.5, .5, 1.6, 2.5, 2.2, 1.0, .3, .1])
"""Weight of outsiders among residents by age (assumption: national migrants, 45 % of whom are 40 and under)."""
AWAY_AGES = np.interp(AGE, [0, 15, 18, 25, 40, 50, 60, 80], [.6, .6, 1.8, 2.3, 1.8, 1.1, .4, .2])
"""Weight of those away among hukou holders by age (assumption)."""
COLLEGE_AGES = np.where(AGE < 20, 0.0, np.interp(AGE, [20, 25, 35, 45, 55, 65, 80], [.30, .45, .33, .18, .10, .05, .03]))
"""Shape of the college share by age (assumption near the national census of 2020); scaled to the city's college residents."""
MOST_OF_A_CELL = 0.8
FIRMS_PART = 0.85
"""Enterprise-pension members at firms for each UI member (public institutions have UI but the civil scheme): splits the enterprise
headcount between firms, by UI members, and flexible workers, by their number (assumption on place, not on the total)."""
NEEDED = ("residents", "hukou_outside", "resident_non_hukou", "university_students", "farm_employed", "nonfarm_employed", "public_employed",
          "flexible_share_of_nonfarm", "surveyed_unemployment_rate", "firms", "mean_monthly_wage", "urban_share", "pension_active",
          "pension_enterprise_active", "pension_civil", "ui_insured", "injury_insured", "pension_paying_rate", "college_residents")


def missing(plan: Plan) -> list[Fault]:
    """One fault for each quantity that a city cannot be made without and that the baseline lacks."""
    lacking = [q for q in NEEDED if plan.baseline.cell(q) is None]
    return [Fault(f"{plan.id}/baseline.yaml", None, f"cells.{q}", "", q,
                  both(f"请补充全市 {q}(可标为 imputed 并写明方法)", f"add a cell {q} for ALL (imputed with its method if it is not published)"))
            for q in lacking]


def age_bands(plan: Plan) -> dict[tuple[int, int], float]:
    """Residents by broad age, {(first, last): persons}, as a partition of all ages: the cells without sex of the latest year."""
    cells = [c for c in plan.baseline.cells if c.quantity == "residents" and c.area == "ALL" and c.age and not c.sex]
    latest = max((c.year for c in cells), default=0)
    bands: dict[tuple[int, int], float] = {}
    for cell in sorted((c for c in cells if c.year == latest), key=lambda c: _span(c.age)[1] - _span(c.age)[0]):
        first, last = _span(cell.age)
        if not any(f <= last and first <= l for f, l in bands):
            bands[first, last] = cell.base_value
    covered = sorted(bands)
    whole_line = covered and covered[0][0] == 0 and covered[-1][1] == AGES - 1 and all(a[1] + 1 == b[0] for a, b in zip(covered, covered[1:], strict=False))
    return bands if whole_line else {}


def _span(age: str | None) -> tuple[int, int]:
    assert age is not None
    return (int(age[:-1]), AGES - 1) if age.endswith("+") else (int(age.split("-")[0]), int(age.split("-")[1]))


def spread(plan: Plan, quantity: str, weights: Floats) -> Floats:
    """A quantity by finest area: published area values as they stand, composites and the city's rest divided by `weights`."""
    finest = [a.id for a in plan.finest_areas]
    known = plan.baseline.by_area(quantity)
    out = np.full(len(finest), np.nan)
    for i, area in enumerate(finest):
        out[i] = known.get(area, np.nan)
    for composite in plan.composite_areas:
        rows = [finest.index(p) for p in composite.parts if p in finest]
        if composite.id in known and rows and np.isnan(out[rows]).all():
            out[rows] = known[composite.id] * weights[rows] / weights[rows].sum()
    open_rows = np.flatnonzero(np.isnan(out))
    if open_rows.size:
        rest = max(known["ALL"] - float(np.nansum(out)), 0.0)
        out[open_rows] = rest * weights[open_rows] / weights[open_rows].sum()
    return out * known["ALL"] / out.sum() if out.sum() > 0 else out


def people_of(plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Floats]:
    """(residents, outsiders, away) by finest area × sex × age, and the urban share by area."""
    b = plan.baseline
    total = b.value("residents")
    shape = national(plan.baseline_year)
    bands = age_bands(plan) or {(0, AGES - 1): total}
    scale = total / sum(bands.values())
    men = b.value("residents_male") if b.cell("residents_male") else None
    pyramid = rake(shape, {k: v * scale for k, v in bands.items()}, men)
    ones = np.ones(len(plan.finest_areas))
    by_area = spread(plan, "residents", ones)
    urban = urban_shares(plan, by_area)
    residents = np.stack([whole(pyramid * n / pyramid.sum(), int(round(n))) for n in by_area])
    outsiders = _part(residents, b.value("resident_non_hukou"), by_area * urban, OUTSIDER_AGES)
    outsiders, students = _students(plan, residents, outsiders)
    away = _free(pyramid, b.value("hukou_outside"), by_area * np.maximum(1 - urban, 0.05), AWAY_AGES) + students
    return residents, outsiders, away, urban


def urban_shares(plan: Plan, by_area: Floats) -> Floats:
    """Urban share of residents by finest area; areas without a value share what is left of the city's."""
    known = plan.baseline.by_area("urban_share")
    out = np.array([known.get(a.id, np.nan) for a in plan.finest_areas])
    rest = np.isnan(out)
    if rest.any():
        left = known["ALL"] * by_area.sum() - float(np.nansum(out * by_area))
        out[rest] = np.clip(left / by_area[rest].sum(), 0.0, 1.0)
    return out


def _part(residents: NDArray[np.int64], total: float, weights: Floats, ages: Floats) -> NDArray[np.int64]:
    """`total` persons out of `residents`, by area in proportion to `weights` and by age to `ages`, at most four fifths of a cell."""
    out = np.zeros_like(residents)
    for i, n in enumerate(total * weights / weights.sum()):
        wish = residents[i] * ages
        for _ in range(20):
            wish = np.minimum(wish * (n / max(wish.sum(), 1e-9)), MOST_OF_A_CELL * residents[i])
        out[i] = np.minimum(whole(wish), residents[i])
    return out


def _students(plan: Plan, residents: NDArray[np.int64], outsiders: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Outsiders with the universities' students from elsewhere among them, and as many natives who study away (18 to 21 years).

    A city's students from elsewhere hold its collective hukou or none; natives leave in like number (assumption: entrants balance).
    """
    p = central_values()
    youths = (residents - outsiders)[:, :, 18:22]
    native = p["college_entry_share"] * p["native_local_study_share"] * youths.sum()
    wanted = np.clip(plan.baseline.value("university_students") - native, 0.0, 0.6 * youths.sum())
    moved = np.zeros_like(residents)
    moved[:, :, 18:22] = whole(youths * (wanted / youths.sum()))
    return outsiders + moved, moved


def flexible_by_area(plan: Plan, nonfarm: Floats, injury: Floats) -> Floats:
    """Flexible share of non-farm employment by area: formal jobs stand half where people live and half where the insured are (assumption).

    formal(a) = (1 − flexible share) · total · (½ · people's share + ½ · share of injury members); kept within .08 to .75.
    """
    flexible, owners = plan.baseline.value("flexible_share_of_nonfarm"), central_values()["owner_share"]
    formal = (1 - flexible - owners) * nonfarm.sum() * (0.5 * nonfarm / nonfarm.sum() + 0.5 * injury / injury.sum())
    return np.clip(1 - owners - formal / np.maximum(nonfarm, 1.0), 0.08, 0.75)


def _free(pyramid: Floats, total: float, weights: Floats, ages: Floats) -> NDArray[np.int64]:
    shape = pyramid * ages
    return np.stack([whole(shape * (n / shape.sum()), int(round(n))) for n in total * weights / weights.sum()])


def college_by_age(plan: Plan, residents: NDArray[np.int64]) -> Floats:
    """Share with college education by age: the shape, scaled to the city's college residents (at most 95 % of any age)."""
    persons = residents.sum(axis=(0, 1)).astype(float)
    share = COLLEGE_AGES.copy()
    for _ in range(10):
        share = np.minimum(share * plan.baseline.value("college_residents") / float((persons * share).sum()), 0.95)
    return share


@lru_cache(maxsize=1)
def sectors() -> dict[str, float]:
    """Shares of private jobs by sector (scenarios/sectors.yaml)."""
    return {str(k): float(v) for k, v in read_yaml(Path(__file__).with_name("sectors.yaml")).data.items()}


def changed_definition(plan: Plan, measure: str) -> bool:
    """True when the plan's target of this measure is counted by another 口径 than its base."""
    return any(t.measure == measure and t.comparable is False and t.definition for t in plan.targets)


@lru_cache(maxsize=8)
def _static(plan_key: tuple[str, str], plan_box: _Box) -> dict[str, object]:
    """What does not depend on draws or scenarios: made once a plan and process."""
    plan = plan_box.plan
    if faults := missing(plan):
        raise BadInput(faults)
    b = plan.baseline
    residents, outsiders, away, urban = people_of(plan)
    adults = residents[:, :, 16:60].sum(axis=(1, 2)).astype(float)
    town, country = adults * np.maximum(urban, 0.02), adults * np.maximum(1 - urban, 0.0)
    employed = b.value("farm_employed") + b.value("nonfarm_employed")
    rural = country / np.maximum(adults, 1)
    farm = b.value("farm_employed") / employed * rural / max(float((rural * adults).sum() / adults.sum()), 1e-9) if country.sum() > 0 else rural * 0
    ints = lambda x: np.rint(x).astype(np.int64)  # noqa: E731
    ui = spread(plan, "ui_insured", town)
    farm = np.minimum(farm, 0.85)
    injury = spread(plan, "injury_insured", ui)
    flexible = flexible_by_area(plan, adults * (1 - farm), injury)
    at_risk = adults * (1 - farm) * (flexible + central_values()["owner_share"])
    by_firms = np.minimum(FIRMS_PART * ui, b.value("pension_enterprise_active") * ui / ui.sum())
    enterprise = by_firms + (b.value("pension_enterprise_active") - by_firms.sum()) * at_risk / at_risk.sum()
    schemes = Schemes(enterprise=ints(enterprise), civil=ints(b.value("public_employed") * adults / adults.sum()),
                      pension=ints(spread(plan, "pension_active", adults)), ui=ints(ui), injury=ints(injury),
                      paying=b.value("pension_paying_rate") / 100, hukou_members=published_hukou_members(plan))
    return dict(flexible=flexible, residents=residents, outsiders=outsiders, away=away, rural=np.clip(1 - urban, 0, 1), college=college_by_age(plan, residents),
                farm=farm, schemes=schemes)


def published_hukou_members(plan: Plan) -> int | None:
    """Hukou holders in a pension scheme, pensioners included, if the city has published that headcount for its baseline date."""
    cell = plan.baseline.cell("pension_hukou_members")
    return int(round(cell.base_value)) if cell is not None and cell.status == "published" else None


class _Box:
    """A plan, hashed by identity of its content, so that what is made of it can be remembered."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Box) and other.plan == self.plan

    def __hash__(self) -> int:
        return hash(self.plan.id)


def setting_of(plan: Plan, *, parameters: Mapping[str, float], controls: Mapping[str, Floats], law: Law, growth: Mapping[int, float],
               shocks: tuple[Shock, ...] = (), until: str | None = None, usual_controls: Mapping[str, float] | None = None) -> Setting:
    """The setting of `plan` under resolved values. controls: {name: (months, finest areas)}; growth: {year: fraction}.

    Raises BadInput naming every quantity that the baseline lacks.
    """
    b = plan.baseline
    static = _static((plan.id, str(plan.baseline_year)), _Box(plan))
    values = dict(parameters)
    for name, measure in (("new_definition_ratio", "new_urban_employment"), ("startup_definition_ratio", "startups")):
        if not changed_definition(plan, measure):
            values[name] = 1.0
    return Setting(
        name=plan.id, start_year=plan.baseline_year + 1, province=plan.province, areas=tuple(a.id for a in plan.finest_areas),
        groups={a.id: tuple(a.parts) for a in plan.composite_areas}, unemployment=b.value("surveyed_unemployment_rate") / 100,
        firms=int(b.value("firms")), wage=b.value("mean_monthly_wage"),
        university=int(b.value("university_students")), sectors=sectors(), law=law, growth=dict(growth), parameters=values,
        controls=dict(controls), shocks=tuple(shocks), usual_controls=dict(usual_controls or {}), wage_class=wage_class(plan),
        **static)  # type: ignore[arg-type]


def wage_class(plan: Plan) -> int:
    """Class of the minimum wage: Suzhou and Nantong 1, Xuzhou and Haining 2 (domain sources in model/law/minimum_wage.yaml)."""
    return 1 if plan.id in ("nantong", "xiangcheng", "suzhou12") else 2
