"""The figures as a table of: what, measured, budget, met or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BUSY = 20.0  # percent of all processors
Row = tuple[str, str, str, bool | None]
BUDGETS = {
    "row_month_ns": 24.0,
    "run_s": 16.0,
    "synthesis_s": 5.0,
    "memory_mib": 2048.0,
    "peer_ratio": 100.0,
    "sizes_ratio": 2.0,
    "hundred_runs_s": 45.0,
    "compile_s": 40.0,
    "warm_s": 5.0,
    "command_s": 1.0,
    "speed_up": 1.8,
    "overhead_ms": 20.0,
    "growth": 1.5,
    "pairing": 5.0,
    "repaint_ms": 100.0,
}


def at_most(what: str, value: float, unit: str, budget: str, note: str = "") -> Row:
    """A row whose value may not exceed its budget."""
    limit = BUDGETS[budget]
    return what, f"{value:,.3g} {unit}{note}", f"≤ {limit:g} {unit}", value <= limit


def at_least(what: str, value: float, budget: str) -> Row:
    """A row whose ratio may not fall short of its budget."""
    limit = BUDGETS[budget]
    return what, f"{value:,.3g} ×", f"≥ {limit:g} ×", value >= limit


def rows(found: dict[str, Any]) -> Iterator[Row]:
    """Every figure that was measured, budgets beside them."""
    good = {name: value for name, value in found.items() if "failed" not in value}
    for name in found.keys() - good.keys():
        yield name, f"failed: {found[name]['failed']}", "", False
    full, band = good.get("full_scale"), good.get("bandwidth")
    if full:
        yield from of_full_scale(full)
    if full and band:
        yield "  limit: reading every column once", f"{full['column_bytes_a_row'] / band['read_gb_s']:.3g} ns", "", None
    if band:
        yield "memory bandwidth, copy · read", f"{band['copy_gb_s']:.1f} · {band['read_gb_s']:.1f} GB/s", "", None
    if "thinned" in good:
        thin = good["thinned"]
        note = f" ({thin['rows']:,} rows, {thin['synthesis_s'] + thin['months_s']:.2f} s a run of {thin['months']} months)"
        yield at_most("徐州 at scale 20, one thread, with synthesis, a row-month", thin["ns_with_synthesis"], "ns", "row_month_ns", note)
        yield "  processor time", f"{thin['processor_ns_with_synthesis']:.1f} ns", "", None
    if "peer" in good:
        yield from of_peer(good["peer"], full)
    yield from of_sizes({name: value for name, value in good.items() if name.startswith("size_")})
    if "starts" in good:
        yield from of_starts(good["starts"])
    yield from of_runner(good)
    yield from of_asking(good)
    yield from of_cockpit({name: value for name, value in good.items() if name.startswith("repaint")})


def of_full_scale(full: dict[str, Any]) -> Iterator[Row]:
    """徐州 one to one."""
    yield at_most(
        f"徐州 1:1 on {full['threads']} threads, a row-month",
        full["ns_a_row_month"],
        "ns",
        "row_month_ns",
        f" ({full['rows']:,} rows, {full['months']} months)",
    )
    yield "  processor time of all threads, a row-month", f"{full['processor_ns_a_row_month']:.1f} ns", "", None
    yield at_most("  60 months at that pace", full["months_s"] / full["months"] * 60, "s", "run_s")
    yield at_most("  synthesis", full["synthesis_s"], "s", "synthesis_s")
    yield at_most("  peak memory of the process", full["peak_mib"], "MiB", "memory_mib")
    yield "  bytes a row: columns · at the peak", f"{full['column_bytes_a_row']} · {full['peak_bytes_a_row']:.0f}", "", None


def of_peer(peer: dict[str, Any], full: dict[str, Any] | None) -> Iterator[Row]:
    """Plain Mesa agents."""
    yield f"plain Mesa agents, {peer['people']:,} people, a person-month", f"{peer['plain_ns_a_person_month']:,.0f} ns", "", None
    pace = peer["kernels_ns_a_row_month"]
    yield f"  against kernels, same town, one thread ({pace:.0f} ns)", f"{peer['ratio_same_town']:.0f} ×", "", None
    if full:
        ratio = peer["plain_ns_a_person_month"] / full["processor_ns_a_row_month"]
        yield at_least("  against kernels at 徐州's size, processor time of all threads", ratio, "peer_ratio")


def of_sizes(sizes: dict[str, Any]) -> Iterator[Row]:
    """Towns of growing size."""
    for run in sizes.values():
        note = f"{run['ns_a_row_month']:.1f} ns, synthesis {run['synthesis_s']:.1f} s, {run['peak_mib']:,.0f} MiB"
        yield f"town of {run['people'] / 1e6:g} million, a row-month", note, "", None
    if len(sizes) > 1:
        paces = [run["ns_a_row_month"] for run in sizes.values()]
        yield at_most("  dearest ÷ cheapest size", max(paces) / min(paces), "×", "sizes_ratio")


def of_starts(starts: dict[str, Any]) -> Iterator[Row]:
    """Waiting."""
    yield at_most("every kernel compiled from nothing, a process a processor", starts["every_kernel_s"], "s", "compile_s")
    yield "cold start to the first month", f"{starts['cold']['first_month_s']:.1f} s", "", None
    yield "cold start, thirteen months", f"{starts['cold']['thirteen_months_s']:.1f} s", "", None
    yield at_most("warm start to the first month", starts["warm"]["first_month_s"], "s", "warm_s")
    for words, took in starts["commands_s"].items():
        yield at_most(f"renshe {words}", took, "s", "command_s")


def of_runner(good: dict[str, Any]) -> Iterator[Row]:
    """Many runs."""
    if "overhead" in good:
        run = good["overhead"]
        yield at_most("runner overhead a run", run["overhead_ms_a_run"], "ms", "overhead_ms", f" (beside {run['ms_a_run']:.0f} ms)")
    if "workers" in good:
        run = good["workers"]
        yield at_least(f"{run['draws']} runs of 徐州: worker processes against one", run["speed_up"], "speed_up")
        yield at_most("  100 runs at that pace", run["s_for_100_runs"], "s", "hundred_runs_s")
        yield at_most("  processor time of the coordinator, a run", run["coordinator_ms_a_run"], "ms", "overhead_ms")
    for run in (good[name] for name in good if name.startswith("same_bytes")):
        yield from of_engines(run)
    if "memory" in good:
        run = good["memory"]
        yield at_most(f"memory after {run['runs']} runs ÷ after one", run["growth"], "×", "growth", f" ({run['after_all_mib']:.0f} MiB)")
    if "trouble" in good:
        run = good["trouble"]
        what = f"{run['moments']} coordinators and workers killed: sweeps that ended with the same bytes"
        yield what, f"{run['same_bytes']} of {run['moments']}", "all", run["same_bytes"] == run["moments"]
        yield "  finished runs made again · workers left behind", f"{run['repeated']} · {run['left_behind']}", "0 · 0", not (
            run["repeated"] + run["left_behind"])


def of_engines(run: dict[str, Any]) -> Iterator[Row]:
    """One sweep in one process, in worker processes and on Dask."""
    what = f"{run['runs']} runs of 徐州 at scale {run['scale']}: serial, processes and Dask the same bytes"
    yield what, "yes" if run["same"] else "NO", "yes", bool(run["same"])
    took = f"{run['processes_s']:.0f} s) against serial ({run['serial_s']:.0f} s"
    yield at_least(f"  processes ({took})", run["processes_speed_up"], "speed_up")
    yield at_least(f"  two Dask workers ({run['dask_s']:.0f} s) against serial", run["dask_speed_up"], "speed_up")
    yield at_most("  processor time of the coordinator of processes, a run", run["processes_coordinator_ms_a_run"], "ms", "overhead_ms")
    both = run["dask_coordinator_ms_a_run"] + run["dask_scheduler_ms_a_run"]
    note = f" (scheduler {run['dask_scheduler_ms_a_run']:.1f} ms of it)"
    yield at_most("  processor time of Dask's coordinator and scheduler, a run", both, "ms", "overhead_ms", note)


def of_asking(good: dict[str, Any]) -> Iterator[Row]:
    """Goals and pairs."""
    if "goal" in good:
        run = good["goal"]
        what = f"goal of {run['plan']}, {run['indicator']} {run['target']:g}: P in {run['n']} unseen runs"
        inside = run["low"] <= run["probability"] + 0.05 and run["high"] >= run["probability"] - 0.05
        setting = ", ".join(f"{name} {value:,.4g}" for name, value in run["setting"].items())
        yield what, f"{run['met'] / run['n']:.3f} ({run['low']:.3f} … {run['high']:.3f})", f"{run['probability']:g} ± 0.05", inside
        yield f"  {setting}, sought in {run['rounds']} rounds", f"{run['seek_s']:.0f} s", "", None
    for run in (good[name] for name in ("pairing", "pairing_small") if name in good):
        what = f"pairs of {run['plan']}, {run['lever']} → {run['value']:g}: replicates saved, least ({run['least_aim']})"
        yield at_least(what, run["least"], "pairing")
        yield "  at least, with 95 % confidence", f"{run['least_bound']:,.3g} ×", "", None
    for run in (good[name] for name in ("foretold", "foretold_small") if name in good):
        size = f"{run['settings']} settings × {run['draws']} draws"
        what = f"changes of {run['plan']} that effects foretell, {size}: inside their 80 % interval"
        yield what, f"{run['inside']:.0%} of {run['told']} × {run['draws']}", "", None
        yield "  error of sizeable effects, median", f"{run['off']:.0%}", "", None
        yield "  changes not foretold, 90 % below, of the spread between draws", f"{run['unforetold']:.0%}", "", None


def of_cockpit(repaints: dict[str, Any]) -> Iterator[Row]:
    """Levers that are moved."""
    for run in repaints.values():
        what = f"a lever moved, figures repainted ({run['plan']}, {run['width']} × {run['height']}, {run['charts']} charts)"
        note = f" (median of {len(run['ms'])} moves {run['median_ms']:.0f})"
        yield at_most(what, run["slowest_ms"], "ms", "repaint_ms", note)
        yield "  asked of the server meanwhile", str(run["requests"]), "0", run["requests"] == 0


def table(found: dict[str, Any]) -> str:
    """Markdown: the machine, then a line a figure."""
    machine = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in found.get("machine", {}).items() if name != "busy_before_percent"
    )
    words = {True: "yes", False: "NO", None: ""}
    busy = {name: value["busy_before_percent"] for name, value in found.items() if value.get("busy_before_percent", 0.0) > BUSY}
    if busy:
        told = ", ".join(f"{name} {percent:.0f} %" for name, percent in busy.items())
        machine += f"\n\nOther programs kept the processors busy, so that these wall times are too long: {told}."
    lines = [f"| {what} | {value} | {budget} | {words[met]} |" for what, value, budget, met in rows(found)]
    return "\n".join([machine, "", "| what | measured | budget | met |", "|---|---|---|---|", *lines])
