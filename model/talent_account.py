"""What a plan counts as skilled and as talent 人才: data of a plan, free of kernels so that whoever reads a plan loads no compiler."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model import states as s

NEVER = 8                       # a level that nobody reaches: the account does not look there


@dataclass(frozen=True)
class TalentAccount:
    """What a plan counts as 人才资源总量.

    grade_from, title_from, schooling_from: the level from which a grade, a title or schooling counts (NEVER: does not count);
    everyone: pensioners, students and the old count too; total: persons at the baseline date. What the total holds beyond the three
    is marked OTHER_TALENT at the start (cadres, managers, rural and social workers).
    """

    total: float
    grade_from: int = s.SENIOR_WORKER
    title_from: int = s.JUNIOR_TITLE
    schooling_from: int = s.JUNIOR_COLLEGE
    everyone: bool = False

    @cached_property
    def rule(self) -> NDArray[np.int64]:
        """The account as kernels take it: grade, title and schooling from which one counts, and whether everyone does."""
        return np.array([self.grade_from, self.title_from, self.schooling_from, int(self.everyone)], np.int64)


@dataclass(frozen=True)
class SkillStocks:
    """Holders at the baseline date, persons of the whole city.

    grades: 初级工, 中级工, 高级工, 技师, 高级技师; titles: 初级, 中级, 高级; technical_students: 技工院校在校生; talent: the plan's
    account; labour_denominator, talent_denominator: what "per 10,000" divides by at the baseline date, and by year where a later value
    is declared.
    """

    grades: tuple[float, float, float, float, float]
    titles: tuple[float, float, float]
    talent: TalentAccount
    technical_students: float = 0.0
    labour_denominator: dict[int, float] = field(default_factory=dict)
    talent_denominator: dict[int, float] = field(default_factory=dict)
