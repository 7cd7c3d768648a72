"""Trouble on purpose: coordinators and workers of a sweep are killed at random moments, again and again.

    python -m benchmarks.trouble --moments 10

Each time the sweep is gone on with, and must end with the same bytes as one that nobody disturbed, without making again any
run that was finished when the blow fell.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600.0  # seconds
SPEC: dict[str, Any] = {
    "name": "trouble", "plan": "haining", "draws": 8, "scale": 500, "until": "2021-12", "prior": True,
    "design": {"kind": "grid", "levers": {"campus_tours": [0, 10, 20]}}, "outputs": {"areas": "all"},
}  # fmt: skip


def disturbed(spec: dict[str, Any], out: Path, home: Path, victim: str, after: int, pause: float = 0.0) -> dict[str, Any]:
    """A sweep whose `victim` (coordinator or worker) is killed once `after` runs are kept and so many seconds have passed, gone
    on with to its end. Gives how many runs were kept when the blow fell, how many of these were made again, and how many
    workers outlived their coordinator.
    """
    process = command(home, "sweep", str(written(spec, out)), "--out", str(out))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None and len(shards(home)) < after:
        time.sleep(0.01)
    time.sleep(pause)
    workers = workers_of(process.pid)
    if victim == "worker":
        if workers:
            workers[0].kill()
        kept = shards(home)
    else:
        process.kill()
        process.wait(PATIENCE)
        kept = shards(home)
    code = process.wait(PATIENCE)
    _, outlived = psutil.wait_procs(workers, 60)
    if victim == "coordinator":
        code = command(home, "sweep", "--resume", str(out)).wait(PATIENCE)
    now = shards(home)
    return {
        "victim": victim,
        "kept": len(kept),
        "repeated": sum(now.get(path) != stamp for path, stamp in kept.items()),
        "left_behind": len(outlived),
        "exit": code,
    }


def command(home: Path, *words: str) -> subprocess.Popen[bytes]:
    """`renshe` with these words, in a home of its own."""
    told = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, str(ROOT / "renshe.py"), *words], env=os.environ | {"RENSHE_HOME": str(home)}, **told)


def written(spec: dict[str, Any], out: Path) -> Path:
    """The specification as a file beside its results."""
    file = out.with_suffix(".yaml")
    file.write_text(json.dumps(spec), encoding="utf-8")
    return file


def shards(home: Path) -> dict[str, tuple[int, int]]:
    """The runs that are kept: {file: (its number on the disk, when it was written)}; either changes when a run is made again."""
    found = {}
    for path in (home / "runs").glob("*/*.parquet"):
        state = path.stat()
        found[path.name] = (state.st_ino, state.st_mtime_ns)
    return found


def workers_of(coordinator: int) -> list[psutil.Process]:
    """The processes that make runs: children of the fork server."""
    try:
        below = psutil.Process(coordinator).children(recursive=True)
        return [one for one in below if (parent := one.parent()) is not None and "forkserver" in " ".join(parent.cmdline())]
    except psutil.NoSuchProcess:
        return []


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The files of a sweep that must be the same whenever it is the same."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def trouble(moments: int, seed: int = 1, spec: dict[str, Any] | None = None) -> dict[str, Any]:
    """So many blows to coordinators and as many to workers, each on a new sweep in an empty home."""
    from tests.conftest import empty_home

    luck, spec, blows = random.Random(seed), spec or SPEC, []
    with tempfile.TemporaryDirectory(prefix="renshe-trouble-", ignore_cleanup_errors=True) as place:
        whole = Path(place) / "whole"
        if command(empty_home(Path(place) / "calm"), "sweep", str(written(spec, whole)), "--out", str(whole)).wait(PATIENCE):
            raise RuntimeError("the undisturbed sweep failed")
        wanted, runs = bytes_of(whole), 3 * int(spec["draws"])
        for victim in ("coordinator", "worker"):
            for moment in range(moments):
                home, out = empty_home(Path(place) / f"{victim}{moment}"), Path(place) / f"{victim}-{moment}"
                blow = disturbed(spec, out, home, victim, luck.randrange(1, runs - 2), luck.random() * 0.3)
                blows.append(blow | {"same": bytes_of(out) == wanted})
                print(json.dumps(blows[-1]), file=sys.stderr, flush=True)
    return {
        "moments": len(blows),
        "runs": runs,
        "same_bytes": sum(one["same"] for one in blows),
        "repeated": sum(one["repeated"] for one in blows),
        "left_behind": sum(one["left_behind"] for one in blows),
        "blows": blows,
    }


if __name__ == "__main__":
    ask = argparse.ArgumentParser(prog="python -m benchmarks.trouble", description=__doc__)
    ask.add_argument("--moments", type=int, default=10, help="blows to coordinators, and as many to workers (default 10)")
    ask.add_argument("--seed", type=int, default=1, help="seed of the moments")
    ask.add_argument("--quick", action="store_true", help="one blow of each kind to a sweep of nine runs: whether it works at all")
    asked = ask.parse_args()
    print(json.dumps(trouble(1 if asked.quick else asked.moments, asked.seed, {**SPEC, "draws": 3} if asked.quick else None), indent=2))
