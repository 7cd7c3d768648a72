"""What kind of target it is (目标态度): climbing, holding, a floor, without base, or not comparable; and its margin
(余量).

Like is compared with like: sums of a period are brought to one year before base meets target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenarios.verdicts.meeting import Values
from scenarios.verdicts.task import Task

Stance = Literal["climb", "hold", "floor", "no_base", "incomparable"]
STANCES: dict[Stance, tuple[str, str]] = {
    "climb": ("攀升型", "climbing"),
    "hold": ("保持型", "holding"),
    "floor": ("底线型", "floor"),
    "no_base": ("无基数", "no base"),
    "incomparable": ("口径不可比", "definitions differ"),
}
SAME_SHARE = 0.01  # closer to the base than this share of it is holding
WEAK: tuple[Stance, ...] = ("hold", "floor")  # 约束力弱：目标宽于基期; outside the headline


def stance_of(task: Task, past_sd: float | None = None) -> Stance:
    """The stance of one task; past_sd: the indicator's past year-to-year standard deviation in the task's unit, if
    known."""
    base = task.yearly_base
    if base is None:
        return "no_base"
    if not task.comparable:
        return "incomparable"
    ahead = (base - task.yearly_target) if task.fewer else (task.yearly_target - base)
    if ahead == 0 or abs(ahead) < max(SAME_SHARE * abs(base), past_sd or 0.0) * (1 - 1e-9):
        return "hold"
    return "climb" if ahead > 0 else "floor"


def in_headline(stance: Stance) -> bool:
    """Counts in 「x 项达标」: every stance but holding and floor."""
    return stance not in WEAK


def is_held(task: Task, stance: Stance) -> bool:
    """Judged by its margin and not by progress: held rates, weak stocks and rates, and what is to stay low without a
    base.

    Flows of every stance keep completion and schedule, unless they are a ceiling; build-outs always do.
    """
    if task.kind == "build_out":
        return False
    if task.is_flow:
        return task.fewer
    return task.basis == "every_year" or stance in WEAK or (task.fewer and stance in ("no_base", "incomparable"))


@dataclass(frozen=True)
class Margin:
    """Distance to the line, positive on the allowed side, shape (draws,).

    distance: in the task's unit; at_base: of the base, None without one; past_sd: None when unknown.
    """

    distance: Values
    at_base: float | None
    past_sd: float | None

    @property
    def in_sds(self) -> float | None:
        """The median distance in past yearly standard deviations; None when these are unknown."""
        return float(np.median(self.distance)) / self.past_sd if self.past_sd else None

    @property
    def warned(self) -> bool:
        """预警: the median path has lost half of the base's margin, even though the line holds."""
        return self.at_base is not None and self.at_base > 0 and float(np.median(self.distance)) <= self.at_base / 2

    def more_than_half_gone(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Per path: less than half of the base's margin is left. Never where the base had none."""
        if self.at_base is None or self.at_base <= 0:
            return np.zeros(len(self.distance), dtype=np.bool_)
        return np.asarray(self.distance < self.at_base / 2)


def margin_of(task: Task, now: Values, past_sd: float | None = None) -> Margin:
    """The margin of values `now`, shape (draws,), in the task's unit and on its basis."""
    sign = -1.0 if task.fewer else 1.0
    base = task.yearly_base if task.comparable else None
    return Margin(sign * (now - task.edge), None if base is None else sign * (base - task.edge), past_sd)
