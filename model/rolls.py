"""The three rolls of the monthly count: each person stands once in each, under a code, and stocks are sums of codes.

    persons    what a person does, age band, local or outsider, pension membership, card
    insured    what a person does, whether the resident pension is drawn, membership and insurances
    skills     how a person stands to work and age (`EXAMPLES`), level of schooling, OTHER_TALENT, grade, title, whether a wait is open

Which stocks a code belongs to is said once, by predicates over all codes (`memberships`). The rolls are kept from month to month
(`Rolls`): who stands where he stood last month costs a comparison, and others are struck off and entered anew, however many stocks there
are.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import BATCH, blocks_of
from model.compiler import lent
from model.coverage import BUNDLE, WHOLE_BUNDLE
from model.lists import ANY, those
from model.series import SERIES, S
from model.talent import skill_stocks

ADULT, GROWN, MIDDLE, OLD = 192, 300, 480, 720      # months of age at which a band begins: 16, 25, 40 and 60 years
PARTS = 8
STATES, KINDS, HELD = 11, 4, 4
PERSONS, INSURED, SKILLS = STATES * 5 * 2 * KINDS * HELD, STATES * 2 * 128, 4 * 16 * 64
CODES = PERSONS + INSURED + SKILLS
NOWHERE = np.uint16(65535)
OUTSIDE, OUT_OF_SCOPE, IDLE, ACTIVE = range(4)
EXAMPLES = np.array([[s.AWAY, 0], [s.RETIRED, 800], [s.FARM, 400], [s.EMPLOYED, 400]])
"""A state and months of age in each scope: not a resident, a resident out of scope (`talent.in_scope`), in scope without being in the
market, or in it."""
RESIDENTS_BY_GROUP, E_CARDS_BY_GROUP = len(SERIES), len(SERIES) + 8
ENTRIES = len(SERIES) + 16
"""What is read from the rolls: series, then residents and residents with an e-card in each of eight groups (`cards.group_of`)."""
OF_STATE = {s.FARM: S.farm, s.EMPLOYED: S.employees, s.FLEXIBLE: S.flexible, s.OWNER: S.owners, s.UNEMPLOYED: S.unemployed,
            s.INACTIVE: S.inactive, s.RETIRED: S.retired, s.STUDENT: S.students}
OF_PENSION = {s.EMPLOYEE_SCHEME: S.pension_employee_active, s.CIVIL_SCHEME: S.pension_civil_active,
              s.RESIDENT_SCHEME: S.pension_resident_active}


class Places(NamedTuple):
    """Where each row of People stood when last month was counted: its code in each roll (uint16, NOWHERE at first) and its area."""

    person: NDArray[np.uint16]
    insured: NDArray[np.uint16]
    skilled: NDArray[np.uint16]
    area: NDArray[np.uint8]


class Rolls:
    """The rolls from month to month. entered: rows by part, area and code, (parts, areas, CODES) int32; the sum over parts is meant, since
    a row may pass from one part to another."""

    def __init__(self, rows: int, areas: int) -> None:
        self.entered = np.zeros((min(PARTS, 1 + blocks_of(rows) // PARTS), areas, CODES), np.int32)
        nobody = np.empty(0, np.uint16)
        self.places = Places(nobody, nobody, nobody, np.empty(0, np.uint8))

    def reach(self, rows: int) -> None:
        """Room for `rows` rows; new ones stand nowhere."""
        more = rows - self.places.area.size
        if more > 0:
            new = np.full(more + rows // 16, NOWHERE)
            person, insured, skilled = (np.concatenate([x, new]) for x in self.places[:3])
            self.places = Places(person, insured, skilled, np.concatenate([self.places.area, np.zeros(new.size, np.uint8)]))


@lent
def note_places(at, to, places, room, month, birth, traits, area, state, scheme, card, years, schooling, skill):  # type: ignore[no-untyped-def]
    """Write the codes of a stretch of rows to `room`, and flag in it those that stand elsewhere than before.

    Codes are worked out for one roll after the other, each in a loop without branches that the compiler turns into vector instructions;
    the ends of the age bands stand as months of birth, so that short numbers are compared.
    """
    n = state.size
    flags, person, insured, skilled = room
    adult, grown, middle, old = np.int16(month - ADULT), np.int16(month - GROWN), np.int16(month - MIDDLE), np.int16(month - OLD)
    for j in range(n):
        born, outsider = birth[j], (traits[j] & s.OUTSIDER) >> 1
        place = state[j] * 5 + (born <= adult) + (born <= grown) + (born <= middle) + (born <= old)
        person[j] = ((place * 2 + outsider) * KINDS + (scheme[j] & s.PENSION_KIND)) * HELD + card[j]
    for j in range(n):
        insured[j] = PERSONS + state[j] * 256 + (years[j] & s.DRAWS_RESIDENT) + (scheme[j] & 63) + ((scheme[j] & s.LAID_OFF) >> 1)
    for j in range(n):
        born, doing = birth[j], state[j]
        in_scope = (doing >= s.FARM) & (doing <= s.INACTIVE) & (born <= adult) & (born > old)
        scope = ((doing != s.AWAY) & (doing != s.GONE)) + in_scope + (in_scope & (doing >= s.EMPLOYED) & (doing <= s.UNEMPLOYED))
        level = (schooling[j] & s.SCHOOLING) + ((schooling[j] & s.OTHER_TALENT) >> 4)
        skilled[j] = PERSONS + INSURED + (scope * 16 + level) * 64 + (skill[j] & 31) + 32 * (skill[j] > 31)
    before, before_insured, before_skilled, before_area = (places.person[at:to], places.insured[at:to], places.skilled[at:to],
                                                          places.area[at:to])
    for j in range(n):
        flags[j] = (person[j] != before[j]) | (insured[j] != before_insured[j])
    for j in range(n):
        flags[j] |= (skilled[j] != before_skilled[j]) | (area[j] != before_area[j])


@njit(inline="always")
def restate(roll, a, code, before_a, before):  # type: ignore[no-untyped-def]
    """A person who stood under `before` in area before_a stands under `code` in area a."""
    if before != NOWHERE:
        roll[before_a, before] -= 1
    roll[a, code] += 1


@lent
def enter(roll, at, to, places, room, listed, month, birth, traits, area, state, scheme, card, years, schooling, skill):  # type: ignore[no-untyped-def]
    """Bring the three rolls up to date with the rows from `at` to below `to`, at most `BATCH`, whose columns are given; roll: (areas,
    CODES); room: flags and codes to work in (`room_to_count`). Vacant rows are entered too, in codes that no stock reads.
    """
    note_places(at, to, places, room, month, birth, traits, area, state, scheme, card, years, schooling, skill)
    flags, person, insured, skilled = room
    for j in listed[: those(flags[: to - at], ANY, np.uint64(0), listed)]:
        i, a = np.uint64(at) + j, area[j]
        restate(roll, a, person[j], places.area[i], places.person[i])
        restate(roll, a, insured[j], places.area[i], places.insured[i])
        restate(roll, a, skilled[j], places.area[i], places.skilled[i])
        places.person[i], places.insured[i], places.skilled[i], places.area[i] = person[j], insured[j], skilled[j], a


@njit(cache=True)
def room_to_count():  # type: ignore[no-untyped-def]
    """Room for a stretch's flags and codes."""
    return np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint16), np.empty(BATCH, np.uint16), np.empty(BATCH, np.uint16)


@lent
def read(found, first, stocks, out):  # type: ignore[no-untyped-def]
    """Add what rolls `found` (parts, areas, CODES) say to `out` (ENTRIES, areas); stocks: of code c from first[c] on (`memberships`)."""
    parts, areas, codes = found.shape
    total, used, rows = np.zeros((areas, codes), np.int32), np.zeros(codes, np.uint8), np.empty(codes, np.uint64)
    here = np.empty(areas, np.int64)
    for a in range(areas):
        for p in range(parts):
            for c in range(codes):
                total[a, c] += found[p, a, c]
        for c in range(codes):
            used[c] |= total[a, c] != 0
    for c in rows[: those(used, ANY, np.uint64(0), rows)]:
        for a in range(areas):
            here[a] = total[a, c]
        for k in range(first[c], first[c + 1]):
            line = out[stocks[k]]
            for a in range(areas):
                line[a] += here[a]


def person_stocks() -> dict[int, NDArray[np.bool_]]:
    """Stocks that the roll of persons tells, over its codes."""
    state, band, outsider, kind, held = np.indices((STATES, 5, 2, KINDS, HELD)).reshape(5, -1)
    there = state != s.GONE
    local, adult, here = (outsider == 0) & there, band >= 1, (state != s.AWAY) & there
    group = np.array([0, 1, 1, 2, 3])[band] + 4 * (kind != s.NO_PENSION)
    statutory = local & adult & (state != s.STUDENT)
    found = {
        S.hukou_holders: local, S.away: state == s.AWAY, S.residents: here, S.outsiders: here & ~local,
        S.working_age: here & adult & (band < 4),
        S.young_force: (band == 1) & (state >= s.FARM) & (state <= s.UNEMPLOYED),
        S.hukou_statutory: statutory, S.pension_hukou_members: statutory & (kind != s.NO_PENSION),
        S.card_holders: there & (held & s.CARD > 0), S.ecard_holders: there & (held & s.E_CARD > 0),
        S.ecard_residents: here & (held & s.E_CARD > 0),
    }
    found |= {series: state == code for code, series in OF_STATE.items()}
    found |= {RESIDENTS_BY_GROUP + g: here & (group == g) for g in range(8)}
    return found | {E_CARDS_BY_GROUP + g: here & (group == g) & (held & s.E_CARD > 0) for g in range(8)}


def insured_stocks() -> dict[int, NDArray[np.bool_]]:
    """Stocks that the roll of the insured tells, over its codes."""
    state, drawing, laid_off, rest = np.indices((STATES, 2, 2, 64)).reshape(4, -1)
    kind, draws = rest & s.PENSION_KIND, drawing > 0
    resident, retired, at_work, jobless = kind == s.RESIDENT_SCHEME, state == s.RETIRED, state == s.EMPLOYED, state == s.UNEMPLOYED
    active = ~retired & ~draws & (state != s.GONE)
    found = {
        S.pensioners_resident: resident & draws, S.pensioners: retired & ~(resident & draws) & (kind == s.EMPLOYEE_SCHEME),
        S.pensioners_civil: retired & ~(resident & draws) & (kind != s.EMPLOYEE_SCHEME),
        S.pension_paid: active & (kind != s.NO_PENSION) & (rest & s.PAYING > 0), S.ui: at_work & (rest & s.UI > 0),
        S.injury: at_work & (rest & s.INJURY > 0), S.registered: jobless & (rest & s.REGISTERED > 0),
        S.claimants: jobless & (laid_off > 0) & (rest & s.UI > 0), S.insured_by_firms: at_work & (rest & BUNDLE == WHOLE_BUNDLE),
    }
    return found | {series: active & (kind == code) for code, series in OF_PENSION.items()}


def stocks_by_skill(rule: NDArray[np.int64]) -> dict[int, NDArray[np.bool_]]:
    """Stocks that the roll of skills tells, over its codes. rule: `TalentAccount.rule`."""
    scope, other, level, wait, skill = np.indices((4, 2, 8, 2, 32)).reshape(5, -1)
    doing, months = EXAMPLES[scope].T
    of_main_age, college = scope >= IDLE, level >= s.JUNIOR_COLLEGE
    found = {S.college: (scope != OUTSIDE) & college, S.main_age: of_main_age, S.main_age_college: of_main_age & college}
    return found | skill_stocks(doing, months, level + other * s.OTHER_TALENT, skill + (wait << s.WAIT_SHIFT), rule)


@cache
def memberships(rule: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(first, stocks): code c belongs to stocks[first[c]:first[c + 1]], positions below ENTRIES. rule: `TalentAccount.rule`."""
    belongs, start = np.zeros((CODES, ENTRIES), np.bool_), 0
    for size, found in ((PERSONS, person_stocks()), (INSURED, insured_stocks()), (SKILLS, stocks_by_skill(np.array(rule)))):
        for series, flags in found.items():
            belongs[start: start + size, series] = flags
        start += size
    return np.concatenate([[0], np.cumsum(belongs.sum(axis=1))]), np.nonzero(belongs)[1]
