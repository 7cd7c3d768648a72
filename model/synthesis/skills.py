"""Grades, titles, technical students and other talent at the baseline date, given out to the persons of an area.

Quotas of the city are divided among areas by labour force, and the fraction of a row is carried to the next area, so that the city's
stocks come out to a row at every scale. Who holds what is decided by weighted races keyed by the person (`roster.race`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model import states as s
from model.luck import decision_key
from model.setting import Setting
from model.synthesis.roster import SCHOOL_LEAVERS, AreaRoster, race

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

READY_FOR_GRADE = np.array([.5, .9, 1.3, 1.1, .3, .05, .05])
"""How readily a person of each level of schooling holds a skill grade (assumption: vocational schools and junior colleges lead to it)."""
READY_FOR_TITLE = np.array([.002, .01, .12, .6, 1.0, 1.2, 1.2])
"""The same for a professional title (assumption: titles ask for college, except after long practice)."""
AT_WORK = {s.EMPLOYED: 1.0, s.FLEXIBLE: .5, s.OWNER: .5, s.UNEMPLOYED: .5, s.FARM: .1, s.INACTIVE: .2}
"""The same by what the person does (assumption)."""
OTHERS_AT_WORK = {s.EMPLOYED: 1.0, s.OWNER: 4.0, s.FARM: 1.5, s.FLEXIBLE: .3}
"""How readily talent beyond grade, title and schooling is found by what a person does (assumption: managers, rural talent)."""


@dataclass
class Carry:
    """Real persons that rounding to rows has left over, by quota; carried from area to area."""

    left: dict[str, float] = field(default_factory=dict)

    def rows(self, name: str, real: float, weight: int) -> int:
        """`real` persons as whole rows of `weight`, with what earlier areas left over."""
        wanted = real + self.left.get(name, 0.0)
        count = max(0, int(round(wanted / weight)))
        self.left[name] = wanted - count * weight
        return count


def _first(roster: AreaRoster, seed: int, name: str, weight: Floats, count: int) -> Rows:
    """The `count` winners of a race of everyone with a weight, in order of arrival."""
    able = np.flatnonzero(weight > 0)
    times = race(roster.identity[able], weight[able], decision_key(seed, f"synthesis.{name}", 0))
    if count < able.size:
        early = np.argpartition(times, count)[:count]
        able, times = able[early], times[early]
    return able[np.argsort(times, kind="stable")]


def _by_state(state: NDArray[np.uint8], weights: dict[int, float]) -> Floats:
    table = np.zeros(s.AWAY + 1)
    for doing, weight in weights.items():
        table[doing] = weight
    return table[state]


def certify(setting: Setting, roster: AreaRoster, public: Rows, share: float, carry: Carry, seed: int) -> None:
    """Give out the area's `share` of the city's stocks. public: rows of the state's staff."""
    stocks, weight = setting.skills, roster.weight
    months = -1 - roster.birth.astype(np.int64)
    level = roster.schooling & s.SCHOOLING
    scope = (roster.state >= s.FARM) & (roster.state <= s.INACTIVE) & (months >= 192) & (months < 720)
    office = np.zeros(scope.size, bool)
    office[public] = True
    at_work, years = _by_state(roster.state, AT_WORK), np.clip(months / 12 - 18, 0, 30)
    ready = scope * (months >= 12 * 18) * at_work * READY_FOR_GRADE[level] * np.where(office, .4, 1.0)
    grades = [carry.rows(f"grade{g}", n * share, weight) for g, n in enumerate(stocks.grades, 1)]
    holders = _first(roster, seed, "skilled", ready, sum(grades))
    _deal(roster, seed, "grade", holders, years, grades, 1)
    ready = scope * (months >= 12 * 22) * at_work * READY_FOR_TITLE[level] * np.where(office, 5.0, 1.0)
    titles = [carry.rows(f"title{t}", n * share, weight) for t, n in enumerate(stocks.titles, 1)]
    holders = _first(roster, seed, "professional", ready, sum(titles))
    _deal(roster, seed, "title", holders, years * (1.0 + (level >= s.BACHELOR)), titles, 1 << s.TITLE_SHIFT)
    held = np.flatnonzero(roster.skill)
    waits = race(roster.identity[held], np.ones(held.size), decision_key(seed, "synthesis.wait", 0))
    roster.skill[held] |= (np.minimum(waits * 2, 4).astype(np.uint8) << s.WAIT_SHIFT)
    _mark_others(setting, roster, scope, office, share, carry, seed)


def _deal(roster: AreaRoster, seed: int, name: str, holders: Rows, years: Floats, counts: list[int], unit: int) -> None:
    """Deal out levels 1, 2, … to `holders`, `counts` of each: the highest to those with most years behind them, by a race."""
    weight = np.zeros(roster.identity.size)
    weight[holders] = .05 + years[holders] ** 2
    order = _first(roster, seed, name, weight, holders.size)
    for level in range(len(counts), 0, -1):
        roster.skill[order[: counts[level - 1]]] += np.uint8(level * unit)
        order = order[counts[level - 1]:]


def _mark_others(setting: Setting, roster: AreaRoster, scope: NDArray[np.bool_], office: NDArray[np.bool_], share: float, carry: Carry,
                 seed: int) -> None:
    """Mark as OTHER_TALENT what the plan's account holds beyond grade, title and schooling."""
    account = setting.skills.talent
    counted = ((roster.skill & s.GRADE >= account.grade_from) | ((roster.skill & s.TITLE) >> s.TITLE_SHIFT >= account.title_from)
               | (roster.schooling & s.SCHOOLING >= account.schooling_from))
    counted &= (roster.state != s.AWAY) if account.everyone else scope
    missing = carry.rows("talent", account.total * share - int(counted.sum()) * roster.weight, roster.weight)
    ready = (scope & ~counted) * _by_state(roster.state, OTHERS_AT_WORK) * np.where(office, 6.0, 1.0)
    roster.schooling[_first(roster, seed, "other talent", ready, missing)] |= s.OTHER_TALENT


def technical_students(setting: Setting, roster: AreaRoster, share: float, carry: Carry, seed: int) -> Rows:
    """Rows of the area's students of technical schools 技工院校, out of those of 16 to 18 at school."""
    months = -1 - roster.birth.astype(np.int64)
    able = ((roster.state == s.STUDENT) & (months < SCHOOL_LEAVERS)).astype(float)
    return _first(roster, seed, "technical school", able, carry.rows("technical", setting.skills.technical_students * share, roster.weight))
