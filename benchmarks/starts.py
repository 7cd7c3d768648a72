"""Cold and warm starts: how long a user waits for the first month, and for the commands that simulate nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
FIRST_MONTH = """
from time import perf_counter; started = perf_counter()
from benchmarks.cities import xuzhou
from model.city import City
city = City(xuzhou(), scale=20); city.step(); print(perf_counter() - started)
city.run_for(12); print(perf_counter() - started)
"""
EVERY_KERNEL = "from scenarios.executor import compile_once; compile_once()"
COMMANDS = (("--help",), ("plans",), ("levers", "xuzhou"), ("plan", "show", "xuzhou"))


def timed(arguments: list[str], home: Path) -> tuple[float, str]:
    """Seconds of a whole Python process, and what it wrote to stdout."""
    started = perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env={**os.environ, "RENSHE_HOME": str(home)}, capture_output=True,
                          text=True, encoding="utf-8", check=True)  # fmt: skip
    return perf_counter() - started, done.stdout


def first_month(home: Path) -> dict[str, float]:
    """Seconds of a new process until 徐州's first month at scale 20, and until all thirteen months that meet every kernel."""
    whole, told = timed(["-c", FIRST_MONTH], home)
    month, thirteen = map(float, told.split())
    return {"first_month_s": whole - thirteen + month, "thirteen_months_s": whole}


def starts(repeats: int) -> dict[str, object]:
    """Every kernel compiled as before the first sweep, fit or page (a process a processor); cold (an empty home: kernels are compiled as
    the months call them) and warm starts; and commands (warm, the quickest of so many)."""
    with tempfile.TemporaryDirectory(prefix="renshe-benchmark-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        every, _ = timed(["-c", EVERY_KERNEL], Path(folder) / "another")
        cold = first_month(home)
        warm = min((first_month(home) for _ in range(repeats)), key=lambda run: run["first_month_s"])
        commands = {" ".join(words): min(timed([str(ROOT / "renshe.py"), *words], home)[0] for _ in range(repeats)) for words in COMMANDS}
    return {"every_kernel_s": every, "cold": cold, "warm": warm, "commands_s": commands}
