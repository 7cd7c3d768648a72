"""A working person of the plain city: leaves, searches, trains, starts a job or a business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peer import insured, support
from benchmarks.peer.living import Living
from benchmarks.peer.luck import uniform
from benchmarks.peer.paid import offer
from model import states as s

if TYPE_CHECKING:
    from benchmarks.peer.employer import Employer


class Working(Living):
    """A person in the labour market."""

    def decide(self) -> None:
        """Who leaves, who stays and who looks for something else."""
        if self.state == s.EMPLOYED:
            self.decide_at_work()
        elif self.state in (s.FARM, s.FLEXIBLE, s.OWNER, s.UNEMPLOYED):
            city = self.model
            u, p = city.share("separate", self.identity), city.p
            if self.state == s.UNEMPLOYED:
                self.decide_without_work(u)
            elif self.state == s.FLEXIBLE and u < p["flexible_search"]:
                self.note = s.SEARCHING
            elif self.state == s.FLEXIBLE and self.wants_to_found(u):
                self.note = s.FOUNDING
            elif self.state == s.OWNER and u < city.giving_up[bool(self.marks & s.BACKED)]:
                self.begin(s.UNEMPLOYED)
                self.without_work(s.BY_BUSINESS)
            elif self.state == s.FARM and u < city.transfer[self.area]:
                self.note = s.FARM_SEARCHING

    def decide_at_work(self) -> None:
        """Laid off, quits, searches on the job or stays."""
        city, firm = self.model, self.employer
        draw = city.draw("separate", self.identity)
        if draw < firm.layoff:
            claims = self.ui and self.ui_paid < s.CLAIMED and insured.claim_months(city, self.ui_paid) > 0
            self.ui_paid |= s.CLAIMED if claims else 0
            self.leave_job()
            self.begin(s.UNEMPLOYED)
            self.without_work(s.BY_LAYOFF if firm.alive else s.BY_CLOSURE)
            self.laid_off, self.ui = True, claims
            city.tell("layoffs", self.area)
        elif firm.public:
            if uniform(draw) < city.p["separation_rate_public"]:
                self.quit_job(s.BY_QUIT)
        else:
            u, times = uniform(draw - firm.layoff), city.sector_turnover[firm.sector]
            quits = city.quits[self.spell] * times * (city.january if self.outsider else 1.0)
            ends = quits + city.contract_ends[self.spell] * times
            if u < ends:
                self.quit_job(s.BY_QUIT if u < quits else s.BY_CONTRACT)
            elif u < ends + city.search_on_job[self.spell] * times:
                self.note = s.SEARCHING
        if self.state == s.UNEMPLOYED and not self.outsider:
            chance = city.registration[self.area]
            if self.ui:
                chance = min(1.0, chance * city.p["registration_ratio_on_benefit"])
            self.registered = city.taste("registers", self.identity) < chance

    def quit_job(self, cause: int) -> None:
        """Leaves a job for no other."""
        self.leave_job()
        self.begin(s.UNEMPLOYED)
        self.without_work(cause)
        self.model.tell("quits" if cause == s.BY_QUIT else "contract_ends", self.area)

    def decide_without_work(self, u: float) -> None:
        """Takes flexible work, leaves the city or searches."""
        city, flexible = self.model, self.model.flexible_work[self.area]
        if self.spell == 0 or self.marks & s.CAUSE == s.NO_CAUSE:
            self.without_work(s.BY_ENTRY if self.spell == 0 else s.BY_MOVE)
        if self.ui and self.spell >= insured.claim_months(city, self.ui_paid):
            self.ui = self.laid_off = False
            self.ui_paid = 0
        if u < flexible and not self.course & s.MONTHS_LEFT:
            self.begin(s.FLEXIBLE)
            self.without_work(None)
            if self.registered or city.share("register flexible work", self.identity) < city.p["flexible_registration"]:
                self.be_counted(self.area)
            self.ui = self.laid_off = self.registered = False
        elif self.outsider and flexible <= u < flexible + city.p["outsider_leave_rate"]:
            city.tell("departures", self.area)
            self.leave_roster()
        else:
            self.note = s.FOUNDING if self.wants_to_found(u) else s.SEARCHING

    def founder_group(self) -> int:
        """Graduates under 30, outsiders, rural and other locals; −1: not of the age to start a business."""
        if not 240 <= self.months < 660:
            return -1
        if self.schooling & s.SCHOOLING >= s.JUNIOR_COLLEGE and self.months < 360:
            return 3
        return 2 if self.outsider else 1 if self.rural else 0

    def wants_to_found(self, u: float) -> bool:
        """Means to start a business this month."""
        group = self.founder_group()
        return group >= 0 and u >= 1.0 - self.model.beginning[group][self.area]

    def register(self) -> None:
        """Locals newly without work, other than from a job, decide whether to register."""
        if self.state == s.UNEMPLOYED and self.spell == 0 and not self.outsider and not self.registered:
            self.registered = self.model.taste("registers", self.identity) < self.model.registration[self.area]

    def be_counted(self, area: int) -> None:
        """The bureau of an area counts a person's first registration of the year."""
        if not self.counted:
            self.counted = True
            self.model.tell("first_registrations", area)

    def start_job(self, firm: Employer, wage: float) -> None:
        """Starts at `firm` for `wage` tens of yuan; insurance is settled later in the month."""
        self.without_work(None)
        self.wage, self.trade = int(wage + 0.5), firm.sector + 1
        self.ui = self.injury = self.paying = self.registered = self.laid_off = False
        self.trained, self.note, self.employer = False, s.JUST_HIRED, firm
        self.begin(s.EMPLOYED)
        firm.staff += 1
        self.marks &= s.EVERY_MARK - s.COMMUTES
        if firm.area != self.area:
            self.marks |= s.COMMUTES
        self.model.tell("hires", firm.area)

    def take_post(self, firm: Employer) -> None:
        """The market gave this searcher a post."""
        city, pay = self.model, offer(self, firm)
        if self.state == s.EMPLOYED:
            if int(pay + 0.5) <= self.wage:
                return
            self.employer.staff -= 1
            self.leave_job()
            city.tell("job_to_job", firm.area)
        else:
            self.be_counted(firm.area)
        if self.state == s.UNEMPLOYED:
            if self.registered:
                city.tell("reemployed", firm.area)
            if support.is_young(self):
                city.young_hires[firm.area] += city.weight[firm.area]
        self.marks &= s.EVERY_MARK - s.GUIDED - s.TRAINEE - s.WELFARE_POST
        if firm.startup and city.month - firm.founded < 36:
            city.tell("startup_hires", firm.area)
        if self.state == s.FARM:
            if not self.worked_in_town:
                city.tell("transfers_local", firm.area)
            self.worked_in_town = True
        self.start_job(firm, pay)

    def export(self) -> None:
        """A farm worker who looked for work and found none here may go away."""
        city = self.model
        if self.note != s.FARM_SEARCHING or self.state != s.FARM:
            return
        if city.share("export", self.identity) < city.export[self.area]:
            if not self.worked_in_town:
                city.tell("transfers_out", self.area)
            self.worked_in_town = True
            self.go_elsewhere()

    def found(self) -> bool:
        """Becomes an owner."""
        city = self.model
        if self.note != s.FOUNDING or self.state not in (s.FLEXIBLE, s.UNEMPLOYED):
            return False
        self.begin(s.OWNER)
        self.note = s.QUIET
        self.marks &= s.EVERY_MARK - s.CAUSE - s.BACKED - s.GUIDED - s.TRAINEE
        if city.share("backed", self.identity) < city.backed:
            self.marks |= s.BACKED
            city.tell("backed_startups", self.area)
        city.tell("startups", self.area)
        self.be_counted(self.area)
        self.ui = self.injury = self.paying = self.registered = self.laid_off = False
        return True
