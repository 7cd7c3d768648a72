"""Starting membership: the few levels that make the expected headcounts of each area equal to the baseline's.

The decisions of `enrolment` and `membership` are lasting tastes against thresholds. Here the levels of those thresholds are
solved, so that the starting stocks hold by construction, and the city then lives by the same thresholds without a jump:

    enrolment_level(a)  Σ staff · P(UI | firm) + public UI         = UI members of a
    injury_gap(a)       Σ staff · P(injury | firm) + public staff  = injury members of a
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

from model import membership
from model import states as s
from model.arithmetic import logistic
from model.blocks import past_legal
from model.enrolment import enrol, odds_by_size

if TYPE_CHECKING:
    from model.city import City

BOUND = 8.0


@njit(cache=True)
def expected_members(level, gap, staff, compliance, outside, penalty):  # type: ignore[no-untyped-def]
    """Expected insured rows of staff at firms with these `compliance` log-odds; `outside`: share of outsiders among staff."""
    total = 0.0
    for f in range(staff.size):
        x = compliance[f] + level + gap
        total += staff[f] * ((1.0 - outside) * logistic(x) + outside * logistic(x - penalty))
    return total


def solve(target: float, staff: NDArray[np.int64], compliance: NDArray[np.float64], outside: float, penalty: float, level: float | None,
          ) -> float:
    """The level (or, given the `level`, the gap ≥ 0) at which `expected_members` is `target`, within ±8 log-odds."""
    low, high = (-BOUND, BOUND) if level is None else (0.0, BOUND)
    for _ in range(50):
        middle = 0.5 * (low + high)
        members = (expected_members(middle, 0.0, staff, compliance, outside, penalty) if level is None
                   else expected_members(level, middle, staff, compliance, outside, penalty))
        low, high = (middle, high) if members < target else (low, middle)
    return 0.5 * (low + high)


def enrolment_levels(city: City) -> None:
    """Solve `enrolment_level` and `injury_gap` of each area from the baseline's UI and injury headcounts."""
    firms, people, schemes = city.firms, city.people, city.setting.schemes
    areas = len(city.setting.areas)
    city.enrolment_level, city.injury_gap = np.zeros(areas), np.zeros(areas)
    area, owner, staff = firms.area[: firms.n], firms.ownership[: firms.n], firms.staff[: firms.n]
    employed = people.state[: people.n] == s.EMPLOYED
    real = staff * firms.thin[: firms.n]
    compliance = firms.taste[: firms.n] + odds_by_size(city)[np.searchsorted([10, 50, 300], real, side="right")]
    young = ~past_legal(-1, people.birth[: people.n], people.traits[: people.n], city.legal_ages, city.first_birth)
    staff = np.bincount(people.firm[: people.n][employed & young], minlength=firms.n)       # those past the legal age cannot be insured
    for a in range(areas):
        ours, public = (area == a) & (owner < s.STATE_ORGAN), (area == a) & (owner >= s.STATE_ORGAN)
        here = employed & young & (people.area[: people.n] == a)
        private_rows = max(1, int(staff[ours].sum()))
        outside = np.count_nonzero(people.traits[: people.n][here] & s.OUTSIDER) / private_rows
        penalty = city.setting.parameter("outsider_penalty")
        ui = schemes.ui[a] / city.weight[a] - float(staff[(area == a) & (owner == s.PUBLIC_UNIT)].sum())
        injury = schemes.injury[a] / city.weight[a] - float(staff[public].sum())
        for name, wanted in (("失业保险 UI", ui), ("工伤保险 injury", injury)):
            if not 0 < wanted < private_rows:
                city.findings.append(f"{city.setting.areas[a]}: {name}: {wanted * city.weight[a]:,.0f} members at firms cannot be met by "
                                     f"{private_rows * city.weight[a]:,.0f} employees of firms")
        city.enrolment_level[a] = solve(ui, staff[ours], compliance[ours], outside, penalty, None)
        city.injury_gap[a] = solve(injury, staff[ours], compliance[ours], outside, penalty, float(city.enrolment_level[a]))


def memberships(city: City) -> None:
    """Solve the shares of `membership`, and give everyone the starting scheme."""
    people, schemes = city.people, city.setting.schemes
    enrol(city, everyone=True)
    state, traits, card = people.state[: people.n], people.traits[: people.n], people.scheme[: people.n]
    months = -1 - people.birth[: people.n].astype(np.int64)
    active = (months >= 192) & (months < 720)
    insured = (state == s.EMPLOYED) & (card & s.PAYING > 0)
    on_their_own = (state == s.FLEXIBLE) | (state == s.OWNER) | (state == s.UNEMPLOYED)
    risk = active & on_their_own & ~past_legal(-1, people.birth[: people.n], traits, city.legal_ages, city.first_birth)
    local = active & (traits & (s.OUTSIDER | s.STUDIES_AWAY) == 0) & (state != s.STUDENT) & (state != s.RETIRED) & ~insured
    by_area = city.rows_by_area
    firm_members = by_area(insured & (card & s.PENSION_KIND == s.EMPLOYEE_SCHEME))
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
    registers = city.lasting_draws("registered at start", people.id[: people.n]) < city.setting.parameter("registration")
    card[jobless & registers] |= s.REGISTERED
    card[state == s.RETIRED] = s.EMPLOYEE_SCHEME
    old = (months >= 720) & (traits & s.OUTSIDER == 0) & (card & s.PENSION_KIND == s.NO_PENSION) & (state != s.GONE)
    people.scheme[: people.n][old] |= s.RESIDENT_SCHEME


def _share(city: City, name: str, wanted: NDArray[np.float64], able: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
    share = wanted / np.maximum(able, 1.0)
    for a in np.flatnonzero((share < 0) | (share > 1)):
        city.findings.append(f"{city.setting.areas[a]}: {name}: {wanted[a] * city.weight[a]:,.0f} members wanted of "
                             f"{able[a] * city.weight[a]:,.0f} able")
    return np.clip(share, 0.0, 1.0)
