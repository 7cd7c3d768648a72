"""Starting membership: the few levels that make the expected headcounts of each area equal to the baseline's.

The decisions of `enrolment` and `membership` are lasting tastes against thresholds. Here the levels of those thresholds are
solved, so that the starting stocks hold by construction, and the city then lives by the same thresholds without a jump:

    enrolment_level(a)  Σ staff P(UI | firm, worker) + public UI         = UI members of a
    injury_gap(a)       Σ staff P(injury | firm, worker) + public staff  = injury members of a, those insured by project among them
    flexible_share(a)   firms' pension members + share · (flexible, owners, unemployed) = enterprise members of a
    resident_share(a)   the rest of the active members ÷ those who could be in the resident scheme (or, where a city publishes its hukou
                        members with pensioners, the share that meets that headcount)
    voluntary_payment   employers' members pay; the others pay with the probability that gives the baseline's paying rate

A headcount that no level can reach is a finding: the level stays at its bound and the finding is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model import inspection, membership, sites
from model import states as s
from model.arithmetic import exp, logistic_each
from model.blocks import BATCH, BLOCK, blocks_of, past_legal, past_legal_age, rows_where
from model.compiler import by_parts
from model.coverage import covered
from model.enrolment import bundle_rules, enrol, firm_odds, odds_by_size, premiums, willingness_of
from model.lists import those
from model.parts import count_by_area
from model.threads import across

if TYPE_CHECKING:
    from model.city import City

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
BOUND = 8.0
WIDTH, EDGE = 0.02, 1000
"""Width of a group of persons in log-odds, and groups on each side of 0."""
AT_RISK, FREE, INSURED, OTHERS, BY_FIRM = 1, 2, 4, 8, 16
"""What is true of a person: pays alone or not at all, could be in the resident scheme, is insured by an employer; is a member in another
way than these (of hukou holders); is in the employee scheme through an employer."""
ON_RISK, MEMBERS = np.uint8(AT_RISK), np.uint8(BY_FIRM)
GROWN, OLD = np.int16(-1 - 192), np.int16(-1 - 720)      # months of birth from which on back one is 16, and 60


@njit(cache=True)
def expected_members(level, x, rows):  # type: ignore[no-untyped-def]
    """Expected insured rows: rows[k] of them at log-odds x[k] + level."""
    total, chance = 0.0, np.empty(x.size)
    logistic_each(x + level, chance)
    for k in range(x.size):
        total += rows[k] * chance[k]
    return total


@njit(cache=True)
def _level(target, x, rows, low, high):  # type: ignore[no-untyped-def]
    """The level between `low` and `high` log-odds at which `expected_members` is `target`."""
    for _ in range(50):
        middle = 0.5 * (low + high)
        if expected_members(middle, x, rows) < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@njit(cache=True)
def _in_groups(x, rows, area, areas):  # type: ignore[no-untyped-def]
    """Rows in each group of WIDTH log-odds, and the sum of their log-odds, (areas, groups) each."""
    count, total = np.zeros((areas, 2 * EDGE + 1)), np.zeros((areas, 2 * EDGE + 1))
    for j in range(x.size):
        group = np.int64(min(max(np.floor(x[j] / WIDTH), -EDGE), EDGE)) + EDGE
        count[area[j], group] += rows[j]
        total[area[j], group] += rows[j] * x[j]
    return count, total


def grouped(x: Floats, rows: Floats, area: NDArray[np.uint8], areas: int) -> list[tuple[Floats, Floats]]:
    """Persons of log-odds x put into groups of WIDTH: the mean log-odds and the rows of each group that is not empty, by area."""
    return [(total[count > 0] / np.maximum(count[count > 0], 1e-9), count[count > 0])
            for count, total in zip(*_in_groups(x, rows, area, areas), strict=True)]


def solve(target: float, x: Floats, rows: Floats, low: float = -BOUND) -> float:
    """The level between `low` and BOUND log-odds at which `expected_members` is `target`."""
    return float(_level(float(target), x, rows, float(low), BOUND))


def willing(city: City, staff: Rows) -> Floats:
    """x of each of `staff`, employees of firms, apart from the area's level; remembers the usual premium."""
    people = city.people
    city.usual_premium = 0.0
    points, found = premiums(city, staff), np.empty(staff.size)
    city.usual_premium = float(points[points > 0].mean()) if (points > 0).any() else 0.0
    across(willingness_of, staff.size, staff, people.traits, people.firm, people.wage, firm_odds(city), points, bundle_rules(city), found)
    return found


def rough_levels(city: City) -> Floats:
    """About the `enrolment_level` of each area, from firms alone: what visits before the baseline date went by."""
    firms, n = city.firms, city.firms.n
    area, staff, owner = firms.area[:n], firms.staff[:n].astype(float), firms.ownership[:n]
    x = firms.taste[:n] + odds_by_size(city)[np.searchsorted([10, 50, 300], firms.staff[:n] * firms.thin[:n], side="right")]
    groups = grouped(x, staff * (owner < s.STATE_ORGAN), area, len(city.setting.areas))
    wanted = city.setting.schemes.ui / city.weight - np.bincount(area, staff * (owner == s.PUBLIC_UNIT), len(groups))
    return np.array([solve(wanted[a], *group) for a, group in enumerate(groups)])


@njit(cache=True)
def _insured(x, level, chance, area, firm, builds):  # type: ignore[no-untyped-def]
    """Adds the area's level to x; returns the expected rows in injury insurance through a firm that insures, by area, and of the others
    those whose firm `builds`."""
    insured, without = np.zeros(level.size), np.zeros(level.size)
    for j in range(x.size):
        x[j] += level[area[j]]
        found = chance[j] / (1.0 + exp(-x[j]))
        insured[area[j]] += found
        without[area[j]] += (1.0 - found) * builds[firm[j]]
    return insured, without


def enrolment_levels(city: City) -> None:
    """Solve `enrolment_level` and `injury_gap` of each area from the baseline's UI and injury headcounts, and settle who is insured by
    project; firms have had their usual visits by then."""
    inspection.past_visits(city, odds_by_size(city), rough_levels(city))
    people, firms, schemes, p = city.people, city.firms, city.setting.schemes, city.setting.parameter
    areas = len(city.setting.areas)
    city.enrolment_level, city.injury_gap, city.project_share = np.zeros((3, areas))
    at_work = rows_where(people.state, s.EMPLOYED, s.EMPLOYED, people.n)
    office = firms.ownership[people.firm[at_work]] >= s.STATE_ORGAN
    staff, public = at_work[~office], public_members(city, at_work[office])
    x, firm = willing(city, staff), people.firm[staff]
    area, old = firms.area[firm], past_legal(-1, people.birth[staff], people.traits[staff], city.legal_ages, city.first_birth)
    ui, injury = schemes.ui / city.weight - public[0], schemes.injury / city.weight - public[1]
    rows, groups = count_by_area(area, ~old, areas), grouped(x, np.where(old, 0.0, 1.0), area, areas)
    for a in range(areas):
        for name, wanted in (("失业保险 UI", ui[a]), ("工伤保险 injury", injury[a])):
            if not 0 < wanted < max(1, rows[a]):
                city.findings.append(f"{city.setting.areas[a]}: {name}: {wanted * city.weight[a]:,.0f} members at firms cannot be met by "
                                     f"{max(1, rows[a]) * city.weight[a]:,.0f} employees of firms")
        city.enrolment_level[a] = solve(ui[a], *groups[a])
    chance = np.where(old, p("over_age_injury"), 1.0)
    insured, without = _insured(x, city.enrolment_level, chance, area, firm, _one_of(city, sites.construction(city)))
    room = np.maximum(injury - insured, 0.0)
    if city.setting.start_year >= sites.SINCE:
        city.project_share = np.minimum(p("project_injury_share"), 0.5 * room / np.maximum(without, 1.0))
    at_site = sites.insured_sites(city)
    sites.mark_sites(city, at_site)
    by_project = _one_of(city, at_site)[firm]
    left = injury - count_by_area(area, by_project, areas)
    city.injury_gap[:] = [solve(left[a], *group, low=0.0) for a, group in enumerate(grouped(x, chance * ~by_project, area, areas))]


def _one_of(city: City, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each firm stands in `rows`."""
    found = np.zeros(city.firms.n, np.bool_)
    found[rows] = True
    return found


def public_members(city: City, office: Rows) -> Floats:
    """Of `office`, the staff of the state, those within the legal age who are in UI, and in injury insurance, by the employer's area:
    (2, areas)."""
    people, firms, areas = city.people, city.firms, len(city.setting.areas)
    young = office[~past_legal(-1, people.birth[office], people.traits[office], city.legal_ages, city.first_birth)]
    area, unit = firms.area[people.firm[young]], firms.ownership[people.firm[young]] == s.PUBLIC_UNIT
    return np.array([np.bincount(area[unit], minlength=areas), np.bincount(area, minlength=areas)], float)


@by_parts
def _who_stands_where(  # type: ignore[no-untyped-def]
    part, n, birth, traits, area, state, scheme, firm, firm_area, legal, first_birth, found, members,
):
    """Add rows by block, area and what is true of them, AT_RISK … BY_FIRM, to `found`, (blocks, areas, 32), and members BY_FIRM by block
    and the employer's area to `members`."""
    for b in range(*part):
        code, rows = np.empty(BATCH, np.uint8), np.empty(BATCH, np.uint64)
        for at in range(b * BLOCK, min(n, (b + 1) * BLOCK), BATCH):
            to = min(at + BATCH, n)
            _codes(birth[at:to], traits[at:to], state[at:to], scheme[at:to], code)
            for i in rows[: those(code[: to - at], ON_RISK, np.uint64(at), rows)]:
                if past_legal_age(-1 - np.int64(birth[i]), np.int64(birth[i]), traits[i], legal, first_birth):
                    code[i - np.uint64(at)] ^= AT_RISK
            for j in range(to - at):
                found[b, area[at + j], code[j]] += 1
            for i in rows[: those(code[: to - at], MEMBERS, np.uint64(at), rows)]:
                members[b, firm_area[firm[i]]] += 1


@njit(cache=True)
def _codes(birth, traits, state, scheme, code):  # type: ignore[no-untyped-def]
    """What is true of a stretch of rows, before anybody's legal age is asked: AT_RISK … BY_FIRM, added."""
    for j in range(state.size):
        born, doing, card, ours = birth[j], state[j], scheme[j], traits[j] & s.OUTSIDER == 0
        active, old = (born <= GROWN) & (born > OLD), born <= OLD
        insured = (doing == s.EMPLOYED) & (card & s.PAYING != 0)
        here = (doing != s.STUDENT) & (doing != s.RETIRED) & (traits[j] & s.STUDIES_AWAY == 0)
        code[j] = (AT_RISK * (active & (doing >= s.FLEXIBLE) & (doing <= s.UNEMPLOYED)) + FREE * (active & ours & here & (not insured))
                   + INSURED * insured
                   + OTHERS * (ours & (doing != s.STUDENT) & (doing != s.GONE) & (old | (doing == s.RETIRED) | insured))
                   + BY_FIRM * (insured & (card & s.PENSION_KIND == s.EMPLOYEE_SCHEME)))


@njit(cache=True)
def _last_schemes(birth, traits, state, scheme, marks):  # type: ignore[no-untyped-def]
    """Pensioners' schemes, who is COVERED, and the resident pension of local people of 60 and more without another one."""
    for j in range(state.size):
        marks[j] |= s.COVERED if covered(state[j], scheme[j]) else 0
    for j in range(state.size):
        card = s.EMPLOYEE_SCHEME if state[j] == s.RETIRED else scheme[j]
        old = (birth[j] <= OLD) & (traits[j] & s.OUTSIDER == 0) & (card & s.PENSION_KIND == s.NO_PENSION) & (state[j] != s.GONE)
        scheme[j] = card | (s.RESIDENT_SCHEME if old else 0)


def memberships(city: City) -> None:
    """Solve the shares of `membership`, and give everyone the starting scheme."""
    people, firms, schemes, n = city.people, city.firms, city.setting.schemes, city.people.n
    enrol(city, everyone=True)
    blocks, areas = blocks_of(n), len(city.weight)
    entries, by_firms = np.zeros((blocks, areas, 2 * BY_FIRM), np.int64), np.zeros((blocks, areas), np.int64)
    across(_who_stands_where, blocks, n, people.birth, people.traits, people.area, people.state, people.scheme, people.firm, firms.area,
           city.legal_ages, city.first_birth, entries, by_firms)
    found, firm_members = entries.sum(axis=0), by_firms.sum(axis=0)
    codes = np.arange(found.shape[1])
    by_area = lambda what: found[:, codes & what == what].sum(axis=1)  # noqa: E731
    wanted = schemes.enterprise / city.weight - firm_members
    city.flexible_share = _share(city, "企业职工养老 enterprise pension", wanted, by_area(AT_RISK))
    free = by_area(FREE) - by_area(FREE | AT_RISK) * city.flexible_share
    rest = (schemes.pension - schemes.enterprise - schemes.civil) / city.weight
    if schemes.hukou_members is not None:
        others = by_area(OTHERS) + by_area(FREE | AT_RISK) * city.flexible_share
        rest = free * (schemes.hukou_members - (others * city.weight).sum()) / max(float((free * city.weight).sum()), 1.0)
    city.resident_share = _share(city, "居民养老 resident pension", rest, free)
    paid_by_firms = float((by_area(INSURED) * city.weight).sum())
    others_insured = float(((by_area(AT_RISK) * city.flexible_share + free * city.resident_share) * city.weight).sum())
    due = schemes.paying * (paid_by_firms + others_insured) - paid_by_firms
    city.voluntary_payment = float(np.clip(due / max(others_insured, 1.0), 0.0, 1.0))
    membership.choose_scheme(city, everyone=True)
    jobless = rows_where(people.state, s.UNEMPLOYED, s.UNEMPLOYED, n)
    jobless = jobless[people.traits[jobless] & s.OUTSIDER == 0]
    registers = city.lasting_draws("registers", people.id[jobless]) < city.setting.parameter("registration")
    people.scheme[jobless[registers]] |= s.REGISTERED
    _last_schemes(people.birth[:n], people.traits[:n], people.state[:n], people.scheme[:n], people.marks[:n])


def _share(city: City, name: str, wanted: Floats, able: Floats | NDArray[np.int64]) -> Floats:
    share = wanted / np.maximum(able, 1.0)
    for a in np.flatnonzero((share < 0) | (share > 1)):
        city.findings.append(f"{city.setting.areas[a]}: {name}: {wanted[a] * city.weight[a]:,.0f} members wanted of "
                             f"{able[a] * city.weight[a]:,.0f} able")
    return np.clip(share, 0.0, 1.0)
