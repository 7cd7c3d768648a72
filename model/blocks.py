"""Fixed row blocks: the unit of parallel work, so that results do not depend on the number of threads.

A kernel goes over blocks of `BLOCK` rows; what it counts goes to `tally[block, series, area]`, and tallies are added in block
order. Tallies are integers, and count rows; the city multiplies them by the area's weight.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from model import states as s
from model.series import SERIES

BLOCK = 1 << 16
STRETCH = 64                    # rows that are looked at together for what is rare
DRAWN = 1024                    # rows that draw together (`luck.draw_each`), or are sorted out together (`those`); a part of BLOCK
BATCH = 8192                    # rows of which the chosen draw together: many enough for vector instructions, few enough for near memory
YEAR, NONE, ANY = np.uint32(12), np.uint32(0), np.uint8(255)


def blocks_of(n: int) -> int:
    """Number of blocks that cover n rows."""
    return max(1, -(-n // BLOCK))


def empty_tally(n: int, areas: int) -> NDArray[np.int64]:
    """A tally of zeros for n rows: (blocks, series, areas)."""
    return np.zeros((blocks_of(n), len(SERIES), areas), np.int64)


@njit(inline="always")
def rows_in(b, n):  # type: ignore[no-untyped-def]
    """Rows of block b, of n rows in all: unsigned, so that the compiler need not ask of every access whether it counts from the end."""
    return range(np.uint64(b * BLOCK), np.uint64(min(n, (b + 1) * BLOCK)))


@njit(cache=True)
def those(flags, what, first, rows):  # type: ignore[no-untyped-def]
    """Write to `rows` (uint64) the rows, counted from `first`, whose flag (uint8) has a bit of `what` (uint8); returns how many.

    Flags are worked out before, in a loop without branches that the compiler turns into vector instructions: whom a month passes by costs
    next to nothing."""
    k = 0
    for j in range(flags.size):
        rows[k] = first + np.uint64(j)
        k += (flags[j] & what) != 0
    return k


@njit(cache=True)
def those_few(flags, what, first, rows):  # type: ignore[no-untyped-def]
    """The same as `those`, for what is rare: it is looked for by stretches of 64 rows."""
    k = 0
    for at in range(0, flags.size, STRETCH):
        part, some = flags[at: at + STRETCH], np.uint8(0)
        for flag in part:
            some |= flag
        if some & what:
            for j in range(part.size):
                rows[k] = first + np.uint64(at + j)
                k += (part[j] & what) != 0
    return k


@njit(cache=True)
def listed(entries, found):  # type: ignore[no-untyped-def]
    """What a kernel listed block by block, found[b] entries from b·BLOCK on, as one array, int64."""
    out = np.empty(found.sum(), np.int64)
    k = 0
    for b in range(found.size):
        for j in range(found[b]):
            out[k] = entries[b * BLOCK + j]
            k += 1
    return out


@njit(cache=True)
def dismiss(left, lost, staff):  # type: ignore[no-untyped-def]
    """Firms have one person of staff less for each time that they stand in `left`, lost[b] entries a block."""
    for b in range(lost.size):
        for j in range(lost[b]):
            staff[left[b * BLOCK + j]] -= 1


@njit(inline="always")
def is_birthday(month, birth):  # type: ignore[no-untyped-def]
    """Whether a person who was born in month `birth` has a birthday in `month`: a division that goes without branches."""
    return np.uint32(month - birth) % YEAR == NONE


@njit(inline="always")
def leave_job(i, firm, scheme, marks):  # type: ignore[no-untyped-def]
    """Person i stops being an employee: insurance of the job ends; membership of the employee pension stays, unpaid."""
    firm[i] = s.NOBODY
    marks[i] &= s.EVERY_MARK - s.COMMUTES
    kind = scheme[i] & s.PENSION_KIND
    if kind == s.CIVIL_SCHEME:
        kind = s.EMPLOYEE_SCHEME
    scheme[i] = (scheme[i] & (s.COUNTED)) | kind


@njit(inline="always")
def past_legal_age(months, birth, mark, legal, first_birth):  # type: ignore[no-untyped-def]
    """True from the month of legal retirement on, for `months` of age.

    legal: ages by (men, women in cadre posts, women workers) × birth month.
    """
    category = 0 if not mark & s.FEMALE else 1 if mark & s.CADRE else 2
    return months >= legal[category, min(max(birth - first_birth, 0), legal.shape[1] - 1)]


@njit(parallel=True, cache=True)
def past_legal(month, birth, traits, legal, first_birth):  # type: ignore[no-untyped-def]
    """`past_legal_age` at the end of `month` for arrays of persons, one flag each."""
    out = np.empty(birth.size, np.bool_)
    for i in prange(birth.size):
        out[i] = past_legal_age(month - np.int64(birth[i]), np.int64(birth[i]), traits[i], legal, first_birth)
    return out


@njit(inline="always")
def go_elsewhere(i, state, spell, scheme):  # type: ignore[no-untyped-def]
    """Person i, without an employer, goes to live elsewhere; membership of the resident scheme stays, any other is moved away 转移接续."""
    state[i], spell[i] = s.AWAY, 0
    stays = scheme[i] & s.PENSION_KIND == s.RESIDENT_SCHEME
    scheme[i] = scheme[i] & (s.PENSION_KIND + s.PAYING) if stays else 0


@njit(inline="always")
def vanish(i, identity, birth, traits, area, state, note, spell, scheme, firm):  # type: ignore[no-untyped-def]
    """Row i becomes vacant: the person died or left the roster. Area, skill and course stay until `bureau.count` has closed the month."""
    identity[i] = 0
    birth[i] = 0
    traits[i] = 0
    state[i] = s.GONE
    note[i] = s.QUIET
    spell[i] = 0
    scheme[i] = 0
    firm[i] = s.NOBODY


@njit(parallel=True, cache=True)
def rows_where(values, wanted, or_else, n):  # type: ignore[no-untyped-def]
    """Rows below n whose value (uint8) is `wanted` or `or_else`, ascending, int64. What is rare is looked for by stretches of 64 rows."""
    stretches = (n + STRETCH - 1) // STRETCH
    found = np.zeros(stretches, np.uint8)
    for k in prange(stretches):
        part, hits = values[k * STRETCH: min(n, (k + 1) * STRETCH)], np.uint8(0)
        for value in part:
            hits += np.uint8((value == wanted) | (value == or_else))
        found[k] = hits
    out = np.empty(found.sum(), np.int64)
    at = 0
    for k in range(stretches):
        if found[k]:
            for i in range(k * STRETCH, min(n, (k + 1) * STRETCH)):
                if values[i] == wanted or values[i] == or_else:
                    out[at] = i
                    at += 1
    return out


@njit(parallel=True, cache=True)
def staff_of(n, state, firm, firms):  # type: ignore[no-untyped-def]
    """Number of employees who point at each firm, shape (firms,) int32: counted in eight fixed parts, then added."""
    parts = 8
    heads = np.zeros((parts, firms), np.int32)
    step = (n + parts - 1) // parts
    for p in prange(parts):
        for i in range(p * step, min(n, (p + 1) * step)):
            if state[i] == s.EMPLOYED:
                heads[p, firm[i]] += 1
    out = np.zeros(firms, np.int32)
    for p in range(parts):
        for f in range(firms):
            out[f] += heads[p, f]
    return out
