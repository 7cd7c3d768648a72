"""Accounts and benefits of the plain city, rule by rule once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peer.paid import level_of_offers
from model import states as s
from model.arithmetic import exp, log, power
from model.dates import month_index

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.person import Person



def read_insurance_law(city: PlainCity) -> None:
    """The month's rates in ten-thousandths, bases in yuan, amounts in fen."""
    law, p, at = city.law, city.p, city.one
    now = city.setting.start_year * 12 + city.month
    past = now - month_index("2026-12")
    city.carry = power(1.0 + p["wage_growth"], past // 12 + 1) if past > 0 else 1.0
    city.rate = {name: round(law(path) * 10_000) for name, path in (
        ("employer", "pension.employer_rate"), ("employee", "pension.employee_rate"), ("flexible", "pension.flexible_rate"),
        ("own", "pension.flexible_account_rate"), ("ui_employer", "unemployment.employer_rate"),
        ("ui_employee", "unemployment.employee_rate"))}
    cut = round(at("contribution_rate_cut") * 10_000)
    city.rate["employer"] = max(city.rate["employer"] - cut, 0)
    city.rate["flexible"] = max(city.rate["flexible"] - cut, city.rate["own"])
    city.rate["ui_employer"] = max(city.rate["ui_employer"] - round(at("ui_rate_cut") * 10_000), 0)
    city.floor, city.ceiling = base_limits(city)
    minimum = law(f"minimum_wage.class_{city.setting.wage_class}")
    city.benefit_cap = round(100 * minimum * law("unemployment.benefit_cap"))
    city.benefit_floor = min(round(100 * minimum * at("ui_benefit_share")), city.benefit_cap)
    city.january_now = city.month % 12 == 0
    rise = law("pension.adjustment")
    city.rise = max(rise, 0.5 * p["wage_growth"] if city.carry > 1.0 else 0.0)
    extra = round(at("resident_match"))
    low = p["lowest_tier_share"]
    rest = 1 - (low - min(p["tier_response"] * extra / 100.0, low))
    city.below = np.cumsum([1 - rest, 0.5 * rest, 0.3 * rest, 0.2 * rest]).tolist()
    city.tiers = [(round(law(f"resident.{t}")) if isinstance(t, str) else t, round(law(f"resident.{m}")) + extra)
                  for t, m in (("tier_low", "match_low"), (500, "match_from_500"), (1000, "match_1000"), ("tier_high", "match_2000"))]
    shares = ("special_share", "ill_health_share", "retire_early_share", "retire_late_share", "pay_on_share")
    city.choices = {name: p[name] for name in shares}
    city.mean_wage = city.setting.wage * level_of_offers(city)
    city.claim_needs = [round(law(f"unemployment.{n}")) for n in ("minimum_paid_months", "duration_medium_from", "duration_long_from")]
    city.claim_lengths = [0] + [round(law(f"unemployment.duration_{n}")) for n in ("short", "medium", "long")]


def base_limits(city: PlainCity) -> tuple[int, int]:
    """Floor and ceiling of the contribution base, yuan."""
    floor = min(round(city.law("bases.floor") * (1.0 + city.one("contribution_floor_change")) * city.carry), 65_535)
    return floor, min(max(round(city.law("bases.ceiling") * city.carry), floor), 65_535)


def alone(person: Person) -> bool:
    """Pays without an employer."""
    uninsured = not person.injury or (person.pension == s.EMPLOYEE_SCHEME and not person.ui)
    return person.state != s.EMPLOYED or uninsured


def claim_months(city: PlainCity, paid: int) -> int:
    """Longest benefit for that many insured months."""
    return city.claim_lengths[sum((paid & (s.CLAIMED - 1)) >= need for need in city.claim_needs)]


def leave_to_heirs(person: Person) -> None:
    """The account of who dies before drawing is paid out."""
    if person.state != s.RETIRED and not person.resident_years & s.DRAWS_RESIDENT:
        fund = "resident" if person.pension == s.RESIDENT_SCHEME else "pension"
        person.model.tell(f"{fund}_inherited_fen", person.area, person.account)


def wage_of(person: Person) -> float:
    """The wage, or a lasting draw about the mean where none is known."""
    if person.wage:
        return 10.0 * person.wage
    u = min(max(person.model.taste("wage", person.identity), 1e-6), 1.0 - 1e-6)
    return person.model.mean_wage * exp(person.model.p["wage_spread"] * (log(u) - log(1.0 - u)))


def declared(person: Person) -> int:
    """The contribution base that is declared."""
    city, at_work = person.model, person.state == s.EMPLOYED
    share = city.p["flexible_floor_share" if alone(person) else "floor_declared_share"]
    firm = person.employer.identity if at_work else 0
    if not (at_work and person.employer.public) and city.taste("declared at the floor", person.identity ^ firm) < share:
        return city.floor
    return min(max(int(wage_of(person)), city.floor), city.ceiling)


def keep(person: Person) -> None:
    """A month of the person's account."""
    city, area, rate = person.model, person.area, person.model.rate
    tell = lambda name, fen: city.tell(f"{name}_fen", area, fen)  # noqa: E731
    if person.state == s.RETIRED:
        if city.january_now:
            person.base = min(int(person.base * (1.0 + city.rise)), 65_535)
            person.account = min(int(person.account * (1.0 + city.rise)), 2_000_000_000)
        if person.pension == s.EMPLOYEE_SCHEME:
            tell("pension_pool_outgo", 100 * person.base)
            tell("pension_account_outgo", person.account)
        return
    draws = bool(person.resident_years & s.DRAWS_RESIDENT)
    if draws:
        tell("resident_account_outgo", person.account)
    elif city.january_now and person.account > 0:
        scheme = "resident" if person.pension == s.RESIDENT_SCHEME else "pension"
        gain = int(person.account * city.law(f"{scheme}.account_interest"))
        person.account += gain
        tell("account_interest", gain)
    if not draws and person.pension == s.RESIDENT_SCHEME and person.months >= city.resident_age(person.birth):
        missing = max(round(city.law("resident.minimum_months") / 12) - person.resident_years, 0)
        bought = 100 * city.tiers[0][0] * missing
        tell("resident_paid_up", bought)
        person.account = (person.account + bought) // 139
        person.resident_years = s.DRAWS_RESIDENT | min(person.resident_years + missing, 127)
        person.base = 0
        tell("resident_account_outgo", person.account)
    elif not draws and person.pension == s.RESIDENT_SCHEME and person.paying and person.months % 12 == 0:
        u = city.taste("resident tier", person.identity)
        tier, match = city.tiers[min(sum(u >= x for x in city.below), len(city.tiers) - 1)]
        person.resident_years = min(person.resident_years + 1, 127)
        person.account += 100 * (tier + match)
        tell("resident_paid", 100 * tier)
        tell("resident_matched", 100 * match)
        city.tell("resident_payers", area)
    at_work = person.state == s.EMPLOYED
    member = person.pension >= s.EMPLOYEE_SCHEME and person.paying
    if member or (at_work and (person.ui or person.injury)):
        pay_in(person, member, at_work, rate, tell)
    if person.state == s.UNEMPLOYED and person.laid_off and person.ui and not draws:
        tell("ui_benefit", benefit(person))


def pay_in(person: Person, member: bool, at_work: bool, rate: dict[str, int], tell) -> None:  # type: ignore[no-untyped-def]
    """The month's premiums."""
    city, firm = person.model, person.employer
    if person.base == 0 or person.note == s.JUST_HIRED or city.january_now:
        person.base = declared(person)
    yuan = person.base
    if member:
        person.paid += 1
        if person.pension == s.EMPLOYEE_SCHEME:
            if alone(person):
                own, pool = yuan * rate["own"] // 100, yuan * (rate["flexible"] - rate["own"]) // 100
            else:
                own, pool = yuan * rate["employee"] // 100, yuan * rate["employer"] // 100 * firm.due // 10_000
            person.account += own
            tell("pension_account_income", own)
            tell("pension_pool_income", pool)
            tell("declared_base", 100 * yuan)
            city.tell("premium_payers", person.area)
    if at_work and person.ui:
        person.ui_paid = 1 if person.ui_paid & s.CLAIMED else min(person.ui_paid + 1, s.CLAIMED - 1)
        tell("ui_premium", yuan * rate["ui_employer"] // 100 * firm.due // 10_000 + yuan * rate["ui_employee"] // 100)
    if at_work and person.injury:
        tell("injury_premium", yuan * firm.injury_rate // 1000)


def benefit(person: Person) -> int:
    """Monthly unemployment benefit in fen."""
    city, paid = person.model, person.ui_paid & (s.CLAIMED - 1)
    if "unemployment.benefit_own_base_short" in city.setting.law.rules:
        longest = city.law("unemployment.duration_longest_service")
        part = "short" if paid < city.claim_needs[2] else "medium" if paid < longest else "long"
        amount = person.base * round(city.law(f"unemployment.benefit_own_base_{part}") * 10_000) // 100
    else:
        minimum = city.law(f"minimum_wage.class_{city.setting.wage_class}")
        amount = round(100 * minimum * city.law("unemployment.benefit_of_minimum_wage"))
    return min(max(amount, city.benefit_floor), city.benefit_cap)
