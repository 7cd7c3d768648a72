"""The shape of a five-year plan as data (`plan.yaml`).

A plan file transcribes a printed document: its targets in the plan's own units and words, its annual and county tables
cell by cell, its other commitments, its contradictions, and what the previous period reached. The schema is strict: an
unknown field, a text where a number belongs, an infinite number or a number beyond 1e12 is refused. What spans several
fields (totals, references, quotes) is checked by `plan_check`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.baseline_schema import Baseline
from scenarios.plan_words import (
    Amount,
    AreaId,
    AreaOrCity,
    Attribute,
    Basis,
    Kind,
    Level,
    Many,
    Number,
    Op,
    Pair,
    Per,
    Province,
    Record,
    Role,
    Slug,
    Strength,
    Text,
    Year,
    YearName,
)


class Source(Record):
    """Where in the document a value stands: chapter, table or box, and the words themselves."""

    place: Text
    quote: Text


class DocumentRecord(Record):
    """The printed document; `text` names its transcript, when one is kept."""

    number: str | None = None
    issued: Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?$")] | None = None
    issuer: str | None = None
    text: str | None = None
    note: str | None = None


class PrintedGrowth(Record):
    """Real GDP growth a year as the plan prints it; a fraction (0.065 = 6.5 %)."""

    value: Annotated[float, Field(ge=-0.2, le=0.3)]
    quote: Text
    place: Text


class GrowthRange(Record):
    """A declared range of real growth where the plan prints none, from the city's previous five years; fractions."""

    low: Annotated[float, Field(ge=-0.2, le=0.3)]
    central: Annotated[float, Field(ge=-0.2, le=0.3)]
    high: Annotated[float, Field(ge=-0.2, le=0.3)]
    source: Text
    marked: Literal["假设"] = "假设"


class Macro(Record):
    """The growth that the scenario `as-planned` takes: printed, or a declared range."""

    printed: PrintedGrowth | None = None
    range: GrowthRange | None = None
    note: str | None = None


class Area(Record):
    """A territory (finest: no parts), a composite of finest ones, or an office of the city that has no territory."""

    id: AreaId
    name_zh: Text
    name_en: Text
    level: Level
    parts: Many[AreaId] = ()
    note: str | None = None


class Target(Record):
    """One row of the plan, in printed units: an indicator of a table, or a target in the prose (`no` P1, P2 …)."""

    no: Text
    id: Slug
    measure: Slug | None
    name_zh: Text
    name_en: Text
    unit: Text
    decimals: Annotated[int, Field(ge=0, le=6)]
    kind: Kind
    attribute: Attribute | None
    strength: Strength
    baseline: Amount | None
    baseline_printed: str | None
    baseline_basis: Basis | None
    baseline_year: Year | None = None
    target: Amount
    target_printed: Text
    target_basis: Basis
    target_year: Year
    op: Op
    op_printed: str | None = None
    tolerance: Amount | None = None
    group: Slug | None = None
    order: Annotated[int, Field(ge=1)] | None = None
    definition: str | None = None
    baseline_definition: str | None = None
    comparable: bool = True
    lower_is_better: bool = False
    owner: str | None = None
    schedule: dict[YearName, Amount] | None = None
    source: Source
    note: str | None = None


class Breakdown(Record):
    """A printed table of a target or programme by area and year: cells, and the printed totals to check them by."""

    table: Text
    target: Slug | None
    measure: Slug | None
    commitment: Slug | None = None
    indicator_zh: Text
    unit: Text
    kind: Kind
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    years: Many[Year]
    rows: dict[str, Many[Amount | None]]
    row_totals: dict[str, Amount] | None = None
    column_totals: Many[Amount] | None = None
    grand_total: Amount | None = None
    area_ids: dict[str, AreaOrCity]
    note: str | None = None


class Commitment(Record):
    """Any other quantified promise: an input (a lever's origin), a programme (something put in place), or a target."""

    id: Slug
    text_zh: Text
    text_en: str | None = None
    value: Amount
    value_high: Amount | None = None
    unit: Text
    per: Per
    from_: Year | None = Field(alias="from")
    to: Year | None
    op: Op
    op_printed: str | None = None
    role: Role
    strength: Strength = "firm"
    measure: Slug | None = None
    target: Slug | None = None
    each_area: bool = False
    owner: str | None = None
    place: Text
    quote: Text
    note: str | None = None


class Reading(Record):
    """One way to read what the document says twice, or unclearly."""

    id: Slug
    text: Text
    value: Number | None = None
    in_use: bool


class Conflict(Record):
    """A contradiction or ambiguity: its readings, the one in use, and why. `about`: targets, commitments, tables."""

    id: Slug
    about: Many[Text]
    readings: Many[Reading]
    reason: Text
    quotes: Many[Text]


class PastResult(Record):
    """A target of the previous period and what came of it, from the table or the prose; values in printed units."""

    no: Text
    name_zh: Text
    name_en: str | None = None
    unit: Text
    measure: Slug | None
    period: Pair[Year]
    basis: Basis
    kind: Kind | None = None
    op: Op | None = None
    op_printed: str | None = None
    base: Amount | None
    target: Amount | None
    outcome: Amount | None
    outcome_year: Year | None = None
    base_printed: str | None = None
    target_printed: str | None
    outcome_printed: str | None
    group: Slug | None = None
    order: Annotated[int, Field(ge=1)] | None = None
    definition: str | None = None
    source: Source
    note: str | None = None


class PlanDocument(Record):
    """The whole of `plan.yaml`."""

    id: Slug
    title: Text
    title_zh: Text
    city_zh: Text
    city_en: Text
    province: Province
    document: DocumentRecord
    period: Pair[Year]
    baseline_year: Year
    macro: Macro
    areas: Many[Area]
    targets: Many[Target]
    breakdowns: Many[Breakdown] = ()
    commitments: Many[Commitment] = ()
    conflicts: Many[Conflict] = ()
    history: Many[PastResult] = ()
    note: str | None = None


class Plan(PlanDocument):
    """A plan at hand: the document as data, with the city's figures at the baseline date."""

    baseline: Baseline

    @property
    def finest_areas(self) -> tuple[Area, ...]:
        """The areas that are simulated: territories without parts."""
        return tuple(a for a in self.areas if not a.parts and a.level not in ("composite", "office"))

    @property
    def composite_areas(self) -> tuple[Area, ...]:
        """The areas that are sums of finest ones."""
        return tuple(a for a in self.areas if a.parts)

    def area(self, area_id: str) -> Area:
        """The area with this id; KeyError when there is none."""
        return {a.id: a for a in self.areas}[area_id]

    def target(self, target_id: str) -> Target:
        """The target with this id; KeyError when there is none."""
        return {t.id: t for t in self.targets}[target_id]
