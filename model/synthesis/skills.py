"""Grades, titles, technical students and other talent at the baseline date, given out to the persons of an area.

Quotas of the city are divided among areas by labour force, and the fraction of a row is carried to the next area, so that the city's
stocks come out to a row at every scale. Who holds what is decided by weighted races keyed by the person (`roster.race`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import DRAWN, stretches
from model.compiler import by_parts
from model.lists import ANY, rows_that, those
from model.luck import decision_key
from model.setting import Setting
from model.synthesis.roster import SCHOOL_LEAVERS, AreaRoster, arrive, race
from model.threads import across

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


OTHERS, OFFICE, COUNTED = range(3)      # how a person stands to what is given out; of OFFICE: the state's staff


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


@njit(cache=True)
def _of_age(birth, state, youngest, flags):  # type: ignore[no-untyped-def]
    """Flag those of a stretch of rows who are in the labour force or could be, of `youngest` to 719 months."""
    oldest, grown = np.int16(-1 - 720), np.int16(-1 - youngest)
    for j in range(state.size):
        flags[j] = (birth[j] > oldest) & (birth[j] <= grown) & (state[j] >= s.FARM) & (state[j] <= s.INACTIVE)


@njit(cache=True)
def _ready(listed, identity, state, schooling, standing, at_work, by_level, by_standing, rows, who, weight):  # type: ignore[no-untyped-def]
    """Those of the `listed` who may hold what is given out, and how readily, into rows, who and weight; returns how many they are."""
    k = 0
    for i in listed:
        rows[k], who[k] = i, identity[i]
        weight[k] = at_work[state[i]] * by_level[schooling[i] & s.SCHOOLING] * by_standing[standing[i]]
        k += weight[k] > 0.0
    return k


@by_parts
def _run(  # type: ignore[no-untyped-def]
    part, identity, birth, state, schooling, standing, youngest, at_work, by_level, by_standing, key, rows, times, found,
):
    """The race of `_race_of_ready`: runners and their times at the beginning of each stretch, found[b] of them in stretch b."""
    n = state.size
    for b in range(*part):
        at, to = b * DRAWN, min((b + 1) * DRAWN, n)
        flags, listed, who, draws, room = (np.empty(DRAWN, np.uint8), np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint64),
                                           np.empty(DRAWN, np.uint64), np.empty((3, DRAWN)))
        _of_age(birth[at:to], state[at:to], youngest, flags)
        listed = listed[: those(flags[: to - at], ANY, np.uint64(at), listed)]
        k = _ready(listed, identity, state, schooling, standing, at_work, by_level, by_standing, rows[at:to], who, room[0])
        arrive(key, who[:k], room[0], draws, room[1], room[2], times[at: at + k])
        found[b] = k


@njit(cache=True)
def _together(found, rows, times):  # type: ignore[no-untyped-def]
    """What stands at the beginning of each stretch, found[b] of it, moved up side by side."""
    k = 0
    for b in range(found.size):
        for j in range(b * DRAWN, b * DRAWN + found[b]):
            rows[k], times[k] = rows[j], times[j]
            k += 1
    return rows[:k], times[:k]


def _race_of_ready(
    identity: NDArray[np.uint64], birth: NDArray[np.int16], state: NDArray[np.uint8], schooling: NDArray[np.uint8],
    standing: NDArray[np.uint8], youngest: int, at_work: Floats, by_level: Floats, by_standing: Floats, key: np.uint64,
) -> tuple[Rows, Floats]:
    """Who of those of `youngest` to 719 months may hold what is given out, ascending, and their times in a race (`roster.race`).

    at_work, by_level, by_standing: how readily, by factors of state, schooling, and `standing` (OTHERS, OFFICE, COUNTED)."""
    rows, times, found = np.empty(state.size, np.int64), np.empty(state.size), np.zeros(stretches(state.size), np.int64)
    across(_run, found.size, identity, birth, state, schooling, standing, youngest, at_work, by_level, by_standing, key, rows, times, found)
    line: tuple[Rows, Floats] = _together(found, rows, times)
    return line


def _first(line: tuple[Rows, Floats], count: int) -> Rows:
    """The `count` winners of a race of those in `line`, rows with their times, in no order."""
    able, times = line
    return able[np.argpartition(times, count)[:count]] if count < able.size else able


def _by_state(weights: dict[int, float]) -> Floats:
    table = np.zeros(s.AWAY + 1)
    for doing, weight in weights.items():
        table[doing] = weight
    return table


def _years_behind(roster: AreaRoster, rows: Rows) -> Floats:
    """Years since 18 of `rows`, at most 30."""
    years: Floats = np.clip((-1 - roster.birth[rows].astype(np.int64)) / 12 - 18, 0, 30)
    return years


def certify(setting: Setting, roster: AreaRoster, public: Rows, share: float, carry: Carry, seed: int) -> None:
    """Give out the area's `share` of the city's stocks. public: rows of the state's staff."""
    stocks, weight = setting.skills, roster.weight
    standing = np.full(roster.state.size, OTHERS, np.uint8)
    standing[public] = OFFICE
    persons, at_work = (roster.identity, roster.birth, roster.state, roster.schooling, standing), _by_state(AT_WORK)
    key = lambda name: decision_key(seed, f"synthesis.{name}", 0)  # noqa: E731
    grades = [carry.rows(f"grade{g}", n * share, weight) for g, n in enumerate(stocks.grades, 1)]
    line = _race_of_ready(*persons, 12 * 18, at_work, READY_FOR_GRADE, np.array([1.0, .4, 0.0]), key("skilled"))
    holders = _first(line, sum(grades))
    _deal(roster, seed, "grade", holders, _years_behind(roster, holders), grades, 1)
    titles = [carry.rows(f"title{t}", n * share, weight) for t, n in enumerate(stocks.titles, 1)]
    line = _race_of_ready(*persons, 12 * 22, at_work, READY_FOR_TITLE, np.array([1.0, 5.0, 0.0]), key("professional"))
    holders = _first(line, sum(titles))
    graduate = roster.schooling[holders] & s.SCHOOLING >= s.BACHELOR
    _deal(roster, seed, "title", holders, _years_behind(roster, holders) * (1.0 + graduate), titles, 1 << s.TITLE_SHIFT)
    held = rows_that(roster.skill)
    waits = race(roster.identity[held], np.ones(held.size), key("wait"))
    roster.skill[held] |= (np.minimum(waits * 2, 4).astype(np.uint8) << s.WAIT_SHIFT)
    account = stocks.talent
    counted = _strike(*persons[1:4], roster.skill, standing, account.grade_from, account.title_from, account.schooling_from,
                      account.everyone)
    missing = carry.rows("talent", account.total * share - counted * weight, weight)            # beyond grade, title and schooling
    line = _race_of_ready(*persons, 192, _by_state(OTHERS_AT_WORK), np.ones(READY_FOR_GRADE.size), np.array([1.0, 6.0, 0.0]),
                          key("other talent"))
    roster.schooling[_first(line, missing)] |= s.OTHER_TALENT


def _deal(roster: AreaRoster, seed: int, name: str, holders: Rows, years: Floats, counts: list[int], unit: int) -> None:
    """Deal out levels 1, 2, … to `holders`, `counts` of each: the highest to those with most years behind them, by a race. The lowest
    level, and most of them, are told from those ahead first; nobody asks who is first on a level."""
    times = race(roster.identity[holders], .05 + years**2, decision_key(seed, f"synthesis.{name}", 0))
    for level in range(1, len(counts) + 1):
        ahead = sum(counts[level:])
        if ahead < holders.size:
            order = np.argpartition(times, ahead)
            roster.skill[holders[order[ahead:]]] += np.uint8(level * unit)
            holders, times = holders[order[:ahead]], times[order[:ahead]]


@njit(cache=True)
def _strike(birth, state, schooling, skill, standing, grade_from, title_from, schooling_from, everyone):  # type: ignore[no-untyped-def]
    """Whom the plan's account of talent counts for grade, title or schooling become COUNTED; returns how many they are."""
    counted = 0
    for i in range(state.size):
        grown = (birth[i] <= -1 - 192) & (birth[i] > -1 - 720) & (state[i] >= s.FARM) & (state[i] <= s.INACTIVE)
        talent = ((skill[i] & s.GRADE >= grade_from) | ((skill[i] & s.TITLE) >> s.TITLE_SHIFT >= title_from)
                  | (schooling[i] & s.SCHOOLING >= schooling_from))
        struck = talent & ((state[i] != s.AWAY) if everyone else grown)
        standing[i] = COUNTED if struck else standing[i]
        counted += struck
    return counted


def technical_students(setting: Setting, roster: AreaRoster, share: float, carry: Carry, seed: int) -> Rows:
    """Rows of the area's students of technical schools 技工院校, out of those of 16 to 18 at school."""
    able = rows_that(((roster.state == s.STUDENT) & (roster.birth > -1 - SCHOOL_LEAVERS)).view(np.uint8))
    count = carry.rows("technical", setting.skills.technical_students * share, roster.weight)
    return _first((able, race(roster.identity[able], np.ones(able.size), decision_key(seed, "synthesis.technical school", 0))), count)
