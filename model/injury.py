"""What each firm owes this month: its injury rate by risk class and floating step, relief of premiums, and the marks that refunds go by.

    rate     rate of the firm's risk class · factor of the step · (1 − cut of the fund) · (1 − injury_rate_cut), of the declared bases
    step     every `float_review_months`: one down when benefits ÷ premiums since the last review < float_down_below, one up when
             > float_up_above, within −2 … 2 (class 1: 0 … 2); factors .5 .8 1 1.2 1.5 (人社部发〔2015〕71号)
    injuries each month a firm with n insured has k of them, P(k ≥ 1) = 1 − e^(−n·rate/12); each costs `injury_cost`
    due      1 − the share of the employer's part that is waived, by size and sector (2020: small 1, large ½, public 0)

The firm's insured are expected ones: staff × the chance that a local member of staff is insured, or all
at a site insured by project. The fund pays what injuries cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp, logistic
from model.drive import size_band
from model.enrolment import odds_by_size
from model.luck import choose, draw64, uniform

if TYPE_CHECKING:
    from model.city import City

STEPS = 5
PUBLIC_INSURED = 1.0
WORD = 18446744073709551616.0


@njit(cache=True)
def assess(  # type: ignore[no-untyped-def]
    n, month, january, identity, area, risk_class, alive, ownership, staff, thin, taste, drive, visits, layoff, large, due, injury_rate,
    float_step, injuries, injury_paid, laid_off, by_size, level, gap, base_rate, factors, waived, large_staff, cut, hazard, cost, mean_base,
    down, up, review_months, harder, key, key_review, weight, spent,
):
    """One pass over firms; `spent`: yuan by area that injuries of this month cost, in real money. waived: (small, large, public)."""
    for f in range(n):
        if not alive[f]:
            continue
        real = staff[f] * thin[f]
        public = ownership[f] >= s.STATE_ORGAN
        large[f] = real >= large_staff
        relief = waived[2] if public else waived[1] if large[f] else waived[0]
        due[f] = np.int64((1.0 - relief) * 10_000 + 0.5)
        if january:
            laid_off[f] = 0.0
        laid_off[f] += np.float32(layoff[f] / WORD)
        rate = base_rate[risk_class[f]] * factors[float_step[f] + 2] * (1.0 - cut)
        injury_rate[f] = np.int64(rate * (1.0 - relief) * 100_000 + 0.5)
        odds = taste[f] + by_size[size_band(real)] + drive[f] + level[area[f]] + gap[area[f]]
        share = PUBLIC_INSURED if public or visits[f] & s.SITE else logistic(odds)
        insured = real * share
        risk = insured * hazard * harder[risk_class[f]] / 12.0
        u = uniform(draw64(key, identity[f]))
        struck, term = 0, exp(-min(risk, 500.0))
        below = term
        while u >= below and struck < 50:
            struck += 1
            term = term * risk / struck
            below += term
        injuries[f] += np.float32(struck * cost)
        injury_paid[f] += np.float32(insured * mean_base * rate)
        spent[area[f]] += struck * cost * weight[area[f]] / thin[f]
        if choose(draw64(key_review, identity[f]), np.uint64(review_months)) == np.uint64(month % review_months) and injury_paid[f] > 0.0:
            ratio = injuries[f] / injury_paid[f]
            lowest = 0 if base_rate[risk_class[f]] <= base_rate[1] else -2
            if ratio < down:
                float_step[f] = max(float_step[f] - 1, lowest)
            elif ratio > up:
                float_step[f] = min(float_step[f] + 1, 2)
            injuries[f] = injury_paid[f] = np.float32(0.0)


def assess_premiums(city: City) -> None:
    """Settle what every firm owes this month, and what its injuries cost."""
    firms, law, p = city.firms, city.law_value, city.setting.parameter
    rates, hardness = class_rates(city)
    spent = np.zeros(len(city.setting.areas))
    factors = np.array([law("injury.float_low"), law("injury.float_lower"), 1.0, law("injury.float_higher"), law("injury.float_high")])
    waived = np.array([law("relief.waived_small"), law("relief.waived_large"), law("relief.waived_public")])
    keep = 1.0 - (1.0 - city.injury_fund.reserve_cut()) * (1.0 - city.level("injury_rate_cut"))
    assess(firms.n, max(city.month, 0), city.month >= 0 and city.calendar_month == 1, firms.id, firms.area, firms.risk, firms.alive,
           firms.ownership, firms.staff, firms.thin, firms.taste, firms.drive, firms.visits, firms.layoff, firms.large, firms.due,
           firms.injury_rate, firms.float_step, firms.injuries, firms.injury_paid, firms.laid_off, odds_by_size(city),
           city.enrolment_level, city.injury_gap, rates, factors, waived, law("relief.large_staff"), keep, p("injury_hazard"),
           p("injury_cost"), city.mean_base, law("injury.float_down_below"), law("injury.float_up_above"),
           max(int(law("injury.float_review_months")), 1), hardness, city.key("injury"),
           city.lasting("review of the injury rate"), city.weight, spent)
    city.injury_spent = np.rint(spent * 100)


@njit(cache=True)
def jobs_by_class(n, risk_class, staff, thin, jobs):  # type: ignore[no-untyped-def]
    """Add the real staff of every firm to `jobs` of its risk class, float64."""
    for f in range(n):
        jobs[risk_class[f]] += staff[f] * thin[f]


def class_rates(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Base rate of each risk class 1-8 (place 0 is empty), and its injuries over the mean (in proportion to the rate: assumption)."""
    firms = city.firms
    rates = np.array([0.0, *(city.law_value(f"injury.rate_class_{c}") for c in range(1, 9))])
    jobs = np.zeros(rates.size)
    jobs_by_class(firms.n, firms.risk, firms.staff, firms.thin, jobs)
    mean = float((rates * jobs).sum() / max(jobs.sum(), 1.0))
    return rates, rates / max(mean, 1e-9)
