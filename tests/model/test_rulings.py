"""What follows from the rules is made once, and anew when a control or the law changes: never stale, and never for nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import accounts, market, membership, training
from model import states as s
from model.accounts import base_limits
from model.city import City
from model.rulings import LAST_DATED, carried, while_rules_hold
from model.setting import small_town
from tests.model.towns import as_usual, at_rest, lived, town


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12), st.integers(0, 20))
def test_policy_stands_since_the_last_change_of_any_control(values: list[tuple[int, int]], month: int) -> None:
    fairs, places = (np.array([[value[k]] * 2 for value in values], float) for k in (0, 1))
    setting = replace(small_town(2000), controls={"recruitment_fairs": fairs, "training_places": places[:5]})
    alike = lambda m: [setting.control(name, m).tolist() for name in ("recruitment_fairs", "training_places")]  # noqa: E731
    since = setting.policy_since(month)
    assert all(alike(m) == alike(month) for m in range(since, month + 1))
    assert since == 0 or alike(since - 1) != alike(since)
    assert setting.policy_since(-1) == -1


@pytest.fixture(scope="module")
def city() -> City:
    """A town whose fairs and training places change in its fourth month."""
    setting = as_usual(town(3000, 2))
    later = np.array([[0.5] * 2] * 3 + [[1.0] * 2])
    changed = {"recruitment_fairs": 40.0 * later, "training_places": 300.0 * later}
    return City(replace(setting, controls={**setting.controls, **changed}), rng=1, scale=1)


def test_rulings_are_made_when_the_rules_change_and_then_only(city: City) -> None:
    made: list[int] = []
    note = while_rules_hold(lambda city: made.append(city.month))
    for city.month in range(18):
        note(city)
        note(city)
    city.month = -1
    assert made[:2] == [0, 3], "the controls change in the fourth month"
    assert 12 in made and len(made) <= 6, "and each January; the law a few times besides"
    dates = {date - 12 * city.setting.start_year for date in city.setting.law.dates}
    assert set(made) <= {0, 3, 12} | dates


@pytest.mark.parametrize("ruling", [training.openings, market.efficiency, membership.terms, base_limits, accounts.lasting_rules])
def test_no_ruling_is_stale(city: City, ruling: object) -> None:
    """Against what is made without remembering, through the months of a change and of a new year."""
    for city.month in range(14):
        known, fresh = ruling(city), ruling.__wrapped__(city)  # type: ignore[operator, attr-defined]
        assert all(np.array_equal(one, other) for one, other in zip(known, fresh, strict=True))
    city.month = -1


def test_another_setting_is_another_rule(city: City) -> None:
    city.month, before = 5, city.setting
    usual = market.efficiency(city)
    city.setting = at_rest(before, recruitment_fairs=4000.0)
    assert (market.efficiency(city) > usual).all()
    city.setting, city.month = before, -1


def test_money_in_the_law_follows_wages_once_its_dates_are_past(city: City) -> None:
    growth = 1.0 + city.setting.parameter("wage_growth")
    last = LAST_DATED - 12 * city.setting.start_year
    for month, times in ((last, 1.0), (last + 1, growth), (last + 13, growth**2)):
        city.month = month
        assert carried(city) == pytest.approx(times)
    city.month = -1


def test_a_share_that_is_moved_in_the_middle_of_a_run_counts_at_once() -> None:
    """As when headcounts are brought to what was observed (`scenarios.conditioning`): no ruling may keep the share of before."""
    city = lived(as_usual(town(6000)), 5)
    people, usual = city.people, city.flexible_share.copy()
    members = []
    for share in (0.0 * usual, usual, 0.0 * usual + 1.0):
        city.flexible_share = share
        membership.choose_scheme(city, everyone=True)
        flexible = people.state[: people.n] == s.FLEXIBLE
        members.append(int((people.scheme[: people.n][flexible] & s.PENSION_KIND == s.EMPLOYEE_SCHEME).sum()))
    assert members[0] < members[1] < members[2]
