"""From a setting to the people and firms of the baseline date, area by area."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import commuting
from model import states as s
from model.arithmetic import exp_of, log_of
from model.blocks import past_legal
from model.distress import hoarding
from model.firms import Firms
from model.lists import rows_that
from model.luck import decision_key
from model.people import People
from model.setting import AGES
from model.synthesis.employers import Employers, describe, firm_ids, offset_of, pareto_sizes, sample
from model.synthesis.jobs import Quotas, give_out, quotas
from model.synthesis.roster import AreaRoster, Margins, area_roster
from model.synthesis.skills import Carry, certify, technical_students
from model.tenure import months_in_job
from model.wages import premium_of

if TYPE_CHECKING:
    from model.city import City

STAY_WHOLE = 300_000            # areas with a smaller roster keep rows enough for any question, whatever the scale:
LEAST_ROWS = STAY_WHOLE // 20   # as many as the smallest of the others has at scale 20
MONTHS = np.uint32(12)
ALIKE = len(s.STATE_NAMES) * 12 * AGES         # kinds of persons: what they do, month of birth, age


def weights_up_to(scale: int) -> list[int]:
    """The scale divided by its least prime factor, again and again down to 1. Each weight divides those before it, so that rows can be
    split and joined between any two areas (`relocation`): 20 → 20, 10, 5, 1."""
    found = [scale]
    while found[-1] > 1:
        last = found[-1]
        found.append(last // next((k for k in range(2, math.isqrt(last) + 1) if last % k == 0), last))
    return found


def area_weight(city: City, area: int, scale: int) -> int:
    """Real persons that one row of `area` stands for."""
    setting = city.setting
    roster = int(setting.residents[area].sum() + setting.away[area].sum())
    if roster >= STAY_WHOLE or city.thin_everything:
        return scale
    return next((weight for weight in weights_up_to(scale) if roster >= weight * LEAST_ROWS), 1)


def _companies(city: City, area: int, wanted: Quotas, weight: int, total_private: float) -> tuple[Employers, NDArray[np.uint64]]:
    number = max(1, int(round(city.setting.firms * wanted.private / max(total_private, 1.0))))
    sizes = pareto_sizes(number, int(round(wanted.private)), city.setting.parameter("firm_size_tail"))
    quota = int(round(wanted.private / weight))
    made = sample(sizes, weight, offset_of(city.luck, area, weight), quota)
    return made, firm_ids(area, 0, made.number)


def _offices(city: City, area: int, wanted: Quotas, weight: int) -> tuple[Employers, NDArray[np.uint64]]:
    sizes = pareto_sizes(max(2, int(wanted.public / city.setting.parameter("public_unit_staff"))), int(round(wanted.public)), 1.5)
    made = sample(sizes, weight, offset_of(city.luck, area + 128, weight), int(round(wanted.public / weight)))
    return made, firm_ids(area, 1, made.number)


def overhang(city: City, ids: NDArray[np.uint64], real: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of staff that firms hold beyond what they want at the start: a third of them hold none, the others an exponential amount.

    The mean grows with the luck that firms sit out before they lay off (`distress.hoarding`); a third and .85 of it are what the standing
    state of the model itself comes to.
    """
    _, luck, slope = hoarding(city.setting)
    mean = 0.85 * luck * exp_of(slope * log_of(np.maximum(real, 1) / 10.0))
    u = city.lasting_draws("overhang", ids)
    return np.where(u < 1 / 3, 0.0, np.minimum(-mean * log_of(np.maximum(1.5 * (1.0 - u), 1e-12)), 0.6))


def _enter_firms(city: City, area: int, made: Employers, ids: NDArray[np.uint64], public: bool) -> NDArray[np.int64]:
    """Append the employers of one area to Firms; returns their rows."""
    firms, p = city.firms, city.setting.parameter
    key = lambda name: decision_key(city.luck, f"firm.{name}", 0)  # noqa: E731
    first = firms.n
    rows = slice(first, first + ids.size)
    firms.reserve(rows.stop)
    firms.n = rows.stop
    sector, owner, age, taste = describe(ids, made.real, city.private_sectors, key("sector"), key("ownership"), key("age"), key("taste"),
                                         p("foreign_share"), p("compliance_spread"), p("foreign_bonus"),
                                         p("firm_exit_small") / 12)
    if public:
        organ = city.draw_values(key("organ"), ids) < p("organ_share")
        owner = np.where(organ, s.STATE_ORGAN, s.PUBLIC_UNIT).astype(np.uint8)
        sector = np.full(ids.size, len(city.sector_names) - 1, np.uint8)
    firms.id[rows], firms.area[rows], firms.sector[rows], firms.ownership[rows] = ids, area, sector, owner
    firms.founded[rows], firms.alive[rows], firms.thin[rows] = -1 - age, True, made.thin
    firms.staff[rows] = firms.desired[rows] = made.rows
    firms.target[rows], firms.taste[rows] = made.real, taste
    firms.premium[rows] = premium_of(city, ids, sector, owner, made.real.astype(float))
    firms.risk[rows] = city.sector_risk[sector]
    if not public:
        firms.target[rows] = made.real * (1.0 - overhang(city, ids, made.real))
        rounding = city.lasting_draws("rounding", ids)
        firms.desired[rows] = np.minimum(made.rows, np.maximum(1, (firms.target[rows] / made.thin + rounding).astype(np.int64)))
    return np.arange(first, rows.stop)


@njit(cache=True)
def _copy(  # type: ignore[no-untyped-def]
    order, identity, birth, traits, state, schooling, skill, course, firm, to_identity, to_birth, to_traits, to_state, to_schooling,
    to_skill, to_course, to_firm,
):
    """What the persons of an area are, in `order`, into as many rows of People."""
    for j in range(order.size):
        i = np.uint64(order[j])
        to_identity[j], to_birth[j], to_traits[j], to_state[j] = identity[i], birth[i], traits[i], state[i]
        to_schooling[j], to_skill[j], to_course[j], to_firm[j] = schooling[i], skill[i], course[i], firm[i]


def _enter_people(city: City, area: int, roster: AreaRoster, order: NDArray[np.intp], firm: NDArray[np.int32],
                  course: NDArray[np.uint8]) -> None:
    """Append the persons of one area to People, in `order` (staff by firm first, so that neighbours share an employer)."""
    people = city.people
    rows = slice(people.n, people.n + order.size)
    people.reserve(people.n + order.size)
    people.n += order.size
    people.area[rows] = area
    _copy(order, roster.identity, roster.birth, roster.traits, roster.state, roster.schooling, roster.skill, course, firm,
          people.id[rows], people.birth[rows], people.traits[rows], people.state[rows], people.schooling[rows], people.skill[rows],
          people.course[rows], people.firm[rows])


@njit(cache=True)
def like_beside_like(state, birth, placed):  # type: ignore[no-untyped-def]
    """The rows of a roster, int64: those `placed`, then like beside like: those who do the same, of them those with a birthday in the same
    month, by age. Then kernels guess better what comes next, and find the rows that a month concerns side by side."""
    n, key, out = state.size, np.empty(state.size, np.uint16), np.empty(state.size, np.int64)
    for i in range(n):
        months = np.uint32(-1 - np.int32(birth[i]))
        key[i] = (np.uint32(state[i]) * MONTHS + months % MONTHS) * np.uint32(AGES) + min(months // MONTHS, np.uint32(AGES - 1))
    out[: placed.size] = placed
    for i in placed:
        key[i] = ALIKE
    place = np.zeros(ALIKE + 2, np.int64)
    for i in range(n):
        place[key[i] + 1] += 1
    place[0] = placed.size
    for k in range(1, ALIKE + 1):
        place[k] += place[k - 1]
    for i in range(n):
        if key[i] < ALIKE:
            out[place[key[i]]] = i
            place[key[i]] += 1
    return out


def first_spells(city: City, rows: slice) -> NDArray[np.uint8]:
    """Months in the state of the start of `rows`: tenure in a private job as staying makes it, in a public one even since 22, without work
    with a declared mean; two years for the others (assumption)."""
    people, firms = city.people, city.firms
    state, ids, firm, out = people.state[rows], people.id[rows], people.firm[rows], np.full(rows.stop - rows.start, 24, np.uint8)
    grown = lambda those: np.maximum(-1 - people.birth[rows][those].astype(np.int64) - 12 * 16, 0)  # noqa: E731
    staff, jobless = np.flatnonzero(state == s.EMPLOYED), np.flatnonzero(state == s.UNEMPLOYED)
    public = firms.ownership[firm[staff]] >= s.STATE_ORGAN
    private, public = staff[~public], staff[public]
    u = city.lasting_draws("spell at start", ids[private])
    age_of_firm = -1 - firms.founded[firm[private]].astype(np.int64)
    out[private] = months_in_job(city.tenure.stay, u, np.minimum(grown(private), age_of_firm))
    u = city.lasting_draws("spell at start", ids[public])
    out[public] = np.minimum(u * np.maximum(grown(public) - 72, 1), 255)
    u, mean = city.lasting_draws("spell at start", ids[jobless]), city.setting.parameter("unemployed_months_at_start")
    out[jobless] = np.minimum(np.minimum(-mean * log_of(np.maximum(1.0 - u, 1e-9)), 60), grown(jobless))
    return out


def past_legal_ages(city: City, roster: AreaRoster) -> NDArray[np.bool_]:
    """Who of the roster is past the legal retirement age at the baseline date, one flag a row."""
    return past_legal(-1, roster.birth, roster.traits, city.legal_ages, city.first_birth)


@njit(cache=True)
def _could_retire(state, traits, past):  # type: ignore[no-untyped-def]
    """Flags, uint8: local non-farm persons out of the labour force and `past` the legal age."""
    flags = np.empty(state.size, np.uint8)
    for i in range(state.size):
        flags[i] = (state[i] == s.INACTIVE) & past[i] & (traits[i] & (s.OUTSIDER | s.RURAL) == 0)
    return flags


def _retire(city: City, roster: AreaRoster, past: NDArray[np.bool_]) -> None:
    """Local non-farm persons past the legal age who are out of the labour force draw the employee pension, in the declared share."""
    due = rows_that(_could_retire(roster.state, roster.traits, past))
    draws = city.lasting_draws("pensioner", roster.identity[due])
    roster.state[due[draws < city.setting.parameter("urban_pensioner_share")]] = s.RETIRED


def populate(city: City, tables: Margins, scale: int) -> None:
    """Fill `city.people` and `city.firms` and set `city.weight`. Sizes: see `roster` and `employers`."""
    setting = city.setting
    areas = range(len(setting.areas))
    split = [quotas(setting, tables, a) for a in areas]
    city.weight = np.array([area_weight(city, a, scale) for a in areas], np.float64)
    total_private = sum(q.private for q in split)
    workers = np.array([q.unemployed + q.public + q.private + q.owners + q.flexible for q in split])
    carry = Carry()
    everyone = sum(int(setting.residents[a].sum() + setting.away[a].sum()) / city.weight[a] for a in areas)
    city.people, city.firms = People(int(everyone * 1.03) + 4096), Firms(4096)
    ends = [0]
    for a in areas:
        weight = int(city.weight[a])
        roster = area_roster(setting, tables, a, weight, offset_of(city.luck, a, weight), city.luck)
        retired = past_legal_ages(city, roster)
        jobs = give_out(roster, split[a], retired, city.luck)
        _retire(city, roster, retired)
        certify(setting, roster, jobs[s.PUBLIC_UNIT], float(workers[a] / workers.sum()), carry, city.luck)
        course = np.zeros(roster.identity.size, np.uint8)
        course[technical_students(setting, roster, float(workers[a] / workers.sum()), carry, city.luck)] = s.TECHNICAL_SCHOOL
        firm = np.full(roster.identity.size, s.NOBODY, np.int32)
        staff = []
        for group, public in ((s.PUBLIC_UNIT, True), (s.PRIVATE, False)):
            made, ids = _offices(city, a, split[a], weight) if public else _companies(city, a, split[a], weight, total_private)
            rows = _enter_firms(city, a, made, ids, public)
            slots = np.repeat(rows, made.rows)
            takers = jobs[group][: slots.size]
            firm[takers] = slots[: takers.size]
            roster.state[jobs[group][slots.size:]] = s.FLEXIBLE
            staff.append(takers)
        _enter_people(city, a, roster, like_beside_like(roster.state, roster.birth, np.concatenate(staff)), firm, course)
        ends.append(city.people.n)
    commuting.change_places(city)
    for first, end in pairwise(ends):
        city.people.spell[first:end] = first_spells(city, slice(first, end))
    city.count_staff()
