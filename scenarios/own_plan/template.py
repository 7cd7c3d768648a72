"""The templates: a workbook for those who do not write files, and commented YAML for those who do."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from model.documents import BadInput, Fault, both, write_atomically
from scenarios.own_plan import forms

WORKBOOK, PLAN, BASELINE = "plan.xlsx", "plan.yaml", "baseline.yaml"
HELP_LINES = (
    "1. 在「城市」填写已知数据：只有标“必填”的必须填，其余不知道就留空，由省和全国推算并注明方法。",
    "2. 在「地区」填写县（市、区）；只有全市数据时整张表留空。",
    "3. 在「指标」逐项填写规划指标；“统计指标”写对应的人社统计（如 失业保险参保人数），没有对应的留空，该项不模拟。",
    "4. 数值只写数字，单位写在单位列；数据请写来源。",
    "5. 保存后运行 renshe plan fill 文件夹，再运行 renshe plan check 文件夹、renshe run 文件夹。",
    "Fill in 城市 (必填: needed; the rest is imputed when empty), 地区 (may stay empty) and 指标; then: renshe plan fill DIR",
)
PLAN_YAML = """\
# 模板 template: your own plan. Every line with nothing after the colon is to be filled in; `renshe plan check DIR` says what is missing.
# 每一行冒号后为空的都请填写;不确定时先运行 renshe plan check 文件夹。
id:            # 小写代号 lower-case name, e.g. linhai
title:         # English title
title_zh:      # 规划名称
city_zh:       # 城市
city_en:
province:      # jiangsu | zhejiang | other: 其他省份按全国规定,缺的按江苏推算并标明 national rules, the rest assumed and marked
document: {number: null, issued: null, issuer: null, text: null}
period: [2021, 2025]      # 首年、末年 first and last year
baseline_year: 2020       # 基期 the year before
macro:                    # 规划印出的增速写 printed;未印则声明区间 growth as printed, else a declared range
  printed: null           # {value: 0.06, quote: "年均增长6%", place: 第一章}
  range: {low: 0.04, central: 0.055, high: 0.07, source: "假设:请改为本市近五年区间", marked: 假设}
areas:                    # 最细的县(市、区);只有全市数据时保留一行 the finest areas; one line will do
  - {id: whole, name_zh: 全市, name_en: Whole city, level: city}
targets:                  # 每项指标一段 one block a target
  - no: "1"
    id: ui_insured_2025   # 自取的代号 a name of its own
    measure: ui_insured   # 对应的统计,见 renshe plans;不模拟写 null
    name_zh: 失业保险参保人数
    name_en: Unemployment insurance members
    unit: 万人
    decimals: 1           # 规划印出的小数位 decimals as printed
    kind: stock           # stock 存量 | flow 流量 | rate 比率 | build_out 建设
    attribute: 约束性      # 约束性 | 预期性 | null
    strength: firm        # firm 确保 | strive 力争
    baseline:             # 基期值,未印写 null
    baseline_printed:     # 原文,如 "2.1"
    baseline_basis: level # level 年末 | year_flow 当年
    target:               # 目标值
    target_printed:       # 原文
    target_basis: level   # level 年末 | period_sum 累计 | every_year 每年 | year_flow 当年
    target_year: 2025
    op: ge                # ge 不低于 | le 不超过 | gt 超过 | lt 低于 | about 约
    owner: null           # 责任处室
    source: {place: 表1, quote: 失业保险参保人数}
"""
BASELINE_YAML = """\
# 模板 template: what is known of the city at the end of the base year. Take away the mark # before each figure that you know and fill in
# its value and source; leave the others: `renshe plan fill DIR` imputes them from province and nation, with method and mark.
# 知道的数去掉行首的 # 并填写数值与来源;不知道的不动,由 renshe plan fill 推算并注明方法。
plan:          # 与 plan.yaml 的 id 相同 the id of plan.yaml
cells:
"""


def baseline_template(year: int = 2020) -> str:
    """The commented template of `baseline.yaml`."""
    lines = []
    for figure in forms.FIGURES:
        if figure.unit == "类":
            continue
        age = f', age: "{figure.age}"' if figure.age else ""
        unit = '"1"' if figure.field == "urban_share" else f'"{figure.unit}"'
        mark = "  " if figure.needed else "  # "
        lines.append(f"{mark}- {{quantity: {figure.field}, area: ALL, year: {year}{age}, value: , unit: {unit}, status: published, "
                     f"confidence: high, source: }}   # {figure.name}")
    return BASELINE_YAML + "\n".join(lines) + "\n"


def new(folder: Path) -> list[Path]:
    """Write the templates into a folder and give their paths. Raises BadInput rather than write over a file that is there."""
    places = [folder / name for name in (WORKBOOK, PLAN, BASELINE)]
    there = [place for place in places if place.exists()]
    if there:
        fix = both("请换一个空文件夹", "choose an empty folder")
        raise BadInput([Fault(str(place), None, "file", place.name, both("尚不存在", "not there yet"), fix) for place in there])
    contents: tuple[bytes | str, ...] = (workbook_template(), PLAN_YAML, baseline_template())
    for place, content in zip(places, contents, strict=True):
        write_atomically(place, content)
    return places


def workbook_template() -> bytes:
    """The workbook: 说明, 城市, 地区, 指标, with lists to choose from where words are closed."""
    xlsxwriter = import_module("xlsxwriter")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
    bold = book.add_format({"bold": True, "border": 1, "bg_color": "#dbe6f3"})
    needed = book.add_format({"bg_color": "#fff4d6", "border": 1})
    help_page = book.add_worksheet(forms.HELP)
    help_page.set_column(0, 0, 110)
    for line, text in enumerate(HELP_LINES):
        help_page.write_string(line, 0, text)
    city = book.add_worksheet(forms.CITY)
    city.write_row(0, 0, list(forms.CITY_HEADS), bold)
    for line, figure in enumerate((*forms.FIELDS, *forms.FIGURES), 1):
        city.write_string(line, 0, figure.name)
        if figure.needed:
            city.write_blank(line, 1, None, needed)
        city.write_string(line, 2, figure.unit)
        city.write_string(line, 4, ("必填。" if figure.needed else "") + figure.hint)
    city.data_validation(5, 1, 5, 1, {"validate": "list", "source": list(forms.OF_PROVINCE)})
    areas = book.add_worksheet(forms.AREAS)
    areas.write_row(0, 0, list(forms.AREA_HEADS), bold)
    areas.data_validation(1, 2, 60, 2, {"validate": "list", "source": list(forms.LEVELS)})
    targets = book.add_worksheet(forms.TARGETS)
    targets.write_row(0, 0, list(forms.TARGET_HEADS), bold)
    for column, words in ((6, [w for w in forms.OPS if w]), (7, list(forms.BASES)), (9, ["约束性", "预期性"]), (10, ["是", "否"])):
        targets.data_validation(1, column, 120, column, {"validate": "list", "source": words})
    for page, widths in ((city, (26, 14, 10, 34, 50)), (areas, (18, 12, 10, 18, 30)), (targets, (8, 34, 24, 10, *[11] * 9))):
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
