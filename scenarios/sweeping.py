"""Sweeping: making the runs of a specification, each once; results in parts; to be stopped and resumed at any moment."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from model.documents import BadInput, Fault, both
from scenarios import samples
from scenarios.executor import PROCESSES, check_name, warm_up
from scenarios.gathering import gathered
from scenarios.home import home
from scenarios.recipes import command_of, remember
from scenarios.running import Progress, RunsFailed, check_numbers
from scenarios.shards import BrokenShard, rows_in
from scenarios.sweep_folder import FAILURES, MANIFEST, OWN_STORE, SweepFolder, blocks_of
from scenarios.sweep_part import Cuts, Kept
from scenarios.sweep_runs import SweepRun, SweepRuns, runs_of, work_ahead
from scenarios.sweep_spec import SweepSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from scenarios.resolve import ResolvedRun
    from scenarios.simulate import Outcome
    from scenarios.store import Store
    from scenarios.sweep_results import SweepResults
    from scenarios.sweep_runs import Work

EARLY = 10
"""After so many runs a sweep is stopped when most of them have failed."""


@dataclass
class _Making:
    """What has come of a sweep so far. open: for each unfinished block, the keys that it waits for; blocks: for each
    key, the blocks that wait for it; times: how many runs have a key; kept: what the next part to be written needs of runs
    that were just made, so that it need not read them again; waiting: runs that are yet to come.
    """

    sweep: SweepRuns
    folder: SweepFolder
    store: Store
    open: dict[int, set[str]] = field(default_factory=dict)
    blocks: dict[str, set[int]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    kept: dict[str, Kept] = field(default_factory=dict)
    made: int = 0
    waiting: int = 0

    def __post_init__(self) -> None:
        self.cuts = Cuts(self.sweep.spec.outputs)

    def kept_of(self, key: str) -> Kept | None:
        """What parts keep of a run: from what came in, else from the store; None where it is lacking. It is asked for once for each
        block, and held for the first of them alone: memory must not grow with the sweep.
        """
        if key in self.kept:
            return self.kept.pop(key)
        rows = self.store.rows(key)
        return None if rows is None else self.cuts.kept(rows)

    def sample(self, key: str) -> pa.Table | Literal[False] | None:
        """The sample of a run: None where none is asked for, False where it is lacking."""
        wanted = self.sweep.sample
        if wanted is None:
            return None
        found = samples.get(self.store, key, wanted)
        return False if found is None else found


def sweep(
    spec: SweepSpec | Mapping[str, Any] | str | Path | None = None,
    *,
    out: str | Path | None = None,
    resume: str | Path | None = None,
    executor: str = PROCESSES,
    threads: int = 1,
    fresh: bool = False,
    progress: Progress | None = None,
    ahead: Callable[[Work], None] | None = None,
) -> SweepResults:
    """Make the runs of a sweep and give its results.

    spec: a specification, its data or its file; out: the folder of its results (default: in the store's folder, under
    the sweep's id); resume: the folder of a sweep to go on with, in place of spec and out; fresh: make every run anew,
    in a store of its own inside `out`; progress(done, total, words) is called as runs come in, ahead(Work) before.
    Raises BadInput for what cannot be run, RunsFailed, with the command that reproduces the first failure, when most
    runs fail. An interruption leaves what has been made, whole.
    """
    check_name(executor)
    check_numbers(threads=threads)
    warm_up(executor)
    started = perf_counter()
    found, fresh = _wanted(spec, out, resume, fresh=fresh)
    runs, place = runs_of(found), resume if resume is not None else out
    folder = SweepFolder(Path(place) if place is not None else home() / "sweeps" / runs.id)
    folder.begin(runs, fresh=fresh)
    with _store(folder, fresh) as store:
        remember(runs.id, {"kind": "sweep", "spec": found.as_dict()})
        making = _Making(runs, folder, store)
        _make(making, executor, threads, progress or (lambda done, total, words: None), ahead)
        _finish(making, executor, perf_counter() - started)
    if fresh:
        shutil.rmtree(folder.path / OWN_STORE, ignore_errors=True)
    from scenarios.sweep_results import SweepResults

    return SweepResults(folder.path)


def _wanted(
    spec: SweepSpec | Mapping[str, Any] | str | Path | None, out: str | Path | None, resume: str | Path | None, *, fresh: bool
) -> tuple[SweepSpec, bool]:
    """The specification that is asked for, and whether its runs stand in a store of its own."""
    if (spec is None) == (resume is None) or (resume is not None and out is not None):
        fix = both("请给出方案(可加 --out)或 --resume 之一", "give a specification (and --out), or --resume DIR alone")
        raise BadInput(Fault("sweep", None, "SPEC", str(spec or ""), "SPEC.yaml | --resume DIR", fix))
    if resume is not None:
        return SweepFolder(Path(resume)).spec()
    if isinstance(spec, SweepSpec):
        return spec, fresh
    return (SweepSpec.of(spec) if isinstance(spec, Mapping) else SweepSpec.read(str(spec))), fresh


@contextmanager
def _store(folder: SweepFolder, fresh: bool) -> Iterator[Store]:
    from scenarios.store import Store  # here, because each worker process imports what its user's script imports

    store = Store(folder.path / OWN_STORE) if fresh else Store()
    try:
        yield store
    finally:
        store.close()


def _make(making: _Making, executor: str, threads: int, progress: Progress, ahead: Callable[[Work], None] | None) -> None:
    """Look for what is there, make what is not, write each block when it is finished."""
    blocks, total = blocks_of(making.sweep.runs), len(making.sweep.runs)
    if ahead is not None:
        ahead(work_ahead(making.sweep, making.store, str(making.folder.path)))
    missing = _missing(making, blocks)
    for path in making.store.damaged:
        progress(total - making.waiting, total, both(f"分片损坏,重做:{path}", f"damaged shard, made again: {path}"))
    _write_finished(making, blocks, list(making.open))
    progress(total - making.waiting, total, "")
    with closing(gathered(missing, executor, threads, making.sweep.sample)) as outcomes:
        for outcome in outcomes:
            _keep(making, outcome)
            _write_finished(making, blocks, making.blocks[outcome.key])
            progress(total - making.waiting, total, outcome.error or "")
            _stop_early(making, len(missing))


def _keep(making: _Making, outcome: Outcome) -> None:
    """Put what a run gave into the store, and note which blocks wait for it no more."""
    try:
        kept = None if outcome.shard is None else making.cuts.kept(rows_in(outcome.shard))
    except BrokenShard as error:  # damaged on the way: it is no result
        kept, outcome = None, replace(outcome, error=f"BrokenShard: {error}")
    if kept is None or outcome.shard is None:
        making.failures[outcome.key] = outcome.error or "unknown"
        making.store.put_failure(outcome.key, making.failures[outcome.key], outcome.seconds)
    else:
        if making.sweep.sample is not None and outcome.sample is not None:
            samples.put(making.store, outcome.key, making.sweep.sample, outcome.sample)
        making.store.put(outcome.key, outcome.shard, outcome.person_months, outcome.seconds)
        making.kept[outcome.key] = kept
    making.made += 1
    making.waiting -= making.times[outcome.key]
    for block in making.blocks[outcome.key]:
        making.open[block].discard(outcome.key)


def _missing(making: _Making, blocks: Sequence[Sequence[SweepRun]]) -> list[ResolvedRun]:
    """The runs that are in no finished block and not in the store, each once; notes which blocks wait for which."""
    found: dict[str, bool] = {}
    missing: dict[str, ResolvedRun] = {}
    for block, runs in enumerate(blocks):
        if making.folder.is_finished(block, sampled=making.sweep.sample is not None):
            continue
        for one in runs:
            key = one.resolved.key
            if key not in found:
                found[key] = making.store.holds(key) and making.sample(key) is not False
            if not found[key]:
                missing.setdefault(key, one.resolved)
                making.times[key] += 1
                making.blocks.setdefault(key, set()).add(block)
        making.open[block] = {one.resolved.key for one in runs} & set(missing)
    making.waiting = making.times.total()
    return list(missing.values())


def _write_finished(making: _Making, blocks: Sequence[Sequence[SweepRun]], these: Iterable[int]) -> None:
    """Write the parts of those of these blocks that wait for nothing any more."""
    for block in sorted(block for block in these if making.open.get(block) == set()):
        making.folder.write_part(block, blocks[block], making.kept_of, making.sweep, making.sample)
        del making.open[block]


def _stop_early(making: _Making, total: int) -> None:
    """Raise RunsFailed when most runs fail; the failures are on file by then."""
    if making.made < min(EARLY, total) or 2 * len(making.failures) <= making.made:
        return
    failures = _failures(making)
    making.folder.write_json(FAILURES, failures)
    first = failures[0]
    command = command_of(making.sweep.id, first["run"])
    zh = f"{making.made} 次运行中 {len(making.failures)} 次失败,已停止。首个失败:{first['error']}。重现:"
    en = f"{len(making.failures)} of {making.made} runs failed; stopped. To reproduce the first failure:"
    raise RunsFailed(f"{both(zh, en)}\n  {command}")


def _failures(making: _Making) -> list[dict[str, Any]]:
    """The runs that failed, in order."""
    return [
        {
            "run": one.number,
            "key": one.resolved.key,
            "plan": one.plan,
            "point": one.point,
            "draw": one.resolved.draw,
            "replicate": one.resolved.replicate,
            "error": making.failures[one.resolved.key],
        }
        for one in making.sweep.runs
        if one.resolved.key in making.failures
    ]


def _finish(making: _Making, executor: str, seconds: float) -> None:
    making.folder.write_json(FAILURES, _failures(making))
    manifest = {
        **making.sweep.provenance(),
        "runs": len(making.sweep.runs),
        "made": making.made,
        "failed": len(_failures(making)),
        "warnings": list(making.sweep.warnings),
        "damaged": [str(path) for path in making.store.damaged],
        "executor": executor,
        "wall_seconds": round(seconds, 3),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "host": platform.node(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "command": sys.argv,
        "reproduce": command_of(making.sweep.id),
    }
    making.folder.write_json(MANIFEST, manifest)


