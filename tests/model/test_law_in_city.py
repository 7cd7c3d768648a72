"""The law in the city, person by person: who retires in which month, who may claim unemployment benefit, and for how long."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from model import states as s
from model.city import City
from model.law import Law, legal_retirement_month
from model.setting import Setting, period
from tests.model.towns import insured_lives, town

LAW = Law.standard("jiangsu")
PLAIN = {"special_share": 0.0, "ill_health_share": 0.0, "retire_early_share": 0.0, "retire_late_share": 0.0, "paid_share_low": 0.9,
         "outsider_paid_share": 1.0}  # fmt: skip
"""Parameters under which members have their years and go at the legal age; other ways: test_retirement.py."""


def starting(year: int, people: int = 16_000, **more: object) -> Setting:
    return replace(town(people, parameters=PLAIN), start_year=year, **more)  # type: ignore[arg-type]


@cache
def legal_age(start: int, birth: int, traits: int, law: Law = LAW) -> int:
    """Months of age at legal retirement of a member of an employer's scheme, asked of the law itself."""
    sex = "f" if traits & s.FEMALE else "m"
    kind = "cadre" if traits & s.CADRE or sex == "m" else "worker"
    return legal_retirement_month(law, sex, kind, period(start, birth))


def members(roster: pd.DataFrame) -> pd.DataFrame:
    """Those who are in the employee or civil-service scheme and neither retired, nor elsewhere, nor at school."""
    kind = roster["scheme"] & s.PENSION_KIND
    return roster[(kind >= s.EMPLOYEE_SCHEME) & ~roster["state"].isin([s.RETIRED, s.AWAY, s.STUDENT])]


@pytest.mark.parametrize("start", [2021, 2024, 2027])
def test_members_retire_in_their_legal_month(start: int) -> None:
    """Over three years: every member with enough paid years retires in the very month of the legal age, nobody of them earlier."""
    city = City(starting(start), rng=9, scale=1)
    before, retired = insured_lives(city), 0
    for _ in range(36):
        city.step()
        now = insured_lives(city)
        was = members(before)
        was = was[was.index.isin(now.index)]
        age = city.month - was["birth"].astype(int)
        legal = np.array([legal_age(start, int(b), int(t)) for b, t in zip(was["birth"], was["traits"], strict=True)])
        enough = (was["paid"] >= 200).to_numpy() & (age <= legal).to_numpy()
        was, age, legal = was[enough], age[enough], legal[enough]
        today = now.loc[was.index, "state"] == s.RETIRED
        due = (age == legal).to_numpy()
        assert (today.to_numpy() == due).mean() > 0.999, f"{city.period}: mothers of this month go a month later"
        retired += int(today.sum())
        fresh = now.index[(now["state"] == s.RETIRED)].difference(before.index[before["state"] == s.RETIRED])
        assert set(was.index[today]) <= set(fresh)
        assert city.series()["new_retirees"][city.month].sum() == len(fresh)
        before = now
    assert retired > 100, "too few retired for the test to mean anything"


@pytest.mark.parametrize(("start", "delayed"), [(2021, False), (2026, True)])
def test_the_reform_of_2025_delays_retirement(start: int, delayed: bool) -> None:
    city = City(starting(start), rng=4, scale=1)
    ages = []
    for _ in range(12):
        before = insured_lives(city)
        city.step()
        now = insured_lives(city)
        new = now[(now["state"] == s.RETIRED) & ~now.index.isin(before.index[before["state"] == s.RETIRED])]
        new = new[new["paid"] >= 200]
        ages += [(int(t) & (s.FEMALE | s.CADRE), city.month - int(b)) for b, t in zip(new["birth"], new["traits"], strict=True)]
    old = {0: 720, s.FEMALE: 600, s.FEMALE | s.CADRE: 660}
    delays = [age - old[post] for post, age in ages]
    assert all(d > 0 for d in delays) if delayed else all(d == 0 for d in delays)
    if delayed:
        men, workers = ([d for (post, _), d in zip(ages, delays, strict=True) if post == who] for who in (0, s.FEMALE))
        assert max(men) <= 6, "a month of delay for four months of birth: at the end of 2026 at most six"
        assert max(workers) <= 12, "one for two: at most twelve"
        assert np.mean(workers) > 1.5 * np.mean(men)


def test_a_repealed_reform_leaves_the_old_ages() -> None:
    law = LAW.amended(
        [{"path": f"retirement.{who}_full_delay", "from": "2025-01", "value": 0} for who in ("men", "women_cadres", "women_workers")]
    )
    city = City(starting(2026, law=law), rng=4, scale=1)
    before = insured_lives(city)
    for _ in range(12):
        city.step()
    now = insured_lives(city)
    new = now[(now["state"] == s.RETIRED) & now.index.isin(before.index[before["state"] != s.RETIRED])]
    age = city.month - new["birth"].astype(int)
    assert len(new) > 20
    assert (age[new["paid"] >= 200] <= 720 + 12).all()
    assert {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11} >= set((age % 60).unique()), "at 50, 55 or 60, some month of this year ago"


def test_nobody_past_the_legal_age_is_hired_into_insurance() -> None:
    city = City(starting(2024), rng=2, scale=1)
    for _ in range(24):
        city.step()
        now = insured_lives(city)
        fresh = now[(now["state"] == s.EMPLOYED) & (now["spell"] == 0) & (now["scheme"] & s.UI > 0)]
        for birth, traits in zip(fresh["birth"], fresh["traits"], strict=True):
            assert city.month - int(birth) < legal_age(2024, int(birth), int(traits))


def claiming(roster: pd.DataFrame) -> pd.Series:
    return (roster["state"] == s.UNEMPLOYED) & (roster["scheme"] & s.UI > 0) & (roster["scheme"] & s.LAID_OFF > 0)


@pytest.fixture(scope="module")
def hard_times() -> list[pd.DataFrame]:
    """Rosters, month by month, of a town in which firms lay off many and few are hired."""
    setting = town(30_000, parameters={"matching_efficiency": 0.05, "take_flexible_work": 0.0})
    city = City(replace(setting, growth={2021: -0.9, 2022: -0.9, 2023: -0.5}), rng=6, scale=1)
    out = [insured_lives(city)]
    for _ in range(30):
        city.step()
        out.append(insured_lives(city))
    return out


def test_benefit_begins_only_after_the_minimum_paid_months(hard_times: list[pd.DataFrame]) -> None:
    """Who begins to claim was insured and had paid at least the legal minimum (12 months)."""
    need = int(LAW.value("unemployment.minimum_paid_months", "2021-01"))
    begun = too_short = 0
    for before, now in pairwise(hard_times):
        both = now.index.intersection(before.index)
        was, is_now = before.loc[both], now.loc[both]
        new = claiming(is_now) & ~claiming(was)
        assert (was.loc[new, "state"] == s.EMPLOYED).all()
        assert (was.loc[new, "scheme"] & s.UI > 0).all()
        assert (was.loc[new, "ui_paid"] >= need).all()
        begun += int(new.sum())
        laid_off = (was["state"] == s.EMPLOYED) & (is_now["state"] == s.UNEMPLOYED) & (is_now["scheme"] & s.LAID_OFF > 0)
        short = laid_off & (was["scheme"] & s.UI > 0) & (was["ui_paid"] < need)
        assert not claiming(is_now)[short].any()
        too_short += int(short.sum())
    assert begun > 100
    assert too_short > 5, "the rule was never put to the test"


def test_benefit_ends_at_the_legal_limit(hard_times: list[pd.DataFrame]) -> None:
    """12, 18 or 24 months by insured months; some are on benefit to the end of theirs."""
    months: dict[int, int] = {}
    longest = {12: 0, 18: 0, 24: 0}
    for roster in hard_times[1:]:
        now = roster[claiming(roster)]
        months = {int(i): months.get(int(i), 0) + 1 for i in now.index}
        for who, paid in zip(now.index, now["ui_paid"], strict=True):
            due = 12 if int(paid) % s.CLAIMED < 60 else 18 if int(paid) % s.CLAIMED < 120 else 24
            longest[due] = max(longest[due], months[int(who)])
    assert longest[12] == 12
    assert 12 < longest[18] <= 18
    assert 12 < longest[24] <= 24


def test_quitting_gives_no_benefit(hard_times: list[pd.DataFrame]) -> None:
    for roster in hard_times:
        assert not ((roster["state"] == s.UNEMPLOYED) & (roster["scheme"] & s.UI > 0) & (roster["scheme"] & s.LAID_OFF == 0)).any()
