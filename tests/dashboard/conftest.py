"""A made-up town of two counties, its plan and a recorded result: the JSON that pages read, without a city behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from dashboard.jobs import JobTable

YEARS = [2021, 2022, 2023, 2024, 2025]


def target(name: str, **fields: Any) -> dict[str, Any]:
    """A target of the made-up plan."""
    return {
        "no": "1", "id": name, "measure": name, "name_zh": name, "name_en": name, "unit": "万人", "decimals": 0, "kind": "stock",
        "attribute": "预期性", "strength": "firm", "baseline": 80.0, "baseline_printed": "80", "baseline_basis": "level",
        "baseline_year": 2020, "target": 100.0, "target_basis": "level", "target_year": 2025, "op": "ge", "group": None,
        "comparable": True, "source": {"place": "表2", "quote": f"{name}\t80\t100"}, **fields,
    }  # fmt: skip


def quantiles(middle: float, width: float) -> dict[str, float]:
    """A band around a middle."""
    return {"p10": middle - width, "p50": middle, "p90": middle + width}


def row(name: str, area: str | None = None, **fields: Any) -> dict[str, Any]:
    """A row of the recorded result: simulated, climbing, met in 6 of 8 draws."""
    return {
        "no": "1", "id": name, "measure": name, "name_zh": name, "area": area, "kind": "stock", "unit": "万人", "attribute": "预期性",
        "strength": "firm", "produced": "agent", "target": 100.0, "target_year": 2025, "op": "ge",
        "by_year": {str(year): quantiles(80 + 4 * (i + 1), 2) for i, year in enumerate(YEARS)}, "cumulative": None,
        "final": quantiles(100, 2), "met": 6, "n": 8, "probability": 6.5 / 9, "interval": [0.46, 0.92], "stance": "climb",
        "completion": 1.0, "schedule": 1.0, "verdict": "completed", "share": 0.75, "light": "green", "margin": None,
        "flags": ["for_reference", "hindcast"], **fields,
    }  # fmt: skip


def breakdown(name: str, unit: str, value: float) -> dict[str, Any]:
    """A table of two counties, the same value in each cell."""
    cells = [
        {"area": area, "area_id": code, "year": year, "value": value}
        for area, code in (("东县", "east"), ("西县", "west"))
        for year in YEARS
    ]
    return {
        "table": f"表 {name}",
        "target": name,
        "measure": name,
        "indicator_zh": name,
        "unit": unit,
        "kind": "flow",
        "rows": cells,
        "factor": 1e-4 if unit == "人" else 1.0,
    }


PLAN: dict[str, Any] = {
    "id": "town", "title": "Plan of a town", "title_zh": "某市规划", "period": [2021, 2025], "baseline_year": 2020,
    "macro": {"printed": {"value": 0.065}, "range": None},
    "areas": [{"id": "east", "name_zh": "东县", "name_en": "East"}, {"id": "west", "name_zh": "西县", "name_en": "West"}],
    "indicators": [
        target("new_urban_employment", kind="flow", target_basis="period_sum", target=37.5, decimals=1, baseline=8.8,
               baseline_basis="year_flow", comparable=False),
        target("ui_insured", no="2", attribute="约束性"),
        target("graduates_attracted", no="3", kind="flow", target_basis="every_year", target=5.0, baseline=None, baseline_printed=None),
        target("startups", no="4", strength="strive"),
        target("registered_unemployment_rate", no="5", unit="%", kind="rate", op="le",
            target=4.0, baseline=1.76, target_basis="every_year"),
        target("ecard_coverage", no="P1", unit="%", kind="rate", baseline=None, baseline_printed=None),
    ],
    "breakdowns": [breakdown("new_urban_employment", "人", 37500.0), breakdown("ui_insured", "万人", 50.0)],
}  # fmt: skip

RUN: dict[str, Any] = {
    "plan": "town", "scenario": "as-planned", "macro": "as-planned", "parameters": "base_year", "hindcast": True,
    "draws": 8, "replicates": 1,
    "scale": 50, "seed": 1, "wall_seconds": 1.0, "person_months": 1,
    "joint": {"met": 5, "n": 8, "probability": 5.5 / 9, "interval": [0.3, 0.8]},
    "indicators": [
        row("new_urban_employment", stance="incomparable", cumulative={str(y): quantiles(8 * (i + 1), 1) for i, y in enumerate(YEARS)},
            final=quantiles(40, 1)),
        row("ui_insured", light="red", probability=0.1, met=0, verdict="missed", final=quantiles(90, 3), attribute="约束性"),
        row("graduates_attracted", stance="no_base"),
        row("startups", strength="strive"),
        row("registered_unemployment_rate", stance="floor", verdict="held", flags=["weak_constraint", "final_year:8/8"]),
        row("ecard_coverage", produced="not_yet", final=None, by_year={}, probability=None, n=None, met=None, light=None,
            verdict="not_simulated", flags=[], interval=None, share=None),
        row("new_urban_employment", "east", unit="人", light="green",
            cumulative={str(y): quantiles(40000 * (i + 1), 1000) for i, y in enumerate(YEARS)}),
        row("new_urban_employment", "west", unit="人", light="red",
            cumulative={str(y): quantiles(30000 * (i + 1), 1000) for i, y in enumerate(YEARS)}),
    ],
}  # fmt: skip

EFFECTS: dict[str, Any] = {
    "plan": "town",
    "levers": [{"id": "training_places", "at": [0.0, 120000.0, 240000.0, 1e6], "rest": 120000.0, "usual": 120000.0},
               {"id": "enrolment_drive_small_firms", "at": [0.0, 0.2, 1.0], "rest": None, "usual": 0.2}],
    "aims": [
        {"name": "ui_insured", "id": "ui_insured", "area": None, "columns": [*map(str, YEARS), "final"],
         "window": [99.5, None], "bounds": [0, None], "draws": 8, "apart": [0.3] * 6, "effects": {
            "training_places": {"m": [[-v] * 6 for v in (4,)] + [[0] * 6] + [[1, 2, 3, 4, 6, 6], [2, 4, 6, 8, 12, 12]],
                                "s": [[1] * 6, [0] * 6, [0.5] * 6, [1] * 6]},
            "enrolment_drive_small_firms": {"m": [[-1] * 6, [0.1] * 6, [5] * 6], "s": [[0.2] * 6, [0.1] * 6, [1] * 6]}}},
        {"name": "new_urban_employment", "id": "new_urban_employment", "area": None,
         "columns": [*map(str, YEARS), "final"], "window": [37.45, None], "bounds": [0, None], "draws": 8, "apart": [0] * 6, "effects": {
            "training_places": {"m": [[0] * 6, [0] * 6, [-1, -2, -3, -4, -5, -5], [-2, -4, -6, -8, -10, -10]], "s": [[0.1] * 6] * 4}}},
        {"name": "new_urban_employment@east", "id": "new_urban_employment", "area": "east",
         "columns": [*map(str, YEARS), "final"], "window": [37.45, None], "bounds": [0, None], "draws": 8, "apart": [0] * 6, "effects": {
            "training_places": {"m": [[0] * 6, [0] * 6, [5000] * 6, [9000] * 6], "s": [[9] * 6] * 4}}},
    ],
}  # fmt: skip

LEVERS: list[dict[str, Any]] = [
    {"id": "training_places", "name_zh": "培训名额", "name_en": "Training places", "unit": "人次/年", "unit_en": "places a year",
     "range": [0.0, 1e6], "baseline": 113600.0, "as_planned": 120000.0, "evidence": "C", "years": YEARS},
    {"id": "enrolment_drive_small_firms", "name_zh": "扩面核查", "name_en": "Enrolment drive", "unit": "比例", "range": [0.0, 1.0],
     "baseline": 0.0, "as_planned": {"2023": 1}, "evidence": "D", "years": YEARS},
]  # fmt: skip


class Town:
    """A source of one made-up plan; `run` tells its progress and gives the recorded result."""

    def __init__(self) -> None:
        self.ran: list[Mapping[str, Any]] = []

    def fingerprint(self) -> str:
        return "code-1"

    def plans(self) -> list[dict[str, Any]]:
        return [{"id": "town", "label_zh": "某市 2021–2025", "label_en": "Town 2021–2025"}]

    def plan(self, plan: str) -> dict[str, Any]:
        return deepcopy(PLAN)

    def levers(self, plan: str) -> list[dict[str, Any]]:
        return deepcopy(LEVERS)

    def presets(self) -> list[dict[str, str]]:
        return [
            {"id": "baseline", "name_zh": "基期政策不变", "name_en": "Policy as before"},
            {"id": "as-planned", "name_zh": "规划投入全部落实", "name_en": "Every committed input"},
        ]

    def effects(self, plan: str) -> dict[str, Any]:
        return deepcopy(EFFECTS)

    def run(self, request: Mapping[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
        for done in range(3):
            progress(done, 2, "")
        self.ran.append(request)
        return deepcopy(RUN)


@pytest.fixture
def town() -> Town:
    """The made-up source."""
    return Town()


@pytest.fixture
def plan() -> dict[str, Any]:
    """The made-up plan."""
    return deepcopy(PLAN)


@pytest.fixture
def result() -> dict[str, Any]:
    """The recorded result of the made-up plan."""
    return deepcopy(RUN)


@pytest.fixture
def levers() -> list[dict[str, Any]]:
    """The made-up levers."""
    return deepcopy(LEVERS)


@pytest.fixture
def jobs(fresh_home: Any) -> Any:
    """An empty job table in an empty home."""
    table = JobTable()
    yield table
    table.close()
