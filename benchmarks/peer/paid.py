"""Pay in the plain city: what a firm offers a person, and how wages in force change in January and under a new minimum wage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peer.luck import draw64, uniform
from model import states as s
from model.arithmetic import exp, log, power
from model.luck_reference import mix64

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.employer import Employer
    from benchmarks.peer.person import Person

YEARS = (6, 9, 12, 15, 16, 19, 22, 6)
SD = 1.8137993642342178


def logistic_of(draw: int) -> float:
    """A draw as a logistic variable of sd 1."""
    u = min(max(uniform(draw), 1e-9), 1.0 - 1e-9)
    return log(u / (1.0 - u)) / SD


def level_of_offers(city: PlainCity) -> float:
    """What offers have become since the start."""
    return power(1.0 + city.p["wage_growth"], max(city.month + 1, 0) / 12) * power(city.tightness, city.p["wage_response"])


def premium(city: PlainCity, firm: Employer) -> float:
    """Log wage of a new firm above the city's level."""
    u = min(max(city.taste("wage policy", firm.identity), 1e-9), 1 - 1e-9)
    own = city.p["wage_firm_sd"] * (log(u) - log(1.0 - u)) / SD
    size = city.p["wage_size_premium"] * log(max(firm.target, 1.0) / 10.0)
    return float(np.float32(city.sector_premium[firm.sector] + own + size))


def offer(person: Person, firm: Employer) -> float:
    """A month's pay in tens of yuan, before rounding."""
    city, p = person.model, person.model.p
    years = YEARS[person.schooling & s.SCHOOLING]
    x = min(max(person.months / 12.0 - years - 6.0, 0.0), 45.0)
    value = p["schooling_return_rural" if person.rural else "schooling_return_urban"] * (years - 12.0)
    value = value + p["experience_gain"] * x + p["experience_bend"] * x * x + firm.premium
    grade = person.skill & s.GRADE
    if grade > s.NO_GRADE:
        value += p["skill_premium"] * (1.0 if grade >= s.SENIOR_WORKER else 0.5)
    value += p["title_premium"] * ((person.skill & s.TITLE) >> s.TITLE_SHIFT) / 3.0
    own, match = (
        draw64(city.key(f"lasting.{n}", 0), i) for n, i in (("earning power", person.identity), ("match", person.identity ^ firm.identity))
    )
    value += p["wage_person_sd"] * logistic_of(own) + p["wage_match_sd"] * logistic_of(match)
    return min(max(city.wage_level * level_of_offers(city) * exp(value), city.minimum_wage) * 0.1, 65535.0)


def raise_wages(city: PlainCity) -> None:
    """January's revision, or a higher minimum wage."""
    p, floor, index = city.p, city.minimum_wage, level_of_offers(city)
    january = city.month > 0 and city.month % 12 == 0
    if not january and floor <= city.floor_in_force:
        return
    for person in city.people:
        if person.state != s.EMPLOYED:
            continue
        if january:
            x = min(max(person.months // 12 - YEARS[person.schooling & s.SCHOOLING] - 6, 0), 45)
            gain = exp(p["experience_gain"] + p["experience_bend"] * (2.0 * x + 1.0)) if x < 45 else 1.0
            value = person.wage * (gain * (index / city.wage_in_force)) + uniform(mix64(person.identity + city.month))
            person.wage = int(min(max(value, floor / 10.0), 65535.0))
        elif person.wage < floor / 10.0:
            person.wage = int(floor / 10.0)
    city.floor_in_force = floor
    if january:
        city.wage_in_force = index
