"""A cluster: a real Dask scheduler and two worker processes on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model.documents import BadInput
from scenarios import cluster, preset, run, sweep
from scenarios.executor import check_name, executor_of
from scenarios.results import parquet_bytes
from tests.scenarios import jobs
from tests.scenarios.test_sweeping import SPEC, bytes_in
from tests.scenarios.town import write_plan

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]


def start(program: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a scheduler or a worker that can import this code."""
    here = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_NUM_THREADS": "1"}
    with log.open("wb") as out:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments]
        return subprocess.Popen(command, cwd=log.parent, env=here, stdout=out, stderr=out)


def worker(address: str, folder: Path, name: str, threads: int = 1) -> subprocess.Popen[bytes]:
    options = ("--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--name", name, "--local-directory", str(folder))
    return start("worker", address, *options, log=folder / f"{name}.log")


def address_in(log: Path) -> str:
    """Where a scheduler says that it listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = re.search(r"tcp://(127\.0\.0\.1:\d+)", log.read_text(encoding="utf-8") if log.exists() else "")
        if found:
            return found[1]
        time.sleep(0.05)
    raise TimeoutError(log.read_text(encoding="utf-8"))


def wait_for(address: str, count: int) -> None:
    with distributed.Client(f"tcp://{address}", set_as_default=False) as client:
        client.wait_for_workers(count, timeout=90)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a scheduler without workers."""
    log = tmp_path_factory.mktemp("dask") / "scheduler.log"
    process = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", log=log)
    try:
        yield address_in(log)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def workers(scheduler: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two single-threaded worker processes; the last test that uses them kills one."""
    started = [worker(scheduler, tmp_path_factory.mktemp("worker"), f"w{i}") for i in range(2)]
    try:
        wait_for(scheduler, 2)
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait(30)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


def test_workers_that_cannot_be_used_are_refused(scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"dask://{scheduler}"
    with pytest.raises(BadInput, match="dask worker tcp://"), executor_of(name, runs=1):
        pass
    process = worker(scheduler, tmp_path, "two", threads=2)
    try:
        wait_for(scheduler, 1)
        monkeypatch.setattr(cluster, "code_fingerprint", _other_code)
        with pytest.raises(BadInput) as refusal, executor_of(name, runs=1):
            pass
        assert re.search(r"--nthreads 1(.|\n)*same version", str(refusal.value)) and len(refusal.value.faults) == 2
    finally:
        process.kill()
        process.wait(30)


def _other_code() -> str:
    """A fingerprint that differs from process to process."""
    import os

    return f"code-{os.getpid()}"


def test_a_sweep_and_a_run_are_the_same_bytes_on_two_workers(
    town: str, scheduler: str, workers: list[Any], fresh_home: Path, tmp_path: Path
) -> None:
    name, short = f"dask://{scheduler}", {**SPEC, "plan": town, "until": "2021-06"}
    there, here = (sweep(short, out=tmp_path / w[:4], executor=w, fresh=True) for w in (name, "serial"))
    assert bytes_in(there.folder) == bytes_in(here.folder) and there.manifest["executor"] == name
    how: dict[str, Any] = {"draws": 2, "scale": 500, "until": "2021-03", "prior": True, "fresh": True}
    one = preset("as-planned", town)
    assert parquet_bytes(run(one, executor=name, **how).table) == parquet_bytes(run(one, executor="serial", **how).table)
    with executor_of(name, runs=8) as both:
        assert list(both.map(jobs.square, range(8))) == [x * x for x in range(8)]
        assert {both.submit(jobs.own_pid, i).result() for i in range(20)} <= {process.pid for process in workers}
        assert both.submit(jobs.threads, 0).result()[1] == 1
        assert isinstance(both.submit(jobs.fail, 0).exception(), ValueError)


@pytest.mark.slow
def test_a_dozen_runs_of_a_real_city_are_the_same_bytes_wherever_they_are_made(
    scheduler: str, workers: list[Any], fresh_home: Path, tmp_path: Path
) -> None:
    """The check that `python -m benchmarks --only same_bytes` makes of 500 runs at scale 50."""
    spec = {"name": "a dozen", "plan": "xuzhou", "scale": 500, "draws": 4, "until": "2021-04", "prior": True,
            "design": {"levers": {"training_places": [90_000, 120_000, 150_000]}},
            "outputs": {"areas": "all", "period": "month"}}  # fmt: skip
    names = ("serial", "processes", f"dask://{scheduler}")
    made = [bytes_in(sweep(spec, out=tmp_path / name[:4], executor=name, fresh=True).folder) for name in names]
    assert made[0] == made[1] == made[2] and len(made[0]["results/part-00000.parquet"]) > 50_000


def test_people_are_told_what_keeps_a_cluster_from_watching_itself() -> None:
    import dask.config

    page = (ROOT / "docs" / "howto" / "cluster.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^export (DASK_\w+)=(\S+)$", page, re.M)) == cluster.QUIET
    for name in cluster.QUIET:  # a name that the library does not know would do nothing
        assert dask.config.get(name.removeprefix("DASK_").lower().replace("__", ".")) is not None, name


def test_a_lost_worker_costs_nothing(town: str, scheduler: str, workers: list[Any], fresh_home: Path, tmp_path: Path) -> None:
    name, short = f"dask://{scheduler}", {**SPEC, "plan": town, "until": "2021-06"}
    killed: list[int] = []

    def kill(done: int, total: int, words: str) -> None:
        if done >= 1 and not killed:
            workers[0].kill()
            killed.append(done)

    there = sweep(short, out=tmp_path / "there", executor=name, fresh=True, progress=kill)
    here = sweep(short, out=tmp_path / "here", executor="serial", fresh=True)
    assert killed and there.failures == [] and bytes_in(there.folder) == bytes_in(here.folder)


def test_a_worker_that_joins_later_with_other_code_makes_no_run() -> None:
    with pytest.raises(cluster.OtherCode, match="same version"):
        cluster.run_there("another", jobs.square, 3)
    assert cluster.run_there(cluster.code_fingerprint(), jobs.square, 3) == 9


def test_no_scheduler_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(BadInput, match="dask scheduler"), executor_of("dask://127.0.0.1:1", runs=1):
        pass


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BadInput, match=r"renshe\[dask\]"), executor_of("dask://127.0.0.1:1", runs=1):
        pass


@pytest.mark.parametrize("name", ["dask://", "dask://host", "dask://host:port", "dask:/host:1", "dask://a b:1"])
def test_an_address_is_host_and_port(name: str) -> None:
    with pytest.raises(BadInput, match="dask://HOST:PORT"):
        check_name(name)
