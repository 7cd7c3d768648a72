"""Short chains of small arrays that one function works out are, to the last bit, what NumPy finds step by step; and what is handed out
again from month to month is empty, or nobody's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import states as s
from model.arithmetic import line_sums, power_of
from model.city import City
from model.demand import growth_of
from model.graduates import pair_signed
from model.help import front
from model.law import Law
from model.luck import decision_key, draw64, yearly_key
from model.parts import add_lines, add_persons, index_of, places_of, sum_of, whole_of
from model.pensions import OLDEST, YOUNGEST, Formula, payout_months
from model.programmes import by_month
from model.relocation import shares
from model.series import SERIES, S
from tests.model.towns import as_usual, town

LUCK = np.random.default_rng(3)


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    lived = City(as_usual(town(6_000, 3)), rng=7, scale=1)
    lived.run_for(4)
    yield lived
    lived.close()


@given(st.integers(1, 40), st.integers(1, 128), st.integers(0, 2**32))
def test_lines_are_added_up_as_numpy_adds_them(lines: int, numbers: int, seed: int) -> None:
    x = np.random.default_rng(seed).lognormal(3.0, 2.0, (lines, numbers))
    assert (line_sums(x) == x.sum(axis=1)).all()


def test_what_is_added_to_a_month_is_rows_times_weight() -> None:
    weight, now, names = np.array([1.0, 4.0, 20.0]), LUCK.random((len(SERIES), 3)), ("hires", "births", "deaths")
    rows, places, before = LUCK.integers(0, 9, (3, 3)), places_of(names), now.copy()
    add_lines(rows, places, weight, now)
    assert (now[places] == before[places] + rows * weight).all() and (np.delete(now, places, 0) == np.delete(before, places, 0)).all()
    assert (sum_of(now, places) == np.add.reduce(now[places])).all()
    area, who = LUCK.integers(0, 3, 50).astype(np.uint8), np.flatnonzero(LUCK.random(50) < 0.4)
    before = now.copy()
    add_persons(who, area, weight, now[S.quits])
    assert (now[S.quits] == before[S.quits] + np.bincount(area[who], minlength=3) * weight).all()


def test_whole_rows_are_settled_by_the_draw_of_the_area() -> None:
    key, real, weight = decision_key(1, "whole.posts", 5), np.array([0.0, 7.5, 31.0]), np.array([1.0, 4.0, 20.0])
    luck = np.array([int(draw64(key, np.uint64(a))) for a in range(3)]) / 2.0**64
    assert whole_of(real, weight, key).tolist() == np.floor(real / weight + luck).tolist()


def test_an_index_is_one_where_nothing_was() -> None:
    start, now = LUCK.random((3, 11)), LUCK.random((3, 11))
    start[1] = 0.0
    assert index_of(now, start).tolist() == [now[0].sum() / start[0].sum(), 1.0, now[2].sum() / start[2].sum()]


def test_a_tally_comes_back_empty_and_is_lent_to_one_at_a_time(city: City) -> None:
    first = city.new_tally()
    second = city.new_tally()
    assert not first.any() and not np.shares_memory(first, second)
    before = city.now.copy()
    first[0, S.seekers] = 3
    city.add(first)
    assert (city.now[S.seekers] == before[S.seekers] + 3 * city.weight).all()
    again = city.new_tally()
    assert again is first and not again.any()
    city.now[:] = before


def test_the_table_keeps_its_months_when_it_grows() -> None:
    lived = City(as_usual(town(1_500, 1)), rng=2, scale=1)
    lived.run_for(60)
    before, room = lived.table[:, :60].copy(), lived.table.shape[1]
    lived.run_for(1)
    assert lived.table.shape[1] > room and (lived.table[:, :60] == before).all()
    assert np.shares_memory(lived.now, lived.table) and (lived.stocks == before[:, 59]).all()
    lived.close()


def test_keys_of_a_new_month_are_those_of_the_decisions(city: City) -> None:
    city.key("alone"), city.keys("first", "second")
    city.month += 1
    wanted = [int(decision_key(city.luck, name, city.month)) for name in ("alone", "first", "second")]
    assert [int(city.key("alone")), *city.keys("first", "second").tolist()] == wanted
    city.month -= 1
    assert yearly_key(9, "visit", 2) == decision_key(9, "yearly.visit", 2)


def test_growth_is_the_product_of_the_months(city: City) -> None:
    wanted = 1.0
    for month in range(city.month + 1):
        wanted *= 1.0 + 0.6 * city.setting.growth.get(city.setting.start_year + month // 12, 0.0) / 12.0
    assert growth_of(city, 0.6) == wanted


def test_movers_are_divided_by_movers_and_demand(city: City) -> None:
    pull = power_of(city.demand_index(), city.setting.parameter("migration_elasticity"))
    weights = np.repeat((city.movers_at_start * pull)[None], pull.size, axis=0)
    np.fill_diagonal(weights, 0.0)
    assert shares(city) == pytest.approx(np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1), rel=1e-14)


def test_the_first_of_each_area_stand_first() -> None:
    identity, area, key = LUCK.integers(1, 2**63, 300, np.uint64), LUCK.integers(0, 3, 300).astype(np.uint8), decision_key(4, "queue", 1)
    rows, offered = np.flatnonzero(LUCK.random(300) < 0.5), np.array([5, 0, 1000])
    luck = np.array([int(draw64(key, one)) for one in identity], np.uint64)
    wanted = {a: set(sorted(rows[area[rows] == a].tolist(), key=lambda i: int(luck[i]))[:n]) for a, n in enumerate(offered.tolist())}
    found = front(rows, identity, area, offered, key)
    assert {a: set(found[area[found] == a].tolist()) for a in range(3)} == wanted


def test_graduates_who_signed_and_posts_of_their_area_are_paired_one_to_one() -> None:
    home, place, firm = LUCK.integers(0, 3, 40), LUCK.integers(0, 3, 30), np.arange(100, 130)
    got = pair_signed(home, LUCK.integers(0, 2**63, 40, np.uint64), place, LUCK.integers(0, 2**63, 30, np.uint64), firm, 3)
    placed = got != s.NOBODY
    assert np.unique(got[placed]).size == placed.sum() and (home[placed] == place[got[placed] - 100]).all()
    assert (np.bincount(home[placed], minlength=3) == np.minimum(np.bincount(home, minlength=3), np.bincount(place, minlength=3))).all()


def test_payout_months_lie_between_those_of_whole_years() -> None:
    payout = np.array(Formula.at(Law.standard("jiangsu"), 12 * 2024).payout)
    ages = np.arange(12 * (YOUNGEST - 3), 12 * (OLDEST + 3))
    assert [payout_months(float(age), payout) for age in ages] == np.interp(ages / 12, np.arange(YOUNGEST, OLDEST + 1), payout).tolist()


@given(st.lists(st.integers(0, 9), max_size=30))
def test_every_lot_has_its_month(months: list[int]) -> None:
    found = by_month(np.array(months, np.int64))
    assert sorted(lot for lots in found.values() for lot in lots) == list(range(len(months)))
    assert all(months[lot] == month for month, lots in found.items() for lot in lots)
