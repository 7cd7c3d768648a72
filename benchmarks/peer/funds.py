"""What firms of the plain city owe, and the books of its funds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peer.luck import choose, draw64, rint
from model.arithmetic import exp, logistic

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.employer import Employer

FUNDS = ("pension", "resident", "ui", "injury")
RESERVE_OF_INCOME = ("ui", "injury")


def assess(city: PlainCity) -> None:
    """What each firm owes this month, and what its injuries cost."""
    law, firms = city.law, [f for f in city.firms if f.alive]
    rates = [0.0, *(law(f"injury.rate_class_{c}") for c in range(1, 9))]
    jobs = [0.0] * 9
    for f in city.firms:
        jobs[f.risk] += f.real
    mean = sum(r * n for r, n in zip(rates, jobs, strict=True)) / max(sum(jobs), 1.0)
    factors = [law(f"injury.float_{x}") if x else 1.0 for x in ("low", "lower", None, "higher", "high")]
    cut = 1.0 - (1.0 - reserve_cut(city)) * (1.0 - city.one("injury_rate_cut"))
    city.spent = [0.0] * len(city.weight)
    for f in firms:
        f.large = f.real >= law("relief.large_staff")
        relief = law(f"relief.waived_{'public' if f.public else 'large' if f.large else 'small'}")
        f.due = int((1.0 - relief) * 10_000 + 0.5)
        f.laid_off = float(np.float32((0.0 if city.january_now else f.laid_off) + np.float32(f.layoff / 2.0**64)))
        rate = rates[f.risk] * factors[f.float_step + 2] * (1.0 - cut)
        f.injury_rate = int(rate * (1.0 - relief) * 100_000 + 0.5)
        suffer(city, f, rate, rates, mean)


def suffer(city: PlainCity, f: Employer, rate: float, rates: list[float], mean: float) -> None:
    """The month's injuries, and the review of the rate."""
    law, p = city.law, city.p
    share = 1.0 if f.public or f.site else logistic(f.log_odds() + city.enrolment_level[f.area] + city.injury_gap[f.area])
    insured = f.real * share
    risk = insured * p["injury_hazard"] * (rates[f.risk] / max(mean, 1e-9)) / 12.0
    u, struck, term = city.share("injury", f.identity), 0, exp(-min(risk, 500.0))
    below = term
    while u >= below and struck < 50:
        struck += 1
        term = term * risk / struck
        below += term
    f.injuries = float(np.float32(f.injuries + np.float32(struck * p["injury_cost"])))
    f.injury_paid = float(np.float32(f.injury_paid + np.float32(insured * city.mean_base * rate)))
    city.spent[f.area] += struck * p["injury_cost"] * city.weight[f.area] / f.thin
    every = max(int(law("injury.float_review_months")), 1)
    if choose(draw64(city.key("lasting.review of the injury rate", 0), f.identity), every) == city.month % every and f.injury_paid > 0.0:
        ratio = f.injuries / f.injury_paid
        if ratio < law("injury.float_down_below"):
            f.float_step = max(f.float_step - 1, 0 if rates[f.risk] <= rates[1] else -2)
        elif ratio > law("injury.float_up_above"):
            f.float_step = min(f.float_step + 1, 2)
        f.injuries = f.injury_paid = 0.0


def reserve_cut(city: PlainCity) -> float:
    """The cut of injury rates while the reserve is ample."""
    year = sum(city.injury_outgo[max(0, city.month - 12):])
    months = city.balance["injury"] / (year / min(city.month, 12)) if city.month > 0 and year > 0 else 0.0
    return city.law("injury.cut_reserve_24") if months >= 24 else city.law("injury.cut_reserve_18") if months >= 18 else 0.0


def settle_funds(city: PlainCity) -> None:
    """Every fund books the month, by area, in whole fen."""
    law, p, areas = city.law, city.p, range(len(city.weight))
    told, now = city.told, city.stocks_now
    real = lambda name, a: float(rint(told[f"{name}_fen"][a] * city.weight[a])) if f"{name}_fen" in told else 0.0  # noqa: E731
    topup = city.control("resident_base_topup")
    base = [now.get("pensioners_resident", [0.0] * len(city.weight))[a] * rint(
        100 * (law("resident.base_pension") * p["resident_base_local"] * city.carry + topup[a])) for a in areas]
    premiums = [real("ui_premium", a) for a in areas]
    refunds = refund(city, premiums)
    came = {
        "pension": [sum(real(f"pension_{x}_income", a) for x in ("pool", "account", "late")) for a in areas],
        "resident": [sum(real(f"resident_{x}", a) for x in ("paid", "matched", "paid_up")) + base[a] for a in areas],
        "ui": premiums,
        "injury": [real("injury_premium", a) for a in areas],
    }
    went = {
        "pension": [sum(real(f"pension_{x}", a) for x in ("pool_outgo", "account_outgo", "inherited", "moved")) for a in areas],
        "resident": [base[a] + real("resident_account_outgo", a) + real("resident_inherited", a) for a in areas],
        "ui": [real("ui_benefit", a) + refunds[a] for a in areas],
        "injury": [float(rint(x * 100)) for x in city.spent],
    }
    for name in FUNDS:
        if city.month == 0:
            scale = came[name] if name in RESERVE_OF_INCOME else went[name]
            city.fund_areas[name] = [float(rint(p[f"{name}_reserve_months"] * x)) for x in scale]
            city.balance[name] = int(sum(city.fund_areas[name]))
        for a in areas:
            returns = float(np.floor(max(city.fund_areas[name][a], 0.0) * p["fund_return"] / 12))
            city.fund_areas[name][a] += came[name][a] + returns - went[name][a]
        city.balance[name] = int(sum(city.fund_areas[name]))
    city.injury_outgo.append(sum(went["injury"]))
    payers = sum(n * w for n, w in zip(told["premium_payers"], city.weight, strict=True)) if "premium_payers" in told else 0
    if payers:
        city.mean_base = sum(b * w for b, w in zip(told["declared_base_fen"], city.weight, strict=True)) / payers / 100


def derive_stocks(city: PlainCity) -> None:
    """Members of medical and maternity insurance."""
    none, stocks = [0.0] * len(city.weight), city.stocks
    get = lambda name: stocks.get(name, none)  # noqa: E731
    active = [x + y for x, y in zip(get("pension_employee_active"), get("pension_civil_active"), strict=True)]
    stocks["medical_employees"] = [x + y + z for x, y, z in zip(active, get("pensioners"), get("pensioners_civil"), strict=True)]
    stocks["maternity_employees"] = active if city.setting.start_year + city.month // 12 >= 2020 else get("injury")


def refund(city: PlainCity, premiums: list[float]) -> list[float]:
    """Refunds of last year's premiums to firms that kept their staff."""
    law, areas = city.law, range(len(city.weight))
    if city.month % 12 == 0 and city.month > 0:
        city.last_year, city.this_year_premiums = city.this_year_premiums, [0.0] * len(city.weight)
    city.this_year_premiums = [x + y for x, y in zip(city.this_year_premiums, premiums, strict=True)]
    calendar = city.month % 12 + 1
    if calendar != round(law("unemployment.refund_month")):
        return [0.0] * len(city.weight)
    last = city.last_year or [x * 12 / calendar for x in city.this_year_premiums]
    shares = [min(law(f"unemployment.refund_share_{size}") + city.one("retention_refund"), 1.0) for size in ("small", "large")]
    kept = [[0.0, 0.0, 0.0] for _ in areas]
    for f in city.firms:
        if not f.alive:
            continue
        share = 1.0 if f.public else logistic(f.log_odds() + city.enrolment_level[f.area])
        insured = f.staff * share * city.weight[f.area]
        kept[f.area][2] += insured
        tiny = f.real * share <= law("unemployment.refund_tiny_staff")
        limit = law("unemployment.refund_layoff_limit_tiny" if tiny else "unemployment.refund_layoff_limit")
        if not f.public and f.laid_off <= limit and city.month - f.founded >= law("unemployment.refund_paid_months"):
            kept[f.area][1 if f.large else 0] += insured
    for a in areas:
        city.tell("refunded_staff", a, rint(kept[a][0] + kept[a][1]) * (max(shares) > 0) / city.weight[a])
    return [float(np.floor(last[a] * ((kept[a][0] * shares[0] + kept[a][1] * shares[1]) / max(kept[a][2], 1e-9)))) for a in areas]
