"""The city: people, firms and institutions, and the story of one month.

`City` is a Mesa model; its agents stand in column stores so that every resident can be simulated one to one. This file and
`institutions.py` are the only ones that know Mesa.
"""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from model import (
    accounts,
    books,
    bureau,
    cards,
    commuting,
    demand,
    demography,
    disputes,
    distress,
    enrolment,
    gig,
    graduates,
    help,
    incubators,
    injury,
    inspection,
    land,
    market,
    membership,
    migration,
    moves,
    programmes,
    retirement,
    separations,
    startups,
    support,
    talents,
    technical_schools,
    titles,
    training,
    transfer,
    wages,
)
from model import states as s
from model.collected import Collected
from model.demography import legal_ages
from model.graduates import Graduates
from model.institutions import Fund, InjuryFund, LabourTribunal, PensionFund, ResidentFund, ServiceCounters, UnemploymentFund
from model.parts import Luck, Tables, months_together
from model.rolls import Rolls
from model.rulings import Ruled
from model.sectors import PUBLIC, column
from model.series import SERIES, S
from model.setting import Setting, month_of, period, small_town
from model.synthesis.accounts import opening_accounts
from model.synthesis.build import populate
from model.synthesis.roster import GRADUATES, SCHOOL_LEAVERS, margins
from model.synthesis.schemes import enrolment_levels, memberships
from model.tenure import tenure_of

MECHANISMS = (demography, retirement, graduates, wages, demand, distress, gig, separations, training, titles, technical_schools, help,
              support, moves, commuting, market, transfer, startups, incubators, migration, land, inspection, enrolment, membership,
              cards, programmes, talents, disputes, injury, accounts, bureau)
"""Every mechanism of the city, in the order in which the month tells them."""


class City(Luck, Tables, Ruled, mesa.Model):
    """A city that lives month by month.

    setting: what it is made from; rng: the seed of its luck (any integer); scale: real persons a row (smaller areas keep 15,000 rows at
    least; `thin_everything` thins them too, for quick tests).
    """

    datacollector = Collected(mesa.DataCollector)

    def __init__(self, setting: Setting | None = None, *, rng: int = 1, scale: int = 20, thin_everything: bool = False) -> None:
        super().__init__(rng=int(rng) % 2**32)
        self.setting = setting or small_town()
        self.luck, self.scale, self.thin_everything = int(rng), int(scale), thin_everything
        self.month = -1
        self.findings: list[str] = []
        self.graduates: Graduates | None = None
        self._name_sectors()
        self.first_birth = -12 * 101
        self.legal_ages = legal_ages(self, self.first_birth, 12 * 40)
        self.tables, self.tenure, self.tightness = margins(self.setting), tenure_of(self.setting), 1.0
        populate(self, self.tables, self.scale)
        wages.pay_start(self)
        enrolment_levels(self)
        retirement.plan(self)
        memberships(self)
        self.account_keys = accounts.account_keys(self)
        opening_accounts(self)
        cards.issue_first_cards(self)
        self._remember_start()

    def step(self) -> None:
        """One month. The order is the story of docs/odd.md, section 3."""
        self._turn_page()

        demography.age_and_die(self)
        retirement.award(self)
        graduates.graduate(self)

        wages.raise_wages(self)
        demand.plan_staff(self)
        separations.separate(self)
        training.train(self)
        titles.award_titles(self)
        technical_schools.teach(self)
        help.help_hard_to_employ(self)
        market.match(self)
        graduates.take_posts(self)
        transfer.send_away(self)
        startups.start_up(self)
        incubators.host(self)
        migration.migrate(self)
        land.take_land(self)

        enrolment.enrol(self)
        membership.choose_scheme(self)

        cards.hand_out(self)
        programmes.build(self)
        graduates.follow(self)
        talents.live(self)
        self.labour_tribunal.step()
        bureau.count_heads(self)
        self.service_counters.step()
        self.pension_fund.step()
        self.resident_fund.step()
        self.unemployment_fund.step()
        self.injury_fund.step()
        books.close(self)

    def run_until(self, last: str | float) -> None:
        """Live until the end of the month `last` ("2025-12"); a number is Mesa's simulated time."""
        if isinstance(last, str):
            self.run_for(month_of(self.setting.start_year, last) - self.month)
        else:
            super().run_until(last)

    def run_for(self, months: float) -> None:
        """Live for a number of months."""
        for _ in range(int(months)):
            self.step()

    def series(self) -> dict[str, NDArray[np.float64]]:
        """Counts of the months so far in real persons (money in fen, buildings in units): {series: (months, areas)}."""
        counted = {name: self.table[i, : self.month + 1].copy() for i, name in enumerate(SERIES)}
        return counted | programmes.series_of(self) | self.small_populations.counted()

    def months(self) -> list[str]:
        """Names of the months so far: ["2021-01", …]."""
        return [period(self.setting.start_year, m) for m in range(self.month + 1)]

    @property
    def calendar_month(self) -> int:
        """1 = January … 12 = December."""
        return self.month % 12 + 1

    @property
    def year(self) -> int:
        """Calendar year of the present month."""
        return self.setting.start_year + self.month // 12

    @property
    def period(self) -> str:
        """Name of the present month."""
        return period(self.setting.start_year, self.month)

    @property
    def funds(self) -> tuple[Fund, ...]:
        """The insurance funds."""
        return self.pension_fund, self.resident_fund, self.unemployment_fund, self.injury_fund

    @property
    def person_months(self) -> int:
        """Rows simulated so far, months × rows of the roster now."""
        return (self.month + 1) * int(self.people.n)

    def close(self) -> None:
        """Free all columns now, and all else that the city holds, before the next one needs the room; it cannot be used afterwards."""
        self.people.close()
        self.firms.close()
        self.small_populations.store.close()
        if self.graduates is not None:
            self.graduates.close()
        self.remove_all_agents()
        self.__dict__.clear()

    def _name_sectors(self) -> None:
        shares = np.array(list(self.setting.sectors.values()), float)
        self.sector_names = (*self.setting.sectors, PUBLIC)
        self.sector_premium, self.sector_turnover = column(self.sector_names, "premium"), column(self.sector_names, "turnover")
        self.sector_tier = column(self.sector_names, "tier").astype(np.int64)
        self.sector_risk = column(self.sector_names, "risk").astype(np.uint8)
        self.private_sectors = np.cumsum(shares / shares.sum())

    def _remember_start(self) -> None:
        """What later months are compared with."""
        setting, firms, areas = self.setting, self.firms, len(self.setting.areas)
        self.table = months_together(60, areas)
        self.rolls = Rolls(self.people.n, areas)
        self.injury_fund, self.injury_spent, self.mean_base = InjuryFund(self), np.zeros(areas), setting.wage
        self.stocks = bureau.count_stocks(self, False, keeping=False)[: len(SERIES)] * self.weight
        jobs = np.zeros((areas, len(self.sector_names)))
        np.add.at(jobs, (firms.area[: firms.n], firms.sector[: firms.n]), firms.staff[: firms.n] * self.weight[firms.area[: firms.n]])
        self.private_jobs = private = jobs[:, :-1]
        self.demand_at_start = private.copy()
        self.new_sectors = np.cumsum(private / np.maximum(private.sum(axis=1, keepdims=True), 1e-9), axis=1)[:, :-1].copy()
        self.demand, self.public_jobs = self.demand_at_start.copy(), jobs[:, -1]
        self.public_employers = np.flatnonzero((firms.ownership[: firms.n] >= s.STATE_ORGAN) & firms.alive[: firms.n])   # they stay
        self.job_shares = self.demand / np.maximum(self.demand.sum(axis=1, keepdims=True), 1.0)
        self.open_posts = setting.parameter("usual_unfilled_posts") * self.demand
        self.nearness, self.exits, self.arrival_ages = moves.nearness(self), demand.exits(setting), migration.arrival_ages(self)
        self.force_at_start, self.flexible_at_start = np.maximum(self.force(), 1.0), self.stock("flexible").copy()
        self.strain = np.zeros_like(self.demand)
        self.flexible_pull, self.young_hires, self.public_posts_added, self.public_posts_waiting, self.open_public = np.zeros((5, areas))
        self.startup_jobs_added, self.hiring_jobs_added = np.zeros((2, areas))
        self.steady_growth, self.supply = 1.0, np.ones(areas)
        self.funded = help.FundedPosts()
        searchers = sum(float(self.stock(name).sum()) * setting.parameter(rate) for name, rate in (
            ("employees", "search_on_job"), ("flexible", "flexible_search")))
        self.usual_posts_a_searcher = max(float(self.open_posts.sum()) / max(searchers + float(self.stock("unemployed").sum()), 1.0), 1e-9)
        self.posts_a_searcher = self.usual_posts_a_searcher
        self.denominator_shares = self.force_at_start / self.force_at_start.sum(), self.stock("residents") / self.stock("residents").sum()
        self.usual_arrivals = migration.usual_arrivals(self)
        self.movers_at_start = self.stock("unemployed") + self.stock("flexible")
        self.fairs_at_start, self.loans_at_start, self.startup_places_at_start = (
            float(setting.usual(name)) for name in ("recruitment_fairs", "startup_loans", "startup_training"))
        people, n = self.people, self.people.n
        university = (people.state[:n] == s.STUDENT) & (people.birth[:n] < -SCHOOL_LEAVERS)
        students, outsiders = self.rows_by_area(university), self.rows_by_area(university & (people.traits[:n] & s.OUTSIDER > 0))
        undergraduates = (people.traits[:n] & s.STUDIES_AWAY > 0) & (people.birth[:n] >= -GRADUATES)
        natives = self.rows_by_area((people.state[:n] == s.AWAY) & undergraduates)
        self.outside_candidates = graduates.candidates_elsewhere(self, (students + natives) / 4)
        self.admitted_outsiders = np.rint(outsiders / 4)
        self.startup_hazard, self.usual_starts, self.usual_exits = startups.usual_rates(self)
        self.pension_fund, self.resident_fund = PensionFund(self), ResidentFund(self)
        self.unemployment_fund = UnemploymentFund(self)
        self.resident_income_fen = accounts.resident_income(self)
        self.build_outs = programmes.begin(self)
        self.small_populations = talents.SmallPopulations(self)
        self.labour_tribunal, self.service_counters = LabourTribunal(self), ServiceCounters(self)

    def _turn_page(self) -> None:
        """Begin a month: the table grows when the horizon does, and the roster's account is opened."""
        self.month += 1
        if self.month >= self.table.shape[1]:
            longer = months_together(2 * self.month, len(self.setting.areas))
            longer[:, : self.month] = self.table
            self.table = longer
        self.now = self.table[:, self.month]
        if self.month:
            self.stocks = self.table[:, self.month - 1]
            market.feel_tightness(self)
        self.rows_before = self.people.turn_page()

    @property
    def rows_in(self) -> int:
        """Rows taken this month by births and arrivals."""
        return self.people.entered

    @property
    def rows_out(self) -> int:
        """Rows vacated this month by deaths and leavers."""
        exits = self.now[S.roster_exits] / self.weight
        return int(round(float(exits.sum()))) + self.people.left

