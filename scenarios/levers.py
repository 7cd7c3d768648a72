"""Levers: the inputs that an official chooses, each acting on one control of the model.

What a lever is (name, unit, range, cost, evidence) stands in `levers/<mechanism>.yaml`; where it stands in a plan is
the matter of `plan_levers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.documents import BadInput, Document, Fault, both, read_yaml, unknown_name

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

Status = Literal["published", "derived", "imputed", "assumption", "unknown"]


class Strict(BaseModel):
    """A record that refuses unknown fields and wrong types, and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]


class Cost(Strict):
    """What one unit of the lever costs and who pays: yuan per `per`; None where no figure was found."""

    payer: Literal["就业补助资金", "失业保险基金", "创业担保基金", "人才专项", "一般公共预算", "省级"]
    yuan: Number | None
    per: str
    status: Status
    source: str


class Default(Strict):
    """The baseline setting where a plan is silent: a number, or a number per thousand residents of the base year."""

    baseline: Number | None = None
    baseline_per_thousand_residents: Number | None = None
    status: Status
    source: str


class Lever(Strict):
    """One lever. range: in its own unit; factor: units of the control in one of the lever's; evidence: A, B, C or D."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name_zh: str
    name_en: str
    unit: str
    unit_en: str
    range: Annotated[list[Number], Field(min_length=2, max_length=2)]
    control: str
    factor: Number
    cost: Cost
    evidence: Literal["A", "B", "C", "D"]
    evidence_source: str
    default: Default
    mechanism: str = ""

    @property
    def low(self) -> float:
        return self.range[0]

    @property
    def high(self) -> float:
        return self.range[1]

    @property
    def split(self) -> str:
        """How a city total is divided among areas: "none" (the same everywhere), "working_age" or "farm"."""
        from model.controls import CONTROLS

        return CONTROLS[self.control].split


@cache
def levers() -> Mapping[str, Lever]:
    """All levers by id, in the order of their files; raises BadInput with every fault of the files."""
    found: dict[str, Lever] = {}
    faults: list[Fault] = []
    with as_file(files("scenarios") / "levers") as folder:
        for path in sorted(folder.glob("*.yaml")):
            _read_levers(path, found, faults)
    if faults:
        raise BadInput(faults)
    return found


def _read_levers(path: Path, found: dict[str, Lever], faults: list[Fault]) -> None:
    """Add the levers of one file; a control that the model does not declare, or cannot follow over the range, is a
    fault.
    """
    from model.controls import CONTROLS

    document = read_yaml(path)
    for i, row in enumerate(document.data.get("levers", [])):
        try:
            lever = Lever.model_validate(row | {"mechanism": document.data.get("mechanism", path.stem)})
        except ValidationError as error:
            faults.extend(schema_faults(error, str(path), document, ("levers", i)))
            continue
        line = document.line(("levers", i, "id"))
        if lever.id in found:
            faults.append(Fault(str(path), line, "id", lever.id, "unique 唯一", "rename one of the two levers 请改名"))
        control = CONTROLS.get(lever.control)
        if control is None:
            faults.append(Fault(str(path), line, f"{lever.id}.control", lever.control, *unknown_name(lever.control, CONTROLS)))
        elif not control.low <= lever.low * lever.factor <= lever.high * lever.factor <= control.high * 1.01:
            faults.append(
                Fault(
                    str(path),
                    line,
                    f"{lever.id}.range",
                    str(lever.range),
                    f"{control.low:g} … {control.high:g} ({control.unit})",
                    "keep the range within the control's",
                )
            )
        found[lever.id] = lever


def schema_faults(error: ValidationError, path: str, document: Document, above: tuple[str | int, ...] = ()) -> list[Fault]:
    """The faults of a schema error, with line numbers."""
    return [
        document.fault((*above, *item["loc"]), item["input"], item["msg"], both("请更正该字段", "correct the field"))
        for item in error.errors()
    ]


def levers_of(plan: Plan | str | Path) -> dict[str, Any]:
    """The object that `renshe levers --json` prints, for a plan, its id or its folder."""
    from scenarios.plan_levers import settings_in

    return settings_in(plan).as_json()
