"""A living person of the plain city: birth, birthdays, retirement, death."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa import Agent

from benchmarks.peer import insured, retired
from benchmarks.peer.luck import hash_ids
from model import states as s

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity
    from benchmarks.peer.employer import Employer

IN_TOWN = (s.EMPLOYED, s.FLEXIBLE, s.OWNER)


class Living(Agent):
    """Somebody on the roster: lives here, or holds local hukou and lives elsewhere. `birth` is a month, 0 = the first of the run."""

    def __init__(self, city: PlainCity, identity: int, birth: int, area: int, state: int) -> None:
        super().__init__(city)
        self.identity, self.birth, self.area, self.state = identity, birth, area, state
        self.spell, self.note = 0, s.QUIET
        self.female = self.outsider = self.rural = self.cadre = False
        self.schooling = self.skill = self.course = 0
        self.worked_in_town = self.trained = self.studies_away = self.land_taken = False
        self.pension = s.NO_PENSION
        self.ui = self.injury = self.paying = self.registered = self.counted = self.laid_off = False
        self.wage = self.trade = self.marks = 0
        self.paid = self.resident_years = self.ui_paid = self.base = self.account = 0
        self.card = 0
        self.employer: Employer | None = None

    @property
    def months(self) -> int:
        """Months of age."""
        return self.model.month - self.birth

    @property
    def college(self) -> bool:
        """Has attended college."""
        return self.schooling & s.SCHOOLING >= s.JUNIOR_COLLEGE

    def begin(self, state: int) -> None:
        """Enter a state this month."""
        self.state, self.spell = state, 0

    def without_work(self, cause: int | None) -> None:
        """Keep why one is without work; None: one is not."""
        self.marks = self.marks & (s.EVERY_MARK - s.CAUSE) | (cause or s.NO_CAUSE)

    def past_legal_age(self) -> bool:
        """From the month of legal retirement on."""
        return self.months >= self.model.legal_age(self.female, self.cadre, self.birth)

    def live(self) -> None:
        """A month of life: death, birth, retirement, and on a birthday school and participation."""
        city = self.model
        years = min(self.months // 12, 100)
        dies, luck = city.deaths[self.female][years], city.draw("death", self.identity)
        if luck < dies:
            if self.state != s.AWAY:
                city.tell("deaths", self.area)
            if self.state in IN_TOWN:
                city.tell("natural_attrition", self.area)
            insured.leave_to_heirs(self)
            self.leave_roster()
            return
        self.spell = min(self.spell + 1, 255)
        if self.female and luck < dies + city.births[years]:
            self.note = s.GAVE_BIRTH
        if self.state in (s.AWAY, s.RETIRED):
            return
        if not self.grow_old() and self.months % 12 == 0:
            self.have_birthday(years)

    def grow_old(self) -> bool:
        """Retirement, and what ends at the legal age; True if the person has retired."""
        in_scheme = self.pension >= s.EMPLOYEE_SCHEME
        if in_scheme and self.state != s.STUDENT and self.note == s.QUIET:
            step = retired.step_of(self)
            if step == "retires":
                self.retire()
                return True
            if step == "switches":
                self.note = s.SWITCHING
            elif step == "pays on":
                self.paying, self.ui, self.injury, self.laid_off = True, False, False, False
        elif not in_scheme and self.ui and self.state != s.STUDENT and self.past_legal_age():
            self.ui = self.injury = self.laid_off = False
        return False

    def retire(self) -> None:
        """Stop work, and draw the pension."""
        if self.state in IN_TOWN:
            self.model.tell("natural_attrition", self.area)
        self.model.tell("new_retirees", self.area)
        scheme = self.pension
        self.leave_job()
        self.pension = scheme
        self.begin(s.RETIRED)
        self.note = s.RETIRING

    def have_birthday(self, years: int) -> None:
        """School ends at 16 for some; everyone past school reconsiders the labour force."""
        city = self.model
        if self.state == s.CHILD and years >= 16:
            stays = city.taste("studying", self.identity) < city.p["school_share_16_17"]
            self.begin(s.STUDENT if stays else s.INACTIVE)
            self.schooling = s.SENIOR_SECONDARY if stays else s.JUNIOR_SECONDARY
        if self.state in (s.STUDENT, s.CHILD):
            return
        works = city.taste("participation", self.identity) < city.participation[self.rural][self.female][years]
        if works and self.state == s.INACTIVE:
            self.begin(s.UNEMPLOYED)
        elif not works and self.state != s.INACTIVE:
            self.leave_job()
            self.begin(s.INACTIVE)

    def bear(self) -> None:
        """Her child is born."""
        city = self.model
        self.note = s.QUIET
        identity = hash_ids(self.identity, city.month, 1)
        child = type(self)(city, identity, city.month, self.area, s.AWAY if self.state == s.AWAY else s.CHILD)
        child.outsider, child.rural = self.outsider, self.rural
        child.female = not city.draw("sex at birth", identity) < city.boys
        if child.state == s.CHILD:
            city.tell("births", child.area)

    def leave_roster(self) -> None:
        """Die, or leave for good."""
        self.model.tell("roster_exits", self.area)
        if self.course & s.IN_STOCK:
            self.model.tell("high_left", self.area)
        if self.marks & s.COVERED:
            self.model.tell("insured_gone", self.area)
        self.employer, self.state = None, s.GONE
        self.remove()

    def leave_job(self) -> None:
        """The job's insurance ends; the employee pension stays, unpaid."""
        self.employer = None
        self.marks &= s.EVERY_MARK - s.COMMUTES
        if self.pension == s.CIVIL_SCHEME:
            self.pension = s.EMPLOYEE_SCHEME
        self.ui = self.injury = self.paying = self.registered = self.laid_off = False

    def go_elsewhere(self) -> None:
        """A hukou holder goes to live elsewhere; only the resident scheme stays."""
        self.begin(s.AWAY)
        self.ui = self.injury = self.registered = self.counted = self.laid_off = False
        if self.pension != s.RESIDENT_SCHEME:
            self.pension, self.paying = s.NO_PENSION, False
