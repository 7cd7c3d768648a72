"""Skill, title and talent stocks 技能、职称、人才: who stands in which account of the bureau, read from the people's columns.

    in scope      residents of 16 to 59 who neither study nor draw a pension
    skilled       in scope, with a skill grade; highly skilled 高技能: from 高级工 (grade 3) on; professional: with a title
    talent 人才    by each plan's own account (`TalentAccount`): grade, title or schooling from a level on, or the mark OTHER_TALENT

An account is data of a plan: 苏州 counted all residents with college, pensioners and students among them; others count those in scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.rulings import while_rules_hold
from model.series import S

if TYPE_CHECKING:
    from model.city import City

TALENT, SKILLED, HIGH_SKILLED, PROFESSIONAL = S.talent, S.skilled, S.high_skilled, S.professional
MIDDLE, SENIOR, TECHNICIANS, BOTH = S.professional_middle, S.professional_senior, S.technicians, S.skilled_professional
READY, JOINED, LEFT, TECHNICAL = S.grade_ready, S.high_joined, S.high_left, S.technical_students
WORKING = ("farm", "employees", "flexible", "owners", "unemployed")
Codes = NDArray[np.integer]


@njit(inline="always")
def in_scope(doing, months):  # type: ignore[no-untyped-def]
    """Resident of 16 to 59 who neither studies nor draws a pension."""
    return (doing >= s.FARM) & (doing <= s.INACTIVE) & (months >= 192) & (months < 720)


def is_talent(doing: Codes, months: Codes, schooling: Codes, skill: Codes, rule: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True where the plan's account counts the person; rule: `TalentAccount.rule`."""
    holds = ((skill & s.GRADE >= rule[0]) | ((skill & s.TITLE) >> s.TITLE_SHIFT >= rule[1]) | (schooling & s.SCHOOLING >= rule[2])
             | (schooling & s.OTHER_TALENT > 0))
    here: NDArray[np.bool_] = (doing != s.GONE) & (doing != s.AWAY) if rule[3] == 1 else in_scope.py_func(doing, months)
    return holds & here


def skill_stocks(doing: Codes, months: Codes, schooling: Codes, skill: Codes, rule: NDArray[np.int64]) -> dict[int, NDArray[np.bool_]]:
    """Who of some persons belongs to which stock of skill, title and talent: {series: flags}."""
    scope, in_market = in_scope.py_func(doing, months), (doing >= s.EMPLOYED) & (doing <= s.UNEMPLOYED)
    grade, title = skill & s.GRADE, (skill & s.TITLE) >> s.TITLE_SHIFT
    next_open = (grade >= s.MIDDLE_WORKER) & (grade < s.SENIOR_TECHNICIAN) & (skill & s.WAIT == 0)
    return {
        TALENT: is_talent(doing, months, schooling, skill, rule), SKILLED: scope & (grade > 0),
        HIGH_SKILLED: scope & (grade >= s.SENIOR_WORKER), TECHNICIANS: scope & (grade >= s.TECHNICIAN),
        READY: scope & in_market & next_open, PROFESSIONAL: scope & (title > 0),
        MIDDLE: scope & (title == s.MIDDLE_TITLE), SENIOR: scope & (title == s.SENIOR_TITLE), BOTH: scope & (grade > 0) & (title > 0),
    }


@njit(inline="always")
def keep_stock(i, b, a, doing, months, skill, course, tally):  # type: ignore[no-untyped-def]
    """Who joined and who left the highly skilled 高技能 since last month, apart from those whom a certificate raised; keeps IN_STOCK.

    Counts the students of technical schools, and ends the courses of those who died or left the roster (their rows are vacant).
    """
    counts, counted = in_scope(doing, months) & (skill[i] & s.GRADE >= s.SENIOR_WORKER), course[i] & s.IN_STOCK > 0
    if counts != counted:
        tally[b, JOINED if counts else LEFT, a] += 1
        course[i] ^= s.IN_STOCK
    if doing == s.GONE:
        course[i] = 0
    elif course[i] & s.KIND == s.TECHNICAL_SCHOOL and doing != s.AWAY:
        tally[b, TECHNICAL, a] += 1


def declare_denominators(city: City) -> None:
    """Write the month's declared denominators of "per 10,000", divided among areas by their labour force and residents at the start.

    The last declared year holds until the next; a city that declares none divides by its simulated labour force and residents.
    """
    now = city.now
    labour, talent = declared_denominators(city)
    now[S.labour_denominator] = city.count_now(*WORKING) if labour is None else labour
    now[S.talent_denominator] = now[S.residents] if talent is None else talent


@while_rules_hold
def declared_denominators(city: City) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Those of the year for labour and talent, by area; None where none is declared."""
    def of_year(declared: Mapping[int, float], shares: NDArray[np.float64]) -> NDArray[np.float64] | None:
        known = [year for year in declared if year <= city.year]
        return declared[max(known)] * shares if known else None

    stocks, (by_force, by_residents) = city.setting.skills, city.denominator_shares
    return of_year(stocks.labour_denominator, by_force), of_year(stocks.talent_denominator, by_residents)
