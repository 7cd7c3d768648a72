"""The executor seam: the same answers here and in worker processes, and no worker left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import as_completed
from multiprocessing import get_all_start_methods
from pathlib import Path

import psutil
import pytest

from model.compile_ahead import LIST
from model.documents import BadInput
from model.threads import in_use, processors
from scenarios.executor import SerialExecutor, compile_once, executor_of
from tests.scenarios import jobs


@pytest.mark.parametrize("name", ["serial", "processes"])
def test_both_executors_give_the_same_answers(name: str) -> None:
    with executor_of(name, runs=6) as workers:
        assert list(workers.map(jobs.square, range(6))) == [0, 1, 4, 9, 16, 25]


def test_serial_runs_here_and_processes_elsewhere() -> None:
    with executor_of("serial", runs=4) as workers:
        assert isinstance(workers, SerialExecutor) and workers.submit(jobs.own_pid, 0).result() == os.getpid()
    with executor_of("processes", runs=4) as workers:
        assert workers.submit(jobs.own_pid, 0).result() != os.getpid()


def test_a_worker_uses_one_thread_and_leaves_ctrl_c_to_its_parent() -> None:
    with executor_of("processes", runs=2) as workers:
        assert workers.submit(jobs.threads, 0).result() == ("1", 1)
        assert workers.submit(jobs.ignores_ctrl_c, 0).result()


@pytest.mark.skipif(processors() < 2, reason="one processor only")
def test_threads_of_a_city_can_be_asked_for() -> None:
    with executor_of("processes", runs=2, threads=2) as workers:
        assert workers.submit(jobs.threads, 0).result() == ("2", 2)
    before = in_use()
    with executor_of("serial", runs=1, threads=1) as workers:
        assert workers.submit(jobs.threads, 0).result()[1] == 1
    assert in_use() == before


def holder_of_the_queue(workers: list[psutil.Process]) -> psutil.Process:
    """The idle worker that holds the queue's lock: it reads a pipe, the others wait for it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for worker in workers:
            if "pipe_read" in Path(f"/proc/{worker.pid}/wchan").read_text(encoding="ascii"):
                return worker
        time.sleep(0.02)
    pytest.skip("which worker reads the queue cannot be told here")


@pytest.mark.skipif(not Path("/proc/self/wchan").exists() or processors() < 2, reason="tells waiting processes apart by /proc")
def test_a_worker_that_is_killed_at_the_very_end_does_not_hold_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are stopped when they are told to go; the one that holds the queue's lock is killed, and the other would wait for ever."""
    monkeypatch.setattr("scenarios.executor.GRACE", 1.0)
    with executor_of("processes", runs=2) as pool:
        pids = {future.result() for future in [pool.submit(jobs.sleep, 1.0) for _ in range(2)]}
        workers = [psutil.Process(pid) for pid in pids]
        assert len(workers) == 2
        holder = holder_of_the_queue(workers)
        for worker in workers:
            worker.suspend()

        def at_the_end() -> None:
            time.sleep(0.5)  # until the pool has told them, and looks after nothing but their end
            holder.kill()
            for worker in workers:
                if worker != holder:
                    worker.resume()

        killing = threading.Thread(target=at_the_end)
        killing.start()
        started = time.monotonic()
    killing.join()
    assert time.monotonic() - started < 15 and not [worker for worker in workers if worker.is_running() and worker.status() != "zombie"]


@pytest.mark.parametrize("name", ["serial", "processes"])
def test_a_failing_job_fails_alone(name: str) -> None:
    with executor_of(name, runs=3) as workers:
        bad, good = workers.submit(jobs.fail, 1), workers.submit(jobs.square, 3)
        assert isinstance(bad.exception(), ValueError) and good.result() == 9


def test_a_dead_worker_is_an_error_and_not_a_wait() -> None:
    with executor_of("processes", runs=2) as workers:
        assert workers.submit(jobs.die, 0).exception(timeout=60) is not None


def test_leaving_early_ends_the_workers_at_once() -> None:
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), executor_of("processes", runs=2) as workers:
        pids = [future.result() for future in as_completed([workers.submit(jobs.sleep, 0.2) for _ in range(2)])]
        for _ in range(4):
            workers.submit(jobs.sleep, 60)
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 30
    assert not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in set(pids))


@pytest.mark.parametrize(
    ("name", "says"),
    [("process", "did you mean processes"), ("", "processes, serial"), ("dask://HOST", "processes, serial")],
)
def test_another_executor_is_refused(name: str, says: str) -> None:
    with pytest.raises(BadInput, match=says), executor_of(name, runs=1):
        pass


PROGRAM = """
from scenarios.executor import are_compiled, compile_once, executor_of
from tests.scenarios import jobs

if __name__ == "__main__":
    compile_once()
    assert are_compiled()
    for _ in range(2):
        with executor_of("processes", runs=2) as workers:
            print(workers.submit(jobs.kernels_held, 0).result())
"""


@pytest.mark.skipif("forkserver" not in get_all_start_methods(), reason="no fork server here")
def test_workers_hold_every_kernel_before_their_first_run(tmp_path: Path) -> None:
    """In a process of its own, whose fork server starts after the kernels have been compiled."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run(
        [sys.executable, str(program)], env=here, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False
    )
    listed = len(json.loads(LIST.read_text(encoding="utf-8")))
    assert ran.returncode == 0, ran.stderr
    assert [int(line) >= listed for line in ran.stdout.split()] == [True, True], ran.stdout


def test_who_comes_while_kernels_are_compiled_waits_for_the_one_compilation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cockpit's worker compiles before anybody asks; a run that begins meanwhile must not compile them again."""
    made: list[int] = []

    def compile_all(processes: int) -> None:
        time.sleep(0.3)
        made.append(processes)

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("model.compile_ahead.compile_all", compile_all)
    callers = [threading.Thread(target=compile_once) for _ in range(3)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(made) == 1 and (tmp_path / "compiled").exists()
