"""What passes over everybody share: stretches of draws, thresholds and rows are those of one person; shortcuts leave nobody out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import states as s
from model.blocks import rows_where, staff_of
from model.city import City
from model.demography import birth_rates, death_rates, lowest_quiet
from model.luck import decision_key, draw64, draw_each, threshold, thresholds
from tests.model.towns import as_usual, lived, town


@settings(max_examples=20)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40))
def test_a_stretch_of_draws_is_each_persons_own(ids: list[int]) -> None:
    key, identity = decision_key(3, "death", 5), np.array(ids, np.uint64)
    out = np.zeros(50, np.uint64)
    draw_each(key, identity, out)
    assert [int(x) for x in out] == [int(draw64(key, i)) for i in identity] + [0] * (50 - len(ids))


def test_thresholds_of_an_array_are_those_of_its_elements() -> None:
    chances = np.array([-1.0, 0.0, 1e-12, 0.3, 1 - 1e-12, 1.0, 7.0, np.nan])
    assert thresholds(chances).tolist() == [int(threshold(float(p))) for p in chances]


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(1, 200_000), st.floats(0, 1))
def test_rows_are_found_wherever_they_stand(seed: int, n: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    values = np.where(draw.random(n + 9) < share, draw.integers(1, 4, n + 9), 0).astype(np.uint8)
    assert np.array_equal(rows_where(values, 2, 3, n), np.flatnonzero(values[:n] >= 2))


def test_nobody_below_the_quiet_draw_is_passed_over() -> None:
    deaths = thresholds(death_rates(2021).ravel() / 12).reshape(2, -1)
    births = thresholds(birth_rates(2021) / 12)
    quiet = lowest_quiet(deaths, births)
    assert (quiet[0, :-1].reshape(-1, 12) == deaths[0, :, None]).all()
    assert (quiet[1, :-1].reshape(-1, 12) == (deaths[1] + births)[:, None]).all()
    assert (quiet[:, -1] == deaths[:, -1]).all()


@pytest.fixture(scope="module")
def city() -> City:
    return lived(as_usual(town(12_000)), 14)


def test_staff_are_counted_on_without_a_recount(city: City) -> None:
    people, firms = city.people, city.firms
    assert np.array_equal(firms.staff[: firms.n], staff_of(people.n, people.state, people.firm, firms.n))
    assert city.series()["departures"].sum() > 0


def test_births_and_deaths_come_at_the_national_rates(city: City) -> None:
    """14 months of about 2,400 women of 15 to 49: the number of births has a relative error of about 1 ÷ √(births)."""
    people, n = city.people, city.people.n
    age = people.age(city.month)
    women = (people.state[:n] != s.GONE) & (people.traits[:n] & s.FEMALE > 0)
    expected = birth_rates(2021)[np.clip(age[women], 0, 100)].sum() * 14 / 12
    born = ((people.state[:n] != s.GONE) & (people.birth[:n] >= 0)).sum()
    assert born == pytest.approx(expected, abs=5 * np.sqrt(expected))
    dead = city.series()["deaths"].sum()
    dying = sum(death_rates(2021)[sex, np.clip(age[(people.state[:n] != s.GONE) & (people.traits[:n] & 1 == sex)], 0, 100)].sum()
                for sex in (0, 1)) * 14 / 12
    assert dead == pytest.approx(dying, abs=0.1 * dying + 5 * np.sqrt(dying))
