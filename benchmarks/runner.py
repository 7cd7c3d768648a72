"""What running costs beyond the city itself: resolving, keeping, collecting; and what a second worker brings."""

from __future__ import annotations

from time import perf_counter
from unittest.mock import patch


def overhead(draws: int, scale: int, plan: str = "haining") -> dict[str, float]:
    """ms a run that `scenarios.run` adds to building, living and measuring, in this process and with everything made anew."""
    from benchmarks.living import compile_kernels
    from scenarios import Scenario, run, simulate

    compile_kernels()
    spent = []

    def timed(one):  # type: ignore[no-untyped-def]
        started = perf_counter()
        table = whole(one)
        spent.append(perf_counter() - started)
        return table

    whole, scenario = simulate.simulate, Scenario("benchmark", plan=plan)
    run(scenario, draws=1, scale=scale, executor="serial", fresh=True, prior=True)
    with patch.object(simulate, "simulate", timed):
        started = perf_counter()
        run(scenario, draws=draws, scale=scale, executor="serial", fresh=True, prior=True)
        wall = perf_counter() - started
    return {
        "plan": plan,
        "draws": draws,
        "scale": scale,
        "ms_a_run": sum(spent) / draws * 1e3,
        "overhead_ms_a_run": (wall - sum(spent)) / draws * 1e3,
    }


def workers(draws: int, scale: int, plan: str = "xuzhou") -> dict[str, float]:
    """Seconds of the same draws in one process and in worker processes of one thread each."""
    from benchmarks.living import compile_kernels
    from scenarios import Scenario, run
    from scenarios.executor import processors

    compile_kernels()
    scenario, wall = Scenario("benchmark", plan=plan), {}
    for executor in ("serial", "processes"):
        started = perf_counter()
        run(scenario, draws=draws, scale=scale, executor=executor, fresh=True, prior=True)
        wall[executor] = perf_counter() - started
    return {
        "plan": plan,
        "draws": draws,
        "scale": scale,
        "processors": processors(),
        "serial_s": wall["serial"],
        "processes_s": wall["processes"],
        "speed_up": wall["serial"] / wall["processes"],
        "s_for_100_runs": wall["processes"] / draws * 100,
    }


def memory(runs: int, scale: int, plan: str = "haining") -> dict[str, float]:
    """MiB held after one run and after so many in one process."""
    import psutil

    from scenarios import Scenario, run

    held, scenario = [], Scenario("benchmark", plan=plan)
    for draws, seed in ((1, 1), (runs - 1, 2)):
        run(scenario, draws=draws, seed=seed, scale=scale, executor="serial", fresh=True, prior=True)
        held.append(psutil.Process().memory_info().rss / 2**20)
    return {"runs": runs, "after_one_mib": held[0], "after_all_mib": held[1], "growth": held[1] / held[0]}
