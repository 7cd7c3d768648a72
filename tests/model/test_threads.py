"""Kernels on several threads: every piece is done once, faults come up, and arrays are only lent to a kernel."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from multiprocessing import get_all_start_methods, get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core.runtime import _nrt_python, rtsys

from model.compiler import by_parts, lent
from model.threads import PARTS, across, in_use, processors, use, using


@by_parts
def _count(part, times, by):  # type: ignore[no-untyped-def]
    """Each piece is done once more, `by` of its stretch once for every row."""
    for b in range(*part):
        room, stretch = np.ones(3, np.int64), by[2 * b: 2 * b + 2]
        times[b] += room.sum() // 3
        for j in range(stretch.size):
            stretch[j] += room[0]


@by_parts
def _divide(part, above, below, out):  # type: ignore[no-untyped-def]
    for b in range(*part):
        out[b] = above[b] / below[b]


@given(st.integers(0, 70), st.integers(1, 9))
def test_every_piece_is_done_once(pieces: int, threads: int) -> None:
    times, by = np.zeros(pieces, np.int64), np.zeros(2 * pieces, np.int64)
    with using(threads):
        across(_count, pieces, times, by)
    assert (times == 1).all() and (by == 1).all()


@given(st.integers(1, 60), st.integers(1, 5))
def test_parts_follow_one_another_and_are_of_like_length(pieces: int, threads: int) -> None:
    seen, lock = [], threading.Lock()

    def note(part: tuple[int, int]) -> None:
        with lock:
            seen.append(part)

    with using(threads):
        across(note, pieces)
    seen.sort()
    assert [first for first, _ in seen] == [0, *(last for _, last in seen[:-1])] and seen[-1][1] == pieces
    lengths = [last - first for first, last in seen]
    assert max(lengths) - min(lengths) <= 1 and len(seen) <= max(1, PARTS * threads)


def test_two_threads_take_part() -> None:
    both, seen = threading.Barrier(2, timeout=30), set()

    def meet(part: tuple[int, int]) -> None:
        if threading.get_ident() not in seen:
            seen.add(threading.get_ident())
            both.wait()                                     # nobody passes alone

    with using(2):
        across(meet, 2 * PARTS)
    assert len(seen) == 2


@pytest.mark.parametrize("bad", [0, 5, 11])
@pytest.mark.parametrize("threads", [1, 3])
def test_what_a_part_raises_comes_up_and_nothing_hangs(bad: int, threads: int) -> None:
    def fail(part: tuple[int, int]) -> None:
        if part[0] <= bad < part[1]:
            raise ValueError(f"piece {bad}")

    with using(threads):
        for _ in range(3):
            with pytest.raises(ValueError, match=f"piece {bad}"):
                across(fail, 12)
        across(lambda part: None, 12)


def test_what_was_set_comes_back() -> None:
    before = in_use()
    with pytest.raises(KeyError), using(before + 3):
        assert in_use() == before + 3
        raise KeyError
    assert in_use() == before
    try:
        use(-2)
        assert in_use() == 1
    finally:
        use(before)
    assert processors() >= 1


@pytest.mark.skipif("fork" not in get_all_start_methods(), reason="nobody forks here")
@pytest.mark.filterwarnings("ignore:.*is multi-threaded:DeprecationWarning")  # which is the point
def test_a_forked_process_has_threads_of_its_own() -> None:
    """Those of its parent did not come along: it would wait for them for ever."""
    with using(2):
        across(_count, 8, np.zeros(8, np.int64), np.zeros(16, np.int64))
        child = get_context("fork").Process(target=_count_once_more)
        child.start()
        child.join(60)
        assert child.exitcode == 0


def _count_once_more() -> None:
    times, by = np.zeros(8, np.int64), np.zeros(16, np.int64)
    across(_count, 8, times, by)
    assert (times == 1).all()


def test_a_kernel_keeps_nothing_of_what_it_was_lent() -> None:
    times, by = np.zeros(8, np.int64), np.zeros(16, np.int64)
    _count((0, 8), times, by)
    counts, gone = [sys.getrefcount(x) for x in (times, by)], weakref.ref(by)
    for _ in range(50):
        _count((0, 8), times, by)
    assert [sys.getrefcount(x) for x in (times, by)] == counts
    assert times.tolist() == [51] * 8 and by.tolist() == [51] * 16
    del by
    gc.collect()
    assert gone() is None


@lent
def _sum_of(lines, out):  # type: ignore[no-untyped-def]
    for line in lines:
        out[0] += line.sum()
    return lines[0].size


@by_parts
def _make(part, pair, out):  # type: ignore[no-untyped-def]
    """Arrays made once, in every turn, by a helper, of one name in turn, and kept beyond the turn in which they were made."""
    room = np.ones(40)
    last = room[:2]
    for b in range(*part):
        made = np.full(b + 3, 2.0)
        made = made[1:]
        out[10] += _sum_of((made, room[b:], pair[1]), out[b: b + 1])
        if b % 2:
            last = np.sort(made)[::-1]
        out[11] += last[0]


def test_what_a_kernel_makes_is_let_go_when_it_is_done() -> None:
    out, pair = np.zeros(12), (np.ones(2), np.full(3, 5.0))
    _make((0, 9), pair, out)
    told = out.copy()
    _nrt_python.memsys_enable_stats()
    try:
        before = rtsys.get_allocation_stats()
        for _ in range(20):
            out[:] = 0
            _make((0, 9), pair, out)
            assert (out == told).all()
        after = rtsys.get_allocation_stats()
    finally:
        _nrt_python.memsys_disable_stats()
    assert after.alloc - before.alloc == after.free - before.free > 20 * 9
    assert told[8] == 2 * 10 + 32 + 15 and told[10] == sum(range(2, 11)) and told[11] == 1 + 8 * 2


def test_lent_arrays_are_not_handed_back() -> None:
    @lent
    def first_of(line):  # type: ignore[no-untyped-def]
        return line[:1], 1

    with pytest.raises(Exception, match="cannot return one"):
        first_of(np.ones(3))


def test_wrong_arguments_are_an_error_and_not_a_crash() -> None:
    with pytest.raises(TypeError):
        _count((0, 1), np.zeros(1, np.int64))
    _count((0, 1), np.zeros(1, np.int64), np.zeros(2, np.int64))
    assert len(_count.signatures) == 1


def test_dividing_by_nought_raises_nothing() -> None:
    out = np.zeros(3)
    across(_divide, 3, np.array([1.0, -1.0, 0.0]), np.zeros(3), out)
    assert out[0] == np.inf and out[1] == -np.inf and np.isnan(out[2])
