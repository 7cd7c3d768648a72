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
from model.arithmetic import exp_each, logistic_each
from model.compiler import lent
from model.drive import size_band
from model.enrolment import odds_by_size
from model.luck import choose, draw_each, uniform
from model.rulings import while_rules_hold

if TYPE_CHECKING:
    from model.city import City

STEPS = 5
PUBLIC_INSURED = 1.0
WORD = 18446744073709551616.0


@lent
def expected_injuries(  # type: ignore[no-untyped-def]
    area, risk_class, ownership, real, taste, drive, visits, by_size, level, gap, hazard, harder, insured, expected, none,
):
    """Insured staff of each of a stretch of firms, the injuries that they expect this month, and the chance of none: into the last three.

    The loops that work out logistics and powers have no branches, so that the compiler turns them into vector instructions."""
    for f in range(real.size):
        none[f] = taste[f] + by_size[size_band(real[f])] + drive[f] + level[area[f]] + gap[area[f]]
    logistic_each(none, insured)
    for f in range(real.size):
        share = PUBLIC_INSURED if ownership[f] >= s.STATE_ORGAN or visits[f] & s.SITE else insured[f]
        insured[f] = real[f] * share
        expected[f] = insured[f] * hazard * harder[risk_class[f]] / 12.0
    power = -np.minimum(expected, 500.0)
    exp_each(power, none)


@njit(inline="always")
def struck(u, expected, none):  # type: ignore[no-untyped-def]
    """How many injuries the luck u in [0, 1) means, by the Poisson law of that mean and chance of none."""
    number, term, below = 0, none, none
    while u >= below and number < 50:
        number += 1
        term = term * expected / number
        below += term
    return number


@lent
def assess(  # type: ignore[no-untyped-def]
    n, month, january, identity, area, risk_class, alive, ownership, staff, thin, taste, drive, visits, layoff, large, due, injury_rate,
    float_step, injuries, injury_paid, laid_off, by_size, level, gap, base_rate, factors, waived, large_staff, cut, hazard, cost, mean_base,
    down, up, review_months, harder, key, key_review, weight, spent,
):
    """One pass over firms; `spent`: yuan by area that injuries of this month cost, in real money. waived: (small, large, public)."""
    real, insured, expected, none, draws = staff[:n] * thin[:n], np.empty(n), np.empty(n), np.empty(n), np.empty((2, n), np.uint64)
    expected_injuries(area, risk_class, ownership, real, taste, drive, visits, by_size, level, gap, hazard, harder, insured, expected, none)
    draw_each(key, identity[:n], draws[0])
    draw_each(key_review, identity[:n], draws[1])
    for f in range(np.uint64(n)):
        if not alive[f]:
            continue
        large[f] = real[f] >= large_staff
        relief = waived[2] if ownership[f] >= s.STATE_ORGAN else waived[1] if large[f] else waived[0]
        due[f] = np.int64((1.0 - relief) * 10_000 + 0.5)
        if january:
            laid_off[f] = 0.0
        laid_off[f] += np.float32(layoff[f] / WORD)
        rate = base_rate[risk_class[f]] * factors[float_step[f] + 2] * (1.0 - cut)
        injury_rate[f] = np.int64(rate * (1.0 - relief) * 100_000 + 0.5)
        number = struck(uniform(draws[0, f]), expected[f], none[f])
        injuries[f] += np.float32(number * cost)
        injury_paid[f] += np.float32(insured[f] * mean_base * rate)
        spent[area[f]] += number * cost * weight[area[f]] / thin[f]
        if choose(draws[1, f], np.uint64(review_months)) == np.uint64(month % review_months) and injury_paid[f] > 0.0:
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
    rates, factors, waived = rates_by_law(city)
    hardness, spent = injuries_by_class(city, rates), np.zeros(len(city.setting.areas))
    keep = 1.0 - (1.0 - city.injury_fund.reserve_cut()) * (1.0 - city.level("injury_rate_cut"))
    assess(firms.n, max(city.month, 0), city.month >= 0 and city.calendar_month == 1, firms.id, firms.area, firms.risk, firms.alive,
           firms.ownership, firms.staff, firms.thin, firms.taste, firms.drive, firms.visits, firms.layoff, firms.large, firms.due,
           firms.injury_rate, firms.float_step, firms.injuries, firms.injury_paid, firms.laid_off, odds_by_size(city),
           city.enrolment_level, city.injury_gap, rates, factors, waived, law("relief.large_staff"), keep, p("injury_hazard"),
           p("injury_cost"), city.mean_base, law("injury.float_down_below"), law("injury.float_up_above"),
           max(int(law("injury.float_review_months")), 1), hardness, city.key("injury"),
           city.lasting("review of the injury rate"), city.weight, spent)
    city.injury_spent = np.rint(spent * 100)


@lent
def jobs_by_class(n, risk_class, staff, thin, jobs):  # type: ignore[no-untyped-def]
    """Add the real staff of every firm to `jobs` of its risk class, float64."""
    for f in range(n):
        jobs[risk_class[f]] += staff[f] * thin[f]


@while_rules_hold
def rates_by_law(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Base rate of each risk class 1-8 (place 0 is empty), its factors by floating step, and what is waived by kind of employer."""
    law = city.law_value
    return (np.array([0.0, *(law(f"injury.rate_class_{c}") for c in range(1, 9))]),
            np.array([law("injury.float_low"), law("injury.float_lower"), 1.0, law("injury.float_higher"), law("injury.float_high")]),
            np.array([law("relief.waived_small"), law("relief.waived_large"), law("relief.waived_public")]))


def injuries_by_class(city: City, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Injuries of each risk class over the mean, in proportion to its base rate (assumption)."""
    firms, jobs = city.firms, np.zeros(rates.size)
    jobs_by_class(firms.n, firms.risk, firms.staff, firms.thin, jobs)
    mean = float((rates * jobs).sum() / max(jobs.sum(), 1.0))
    return rates / max(mean, 1e-9)
