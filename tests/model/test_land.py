"""People whose land is taken 被征地农民: who they are, which scheme they enter, and what the land pays, to the fen. Paired by luck."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import states as s
from model.city import City
from model.land import months_paid_in
from tests.model.towns import at_rest, insured_lives, lived, town

PLACES = 60.0                     # a year and area
EVER = {"land_employee_share": 1.0}


def taken(city: City) -> np.ndarray:
    return city.people.traits[: city.people.n] & s.LAND_TAKEN > 0


def test_places_are_filled_once_a_person_and_every_one_comes_into_a_scheme() -> None:
    city = lived(at_rest(town(8_000), land_taking=PLACES), 24)
    series = city.series()
    by_area = series["land_taken"].sum(axis=0)
    assert by_area == pytest.approx(2 * PLACES, abs=1)
    into = series["land_into_employee_scheme"] + series["land_into_resident_scheme"]
    assert (into == series["land_taken"]).all()
    assert series["land_into_employee_scheme"].sum() > series["land_into_resident_scheme"].sum() > 0
    assert 0 < taken(city).sum() <= by_area.sum(), "some have died or moved away"
    marked = taken(city)
    assert (city.people.traits[: city.people.n][marked] & s.RURAL > 0).all()
    assert not (city.people.traits[: city.people.n][marked] & s.OUTSIDER).any()


def test_what_the_land_pays_is_income_of_the_funds_and_of_the_persons() -> None:
    """In the month of entry: paid months as the law says, account = months · floor · 8 % in whole fen."""
    city = City(at_rest(town(8_000, parameters=EVER), land_taking=120.0), rng=3)
    city.run_for(1)
    before = insured_lives(city)
    city.step()
    now = insured_lives(city)
    new = now[(now["traits"] & s.LAND_TAKEN > 0) & ~now.index.isin(before.index[before["traits"] & s.LAND_TAKEN > 0])]
    assert len(new) >= 15
    floor = city.law_value("bases.floor")
    expected = np.minimum((city.month - new["birth"].astype(int) - 192) // 12 * 6, 180)
    unpaid = new[(new["scheme"] & s.PAYING == 0) & (before.loc[new.index, "paid"] == 0)]
    assert (unpaid["paid"] == expected[unpaid.index]).all()
    gained = unpaid["account"] - before.loc[unpaid.index, "account"]
    assert (gained == expected[unpaid.index] * int(floor * 8)).all()
    assert city.series()["land_paid_fen"][city.month].sum() == (expected * int(floor * 20)).sum()


def test_who_came_by_land_stays_a_member_to_the_pension() -> None:
    plain, land = (lived(at_rest(town(8_000, parameters=EVER), land_taking=x), 36, rng=2) for x in (0.0, PLACES))
    people = land.people
    rows = np.flatnonzero(taken(land) & np.isin(people.state[: people.n], (s.FARM, s.INACTIVE)))
    kind = people.scheme[rows] & s.PENSION_KIND
    old = land.month - people.birth[rows].astype(int) >= 600
    assert rows.size > 50
    assert (kind[~old] == s.EMPLOYEE_SCHEME).all()
    gain = land.series()["pension_employee_active"].sum(axis=1) - plain.series()["pension_employee_active"].sum(axis=1)
    assert gain[11] > 0.5 * 2 * PLACES
    assert gain[35] > gain[11]


def test_more_places_take_the_same_people_first_and_none_changes_nobody() -> None:
    few, many = (lived(at_rest(town(8_000), land_taking=x), 1, rng=5) for x in (24.0, 96.0))
    ids = [set(city.people.id[: city.people.n][taken(city)].tolist()) for city in (few, many)]
    assert ids[0] < ids[1]
    assert not taken(lived(town(8_000), 1, rng=5)).any()


@settings(max_examples=30, deadline=None)
@given(st.integers(193, 720), st.integers(0, 12), st.integers(0, 240))
def test_the_land_never_pays_past_the_limit_of_the_law(age: int, each: int, most: int) -> None:
    setting = town(2_000)
    law = setting.law.amended([{"path": "land.paid_months_per_year_of_age", "from": "2021-01", "value": each},
                               {"path": "land.paid_months_most", "from": "2021-01", "value": most}])  # fmt: skip
    city = still(2_000)
    city.setting = replace(setting, law=law)
    city.people.birth[0] = city.month - age
    (months,) = months_paid_in(city, np.array([0]))
    assert months == min((age - 192) // 12 * each, most)


@cache
def still(people: int) -> City:
    """A city that has not lived."""
    return City(town(people), rng=1)
