"""The closed vocabularies of plan files: what a word in `plan.yaml` or `baseline.yaml` may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

T = TypeVar("T")


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Record(BaseModel):
    """A frozen, strict record: no unknown field, no silent conversion, no infinite number."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


Many = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]
Pair = Annotated[tuple[T, T], BeforeValidator(_as_tuple)]
Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
AreaId = Annotated[str, Field(pattern=r"^([0-9]{6}|[a-z][a-z0-9_]*)$")]
AreaOrCity = Annotated[str, Field(pattern=r"^([0-9]{6}|[a-z][a-z0-9_]*|ALL)$")]
Year = Annotated[int, Field(ge=1990, le=2060)]
YearName = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}$")]
Number = Annotated[float, Field(ge=-1e12, le=1e12)]
Amount = Annotated[float, Field(ge=0, le=1e12)]

Province = Literal["jiangsu", "zhejiang", "other"]
Level = Literal["city", "county", "county_city", "district", "zone", "town", "composite", "office"]
Kind = Literal["stock", "rate", "flow", "build_out", "part"]
Basis = Literal["level", "year_flow", "period_sum", "period_mean", "every_year"]
Op = Literal["ge", "gt", "le", "lt", "eq", "about"]
Attribute = Literal["约束性", "预期性"]
Strength = Literal["firm", "strive"]
Role = Literal["input", "programme", "target"]
Per = Literal["year", "two_years", "month", "period", "by_date", "person", "person_year", "unit"]
Status = Literal["published", "derived", "imputed"]
Confidence = Literal["high", "medium", "low"]
Sex = Literal["m", "f"]

OP_SIGNS: dict[str, str] = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "about": "≈"}
WHOLE_CITY = "ALL"


def listed(words: Sequence[str]) -> str:
    """The allowed words as one phrase for a message."""
    return " | ".join(words)
