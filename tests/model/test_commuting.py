"""Commuting: who looks beyond her own area, who works there, where her insurance stands, and what it does to the neighbours."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import commuting
from model import states as s
from model.city import City
from model.setting import Setting
from model.synthesis import build
from tests.model.test_books import check_month, roster_of
from tests.model.towns import as_usual, lived, plan_setting, same_months, total, town

SHARES = {"look_in_core": 0.3, "look_in_city": 0.05}
STAFF_STOCKS = {"ui": s.UI, "injury": s.INJURY}


def joined(people: int, *core: bool, **parameters: float) -> Setting:
    """A town of areas that are part of the urban core, or are not."""
    return replace(town(people, len(core), parameters=SHARES | parameters), core=core)


def apart(setting: Setting) -> Setting:
    return replace(setting, core=())


def elsewhere(city: City) -> np.ndarray:
    """Rows of those who work in another area than they live in, found from the rows themselves."""
    people = city.people
    rows = np.flatnonzero(people.state[: people.n] == s.EMPLOYED)
    return rows[city.firms.area[people.firm[rows]] != people.area[rows]]


# --- who looks where ---


def test_where_people_look_worked_by_hand() -> None:
    """Areas of 100, 300 and 600 jobs, the last a county: .3 of the searchers of the core look in the core, .05 of all in the city."""
    city = City(joined(6000, True, True, False), rng=1)
    home, line = commuting.reach(city, np.array([100.0, 300.0, 600.0]))
    first = 0.3 * 300 / 400 + 0.05 * 300 / 1000, 0.05 * 600 / 1000
    assert home[0] == pytest.approx(1 - sum(first))
    assert line[0] == pytest.approx([home[0], home[0] + first[0], 1.0])
    assert home[2] == pytest.approx(1 - 0.05 * 400 / 1000), "who lives in the county looks in the core by the city's share"


@settings(max_examples=30)
@given(jobs=st.lists(st.floats(0.0, 1e5), min_size=4, max_size=4), core=st.tuples(*[st.booleans()] * 4),
       shares=st.tuples(*[st.floats(0, 0.5)] * 2))  # fmt: skip
def test_as_many_look_one_way_as_the_other(jobs: list[float], core: tuple[bool, ...], shares: tuple[float, float]) -> None:
    """Where searchers stand as jobs do, the flows between any two areas balance: commuting alone moves no stock."""
    city = empty_city()
    city.setting = replace(city.setting, core=core).with_parameters(look_in_core=shares[0], look_in_city=shares[1])
    city.markets = commuting.markets(city)
    home, line = commuting.reach(city, np.array(jobs))
    chances = np.diff(line, axis=1, prepend=home[:, None])
    flows = np.array(jobs)[:, None] * chances
    assert flows == pytest.approx(flows.T, abs=1e-6)
    assert ((line >= 0) & (line <= 1)).all() and (np.diff(line, axis=1) >= 0).all()


@cache
def empty_city() -> City:
    return City(town(2000, 4), rng=1)


@given(one=st.sets(st.integers(0, 60)), other=st.sets(st.integers(0, 60)))
def test_lists_of_commuters_are_merged(one: set[int], other: set[int]) -> None:
    found = commuting.merged(*(np.array(sorted(rows), np.int64) for rows in (one, other)))
    assert found.tolist() == sorted(one | other)


def test_districts_and_zones_are_the_core_of_a_plan() -> None:
    xuzhou, nantong = plan_setting("xuzhou"), plan_setting("nantong")
    assert [a for a, core in zip(xuzhou.areas, xuzhou.core, strict=True) if not core] == ["320321", "320322", "320382", "320381", "320324"]
    assert [a for a, core in zip(nantong.areas, nantong.core, strict=True) if core] == ["320613", "320612", "320614", "nantong_etdz"]


# --- absence ---


@pytest.mark.parametrize(
    "setting",
    [joined(6000, True, True, look_in_core=0.0, look_in_city=0.0), joined(4000, True), joined(6000, True, False, look_in_city=0.0)],
    ids=["nobody looks", "one area", "a core of one"],
)
def test_where_nobody_can_commute_the_city_is_the_same_to_the_byte(setting: Setting) -> None:
    a, b = lived(as_usual(setting), 14), lived(as_usual(apart(setting)), 14)
    assert same_months(a, b)
    for column in a.people.columns:
        assert np.array_equal(getattr(a.people, column.name)[: a.people.n], getattr(b.people, column.name)[: b.people.n]), column.name
    assert not total(a, "commuters_out").any()


# --- the standing state ---


def test_the_city_begins_with_commuters_and_firms_keep_their_staff() -> None:
    """Expected commuters: of a core of three equal areas, .3·⅔ and .05·⅔ of the staff; ±4 standard deviations."""
    setting = joined(30_000, True, True, True)
    a, b = City(setting, rng=3), City(apart(setting), rng=3)
    assert (a.firms.staff[: a.firms.n] == b.firms.staff[: b.firms.n]).all()
    assert (a.people.trade[: a.people.n] == b.people.trade[: b.people.n]).all(), "places are changed within a sector"
    staff, found = int(a.firms.staff[: a.firms.n].sum()), elsewhere(a).size
    share = 0.35 * 2 / 3
    assert abs(found - share * staff) < 4 * np.sqrt(staff * share * (1 - share))
    tenure = a.month - a.firms.founded[a.people.firm[a.commuters]].astype(int)
    private = a.firms.ownership[a.people.firm[a.commuters]] < s.STATE_ORGAN
    assert (a.people.spell[a.commuters] <= tenure)[private].all(), "nobody has worked longer than the firm is old"
    outward = np.bincount(a.people.area[a.commuters], minlength=3)
    inward = np.bincount(a.firms.area[a.people.firm[a.commuters]], minlength=3)
    assert (outward == inward).all(), "as many come as go"


def test_commuters_stay_as_many_as_they_are() -> None:
    """24 quiet months. One town's 2,400 commuters have a sampling error of 2 % at each end, so that 8 % is nearly three of the difference;
    were the opening half or twice what search makes of it, half of the gap would be gone by then (staff is renewed in about two years)."""
    out = total(lived(joined(40_000, True, True, True), 24, rng=4), "commuters_out")
    assert abs(out[-3:].mean() / out[:3].mean() - 1) < 0.08, (out[:3], out[-3:])


# --- books ---


@settings(max_examples=12)
@given(core=st.lists(st.booleans(), min_size=2, max_size=5), look_in_core=st.floats(0, 0.6), look_in_city=st.floats(0, 0.4),
       seed=st.integers(0, 2**32), heavy=st.integers(0, 2))  # fmt: skip
def test_books_close_whoever_commutes(core: list[bool], look_in_core: float, look_in_city: float, seed: int, heavy: int) -> None:
    """Also where the first areas' rows stand for two persons each: these are markets of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "area_weight", lambda city, area, scale: 2 if area < heavy else 1)
        city = City(as_usual(joined(5000, *core, look_in_core=look_in_core, look_in_city=look_in_city)), rng=seed)
    assert (city.weight[:heavy] == 2).all()
    for _ in range(8):
        before = roster_of(city)
        city.step()
        check_month(city, before)
    assert (elsewhere(city) == city.commuters).all()


def test_the_books_see_a_mark_that_does_not_fit() -> None:
    from model.books import imbalances

    city = lived(joined(6000, True, True), 2)
    assert imbalances(city) == []
    home = np.setdiff1d(np.flatnonzero(city.people.state[: city.people.n] == s.EMPLOYED), city.commuters)[0]
    city.people.area[home] = 1 - city.people.area[home]
    assert any("bears the mark" in line for line in imbalances(city))


# --- where they are counted ---


@pytest.fixture(scope="module")
def grown() -> City:
    return lived(as_usual(joined(12_000, True, True, False)), 10, rng=7)


def test_staff_are_insured_where_the_employer_is(grown: City) -> None:
    """参保地: recounted from the rows; employees stay where they live, and the city's sums are those of its areas."""
    people, firms, n = grown.people, grown.firms, grown.people.n
    rows = np.flatnonzero(people.state[:n] == s.EMPLOYED)
    work, home = firms.area[people.firm[rows]], people.area[rows]
    now = {name: values[-1] for name, values in grown.series().items()}
    for name, bit in STAFF_STOCKS.items():
        insured = people.scheme[rows] & bit > 0
        assert (now[name] == np.bincount(work[insured], minlength=3)).all(), name
        assert (now[name] != np.bincount(home[insured], minlength=3)).any(), "else nobody would notice"
    assert (now["employees"] == np.bincount(home, minlength=3)).all()
    assert (now["employees"] + now["commuters_in"] - now["commuters_out"] == np.bincount(work, minlength=3)).all()
    civil = (people.scheme[rows] & s.PENSION_KIND == s.CIVIL_SCHEME)
    assert (now["pension_civil_active"] == np.bincount(work[civil], minlength=3)).all()


def test_insured_at_the_start_are_the_baselines_where_the_employer_is() -> None:
    """The levels are solved where people are insured: members come out, though a fifth of the staff live elsewhere."""
    setting = joined(40_000, True, True, True)
    setting = replace(setting, schemes=replace(setting.schemes, ui=(setting.schemes.ui * [0.7, 1.0, 1.3]).astype(np.int64),
                                               injury=(setting.schemes.injury * [0.7, 1.0, 1.3]).astype(np.int64)))  # fmt: skip
    city = City(setting, rng=2)
    for name in STAFF_STOCKS:
        wanted = getattr(setting.schemes, name)
        assert (np.abs(city.stock(name) - wanted) < 4 * np.sqrt(wanted)).all(), (name, city.stock(name), wanted)


def test_hires_count_where_the_firm_is() -> None:
    """新增就业, month by month: who has been hired this month and is still there; some leave in the same month."""
    city, off_firm, off_home = City(as_usual(joined(12_000, True, True, False)), rng=7), 0.0, 0.0
    people, firms = city.people, city.firms
    for _ in range(6):
        city.step()
        rows = np.flatnonzero(people.state[: people.n] == s.EMPLOYED)
        new, told = rows[people.spell[rows] == 0], city.series()["hires"][-1]
        by_firm, by_home = (np.bincount(where, minlength=3) for where in (firms.area[people.firm[new]], people.area[new]))
        assert (told >= by_firm).all() and told.sum() - by_firm.sum() <= 0.05 * told.sum()
        off_firm, off_home = off_firm + np.abs(told - by_firm).sum(), off_home + np.abs(told - by_home).sum()
    assert off_firm < off_home


# --- what it does ---


def jobless_nearby(setting: Setting, slump: float, seed: int) -> float:
    """Mean unemployed of the two other areas from the third month to the twelfth, with the first area's demand cut by `slump`."""
    city = City(setting, rng=seed)
    city.demand_at_start[0] *= 1.0 - slump
    city.run_for(12)
    return float(city.series()["unemployed"][2:, 1:].sum(axis=1).mean())


def test_a_slump_next_door_is_felt_where_people_commute() -> None:
    """A quarter of the first area's jobs go. Neighbours lose jobs there, and meet its residents in their own queues; where areas are apart
    only those who move house bring it. Paired by luck, two seeds."""
    near = joined(16_000, True, True, True, look_in_core=0.4)
    rise = {name: [jobless_nearby(x, 0.25, seed) - jobless_nearby(x, 0.0, seed) for seed in (1, 2)]
            for name, x in (("commuting", near), ("apart", apart(near)))}  # fmt: skip
    usual = jobless_nearby(near, 0.0, 1)
    assert min(rise["commuting"]) > 0.05 * usual, (rise, usual)
    assert max(np.abs(rise["apart"])) < 0.4 * min(rise["commuting"]), rise
