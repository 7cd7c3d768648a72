"""The people of a plan's baseline, by finest area, sex and single year of age.

Whatever a city leaves unpublished is filled by one stated rule a quantity, from published totals downwards: single years from the
national shape, areas by residents and by their urban or rural part. The rules are assumptions; docs/odd.md lists them all.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.parameters import central_values
from model.setting import AGES
from model.synthesis.pyramids import national, rake, whole
from scenarios.baseline_schema import Cell
from scenarios.plan_schema import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AGE = np.arange(AGES)
OUTSIDER_AGES = np.interp(AGE, [0, 15, 18, 25, 40, 50, 60, 80], [.5, .5, 1.6, 2.5, 2.2, 1.0, .3, .1])
"""Weight of outsiders among residents by age (assumption: national migrants, 45 % of whom are 40 and under)."""
AWAY_AGES = np.interp(AGE, [0, 15, 18, 25, 40, 50, 60, 80], [.6, .6, 1.8, 2.3, 1.8, 1.1, .4, .2])
"""Weight of those away among hukou holders by age (assumption)."""
MOST_STUDY, MOST_STUDENTS = 0.95, 0.8
"""Of those away at 18 to 21, who study at most; of all those away, who are of that age at most (assumptions)."""
MOST_OF_A_CELL = 0.8
"""Share of a cell of residents that outsiders can be at most (assumption)."""


def span(age: str) -> tuple[int, int]:
    """First and last year of an age group: span("15-59") == (15, 59), span("65+") == (65, 100)."""
    if age.endswith("+"):
        return int(age[:-1]), AGES - 1
    first, last = age.split("-")
    return int(first), int(last)


def age_bands(plan: Plan) -> dict[tuple[int, int], float]:
    """Residents by broad age, {(first, last): persons}, as a partition of all ages: the cells without sex of the latest year.

    Narrow groups go before wide ones that overlap with them; empty when the groups leave a gap.
    """
    cells = [(span(c.age), c) for c in plan.baseline.cells if c.quantity == "residents" and c.area == "ALL" and c.age and not c.sex]
    latest = max((c.year for _, c in cells), default=0)
    bands: dict[tuple[int, int], float] = {}
    for (first, last), cell in sorted(((s, c) for s, c in cells if c.year == latest), key=_width):
        if not any(f <= last and first <= until for f, until in bands):
            bands[first, last] = cell.base_value
    covered = sorted(bands)
    if not covered or covered[0][0] != 0 or covered[-1][1] != AGES - 1 or any(a[1] + 1 != b[0] for a, b in pairwise(covered)):
        return {}
    return bands


def _width(entry: tuple[tuple[int, int], Cell]) -> int:
    (first, last), _ = entry
    return last - first


def spread(plan: Plan, quantity: str, weights: Floats) -> Floats:
    """A quantity by finest area: published area values as they stand, composites and the city's rest divided by `weights`."""
    finest = [a.id for a in plan.finest_areas]
    known = plan.baseline.by_area(quantity)
    out = np.array([known.get(area, np.nan) for area in finest])
    for composite in plan.composite_areas:
        rows = [finest.index(p) for p in composite.parts if p in finest]
        if composite.id in known and rows and np.isnan(out[rows]).all():
            out[rows] = known[composite.id] * weights[rows] / weights[rows].sum()
    open_rows = np.flatnonzero(np.isnan(out))
    if open_rows.size:
        rest = max(known["ALL"] - float(np.nansum(out)), 0.0)
        out[open_rows] = rest * weights[open_rows] / weights[open_rows].sum()
    return out * known["ALL"] / out.sum() if out.sum() > 0 else out


def people_of(plan: Plan) -> tuple[Ints, Ints, Ints, Floats]:
    """(residents, outsiders, away) by finest area × sex × age, and the urban share by area."""
    b = plan.baseline
    total = b.value("residents")
    bands = age_bands(plan) or {(0, AGES - 1): total}
    scale = total / sum(bands.values())
    men = b.value("residents_male") if b.cell("residents_male") else None
    pyramid = rake(national(plan.baseline_year), {k: v * scale for k, v in bands.items()}, men)
    by_area = spread(plan, "residents", np.ones(len(plan.finest_areas)))
    urban = urban_shares(plan, by_area)
    residents = np.stack([whole(pyramid * n / pyramid.sum(), int(round(n))) for n in by_area])
    outsiders = _part(residents, b.value("resident_non_hukou"), by_area * urban, OUTSIDER_AGES)
    outsiders, students = _students(plan, residents, outsiders)
    away = _free(pyramid, b.value("hukou_outside"), by_area * np.maximum(1 - urban, 0.05), AWAY_AGES) + students
    away = _study_away(away, residents - outsiders, float(pyramid[:, 18:22].sum() / pyramid.sum()), b.value("university_students"))
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


def _part(residents: Ints, total: float, weights: Floats, ages: Floats) -> Ints:
    """`total` persons out of `residents`, by area in proportion to `weights` and by age to `ages`, at most four fifths of a cell."""
    out = np.zeros_like(residents)
    for i, n in enumerate(total * weights / weights.sum()):
        wish = residents[i] * ages
        for _ in range(20):
            wish = np.minimum(wish * (n / max(wish.sum(), 1e-9)), MOST_OF_A_CELL * residents[i])
        out[i] = np.minimum(whole(wish), residents[i])
    return out


def _students(plan: Plan, residents: Ints, outsiders: Ints) -> tuple[Ints, Ints]:
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


def _study_away(away: Ints, locals_: Ints, share: float, places: float) -> Ints:
    """Those away with at least as many of 18 to 21 among them as study elsewhere; the others of them are fewer by these.

    Natives who study elsewhere are the hukou cohort (the hukou holders × `share`, the part of 18 to 21 in all ages) × college_entry_share,
    less those who study here; they are MOST_STUDY of their age among those away, and at most MOST_STUDENTS of all of these.
    """
    p, young = central_values(), slice(18, 22)
    here = min(p["college_entry_share"] * p["native_local_study_share"] * locals_[:, :, young].sum(), MOST_STUDY * places)
    wanted = (p["college_entry_share"] * share * (locals_.sum() + away.sum()) - here) / MOST_STUDY
    present = int(away[:, :, young].sum())
    short = min(wanted, MOST_STUDENTS * away.sum()) - present
    if short <= 0 or present == 0:
        return away
    factor = np.full(AGES, 1.0 - short / (away.sum() - present))
    factor[young] = 1.0 + short / present
    return np.stack([whole(part * factor * (part.sum() / (part * factor).sum()), int(part.sum())) for part in away])


def _free(pyramid: Floats, total: float, weights: Floats, ages: Floats) -> Ints:
    """`total` persons of the pyramid's shape times `ages`, by area in proportion to `weights`."""
    shape = pyramid * ages
    return np.stack([whole(shape * (n / shape.sum()), int(round(n))) for n in total * weights / weights.sum()])
