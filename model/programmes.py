"""Programmes: what the city sets out to build 建设项目 (parks, stations, bases, colleges), lot by lot, with the risk that a lot comes late.

A programme has an opening stock and a number of units to be added between two months. Its units form at most a hundred equal lots, due
at even distances over that time. A lot

    is put in hand    while the control `programme_start` of its month exceeds the lot's lasting draw
    is finished       in the month it is due, with probability `programme_on_time`; else later by a whole number of months, at least
                      one, exponential with mean `programme_delay`
    stands            in one area, drawn by the residents of the baseline

All of it hangs on lasting draws of (programme, lot): the same lot is late in every scenario that begins it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.arithmetic import log
from model.luck import decision_key
from model.parts import uniform_all

if TYPE_CHECKING:
    from model.city import City
    from model.setting import Programme


def delays(late: NDArray[np.float64], length: NDArray[np.float64], on_time: float, mean: float) -> NDArray[np.int64]:
    """Months by which lots come late, from two draws in [0, 1) each: 0 with probability `on_time`, else 1 + ⌊exponential⌋."""
    months = np.array([1 + int(-mean * log(1.0 - u)) for u in length], np.int64)
    return np.where(late < on_time, 0, months)


def by_month(months: NDArray[np.int64]) -> dict[int, list[int]]:
    """The lots that each month concerns, by the month of each lot."""
    found: dict[int, list[int]] = {}
    for lot, month in enumerate(months.tolist()):
        found.setdefault(month, []).append(lot)
    return found


class BuildOut:
    """One programme in one run: when each lot is due and finished, where it stands, and how far the whole has come.

    stock, added: one array (areas,) a month: units that stand at its end, and units finished in it.
    """

    def __init__(self, city: City, programme: Programme) -> None:
        lots, p = np.arange(programme.lots, dtype=np.uint64), city.setting.parameter
        late, length, place, self.taste = (uniform_all(decision_key(city.luck, f"programme.{programme.name}.{what}", 0), lots)
                                           for what in ("late", "length", "place", "taste"))
        people = city.setting.residents.sum(axis=(1, 2)).astype(float)
        share = people / people.sum() if programme.area is None else (np.arange(people.size) == programme.area).astype(float)
        self.lot = programme.units / programme.lots
        self.area = np.minimum(np.searchsorted(np.cumsum(share), place, side="right"), people.size - 1)
        self.due = programme.months_due()
        self.finished = self.due + delays(late, length, p("programme_on_time"), p("programme_delay"))
        self.lots_due, self.lots_finished = by_month(self.due), by_month(self.finished)
        self.in_hand = np.zeros(programme.lots, np.bool_)
        self.opening = programme.opening * share
        self.stock: list[NDArray[np.float64]] = []
        self.added: list[NDArray[np.float64]] = []

    def advance(self, month: int, pace: NDArray[np.float64]) -> None:
        """One month: lots that are due are put in hand at `pace` (share by area), and lots in hand are finished."""
        for lot in self.lots_due.get(month, ()):
            self.in_hand[lot] = self.taste[lot] < pace[self.area[lot]]
        finished, before = self.lots_finished.get(month, ()), self.stock[-1] if self.stock else self.opening
        done = np.zeros(pace.size)
        for lot in finished:
            done[self.area[lot]] += self.in_hand[lot]
        self.added.append(self.lot * done)
        self.stock.append(before + self.added[-1] if finished else before)


def begin(city: City) -> dict[str, BuildOut]:
    """The build-outs of this run by name; made once, with the city."""
    return {programme.name: BuildOut(city, programme) for programme in city.setting.programmes}


def build(city: City) -> None:
    """A month of every programme, at the pace that the control `programme_start` sets."""
    pace = city.setting.control("programme_start", city.month)
    for built in city.build_outs.values():
        built.advance(city.month, pace)


def series_of(city: City) -> dict[str, NDArray[np.float64]]:
    """{name: stock, name_new: units added}, each (months, areas)."""
    out: dict[str, NDArray[np.float64]] = {}
    for name, built in city.build_outs.items():
        out[name], out[f"{name}_new"] = np.array(built.stock), np.array(built.added)
    return out
