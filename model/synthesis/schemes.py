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

from model import commuting, inspection, membership, sites
from model import states as s
from model.arithmetic import exp_of, logistic_each
from model.blocks import past_legal
from model.coverage import covered
from model.enrolment import bundle_rules, enrol, firm_odds, odds_by_size, willingness_of

if TYPE_CHECKING:
    from model.city import City

BOUND = 8.0
WIDTH, EDGE = 0.02, 1000
"""Width of a group of persons in log-odds, and groups on each side of 0."""


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


def grouped(x: NDArray[np.float64], rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Persons of log-odds x put into groups of WIDTH: the mean log-odds and the rows of each group that is not empty."""
    group = np.clip(np.floor(x / WIDTH), -EDGE, EDGE).astype(np.int64) + EDGE
    count = np.bincount(group, rows, 2 * EDGE + 1)
    some = count > 0
    return np.bincount(group, rows * x, 2 * EDGE + 1)[some] / np.maximum(count[some], 1e-9), count[some]


def solve(target: float, x: NDArray[np.float64], rows: NDArray[np.float64], low: float = -BOUND) -> float:
    """The level between `low` and BOUND log-odds at which `expected_members` is `target`."""
    return float(_level(float(target), x, rows, float(low), BOUND))


def willing(city: City) -> NDArray[np.float64]:
    """x of each employee of a firm apart from the area's level (NaN: everybody else); remembers the usual premium."""
    people, firms, n = city.people, city.firms, city.people.n
    city.usual_premium, points = 0.0, np.zeros(n)
    args = (n, people.id, people.traits, people.state, people.firm, people.wage, firms.id, firms.ownership, firm_odds(city))
    key = city.lasting("declared at the floor")
    willingness_of(*args, bundle_rules(city), key, points)
    city.usual_premium = float(points[points > 0].mean()) if (points > 0).any() else 0.0
    found: NDArray[np.float64] = willingness_of(*args, bundle_rules(city), key, points)
    return found


def rough_levels(city: City) -> NDArray[np.float64]:
    """About the `enrolment_level` of each area, from firms alone: what visits before the baseline date went by."""
    firms, n = city.firms, city.firms.n
    area, staff, owner = firms.area[:n], firms.staff[:n].astype(float), firms.ownership[:n]
    x = firms.taste[:n] + odds_by_size(city)[np.searchsorted([10, 50, 300], firms.staff[:n] * firms.thin[:n], side="right")]
    ours = [(area == a) & (owner < s.STATE_ORGAN) for a in range(len(city.setting.areas))]
    wanted = city.setting.schemes.ui / city.weight - np.bincount(area, staff * (owner == s.PUBLIC_UNIT), len(ours))
    return np.array([solve(wanted[a], *grouped(x[where], staff[where])) for a, where in enumerate(ours)])


def enrolment_levels(city: City) -> None:
    """Solve `enrolment_level` and `injury_gap` of each area from the baseline's UI and injury headcounts, and settle who is insured by
    project; firms have had their usual visits by then."""
    inspection.past_visits(city, odds_by_size(city), rough_levels(city))
    people, schemes, p = city.people, city.setting.schemes, city.setting.parameter
    areas = len(city.setting.areas)
    city.enrolment_level, city.injury_gap, city.project_share = np.zeros((3, areas))
    x = willing(city)
    staff = np.flatnonzero(~np.isnan(x))
    x, area, firm = x[staff], commuting.work_area(city, staff), people.firm[staff]
    old = past_legal(-1, people.birth[staff], people.traits[staff], city.legal_ages, city.first_birth)
    public = public_members(city)
    ui, injury = schemes.ui / city.weight - public[0], schemes.injury / city.weight - public[1]
    for a in range(areas):
        young = (area == a) & ~old
        rows = np.count_nonzero(young)
        for name, wanted in (("失业保险 UI", ui[a]), ("工伤保险 injury", injury[a])):
            if not 0 < wanted < max(1, rows):
                city.findings.append(f"{city.setting.areas[a]}: {name}: {wanted * city.weight[a]:,.0f} members at firms cannot be met by "
                                     f"{max(1, rows) * city.weight[a]:,.0f} employees of firms")
        city.enrolment_level[a] = solve(ui[a], *grouped(x[young], np.ones(rows)))
    chance = np.where(old, p("over_age_injury"), 1.0)
    insured = chance / (1.0 + exp_of(-(x + city.enrolment_level[area])))
    without = np.bincount(area, (1.0 - insured) * np.isin(firm, sites.construction(city)), areas)
    room = np.maximum(injury - np.bincount(area, insured, areas), 0.0)
    if city.setting.start_year >= sites.SINCE:
        city.project_share = np.minimum(p("project_injury_share"), 0.5 * room / np.maximum(without, 1.0))
    at_site = sites.insured_sites(city)
    sites.mark_sites(city, at_site)
    by_project = np.isin(firm, at_site)
    for a in range(areas):
        ours = (area == a) & ~by_project
        left = injury[a] - np.count_nonzero((area == a) & by_project)
        level = city.enrolment_level[a]
        city.injury_gap[a] = solve(left, *grouped(x[ours] + level, chance[ours]), low=0.0)


def public_members(city: City) -> NDArray[np.float64]:
    """Staff of the state within the legal age who are in UI, and in injury insurance, by the employer's area: (2, areas)."""
    people, firms, n = city.people, city.firms, city.people.n
    rows = np.flatnonzero(people.state[:n] == s.EMPLOYED)
    owner = firms.ownership[people.firm[rows]]
    young = ~past_legal(-1, people.birth[rows], people.traits[rows], city.legal_ages, city.first_birth)
    areas = len(city.setting.areas)
    return np.array([np.bincount(firms.area[people.firm[rows]][young & which], minlength=areas)
                     for which in (owner == s.PUBLIC_UNIT, owner >= s.STATE_ORGAN)], float)


def memberships(city: City) -> None:
    """Solve the shares of `membership`, and give everyone the starting scheme."""
    people, schemes = city.people, city.setting.schemes
    enrol(city, everyone=True)
    state, traits, card = people.state[: people.n], people.traits[: people.n], people.scheme[: people.n]
    months = -1 - people.birth[: people.n]
    active = (months >= 192) & (months < 720)
    insured = (state == s.EMPLOYED) & (card & s.PAYING > 0)
    on_their_own = (state == s.FLEXIBLE) | (state == s.OWNER) | (state == s.UNEMPLOYED)
    risk = active & on_their_own & ~past_legal(-1, people.birth[: people.n], traits, city.legal_ages, city.first_birth)
    local = active & (traits & (s.OUTSIDER | s.STUDIES_AWAY) == 0) & (state != s.STUDENT) & (state != s.RETIRED) & ~insured
    by_area = city.rows_by_area
    by_firms = np.flatnonzero(insured & (card & s.PENSION_KIND == s.EMPLOYEE_SCHEME))
    firm_members = np.bincount(commuting.work_area(city, by_firms), minlength=len(city.weight))
    wanted = schemes.enterprise / city.weight - firm_members
    city.flexible_share = _share(city, "企业职工养老 enterprise pension", wanted, by_area(risk))
    free = by_area(local) - by_area(local & risk) * city.flexible_share
    rest = (schemes.pension - schemes.enterprise - schemes.civil) / city.weight
    if schemes.hukou_members is not None:
        hukou = (traits & s.OUTSIDER == 0) & (state != s.STUDENT) & (state != s.GONE)
        others = by_area(hukou & ((months >= 720) | (state == s.RETIRED) | insured)) + by_area(local & risk) * city.flexible_share
        rest = free * (schemes.hukou_members - (others * city.weight).sum()) / max(float((free * city.weight).sum()), 1.0)
    city.resident_share = _share(city, "居民养老 resident pension", rest, free)
    paid_by_firms = float((by_area(insured) * city.weight).sum())
    others_insured = float(((by_area(risk) * city.flexible_share + free * city.resident_share) * city.weight).sum())
    due = schemes.paying * (paid_by_firms + others_insured) - paid_by_firms
    city.voluntary_payment = float(np.clip(due / max(others_insured, 1.0), 0.0, 1.0))
    membership.choose_scheme(city, everyone=True)
    jobless = (state == s.UNEMPLOYED) & (traits & s.OUTSIDER == 0)
    registers = city.lasting_draws("registers", people.id[: people.n]) < city.setting.parameter("registration")
    card[jobless & registers] |= s.REGISTERED
    card[state == s.RETIRED] = s.EMPLOYEE_SCHEME
    people.marks[: people.n][covered(state, card)] |= s.COVERED
    old = (months >= 720) & (traits & s.OUTSIDER == 0) & (card & s.PENSION_KIND == s.NO_PENSION) & (state != s.GONE)
    people.scheme[: people.n][old] |= s.RESIDENT_SCHEME


def _share(city: City, name: str, wanted: NDArray[np.float64], able: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
    share = wanted / np.maximum(able, 1.0)
    for a in np.flatnonzero((share < 0) | (share > 1)):
        city.findings.append(f"{city.setting.areas[a]}: {name}: {wanted[a] * city.weight[a]:,.0f} members wanted of "
                             f"{able[a] * city.weight[a]:,.0f} able")
    return np.clip(share, 0.0, 1.0)
