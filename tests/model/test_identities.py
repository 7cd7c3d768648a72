"""Identities of the city's statistics, on a living city of areas and on the lives behind its counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model import states as s
from model.city import City
from model.indicators import measure, registry
from model.talent import HIGH_SKILLED, PROFESSIONAL, SKILLED, TALENT, skill_stocks
from scenarios.plans_at_hand import plan_ids
from tests.model.towns import as_usual, lived, plan_setting, scale_for, total, town

MONTHS = 13


@pytest.fixture(scope="module")
def xuzhou() -> City:
    setting = plan_setting("xuzhou")
    return lived(setting, MONTHS, scale=scale_for(setting, 25_000), thin=True)


@pytest.fixture(scope="module")
def measured(xuzhou: City) -> pd.DataFrame:
    setting = xuzhou.setting
    return measure(xuzhou.series(), areas=setting.areas, groups=setting.groups, months=xuzhou.months())


def test_the_city_is_the_sum_of_its_areas_and_a_composite_of_its_parts(xuzhou: City, measured: pd.DataFrame) -> None:
    """Every count of every month; rates are no sums."""
    setting = xuzhou.setting
    counts = measured[~measured["indicator"].isin([i.id for i in registry().values() if i.over])]
    table = counts.pivot_table(index=["indicator", "period"], columns="area", values="value", observed=True)
    wholes = {"ALL": setting.areas, **setting.groups}
    assert len(table) > 50 * MONTHS and len(wholes) > 1
    for whole, parts in wholes.items():
        np.testing.assert_allclose(table[whole], table[list(parts)].sum(axis=1), rtol=1e-9, atol=1e-6, err_msg=whole)


def test_no_area_attracts_more_graduates_than_are_in_its_pool(xuzhou: City, measured: pd.DataFrame) -> None:
    """招引 ≤ pool, with the share, and the three streams are its parts; the pool stands in July alone."""
    found = {name: xuzhou.series()[f"graduates_{name}"] for name in ("pool", "counted", "stayed", "returned", "came")}
    assert (found["counted"] <= found["pool"]).all() and found["counted"].sum() > 0
    assert np.array_equal(found["counted"], found["stayed"] + found["returned"] + found["came"])
    assert found["pool"].sum() == found["pool"][6].sum()
    july = measured[(measured["period"] == xuzhou.months()[6]) & (measured["area"] == "ALL")].set_index("indicator")["value"]
    share = july["graduates_attracted_share"]
    assert share == pytest.approx(100 * july["graduates_attracted"] / found["pool"][6].sum()) and 0 < share <= 100


def test_the_highly_skilled_are_skilled_and_with_the_professionals_they_are_talent(xuzhou: City) -> None:
    """技师 ⊂ 高技能 ⊂ 技能, and 专技 + 技能 − both ≤ 人才, by area and month; person by person where the account counts them."""
    series = xuzhou.series()
    assert (series["technicians"] <= series["high_skilled"]).all() and (series["high_skilled"] <= series["skilled"]).all()
    union = series["professional"] + series["skilled"] - series["skilled_professional"]
    assert (union.sum(axis=1) <= 1.001 * series["talent"].sum(axis=1)).all()
    people, n, rule = xuzhou.people, xuzhou.people.n, xuzhou.setting.skills.talent.rule
    months = xuzhou.month - people.birth[:n].astype(int)
    who = skill_stocks(people.state[:n], months, people.schooling[:n], people.skill[:n], rule)
    assert rule[0] <= s.SENIOR_WORKER and rule[1] <= s.JUNIOR_TITLE, "the account of 徐州 counts both"
    assert not (who[HIGH_SKILLED] & ~who[SKILLED]).any() and not ((who[HIGH_SKILLED] | who[PROFESSIONAL]) & ~who[TALENT]).any()


@pytest.mark.parametrize("plan", plan_ids())
def test_whom_each_plans_account_names_is_talent(plan: str) -> None:
    """Grade, title or schooling from the level that the plan's own account names, for every combination of them."""
    account = plan_setting(plan).skills.talent
    level, grade, title = (x.ravel().astype(np.uint8) for x in np.meshgrid(range(7), range(6), range(4)))
    named = (grade >= account.grade_from) | (title >= account.title_from) | (level >= account.schooling_from)
    skill = grade | title << s.TITLE_SHIFT
    working = np.full(level.size, s.EMPLOYED, np.uint8)
    found = skill_stocks(working, np.full(level.size, 400), level, skill, account.rule)[TALENT]
    assert np.array_equal(found, named)


def test_the_sources_of_new_urban_jobs_without_their_doubles_are_the_registrations() -> None:
    """Sources: who had no job and has one at a firm, at a public unit, as an owner or in flexible work that is registered (all who end
    their registration as unemployed by it, and some of the others). Without those seen before in the year they are the first
    registrations of the year: nobody registers twice, and nobody without a source. Who dies or leaves in the month of the start is
    registered and not seen."""
    city = City(as_usual(town(15_000)), rng=1, scale=1)
    people, registered, started, flexible, off_the_register = city.people, [], [], [], []
    for _ in range(11):  # in December the marks of the year are cleared
        n = people.n
        before = dict(zip(people.id[:n].tolist(), zip(people.state[:n].tolist(), people.scheme[:n].tolist(), strict=True), strict=True))
        city.step()
        for who, state, scheme in zip(*(getattr(people, name)[: people.n].tolist() for name in ("id", "state", "scheme")), strict=True):
            was, mark = before.get(who, (s.GONE, 0))
            if scheme & s.COUNTED and not mark & s.COUNTED:
                registered.append(who)
            if state in (s.EMPLOYED, s.OWNER) and was not in (s.EMPLOYED, s.OWNER):
                started.append(who)
            if state == s.FLEXIBLE and was == s.UNEMPLOYED:
                flexible.append(who)
                if mark & s.REGISTERED and not scheme & s.COUNTED:
                    off_the_register.append(who)
    assert len(registered) == len(set(registered)) > 600
    assert len(started) > len(set(started)), "the sources do hold doubles"
    assert set(registered) <= set(started) | set(flexible) and not off_the_register
    by_flexible_work = set(registered) - set(started)
    assert 0.05 < len(by_flexible_work) / len(registered) < 0.5
    assert 0.2 < len(set(registered) & set(flexible)) / len(set(flexible)) < 0.95, "not all of them register"
    unseen = total(city, "first_registrations").sum() - len(registered)
    assert 0 <= unseen < 0.01 * len(registered)
    assert len(set(started) - set(registered)) < 0.01 * len(registered)
