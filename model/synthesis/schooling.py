"""Schooling at the baseline date, raked to what the city publishes: residents with college 大专及以上, those who study there included.

The table gives P(level or more) for everyone who does not study, by rural hukou, sex and age. Its shapes stand by year of birth, so
that a city of 2010 has the schooling of the cohorts of 2010; the college part is scaled until the city's residents with college come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import states as s
from model.schooling import LEVELS
from model.setting import AGES, Setting

if TYPE_CHECKING:
    from model.synthesis.roster import Margins

Floats = NDArray[np.float64]

AGE = np.arange(AGES)
CENSUS = 2020
COLLEGE_AT = ([22, 25, 35, 45, 55, 65, 80], [.47, .45, .33, .18, .10, .05, .03])
"""College share by age in 2020 (assumption near the national census of 2020); scaled to the city."""
SENIOR_AT = ([16, 20, 30, 40, 50, 60, 70, 80], [.45, .60, .32, .23, .20, .18, .09, .06])
"""Share with senior secondary school among those without college, by age in 2020 (assumption near the same census)."""
PRIMARY_AT = ([16, 20, 30, 40, 50, 60, 70, 80], [.06, .08, .10, .15, .28, .51, .71, .87])
"""Share with primary school or less among those below senior secondary, by age in 2020 (assumption near the same census)."""
WOMEN_AT = ([20, 35, 50, 65], [1.08, 1.0, .8, .55])
"""College share of women against men by age in 2020 (assumption)."""
ABOVE_JUNIOR_COLLEGE = (.486, .055, .006)
"""Of those with college: bachelor or more, master or more, doctor (census 2020: 1.12 : 0.94 : 0.11 hundred millions; recalled)."""
MOST = 0.97
"""No group of persons of one age has more college than this (assumption)."""


def at_age(shape: tuple[list[int], list[float]], baseline_year: int) -> Floats:
    """A shape by age in 2020 as it stood in the baseline year: by year of birth."""
    return np.interp(AGE + CENSUS - baseline_year, *shape)


def not_studying(setting: Setting, tables: Margins) -> tuple[Floats, float]:
    """(residents who do not study, by rural × sex × age; residents who study at a university). Expected persons.

    Who is 18 in December left school in July; who is 22 and not yet 22½ still studies (`roster.GRADUATES`).
    """
    part = np.zeros(AGES)
    part[18:23] = .5, 1, 1, 1, .5
    share = part * np.stack([np.full(AGES, tables.studying[kind, 18]) for kind in (0, 1)])
    locals_ = setting.residents - setting.outsiders
    students = float((locals_ * share[0]).sum() + (setting.outsiders * share[1]).sum())
    rural, country = setting.rural[:, None, None], setting.parameter("outsider_rural_share")
    local, outside = locals_ * (1 - share[0]), setting.outsiders * (1 - share[1])
    rest = np.stack([(local * (1 - rural) + outside * (1 - country)).sum(axis=0), (local * rural + outside * country).sum(axis=0)])
    return rest, students


def schooling_table(setting: Setting, tables: Margins) -> Floats:
    """P(level or more) of who does not study, shape (2, 2, 101, 7): rural hukou, sex, age, level. Nobody below 22 has finished college."""
    baseline = setting.start_year - 1
    rest, students = not_studying(setting, tables)
    weight = np.ones((2, 2, AGES))
    weight[1] *= setting.parameter("rural_college_odds")
    weight[:, 1] *= at_age(WOMEN_AT, baseline)
    college = at_age(COLLEGE_AT, baseline) * weight * (AGE >= 22)
    wanted = max(setting.college_residents - students, 0.0)
    for _ in range(20):
        college = np.minimum(college * wanted / max(float((college * rest).sum()), 1e-9), MOST)
    senior = at_age(SENIOR_AT, baseline)
    table = np.ones((2, 2, AGES, LEVELS))
    table[..., s.JUNIOR_COLLEGE] = college
    for level, share in zip((s.BACHELOR, s.MASTER, s.DOCTOR), ABOVE_JUNIOR_COLLEGE, strict=True):
        table[..., level] = college * share * ((AGE >= 25) | (level == s.BACHELOR))
    table[..., s.SENIOR_SECONDARY] = college + (1 - college) * senior * np.where(np.arange(2) == 1, .6, 1.2)[:, None, None]
    table[..., s.JUNIOR_SECONDARY] = 1 - (1 - table[..., s.SENIOR_SECONDARY]) * at_age(PRIMARY_AT, baseline)
    return table
