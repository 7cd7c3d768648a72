"""The bureau's monthly count: what stands on the roster at the end of the month, by area.

Counts are kept apart from the bureau's *statistics* (`model/indicators`), which are made of them by definition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from model import states as s
from model.accounts import keep, rules
from model.blocks import BLOCK
from model.injury import assess_premiums
from model.series import S
from model.talent import close_stock, count_skills, declare_denominators, keep_stock
from model.wages import wage_index
from model.workplaces import count_work

if TYPE_CHECKING:
    from model.city import City

TECHNICAL = S.technical_students
RESIDENTS, WORKING_AGE, HUKOU, AWAY, OUTSIDERS = S.residents, S.working_age, S.hukou_holders, S.away, S.outsiders
COLLEGE, STUDENTS, UI, INJURY = S.college, S.students, S.ui, S.injury
EMPLOYEE_ACTIVE, CIVIL_ACTIVE, RESIDENT_ACTIVE = S.pension_employee_active, S.pension_civil_active, S.pension_resident_active
PAID, HUKOU_MEMBERS, REGISTERED, CLAIMANTS = S.pension_paid, S.pension_hukou_members, S.registered, S.claimants
PENSIONERS, CIVIL_PENSIONERS, RESIDENT_PENSIONERS, STATUTORY = (S.pensioners, S.pensioners_civil, S.pensioners_resident,
                                                                S.hukou_statutory)
MERGED = 2020
"""Maternity insurance became part of employee medical insurance (国办发〔2019〕10号, recalled)."""
OF_STATE = np.full(11, -1, np.int64)
for _state, _series in ((s.FARM, S.farm), (s.EMPLOYED, S.employees), (s.FLEXIBLE, S.flexible), (s.OWNER, S.owners),
                        (s.UNEMPLOYED, S.unemployed), (s.INACTIVE, S.inactive), (s.RETIRED, S.retired), (s.STUDENT, S.students)):
    OF_STATE[_state] = _series


@njit(parallel=True, cache=True)
def count(  # type: ignore[no-untyped-def]
    n, month, last_month_of_year, birth, traits, area, state, note, spell, scheme, schooling, skill, course, tally, of_state, account,
    identity, legal, first_birth, paid, resident_years, ui_paid, base, balance, wage, firm, firm_id, ownership, due, injury_rate, whole,
    real, tiers, below, keys, keeping,
):
    """Stocks at the end of the month; clears the month's notes and, in December, the mark of those counted this year."""
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            doing = state[i]
            if doing == s.GONE:
                close_stock(i, b, area, course, tally)
                continue
            a, mark, card = area[i], traits[i], scheme[i]
            hired = note[i] == s.JUST_HIRED
            note[i] = s.QUIET
            months = month - np.int64(birth[i])
            keep_stock(i, b, a, doing, months, skill, course, tally)
            kind = card & s.PENSION_KIND
            if keeping and (kind != s.NO_PENSION or card & (s.UI | s.INJURY) or balance[i] > 0):
                pays_at = legal[3, min(max(np.int64(birth[i]) - first_birth, 0), legal.shape[1] - 1)]
                keep(i, b, a, identity[i], doing, card, hired, months, pays_at, paid, resident_years, ui_paid, base, balance, wage, firm,
                     firm_id, ownership, due, injury_rate, tally, whole, real, tiers, below, keys)
            local = not mark & s.OUTSIDER
            if local:
                tally[b, HUKOU, a] += 1
            if doing == s.AWAY:
                tally[b, AWAY, a] += 1
            else:
                tally[b, RESIDENTS, a] += 1
                if not local:
                    tally[b, OUTSIDERS, a] += 1
                if 192 <= months < 720:
                    tally[b, WORKING_AGE, a] += 1
                if schooling[i] & s.SCHOOLING >= s.JUNIOR_COLLEGE:
                    tally[b, COLLEGE, a] += 1
                if of_state[doing] >= 0:
                    tally[b, of_state[doing], a] += 1
                count_skills(b, a, doing, months, schooling[i], skill[i], tally, account)
                if course[i] & s.KIND == s.TECHNICAL_SCHOOL:
                    tally[b, TECHNICAL, a] += 1
            draws = resident_years[i] & s.DRAWS_RESIDENT
            active = doing != s.RETIRED and not draws
            if kind == s.RESIDENT_SCHEME and draws:
                tally[b, RESIDENT_PENSIONERS, a] += 1
            elif doing == s.RETIRED:
                tally[b, PENSIONERS if kind == s.EMPLOYEE_SCHEME else CIVIL_PENSIONERS, a] += 1
            elif kind == s.RESIDENT_SCHEME and active:
                tally[b, RESIDENT_ACTIVE, a] += 1
            elif kind == s.EMPLOYEE_SCHEME and active:
                tally[b, EMPLOYEE_ACTIVE, a] += 1
            elif kind == s.CIVIL_SCHEME and active:
                tally[b, CIVIL_ACTIVE, a] += 1
            if kind != s.NO_PENSION and active and card & s.PAYING:
                tally[b, PAID, a] += 1
            if local and months >= 192 and doing != s.STUDENT:
                tally[b, STATUTORY, a] += 1
            if kind != s.NO_PENSION and local and months >= 192 and doing != s.STUDENT:
                tally[b, HUKOU_MEMBERS, a] += 1
            if doing == s.EMPLOYED:
                if card & s.UI:
                    tally[b, UI, a] += 1
                if card & s.INJURY:
                    tally[b, INJURY, a] += 1
            elif doing == s.UNEMPLOYED:
                if card & s.REGISTERED:
                    tally[b, REGISTERED, a] += 1
                if card & s.LAID_OFF and card & s.UI:
                    tally[b, CLAIMANTS, a] += 1
            if last_month_of_year:
                scheme[i] = card & (255 - s.COUNTED)


def count_stocks(city: City, last_month_of_year: bool, *, keeping: bool) -> NDArray[np.int64]:
    """The tally of the month's stocks; with `keeping` it also keeps everyone's account (`accounts.keep`)."""
    people, firms, tally, now = city.people, city.firms, city.new_tally(), rules(city)
    count(people.n, city.month, last_month_of_year, people.birth, people.traits, people.area, people.state, people.note, people.spell,
          people.scheme, people.schooling, people.skill, people.course, tally, OF_STATE, city.setting.skills.talent.rule, people.id,
          city.legal_ages, city.first_birth, people.paid, people.resident_years, people.ui_paid, people.base, people.account, people.wage,
          people.firm, firms.id, firms.ownership, firms.due, firms.injury_rate, now.whole, now.real, now.tiers, now.below, now.keys,
          keeping)
    return tally


def declare_insurance(city: City) -> None:
    """Series that follow from the count: medical and maternity members, money per head, and next month's mean base.

        employee medical 职工医保    active members of the employee and civil schemes and their pensioners
        maternity 生育保险           staff insured by an employer (injury); from 2020, with medical insurance merged, all active ones
    """
    now = city.table[:, city.month]
    active = now[S.pension_employee_active] + now[S.pension_civil_active]
    now[S.medical_employees] = active + now[S.pensioners] + now[S.pensioners_civil]
    now[S.maternity_employees] = now[S.injury] if city.year < MERGED else active
    now[S.minimum_wage_fen] = 100 * city.law_value(f"minimum_wage.class_{city.setting.wage_class}") * now[S.residents]
    now[S.resident_income_level_fen] = np.rint(now[S.pensioners_resident] * city.resident_income_fen * wage_index(city))
    payers = now[S.premium_payers].sum()
    if payers > 0:
        city.mean_base = float(now[S.declared_base_fen].sum() / payers / 100)


def count_heads(city: City) -> None:
    """Count the month's stocks, and turn registrations into the bureau's captured registrations.

        captured(area) = capture(area) · definition · (first registrations − natural attrition · [switch])

    `definition` is the ratio of the new to the old 口径 where the plan changed it, else 1.
    """
    p = city.setting.parameter
    assess_premiums(city)
    city.add(count_stocks(city, city.calendar_month == 12, keeping=True))
    declare_denominators(city)
    declare_insurance(city)
    firms = city.firms
    alive = np.flatnonzero(firms.alive[: firms.n])
    where = firms.area[alive]
    city.table[S.firms, city.month] = np.bincount(where, city.weight[where] / firms.thin[alive], len(city.setting.areas))
    attrition = city.table[S.natural_attrition, city.month] * p("subtract_natural_attrition")
    net = city.table[S.first_registrations, city.month] - attrition
    city.table[S.captured_registrations, city.month] = city.setting.by_area("capture") * p("new_definition_ratio") * net
    city.table[S.captured_startups, city.month] = (city.setting.by_area("startup_capture") * p("startup_definition_ratio")
                                                   * city.table[S.startups, city.month])
    count_work(city)
