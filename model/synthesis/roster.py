"""The roster at the baseline date: who lives here, and who holds local hukou and lives elsewhere.

Each area's 1:1 roster is a list sorted by cell (local, outsider or away × sex × age). A city at scale k keeps every k-th
person of that list from a keyed start, so that the pyramid holds at every scale; a person's id is the place in the 1:1 list.
What a person is beyond the cell (rural hukou, schooling, participation …) is decided by lasting draws of that person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import log_each
from model.blocks import DRAWN
from model.luck import choose, decision_key, draw64, draw_each, uniform
from model.schooling import LEVELS, entrants, field_tables, level_of, with_field
from model.setting import AGES, Setting
from model.synthesis.schooling import schooling_table

TWELVE = np.uint64(12)
LOCAL, OUTSIDE, ABROAD = 0, 1, 2            # ABROAD: hukou here, living elsewhere
SCHOOL_LEAVERS, GRADUATES = 12 * 18 + 6, 12 * 22 + 6      # in December: the last July's leavers were 18, its graduates 22
MASTERS, DOCTORS = 12 * 25 + 6, 12 * 28 + 6
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


@njit(parallel=True, cache=True)
def _fill(  # type: ignore[no-untyped-def]
    identity, birth, traits, state, schooling, first_id, offset, step, cumulative, rural_share, outsider_rural, at_least, entrants, fields,
    studying, participation, cadre_share, away_student, further, doctoral, keys,
):
    """Fill n sampled rows of one area. cumulative: (606,) running count of the 1:1 list by (kind, sex, age).

    Rows draw together, DRAWN at a time, what almost everyone needs: month of birth, hukou, schooling, participation, field."""
    for b in prange((identity.size + DRAWN - 1) // DRAWN):
        first, draws = b * DRAWN, np.empty((5, DRAWN), np.uint64)
        ids = identity[first: first + DRAWN]
        for j in range(ids.size):
            ids[j] = np.uint64(first_id + offset + (first + j) * step)
        for d in range(5):
            draw_each(keys[d], ids, draws[d])
        cell = np.searchsorted(cumulative, offset + first * step, side="right")
        for j in range(ids.size):
            k, who = np.uint64(first + j), ids[j]
            while cumulative[cell] <= offset + (first + j) * step:
                cell += 1
            kind, sex, age = cell // (2 * AGES), cell // AGES % 2, cell % AGES
            months = 12 * age + np.int64(choose(draws[0, j], TWELVE))
            birth[k] = -1 - months
            mark = s.FEMALE if sex == 1 else 0
            if kind == OUTSIDE:
                mark |= s.OUTSIDER
            rural = 1 if uniform(draws[1, j]) < (outsider_rural if kind == OUTSIDE else rural_share) else 0
            if rural:
                mark |= s.RURAL
            if sex == 1 and uniform(draw64(keys[5], who)) < cadre_share:
                mark |= s.CADRE
            doing = s.INACTIVE
            if kind == ABROAD:
                doing = s.AWAY
                if SCHOOL_LEAVERS <= months < GRADUATES and uniform(draw64(keys[6], who)) < away_student:
                    mark |= s.STUDIES_AWAY
                elif GRADUATES <= months < DOCTORS and uniform(draw64(keys[6], who)) < away_student:
                    if level_of(uniform(draw64(keys[8], who)), entrants) == s.BACHELOR:
                        on = further if months < MASTERS else further * doctoral
                        mark |= s.STUDIES_AWAY if uniform(draw64(keys[9], who)) < on else 0
            elif age < 16:
                doing = s.CHILD
            elif months < GRADUATES and uniform(draw64(keys[7], who)) < studying[kind, 16 if months < SCHOOL_LEAVERS else 18]:
                doing = s.STUDENT
            elif uniform(draws[3, j]) < participation[rural, sex, age]:
                doing = s.UNEMPLOYED
            traits[k], state[k] = mark, doing
            if mark & s.STUDIES_AWAY or (doing == s.STUDENT and months >= SCHOOL_LEAVERS):
                entered = level_of(uniform(draw64(keys[8], who)), entrants) if months < GRADUATES else s.MASTER
                level = entered if months < MASTERS else s.DOCTOR
            elif doing == s.STUDENT:
                level = s.SENIOR_SECONDARY
            else:
                level = level_of(uniform(draws[2, j]), at_least[rural, sex, age]) if age >= 16 else s.PRIMARY
            schooling[k] = with_field(level, uniform(draws[4, j]), fields)


@njit(parallel=True, cache=True)
def race(identity, weight, key):  # type: ignore[no-untyped-def]
    """Arrival times of an exponential race: the first q arrivals are a weighted sample of size q. weight 0 never arrives."""
    out = np.empty(identity.size, np.float64)
    for b in prange((identity.size + DRAWN - 1) // DRAWN):
        first, draws, u = b * DRAWN, np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.float64)
        ids, among, times = identity[first: first + DRAWN], weight[first: first + DRAWN], out[first: first + DRAWN]
        draw_each(key, ids, draws)
        for j in range(ids.size):
            u[j] = max(uniform(draws[j]), 1e-18)
        log_each(u[: ids.size], times)
        for j in range(ids.size):
            times[j] = -times[j] / among[j] if among[j] > 0.0 else np.inf
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
    names = ("birth_month", "rural", "schooling", "participation", "field", "cadre", "studies_away", "studying", "kind of college",
             "further study")
    keys = np.array([decision_key(seed, f"lasting.{name}", 0) for name in names], np.uint64)
    _fill(out.identity, out.birth, out.traits, out.state, out.schooling, AREA_STRIDE * (area + 1), offset, weight, np.cumsum(cells),
          float(setting.rural[area]), setting.parameter("outsider_rural_share"), tables.schooling, entrants(setting), field_tables(),
          tables.studying, tables.participation,
          setting.parameter("cadre_share_women"), tables.studies_away,
          setting.parameter("further_study_share"), setting.parameter("doctoral_study_share"), keys)
    return out


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
