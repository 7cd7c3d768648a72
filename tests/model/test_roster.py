"""The roster: ages hold at every scale, and a person of the sample is the same person at every scale."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import states as s
from model.luck import decision_key
from model.setting import AGES, Setting, small_town
from model.synthesis.build import like_beside_like
from model.synthesis.roster import (
    AREA_STRIDE,
    GRADUATES,
    AreaRoster,
    area_roster,
    labour_force,
    margins,
    participation_table,
    race,
)
from tests.model.towns import lived, town

PEOPLE, SCALES = 200_000, (1, 10, 50)


@cache
def setting() -> Setting:
    return small_town(PEOPLE, areas=1)


@cache
def roster(scale: int, offset: int = 3, seed: int = 11) -> AreaRoster:
    return area_roster(setting(), margins(setting()), 0, scale, offset % scale, seed)


def cells(of: AreaRoster) -> np.ndarray:
    """Rows by (local, outsider, away) × sex × age."""
    kind = np.where(of.state == s.AWAY, 2, np.where(of.traits & s.OUTSIDER > 0, 1, 0))
    sex = np.where(of.traits & s.FEMALE > 0, 1, 0)
    age = (-1 - of.birth.astype(int)) // 12
    out = np.zeros((3, 2, AGES))
    np.add.at(out, (kind, sex, age), 1)
    return out


def published() -> np.ndarray:
    a = setting()
    return np.stack([a.residents[0] - a.outsiders[0], a.outsiders[0], a.away[0]])


@pytest.mark.parametrize("scale", SCALES)
def test_every_single_year_of_the_pyramid_holds(scale: int) -> None:
    """A systematic sample keeps each cell of the pyramid within one row of its share; so a 2 % bias of any age group fails."""
    assert (np.abs(cells(roster(scale)) - published() / scale) <= 1).all()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("band", [(0, 14), (15, 59), (60, 64), (65, 100)])
def test_broad_ages_hold(scale: int, band: tuple[int, int]) -> None:
    ages = slice(band[0], band[1] + 1)
    found = scale * cells(roster(scale))[:2, :, ages].sum()
    assert abs(found - published()[:2, :, ages].sum()) <= 4 * scale, "one row a kind and sex at most"


def test_at_one_to_one_everyone_is_there() -> None:
    assert (cells(roster(1, 0)) == published()).all()


@pytest.mark.parametrize("scale", [10, 50])
def test_the_same_person_has_the_same_name_and_lasting_traits_at_every_scale(scale: int) -> None:
    whole, part = roster(1), roster(scale)
    places = np.searchsorted(whole.identity, part.identity)
    assert (whole.identity[places] == part.identity).all(), "a sampled person is one of the whole"
    for column in ("birth", "traits", "state"):
        assert (getattr(whole, column)[places] == getattr(part, column)).all(), column


@pytest.mark.parametrize("scale", [10, 50])
def test_starting_points_together_take_everyone_once(scale: int) -> None:
    ids = np.concatenate([roster(scale, offset).identity for offset in range(scale)])
    assert ids.size == np.unique(ids).size == published().sum()


def test_luck_moves_traits_but_not_names_or_ages() -> None:
    one, other = roster(10, 3, 11), roster(10, 3, 12)
    assert (one.identity == other.identity).all()
    assert (cells(one)[2] == cells(other)[2]).all()
    assert (one.traits != other.traits).any()
    assert (one.birth != other.birth).any(), "the month of birth is a draw"


def test_areas_do_not_share_names() -> None:
    two = small_town(PEOPLE, areas=2)
    tables = margins(two)
    first, second = (area_roster(two, tables, a, 10, 0, 1).identity for a in (0, 1))
    assert np.intersect1d(first, second).size == 0
    assert first.max() < 2 * AREA_STRIDE <= second.min()


@pytest.mark.parametrize("scale", SCALES)
def test_states_agree_with_ages(scale: int) -> None:
    of = roster(scale)
    months = -1 - of.birth.astype(int)
    assert ((of.state == s.CHILD) == ((months < 192) & (of.state != s.AWAY))).all()
    students = of.state == s.STUDENT
    assert months[students].min() >= 192
    assert months[students].max() < GRADUATES
    assert set(np.unique(of.state)) <= {s.CHILD, s.STUDENT, s.UNEMPLOYED, s.INACTIVE, s.AWAY}
    assert (of.traits[of.state != s.AWAY] & s.STUDIES_AWAY == 0).all()
    assert (of.traits[of.traits & s.CADRE > 0] & s.FEMALE > 0).all()


@pytest.mark.parametrize("scale", SCALES)
def test_the_labour_force_is_as_large_as_the_margins_say(scale: int) -> None:
    """Within four standard errors of the draws (they are independent: variance at most n/4)."""
    found = np.count_nonzero(roster(scale).state == s.UNEMPLOYED)
    want = labour_force(setting(), margins(setting()), 0) / scale
    assert abs(found - want) < 4 * np.sqrt(roster(scale).identity.size / 4)


def test_months_of_birth_are_spread_over_the_year() -> None:
    month = (-1 - roster(1).birth.astype(int)) % 12
    counts = np.bincount(month, minlength=12)
    assert np.abs(counts / counts.mean() - 1).max() < 5 / np.sqrt(counts.mean())


def test_participation_rises_falls_and_stays_a_share() -> None:
    table = participation_table(setting())
    assert table.shape == (2, 2, AGES)
    assert (table >= 0).all()
    assert (table <= 1).all()
    assert (table[:, :, :16] == 0).all()
    assert (np.diff(table[:, :, 59:], axis=2) <= 1e-12).all(), "nobody comes back after sixty"
    assert (table[1, :, 60:80] >= table[0, :, 60:80]).all(), "the countryside works longer"


def test_a_race_is_a_weighted_sample_keyed_by_the_person() -> None:
    """Of 20,000 the first 2,000: with weights 1 and 6 in equal number, near 6/7 are heavy ones at first (± 4 standard errors)."""
    ids = np.arange(20_000, dtype=np.uint64)
    weight = np.where(ids % np.uint64(2) == 0, 6.0, 1.0)
    times = race(ids, weight, decision_key(1, "race", 0))
    first = ids[np.argsort(times)[:500]]
    assert abs((first % np.uint64(2) == 0).mean() - 6 / 7) < 4 * np.sqrt(6 / 49 / 500) + 0.01
    assert (race(ids[:50], weight[:50], decision_key(1, "race", 0)) == times[:50]).all()
    assert np.isinf(race(ids[:3], np.zeros(3), decision_key(1, "race", 0))).all()


@pytest.mark.parametrize("scale", [1, 10])
def test_jobs_follow_the_quotas_exactly(scale: int) -> None:
    from model.synthesis.jobs import quotas

    whole = town(60_000, 1)
    city = lived(whole, 0, scale=scale, thin=True)
    state = city.people.state[: city.people.n]
    wanted = quotas(whole, margins(whole), 0)
    for code, real in ((s.FARM, wanted.farm), (s.OWNER, wanted.owners), (s.UNEMPLOYED, wanted.unemployed)):
        assert np.count_nonzero(state == code) == round(real / scale)
    assert abs(np.count_nonzero(state == s.EMPLOYED) - (wanted.public + wanted.private) / scale) <= 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(-1300, -1), st.booleans()), min_size=1, max_size=120))
def test_like_stand_beside_like_behind_those_who_have_a_place(persons: list[tuple[int, int, bool]]) -> None:
    state, birth = np.array([p[0] for p in persons], np.uint8), np.array([p[1] for p in persons], np.int16)
    placed = np.flatnonzero([p[2] for p in persons])[::-1].copy()
    order = like_beside_like(state, birth, placed)
    assert sorted(order) == list(range(len(persons)))
    assert (order[: placed.size] == placed).all()
    months = -1 - birth.astype(int)
    likeness = [(state[i], months[i] % 12, min(months[i] // 12, AGES - 1), i) for i in order[placed.size:]]
    assert likeness == sorted(likeness), "by what they do, the month of the birthday, and age; of equals, the first before the others"
