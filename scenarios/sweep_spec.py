"""The specification of a sweep: what is varied around which scenario of which plans, and what is kept of each run.

    name: drive-by-scale
    plan: xuzhou                        # or plans: [xuzhou, nantong]
    scenario: as-planned                # a preset, a file beside this one, or a scenario written out; default baseline
                                        # or scenarios: [baseline, as-planned, {name: mine, levers: …}], each with every point
    scale: 50
    draws: 20                           # the same draws and luck for every point: paired
    design: {kind: grid, levers: {enrolment_drive_small_firms: [0, 0.3, 0.6]}}
    outputs: {indicators: all, areas: city, period: year, sample: {persons: 500, months: [2025-12]}}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.documents import BadInput, Document, read_yaml
from scenarios.frozen import frozen, plain
from scenarios.plans_at_hand import written_plan
from scenarios.scenario import Scenario
from scenarios.sweep_design import Design, Point, read_rows

FIELDS = (
    "name", "plan", "plans", "scenario", "scenarios", "scale", "draws", "replicates", "seed", "until", "prior", "design", "outputs",
)
DESIGN_FIELDS = ("kind", "levers", "uncertainties", "points", "rows", "file")
NUMBERS = {"scale": 20, "draws": 20, "replicates": 1, "seed": 1}


@dataclass(frozen=True)
class Outputs:
    """What is kept of each run. indicators: ids, or "all"; areas: ids, "city" or "all"; period: "year" or "month"; sample:
    single persons, as `samples.Sample` takes them, or none.
    """

    indicators: str | Sequence[str] = "all"
    areas: str | Sequence[str] = "city"
    period: str = "year"
    sample: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """As plain data, what is not asked for left out."""
        return {name: plain(value) for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class SweepSpec:
    """A checked specification. scenarios: plan by plan, those that are varied; points: the design's points."""

    name: str
    scenarios: tuple[Scenario, ...]
    points: tuple[Point, ...]
    scale: int = 20
    draws: int = 20
    replicates: int = 1
    seed: int = 1
    until: str | None = None
    prior: bool = False
    outputs: Outputs = field(default_factory=Outputs)

    @classmethod
    def read(cls, path: str | Path) -> SweepSpec:
        """The specification of a YAML file. Raises BadInput with every fault, its line and a suggestion."""
        document = read_yaml(path, not_finite=True)
        return cls.of(document.data, document)

    @classmethod
    def of(cls, given: object, document: Document | None = None) -> SweepSpec:
        """The specification that plain data describe. Raises BadInput with every fault."""
        from scenarios.sweep_check import checked

        base = Path(document.path).parent if document is not None else Path()
        given = with_rows(given, base)
        found = checked(given, document, base)
        numbers = {key: int(found.given.get(key, usual)) for key, usual in NUMBERS.items()}
        return cls(
            str(found.given["name"]),
            tuple(found.scenarios),
            tuple(found.design.made(numbers["seed"])),
            until=found.given.get("until"),
            prior=bool(found.given.get("prior", False)),
            outputs=Outputs(**{k: frozen(v) for k, v in (found.given.get("outputs") or {}).items()}),
            **numbers,
        )

    @property
    def runs(self) -> int:
        """Number of runs: scenarios of all plans × points × draws × replicates."""
        return len(self.scenarios) * len(self.points) * self.draws * self.replicates

    def scenario_at(self, scenario: int, point: int) -> Scenario:
        """One of the scenarios at one point: the point's levers in place of the scenario's own."""
        base, name = self.scenarios[scenario], f"point-{point:05d}"
        levers = {**base.levers, **self.points[point].levers}
        return Scenario(name, base.plan, levers, base.shocks, base.law, base.macro)

    def as_dict(self) -> dict[str, Any]:
        """The specification with everything in it that was read from elsewhere; `of` reads it back."""
        rows = [plain({**point.levers, **point.uncertainties}) for point in self.points]
        design = {"kind": "table", "rows": rows} if rows != [{}] else {"kind": "grid"}
        given = {
            "name": self.name,
            "plans": list(dict.fromkeys(written_plan(one.plan) for one in self.scenarios)),
            "scenarios": [one.as_dict() | {"plan": written_plan(one.plan)} for one in self.scenarios],
            **{key: getattr(self, key) for key in NUMBERS},
            "prior": self.prior,
            "design": design,
            "outputs": self.outputs.as_dict(),
        }
        return given | ({"until": self.until} if self.until else {})


def with_rows(given: object, base: Path) -> object:
    """The data with the rows of `design.file` (beside the specification) read in. Raises BadInput for the file."""
    design = given.get("design") if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or not isinstance(design, Mapping) or not isinstance(design.get("file"), str):
        return given
    try:
        rows = read_rows(base / design["file"])
    except BadInput:
        return given  # the check names the file, its line and whatever else is wrong
    return {**given, "design": {**design, "rows": rows}}


def design_of(given: Mapping[str, Any]) -> Design:
    """The design that checked data describe. In a table, columns that are levers are told from uncertainties by name."""
    from scenarios.levers import levers

    rows = given.get("rows") or ()
    named = given.get("levers") or {}
    if given.get("kind", "grid") == "table":
        named = {name: None for row in rows for name in row if name in levers()}
    return Design(
        str(given.get("kind", "grid")), named, given.get("uncertainties") or {}, given.get("points"), tuple(rows)
    )
