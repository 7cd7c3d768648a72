"""Retirement in the plain city: when a member claims, and what the pension is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peer.luck import rint
from model import states as s
from model.retirement_age import EARLY, ILL_HEALTH, LATEST, OLD, SPECIAL, STATUTORY

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.person import Person


def step_of(person: Person) -> str | None:
    """What a member of the employee or civil scheme does this month: "retires", "pays on", "switches", or nothing."""
    city, age = person.model, person.months
    c = 0 if not person.female else 1 if person.cadre else 2
    if age < city.claims_open[c]:
        return None
    ages = [row[c][min(max(person.birth - city.first_birth, 0), len(row[c]) - 1)] for row in city.claim_ages]
    u = city.taste("retirement", person.identity)
    if age < due_age(person, ages, u):
        return None
    legal, share = ages[STATUTORY], city.choices
    need = city.minimum_paid[min(max(city.month - max(age - legal, 0), 0), len(city.minimum_paid) - 1)]
    if share["special_share"] <= u < share["special_share"] + share["ill_health_share"] and age < legal:
        need = int(city.law("retirement.ill_health_paid_months"))
    if person.paid >= need:
        return "retires"
    if age < legal:
        return None
    if city.taste("pays on", person.identity) < share["pay_on_share"]:
        return "retires" if age >= legal + city.law("pension.late_payment_months") else "pays on"
    return "switches"


def due_age(person: Person, ages: list[int], u: float) -> int:
    """Months of age at which the person means to claim."""
    share, legal = person.model.choices, ages[STATUTORY]
    special = share["special_share"]
    ill = special + share["ill_health_share"]
    if u < special:
        due = ages[SPECIAL]
    elif u < ill:
        due = ages[ILL_HEALTH] + int((u - special) / (ill - special) * max(ages[OLD] - ages[ILL_HEALTH], 0))
    elif u < ill + share["retire_early_share"]:
        due = ages[EARLY]
    elif u >= 1.0 - share["retire_late_share"] and person.state == s.EMPLOYED:
        late = share["retire_late_share"]
        return legal + int((u - 1.0 + late) / late * (ages[LATEST] - legal + 1))
    else:
        return legal
    return due if person.birth + due >= 0 else legal


def award(city: PlainCity) -> None:
    """Pensions of those who retired this month; others go over to the resident scheme."""
    for person in city.people:
        if person.note == s.RETIRING:
            person.note = s.QUIET
            award_pension(person)
        elif person.note == s.SWITCHING:
            person.note = s.QUIET
            change_scheme(person)


def payout(city: PlainCity, age: int) -> float:
    """Months over which an account is paid, for an age in months."""
    years = min(max(age / 12, 40.0), 70.0)
    whole = min(int(years), 69)
    first, last = (city.law(f"pension.payout_months_{y}") for y in (whole, whole + 1))
    return (last - first) * (years - whole) + first


def award_pension(person: Person) -> None:
    """The pension by the formula."""
    city, law, age = person.model, person.model.law, person.months
    legal = city.claim_ages[STATUTORY][0 if not person.female else 1 if person.cadre else 2]
    legal = legal[min(max(person.birth - city.first_birth, 0), len(legal) - 1)]
    floor = law("bases.floor") * city.carry
    base = float(person.base) if person.base else floor
    need, bought = city.minimum_paid[min(city.month, len(city.minimum_paid) - 1)], 0
    if age >= legal and person.paid < need:
        bought = need - person.paid
    own, whole = law("pension.flexible_account_rate"), law("pension.flexible_rate")
    to_account = int(np.floor(base * 100 * own)) * bought
    to_pool = float(np.floor(base * 100 * (whole - own))) * bought
    if person.pension == s.EMPLOYEE_SCHEME:
        city.tell("pension_late_income_fen", person.area, to_account + to_pool)
    city.tell("retired_by_paying_up", person.area, 1 if bought else 0)
    person.paid += bought
    before = max(person.paid - (city.setting.start_year * 12 + city.month - int(law("pension.accounts_from_year")) * 12), 0) / 12
    z, step = min(base * 0.6 / floor, 3.0), law("pension.years_rounded_to")
    years = rint(person.paid / 12 / step) * step if step > 0 else person.paid / 12
    unit = law("pension.benefit_base") * city.carry
    pool = rint(unit * (1 + z) / 2 * years * law("pension.year_share") * 100)
    pool += rint(unit * z * before * law("pension.transition_share") * 100)
    if before > 0:
        pool += rint((law("pension.transition_fixed") + law("pension.transition_per_index_year") * z * years) * 100)
        pool += rint(law("pension.supplement") * 100)
    person.account = rint((person.account + to_account) / payout(city, age))
    person.base = min(rint(pool / 100), 65_535)


def change_scheme(person: Person) -> None:
    """Over to the resident scheme, or, an outsider, out with the account."""
    city = person.model
    person.paying = person.ui = person.injury = person.laid_off = False
    if person.local:
        person.pension = s.RESIDENT_SCHEME
        person.resident_years = min(person.resident_years + person.paid // 12, 127)
        city.tell("switched_scheme", person.area)
    else:
        city.tell("pension_moved_fen", person.area, person.account)
        person.pension, person.resident_years, person.account = s.NO_PENSION, 0, 0
    person.paid = person.base = 0
