"""Keyed luck: published vectors, equality with plain integers, fairness, independence."""

import time
from itertools import pairwise, permutations
from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from model import luck
from model import luck_reference as reference

words = st.integers(0, 2**64 - 1)

# --- published known answers -----------------------------------------------------------------------------------------

AUTHOR_KEY = 0x548C9DECBCE65297
AUTHOR_64 = [
    # Widynski's own program (squaresrngv7), counters 0 to 9, as printed by the Rust crate that ports it.
    0x36D88366CEE633A5,
    0x944716E00E60DFAA,
    0xC8A8F4E0678654BF,
    0x35CC666AAB11C80D,
    0x7094EAB1CBAE8747,
    0xA2A1B6F56E92A96F,
    0xD884957D48007552,
    0xE61F37B97D593453,
    0xE4D45C4762B10DAD,
    0xB0DBD071F201DD2A,
]
RANDOMGEN_KEY = 0x3BC8BCA4D301945B
RANDOMGEN_64 = {
    # The randomgen package's test set for squares64 (its seed 0xdeadbeaf).
    0: 0x5167EA8B7923D95B,
    1: 0x0E03102BE2DB8C20,
    2: 0xE59F61D7BEB27F5D,
    43: 0x00D8E416148141B8,
    124: 0x0007807B68015DA6,
    500: 0x2D6834039A5ACC37,
    671: 0x475FBB9CC461EBA6,
}
RANDOMGEN_32 = {
    # The same for squares32: 32-bit words, the even counter in the lower half of each printed value.
    0: 0x5167EA8B,
    1: 0x0E03102B,
    2: 0xE59F61D7,
    3: 0x943AC4D0,
    42: 0x817E1E10,
    43: 0x00D8E416,
    1342: 0x9B498E3E,
    1343: 0x8F87417F,
}


def u(word: int) -> np.uint64:
    return np.uint64(word)


@pytest.mark.parametrize(("counter", "word"), list(enumerate(AUTHOR_64)))
def test_author_vectors(counter: int, word: int) -> None:
    assert reference.draw64(AUTHOR_KEY, counter) == word
    assert luck.draw64(u(AUTHOR_KEY), u(counter)) == word
    assert reference.squares32(counter, AUTHOR_KEY) == luck.squares32(u(counter), u(AUTHOR_KEY)) == word >> 32


@pytest.mark.parametrize(("counter", "word"), RANDOMGEN_64.items())
def test_randomgen_vectors_64(counter: int, word: int) -> None:
    assert reference.draw64(RANDOMGEN_KEY, counter) == luck.draw64(u(RANDOMGEN_KEY), u(counter)) == word


@pytest.mark.parametrize(("counter", "word"), RANDOMGEN_32.items())
def test_randomgen_vectors_32(counter: int, word: int) -> None:
    assert reference.squares32(counter, RANDOMGEN_KEY) == luck.squares32(u(counter), u(RANDOMGEN_KEY)) == word


def test_splitmix_vector() -> None:
    """The first outputs of splitmix64 from seed 1234567, as its reference program prints them."""
    words = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    for step, word in enumerate(words, 1):
        assert reference.mix64(1234567 + step * reference.GOLDEN) == word


# --- kernels are the plain integers ----------------------------------------------------------------------------------


@given(words, words, words)
def test_kernels_equal_plain_integers(a: int, b: int, c: int) -> None:
    assert luck.draw64(u(a), u(b)) == reference.draw64(a, b)
    assert luck.squares32(u(a), u(b)) == reference.squares32(a, b)
    assert luck.mix64(u(a)) == reference.mix64(a)
    assert luck.hash_ids(u(a), u(b), u(c)) == reference.hash_ids(a, b, c)
    assert luck.uniform(u(a)) == reference.uniform(a)


@given(words, st.integers(1, 2**32 - 1))
def test_choose_equals_plain_integers(draw: int, n: int) -> None:
    chosen = luck.choose(u(draw), u(n))
    assert chosen == reference.choose(draw, n)
    assert 0 <= chosen < n


@given(st.floats())
def test_thresholds_equal_plain_integers(p: float) -> None:
    bound = luck.threshold(p)
    assert bound == reference.threshold(p)
    if p <= 0 or isnan(p):
        assert bound == 0
    elif p >= 1:
        assert bound == 2**64 - 1
    else:
        assert abs(bound - p * 2**64) < 1


@given(words, st.integers(1, 5000), st.data())
def test_permute_equals_plain_integers(key: int, n: int, data: st.DataObject) -> None:
    i = data.draw(st.integers(0, n - 1))
    assert luck.permute(u(i), u(n), u(key)) == reference.permute(i, n, key)


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**31), st.integers(1, 1000))
def test_signed_arguments_make_no_difference(key: int, identity: int, n: int) -> None:
    """numba types small Python integers as signed; the result must not depend on it."""
    assert luck.draw64(key, identity) == luck.draw64(u(key), u(identity))
    draw = luck.draw64(key, identity) >> 1
    assert luck.choose(draw, n) == luck.choose(u(draw), u(n))
    assert luck.hash_ids(key, identity, n) == luck.hash_ids(u(key), u(identity), u(n))
    assert luck.uniform(draw) == luck.uniform(u(draw))


def test_chance_is_for_kernels() -> None:
    assert isinstance(luck.chance(0.25), np.uint64)
    assert luck.chance(0.25) == 2**62
    assert luck.chance(0.0) == 0
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="probability"):
            luck.chance(wrong)


# --- keys ------------------------------------------------------------------------------------------------------------


@given(st.integers(), st.text(), st.integers())
def test_keys_have_the_spread_that_squares_wants(seed: int, decision: str, month: int) -> None:
    key = reference.decision_key(seed, decision, month)
    digits = f"{key:016x}"
    assert key < 2**64 and key % 2 == 1
    assert len(set(digits[8:])) == 8
    assert all(a != b for a, b in pairwise(digits[:9]))
    assert luck.decision_key(seed, decision, month) == key
    assert isinstance(luck.decision_key(seed, decision, month), np.uint64)


def test_keys_differ() -> None:
    keys = {
        reference.decision_key(seed, decision, month)
        for seed in range(20)
        for decision in ("quit", "hire", "die", "quit.a", "")
        for month in range(-12, 120)
    }
    assert len(keys) == 20 * 5 * 132
    ones = np.array([bin(key).count("1") for key in keys])
    assert ones.min() > 16 and ones.max() < 48, "no key is nearly empty or nearly full"


def test_keys_never_change() -> None:
    """Recorded: a change here changes every published run."""
    assert reference.decision_key(1, "separate.quit", 24252) == 0xFCFD39A83ADBC275
    assert reference.decision_key(2**70 - 1, "死亡", -3) == 0x826328F3EF037A5B


# --- fairness --------------------------------------------------------------------------------------------------------


@njit
def draws(key: np.uint64, n: int, stride: np.uint64) -> NDArray[np.uint64]:
    out = np.empty(n, np.uint64)
    for i in range(n):
        out[i] = luck.draw64(key, np.uint64(i) * stride)
    return out


SAMPLE = 1 << 20


@pytest.mark.parametrize("stride", [1, 20, 0x9E3779B97F4A7C15])
def test_every_bit_is_fair(stride: int) -> None:
    sample = draws(luck.decision_key(3, "bits", 5), SAMPLE, u(stride))
    for bit in range(64):
        share = np.mean((sample >> u(bit)) & u(1))
        assert abs(share - 0.5) < 5 * 0.5 / sqrt(SAMPLE), bit


def test_draws_of_neighbours_months_and_decisions_are_unrelated() -> None:
    limit = 5 / sqrt(SAMPLE)
    base = draws(luck.decision_key(1, "quit", 7), SAMPLE, u(1)) / 2.0**64
    others = [(2, "quit", 7), (1, "quit", 8), (1, "hire", 7)]
    for seed, decision, month in others:
        other = draws(luck.decision_key(seed, decision, month), SAMPLE, u(1)) / 2.0**64
        assert abs(np.corrcoef(base, other)[0, 1]) < limit
    for lag in (1, 2, 20):
        assert abs(np.corrcoef(base[:-lag], base[lag:])[0, 1]) < limit


def test_a_probability_happens_as_often_as_it_says() -> None:
    sample = draws(luck.decision_key(9, "p", 1), SAMPLE, u(1))
    for p in (1e-4, 0.01, 0.3, 0.5, 0.99):
        happened = np.mean(sample < luck.chance(p))
        assert abs(happened - p) < 5 * sqrt(p * (1 - p) / SAMPLE)


def test_choice_is_even() -> None:
    sample = draws(luck.decision_key(4, "choose", 1), 200_000, u(1))
    counts = np.bincount([luck.choose(word, u(7)) for word in sample], minlength=7)
    assert np.sum((counts - 200_000 / 7) ** 2 / (200_000 / 7)) < 30  # chi-square, 6 df: p < 4e-5


def test_ids_do_not_collide() -> None:
    ids = {reference.hash_ids(a, b, c) for a in range(60) for b in range(60) for c in range(60)}
    assert len(ids) == 60**3
    assert reference.hash_ids(1, 2, 3) != reference.hash_ids(3, 2, 1) != reference.hash_ids(2, 1, 3)


# --- shuffles --------------------------------------------------------------------------------------------------------


@njit
def shuffled(n: int, key: np.uint64) -> NDArray[np.int64]:
    out = np.empty(n, np.int64)
    for i in range(n):
        out[i] = luck.permute(np.uint64(i), np.uint64(n), key)
    return out


@pytest.mark.parametrize("n", [1, 2, 3, 5, 63, 64, 65, 127, 128, 129, 1025, 70_001])
def test_permute_is_a_bijection(n: int) -> None:
    for key in (1, AUTHOR_KEY, 2**64 - 1):
        assert sorted(shuffled(n, u(key))) == list(range(n))


def test_small_shuffles_are_all_equally_likely() -> None:
    keys = [luck.decision_key(seed, "shuffle", 1) for seed in range(12_000)]
    orders = [tuple(shuffled(4, key)) for key in keys]
    expected = len(keys) / 24
    counts = [orders.count(order) for order in permutations(range(4))]
    assert sum((count - expected) ** 2 / expected for count in counts) < 60  # chi-square, 23 df: p < 4e-5


@njit
def pairs(n: int, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    out = np.zeros((n, n), np.int64)
    for key in keys:
        out[luck.permute(np.uint64(0), np.uint64(n), key), luck.permute(np.uint64(1), np.uint64(n), key)] += 1
    return out


@pytest.mark.parametrize("n", [20, 65, 129])
def test_any_two_elements_go_anywhere(n: int) -> None:
    """Chi-square over the places of elements 0 and 1, as a standard normal; four Feistel rounds give more than 20."""
    keys = np.array([reference.decision_key(seed, "pairs", n) for seed in range(20_000)], np.uint64)
    many = np.concatenate([keys * u(odd) | u(1) for odd in range(1, 16, 2)])
    counts, expected, free = pairs(n, many), len(many) / (n * (n - 1)), n * (n - 1) - 1
    assert np.trace(counts) == 0
    square = np.sum((counts - expected)[~np.eye(n, dtype=bool)] ** 2) / expected
    assert abs(square - free) / sqrt(2 * free) < 4.5


def test_large_shuffles_keep_no_order() -> None:
    n = 200_000
    order = shuffled(n, luck.decision_key(5, "shuffle", 2))
    assert abs(np.corrcoef(np.arange(n), order)[0, 1]) < 5 / sqrt(n)
    assert abs(np.corrcoef(order[:-1], order[1:])[0, 1]) < 5 / sqrt(n)
    assert np.sum(order == np.arange(n)) < 12, "about one fixed point is expected"


# --- speed -----------------------------------------------------------------------------------------------------------


@njit
def count_below(n: int, key: np.uint64, bound: np.uint64) -> int:
    count = 0
    for i in range(n):
        if luck.draw64(key, np.uint64(i)) < bound:
            count += 1
    return count


def test_a_draw_costs_at_most_four_nanoseconds() -> None:
    key, bound, n = luck.decision_key(1, "speed", 1), luck.chance(0.3), 5_000_000
    count_below(10, key, bound)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        count_below(n, key, bound)
        times.append((time.perf_counter() - start) / n)
    assert min(times) < 4e-9
    assert len(count_below.signatures) == 1


@given(chances=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=70), u=st.floats(0.0, 1.0, exclude_max=True))
def test_a_place_on_a_line_is_the_first_beyond_the_draw(chances: list[float], u: float) -> None:
    line = np.cumsum(chances) / max(sum(chances), 1e-9)
    first = next((k for k, upper in enumerate(line) if u < upper), len(line) - 1)
    assert luck.place_on(line, u) == first
