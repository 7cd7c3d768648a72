"""What a city is made from: plain data, no plan, no scenario names. `scenarios` builds a Setting; `small_town()` is one at hand.

All persons are real persons (1:1), whatever the scale of the city that is built from the setting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.controls import CONTROLS
from model.law import Law
from model.parameters import central_values
from model.talent_account import SkillStocks, TalentAccount

if TYPE_CHECKING:
    from model.city import City

AGES = 101
USUAL_RATES = {"mediation_success_rate": "mediation_usual", "arbitration_clearance_rate": "clearance_usual",
               "inspection_on_time_rate": "inspection_usual", "service_satisfaction": "rating_usual",
               "socialised_retirees": "socialised_usual"}
"""Rates that institutions are used to, each with the parameter for a city that publishes none."""
LOTS = 100                      # most lots in which a programme is built
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shock:
    """Something that nobody chooses: `kind` demand_slump, in `sector` (None = all), for `months` from month `start` ("2022-04"),
    of relative `size` (-0.08: eight per cent less)."""

    kind: str
    start: str
    months: int
    size: float
    sector: str | None = None


@dataclass(frozen=True)
class Programme:
    """Something to be built. opening: units at the baseline date; units: to be added; first, due: months (0 = the first simulated one)
    between which the lots fall due; area: position of the only area it concerns, or None."""

    name: str
    opening: float
    units: float
    first: int
    due: int
    area: int | None = None

    @property
    def lots(self) -> int:
        """Number of lots: one a unit, at most LOTS."""
        return max(1, min(LOTS, int(round(self.units))))

    def months_due(self) -> NDArray[np.int64]:
        """The month in which each lot is due, ascending, shape (lots,); the last lot is due in `due`."""
        step = (self.due - self.first + 1) / self.lots
        due: NDArray[np.int64] = self.first - 1 + np.rint(step * np.arange(1, self.lots + 1)).astype(np.int64)
        return due


@dataclass(frozen=True)
class Schemes:
    """Insured headcounts at the baseline date, persons, shape (areas,).

    enterprise: active members of the employee pension scheme, flexible and paused members included; civil: of the civil-service
    scheme; pension: active members of all schemes; ui, injury: members of those schemes; paying: share of active members who pay.
    hukou_members: hukou holders of 16 and over in any scheme, pensioners included, where the city publishes that headcount: it then sets
    the resident scheme instead of `pension`.
    """

    enterprise: Ints
    civil: Ints
    pension: Ints
    ui: Ints
    injury: Ints
    paying: float
    hukou_members: int | None = None


@dataclass(frozen=True)
class Setting:
    """A city at its baseline date, the rules it lives under, and what drives it.

    start_year: first simulated year; province: whose law holds; areas: ids of the finest areas; groups: composite areas.
    core: by area, whether it is a district or zone of the urban core 市辖区、功能区; (): areas are apart, and nobody commutes.
    residents, outsiders (⊂ residents, hukou elsewhere), away (hukou here, living elsewhere): persons, shape (areas, 2, 101),
    sex 0 = men, 1 = women, by single year of age. rural: share of local hukou that is rural, by area. college_residents: residents with
    college 大专及以上, those who study there included; skills: holders of grades and titles, talent. farm: share of the labour
    force on farms, by area. unemployment: share of the non-farm labour force
    without work. flexible: share of non-farm employment that is flexible, by area. firms: number of employing units.
    wage: mean monthly wage in town, yuan. university: students in the city's universities. sectors: {name: share of firm jobs}.
    parameters: by name, area intercepts as "name@area"; controls: {name: (months, areas)}; growth: {year: real GDP growth};
    usual_controls: city totals of the year before the run, against which effects of more or less are measured;
    wage_class: class of the minimum wage; programmes: what the plan sets out to build;
    usual_rates: shares of the base year by indicator, where the city publishes them (0.7 = 70 %), and the number of card_holders.
    talent: postdocs recruited in the base year (postdocs_recruited) and ever (postdocs_ever), high-level talent at its end
    (high_level_talent), where known.
    """

    name: str
    start_year: int
    province: str
    areas: tuple[str, ...]
    residents: Ints
    outsiders: Ints
    away: Ints
    rural: Floats
    college_residents: float
    skills: SkillStocks
    farm: Floats
    unemployment: float
    flexible: Floats
    firms: int
    wage: float
    university: int
    sectors: Mapping[str, float]
    schemes: Schemes
    law: Law
    growth: Mapping[int, float]
    parameters: Mapping[str, float]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    core: tuple[bool, ...] = ()
    controls: Mapping[str, Floats] = field(default_factory=dict)
    shocks: tuple[Shock, ...] = ()
    usual_controls: Mapping[str, float] = field(default_factory=dict)
    wage_class: int = 2
    programmes: tuple[Programme, ...] = ()
    usual_rates: Mapping[str, float] = field(default_factory=dict)
    talent: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def parameter(self) -> Callable[[str], float]:
        """Value of a declared parameter for the whole city, by name."""
        return {name: float(value) for name, value in self.parameters.items()}.__getitem__

    def by_area(self, name: str) -> Floats:
        """Value of a parameter in each area: "name@area" where given, else the city's; not to be written to."""
        if name not in self.made:
            common = self.parameters.get(name, 0.0)
            self.made[name] = np.array([self.parameters.get(f"{name}@{a}", common) for a in self.areas], float)
        values: Floats = self.made[name]
        return values

    @cached_property
    def made(self) -> dict[Any, Any]:
        """What was made out of this setting and does not change; see `once`."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """What travels between processes: the fields, and nothing that was made out of them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def control(self, name: str, month: int) -> Floats:
        """Setting of a control in `month` (0 = the first simulated month), one value an area, in the control's own unit; not to be
        written to. The last month given holds from then on."""
        course = self._courses.get(name) or self._course(name)
        return course[month] if month < len(course) else course[-1]

    def policy_since(self, month: int) -> int:
        """The month since which every control has stood as it does in `month`; before the first month −1."""
        return self._changes[min(month, len(self._changes) - 1)] if month >= 0 else -1

    @cached_property
    def _courses(self) -> dict[str, list[Floats]]:
        """Every control that was asked for, month by month."""
        return {}

    def _course(self, name: str) -> list[Floats]:
        given = self.controls.get(name)
        course = np.full((1, len(self.areas)), CONTROLS[name].default) if given is None else np.array(given, float, order="C")
        self._courses[name] = list(course)
        return self._courses[name]

    @cached_property
    def _changes(self) -> list[int]:
        """By month: the last one, up to it, in which any control changed."""
        courses = [np.asarray(given, float) for given in self.controls.values()]
        changed = np.zeros(max((len(course) for course in courses), default=1), bool)
        for course in courses:
            changed[1: len(course)] |= (course[1:] != course[:-1]).any(axis=1)
        since: list[int] = np.maximum.accumulate(np.where(changed, np.arange(changed.size), 0)).tolist()
        return since

    def usual(self, name: str) -> float:
        """City total of a control under the policy that holds before the run; see `usual_controls`."""
        return float(self.usual_controls.get(name, CONTROLS[name].default))

    def usual_rate(self, indicator: str) -> float:
        """Share of the base year that an institution is used to: the city's own, or the parameter that stands in for it."""
        return float(self.usual_rates[indicator]) if indicator in self.usual_rates else self.parameter(USUAL_RATES[indicator])

    def with_parameters(self, **values: float) -> Setting:
        """The same setting with some parameters changed."""
        return replace(self, parameters={**self.parameters, **values})


def once[Made](make: Callable[[City], Made]) -> Callable[[City], Made]:
    """`make(city)`, made once a setting: for what follows from the setting alone, and is the same in every month."""

    @wraps(make)
    def known(city: City) -> Made:
        all_made = city.setting.made
        try:
            made: Made = all_made[make]
        except KeyError:
            made = all_made[make] = make(city)
        return made

    return known


def period(start_year: int, month: int) -> str:
    """Name of simulated month `month`: period(2021, 6) == "2021-07"."""
    return f"{start_year + month // 12}-{month % 12 + 1:02d}"


def month_of(start_year: int, name: str) -> int:
    """Number of the month called `name`: month_of(2021, "2021-07") == 6."""
    year, month = name.split("-")
    return (int(year) - start_year) * 12 + int(month) - 1


ROUND_SECTORS = {"mining_utilities": 0.02, "manufacturing": 0.34, "construction": 0.12, "trade": 0.2, "transport": 0.06,
                 "accommodation_catering": 0.05, "ict": 0.03, "finance_business": 0.08, "culture_health_education": 0.05,
                 "resident_services": 0.05}
"""Jobs of a made-up town by sector (assumptions)."""


def small_town(people: int = 20_000, *, areas: int = 2, start_year: int = 2021, province: str = "jiangsu") -> Setting:
    """A made-up town for teaching and tests: the national age shape, round shares (assumptions all), law and parameters as declared."""
    from model.synthesis.pyramids import national

    shape = national(start_year - 1)
    share = np.full(areas, 1 / areas)
    counts = np.rint(people * share[:, None, None] * shape[None] / shape.sum()).astype(np.int64)
    migrant = np.zeros(AGES)
    migrant[18:50] = 0.12
    migrant[18:22] = 0.3
    outsiders = np.rint(counts * migrant).astype(np.int64)
    away = np.rint(counts * migrant).astype(np.int64)
    adults = counts[:, :, 16:60].sum(axis=(1, 2))
    as_share = lambda part: np.rint(adults * part).astype(np.int64)  # noqa: E731
    college = float(counts[:, :, 22:].sum(axis=(0, 1)) @ np.linspace(0.45, 0.03, AGES - 22)) + people // 40
    skilled, professional = 0.16 * adults.sum(), 0.09 * adults.sum()
    skills = SkillStocks(grades=tuple(skilled * x for x in (.35, .35, .22, .06, .02)),  # type: ignore[arg-type]
                         titles=tuple(professional * x for x in (.45, .41, .14)),  # type: ignore[arg-type]
                         talent=TalentAccount(college + 0.1 * adults.sum()), technical_students=people * 0.0028)
    schemes = Schemes(enterprise=as_share(0.27), civil=as_share(0.03), pension=as_share(0.62), ui=as_share(0.17),
                      injury=as_share(0.21), paying=0.85)
    return Setting(
        name="small town", start_year=start_year, province=province, areas=tuple(f"area{i + 1}" for i in range(areas)),
        residents=counts, outsiders=outsiders, away=away, rural=np.full(areas, 0.5), college_residents=college, skills=skills,
        farm=np.full(areas, 0.2),
        unemployment=0.05, flexible=np.full(areas, 0.25), firms=max(1, people // 45), wage=6000.0, university=people // 40,
        sectors=dict(ROUND_SECTORS), schemes=schemes,
        law=Law.standard(province), growth={}, parameters=central_values())
