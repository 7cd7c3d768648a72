"""Commuting 通勤: who looks for work beyond her own area, who works in another one, and where her insurance stands.

    core    a searcher of the urban core (市辖区与功能区) takes the whole core for one market with `look_in_core`,
    city    and any searcher the whole city with `look_in_city`; in either she looks in area b ∝ jobs(b), her own area among them:

    P(a looks in b ≠ a) = look_in_core·[a, b in the core]·jobs(b) ÷ jobs(core) + look_in_city·jobs(b) ÷ jobs(city)

So as many go one way as the other where searchers stand as jobs do, and nothing drifts. Only areas whose rows stand for as many persons
(`city.weight`) are in one market: a row that stands for 20 persons cannot fill the post of a row that stands for 1. In a setting that
names no core (`Setting.core`) areas are apart.

The city begins in that state: of the staff of the same shares, those of one market and sector change places by lot. Who works in another
area bears the mark COMMUTES and stands on `city.commuters`. Staff are insured where the employer is 参保地.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import line_sum
from model.blocks import rows_where
from model.compiler import lent
from model.coverage import BUNDLE, WHOLE_BUNDLE
from model.lists import rows_that
from model.luck import TO_53_BITS
from model.parts import draw_all
from model.premiums import on_their_own
from model.series import S
from model.setting import once

if TYPE_CHECKING:
    from model.city import City

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
CITY, CORE = range(2)
LOT = np.uint64(53)
WENT, CAME = S.commuters_out, S.commuters_in
UI, INJURY, BY_FIRMS, PAID = S.ui, S.injury, S.insured_by_firms, S.pension_paid
EMPLOYEE, CIVIL = S.pension_employee_active, S.pension_civil_active


def markets(city: City) -> NDArray[np.bool_]:
    """Which areas share a market, the own one among them: (CITY and CORE, areas, areas); an area that has no other is in none."""
    weight, core = city.weight, np.array(city.setting.core or np.zeros(city.weight.size), bool)
    alike = weight[:, None] == weight[None, :]
    shared = np.stack([alike & bool(city.setting.core), alike & core[:, None] & core[None, :]])
    open_to: NDArray[np.bool_] = shared & (shared.sum(axis=2, keepdims=True) > 1)
    return open_to


@once
def looking(city: City) -> Floats:
    """Shares of searchers for whom the city, and the core, is one market."""
    return np.array([city.setting.parameter("look_in_city"), city.setting.parameter("look_in_core")])


def reach(city: City, jobs: Floats) -> tuple[Floats, Floats]:
    """(chance of looking at home, cumulative chances of the other areas above it), (areas,) and (areas, areas); jobs: by area."""
    home, line = lines_beyond(city.markets, jobs, looking(city))
    return home, line


@njit(cache=True)
def lines_beyond(markets, jobs, looks):  # type: ignore[no-untyped-def]
    """See `reach`; markets: (2, areas, areas); looks: of `looking`."""
    home, line, chances, shared = np.empty(jobs.size), np.empty((jobs.size, jobs.size)), np.empty(jobs.size), np.empty(jobs.size)
    for a in range(jobs.size):
        chances[:] = 0.0
        for market in range(markets.shape[0]):
            for b in range(jobs.size):
                shared[b] = markets[market, a, b] * jobs[b]
            share = looks[market] / max(line_sum(shared), 1e-9)
            for b in range(jobs.size):
                chances[b] += shared[b] * share
        chances[a] = 0.0
        home[a], below = 1.0 - line_sum(chances), 0.0
        for b in range(jobs.size):
            below += chances[b]
            line[a, b] = below
        for b in range(jobs.size):
            line[a, b] = 1.0 if line[a, b] >= below else home[a] + line[a, b]
    return home, line


def change_places(city: City) -> None:
    """The standing state at the baseline date: staff for whom a market reaches further change places by lot, within it and their sector.

    Firms keep their headcounts, and everyone the sector: whoever sits in her own area again does not commute.
    """
    people, firms, k = city.people, city.firms, len(city.sector_names)
    city.commuters, city.markets = np.zeros(0, np.int64), markets(city)
    shared, looks = city.markets, looking(city)
    if not shared.any() or not looks.any():
        return
    rows = rows_where(people.state, s.EMPLOYED, s.EMPLOYED, people.n)
    u = city.lasting_draws("looks beyond the area", people.id[rows])
    far = rows_that((u < looks.sum()).view(np.uint8))
    market, area = np.where(u[far] < looks[CITY], CITY, CORE), people.area[rows[far]]
    moves = shared[market, area, area]
    rows, market, area = rows[far[moves]], market[moves], area[moves]
    firm, ids = people.firm[rows], people.id[rows]
    alike = np.unique(city.weight, return_inverse=True)[1][area]
    pool = ((alike * 2 + market) * k + firms.sector[firm]).astype(np.uint64)        # no two of one pool draw the same lot of 53 bits
    takers, seats = (np.argsort(pool << LOT | draw_all(city.lasting(name), ids) >> TO_53_BITS) for name in ("takes a seat", "seat to take"))
    people.firm[rows[takers]] = firm[seats]
    beyond = rows[firms.area[people.firm[rows]] != area]
    people.marks[beyond] |= s.COMMUTES
    city.commuters = beyond


@njit(cache=True)
def merged(one, other):  # type: ignore[no-untyped-def]
    """Rows of two ascending lists in one, each row once."""
    out, k, i, j = np.empty(one.size + other.size, np.int64), 0, 0, 0
    while i < one.size or j < other.size:
        if j == other.size or (i < one.size and one[i] <= other[j]):
            row = one[i]
            i += 1
        else:
            row = other[j]
            j += 1
        if k == 0 or out[k - 1] != row:
            out[k] = row
            k += 1
    return out[:k]


def list_commuters(city: City, rows: Rows) -> None:
    """`rows`, ascending, have started at an employer of another area."""
    if rows.size:
        city.commuters = merged(city.commuters, rows)


@lent
def move_to_work(rows, area, state, scheme, marks, firm, firm_area, weight, out):  # type: ignore[no-untyped-def]
    """Move the insured among commuters from the area where they live to that of the employer, and count commuters; out: (entries, areas).

    Rows of those who commute no more are dropped from `rows`; returns how many are left, and how many of them the mark does not fit.
    """
    left = strayed = 0
    for i in rows:
        if state[i] != s.EMPLOYED or not marks[i] & s.COMMUTES:
            continue
        rows[left] = i
        left += 1
        home, work, card = area[i], firm_area[firm[i]], scheme[i]
        strayed += home == work or weight[home] != weight[work]
        out[WENT, home] += 1
        out[CAME, work] += 1
        for member, stock in ((card & s.UI != 0, UI), (card & s.INJURY != 0, INJURY), (card & BUNDLE == WHOLE_BUNDLE, BY_FIRMS)):
            if member:
                out[stock, home] -= 1
                out[stock, work] += 1
        kind = card & s.PENSION_KIND
        if kind >= s.EMPLOYEE_SCHEME and card & s.PAYING and not on_their_own(state[i], card):
            stock = CIVIL if kind == s.CIVIL_SCHEME else EMPLOYEE
            for member in (stock, PAID):
                out[member, home] -= 1
                out[member, work] += 1
    return left, strayed


def count_at_work(city: City, stocks: NDArray[np.int64]) -> None:
    """Count commuters, and staff's insurance where they work; stocks: the month's rows by entry and area, counted where people live."""
    people = city.people
    left, city.strayed = move_to_work(city.commuters, people.area, people.state, people.scheme, people.marks, people.firm,
                                      city.firms.area, city.weight, stocks)
    city.commuters = city.commuters[:left]
