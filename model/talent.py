"""Skill, title and talent stocks 技能、职称、人才: who stands in which account of the bureau, read from the people's columns.

    in scope      residents of 16 to 59 who neither study nor draw a pension
    skilled       in scope, with a skill grade; highly skilled 高技能: from 高级工 (grade 3) on; professional: with a title
    talent 人才    by each plan's own account (`TalentAccount`): grade, title or schooling from a level on, or the mark OTHER_TALENT

An account is data of a plan: 苏州 counted all residents with college, pensioners and students among them; others count those in scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.series import S

if TYPE_CHECKING:
    from model.city import City

TALENT, SKILLED, HIGH_SKILLED, PROFESSIONAL = S.talent, S.skilled, S.high_skilled, S.professional
MIDDLE, SENIOR, TECHNICIANS, BOTH = S.professional_middle, S.professional_senior, S.technicians, S.skilled_professional
READY, YOUNG_FORCE, JOINED, LEFT = S.grade_ready, S.young_force, S.high_joined, S.high_left
YOUNG = 12 * 25
NEVER = 8                       # a level that nobody reaches: the account does not look there


@dataclass(frozen=True)
class TalentAccount:
    """What a plan counts as 人才资源总量.

    grade_from, title_from, schooling_from: the level from which a grade, a title or schooling counts (NEVER: does not count);
    everyone: pensioners, students and the old count too; total: persons at the baseline date. What the total holds beyond the three
    is marked OTHER_TALENT at the start (cadres, managers, rural and social workers).
    """

    total: float
    grade_from: int = s.SENIOR_WORKER
    title_from: int = s.JUNIOR_TITLE
    schooling_from: int = s.JUNIOR_COLLEGE
    everyone: bool = False

    @property
    def rule(self) -> NDArray[np.int64]:
        """The account as kernels take it: grade, title and schooling from which one counts, and whether everyone does."""
        return np.array([self.grade_from, self.title_from, self.schooling_from, int(self.everyone)], np.int64)


@dataclass(frozen=True)
class SkillStocks:
    """Holders at the baseline date, persons of the whole city.

    grades: 初级工, 中级工, 高级工, 技师, 高级技师; titles: 初级, 中级, 高级; technical_students: 技工院校在校生; talent: the plan's
    account; labour_denominator, talent_denominator: what "per 10,000" divides by at the baseline date, and by year where a later value
    is declared.
    """

    grades: tuple[float, float, float, float, float]
    titles: tuple[float, float, float]
    talent: TalentAccount
    technical_students: float = 0.0
    labour_denominator: dict[int, float] = field(default_factory=dict)
    talent_denominator: dict[int, float] = field(default_factory=dict)


@njit(inline="always")
def in_scope(doing, months):  # type: ignore[no-untyped-def]
    """Resident of 16 to 59 who neither studies nor draws a pension."""
    return s.FARM <= doing <= s.INACTIVE and 192 <= months < 720


@njit(inline="always")
def is_talent(doing, months, schooling, skill, rule):  # type: ignore[no-untyped-def]
    """True when the plan's account counts the person; rule: `TalentAccount.rule`."""
    if rule[3] == 1:
        if doing == s.GONE or doing == s.AWAY:
            return False
    elif not in_scope(doing, months):
        return False
    return (skill & s.GRADE >= rule[0] or (skill & s.TITLE) >> s.TITLE_SHIFT >= rule[1] or schooling & s.SCHOOLING >= rule[2]
            or schooling & s.OTHER_TALENT > 0)


@njit(inline="always")
def count_skills(b, a, doing, months, schooling, skill, tally, rule):  # type: ignore[no-untyped-def]
    """Enter one resident in the month's stocks of skill, title and talent."""
    if is_talent(doing, months, schooling, skill, rule):
        tally[b, TALENT, a] += 1
    if 192 <= months < YOUNG and s.FARM <= doing <= s.UNEMPLOYED:
        tally[b, YOUNG_FORCE, a] += 1
    if skill and in_scope(doing, months):
        grade, title = skill & s.GRADE, (skill & s.TITLE) >> s.TITLE_SHIFT
        if grade:
            tally[b, SKILLED, a] += 1
            if s.MIDDLE_WORKER <= grade < s.SENIOR_TECHNICIAN and not skill & s.WAIT and s.EMPLOYED <= doing <= s.UNEMPLOYED:
                tally[b, READY, a] += 1
            if grade >= s.SENIOR_WORKER:
                tally[b, HIGH_SKILLED, a] += 1
                if grade >= s.TECHNICIAN:
                    tally[b, TECHNICIANS, a] += 1
        if title:
            tally[b, PROFESSIONAL, a] += 1
            if title >= s.MIDDLE_TITLE:
                tally[b, MIDDLE if title == s.MIDDLE_TITLE else SENIOR, a] += 1
            if grade:
                tally[b, BOTH, a] += 1


@njit(inline="always")
def keep_stock(i, b, a, doing, months, skill, course, tally):  # type: ignore[no-untyped-def]
    """Who joined and who left the highly skilled 高技能 since last month, apart from those whom a certificate raised; keeps IN_STOCK."""
    counts, counted = in_scope(doing, months) and skill[i] & s.GRADE >= s.SENIOR_WORKER, course[i] & s.IN_STOCK > 0
    if counts and not counted:
        tally[b, JOINED, a] += 1
        course[i] |= s.IN_STOCK
    elif counted and not counts:
        tally[b, LEFT, a] += 1
        course[i] &= s.MONTHS_LEFT + s.KIND


@njit(inline="always")
def close_stock(i, b, area, course, tally):  # type: ignore[no-untyped-def]
    """The person of row i died or left the roster this month: enter that in the account of the highly skilled, and end any course."""
    if course[i]:
        if course[i] & s.IN_STOCK:
            tally[b, LEFT, area[i]] += 1
        course[i] = 0


def declare_denominators(city: City) -> None:
    """Write the month's declared denominators of "per 10,000", divided among areas by their labour force and residents at the start.

    The last declared year holds until the next; a city that declares none divides by its simulated labour force and residents.
    """
    stocks = city.setting.skills
    for name, declared, shares in (("labour_denominator", stocks.labour_denominator, city.denominator_shares[0]),
                                   ("talent_denominator", stocks.talent_denominator, city.denominator_shares[1])):
        known = [year for year in declared if year <= city.year]
        if known:
            city.table[getattr(S, name), city.month] = declared[max(known)] * shares
        else:
            parts = ("farm", "employees", "flexible", "owners", "unemployed") if name == "labour_denominator" else ("residents",)
            city.table[getattr(S, name), city.month] = sum(city.table[getattr(S, part), city.month] for part in parts)
