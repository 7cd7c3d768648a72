"""Where runs happen: here in order, in worker processes, or on a cluster (`dask://HOST:PORT`). One seam:
`executor_of(name)` gives a `concurrent.futures.Executor`.

Workers start by forkserver or spawn (a fork after a kernel has run breaks Numba), hold one city at a time and use one
thread each.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, parent_process
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, unknown_name

SERIAL, PROCESSES = "serial", "processes"
NAMES = (SERIAL, PROCESSES)
CLUSTER = re.compile(r"dask://[^\s/:]+:\d{1,5}|dask://\[[0-9a-fA-F:]+\]:\d{1,5}")
THREAD_VARIABLES = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class SerialExecutor(Executor):
    """Runs each call in this process when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands every failure to its future
            future.set_exception(error)
        return future


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_name(name: str) -> None:
    """Raise BadInput when there is no executor of this name."""
    if name not in NAMES and not CLUSTER.fullmatch(name):
        known = (*NAMES, "dask://HOST:PORT")
        raise BadInput(Fault("--executor", None, "executor", name, *unknown_name(name, known)))


def is_local(name: str) -> bool:
    """True for the executors of this machine."""
    return name in NAMES


@contextmanager
def executor_of(name: str, *, runs: int, threads: int = 1) -> Iterator[Executor]:
    """An executor for so many runs; ends its own workers, and only those, when it is left early.

    name: serial, processes or dask://HOST:PORT; threads: Numba threads of each city (one on a cluster). Raises BadInput
    for another name, and for a cluster that cannot be used.
    """
    check_name(name)
    if not is_local(name):
        from scenarios.cluster import cluster_executor

        with cluster_executor(name) as cluster:
            yield cluster
        return
    workers = max(1, min(runs, processors() // max(1, threads)))
    if name == SERIAL or (workers == 1 and runs == 1):
        with threads_here(threads):
            yield SerialExecutor()
        return
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    pool = ProcessPoolExecutor(workers, get_context(method), initializer=_begin_worker, initargs=(threads,))
    try:
        yield pool
    except BaseException:
        _stop(pool)
        raise
    pool.shutdown()


def _begin_worker(threads: int) -> None:
    """Before anything is imported in a worker: its threads, and no reaction to the terminal's Ctrl-C, which the parent
    handles.
    """
    for name in THREAD_VARIABLES:
        os.environ[name] = str(threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the process that wants its results is gone, however that ended: nobody else would."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stop(pool: ProcessPoolExecutor) -> None:
    """Drop what waits and end the workers of this pool; the pool's own thread then clears up behind them."""
    workers, keeper = (
        list((getattr(pool, "_processes", None) or {}).values()),
        getattr(pool, "_executor_manager_thread", None),
    )
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for waited_for in (*workers, *([keeper] if keeper else [])):
        waited_for.join(5)


@contextmanager
def threads_here(threads: int) -> Iterator[None]:
    """Numba's threads in this process for a while; what was set before comes back."""
    if "numba" not in sys.modules:
        os.environ.setdefault("NUMBA_NUM_THREADS", str(max(threads, processors())))
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    try:
        yield
    finally:
        numba.set_num_threads(before)


def compile_once() -> None:
    """Compile every kernel in this process, so that workers find them compiled; nothing to do when that was done."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    if folder is None or (mark := Path(folder) / "compiled").exists():
        return
    from model.city import City
    from model.setting import small_town

    city = City(small_town(), rng=1, scale=1)
    city.run_for(13)
    city.close()
    mark.write_text("every kernel has been compiled into this folder\n", encoding="utf-8")
