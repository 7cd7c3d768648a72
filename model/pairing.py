"""Pairing: which of the chosen searchers gets which of the chosen posts, so that one change more or less stays where it is.

Persons and posts have a keyed draw each, and chance alone pairs them: every way of pairing is as likely as any other. Rounds make the
pairs: in each, all draws are mixed anew, everyone still alone goes to the bin that the leading bits of the own draw name, and the person
and the post of the least draw in a bin are a pair. There are as many bins as pairs in the first round, and half as many in each that
follows.

Two lists in the order of their draws, paired first with first, would do for one run. But where two runs with the same luck differ by one
person, everyone behind that person would get another employer, and with it another wage, another notice and another insurance: a third of
all pairs. In bins it is about the logarithm of their number, so that what two scenarios have in common stays common.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from model import states as s
from model.compiler import lent
from model.luck import mix64

ONE, LAST_BIT = np.uint64(1), np.uint64(63)


@lent
def mix_draws(draws, alone):  # type: ignore[no-untyped-def]
    """Other draws for those places that are `alone`."""
    for j in alone:
        draws[j] = mix64(draws[j])


@lent
def least_in_bins(draws, alone, bits, least):  # type: ignore[no-untyped-def]
    """Write to `least` (int64, 2**bits) the place of the least draw among those `alone` in each bin, NOBODY where there is none."""
    shift = LAST_BIT - np.uint64(bits)
    for b in range(1 << bits):
        least[b] = s.NOBODY
    for j in alone:
        b = (draws[j] >> ONE) >> shift
        if least[b] == s.NOBODY or draws[j] < draws[least[b]]:
            least[b] = j


@njit(cache=True)
def still(alone, taken):  # type: ignore[no-untyped-def]
    """Those places of `alone` that are not `taken`, in their order."""
    k = 0
    for j in alone:
        alone[k] = j
        k += not taken[j]
    return alone[:k]


@njit(cache=True)
def pair_up(people, posts):  # type: ignore[no-untyped-def]
    """The place in `posts` that each of `people` gets, int64. Both are draws (uint64), as many of either, and are used up."""
    n, bits = people.size, 0
    while 1 << bits < n:
        bits += 1
    got, person, post = np.full(n, s.NOBODY, np.int64), np.empty(1 << bits, np.int64), np.empty(1 << bits, np.int64)
    placed, filled, searching, waiting = np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.arange(n), np.arange(n)
    while searching.size:
        mix_draws(people, searching)
        mix_draws(posts, waiting)
        least_in_bins(people, searching, bits, person)
        least_in_bins(posts, waiting, bits, post)
        for b in range(1 << bits):
            if person[b] != s.NOBODY and post[b] != s.NOBODY:
                got[person[b]] = post[b]
                placed[person[b]] = filled[post[b]] = True
        searching, waiting = still(searching, placed), still(waiting, filled)
        bits = max(bits - 1, 0)
    return got
