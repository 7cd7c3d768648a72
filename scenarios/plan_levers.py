"""Where each lever stands in a plan: the permanent policy of the last year before it, and what the plan commits to.

`plans/<plan>/levers.yaml` holds both; where it is silent, the lever's declared default holds, marked imputed or
assumption. A setting may name a county-by-year table of the plan instead of repeating its cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from model.documents import BadInput, Document, Fault, both, read_yaml, unknown_name
from scenarios.lever_value import Place, steps_of
from scenarios.levers import Lever, Status, Strict, levers, schema_faults
from scenarios.plan_schema import Breakdown, Plan
from scenarios.plans_at_hand import load_plan, plan_folder, plan_ids
from scenarios.units import to_base

FILE = "levers.yaml"


class Setting(Strict):
    """One setting: a value of the lever grammar, or the plan's table that prints it by area and year."""

    value: Any = None
    table: str | None = None
    status: Status
    source: str
    commitment: str | None = None


class LeverInPlan(Strict):
    """Both settings of one lever in one plan; what is left out is the default."""

    baseline: Setting | None = None
    as_planned: Setting | None = None


class Stress(Strict):
    """The plan's worst shock: the scenario fields `macro` and `shocks`, and why these."""

    macro: Any = None
    shocks: Any = None
    source: str


class LeversFile(Strict):
    """The whole of `levers.yaml`."""

    plan: str
    levers: dict[str, LeverInPlan] = Field(default_factory=dict)
    stress: Stress | None = None


def folder_of(plan: Plan | str | Path) -> Path | None:
    """The folder of a plan given as such, by id or by path; None for a plan that stands in no folder."""
    if isinstance(plan, Plan):
        return plan_folder(plan.id) if plan.id in plan_ids() else None
    return plan_folder(plan)


def settings_in(plan: Plan | str | Path) -> LeverSettings:
    """The settings of all levers in a plan. Raises BadInput with every fault of its `levers.yaml`."""
    folder = folder_of(plan)
    loaded = plan if isinstance(plan, Plan) else load_plan(plan)
    path = None if folder is None else folder / FILE
    if path is None or not path.exists():
        return LeverSettings(loaded, LeversFile(plan=loaded.id), str(path or FILE))
    settings = LeverSettings(loaded, _read(path, path.stat().st_mtime_ns), str(path))
    settings.check(read_yaml(path))
    return settings


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> LeversFile:
    document = read_yaml(path)
    try:
        return LeversFile.model_validate(document.data)
    except ValidationError as error:
        raise BadInput(schema_faults(error, str(path), document)) from None


def area_weights(plan: Plan) -> dict[str, float]:
    """How a city total is divided among the finest areas: their residents at the baseline date (ages by area are not
    published).

    Raises BadInput when an area has none.
    """
    finest = [area.id for area in plan.finest_areas]
    counts = plan.baseline.by_area("residents", plan.baseline_year) or plan.baseline.by_area("residents")
    if len(finest) == 1 and "ALL" in counts:
        counts = {finest[0]: counts["ALL"]} | counts
    missing = [area for area in finest if not counts.get(area, 0.0) > 0]
    if missing:
        raise BadInput(
            [
                Fault(
                    f"{plan.id}/baseline.yaml",
                    None,
                    "residents",
                    area,
                    both("每个基本地区一格,大于0", "one cell above 0 for every finest area"),
                    both("请补充该地区常住人口", "add the residents of this area"),
                )
                for area in missing
            ]
        )
    return {area: counts[area] for area in finest}


@dataclass(frozen=True)
class LeverSettings:
    """The levers of one plan. file: the name that faults carry."""

    plan: Plan
    given: LeversFile
    file: str

    def baseline(self, lever: Lever) -> Setting:
        """The lever's permanent policy in the last year before the plan, as published or by default."""
        found = self.given.levers.get(lever.id)
        if found and found.baseline:
            return found.baseline
        rest = lever.default
        per_thousand = rest.baseline_per_thousand_residents
        value = rest.baseline if per_thousand is None else per_thousand * sum(area_weights(self.plan).values()) / 1000
        return Setting(value=min(max(float(f"{value or 0.0:.3g}"), lever.low), lever.high), status=rest.status, source=rest.source)

    def as_planned(self, lever: Lever) -> Setting:
        """The lever as the plan commits to it; where the plan is silent, as before it."""
        found = self.given.levers.get(lever.id)
        if found and found.as_planned:
            return found.as_planned
        before = self.baseline(lever)
        return Setting(
            value=before.value,
            table=before.table,
            status="assumption",
            source=f"规划未作量化承诺,沿用基期;{before.source}",
        )

    def value(self, lever: Lever, setting: Setting) -> Any:
        """A setting as a value of the lever grammar; a table becomes {areas: {id: {year: value}}}."""
        if setting.table is None:
            return setting.value
        return spread_table(self.plan, lever, self._table(lever, setting.table))

    def _table(self, lever: Lever, name: str) -> Breakdown:
        inputs = {table.table: table for table in self.plan.breakdowns if table.target is None}
        if name not in inputs:
            fix = both("请写投入类分解表;目标分解表不能作为杠杆", "name a table of inputs; a table of a target is no lever")
            raise BadInput(Fault(self.file, None, f"levers.{lever.id}.table", name, ", ".join(inputs) or "-", fix))
        return inputs[name]

    def check(self, document: Document) -> None:
        """Raise BadInput with every unknown lever and every value that its lever cannot take."""
        faults = [
            document.fault(("levers", name), name, *unknown_name(name, levers())) for name in self.given.levers if name not in levers()
        ]
        place = Place.of(self.plan)
        for name, both_settings in self.given.levers.items():
            lever = levers().get(name)
            for which in ("baseline", "as_planned"):
                setting = getattr(both_settings, which)
                if lever is None or setting is None or setting.table is not None:
                    continue
                wrong = steps_of(setting.value, place, lever.low, lever.high, lever.unit)[1]
                faults += [document.fault(("levers", name, which, "value"), o.value, o.allowed, o.fix) for o in wrong]
        if faults:
            raise BadInput(faults)

    def as_json(self) -> dict[str, Any]:
        """{plan, levers: [...]}: baseline and as_planned for the whole city, in the lever's unit."""
        rows = []
        for lever in levers().values():
            before, planned = self.baseline(lever), self.as_planned(lever)
            rows.append(
                {
                    "id": lever.id,
                    "name_zh": lever.name_zh,
                    "name_en": lever.name_en,
                    "unit": lever.unit,
                    "range": list(lever.range),
                    "baseline": city_value(self.value(lever, before)),
                    "as_planned": city_value(self.value(lever, planned)),
                    "cost": lever.cost.model_dump(),
                    "evidence": lever.evidence,
                    "mechanism": lever.mechanism,
                    "commitment": planned.commitment,
                }
            )
        return {"plan": self.plan.id, "levers": rows}


def spread_table(plan: Plan, lever: Lever, table: Breakdown) -> dict[str, dict[str, dict[str, float]]]:
    """A county-by-year table in the lever's unit, on the finest areas.

    The amount of a composite area, or of an office without territory (市直), is shared by residents; nothing is lost.
    """
    place, weights = Place.of(plan), area_weights(plan)
    unit = to_base(1.0, lever.unit.removesuffix("/年"))[0]
    amounts: dict[str, dict[str, float]] = {area: {} for area in place.finest}
    for printed, row in table.rows.items():
        areas = place.finest if table.area_ids[printed] == "ALL" else place.parts[table.area_ids[printed]]
        total = sum(weights[area] for area in areas)
        for year, cell in zip(table.years, row, strict=True):
            for area in areas:
                share = to_base(cell or 0.0, table.unit)[0] / unit * weights[area] / total
                amounts[area][str(year)] = amounts[area].get(str(year), 0.0) + share
    return {"areas": {area: {year: float(f"{v:.12g}") for year, v in years.items()} for area, years in amounts.items() if years}}


def city_value(value: Any) -> Any:
    """One number, or one number a year, for the whole city: the sum over areas where a value is given by area."""
    if not (isinstance(value, Mapping) and "areas" in value):
        return value
    parts = [*value["areas"].values(), *([value["rest"]] if "rest" in value else [])]
    if all(isinstance(part, (int, float)) for part in parts):
        return float(sum(parts))
    if not all(isinstance(part, Mapping) and "from" not in part for part in parts):
        return value
    years = sorted({year for part in parts for year in part})
    return {year: float(f"{sum(part.get(year, 0.0) for part in parts):.10g}") for year in years}
