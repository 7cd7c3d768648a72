"""The parent: a port in use is said, a child that dies comes back, everything stops in time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

import renshe
from dashboard.jobs import JobTable
from dashboard.serve import GIVE_UP, Child, KeepsDying, Parent, PortInUse, check_port, page_at

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def until(happens: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.1)
    return happens()


def workers_of(parent: int) -> set[int]:
    """Process ids of the parent's living workers."""
    found = set()
    for child in psutil.Process(parent).children():
        try:
            if "dashboard.worker" in child.cmdline():
                found.add(child.pid)
        except psutil.NoSuchProcess:  # ended meanwhile; a zombie is one too
            continue
    return found


def lives(process: psutil.Process) -> bool:
    """Whether a process still runs."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_port_in_use_is_named_with_what_to_do(busy_port: int) -> None:
    with pytest.raises(PortInUse, match=f"{busy_port}.*--port {busy_port + 1}"):
        check_port("127.0.0.1", busy_port)


def test_a_free_port_is_free(port: int) -> None:
    check_port("127.0.0.1", port)
    with pytest.raises(PortInUse, match=r"no\.such\.host.*--host 127\.0\.0\.1"):
        check_port("no.such.host.invalid", port)


def test_on_the_command_line_a_port_in_use_ends_with_2(busy_port: int, fresh_home: Path) -> None:
    answer = CliRunner().invoke(renshe.build(), ["dashboard", "--port", str(busy_port)])
    assert answer.exit_code == 2 and str(busy_port) in answer.output and "Traceback" not in answer.output


def test_help_shows_an_example() -> None:
    answer = CliRunner().invoke(renshe.build(), ["dashboard", "--help"])
    assert answer.exit_code == 0 and "renshe dashboard --port 8050" in answer.output


def test_a_child_that_dies_is_started_again_and_its_death_is_told() -> None:
    died: list[str] = []
    child = Child("worker", lambda: FOREVER, lambda: died.append("worker"))
    child.look_after(0.0)
    first = child.process
    try:
        child.look_after(1.0)
        assert child.process is first, "a living child is left alone"
        first.kill()
        first.wait(10)
        child.look_after(2.0)
        assert died == ["worker"] and child.process is None, "not at once"
        child.look_after(10.0)
        assert child.process is not None and child.process.pid != first.pid
    finally:
        child.stop(time.monotonic())
    assert child.process.poll() is not None


def test_a_child_that_keeps_dying_is_given_up() -> None:
    child = Child("web", lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    clock = 0.0

    def live_once() -> None:
        child.look_after(clock)
        if child.process is not None:
            child.process.wait(30)

    with pytest.raises(KeepsDying, match="web"):
        for _ in range(3 * GIVE_UP):
            live_once()
            clock += 9.0 if clock < 1 else 4.5
            if len(child.deaths) == GIVE_UP - 1:
                clock = child.deaths[0] + 50


def test_addresses_that_a_browser_can_open(fresh_home: Path) -> None:
    assert [Parent(host, 80).url for host in ("127.0.0.1", "0.0.0.0", "::1")] == [
        "http://127.0.0.1:80",
        "http://127.0.0.1:80",
        "http://[::1]:80",
    ]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_cockpit_is_served_mended_and_stopped(fresh_home: Path, port: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out:
        parent = subprocess.Popen(
            [sys.executable, "-c", "import renshe; renshe.main()", "dashboard", "--port", str(port)],
            stdout=out,
            stderr=out,
            env={**os.environ, "RENSHE_COCKPIT_DRAWS": "1", "RENSHE_COCKPIT_SCALE": "1000"},
        )
    try:
        url = f"http://127.0.0.1:{port}"
        assert until(lambda: url in log.read_text(encoding="utf-8"), 90), log.read_text(encoding="utf-8")
        assert b"<html" in page_at(url, 10)
        jobs = JobTable()
        job = jobs.submit({"plan": "xuzhou", "preset": "no such preset", "levers": {}, "draws": 1, "scale": 1000, "seed": 1})
        assert until(lambda: jobs.get(job).status == "failed", 90) and "preset" in jobs.get(job).message
        (first,) = workers_of(parent.pid)
        psutil.Process(first).kill()
        assert until(lambda: bool(workers_of(parent.pid) - {first}), 30), "the worker is started again"
        family = psutil.Process(parent.pid).children(recursive=True)
        began = time.monotonic()
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(10) == 0 and time.monotonic() - began < 10
        assert until(lambda: not any(lives(child) for child in family), 3)
        jobs.close()
    finally:
        parent.kill()
