"""Running a scenario: all its draws and replicates, each run made once and kept, the results in one table."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Fault, both
from scenarios.draws import Draws, draws_of
from scenarios.executor import PROCESSES, check_name, warm_up
from scenarios.fingerprints import model_fingerprint, packages, platform_name
from scenarios.gathering import gathered
from scenarios.law_sources import unsourced_law
from scenarios.months import january
from scenarios.observed import Observed, observed_values
from scenarios.plan_levers import folder_of
from scenarios.plans_at_hand import load_plan, plan_folder, written_plan
from scenarios.recipes import remember, run_id
from scenarios.resolve import ResolvedRun, checked_month
from scenarios.scenario import Scenario
from scenarios.shards import BrokenShard, Rows, rows_in
from scenarios.simulate import Outcome

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan
    from scenarios.results import Results
    from scenarios.store import Store

Progress = Callable[[int, int, str], None]
LIMITS = {
    "draws": (1, 100_000),
    "replicates": (1, 10_000),
    "scale": (1, 1_000),
    "seed": (0, 2**63 - 1),
    "threads": (1, 1_024),
}


class RunsFailed(RuntimeError):
    """Every run of a scenario failed; the message holds the reasons."""


@dataclass
class Work:
    """The runs of one scenario and what has come of them."""

    runs: list[ResolvedRun]
    rows: dict[str, Rows] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    reused: int = 0

    @property
    def missing(self) -> list[ResolvedRun]:
        """Runs that are yet to be made, one for each key."""
        return [run for key, run in {run.key: run for run in self.runs}.items() if key not in self.rows]


def run(
    scenario: Scenario,
    draws: int = 20,
    replicates: int = 1,
    seed: int = 1,
    scale: int = 20,
    until: str | None = None,
    executor: str = PROCESSES,
    threads: int = 1,
    prior: bool = False,
    fresh: bool = False,
    progress: Progress | None = None,
    observed: str | os.PathLike[str] | None = None,
    use_observed: bool = True,
    start: str | None = None,
    like: Results | None = None,
) -> Results:
    """Run a scenario and give its results.

    draws: parameter draws; replicates: of the luck of each draw; scale: one simulated person stands for so many; until:
    last month ("2025-12"; default: the plan's end); executor: processes, serial or dask://HOST:PORT; prior: declared
    ranges instead of the calibration; fresh: make every run anew, in a store of its own; progress(done, total, words) is
    called as runs come in; observed: a file of observed values (default: `observed.csv` in the plan's folder), which the
    results carry for their scorecard, and from which the months after them go on (`scenarios.conditioning`), unless use_observed is off;
    start: a December ("2025-12") from which to run, later months only; like: results whose resampled draws go on here too, so that both
    are pairs. Raises BadInput for what cannot be run, RunsFailed when every run failed.
    """
    from scenarios.bases import base_file, last_month, nothing_known, year_of
    from scenarios.conditioning import Conditioning
    from scenarios.conditioning.forecast import How, conditioned

    check_numbers(draws=draws, replicates=replicates, scale=scale, seed=seed, threads=threads)
    check_name(executor)
    warm_up(executor)
    started, plan = perf_counter(), load_plan(scenario.plan)
    folder = folder_of(scenario.plan)
    known = observed_values(plan, folder, observed) if use_observed else Observed()
    drawn = draws_of(plan, draws, seed, prior=prior, folder=folder)
    how = How(draws, replicates, seed, scale, executor, threads, progress or (lambda done, total, words: None))
    year = None if start is None else year_of(start, plan)
    until = until if year is None else last_month(until, plan, year)
    if until is not None:  # before a store is made for it
        checked_month(until, january((year or plan.baseline_year) + 1))
    another = year is not None and year != plan.baseline_year
    if another and not known and use_observed and not base_file(plan_folder(scenario.plan), int(year or 0)).is_file():
        raise nothing_known(plan, int(year or 0))
    followed = None if like is None else Conditioning.from_json(like.manifest.get("conditioning"))
    with _store(fresh) as store:
        work, step, warnings = conditioned(scenario, plan, known, drawn, store, how, until=until, start=year, like=followed)
    manifest = manifest_of(scenario, plan, work, drawn, draws=draws, replicates=replicates, seed=seed, scale=scale,
                           until=work.runs[-1].until)
    manifest["warnings"] += warnings
    if start is not None:
        manifest["start"] = start
    if step is not None:
        manifest["conditioning"] = step.as_json()
    if known:
        manifest["observed"] = known.as_list()
    manifest["law_unsourced"] = unsourced_law(plan.province, scenario.law, f"{(year or plan.baseline_year) + 1}-01", work.runs[-1].until)
    results = results_of(scenario, work, manifest | {"wall_seconds": round(perf_counter() - started, 3)})
    if not fresh:
        gone_on = None if step is None and start is None else {
            "start": year, "observed": known.as_list(), "like": None if followed is None else followed.as_json()}
        remember(manifest["id"], _recipe(scenario, manifest, gone_on, prior=prior))
    return results


def _recipe(scenario: Scenario, manifest: dict[str, Any], gone_on: dict[str, Any] | None, *, prior: bool) -> dict[str, Any]:
    """These runs as a sweep of one point, by which they can be made again; gone_on: what runs that go on from a known state need too."""
    numbers = {name: manifest[name] for name in ("draws", "replicates", "seed", "scale", "until")}
    about = {"name": scenario.name, "plans": [written_plan(scenario.plan)], "scenario": [scenario.as_dict()], "prior": prior}
    spec = {**about, **numbers}
    return {"kind": "run", "spec": spec} if gone_on is None else {"kind": "going_on", "spec": spec, **gone_on}


def check_numbers(**given: object) -> None:
    """Raise BadInput for every number of a run that is not a whole number within its limits."""
    faults = []
    for name, value in given.items():
        low, high = LIMITS[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            faults.append(
                Fault(
                    f"--{name}",
                    None,
                    name,
                    str(value),
                    f"{low} … {high}",
                    both("请填写此范围内的整数", "write a whole number of this range"),
                )
            )
    if faults:
        raise BadInput(faults)


@contextmanager
def _store(fresh: bool) -> Iterator[Store]:
    """The user's store, or an empty one for this command."""
    from scenarios.store import Store  # here, because each worker process imports what its user's script imports

    if fresh:
        with Store.private() as private:
            yield private
        return
    store = Store()
    try:
        yield store
    finally:
        store.close()


def make(work: Work, store: Store, *, executor: str, threads: int, progress: Progress) -> None:
    """Find the runs in the store and make the missing ones, keeping each as it comes in.

    Raises BadInput when a run's input was bad; an interruption leaves what has been made, whole.
    """
    for run_ in work.runs:
        if run_.key not in work.rows and (found := store.rows(run_.key)) is not None:
            work.rows[run_.key] = found
    missing, total = work.missing, len({run_.key for run_ in work.runs})
    work.reused = total - len(missing)
    progress(work.reused, total, "")
    if not missing:
        return
    with closing(gathered(missing, executor, threads)) as outcomes:
        for outcome in outcomes:
            _keep(outcome, work, store)
            progress(len(work.rows) + len(work.failures), total, outcome.error or "")


def _keep(outcome: Outcome, work: Work, store: Store) -> None:
    if outcome.faults:
        raise BadInput(outcome.faults)
    try:
        rows, error = (None, outcome.error or "unknown") if outcome.shard is None else (rows_in(outcome.shard), "")
    except BrokenShard as broken:  # damaged on the way: it is no result
        rows, error = None, f"BrokenShard: {broken}"
    if rows is None or outcome.shard is None:
        work.failures[outcome.key] = error
        store.put_failure(outcome.key, error, outcome.seconds)
        return
    store.put(outcome.key, outcome.shard, outcome.person_months, outcome.seconds)
    work.rows[outcome.key] = rows


def results_of(scenario: Scenario, work: Work, manifest: dict[str, Any]) -> Results:
    """One long table of all runs, draw by draw and replicate by replicate. Raises RunsFailed when there is none."""
    from scenarios.results import Results
    from scenarios.results_table import table_of_runs

    parts = [(run_.draw, run_.replicate, work.rows[run_.key]) for run_ in work.runs if run_.key in work.rows]
    if not parts:
        raise RunsFailed("; ".join(dict.fromkeys(work.failures.values())))
    return Results.of_ordered(table_of_runs(scenario.name, parts), manifest)


def manifest_of(scenario: Scenario, plan: Plan, work: Work, drawn: Draws, **numbers: Any) -> dict[str, Any]:
    """What these results come from: code, packages, scenario, the parameters' source, the runs, and where and when."""
    try:
        release = version("renshe")
    except PackageNotFoundError:
        release = "not installed"
    failures = [{"draw": r.draw, "replicate": r.replicate, "error": work.failures[r.key]} for r in work.runs if r.key in work.failures]
    return {
        "id": run_id([run_.key for run_ in work.runs]),
        "plan": plan.id,
        "scenario": scenario.as_dict(),
        "macro": scenario.as_dict().get("macro"),
        "parameters": drawn.basis,
        "hindcast": is_over(plan),
        **numbers,
        "person_months": sum(rows.person_months for rows in work.rows.values()),
        "runs": [run_.key for run_ in work.runs],
        "reused": work.reused,
        "failures": failures,
        "warnings": list(drawn.warnings),
        "renshe": release,
        "model": model_fingerprint(),
        "packages": packages(),
        "python": platform.python_version(),
        "platform": platform_name(),
        "host": platform.node(),
        "processors": os.cpu_count(),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": sys.argv,
    }


def is_over(plan: Plan) -> bool:
    """True when the plan's period lies wholly in the past: its runs without observed values are 回溯模拟."""
    return datetime.now(UTC).year > plan.period[1]
