"""The plain city: a Mesa model whose step tells the month in the same order as `model.city.City`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import mesa

from benchmarks.peer import economy, enrolling, graduates, insured, landless, market, paid, retired, services, support, training
from benchmarks.peer.counts import Counts
from benchmarks.peer.employer import Employer
from benchmarks.peer.luck import Luck, draw64
from benchmarks.peer.person import Person
from benchmarks.peer.start import copy_start
from model import states as s
from model.retirement_age import legal_retirement_month
from model.setting import period

if TYPE_CHECKING:
    from model.city import City


class PlainCity(Counts, Luck, mesa.Model):
    """Starts as a copy of a new `City`, person by person and firm by firm, and then lives on its own."""

    def __init__(self, city: City) -> None:
        super().__init__(rng=city.luck % 2**32)
        self.setting, self.seed, self.month = city.setting, city.luck, -1
        self.p = dict(city.setting.parameters)
        self._keys: dict[tuple[str, int], int] = {}
        self._legal: dict[tuple[bool, bool, int], int] = {}
        self.cohort: list[tuple[Person, int, bool, bool]] = []
        self.months_told: list[dict[str, list[float]]] = []
        copy_start(self, city)
        self.stocks = self.count_stocks()
        self.force_at_start = [max(x, 1.0) for x in self.force()]

    def step(self) -> None:
        """One month."""
        self.month += 1
        if self.month:
            support.feel_tightness(self)
        self._keys = {key: value for key, value in self._keys.items() if key[0].startswith(("lasting.", "yearly.", "firm."))}
        self.told: dict[str, list[float]] = defaultdict(lambda: [0] * len(self.weight))
        economy.read_law(self)
        insured.read_insurance_law(self)

        self.each(Person, "live")
        for mother in [p for p in self.people if p.note == s.GAVE_BIRTH]:
            mother.bear()
        retired.award(self)
        graduates.graduate(self)

        paid.raise_wages(self)
        economy.plan_staff(self)
        economy.separate(self)
        training.train(self)
        training.award_titles(self)
        training.teach(self)
        market.place_hard_to_employ(self)
        market.match(self)
        graduates.take_posts(self)
        support.set_export(self)
        self.each(Person, "export")
        economy.start_up(self)
        support.host(self)
        economy.migrate(self)
        landless.take_land(self)

        enrolling.enrol(self)
        economy.choose_scheme(self)
        graduates.follow(self)
        services.hand_out(self)
        services.file_cases(self)
        self.close_month()

    @property
    def people(self) -> list[Person]:
        """Everybody on the roster."""
        return list(self.agents_by_type[Person])

    @property
    def firms(self) -> list[Employer]:
        """Every firm, closed ones too."""
        return list(self.agents_by_type[Employer])

    def each(self, kind: type, verb: str) -> None:
        """Everyone of a kind does something, one after the other."""
        self.agents_by_type[kind].do(verb)

    def legal_age(self, female: bool, cadre: bool, birth: int) -> int:
        """Months of age at legal retirement."""
        found = self._legal.get((female, cadre, birth))
        if found is None:
            found = self._legal[female, cadre, birth] = economy.legal_age(self.setting, female, cadre, birth)
        return found

    def one(self, name: str) -> float:
        """A control that is the same everywhere."""
        values = self.control(name)
        return sum(values) / len(values)

    def resident_age(self, birth: int) -> int:
        """Months of age at which the resident scheme pays."""
        return legal_retirement_month(self.setting.law, "m", "resident", period(self.setting.start_year, birth))

    def control(self, name: str) -> list[float]:
        """A control of this month, by area."""
        return [float(x) for x in self.setting.control(name, self.month)]

    def by_area(self, name: str) -> list[float]:
        """A parameter in each area."""
        return [float(self.p.get(f"{name}@{area}", self.p.get(name, 0.0))) for area in self.setting.areas]

    def law(self, path: str) -> float:
        """What the law says this month."""
        return self.setting.law.value(path, period(self.setting.start_year, self.month))

    def whole(self, name: str, real: list[float]) -> list[int]:
        """Real persons by area as simulated ones; this month's draw of the area settles the fraction."""
        key = self.key(f"whole.{name}", self.month)
        return [int(n / w + float(draw64(key, a)) / 2.0**64) for a, (n, w) in enumerate(zip(real, self.weight, strict=True))]
