"""The parts of the month that concern many: law, demand, separations, training, founders, migration, enrolment, the fund."""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from typing import TYPE_CHECKING

from benchmarks.peer import support
from benchmarks.peer.employer import Employer
from benchmarks.peer.luck import draw64, hash_ids, threshold, uniform
from benchmarks.peer.paid import premium
from benchmarks.peer.person import Person
from model import states as s
from model.arithmetic import log, power
from model.demography import birth_rates, death_rates
from model.retirement_age import legal_retirement_month
from model.sectors import GROUPS, table
from model.setting import month_of, period
from model.spring_festival import exits, season_of_arrivals, season_of_exits

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from model.setting import Setting


def legal_age(setting: Setting, female: bool, cadre: bool, birth: int) -> int:
    """Months of age at legal retirement, straight from the law."""
    kind = "cadre" if cadre else "worker"
    return legal_retirement_month(setting.law, "f" if female else "m", kind, period(setting.start_year, birth))


def read_law(city: PlainCity) -> None:
    """This month's law, rates of life, and probabilities."""
    year, p = city.setting.start_year + city.month // 12, city.p
    city.deaths = [[threshold(rate / 12) for rate in row] for row in death_rates(year).tolist()]
    city.births = [threshold(rate / 12) for rate in birth_rates(year).tolist()]
    city.boys = threshold(p["boys_at_birth"])
    cut, floor = city.one("contribution_rate_cut"), city.one("contribution_floor_change")
    share = min(city.voluntary_payment * (1.0 + p["match_payment_response"] * city.one("resident_match") / 100.0), 1.0)
    lapse = 1.0 - power(1.0 - p["voluntary_lapse"], 12.0)
    lapse = min(lapse, (1.0 - share) / share) if share > 0.0 else lapse
    city.payment = share, lapse * share / (1.0 - share) if share < 1.0 else 1.0, 1.0 - lapse
    rate = city.law("pension.flexible_rate")
    price = (1.0 + floor) * max(1.0 - (cut / rate if rate > 0 else 0.0), 0.01)
    city.january = 1.0 + (p["january_quit_ratio"] - 1.0) * 2 * exits(year, city.month % 12 + 1)
    city.minimum_wage = city.law(f"minimum_wage.class_{city.setting.wage_class}")
    season = season_of_exits(year, city.month % 12 + 1, p["festival_exit_share"])
    city.outsider_return, city.away_return = threshold(p["outsider_return_rate"] * season), threshold(p["away_return_rate"] * season)
    city.drive_kept = power(1.0 - p["drive_decay"], 1 / 12)
    subsidy, usual = city.control("flexible_insurance_subsidy"), city.setting.usual("flexible_insurance_subsidy")
    city.flexible_share = [
        min(share * power(price * (1.0 - x) / (1.0 - usual), p["flexible_premium_elasticity"]), 1.0)
        for share, x in zip(city.usual_flexible_share, subsidy, strict=True)
    ]


def growth(city: PlainCity, sector: str) -> float:
    """Growth of labour demand of a sector since the start, with the shocks in force."""
    industry = table()[sector].branch == "secondary"
    elasticity = city.p["employment_elasticity_industry" if industry else "employment_elasticity_services"]
    factor, shocks, start = 1.0, 1.0, city.setting.start_year
    for month in range(city.month + 1):
        factor *= 1.0 + elasticity * city.setting.growth.get(start + month // 12, 0.0) / 12.0
    for shock in city.setting.shocks:
        if 0 <= city.month - month_of(start, shock.start) < shock.months and (
            shock.sector in (None, sector) or sector in GROUPS.get(shock.sector, ())
        ):
            shocks *= 1.0 + shock.size
    return factor * shocks


def plan_staff(city: PlainCity) -> None:
    """Firms close, are shocked, and share the demand of their block."""
    city.each(Employer, "move")
    supply = [power(now / start, city.p["demand_response"]) for now, start in zip(city.force(), city.force_at_start, strict=True)]
    growths = [growth(city, sector) for sector in city.sectors[:-1]]
    extra = support.extra_jobs(city)
    city.demand = [
        [max(d * g * supply[a] + extra[a] * share, 0.0) for d, g, share in zip(row, growths, city.job_shares[a], strict=True)]
        for a, row in enumerate(city.demand_at_start)
    ]
    wanted, excess, held, strain = defaultdict(float), defaultdict(float), defaultdict(float), {}
    for firm in city.firms:
        if firm.alive and not firm.public:
            wanted[firm.area, firm.sector] += firm.target * city.weight[firm.area] / firm.thin
            excess[firm.area, firm.sector] += firm.excess * city.weight[firm.area]
            held[firm.area, firm.sector] += firm.staff * city.weight[firm.area]
    for a, row in enumerate(city.demand):
        for k, demand in enumerate(row):
            gap = max(demand - held[a, k], -city.open_posts[a][k])
            city.open_posts[a][k] = min(city.open_posts[a][k] + city.p["recruiting_speed"] * gap, 0.3 * demand)
            strain[a, k] = max(held[a, k] - demand - city.open_posts[a][k], 0.0) / max(held[a, k], 1e-9)
    for firm in city.firms:
        a, k = block = firm.area, firm.sector
        if firm.public:
            firm.share_demand(0.0, 0.0, 0.0)
        else:
            demand, gap = city.demand[a][k], city.demand[a][k] - held[block]
            cut = max(gap, -city.open_posts[a][k])
            left = demand + cut + city.open_posts[a][k] - max(excess[block] + gap - cut, 0.0)
            firm.share_demand(wanted[block], left, demand)
    support.end_month_of_exits(city)
    p = city.p
    leavers = p["separation_rate"] * p["share_into_unemployment"] * p["quit_share"] + p["search_on_job"] * p["search_success_expected"]
    spread = p["layoff_patience"] * p["growth_sd_at_10"] * sqrt(p["layoff_wait_months"] / 12.0)
    waiting = 1.0 - power(1.0 - leavers, p["layoff_wait_months"]), spread, p["growth_sd_slope"]
    refund = city.control("retention_refund")
    premium_of_year = 12.0 * (city.law("unemployment.employer_rate") + city.law("unemployment.employee_rate")) * city.law("bases.floor")
    for firm in city.firms:
        more = (refund[firm.area] - city.setting.usual("retention_refund")) * premium_of_year
        kept = max(1.0 - p["retention_effect"] * more / city.setting.wage, 0.0)
        firm.plan_layoffs(waiting, strain.get((firm.area, firm.sector), 0.0), kept)


def separate(city: PlainCity) -> None:
    """Layoffs, quits, search, and what those without a job decide."""
    p = city.p
    support.open_decisions(city)
    offered = [x / 12 * p["transfer_service_response"] for x in city.control("rural_transfer_service")]
    pull = power(city.tightness, p["transfer_tightness"])
    city.transfer = [
        min(rate / 12 * (city.demand_index(a) * pull) + offered[a] / max(city.stock("farm", a), 1.0), 1.0)
        for a, rate in enumerate(city.by_area("transfer_rate"))
    ]
    city.each(Person, "decide")
    city.each(Person, "register")
    count_staff(city)


def count_staff(city: PlainCity) -> None:
    """Every firm reads its payroll."""
    for firm in city.firms:
        firm.staff = 0
    for person in city.people:
        if person.state == s.EMPLOYED:
            person.employer.staff += 1


def start_up(city: PlainCity) -> None:
    """The month's founders, some of whom open a firm with staff."""
    p, opened = city.p, [0.0] * len(city.weight)
    share = min(1.0, p["firm_renewal"] * city.usual_exits / max(sum(city.usual_starts) / 12, 1e-9))
    mean = support.first_staff(city)
    for person in city.people:
        if person.found() and city.draw("opens firm", person.identity) < threshold(share):
            opened[person.area] += open_firm(city, hash_ids(0x57, person.identity, city.month), person.area, mean)
    support.remember_startups(city, opened, mean)


def open_firm(city: PlainCity, identity: int, area: int, mean: float) -> float:
    """A new private firm: its sector, the staff that it wants (geometric) and its taste for insuring them; returns the staff."""
    p, jobs = city.p, city.demand_at_start[area]
    total, u, below, sector = max(sum(jobs), 1e-9), city.share("sector of a new firm", identity), 0.0, 0
    for n in jobs[:-1]:
        below += n / total
        sector += u >= below
    firm = Employer(city, identity, area, sector, s.PRIVATE, city.month)
    u = max(city.share("first staff", identity), 1e-12)
    firm.target = 1.0 + float(log(u) / log(1.0 - 1.0 / max(mean, 1.01)) // 1)
    u = min(max(uniform(draw64(city.key("firm.taste", 0), identity)), 1e-9), 1 - 1e-9)
    firm.taste = p["compliance_spread"] * (log(u) - log(1.0 - u))
    firm.premium, firm.risk, firm.startup = premium(city, firm), int(table()[city.sectors[sector]].risk), True
    city.tell("founded_firms", area)
    return firm.target


def migrate(city: PlainCity) -> None:
    """People go, come home and settle, others arrive."""
    p = city.p
    areas = range(len(city.weight))
    city.stays = [power(city.demand_index(a), -p["local_leave_elasticity"]) for a in areas]
    attraction = [power(city.demand_index(a), p["migration_elasticity"]) for a in areas]
    movers = [max(n, 1e-9) for n in city.movers_at_start]
    city.pull = [n * x for n, x in zip(movers, attraction, strict=True)]
    city.between = [threshold(p["area_move_rate"] / 12 * (1.0 - n / sum(movers))) for n in movers]
    city.hukou = threshold(p["hukou_take_up"] / 12)
    city.each(Person, "move")
    count_staff(city)
    city.each(Person, "relocate")
    season = season_of_arrivals(city.setting.start_year + city.month // 12, city.month % 12 + 1, p["festival_arrival_share"])
    for area, yearly in enumerate(city.usual_arrivals):
        chance = p["arrival_share"] * attraction[area] * season
        for slot in range(round(yearly / 12 / p["arrival_share"])):
            identity = hash_ids(0xA1 + area * 256, city.month, slot)
            if city.share("arrive", identity) < chance:
                Person.arrive(city, identity, area)
                city.tell("arrivals", area)


def choose_scheme(city: PlainCity) -> None:
    """Whom no employer insures chooses a pension scheme."""
    city.each(Person, "choose_scheme")
