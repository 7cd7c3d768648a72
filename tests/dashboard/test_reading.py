"""Reading plan and result: which rows count, which line is drawn, which sentence is said."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.reading import (
    answer,
    area_rows,
    band,
    basis_lines,
    block_of,
    chance,
    city_rows,
    frequency_word,
    headline,
    linear_line,
    plan_line,
    printed_line,
    simulated,
    theme_of,
)  # fmt: skip


def of(plan: dict[str, Any], name: str) -> dict[str, Any]:
    return next(target for target in plan["indicators"] if target["id"] == name)


@pytest.mark.parametrize(
    ("measure", "theme"),
    [
        ("new_urban_employment", "employment"),
        ("registered_unemployment_rate", "employment"),
        ("ui_insured", "insurance"),
        ("pension_paying_rate", "insurance"),
        ("resident_pension_active", "insurance"),
        ("graduates_attracted", "talent"),
        ("graduate_employment_rate", "employment"),
        ("skill_certificates", "talent"),
        ("mediation_success_rate", "other"),
        (None, "other"),
    ],
)
def test_fields_of_work(measure: str | None, theme: str) -> None:
    assert theme_of(measure) == theme


def test_city_and_area_rows_are_kept_apart(result: dict[str, Any]) -> None:
    assert city_rows(result)["new_urban_employment"]["area"] is None
    assert set(area_rows(result, "new_urban_employment")) == {"east", "west"}
    assert city_rows(None) == {} and area_rows(None, "x") == {}


def test_blocks_of_the_scorecard(plan: dict[str, Any], result: dict[str, Any]) -> None:
    rows = city_rows(result)
    blocks = {target["id"]: block_of(target, rows[target["id"]]) for target in plan["indicators"]}
    assert blocks == {
        "new_urban_employment": "climb",
        "ui_insured": "climb",
        "graduates_attracted": "climb",
        "startups": "strive",
        "registered_unemployment_rate": "hold",
        "ecard_coverage": "not_yet",
    }
    assert block_of(plan["indicators"][0], None) == "not_yet" and not simulated(None)


def test_the_parts_of_one_ratio_count_once(plan: dict[str, Any], result: dict[str, Any]) -> None:
    assert len(headline(plan, city_rows(result))) == 3
    for name in ("ui_insured", "graduates_attracted"):
        of(plan, name)["group"] = "ratio"
    assert len(headline(plan, city_rows(result))) == 2


def test_the_band_is_read_on_the_targets_own_basis(plan: dict[str, Any], result: dict[str, Any]) -> None:
    row = city_rows(result)["new_urban_employment"]
    assert list(band(row, "cumulative")["p50"]) == [8, 16, 24, 32, 40]
    assert list(band(row, "by_year")["year"]) == [2021, 2022, 2023, 2024, 2025]
    assert band(None, "by_year").empty and band(city_rows(result)["ui_insured"], "cumulative").empty


def test_a_printed_table_gives_the_citys_line_summed_accumulated_and_in_the_targets_unit(plan: dict[str, Any]) -> None:
    line = plan_line(plan, of(plan, "new_urban_employment"))
    assert line.printed and list(line.points["value"]) == pytest.approx([7.5, 15.0, 22.5, 30.0, 37.5])


def test_a_countys_line_stays_in_the_tables_unit(plan: dict[str, Any]) -> None:
    line = printed_line(plan, of(plan, "new_urban_employment"), "东县")
    assert list(line["value"]) == [37500, 75000, 112500, 150000, 187500]
    assert list(printed_line(plan, of(plan, "ui_insured"), "西县")["value"]) == [50.0] * 5, "a stock is not accumulated"


def test_where_no_table_is_printed_the_line_is_straight(plan: dict[str, Any]) -> None:
    stock = {**of(plan, "ui_insured"), "id": "other"}
    assert list(linear_line(plan, stock)["value"]) == [84, 88, 92, 96, 100]
    total = {**of(plan, "new_urban_employment"), "id": "other"}
    assert list(linear_line(plan, total)["value"]) == [7.5, 15, 22.5, 30, 37.5]
    assert not plan_line(plan, stock).printed


@pytest.mark.parametrize("change", [{"baseline": None}, {"comparable": False}, {"target_basis": "every_year"}, {"target": None}])
def test_no_line_where_base_and_target_cannot_be_joined(plan: dict[str, Any], change: dict[str, Any]) -> None:
    assert linear_line(plan, {**of(plan, "ui_insured"), "id": "other", **change}).empty


def test_an_interim_target_is_reached_at_its_own_year(plan: dict[str, Any]) -> None:
    line = linear_line(plan, {**of(plan, "ui_insured"), "target_year": 2023})
    assert list(line["year"]) == [2021, 2022, 2023] and line["value"].iloc[-1] == 100


def test_the_answer_counts_and_names_what_is_at_risk(plan: dict[str, Any], result: dict[str, Any]) -> None:
    said = answer(plan, result, "规划投入全部落实", "zh")
    assert "3 项可模拟的攀升型指标中，2 项达标" in said
    assert "情景达标频率为 61%（5/8，仅供参考）" in said
    assert "ui_insured（中位 90，目标 100 万人）" in said
    assert "startups" not in said and "registered" not in said


def test_the_answer_in_english_and_without_red_lights(plan: dict[str, Any], result: dict[str, Any]) -> None:
    for row in result["indicators"]:
        row["light"] = "green"
    said = answer(plan, result, "Every committed input", "en")
    assert "2 of the 3" in said and "No target shows a red light" in said


def test_the_answer_when_nothing_is_simulated(plan: dict[str, Any], result: dict[str, Any]) -> None:
    assert "尚无可模拟" in answer(plan, {**result, "indicators": []}, "s", "zh")


def test_probability_is_a_word_for_certified_posteriors_only(result: dict[str, Any]) -> None:
    words = {level: frequency_word({**result, "parameters": level}, "zh") for level in ("prior", "base_year", "posterior")}
    assert words == {"prior": "情景达标频率", "base_year": "情景达标频率", "posterior": "概率"}


def test_few_draws_are_for_reference_only() -> None:
    assert chance({"probability": 0.72, "met": 6, "n": 8}, "zh") == "72%（6/8，仅供参考）"
    assert chance({"probability": 0.72, "met": 72, "n": 100}, "zh") == "72%"


def test_macro_path_and_basis_stand_beside_the_result(plan: dict[str, Any], result: dict[str, Any]) -> None:
    lines = basis_lines(plan, result, "zh")
    assert "宏观路径：规划印明的年均增长 6.5%" in lines and "参数：基年拟合" in lines and "回溯模拟" in lines
    plan["macro"] = {"printed": None, "range": {"low": 0.05, "central": 0.06, "high": 0.07}}
    assert "假设" in basis_lines(plan, result, "zh")[0]
    assert "observed" in basis_lines(plan, {**result, "macro": "observed"}, "en")[0]
    assert "user-defined" in basis_lines(plan, {**result, "macro": {"2021": 0.05}, "hindcast": False}, "en")[0]
