"""Cards and e-cards: the curve of adoption, what a city publishes, and that a drive hastens adoption and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model import states as s
from model.cards import bass
from model.city import City
from tests.model.towns import lived, town

MONTHS = 36


def coverage(city: City) -> np.ndarray:
    """Residents with an e-card ÷ residents, a month each."""
    series = city.series()
    return series["ecard_residents"].sum(axis=1) / series["residents"].sum(axis=1)


@pytest.fixture(scope="module")
def plain() -> City:
    return lived(town(12_000), MONTHS)


def test_the_curve_is_the_nations() -> None:
    """Of a ceiling of .8: 0.8亿 of 14.1亿 in 2019-12 (months 20), 3亿 in 2020-11 (31), 54.1 % in 2023-03 (59); the fit misses by .04."""
    for months, share in ((20, 0.8 / 14.1), (31, 3 / 14.1), (59, 0.541)):
        assert 0.8 * bass(months, 0.0027, 0.065) == pytest.approx(share, abs=0.06)


def test_the_curve_begins_at_nothing_and_ends_at_everybody() -> None:
    grown = [bass(t, 0.0027, 0.065) for t in range(-5, 400)]
    assert grown[0] == grown[5] == 0 and grown[-1] == pytest.approx(1, abs=1e-6)
    assert (np.diff(grown) >= 0).all()
    assert bass(50, 0.0, 0.065) == 0


def test_adoption_goes_on_along_the_curve(plain: City) -> None:
    """Emergent from persons: two years on, within .05 of what the curve says of the ceilings in use (12,000 persons: noise .005)."""
    shares = coverage(plain)
    top = shares[0] / bass(33, 0.0027, 0.065)
    assert (np.diff(shares) > -0.002).all()
    assert shares[-1] == pytest.approx(top * bass(33 + MONTHS - 1, 0.0027, 0.065), abs=0.07)


def test_nobody_has_an_e_card_before_there_are_any() -> None:
    before = lived(replace(town(5000), start_year=2011), 12)
    assert before.series()["ecard_holders"].sum() == 0 < before.series()["card_holders"].sum()


def test_a_published_number_of_cards_is_met() -> None:
    setting = town(12_000)
    roster = setting.residents.sum() + setting.away.sum()
    city = City(replace(setting, usual_rates={"card_holders": 0.8 * roster, "ecard_coverage": 0.31}), scale=20)
    held = city.people.card[: city.people.n]
    assert np.mean(held & s.CARD > 0) == pytest.approx(0.8, abs=0.012)
    here = city.people.state[: city.people.n] != s.AWAY
    assert np.mean(held[here] & s.E_CARD > 0) == pytest.approx(0.31, abs=0.015)


def test_the_old_take_it_less_often(plain: City) -> None:
    people, n = plain.people, plain.people.n
    age = people.age(MONTHS - 1)
    has = people.card[:n] & s.E_CARD > 0
    assert has[age >= 65].mean() < 0.8 * has[(age >= 20) & (age < 50)].mean()


def test_a_drive_hastens_adoption_and_changes_nothing_else(plain: City) -> None:
    more = lived(replace(town(12_000), controls={"ecard_drive": np.full((MONTHS, 2), 4.0)}), MONTHS)
    assert coverage(more)[-1] > coverage(plain)[-1] + 0.02
    for name, values in plain.series().items():
        if name not in ("ecard_holders", "ecard_residents"):
            assert np.array_equal(values, more.series()[name]), name


def test_a_card_is_kept_for_life(plain: City) -> None:
    again = lived(town(12_000), 12)
    rows = np.flatnonzero(again.people.card[: again.people.n] & s.E_CARD)
    before = dict(zip(again.people.id[rows].tolist(), rows.tolist(), strict=True))
    again.run_for(6)
    now = {int(i): int(c) for i, c in zip(again.people.id[: again.people.n], again.people.card[: again.people.n], strict=True)}
    assert all(now[i] & s.E_CARD for i in before if i and i in now)          # a vacant row has the id 0
