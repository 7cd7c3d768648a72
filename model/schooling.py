"""Schooling 受教育程度: the level that a person has attended or finished, as the census counts it, and the field of study.

A level is found from one draw u and a falling table: P(this level or more) for the seven levels, so that whoever has college under
one table has it under every table with more college. Fields are drawn by a lasting draw, from one table for college and one for
senior secondary school (half of which is general and has no field). Students carry the level that they attend.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.luck import draw64, place_on, uniform

if TYPE_CHECKING:
    from model.city import City
    from model.setting import Setting

LEVELS, FIELDS = 7, 8
COLLEGE_FIELDS = (0.0, .33, .08, .24, .10, .08, .12, .05)
"""Shares of fields among college students: none, engineering, computing, business, health, education, humanities, science and farming
(assumption near the nation's enrolment by discipline in 2020)."""
SECONDARY_FIELDS = (.55, .20, .06, .10, .05, .03, .01, .0)
"""The same for senior secondary school; without a field: general schools (assumption near the nation's 57:43 in 2020)."""


@njit(inline="always")
def level_of(u, at_least):  # type: ignore[no-untyped-def]
    """The highest level whose share `at_least` exceeds the draw u; at_least: P(level or more), falling, shape (7,): how many of the levels
    above the lowest do, counted without branches."""
    level = np.int64(s.PRIMARY)
    for k in range(s.PRIMARY + 1, LEVELS):
        level += u < at_least[k]
    return level


@njit(inline="always")
def with_field(level, u, fields):  # type: ignore[no-untyped-def]
    """The schooling byte of a level and a lasting draw u; fields: cumulative shares, (secondary, college) × 8."""
    field = place_on(fields[1 if level >= s.JUNIOR_COLLEGE else 0], u)
    return level | (field << s.FIELD_SHIFT if level >= s.SENIOR_SECONDARY else 0)


@njit(cache=True)
def school(identity, key, key_field, at_least, fields):  # type: ignore[no-untyped-def]
    """The schooling bytes of persons `identity` under one table `at_least`, shape of `identity`."""
    out = np.empty(identity.size, np.uint8)
    for j in range(identity.size):
        level = level_of(uniform(draw64(key, identity[j])), at_least)
        out[j] = with_field(level, uniform(draw64(key_field, identity[j])), fields)
    return out


@cache
def field_tables() -> NDArray[np.float64]:
    """Cumulative shares of fields, shape (2, 8): senior secondary, college."""
    return np.cumsum([SECONDARY_FIELDS, COLLEGE_FIELDS], axis=1)


def entrants(setting: Setting) -> NDArray[np.float64]:
    """P(level or more) of who enters a university: all have college, the rest of `junior_college_share` study for a bachelor's degree."""
    return np.array([1, 1, 1, 1, 1 - setting.parameter("junior_college_share"), 0, 0], float)


def newcomers(setting: Setting) -> NDArray[np.float64]:
    """P(level or more) of workers who arrive from elsewhere: `arrival_college_share`, and below it the nation's migrant workers.

    Primary or less, junior and senior secondary stand 15.7 : 55.4 : 16.7 (农民工监测调查报告 2020); a third of those with college has a
    bachelor's degree (assumption).
    """
    college = setting.parameter("arrival_college_share")
    below = (1 - college) / (15.7 + 55.4 + 16.7)
    return np.array([1, 1 - 15.7 * below, college + 16.7 * below, college, college / 3, 0, 0], float)


def enter_university(city: City, rows: NDArray[np.intp]) -> None:
    """Persons in `rows` begin to study at a university, here or elsewhere."""
    people = city.people
    people.schooling[rows] = school(people.id[rows], city.lasting("kind of college"), city.lasting("field"), entrants(city.setting),
                                    field_tables())


def arrive_schooled(city: City, rows: NDArray[np.intp]) -> None:
    """Workers from elsewhere, in `rows`, bring the schooling of migrant workers."""
    people = city.people
    people.schooling[rows] = school(people.id[rows], city.lasting("schooling"), city.lasting("field"), newcomers(city.setting),
                                    field_tables())
