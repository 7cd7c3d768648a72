"""`python -m benchmarks`: time and memory of the city, each part in a process of its own, printed as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import busy_percent
from benchmarks.report import table
from benchmarks.trouble import SPEC

ROOT = Path(__file__).resolve().parent.parent
SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
PROVINCE = 80_000_000


def measures(quick: bool, province: bool, threads: int) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Every measure: {name: (module, function, arguments)}."""
    months, repeats = (12, 1) if quick else (60, 3)
    sizes = SIZES[:3] if quick else SIZES + ((PROVINCE,) if province else ())
    plan = {
        "machine": ("machine", "describe", {}),
        "bandwidth": ("machine", "bandwidth", {"threads": threads, "megabytes": 128 if quick else 512}),
        "starts": ("starts", "starts", {"repeats": 1 if quick else 5}),
        "full_scale": ("living", "full_scale", {"threads": threads, "months": months, "repeats": repeats}),
        "thinned": ("living", "thinned", {"months": months, "repeats": repeats + 2}),
        "peer": ("living", "peer", {"people": 10_000 if quick else 100_000, "months": 12, "repeats": 1}),
    }
    for people in sizes:
        run = {"people": people, "threads": threads, "months": 12, "repeats": 1 if people >= SIZES[-1] else repeats}
        plan[f"size_{people}"] = ("living", "size", run)
    plan["overhead"] = ("runner", "overhead", {"draws": 10 if quick else 40, "scale": 1000})
    plan["workers"] = ("runner", "workers", {"draws": 8, "scale": 20} if quick else {"draws": 100, "scale": 20, "repeats": 3})
    plan["same_bytes"] = ("runner", "same_bytes", {"runs": 12, "scale": 500} if quick else {"runs": 500, "scale": 50})
    if not quick:
        plan |= {f"same_bytes_{runs}": ("runner", "same_bytes", {"runs": runs, "scale": 50, "repeats": 3}) for runs in (30, 90)}
    size = {"draws": 30, "fresh_draws": 60, "checks": 100} if quick else {"draws": 100, "fresh_draws": 150, "checks": 400}
    wanted = {"plan": "xuzhou", "indicator": "ui_insured_2025", "levers": [f"enrolment_drive_{size}_firms" for size in ("mid", "small")]}
    plan["goal"] = ("asking", "goal_checked", wanted | {"scale": 500 if quick else 100} | size)
    for name, city, a_tenth_more, replicates in (("pairing", "xuzhou", 338, 60), ("pairing_small", "haining", 40, 200)):
        fairs = {"plan": city, "lever": "recruitment_fairs", "value": a_tenth_more, "scale": 500 if quick else 50}
        plan[name] = ("asking", "pairing", fairs | {"replicates": 10 if quick else replicates})
    plan["memory"] = ("runner", "memory", {"runs": 60 if quick else 2000, "scale": 1000})
    for name, city in (("foretold", "xuzhou"), ("foretold_small", "haining")):
        plan[name] = ("asking", "foretold", {"plan": city, "settings": 4 if quick else 30, "draws": 3 if quick else 6, "scale": 50})
    for name, width, height in (("repaint", 1280, 900), ("repaint_wall", 3840, 2160)):
        seen = {"lever": "enrolment_drive_small_firms", "target": "pension_active_2025", "width": width, "height": height}
        plan[name] = ("repaint", "repaint", {"plan": "xuzhou", "moves": 8 if quick else 20, **seen})
    plan["trouble"] = ("trouble", "trouble", {"moments": 1, "spec": {**SPEC, "draws": 3}} if quick else {"moments": 10})
    return plan


def measure(module: str, function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """One measure in a new process, with the user's compiled kernels; a failure is told in its place."""
    line = f"import json; from benchmarks.{module} import {function}; print(json.dumps({function}(**{arguments!r})))"
    done = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]}
    return json.loads(done.stdout.strip().splitlines()[-1])


def keep(figures: str) -> None:
    """Make the table the last one measured in the README."""
    readme = ROOT / "benchmarks" / "README.md"
    before, heading, _ = readme.read_text(encoding="utf-8").partition("## Last measured\n")
    readme.write_text(f"{before}{heading}\n{datetime.now(UTC):%Y-%m-%d}: {figures}\n", encoding="utf-8")


def main() -> None:
    """Measure what was asked for."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    ask.add_argument("--json", action="store_true", help="the figures as one JSON object on stdout")
    ask.add_argument("--quick", action="store_true", help="fewer months, sizes and repeats: two minutes instead of fifteen")
    ask.add_argument("--province", action="store_true", help="a town of 80 million too (about 4 GB of memory)")
    ask.add_argument("--threads", type=int, default=2, help="threads of the full-scale measures (default 2)")
    ask.add_argument("--readme", action="store_true", help="put the table into benchmarks/README.md as the last measured")
    ask.add_argument("--only", nargs="+", metavar="PART", help="only measures whose names begin so, e.g. --only full peer")
    asked = ask.parse_args()
    plan = measures(asked.quick, asked.province, asked.threads)
    found: dict[str, Any] = {}
    for name, what in plan.items():
        if not asked.only or name.startswith(tuple(asked.only)):
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            busy = busy_percent()
            found[name] = measure(*what) | {"busy_before_percent": busy}
    print(json.dumps(found, ensure_ascii=False, indent=2) if asked.json else table(found))
    if asked.readme:
        keep(table(found))


if __name__ == "__main__":
    main()
