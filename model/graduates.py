"""Graduates: the July cohort, each of whom chooses between this city, home, the place of study and elsewhere.

Three streams: `own` (students of the city's universities), `native` (local hukou, studied elsewhere), `outside` (a list of
candidates elsewhere who would consider this city; it exists in every scenario). A multinomial logit over

    here        v (model/location.py)
    home        taste_home, for those whose home is elsewhere
    study       taste_study, for those who studied elsewhere
    elsewhere   0

A part of those who choose the city has signed in spring 签约 and takes the posts that the month's market leaves open; the others look
for work from July on. Who does not come leaves the roster, or joins those away. Bachelors and masters who study on do so elsewhere.
`follow` counts the year's graduates who are here, and at work, until December. Retention after that: migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import market
from model import states as s
from model.arithmetic import exp
from model.blocks import rows_where
from model.columns import Column, ColumnStore
from model.compiler import lent
from model.location import LOWEST, NATIVE, OUTSIDE, OWN, utility
from model.luck import draw64, uniform
from model.market import first_of, sort_into
from model.pairing import pair_up
from model.school import admit, leave_school, list_ids
from model.schooling import field_tables, school

if TYPE_CHECKING:
    from model.city import City

CANDIDATE_STREAM = np.uint64(0xC1)
HERE, HOME, STUDY, ELSEWHERE = range(4)
FOLLOWED = tuple(what + whose for whose in ("", "_local", "_unplaced") for what in ("graduates_here", "graduates_at_work"))
LEAVING_AGE = np.array([22, 22, 22, 22, 22, 25, 28, 22], np.int64) * 12       # months, by s.SCHOOLING


class Graduates(ColumnStore):
    """The cohort of one July: everyone who may choose this city."""

    columns = (
        Column("id", np.uint64, "permanent name; a person's when already on the roster", "graduates"),
        Column("stream", np.uint8, "0 own, 1 native, 2 outside", "graduates"),
        Column("row", np.int32, "row in People, -1 = not on the roster", "graduates"),
        Column("area", np.uint8, "position of the area that would be home", "graduates"),
        Column("schooling", np.uint8, "degree and field, as in People", "graduates"),
        Column("local", np.bool_, "True: holds local hukou", "graduates"),
        Column("choice", np.uint8, "0 here, 1 home, 2 the place of study, 3 elsewhere", "graduates"),
        Column("signed", np.bool_, "True: chose this city and has signed with an employer before July", "graduates"),
    )

    def here(self) -> NDArray[np.bool_]:
        """Who chose this city, one flag each."""
        return self.choice[: self.n] == HERE


@lent
def choose_city(n, identity, stream, schooling, area, local, choice, signed, v, home, study, signs, key, key_sign):  # type: ignore[no-untyped-def]
    """`choice` and `signed` of each graduate. v: by (stream, local, degree, area); home, study: utilities elsewhere; signs: share."""
    at_home, at_study = exp(home), exp(study)
    for j in range(n):
        degree = max(np.int64(schooling[j] & s.SCHOOLING) - LOWEST, 0)
        here = exp(v[stream[j], 1 if local[j] else 0, degree, area[j]])
        homeward = 0.0 if local[j] else at_home
        back = 0.0 if stream[j] == OWN else at_study
        u = uniform(draw64(key, identity[j])) * (here + homeward + back + 1.0)
        choice[j] = HERE if u < here else HOME if u < here + homeward else STUDY if u < here + homeward + back else ELSEWHERE
        signed[j] = choice[j] == HERE and uniform(draw64(key_sign, identity[j])) < signs


def at_least(city: City) -> NDArray[np.float64]:
    """P(level or more) of candidates from elsewhere, by the declared shares of degrees."""
    p = city.setting.parameter
    doctor, master, junior = p("candidates_doctor_share"), p("candidates_master_share"), p("junior_college_share")
    return np.array([1, 1, 1, 1, doctor + master + (1 - doctor - master) * (1 - junior), doctor + master, doctor], float)


def candidates_elsewhere(city: City, own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of candidates from elsewhere each July, by area: in proportion to the city's `own` graduates (of its universities, and natives
    elsewhere; rows by area), or to the graduates whom a place of as many residents has in the country, whichever are more."""
    p, residents = city.setting.parameter, city.stock("residents")
    usual = p("graduates_per_thousand") / 1000.0 * residents
    short = max(float(usual.sum() - (own * city.weight).sum()), 0.0)
    out: NDArray[np.float64] = np.rint(p("outside_candidates_ratio") * (own + short * residents / residents.sum() / city.weight))
    return out


@njit(cache=True)
def due_to_graduate(rows, month, birth, traits, state, schooling):  # type: ignore[no-untyped-def]
    """Those of `rows`, students and persons elsewhere, who study and have come to the age of their degree."""
    out, k = np.empty(rows.size, np.int64), 0
    for i in rows:
        studies = state[i] == s.STUDENT or traits[i] & s.STUDIES_AWAY != 0
        out[k] = i
        k += studies and month - np.int64(birth[i]) >= LEAVING_AGE[schooling[i] & s.SCHOOLING]
    return out[:k].copy()


def study_on(city: City, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Of those due to graduate in `rows`, a lasting draw sends some to a master's or doctor's course elsewhere; returns the others."""
    people, p = city.people, city.setting.parameter
    level, u = people.schooling[rows] & s.SCHOOLING, city.lasting_draws("further study", people.id[rows])
    further = p("further_study_share")
    on = ((level == s.BACHELOR) & (u < further)) | ((level == s.MASTER) & (u < further * p("doctoral_study_share")))
    people.schooling[rows[on]] += 1
    gone = on & (people.traits[rows] & s.OUTSIDER > 0)
    leave = rows[on & ~gone & (people.state[rows] == s.STUDENT)]
    people.state[leave], people.spell[leave] = s.AWAY, 0
    people.traits[leave] |= s.STUDIES_AWAY
    people.vacate(rows[gone])
    return rows[~on]


def gather(city: City) -> Graduates:
    """This July's cohort, from the roster and from the list of outside candidates."""
    people = city.people
    students = rows_where(people.state, s.STUDENT, s.AWAY, people.n)
    known = study_on(city, due_to_graduate(students, city.month, people.birth, people.traits, people.state, people.schooling))
    own = people.state[known] == s.STUDENT
    known = np.concatenate([known[own], known[~own]])
    who, where = list_ids(CANDIDATE_STREAM, city.outside_candidates.astype(np.int64), city.month)
    cohort, first = Graduates(known.size + who.size + 1), known.size
    cohort.n = first + who.size
    new, old = slice(first, cohort.n), slice(0, first)
    cohort.id[old], cohort.row[old], cohort.area[old] = people.id[known], known, people.area[known]
    cohort.schooling[old], cohort.local[old] = people.schooling[known], people.traits[known] & s.OUTSIDER == 0
    cohort.stream[old] = np.where(people.state[known] == s.STUDENT, OWN, NATIVE)
    cohort.id[new], cohort.row[new], cohort.area[new], cohort.stream[new] = who, s.NOBODY, where, OUTSIDE
    cohort.schooling[new] = school(who, city.lasting("kind of graduate"), city.lasting("field"), at_least(city), field_tables())
    return cohort


def settle(city: City, cohort: Graduates) -> None:
    """Carry out the choices: own and native graduates change state, outside ones take rows, and the three streams are counted."""
    people, n, here = city.people, cohort.n, cohort.here()
    on_roster = cohort.stream[:n] != OUTSIDE
    stay, leave = cohort.row[:n][on_roster & here], cohort.row[:n][on_roster & ~here]
    people.traits[cohort.row[:n][on_roster]] &= 255 - s.STUDIES_AWAY
    people.state[stay], people.spell[stay] = s.UNEMPLOYED, 0
    people.state[leave], people.spell[leave] = s.AWAY, 0
    people.vacate(leave[people.traits[leave] & s.OUTSIDER > 0])
    came = np.flatnonzero(~on_roster & here)
    rows = people.settle(came.size)
    cohort.row[came] = rows
    who, learnt = cohort.id[came], cohort.schooling[came]
    people.id[rows], people.area[rows], people.state[rows], people.schooling[rows] = who, cohort.area[came], s.UNEMPLOYED, learnt
    people.birth[rows] = city.month - LEAVING_AGE[learnt & s.SCHOOLING] - (who % np.uint64(12)).astype(np.int64)
    people.traits[rows] = np.where(who & np.uint64(16) > 0, s.FEMALE, 0) | s.OUTSIDER


def tell(city: City, cohort: Graduates) -> None:
    """Count the streams, the pool they come from, and those who had signed."""
    n, here, stream, areas = cohort.n, cohort.here(), cohort.stream[: cohort.n], len(city.setting.areas)
    for name, who in (("graduates_stayed", here & (stream == OWN)), ("graduates_returned", here & (stream == NATIVE)),
                      ("graduates_came", here & (stream == OUTSIDE)), ("graduates_counted", here),
                      ("graduates_pool", np.ones(n, bool)), ("graduates_signed", cohort.signed[:n])):
        city.flow(name, np.bincount(cohort.area[:n][who], minlength=areas))


def graduate(city: City) -> None:
    """The year of schools and universities: leaving and choosing in July, admission in September."""
    if city.calendar_month == 7:
        p, cohort = city.setting.parameter, gather(city)
        choose_city(cohort.n, cohort.id, cohort.stream, cohort.schooling, cohort.area, cohort.local, cohort.choice, cohort.signed,
                    utility(city), p("taste_home"), p("taste_study"), p("spring_signing_share"), city.key("choose city"),
                    city.key("sign in spring"))
        settle(city, cohort)
        tell(city, cohort)
        if city.graduates is not None:
            city.graduates.close()
        city.graduates = cohort
        leave_school(city)
    elif city.calendar_month == 9:
        admit(city)


@njit(cache=True)
def pair_signed(home, luck, place, luck_of_posts, firm, areas):  # type: ignore[no-untyped-def]
    """The firm that each graduate who signed gets, or NOBODY: the first of either queue in each area, paired by chance. home, luck: of the
    graduates; place, luck_of_posts, firm: of the posts."""
    got, (people, first), (posts, first_post) = np.full(luck.size, s.NOBODY, np.int64), sort_into(home, areas), sort_into(place, areas)
    for a in range(areas):
        waiting, offered = people[first[a]: first[a + 1]], posts[first_post[a]: first_post[a + 1]]
        count = min(waiting.size, offered.size)
        if count > 0:
            waiting, offered = waiting[first_of(luck[waiting], count)], offered[first_of(luck_of_posts[offered], count)]
            pairs = pair_up(luck[waiting], luck_of_posts[offered])
            for j in range(count):
                got[waiting[j]] = firm[offered[pairs[j]]]
    return got


def take_posts(city: City) -> None:
    """July: graduates who had signed start at posts of their area that the market left open; who finds none goes on searching.
    As many of either as there are of both are the first of a keyed queue, and chance pairs them.

    Posts that movers vacated this month stand open too, and count as vacancies when they are offered here.
    """
    cohort, people, firms = city.graduates, city.people, city.firms
    if city.calendar_month != 7 or cohort is None:
        return
    signed = np.flatnonzero(cohort.signed[: cohort.n])
    rows = cohort.row[signed].astype(np.int64)
    still = (people.id[rows] == cohort.id[signed]) & (people.state[rows] == s.UNEMPLOYED)
    rows = np.sort(rows[still])
    firm, slot, block = market.post_vacancies(firms.n, firms.area, firms.sector, firms.alive, firms.desired, firms.staff,
                                              len(city.sector_names))
    luck_of_posts = city.draws("signed post", firms.id[firm] ^ slot.astype(np.uint64))
    luck_of_people = city.draws("signing queue", people.id[rows])
    place, areas = block // len(city.sector_names), len(city.setting.areas)
    left = (city.count_now("vacancies") - city.count_now("hires")) / city.weight
    city.flow("vacancies", np.bincount(place, minlength=areas) - left)
    market.hire(city, rows, pair_signed(people.area[rows].astype(np.int64), luck_of_people, place, luck_of_posts, firm, areas))


@njit(cache=True)
def count_cohort(n, identity, row, choice, local, signed, person, state, area, areas):  # type: ignore[no-untyped-def]
    """The series FOLLOWED, of all, of local hukou, and of those who had not signed: rows, (6, areas)."""
    out = np.zeros((6, areas), np.int64)
    for g in range(n):
        i = max(row[g], 0)
        if choice[g] != HERE or person[i] != identity[g] or state[i] == s.AWAY:
            continue
        works = s.EMPLOYED <= state[i] <= s.OWNER
        for group, belongs in enumerate((True, local[g], not signed[g])):
            out[2 * group, area[i]] += belongs
            out[2 * group + 1, area[i]] += belongs and works
    return out


def follow(city: City) -> None:
    """July to December: the year's graduates who live here, and of them those at work; also those with local hukou, and those who left
    school without a post 离校未就业. At work: employed, flexible, or owner."""
    cohort, people = city.graduates, city.people
    if city.calendar_month < 7 or cohort is None:
        return
    counted = count_cohort(cohort.n, cohort.id, cohort.row, cohort.choice, cohort.local, cohort.signed, people.id, people.state,
                           people.area, len(city.setting.areas))
    city.flows(FOLLOWED, counted)
