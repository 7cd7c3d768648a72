"""Observed values: files read and refused whole, facts in the unit of each row, facts in the scorecard."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.documents import BadInput
from scenarios.observed import Observed, comparable_values, facts_of, observed_values, read_observed
from scenarios.observed_file import COLUMNS, template_rows, write_template
from scenarios.plans_at_hand import load_plan
from scenarios.results import Results
from scenarios.scorecard import scorecard, scorecard_as_json, scorecard_as_table
from tests.scenarios.judged import REGISTRY, results

TODAY = date(2026, 3, 1)
HEAD = ",".join(COLUMNS)
NINE = ("xuzhou", "ui_insured_2025", "", "2025", "98.6", "", "2025年统计公报", "published")


def row(**given: str) -> str:
    return ",".join((dict(zip(COLUMNS, NINE, strict=True)) | given).values())


def written(folder: Path, *rows: str, head: str = HEAD, name: str = "observed.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def xuzhou() -> Any:
    return load_plan("xuzhou")


def faults(plan: Any, path: Path) -> list[Any]:
    with pytest.raises(BadInput) as refused:
        read_observed(plan, path, TODAY)
    return refused.value.faults


def test_a_row_is_read_with_its_printed_unit_and_source(xuzhou: Any, tmp_path: Path) -> None:
    found = read_observed(xuzhou, written(tmp_path, row(), row(area="丰县", value="5.4")), TODAY)
    assert [(r.indicator, r.target, r.area, r.value) for r in found.rows] == [
        ("ui_insured", "ui_insured_2025", None, 98.6), ("ui_insured", "ui_insured_2025", "320321", 5.4),
    ]  # fmt: skip
    assert Observed.from_list(found.as_list()) == found
    facts = facts_of(xuzhou, found)
    assert facts["ui_insured_2025", None][2025].value == 98.6
    assert facts["ui_insured_2025", "320321"][2025].value == 5.4
    assert facts["ui_insured_2025", None][2025].source == "2025年统计公报"


@pytest.mark.parametrize("name", ["ui_insured", "ui_insured_2025"])
def test_an_indicator_goes_by_target_id_measure_or_printed_name(xuzhou: Any, tmp_path: Path, name: str) -> None:
    printed = xuzhou.target("ui_insured_2025").name_zh
    for called in (name, printed):
        assert read_observed(xuzhou, written(tmp_path, row(indicator=called)), TODAY).rows[0].target == "ui_insured_2025"


FAULTY = {
    "value is missing": (row(value=""), "value", "write the value"),
    "thousands": (row(value='"1,098"'), "value", "thousands"),
    "percent sign": (row(value="98%"), "value", "percent sign"),
    "words": (row(value="约98"), "value", "number alone"),
    "infinite": (row(value="inf"), "value", "number alone"),
    "negative": (row(value="-3"), "value", "check unit"),
    "persons for 万人": (row(value="986000"), "value", "check unit"),
    "rate beyond 100": (row(indicator="pension_paying_rate_2025", value="101"), "value", "check unit"),
    "unknown indicator": (row(indicator="ui_insurd_2025"), "indicator", "did you mean ui_insured_2025"),
    "unknown area": (row(area="丰县县"), "area", "did you mean 丰县"),
    "bad month": (row(period="2025-13"), "period", "2021-07"),
    "bad period": (row(period="25"), "period", "2021-07"),
    "not over": (row(period="2026"), "period", "not over"),
    "before the base": (row(period="2018"), "period", "before the plan's base year"),
    "no source": (row(source=""), "source", "name the source"),
    "unknown status": (row(status="publishd"), "status", "did you mean published"),
    "another plan": (row(plan="xuzhuo"), "plan", "write xuzhou"),
    "growth of a county": (row(indicator="gdp_growth", area="丰县", value="5"), "gdp_growth", "whole city"),
    "more cells than columns": (row() + ",x", "row", "quotation marks"),
}


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_row_is_named_with_line_field_and_fix(xuzhou: Any, tmp_path: Path, kind: str) -> None:
    text, field, fix = FAULTY[kind]
    path = written(tmp_path, row(period="2024"), text)
    found = faults(xuzhou, path)
    assert [(f.file, f.line, f.field) for f in found] == [(str(path), 3, field)]
    assert fix in found[0].fix and found[0].allowed and any(ord(letter) > 0x2E80 for letter in found[0].fix)


def test_all_faults_come_at_once(xuzhou: Any, tmp_path: Path) -> None:
    lines = [text for text, field, _ in FAULTY.values() if field != "row"]
    found = faults(xuzhou, written(tmp_path, *lines))
    assert [f.line for f in found] == list(range(2, len(lines) + 2))


def test_a_value_twice_is_refused_and_names_the_first_line(xuzhou: Any, tmp_path: Path) -> None:
    found = faults(xuzhou, written(tmp_path, row(), row(indicator="ui_insured", area="全市", value="99")))
    assert [(f.line, f.field) for f in found] == [(3, "period")] and "line 2" in found[0].fix


def test_two_readings_of_one_value_by_definition_stand_side_by_side(xuzhou: Any, tmp_path: Path) -> None:
    jobs = {"indicator": "new_urban_employment_sum", "period": "2021"}
    both = row(**jobs, value="8", definition="新口径"), row(**jobs, value="9", definition="旧口径")
    found = read_observed(xuzhou, written(tmp_path, *both), TODAY)
    facts = facts_of(xuzhou, found)["new_urban_employment_sum", None]
    assert facts[2021].value == 8 and facts[2021].comparable  # the one of the target's own 口径 counts


def test_files_that_are_no_table_are_refused(xuzhou: Any, tmp_path: Path) -> None:
    assert "no such file" in faults(xuzhou, tmp_path / "absent.csv")[0].allowed
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    assert "empty" in faults(xuzhou, tmp_path / "empty.csv")[0].fix
    found = faults(xuzhou, written(tmp_path, head="plan,indicatr,area,period,value,source"))
    assert {(f.field, f.value) for f in found} == {("columns", "indicatr"), ("columns", "indicator, status")}
    assert "twice" in faults(xuzhou, written(tmp_path, row() + ",1", head=HEAD + ",value"))[0].fix
    assert "pairs" in faults(xuzhou, written(tmp_path, row(source='"公报')))[0].fix
    assert "one value or more" in faults(xuzhou, written(tmp_path))[0].allowed


def test_gbk_is_recognised(xuzhou: Any, tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes((HEAD + "\n" + row() + "\n").encode("gb18030"))
    found = faults(xuzhou, path)
    assert found[0].field == "encoding" and found[0].line == 2 and "GBK" in found[0].value and "CSV UTF-8" in found[0].fix


def test_a_unit_that_is_not_the_printed_one_is_refused(xuzhou: Any, tmp_path: Path) -> None:
    found = faults(xuzhou, written(tmp_path, row() + ",人", head=HEAD + ",unit"))
    assert [(f.field, f.allowed) for f in found] == [("unit", "万人")]


def test_rows_of_other_plans_are_passed_over(xuzhou: Any, tmp_path: Path) -> None:
    found = read_observed(xuzhou, written(tmp_path, row(), row(plan="nantong", indicator="whatever")), TODAY)
    assert len(found.rows) == 1
    assert faults(xuzhou, written(tmp_path, row(plan="nantong")))[0].field == "plan"


def test_without_a_file_nothing_is_observed(xuzhou: Any, tmp_path: Path) -> None:
    assert not observed_values(xuzhou, tmp_path)
    written(tmp_path, row(period="2024"))
    assert len(observed_values(xuzhou, tmp_path).rows) == 1


def test_growth_is_a_fraction(xuzhou: Any, tmp_path: Path) -> None:
    text = [row(indicator="gdp_growth", period=str(year), value=value) for year, value in ((2021, "8.7"), (2022, "3.2"))]
    assert read_observed(xuzhou, written(tmp_path, *text), TODAY).growth == pytest.approx({2021: 0.087, 2022: 0.032})


def test_months_make_a_year_when_all_are_there(xuzhou: Any, tmp_path: Path) -> None:
    jobs = [row(indicator="new_urban_employment", period=f"2021-{m:02d}", value="0.7") for m in range(1, 13)]
    stock = [row(period="2022-11", value="90"), row(period="2022-12", value="91")]
    facts = facts_of(xuzhou, read_observed(xuzhou, written(tmp_path, *jobs, *stock), TODAY))
    assert facts["new_urban_employment_sum", None][2021].value == pytest.approx(8.4)
    assert facts["new_urban_employment_yearly", None][2021].value == pytest.approx(8.4)  # the same series
    assert {year: fact.value for year, fact in facts["ui_insured_2025", None].items()} == {2022: 91}
    eleven = facts_of(xuzhou, read_observed(xuzhou, written(tmp_path, *jobs[:11]), TODAY))
    assert ("new_urban_employment_sum", None) not in eleven


def test_a_county_is_held_against_its_table_in_the_table_s_unit(xuzhou: Any, tmp_path: Path) -> None:
    text = row(indicator="new_urban_employment", area="丰县", period="2021", value="0.25")
    facts = facts_of(xuzhou, read_observed(xuzhou, written(tmp_path, text), TODAY))
    assert facts["new_urban_employment_sum", "320321"][2021].value == 2500  # 万人 given, 人 in table 1


def simulated(**manifest: Any) -> Results:
    paths = {("ui_insured", "ALL"): np.full((4, 5), 90e4), ("new_urban_employment", "ALL"): np.full((4, 5), 8e4)}
    return results(paths, hindcast=True, **manifest)


def card_of(plan: Any, folder: Path, *rows: str) -> Any:
    found = read_observed(plan, written(folder, *rows), TODAY)
    return scorecard(plan, simulated(observed=found.as_list()))


def by_id(card: Any) -> dict[str, Any]:
    return {row.task.id: row for row in card.city}


def test_an_observed_row_is_a_fact_without_probability(xuzhou: Any, tmp_path: Path) -> None:
    card = card_of(xuzhou, tmp_path, row())
    ui, jobs = by_id(card)["ui_insured_2025"], by_id(card)["new_urban_employment_sum"]
    assert ui.fact is False and ui.chance is None and "observed" in ui.flags and "hindcast" not in ui.flags
    assert ui.judgement.verdict == "missed" and ui.final["p50"] == 98.6
    assert jobs.fact is None and jobs.chance is not None and "hindcast" in jobs.flags
    said = {one["id"]: one for one in scorecard_as_json(xuzhou, card)["indicators"] if one["area"] is None}
    assert said["ui_insured_2025"]["fact"] is False and said["ui_insured_2025"]["probability"] is None
    assert said["ui_insured_2025"]["observed"]["2025"]["source"] == "2025年统计公报"
    assert "fact" not in said["new_urban_employment_sum"]
    assert scorecard_as_json(xuzhou, card)["hindcast"] is False


def test_without_observed_values_nothing_changes(xuzhou: Any) -> None:
    card = scorecard(xuzhou, simulated())
    assert all(row.fact is None and not row.observed for row in card.rows) and card.context["hindcast"] is True


def test_a_target_that_is_not_simulated_is_judged_by_what_is_observed(xuzhou: Any, tmp_path: Path) -> None:
    stations = row(indicator="postdoc_stations_2025", period="2021", value="12")
    card = card_of(xuzhou, tmp_path, row(indicator="ecard_coverage_2025", value="73.4"), stations)
    done, begun = by_id(card)["ecard_coverage_2025"], by_id(card)["postdoc_stations_2025"]
    assert done.fact is True and done.chance is None and done.produced == "not_yet" and done.in_headline
    assert done.judgement.verdict in ("completed", "exceeded") and done.final["p50"] == 73.4
    assert begun.fact is None and begun.final is None and begun.by_year["2021"]["p50"] == 12


def test_a_value_of_another_definition_suspends_the_verdict(xuzhou: Any, tmp_path: Path) -> None:
    text = [row(indicator="new_urban_employment_sum", period=str(y), value="9", definition="旧口径") for y in range(2021, 2026)]
    jobs = by_id(card_of(xuzhou, tmp_path, *text))["new_urban_employment_sum"]
    assert jobs.judgement.verdict == "incomparable" and "suspended" in jobs.flags and jobs.fact is None
    assert jobs.observed[2025].value == 9 and jobs.final["p50"] == pytest.approx(40)  # what is simulated is not replaced
    assert not comparable_values({("a", None): {2025: jobs.observed[2025]}})


def test_the_table_names_the_source_and_the_fact(xuzhou: Any, tmp_path: Path) -> None:
    from rich.console import Console

    console = Console(width=260, record=True)
    console.print(scorecard_as_table(card_of(xuzhou, tmp_path, row())))
    text = console.export_text()
    assert "2025年统计公报" in text and "未完成" in text and "观测值" in text
    assert "约束性目标已知未完成：失业保险参保人数" in text, "what is known to be missed has no frequency of being met"


@pytest.mark.parametrize("name", ["template.csv", "template.xlsx"])
def test_a_template_is_refused_blank_and_read_when_one_row_is_filled_in(xuzhou: Any, tmp_path: Path, name: str) -> None:
    if name.endswith("xlsx"):
        pytest.importorskip("xlsxwriter")
        pytest.importorskip("openpyxl")
    path = tmp_path / name
    write_template(xuzhou, path)
    assert [f.field for f in faults(xuzhou, path)] == ["value"]
    filled = template_rows(xuzhou)
    at = next(i for i, cells in enumerate(filled) if cells[1] == "ui_insured_2025" and cells[3] == "2025")
    filled[at][4], filled[at][6], filled[at][7] = "98.6", "公报", "公布"
    save(path, filled)
    assert [(r.target, r.value, r.status) for r in read_observed(xuzhou, path, TODAY).rows] == [("ui_insured_2025", 98.6, "published")]


def save(path: Path, rows: list[list[Any]]) -> None:
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(cells) for cells in rows), encoding="utf-8")
        return
    from openpyxl import Workbook

    book = Workbook()
    for cells in rows:
        book.active.append(cells)
    book.save(path)


def test_a_workbook_lists_its_faults_by_row(xuzhou: Any, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    path = tmp_path / "observed.xlsx"
    head = ["规划", "指标", "地区", "时期", "数值", "口径", "来源", "状态"]
    good = ["徐州市", "失业保险参保人数", "全市", 2024, 97.25, None, "公报", "公布"]
    save(path, [head, good, [*good[:3], 2023, "很多", None, None, "公布"], [*good[:2], "丰", 2022.0, 5, None, "公报", "快报"]])
    assert [(f.line, f.field) for f in faults(xuzhou, path)] == [(3, "value"), (3, "source"), (4, "area")]
    save(path, [head, good, [*good[:3], date(2023, 12, 1), 96, None, "月报", "快报"]])
    assert [(r.period, r.value) for r in read_observed(xuzhou, path, TODAY).rows] == [("2024", 97.25), ("2023-12", 96)]
    path.write_bytes(b"no workbook")
    assert "Excel" in faults(xuzhou, path)[0].fix


def test_a_registry_indicator_is_replaced_only_where_observed(xuzhou: Any, tmp_path: Path) -> None:
    card = card_of(xuzhou, tmp_path, row(period="2023", value="95"))
    ui = by_id(card)["ui_insured_2025"]
    assert ui.by_year["2023"]["p50"] == 95 and ui.by_year["2024"]["p50"] == pytest.approx(90)
    assert ui.fact is None and ui.chance is not None and set(REGISTRY) >= {"ui_insured"}
