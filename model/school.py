"""The year of schools and universities for those who do not graduate: leaving school in July, admission in September."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import states as s
from model.blocks import rows_where
from model.luck import hash_ids
from model.schooling import enter_university

if TYPE_CHECKING:
    from model.city import City

ADMITTED_STREAM = np.uint64(0xC2)


@njit(cache=True)
def list_ids(stream, counts, month):  # type: ignore[no-untyped-def]
    """(ids, area) of a list of persons that exists in every scenario: `counts` of them by area, named by stream, area, month and slot."""
    total = 0
    for count in counts:
        total += count
    out, where, k = np.empty(total, np.uint64), np.empty(total, np.int64), 0
    for a in range(counts.size):
        for slot in range(counts[a]):
            out[k] = hash_ids(stream + np.uint64(a) * np.uint64(256), np.uint64(month), np.uint64(slot))
            where[k] = a
            k += 1
    return out, where


@njit(cache=True)
def aged(rows, month, birth, first, to):  # type: ignore[no-untyped-def]
    """Those of `rows` who are `first` months old or more, but not yet `to`."""
    out, k = np.empty(rows.size, np.int64), 0
    for i in rows:
        months = month - np.int64(birth[i])
        out[k] = i
        k += (months >= first) & (months < to)
    return out[:k].copy()


def leave_school(city: City) -> None:
    """July at 18: school leavers go on to a university here (as many as it has places for, see `roster.margins`), to one elsewhere, or to
    work. Lasting draws decide.

    Outsiders who grew up here and enter a university leave the roster; those who came in September to study are not school leavers.
    """
    people = city.people
    students = aged(rows_where(people.state, s.STUDENT, s.STUDENT, people.n), city.month, people.birth, 12 * 18, 12 * 19)
    leavers = students[people.spell[students] >= 12]
    u, local = city.lasting_draws("studying", people.id[leavers]), people.traits[leavers] & s.OUTSIDER == 0
    enters = city.setting.parameter("college_entry_share")
    away = leavers[local & (u >= city.tables.studying[0, 18]) & (u < enters)]
    work = leavers[u >= enters]
    people.vacate(leavers[~local & (u < enters)])
    enter_university(city, leavers[local & (u < enters)])
    people.state[away], people.spell[away] = s.AWAY, 0
    people.traits[away] |= s.STUDIES_AWAY
    people.state[work], people.spell[work] = s.INACTIVE, 0


def admit(city: City) -> None:
    """September: the city's universities take as many outsiders of 18 as keep their places filled."""
    people = city.people
    who, where = list_ids(ADMITTED_STREAM, city.admitted_outsiders.astype(np.int64), city.month)
    rows = people.settle(who.size)
    people.id[rows], people.area[rows], people.state[rows] = who, where, s.STUDENT
    people.birth[rows] = city.month - 12 * 18 - (who % np.uint64(12)).astype(np.int16)
    people.traits[rows] = np.where(who & np.uint64(16) > 0, s.FEMALE, 0) | s.OUTSIDER
    enter_university(city, rows)
