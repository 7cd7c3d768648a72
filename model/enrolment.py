"""Enrolment at the firm: which insurances an employer takes out for each worker.

A worker of firm f carries a lasting draw u for that job; the firm insures by thresholds of f, which policy moves:

    injury       u < Λ(x + injury_gap)          x = taste(f) + odds(size of f) + drive(f) + level(area) − penalty·[outsider]
    + UI         u < Λ(x)                        Λ: logistic
    + pension    u < Λ(x) · pension_share        so the bundles are none ⊂ injury ⊂ injury + UI ⊂ all

It is settled at hiring, and for all staff when the firm reviews its lists: once a year, and when the enrolment drive 扩面行动 visits.
A visit adds `drive_effect` to the log-odds of a firm that leaves staff out; it wears off by `drive_decay` a year. State organs insure
pension (civil-service scheme) and injury, public institutions UI as well (失业保险条例 2: 事业单位).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import log, log_of, logistic, power
from model.blocks import BLOCK, past_legal_age
from model.luck import choose, decision_key, draw64, uniform
from model.parts import uniform_all

if TYPE_CHECKING:
    from model.city import City

TWELVE = np.uint64(12)
BANDS = ("small", "mid", "large")


def odds(share: float) -> float:
    """Log-odds of a share in (0, 1)."""
    return float(log(share) - log(1.0 - share))


def odds_by_size(city: City) -> NDArray[np.float64]:
    """Log-odds of insuring staff in firms of < 10, 10-50, 50-300 and more real staff, from the declared shares."""
    return np.array([odds(city.setting.parameter(f"insured_share_{size}")) for size in ("micro", "small", "middle", "large")])


@njit(inline="always")
def size_band(real):  # type: ignore[no-untyped-def]
    """0: < 10 real staff, 1: 10-50, 2: 50-300, 3: more."""
    return 0 if real < 10 else 1 if real < 50 else 2 if real < 300 else 3


@njit(cache=True)
def visit(  # type: ignore[no-untyped-def]
    n, month, identity, area, alive, ownership, staff, thin, drive, visits, review, chance, effect, decay, full, taste, by_size,
    key_review, key_visit,
):
    """The drive's visits and the yearly reviews of this month. chance: monthly visit probability by area and real size < 10, 10-50, > 50.

    Firms whose odds of insuring already exceed `full` are left alone: nothing is missing there.
    """
    for f in range(n):
        review[f] = False
        if not alive[f] or ownership[f] >= s.STATE_ORGAN:
            continue
        drive[f] *= decay
        real = staff[f] * thin[f]
        band = 0 if real < 10 else 1 if real <= 50 else 2
        if choose(draw64(key_review, identity[f]), TWELVE) == np.uint64(month % 12):
            review[f] = True
        odds_now = taste[f] + by_size[size_band(real)] + drive[f]
        if chance[area[f], band] > 0.0 and odds_now < full and uniform(draw64(key_visit, identity[f])) < chance[area[f], band]:
            drive[f] += effect
            visits[f] |= 1
            review[f] = True


@njit(inline="always")
def bundle(u, x, gap, pension_share, scheme):  # type: ignore[no-untyped-def]
    """New scheme byte of a private employee with lasting draw u at a firm with log-odds x."""
    kind = scheme & s.PENSION_KIND
    kept = scheme & s.COUNTED
    ui = logistic(x)
    if u < ui * pension_share:
        return kept | s.EMPLOYEE_SCHEME | s.PAYING | s.UI | s.INJURY
    paying = scheme & s.PAYING if kind == s.RESIDENT_SCHEME else 0
    if u < ui:
        return kept | kind | paying | s.UI | s.INJURY
    if u < logistic(x + gap):
        return kept | kind | paying | s.INJURY
    return kept | kind | paying


@njit(parallel=True, cache=True)
def enrol_staff(  # type: ignore[no-untyped-def]
    n, month, legal, first_birth, identity, birth, traits, area, state, note, scheme, firm, firm_id, ownership, review, taste, by_size,
    real, drive, level, gap, penalty, pension_share, key, everyone, resident_years,
):
    """Settle the insurance of the newly hired and of the staff of firms under review (of all staff when `everyone`)."""
    for b in prange((n + BLOCK - 1) // BLOCK):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            if state[i] != s.EMPLOYED:
                continue
            f = firm[i]
            if not (everyone or note[i] == s.JUST_HIRED or review[f]):
                continue
            old = past_legal_age(month - np.int64(birth[i]), np.int64(birth[i]), traits[i], legal, first_birth)
            if old or resident_years[i] & s.DRAWS_RESIDENT:
                if note[i] == s.JUST_HIRED or scheme[i] & s.PENSION_KIND < s.EMPLOYEE_SCHEME:
                    scheme[i] &= s.PENSION_KIND + s.COUNTED + s.PAYING      # 超龄: no labour relation to insure
                continue                                                    # others have agreed to retire later, or pay on
            if ownership[f] >= s.STATE_ORGAN:
                kept = scheme[i] & s.COUNTED
                scheme[i] = kept | s.CIVIL_SCHEME | s.PAYING | s.INJURY | (s.UI if ownership[f] == s.PUBLIC_UNIT else 0)
                continue
            x = taste[f] + by_size[size_band(real[f])] + drive[f] + level[area[i]] - (penalty if traits[i] & s.OUTSIDER else 0.0)
            scheme[i] = bundle(uniform(draw64(key, identity[i] ^ firm_id[f])), x, gap[area[i]], pension_share, scheme[i])


def enrol(city: City, *, everyone: bool = False) -> None:
    """Visits, reviews, and the insurance of everyone whose list is open this month."""
    people, firms, p = city.people, city.firms, city.setting.parameter
    if not everyone:
        visit(firms.n, city.month, firms.id, firms.area, firms.alive, firms.ownership, firms.staff, firms.thin, firms.drive, firms.visits,
              firms.review, visit_chance(city), p("drive_effect"), power(1.0 - p("drive_decay"), 1 / 12), p("drive_full_odds"), firms.taste,
              odds_by_size(city), city.lasting("review month"), city.key("visit"))
    enrol_staff(people.n, city.month, city.legal_ages, city.first_birth, people.id, people.birth, people.traits, people.area, people.state,
                people.note, people.scheme, people.firm, firms.id, firms.ownership, firms.review, firms.taste, odds_by_size(city),
                firms.staff[: firms.n] * firms.thin[: firms.n], firms.drive, city.enrolment_level + premium_shift(city), city.injury_gap,
                p("outsider_penalty"), p("firm_pension_share"), city.lasting("bundle"), everyone, people.resident_years)


def premium_shift(city: City) -> float:
    """Log-odds that a lower premium adds to every firm's willingness to insure: `premium_response` for each point of the rate, and as much
    for the same saving at the floor."""
    cut, floor = city.level("contribution_rate_cut"), city.level("contribution_floor_change")
    rate = city.law_value("pension.employer_rate")
    return city.setting.parameter("premium_response") * 100.0 * (cut - floor * rate * city.setting.parameter("floor_declared_share"))


def visit_chance(city: City) -> NDArray[np.float64]:
    """Monthly probability of a visit by area and size band, (areas, 3), from the yearly shares of the controls."""
    yearly = np.stack([city.setting.control(f"enrolment_drive_{band}", city.month) for band in BANDS], axis=1)
    return np.array([[1.0 - power(1.0 - min(x, 0.999999), 1 / 12) for x in row] for row in yearly])


def taste_of_new_firms(city: City, ids: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The lasting tastes of newly opened firms for insuring their staff, log-odds."""
    u = np.clip(uniform_all(decision_key(city.luck, "firm.taste", 0), ids), 1e-9, 1 - 1e-9)
    return city.setting.parameter("compliance_spread") * (log_of(u) - log_of(1.0 - u))
