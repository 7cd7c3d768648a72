"""Enrolment at the firm: which insurances an employer takes out for each worker.

A worker of firm f carries a lasting draw u for that job; the firm insures by thresholds of f and of the worker, which policy moves:

    injury       u < Λ(x + injury_gap)          x = taste(f) + odds(size of f) + drive(f) + level(area) − penalty·[outsider] − dearness
    + UI         u < Λ(x)                        Λ: logistic
    + pension    u < Λ(x) · pension_share        so the bundles are none ⊂ injury ⊂ injury + UI ⊂ all
    dearness     premium_response · (100 · employer's pension rate · declared base ÷ wage − the mean of the start)

The base is the floor for those whom the firm would declare there, else the wage within floor and ceiling (as in `accounts.declare`): the
floor makes the low-paid dear to insure. It is settled at hiring, and for all staff when the firm reviews its lists: once a year, when the
enrolment drive 扩面行动 visits (`drive`) or an inspection does (`inspection`), and when a site opens or rests (`sites`). What a visit adds
wears off by `drive_decay` a year, so that some are lost again. State organs insure pension (civil-service scheme) and injury, public
institutions UI as well (失业保险条例 2: 事业单位). Staff past the legal age 超龄 may have injury insurance alone: u < Λ(x + injury_gap) ·
over_age_injury. Who works for a construction firm on an insured project has injury insurance whatever the firm does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import inspection, sites
from model import states as s
from model.accounts import base_limits
from model.arithmetic import log, logistic_each, power
from model.blocks import BLOCK, DRAWN, blocks_of, past_legal_age, stretches
from model.compiler import by_parts, lent
from model.coverage import BUNDLE, WHOLE_BUNDLE
from model.drive import BANDS, band_of, size_band
from model.drive import visit as visit_suspects
from model.lists import ANY, those
from model.luck import choose, decision_key, draw64, draw_each, uniform
from model.parts import log_odds_of
from model.rulings import while_rules_hold
from model.setting import once
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

TWELVE = np.uint64(12)
INSPECTED = len(BANDS)
SURE = 700.0                    # log-odds beyond which a share is 0 or 1 to the last bit of a draw
FOUND = (*(f"drive_enrolled_{band}" for band in BANDS), "inspection_enrolled")
(FLOOR, CEILING, RATE, AT_FLOOR, RESPONSE, USUAL, PENALTY, PENSION_SHARE, OVER_AGE) = range(9)
"""Numbers that a month's bundles go by: yuan, shares, log-odds a percentage point, per cent of the wage, log-odds, shares."""


def odds(share: float) -> float:
    """Log-odds of a share in (0, 1)."""
    return float(log(share) - log(1.0 - share))


@once
def odds_by_size(city: City) -> NDArray[np.float64]:
    """Log-odds of insuring staff in firms of < 10, 10-50, 50-300 and more real staff, from the declared shares."""
    return np.array([odds(city.setting.parameter(f"insured_share_{size}")) for size in ("micro", "small", "middle", "large")])


@lent
def review_lists(n, month, identity, alive, ownership, drive, review, decay, key):  # type: ignore[no-untyped-def]
    """The yearly reviews of this month; what past visits have brought about wears off."""
    for f in range(n):
        review[f] = False
        if alive[f] and ownership[f] < s.STATE_ORGAN:
            drive[f] *= decay
            review[f] = choose(draw64(key, identity[f]), TWELVE) == np.uint64(month % 12)


@njit(inline="always")
def points_of(draw, wage, rules):  # type: ignore[no-untyped-def]
    """The employer's pension premium in per cent of the wage (tens of yuan), by a lasting draw of person and firm; the usual one where no
    wage is known."""
    if wage == 0:
        return rules[USUAL]
    yuan = 10.0 * wage
    base = rules[FLOOR] if uniform(draw) < rules[AT_FLOOR] else min(max(yuan, rules[FLOOR]), rules[CEILING])
    return 100.0 * rules[RATE] * base / yuan


@njit(inline="always")
def willing_at(firm_odds, outsider, points, rules):  # type: ignore[no-untyped-def]
    """x of a worker apart from the area's level: log-odds that the firm (of log-odds `firm_odds`) insures this one at such a premium."""
    return firm_odds - (rules[PENALTY] if outsider else 0.0) - rules[RESPONSE] * (points - rules[USUAL])


@njit(inline="always")
def bundle(u, ui, injury, pension_share, scheme):  # type: ignore[no-untyped-def]
    """New scheme byte of a private employee with lasting draw u at a firm that insures against unemployment, and against injury, below
    those shares."""
    kind = scheme & s.PENSION_KIND
    kept = scheme & s.COUNTED
    if u < ui * pension_share:
        return kept | s.EMPLOYEE_SCHEME | s.PAYING | s.UI | s.INJURY
    paying = scheme & s.PAYING if kind == s.RESIDENT_SCHEME else 0
    if u < ui:
        return kept | kind | paying | s.UI | s.INJURY
    if u < injury:
        return kept | kind | paying | s.INJURY
    return kept | kind | paying


@lent
def who_works(state, flags):  # type: ignore[no-untyped-def]
    """Flag the employees of a stretch."""
    for j in range(state.size):
        flags[j] = state[j] == s.EMPLOYED


@lent
def whose_list_is_open(rows, note, firm, review, everyone):  # type: ignore[no-untyped-def]
    """Strike from `rows` (employees) whom nobody settles anything for; returns how many are left, at the beginning of `rows`."""
    k = 0
    for i in rows:
        rows[k] = i
        k += everyone | (note[i] == s.JUST_HIRED) | review[np.uint64(firm[i])]
    return k


@lent
def shares_of(  # type: ignore[no-untyped-def]
    rows, identity, traits, firm, wage, firm_id, firm_area, odds, level, gap, rules, key, key_floor, jobs, draws, x, shares,
):
    """For each of `rows`, employees: the lasting draws of person and firm to `draws`, and the shares below which a private firm insures
    against unemployment and against injury to `shares`; x is room to work in. All (2, at least as many), jobs one line of uint64."""
    n = rows.size
    for j in range(n):
        jobs[j] = identity[rows[j]] ^ firm_id[np.uint64(firm[rows[j]])]
    draw_each(key, jobs[:n], draws[0])
    draw_each(key_floor, jobs[:n], draws[1])
    for j in range(n):
        i = rows[j]
        f = np.uint64(firm[i])
        a = firm_area[f]
        willing = willing_at(odds[f], traits[i] & s.OUTSIDER, points_of(draws[1, j], wage[i], rules), rules) + level[a]
        x[0, j], x[1, j] = min(max(willing, -SURE), SURE), min(max(willing + gap[a], -SURE), SURE)
    logistic_each(x[0, :n], shares[0])
    logistic_each(x[1, :n], shares[1])


@lent
def settle(  # type: ignore[no-untyped-def]
    rows, month, legal, first_birth, birth, traits, firm_area, note, scheme, firm, ownership, visits, real, rules, resident_years, draws,
    shares, found,
):
    """The new insurance of `rows`, employees whose list is open. draws, shares: `shares_of`; found: (bands, areas), see `enrol_staff`."""
    for j in range(rows.size):
        i = rows[j]
        f, hired = firm[i], note[i] == s.JUST_HIRED
        old = past_legal_age(month - np.int64(birth[i]), np.int64(birth[i]), traits[i], legal, first_birth)
        old = old or resident_years[i] & s.DRAWS_RESIDENT != 0
        if old and not hired and scheme[i] & s.PENSION_KIND >= s.EMPLOYEE_SCHEME:
            continue                                                        # has agreed to retire later, or pays on
        if old:
            scheme[i] &= s.PENSION_KIND + s.COUNTED + s.PAYING              # 超龄: no labour relation to insure
        elif ownership[f] >= s.STATE_ORGAN:
            kept = scheme[i] & s.COUNTED
            scheme[i] = kept | s.CIVIL_SCHEME | s.PAYING | s.INJURY | (s.UI if ownership[f] == s.PUBLIC_UNIT else 0)
        if ownership[f] >= s.STATE_ORGAN:
            continue
        u, before = uniform(draws[0, j]), scheme[i]
        if old:
            scheme[i] |= s.INJURY if u < shares[1, j] * rules[OVER_AGE] else 0
        else:
            scheme[i] = bundle(u, shares[0, j], shares[1, j], rules[PENSION_SHARE], before)
            called = visits[f] & (s.VISITED_NOW | s.INSPECTED_NOW)
            if called and scheme[i] & BUNDLE == WHOLE_BUNDLE and before & BUNDLE != WHOLE_BUNDLE and not hired:
                found[band_of(real[f]) if called & s.VISITED_NOW else INSPECTED, firm_area[f]] += 1
        if visits[f] & s.SITE:
            scheme[i] |= s.INJURY


@by_parts
def enrol_staff(  # type: ignore[no-untyped-def]
    part, n, month, legal, first_birth, identity, birth, traits, firm_area, state, note, scheme, firm, wage, firm_id, ownership, review,
    visits, odds, real, level, gap, rules, key, key_floor, everyone, resident_years, found,
):
    """Settle the insurance of the newly hired and of the staff of firms under review (of all staff when `everyone`).

    odds: of each firm, apart from the area's level. found: rows whom a visit brings into the whole bundle, by block, size band of the
    drive or INSPECTED, and area.
    """
    for b in range(*part):
        flags, rows, k = np.empty(DRAWN, np.uint8), np.empty(BLOCK, np.uint64), 0
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), DRAWN):
            to = min(at + DRAWN, n)
            who_works(state[at:to], flags)
            some = rows[k: k + those(flags[: to - at], ANY, np.uint64(at), rows[k:])]
            k += whose_list_is_open(some, note, firm, review, everyone)
        jobs, draws = np.empty(DRAWN, np.uint64), np.empty((2, DRAWN), np.uint64)
        x, shares = np.empty((2, DRAWN)), np.empty((2, DRAWN))
        for at in range(0, k, DRAWN):
            some = rows[at: min(at + DRAWN, k)]
            shares_of(some, identity, traits, firm, wage, firm_id, firm_area, odds, level, gap, rules, key, key_floor, jobs, draws, x,
                      shares)
            settle(some, month, legal, first_birth, birth, traits, firm_area, note, scheme, firm, ownership, visits, real, rules,
                   resident_years, draws, shares, found[b])


@by_parts
def premiums_of(part, staff, identity, firm, wage, firm_id, rules, key_floor, out):  # type: ignore[no-untyped-def]
    """Write to `out` the `points_of` the employees in rows `staff`."""
    for b in range(*part):
        own, draws = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint64)
        rows, points = staff[b * DRAWN: (b + 1) * DRAWN], out[b * DRAWN: (b + 1) * DRAWN]
        for j in range(rows.size):
            own[j] = identity[rows[j]] ^ firm_id[firm[rows[j]]]
        draw_each(key_floor, own[: rows.size], draws)
        for j in range(rows.size):
            points[j] = points_of(draws[j], wage[rows[j]], rules)


@by_parts
def willingness_of(  # type: ignore[no-untyped-def]
    part, staff, traits, firm, wage, odds, points, rules, out,
):
    """Write to `out` x of the employees in rows `staff`, apart from the area's level. odds: of each firm; points: `premiums_of`."""
    for j in range(*part):
        i = staff[j]
        out[j] = willing_at(odds[firm[i]], traits[i] & s.OUTSIDER, rules[USUAL] if wage[i] == 0 else points[j], rules)


@njit(cache=True)
def odds_of_firms(n, staff, thin, taste, drive, by_size):  # type: ignore[no-untyped-def]
    """See `firm_odds`; by_size: log-odds of insuring by size, (4,)."""
    out = np.empty(n, np.float64)
    for f in range(n):
        out[f] = taste[f] + by_size[size_band(staff[f] * thin[f])] + drive[f]
    return out


def premiums(city: City, staff: NDArray[np.int64]) -> NDArray[np.float64]:
    """`points_of` the employees in rows `staff`."""
    people, out = city.people, np.empty(staff.size)
    across(premiums_of, stretches(staff.size), staff, people.id, people.firm, people.wage, city.firms.id, bundle_rules(city),
           city.lasting("declared at the floor"), out)
    return out


def firm_odds(city: City) -> NDArray[np.float64]:
    """Log-odds of each firm for insuring a local employee, apart from the area's level."""
    firms = city.firms
    odds: NDArray[np.float64] = odds_of_firms(firms.n, firms.staff, firms.thin, firms.taste, firms.drive, odds_by_size(city))
    return odds


@while_rules_hold
def bundle_rules(city: City) -> NDArray[np.float64]:
    """The numbers FLOOR … OVER_AGE of this month."""
    p, (floor, ceiling) = city.setting.parameter, base_limits(city)
    rate = max(city.law_value("pension.employer_rate") - city.level("contribution_rate_cut"), 0.0)
    return np.array([floor, ceiling, rate, p("floor_declared_share"), p("premium_response"), city.usual_premium, p("outsider_penalty"),
                     p("firm_pension_share"), p("over_age_injury")])


def enrol(city: City, *, everyone: bool = False) -> None:
    """Visits, reviews, and the insurance of everyone whose list is open this month."""
    people, firms, p = city.people, city.firms, city.setting.parameter
    if not everyone:
        review_lists(firms.n, city.month, firms.id, firms.alive, firms.ownership, firms.drive, firms.review,
                     power(1.0 - p("drive_decay"), 1 / 12), city.lasting("review month"))
        by_size = odds_by_size(city)
        visit_suspects(city, by_size)
        inspection.look_into_firms(city, by_size)
        sites.open_and_rest(city)
    found = np.zeros((blocks_of(people.n), INSPECTED + 1, len(city.setting.areas)), np.int64)
    across(enrol_staff, blocks_of(people.n), people.n, city.month, city.legal_ages, city.first_birth, people.id, people.birth,
           people.traits, firms.area, people.state, people.note, people.scheme, people.firm, people.wage, firms.id, firms.ownership,
           firms.review, firms.visits, firm_odds(city), firms.staff[: firms.n] * firms.thin[: firms.n], city.enrolment_level,
           city.injury_gap, bundle_rules(city), city.lasting("bundle"), city.lasting("declared at the floor"), everyone,
           people.resident_years, found)
    if not everyone:
        city.flows(FOUND, np.add.reduce(found, axis=0))


def taste_of_new_firms(city: City, ids: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The lasting tastes of newly opened firms for insuring their staff, log-odds."""
    spread: float = city.setting.parameter("compliance_spread")
    return spread * log_odds_of(ids, taste_key(city.luck))


@lru_cache(maxsize=64)
def taste_key(luck: int) -> np.uint64:
    """The key of firms' tastes, by the seed."""
    return decision_key(luck, "firm.taste", 0)
