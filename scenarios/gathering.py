"""Gathering the outcomes of many runs from whichever workers there are; a lost worker costs its runs a second try.

At most a few runs a worker are under way, so that a thousand runs take no more memory than ten. When a worker process
dies, its pool is broken: the runs that were under way are tried again one by one, and one that ends its worker each
time is a failed run.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from typing import Any

from scenarios.executor import SERIAL, compile_once, executor_of, is_local
from scenarios.parcels import Parcel, packed
from scenarios.resolve import ResolvedRun
from scenarios.samples import Sample
from scenarios.simulate import Outcome, attempt

TRIES = 3
AHEAD = 4
"""Runs under way for each worker."""


class ClusterLost(RuntimeError):
    """The scheduler is gone; what was made is kept."""


def gathered(runs: Sequence[ResolvedRun], executor: str, threads: int = 1, sample: Sample | None = None) -> Generator[Outcome]:
    """The outcomes of runs with different keys, as they come in; sample: persons that each is to look at.

    Raises BadInput for an executor that cannot be had.
    """
    grounds, parcels = packed(runs, sample)
    waiting, suspects, tries = parcels[::-1], list[Parcel](), dict[str, int]()
    if is_local(executor) and executor != SERIAL and len(runs) > 1:
        compile_once()
    while waiting or suspects:
        left = len(waiting) + len(suspects) + (1 if suspects else 0)  # a suspect never runs in this process itself
        with executor_of(executor, runs=left, threads=threads, grounds=grounds) as workers:
            lost: list[Parcel] = []
            try:
                while suspects and not lost:
                    yield from _under_way(workers, [suspects.pop()], 1, lost)
                if not lost:
                    yield from _under_way(workers, waiting, 1 if executor == SERIAL else AHEAD * workers_of(workers), lost)
            except CancelledError as error:
                raise ClusterLost(str(error) or "the scheduler is gone") from error
        for one in lost:
            tries[one.key] = tries.get(one.key, 0) + 1
        dead = [one for one in lost if tries[one.key] >= TRIES]
        yield from (Outcome(one.key, None, error="WorkerLost: the worker process died each time") for one in dead)
        suspects += [one for one in lost if tries[one.key] < TRIES]


def _under_way(workers: Executor, waiting: list[Parcel], most: int, lost: list[Parcel]) -> Iterator[Outcome]:
    """Send what waits (from its end), at most `most` at once; runs whose worker died go to `lost`, and nothing more is
    sent then.
    """
    pending: dict[Future[Any], Parcel] = {}
    while pending or (waiting and not lost):
        while waiting and len(pending) < most and not lost:
            one = waiting.pop()
            try:
                pending[workers.submit(attempt, one)] = one
            except BrokenExecutor:
                lost.append(one)
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            one, error = pending.pop(future), future.exception()
            if isinstance(error, BrokenExecutor):
                lost.append(one)
            else:
                yield future.result() if error is None else Outcome(one.key, None, error=f"{type(error).__name__}: {error}")


def workers_of(executor: Executor) -> int:
    """Number of workers behind an executor."""
    return max(1, int(getattr(executor, "_max_workers", 1)))
