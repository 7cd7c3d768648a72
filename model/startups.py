"""Start-ups 自主创业: people who become owners, and the firms that some of them open.

    hazard a month = usual hazard(area) · lift(group)
    lift = 1 + startup_loan_effect·(loans ÷ usual − 1) + startup_training_effect·(places ÷ usual − 1)
             + startup_subsidy_effect·(subsidy − usual subsidy) ÷ monthly wage
             + founder_support_response·(places for the group − usual) ÷ the group's usual starts a year

for persons in flexible work or unemployed, 20 to 54 years old, who do not search this month. Groups: graduates under 30, outsiders, rural
locals (the two of 返乡创业), other locals. The usual hazard renews the owners who give up at the start (× startup_renewal), and the share
of founders who open a firm with staff renews the firms that closed in about the last year (× firm_renewal), so that neither stock
drifts by itself.

Loans back a share of the founders: backed ÷ founders = loans ÷ (loan_size · founders), at most .9. Backed owners give up less readily
(startup_support_survival, and the subsidy's worth on top). A new firm wants a geometric number of staff; what policy adds to the usual
founders' jobs enters demand less `displacement` (`support.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import states as s
from model.arithmetic import log
from model.blocks import rows_where
from model.compiler import lent
from model.demand import closures
from model.enrolment import taste_of_new_firms
from model.luck import chance, draw64, hash_ids, uniform
from model.rulings import while_rules_hold
from model.series import S
from model.wages import premium_of

if TYPE_CHECKING:
    from model.city import City

START_STREAM = np.uint64(0x57)
GROUPS = LOCALS, RURAL_LOCALS, OUTSIDERS, GRADUATES = range(4)
MOST_BACKED = 0.9
STARTED = ("startups", "first_registrations", "backed_startups")


@njit(inline="always")
def group_of_founder(traits, schooling, months):  # type: ignore[no-untyped-def]
    """Group of a person who could start a business, or −1 for the ages that do not."""
    if months < 240 or months >= 660:
        return -1
    if schooling & s.SCHOOLING >= s.JUNIOR_COLLEGE and months < 360:
        return 3
    return 2 if traits & s.OUTSIDER else 1 if traits & s.RURAL else 0


@njit(cache=True)
def count_groups(rows, traits, schooling, birth, area, groups, areas):  # type: ignore[no-untyped-def]
    """How many of `rows` stand in each `group_of_founder` at the start, (groups, areas)."""
    out = np.zeros((groups + 1, areas), np.int64)           # in the last line who is of no age to start
    for i in rows:
        out[group_of_founder(traits[i], schooling[i], -1 - np.int64(birth[i])), area[i]] += 1
    return out[:groups]


@lent
def found(rows, identity, area, state, note, spell, scheme, marks, key, backed, flows, founders):  # type: ignore[no-untyped-def]
    """Those of `rows` who want to start and were not hired meanwhile become owners, and are written to `founders` (int64, as many as rows);
    flows (3, areas): starts, first registrations, backed starts. Returns how many there are."""
    k = 0
    for i in rows:
        if note[i] != s.FOUNDING or (state[i] != s.FLEXIBLE and state[i] != s.UNEMPLOYED):
            continue
        state[i], spell[i], note[i] = s.OWNER, 0, s.FOUNDED
        marks[i] &= s.EVERY_MARK - s.CAUSE - s.BACKED - s.GUIDED - s.TRAINEE
        flows[0, area[i]] += 1
        if not scheme[i] & s.COUNTED:
            flows[1, area[i]] += 1
        scheme[i] = (scheme[i] & s.PENSION_KIND) | s.COUNTED
        if uniform(draw64(key, identity[i])) < backed:
            marks[i] |= s.BACKED
            flows[2, area[i]] += 1
        founders[k] = i
        k += 1
    return k


@njit(inline="always")
def first_size(draw, mean):  # type: ignore[no-untyped-def]
    """Staff that a new firm wants: geometric from 1, mean `mean`, float64."""
    return 1.0 + np.float64(np.int64(log(max(uniform(draw), 1e-12)) / log(1.0 - 1.0 / mean)))


@lent
def settle(  # type: ignore[no-untyped-def]
    founders, first, month, person, home, mean, lines, keys, identity, area, founded, alive, thin, ownership, target, sector, origin,
    distress, opened, wanted,
):
    """Each of `founders` (rows of People) opens a private firm in the own area: rows of Firms from `first` on. mean: of the staff that one
    wants; lines: cumulative shares of sectors, (areas, sectors - 1); keys: staff, sector. By area: firms `opened`, staff `wanted`."""
    for j in range(founders.size):
        f, a, who = first + j, home[founders[j]], hash_ids(START_STREAM, person[founders[j]], np.uint64(month))
        u, kind = uniform(draw64(keys[1], who)), 0
        for edge in lines[a]:
            kind += u >= edge
        identity[f], area[f], founded[f], alive[f], thin[f], ownership[f] = who, a, month, True, 1, s.PRIVATE
        target[f], sector[f], origin[f], distress[f] = first_size(draw64(keys[0], who), mean), kind, s.STARTUP, 0
        opened[a] += 1
        wanted[a] += target[f]


@njit(cache=True)
def who_opens(founders, identity, key, chance):  # type: ignore[no-untyped-def]
    """Those of the month's `founders` (rows) who open a firm with staff, int64."""
    out, k = np.empty(founders.size, np.int64), 0
    for i in founders:
        out[k] = i
        k += draw64(key, identity[i]) < chance
    return out[:k].copy()


def usual_rates(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """What renews the owners and the firms of the start: start-up hazard by area, usual starts a year by group, closures a month."""
    p, people, firms = city.setting.parameter, city.people, city.firms
    rows = rows_where(people.state, s.FLEXIBLE, s.UNEMPLOYED, people.n)
    able = count_groups(rows, people.traits, people.schooling, people.birth, people.area, len(GROUPS), city.weight.size)
    leaving = city.rows_by_area(people.state[: people.n] == s.OWNER) * p("owner_exit") / 12
    hazard = p("startup_renewal") * leaving / np.maximum(able.sum(axis=0), 1)
    usual_starts = np.array([12 * float((of_group * hazard * city.weight).sum()) for of_group in able])
    private = np.flatnonzero(firms.ownership[: firms.n] < s.STATE_ORGAN)
    closing = closures(firms.target[private], -1 - firms.founded[private].astype(np.int64), city.setting)
    lost = float((closing * city.weight[firms.area[private]] / firms.thin[private]).sum())
    return hazard, usual_starts, lost


def founders_with_staff(city: City) -> float:
    """Share of founders who open a firm with staff: such that the usual founders renew the firms that close."""
    return min(1.0, city.setting.parameter("firm_renewal") * city.usual_exits / max(float(city.usual_starts.sum()) / 12, 1e-9))


@while_rules_hold
def lifts(city: City) -> NDArray[np.float64]:
    """What policy makes of the usual hazard, by group; see the module's equation."""
    p, setting, month = city.setting.parameter, city.setting, city.month
    total = lambda name: float(setting.control(name, month).sum())  # noqa: E731
    common = 1.0
    for control, effect in (("startup_loans", "startup_loan_effect"), ("startup_training", "startup_training_effect")):
        if (usual := setting.usual(control)) > 0:
            common += p(effect) * (total(control) / usual - 1.0)
    common += p("startup_subsidy_effect") * months_of_wage(city, "startup_subsidy")
    lift = np.full(len(GROUPS), common)
    for control, groups in (("rural_founder_support", (RURAL_LOCALS, OUTSIDERS)), ("graduate_founder_support", (GRADUATES,))):
        starts = max(float(city.usual_starts[list(groups)].sum()), 1.0)
        lift[list(groups)] += p("founder_support_response") * (total(control) - setting.usual(control)) / starts
    return np.maximum(lift, 0.0)


def months_of_wage(city: City, control: str) -> float:
    """A sum of money (yuan, mean of areas) beyond the usual one, in monthly wages of the start."""
    return (float(city.setting.control(control, city.month).mean()) - city.setting.usual(control)) / city.setting.wage


@while_rules_hold
def chance_of_starting(city: City) -> NDArray[np.float64]:
    """Monthly probability of starting a business, (groups, areas)."""
    return np.minimum(lifts(city)[:, None] * city.startup_hazard[None, :], 1.0)


@while_rules_hold
def chance_of_giving_up(city: City) -> NDArray[np.float64]:
    """Monthly probability that an owner gives up, without and with support."""
    p = city.setting.parameter
    usual = p("owner_exit") / 12
    helped = 1.0 + p("startup_support_survival") * (1.0 + months_of_wage(city, "startup_subsidy"))
    return np.array([usual, usual * min(max(helped, 0.0), 1.0)])


@while_rules_hold
def backed_share(city: City) -> float:
    """Share of founders whom a guaranteed loan backs."""
    loans = float(city.setting.control("startup_loans", city.month).sum())
    return min(loans / city.setting.parameter("loan_size") / max(float(city.usual_starts.sum()), 1.0), MOST_BACKED)


@while_rules_hold
def first_staff(city: City) -> tuple[float, float]:
    """Staff that a new firm wants on average, and what policy makes of the usual founders' jobs, as a multiple."""
    p = city.setting.parameter
    mean = p("startup_first_staff") * (1.0 + p("startup_job_effect") * max(months_of_wage(city, "startup_job_subsidy"), -1.0))
    lift = float((lifts(city) * city.usual_starts).sum()) / max(float(city.usual_starts.sum()), 1e-9)
    return mean, lift * mean / p("startup_first_staff")


def open_firms(city: City, founders: NDArray[np.int64], mean: float) -> NDArray[np.float64]:
    """The firms of `founders` (rows of People), which want `mean` staff each; returns what they want in all, rows by area."""
    people, firms, areas = city.people, city.firms, len(city.setting.areas)
    first, opened, wanted = firms.n, np.zeros(areas, np.int64), np.zeros(areas)
    firms.reserve(first + founders.size)
    firms.n += founders.size
    settle(founders, first, city.month, people.id, people.area, mean, city.new_sectors, city.keys("first staff", "sector of a new firm"),
           firms.id, firms.area, firms.founded, firms.alive, firms.thin, firms.ownership, firms.target, firms.sector, firms.origin,
           firms.distress, opened, wanted)
    new = slice(first, firms.n)
    firms.taste[new] = taste_of_new_firms(city, firms.id[new])
    firms.premium[new] = premium_of(city, firms.id[new], firms.sector[new], firms.ownership[new], firms.target[new])
    firms.risk[new] = city.sector_risk[firms.sector[new]]
    city.flow("founded_firms", opened)
    return wanted


def start_up(city: City) -> None:
    """The month's founders, and the firms that they open."""
    people, p, now = city.people, city.setting.parameter, city.now
    flows, founders = np.zeros((3, len(city.setting.areas)), np.int64), np.empty(city.busy.size, np.int64)
    started = found(city.busy, people.id, people.area, people.state, people.note, people.spell, people.scheme, people.marks,
                    city.key("backed"), backed_share(city), flows, founders)
    city.flows(STARTED, flows)
    now[S.startup_loans_fen] = 100.0 * p("loan_size") * now[S.backed_startups]
    founders = who_opens(founders[:started], people.id, city.key("opens firm"), chance(founders_with_staff(city)))
    mean, lift = first_staff(city)
    city.startup_jobs_added += open_firms(city, founders, max(mean, 1.01)) * city.weight * (1.0 - 1.0 / max(lift, 0.5))
