"""Building programmes: when lots fall due, who is late, and that nothing is built that was not begun."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.city import City
from model.programmes import delays
from model.setting import Programme, Setting, small_town


def town(*programmes: Programme, start: float = 1.0, **parameters: float) -> Setting:
    setting = small_town(6000).with_parameters(**parameters)
    return replace(setting, programmes=programmes, controls={"programme_start": np.full((60, 2), start)})


def built(setting: Setting, months: int = 36, luck: int = 1) -> dict[str, np.ndarray]:
    city = City(setting, rng=luck, scale=20, thin_everything=True)
    city.run_for(months)
    series = city.series()
    city.close()
    return {name: values for name, values in series.items() if name.startswith("parks")}


@given(units=st.floats(0.5, 20_000), first=st.integers(0, 59), length=st.integers(0, 59))
def test_lots_fall_due_inside_the_schedule_and_the_last_one_at_its_end(units: float, first: int, length: int) -> None:
    programme = Programme("parks", 0, units, first, first + length)
    due = programme.months_due()
    assert due.size == programme.lots <= 100
    assert first - 1 <= due[0] and due[-1] == first + length
    assert (np.diff(due) >= 0).all()


def test_units_come_at_even_distances() -> None:
    assert Programme("parks", 5, 3, 0, 59).months_due().tolist() == [19, 39, 59]  # 相城: 5 parks to 8 in five years


def test_all_on_time_is_the_schedule_itself() -> None:
    found = built(town(Programme("parks", 5, 3, 0, 35), programme_on_time=1.0))
    assert found["parks"].sum(axis=1)[[0, 10, 11, 23, 35]].tolist() == [5, 5, 6, 7, 8]
    assert found["parks_new"].sum() == 3


def test_a_programme_that_is_not_begun_builds_nothing() -> None:
    found = built(town(Programme("parks", 5, 3, 0, 35), start=0.0))
    assert found["parks_new"].sum() == 0 and np.allclose(found["parks"].sum(axis=1), 5)


def test_a_programme_of_one_area_stands_there() -> None:
    found = built(town(Programme("parks", 4, 10, 0, 35, area=1), programme_on_time=1.0))
    assert found["parks"][:, 0].sum() == 0 and found["parks"][-1, 1] == 14


def test_late_lots_come_later_and_are_the_same_lots_in_every_scenario() -> None:
    late = town(Programme("parks", 0, 40, 0, 35), programme_on_time=0.5, programme_delay=6)
    full, half = built(late, 60), built(replace(late, controls={"programme_start": np.full((60, 2), 0.5)}), 60)
    on_time = built(town(Programme("parks", 0, 40, 0, 35), programme_on_time=1.0), 60)
    assert (full["parks"].sum(axis=1) <= on_time["parks"].sum(axis=1)).all()
    assert full["parks"][35].sum() < 40
    assert (half["parks_new"] <= full["parks_new"]).all() and 5 < half["parks_new"].sum() < 35


@pytest.mark.parametrize(("share", "mean"), [(0.9, 9.0), (0.5, 3.0)])
def test_delays_have_their_share_and_mean(share: float, mean: float) -> None:
    """20,000 lots: the standard error of the share is .0035, of the mean about 1.5 %."""
    u = np.random.default_rng(1).random((2, 20_000))
    months = delays(u[0], u[1], share, mean)
    assert np.mean(months == 0) == pytest.approx(share, abs=0.012)
    assert months[months > 0].mean() == pytest.approx(1 / (1 - np.exp(-1 / mean)), rel=0.06)


def test_a_building_changes_nobodys_life() -> None:
    """No programme acts on people by itself: the same town with and without one lives the same months."""
    plain, with_parks = City(small_town(6000), scale=20), City(town(Programme("parks", 5, 3, 0, 35)), scale=20)
    for city in (plain, with_parks):
        city.run_for(6)
    assert all(np.array_equal(values, with_parks.series()[name]) for name, values in plain.series().items())
