"""The shape of `baseline.yaml`: what was known of a city at the baseline date, one figure a cell.

Each cell says what it is (quantity, area, year, and where it applies sex, age or sector), its value and unit, where it
comes from, and whether it was published, derived from published figures, or imputed; the last two say how. Shares are
0-1 (unit "1"), rates and growth are in percent (unit "%").
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.plan_words import WHOLE_CITY, AreaOrCity, Confidence, Many, Number, Record, Sex, Slug, Status, Text, Year
from scenarios.units import to_base

_POPULATION = """
residents residents_male hukou_population hukou_outside resident_non_hukou urban_share urban_residents
college_residents students_15plus university_students senior_secondary_residents births deaths birth_rate
death_rate natural_growth_rate households mean_household_size net_migration inflow_registered
"""
POPULATION = tuple(_POPULATION.split())
_WORK = """
employed_residents employed_urban farm_employed nonfarm_employed secondary_employed tertiary_employed
public_employed flexible_share_of_nonfarm labour_force labour_denominator talent_denominator firms self_employed_units
above_scale_firms legal_entity_employees mean_firm_size mean_monthly_wage gdp gdp_growth gdp_share
disposable_income pension_should_insured insured_units minimum_wage_class
"""
WORK = tuple(_WORK.split())
QUANTITIES = POPULATION + WORK


class Cell(Record):
    """One figure. area: an area id of the plan, or ALL for the whole city; age: "0-14", "65+"; sector: free words."""

    quantity: Slug
    area: AreaOrCity
    year: Year
    value: Number
    unit: Text
    status: Status
    confidence: Confidence
    source: Text
    url: str | None = None
    method: str | None = None
    sex: Sex | None = None
    age: Annotated[str, Field(pattern=r"^[0-9]{1,3}(-[0-9]{1,3}|\+)$")] | None = None
    sector: str | None = None
    definition: str | None = None
    hindsight: bool = False
    note: str | None = None

    @property
    def key(self) -> tuple[str, str, int, str | None, str | None, str | None]:
        """What the cell is about; one cell a key."""
        return (self.quantity, self.area, self.year, self.sex, self.age, self.sector)

    @property
    def base_value(self) -> float:
        """The value in base units (persons, yuan, %, …)."""
        return to_base(self.value, self.unit)[0]


class TalentRule(Record):
    """What the plan counts as 人才资源总量, beyond which the rest of its total is other talent (cadres, managers, rural talent).

    grade_from: 1 初级工 … 5 高级技师; title_from: 1 初级 … 3 高级; schooling_from: 3 junior college … 6 doctor; null: does not count;
    everyone: pensioners, students and all ages count too.
    """

    grade_from: Annotated[int, Field(ge=1, le=5)] | None
    title_from: Annotated[int, Field(ge=1, le=3)] | None
    schooling_from: Annotated[int, Field(ge=3, le=6)] | None
    everyone: bool = False
    status: Status
    source: Text
    method: str | None = None


class Baseline(Record):
    """The whole of `baseline.yaml`."""

    plan: Slug
    cells: Many[Cell]
    talent_account: TalentRule | None = None
    note: str | None = None

    def cell(
        self,
        quantity: str,
        area: str = WHOLE_CITY,
        year: int | None = None,
        *,
        sex: str | None = None,
        age: str | None = None,
        sector: str | None = None,
    ) -> Cell | None:
        """The cell of this quantity and area, of this year or else the latest; None when there is none."""
        found = [
            c
            for c in self.cells
            if (c.quantity, c.area, c.sex, c.age, c.sector) == (quantity, area, sex, age, sector)
            and year in (None, c.year)
        ]
        return max(found, key=lambda c: c.year, default=None)

    def value(
        self,
        quantity: str,
        area: str = WHOLE_CITY,
        year: int | None = None,
        *,
        sex: str | None = None,
        age: str | None = None,
        sector: str | None = None,
    ) -> float:
        """The value of that cell in base units (persons, yuan, %, shares 0-1); KeyError when there is none."""
        found = self.cell(quantity, area, year, sex=sex, age=age, sector=sector)
        if found is None:
            raise KeyError(f"baseline of {self.plan} has no {quantity} of {area}" + (f" in {year}" if year else ""))
        return found.base_value

    def by_area(self, quantity: str, year: int | None = None) -> dict[str, float]:
        """Values in base units of all areas (ALL included) where the quantity stands without sex, age or sector."""
        areas = dict.fromkeys(
            c.area for c in self.cells if c.quantity == quantity and (c.sex, c.age, c.sector) == (None,) * 3
        )
        return {area: self.value(quantity, area, year) for area in areas if self.cell(quantity, area, year)}
