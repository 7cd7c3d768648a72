"""Where runs happen: here in order, in worker processes, or on a cluster (`dask://HOST:PORT`). One seam:
`executor_of(name)` gives a `concurrent.futures.Executor`.

Workers start by forkserver or spawn (a fork after a kernel has run breaks Numba), hold one city at a time and use one
thread each. The fork server has imported what a run needs and run none of it, so that a worker is there at once;
`warm_up` starts it while this process is still reading plans.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from model.documents import BadInput, Fault, unknown_name
from model.threads import processors, use, using
from scenarios.parcels import Ground, lay, lift

SERIAL, PROCESSES = "serial", "processes"
NAMES = (SERIAL, PROCESSES)
CLUSTER = re.compile(r"dask://[^\s/:]+:\d{1,5}|dask://\[[0-9a-fA-F:]+\]:\d{1,5}")
GRACE = 10.0
"""Seconds that workers get to end by themselves once all is done."""
LIBRARY_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_COMPILING = threading.Lock()


class SerialExecutor(Executor):
    """Runs each call in this process when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands every failure to its future
            future.set_exception(error)
        return future


def check_name(name: str) -> None:
    """Raise BadInput when there is no executor of this name."""
    if name not in NAMES and not CLUSTER.fullmatch(name):
        known = (*NAMES, "dask://HOST:PORT")
        raise BadInput(Fault("--executor", None, "executor", name, *unknown_name(name, known)))


def is_local(name: str) -> bool:
    """True for the executors of this machine."""
    return name in NAMES


def warm_up(name: str) -> None:
    """Start the fork server of worker processes, if that is what `name` wants, and come back at once: it loads what runs
    need while this process works on. Before kernels are compiled there is nothing to hurry for.
    """
    if name == PROCESSES and are_compiled():
        _start_fork_server()


def _start_fork_server() -> None:
    """Where there is one and it does not run: it loads `preloaded`. Its libraries are told to start no threads, which a fork
    would lose.
    """
    if "forkserver" not in get_all_start_methods():
        return
    from multiprocessing import forkserver

    before = {variable: os.environ.get(variable) for variable in LIBRARY_THREADS}
    os.environ.update(dict.fromkeys(LIBRARY_THREADS, "1"))
    try:
        get_context("forkserver").set_forkserver_preload(["scenarios.preloaded"])
        forkserver.ensure_running()
    finally:
        for variable, value in before.items():
            os.environ.pop(variable, None) if value is None else os.environ.update({variable: value})


@contextmanager
def executor_of(name: str, *, runs: int, threads: int = 1, grounds: tuple[Ground, ...] = ()) -> Iterator[Executor]:
    """An executor for so many runs; ends its own workers, and only those, when it is left early.

    name: serial, processes or dask://HOST:PORT; threads: of the kernels of each city (one on a cluster); grounds: what is
    laid in each worker before its first run. Raises BadInput for another name, and for a cluster that cannot be used.
    """
    check_name(name)
    if not is_local(name):
        from scenarios.cluster import cluster_executor

        with cluster_executor(name, grounds) as cluster:
            yield cluster
        return
    workers = max(1, min(runs, processors() // max(1, threads)))
    if name == SERIAL or (workers == 1 and runs == 1):
        with using(threads), grounds_here(grounds):
            yield SerialExecutor()
        return
    _start_fork_server()
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    pool = ProcessPoolExecutor(workers, get_context(method), initializer=_begin_worker, initargs=(threads, grounds))
    try:
        yield pool
    except BaseException:
        _stop(pool)
        raise
    _finish(pool)


def _begin_worker(threads: int, grounds: tuple[Ground, ...]) -> None:
    """Before anything runs in a worker: its threads, its grounds, and no reaction to the terminal's Ctrl-C, which the
    parent handles.
    """
    for name in LIBRARY_THREADS:
        os.environ[name] = str(threads)
    use(threads)
    lay(grounds)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the process that wants its results is gone, however that ended: nobody else would."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _inside(pool: ProcessPoolExecutor) -> tuple[list[BaseProcess], threading.Thread | None]:
    """The workers of a pool, and the thread of its own that looks after them."""
    return list((getattr(pool, "_processes", None) or {}).values()), getattr(pool, "_executor_manager_thread", None)


def _finish(pool: ProcessPoolExecutor) -> None:
    """Wait for what is under way, and for the workers to end.

    A worker that is killed just then takes the lock of the queue with it, and the pool would wait for the others for ever: they have
    nothing to do any more, and are ended.
    """
    workers, keeper = _inside(pool)
    pending = getattr(pool, "_pending_work_items", {})
    pool.shutdown(wait=False)
    if keeper is None:
        return
    while pending and keeper.is_alive():
        keeper.join(0.2)
    keeper.join(GRACE)
    if keeper.is_alive():
        for worker in workers:
            worker.terminate()
        keeper.join(GRACE)


def _stop(pool: ProcessPoolExecutor) -> None:
    """Drop what waits and end the workers of this pool; the pool's own thread then clears up behind them."""
    workers, keeper = _inside(pool)
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(5)
    if keeper is not None:
        keeper.join(5)


@contextmanager
def grounds_here(grounds: tuple[Ground, ...]) -> Iterator[None]:
    """Grounds laid in this process for a while."""
    lay(grounds)
    try:
        yield
    finally:
        lift(grounds)


def _mark() -> Path | None:
    """The file that says that all kernels are compiled, whether it is there or not; None where kernels are kept nowhere."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    return None if folder is None else Path(folder) / "compiled"


def are_compiled() -> bool:
    """Whether every kernel of this code has been compiled on this machine."""
    mark = _mark()
    return mark is not None and mark.exists()


def compile_once() -> None:
    """Compile every kernel, so that workers find them compiled; nothing to do when that was done. A second caller waits for the first."""
    mark = _mark()
    if mark is None:
        return
    with _COMPILING:
        if mark.exists():
            return
        from model.city import City
        from model.compile_ahead import compile_all
        from model.setting import small_town

        compile_all(processors())
        city = City(small_town(), rng=1, scale=1)
        city.run_for(13)
        city.close()
        mark.write_text("every kernel has been compiled into this folder\n", encoding="utf-8")
