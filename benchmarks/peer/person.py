"""A person of the plain city: lives, works (see `living`, `working`), moves and is insured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer import schooling
from benchmarks.peer.luck import choose
from benchmarks.peer.working import Working
from model import states as s
from model.arithmetic import logistic

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity


class Person(Working):
    """Somebody on the roster, one object each."""

    # --- moves ---

    def go_home(self) -> None:
        """An outsider of working age leaves for good."""
        city = self.model
        if not self.outsider or not s.FARM <= self.state <= s.INACTIVE:
            return
        if city.draw("go home", self.identity) < city.outsider_return:
            city.tell("departures", self.area)
            self.leave_roster()

    def come_home(self) -> None:
        """A hukou holder who lives elsewhere comes back and looks for work."""
        city = self.model
        if self.state != s.AWAY or self.studies_away or not 216 <= self.months < 720:
            return
        if city.draw("come home", self.identity) < city.away_return:
            self.begin(s.UNEMPLOYED)
            self.registered = city.share("register", self.identity) < city.p["registration"]
            city.tell("returns", self.area)

    @staticmethod
    def arrive(city: PlainCity, identity: int, area: int) -> Person:
        """A worker of 18 to 45 from elsewhere moves in and looks for work."""
        draw = city.draw("who arrives", identity)
        newcomer = Person(city, identity, city.month - 12 * (18 + choose(draw, 28)) - identity % 12, area, s.UNEMPLOYED)
        newcomer.outsider = newcomer.rural = True
        newcomer.female = bool(draw & 1)
        newcomer.schooling = schooling.of_arrival(city, identity)
        return newcomer

    # --- insurance ---

    @property
    def local(self) -> bool:
        """May join the resident scheme here."""
        return not self.outsider and not self.studies_away

    def enrol(self) -> None:
        """The employer settles the insurance of the newly hired, and of all staff under review."""
        city, firm = self.model, self.employer
        if self.state != s.EMPLOYED or not (self.note == s.JUST_HIRED or firm.review):
            return
        self.registered = self.laid_off = False
        if self.past_legal_age():
            self.ui = self.injury = False
        elif firm.public:
            self.pension, self.paying, self.injury = s.CIVIL_SCHEME, True, True
            self.ui = firm.ownership == s.PUBLIC_UNIT
        else:
            x = firm.log_odds() + city.enrolment_level[self.area]
            x -= city.p["outsider_penalty"] if self.outsider else 0.0
            u = city.taste("bundle", self.identity ^ firm.identity)
            self.ui = u < logistic(x)
            self.injury = self.ui or u < logistic(x + city.injury_gap[self.area])
            if u < logistic(x) * city.p["firm_pension_share"]:
                self.pension, self.paying = s.EMPLOYEE_SCHEME, True
            else:
                self.paying = self.paying and self.pension == s.RESIDENT_SCHEME

    def choose_scheme(self) -> None:
        """Whom no employer insures reconsiders the schemes on a birthday and with a new state."""
        city = self.model
        if self.state in (s.CHILD, s.STUDENT, s.RETIRED) or not 192 <= self.months < 720:
            return
        if self.months % 12 != 0 and self.spell != 0:
            return
        if self.state == s.EMPLOYED and self.pension >= s.EMPLOYEE_SCHEME and self.paying:
            return
        at_risk = self.state in (s.FLEXIBLE, s.OWNER, s.UNEMPLOYED) and not self.past_legal_age()
        self.pension = s.NO_PENSION
        if at_risk and city.taste("employee scheme", self.identity) < city.flexible_share[self.area]:
            self.pension = s.EMPLOYEE_SCHEME
        elif self.local and city.taste("resident scheme", self.identity) < city.resident_share[self.area]:
            self.pension = s.RESIDENT_SCHEME
        self.paying = self.pension != s.NO_PENSION and city.this_year("payment", self.identity) < city.voluntary_payment
