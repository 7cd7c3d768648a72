"""Migration: workers from elsewhere come and go home, hukou holders leave and return, young graduates stay or go, outsiders settle 落户.

    go home      outsiders, with a yearly hazard; `festival_exit_share` of it in the month before the Spring Festival, by its date
    young        with college and under 32: rate · (ratio if at work) · (ratio if local) · tenure_ratio^(years in the present state)
    local        without work: local_leave_rate · (labour demand ÷ its start)^−local_leave_elasticity
    come home    hukou holders of 18 to 59 who live elsewhere and do not study there, with a yearly hazard and the same season
    arrive       a list of candidates by area and month exists in every scenario; candidate c comes if its draw is below
                 arrival_share · (labour demand ÷ its start)^migration_elasticity · season (most after the festival)
    settle 落户   outsiders at work who pay into the employee pension, after the months that the city asks for

Persons are conserved: who leaves is a departure, who settles stays a resident and becomes a hukou holder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from model import relocation
from model import states as s
from model.arithmetic import exp_of, log, power, power_of
from model.blocks import BLOCK, DRAWN, dismiss, go_elsewhere, leave_job, listed, vanish
from model.compiler import by_parts, lent
from model.lists import ANY, bits, those
from model.luck import ALL, draw64, hash_ids, place_on, threshold, top_of, tops_of, uniform
from model.luck import chance as chance_of
from model.luck import thresholds as thresholds_of
from model.rulings import while_rules_hold
from model.schooling import arrive_schooled
from model.series import S
from model.setting import once
from model.spring_festival import season_of_arrivals, season_of_exits
from model.threads import across
from model.training import bring_grades

if TYPE_CHECKING:
    from model.city import City

ARRIVAL_STREAM = np.uint64(0xA1)
RETURNS, DEPARTURES, EXITS, SETTLED = S.returns, S.departures, S.roster_exits, S.settled
YOUNG = (12 * 22, 12 * 32)
TENURES = 6                                             # full years in the present state: 0, 1, … 5 or more


@njit(cache=True)
def candidates(count, area, month, key, chance):  # type: ignore[no-untyped-def]
    """Ids of those of the `count` candidates of `area` who come this month."""
    out = np.empty(count, np.uint64)
    k = 0
    for slot in range(count):
        who = hash_ids(ARRIVAL_STREAM + np.uint64(area) * np.uint64(256), np.uint64(month), np.uint64(slot))
        if uniform(draw64(key, who)) < chance:
            out[k] = who
            k += 1
    return out[:k]


@njit(cache=True)
def newcomers(counts, month, key, chances):  # type: ignore[no-untyped-def]
    """`candidates` of every area who come this month, area after area, and their areas; counts, chances: by area."""
    out, where, k = np.empty(counts.sum(), np.uint64), np.empty(counts.sum(), np.int64), 0
    for a in range(counts.size):
        who = candidates(counts[a], a, month, key, chances[a])
        out[k: k + who.size], where[k: k + who.size] = who, a
        k += who.size
    return out[:k].copy(), where[:k].copy()


@lent
def move_in(  # type: ignore[no-untyped-def]
    rows, who, month, identity, birth, traits, area, state, spell, firm, where, ages, women, rural, keys,
):
    """Persons `who` from elsewhere take vacant `rows` in areas `where` as job seekers without local hukou.

    ages: cumulative shares by single year; women, rural: shares. keys: age, sex, hukou.
    """
    for j in range(rows.size):
        i = rows[j]
        identity[i] = who[j]
        birth[i] = month - 12 * place_on(ages, uniform(draw64(keys[0], who[j]))) - np.int64(who[j] % np.uint64(12))
        traits[i] = s.OUTSIDER | (s.FEMALE if uniform(draw64(keys[1], who[j])) < women else 0)
        if uniform(draw64(keys[2], who[j])) < rural:
            traits[i] |= s.RURAL
        area[i], state[i], spell[i], firm[i] = where[j], s.UNEMPLOYED, 0, s.NOBODY


@lent
def draw_by_place(key_away, key_here, home, most, identity, state, out, tops, flags):  # type: ignore[no-untyped-def]
    """Draws of a stretch of persons, of those who live elsewhere by a key of their own, and flags of those that may lie below `home` or
    `most`. tops: room for `luck.tops_of` the draws."""
    for j in range(identity.size):
        out[j] = draw64(key_away if state[j] == s.AWAY else key_here, identity[j])
    tops_of(out[: identity.size], tops)
    near, far = top_of(most), top_of(home)
    for j in range(identity.size):
        flags[j] = tops[j] <= (far if state[j] == s.AWAY else near)


@lent
def who_stirs(soonest, state, traits, spell, scheme, flags):  # type: ignore[no-untyped-def]
    """Of those flagged for a draw below every chance that they may have, keep who has one; add whom, after `soonest` months, 落户 may
    befall. All of it in bytes, of which vector instructions take most at a time."""
    for j in range(state.size):
        doing, held = state[j], scheme[j]
        settles = ((bits(traits[j], s.OUTSIDER) != 0) & (doing >= s.EMPLOYED) & (doing <= s.OWNER)
                   & (bits(held, s.PENSION_KIND) >= s.EMPLOYEE_SCHEME) & (bits(held, s.PAYING) != 0) & (spell[j] >= soonest))
        here = (doing >= s.FARM) & (doing <= s.INACTIVE)
        flags[j] = (here & ((flags[j] != 0) | settles)) | ((doing == s.AWAY) & (flags[j] != 0))


@by_parts
def move(  # type: ignore[no-untyped-def]
    part, n, month, identity, birth, traits, area, state, note, spell, scheme, firm, schooling, marks, tally, home, go, young, local,
    between, wait, take_up, register, most, left, leavers, keys, lost, moving,
):
    """One month of comings, goings and settling of those on the roster; who moves between areas is marked MOVING.

    Thresholds: home and go (yearly hazards × season), young by (area, outsider, at work, years in the state), local and between by
    area, take_up a month; who is here and whose draw is not below `most` neither leaves nor moves. wait: months of insured work
    before 落户 by (area, college); register: probability. keys: come home, register, leave, settle. The firms that lose staff are listed in
    `left`, block by block, once a person, and in `leavers` the rows of those who move: `lost` and `moving` of each block.
    """
    soonest = np.uint8(min(max(np.ceil(wait.min()), 0.0), 255.0))
    for b in range(*part):
        draws, tops = np.empty(DRAWN, np.uint64), np.empty(DRAWN, np.uint16)
        flags, rows = np.empty(DRAWN, np.uint8), np.empty(DRAWN, np.uint64)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), DRAWN):
            first, to = np.uint64(at), min(at + DRAWN, n)
            draw_by_place(keys[0], keys[2], home, most, identity[at:to], state[at:to], draws, tops, flags)
            who_stirs(soonest, state[at:to], traits[at:to], spell[at:to], scheme[at:to], flags)
            for i in rows[: those(flags[: to - at], ANY, first, rows)]:
                doing, mark, a = state[i], traits[i], area[i]
                if doing == s.AWAY:
                    if draws[i - first] < home and not mark & s.STUDIES_AWAY and 216 <= month - np.int64(birth[i]) < 720:
                        state[i], spell[i] = s.UNEMPLOYED, 0
                        if uniform(draw64(keys[1], identity[i])) < register:
                            scheme[i] |= s.REGISTERED
                        tally[b, RETURNS, a] += 1
                    continue
                outsider = 1 if mark & s.OUTSIDER else 0
                at_work = 1 if s.EMPLOYED <= doing <= s.OWNER else 0
                college = 1 if schooling[i] & s.SCHOOLING >= s.JUNIOR_COLLEGE else 0
                if outsider and at_work and scheme[i] & s.PENSION_KIND >= s.EMPLOYEE_SCHEME and scheme[i] & s.PAYING:
                    if spell[i] >= wait[a, college] and draw64(keys[3], identity[i]) < take_up:
                        traits[i] = mark & (255 - s.OUTSIDER)
                        outsider = 0
                        tally[b, SETTLED, a] += 1
                leaves = np.uint64(0)
                if college and YOUNG[0] <= month - np.int64(birth[i]) < YOUNG[1]:
                    leaves = young[a, outsider, at_work, min(np.int64(spell[i]) // 12, TENURES - 1)]
                elif outsider:
                    leaves = go
                elif doing == s.UNEMPLOYED:
                    leaves = local[a]
                moves = between[a] if doing == s.UNEMPLOYED or doing == s.FLEXIBLE else np.uint64(0)
                if leaves == 0 and moves == 0:
                    continue
                draw = draws[i - first]
                if draw < leaves:
                    if doing == s.EMPLOYED:
                        left[b * BLOCK + lost[b]] = firm[i]
                        lost[b] += 1
                    tally[b, DEPARTURES, a] += 1
                    if outsider:
                        tally[b, EXITS, a] += 1
                        vanish(i, identity, birth, traits, area, state, note, spell, scheme, firm)
                    else:
                        if doing == s.EMPLOYED:
                            leave_job(i, firm, scheme, marks)
                        marks[i] &= s.EVERY_MARK - s.CAUSE
                        go_elsewhere(i, state, spell, scheme)
                elif draw - leaves < moves:
                    note[i] = s.MOVING
                    leavers[b * BLOCK + moving[b]] = i
                    moving[b] += 1


def usual_arrivals(city: City) -> NDArray[np.float64]:
    """Arrivals a year, rows by area, that replace the outsiders who go home or leave without work at the start."""
    p, people = city.setting.parameter, city.people
    state, outsider = people.state[: people.n], people.traits[: people.n] & s.OUTSIDER > 0
    adults = city.rows_by_area(outsider & (state >= s.FARM) & (state <= s.INACTIVE))
    jobless = city.rows_by_area(outsider & (state == s.UNEMPLOYED))
    return p("arrival_renewal") * (adults * p("outsider_return_rate") + 12 * jobless * p("outsider_leave_rate"))


@njit(cache=True)
def leaving(index, elasticity, who, work, stay):  # type: ignore[no-untyped-def]
    """The thresholds of `leaving_of_the_young`. index: labour demand ÷ its start, by area; the others: see `usual_leaving`."""
    out = np.empty((index.size, who.size, work.size, stay.size), np.uint64)
    for a in range(index.size):
        pull = power(index[a], -elasticity)
        for i in range(who.size):
            for j in range(work.size):
                for k in range(stay.size):
                    out[a, i, j, k] = threshold(pull * who[i] * work[j] * stay[k])
    return out


@lent
def most_of(young, local, go, between):  # type: ignore[no-untyped-def]
    """The draw from which on nobody who is here leaves (thresholds `young`, `local` and `go`) or moves (`between`)."""
    leaves, moves = max(young.max(), local.max(), go), between.max()
    return ALL if moves > ALL - leaves else leaves + moves


@once
def usual_leaving(city: City) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Monthly rate of leaving by outsider 0/1, and its ratios by at work 0/1 and by years in the present state."""
    p = city.setting.parameter
    return (p("graduate_leave_rate") / 12 * np.array([p("graduate_leave_local_ratio"), 1.0]),
            np.array([1.0, p("graduate_leave_job_ratio")]), exp_of(np.arange(TENURES) * log(p("graduate_leave_tenure_ratio"))))


def leaving_of_the_young(city: City) -> NDArray[np.uint64]:
    """Monthly thresholds of leaving for those with college under 32: (areas, outsider 0/1, at work 0/1, years in the present state)."""
    found: NDArray[np.uint64] = leaving(city.demand_index(), city.setting.parameter("local_leave_elasticity"), *usual_leaving(city))
    return found


def thresholds(rates: ArrayLike) -> NDArray[np.uint64]:
    """Thresholds of probabilities of any shape; above 1 counts as 1."""
    given = np.asarray(rates, float)
    found: NDArray[np.uint64] = thresholds_of(given.ravel()).reshape(given.shape)
    return found


def arrival_ages(city: City) -> NDArray[np.float64]:
    """Cumulative shares of arrivals by single year of age, from the declared shares of four age groups (even within a group)."""
    p, ages = city.setting.parameter, np.zeros(60)
    for first, last, name in ((16, 20, "16_20"), (21, 30, "21_30"), (31, 40, "31_40"), (41, 50, "41_50")):
        ages[first: last + 1] = p(f"arrival_share_{name}") / (last + 1 - first)
    ages[51:60] = max(1.0 - ages.sum(), 0.0) / 9
    return np.cumsum(ages / ages.sum())


@while_rules_hold
def wait_for_hukou(city: City) -> NDArray[np.float64]:
    """Months of insured work that the city asks for before 落户, by (area, college 0/1)."""
    return np.stack([city.setting.control(name, city.month) for name in ("hukou_months", "hukou_months_graduates")], axis=1)


@while_rules_hold
def considering(city: City) -> NDArray[np.int64]:
    """Rows of those elsewhere who consider this city in a month, by area."""
    return np.rint(city.usual_arrivals / 12 / city.setting.parameter("arrival_share")).astype(np.int64)


def stir(city: City) -> NDArray[np.int64]:
    """Those on the roster go home, leave, come home or settle; returns the rows of those who move to another area."""
    people, p, when = city.people, city.setting.parameter, (city.year, city.calendar_month)
    season = season_of_exits(*when, p("festival_exit_share"))
    local = thresholds_of(p("local_leave_rate") * power_of(city.demand_index(), -p("local_leave_elasticity")))
    tally = city.new_tally()
    come_home, leave, settle = city.keys("come home", "leave", "settle")
    keys = np.array([come_home, city.lasting("registers"), leave, settle], np.uint64)
    left, leavers = city.room()
    young, between = leaving_of_the_young(city), relocation.chances(city)
    home, go = chance_of(p("away_return_rate") * season), chance_of(p("outsider_return_rate") * season)
    most = np.uint64(most_of(young, local, go, between))
    lost, moving = np.zeros((2, tally.shape[0]), np.int64)
    across(move, tally.shape[0], people.n, city.month, *city.person_columns(), people.schooling, people.marks, tally, home,
                        go, young, local, between, wait_for_hukou(city), chance_of(p("hukou_take_up") / 12), p("registration"), most, left,
                        leavers, keys, lost, moving)
    city.add(tally)
    dismiss(left, lost, city.firms.staff)
    return listed(leavers, moving)


def migrate(city: City) -> None:
    """Comings and goings of the month, moves between areas, and arrivals."""
    people, p, t = city.people, city.setting.parameter, city.month
    relocation.relocate(city, stir(city))
    season = season_of_arrivals(city.year, city.calendar_month, p("festival_arrival_share"))
    keys = city.keys("arrives.age", "arrives.sex", "arrives.hukou")
    chances = p("arrival_share") * power_of(city.demand_index(), p("migration_elasticity")) * season
    came, where = newcomers(considering(city), t, city.key("arrive"), chances)
    rows = people.settle(came.size)
    move_in(rows, came, t, people.id, people.birth, people.traits, people.area, people.state, people.spell, people.firm,
            where, city.arrival_ages, p("arrival_women_share"), p("outsider_rural_share"), keys)
    arrive_schooled(city, rows)
    bring_grades(city, rows)
    city.count_rows("arrivals", rows)
