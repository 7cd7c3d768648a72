"""Placement of the hard-to-employ 就业困难人员帮扶: posts at public units, offered to those who have the least chance.

Hard-to-employ: local, unemployed, and either men of 50 and over, women of 40 and over, or out of work for a year (the usual
recognition of 就业困难人员 in the 4050 rule; assumption for cities whose own rule is not published). Posts go by keyed queue and pay the
minimum wage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from model import states as s
from model.blocks import rows_where
from model.luck import choose, draw64
from model.wages import minimum_wage

if TYPE_CHECKING:
    from model.city import City


@njit(cache=True)
def is_hard(rows, month, birth, traits, spell):  # type: ignore[no-untyped-def]
    """Which of the unemployed `rows` count as hard to employ, shape (rows,)."""
    out = np.zeros(rows.size, np.bool_)
    for j in range(rows.size):
        i = rows[j]
        years = (month - np.int64(birth[i])) // 12
        old = years >= (40 if traits[i] & s.FEMALE else 50)
        out[j] = (old or spell[i] >= 12) and not traits[i] & s.OUTSIDER
    return out


@njit(cache=True)
def place(  # type: ignore[no-untyped-def]
    rows, units, identity, traits, state, note, spell, scheme, firm, wage, trade, marks, staff, desired, sector, floor, key,
):
    """Each person of `rows` starts at one of the public `units`, which wants that much more staff from now on.

    Returns the number of first registrations.
    """
    fresh = 0
    for j in range(rows.size):
        i = rows[j]
        f = units[choose(draw64(key, identity[i]), np.uint64(units.size))]
        scheme[i] &= s.PENSION_KIND + s.COUNTED
        if not scheme[i] & s.COUNTED:
            scheme[i] |= s.COUNTED
            fresh += 1
        traits[i] &= 255 - s.TRAINED
        marks[i] &= s.EVERY_MARK - s.CAUSE
        firm[i], state[i], spell[i], note[i], trade[i] = f, s.EMPLOYED, 0, s.JUST_HIRED, sector[f] + 1
        wage[i] = np.int64(floor / 10.0 + 0.5)
        staff[f] += 1
        desired[f] += 1
    return fresh


def help_hard_to_employ(city: City) -> None:
    """A twelfth of the year's posts is offered in each area, in the order of the month's keyed queue."""
    offered = city.whole_rows("hard_to_employ_posts", city.setting.control("hard_to_employ_posts", city.month) / 12)
    if not offered.any():
        return
    people, firms = city.people, city.firms
    rows = rows_where(people.note, s.SEARCHING, s.SEARCHING, people.n)
    rows = rows[people.state[rows] == s.UNEMPLOYED]
    rows = rows[is_hard(rows, city.month, people.birth, people.traits, people.spell)]
    places = city.draws("offer", people.id[rows])
    placed, registered = np.zeros_like(offered), np.zeros_like(offered)
    for a, count in enumerate(offered):
        units = np.flatnonzero((firms.area[: firms.n] == a) & (firms.ownership[: firms.n] == s.PUBLIC_UNIT) & firms.alive[: firms.n])
        here = np.flatnonzero(people.area[rows] == a)
        chosen = rows[here[np.argsort(places[here], kind="stable")[:count]]] if units.size else rows[:0]
        registered[a] = place(chosen, units, people.id, people.traits, people.state, people.note, people.spell, people.scheme, people.firm,
                              people.wage, people.trade, people.marks, firms.staff, firms.desired, firms.sector, minimum_wage(city),
                              city.key("which unit"))
        placed[a] = chosen.size
    city.flow("helped", placed)
    city.flow("hires", placed)
    city.flow("vacancies", placed)
    city.flow("first_registrations", registered)
