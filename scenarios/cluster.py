"""Runs on a cluster: a Dask scheduler that is already there, at dask://HOST:PORT, and its single-threaded workers.

A worker whose code differs from this one's is refused: its results would be another model's. The optional extra `dask`
brings what is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from typing import Any

from model.documents import BadInput, Fault, both
from model.threads import using
from scenarios.fingerprints import code_fingerprint
from scenarios.parcels import Ground

SCHEME = "dask://"
PATIENCE = 10
"""Seconds until a scheduler must have answered."""
QUIET = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
    "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "60s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__GIL__ENABLED": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "2s",
}
"""With these in its environment a scheduler or worker watches itself less: it looks at its own stack a hundred times a second otherwise,
which takes about a fortieth of the processor from the runs. docs/howto/cluster.md has them for people.
"""


class OtherCode(RuntimeError):
    """A worker that joined later runs other code."""


class ClusterExecutor(Executor):
    """Sends each call to the cluster together with the fingerprint of the code that it must be run by."""

    def __init__(self, client: Any, workers: int) -> None:
        self._client, self._max_workers = client, workers
        self._pool = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = self._pool.submit(run_there, code_fingerprint(), fn, *args, **kwargs)
        return future


def run_there(fingerprint: str, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """On a worker: the call itself, with one thread. Raises OtherCode when the worker's code is not the
    coordinator's.
    """
    if code_fingerprint() != fingerprint:
        raise OtherCode("the worker's code differs from the coordinator's: install the same version there")
    with using(1):
        return fn(*args, **kwargs)


@contextmanager
def cluster_executor(name: str, grounds: tuple[Ground, ...] = ()) -> Iterator[Executor]:
    """The executor of the scheduler that `name` (dask://HOST:PORT) says, grounds laid in all its workers, present and
    future ones. Raises BadInput when it cannot be used.
    """
    distributed = _library(name)
    try:
        client = distributed.Client(f"tcp://{name.removeprefix(SCHEME)}", timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        zh, en = "请先启动 dask scheduler,并检查主机与端口", "start `dask scheduler` first, and check host and port"
        raise BadInput(_fault(name, both("可连接的调度器", f"a scheduler that answers ({error})"), both(zh, en))) from error
    try:
        workers = _check_workers(name, client)
        with _laid(client, grounds):
            yield ClusterExecutor(client, workers)
    finally:
        client.close(timeout=PATIENCE)


@contextmanager
def _laid(client: Any, grounds: tuple[Ground, ...]) -> Iterator[None]:
    """Grounds laid in every worker for a while."""
    if not grounds:
        yield
        return
    from scenarios.cluster_grounds import LayGrounds

    plugin = LayGrounds(grounds)
    client.register_plugin(plugin)
    try:
        yield
    finally:
        with suppress(Exception):  # the scheduler may be gone: that is told elsewhere
            client.unregister_worker_plugin(plugin.name)


def _library(name: str) -> Any:
    try:
        import distributed
    except ImportError as error:
        fix = both("请安装 renshe[dask]", "install the extra: pip install 'renshe[dask]'")
        raise BadInput(_fault(name, both("需要 distributed", "the package distributed"), fix)) from error
    return distributed


def _check_workers(name: str, client: Any) -> int:
    """Number of workers. Raises BadInput for each that has several threads or other code, or when there is none."""
    found = client.scheduler_info(n_workers=-1)["workers"]
    faults = [
        _fault(f"{address}: {one['nthreads']} threads", "--nthreads 1", both("请以 --nthreads 1 启动", "start it with --nthreads 1"))
        for address, one in sorted(found.items())
        if one["nthreads"] != 1
    ]
    if not found:
        fix = both("请启动 dask worker", f"start one: dask worker tcp://{name.removeprefix(SCHEME)} --nthreads 1")
        faults.append(_fault(name, both("至少一个工作进程", "one worker or more"), fix))
    for address, code in sorted(client.run(code_fingerprint, on_error="return").items()):
        if code != code_fingerprint():
            fix = both("请在该处安装同一版本", "install the same version of renshe and its packages there")
            faults.append(_fault(f"{address}: {str(code)[:80]}", code_fingerprint(), fix))
    if faults:
        raise BadInput(faults)
    return len(found)


def _fault(value: str, allowed: str, fix: str) -> Fault:
    return Fault("--executor", None, "executor", value, allowed, fix)
