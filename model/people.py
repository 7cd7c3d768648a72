"""People: everyone on the city's roster, one row each: residents, and local-hukou persons who live elsewhere."""

from __future__ import annotations

import numpy as np
from numba import literal_unroll, njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import rows_where
from model.columns import Column, ColumnStore
from model.compiler import lent

COLUMNS = (
    Column("id", np.uint64, "permanent name of the person; all luck is keyed by it", "synthesis"),
    Column("birth", np.int16, "month of birth, 0 = the first simulated month", "demography"),
    Column("traits", np.uint8, "bits: FEMALE, OUTSIDER, RURAL, LAND_TAKEN, CADRE, NONFARM_BEFORE, TRAINED, STUDIES_AWAY", "demography"),
    Column("area", np.uint8, "position of the area of residence (of the hukou, for those away)", "migration"),
    Column("state", np.uint8, "what the person does: states.STATE_NAMES", "market"),
    Column("note", np.uint8, "part in this month's market; zero between months", "market"),
    Column("spell", np.uint8, "months in the present state, 255 = that many or more", "market"),
    Column("scheme", np.uint8, "bits: pension kind, UI, INJURY, PAYING, REGISTERED, COUNTED, LAID_OFF", "enrolment"),
    Column("firm", np.int32, "row of the employer in Firms, -1 = none", "market"),
    Column("schooling", np.uint8, "level of education in the low three bits (SCHOOLING), field of study in the next four, OTHER_TALENT",
           "schooling"),
    Column("skill", np.uint8, "skill grade in three bits (GRADE), professional title in two (TITLE), years until the next sitting in three",
           "training"),
    Column("wage", np.uint16, "monthly wage of the present or the last job in tens of yuan, 0 = never had one", "market"),
    Column("trade", np.uint8, "sector of the present or the last job: 1 + position in City.sector_names, 0 = never had one", "market"),
    Column("course", np.uint8, "months left in training in the low four bits, kind of course in the next three, IN_STOCK", "training"),
    Column("marks", np.uint16, "cause of unemployment in the low three bits (CAUSE), then one bit a mark (WELFARE_POST …)", "market"),
    Column("paid", np.uint16, "months paid to the employee or civil-service pension", "accounts"),
    Column("resident_years", np.uint8, "years paid to the resident pension; bit DRAWS_RESIDENT: draws it", "accounts"),
    Column("ui_paid", np.uint16, "months insured against unemployment since the last benefit; bit CLAIMED: a benefit is drawn on them",
           "accounts"),
    Column("base", np.uint16, "declared contribution base, yuan a month; of the retired, the monthly pension from the pool", "accounts"),
    Column("account", np.int32, "balance of the individual account, fen; of those who draw, the monthly pension from it", "accounts"),
    Column("card", np.uint8, "bits: CARD, E_CARD", "cards"),
)


@lent
def clear(rows, columns):  # type: ignore[no-untyped-def]
    """Nought in `rows` of every column."""
    for column in literal_unroll(columns):
        for i in rows:
            column[i] = 0


@njit(cache=True)
def copy_rows(rows, twins, columns):  # type: ignore[no-untyped-def]
    """What stands in each of `rows` of every column also in that of `twins` at the same place."""
    for column in literal_unroll(columns):
        for j in range(twins.size):
            column[twins[j]] = column[rows[j]]


class People(ColumnStore):
    """Column store of persons. A row whose state is GONE is vacant and is given to the next birth or arrival."""

    columns = COLUMNS

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        # rows taken and vacated by `settle` and `vacate` since `turn_page`
        self.entered = self.left = self.skilled_left = self.covered_left = 0
        self._vacant = np.zeros(0, np.int64)

    def turn_page(self) -> int:
        """Begin a new month's account of comings and goings, and list the vacant rows; returns the rows in use."""
        self.entered = self.left = self.skilled_left = self.covered_left = 0
        self._vacant = rows_where(self.state, s.GONE, s.GONE, self.n)
        return self.n - int(self._vacant.size)

    def age(self, month: int) -> NDArray[np.int64]:
        """Completed years of age of every row at the end of `month`."""
        years: NDArray[np.int64] = (month - self.birth[: self.n].astype(np.int64)) // 12
        return years

    def vacate(self, rows: NDArray[np.intp]) -> None:
        """Empty `rows`: the persons have died or left the roster."""
        if not rows.size:
            return
        self.left += int(rows.size)
        self.skilled_left += int(np.count_nonzero(self.course[rows] & s.IN_STOCK))
        self.covered_left += int(np.count_nonzero(self.marks[rows] & s.COVERED))
        self._clear(rows.astype(np.int64, copy=False))

    def _clear(self, rows: NDArray[np.intp]) -> None:
        if rows.size:
            clear(rows, tuple(self._arrays.values()))
            self.firm[rows] = s.NOBODY

    def settle(self, count: int) -> NDArray[np.intp]:
        """`count` empty rows for newcomers."""
        rows = self._take(count)
        self._clear(rows)
        return rows

    def settle_like(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """A row for a newcomer for each of `rows`, with all that stands in it."""
        twins = self._take(rows.size)
        copy_rows(rows, twins, tuple(self._arrays.values()))
        return twins

    def _take(self, count: int) -> NDArray[np.intp]:
        """`count` of the rows that were vacant when the month began, lowest first; the store grows when too few are."""
        vacant, self._vacant = self._vacant[:count], self._vacant[count:]
        if vacant.size < count:
            first = self.n
            self.reserve(first + count - vacant.size)
            self.n = first + count - vacant.size
            vacant = np.concatenate([vacant, np.arange(first, self.n)])
        self.entered += count
        return vacant
