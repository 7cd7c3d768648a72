"""A person of the plain city: lives, works (see `living`, `working`), moves and is insured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer import schooling, training
from benchmarks.peer.living import IN_TOWN
from benchmarks.peer.luck import threshold
from benchmarks.peer.working import Working
from model import states as s
from model.arithmetic import power

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity


class Person(Working):
    """Somebody on the roster, one object each."""

    # --- moves ---

    def move(self) -> None:
        """Comes home, settles, leaves the city, or is to move to another area."""
        city = self.model
        if self.state == s.AWAY:
            self.come_home()
        elif s.FARM <= self.state <= s.INACTIVE:
            self.settle()
            leaves = self.leaving()
            moves = city.between[self.area] if self.state in (s.UNEMPLOYED, s.FLEXIBLE) else 0
            draw = city.draw("leave", self.identity)
            if draw < leaves:
                city.tell("departures", self.area)
                self.leave_roster() if self.outsider else self.leave_home()
            elif draw - leaves < moves:
                self.note = s.MOVING

    def leaving(self) -> int:
        """Threshold of leaving the city this month."""
        city, p = self.model, self.model.p
        if self.college and 12 * 22 <= self.months < 12 * 32:
            rate = p["graduate_leave_rate"] / 12 * (1.0 if self.outsider else p["graduate_leave_local_ratio"])
            rate *= p["graduate_leave_job_ratio"] if self.state in IN_TOWN else 1.0
            rate *= power(p["graduate_leave_tenure_ratio"], float(min(self.spell // 12, 5)))
            return int(threshold(min(city.stays[self.area] * rate, 1.0)))
        if self.outsider:
            return int(city.outsider_return)
        return int(threshold(min(p["local_leave_rate"] * city.stays[self.area], 1.0))) if self.state == s.UNEMPLOYED else 0

    def leave_home(self) -> None:
        """A hukou holder goes to live elsewhere, from a job or without one."""
        if self.state == s.EMPLOYED:
            self.leave_job()
        self.without_work(None)
        self.go_elsewhere()

    def settle(self) -> None:
        """An outsider in insured work becomes a hukou holder once the city's months have passed."""
        city = self.model
        if not self.outsider or self.state not in IN_TOWN or self.pension < s.EMPLOYEE_SCHEME or not self.paying:
            return
        wait = city.control("hukou_months_graduates" if self.college else "hukou_months")[self.area]
        if self.spell >= wait and city.draw("settle", self.identity) < city.hukou:
            self.outsider = False
            city.tell("settled", self.area)

    def come_home(self) -> None:
        """A hukou holder who lives elsewhere comes back and looks for work."""
        city = self.model
        if self.studies_away or not 216 <= self.months < 720:
            return
        if city.draw("come home", self.identity) < city.away_return:
            self.begin(s.UNEMPLOYED)
            self.registered = city.taste("registers", self.identity) < city.p["registration"]
            city.tell("returns", self.area)

    def relocate(self) -> None:
        """Goes to live in another area of the city, the likelier the more work there is."""
        city = self.model
        if self.note != s.MOVING:
            return
        self.note = s.QUIET
        others = [0.0 if b == self.area else x for b, x in enumerate(city.pull)]
        u, below, to = city.share("which area", self.identity), 0.0, 0
        for b, x in enumerate(others):
            below += x / sum(others)
            to = b
            if u < below:
                break
        city.tell("moves_out", self.area)
        city.tell("moves_in", to)
        self.area = to

    @staticmethod
    def arrive(city: PlainCity, identity: int, area: int) -> Person:
        """A worker from elsewhere moves in and looks for work."""
        p = city.p
        groups = [(16, 5, p["arrival_share_16_20"]), (21, 10, p["arrival_share_21_30"]), (31, 10, p["arrival_share_31_40"]),
                  (41, 10, p["arrival_share_41_50"])]  # fmt: skip
        ages = [(first + k, share / years) for first, years, share in groups for k in range(years)]
        ages += [(51 + k, max(1.0 - sum(share for *_, share in groups), 0.0) / 9) for k in range(9)]
        newcomer = Person(city, identity, 0, area, s.UNEMPLOYED)
        newcomer.birth = city.month - 12 * picked(ages, city.share("arrives.age", identity)) - identity % 12
        newcomer.schooling = schooling.of_arrival(city, identity)
        newcomer.outsider = True
        newcomer.female = city.share("arrives.sex", identity) < p["arrival_women_share"]
        newcomer.rural = city.share("arrives.hukou", identity) < p["outsider_rural_share"]
        newcomer.skill = training.grade_of_arrival(city, identity)
        return newcomer

    # --- insurance ---

    @property
    def local(self) -> bool:
        """May join the resident scheme here."""
        return not self.outsider and not self.studies_away

    def choose_scheme(self) -> None:
        """Whom no employer insures reconsiders the schemes on a birthday and with a new state."""
        city = self.model
        if self.state in (s.CHILD, s.STUDENT, s.RETIRED) or not 192 <= self.months < 720 or self.resident_years & s.DRAWS_RESIDENT:
            return
        if self.months % 12 != 0 and self.spell != 0:
            return
        if self.state == s.EMPLOYED and self.pension >= s.EMPLOYEE_SCHEME and self.paying:
            return
        if self.pension == s.EMPLOYEE_SCHEME and self.paying and self.past_legal_age():
            return
        at_risk = self.state in (s.FLEXIBLE, s.OWNER, s.UNEMPLOYED) and not self.past_legal_age()
        before = self.pension
        waits = self.pension == s.EMPLOYEE_SCHEME and (self.land_taken or self.paid >= int(city.law("pension.minimum_months")))
        self.pension = s.EMPLOYEE_SCHEME if waits else s.NO_PENSION
        if at_risk and city.taste("employee scheme", self.identity) < city.flexible_share[self.area]:
            self.pension = s.EMPLOYEE_SCHEME
        elif not waits and self.local and city.taste("resident scheme", self.identity) < city.resident_share[self.area]:
            self.pension = s.RESIDENT_SCHEME
        may_pay = self.pension == s.RESIDENT_SCHEME or (self.pension == s.EMPLOYEE_SCHEME and at_risk)
        new, behind, kept = city.payment
        chance = new if self.spell == 0 or self.pension != before else kept if self.paying else behind
        self.paying = may_pay and city.this_year("payment", self.identity) < chance


def picked(line: list[tuple[int, float]], u: float) -> int:
    """The value of a discrete distribution at u."""
    below = 0.0
    for value, share in line:
        below += share
        if u < below:
            return value
    return line[-1][0]
