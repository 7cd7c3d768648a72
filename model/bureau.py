"""The bureau's monthly count: what stands on the roster at the end of the month, by area.

Counts are kept apart from the bureau's *statistics* (`model/indicators`), which are made of them by definition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from model import states as s
from model.blocks import BLOCK
from model.series import S
from model.talent import close_stock, count_skills, declare_denominators, keep_stock

if TYPE_CHECKING:
    from model.city import City

TECHNICAL = S.technical_students
RESIDENTS, WORKING_AGE, HUKOU, AWAY, OUTSIDERS = S.residents, S.working_age, S.hukou_holders, S.away, S.outsiders
COLLEGE, STUDENTS, UI, INJURY = S.college, S.students, S.ui, S.injury
EMPLOYEE_ACTIVE, CIVIL_ACTIVE, RESIDENT_ACTIVE = S.pension_employee_active, S.pension_civil_active, S.pension_resident_active
PAID, HUKOU_MEMBERS, REGISTERED, CLAIMANTS = S.pension_paid, S.pension_hukou_members, S.registered, S.claimants
OF_STATE = np.full(11, -1, np.int64)
for _state, _series in ((s.FARM, S.farm), (s.EMPLOYED, S.employees), (s.FLEXIBLE, S.flexible), (s.OWNER, S.owners),
                        (s.UNEMPLOYED, S.unemployed), (s.INACTIVE, S.inactive), (s.RETIRED, S.retired), (s.STUDENT, S.students)):
    OF_STATE[_state] = _series


@njit(parallel=True, cache=True)
def count(  # type: ignore[no-untyped-def]
    n, month, last_month_of_year, birth, traits, area, state, note, spell, scheme, schooling, skill, course, tally, of_state, account
):
    """Stocks at the end of the month; clears the month's notes and, in December, the mark of those counted this year."""
    for b in prange(tally.shape[0]):
        for i in range(b * BLOCK, min(n, (b + 1) * BLOCK)):
            doing = state[i]
            if doing == s.GONE:
                close_stock(i, b, area, course, tally)
                continue
            a, mark, card = area[i], traits[i], scheme[i]
            note[i] = s.QUIET
            months = month - np.int64(birth[i])
            keep_stock(i, b, a, doing, months, skill, course, tally)
            kind = card & s.PENSION_KIND
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
            active = doing != s.RETIRED and (months < 720 or kind >= s.EMPLOYEE_SCHEME)
            if kind == s.RESIDENT_SCHEME and active:
                tally[b, RESIDENT_ACTIVE, a] += 1
            elif kind == s.EMPLOYEE_SCHEME and active:
                tally[b, EMPLOYEE_ACTIVE, a] += 1
            elif kind == s.CIVIL_SCHEME and active:
                tally[b, CIVIL_ACTIVE, a] += 1
            if kind != s.NO_PENSION and active and card & s.PAYING:
                tally[b, PAID, a] += 1
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


def count_heads(city: City) -> None:
    """Count the month's stocks, and turn registrations into the bureau's captured registrations.

        captured(area) = capture(area) · definition · (first registrations − natural attrition · [switch])

    `definition` is the ratio of the new to the old 口径 where the plan changed it, else 1.
    """
    people, p = city.people, city.setting.parameter
    tally = city.new_tally()
    count(people.n, city.month, city.calendar_month == 12, people.birth, people.traits, people.area, people.state, people.note,
          people.spell, people.scheme, people.schooling, people.skill, people.course, tally, OF_STATE, city.setting.skills.talent.rule)
    city.add(tally)
    declare_denominators(city)
    firms = city.firms
    alive = np.flatnonzero(firms.alive[: firms.n])
    where = firms.area[alive]
    city.table[S.firms, city.month] = np.bincount(where, city.weight[where] / firms.thin[alive], len(city.setting.areas))
    attrition = city.table[S.natural_attrition, city.month] * p("subtract_natural_attrition")
    net = city.table[S.first_registrations, city.month] - attrition
    city.table[S.captured_registrations, city.month] = city.setting.by_area("capture") * p("new_definition_ratio") * net
    city.table[S.captured_startups, city.month] = (city.setting.by_area("startup_capture") * p("startup_definition_ratio")
                                                   * city.table[S.startups, city.month])
