"""Employers: sizes that add up, a Pareto tail, and a sample that stands for all of them at every scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import states as s
from model.luck import decision_key, hash_ids
from model.synthesis import employers
from model.synthesis.employers import FIRM_STREAM, adjust, describe, firm_ids, large_from, offset_of, pareto_sizes, sample

SIZES = st.lists(st.integers(1, 5000), min_size=1, max_size=60)
CLASSES = (1, 10, 50, 300, 1000, 10**9)


@given(st.integers(1, 3000), st.integers(0, 200_000), st.floats(0.8, 2.0))
def test_sizes_employ_exactly_the_employees(firms: int, employees: int, tail: float) -> None:
    sizes = pareto_sizes(firms, employees, tail)
    assert sizes.sum() == employees
    assert sizes.size == min(firms, employees)
    assert (sizes >= 1).all()
    assert (np.diff(sizes) <= 0).all(), "largest first"


def halved(quantiles: np.ndarray, employees: int, largest: int) -> float:
    """The scale by halving alone, each question asked."""
    low, high = 0.0, float(employees)
    while high - low > 1e-9 * high:
        middle = 0.5 * (low + high)
        enough = np.clip((middle * quantiles).astype(np.int64), 1, largest).sum() >= employees
        low, high = (low, middle) if enough else (middle, high)
    return low


@given(st.integers(1, 300), st.floats(0.0, 20.0), st.floats(0.8, 2.0), st.integers(1, 500))
def test_the_scale_is_to_the_last_bit_what_halving_alone_finds(firms: int, mean: float, tail: float, largest: int) -> None:
    quantiles, staff = employers._quantiles(firms, 1 / tail), firms + int(mean * firms)
    assert employers._scale(quantiles, staff, largest) == halved(quantiles, staff, largest)


def test_remembered_sizes_cannot_be_changed() -> None:
    sizes = pareto_sizes(40, 900, 1.1)
    assert pareto_sizes(40, 900, 1.1) is sizes
    with pytest.raises(ValueError, match="read-only"):
        sizes[0] += 1


def test_ids_of_firms_are_hashes_of_place_and_number() -> None:
    numbers = np.array([0, 1, 7, 2**40], np.uint64)
    assert firm_ids(3, 1, numbers).tolist() == [hash_ids(FIRM_STREAM, np.uint64(13), n) for n in numbers]


@given(st.integers(200, 3000), st.integers(20, 60), st.floats(1.0, 1.6))
def test_no_firm_is_a_county(firms: int, mean: int, tail: float) -> None:
    """A fiftieth of all staff at most, but for what `adjust` adds in proportion (below a tenth)."""
    sizes = pareto_sizes(firms, firms * mean, tail)
    assert sizes[0] <= 1.1 * max(50, firms * mean // 50) + 1


@pytest.mark.parametrize("tail", [1.0, 1.06, 1.4])
def test_the_upper_tail_is_paretos(tail: float) -> None:
    """log-log slope of the share of firms above a size, 20 to 500 staff, among 50,000 firms: within 5 % of the exponent."""
    sizes = pareto_sizes(50_000, 1_000_000, tail)
    at = np.geomspace(20, 500, 15)
    above = np.array([(sizes >= x).sum() for x in at])
    slope = np.polyfit(np.log(at), np.log(above), 1)[0]
    assert -slope == pytest.approx(tail, rel=0.08)


@given(SIZES, st.integers(0, 300_000))
def test_adjusting_reaches_the_total_and_keeps_everyone_open(sizes: list[int], total: int) -> None:
    before = np.array(sizes)
    after = adjust(before, total)
    assert after.sum() == max(total, len(sizes)), "nobody goes below one"
    assert (after >= 1).all()
    assert before.tolist() == sizes, "the input stays"
    grown = total >= before.sum()
    assert (after >= before).all() if grown else (after <= before).all()


@given(SIZES, st.floats(0.5, 3.0))
def test_adjusting_is_in_proportion(sizes: list[int], factor: float) -> None:
    before = np.array(sizes)
    total = int(before.sum() * factor)
    after = adjust(before, total)
    room = before if total >= before.sum() else before - 1
    want = before + (total - before.sum()) * room / max(room.sum(), 1)
    assert (np.abs(after - np.maximum(want, 1)) <= 1 + 1e-9).all()


def thinned(sizes: np.ndarray, weight: int, offset: int) -> tuple[np.ndarray, np.ndarray]:
    made = sample(sizes, weight, offset, round(int(sizes.sum()) / weight))
    return made.real, weight * made.rows


@pytest.mark.parametrize("weight", [10, 50])
def test_a_sample_is_unbiased_by_size_class(weight: int) -> None:
    """Over all starting points of the systematic sample, employment by size class is that of all firms within 2 %."""
    sizes = pareto_sizes(26_000, 500_000, 1.06)
    found = np.zeros(len(CLASSES) - 1)
    for offset in range(weight):
        real, stands_for = thinned(sizes, weight, offset)
        found += np.histogram(real, CLASSES, weights=stands_for)[0] / weight
    want = np.histogram(sizes, CLASSES, weights=sizes)[0]
    assert np.abs(found / want - 1).max() < 0.02


@pytest.mark.parametrize("weight", [1, 10, 50])
@pytest.mark.parametrize("offset", [0, 3])
def test_a_sample_fills_its_quota_and_keeps_the_large(weight: int, offset: int) -> None:
    sizes = pareto_sizes(26_000, 500_000, 1.06)
    quota = round(500_000 / weight)
    made = sample(sizes, weight, offset % weight, quota)
    assert made.rows.sum() == quota
    assert np.unique(made.number).size == made.number.size
    large = made.thin > 1
    if weight == 1:
        assert made.number.size == sizes.size
        assert (made.rows == sizes).all()
    else:
        assert large.sum() == (sizes >= large_from(weight)).sum(), "every large firm is kept"
        assert np.abs(made.real[large] - sizes[made.number[large].astype(int)]).max() <= weight
        small = sizes[made.number[~large].astype(int)]
        assert np.corrcoef(small, made.real[~large])[0, 1] > 0.999, "smaller ones are kept whole"


@given(st.integers(2, 60), st.integers(1, 500))
def test_the_starting_points_together_take_each_small_firm_once(weight: int, firms: int) -> None:
    sizes = np.full(firms + weight, 7)
    taken = np.concatenate([sample(sizes, weight, o, 10**6).number for o in range(weight)])
    assert sorted(taken.tolist()) == list(range(firms + weight))


def test_an_empty_area_has_no_firms() -> None:
    made = sample(pareto_sizes(10, 0, 1.1), 20, 3, 0)
    assert made.number.size == made.rows.size == 0


def test_starting_points_spread_over_the_weight() -> None:
    found = [offset_of(seed, area, 20) for seed in range(60) for area in range(20)]
    assert set(found) == set(range(20))
    assert offset_of(7, 3, 20) == offset_of(7, 3, 20)
    assert {offset_of(seed, 2, 1) for seed in range(50)} == {0}


def test_firms_of_areas_and_kinds_have_names_of_their_own() -> None:
    number = np.arange(2000, dtype=np.uint64)
    names = [firm_ids(area, kind, number) for area in range(4) for kind in (0, 1)]
    assert np.unique(np.concatenate(names)).size == 8 * 2000


def described(size: np.ndarray, foreign: float = 0.3) -> tuple[np.ndarray, ...]:
    keys = [decision_key(5, name, 0) for name in ("a", "b", "c", "d")]
    ids = firm_ids(0, 0, np.arange(size.size, dtype=np.uint64))
    return describe(ids, size, np.cumsum([0.2, 0.3, 0.5]), *keys, foreign, 1.0, 0.8, 0.043 / 12)


def test_what_a_firm_is_like() -> None:
    """20,000 firms: shares within four standard errors, ages exponential with the exit hazard, tastes logistic."""
    size = np.repeat([10, 200], 10_000)
    sector, owner, age, taste = described(size)
    for k, share in enumerate((0.2, 0.3, 0.5)):
        assert abs((sector == k).mean() - share) < 4 * np.sqrt(share * (1 - share) / size.size)
    assert set(owner[:10_000].tolist()) == {s.PRIVATE}, "no foreign firm is smaller than 50"
    assert abs((owner[10_000:] == s.FOREIGN).mean() - 0.3) < 4 * np.sqrt(0.21 / 10_000)
    assert age.min() >= 0
    assert age.max() <= 480
    assert np.median(age) == pytest.approx(np.log(2) * 12 / 0.043, rel=0.05)
    assert np.std(taste[:10_000]) == pytest.approx(np.pi / np.sqrt(3), rel=0.03)
    assert abs(np.median(taste[:10_000])) < 4 * 2 / np.sqrt(10_000)


def test_what_a_firm_is_like_does_not_depend_on_the_others() -> None:
    together = described(np.full(500, 60))
    alone = described(np.full(100, 60))
    assert all((a[:100] == b).all() for a, b in zip(together, alone, strict=True))
