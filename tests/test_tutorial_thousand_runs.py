"""The tutorial about a thousand runs on Dask, run as it stands with fewer runs: a real scheduler, two workers, the figure."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scenarios.sweep_results import SweepResults
from tests.scenarios.conftest import command

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/tutorials/thousand-runs.md"
FEWER = {"draws: 20": "draws: 2", "points: 50": "points: 3", "scale: 50": "scale: 500", "persons: 100": "persons: 20"}
__all__ = ["command"]

distributed = pytest.importorskip("distributed")


def blocks() -> list[tuple[str, str]]:
    """(language, text) of every block of the page, in order."""
    return re.findall(r"```(sh|yaml|python)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """What runs in terminals of its own; ended with all that it has started."""
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for process in running:
        for one in (*psutil.Process(process.pid).children(recursive=True), process):
            one.kill()
        process.wait(30)


def in_a_terminal(line: str, place: Path) -> subprocess.Popen[bytes]:
    _, program, *arguments = line.split()
    words = [sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments]
    return subprocess.Popen(words, cwd=place, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_the_tutorial_goes_from_a_specification_to_a_figure(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_home: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names: dict[str, Any] = {}
    for language, printed in blocks():
        text = printed.replace("8786", str(port))
        if language == "yaml":
            assert all(number in text for number in FEWER), "the tutorial speaks of a thousand runs"
            (tmp_path / "sweep.yaml").write_text(re.sub("|".join(FEWER), lambda found: FEWER[found[0]], text), encoding="utf-8")
        elif language == "python":
            exec(compile(text, str(PAGE), "exec"), names)
        else:
            for line in text.strip().splitlines():
                if line.startswith("dask "):
                    started.append(in_a_terminal(line, tmp_path))
                    continue
                with distributed.Client(f"tcp://127.0.0.1:{port}", set_as_default=False, timeout=60) as client:
                    client.wait_for_workers(2, timeout=120)
                answer = command(*line.removeprefix("renshe ").split())
                assert answer.code == 0, f"{line}\n{answer.out}\n{answer.err}"
    assert "6 相同" in answer.out  # the last command: all runs again, the same bytes
    found = SweepResults("runs")
    assert found.manifest["executor"] == f"dask://127.0.0.1:{port}" and found.failures == []
    assert (tmp_path / "thousand-runs.html").stat().st_size > 1_000_000 and len(names["figure"].data) == 3
    strengths = names["rows"]["strength"]
    assert len(strengths) == 3 and names["middle"].iloc[-1] > names["middle"].iloc[0], "a stronger drive enrols more"
    assert len(found.samples) == 6 * 20
