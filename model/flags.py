"""Rows that a flag picks out, where few are: most of a month befalls one person in a hundred, or in twenty."""

from __future__ import annotations

import numpy as np
from numba import njit

WORD = 8                        # flags (uint8) in a word (uint64)


@njit(cache=True)
def flagged(words, first, rows):  # type: ignore[no-untyped-def]
    """As `blocks.those`, of flags that are read eight at a time: words (uint64) of none are passed over. Returns how many rows there are.

    Flags beyond the last row must be 0."""
    k, flags = 0, words.view(np.uint8)
    for w in range(words.size):
        if words[w] != 0:
            for j in range(WORD * w, WORD * (w + 1)):
                rows[k] = first + np.uint64(j)
                k += flags[j] != 0
    return k
