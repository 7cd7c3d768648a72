"""The legal retirement age by sex, kind of post and month of birth, before and after the reform of 2025.

The rule (全国人大常委会 2024-09-13 决定 and 国务院办法): whoever reaches the old age in the m-th month of the reform
(m = 1 in January 2025) retires later by ceil(m / pace) months, at most by the full delay: pace 4 and 36 months for men
(60 → 63) and for women of the old age 55 (→ 58), pace 2 and 60 months for women of the old age 50 (→ 55).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
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
    regimes = tuple(tuple(_regimes(law, name)) for name in CATEGORIES)
    return _ages(regimes, start_year * 12 + first_birth, start_year * 12 + last_birth).copy()


class Regime(NamedTuple):
    """What the law says from one month on. `reform` is the first month of the delays now in force."""

    since: int
    old_age: int
    full_delay: int
    pace: int
    reform: int


@lru_cache(maxsize=64)
def _ages(regimes: tuple[tuple[Regime, ...], ...], first: int, last: int) -> NDArray[np.int16]:
    """The table of these regimes; the same law is asked for in every run."""
    return np.array([[_age(rows, birth) for birth in range(first, last + 1)] for rows in regimes], np.int16)


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


def _age(regimes: Sequence[Regime], birth: int) -> int:
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


SPECIAL, ILL_HEALTH, EARLY, STATUTORY, LATEST, OLD = range(6)
"""Rows of `claim_ages`: special occupation, ill health, flexible early, the legal age, flexible late at the longest;
and the age before any delay, up to which ill health spreads (delays to come must not move claims made before them)."""


def claim_ages(law: Law, start_year: int, first_birth: int, last_birth: int) -> NDArray[np.int16]:
    """See `_claim_ages`; the same law is asked for in every run."""
    return _claim_ages(law, start_year, first_birth, last_birth).copy()


@lru_cache(maxsize=64)
def _claim_ages(law: Law, start_year: int, first_birth: int, last_birth: int) -> NDArray[np.int16]:
    """Months of age of each way to retire: int16 (6 rows, 3 categories, births first_birth … last_birth as in the table above).

    Early: the first month at which the law of that month lets the person go, never below the old age. A way that is closed to someone
    stands at the legal age (women in managerial posts have no special occupations).
    """
    legal = retirement_age_table(law, start_year, first_birth, last_birth)[:RESIDENTS].astype(np.int64)
    births = np.arange(start_year * 12 + first_birth, start_year * 12 + last_birth + 1)
    out = np.repeat(legal[None], 6, axis=0)
    for row, name in enumerate(CATEGORIES[:RESIDENTS]):
        reached = births + legal[row]
        old = np.minimum(_values(law, f"retirement.{name}_age", reached), legal[row])
        out[OLD, row] = old
        if row != WOMEN_CADRES:
            out[SPECIAL, row] = np.minimum(legal[row], old - _values(law, "retirement.special_early", reached))
        sick = "men" if row == MEN else "women"
        out[ILL_HEALTH, row] = np.minimum(legal[row], _values(law, f"retirement.ill_health_{sick}_age", reached))
        out[LATEST, row] = legal[row] + _values(law, "retirement.late_longest", reached)
        open_yet = np.ones(births.size, bool)
        for ahead in range(60, -1, -1):                                 # the law allows 36; a reform may allow more
            age = legal[row] - ahead
            allowed = open_yet & (age >= old) & (_values(law, "retirement.early_longest", births + age) >= ahead)
            out[EARLY, row][allowed] = age[allowed]
            open_yet &= ~allowed
    return out.astype(np.int16)


def _values(law: Law, path: str, months: NDArray[np.int64]) -> NDArray[np.int64]:
    """What the law says in each of many months, as whole numbers."""
    steps = law.steps(path)
    dates = np.array([month for month, _ in steps])
    values = np.rint([value for _, value in steps]).astype(np.int64)
    return values[np.maximum(np.searchsorted(dates, months, side="right") - 1, 0)]
