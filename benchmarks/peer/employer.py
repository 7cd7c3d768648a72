"""A firm, or an office of the state, of the plain city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa import Agent

from benchmarks.peer.luck import choose, draw64, threshold
from model import states as s
from model.arithmetic import exp, log, logistic
from model.luck_reference import ALL

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity

BANDS = ("small", "mid", "large")
SIZES = ("micro", "small", "middle", "large")


def size_class(real: float) -> str:
    """Of < 10, 10-50, 50-300 and more real staff."""
    return SIZES[sum(real >= bound for bound in (10, 50, 300))]


def band_of(real: int) -> int:
    """Place in BANDS: under 10, 10 to 50, over 50 real staff."""
    return (real >= 10) + (real > 50)


class Employer(Agent):
    """An employing unit. `staff` is its last payroll: persons, while `target` and `real` are in real staff (`thin` of them a person)."""

    def __init__(self, city: PlainCity, identity: int, area: int, sector: int, ownership: int, founded: int) -> None:
        super().__init__(city)
        self.identity, self.area, self.sector, self.ownership, self.founded = identity, area, sector, ownership, founded
        self.alive, self.thin, self.staff, self.desired, self.target = True, 1, 0, 0, 0.0
        self.taste, self.drive, self.review, self.site = 0.0, 0.0, False, False
        self.visited = self.visited_this_year = self.visited_now = self.inspected_now = False
        self.layoff, self.premium, self.risk, self.distress = 0, 0.0, 2, 0
        self.large, self.due, self.injury_rate, self.float_step = False, 0, 0, 0
        self.injuries = self.injury_paid = self.laid_off = 0.0
        self.startup = self.incubated = self.hosted = False

    @property
    def public(self) -> bool:
        """Run by the state."""
        return self.ownership >= s.STATE_ORGAN

    @property
    def real(self) -> int:
        """Real staff."""
        return self.staff * self.thin

    @property
    def excess(self) -> int:
        """Staff that it holds beyond what it wants."""
        return max(self.staff - self.desired, 0)

    def move(self) -> None:
        """Close, or change what it wants by a shock of its own."""
        city, p = self.model, self.model.p
        self.layoff = 0
        if not self.alive or self.public:
            return
        size = max(self.target, 1.0)
        hazard = p[f"firm_exit_{size_class(size)}"] / 12
        hazard *= city.exits_by_age[min(max(city.month - self.founded, 0), len(city.exits_by_age) - 1)]
        sound = 1.0 / (1.0 - 0.03 + 0.03 * p["distress_exit_ratio"])
        hazard *= sound * p["distress_exit_ratio"] if self.distress else sound
        if self.hosted:
            hazard *= 1.0 + p["incubator_exit_effect"]
        if city.draw("firm exit", self.identity) < threshold(hazard):
            self.alive, self.target, self.layoff = False, 0.0, ALL
            city.tell("firm_exits", self.area, 1.0 / self.thin)
            return
        spread = p["growth_sd_at_10"] * exp(p["growth_sd_slope"] * log(size / 10.0)) / 3.4641016151377544
        half = min(spread / 1.4142135623730951, 0.9)
        u = city.share("firm shock", self.identity) - 0.5
        shock = -half * log(max(1.0 - 2.0 * abs(u), 1e-15)) * (1.0 if u >= 0 else -1.0)
        self.target = max(size * exp(shock) * (1.0 - half * half), 1.0)

    def share_demand(self, block: float, left: float, demand: float) -> None:
        """Scale the target, so that the firms of the block, who together want `block`, want `left`; round it to persons."""
        city = self.model
        if not self.alive:
            self.desired = 0
        elif not self.public:
            if block > 0.0:
                self.target *= max(left, 0.5 * demand) / block
            self.desired = max(1, int(self.target / self.thin + city.taste("rounding", self.identity)))

    def plan_layoffs(self, waiting: tuple[float, float, float], strain: float, kept: float) -> None:
        """Let go of the excess that neither leavers nor better luck are expected to take up; faster after a month of distress. waiting:
        what leavers take, the spread of luck and its power of size; strain: what the whole trade has too many."""
        if not self.alive or self.public:
            return
        if not self.excess:
            self.distress = 0
            return
        p, excess = self.model.p, (self.staff - self.desired) / self.staff
        leavers, luck, slope = waiting
        shared = min(strain, excess)
        pressing = shared + max(excess - shared - luck * exp(slope * log(max(self.target, 1.0) / 10.0)), 0.0)
        self.distress = min(self.distress + 1, 255) if pressing >= p["distress_excess"] else 0
        share = max(pressing - leavers, 0.0) * p["mass_layoff_speed" if self.distress >= 2 else "layoff_speed"] * kept
        self.layoff = threshold(share)
        persons = share * self.real
        if persons >= 20 or (share >= 0.1 and persons >= 2.0):
            self.model.tell("mass_layoffs", self.area, share * self.staff)

    def log_odds(self) -> float:
        """Of insuring a local employee, apart from the area."""
        return self.taste + self.model.insured_odds[size_class(self.real)] + self.drive

    def look_at_lists(self) -> None:
        """The yearly review of its lists; what past visits have brought about wears off."""
        city = self.model
        self.visited_now = self.inspected_now = self.review = False
        if city.month % 12 == 0:
            self.visited_this_year = False
        if self.alive and not self.public:
            self.drive *= city.drive_kept
            self.review = choose(draw64(city.key("lasting.review month", 0), self.identity), 12) == city.month % 12

    def be_visited(self) -> None:
        """The enrolment drive comes to see the wage sheets."""
        self.drive += self.model.p["drive_effect"]
        self.visited = self.visited_this_year = self.visited_now = self.review = True
        self.model.tell("drive_visits", self.area, 1.0 / self.thin)

    def be_inspected(self) -> None:
        """The inspectorate looks in, somebody complains, or tax data show who is left out."""
        city, p = self.model, self.model.p
        if not self.alive or self.public or not self.staff:
            return
        x = self.log_odds() + city.enrolment_level[self.area]
        fired = self.layoff / 2.0**64 * p["dispute_on_dismissal"]
        fired += p["arrears_claim"] if self.staff > 1.1 * self.desired + 1.0 else 0.0
        hurt = p["injuries_per_thousand"] / 12_000 * p["injury_claim"]
        uninsured = (1.0 - logistic(x + city.injury_gap[self.area])) * hurt + (1.0 - logistic(x)) * fired
        routine = p["inspection_rate"] / 12 * city.control("inspectors")[self.area]
        u = city.share("inspection", self.identity)
        if u < routine:
            cause = "inspection_visits"
        elif u < routine + 1.0 - exp(-self.real * p["complaints_per_dispute"] * uninsured):
            cause = "complaint_visits"
        elif self.review and city.share("matching notice", self.identity) < city.notices[size_class(self.real)]:
            cause = "matching_notices"
        else:
            return
        if x < p["drive_full_odds"]:
            self.drive += p["inspection_effect"]
            self.inspected_now = self.review = True
        elif cause == "matching_notices":
            return
        city.tell(cause, self.area, 1.0 / self.thin)

    def open_or_rest(self) -> None:
        """Whether its workers are insured by project this month: not while the site rests around the Spring Festival."""
        city = self.model
        builds = self.alive and not self.public and city.sectors[self.sector] == "construction"
        works = builds and city.taste("insured by project", self.identity) < city.project_share[self.area]
        works = works and (city.resting <= 0.0 or city.this_year("site rests", self.identity) >= city.resting)
        self.review, self.site = self.review or works != self.site, works
