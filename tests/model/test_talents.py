"""Small populations: one row a person at every scale, a closed account, posts at employers, and levers with the sign of money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.city import City
from model.setting import Programme, Setting
from model.talents import GONE, HIGH_LEVEL, KINDS, POSTDOC
from tests.model.towns import as_usual, at_rest, lived, town, unequal

YEARS = 4
TALENT = {"postdocs_recruited": 60.0, "high_level_talent": 900.0}


def base(**parameters: float) -> Setting:
    return as_usual(town(20_000, parameters={"returnees_per_million": 2000.0} | parameters, talent=TALENT))


@pytest.fixture(scope="module")
def usual() -> City:
    return lived(base(), 12 * YEARS, scale=10, thin=True)


def flow(city: City, name: str) -> float:
    return float(city.series()[name].sum())


def test_the_account_of_each_kind_closes(usual: City) -> None:
    """Stock of a month = stock of the month before + in − out, by area, for postdocs, high-level talent, returnees, doctors and masters."""
    series = usual.series()
    for kind in KINDS:
        stock, came, left = (series[f"{kind}_{what}"] for what in ("stock", "in", "out"))
        assert np.array_equal(stock[1:], stock[:-1] + came[1:] - left[1:]), kind
        assert stock.min() >= 0
    kinds = usual.small_populations.store.kind[: usual.small_populations.store.n]
    assert (kinds != GONE).sum() == sum(series[f"{kind}_stock"][-1].sum() for kind in KINDS)


def test_flows_are_those_of_the_base_year_whatever_the_scale(usual: City) -> None:
    """60 postdocs a year and 5 % of 900: four years within four standard errors of a Poisson count, at scales 10 and 1."""
    whole = lived(base(), 12 * YEARS)
    for city in (usual, whole):
        assert flow(city, "postdocs_in") == pytest.approx(60 * YEARS, abs=4 * (60 * YEARS) ** 0.5)
        arrived = flow(city, "high_level_in") - (flow(city, "postdocs_out") * 0.5)
        assert arrived == pytest.approx(45 * YEARS, abs=6 * (45 * YEARS) ** 0.5)
    stock = usual.series()["postdocs_stock"].sum(axis=1)
    assert stock[-1] == pytest.approx(60 * 2.5, abs=4 * 150**0.5)


def test_a_postdoc_is_in_station_for_two_to_three_years(usual: City) -> None:
    store = usual.small_populations.store
    inside = store.kind[: store.n] == POSTDOC
    assert (usual.month - store.since[: store.n][inside].astype(int)).max() <= 36


def test_everyone_works_at_an_open_employer_of_the_own_area(usual: City) -> None:
    store, firms = usual.small_populations.store, usual.firms
    here = store.kind[: store.n] != GONE
    firm = store.firm[: store.n][here]
    assert firms.alive[firm].all() and (firms.area[firm] == store.area[: store.n][here]).all()


def test_ids_are_nobody_elses(usual: City) -> None:
    store = usual.small_populations.store
    assert np.unique(store.id[: store.n]).size == store.n


def test_where_nobody_could_employ_them_nobody_comes() -> None:
    setting = base(talent_employer_staff=1e9)
    city = lived(replace(setting, schemes=replace(setting.schemes, civil=setting.schemes.civil * 0)), 12)
    assert city.small_populations.store.n == 0


def test_kinds_without_a_base_are_not_told() -> None:
    city = lived(replace(base(), talent={}), 2)
    told = city.series()
    assert "postdocs_in" not in told and "high_level_stock" not in told and "returnees_in" in told


@pytest.mark.parametrize(
    ("control", "value", "series"),
    [
        ("postdoc_station_grant", 5e5, "postdocs_in"),
        ("postdoc_settling_grant", 5e5, "high_level_in"),
        ("high_level_programme", 2e7, "high_level_in"),
    ],
)
def test_money_brings_or_keeps_more_and_touches_nobody_else(usual: City, control: str, value: float, series: str) -> None:
    paid = lived(at_rest(base(), **{control: value}), 12 * YEARS, scale=10, thin=True)
    assert flow(paid, series) > flow(usual, series)
    assert all(name.startswith(KINDS) for name in unequal(usual, paid)), "people of the labour market keep their lives"
    none = lived(at_rest(base(), **{control: 0.0}), 12, scale=10, thin=True)
    assert unequal(none, lived(base(), 12, scale=10, thin=True)) == []


def test_new_stations_take_postdocs() -> None:
    built = replace(base(), programmes=(Programme("postdoc_stations", 5, 40, 0, 11),))
    with_them = lived(at_rest(built, programme_start=1.0), 36, scale=10, thin=True)
    without = lived(at_rest(built, programme_start=0.0), 36, scale=10, thin=True)
    more = flow(with_them, "postdocs_in") - flow(without, "postdocs_in")
    assert more == pytest.approx(40 * 0.6 * 2.2, rel=0.5)


@pytest.mark.parametrize(("kind", "share"), [("doctors", "candidates_doctor_share"), ("masters", "candidates_master_share")])
def test_doctors_and_masters_come_in_july_alone(kind: str, share: str) -> None:
    city = lived(base(**{share: 0.2, "outside_distance": -4.0}), 12)
    came = city.series()[f"{kind}_in"].sum(axis=1)
    assert came[6] > 0 and came.sum() == came[6]
    assert (city.small_populations.store.kind[: city.small_populations.store.n] == KINDS.index(kind)).any()


def test_opening_stock_is_the_baselines() -> None:
    city = City(base(), rng=1, scale=1)
    kinds = city.small_populations.store.kind[: city.small_populations.store.n]
    assert (kinds == HIGH_LEVEL).sum() == pytest.approx(900, abs=2) and (kinds == POSTDOC).sum() == 150
