"""When a member of the employee or civil-service scheme claims a pension, and what it is worth.

A lasting draw u says by which way a person goes; the ages of the ways are law (`retirement_age.claim_ages`):

    special occupation 特殊工种    u < special_share                at the special age          with the minimum paid months
    ill health 因病                the next ill_health_share        evenly from the ill-health age to the one before delays, 10 paid years
    flexible early 弹性提前        the next retire_early_share      as early as the law lets go, with the minimum paid months of that year
    flexible late 弹性延迟         u ≥ 1 − retire_late_share        evenly 1 month to the longest after the legal age, while employed
    legal age                      everybody else

Who reaches the legal age without the minimum paid months pays on 延缴 (v < pay_on_share), at most as long as the law says and then buys
the rest 一次性补缴, or goes over to the resident scheme. The minimum is that of the year of the legal age (人社部发〔2024〕94号 7), for
early retirement that of the year chosen. The pension is the formula's (`pensions.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import past_legal_age
from model.compiler import lent
from model.luck import draw64, uniform
from model.pensions import AGE, BALANCE, BEFORE, INDEX, INDEX_BEFORE, PAID, Formula, amounts
from model.premiums import MOST_FEN, MOST_YEARS, MOST_YUAN
from model.retirement_age import EARLY, ILL_HEALTH, LATEST, OLD, SPECIAL, STATUTORY, claim_ages
from model.rulings import carried, while_rules_hold
from model.separations import noted

if TYPE_CHECKING:
    from model.city import City

STAYS, RETIRES, PAYS_ON, SWITCHES = range(4)
RETIRING, SWITCHING = np.uint8(s.RETIRING), np.uint8(s.SWITCHING)
SHARE_SPECIAL, SHARE_ILL, SHARE_EARLY, SHARE_LATE, SHARE_PAY_ON, ILL_MONTHS, LATE_PAYMENT = range(7)
FLOOR_TO_AVERAGE = 0.6


@njit(inline="always")
def due_age(u, ages, c, k, now, working, choices):  # type: ignore[no-untyped-def]
    """Months of age at which a person with lasting draw u means to claim; ways that had passed before the city began are closed."""
    legal, months = np.int64(ages[STATUTORY, c, k]), now[0]
    born = now[1] - months                                              # month of birth, so that born + age is a month of the run
    low = choices[SHARE_SPECIAL]
    if u < low:
        due = np.int64(ages[SPECIAL, c, k])
        return due if born + due >= 0 else legal
    high = low + choices[SHARE_ILL]
    if u < high:
        sick = np.int64(ages[ILL_HEALTH, c, k])
        due = sick + np.int64((u - low) / (high - low) * max(np.int64(ages[OLD, c, k]) - sick, 0))
        return due if born + due >= 0 else legal
    if u < high + choices[SHARE_EARLY]:
        due = np.int64(ages[EARLY, c, k])
        return due if born + due >= 0 else legal
    if u >= 1.0 - choices[SHARE_LATE] and working:
        longest = np.int64(ages[LATEST, c, k]) - legal
        return legal + np.int64((u - 1.0 + choices[SHARE_LATE]) / choices[SHARE_LATE] * (longest + 1))
    return legal


@njit(inline="always")
def claim(  # type: ignore[no-untyped-def]
    months, birth, mark, who, working, paid, month, ages, opens, first_birth, minimum, choices, key, key_on,
):
    """What a member of the employee or civil scheme does this month: STAYS, RETIRES, PAYS_ON or SWITCHES.

    opens: months of age before which nobody of a category can go; minimum: least paid months by month of the run.
    """
    c = 0 if not mark & s.FEMALE else 1 if mark & s.CADRE else 2
    if months < opens[c]:
        return STAYS
    k = min(max(birth - first_birth, 0), ages.shape[2] - 1)
    u = uniform(draw64(key, who))
    due = due_age(u, ages, c, k, (months, month), working, choices)
    if months < due:
        return STAYS
    legal = np.int64(ages[STATUTORY, c, k])
    reference = min(max(month - max(months - legal, 0), 0), minimum.size - 1)
    need = minimum[reference]
    if choices[SHARE_SPECIAL] <= u < choices[SHARE_SPECIAL] + choices[SHARE_ILL] and months < legal:
        need = np.int64(choices[ILL_MONTHS])
    if paid >= need:
        return RETIRES
    if months < legal:
        return STAYS
    if uniform(draw64(key_on, who)) < choices[SHARE_PAY_ON]:
        return RETIRES if months >= legal + choices[LATE_PAYMENT] else PAYS_ON
    return SWITCHES


def plan(city: City) -> None:
    """Tables that last for the whole run: ages of every way, the first age that is open, and the minimum paid months. all_past: months
    from the first month of birth on at which somebody born then or later is past the flexible early and the legal age, (2, 3, births)."""
    law, start, last = city.setting.law, city.setting.start_year, 12 * 40
    city.claim_ages = claim_ages(law, start, city.first_birth, last)
    city.claims_open = city.claim_ages.min(axis=(0, 2)).astype(np.int64)
    ages = city.claim_ages[[EARLY, STATUTORY]]
    reached = ages + np.arange(ages.shape[2])
    city.all_past = np.minimum.accumulate(reached[:, :, ::-1], axis=2)[:, :, ::-1].copy()
    city.minimum_paid = np.rint(law.series("pension.minimum_months", f"{start}-01", 12 * 60)).astype(np.int64)


@while_rules_hold
def choices(city: City) -> NDArray[np.float64]:
    """Shares of the ways to retire, and the limits that the law sets to them this month."""
    p = city.setting.parameter
    return np.array([p("special_share"), p("ill_health_share"), p("retire_early_share"), p("retire_late_share"), p("pay_on_share"),
                     city.law_value("retirement.ill_health_paid_months"), city.law_value("pension.late_payment_months")], float)


def award(city: City) -> None:
    """Pensions of those who retired this month, and the other way of those who lack paid years."""
    note = city.people.note
    change_scheme(city, noted(city.noted, note, SWITCHING, SWITCHING))
    award_pensions(city, noted(city.noted, note, RETIRING, RETIRING))


@njit(cache=True)
def settle(  # type: ignore[no-untyped-def]
    rows, month, birth, traits, area, note, scheme, paid, base, account, legal, first_birth, need, floor, to_account, to_pool, past,
    bought,
):
    """What the formula asks about each of `rows`, float64 (6, rows): see `pensions.amounts`.

    Who is past the legal age (`legal`, by category and month of birth) buys the months that are missing to `need`, at the own base or the
    floor and the rates to_account and to_pool. past: months since accounts began; bought: fen that firms' members pay and buyers, by area.
    """
    out = np.empty((6, rows.size))
    for j in range(rows.size):
        i = rows[j]
        age, months, own = month - np.int64(birth[i]), np.int64(paid[i]), np.float64(base[i]) if base[i] > 0 else floor
        due = past_legal_age(age, np.int64(birth[i]), traits[i], legal, first_birth)
        missing = max(need - months, 0) if due else 0
        to_own = np.int64(own * 100 * to_account) * missing
        if missing > 0:
            bought[1, area[i]] += 1
            if scheme[i] & s.PENSION_KIND == s.EMPLOYEE_SCHEME:
                bought[0, area[i]] += to_own + np.int64(own * 100 * to_pool) * missing
        months += missing
        out[PAID, j], out[BEFORE, j], out[BALANCE, j], out[AGE, j] = months, max(months - past, 0), np.int64(account[i]) + to_own, age
        out[INDEX, j] = out[INDEX_BEFORE, j] = min(max(own * FLOOR_TO_AVERAGE / max(floor, 1.0), 0.0), 3.0)
        paid[i], note[i] = min(months, MOST_YUAN), s.QUIET
    return out


@lent
def draw_pensions(rows, found, base, account):  # type: ignore[no-untyped-def]
    """From now on `rows` draw what `pensions.amounts` has found: from the pool, yuan, and from the account, fen."""
    for j in range(rows.size):
        pool = found[0, j] + found[2, j] + found[3, j]
        base[rows[j]], account[rows[j]] = min(np.int64(np.rint(pool / 100)), MOST_YUAN), min(found[1, j], MOST_FEN)


@while_rules_hold
def formula_in_force(city: City) -> Formula:
    """The formula of the month, its base carried with wages."""
    return Formula.at(city.setting.law, city.setting.start_year * 12 + max(city.month, 0)).carried(carried(city))


def award_pensions(city: City, rows: NDArray[np.int64]) -> None:
    """The formula for `rows`; missing years of those who paid on as long as they could are bought at the base of the day."""
    people, law = city.people, city.law_value
    if not rows.size:
        return
    formula, to_account = formula_in_force(city), law("pension.flexible_account_rate")
    accounts_begun = 12 * (formula.accounts_from - city.setting.start_year)
    bought = np.zeros((2, len(city.setting.areas)), np.int64)
    asked = settle(
        rows, city.month, people.birth, people.traits, people.area, people.note, people.scheme, people.paid, people.base, people.account,
        city.claim_ages[STATUTORY], city.first_birth, int(city.minimum_paid[min(max(city.month, 0), city.minimum_paid.size - 1)]),
        float(law("bases.floor") * carried(city)), to_account, law("pension.flexible_rate") - to_account,
        max(city.month, 0) - accounts_begun, bought)
    city.flows(("pension_late_income_fen", "retired_by_paying_up"), bought)
    draw_pensions(rows, amounts(asked, *formula.terms), people.base, people.account)


@lent
def go_over(rows, traits, area, note, scheme, paid, resident_years, base, account, counted):  # type: ignore[no-untyped-def]
    """See `change_scheme`; counted: rows that go over, and fen that outsiders take home, by area (2, areas)."""
    for i in rows:
        scheme[i] &= 255 - s.PENSION_KIND - s.PAYING - s.UI - s.INJURY - s.LAID_OFF
        if traits[i] & (s.OUTSIDER | s.STUDIES_AWAY):
            scheme[i] |= s.NO_PENSION
            resident_years[i] = 0
            counted[1, area[i]] += account[i]
            account[i] = 0
        else:
            scheme[i] |= s.RESIDENT_SCHEME
            resident_years[i] = min(np.int64(resident_years[i]) + paid[i] // 12, MOST_YEARS)
            counted[0, area[i]] += 1
        paid[i], base[i], note[i] = 0, 0, s.QUIET


def change_scheme(city: City, rows: NDArray[np.int64]) -> None:
    """Locals without the minimum paid years go over to the resident scheme with what they have paid 制度衔接; outsiders take their
    account home."""
    people, counted = city.people, np.zeros((2, len(city.setting.areas)), np.int64)
    if not rows.size:
        return
    go_over(rows, people.traits, people.area, people.note, people.scheme, people.paid, people.resident_years, people.base, people.account,
            counted)
    city.flows(("switched_scheme", "pension_moved_fen"), counted)
