"""The benchmark program: its parts exist, measure what the table needs, and a failure is told. No time is asserted."""

from importlib import import_module
from inspect import signature

import pytest

from benchmarks.__main__ import ROOT, measure, measures
from benchmarks.living import live
from benchmarks.machine import bandwidth, describe, peak_mib
from benchmarks.report import BUDGETS, at_least, at_most, table
from model.setting import small_town

RUN = {"rows": 100, "firms": 3, "months": 12, "scale": 1, "synthesis_s": 1.0, "months_s": 2.0, "slowest_month_s": 0.5}
PACE = {"ns_a_row_month": 20.0, "processor_ns_a_row_month": 38.0, "ns_with_synthesis": 30.0, "processor_ns_with_synthesis": 31.0}
FULL = {"threads": 2, "peak_mib": 900.0, "peak_before_mib": 200.0, "column_bytes_a_row": 20, "peak_bytes_a_row": 44.0}
FOUND = {
    "machine": {"processor": "made up", "cores": 2},
    "bandwidth": {"threads": 2, "copy_gb_s": 20.0, "read_gb_s": 10.0},
    "full_scale": RUN | PACE | FULL,
    "thinned": RUN | PACE,
    "peer": {"people": 10, "months": 12, "plain_ns_a_person_month": 7600.0, "kernels_ns_a_row_month": 76.0, "ratio_same_town": 100.0},
    "size_100000": RUN | PACE | {"people": 100_000, "threads": 2, "peak_mib": 300.0},
    "size_1000000": RUN | PACE | {"people": 1_000_000, "threads": 2, "peak_mib": 300.0, "ns_a_row_month": 50.0},
    "starts": {"cold": {"first_month_s": 30.0, "thirteen_months_s": 55.0}, "every_kernel_s": 41.0, "warm": {"first_month_s": 3.0},
               "commands_s": {"plans": 0.5}},
    "overhead": {"ms_a_run": 100.0, "overhead_ms_a_run": 12.0},
    "workers": {"failed": "BrokenProcessPool: gone"},
    "same_bytes": {"runs": 12, "scale": 500, "same": False, "serial_s": 20.0, "processes_s": 10.0, "dask_s": 12.0,
                   "processes_speed_up": 2.0, "dask_speed_up": 1.67, "processes_coordinator_ms_a_run": 21.0,
                   "dask_coordinator_ms_a_run": 9.0, "dask_scheduler_ms_a_run": 4.0},
    "trouble": {"moments": 20, "same_bytes": 20, "repeated": 0, "left_behind": 1},
    "goal": {
        "plan": "xuzhou", "indicator": "i", "target": 60.0, "probability": 0.8, "n": 400, "met": 318,
        "low": 0.753, "high": 0.832, "rounds": 2, "setting": {"training_places": 131000.0}, "seek_s": 300.0,
    },
    "pairing": {"plan": "haining", "lever": "fairs", "value": 4, "least": 30.0, "least_aim": "a", "least_bound": 12.0},
    "foretold": {"plan": "xuzhou", "settings": 30, "draws": 6, "told": 246, "inside": 0.78, "off": 0.08, "unforetold": 0.07},
    "repaint": {"plan": "xuzhou", "width": 1280, "height": 900, "charts": 5, "ms": [40.0, 110.0], "median_ms": 75.0, "slowest_ms": 110.0,
                "requests": 1},
    "memory": {"runs": 200, "after_one_mib": 200.0, "after_all_mib": 220.0, "growth": 1.1},
}


@pytest.mark.parametrize("quick", [True, False])
def test_every_part_can_be_called_as_planned(quick):
    for module, function, arguments in measures(quick, province=True, threads=2).values():
        signature(getattr(import_module(f"benchmarks.{module}"), function)).bind(**arguments)


def test_a_quick_plan_is_shorter_and_a_province_is_asked_for():
    quick, whole = measures(True, False, 2), measures(False, False, 2)
    assert quick.keys() < whole.keys() < measures(False, True, 2).keys() and {"memory", "trouble", "goal", "pairing"} <= quick.keys()
    assert "size_80000000" in measures(False, True, 2)


def test_a_life_is_measured_with_all_that_the_table_shows():
    run = live(small_town(2_000), scale=1, months=2, repeats=1)
    assert run.keys() == RUN.keys() | PACE.keys()
    assert run["months"] == 2
    assert run["rows"] >= 2_000
    assert run["ns_with_synthesis"] > run["ns_a_row_month"] > 0


def test_the_machine_tells_what_it_is():
    assert describe().keys() >= {"processor", "cores", "memory_gib", "python", "numba"}
    assert bandwidth(1, megabytes=8, times=1)["read_gb_s"] > 0
    assert peak_mib() > 10


def test_budgets_decide_both_ways():
    assert at_most("a", BUDGETS["run_s"], "s", "run_s")[3] is True
    assert at_most("a", BUDGETS["run_s"] * 1.01, "s", "run_s")[3] is False
    assert at_least("a", BUDGETS["peer_ratio"], "peer_ratio")[3] is True
    assert at_least("a", BUDGETS["peer_ratio"] * 0.99, "peer_ratio")[3] is False


def test_the_table_shows_limits_ratios_and_failures():
    lines = table(FOUND).splitlines()
    assert lines[0] == "processor made up, cores 2"

    def row(words: str) -> str:
        (found,) = [line for line in lines if words in line]
        return found

    assert "| 2 ns |" in row("limit: reading every column once")  # 20 bytes at 10 GB/s
    assert "200 × | ≥ 100 × | yes" in row("against kernels at 徐州's size")  # 7600 ÷ 38
    assert "2.5 × | ≤ 2 × | NO" in row("dearest ÷ cheapest")
    assert "41 s | ≤ 40 s | NO" in row("every kernel compiled")
    assert "failed: BrokenProcessPool: gone" in row("| workers")
    assert "NO | yes | NO" in row("serial, processes and Dask the same bytes")
    assert "1.67 × | ≥ 1.8 × | NO" in row("two Dask workers (12 s)")
    assert "21 ms | ≤ 20 ms | NO" in row("coordinator of processes")
    assert "13 ms (scheduler 4.0 ms of it) | ≤ 20 ms | yes" in row("coordinator and scheduler")
    assert "78% of 246 × 6" in row("that effects foretell") and "| 8% |" in row("sizeable effects") and "| 7% |" in row("not foretold")
    assert "110 ms (median of 2 moves 75) | ≤ 100 ms | NO" in row("repainted (xuzhou, 1280") and "1 | 0 | NO" in row("asked of the server")
    assert "20 of 20 | all | yes" in row("killed") and "0 · 1 | 0 · 0 | NO" in row("left behind")


def test_every_size_of_the_three_engines_is_shown():
    few = FOUND["same_bytes"] | {"runs": 30, "same": True}
    lines = [line for line in table({**FOUND, "same_bytes_30": few}).splitlines() if "the same bytes" in line and "runs of" in line]
    assert [line.split("|")[1].split()[0] for line in lines] == ["12", "30"]


def test_a_busy_machine_is_told():
    idle, busy = ({**FOUND, "memory": {**FOUND["memory"], "busy_before_percent": percent}} for percent in (3.0, 55.0))
    assert "too long" not in table(idle)
    assert "memory 55 %" in table(busy).splitlines()[2]


def test_a_part_that_fails_does_not_stop_the_others():
    assert measure("machine", "bandwidth", {"threads": 0})["failed"].startswith("ValueError")
    assert measure("machine", "peak_mib", {}) > 0


def test_the_readme_has_a_place_for_the_figures():
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert text.count("## Last measured\n") == 1
