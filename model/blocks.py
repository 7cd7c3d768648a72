"""Fixed row blocks: the unit of parallel work, so that results do not depend on the number of threads.

A kernel goes over blocks of `BLOCK` rows; what it counts goes to `tally[block, series, area]`, and tallies are added in block
order. Tallies are integers, and count rows; the city multiplies them by the area's weight.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.compiler import by_parts, lent
from model.lists import ANY, those
from model.series import SERIES
from model.threads import across

BLOCK = 1 << 16
DRAWN = 2048                    # rows that draw together (`luck.draw_each`), or are sorted out together (`lists.those`); a part of BLOCK
BATCH = 8192                    # rows of which the chosen draw together: many enough for vector instructions, few enough for near memory
YEAR, NONE = np.uint16(12), np.uint16(0)
SHARES = 8                      # of all rows, in which staff is counted


def blocks_of(n: int) -> int:
    """Number of blocks that cover n rows."""
    return max(1, -(-n // BLOCK))


def stretches(n: int) -> int:
    """Number of stretches of `DRAWN` that cover n rows."""
    return -(-n // DRAWN)


def empty_tally(n: int, areas: int) -> NDArray[np.int64]:
    """A tally of zeros for n rows: (blocks, series, areas)."""
    return np.zeros((blocks_of(n), len(SERIES), areas), np.int64)


@njit(inline="always")
def rows_in(b, n):  # type: ignore[no-untyped-def]
    """Rows of block b, of n rows in all: unsigned, so that the compiler need not ask of every access whether it counts from the end."""
    return range(np.uint64(b * BLOCK), np.uint64(min(n, (b + 1) * BLOCK)))


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


@lent
def dismiss(left, lost, staff):  # type: ignore[no-untyped-def]
    """Firms have one person of staff less for each time that they stand in `left`, lost[b] entries a block."""
    for b in range(lost.size):
        for j in range(lost[b]):
            staff[left[b * BLOCK + j]] -= 1


@njit(inline="always")
def months_of_age(month, birth):  # type: ignore[no-untyped-def]
    """Months of age in `month` of who was born in month `birth`, uint16: of short numbers, vector instructions take many at once."""
    return np.uint16(np.int16(month) - np.int16(birth))


@njit(inline="always")
def is_birthday(month, birth):  # type: ignore[no-untyped-def]
    """Whether a person who was born in month `birth` has a birthday in `month`."""
    return months_of_age(month, birth) % YEAR == NONE


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


@by_parts
def _past_legal(part, month, birth, traits, legal, first_birth, out):  # type: ignore[no-untyped-def]
    """See `past_legal`."""
    for i in range(*part):
        out[i] = past_legal_age(month - np.int64(birth[i]), np.int64(birth[i]), traits[i], legal, first_birth)


def past_legal(month: int, birth: NDArray[np.int16], traits: NDArray[np.uint8], legal: NDArray[np.int16], first_birth: int,
               ) -> NDArray[np.bool_]:
    """`past_legal_age` at the end of `month` for arrays of persons, one flag each."""
    out = np.empty(birth.size, np.bool_)
    across(_past_legal, out.size, month, birth, traits, legal, first_birth, out)
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


@lent
def flag(values, wanted, or_else, flags):  # type: ignore[no-untyped-def]
    """Flag those of a stretch whose value (uint8) is `wanted` or `or_else`."""
    one, other = np.uint8(wanted), np.uint8(or_else)            # bytes, of which vector instructions compare most at a time
    for j in range(values.size):
        flags[j] = (values[j] == one) | (values[j] == other)


@by_parts
def list_rows(part, values, wanted, or_else, n, entries, found):  # type: ignore[no-untyped-def]
    """List in `entries`, block by block, what `rows_where` is to find, found[b] of them in block b."""
    for b in range(*part):
        flags, rows = np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint64)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), BATCH):
            some = values[at: min(at + BATCH, n)]
            flag(some, wanted, or_else, flags)
            for i in rows[: those(flags[: some.size], ANY, np.uint64(at), rows)]:
                entries[b * BLOCK + found[b]] = i
                found[b] += 1


def rows_where(values: NDArray[np.uint8], wanted: int, or_else: int, n: int) -> NDArray[np.int64]:
    """Rows below n whose value is `wanted` or `or_else`, ascending; meant for what is rare."""
    blocks = -(-n // BLOCK)
    entries, found = np.empty(blocks * BLOCK, np.int32), np.zeros(blocks, np.int64)
    across(list_rows, blocks, values, wanted, or_else, n, entries, found)
    rows: NDArray[np.int64] = listed(entries, found)
    return rows


@by_parts
def count_staff(part, n, state, firm, heads):  # type: ignore[no-untyped-def]
    """Add to each line of `heads`, (shares of the rows, firms), the employees of one share of the n rows."""
    step = (n + heads.shape[0] - 1) // heads.shape[0]
    for p in range(*part):
        for i in range(p * step, min(n, (p + 1) * step)):
            if state[i] == s.EMPLOYED:
                heads[p, firm[i]] += 1


def staff_of(n: int, state: NDArray[np.uint8], firm: NDArray[np.int32], firms: int) -> NDArray[np.int32]:
    """Number of employees who point at each firm, shape (firms,)."""
    heads = np.zeros((SHARES, firms), np.int32)
    across(count_staff, SHARES, n, state, firm, heads)
    staff: NDArray[np.int32] = heads.sum(axis=0, dtype=np.int32)
    return staff
