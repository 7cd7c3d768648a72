"""What the plain city counts: flows as they are told, stocks at the end of the month, in real persons by area."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks.peer import enrolling, funds, insured, skills
from model import states as s
from model.sectors import table

if TYPE_CHECKING:
    from benchmarks.peer.person import Person

OF_STATE = {
    s.FARM: "farm",
    s.EMPLOYED: "employees",
    s.FLEXIBLE: "flexible",
    s.OWNER: "owners",
    s.UNEMPLOYED: "unemployed",
    s.INACTIVE: "inactive",
    s.RETIRED: "retired",
    s.STUDENT: "students",
}
AT_WORK = ("ui", "injury", "insured_by_firms", "pension_employee_active", "pension_civil_active", "pension_paid")
OF_PENSION = {
    s.RESIDENT_SCHEME: "pension_resident_active",
    s.EMPLOYEE_SCHEME: "pension_employee_active",
    s.CIVIL_SCHEME: "pension_civil_active",
}


class Counts:
    """The counts of a city with `people`, `firms`, `weight` and `p`."""

    def tell(self, series: str, area: int, times: float = 1) -> None:
        """One person, or so many, more in a flow of this month."""
        self.told[series][area] += times

    def stock(self, name: str, area: int) -> float:
        """A stock at the end of last month, real persons."""
        return self.stocks[name][area] if name in self.stocks else 0.0

    def force(self) -> list[float]:
        """Non-farm labour force at the end of last month, real persons by area."""
        return [sum(self.stock(name, a) for name in ("employees", "flexible", "owners", "unemployed")) for a in range(len(self.weight))]

    def demand_index(self, area: int) -> float:
        """Labour demand of private firms against the start."""
        start = sum(self.demand_at_start[area])
        return sum(self.demand[area]) / max(start, 1e-9) if start > 0 else 1.0

    def count_stocks(self) -> dict[str, list[float]]:
        """Everybody on the roster, by what they are."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(self.weight))
        for person in self.people:
            for name in memberships(person):
                counts[name][person.employer.area if through_employer(person, name) else person.area] += 1
            if person.employer and person.employer.area != person.area:
                counts["commuters_out"][person.area] += 1
                counts["commuters_in"][person.employer.area] += 1
        stocks = {name: [n * w for n, w in zip(counts[name], self.weight, strict=True)] for name in list(counts)}
        stocks |= skills.denominators(self, stocks)
        stocks["firms"] = [sum((w / f.thin for f in self.firms if f.alive and f.area == a), 0.0) for a, w in enumerate(self.weight)]
        stocks["insuring_firms"] = self.insuring_firms()
        return stocks

    def insuring_firms(self) -> list[float]:
        """Employers who insure anybody against injury, counted once a quarter."""
        if self.month % 3 != 2 and self.month > 0:
            return [self.stock("insuring_firms", a) for a in range(len(self.weight))]
        found = {p.employer for p in self.people if p.state == s.EMPLOYED and p.injury}
        return [sum((w / f.thin for f in found if f.area == a), 0.0) for a, w in enumerate(self.weight)]

    def close_month(self) -> None:
        """Count the month, make the bureau's statistics of it, and wipe the notes."""
        p, zero = self.p, [0.0] * len(self.weight)
        for person in self.people:
            skills.keep_stock(person)
            enrolling.book_coverage(person)
        funds.assess(self)
        for person in self.people:
            if person.pension != s.NO_PENSION or person.ui or person.injury or person.account > 0:
                insured.keep(person)
        before = self.stocks
        self.stocks = self.stocks_now = self.count_stocks()
        funds.settle_funds(self)
        funds.derive_stocks(self)
        flows = {name: [n * w for n, w in zip(rows, self.weight, strict=True)] for name, rows in self.told.items()}
        first, attrition = flows.get("first_registrations", zero), flows.get("natural_attrition", zero)
        flows["captured_registrations"] = [
            c * p["new_definition_ratio"] * (n - lost * p["subtract_natural_attrition"])
            for c, n, lost in zip(self.by_area("capture"), first, attrition, strict=True)
        ]
        flows["captured_startups"] = [
            c * p["startup_definition_ratio"] * n for c, n in zip(self.by_area("startup_capture"), flows.get("startups", zero), strict=True)
        ]
        supported = [c * p["startup_definition_ratio"] for c in self.by_area("startup_capture")]
        flows["captured_startup_hires"] = [c * n for c, n in zip(supported, flows.get("startup_hires", zero), strict=True)]
        flows["startup_trained"] = [x / 12 * p["startup_training_take_up"] for x in self.control("startup_training")]
        flows |= self.count_work(before)
        self.months_told.append(flows | self.stocks)
        december = self.month % 12 == 11
        for person in self.people:
            person.note = s.QUIET
            if december:
                person.counted = False

    def count_work(self, before: dict[str, list[float]]) -> dict[str, list[float]]:
        """Tertiary employment, and the change of non-farm jobs."""
        areas = range(len(self.weight))
        kinds = {"employees": 1, "flexible": 1, "owners": 1, "commuters_in": 1, "commuters_out": -1}
        staff, tertiary = [0.0 for _ in areas], [0.0 for _ in areas]
        for firm in self.firms:
            if firm.alive:
                staff[firm.area] += firm.staff * self.weight[firm.area]
                if table()[self.sectors[firm.sector]].branch == "tertiary":
                    tertiary[firm.area] += firm.staff * self.weight[firm.area]
        others = [self.stock("flexible", a) + self.stock("owners", a) for a in areas]
        zero = [0.0 for _ in areas]
        return {
            "tertiary_employed": [tertiary[a] + tertiary[a] / max(staff[a], 1.0) * others[a] for a in areas],
            "nonfarm_change": [sum((self.stock(n, a) - before.get(n, zero)[a]) * sign for n, sign in kinds.items()) for a in areas],
        }


def through_employer(person: Person, stock: str) -> bool:
    """Whether a membership is counted where the employer is."""
    if person.employer is None or stock not in AT_WORK:
        return False
    pension = stock not in ("ui", "injury", "insured_by_firms")
    return not pension or (person.pension >= s.EMPLOYEE_SCHEME and person.paying and not insured.alone(person))


def memberships(person: Person) -> list[str]:
    """Every stock that a person belongs to."""
    state, months, local = person.state, person.months, not person.outsider
    found = ["hukou_holders"] if local else []
    if state == s.AWAY:
        found.append("away")
    else:
        found.append("residents")
        found += [] if local else ["outsiders"]
        found += ["working_age"] if 192 <= months < 720 else []
        found += skills.stocks_of(person)
        found += [OF_STATE[state]] if state in OF_STATE else []
    draws = bool(person.resident_years & s.DRAWS_RESIDENT)
    active = state != s.RETIRED and not draws
    found += ["pensioners_resident"] if draws and person.pension == s.RESIDENT_SCHEME else []
    if state == s.RETIRED:
        found.append("pensioners" if person.pension == s.EMPLOYEE_SCHEME else "pensioners_civil")
    found += ["hukou_statutory"] if local and months >= 192 and state != s.STUDENT else []
    if person.pension != s.NO_PENSION:
        found += [OF_PENSION[person.pension]] if active else []
        found += ["pension_paid"] if active and person.paying else []
        found += ["pension_hukou_members"] if local and months >= 192 and state != s.STUDENT else []
    found += ["ui"] if state == s.EMPLOYED and person.ui else []
    found += ["insured_by_firms"] if enrolling.covered(person) else []
    found += ["injury"] if state == s.EMPLOYED and person.injury else []
    found += ["claimants"] if state == s.UNEMPLOYED and person.ui and person.laid_off else []
    found += ["registered"] if state == s.UNEMPLOYED and person.registered else []
    return found
