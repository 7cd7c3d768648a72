"""People and Firms: what a row costs, who owns a column, and how rows are given to newcomers and taken back."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import firms, people
from model import states as s
from model.city import City
from model.columns import bytes_of
from model.firms import Firms
from model.graduates import Graduates
from model.people import People
from tests.model.towns import lived, town


@pytest.fixture(scope="module")
def city() -> City:
    return lived(town(8000, 3), 8)


def test_a_person_takes_at_most_forty_eight_bytes() -> None:
    """20 for the living city, 14 for the labour market, 14 for social insurance."""
    assert bytes_of(people.COLUMNS) <= 48
    assert People(3).bytes_a_row == bytes_of(people.COLUMNS)


def test_memory_is_the_declared_bytes(city: City) -> None:
    held = sum(getattr(city.people, c.name).nbytes for c in people.COLUMNS)
    assert held == city.people.capacity * bytes_of(people.COLUMNS)
    held = sum(getattr(city.firms, c.name).nbytes for c in firms.COLUMNS)
    assert held == city.firms.capacity * bytes_of(firms.COLUMNS)


def test_little_room_is_left_unused(city: City) -> None:
    assert city.people.capacity <= 1.2 * city.people.n + 6000


@pytest.mark.parametrize("store", [People, Firms, Graduates])
def test_every_column_is_named_once_and_says_who_writes_it(store: type) -> None:
    names = [c.name for c in store.columns]
    assert len(names) == len(set(names))
    assert all(c.meaning for c in store.columns)
    assert all(find_spec(f"model.{c.owner}") for c in store.columns), "an owner is a mechanism of the model"


def test_states_fit_their_names() -> None:
    assert len(s.STATE_NAMES) == 11
    assert len(set(s.STATE_NAMES)) == 11
    bits = (s.UI, s.INJURY, s.PAYING, s.REGISTERED, s.COUNTED, s.LAID_OFF)
    assert sum(bits) + s.PENSION_KIND == 255, "no bit of the card is used twice or lost"
    traits = (s.FEMALE, s.OUTSIDER, s.RURAL, s.CADRE, s.NONFARM_BEFORE, s.TRAINED, s.STUDIES_AWAY)
    assert sum(traits) + (1 << 3) == 255, "one bit is free"
    assert s.GRADE + s.TITLE + s.WAIT == s.SCHOOLING + s.FIELD + s.OTHER_TALENT == s.MONTHS_LEFT + s.KIND + s.IN_STOCK == 255


def test_the_agent_view_of_a_living_city(city: City) -> None:
    staff = city.people.select(lambda p: p.state[: p.n] == s.EMPLOYED)
    assert staff.count() == city.firms.staff[: city.firms.n].sum() > 1000
    person = next(iter(staff))
    firm = city.firms[person.firm]
    assert firm.alive
    assert firm.area == person.area
    by_firm = staff.groupby("firm")
    assert {row: len(group) for row, group in by_firm.items()} == {
        int(row): int(city.firms.staff[row]) for row in np.flatnonzero(city.firms.staff[: city.firms.n])
    }


def test_age_is_in_completed_years(city: City) -> None:
    ages = city.people.age(city.month)
    months = city.month - city.people.birth[: city.people.n].astype(int)
    assert (ages == months // 12).all()


def test_ids_are_unique(city: City) -> None:
    in_use = city.people.state[: city.people.n] != s.GONE
    assert np.unique(city.people.id[: city.people.n][in_use]).size == in_use.sum()
    assert np.unique(city.firms.id[: city.firms.n]).size == city.firms.n


def newcomers(store: People, count: int) -> np.ndarray:
    """Settle `count` persons, as a mechanism does."""
    rows = store.settle(count)
    store.state[rows] = s.INACTIVE
    return rows


def test_a_vacated_row_is_blank_and_goes_to_the_next_newcomer() -> None:
    store = People(4)
    store.turn_page()
    rows = newcomers(store, 4)
    store.id[rows] = [11, 12, 13, 14]
    store.vacate(rows[1:3])
    assert store.id[:4].tolist() == [11, 0, 0, 14]
    assert store.firm[1] == s.NOBODY
    store.turn_page()
    assert newcomers(store, 3).tolist() == [1, 2, 4], "vacant rows first, lowest first, then new ones"
    assert store.firm[4] == s.NOBODY


def test_an_empty_settlement_changes_nothing() -> None:
    store = People(2)
    assert newcomers(store, 0).size == 0
    assert (store.n, store.entered) == (0, 0)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=15))
def test_comings_and_goings_are_accounted_for(months: list[tuple[int, int, bool]]) -> None:
    store, inhabitants = People(3), 0
    for come, go, come_first in months:
        in_use = store.turn_page()
        assert in_use in (None, inhabitants)
        if come_first:
            newcomers(store, come)
        living = np.flatnonzero(store.state[: store.n] != s.GONE)
        store.vacate(living[:go])
        gone = min(go, living.size)
        if not come_first:
            newcomers(store, come)
        inhabitants += come - gone
        assert (store.entered, store.left) == (come, gone)
        assert np.count_nonzero(store.state[: store.n] != s.GONE) == inhabitants
