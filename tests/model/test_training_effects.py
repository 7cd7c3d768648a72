"""What training does to those who take it, paired by luck: the same persons with and without their course."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model import states as s
from model.city import City
from model.setting import Setting
from tests.model.towns import as_usual, town

WORK = (s.FARM, s.EMPLOYED, s.FLEXIBLE, s.OWNER)
TOWNS = 4


def pair(setting: Setting, places: float, months: int, rng: int) -> list[tuple[float, float]]:
    """Shares at work, without and with, of the unemployed who take a place in the first months: at two months, and at the end."""
    areas = len(setting.areas)
    plan = np.zeros((months, areas))
    plan[:6] = places / areas
    share = {"training_share_jobseekers": np.ones((1, areas))}
    cities = [City(replace(setting, controls={**setting.controls, "training_places": p, **share}), rng=rng, scale=1)
              for p in (np.zeros((1, areas)), plan)]  # fmt: skip
    took: dict[int, int] = {}
    soon: list[bool] = []
    for month in range(months):
        for city in cities:
            city.step()
        people, n = cities[1].people, cities[1].people.n
        courses = (people.course[:n] & s.KIND > 0) & (people.course[:n] & s.KIND != s.TECHNICAL_SCHOOL)
        new = courses & (people.state[:n] == s.UNEMPLOYED)
        for who in people.id[:n][new].tolist():
            took.setdefault(who, month)
        if month == 1:
            soon = [at_work(city, list(took)) for city in cities]
    return [tuple(soon), tuple(at_work(city, list(took)) for city in cities)]  # type: ignore[list-item]


def at_work(city: City, who: list[int]) -> float:
    """Share of the persons `who` still on the roster who are at work."""
    n = city.people.n
    state = dict(zip(city.people.id[:n].tolist(), city.people.state[:n].tolist(), strict=True))
    return float(np.mean([state[w] in WORK for w in who if w in state]))


@pytest.fixture(scope="module")
def effects() -> np.ndarray:
    """Percentage points at work that training adds, (towns, soon or later)."""
    setting = as_usual(town(9_000, parameters={"training_take_up": 1.0}))
    return 100 * np.array([[b - a for a, b in pair(setting, 1_500.0, 22, rng)] for rng in range(1, TOWNS + 1)])


def test_nobody_gains_while_the_course_lasts(effects: np.ndarray) -> None:
    """Lock-in (Card, Kluve & Weber 2018: short-run effects near zero or below)."""
    assert (effects[:, 0] <= 0).all() and effects[:, 0].mean() < -5


def test_later_the_effect_is_small_and_its_interval_includes_nothing(effects: np.ndarray) -> None:
    """A year and more after: within −6 … +8 points (Bidani, Goh & O'Leary 2002: Shenyang −6, Wuhan +8), and not told apart from zero.

    Four towns with some 150 trained each: two standard errors are about 3 points, so an effect of 8 would be seen.
    """
    mean, error = effects[:, 1].mean(), effects[:, 1].std(ddof=1) / np.sqrt(TOWNS)
    assert -6 < mean < 8
    assert mean - 3.2 * error <= 0 <= mean + 3.2 * error, "t of three degrees of freedom at 95 %"
    assert effects[:, 1].mean() > effects[:, 0].mean(), "what lock-in takes comes back"
