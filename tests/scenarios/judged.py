"""Small plans, tasks and results for the tests of verdicts: the numbers are rows of the five plans."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from scenarios.plan_schema import Breakdown, Source, Target
from scenarios.results import Results
from scenarios.verdicts import Path, Task


def task(**given) -> Task:
    """A task; by default 徐州's 失业保险参保人数 84.9 → 100 万人."""
    start = {
        "id": "ui_insured",
        "no": "7",
        "measure": "ui_insured",
        "name_zh": "失业保险参保人数",
        "name_en": "UI insured",
        "area": None,
        "unit": "万人",
        "decimals": 0,
        "kind": "stock",
        "attribute": "约束性",
        "strength": "firm",
        "base": 84.9,
        "base_basis": "level",
        "base_year": 2020,
        "target": 100.0,
        "basis": "level",
        "first": 2021,
        "year": 2025,
        "op": "ge",
    }
    return Task(**(start | given))


def rate(**given) -> Task:
    return task(**({"kind": "rate", "unit": "%", "attribute": "预期性"} | given))


def unemployment(**given) -> Task:
    """徐州 城镇登记失业率 1.76 → 4以内, to be held every year."""
    start = {
        "measure": "registered_unemployment_rate",
        "base": 1.76,
        "target": 4.0,
        "basis": "every_year",
        "op": "le",
        "lower_is_better": True,
    }
    return rate(**(start | given))


def jobs(**given) -> Task:
    """徐州 城镇新增就业 [37.5](新口径), base 8.8 in one year of the old 口径."""
    start = {
        "measure": "new_urban_employment",
        "kind": "flow",
        "decimals": 1,
        "base": 8.8,
        "base_basis": "year_flow",
        "target": 37.5,
        "basis": "period_sum",
        "attribute": "预期性",
    }
    return task(**(start | given))


def path(*draws, first: int = 2021, month: int = 12) -> Path:
    """One row a draw, one value a year."""
    values = np.asarray(draws, dtype=float)
    return Path(tuple(range(first, first + values.shape[1])), values, month)


SOURCE = Source(place="表2", quote="…")


def target(**given) -> Target:
    start = {
        "no": "7",
        "id": "ui_insured",
        "measure": "ui_insured",
        "name_zh": "失业保险参保人数",
        "name_en": "UI insured",
        "unit": "万人",
        "decimals": 0,
        "kind": "stock",
        "attribute": "约束性",
        "strength": "firm",
        "baseline": 84.9,
        "baseline_printed": "84.9",
        "baseline_basis": "level",
        "target": 100.0,
        "target_printed": "100",
        "target_basis": "level",
        "target_year": 2025,
        "op": "ge",
        "source": SOURCE,
    }
    return Target(**(start | given))


JOBS = {
    "no": "1",
    "id": "new_urban_employment_sum",
    "measure": "new_urban_employment",
    "name_zh": "城镇新增就业人数",
    "name_en": "New urban employment",
    "decimals": 1,
    "kind": "flow",
    "attribute": "预期性",
    "baseline": 8.8,
    "baseline_printed": "8.8",
    "baseline_basis": "year_flow",
    "target": 37.5,
    "target_printed": "[37.5](新口径)",
    "target_basis": "period_sum",
    "comparable": False,
}
UNEMPLOYMENT = {
    "no": "2",
    "id": "registered_unemployment",
    "measure": "registered_unemployment_rate",
    "name_zh": "城镇登记失业率",
    "name_en": "Registered unemployment",
    "unit": "%",
    "kind": "rate",
    "attribute": "预期性",
    "baseline": 1.76,
    "baseline_printed": "1.76",
    "target": 4.0,
    "target_printed": "4以内",
    "target_basis": "every_year",
    "op": "le",
    "lower_is_better": True,
}
INSPECTION = {
    "no": "15",
    "id": "inspection_on_time",
    "measure": "inspection_on_time_rate",
    "name_zh": "举报投诉案件按期结案率",
    "name_en": "Inspection on time",
    "unit": "%",
    "kind": "rate",
    "attribute": "预期性",
    "baseline": 98.0,
    "baseline_printed": "98",
    "target": 98.0,
    "target_printed": "98",
}
SATISFACTION = {
    "no": "19",
    "id": "satisfaction",
    "measure": None,
    "name_zh": "人社政务服务好评率",
    "name_en": "Satisfaction",
    "unit": "%",
    "kind": "rate",
    "attribute": "预期性",
    "baseline": None,
    "baseline_printed": "-----",
    "baseline_basis": None,
    "target": 95.0,
    "target_printed": "95",
}
INJURY = {
    "no": "8",
    "id": "injury_insured",
    "measure": "injury_insured",
    "name_zh": "工伤保险参保人数",
    "name_en": "Injury insured",
    "baseline": 102.11,
    "baseline_printed": "102.11",
    "target": 117.0,
    "target_printed": "117",
}
YEARS = [2020, 2021, 2022, 2023, 2024, 2025]


def breakdown(**given) -> Breakdown:
    """徐州 table 8, two of its areas."""
    start = {
        "table": "附件表8",
        "target": "ui_insured",
        "measure": "ui_insured",
        "indicator_zh": "失业保险参保人数",
        "unit": "万人",
        "kind": "stock",
        "decimals": 1,
        "years": YEARS,
        "rows": {"丰县": [4.7, 4.9, 5.1, 5.2, 5.4, 5.5], "沛县": [6.9, 7.2, 7.5, 7.7, 8, 8.2]},
        "column_totals": [84.9, 88, 91.5, 94, 97.5, 100],
        "area_ids": {"丰县": "320321", "沛县": "320322"},
    }
    return Breakdown(**(start | given))


def plan(targets, breakdowns=(), **given):
    """A plan with what the verdicts read of it."""
    return SimpleNamespace(
        **(
            {
                "id": "xuzhou",
                "period": (2021, 2025),
                "baseline_year": 2020,
                "targets": tuple(targets),
                "breakdowns": tuple(breakdowns),
            }
            | given
        )
    )


def indicator(name: str, year: str = "december", unit: str = "人", produced: str = "agent", kind: str = "stock"):
    return SimpleNamespace(id=name, year=year, unit=unit, produced=produced, kind=kind)


REGISTRY = {one.id: one for one in (
    indicator("ui_insured"), indicator("injury_insured"),
    indicator("new_urban_employment", "sum", kind="flow"),
    indicator("registered_unemployment_rate", unit="%", kind="rate"),
    indicator("inspection_on_time_rate", unit="%", produced="not_yet", kind="rate"),
    indicator("subsidised_training", "sum", "人次", "programme", "flow"),
    indicator("talent_apartments", unit="套", produced="programme", kind="build_out"),
)}  # fmt: skip


def results(
    years_by_key, *, first: int = 2021, scenario: str = "baseline", replicates: int = 1, until=None, **manifest
) -> Results:
    """Months from year values: {(indicator, area): draws × years}; a flow is spread evenly, a stock stands all year."""
    rows = []
    for (name, area), values in years_by_key.items():
        for draw, years in enumerate(np.atleast_2d(np.asarray(values, dtype=float))):
            for replicate in range(replicates):
                for i, value in enumerate(years):
                    share = value / 12 if REGISTRY[name].year == "sum" else value
                    rows += [
                        (scenario, draw, replicate, area, name, f"{first + i}-{m:02d}", share) for m in range(1, 13)
                    ]
    table = pd.DataFrame(rows, columns=["scenario", "draw", "replicate", "area", "indicator", "period", "value"])
    if until is not None:
        table = table[table["period"] <= until]
    return Results(table, {"macro": "as-planned", "parameters": "prior", "seed": 1, "scale": 1} | manifest, REGISTRY)
