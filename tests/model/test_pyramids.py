"""Pyramids: the national shape, raking to broad ages, and whole persons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.synthesis.pyramids import AGES, national, rake, whole

BANDS = ((0, 14), (15, 59), (60, 64), (65, 100))
PERSONS = st.integers(1_000, 10**7)


def test_the_nation_in_2020() -> None:
    table = national(2020)
    assert table.shape == (2, AGES)
    assert table.sum() == pytest.approx(1.42e9, rel=0.02), "China's residents, in persons"
    assert 1.02 < table[0].sum() / table[1].sum() < 1.08, "the census of 2020 counted 105 men to 100 women"


def test_the_trough_of_1959_61_and_the_peak_of_1962_73_stand_where_they_do_in_life() -> None:
    by_birth = {2020 - age: persons for age, persons in enumerate(national(2020).sum(axis=0))}
    famine = np.mean([by_birth[y] for y in (1959, 1960, 1961)])
    peak = np.mean([by_birth[y] for y in range(1963, 1974)])
    assert famine < 0.72 * peak
    assert famine < np.mean([by_birth[y] for y in (1954, 1955, 1956, 1957)])


def test_the_nearest_year_is_used_and_not_shared() -> None:
    assert (national(2012) == national(2010)).all()
    assert (national(2030) == national(2020)).all()
    national(2020)[:] = 0
    assert national(2020).sum() > 0


@given(st.tuples(PERSONS, PERSONS, PERSONS, PERSONS), st.floats(0.3, 0.7))
def test_raking_meets_the_broad_ages_exactly_and_the_men_nearly(totals: tuple[int, ...], share: float) -> None:
    broad = {band: float(total) for band, total in zip(BANDS, totals, strict=True)}
    men = share * sum(totals)
    table = rake(national(2020), broad, men)
    for (first, last), persons in broad.items():
        assert table[:, first : last + 1].sum() == pytest.approx(persons, rel=1e-12)
    assert table[0].sum() == pytest.approx(men, rel=1e-6)
    assert (table > 0).all() or (national(2020) == 0).any()


@given(st.tuples(PERSONS, PERSONS, PERSONS, PERSONS))
def test_raking_keeps_the_shape_inside_a_band(totals: tuple[int, ...]) -> None:
    shape = national(2020)
    table = rake(shape, {band: float(total) for band, total in zip(BANDS, totals, strict=True)})
    for first, last in BANDS:
        part, before = table[:, first : last + 1], shape[:, first : last + 1]
        assert np.allclose(part / part.sum(), before / before.sum(), rtol=1e-12)


def test_raking_to_itself_changes_nothing() -> None:
    shape = national(2020)
    broad = {(a, b): float(shape[:, a : b + 1].sum()) for a, b in BANDS}
    assert np.allclose(rake(shape, broad, float(shape[0].sum())), shape, rtol=1e-12)


TABLES = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 30)), elements=st.floats(0, 1e5))


@given(TABLES)
def test_whole_persons_add_up_and_are_nearly_the_table(table: np.ndarray) -> None:
    persons = whole(table)
    assert persons.dtype == np.int64
    assert persons.shape == table.shape
    assert persons.sum() == round(float(table.sum()))
    assert (np.abs(persons - table) < 1 + 1e-9).all()
    assert (persons >= 0).all()


@given(TABLES)
def test_whole_persons_of_whole_persons_are_the_same(table: np.ndarray) -> None:
    once = whole(table)
    assert (whole(once.astype(float)) == once).all()


def test_the_largest_remainders_are_rounded_up_ties_in_order() -> None:
    assert whole(np.array([0.2, 0.5, 0.9, 0.4])).tolist() == [0, 1, 1, 0]
    assert whole(np.array([0.5, 0.5, 0.5, 0.5])).tolist() == [1, 1, 0, 0]
    assert whole(np.array([1.5, 1.5]), 4).tolist() == [2, 2]
