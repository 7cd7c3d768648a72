"""Support in the market 就业服务与补贴: who stands where in the queue for posts, who registers, and what demand-side policy adds to demand.

    standing = duration(months without work) · tier(steps of skill short) · employed_standing^[in a job] · (1 + guidance_effect)^[guided]
               · (1 + traineeship_effect)^[trainee] · (1 + subsidy_standing·worth)^[young, hard to employ]
    worth: months of the usual wage that an employer is paid for hiring the young (`hiring_subsidy`) or the hard-to-employ (the share
    `hard_hire_subsidy` of 36 months of social insurance premiums at the floor base)

Standing only orders the queue (`market.queue`): one who is moved forward moves others back. What adds jobs is

    extra jobs(area) = (1 − displacement)·(jobs of start-ups beyond the usual ones + jobs that hiring subsidies add)
                       − displacement·(publicly paid posts beyond the usual ones that somebody holds)

Hiring subsidies add hiring_subsidy_effect jobs a year's wage of subsidy, and lapse within the year; jobs of start-ups lapse as small firms
close. Registration: `registration_outreach` visits add to the share of the newly unemployed who register.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import exp_of, line_sum
from model.compiler import by_parts
from model.luck import draw64, uniform
from model.moves import TIERS, tier_of
from model.rulings import while_rules_hold
from model.setting import once
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

SUBSIDY_MONTHS = 36


@njit(inline="always")
def is_young(months, schooling):  # type: ignore[no-untyped-def]
    """Under 25, or under 30 with college: whom youth programmes address."""
    return months < 300 or (schooling & s.SCHOOLING >= s.JUNIOR_COLLEGE and months < 360)


@njit(inline="always")
def is_hard(months, traits, spell):  # type: ignore[no-untyped-def]
    """Hard to employ 就业困难人员: local, without work, and 50 (women 40) or a year out of work."""
    old = months // 12 >= (40 if traits & s.FEMALE else 50)
    return (old or spell >= 12) and not traits & s.OUTSIDER


@by_parts
def stand(  # type: ignore[no-untyped-def]
    part, rows, blocks, month, identity, birth, traits, area, state, spell, scheme, schooling, skill, marks, asked, duration, short, gains,
    young_gain, hard_gain, guide, key, out,
):
    """Write to `out` the standing of each searcher in the queue of its block. asked: tier of skill that posts ask for, by block; gains: of
    the guided, of former trainees, of those in a job; young_gain, hard_gain: by block; guide: chance that a registered searcher is
    taken into guidance this month, by area."""
    for j in range(*part):
        i, block = np.uint64(rows[j]), np.uint64(blocks[j])
        standing = short[np.uint64(max(asked[block] - tier_of(schooling[i], skill[i]), 0))]
        if state[i] == s.UNEMPLOYED:
            months, a = month - np.int64(birth[i]), area[i]
            if scheme[i] & s.REGISTERED and guide[a] > 0.0 and uniform(draw64(key, identity[i])) < guide[a]:
                marks[i] |= s.GUIDED
            standing *= duration[min(spell[i], duration.size - 1)]
            if marks[i] & s.GUIDED:
                standing *= gains[0]
            if marks[i] & s.TRAINEE:
                standing *= gains[1]
            if is_young(months, schooling[i]):
                standing *= young_gain[block]
            if is_hard(months, traits[i], spell[i]):
                standing *= hard_gain[block]
        elif state[i] == s.EMPLOYED:
            standing *= gains[2]
        out[j] = standing


@once
def usual_standings(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Factors of a standing: by months of search, by steps of skill that a person lacks, and of guidance, a traineeship and a job."""
    p = city.setting.parameter
    return (exp_of(-p("duration_dependence") * np.arange(int(p("longest_queue_months")) + 1, dtype=float)),
            np.array([p("tier_standing") ** g for g in range(TIERS)]),
            np.array([1.0 + p("guidance_effect"), 1.0 + p("traineeship_effect"), p("employed_standing")]))


@while_rules_hold
def gains_of_subsidies(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Factors of a standing by block: of the young, and of the hard-to-employ, whom an employer is paid for hiring."""
    setting, each = city.setting, city.sector_tier.size
    premium = sum(city.law_value(f"{name}.employer_rate") for name in ("pension", "unemployment")) * city.law_value("bases.floor")
    young = setting.control("hiring_subsidy", city.month) / setting.wage
    hard = setting.control("hard_hire_subsidy", city.month) * SUBSIDY_MONTHS * premium / setting.wage
    effect = setting.parameter("subsidy_standing")
    return np.repeat(1.0 + effect * young, each), np.repeat(1.0 + effect * hard, each)


@once
def tiers_asked(city: City) -> NDArray[np.int64]:
    """Tier of skill that posts ask for, by block."""
    return np.tile(city.sector_tier, len(city.setting.areas))


def standings(city: City, rows: NDArray[np.int64], blocks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standing of the searchers `rows`, who look in `blocks`; takes this month's share of the registered into guidance."""
    people = city.people
    guide = city.setting.control("job_guidance", city.month) / 12 / np.maximum(city.stock("registered"), 1.0)
    out = np.empty(rows.size)
    across(stand, rows.size, rows, blocks, city.month, people.id, people.birth, people.traits, people.area, people.state, people.spell,
           people.scheme, people.schooling, people.skill, people.marks, tiers_asked(city), *usual_standings(city),
           *gains_of_subsidies(city), guide, city.key("guidance"), out)
    return out


@njit(cache=True)
def jobs_beyond(  # type: ignore[no-untyped-def]
    units, area, weight, usual_posts, force, opened, waiting, lapse, startup_jobs, subsidy, hiring_jobs, effect, young_hires, displaced,
):
    """See `extra_jobs`. units: firms of the publicly paid posts that somebody holds; usual_posts: how many would be held, divided among
    areas by their `force`; opened, waiting: permanent public posts so far, and those of them not yet filled; subsidy: what is paid for a
    hire beyond the usual, in wages of a year. The jobs of start-ups and of hiring subsidies, by area, are brought up to date."""
    out, held, whole = np.empty(weight.size), np.zeros(weight.size, np.int64), line_sum(force)
    for f in units:
        held[area[f]] += 1
    for a in range(weight.size):
        startup_jobs[a] *= lapse
        hiring_jobs[a] *= 1.0 - 1.0 / 12
        hiring_jobs[a] += effect * subsidy[a] * young_hires[a]
        posts = held[a] * weight[a] - usual_posts * force[a] / whole + opened[a] - waiting[a]
        out[a] = (1.0 - displaced) * (startup_jobs[a] + hiring_jobs[a]) - displaced * posts
    return out


@while_rules_hold
def hiring_subsidy(city: City) -> NDArray[np.float64]:
    """What is paid for a hire beyond the usual, in wages of a year, by area."""
    setting = city.setting
    return (setting.control("hiring_subsidy", city.month) - setting.usual("hiring_subsidy")) / (12 * setting.wage)


def extra_jobs(city: City) -> NDArray[np.float64]:
    """Jobs that demand-side policy adds to private demand, less what it displaces, by area; the jobs so far lapse by a month."""
    p = city.setting.parameter
    added: NDArray[np.float64] = jobs_beyond(
        city.funded.units(), city.firms.area, city.weight, city.funded.usual(city), city.force_at_start, city.public_posts_added,
        city.public_posts_waiting, 1.0 - p("firm_exit_micro") / 12, city.startup_jobs_added, hiring_subsidy(city), city.hiring_jobs_added,
        p("hiring_subsidy_effect"), city.young_hires, p("displacement"))
    return added


@njit(cache=True)
def reached(visits, usual, force, unemployed, effect):  # type: ignore[no-untyped-def]
    """See `outreach`. usual: visits of the year before the run, divided among areas by their `force`."""
    out, whole = np.empty(visits.size), max(line_sum(force), 1.0)
    for a in range(visits.size):
        out[a] = max(1.0 + effect * (visits[a] - usual * force[a] / whole) / max(unemployed[a], 1.0), 0.0)
    return out


def outreach(city: City) -> NDArray[np.float64]:
    """Multiplier of the chance to register, by area: 1 + outreach_effect·visits beyond the usual ÷ unemployed."""
    setting = city.setting
    multiplier: NDArray[np.float64] = reached(setting.control("registration_outreach", city.month), setting.usual("registration_outreach"),
                                              city.force(), city.stock("unemployed"), setting.parameter("outreach_effect"))
    return multiplier
