"""Sweeps in trouble: a disk that is truly full, two coordinators at once, a coordinator or worker killed at several moments."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.trouble import disturbed
from scenarios import sweep
from scenarios.store import Store
from scenarios.sweep_results import SweepResults
from tests.conftest import KERNELS, empty_home
from tests.scenarios.test_sweeping import SPEC, bytes_in
from tests.scenarios.town import write_plan

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals and mounts of POSIX")]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


@pytest.fixture(scope="module")
def spec(town: str) -> dict[str, Any]:
    return {**SPEC, "plan": town, "draws": 4}


@pytest.fixture(scope="module")
def whole(spec: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed sweep gives."""
    return bytes_in(sweep(spec, out=tmp_path_factory.mktemp("sweeps") / "whole", executor="serial", fresh=True).folder)


def start(spec: dict[str, Any], out: Path, *more: str) -> subprocess.Popen[str]:
    file = out.with_suffix(".yaml")
    file.write_text(json.dumps(spec), encoding="utf-8")
    command = [sys.executable, str(ROOT / "renshe.py"), "sweep", str(file), "--out", str(out), "--json", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def resume(out: Path) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "renshe.py"), "sweep", "--resume", str(out), "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A RENSHE_HOME on a disk of its own with room for a few runs; kernels stand elsewhere."""
    home = tmp_path / "home"
    home.mkdir()
    if shutil.which("mount") is None or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", home], check=False).returncode:
        pytest.skip("a disk of a few hundred kB cannot be mounted here")
    try:
        if KERNELS is not None:
            (home / "cache").symlink_to(KERNELS.resolve(), target_is_directory=True)
        monkeypatch.setenv("RENSHE_HOME", str(home))
        yield home
    finally:
        subprocess.run(["umount", "-l", home], check=True)


def test_a_full_disk_is_told_and_loses_nothing(
    spec: dict[str, Any], whole: dict[str, bytes], small_disk: Path, tmp_path: Path
) -> None:
    process = start(spec, tmp_path / "out", "--executor", "serial")
    _, err = process.communicate(timeout=300)
    assert process.returncode == 2 and "Traceback" not in err, err
    assert "the disk is full" in err and "磁盘已满" in err
    kept = list((small_disk / "runs").rglob("*.parquet"))
    assert kept and not [path for path in (small_disk / "runs").rglob("*") if path.is_file() and path.suffix != ".parquet"]
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    assert resume(tmp_path / "out")["made"] == 12 - len(kept), "a run that was kept is made again"
    assert bytes_in(tmp_path / "out") == whole


def test_two_coordinators_of_one_sweep_at_once(spec: dict[str, Any], whole: dict[str, bytes], fresh_home: Path, tmp_path: Path) -> None:
    for process in [start(spec, tmp_path / "one"), start(spec, tmp_path / "one")]:
        _, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
    assert bytes_in(tmp_path / "one") == whole
    store = Store()
    assert store.counts() == {"done": 12}
    store.close()


@pytest.mark.parametrize("victim", ["coordinator", "worker"])
def test_killed_at_a_random_moment(victim: str, spec: dict[str, Any], whole: dict[str, bytes], tmp_path: Path) -> None:
    """One moment of each beside those in `test_sweeping`; `python -m benchmarks.trouble` takes ten of each."""
    luck, home, out = random.Random(victim), empty_home(tmp_path / "home"), tmp_path / "out"
    found = disturbed(spec, out, home, victim, after=luck.randrange(4, 10), pause=luck.random() * 0.2)
    assert (found["exit"], found["repeated"], found["left_behind"]) == (0, 0, 0), found
    assert bytes_in(out) == whole and SweepResults(out).failures == []
