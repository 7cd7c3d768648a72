"""The Spring Festival 春节, by which migrants come and go: its dates, and the share of a window of days around it in a month.

Lunar New Year is the new moon, by the day in Beijing, that begins the first month of the Chinese calendar (GB/T 33661-2017); it lies
between 21 January and 20 February. Dates: the calendar published by the Hong Kong Observatory; a test computes the new moons.
"""

from __future__ import annotations

from datetime import date
from functools import cache

NEW_YEARS = (
    "2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 "
    "2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 "
    "2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12 2041-02-01"
)
NEW_YEAR = {day.year: day for day in map(date.fromisoformat, NEW_YEARS.split())}
BEFORE, AFTER = (-30, -1), (6, 45)
"""Days from New Year's Day in which migrants go home, and in which they come (even within each window: assumption)."""
AT_HOME = (-30, 5)
"""Days in which few set out for a new city."""
SITES_REST = (-20, 15)
"""Days in which building sites may rest (assumption)."""


@cache
def share(year: int, month: int, first: int, last: int) -> float:
    """Share of the days `first` to `last` from New Year's Day (both included) that fall into `month` of `year`.

    The festivals of the year and of the next one count: a window that opens in December belongs to the New Year after it.
    Raises ValueError for a year whose festivals are not in the table.
    """
    if year not in NEW_YEAR or year + 1 not in NEW_YEAR:
        raise ValueError(f"the Spring Festivals of {year} and {year + 1} are not in the table {min(NEW_YEAR)}-{max(NEW_YEAR)}")
    begin, end = month_bounds(year, month)
    festivals = (NEW_YEAR[year].toordinal(), NEW_YEAR[year + 1].toordinal())
    return sum(max(min(day + last + 1, end) - max(day + first, begin), 0) for day in festivals) / (last - first + 1)


@cache
def month_bounds(year: int, month: int) -> tuple[int, int]:
    """Day numbers of the first of a month and of the next one."""
    return date(year, month, 1).toordinal(), date(year + month // 12, month % 12 + 1, 1).toordinal()


def exits(year: int, month: int) -> float:
    """Share of the month before New Year's Day that falls into `month` of `year`."""
    return share(year, month, *BEFORE)


def season_of_exits(year: int, month: int, festival: float) -> float:
    """Part of a year's goings home that falls into the month: `festival` of them in the month before New Year, the rest evenly."""
    return festival * exits(year, month) + (1.0 - festival) / 12.0


def part_at_rest(year: int, month: int) -> float:
    """Part of the month's days on which building sites may rest."""
    begin, end = month_bounds(year, month)
    return share(year, month, *SITES_REST) * (SITES_REST[1] - SITES_REST[0] + 1) / (end - begin)


def season_of_arrivals(year: int, month: int, festival: float) -> float:
    """Arrivals of the month relative to a mean month: `festival` of the year's come after the holiday, the rest on days away from it."""
    length = AT_HOME[1] - AT_HOME[0] + 1
    begin, end = month_bounds(year, month)
    other = (end - begin - length * share(year, month, *AT_HOME)) / (365.25 - length)
    return 12.0 * (festival * share(year, month, *AFTER) + (1.0 - festival) * other)
