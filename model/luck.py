"""Luck that belongs to a decision: every draw is a pure function of (seed, decision, month, id).

The generator is Squares (Widynski 2020, arXiv:2004.06278v7), counter-based: `squares64(counter, key)` squares a
counter-dependent word five times. The key stands for (seed, decision name, month), the counter is a person's, a firm's
or a slot's id. Nothing is carried from draw to draw, so the order of work, the number of threads and draws that
others make or leave out change nobody's luck.

Every operand is `np.uint64`: in numba an unsigned and a signed operand make a signed or a float result. So arguments
are cast on the way in, which costs nothing where they are right already. The same functions on Python integers stand
in `model/luck_reference.py`; tests hold the two equal.
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import luck_reference
from model.compiler import lent

HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)
ZERO = np.uint64(0)
ONE = np.uint64(1)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
TO_53_BITS, TO_16_BITS = np.uint64(11), np.uint64(48)
STEP_53 = 2.0**-53
GOLDEN = np.uint64(luck_reference.GOLDEN)
MIX_1 = np.uint64(luck_reference.MIX_1)
MIX_2 = np.uint64(luck_reference.MIX_2)
SHIFT_1, SHIFT_2, SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
WORD = np.uint64(64)
DIGIT = np.uint64(15)
WHOLE = luck_reference.ALL
TWO_64 = 18446744073709551616.0
FEW, FEW_BITS = np.uint64(luck_reference.FEW), np.uint64(luck_reference.FEW.bit_length())
ROUNDS = luck_reference.ROUNDS


def decision_key(seed: int, decision: str, month: int) -> np.uint64:
    """The Squares key of one decision in one month; made once a month in Python and handed to the kernel.

    Args:
        seed: the run's luck seed, any integer (taken modulo 2**64).
        decision: the decision's name, for example "separate.quit"; a new name is a new stream.
        month: any integer that names the month.

    Returns:
        An odd key with the spread of hexadecimal digits that Squares asks for (see `luck_reference.spread_key`).
    """
    return np.uint64(_key_of(np.uint64(seed & WHOLE), _name_of(decision), np.uint64(month & WHOLE)))


def decision_keys(seed: int, decisions: tuple[str, ...], month: int) -> NDArray[np.uint64]:
    """`decision_key` of several decisions of a month, in one call."""
    keys: NDArray[np.uint64] = _keys_of(np.uint64(seed & WHOLE), _names_of(decisions), np.uint64(month & WHOLE))
    return keys


@lru_cache(maxsize=1024)
def lasting_key(seed: int, taste: str) -> np.uint64:
    """The key of a lasting taste, the same in every month, so that it is remembered."""
    return decision_key(seed, f"lasting.{taste}", 0)


@lru_cache(maxsize=64)
def yearly_key(seed: int, decision: str, year: int) -> np.uint64:
    """The key of a decision that is taken once a year, `year` years after the start."""
    return decision_key(seed, f"yearly.{decision}", year)


@cache
def _name_of(decision: str) -> np.uint64:
    """The word that stands for a decision's name."""
    return np.uint64(luck_reference.name_of(decision))


@cache
def _names_of(decisions: tuple[str, ...]) -> NDArray[np.uint64]:
    """The words that stand for the names of several decisions."""
    return np.array([luck_reference.name_of(decision) for decision in decisions], np.uint64)


@njit(cache=True)
def has_spread(key):  # type: ignore[no-untyped-def]
    """Whether the lower eight hexadecimal digits of a key differ and no upper digit equals its neighbour."""
    key, seen = np.uint64(key), ZERO
    for place in range(8):
        digit = ONE << ((key >> np.uint64(4 * place)) & DIGIT)
        if seen & digit:
            return False
        seen |= digit
    apart = True
    for place in range(7, 15):
        apart &= (key >> np.uint64(4 * place)) & DIGIT != (key >> np.uint64(4 * place + 4)) & DIGIT
    return apart


@njit(cache=True)
def spread_key(start):  # type: ignore[no-untyped-def]
    """The first suitable Squares key on the splitmix64 stream that begins at `start` (see `luck_reference.spread_key`); uint64."""
    state = np.uint64(start)
    while True:
        state += GOLDEN
        key = mix64(state) | ONE
        if has_spread(key):
            return key


@njit(cache=True)
def _key_of(seed, name, month):  # type: ignore[no-untyped-def]
    """Key of a decision's name in a month; all uint64."""
    return spread_key(hash_ids(seed, name, month))


@njit(cache=True)
def _keys_of(seed, names, month):  # type: ignore[no-untyped-def]
    """`_key_of` each of `names`; all uint64."""
    out = np.empty(names.size, np.uint64)
    for j in range(names.size):
        out[j] = _key_of(seed, names[j], month)
    return out


@njit(cache=True)
def squares32(counter, key):  # type: ignore[no-untyped-def]
    """Four rounds: 32 random bits in a uint64. `counter` and `key` are uint64."""
    key = np.uint64(key)
    x = np.uint64(counter) * key
    y = x
    z = y + key
    x = x * x + y
    x = (x >> HALF) | (x << HALF)
    x = x * x + z
    x = (x >> HALF) | (x << HALF)
    x = x * x + y
    x = (x >> HALF) | (x << HALF)
    return (x * x + z) >> HALF


@njit(cache=True)
def draw64(key, identity):  # type: ignore[no-untyped-def]
    """64 random bits (Squares, five rounds) for one id under one decision key; uint64 in, uint64 out."""
    key = np.uint64(key)
    x = np.uint64(identity) * key
    y = x
    z = y + key
    x = x * x + y
    x = (x >> HALF) | (x << HALF)
    x = x * x + z
    x = (x >> HALF) | (x << HALF)
    x = x * x + y
    x = (x >> HALF) | (x << HALF)
    x = x * x + z
    t = x
    x = (x >> HALF) | (x << HALF)
    return t ^ ((x * x + y) >> HALF)


@lent
def draw_each(key, identity, out):  # type: ignore[no-untyped-def]
    """`draw64` of a stretch of ids into `out`: a loop of nothing else, which the compiler turns into vector instructions."""
    for j in range(identity.size):
        out[j] = draw64(key, identity[j])


@lent
def tops_of(draws, out):  # type: ignore[no-untyped-def]
    """The upper 16 bits of draws (uint64) into `out` (uint16). Whether a draw may lie below a threshold is seen by them, and of short
    numbers vector instructions take many at once: the few of whom it is not certain are looked at again with the whole draw."""
    for j in range(draws.size):
        out[j] = draws[j] >> TO_16_BITS


@njit(inline="always")
def top_of(draw):  # type: ignore[no-untyped-def]
    """The upper 16 bits of one draw or threshold, uint16."""
    return np.uint16(draw >> TO_16_BITS)


@lent
def draw_those(key, identity, rows, who, out):  # type: ignore[no-untyped-def]
    """`draw_each` of the persons in `rows`; who: room to work in, uint64, at least as many as rows."""
    n = rows.size
    for j in range(n):
        who[j] = identity[rows[j]]
    draw_each(key, who[:n], out)


@njit(cache=True)
def threshold(probability):  # type: ignore[no-untyped-def]
    """The uint64 below which a draw means "it happens": floor(p * 2**64).

    p <= 0 and NaN give 0 (never). p >= 1 gives 2**64 - 1, which a draw misses once in 2**64.
    """
    if probability >= 1.0:
        return ALL
    if probability > 0.0:
        return np.uint64(probability * TWO_64)
    return ZERO


@njit(cache=True)
def thresholds(probability):  # type: ignore[no-untyped-def]
    """`threshold` of every element of a float64 array of one dimension; uint64."""
    out = np.empty(probability.size, np.uint64)
    for j in range(probability.size):
        out[j] = threshold(probability[j])
    return out


def chance(probability: float) -> np.uint64:
    """The threshold of a probability as an argument for a kernel.

    Called from Python, a kernel gives a plain int back, which numba would type as signed or unsigned by its size and
    compile twice for; this keeps it `np.uint64`. Raises `ValueError` outside [0, 1].
    """
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"a probability lies in [0, 1], not {probability!r}")
    return np.uint64(luck_reference.threshold(probability))


@njit(cache=True)
def uniform(draw):  # type: ignore[no-untyped-def]
    """A draw as float64 in [0, 1): its upper 53 bits, exactly."""
    return np.float64(np.uint64(draw) >> TO_53_BITS) * STEP_53


@njit(inline="always")
def place_on(line, u):  # type: ignore[no-untyped-def]
    """The first place of a cumulative distribution whose value exceeds u: how many u has passed, counted without branches."""
    place = np.int64(0)
    for k in range(line.size - 1):
        place += u >= line[k]
    return place


@njit(cache=True)
def choose(draw, n):  # type: ignore[no-untyped-def]
    """A draw as an integer (uint64) in [0, n): the upper word of draw * n, exactly. 1 <= n < 2**32, uint64."""
    draw, n = np.uint64(draw), np.uint64(n)
    return ((draw >> HALF) * n + (((draw & LOW) * n) >> HALF)) >> HALF


@njit(cache=True)
def mix64(x):  # type: ignore[no-untyped-def]
    """A bijection of uint64 in which every bit of the input moves every bit of the output (splitmix64's finish)."""
    x = np.uint64(x)
    x = (x ^ (x >> SHIFT_1)) * MIX_1
    x = (x ^ (x >> SHIFT_2)) * MIX_2
    return x ^ (x >> SHIFT_3)


@njit(cache=True)
def hash_ids(a, b, c):  # type: ignore[no-untyped-def]
    """A 64-bit id from three numbers, in order: (mother, month, birth), (origin stream, month, slot). All uint64."""
    return mix64(mix64(mix64(np.uint64(a) + GOLDEN) + np.uint64(b)) + np.uint64(c))


@njit(cache=True)
def _feistel(x, left, right, key):  # type: ignore[no-untyped-def]
    """One pass of an unbalanced Feistel network over words of left + right bits."""
    a = x >> right
    b = x & ((ONE << right) - ONE)
    for turn in range(ROUNDS):
        word = mix64((b + np.uint64(turn + 1) * GOLDEN) ^ key)
        a, b = b, a ^ (word >> (WORD - left))
        left, right = right, left
    return (a << right) | b


@njit(cache=True)
def _rank(i, n, key):  # type: ignore[no-untyped-def]
    """How many of the n elements draw less than element `i` does."""
    own = draw64(key, i)
    before = ZERO
    for j in range(n):
        other = draw64(key, j)
        if other < own or (other == own and np.uint64(j) < i):
            before += ONE
    return before


@njit(cache=True)
def permute(i, n, key):  # type: ignore[no-untyped-def]
    """Where element `i` goes in the keyed shuffle of [0, n): a bijection computed element by element.

    Up to 64 elements: the rank of the element's draw. Beyond: six rounds of a Feistel network over the next power of
    two, walked until it lands inside [0, n), two passes at most on average (on smaller domains six rounds are not even
    enough; tests measure it). `i`, `n`, `key` are uint64 with i < n; the same key gives the same shuffle.
    """
    i, n, key = np.uint64(i), np.uint64(n), np.uint64(key)
    if n <= FEW:
        return _rank(i, n, key)
    bits = FEW_BITS
    while (ONE << bits) < n:
        bits += ONE
    left = bits >> ONE
    right = bits - left
    x = _feistel(i, left, right, key)
    while x >= n:
        x = _feistel(x, left, right, key)
    return x
