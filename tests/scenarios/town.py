"""A small made-up plan for tests: two counties, a composite of them, an office, one target, one table of inputs."""

from __future__ import annotations

from pathlib import Path

PLAN = """\
id: town
title: A made-up plan
title_zh: 虚构规划
city_zh: 虚构市
city_en: Town
province: jiangsu
document: {number: null, issued: 2021-08, issuer: null, text: null}
period: [2021, 2025]
baseline_year: 2020
macro:
  printed: PRINTED
  range: RANGE
areas:
  - {id: east, name_zh: 东县, name_en: East, level: county}
  - {id: west, name_zh: 西县, name_en: West, level: county}
  - {id: both, name_zh: 两县, name_en: Both, level: composite, parts: [east, west]}
  - {id: office, name_zh: 市直, name_en: City office, level: office}
targets:
  - no: "1"
    id: new_jobs
    measure: new_urban_employment
    name_zh: 城镇新增就业人数
    name_en: New urban employment
    unit: 人
    decimals: 0
    kind: flow
    attribute: 预期性
    strength: firm
    baseline: 1000
    baseline_printed: "1000"
    baseline_basis: year_flow
    target: 5000
    target_printed: "[5000]"
    target_basis: period_sum
    target_year: 2025
    op: ge
    source: {place: 表1, quote: 城镇新增就业人数}
breakdowns:
  - table: 附表1
    target: new_jobs
    measure: new_urban_employment
    indicator_zh: 城镇新增就业人数
    unit: 人
    kind: flow
    years: [2021, 2022, 2023, 2024, 2025]
    rows: {东县: [600, 600, 600, 600, 600], 西县: [400, 400, 400, 400, 400]}
    area_ids: {东县: east, 西县: west}
  - table: 附表2
    target: null
    measure: null
    commitment: fairs
    indicator_zh: 招聘活动
    unit: 场
    kind: flow
    years: [2021, 2022]
    rows: {东县: [10, 12], 西县: [6, 8], 市直: [4, 8]}
    area_ids: {东县: east, 西县: west, 市直: office}
commitments:
  - {id: fairs, text_zh: 每年招聘活动, value: 20, unit: 场, per: year, from: 2021, to: 2025, op: ge, role: input,
     place: 正文, quote: 招聘活动}
"""
FIGURES = {
    "residents_male": 40500,
    "hukou_population": 84000,
    "hukou_outside": 12000,
    "resident_non_hukou": 8000,
    "college_residents": 9000,
    "employed_residents": 42000,
    "farm_employed": 9000,
    "nonfarm_employed": 33000,
    "public_employed": 2400,
    "students_15plus": 4000,
    "university_students": 1500,
    "firms": 1800,
    "pension_active": 31000,
    "pension_enterprise_active": 11000,
    "pension_civil": 1800,
    "resident_pension_active": 18200,
    "ui_insured": 7500,
    "injury_insured": 9000,
    "new_urban_employment": 1000,
    "rural_transfer": 400,
    "startups": 350,
    "graduates_attracted": 400,
    "subsidised_training": 800,
    "skill_certificates": 600,
    "professional_certificates": 100,
}
OTHERS = (
    ("urban_share", 0.62, "1"),
    ("flexible_share_of_nonfarm", 0.25, "1"),
    ("surveyed_unemployment_rate", 5.0, "%"),
    ("registered_unemployment_rate", 1.8, "%"),
    ("mean_monthly_wage", 6000, "元/月"),
    ("pension_paying_rate", 83.5, "%"),
    ("gdp", 62, "亿元"),
)
AGES = {"0-14": 16000, "15-59": 48000, "60-64": 4000, "65+": 12000}


def _cell(quantity: str, value: float, unit: str = "人", area: str = "ALL", age: str | None = None) -> str:
    extra = f', age: "{age}"' if age else ""
    return (
        f"  - {{quantity: {quantity}, area: {area}, year: 2020, value: {value}, unit: {unit!r}{extra}, "
        "status: published, confidence: high, source: 虚构}"
    )


def baseline_text() -> str:
    """The town's baseline: round figures that agree with one another."""
    cells = [_cell("residents", 80000), _cell("residents", 60000, area="east"), _cell("residents", 20000, area="west")]
    cells += [_cell("residents", count, age=age) for age, count in AGES.items()]
    cells += [_cell(name, value, "家" if name == "firms" else "人") for name, value in FIGURES.items()]
    cells += [_cell(name, value, unit) for name, value, unit in OTHERS]
    return "plan: town\ncells:\n" + "\n".join(cells) + "\n"


LEVERS = """\
plan: town
levers:
  training_places:
    baseline: {value: 800, status: published, source: 虚构}
    as_planned: {value: 1200, status: published, source: 虚构, commitment: training}
  recruitment_fairs:
    baseline: {value: 16, status: published, source: 虚构}
    as_planned: {table: 附表2, status: published, source: 虚构, commitment: fairs}
"""
RANGE = "{low: 0.05, central: 0.06, high: 0.08, source: 虚构, marked: 假设}"
PRINTED = "{value: 0.065, quote: 年均增长6.5%, place: 正文}"


def write_plan(folder: Path, *, printed: bool = True, levers: str | None = LEVERS, plan: str = PLAN) -> Path:
    """Write the plan into a folder and give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = plan.replace("PRINTED", PRINTED if printed else "null").replace("RANGE", "null" if printed else RANGE)
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    (folder / "baseline.yaml").write_text(baseline_text(), encoding="utf-8")
    if levers is not None:
        (folder / "levers.yaml").write_text(levers, encoding="utf-8")
    return folder
