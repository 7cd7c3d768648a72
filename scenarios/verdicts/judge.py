"""From simulated paths to a judgement: met or not, completion, schedule, word, margin.

Paths carry official year values in the task's unit. What is seen (up to a date) gives the words; what is simulated to
the target year says who meets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenarios.verdicts.meeting import (
    Marks,
    Values,
    cumulated,
    dated_before,
    holds,
    meets,
    meets_a_year_early,
    on_basis,
    thresholds,
)  # fmt: skip
from scenarios.verdicts.schedule import completion, schedule
from scenarios.verdicts.season import is_published
from scenarios.verdicts.stance import WEAK, Margin, Stance, is_held, margin_of, stance_of
from scenarios.verdicts.task import Task
from scenarios.verdicts.words import RANK, Ranks, Verdict, at_end, by_met, during, headline, held


@dataclass(frozen=True)
class Path:
    """Year values of all draws: values (draws, years); month: the last month that the last year holds (12: it is
    over)."""

    years: tuple[int, ...]
    values: Values
    month: int = 12

    def of(self, years: Sequence[int]) -> Values | None:
        """The columns of these years, None unless all of them are there and over."""
        place = {year: i for i, year in enumerate(self.years) if year < self.years[-1] or self.month == 12}
        return self.values[:, [place[y] for y in years]] if all(y in place for y in years) else None

    def so_far(self, task: Task) -> Path:
        """From the task's first year to its last, as far as seen."""
        keep = [i for i, year in enumerate(self.years) if task.first <= year <= task.year]
        years = tuple(self.years[i] for i in keep)
        return Path(years, self.values[:, keep], self.month if years and years[-1] == self.years[-1] else 12)


@dataclass(frozen=True)
class Reading:
    """How each path stands: ranks of words, goodness (orders paths of one word), completion A, schedule S, margin."""

    ranks: Ranks
    goodness: Values
    completion: Values | None
    schedule: float | None
    margin: Margin | None


@dataclass(frozen=True)
class Judgement:
    """What one row says. final, met: one value a draw, None when the target year is not simulated."""

    stance: Stance
    final: Values | None
    met: Marks | None
    completion: float | None = None
    schedule: float | None = None
    verdict: Verdict = "not_simulated"
    share: float | None = None
    margin: Margin | None = None
    flags: tuple[str, ...] = ()


def judge(task: Task, seen: Path, whole: Path | None = None, *, past_sd: float | None = None) -> Judgement:
    """Judge one task by what is `seen`, given all that is simulated (`whole`; default: no more than what is seen)."""
    whole = whole or seen
    stance = stance_of(task, past_sd)
    years = whole.of(task.years)
    final, met = (None, None) if years is None else (on_basis(task, years), meets(task, years))
    reading = read(task, stance, seen, whole, past_sd)
    if reading is None:
        return Judgement(stance, final, met, flags=("years_not_simulated",))
    result = summarised(Judgement(stance, final, met), reading)
    return replace(result, flags=result.flags + _own_flags(task, stance, seen, years, result, reading))


def judge_group(parts: Sequence[Task], seen: Sequence[Path], whole: Sequence[Path] | None = None) -> list[Judgement]:
    """Judge the grades of a composition: each row keeps its own values; verdict and met are those of the whole."""
    whole = whole or seen
    asked = thresholds(parts)
    sums = [
        [replace(p, values=v) for p, v in zip(paths, cumulated(parts, [p.values for p in paths]), strict=True)]
        for paths in (seen, whole)
    ]
    stances = [stance_of(task) for task in asked]
    readings = [read(t, s, now, later) for t, s, now, later in zip(asked, stances, *sums, strict=False)]
    known = [reading for reading in readings if reading is not None]
    alone = [judge(part, now, later) for part, now, later in zip(parts, seen, whole, strict=True)]
    marks = [meets(t, y) for t, path in zip(asked, sums[1], strict=False) if (y := path.of(t.years)) is not None]
    if len(known) < len(asked) or not known:
        return alone
    met = np.asarray(np.all(marks, axis=0)) if len(marks) == len(asked) else None
    stance = min(stances, key=("climb", "no_base", "incomparable", "hold", "floor").index)
    return [summarised(Judgement(stance, one.final, met), _weakest(known)) for one in alone]


def read(task: Task, stance: Stance, seen: Path, whole: Path, past_sd: float | None = None) -> Reading | None:
    """Words, completion and margin of every path at the date up to which it is seen; None before the task's first
    year."""
    now = seen.so_far(task)
    if not now.years:
        return None
    over = now.of(task.years) is not None
    due = schedule(task, stance, now.years[-1], now.month)
    done = completion(task, stance, now.values, over=over)
    standing = on_basis(task, now.values) if over else now.values[:, -1]
    sign = -1.0 if task.fewer else 1.0
    if is_held(task, stance):
        margin = margin_of(task, now.values[:, -1], past_sd)
        kept = meets(task, now.values) if over else _kept(task, now)
        return Reading(held(kept, margin.more_than_half_gone()), sign * standing, None, None, margin)
    if over:
        met = meets(task, now.values)
        ranks = by_met(met) if done is None else at_end(task, met, done)
        return Reading(ranks, sign * standing if done is None else done, done, 1.0 if done is not None else None, None)
    if done is None or due is None:
        return Reading(by_met(holds(task, standing)), sign * standing, None, None, None)
    satisfied = holds(task, now.values[:, -1])
    return Reading(
        during(task, done, due, satisfied=satisfied, stays=_stays(task, satisfied, now, whole)), done, done, due, None
    )


def _kept(task: Task, now: Path) -> Marks:
    """No year end so far broke the line."""
    closed = now.values if now.month == 12 else now.values[:, :-1]
    return np.asarray(holds(task, closed).all(axis=1))


def _stays(task: Task, satisfied: Marks, now: Path, whole: Path) -> float | None:
    """Share of the paths that satisfy a stock's or rate's target now and do so at every later year end to the target
    year."""
    later = whole.of([y for y in task.years if y > now.years[-1] or (y == now.years[-1] and now.month < 12)])
    if task.kind not in ("stock", "rate", "part") or later is None or later.shape[1] == 0 or not satisfied.any():
        return None
    return float(holds(task, later[satisfied]).all(axis=1).mean())


def _weakest(readings: Sequence[Reading]) -> Reading:
    """Of several conditions that must all hold, each path is as good as its weakest one."""
    ranks = np.asarray([reading.ranks for reading in readings])
    weakest = ranks.argmin(axis=0)

    def picked(values: list[Values]) -> Values:
        return np.asarray(np.take_along_axis(np.asarray(values), weakest[None], axis=0)[0])

    lead = [r.goodness - (r.schedule or 0.0) for r in readings]
    every = [r.completion for r in readings if r.completion is not None]
    done = picked(every) if len(every) == len(readings) else None
    due = readings[int(np.bincount(weakest).argmax())].schedule if done is not None else None
    return Reading(ranks.min(axis=0), picked(lead), done, due, readings[0].margin)


def summarised(start: Judgement, reading: Reading) -> Judgement:
    """The reading of all paths as one headline: the word of the path in the middle, and the median completion, which stands beside the
    median value."""
    head = headline(reading.ranks, reading.goodness)
    done = None if reading.completion is None else float(np.median(reading.completion))
    flags = ("divided",) if head.divided else ()
    return replace(
        start,
        completion=done,
        schedule=reading.schedule,
        verdict=head.word,
        share=head.share,
        margin=reading.margin,
        flags=flags,
    )


def _own_flags(
    task: Task, stance: Stance, seen: Path, years: Values | None, said: Judgement, reading: Reading
) -> tuple[str, ...]:
    flags: list[str] = []
    if stance in WEAK:
        flags += ["weak_constraint", *_against_base(task, seen.so_far(task))]
    if stance == "incomparable":
        flags.append("definitions_differ")
    if said.margin is not None and said.margin.warned:
        flags.append("margin_warning")
    now = seen.so_far(task)
    if now.month < 12 and reading.schedule is not None and not is_published(task.measure, flow=task.is_flow):
        flags.append("assumed_season")
    if years is None:
        return (*flags, "years_not_simulated")
    if task.basis == "every_year" and not task.is_flow:
        flags.append(_counted("final_year", holds(task, years[:, -1])))
    if dated_before(task):
        flags.append(_counted("year_before", meets_a_year_early(task, years)))
    if said.verdict in ("completed", "exceeded") and now.of(task.years) is not None:
        flags += _first_met(task, years[headline(reading.ranks, reading.goodness).path])
    return tuple(flags)


def _against_base(task: Task, now: Path) -> list[str]:
    if task.yearly_base is None or task.is_flow or not now.years:
        return []
    off = float(np.median(now.values[:, -1])) - task.yearly_base
    return [] if abs(off) < 1e-9 else ["above_base" if off > 0 else "below_base"]


def _counted(name: str, marks: Marks) -> str:
    return f"{name}:{int(marks.sum())}/{marks.size}"


def _first_met(task: Task, path: Values) -> list[str]:
    """提前完成: the first year from which on the target is met, when it is not the last."""
    if task.basis == "every_year" or task.basis == "period_mean":
        return []
    standing = np.cumsum(path) if task.basis == "period_sum" else path
    fails = np.flatnonzero(~holds(task, standing))
    first = 0 if fails.size == 0 else int(fails[-1]) + 1
    return [f"first_met:{task.years[first]}"] if first < len(task.years) - 1 else []


def is_met_word(verdict: Verdict) -> bool:
    """Whether a word at the end of the period says that the target is met."""
    return RANK["nearly_completed"] < RANK[verdict] < RANK["incomparable"]
