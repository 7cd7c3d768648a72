"""Dates of the Spring Festival against the new moons, and the shares of its windows by month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from math import radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.spring_festival import AFTER, BEFORE, NEW_YEAR, exits, season_of_arrivals, season_of_exits, share

BEIJING = timezone(timedelta(hours=8))


def new_moon(near: date) -> datetime:
    """The new moon nearest to a day, within about ten minutes: Meeus, Astronomical Algorithms (1998), ch. 49, its largest terms."""
    k = round((near.year + (near.timetuple().tm_yday - 0.5) / 365.25 - 2000) * 12.3685)
    t = k / 1236.85
    sun = radians(2.5534 + 29.10535670 * k)
    moon = radians(201.5643 + 385.81693528 * k)
    node = radians(160.7108 + 390.67050284 * k)
    day = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    day += -0.40720 * sin(moon) + 0.17241 * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * node)
    day += 0.00739 * sin(moon - sun) - 0.00514 * sin(moon + sun) + 0.00208 * sin(2 * sun) - 0.00111 * sin(moon - 2 * node)
    seconds = (day - 2440587.5) * 86400 - 70  # Delta T of about 70 seconds in these decades
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("year", sorted(NEW_YEAR))
def test_new_years_day_is_the_day_of_a_new_moon_in_beijing(year: int) -> None:
    day = NEW_YEAR[year]
    assert date(year, 1, 21) <= day <= date(year, 2, 20)
    assert new_moon(day).astimezone(BEIJING).date() == day


def test_the_table_has_every_year_of_a_run() -> None:
    assert sorted(NEW_YEAR) == list(range(2010, 2042))


@given(st.integers(2011, 2040), st.sampled_from([BEFORE, AFTER, (-30, 5)]))
def test_a_window_falls_into_the_months_around_it_and_nowhere_else(year: int, window: tuple[int, int]) -> None:
    months = [(year - 1, 12), *((year, m) for m in range(1, 5))]
    parts = [sum(share(y, m, *window) for y, m in months)]
    later = share(year, 12, *window)  # of the next festival
    assert parts[0] == pytest.approx(1.0) and later <= 0.4
    assert all(share(year, m, *window) == 0 for m in range(5, 12))


def test_an_early_festival_empties_december_and_a_late_one_february() -> None:
    """2023: 22 January, 2024: 10 February."""
    assert exits(2022, 12) == pytest.approx(9 / 30) and exits(2023, 1) == pytest.approx(21 / 30) and exits(2023, 2) == 0
    assert exits(2023, 12) == 0 and exits(2024, 1) == pytest.approx(21 / 30) and exits(2024, 2) == pytest.approx(9 / 30)


def test_seasons_have_the_mean_of_an_ordinary_month() -> None:
    months = [(y, m) for y in range(2011, 2040) for m in range(1, 13)]
    goings = [season_of_exits(y, m, 0.8) for y, m in months]
    comings = [season_of_arrivals(y, m, 0.3) for y, m in months]
    assert sum(goings) / 29 == pytest.approx(1.0, abs=0.01) and min(goings) > 0
    assert sum(comings) / len(months) == pytest.approx(1.0, abs=0.01) and min(comings) >= 0
    assert comings[months.index((2023, 2))] > 1.5 > comings[months.index((2023, 7))] > comings[months.index((2023, 1))]


def test_a_year_outside_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="2041 and 2042 are not in the table 2010-2041"):
        share(2041, 1, *BEFORE)
