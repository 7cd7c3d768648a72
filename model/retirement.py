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
from model.accounts import carried
from model.luck import draw64, uniform
from model.pensions import Formula, pension
from model.premiums import MOST_FEN, MOST_YUAN
from model.retirement_age import EARLY, ILL_HEALTH, LATEST, OLD, SPECIAL, STATUTORY, claim_ages

if TYPE_CHECKING:
    from model.city import City

STAYS, RETIRES, PAYS_ON, SWITCHES = range(4)
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


def choices(city: City) -> NDArray[np.float64]:
    """Shares of the ways to retire, and the limits that the law sets to them this month."""
    p = city.setting.parameter
    return np.array([p("special_share"), p("ill_health_share"), p("retire_early_share"), p("retire_late_share"), p("pay_on_share"),
                     city.law_value("retirement.ill_health_paid_months"), city.law_value("pension.late_payment_months")], float)


def award(city: City) -> None:
    """Pensions of those who retired this month, and the other way of those who lack paid years."""
    people = city.people
    rows = city.noted[people.note[city.noted] >= s.RETIRING]
    if not rows.size:
        return
    leaving = people.note[rows] == s.SWITCHING
    people.note[rows] = s.QUIET
    change_scheme(city, rows[leaving])
    award_pensions(city, rows[~leaving])


def award_pensions(city: City, rows: NDArray[np.int64]) -> None:
    """The formula for `rows`; missing years of those who paid on as long as they could are bought at the base of the day."""
    people, law = city.people, city.setting.law
    now = (city.setting.start_year * 12) + max(city.month, 0)
    formula = Formula.at(law, now).carried(carried(city))
    paid = people.paid[rows].astype(np.int64)
    floor = city.law_value("bases.floor") * carried(city)
    base = np.maximum(people.base[rows].astype(float), floor * (people.base[rows] == 0))
    balance = people.account[rows].astype(np.int64)
    need = city.minimum_paid[min(max(city.month, 0), city.minimum_paid.size - 1)]
    ill = city.law_value("retirement.ill_health_paid_months")
    legal = city.claim_ages[STATUTORY, category_of(people.traits[rows]), birth_place(city, rows)]
    age = city.month - people.birth[rows].astype(np.int64)
    bought = np.where((paid < need) & (age >= legal), need - paid, 0)
    bought = np.where((age < legal) & (paid >= ill), 0, bought)
    to_account = np.floor(base * 100 * city.law_value("pension.flexible_account_rate")).astype(np.int64) * bought
    to_pool = np.floor(base * 100 * (city.law_value("pension.flexible_rate") - city.law_value("pension.flexible_account_rate")))
    private = people.scheme[rows] & s.PENSION_KIND == s.EMPLOYEE_SCHEME
    where, areas = people.area[rows], len(city.setting.areas)
    city.flow("pension_late_income_fen", np.bincount(where, (to_account + to_pool * bought) * private, areas))
    city.flow("retired_by_paying_up", np.bincount(where, bought > 0, areas))
    before = np.clip(paid + bought - (now - formula.accounts_from * 12), 0, None)
    index = np.clip(base * FLOOR_TO_AVERAGE / max(floor, 1.0), 0.0, 3.0)
    made = pension(formula, paid_months=paid + bought, index=index, months_before=before, balance=balance + to_account, age=age)
    people.paid[rows] = np.minimum(paid + bought, MOST_YUAN)
    people.base[rows] = np.minimum(np.rint(made.pool / 100), MOST_YUAN)
    people.account[rows] = np.minimum(made.account, MOST_FEN)


def change_scheme(city: City, rows: NDArray[np.int64]) -> None:
    """Locals without the minimum paid years go over to the resident scheme with what they have paid 制度衔接; outsiders take their
    account home."""
    people = city.people
    local = people.traits[rows] & (s.OUTSIDER | s.STUDIES_AWAY) == 0
    keep = people.scheme[rows] & (255 - s.PENSION_KIND - s.PAYING - s.UI - s.INJURY - s.LAID_OFF)
    people.scheme[rows] = keep | np.where(local, s.RESIDENT_SCHEME, s.NO_PENSION).astype(np.uint8)
    years = people.resident_years[rows].astype(np.int64) + people.paid[rows] // 12
    people.resident_years[rows] = np.minimum(np.where(local, years, 0), 127)
    gone = np.where(local, 0, people.account[rows].astype(np.int64))
    city.flow("pension_moved_fen", np.bincount(people.area[rows], gone, len(city.setting.areas)))
    city.count_rows("switched_scheme", rows[local])
    people.account[rows[~local]] = 0
    people.paid[rows] = people.base[rows] = 0


def category_of(traits: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Row of the retirement tables for each person: men, women in managerial posts, women workers."""
    return np.where(traits & s.FEMALE == 0, 0, np.where(traits & s.CADRE > 0, 1, 2))


def birth_place(city: City, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place of each person's month of birth in the retirement tables."""
    return np.clip(city.people.birth[rows].astype(np.int64) - city.first_birth, 0, city.claim_ages.shape[2] - 1)
