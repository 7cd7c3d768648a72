"""What running costs beyond the city itself: resolving, keeping, collecting; and what a second worker brings."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch


def overhead(draws: int, scale: int, plan: str = "haining") -> dict[str, float]:
    """ms a run that `scenarios.run` adds to building, living and measuring, in this process and with everything made anew."""
    from benchmarks.living import compile_kernels
    from scenarios import Scenario, run, simulate

    compile_kernels()
    spent = []

    def timed(one):  # type: ignore[no-untyped-def]
        started = perf_counter()
        table = whole(one)
        spent.append(perf_counter() - started)
        return table

    whole, scenario = simulate.simulate, Scenario("benchmark", plan=plan)
    run(scenario, draws=1, scale=scale, executor="serial", fresh=True, prior=True)
    with patch.object(simulate, "simulate", timed):
        started = perf_counter()
        run(scenario, draws=draws, scale=scale, executor="serial", fresh=True, prior=True)
        wall = perf_counter() - started
    return {
        "plan": plan,
        "draws": draws,
        "scale": scale,
        "ms_a_run": sum(spent) / draws * 1e3,
        "overhead_ms_a_run": (wall - sum(spent)) / draws * 1e3,
    }


def workers(draws: int, scale: int, plan: str = "xuzhou", repeats: int = 1) -> dict[str, float]:
    """Seconds of the same draws in one process and in worker processes of one thread each, the quickest of `repeats` turns, and what the
    coordinator itself takes of a processor while the workers run.
    """
    from benchmarks.living import compile_kernels
    from model.threads import processors
    from scenarios import Scenario, run

    compile_kernels()
    scenario, wall, own = Scenario("benchmark", plan=plan), {"serial": inf, "processes": inf}, {}
    run(scenario, draws=2, scale=1000, until="2021-02", executor="processes", fresh=True, prior=True)  # the fork server is up
    for _ in range(repeats):
        for executor, quickest in wall.items():
            started, began = perf_counter(), process_time()
            run(scenario, draws=draws, scale=scale, executor=executor, fresh=True, prior=True)
            wall[executor], own[executor] = min(perf_counter() - started, quickest), process_time() - began
    return {
        "plan": plan,
        "draws": draws,
        "scale": scale,
        "processors": processors(),
        "serial_s": wall["serial"],
        "processes_s": wall["processes"],
        "speed_up": wall["serial"] / wall["processes"],
        "s_for_100_runs": wall["processes"] / draws * 100,
        "coordinator_ms_a_run": own["processes"] / draws * 1e3,
    }


def same_bytes(runs: int, scale: int, plan: str = "xuzhou", repeats: int = 1) -> dict[str, object]:
    """The same sweep, everything made anew, in one process, in worker processes and on a Dask cluster of two workers: are the
    results the same bytes, how long does each take, and what do the coordinator and the scheduler take of a processor? Kernels are
    compiled, and each engine has made a few short runs, before the clock starts. Repeats take turns, and the quickest of each engine
    counts: other tenants of the machine slow one or the other for minutes.
    """
    from benchmarks.living import compile_kernels

    compile_kernels()
    spec = {"name": "same bytes", "plan": plan, "scale": scale, "draws": runs, "prior": True, "outputs": {"areas": "all"}}
    short = {**spec, "name": "warm", "draws": 8, "scale": 1000, "until": f"{_first_year(plan)}-02"}
    found: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="renshe-benchmark-") as place, cluster(Path(place)) as address:
        engines = ("serial", "processes", address)
        for name in engines:
            _timed_sweep(short, Path(place) / f"warm-{name[:4]}", name)
        for repeat in range(repeats):
            for name in engines:
                made = _timed_sweep(spec, Path(place) / f"{name[:4]}-{repeat}", name)
                seen.add(made["sha256"])
                found[name[:4]] = min(made, found.get(name[:4], made), key=lambda one: one["wall"])
    serial, processes, dask = found["seri"], found["proc"], found["dask"]
    return {
        "plan": plan, "runs": runs, "scale": scale, "same": len(seen) == 1, "sha256": serial["sha256"],
        "serial_s": serial["wall"], "processes_s": processes["wall"], "dask_s": dask["wall"],
        "processes_speed_up": serial["wall"] / processes["wall"], "dask_speed_up": serial["wall"] / dask["wall"],
        "processes_coordinator_ms_a_run": processes["own"] / runs * 1e3, "dask_coordinator_ms_a_run": dask["own"] / runs * 1e3,
        "dask_scheduler_ms_a_run": dask["scheduler"] / runs * 1e3,
    }  # fmt: skip


def _first_year(plan: str) -> int:
    from scenarios import load_plan

    return load_plan(plan).baseline_year + 1


def _timed_sweep(spec: dict[str, Any], out: Path, executor: str) -> dict[str, Any]:
    """A sweep with everything made anew: wall seconds, this process's and the scheduler's own processor seconds, digest of its files."""
    from scenarios import sweep

    started, began, before = perf_counter(), process_time(), _scheduler_seconds()
    found = sweep(spec, out=out, executor=executor, fresh=True)
    took = {"wall": perf_counter() - started, "own": process_time() - began, "scheduler": _scheduler_seconds() - before}
    parts = sorted(found.folder.rglob("*.parquet"))
    return took | {"sha256": hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()}


def _scheduler_seconds() -> float:
    """Processor seconds of the Dask scheduler that this process has started."""
    import psutil

    found = [one for one in psutil.Process().children() if any("dask_scheduler" in word for word in one.cmdline())]
    return float(sum(sum(one.cpu_times()[:2]) for one in found))


@contextmanager
def cluster(place: Path) -> Iterator[str]:
    """The address of a Dask scheduler on loopback with two single-threaded workers, started as docs/howto/cluster.md says; all are
    ended afterwards.
    """
    from distributed import Client

    from scenarios.cluster import QUIET

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = {
        "scheduler": ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        "worker": [f"tcp://127.0.0.1:{port}", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(place / "dask")],
    }
    root = str(Path(__file__).resolve().parent.parent)
    command = [sys.executable, "-m"]
    started = [
        subprocess.Popen([*command, f"distributed.cli.dask_{program}", *words[program]], env=os.environ | QUIET | {"PYTHONPATH": root},
                         stderr=subprocess.DEVNULL)
        for program in ("scheduler", "worker", "worker")
    ]  # fmt: skip
    try:
        with Client(f"tcp://127.0.0.1:{port}", set_as_default=False, timeout=60) as client:
            client.wait_for_workers(2, timeout=120)
        yield f"dask://127.0.0.1:{port}"
    finally:
        for process in reversed(started):
            process.kill()
            process.wait(30)


def memory(runs: int, scale: int, plan: str = "haining") -> dict[str, float]:
    """MiB held after a sweep of one run and after one of so many, in one process. (`run` gives one table of all months of all draws,
    which is as large as it is; thousands of runs are a sweep, whose results go to disk in parts.)
    """
    import psutil

    from scenarios import sweep

    held = []
    with tempfile.TemporaryDirectory(prefix="renshe-benchmark-") as place:
        for draws, seed in ((1, 1), (runs - 1, 2)):
            spec = {"name": "memory", "plan": plan, "scale": scale, "draws": draws, "seed": seed, "prior": True}
            sweep(spec, out=Path(place) / str(seed), executor="serial", fresh=True)
            held.append(psutil.Process().memory_info().rss / 2**20)
    return {"runs": runs, "after_one_mib": held[0], "after_all_mib": held[1], "growth": held[1] / held[0]}
