"""The standing pressure to insure: routine inspections, complaints, and tax data compared once a year. Paired by luck."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model import states as s
from model.city import City
from model.enrolment import odds_by_size
from model.inspection import CAUSES, COMPLAINT, NOTICE, ROUTINE, inspect, past_visits
from model.luck import decision_key
from model.setting import Setting
from tests.model.towns import at_rest, lived, total, town

SEEDS, PEOPLE, YEARS = (1, 2), 12_000, 4
KEYS = np.array([decision_key(1, "one", 0), decision_key(1, "other", 0)], np.uint64)
NO_TAX = [{"path": "enforcement.tax_collection", "from": "2020-11", "value": 0}]


def untaxed(setting: Setting) -> Setting:
    return replace(setting, law=setting.law.amended(NO_TAX))


@cache
def story(**controls: float) -> dict[str, np.ndarray]:
    """Series of the town under constant controls, added up over the seeds."""
    runs = [lived(at_rest(town(PEOPLE), **controls), 12 * YEARS, rng=seed) for seed in SEEDS]
    return {name: sum(city.series()[name].sum(axis=1) for city in runs) for name in runs[0].series()}


def one_kind(firms: int, staff: int, *, taste: float, fired: float, desired: int, routine: float = 0.0, notice: float = 0.0) -> np.ndarray:
    """How many of `firms` equal firms are looked into in a month, by cause; nobody laid off but `fired`; rules as below."""
    whole = lambda value, kind: np.full(firms, value, kind)  # noqa: E731
    seen, drive, review, visits = np.zeros((3, 1)), np.zeros(firms), np.ones(firms, np.bool_), np.zeros(firms, np.uint8)
    inspect(firms, np.arange(firms).astype(np.uint64), whole(0, np.uint8), whole(True, np.bool_), whole(s.PRIVATE, np.uint8),
            whole(staff, np.int32), whole(1, np.int32), whole(desired, np.int32), whole(int(fired * 2**64), np.uint64),
            whole(taste, np.float64), drive, review, visits, np.zeros(4), np.zeros(1), np.zeros(1), np.array([routine]), np.full(4, notice),
            np.array([1e-4, 0.02, 2e-3, 2.2, 0.7]), KEYS, seen)  # fmt: skip
    moved = drive > 0
    assert (review[moved] & (visits[moved] & s.INSPECTED_NOW > 0)).all()
    assert moved.sum() == (seen.sum() if taste < 2.2 else 0)
    return seen[:, 0]


def test_complaints_come_at_the_rate_of_those_hurt_dismissed_and_owed_wages_without_insurance() -> None:
    """1 − e^(−20 · (½·.0001 + ½·(.05·.02 + .002))) = 3.0 %; of 40,000 firms four standard errors are .34 points."""
    seen = one_kind(40_000, 20, taste=0.0, fired=0.05, desired=10)
    wanted = 1 - np.exp(-20 * 0.5 * (1e-4 + 0.05 * 0.02 + 2e-3))
    assert seen[ROUTINE] == seen[NOTICE] == 0
    assert seen[COMPLAINT] / 40_000 == pytest.approx(wanted, abs=4 * (wanted / 40_000) ** 0.5)


def test_who_insures_everybody_is_visited_and_found_in_order() -> None:
    seen = one_kind(10_000, 20, taste=9.0, fired=0.0, desired=20, routine=0.1, notice=0.5)
    assert seen[ROUTINE] == pytest.approx(1_000, abs=4 * 30)
    assert seen[NOTICE] == 0
    assert seen[COMPLAINT] <= 1


def test_more_inspectors_insure_more_with_diminishing_returns() -> None:
    few, usual, many = story(inspectors=0.25), story(), story(inspectors=4.0)
    for name in ("insured_by_firms", "ui", "injury"):
        assert few[name][-1] < usual[name][-1] < many[name][-1], name
    gain, less = many["ui"][-1] - usual["ui"][-1], usual["ui"][-1] - few["ui"][-1]
    assert gain < 4 * less, "three times the usual visits more, against three quarters less"
    assert many["inspection_visits"].sum() == pytest.approx(4 * usual["inspection_visits"].sum(), rel=0.15)
    assert many["inspection_enrolled"].sum() > usual["inspection_enrolled"].sum() > 0


def test_what_inspections_bring_is_partly_lost_again() -> None:
    setting = town(PEOPLE)
    months = np.where(np.arange(12 * YEARS) < 12, 4.0, 1.0)
    pushed = replace(setting, controls={"inspectors": np.repeat(months[:, None], 2, axis=1)})
    gain = sum(total(lived(pushed, 12 * YEARS, rng=seed), "ui") for seed in SEEDS) - story()["ui"]
    assert 0 < gain[-1] < gain[11]


def test_data_are_compared_once_taxes_collect_and_most_in_large_firms() -> None:
    matched, usual, none = story(tax_matching=5.0), story(), [lived(untaxed(town(PEOPLE)), 12 * YEARS, rng=seed) for seed in SEEDS]
    assert sum(total(city, "matching_notices").sum() for city in none) == 0
    assert 0 < usual["matching_notices"].sum() < matched["matching_notices"].sum()
    assert sum(total(city, "ui")[-1] for city in none) < usual["ui"][-1] < matched["ui"][-1]
    city = City(at_rest(town(40_000, parameters={"matching_rate": 0.15, "inspection_rate": 0.0, "complaints_per_dispute": 0.0})), rng=1)
    found = np.zeros((2, 2))
    for _ in range(24):
        city.step()
        f = city.firms
        real = f.staff[: f.n] * f.thin[: f.n]
        suspected = f.alive[: f.n] & (f.ownership[: f.n] < s.STATE_ORGAN) & f.review[: f.n]
        for k, size in enumerate((real < 10, real >= 50)):
            found[k] += (suspected & size).sum(), (suspected & size & (f.visits[: f.n] & s.INSPECTED_NOW > 0)).sum()
    assert found[1, 1] > 0
    assert found[1, 1] / found[1, 0] > found[0, 1] / found[0, 0]


def test_without_causes_nobody_is_looked_into() -> None:
    parameters = {"inspection_rate": 0.0, "complaints_per_dispute": 0.0, "matching_rate": 0.0}
    city = lived(town(PEOPLE, parameters=parameters), 12)
    assert all(total(city, name).sum() == 0 for name in (*CAUSES, "inspection_enrolled"))
    assert not city.firms.drive[: city.firms.n].any()


def test_the_pressure_of_every_day_stands_from_the_first_month() -> None:
    """Mean drive of the firms of the start, weighted by staff, after three years: as at the start, within a third; without the past visits
    it would begin at nought. Data matching, which is new, is left out."""
    city = City(untaxed(town(60_000)), rng=4)
    firms, n = city.firms, city.firms.n
    private = firms.ownership[:n] < s.STATE_ORGAN
    began = float(np.average(firms.drive[:n][private], weights=firms.staff[:n][private]))
    city.run_for(36)
    lives = private & firms.alive[:n] & (firms.founded[:n] < 0)
    assert began > 0.02
    assert float(np.average(firms.drive[:n][lives], weights=firms.staff[:n][lives])) == pytest.approx(began, rel=0.34)


def test_young_firms_have_had_fewer_visits() -> None:
    city = City(town(40_000), rng=3)
    firms, n = city.firms, city.firms.n
    firms.drive[:n] = 0.0
    past_visits(city, odds_by_size(city), city.enrolment_level)
    small = (firms.ownership[:n] < s.STATE_ORGAN) & (firms.staff[:n] < 10)
    young = firms.founded[:n] > -36
    assert firms.drive[:n][small & young].mean() < firms.drive[:n][small & ~young].mean()
    assert not firms.drive[:n][firms.ownership[:n] >= s.STATE_ORGAN].any()
