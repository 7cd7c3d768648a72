"""Labour disputes 劳动人事争议: which of the month's dismissals, arrears, injuries and contract faults become a case.

    dismissal   a person laid off this month files with probability  dispute_on_dismissal,  × dispute_in_distress where the firm closed
    contract    a person who gave notice or whose contract ended files with probability  dispute_on_quit  (pay or a written contract
                still owed, 劳动合同法 82)
    arrears     a firm that holds more than a tenth more staff than it can use owes wages: each of its staff files with
                probability  arrears_claim  a month
    injury      staff without injury insurance are hurt at the rate  injuries_per_thousand  a year, and file with  injury_claim

Persons and firms decide by keyed draws; cases are counted by area in real persons and handed to the tribunal (`model/tribunal.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.blocks import rows_where
from model.compiler import lent
from model.luck import draw64, uniform
from model.parts import places_of
from model.series import S
from model.setting import once

if TYPE_CHECKING:
    from model.city import City

EMPLOYEES, CAME, WENT, INSURED = S.employees, S.commuters_in, S.commuters_out, S.injury
CAUSES = ("disputes_dismissal", "disputes_contract", "disputes_arrears", "disputes_injury")
EXCESS = 0.1
"""Share of staff beyond what a firm wants from which it is taken to owe wages (the threshold of a mass layoff, 劳动合同法 41)."""


@lent
def file_after_leaving(rows, identity, area, marks, spell, chance, key, filed):  # type: ignore[no-untyped-def]
    """Cases of those who left a job this month. rows: the unemployed; chance: by cause of unemployment, (8,); filed: (areas, 8), rows."""
    for i in rows:
        cause = marks[i] & s.CAUSE
        if spell[i] == 0 and chance[cause] > 0.0 and uniform(draw64(key, identity[i])) < chance[cause]:
            filed[area[i], cause] += 1


@once
def chances(city: City) -> NDArray[np.float64]:
    """Probability of a case by cause of unemployment, (8,)."""
    p, out = city.setting.parameter, np.zeros(len(s.CAUSE_NAMES))
    out[s.BY_LAYOFF] = p("dispute_on_dismissal")
    out[s.BY_CLOSURE] = min(1.0, p("dispute_on_dismissal") * p("dispute_in_distress"))
    out[s.BY_QUIT] = out[s.BY_CONTRACT] = p("dispute_on_quit")
    return out


@lent
def file_for_arrears(n, identity, area, alive, ownership, staff, desired, thin, weight, excess, claim, key, filed):  # type: ignore[no-untyped-def]
    """Cases of staff who are owed wages, (areas,) in real persons: whole cases by firm, the fraction settled by the firm's draw."""
    for f in range(n):
        if alive[f] and ownership[f] < s.STATE_ORGAN and staff[f] > (1.0 + excess) * desired[f] + 1.0:
            real = staff[f] * thin[f]
            cases = np.floor(real * claim + uniform(draw64(key, identity[f])))
            filed[area[f]] += cases * weight[area[f]] / thin[f]


@njit(cache=True)
def tell_cases(left, owed, hurt, weight, series, now):  # type: ignore[no-untyped-def]
    """Write the month's cases to the `series` of their causes, real persons. left: rows by area and cause of unemployment; owed: real
    persons by area; hurt: rows by area. Returns the sum of all causes, by area."""
    filed = np.empty(weight.size)
    for a in range(weight.size):
        dismissed = (left[a, s.BY_LAYOFF] + left[a, s.BY_CLOSURE]) * weight[a]
        other = (left[a, s.BY_QUIT] + left[a, s.BY_CONTRACT]) * weight[a]
        injured = hurt[a] * weight[a]
        now[series[0], a], now[series[1], a], now[series[2], a], now[series[3], a] = dismissed, other, owed[a], injured
        filed[a] = dismissed + other + owed[a] + injured
    return filed


@njit(cache=True)
def uninsured(stocks):  # type: ignore[no-untyped-def]
    """See `uninsured_staff`, of last month's stocks."""
    out = np.empty(stocks.shape[1])
    for a in range(out.size):
        out[a] = max(stocks[EMPLOYEES, a] + (stocks[CAME, a] - stocks[WENT, a]) - stocks[INSURED, a], 0.0)
    return out


def uninsured_staff(city: City) -> NDArray[np.float64]:
    """Staff without injury insurance at the end of last month, real persons by the employer's area."""
    without: NDArray[np.float64] = uninsured(city.stocks)
    return without


def file_cases(city: City) -> NDArray[np.float64]:
    """The month's new cases by area in real persons; each cause is counted in a series of its own."""
    people, firms, p = city.people, city.firms, city.setting.parameter
    areas = len(city.setting.areas)
    left, owed = np.zeros((areas, len(s.CAUSE_NAMES)), np.int64), np.zeros(areas)
    rows = rows_where(people.state, s.UNEMPLOYED, s.UNEMPLOYED, people.n)
    file_after_leaving(rows, people.id, people.area, people.marks, people.spell, chances(city), city.key("dispute"), left)
    file_for_arrears(firms.n, firms.id, firms.area, firms.alive, firms.ownership, firms.staff, firms.desired, firms.thin, city.weight,
                     EXCESS, p("arrears_claim"), city.key("arrears"), owed)
    hurt = uninsured_staff(city) * p("injuries_per_thousand") / 12_000 * p("injury_claim")
    filed: NDArray[np.float64] = tell_cases(left, owed, city.whole_rows("injury disputes", hurt), city.weight, places_of(CAUSES), city.now)
    return filed
