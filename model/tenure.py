"""How the chance of leaving a job depends on the months spent in it, and how long people have been in theirs at the start.

    shape(t) = floor + (1 − floor)·e^(−t/months)         floor = `tenure_floor`, months = `tenure_months`
    quits into unemployment  k·shape(t)·separation_rate·share_into_unemployment·quit_share
    search on the job        k·shape(t)·search_on_job
    contract not renewed     contract_end at t = 12 and t = 36 (固定期限合同: a first and a second term; the third is open-ended, LCL 14)

k is such that in the standing state (tenure distributed as staying in the job makes it) quits and contract ends together happen at
separation_rate·share_into_unemployment·quit_share. So the declared rates are means over staff, whatever the shape. The published
separations count those whom the employer dismissed too; these come from firms (`distress.py`), and are not drawn a second time here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.arithmetic import exp_of

if TYPE_CHECKING:
    from model.setting import Setting

MONTHS = 256                    # `spell` counts to 255, "that many or more"
PARTS = 2048
TERMS = (12, 36)


@dataclass(frozen=True)
class Tenure:
    """Monthly probabilities by months of tenure, (256,): quits, contract ends, search; stay: share of staff with at least t months."""

    quits: NDArray[np.float64]
    contract: NDArray[np.float64]
    search: NDArray[np.float64]
    stay: NDArray[np.float64]


def standing(leaving: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of staff at each month of tenure when `leaving`, (256,), holds for ever; the last entry is all who stay longer."""
    there = np.concatenate([[1.0], np.cumprod(1.0 - leaving[:-1])])
    there[-1] /= max(float(leaving[-1]), 1e-9)
    return there / there.sum()


def tenure_of(setting: Setting) -> Tenure:
    """The tables of this setting; see the module's equations."""
    p = setting.parameter
    t = np.arange(MONTHS, dtype=float)
    shape = p("tenure_floor") + (1.0 - p("tenure_floor")) * exp_of(-t / p("tenure_months"))
    wanted = p("separation_rate") * p("share_into_unemployment") * p("quit_share")
    contract = np.zeros(MONTHS)
    contract[list(TERMS)] = min(p("contract_end"), wanted * MONTHS)      # none where nobody leaves
    moving = p("search_on_job") * p("search_success_expected")
    low, high = 0.0, 20.0
    for _ in range(50):
        k = 0.5 * (low + high)
        quits, search = np.minimum(k * shape * wanted, 1.0), np.minimum(k * shape * p("search_on_job"), 1.0)
        share = standing(np.minimum(quits + contract + k * shape * moving, 1.0))
        low, high = (k, high) if float(share @ (quits + contract)) < wanted else (low, k)
    return Tenure(quits, contract, search, 1.0 - np.concatenate([[0.0], np.cumsum(share)[:-1]]))


@njit(cache=True)
def months_in_job(stay, u, longest):  # type: ignore[no-untyped-def]
    """Months of tenure of persons with luck `u` in [0, 1), no more than `longest` (months since they could first work), uint8.

    What everyone of a 2048th part of luck passes is counted once (`start`)."""
    out, start, t = np.empty(u.size, np.uint8), np.empty(PARTS, np.int64), 0
    for part in range(PARTS):
        while t < stay.size and stay[t] >= 1.0 - part / PARTS:
            t += 1
        start[part] = t
    for j in range(u.size):
        t = start[np.int64(u[j] * PARTS)]
        while t < stay.size and stay[t] >= 1.0 - u[j]:
            t += 1
        out[j] = min(max(min(t - 1, longest[j]), 0), MONTHS - 1)
    return out
