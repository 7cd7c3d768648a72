"""What is judged: a target of the plan for the city (目标), or the same target for an area by its table (分解任务).

A task carries the numbers in the unit and decimals in which they are printed, and the plan's own annual line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

POINTS_ABOUT = 0.5  # 左右 on a rate: half a percentage point
SHARE_ABOUT = 0.05  # 左右 on anything else: a twentieth of the target


@dataclass(frozen=True)
class Task:
    """One row to judge.

    area: None for the whole city; base, target, line: in `unit`; basis: level, year_flow, period_sum, period_mean or
    every_year; first, year: first and last year that count; line: the plan's annual values (a flow's own year, a
    stock's or rate's year end), or empty; schedule: units of a build-out finished by year end; tolerance: for 左右,
    in `unit`.
    """

    id: str
    no: str
    measure: str | None
    name_zh: str
    name_en: str
    area: str | None
    unit: str
    decimals: int
    kind: str
    attribute: Literal["约束性", "预期性"] | None
    strength: str
    base: float | None
    base_basis: str | None
    base_year: int
    target: float
    basis: str
    first: int
    year: int
    op: str
    words: str = ""
    tolerance: float | None = None
    group: str | None = None
    order: int = 1
    comparable: bool = True
    lower_is_better: bool = False
    line: Mapping[int, float] = field(default_factory=dict)
    schedule: Mapping[int, float] = field(default_factory=dict)
    definition: str | None = None
    base_period: int = 5
    owner: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        """The years that count, in order."""
        return tuple(range(self.first, self.year + 1))

    @property
    def binding(self) -> bool:
        """约束性; a target without attribute is read as 预期性."""
        return self.attribute == "约束性"

    @property
    def is_flow(self) -> bool:
        """Counted over a year, and not at its end."""
        return self.kind == "flow"

    @property
    def fewer(self) -> bool:
        """True when less is better: the line lies above."""
        return self.lower_is_better or self.op in ("le", "lt")

    @property
    def allowance(self) -> float:
        """What 左右 allows on either side, in `unit`; 0 for other words."""
        if self.op != "about":
            return 0.0
        if self.tolerance is not None:
            return self.tolerance
        return POINTS_ABOUT if self.kind in ("rate", "part") else SHARE_ABOUT * abs(self.target)

    @property
    def edge(self) -> float:
        """The last value that is still allowed: the line that a margin is measured to."""
        return self.target + self.allowance if self.fewer else self.target - self.allowance

    @property
    def yearly_target(self) -> float:
        """The target on the scale of one year: a period's sum divided by its years."""
        return self.target / len(self.years) if self.basis == "period_sum" else self.target

    @property
    def yearly_base(self) -> float | None:
        """The base on the scale of one year: a past period's sum divided by its years."""
        if self.base is None or self.base_basis != "period_sum":
            return self.base
        return self.base / self.base_period

    def cumulative(self, earlier: Sequence[Task]) -> Task:
        """The task 'this part and all higher ones together': of 7.4:38:54.6, 高 + 中 is one of 45.4."""
        parts = [*earlier, self]
        bases = [p.base for p in parts]
        base = None if any(b is None for b in bases) else sum(b for b in bases if b is not None)
        return replace(
            self, target=sum(p.target for p in parts), base=base, op="ge", lower_is_better=False,
            decimals=max(p.decimals for p in parts), line={},
        )  # fmt: skip
