"""The words for how a task stands (评价): during the period, at its end, and for what is held."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.verdicts.meeting import Marks, Values
from scenarios.verdicts.task import Task

Verdict = Literal[
    "breached", "missed", "behind", "nearly_completed", "held_warning", "on_track", "completed", "held", "faster",
    "exceeded", "ahead", "incomparable", "not_simulated",
]  # fmt: skip
WORDS: dict[Verdict, tuple[str, str]] = {  # from worst to best; all that stands before held_warning is not met
    "breached": ("滞后(破线)", "behind (line broken)"),
    "missed": ("未完成", "missed"),
    "behind": ("滞后", "behind"),
    "nearly_completed": ("基本完成", "nearly completed"),
    "held_warning": ("基本符合预期(预警)", "held, margin shrinking"),
    "on_track": ("基本符合预期", "on track"),
    "completed": ("完成", "completed"),
    "held": ("符合预期(保持)", "held"),
    "faster": ("快于预期", "faster than planned"),
    "exceeded": ("超额完成", "exceeded"),
    "ahead": ("提前实现", "achieved early"),
    "incomparable": ("口径不可比", "not comparable"),
    "not_simulated": ("暂未模拟", "not simulated yet"),
}
RANK: dict[Verdict, int] = {word: rank for rank, word in enumerate(WORDS)}
BY_RANK: tuple[Verdict, ...] = tuple(WORDS)
Ranks = NDArray[np.int64]

AHEAD_OR_BEHIND, BINDING_BEHIND, BUILD_OUT = 0.05, 0.02, 0.10  # tolerances of A − S
STAYS = 0.8  # a stock that satisfies its target is early only if it stays so at least this often
EXCEEDED, NEARLY = 1.05, 0.95


def during(task: Task, done: Values, due: float, *, satisfied: Marks, stays: float | None) -> Ranks:
    """Ranks of the words inside the period, one a path, by d = A − S.

    done: A; due: S; satisfied: the path satisfies the target now (stocks and rates); stays: share of the satisfied
    paths that stay so to the target year, None when that is not simulated.
    """
    lead = np.round(done - due, 9)
    faster = BUILD_OUT if task.kind == "build_out" else AHEAD_OR_BEHIND
    slower = BUILD_OUT if task.kind == "build_out" else BINDING_BEHIND if task.binding else AHEAD_OR_BEHIND
    early = np.round(done, 9) >= 1
    if stays is not None and stays >= STAYS:
        early = early | satisfied
    return _chosen([(early, "ahead"), (lead >= faster, "faster"), (lead >= -slower, "on_track")], "behind")


def held(kept: Marks, more_than_half_gone: Marks) -> Ranks:
    """Ranks of the words for what is held: the line broken, less than half of the margin left, or neither."""
    return _chosen([(~kept, "breached"), (more_than_half_gone, "held_warning")], "held")


def at_end(task: Task, met: Marks, done: Values) -> Ranks:
    """Ranks of the words once the target year is over: `met` decides first, completion A only shades it."""
    share = np.round(done, 9)
    nearly = ~met & (not task.binding) & (share >= NEARLY) & (share <= 1)
    return _chosen(
        [(met & (share >= EXCEEDED), "exceeded"), (met, "completed"), (nearly, "nearly_completed")], "missed"
    )


def by_met(met: Marks) -> Ranks:
    """Words for a task that has neither completion nor margin, such as a target of nothing: completed or missed."""
    return _chosen([(met, "completed")], "missed")


def _chosen(cases: list[tuple[Marks, Verdict]], otherwise: Verdict) -> Ranks:
    marks, words = zip(*cases, strict=True)
    return np.select(list(marks), [np.int64(RANK[word]) for word in words], np.int64(RANK[otherwise]))


class Headline(NamedTuple):
    """The word of the path in the middle, the share of paths that have the same word, and that path's row."""

    word: Verdict
    share: float
    path: int

    @property
    def divided(self) -> bool:
        """分歧较大: fewer than half of the paths share the headline."""
        return self.share < 0.5


def headline(ranks: Ranks, goodness: Values) -> Headline:
    """The middle path when all are put in order by word, then by how well they do, then by draw.

    Of an even number the better one of the two in the middle: so the headline says met exactly when P ≥ .5.
    """
    order = np.lexsort((np.arange(ranks.size), goodness, ranks))
    middle = int(order[ranks.size // 2])
    return Headline(BY_RANK[int(ranks[middle])], float(np.mean(ranks == ranks[middle])), middle)


def in_words(verdict: Verdict, lang: str = "zh") -> str:
    """The word of a verdict id in Chinese or English."""
    return WORDS[verdict][0 if lang == "zh" else 1]
