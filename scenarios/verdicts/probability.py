"""How often a target is met, how sure that is, what it is called, and its light.

k of n draws meet. Jeffreys' estimate (k + ½)/(n + 1) and its 90 % interval (Brown, Cai & DasGupta 2001, Statistical
Science 16:101) never say that something is certain because it happened in all of a few draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

from scenarios.verdicts.meeting import Marks
from scenarios.verdicts.rounding import rounded

COVERAGE = 0.90
FEW = 100  # fewer draws than this are for reference only
ATTAINED = 0.5  # in counts, 达标 means at least this


@dataclass(frozen=True)
class Probability:
    """met of n draws; value and interval (low, high) by Jeffreys."""

    met: int
    n: int
    value: float
    low: float
    high: float

    @property
    def for_reference(self) -> bool:
        """仅供参考: too few draws for a probability to be read closely."""
        return self.n < FEW

    @property
    def attained(self) -> bool:
        """Counts as 达标."""
        return self.value >= ATTAINED


def jeffreys(met: int, n: int, coverage: float = COVERAGE) -> Probability:
    """The probability behind `met` of `n`. The interval starts at 0 when none meets and ends at 1 when all do.

    Raises ValueError when n < 1 or met is outside 0..n.
    """
    if n < 1 or not 0 <= met <= n:
        raise ValueError(f"{met} of {n} draws is no count; need n ≥ 1 and 0 ≤ met ≤ n")
    tail, a, b = (1 - coverage) / 2, met + 0.5, n - met + 0.5
    low = 0.0 if met == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if met == n else float(betaincinv(a, b, 1 - tail))
    return Probability(met, n, (met + 0.5) / (n + 1), low, high)


def share_of(marks: Marks) -> Probability:
    """The probability behind one mark a draw."""
    return jeffreys(int(marks.sum()), int(marks.size))


def joint(rows: Sequence[Marks]) -> Probability | None:
    """P(all rows are met) in the same draw; None without rows. Rows: one mark a draw, draws in the same order."""
    return share_of(np.asarray(np.all(list(rows), axis=0))) if len(rows) else None


def percent_words(value: float) -> str:
    """A probability as printed: whole percent, never 0 % or 100 % but < 1 % and > 99 %."""
    if value < 0.01:
        return "<1 %"
    if value > 0.99:
        return ">99 %"
    return f"{int(rounded(value * 100, 0))} %"


def printed(chance: Probability, lang: str = "zh") -> str:
    """'94 %', and with fewer than 100 draws also '8/8 仅供参考'."""
    words = percent_words(chance.value)
    note = "仅供参考" if lang == "zh" else "for reference only"
    return f"{words} ({chance.met}/{chance.n} {note})" if chance.for_reference else words


BASES = {
    "prior": ("先验", "declared ranges"),
    "base_year": ("基年拟合", "base-year fit"),
    "posterior": ("后验", "certified posterior"),
    "observed": ("观测", "observed"),
}


def called(parameters: str, lang: str = "zh") -> str:
    """概率 only under a certified posterior; 情景达标频率 under declared ranges or a base-year fit."""
    zh, en = ("概率", "Probability") if parameters == "posterior" else ("情景达标频率", "Frequency in scenario")
    return zh if lang == "zh" else en


class Light(NamedTuple):
    """A light is told by shape, colour and word, so that none of them is needed alone."""

    id: str
    shape: str
    zh: str
    en: str


GREEN, AMBER, RED = (
    Light("green", "●", "绿", "green"),
    Light("amber", "▲", "黄", "amber"),
    Light("red", "■", "红", "red"),
)
LIGHTS = {light.id: light for light in (GREEN, AMBER, RED)}
BINDING_STEPS, EXPECTED_STEPS = (0.90, 0.60), (0.70, 0.40)


def light_steps(*, binding: bool) -> tuple[float, float]:
    """From where a light is green, and from where amber: .90 and .60 for 约束性, .70 and .40 for 预期性 and targets without attribute."""
    return BINDING_STEPS if binding else EXPECTED_STEPS


def light_of(value: float, *, binding: bool) -> Light:
    """The light of a frequency, by `light_steps`."""
    green, amber = light_steps(binding=binding)
    return GREEN if value >= green else AMBER if value >= amber else RED


def without_distinction(values: Iterable[float | None]) -> bool:
    """无区分度: met with P ≥ .95 under `baseline`, `as-planned` and the worst shock alike."""
    known = list(values)
    return bool(known) and all(value is not None and value >= 0.95 for value in known)


def is_hindcast(last_year: int, today_year: int, *, observed: bool) -> bool:
    """回溯模拟: the period is over, and nothing observed is held against it."""
    return last_year < today_year and not observed
