"""Retirement by choice: who claims when, who lacks the paid years, and what the reform of 2025 does, paired by luck."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model import states as s
from model.city import City
from model.law import Law
from model.setting import Setting
from tests.model.towns import insured_lives, town

LAW = Law.standard("jiangsu")
NO_REFORM = [{"path": f"retirement.{who}_full_delay", "from": "2025-01", "value": 0} for who in ("men", "women_cadres", "women_workers")]
NO_REFORM += [{"path": f"retirement.{way}_longest", "from": "2025-01", "value": 0} for way in ("early", "late")]
ONE_WAY = {"special_share": 0.0, "ill_health_share": 0.0, "retire_early_share": 0.0, "retire_late_share": 0.0}


def starting(year: int, people: int = 16_000, law: Law = LAW, **parameters: float) -> Setting:
    return replace(town(people, parameters=parameters), start_year=year, law=law)


def claims(city: City, months: int) -> list[tuple[int, int, int, int]]:
    """(category, age in months, month of the run, paid months) of everyone who begins to draw a pension."""
    found, before = [], insured_lives(city)
    for _ in range(months):
        city.step()
        now = insured_lives(city)
        new = now[(now["state"] == s.RETIRED) & ~now.index.isin(before.index[before["state"] == s.RETIRED])]
        for birth, traits, paid in zip(new["birth"], new["traits"], new["paid"], strict=True):
            category = 0 if not int(traits) & s.FEMALE else 1 if int(traits) & s.CADRE else 2
            found.append((category, city.month - int(birth), city.month, int(paid)))
        before = now
    return found


def shares_of_claims(setting: Setting, seed: int) -> dict[int, int]:
    city = City(setting, rng=seed, scale=1)
    found = claims(city, 36)
    return {category: sum(c == category for c, *_ in found) for category in range(3)}


@pytest.mark.slow
@pytest.mark.parametrize("early", [0.0, 0.6])
def test_the_reform_of_2025_paired_with_itself_switched_off(early: float) -> None:
    """Claims of 2025-27 of women of the old age 50 fall by a third × (1 − early): of 36 monthly cohorts 24 reach the new age (24 + 12).
    Those of men fall by a fifth × (1 − early): 29 of 36 reach it (a month more for four months of birth).

    Tolerance: 2.5 standard errors of a share of the claims, and two points for births that are not even.
    """
    parameters = {**ONE_WAY, "retire_early_share": early, "paid_share_low": 0.9, "paid_share_high": 1.0, "outsider_paid_share": 1.0}
    setting, without = (starting(2025, people=40_000, law=law, **parameters) for law in (LAW, LAW.amended(NO_REFORM)))
    on, off = shares_of_claims(setting, 1), shares_of_claims(without, 1)
    for who, share in ((2, 1 / 3), (0, 1 / 5)):
        wanted = (1 - early) * share
        assert off[who] > 150, "too few claims for the share to mean anything"
        assert 1 - on[who] / off[who] == pytest.approx(wanted, abs=2.5 * (wanted * (1 - wanted) / off[who]) ** 0.5 + 0.02), who
