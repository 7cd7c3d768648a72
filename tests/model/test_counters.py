"""Counters: ratings follow the load, online services take it off, and retirees are handed over to communities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.city import City
from model.counters import REQUESTS
from model.indicators import measure
from model.series import FLOWS
from tests.model.towns import lived, town

MONTHS = 24


def december(city: City, indicator: str) -> float:
    """The whole city's value of the last December."""
    table = measure(city.series(), areas=city.setting.areas, groups={}, months=city.months())
    return float(table[(table.area == "ALL") & (table.indicator == indicator)]["value"].iloc[-1])


def with_controls(**values: float) -> City:
    return lived(replace(town(16_000), controls={name: np.full((MONTHS, 2), value) for name, value in values.items()}), MONTHS)


@pytest.fixture(scope="module")
def plain() -> City:
    return lived(town(16_000), MONTHS)


def test_requests_are_counted_flows_and_each_comes_once() -> None:
    assert set(REQUESTS) <= set(FLOWS) and len(set(REQUESTS)) == len(REQUESTS)


def test_requests_are_the_sum_of_what_brings_people(plain: City) -> None:
    series = plain.series()
    assert np.allclose(series["requests"], sum(series[name] for name in REQUESTS))
    assert series["requests"].sum() > 0


def test_the_usual_rating_is_kept_in_usual_years(plain: City) -> None:
    assert december(plain, "service_satisfaction") == pytest.approx(96, abs=1.5)


@pytest.mark.parametrize(("control", "more", "less"), [("counter_staff", 2.0, 0.5), ("online_services", 0.85, 0.2)])
def test_staff_and_online_services_raise_the_rating_and_touch_nobody(plain: City, control: str, more: float, less: float) -> None:
    high, low = with_controls(**{control: more}), with_controls(**{control: less})
    assert december(low, "service_satisfaction") < december(plain, "service_satisfaction") < december(high, "service_satisfaction")
    assert np.array_equal(high.series()["employees"], plain.series()["employees"])


def test_all_online_still_leaves_a_counter(plain: City) -> None:
    assert december(with_controls(online_services=1.0), "service_satisfaction") < 100


def test_retirees_are_handed_over_at_the_usual_rate() -> None:
    own = lived(replace(town(16_000), usual_rates={"socialised_retirees": 0.9944}), MONTHS)     # 相城 2020
    assert december(own, "socialised_retirees") == pytest.approx(99.44, abs=0.4)
    waiting, retired = own.series()["retirees_waiting"], own.series()["retired"]
    assert (waiting >= 0).all() and (waiting <= retired).all()


def test_the_rate_is_a_share_of_requests(plain: City) -> None:
    series = plain.series()
    assert (series["good_ratings_ytd"] <= series["requests_rated_ytd"] + 1e-9).all()
    assert np.allclose(series["requests_rated_ytd"][11], series["requests"][:12].sum(axis=0))
    assert np.allclose(series["requests_rated_ytd"][12], series["requests"][12])
