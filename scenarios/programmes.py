"""What a plan sets out to build 建设项目: `plans/<plan>/programmes.yaml`, the schedule that the scenario carries out.

    plan: xiangcheng
    programmes:
      returnee_parks:                     # the indicator that counts it (model/indicators)
        opening: 5                        # units at the baseline date
        units: 3                          # units to be added
        from: 2021-01
        to: 2025-12
        area: "320507"                    # left out: spread over the areas by residents
        status: published
        source: 附件2 一.5:5个增至8个

A programme is put in hand by the lever `programme_start`; when it is finished is the model's matter (`model/programmes.py`).
"""

from __future__ import annotations

from os import PathLike
from typing import Annotated

from pydantic import Field, ValidationError

from model.documents import BadInput, Document, Fault, both, read_yaml, unknown_name
from model.indicators import registry
from model.setting import Programme, month_of
from scenarios.levers import Number, Status, Strict, schema_faults
from scenarios.plan_schema import Plan
from scenarios.plans_at_hand import load_plan, plan_folder

FILE = "programmes.yaml"
Month = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]


class Schedule(Strict):
    """One programme: what stands, what is to be added, and between which months."""

    opening: Annotated[Number, Field(ge=0)] = 0
    units: Annotated[Number, Field(gt=0)]
    first: Month = Field(alias="from")
    due: Month = Field(alias="to")
    area: str | None = None
    status: Status
    source: str


class ProgrammesFile(Strict):
    """The whole of `programmes.yaml`."""

    plan: str
    programmes: dict[str, Schedule]


def programmes_of(name: str | PathLike[str]) -> tuple[Programme, ...]:
    """The programmes of a plan given by id or folder, none where it has no such file. Raises BadInput with every fault of the file."""
    folder, plan = plan_folder(name), load_plan(name)
    if not (folder / FILE).is_file():
        return ()
    document = read_yaml(folder / FILE)
    try:
        found = ProgrammesFile.model_validate(document.data).programmes
    except ValidationError as error:
        raise BadInput(schema_faults(error, str(document.path), document)) from None
    if faults := _faults(document, found, plan):
        raise BadInput(faults)
    finest, start = [area.id for area in plan.finest_areas], plan.baseline_year + 1
    return tuple(Programme(name, s.opening, s.units, month_of(start, s.first), month_of(start, s.due),
                           None if s.area is None else finest.index(s.area)) for name, s in found.items())


def _faults(document: Document, found: dict[str, Schedule], plan: Plan) -> list[Fault]:
    """Unknown indicators and areas, and schedules that end before they begin or begin before the plan."""
    finest, known, faults = [area.id for area in plan.finest_areas], registry(), []
    for name, schedule in found.items():
        path = ("programmes", name)
        if name not in known:
            faults.append(document.fault(path, name, *unknown_name(name, known)))
        if schedule.area is not None and schedule.area not in finest:
            faults.append(document.fault((*path, "area"), schedule.area, *unknown_name(schedule.area, finest)))
        if schedule.due < schedule.first:
            faults.append(document.fault((*path, "to"), schedule.due, both(f"不早于 {schedule.first}", f"not before {schedule.first}"),
                                         both("请改正起止月份", "correct the months")))
        if schedule.first < f"{plan.baseline_year + 1}-01":
            faults.append(document.fault((*path, "from"), schedule.first, f"≥ {plan.baseline_year + 1}-01",
                                         both("规划期前已建成的计入 opening", "what stood before belongs to opening")))
    return faults
