"""Limits in which theory knows the answer: one sector, one area, no policy, and nothing at work but what a test leaves on.

The mean field of separations and matching
------------------------------------------
A labour force of L persons, E of them employed and U = L − E searching; firms all alike, whose demand D stands still; nobody moves, dies,
trains, searches on the job or works otherwise. With separations q a month, and E and U taken at the end of last month,

    posts held open   o' = min(o + r·g, .3·D)        g = max(D − E, −o)         r = recruiting_speed        (the rule of `model/demand.py`)
    staff wanted      W = D + g + o'                 for nobody is held in excess while firms are short of staff
    vacancies         V = W − (1 − q)·E
    hires             M = A·U^α·V^(1−α)
    employed          E' = (1 − q)·E + M

So there are two standing states. Where matching can fill what demand asks for, o moves until E = D:

    u = 1 − D/L,      V from q·D = A·U^α·V^(1−α)     (the Beveridge curve: demand sets jobs, matching sets vacancies)

and where it cannot, o stands at its cap and u solves

    q·(1 − u)·L = A·(u·L)^α·(2.3·D − (2 − q)·(1 − u)·L)^(1−α)

Sampling error. A month's separations are binomial, with variance q·E; hires are given by U and V. A deviation of E decays by at least
ρ = 1 − q − α·M/U a month (the answer of vacancies only hastens it), so that sd(E) ≤ √(q·E/(1 − ρ²)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from model import demography
from model import states as s
from model.city import City
from model.demand import MOST_OPEN
from model.sectors import of
from model.setting import Schemes, Setting, Shock
from model.talent_account import SkillStocks, TalentAccount
from tests.model.towns import as_usual, lived, total, town

MILLION, MONTHS = 1_000_000, 36
SECTOR = "manufacturing"
NEVER = 1e-9  # a hazard must not be nought where ages are drawn from it
NOTHING_ELSE = {
    "lfp_men_25_54": 1.0, "owner_share": 0.0, "take_flexible_work": 0.0, "flexible_search": 0.0, "outside_candidates_ratio": 0.0,
    "local_leave_rate": 0.0, "graduate_leave_rate": 0.0, "area_move_rate": 0.0, "demand_response": 0.0,
    "growth_sd_at_10": 0.0, "firm_exit_micro": NEVER, "firm_exit_small": NEVER, "firm_exit_middle": NEVER, "firm_exit_large": NEVER,
    "layoff_speed": 0.0, "mass_layoff_speed": 0.0, "tenure_floor": 1.0, "contract_end": 0.0, "search_on_job": 0.0,
    "quit_share": 1.0,
}  # fmt: skip
"""Everybody in the labour force for good, firms that stand still, one hazard of leaving a job."""
QUITS = 0.019 * 0.6 * of([SECTOR])[0].turnover


def men(people: int, ages: slice, unemployment: float, firms: int, insured: float = 0.25, **parameters: float) -> Setting:
    """A town of men of some ages, all of local urban hukou and in one area and sector, none of them a student or a public servant."""
    counts = np.zeros((1, 2, 101), np.int64)
    counts[0, 0, ages] = people // len(range(*ages.indices(101)))
    college, members = 0.2 * people, np.array([int(insured * people)])
    return replace(
        town(people, 1), residents=counts, outsiders=0 * counts, away=0 * counts, rural=np.zeros(1), farm=np.zeros(1), flexible=np.zeros(1),
        university=0, college_residents=college, sectors={SECTOR: 1.0}, unemployment=unemployment, firms=firms,
        skills=SkillStocks(grades=(0, 0, 0, 0, 0), titles=(0, 0, 0), talent=TalentAccount(college), technical_students=0),
        schemes=Schemes(enterprise=members, civil=np.zeros(1, np.int64), pension=members, ui=members, injury=members, paying=1.0),
    ).with_parameters(**(NOTHING_ELSE | {"separation_rate": 0.019, "share_into_unemployment": 0.6} | parameters))  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def nobody_dies() -> Iterator[None]:
    """The table of deaths is empty; men bear no children."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demography, "death_rates", lambda year: np.zeros((2, 101)))
        yield


# --- the standing state of separations and matching ---------------------------------------------------------------------------


@dataclass(frozen=True)
class MeanField:
    """The equations of this file's head, for a force of 1."""

    efficiency: float
    alpha: float
    demand: float
    speed: float
    quits: float = QUITS

    def path(self, held_open: float, months: int) -> np.ndarray:
        """Unemployment rate month by month, from E = D and posts held open, of demand."""
        employed, held, out = self.demand, held_open * self.demand, []
        for _ in range(months):
            wanting = max(self.demand - employed, -held)
            held = min(held + self.speed * wanting, MOST_OPEN * self.demand)
            vacancies = self.demand + wanting + held - (1 - self.quits) * employed
            hires = self.efficiency * (1 - employed) ** self.alpha * vacancies ** (1 - self.alpha)
            employed = (1 - self.quits) * employed + min(hires, vacancies, 1 - employed)
            out.append(1 - employed)
        return np.array(out)

    def standing(self) -> float:
        """The rate of the standing state: set by demand where its posts can be filled within the cap, else by matching."""
        jobless = 1 - self.demand
        if jobless > 0:
            needed = (self.quits * self.demand / (self.efficiency * jobless**self.alpha)) ** (1 / (1 - self.alpha))
            if needed - self.quits * self.demand <= MOST_OPEN * self.demand:
                return jobless
        low, high = jobless, 1.0
        for _ in range(60):
            u = 0.5 * (low + high)
            posts = (2 + MOST_OPEN) * self.demand - (2 - self.quits) * (1 - u)
            short = self.quits * (1 - u) > self.efficiency * u**self.alpha * posts ** (1 - self.alpha)
            low, high = (u, high) if short else (low, u)
        return low

    def error(self, rate: float, people: int) -> float:
        """Standard error of the simulated rate near `rate`."""
        flow = self.quits * (1 - rate)
        stays = 1 - self.quits - self.alpha * flow / rate
        return float(np.sqrt(flow / people / (1 - stays**2)))


def market(efficiency: float, unemployment: float, held_open: float) -> tuple[MeanField, City]:
    setting = men(MILLION, slice(28, 38), unemployment, 22_000, matching_efficiency=efficiency, usual_unfilled_posts=held_open)
    p = setting.parameter
    return MeanField(efficiency, p("matching_elasticity"), 1 - unemployment, p("recruiting_speed")), City(setting, rng=1, scale=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("efficiency", "unemployment", "held_open", "bound_by"), [(0.2, 0.05, 0.03, "demand"), (0.15, 0.01, MOST_OPEN, "matching")]
)
def test_a_million_agents_follow_the_mean_field(efficiency: float, unemployment: float, held_open: float, bound_by: str) -> None:
    """Every month within 4.5 standard errors of the path of the equations (about .1 point of unemployment), and the last year, where the
    path has settled, within 3 of the closed form. No parameter of the theory is taken from the run."""
    theory, city = market(efficiency, unemployment, held_open)
    city.run_for(MONTHS)
    found = total(city, "unemployed") / MILLION
    assert (total(city, "unemployed") + total(city, "employees") == MILLION).all(), "nobody does anything else"
    path, standing = theory.path(held_open, MONTHS), theory.standing()
    error = theory.error(path[-1], MILLION)
    assert np.abs(found - path).max() < 4.5 * error, (found, path)
    assert theory.path(held_open, 1200)[-1] == pytest.approx(standing, rel=1e-6), "the equations lead to the closed form"
    assert (standing == pytest.approx(unemployment)) == (bound_by == "demand")
    if bound_by == "matching":
        assert abs(found[-12:].mean() - standing) < 3 * error, "and so does the city"
        assert standing > 2 * unemployment
    city.close()


# --- nothing on one side of the market ----------------------------------------------------------------------------------------


def test_without_separations_unemployment_ends_where_demand_asks_for_everybody() -> None:
    """q = 0 and demand that grows to 1.4 % above the labour force: E never falls, what is hired leaves U, and U ends at nought."""
    setting = men(20_000, slice(28, 38), 0.03, 400, separation_rate=NEVER, employment_elasticity_industry=0.3)
    city = lived(replace(setting, growth={2021: 0.15}), 36)
    assert all(total(city, flow).sum() == 0 for flow in ("quits", "contract_ends", "layoffs", "mass_layoffs"))
    jobless = total(city, "unemployed")
    assert (-np.diff(jobless)).tolist() == total(city, "hires")[1:].tolist() and (np.diff(jobless) <= 0).all()
    assert jobless[0] > 300 and (jobless[-6:] == 0).all()
    assert (total(city, "vacancies")[-6:] > 0).all(), "posts are left over, not people"


def test_a_full_town_without_separations_has_no_job_losers() -> None:
    """With everything else at work (deaths aside): the causes of unemployment are those that no employer has a part in."""
    employers = ("growth_sd", "firm_exit", "layoff", "mass_layoff", "contract")
    still = {name: value for name, value in NOTHING_ELSE.items() if name.startswith(employers)}
    setting = as_usual(town(9000, parameters=still | {"separation_rate": NEVER, "separation_rate_public": 0.0}))
    city = lived(setting, 18)
    assert all(total(city, flow).sum() == 0 for flow in ("quits", "contract_ends", "layoffs"))
    people, n = city.people, city.people.n
    new = (people.state[:n] == s.UNEMPLOYED) & (people.spell[:n] < 18)
    assert set((people.marks[:n][new] & s.CAUSE).tolist()) <= {s.BY_ENTRY, s.BY_MOVE, s.BY_BUSINESS, s.NO_CAUSE}
    assert new.sum() > 20


def test_without_vacancies_nobody_is_hired_and_staff_decays_by_the_hazard() -> None:
    """Demand falls by .3, nobody is laid off: for a year staff, (1 − q)^t of the start, stands above it. E is binomial: 4 errors."""
    slump = replace(men(20_000, slice(28, 38), 0.05, 150), shocks=(Shock("demand_slump", "2021-01", 24, -0.3),))
    city = lived(slump, 12)
    assert total(city, "vacancies").sum() == 0 and total(city, "hires").sum() == 0 and (total(city, "seekers") > 900).all()
    start = 0.95 * 20_000
    stays = (1 - QUITS) ** np.arange(1, 13)
    assert (np.abs(total(city, "employees") - start * stays) < 4 * np.sqrt(start * stays * (1 - stays))).all()
    assert (total(city, "employees") + total(city, "unemployed") == 20_000).all()


def test_when_everyone_retires_employment_ends_cohort_by_cohort() -> None:
    """Men of 59 who are all members with the paid years: in month t those who turn 60 in it retire, by the law of 2021 and no others; in
    the end nobody is at work who could draw."""
    ways = dict.fromkeys(("special_share", "ill_health_share", "retire_early_share", "retire_late_share"), 0.0)
    setting = men(6_000, slice(59, 60), 0.05, 100, insured=0.9, paid_share_low=0.9, paid_share_high=1.0, **ways)
    city = City(setting, rng=1, scale=1)
    people, n = city.people, city.people.n
    member = (people.scheme[:n] & s.PENSION_KIND == s.EMPLOYEE_SCHEME) & (people.state[:n] == s.EMPLOYED)
    due = np.bincount(people.birth[:n][member].astype(int) + 720, minlength=13)
    joined = people.id[:n][member]
    city.run_for(13)
    retired = np.isin(joined, people.id[:n][people.state[:n] == s.RETIRED])
    assert member.sum() > 3_500 and retired.all()
    assert (total(city, "new_retirees") >= due[:13]).all(), "cohort × rule, and those who joined later"
    assert total(city, "new_retirees")[12] == due[12]
    still = (people.state[:n] == s.EMPLOYED) & (people.scheme[:n] & s.PENSION_KIND == s.EMPLOYEE_SCHEME)
    assert (people.paid[:n][still] < 180).all(), "who works on as a member pays for the missing years"
    assert total(city, "vacancies")[-1] > 0.5 * member.sum(), "the posts stand open"
