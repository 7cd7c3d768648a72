"""The roster at the baseline date: who lives here, and who holds local hukou and lives elsewhere.

Each area's 1:1 roster is a list sorted by cell (local, outsider or away × sex × age). A city at scale k keeps every k-th
person of that list from a keyed start, so that the pyramid holds at every scale; a person's id is the place in the 1:1 list.
What a person is beyond the cell (rural hukou, schooling, participation …) is decided by lasting draws of that person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import log_each
from model.blocks import DRAWN, stretches
from model.compiler import by_parts, lent
from model.luck import choose, decision_key, draw64, draw_each, uniform
from model.schooling import FIELDS, LEVELS, entrants, field_tables, level_of, with_field
from model.setting import AGES, Setting
from model.synthesis.schooling import schooling_table
from model.threads import across

TWELVE = np.uint64(12)
LOCAL, OUTSIDE, ABROAD = 0, 1, 2            # ABROAD: hukou here, living elsewhere
SCHOOL_LEAVERS, GRADUATES = 12 * 18 + 6, 12 * 22 + 6      # in December: the last July's leavers were 18, its graduates 22
MASTERS, DOCTORS = 12 * 25 + 6, 12 * 28 + 6
PAD = 32
AREA_STRIDE = 1 << 36                       # ids of one area's 1:1 list start here × (area + 1)


@dataclass(frozen=True)
class Margins:
    """Tables by which a person's state is decided, all by single year of age.

    participation: (rural 0/1, sex, age) share in the labour force; studying: (local or outside, age) share in school or university
    from 16 on; schooling: (rural 0/1, sex, age, level) P(level or more) of who does not study; studies_away: share of those away at
    18-21 who study there.
    """

    participation: NDArray[np.float64]
    studying: NDArray[np.float64]
    schooling: NDArray[np.float64]
    studies_away: float


def participation_table(setting: Setting) -> NDArray[np.float64]:
    """Labour-force participation by (rural, sex, age): declared levels for prime ages, joined by straight lines (shape: assumption).

    Prime-age levels and the older anchors are parameters; before 20 and after 70 the line falls to 0.
    """
    p = setting.parameter
    men, women, old_countryside = p("lfp_men_25_54"), p("lfp_women_25_49"), p("lfp_rural_60_69")
    men_at_60, women_at_50 = p("lfp_urban_men_60_64"), p("lfp_urban_women_50_54")
    knots = {
        (0, 0): [(16, .35), (22, .85), (25, men), (54, men), (59, .70), (60, men_at_60), (64, .2), (70, .08), (80, 0)],
        (0, 1): [(16, .3), (22, .75), (25, women), (49, women), (50, women_at_50), (54, women_at_50), (60, .15), (70, .04), (80, 0)],
        (1, 0): [(16, .5), (22, .9), (25, men), (54, men), (59, .88), (64, old_countryside), (69, old_countryside - .1), (75, .25),
                 (85, 0)],
        (1, 1): [(16, .45), (22, .8), (25, women), (49, women), (54, .72), (60, old_countryside), (69, old_countryside - .15), (75, .15),
                 (85, 0)],
    }
    table = np.zeros((2, 2, AGES))
    for (rural, sex), points in knots.items():
        x, y = zip(*points, strict=True)
        table[rural, sex] = np.interp(np.arange(AGES), x, y, left=0.0)
    return table


def margins(setting: Setting) -> Margins:
    """The tables of `setting`.

    At 16-17 a declared share is in school. At 18-21 locals study here with college_entry_share × native_local_study_share; outsiders
    fill the rest of the universities' places; of the hukou cohort, the other entrants study away, and so do those for whom there is no
    place here.
    """
    enter, stay = setting.parameter("college_entry_share"), setting.parameter("native_local_study_share")
    youths = lambda counts: max(float(counts[:, :, 18:22].sum()), 1.0)  # noqa: E731
    locals_, outsiders, away = youths(setting.residents - setting.outsiders), youths(setting.outsiders), youths(setting.away)
    studying = np.zeros((2, AGES))
    studying[:, 16:18] = setting.parameter("school_share_16_17")
    studying[0, 18:22] = min(enter * stay, 0.95 * setting.university / locals_)
    studying[1, 18:22] = np.clip((setting.university - studying[0, 18] * locals_) / outsiders, 0.0, 0.95)
    tables = Margins(participation_table(setting), studying, np.zeros((2, 2, AGES, LEVELS)),
                     min(0.95, (enter * (1 - stay) * (locals_ + away) + (enter * stay - studying[0, 18]) * locals_) / away))
    return replace(tables, schooling=schooling_table(setting, tables))


@lent
def _marks(base, first_month, draws, rural_share, birth, traits):  # type: ignore[no-untyped-def]
    """Months of birth and traits of persons of one cell; base: the marks of all of them. draws: of the month, and of the hukou."""
    for j in range(birth.size):
        birth[j] = first_month - np.int64(choose(draws[0][j], TWELVE))
    for j in range(traits.size):
        traits[j] = base | (s.RURAL if uniform(draws[1][j]) < rural_share else 0)


@lent
def _all_are(what, values):  # type: ignore[no-untyped-def]
    """The same of everyone of one cell."""
    for j in range(values.size):
        values[j] = what


@lent
def _mark_cadres(draws, share, traits):  # type: ignore[no-untyped-def]
    """Women in cadre posts, by a draw of each."""
    for j in range(traits.size):
        traits[j] |= s.CADRE if uniform(draws[j]) < share else 0


@lent
def _take_part(draws, town, country, traits, state):  # type: ignore[no-untyped-def]
    """Who of the adults of one cell is in the labour force; town, country: the shares of urban and rural hukou."""
    for j in range(state.size):
        state[j] = s.UNEMPLOYED if uniform(draws[j]) < (country if traits[j] & s.RURAL else town) else s.INACTIVE


@lent
def _count_below(draws, share, other_share, which, counted):  # type: ignore[no-untyped-def]
    """Add 1 to `counted` (uint8) of those whose draw lies below a share: `share` where `which` is not nought, else `other_share`."""
    for j in range(counted.size):
        counted[j] += uniform(draws[j]) < (share if which[j] else other_share)


@lent
def _finish_school(draws, draws_field, at_least, fields, traits, schooling, high, reached, missed):  # type: ignore[no-untyped-def]
    """Levels and fields of the adults of one cell who do not study; at_least: P(level or more) by rural hukou, (2, 7).

    The same as `level_of` and `with_field`, a level and a field after the other, in loops without branches. high, reached, missed: room
    to work in, with the draws longer than the cell up to a multiple of PAD, so that no loop ends in steps of one."""
    for j in range(schooling.size):
        high[j] = traits[j] & s.RURAL
    for j in range(reached.size):
        reached[j] = missed[j] = 0
    for k in range(s.PRIMARY + 1, LEVELS):
        _count_below(draws, at_least[1, k], at_least[0, k], high, reached)
    for j in range(high.size):
        high[j] = reached[j] >= s.JUNIOR_COLLEGE
    for k in range(FIELDS - 1):
        _count_below(draws_field, fields[1, k], fields[0, k], high, missed)
    for j in range(schooling.size):
        schooling[j] = reached[j] | ((FIELDS - 1 - missed[j]) << s.FIELD_SHIFT if reached[j] >= s.SENIOR_SECONDARY else 0)


@lent
def _send_to_school(  # type: ignore[no-untyped-def]
    kind, identity, birth, traits, state, schooling, draws_field, entrants, fields, studying, away_student, further, doctoral, keys,
):
    """Who of one cell studies, here or (ABROAD) elsewhere, and at what level; studying: shares at school and at university."""
    for j in range(identity.size):
        months, who, doing = -1 - np.int64(birth[j]), identity[j], state[j]
        if kind == ABROAD:
            if SCHOOL_LEAVERS <= months < DOCTORS and uniform(draw64(keys[6], who)) < away_student:
                on = 1.0 if months < GRADUATES else further if months < MASTERS else further * doctoral
                if months < GRADUATES or (level_of(uniform(draw64(keys[8], who)), entrants) == s.BACHELOR
                                          and uniform(draw64(keys[9], who)) < on):
                    traits[j] |= s.STUDIES_AWAY
        elif months < GRADUATES and uniform(draw64(keys[7], who)) < studying[0 if months < SCHOOL_LEAVERS else 1]:
            doing = state[j] = s.STUDENT
        if traits[j] & s.STUDIES_AWAY or doing == s.STUDENT:
            level = s.SENIOR_SECONDARY
            if months >= SCHOOL_LEAVERS:
                entered = level_of(uniform(draw64(keys[8], who)), entrants) if months < GRADUATES else s.MASTER
                level = entered if months < MASTERS else s.DOCTOR
            schooling[j] = with_field(level, uniform(draws_field[j]), fields)


@by_parts
def _fill(  # type: ignore[no-untyped-def]
    part, identity, birth, traits, state, schooling, first_id, offset, step, cumulative, rural_share, outsider_rural, at_least, entrants,
    fields, studying, participation, cadre_share, away_student, further, doctoral, keys,
):
    """Fill n sampled rows of one area. cumulative: (606,) running count of the 1:1 list by (kind, sex, age).

    Rows draw together, DRAWN at a time, what almost everyone needs: month of birth, hukou, schooling, participation, field. Then those
    of each cell, who stand side by side, are gone through together."""
    for b in range(*part):
        first, draws, room = b * DRAWN, np.empty((6, DRAWN + PAD), np.uint64), np.empty((3, DRAWN + PAD), np.uint8)
        ids = identity[first: first + DRAWN]
        for j in range(ids.size):
            ids[j] = np.uint64(first_id + offset + (first + j) * step)
        for d in range(5):
            draw_each(keys[d], ids, draws[d])
        cell, at = np.searchsorted(cumulative, offset + first * step, side="right"), 0
        while at < ids.size:
            while cumulative[cell] <= offset + (first + at) * step:
                cell += 1
            to = min(ids.size, (cumulative[cell] - offset + step - 1) // step - first)
            kind, sex, age = cell // (2 * AGES), cell // AGES % 2, cell % AGES
            who, born, marks, doing, level = (ids[at:to], birth[first + at: first + to], traits[first + at: first + to],
                                              state[first + at: first + to], schooling[first + at: first + to])
            mark = (s.FEMALE if sex == 1 else 0) | (s.OUTSIDER if kind == OUTSIDE else 0)
            _marks(mark, -1 - 12 * age, (draws[0][at:to], draws[1][at:to]), outsider_rural if kind == OUTSIDE else rural_share, born, marks)
            if sex == 1:
                draw_each(keys[5], who, draws[5][at:to])
                _mark_cadres(draws[5][at:to], cadre_share, marks)
            if kind == ABROAD or age < 16:
                _all_are(s.AWAY if kind == ABROAD else s.CHILD, doing)
            else:
                _take_part(draws[3][at:to], participation[0, sex, age], participation[1, sex, age], marks, doing)
            if age < 16:
                _all_are(s.PRIMARY, level)
            else:
                padded = (to - at + PAD - 1) // PAD * PAD
                _finish_school(draws[2][at: at + padded], draws[4][at: at + padded], at_least[:, sex, age], fields, marks, level,
                               room[0][:padded], room[1][:padded], room[2][:padded])
                if 12 * age < (DOCTORS if kind == ABROAD else GRADUATES):
                    _send_to_school(kind, who, born, marks, doing, level, draws[4][at:to], entrants, fields,
                                    studying[min(kind, OUTSIDE), 16:20:2], away_student, further, doctoral, keys)
            at = to


@njit(cache=True, error_model="numpy")  # no question before a division, which would be a branch
def arrive(key, identity, weight, draws, u, logs, times):  # type: ignore[no-untyped-def]
    """The times of a stretch of a `race`; draws, u, logs: room to work in, at least as long as it."""
    n = identity.size
    draw_each(key, identity, draws)
    for j in range(n):
        u[j] = max(uniform(draws[j]), 1e-18)
    log_each(u[:n], logs)
    for j in range(n):
        times[j] = -logs[j] / weight[j] if weight[j] > 0.0 else np.inf


@by_parts
def _race(part, identity, weight, key, out):  # type: ignore[no-untyped-def]
    """See `race`."""
    for b in range(*part):
        first, draws, u, logs = b * DRAWN, np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.float64), np.empty(DRAWN, np.float64)
        arrive(key, identity[first: first + DRAWN], weight[first: first + DRAWN], draws, u, logs, out[first: first + DRAWN])


def race(identity: NDArray[np.uint64], weight: NDArray[np.float64], key: np.uint64) -> NDArray[np.float64]:
    """Arrival times of an exponential race: the first q arrivals are a weighted sample of size q. weight 0 never arrives."""
    out = np.empty(identity.size)
    across(_race, stretches(out.size), identity, weight, key, out)
    return out


@dataclass
class AreaRoster:
    """The sampled persons of one area, arrays of equal length; `firm_slot` is filled when jobs are given out."""

    identity: NDArray[np.uint64]
    birth: NDArray[np.int16]
    traits: NDArray[np.uint8]
    state: NDArray[np.uint8]
    schooling: NDArray[np.uint8]
    skill: NDArray[np.uint8]
    weight: int


def area_roster(setting: Setting, tables: Margins, area: int, weight: int, offset: int, seed: int) -> AreaRoster:
    """Everyone of the 1:1 list of `area`, every `weight`-th from `offset` on. Those in the labour force come out UNEMPLOYED."""
    local = setting.residents[area] - setting.outsiders[area]
    cells = np.concatenate([local.ravel(), setting.outsiders[area].ravel(), setting.away[area].ravel()])
    everyone = int(cells.sum())
    n = max(0, -(-(everyone - offset) // weight))
    out = AreaRoster(np.empty(n, np.uint64), np.empty(n, np.int16), np.empty(n, np.uint8), np.empty(n, np.uint8), np.empty(n, np.uint8),
                     np.zeros(n, np.uint8), weight)
    across(_fill, stretches(n), out.identity, out.birth, out.traits, out.state, out.schooling, AREA_STRIDE * (area + 1), offset, weight,
           np.cumsum(cells), float(setting.rural[area]), setting.parameter("outsider_rural_share"), tables.schooling, entrants(setting),
           field_tables(), tables.studying, tables.participation, setting.parameter("cadre_share_women"), tables.studies_away,
           setting.parameter("further_study_share"), setting.parameter("doctoral_study_share"), _keys(seed))
    return out


@lru_cache(maxsize=1)
def _keys(seed: int) -> NDArray[np.uint64]:
    """The keys of what `_fill` draws, the same in all areas of a city."""
    names = ("birth_month", "rural", "schooling", "participation", "field", "cadre", "studies_away", "studying", "kind of college",
             "further study")
    return np.array([decision_key(seed, f"lasting.{name}", 0) for name in names], np.uint64)


def labour_force(setting: Setting, tables: Margins, area: int) -> float:
    """Expected real labour force of `area`: Σ residents × (1 − studying) × participation."""
    out = 0.0
    rural_local, rural_outside = float(setting.rural[area]), setting.parameter("outsider_rural_share")
    locals_ = setting.residents[area] - setting.outsiders[area]
    for kind, (counts, rural) in enumerate(((locals_, rural_local), (setting.outsiders[area], rural_outside))):
        share = rural * tables.participation[1] + (1 - rural) * tables.participation[0]
        studying = tables.studying[kind].copy()
        studying[:16] = 1.0
        out += float((counts * (1 - studying) * share).sum())
    return out
