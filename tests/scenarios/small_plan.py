"""A small valid plan as plain data, with every kind of record; tests break it in one place at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Data = dict[str, Any]
Edit = Callable[[Data, Data], object]

TEXT = """表1：主要指标
1.城镇新增就业人数(万人)\t0.3\t[1.5]\t预期性
2.高、中、初级专业技术人才比例\t13:41:46\t14:42:44
3.失业保险参保人数(万人)\t2.1\t3
人才公寓约1000套
每年开展招聘活动不少于20场
新增就业2万人
"""


def target(no: str, name: str, **fields: Any) -> Data:
    given = {
        "no": no,
        "id": name,
        "measure": None,
        "name_zh": "指标",
        "name_en": "An indicator",
        "unit": "万人",
        "decimals": 1,
        "kind": "flow",
        "attribute": None,
        "strength": "firm",
        "baseline": None,
        "baseline_printed": None,
        "baseline_basis": None,
        "target": 1.5,
        "target_printed": "[1.5]",
        "target_basis": "period_sum",
        "target_year": 2025,
        "op": "ge",
        "source": {"place": "表1", "quote": "城镇新增就业人数(万人)\t0.3\t[1.5]"},
    }
    return given | fields


def grade(order: int, name: str, value: int) -> Data:
    shape = {"unit": "%", "decimals": 0, "kind": "part", "target_basis": "level", "group": "grades", "order": order}
    quote = {"source": {"place": "表1", "quote": "14:42:44"}}
    return target(f"2.{order}", f"grade_{name}", target=value, target_printed="14:42:44", **shape, **quote)


def small_plan() -> Data:
    jobs = {"measure": "new_urban_employment", "attribute": "预期性"}
    base = {"baseline": 0.3, "baseline_printed": "0.3", "baseline_basis": "year_flow"}
    insured = {"measure": "ui_insured", "attribute": "约束性", "kind": "stock", "decimals": 0}
    insured |= {"baseline": 2.1, "baseline_printed": "2.1", "baseline_basis": "level"}
    insured |= {"target": 3, "target_printed": "3", "target_basis": "level"}
    flats = {"unit": "套", "decimals": 0, "kind": "build_out", "target": 1000, "target_printed": "约1000套"}
    flats |= {"target_basis": "level", "op": "about", "op_printed": "约", "tolerance": 50, "schedule": {"2023": 400}}
    return {
        "id": "small",
        "title": "A small plan",
        "title_zh": "小规划",
        "city_zh": "小市",
        "city_en": "Small",
        "province": "jiangsu",
        "document": {"number": "小政发〔2021〕1号", "issued": "2021-08-11", "issuer": "小市", "text": "small.txt"},
        "period": [2021, 2025],
        "baseline_year": 2020,
        "macro": {"printed": None, "range": {"low": 0.04, "central": 0.055, "high": 0.07, "source": "近五年"}},
        "areas": [
            {"id": "320321", "name_zh": "东县", "name_en": "East", "level": "county"},
            {"id": "west", "name_zh": "西区", "name_en": "West", "level": "district"},
            {"id": "town", "name_zh": "市区", "name_en": "Town", "level": "composite", "parts": ["west"]},
            {"id": "bureau", "name_zh": "市直", "name_en": "Bureau", "level": "office"},
        ],
        "targets": [
            target("1", "new_jobs", **jobs, **base),
            grade(1, "high", 14),
            grade(2, "mid", 42),
            grade(3, "low", 44),
            target("3", "ui_2025", **insured, source={"place": "表1", "quote": "失业保险参保人数(万人)\t2.1\t3"}),
            target("P1", "flats", measure="talent_apartments", **flats, source={"place": "正文", "quote": "约1000套"}),
        ],
        "breakdowns": [
            {
                "table": "附表1",
                "target": "new_jobs",
                "measure": "new_urban_employment",
                "indicator_zh": "城镇新增就业人数",
                "unit": "人",
                "kind": "flow",
                "years": [2021, 2022, 2023, 2024, 2025],
                "rows": {"东县": [1000] * 5, "西区": [2000] * 5},
                "row_totals": {"东县": 5000, "西区": 10000},
                "column_totals": [3000] * 5,
                "grand_total": 15000,
                "area_ids": {"东县": "320321", "西区": "west"},
            },
            {
                "table": "附表2",
                "target": "ui_2025",
                "measure": "ui_insured",
                "indicator_zh": "失业保险参保人数",
                "unit": "万人",
                "kind": "stock",
                "years": [2020, 2025],
                "rows": {"东县": [0.9, 1.2], "市区": [1.2, 1.8]},
                "column_totals": [2.1, 3.0],
                "area_ids": {"东县": "320321", "市区": "town"},
            },
            {
                "table": "附表3",
                "target": None,
                "measure": None,
                "commitment": "fairs",
                "indicator_zh": "招聘活动",
                "unit": "场",
                "kind": "flow",
                "years": [2021, 2022],
                "rows": {"东县": [12, 13], "市直": [8, 9]},
                "column_totals": [20, 22],
                "area_ids": {"东县": "320321", "市直": "bureau"},
            },
        ],
        "commitments": [
            {
                "id": "fairs",
                "text_zh": "每年招聘活动不少于20场",
                "value": 20,
                "unit": "场",
                "per": "year",
                "from": 2021,
                "to": 2025,
                "op": "ge",
                "role": "input",
                "place": "正文",
                "quote": "每年开展招聘活动不少于20场",
            }
        ],
        "conflicts": [
            {
                "id": "how_many",
                "about": ["fairs"],
                "readings": [
                    {"id": "a", "text": "每年", "value": 20, "in_use": True},
                    {"id": "b", "text": "五年", "value": None, "in_use": False},
                ],
                "reason": "原文写每年",
                "quotes": ["不少于20场"],
            }
        ],
        "history": [
            {
                "no": "1",
                "name_zh": "新增就业",
                "unit": "万人",
                "measure": "new_urban_employment",
                "period": [2016, 2020],
                "basis": "period_sum",
                "base": None,
                "target": None,
                "outcome": 2,
                "target_printed": None,
                "outcome_printed": "2万人",
                "source": {"place": "正文", "quote": "新增就业2万人"},
            }
        ],
    }


def cell(quantity: str, value: float, unit: str = "人", **fields: Any) -> Data:
    given = {"quantity": quantity, "area": "ALL", "year": 2020, "value": value, "unit": unit}
    return given | {"status": "published", "confidence": "high", "source": "公报"} | fields


def small_baseline() -> Data:
    people = {"0-14": 20_000, "15-59": 60_000, "60-64": 6_000, "65+": 14_000}
    return {
        "plan": "small",
        "cells": [
            cell("residents", 100_000),
            *(cell("residents", count, age=age) for age, count in people.items()),
            cell("residents", 40_000, area="320321"),
            cell("residents", 6, "万人", area="west", status="derived", method="全市减东县"),
            cell("residents_male", 50_500),
            cell("hukou_population", 105_000),
            cell("hukou_outside", 11_000, status="imputed", confidence="low", method="户籍加外来减常住"),
            cell("resident_non_hukou", 6_000),
            cell("urban_share", 0.6, "1"),
            cell("college_residents", 13_000),
            cell("employed_residents", 50_000),
            cell("farm_employed", 12_000),
            cell("nonfarm_employed", 38_000),
            cell("firms", 1_200, "个"),
            cell("mean_monthly_wage", 5_000, "元/月"),
            cell("gdp_growth", -1.5, "%"),
            cell("university_students", 2_000),
            cell("public_employed", 2_500),
            cell("flexible_share_of_nonfarm", 0.3, "1"),
            cell("surveyed_unemployment_rate", 5.2, "%"),
            cell("pension_active", 3.9, "万人"),
            cell("pension_enterprise_active", 16_000),
            cell("pension_civil", 2_500),
            cell("pension_paying_rate", 85, "%"),
            cell("ui_insured", 2.1, "万人"),
            cell("injury_insured", 2.4, "万人"),
        ],
    }


def write(folder: Path, edit: Edit | None = None) -> Path:
    """The small plan in a folder, changed by `edit(plan, baseline)`; JSON is YAML, and indented it has lines."""
    plan, baseline = small_plan(), small_baseline()
    if edit is not None:
        edit(plan, baseline)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (("plan.yaml", plan), ("baseline.yaml", baseline)):
        (folder / name).write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "small.txt").write_text(TEXT, encoding="utf-8")
    return folder
