"""Making many runs and keeping of each what the aims need: official year values, a few numbers a run.

Each run is made once and kept in the store, so that a stopped analysis goes on where it was; its table is let go as soon as
it has been read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scenarios.gathering import gathered
from scenarios.running import RunsFailed, _store
from scenarios.shards import decode
from scenarios.verdicts.meeting import Marks, Values

if TYPE_CHECKING:
    from scenarios.resolve import ResolvedRun
    from scenarios.studies.aims import Aim
    from scenarios.studies.study import Study


@dataclass
class Answers:
    """What runs answered. years: aim's name → official year values (runs, years of the task), NaN where there is none;
    failures: what failed runs died of, by their place.
    """

    aims: Sequence[Aim]
    years: dict[str, Values]
    failures: dict[int, str] = field(default_factory=dict)
    made: int = 0

    def final(self, aim: Aim) -> Values:
        """The final value of each run, in the aim's unit; NaN for a failed run."""
        return aim.final(self.years[aim.name])

    def met(self, aim: Aim) -> Marks:
        """Whether each run meets the aim."""
        return aim.met(self.years[aim.name])

    def known(self) -> Marks:
        """Which runs have a value for every aim."""
        return np.asarray(np.all([np.isfinite(one).all(axis=1) for one in self.years.values()], axis=0))

    def part(self, which: slice | Sequence[int]) -> Answers:
        """The answers of some runs."""
        rows = np.arange(len(next(iter(self.years.values()))))[which]
        failed = {new: self.failures[old] for new, old in enumerate(rows.tolist()) if old in self.failures}
        return Answers(self.aims, {name: years[rows] for name, years in self.years.items()}, failed, self.made)


def answers(study: Study, runs: Sequence[ResolvedRun], aims: Sequence[Aim]) -> Answers:
    """Make the runs (each key once) and read the aims. Raises RunsFailed when none came to an end."""
    out = Answers(aims, {aim.name: np.full((len(runs), len(aim.task.years)), np.nan) for aim in aims})
    places: dict[str, list[int]] = {}
    for place, run in enumerate(runs):
        places.setdefault(run.key, []).append(place)
    wanted = {run.key: run for run in runs}
    with _store(study.fresh) as store:
        missing = []
        for key, run in wanted.items():
            shard = store.get(key)
            if shard is None:
                missing.append(run)
            else:
                _read(out, places[key], shard.table)
        done, total = len(wanted) - len(missing), len(wanted)
        study.progress(done, total, "")
        for outcome in gathered(missing, study.executor, study.threads):
            if outcome.shard is None:
                out.failures |= dict.fromkeys(places[outcome.key], outcome.error or "unknown")
                store.put_failure(outcome.key, outcome.error or "unknown", outcome.seconds)
            else:
                store.put(outcome.key, outcome.shard, outcome.person_months, outcome.seconds)
                _read(out, places[outcome.key], decode(outcome.shard).table)
            out.made, done = out.made + 1, done + 1
            study.progress(done, total, outcome.error or "")
    if len(out.failures) == len(runs) > 0:
        raise RunsFailed("; ".join(dict.fromkeys(out.failures.values())))
    return out


def _read(out: Answers, places: Iterable[int], table: pd.DataFrame) -> None:
    rows = list(places)
    for aim, years in zip(out.aims, year_values(table, out.aims), strict=True):
        out.years[aim.name][rows] = years


def year_values(table: pd.DataFrame, aims: Sequence[Aim]) -> list[Values]:
    """Official year values of one run for each aim, in its unit; NaN for years that were not simulated whole."""
    kept = table[table["indicator"].isin({aim.source[0] for aim in aims}) & table["area"].isin({aim.source[1] for aim in aims})]
    words = kept[["indicator", "area", "period"]].astype(str)
    series: dict[tuple[Any, ...], pd.DataFrame] = {
        (str(name[0]), str(name[1])): part
        for name, part in words.assign(value=kept["value"]).groupby(["indicator", "area"], sort=False)
    }
    return [_years(series.get(aim.source), aim) for aim in aims]


def _years(part: pd.DataFrame | None, aim: Aim) -> Values:
    out = np.full(len(aim.task.years), np.nan)
    if part is None:
        return out
    months = dict(zip(part["period"], part["value"], strict=True))
    for place, year in enumerate(aim.task.years):
        if str(year) in months:  # a table that holds years holds official year values
            out[place] = months[str(year)] / aim.per
            continue
        wanted = [f"{year}-12"] if aim.how == "december" else [f"{year}-{month:02d}" for month in range(1, 13)]
        values = [months.get(month, np.nan) for month in wanted]
        out[place] = (np.sum(values) if aim.how == "sum" else np.mean(values)) / aim.per
    if aim.task.basis == "period_sum" and aim.how == "december":  # what is built 新建: what stands less what stood a year before
        return np.diff(out, prepend=0.0)
    return out
