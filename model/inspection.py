"""The standing pressure to insure 日常监察与数据比对: routine inspections, complaints of workers, and tax data compared once a year.

What the drive (`drive`) does for a while and by command, these do all the time. Each firm of private owners has one draw u a month:

    routine     u < inspection_rate/12 · inspectors                                      双随机日常巡查
    complaint   u in the next 1 − e^(−h),  h = complaints_per_dispute · real staff ·     举报投诉
                ((1 − Λ(x + gap)) · hurt + (1 − Λ(x)) · (laid off · dispute_on_dismissal + arrears_claim · [owes wages]))
    notice      at the yearly review, once taxes collect the premiums, with matching_rate · tax_matching · ratio(size)   税务比对提示
    effect      where x < drive_full_odds: drive += inspection_effect, and all staff are reviewed in the same month

x: taste + odds + drive + level(area), log-odds of insuring a local employee; hurt: injuries_per_thousand/12,000 · injury_claim, all as in
`disputes`, so that who complains is who was hurt, dismissed or owed wages without insurance. The effect wears off with the drive's
(`drive_decay`), and yearly reviews drop some again. A firm that stood at the baseline date has had its visits already: `past_visits` draws
them, and the levels of the start are solved with them, so that the pressure of every day moves nothing by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, exp_of, log, log_of, logistic, power
from model.compiler import lent
from model.disputes import EXCESS
from model.drive import size_band
from model.luck import draw64, uniform
from model.rulings import while_rules_hold
from model.setting import once

if TYPE_CHECKING:
    from model.city import City

Floats = NDArray[np.float64]
CAUSES = ("inspection_visits", "complaint_visits", "matching_notices")
ROUTINE, COMPLAINT, NOTICE = range(3)
(HURT, DISMISSED, OWED, FULL, EFFECT) = range(5)
"""Numbers of a month: complaints a person-month by cause, log-odds above which nothing is found, log-odds that a visit adds."""
REMEMBERED = 5                  # visits before the baseline date that still count
USUAL_LAYOFFS, USUAL_IN_ARREARS = 0.0065, 0.25
"""Of staff a month, and of staff: laid off, and at firms that owe wages, before the baseline date (assumption: as in a quiet town)."""
WHOLE = 2.0**-64


@lent
def inspect(  # type: ignore[no-untyped-def]
    n, identity, area, alive, ownership, staff, thin, desired, layoff, taste, drive, review, visits, by_size, level, gap, routine, notice,
    rules, keys, seen,
):
    """The month's inspections, complaints and notices; seen: (CAUSES, areas), rows of firms. routine: chance by area; notice: by size.

    keys: of the month's draw, and of the draw at the yearly review. Most firms are passed by after their draw: the chance of a complaint
    is worked out only where the draw lies below what it would be with nobody insured.
    """
    for f in range(n):
        if not alive[f] or ownership[f] >= s.STATE_ORGAN or staff[f] == 0:
            continue
        a, real = area[f], staff[f] * thin[f]
        size = size_band(real)
        owed = rules[OWED] if staff[f] > (1.0 + EXCESS) * desired[f] + 1.0 else 0.0
        without_work = np.float64(layoff[f]) * WHOLE * rules[DISMISSED] + owed
        u = uniform(draw64(keys[0], identity[f]))
        noticed = review[f] and notice[size] > 0.0 and uniform(draw64(keys[1], identity[f])) < notice[size]
        if u >= routine[a] + real * (rules[HURT] + without_work) and not noticed:
            continue
        x = taste[f] + by_size[size] + drive[f] + level[a]
        cause = NOTICE
        if u < routine[a]:
            cause = ROUTINE
        elif u < routine[a] + 1.0 - exp(-real * ((1.0 - logistic(x + gap[a])) * rules[HURT] + (1.0 - logistic(x)) * without_work)):
            cause = COMPLAINT
        elif not noticed or x >= rules[FULL]:
            continue
        seen[cause, a] += 1.0 / thin[f]
        if x < rules[FULL]:
            drive[f] += rules[EFFECT]
            visits[f] |= s.INSPECTED_NOW
            review[f] = True


@once
def month_rules(city: City) -> Floats:
    """The numbers HURT … EFFECT."""
    p = city.setting.parameter
    each = p("complaints_per_dispute")
    return np.array([each * p("injuries_per_thousand") / 12_000 * p("injury_claim"), each * p("dispute_on_dismissal"),
                     each * p("arrears_claim"), p("drive_full_odds"), p("inspection_effect")])


@while_rules_hold
def notices(city: City) -> Floats:
    """Chance of a notice at the yearly review by size (< 10, 10-50, 50-300, more): none before taxes collect the premiums."""
    p = city.setting.parameter
    small = p("matching_micro_ratio")
    chance = p("matching_rate") * city.level("tax_matching") * city.law_value("enforcement.tax_collection")
    return chance * np.array([small, power(small, 0.5), 1.0, 1.0])


@while_rules_hold
def routine_visits(city: City) -> Floats:
    """Chance of a routine inspection this month, by area."""
    return city.setting.parameter("inspection_rate") / 12 * city.setting.control("inspectors", city.month)


def look_into_firms(city: City, by_size: Floats) -> None:
    """A month of inspections, complaints and notices. by_size: log-odds of insuring by size."""
    firms, seen = city.firms, np.zeros((len(CAUSES), len(city.setting.areas)))
    inspect(firms.n, firms.id, firms.area, firms.alive, firms.ownership, firms.staff, firms.thin, firms.desired, firms.layoff,
            firms.taste, firms.drive, firms.review, firms.visits, by_size, city.enrolment_level, city.injury_gap, routine_visits(city),
            notices(city), month_rules(city), city.keys("inspection", "matching notice"), seen)
    for name, firms_seen in zip(CAUSES, seen, strict=True):
        city.flow(name, firms_seen)


def past_visits(city: City, by_size: Floats, level: Floats) -> None:
    """Give the firms of the baseline date the drive that visits before it have left: up to REMEMBERED of them, since the founding.

    level: about what the areas add to the log-odds. Intervals are exponential with the usual chance of a visit and a complaint.
    """
    firms, p, n = city.firms, city.setting.parameter, city.firms.n
    hurt, dismissed, owed, full, effect = month_rules(city)
    real = firms.staff[:n] * firms.thin[:n]
    x = firms.taste[:n] + by_size[np.searchsorted([10, 50, 300], real, side="right")] + level[firms.area[:n]]
    complaints = real / (1.0 + exp_of(np.clip(x, -30.0, 30.0))) * (hurt + USUAL_LAYOFFS * dismissed + USUAL_IN_ARREARS * owed)
    rate = np.maximum(p("inspection_rate") + 12.0 * (1.0 - exp_of(-complaints)), 1e-9)
    age, ago, fade = -firms.founded[:n] / 12.0, np.zeros(n), float(log(1.0 - p("drive_decay")))
    able = firms.alive[:n] & (firms.ownership[:n] < s.STATE_ORGAN) & (x < full)
    for k in range(REMEMBERED):
        u = np.maximum(city.lasting_draws(f"visit {k} before the start", firms.id[:n]), 1e-12)
        ago = ago - log_of(u) / rate
        firms.drive[:n] += np.where(able & (ago < age), effect * exp_of(np.maximum(fade * ago, -50.0)), 0.0)
