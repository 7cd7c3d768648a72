"""The legal retirement age by sex, kind of post and month of birth, before and after the reform of 2025.

The rule (全国人大常委会 2024-09-13 决定 and 国务院办法): whoever reaches the old age in the m-th month of the reform
(m = 1 in January 2025) retires later by ceil(m / pace) months, at most by the full delay: pace 4 and 36 months for men
(60 → 63) and for women of the old age 55 (→ 58), pace 2 and 60 months for women of the old age 50 (→ 55).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.dates import month_index

if TYPE_CHECKING:
    from model.law import Law

MEN, WOMEN_CADRES, WOMEN_WORKERS, RESIDENTS = range(4)
CATEGORIES = ("men", "women_cadres", "women_workers", "residents")
"""Row order of the table: men (60), women in managerial posts (55), women workers (50), the resident scheme (60)."""

FIRST_BIRTH, LAST_BIRTH = month_index("1900-01"), month_index("2044-12")
"""The births that a table covers unless others are asked for: past any horizon."""


def category(sex: str, kind: str) -> int:
    """Row of the table for a sex (m | f) and a kind (cadre | worker | resident). Raises `ValueError`."""
    rows = {"resident": (RESIDENTS, RESIDENTS), "cadre": (MEN, WOMEN_CADRES), "worker": (MEN, WOMEN_WORKERS)}
    if sex not in ("m", "f") or kind not in rows:
        raise ValueError(f"sex is m or f, kind is cadre, worker or resident, not {sex!r}, {kind!r}")
    return rows[kind][sex == "f"]


def legal_retirement_month(law: Law, sex: str, kind: str, birth_month: str) -> int:
    """Months of age at legal retirement: 720 is sixty. `birth_month` as "1965-03"."""
    return _age(_regimes(law, CATEGORIES[category(sex, kind)]), month_index(birth_month))


def retirement_age_table(
    law: Law, start_year: int = 0, first_birth: int = FIRST_BIRTH, last_birth: int = LAST_BIRTH
) -> NDArray[np.int16]:
    """Months of age at legal retirement: int16 of shape (4 categories, births first_birth … last_birth, both included).

    Births are months since January of `start_year`, so that a kernel reads `table[row, birth - first_birth]`; with
    start year 0 they are month numbers (year * 12 + month - 1).
    """
    births = range(start_year * 12 + first_birth, start_year * 12 + last_birth + 1)
    regimes = [_regimes(law, name) for name in CATEGORIES]
    return np.array([[_age(rows, birth) for birth in births] for rows in regimes], np.int16)


class Regime(NamedTuple):
    """What the law says from one month on. `reform` is the first month of the delays now in force."""

    since: int
    old_age: int
    full_delay: int
    pace: int
    reform: int


def _regimes(law: Law, name: str) -> list[Regime]:
    """The stretches of time over which age, full delay and pace of one category stay the same."""
    paths = [f"retirement.{name}_{part}" for part in ("age", "full_delay", "pace")]
    dates = sorted({since for path in paths for since, _ in law.steps(path)})
    regimes: list[Regime] = []
    for since in dates:
        age, full_delay, pace = (round(law.value_at(path, since)) for path in paths)
        running = bool(regimes) and regimes[-1].full_delay > 0
        regimes.append(Regime(since, age, full_delay, pace, regimes[-1].reform if running else since))
    return regimes


def _age(regimes: list[Regime], birth: int) -> int:
    """Old age, reached under the regime of that month, plus that regime's delay."""
    for regime, following in zip(regimes, [*regimes[1:], None], strict=True):
        start = regime.since if regime is not regimes[0] else 0
        reached = max(birth + regime.old_age, start)
        if following is None or reached < following.since:
            break
    if regime.full_delay == 0:
        return reached - birth
    month = reached - regime.reform + 1
    return reached - birth + min(regime.full_delay, -(-month // regime.pace))
