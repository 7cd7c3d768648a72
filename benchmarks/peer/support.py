"""Support in the plain city: standing in the queue, flexible work, start-ups' chances, incubators, and what policy adds to demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model import states as s
from model.arithmetic import exp, log, power
from model.sectors import table

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.person import Person


def is_young(person: Person) -> bool:
    """Under 25, or under 30 with college."""
    return person.months < 300 or (person.schooling & s.SCHOOLING >= s.JUNIOR_COLLEGE and person.months < 360)


def is_hard(person: Person) -> bool:
    """A local without work who is over 50 (women 40), or a year without work."""
    old = person.months // 12 >= (40 if person.female else 50)
    return (old or person.spell >= 12) and not person.outsider


def tier_of(person: Person) -> int:
    """Tier of skill: 2 with college or a title, 1 with senior secondary school or a grade."""
    level = person.schooling & s.SCHOOLING
    if level >= s.JUNIOR_COLLEGE or person.skill & s.TITLE:
        return 2
    return 1 if level >= s.SENIOR_SECONDARY or person.skill & s.GRADE else 0


def beyond_usual(city: PlainCity, control: str) -> float:
    """A sum of money (mean of areas) beyond the usual one, in monthly wages."""
    values = city.control(control)
    return (sum(values) / len(values) - city.setting.usual(control)) / city.setting.wage


# --- demand ---


def extra_jobs(city: PlainCity) -> list[float]:
    """Jobs that policy adds to private demand, less what it displaces, by area."""
    p, setting, areas = city.p, city.setting, range(len(city.weight))
    keep = 1.0 - p["firm_exit_micro"] / 12
    city.startup_jobs_added = [x * keep for x in city.startup_jobs_added]
    more = [(x - setting.usual("hiring_subsidy")) / (12 * setting.wage) for x in city.control("hiring_subsidy")]
    city.hiring_jobs_added = [
        city.hiring_jobs_added[a] * (1.0 - 1.0 / 12) + p["hiring_subsidy_effect"] * more[a] * city.young_hires[a] for a in areas
    ]
    held = [0.0 for _ in areas]
    for _, unit, _ in city.funded:
        held[unit.area] += city.weight[unit.area]
    months = city.month + 1
    usual = setting.usual("hard_to_employ_posts") / 12 * min(months, setting.usual("welfare_post_months"))
    usual += setting.usual("traineeships") / 12 * min(months, p["traineeship_months"])
    out = []
    for a in areas:
        posts = held[a] - usual * city.force_at_start[a] / sum(city.force_at_start) + city.public_posts_added[a]
        posts -= city.public_posts_waiting[a]
        out.append((1.0 - p["displacement"]) * (city.startup_jobs_added[a] + city.hiring_jobs_added[a]) - p["displacement"] * posts)
    return out


def end_month_of_exits(city: PlainCity) -> None:
    """Remember how many firms close in a usual month."""
    closed = sum(n * w for n, w in zip(city.told["firm_exits"], city.weight, strict=True))
    city.usual_exits += 1 / 12 * (closed - city.usual_exits)


def steady_growth(city: PlainCity) -> float:
    """Growth of firms' demand since the start, without shocks."""
    total, grown = sum(map(sum, city.demand_at_start)), 0.0
    for k, sector in enumerate(city.sectors[:-1]):
        name = "industry" if table()[sector].branch == "secondary" else "services"
        factor, elasticity = 1.0, city.p[f"employment_elasticity_{name}"]
        for m in range(city.month + 1):
            factor *= 1.0 + elasticity * city.setting.growth.get(city.setting.start_year + m // 12, 0.0) / 12.0
        grown += sum(row[k] for row in city.demand_at_start) * factor
    return grown / max(total, 1e-9)


# --- before people decide ---


def open_decisions(city: PlainCity) -> None:
    """The month's chances of flexible work, of starting and of giving up a business, and of registering."""
    p, setting, areas = city.p, city.setting, range(len(city.weight))
    visits = city.control("registration_outreach")
    force, total = city.force(), max(sum(city.force()), 1.0)
    usual = setting.usual("registration_outreach")
    city.registration = [
        min(p["registration"] * max(1.0 + p["outreach_effect"] * (visits[a] - usual * (force[a] / total))
            / max(city.stock("unemployed", a), 1.0), 0.0), 1.0) for a in areas
    ]  # fmt: skip
    growth, sites = steady_growth(city), city.control("gig_markets")
    usual_sites = setting.usual("gig_markets") / max(sum(city.force_at_start), 1.0) * 1e5
    city.flexible_work = []
    for a in areas:
        places = city.flexible_at_start[a] * growth * power(force[a] / city.force_at_start[a], p["demand_response"])
        gap = 1.0 - city.stock("flexible", a) / max(places, 1e-9) if places > 0 else 0.0
        city.flexible_pull[a] = min(max(city.flexible_pull[a] + gap, -2.0), 2.0)
        ease = max(1.0 + p["gig_market_effect"] * (sites[a] / max(force[a], 1.0) * 1e5 - usual_sites), 0.0)
        pull = exp(min(max(10.0 * gap + city.flexible_pull[a], -4.0), 2.0))
        city.flexible_work.append(min(p["take_flexible_work"] * ease * pull, 0.5))
    lift = lifts(city)
    city.beginning = [[min(x * hazard, 1.0) for hazard in city.startup_hazard] for x in lift]
    giving_up = p["owner_exit"] / 12
    helped = 1.0 + p["startup_support_survival"] * (1.0 + beyond_usual(city, "startup_subsidy"))
    city.giving_up = (giving_up, giving_up * min(max(helped, 0.0), 1.0))
    city.backed = min(sum(city.control("startup_loans")) / p["loan_size"] / max(sum(city.usual_starts), 1.0), 0.9)


def lifts(city: PlainCity) -> list[float]:
    """What policy makes of the usual start-up hazard, by group of founders."""
    p, common = city.p, 1.0
    for control, usual, effect in (
        ("startup_loans", city.usual_loans, "startup_loan_effect"),
        ("startup_training", city.usual_startup_places, "startup_training_effect"),
    ):
        if usual > 0:
            common += p[effect] * (sum(city.control(control)) / usual - 1.0)
    common += p["startup_subsidy_effect"] * beyond_usual(city, "startup_subsidy")
    lift = [common] * 4
    for control, groups in (("rural_founder_support", (1, 2)), ("graduate_founder_support", (3,))):
        starts = max(sum(city.usual_starts[g] for g in groups), 1.0)
        for g in groups:
            lift[g] += p["founder_support_response"] * (sum(city.control(control)) - city.setting.usual(control)) / starts
    return [max(x, 0.0) for x in lift]


# --- the market ---


def open_market(city: PlainCity) -> list[float]:
    """Where people look this month, and what their standing is made of; returns jobs by area."""
    p, setting = city.p, city.setting
    city.standing = {}
    city.young_hires = [0.0] * len(city.weight)
    usual_share = max(p["usual_unfilled_posts"], 1e-3)
    city.ways, total = [], []
    for a, row in enumerate(city.demand):
        jobs = [n + 1e-9 for n in [*row, city.open_public[a] / usual_share]]
        city.ways.append([[cumulative(jobs, near) for near in tiers] for tiers in city.nearness])
        total.append(sum(jobs))
    city.guide = [x / 12 / max(city.stock("registered", a), 1.0) for a, x in enumerate(city.control("job_guidance"))]
    premium = (city.law("pension.employer_rate") + city.law("unemployment.employer_rate")) * city.law("bases.floor")
    city.young_gain = [1.0 + p["subsidy_standing"] * (x / setting.wage) for x in city.control("hiring_subsidy")]
    city.hard_gain = [1.0 + p["subsidy_standing"] * (x * 36 * premium / setting.wage) for x in city.control("hard_hire_subsidy")]
    return total


def cumulative(jobs: list[float], near: list[float]) -> list[float]:
    """Cumulative chances in proportion to jobs × near."""
    import numpy as np

    chances = np.array(jobs) * np.array(near)
    return np.cumsum(chances / chances.sum()).tolist()


def stand(city: PlainCity, person: Person, work: int, sector: int) -> float:
    """Standing of a searcher in the queue of a sector in area `work`."""
    p, a = city.p, person.area
    standing = p["tier_standing"] ** max(city.sector_tier[sector] - tier_of(person), 0)
    if person.state == s.UNEMPLOYED:
        if person.registered and city.guide[a] > 0.0 and city.share("guidance", person.identity) < city.guide[a]:
            person.marks |= s.GUIDED
        standing *= exp(-p["duration_dependence"] * float(min(person.spell, int(p["longest_queue_months"]))))
        standing *= 1.0 + p["guidance_effect"] if person.marks & s.GUIDED else 1.0
        standing *= 1.0 + p["traineeship_effect"] if person.marks & s.TRAINEE else 1.0
        standing *= city.young_gain[work] if is_young(person) else 1.0
        standing *= city.hard_gain[work] if is_hard(person) else 1.0
    elif person.state == s.EMPLOYED:
        standing *= p["employed_standing"]
    return standing


def feel_tightness(city: PlainCity) -> None:
    """Posts for each searcher last month against the start, smoothed."""
    city.tightness += 0.2 * (city.posts_a_searcher / city.usual_posts_a_searcher - city.tightness)


def set_export(city: PlainCity) -> None:
    """Chance of going away for farm workers who looked and found nothing, by area."""
    looked = [0.0] * len(city.weight)
    for person in city.people:
        if person.note == s.FARM_SEARCHING and person.state == s.FARM:
            looked[person.area] += city.weight[person.area]
    usual = city.setting.usual("labour_export_service") / len(looked)
    city.export = [
        min(max(city.p["labour_export"] + (x - usual) / 12 * city.p["transfer_service_response"] / max(looked[a], 1.0), 0.0), 1.0)
        for a, x in enumerate(city.control("labour_export_service"))
    ]


# --- start-ups ---


def first_staff(city: PlainCity) -> float:
    """Mean staff that a new firm with staff wants."""
    return city.p["startup_first_staff"] * (1.0 + city.p["startup_job_effect"] * max(beyond_usual(city, "startup_job_subsidy"), -1.0))


def remember_startups(city: PlainCity, opened: list[float], mean: float) -> None:
    """Jobs of start-ups beyond those of the usual ones."""
    lift = sum(x * n for x, n in zip(lifts(city), city.usual_starts, strict=True)) / max(sum(city.usual_starts), 1e-9)
    lift *= mean / city.p["startup_first_staff"]
    for a, staff in enumerate(opened):
        city.startup_jobs_added[a] += staff * city.weight[a] * (1.0 - 1.0 / max(lift, 0.5))


def host(city: PlainCity) -> None:
    """Grown firms leave the incubators, free places are given away, and the hosted are counted."""
    t = city.month
    young = [f for f in city.firms if f.alive and f.startup and t - f.founded <= 36]
    for firm in young:
        firm.hosted = firm.hosted and t - firm.founded < 36
    places = city.whole("incubator_places", city.control("incubator_places"))
    waiting = [f for f in young if t - f.founded < 24 and not f.incubated]
    waiting.sort(key=lambda f: -log(max(city.share("incubator", f.identity), 1e-18)) / f.target)
    for a, count in enumerate(places):
        free = count - sum(f.hosted for f in young if f.area == a)
        for firm in [f for f in waiting if f.area == a][: max(free, 0)] if count else []:
            firm.hosted = firm.incubated = True
    for firm in young:
        if firm.hosted:
            city.tell("incubated_firms", firm.area)
            city.tell("incubated_staff", firm.area, firm.staff + 1.0)
