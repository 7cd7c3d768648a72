"""Unemployment insurance by the law: how long a benefit lasts, and which firms get part of their premiums back 稳岗返还.

    benefit    those laid off with at least the minimum paid months, 12, 18 or 24 months long by paid months (社会保险法 45-46)
    refund     once a year, the legal share (large, small firms) of last year's premiums of firms whose layoffs stayed within the limit

Eligible firms' part of an area's premiums is measured by expected insured staff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import logistic
from model.compiler import lent
from model.drive import size_band
from model.enrolment import odds_by_size
from model.rulings import while_rules_hold
from model.series import S

if TYPE_CHECKING:
    from model.city import City

NEEDED, MEDIUM_FROM, LONG_FROM, SHORT, MEDIUM, LONG = range(6)


@njit(inline="always")
def claim_months(paid, claims):  # type: ignore[no-untyped-def]
    """Longest benefit in months for that many paid months (the mark CLAIMED aside); 0: none. claims: see `claim_rules`."""
    paid = np.int64(paid) & (s.CLAIMED - 1)
    if paid < claims[NEEDED]:
        return 0
    return claims[SHORT] if paid < claims[MEDIUM_FROM] else claims[MEDIUM] if paid < claims[LONG_FROM] else claims[LONG]


@while_rules_hold
def claim_rules(city: City) -> NDArray[np.int64]:
    """Minimum paid months, the paid months at which the longer benefits begin, and the three durations."""
    names = ("minimum_paid_months", "duration_medium_from", "duration_long_from", "duration_short", "duration_medium", "duration_long")
    return np.array([round(city.law_value(f"unemployment.{name}")) for name in names], np.int64)


@lent
def eligible(  # type: ignore[no-untyped-def]
    n, area, alive, ownership, staff, thin, taste, drive, large, laid_off, by_size, level, limit, limit_tiny, tiny, months_old, founded,
    month, weight, out,
):
    """Expected insured staff by area of: eligible small firms, eligible large ones, all firms; real persons into `out` (areas, 3)."""
    for f in range(n):
        if not alive[f]:
            continue
        real = staff[f] * thin[f]
        public = ownership[f] >= s.STATE_ORGAN
        share = 1.0 if public else logistic(taste[f] + by_size[size_band(real)] + drive[f] + level[area[f]])
        insured = staff[f] * share * weight[area[f]]
        out[area[f], 2] += insured
        kept = laid_off[f] <= (limit_tiny if real * share <= tiny else limit)
        if not public and kept and month - founded[f] >= months_old:
            out[area[f], 1 if large[f] else 0] += insured


def refunds(city: City, premiums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Refunds of this month in fen by area, out of last year's `premiums` (fen by area)."""
    firms, law = city.firms, city.law_value
    out = np.zeros((premiums.size, 3))
    eligible(firms.n, firms.area, firms.alive, firms.ownership, firms.staff, firms.thin, firms.taste, firms.drive, firms.large,
             firms.laid_off, odds_by_size(city), city.enrolment_level, law("unemployment.refund_layoff_limit"),
             law("unemployment.refund_layoff_limit_tiny"), law("unemployment.refund_tiny_staff"), law("unemployment.refund_paid_months"),
             firms.founded, max(city.month, 0), city.weight, out)
    extra = city.level("retention_refund")
    shares = [min(law(f"unemployment.refund_share_{size}") + extra, 1.0) for size in ("small", "large")]
    city.now[S.refunded_staff] = np.rint(out[:, 0] + out[:, 1]) * (max(shares) > 0)
    part = (out[:, 0] * shares[0] + out[:, 1] * shares[1]) / np.maximum(out[:, 2], 1e-9)
    back: NDArray[np.float64] = np.floor(premiums * part)
    return back
