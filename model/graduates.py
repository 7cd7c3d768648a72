"""Graduates: the July cohort, each of whom chooses between this city and elsewhere.

Three streams: `own` (students of the city's universities), `native` (local hukou, studied elsewhere), `outside` (a list of
candidates elsewhere who would consider this city; it exists in every scenario). A random-utility choice between here and elsewhere:

    v = attraction(area) + home·[native hukou] + study·[studied here] + wage · ln(wage here / wage elsewhere)
        + subsidy · (months of local wage that the living subsidy is worth in a year) + market · ln(demand index)
        + tours · ln(1 + tours / 10)·[outside] + apartments · min(1, units / candidates)
    P(here) = 1 / (1 + e^−v)

Those who choose here look for work from that month on; those who do not leave the roster, or join those away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import states as s
from model.arithmetic import log, log_of, logistic
from model.columns import Column, ColumnStore
from model.luck import draw64, hash_ids, uniform
from model.schooling import enter_university

if TYPE_CHECKING:
    from model.city import City

OWN, NATIVE, OUTSIDE = range(3)
CANDIDATE_STREAM = np.uint64(0xC1)
ADMITTED_STREAM = np.uint64(0xC2)


class Graduates(ColumnStore):
    """The cohort of one July: everyone who may choose this city."""

    columns = (
        Column("id", np.uint64, "permanent name; a person's when already on the roster", "graduates"),
        Column("stream", np.uint8, "0 own, 1 native, 2 outside", "graduates"),
        Column("row", np.int32, "row in People, -1 = not on the roster", "graduates"),
        Column("area", np.uint8, "position of the area that would be home", "graduates"),
        Column("here", np.bool_, "True: chose this city", "graduates"),
    )


@njit(cache=True)
def choose_city(n, identity, stream, area, here, local, utility, key):  # type: ignore[no-untyped-def]
    """`here` for each graduate; utility: v by (stream, local hukou 0/1, area)."""
    for j in range(n):
        p = logistic(utility[stream[j], 1 if local[j] else 0, area[j]])
        here[j] = uniform(draw64(key, identity[j])) < p


def gather(city: City) -> Graduates:
    """This July's cohort, from the roster and from the list of outside candidates."""
    people, t = city.people, city.month
    n, months = people.n, city.month - city.people.birth[: city.people.n].astype(np.int64)
    own = np.flatnonzero((people.state[:n] == s.STUDENT) & (months >= 12 * 22))
    native = np.flatnonzero((people.traits[:n] & s.STUDIES_AWAY > 0) & (people.state[:n] == s.AWAY) & (months >= 12 * 22))
    outside = [[hash_ids(CANDIDATE_STREAM + np.uint64(a) * np.uint64(256), np.uint64(t), np.uint64(k)) for k in range(int(count))]
               for a, count in enumerate(city.outside_candidates)]
    cohort = Graduates(own.size + native.size + sum(map(len, outside)) + 1)
    cohort.n = cohort.capacity - 1
    known = np.concatenate([own, native])
    cohort.id[: known.size], cohort.row[: known.size] = people.id[known], known
    cohort.area[: known.size] = people.area[known]
    cohort.stream[: own.size], cohort.stream[own.size: known.size] = OWN, NATIVE
    at = known.size
    for a, ids in enumerate(outside):
        where = slice(at, at + len(ids))
        cohort.id[where], cohort.row[where], cohort.area[where], cohort.stream[where] = ids, s.NOBODY, a, OUTSIDE
        at += len(ids)
    return cohort


def utility(city: City) -> np.ndarray:
    """v by (stream, local hukou 0/1, area); see the module's equation."""
    p, control = city.setting.parameter, lambda name: city.setting.control(name, city.month)
    months_of_wage = 12 * control("graduate_living_subsidy_bachelor") / city.setting.wage
    candidates = max(float((city.outside_candidates * city.weight).sum()), 1.0)
    housed = min(1.0, control("talent_apartments").sum() / candidates)
    common = (city.setting.by_area("attraction") + p("taste_wage") * p("log_wage_gap") + p("taste_subsidy") * months_of_wage
              + p("taste_market") * log_of(city.demand_index()) + p("taste_apartments") * housed)
    tours = p("taste_tours") * log(1.0 + control("campus_tours").sum() / 10)
    v = np.zeros((3, 2, len(city.setting.areas)))
    v += common
    v[:, 1] += p("taste_home")
    v[OWN] += p("taste_study")
    v[OUTSIDE] += tours - p("outside_distance")
    return v


def settle(city: City, cohort: Graduates) -> None:
    """Carry out the choices: own and native graduates change state, outside ones take rows, and the three streams are counted."""
    people, n = city.people, cohort.n
    on_roster, here = cohort.row[:n] != s.NOBODY, cohort.here[:n]
    stay, leave = cohort.row[:n][on_roster & here], cohort.row[:n][on_roster & ~here]
    people.state[stay], people.spell[stay] = s.UNEMPLOYED, 0
    people.traits[stay] &= 255 - s.STUDIES_AWAY
    outsider = people.traits[leave] & s.OUTSIDER > 0
    people.traits[leave] &= 255 - s.STUDIES_AWAY
    people.state[leave], people.spell[leave] = s.AWAY, 0
    people.vacate(leave[outsider])
    came = np.flatnonzero(~on_roster & here)
    rows = people.settle(came.size)
    people.id[rows], people.area[rows], people.state[rows] = cohort.id[came], cohort.area[came], s.UNEMPLOYED
    people.birth[rows] = city.month - 12 * 22 - (cohort.id[came] % np.uint64(12)).astype(np.int16)
    people.traits[rows] = np.where(cohort.id[came] & np.uint64(16) > 0, s.FEMALE, 0) | s.OUTSIDER
    enter_university(city, rows)
    for name, stream in (("graduates_stayed", OWN), ("graduates_returned", NATIVE), ("graduates_came", OUTSIDE)):
        counts = np.bincount(cohort.area[:n][here & (cohort.stream[:n] == stream)], minlength=len(city.setting.areas))
        city.flow(name, counts)
        city.flow("graduates_counted", counts)


def leave_school(city: City) -> None:
    """July at 18: school leavers go on to a university here, to one elsewhere, or to work. Lasting draws decide.

    Outsiders who grew up here and enter a university leave the roster; those who came in September to study are not school leavers.
    """
    people, n = city.people, city.people.n
    months = city.month - people.birth[:n].astype(np.int64)
    finishing = (months >= 12 * 18) & (months < 12 * 19) & (people.spell[:n] >= 12)
    leavers = np.flatnonzero((people.state[:n] == s.STUDENT) & finishing)
    u, local = city.lasting_draws("studying", people.id[leavers]), people.traits[leavers] & s.OUTSIDER == 0
    enters = city.setting.parameter("college_entry_share")
    away = leavers[local & (u >= city.setting.parameter("native_local_study_share") * enters) & (u < enters)]
    work = leavers[u >= enters]
    people.vacate(leavers[~local & (u < enters)])
    enter_university(city, leavers[local & (u < enters)])
    people.state[away], people.spell[away] = s.AWAY, 0
    people.traits[away] |= s.STUDIES_AWAY
    people.state[work], people.spell[work] = s.INACTIVE, 0


def admit(city: City) -> None:
    """September: the city's universities take as many outsiders of 18 as keep their places filled."""
    people = city.people
    for a, count in enumerate(city.admitted_outsiders):
        who = np.array([hash_ids(ADMITTED_STREAM + np.uint64(a) * np.uint64(256), np.uint64(city.month), np.uint64(k))
                        for k in range(int(count))], np.uint64)
        rows = people.settle(who.size)
        people.id[rows], people.area[rows], people.state[rows] = who, a, s.STUDENT
        people.birth[rows] = city.month - 12 * 18 - (who % np.uint64(12)).astype(np.int16)
        people.traits[rows] = np.where(who & np.uint64(16) > 0, s.FEMALE, 0) | s.OUTSIDER
        enter_university(city, rows)


def graduate(city: City) -> None:
    """The year of schools and universities: leaving and choosing in July, admission in September."""
    if city.calendar_month == 7:
        cohort = gather(city)
        local = np.ones(cohort.n, bool)
        known = cohort.row[: cohort.n] != s.NOBODY
        local[known] = city.people.traits[cohort.row[: cohort.n][known]] & s.OUTSIDER == 0
        local[~known] = False
        choose_city(cohort.n, cohort.id, cohort.stream, cohort.area, cohort.here, local, utility(city), city.key("choose city"))
        settle(city, cohort)
        city.graduates = cohort
        leave_school(city)
    elif city.calendar_month == 9:
        admit(city)
