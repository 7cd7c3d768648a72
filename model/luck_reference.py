"""The keyed luck of `model/luck.py` on plain Python integers: the oracle that the kernels are held against.

No numba here.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise

ALL = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15  # 2**64 / golden ratio, odd: Weyl step of splitmix64 (Steele, Lea, Flood 2014)
MIX_1 = 0xBF58476D1CE4E5B9  # Stafford's variant 13 of the 64-bit finish
MIX_2 = 0x94D049BB133111EB
FEW = 64  # up to so many elements a shuffle ranks draws; beyond, it is a Feistel network
ROUNDS = 6


def mix64(x: int) -> int:
    """The finish of splitmix64, a bijection of 64-bit words."""
    x &= ALL
    x = (x ^ (x >> 30)) * MIX_1 & ALL
    x = (x ^ (x >> 27)) * MIX_2 & ALL
    return x ^ (x >> 31)


def hash_ids(a: int, b: int, c: int) -> int:
    """A 64-bit id from three numbers, in order."""
    return mix64(mix64(mix64(a + GOLDEN) + b) + c)


def decision_key(seed: int, decision: str, month: int) -> int:
    """The key of (seed, decision, month): the first key with enough spread in a stream that the three start."""
    return spread_key(hash_ids(seed & ALL, name_of(decision), month & ALL))


def name_of(decision: str) -> int:
    """The 64-bit word that stands for a decision's name."""
    return int.from_bytes(hashlib.blake2b(decision.encode("utf-8"), digest_size=8).digest(), "little")


def spread_key(start: int) -> int:
    """The first suitable Squares key on the splitmix64 stream that begins at `start`.

    Squares wants irregular keys. As in its author's key program, a key is odd, its lower eight hexadecimal digits
    differ from one another, and no upper digit equals its neighbour. About one word in fifteen passes, so some 2**59
    keys remain and about fifteen words are tried.
    """
    state = start & ALL
    while True:
        state = (state + GOLDEN) & ALL
        key = mix64(state) | 1
        if has_spread(key):
            return key


def has_spread(key: int) -> bool:
    """Whether the lower eight hexadecimal digits differ and no upper digit equals its neighbour."""
    digits = f"{key:016x}"
    upper, lower = digits[:9], digits[8:]
    return len(set(lower)) == 8 and all(a != b for a, b in pairwise(upper))


def _rotate(x: int) -> int:
    return (x >> 32 | x << 32) & ALL


def squares32(counter: int, key: int) -> int:
    """Widynski's four-round generator: 32 bits."""
    y = counter * key & ALL
    z = y + key & ALL
    x = _rotate(y * y + y & ALL)
    x = _rotate(x * x + z & ALL)
    x = _rotate(x * x + y & ALL)
    return (x * x + z & ALL) >> 32


def draw64(key: int, identity: int) -> int:
    """Widynski's five-round generator: 64 bits."""
    y = identity * key & ALL
    z = y + key & ALL
    x = _rotate(y * y + y & ALL)
    x = _rotate(x * x + z & ALL)
    x = _rotate(x * x + y & ALL)
    t = x * x + z & ALL
    x = _rotate(t)
    return t ^ ((x * x + y & ALL) >> 32)


def threshold(probability: float) -> int:
    """floor(p * 2**64), held within [0, 2**64 - 1]; NaN gives 0."""
    if probability >= 1.0:
        return ALL
    return int(probability * 2.0**64) if probability > 0.0 else 0


def uniform(draw: int) -> float:
    """The upper 53 bits as a float in [0, 1)."""
    return (draw >> 11) * 2.0**-53


def choose(draw: int, n: int) -> int:
    """floor(draw * n / 2**64)."""
    return draw * n >> 64


def permute(i: int, n: int, key: int) -> int:
    """Where element `i` goes in the keyed shuffle of [0, n)."""
    if n <= FEW:
        own = (draw64(key, i), i)
        return sum((draw64(key, j), j) < own for j in range(n))
    bits = (n - 1).bit_length()
    x = _feistel(i, bits, key)
    while x >= n:
        x = _feistel(x, bits, key)
    return x


def _feistel(x: int, bits: int, key: int) -> int:
    left = bits >> 1
    right = bits - left
    a, b = x >> right, x & ((1 << right) - 1)
    for turn in range(1, ROUNDS + 1):
        word = mix64((b + turn * GOLDEN & ALL) ^ key)
        a, b = b, a ^ (word >> (64 - left))
        left, right = right, left
    return a << right | b
