"""Calibrating a plan: fit every draw in parallel, keep those that meet the base year, write the artefact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from calibration import journal
from calibration.artefact import write_artefact
from calibration.base_year import growth_of, scale_of
from calibration.certificate import certificate_of
from calibration.figures import figures_of
from calibration.fit import Fit, Job, fit_draw
from calibration.selection import ENOUGH, Selection, select
from model.documents import BadInput, Fault, both
from model.parameters import central_values, declared_parameters
from scenarios.draws import from_ranges, luck_seed
from scenarios.executor import PROCESSES, SERIAL, check_name, compile_once, executor_of
from scenarios.fingerprints import digest_of, model_fingerprint, packages, platform_name
from scenarios.plan_levers import settings_in
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_folder
from scenarios.resolve import baseline_digest, usual_controls
from scenarios.running import check_numbers
from scenarios.terminal import check_writable

DRAWS = 1200
REPLICATES = 16
"""Fits of the central values under other luck: what of a fitted intercept is the luck of a small city."""
SHARE_KEPT = 5 / 6
Progress = Callable[[int, int, str], None]


class NothingFitted(RuntimeError):
    """Every draw failed; the message holds the reasons."""


@dataclass(frozen=True)
class Calibration:
    """What was written: the artefact's folder and the certificate."""

    folder: Path
    certificate: dict[str, Any]


def calibrate(plan_name: str | PathLike[str], *, draws: int = DRAWS, seed: int = 1, scale: int | None = None, executor: str = PROCESSES,
              resume: bool = False, out: Path | None = None, progress: Progress | None = None) -> Calibration:  # fmt: skip
    """Fit the base year of a plan and write posterior.parquet and certificate.json.

    plan_name: id or folder; draws: from the declared ranges, at least ENOUGH kept of them where there are as many; scale: real persons a
    row (default: about 60,000 rows a city); resume: go on with the draws of an interrupted calibration; out: folder, by default the plan's
    own. Raises BadInput for what cannot be done, NothingFitted when every draw failed.
    """
    name, plan = str(plan_name), load_plan(plan_name)
    scale = scale_of(plan) if scale is None else scale
    check_numbers(draws=draws, seed=seed, scale=scale)
    check_name(executor)
    growth_of(plan)
    folder = _folder(plan_name, out, draws)
    work = list(jobs(name, plan, draws, seed, scale))
    path = journal.place(key_of(plan, seed, scale))
    fits = _make(work, path, executor=executor, resume=resume, progress=progress or (lambda done, total, words: None))
    figures = figures_of(plan)
    chosen = select([fit for fit in fits if fit.draw >= 0], figures, enough_of(draws))
    if not chosen.kept:
        raise NothingFitted("; ".join(dict.fromkeys(fit.error or "" for fit in chosen.failed)))
    certificate = certificate_of(plan, chosen, [fit for fit in fits if fit.draw < 0], seed=seed, scale=scale)
    write_artefact(folder, _rows(work, chosen), certificate)
    journal.forget(path)
    return Calibration(folder, certificate)


def enough_of(draws: int) -> int:
    """Draws that must remain: ENOUGH, or five sixths of a trial with fewer."""
    return min(ENOUGH, max(1, int(draws * SHARE_KEPT)))


def _folder(plan_name: str | PathLike[str], out: Path | None, draws: int) -> Path:
    """Where the artefact goes. A trial too small to be used must not replace the plan's own."""
    if out is None and draws < ENOUGH:
        fix = both("试算请加 --out 另存", "for a trial add --out DIR")
        raise BadInput(Fault("--draws", None, "draws", str(draws), both(f"不少于 {ENOUGH}", f"{ENOUGH} or more"), fix))
    folder = plan_folder(plan_name) if out is None else out
    check_writable(folder)
    return folder


def key_of(plan: Plan, seed: int, scale: int) -> str:
    """Digest of everything that a fit depends on, except the number of draws: draws are prefix-stable."""
    return digest_of({
        "baseline": baseline_digest(plan), "levers": usual_controls(plan, settings_in(plan)), "seed": str(seed), "scale": scale,
        "model": model_fingerprint(), "calibration": model_fingerprint(Path(__file__).parent), "packages": packages(),
        "platform": platform_name(),
    })  # fmt: skip


def jobs(name: str, plan: Plan, draws: int, seed: int, scale: int) -> Iterable[Job]:
    """The replicates of the luck of the central values, then one job a draw."""
    for k in range(REPLICATES):
        yield Job(name, -1 - k, luck_seed(seed, 0, 1 + k), scale, central_values())
    for d, values in enumerate(from_ranges(declared_parameters(), draws, seed)):
        yield Job(name, d, luck_seed(seed, d, 0), scale, values)


def _make(work: list[Job], path: Path, *, executor: str, resume: bool, progress: Progress) -> list[Fit]:
    """Make the fits that the journal does not hold, entering each as it comes; in the order of the jobs."""
    done = journal.read(path) if resume else {}
    missing, total, made = [job for job in work if job.draw not in done], len(work), 0
    progress(total - len(missing), total, "")
    if missing:
        if executor == PROCESSES:
            compile_once()
        with journal.writing(path, resume=resume) as keep, executor_of(executor, runs=len(missing)) as workers:
            for fit in _fits(workers, missing, serial=executor == SERIAL):
                keep(fit)
                done[fit.draw] = fit
                progress(total - len(missing) + (made := made + 1), total, fit.error or "")
    return [done[job.draw] for job in work]


def _fits(workers: Executor, missing: list[Job], *, serial: bool) -> Iterable[Fit]:
    """Fits as they come in; one at a time where workers is this process itself."""
    if serial:
        for job in missing:
            yield workers.submit(fit_draw, job).result()
        return
    for future in as_completed([workers.submit(fit_draw, job) for job in missing]):
        yield future.result()


def _rows(work: list[Job], chosen: Selection) -> list[Mapping[str, float]]:
    """One row a kept draw: every drawn parameter, with the fitted intercepts in place of their prior."""
    declared = declared_parameters()
    drawn = sorted(name for name, p in declared.items() if p.low < p.high)
    values = {job.draw: job.parameters for job in work if job.draw >= 0}
    return [{name: fit.intercepts.get(name, values[fit.draw][name]) for name in drawn} for fit in chosen.kept]
