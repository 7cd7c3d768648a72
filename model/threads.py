"""Kernels on several threads: Python's own, which a kernel compiled with `nogil` does not hold up.

A kernel that works side by side takes a part (first, last) of its pieces, blocks or stretches of rows, before its other arguments, and
writes nothing that belongs to other pieces: results do not depend on who does which part. Numba's parallel loops would compile each
kernel three times over (docs/decisions/0010).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import Any

WORTH_WAKING = 4
"""Pieces, blocks of rows as a rule, for which a thread is woken: that takes about as long as some of them."""
PARTS = 4
"""Parts for each thread: whoever is done takes the next, since some rows ask for more than others."""


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_in_use = processors()


def in_use() -> int:
    """Threads that kernels work on: all processors unless told otherwise."""
    return _in_use


def use(threads: int) -> None:
    """Let kernels of this process work on so many threads, at least one."""
    global _in_use
    _in_use = max(1, threads)


@contextmanager
def using(threads: int) -> Iterator[None]:
    """So many threads for a while; what was set before comes back."""
    before = in_use()
    use(threads)
    try:
        yield
    finally:
        use(before)


@cache
def _helpers(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "kernel")


if hasattr(os, "register_at_fork"):  # a forked process has none of its parent's threads
    os.register_at_fork(after_in_child=_helpers.cache_clear)


def across(kernel: Callable[..., object], pieces: int, *args: Any) -> None:
    """`kernel((first, last), *args)` for parts that cover `pieces`, on all threads; comes back when all of them are done. Raises what a
    part raised."""
    threads = min(_in_use, pieces // WORTH_WAKING)
    if threads <= 1:
        kernel((0, pieces), *args)
        return
    parts = min(pieces, PARTS * threads)
    ends = [pieces * k // parts for k in range(parts + 1)]
    turns = iter(list(pairwise(ends)))

    def take_turns() -> None:
        for part in turns:
            kernel(part, *args)

    others = [_helpers(threads - 1).submit(take_turns) for _ in range(threads - 1)]
    try:
        take_turns()
    finally:
        for other in others:
            other.result()
