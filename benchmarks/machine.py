"""The machine: what it is, and how fast it moves memory, which is the limit of any kernel."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import numpy as np


def describe() -> dict[str, object]:
    """Processor, cores, memory, system and the versions that speed depends on."""
    import psutil

    return {
        "processor": _processor(), "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1), "system": platform.platform(terse=True),
        "python": platform.python_version(), **{name: version(name) for name in ("numpy", "numba", "llvmlite", "mesa")},
    }  # fmt: skip


def busy_percent() -> float:
    """How much of all processors other programs use, over one second."""
    import psutil

    return float(psutil.cpu_percent(interval=1.0))


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def bandwidth(threads: int, megabytes: int = 512, times: int = 7) -> dict[str, float]:
    """GB/s of a plain copy (a byte read and a byte written count two) and of a plain read, over arrays far larger than any cache."""
    import numba
    from numba import njit, prange

    @njit(parallel=True)
    def copy(source, target):  # type: ignore[no-untyped-def]
        for i in prange(source.size):
            target[i] = source[i]

    @njit(parallel=True)
    def read(source):  # type: ignore[no-untyped-def]
        total = np.int64(0)
        for i in prange(source.size):
            total += source[i]
        return total

    numba.set_num_threads(threads)
    source, target = np.ones(megabytes * 2**17, np.int64), np.zeros(megabytes * 2**17, np.int64)
    copied = best(lambda: copy(source, target), times)
    was_read = best(lambda: read(source), times)
    return {"threads": threads, "copy_gb_s": 2 * source.nbytes / copied / 1e9, "read_gb_s": source.nbytes / was_read / 1e9}


def best(work: object, times: int) -> float:
    """Seconds of the quickest of so many calls, after one that is not timed."""
    work()  # type: ignore[operator]
    return min(seconds(work) for _ in range(times))


def seconds(work: object) -> float:
    """Seconds that one call takes."""
    started = perf_counter()
    work()  # type: ignore[operator]
    return perf_counter() - started


def peak_mib() -> float:
    """The most memory that this process has held, MiB."""
    import psutil

    memory = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):
        return float(memory.peak_wset) / 2**20
    import resource
    import sys

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
