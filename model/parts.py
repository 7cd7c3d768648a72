"""Two plain parts of the city: its luck (keyed draws by decision) and its tables (what is counted, by area)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.arithmetic import line_sum, log
from model.blocks import BLOCK, blocks_of, empty_tally, staff_of
from model.compiler import lent
from model.luck import TWO_64, decision_key, decision_keys, draw64, lasting_key, uniform, yearly_key
from model.series import SERIES, S

if TYPE_CHECKING:
    from model.firms import Firms
    from model.people import People
    from model.setting import Setting


@njit(cache=True)
def draw_all(key, identity):  # type: ignore[no-untyped-def]
    """The 64-bit draw of every id under one key, shape of `identity`."""
    out = np.empty(identity.size, np.uint64)
    for j in range(identity.size):
        out[j] = draw64(key, identity[j])
    return out


@njit(cache=True)
def uniform_all(key, identity):  # type: ignore[no-untyped-def]
    """The draw of every id as float64 in [0, 1)."""
    out = np.empty(identity.size, np.float64)
    for j in range(identity.size):
        out[j] = uniform(draw64(key, identity[j]))
    return out


@njit(cache=True)
def log_odds_of(identity, key):  # type: ignore[no-untyped-def]
    """The log-odds of the draw of every id, held inside 1e-9 … 1 - 1e-9."""
    out = np.empty(identity.size, np.float64)
    for j in range(identity.size):
        u = min(max(uniform(draw64(key, identity[j])), 1e-9), 1 - 1e-9)
        out[j] = log(u) - log(1.0 - u)
    return out


@lent
def add_up(tally, weight, now):  # type: ignore[no-untyped-def]
    """Add a tally of rows (blocks, series, areas) to a month of the table, (series, areas), in real persons, and empty it; weight: by
    area."""
    rows = np.zeros(tally.shape[1:], np.int64)
    for block in tally:
        rows += block
        block[:] = 0
    for k in range(rows.shape[0]):
        for a in range(rows.shape[1]):
            now[k, a] += rows[k, a] * weight[a]


@lent
def add_lines(rows, places, weight, now):  # type: ignore[no-untyped-def]
    """Add lines of rows, int64 (series, areas), to the series of a month that stand in `places`, in real persons; weight: by area."""
    for k in range(places.size):
        for a in range(weight.size):
            now[places[k], a] += rows[k, a] * weight[a]


@lent
def add_persons(rows, area, weight, line):  # type: ignore[no-untyped-def]
    """Add the persons in `rows` to a series of a month, (areas,), as real persons; weight: by area."""
    counted = np.zeros(weight.size, np.int64)
    for i in rows:
        counted[area[i]] += 1
    for a in range(weight.size):
        line[a] += counted[a] * weight[a]


@njit(cache=True)
def whole_of(real, weight, key):  # type: ignore[no-untyped-def]
    """`Tables.whole_rows` under a key."""
    out = np.empty(real.size, np.int64)
    for a in range(real.size):
        out[a] = np.int64(np.floor(real[a] / weight[a] + np.float64(draw64(key, np.uint64(a))) / TWO_64))
    return out


@njit(cache=True)
def index_of(now, start):  # type: ignore[no-untyped-def]
    """The sums of the lines of `now` against those of `start`, (lines,); 1 where there is nothing at the start."""
    out = np.ones(start.shape[0])
    for a in range(start.shape[0]):
        before = line_sum(start[a])
        if before > 0.0:
            out[a] = line_sum(now[a]) / max(before, 1e-9)
    return out


@njit(cache=True)
def sum_of(month, places):  # type: ignore[no-untyped-def]
    """The sum of the series `places` of a month, (series, areas), by area."""
    out = np.zeros(month.shape[1])
    for k in places:
        for a in range(out.size):
            out[a] += month[k, a]
    return out


@njit(cache=True)
def count_by_area(area, where, areas):  # type: ignore[no-untyped-def]
    """Rows where the mask is true by area, (areas,) int64: neighbours of one area are added up before they are entered."""
    out, last, k = np.zeros(areas, np.int64), np.int64(0), np.int64(0)
    for i in range(where.size):
        if area[i] != last:
            out[last] += k
            last, k = np.int64(area[i]), np.int64(0)
        k += where[i]
    out[last] += k
    return out


@cache
def places_of(names: tuple[str, ...]) -> NDArray[np.intp]:
    """Places of several series in the table."""
    return np.array([getattr(S, name) for name in names])


def months_together(months: int, areas: int) -> NDArray[np.float64]:
    """An empty table (series, months, areas), in memory month by month: a month's numbers lie side by side."""
    return np.zeros((months, len(SERIES), areas)).transpose(1, 0, 2)


class Luck:
    """Keys and draws: a decision of this month, a lasting taste, or a decision of this year."""

    luck: int
    month: int
    _keyed: tuple[int, int] | None = None           # the seed and the month of the keys
    _month_keys: dict[str, np.uint64]
    _sets_of_keys: dict[tuple[str, ...], NDArray[np.uint64]]

    def key(self, decision: str) -> np.uint64:
        """Key of a decision that is open this month."""
        if self._keyed != (self.luck, self.month):
            self._make_keys()
        if decision not in self._month_keys:
            self._month_keys[decision] = decision_key(self.luck, decision, self.month)
        return self._month_keys[decision]

    def keys(self, *decisions: str) -> NDArray[np.uint64]:
        """Keys of several decisions that are open this month, in the order given; not to be written to."""
        if self._keyed != (self.luck, self.month):
            self._make_keys()
        if decisions not in self._sets_of_keys:
            self._sets_of_keys[decisions] = decision_keys(self.luck, decisions, self.month)
        return self._sets_of_keys[decisions]

    def _make_keys(self) -> None:
        """A new month: the keys of all decisions that were open before are made in one call."""
        names, sets = (tuple(self._month_keys), tuple(self._sets_of_keys)) if self._keyed else ((), ())
        keys = decision_keys(self.luck, (*names, *chain.from_iterable(sets)), self.month)
        places = pairwise(accumulate(map(len, sets), initial=len(names)))
        self._month_keys = dict(zip(names, keys, strict=False))
        self._sets_of_keys = {decisions: keys[first:to] for decisions, (first, to) in zip(sets, places, strict=True)}
        self._keyed = self.luck, self.month

    def lasting(self, taste: str) -> np.uint64:
        """Key of a lasting taste: the same draw for an id in every month."""
        return lasting_key(self.luck, taste)

    def yearly(self, decision: str) -> np.uint64:
        """Key of a decision that is taken once a year, on the birthday: keyed by the years since the start."""
        return yearly_key(self.luck, decision, max(self.month, 0) // 12)

    def draws(self, decision: str, ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """This month's 64-bit draws of `ids` for `decision`."""
        return draw_all(self.key(decision), ids)

    def draws_uniform(self, decision: str, ids: NDArray[np.uint64]) -> NDArray[np.float64]:
        """The same, as numbers in [0, 1)."""
        return uniform_all(self.key(decision), ids)

    def lasting_draws(self, taste: str, ids: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Lasting tastes of `ids`, in [0, 1)."""
        return uniform_all(self.lasting(taste), ids)

    @staticmethod
    def draw_values(key: np.uint64, ids: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Draws of `ids` under any key, in [0, 1)."""
        return uniform_all(key, ids)


class Tables:
    """What is counted: `table[series, month, area]` in real persons, and the helpers that fill and read it."""

    setting: Setting
    people: People
    firms: Firms
    weight: NDArray[np.float64]
    table: NDArray[np.float64]
    now: NDArray[np.float64]                        # what this month has counted so far, (series, areas): a part of the table
    stocks: NDArray[np.float64]
    demand: NDArray[np.float64]
    demand_at_start: NDArray[np.float64]
    month: int
    _spare: NDArray[np.int64] | None = None         # a tally that is empty
    _room: NDArray[np.int32] = np.empty((2, 0), np.int32)
    _index: NDArray[np.float64]
    _indexed: NDArray[np.float64] | None = None     # the demand of which `_index` is the index

    def new_tally(self) -> NDArray[np.int64]:
        """An empty tally of rows for the kernels: (blocks, series, areas); the one that was added last, where it is as large."""
        spare, self._spare = self._spare, None
        if spare is None or len(spare) != blocks_of(self.people.n):
            spare = empty_tally(self.people.n, len(self.setting.areas))
        return spare

    def add(self, tally: NDArray[np.int64]) -> None:
        """Add a kernel's tally of rows to this month, as real persons, and take the tally back; blocks are added in order."""
        add_up(tally, self.weight, self.now)
        self._spare = tally

    def room(self) -> NDArray[np.int32]:
        """Room in which kernels list rows or firms block by block, (2, blocks · BLOCK); whoever asks for it next writes over it."""
        if self._room.shape[1] != blocks_of(self.people.n) * BLOCK:
            self._room = np.empty((2, blocks_of(self.people.n) * BLOCK), np.int32)
        return self._room

    def flow(self, name: str, rows: NDArray[np.int64] | NDArray[np.float64]) -> None:
        """Add rows by area to a series of this month, as real persons."""
        line = self.now[getattr(S, name)]
        line += rows * self.weight

    def flows(self, names: tuple[str, ...], rows: NDArray[np.int64]) -> None:
        """The same for several series, (names, areas)."""
        add_lines(rows, places_of(names), self.weight, self.now)

    def tell(self, names: tuple[str, ...], lines: Iterable[NDArray[np.float64]]) -> None:
        """Write several series of this month, real persons by area."""
        now = self.now
        for name, line in zip(names, lines, strict=True):
            now[getattr(S, name)] = line

    def count_rows(self, name: str, rows: NDArray[np.intp]) -> None:
        """Add the persons in `rows` to a series of this month, by area."""
        add_persons(rows, self.people.area, self.weight, self.now[getattr(S, name)])

    def stock(self, name: str) -> NDArray[np.float64]:
        """A stock at the end of last month, real persons by area."""
        values: NDArray[np.float64] = self.stocks[getattr(S, name)]
        return values

    def count_now(self, *names: str) -> NDArray[np.float64]:
        """What this month has counted so far of these series, added, real persons by area."""
        counted: NDArray[np.float64] = sum_of(self.now, places_of(names))
        return counted

    def rows_by_area(self, where: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Number of rows of People where the mask is true, by area."""
        counted: NDArray[np.int64] = count_by_area(self.people.area, where, len(self.setting.areas))
        return counted

    def person_columns(self) -> tuple[NDArray[np.generic], ...]:
        """The nine columns of People, in the order in which kernels take them."""
        p = self.people
        return p.id, p.birth, p.traits, p.area, p.state, p.note, p.spell, p.scheme, p.firm

    def work_columns(self) -> tuple[NDArray[np.generic], ...]:
        """The columns of schooling and pay, in the order in which kernels take them after `person_columns`."""
        p = self.people
        return p.schooling, p.skill, p.wage, p.trade, p.marks

    def force(self) -> NDArray[np.float64]:
        """Non-farm labour force at the end of last month, real persons by area."""
        stocks = self.stocks
        force: NDArray[np.float64] = stocks[S.employees] + stocks[S.flexible] + stocks[S.owners] + stocks[S.unemployed]
        return force

    def demand_index(self) -> NDArray[np.float64]:
        """Labour demand of private firms against the start, by area; 1 where there are none."""
        if self._indexed is not self.demand:            # which is replaced once a month
            self._index, self._indexed = index_of(self.demand, self.demand_at_start), self.demand
        return self._index

    def level(self, name: str) -> float:
        """A control that is a state and the same in every area: its value this month, before the first month the usual one."""
        if self.month < 0:
            return self.setting.usual(name)
        values = self.setting.control(name, self.month)
        return float(values.sum()) / values.size

    def whole_rows(self, name: str, real: NDArray[np.float64]) -> NDArray[np.int64]:
        """Real persons by area as whole rows: the fraction is settled by this month's draw of the area."""
        whole: NDArray[np.int64] = whole_of(real, self.weight, self.key(f"whole.{name}"))  # type: ignore[attr-defined]
        return whole

    def count_staff(self) -> None:
        """Recount every firm's staff from the persons who point at it."""
        people, firms = self.people, self.firms
        firms.staff[: firms.n] = staff_of(people.n, people.state, people.firm, firms.n)
