"""Tables to take away hold what the page shows: numbers as numbers, Chinese that Excel reads, one row a target or cell."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from dashboard.exports import county_table, file_of, scorecard_table


def by_head(table: tuple[list[str], list[list[Any]]]) -> list[dict[str, Any]]:
    head, rows = table
    assert all(len(row) == len(head) for row in rows)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_one_row_a_target_with_its_simulated_numbers(plan: dict[str, Any], result: dict[str, Any]) -> None:
    rows = by_head(scorecard_table(plan, result, "zh"))
    assert [row["指标"] for row in rows] == [target["id"] for target in plan["indicators"]]
    insured = rows[1]
    assert insured["属性"] == "约束性" and insured["目标"] == 100.0 and insured["模拟中位数"] == 90.0
    assert (insured["达标抽样数"], insured["抽样数"], insured["亮灯"], insured["判定"]) == (0, 8, "红灯", "未完成")
    assert rows[3]["类别"] == "力争" and rows[4]["类别"] == "保持型/底线型"
    assert rows[5]["类别"] == "尚未模拟" and rows[5]["模拟中位数"] is None and rows[5]["判定"] is None


def test_one_row_a_cell_of_the_breakdown_with_the_band_of_its_year(plan: dict[str, Any], result: dict[str, Any]) -> None:
    rows = by_head(county_table(plan, result, "zh"))
    assert len(rows) == sum(len(table["rows"]) for table in plan["breakdowns"])
    first = rows[0]
    assert (first["地区"], first["年度"], first["规划分解数"]) == ("东县", 2021, 37500.0)
    east = next(row for row in result["indicators"] if row["area"] == "east")
    assert first["模拟中位数"] == east["by_year"]["2021"]["p50"], "the year's own flow, as the plan's table prints it"
    assert rows[-1]["模拟中位数"] is None, "not simulated by area"
    assert {row["Area"] for row in by_head(county_table(plan, result, "en"))} == {"East", "West"}


@pytest.mark.parametrize("what", ["scorecard", "counties"])
def test_who_answers_and_what_it_costs_go_with_every_file(plan: dict[str, Any], result: dict[str, Any], what: str) -> None:
    plan["indicators"][1] |= {"owner": "失业保险处"}
    payers = [{"payer": "就业补助资金", "year": 2021, "yuan": 8.9e7, "extra_yuan": 1e7, "owners": ["就业处"]}]
    free = {"name_zh": "招聘活动", "name_en": "Fairs", "payer": "一般公共预算", "owner": "", "reason": "unit_cost_unknown"}
    told = {**result, "budget": {"payers": payers, "not_priced": [free]}}
    text = file_of(what, "csv", plan, told, "zh")[1].decode("utf-8-sig")
    assert "资金" in text and "就业补助资金,2021,8900.0,1000.0,就业处" in text and "未计价：招聘活动" in text
    book = load_workbook(io.BytesIO(file_of(what, "xlsx", plan, told, "zh")[1]))
    assert book.sheetnames == ["renshe", "资金"] and book["资金"]["D2"].value == 8900.0
    head, rows = (scorecard_table if what == "scorecard" else county_table)(plan, told, "zh")
    owners = {row[head.index("责任处室")] for row in rows}
    assert ("失业保险处" in owners) if what == "scorecard" else any(owner.startswith("东县") for owner in owners)


@pytest.mark.parametrize("what", ["scorecard", "counties"])
def test_files_that_excel_opens(plan: dict[str, Any], result: dict[str, Any], what: str) -> None:
    name, content = file_of(what, "csv", plan, result, "zh")
    assert name.endswith(".csv") and content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    name, content = file_of(what, "xlsx", plan, result, "zh")
    sheet = load_workbook(io.BytesIO(content)).active
    assert name == f"town-as-planned-{'目标评估表' if what == 'scorecard' else '年度分解'}.xlsx"
    assert [cell.value for cell in next(iter(sheet.iter_rows()))] == read[0] and sheet.max_row == len(read)
    assert any(isinstance(cell.value, (int, float)) for row in sheet.iter_rows(min_row=2) for cell in row)
