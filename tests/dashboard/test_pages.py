"""The page's parts, as what a reader finds in them: panel, scorecard, charts, progress."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest
from dash import html

from dashboard.jobs import JobTable
from dashboard.pages.charts import counties, county_cards, county_tables, fans, legend
from dashboard.pages.result import finished, plan_alone, progress, rest, scenario_name
from dashboard.pages.scorecard import final_figures, light, scorecard
from dashboard.pages.side import draft_of, precision_words, request_of, side

REQUEST = {"plan": "town", "preset": "as-planned", "levers": {}, "draws": 8, "scale": 50, "seed": 1}


def walk(part: Any) -> Any:
    """Every component and text below a part."""
    if isinstance(part, (list, tuple)):
        for item in part:
            yield from walk(item)
    elif part is not None:
        yield part
        yield from walk(getattr(part, "children", None))


def text_of(part: Any) -> str:
    return " ".join(str(item) for item in walk(part) if isinstance(item, (str, int, float)))


def found(part: Any, kind: type) -> list[Any]:
    return [item for item in walk(part) if isinstance(item, kind)]


def charts(part: Any) -> list[go.Figure]:
    """The figures of a part, checked whole by Plotly."""
    return [go.Figure(json.loads(getattr(item, "data-figure"))) for item in found(part, html.Div) if hasattr(item, "data-figure")]


def rows_of(part: Any) -> dict[str, str]:
    """First words of each table row → its text."""
    return {text.split(" ", 2)[1]: text for row in found(part, html.Tr) if (text := text_of(row)).count(" ") > 2}


def test_before_any_run_the_plan_itself_is_shown(plan: dict[str, Any]) -> None:
    shown = plan_alone(plan, "zh")
    assert "5 项表列指标，1 项文字目标，其中约束性 1 项" in text_of(shown)
    assert len(found(shown, html.Tr)) == 2 + len(plan["indicators"])
    assert "情景达标频率" not in text_of(shown) and not charts(shown)


def test_the_scorecard_lists_every_target_in_its_block(plan: dict[str, Any], result: dict[str, Any]) -> None:
    card = scorecard(plan, result, "zh")
    text = text_of(card)
    assert all(text.count(target["id"]) >= 1 for target in plan["indicators"])
    assert (
        text.index("攀升型指标") < text.index("ui_insured") < text.index("力争目标") < text.index("startups") < text.index("保持型与底线型")
    )
    assert "尚未模拟的 1 项指标" in text
    assert [item for item in found(card, html.Details) if "ecard_coverage" in text_of(item)]


def test_a_row_says_light_frequency_interval_and_verdict(plan: dict[str, Any], result: dict[str, Any]) -> None:
    row = next(text for name, text in rows_of(scorecard(plan, result, "zh")).items() if name == "ui_insured")
    for words in ("约束性", "红灯", "10%", "（0/8，仅供参考）", "90% 区间 46% 至 92%", "未完成", "占 75% 抽样", "≥ 100"):
        assert words in row, words


def test_flags_are_words_and_not_ids(plan: dict[str, Any], result: dict[str, Any]) -> None:
    for lang, words in (("zh", "约束力弱"), ("en", "weak")):
        text = text_of(scorecard(plan, result, lang))
        assert words in text and "weak_constraint" not in text and "final_year" not in text


def test_a_row_says_what_a_preview_starts_from(plan: dict[str, Any], result: dict[str, Any]) -> None:
    kept = {json.loads(facts)["aim"]: json.loads(facts) for tr in found(scorecard(plan, result, "zh"), html.Tr)
            if (facts := getattr(tr, "data-row", None))}  # fmt: skip
    assert set(kept) == {row["id"] for row in result["indicators"] if row["final"] and row["area"] is None}
    insured, rate = kept["ui_insured"], kept["registered_unemployment_rate"]
    assert insured["final"] == [87, 90, 93] and (insured["probability"], insured["n"], insured["steps"]) == (0.1, 8, [0.9, 0.6])
    assert insured["counts"] == "ui_insured" and rate["counts"] is None, "a floor is no headline"
    assert (insured["unit"], rate["unit"]) == ("万人", "个百分点") and insured["called"] == "情景达标频率"


def test_a_narrow_band_gets_a_further_decimal(plan: dict[str, Any]) -> None:
    target = plan["indicators"][1]
    row = {"produced": "agent", "final": {"p10": 83.3, "p50": 83.9, "p90": 84.4}}
    assert final_figures(target, row) == ("83.9", "83.3–84.4")
    assert final_figures(target, {"produced": "agent", "final": {"p10": 80, "p50": 90, "p90": 95}}) == ("90", "80–95")
    assert final_figures(target, {"produced": "programme", "final": {"p10": 8, "p50": 8, "p90": 8}}) == ("8", ""), "no band, none shown"
    assert final_figures(target, None) == ("—", "")


@pytest.mark.parametrize("colour", ["green", "amber", "red", None])
def test_a_light_is_a_shape_and_a_word(colour: str | None) -> None:
    shape, word = light(colour, "en").children
    assert getattr(shape, "aria-hidden") == "true" and word.children == (colour or "unrated")


def test_one_fan_for_each_simulated_target_by_field(plan: dict[str, Any], result: dict[str, Any]) -> None:
    sections = fans(plan, result, "zh")
    assert [len(charts(section)) for section in sections] == [3, 1, 1]
    settings = [json.loads(getattr(item, "data-config")) for item in found(sections, html.Div) if hasattr(item, "data-config")]
    assert len(settings) == 5 and all(one["showSendToCloud"] is False and one["locale"] == "zh-CN" for one in settings)
    described = [item for item in found(sections, html.Div) if getattr(item, "role", None) == "img"]
    assert len(described) == 5 and all(getattr(item, "aria-label") for item in described)


def test_the_name_of_a_simulated_target_leads_to_its_chart(plan: dict[str, Any], result: dict[str, Any]) -> None:
    links = [link.href for link in found(scorecard(plan, result, "zh"), html.A)]
    cards = [f"#{card.id}" for card in found(fans(plan, result, "zh"), html.Article)]
    assert sorted(links) == sorted(cards) and len(set(cards)) == 5
    assert not found(scorecard(plan, None, "zh"), html.A), "no chart, no link"


def test_fields_beyond_the_first_three_are_shown_when_something_in_them_is_simulated(plan: dict[str, Any], result: dict[str, Any]) -> None:
    """They are folded, and their heading says how the lights stand."""
    card = next(row for row in result["indicators"] if row["id"] == "ecard_coverage")
    card.update(produced="institution", final=result["indicators"][1]["final"], by_year=result["indicators"][1]["by_year"], light="amber")
    plan["indicators"][-1]["topic"] = "services"
    shown = fans(plan, result, "zh")
    assert [section.open for section in shown] == [True, True, True, False]
    assert text_of(shown[3].children[0]).split() == ["劳动关系与公共服务", "1", "项", "黄灯", "1"]


def test_a_field_without_simulated_targets_says_so(plan: dict[str, Any], result: dict[str, Any]) -> None:
    result["indicators"] = [row for row in result["indicators"] if row["id"] != "graduates_attracted"]
    assert "尚无可模拟的指标" in text_of(fans(plan, result, "zh")[2])


def test_counties_stand_beside_their_printed_lines(plan: dict[str, Any], result: dict[str, Any]) -> None:
    cards = county_cards(plan, result, "new_urban_employment", "zh")
    assert "2 个地区中，1 个地区末年中位数低于规划分解数 （西县）" in text_of(cards).replace("数（", "数 （")
    east = charts(cards)[0]
    assert [list(trace.y) for trace in east.data][-1] == [37500, 75000, 112500, 150000, 187500]
    assert [list(trace.y) for trace in east.data][2] == [40000, 80000, 120000, 160000, 200000]
    assert "East" in text_of(county_cards(plan, result, "new_urban_employment", "en"))


def test_a_table_that_is_not_simulated_by_area_still_shows_the_plan(plan: dict[str, Any], result: dict[str, Any]) -> None:
    cards = county_cards(plan, result, "ui_insured", "zh")
    assert "暂无分地区模拟结果" in text_of(cards)
    assert [len(figure.data) for figure in charts(cards)] == [1, 1]


def test_choice_of_tables(plan: dict[str, Any], result: dict[str, Any]) -> None:
    assert [table["target"] for table in county_tables(plan)] == ["new_urban_employment", "ui_insured"]
    shown = counties(plan, result, "nonsense", "zh")
    choice = next(item for item in walk(shown) if getattr(item, "id", None) == "county-table")
    assert choice.value == "new_urban_employment" and len(choice.data) == 2
    assert "没有" in text_of(counties({**plan, "breakdowns": []}, result, None, "zh"))


def test_the_finished_page_says_the_answer_first_and_can_be_repeated(plan: dict[str, Any], result: dict[str, Any], town: Any) -> None:
    request = {**REQUEST, "levers": {"training_places": 150000.0}}
    shown = finished(plan, {**result, "warnings": ["没有校准文件"]}, request, town.presets(), "zh")
    more, below = rest(plan, result, request, "zh")
    assert [len(charts(part)) for part in (shown, more)] == [3, 2], "the first field of work at once, the others after it"
    shown += below
    text = text_of(shown)
    assert text.startswith("「规划投入全部落实，另调整 1 项举措」")
    assert "宏观路径" in text and "基年拟合" in text and "回溯模拟" in text and "没有校准文件" in text
    assert "levers={**scenario.levers" in text and "'training_places': 150000.0" in text
    json.dumps([part.to_plotly_json() for part in shown], default=lambda part: part.to_plotly_json())


def test_scenario_names(town: Any) -> None:
    assert scenario_name({"preset": "baseline"}, town.presets(), "en") == "Policy as before"
    assert scenario_name({"preset": "unheard", "levers": {"a": 1}}, town.presets(), "en") == "unheard, with 1 lever(s) changed"


def test_progress_of_a_job_in_every_state(jobs: JobTable) -> None:
    job_id = jobs.submit(REQUEST)
    assert "排队等候（前面还有 2 项）" in text_of(progress(jobs.get(job_id), 2, 0.0, "zh", older=False))
    jobs.claim("w")
    job = jobs.get(job_id)
    assert "编译" in text_of(progress(job, 0, job.started + 5, "zh", older=False))
    jobs.progress(job_id, "w", 3, 8, "")
    shown = progress(jobs.get(job_id), 0, job.started + 65.2, "zh", older=True)
    assert all(words in text_of(shown) for words in ("正在模拟 3 / 8", "已用 65 秒", "上一次的结果", "取消"))
    bar = next(item for item in found(shown, html.Div) if getattr(item, "role", None) == "progressbar")
    assert getattr(bar, "aria-valuenow") == "38" and getattr(bar, "aria-label") == "模拟进度"
    assert progress(replace(job, status="done"), 0, 0.0, "zh", older=True) == []
    assert "misspelt" in text_of(progress(replace(job, status="failed", message="misspelt"), 0, 0.0, "en", older=False))
    assert "Cancelled" in text_of(progress(replace(job, status="cancelled"), 0, 0.0, "en", older=False))
    assert "不存在" in text_of(progress(None, 0, 0.0, "zh", older=False))


def test_the_panel_names_every_control_for_those_who_do_not_see_it(town: Any, levers: list[dict[str, Any]]) -> None:
    panel = side(town.plans(), "town", town.presets(), levers, draft_of(None), "zh")
    sliders = [item for item in walk(panel) if isinstance(getattr(item, "id", None), dict) and item.id["type"] == "lever-slider"]
    numbers = [item for item in walk(panel) if isinstance(getattr(item, "id", None), dict) and item.id["type"] == "lever-number"]
    assert [slider.thumbLabel for slider in sliders] == ["培训名额，滑块", "扩面核查，滑块"]
    assert [box.attributes["input"]["aria-label"] for box in numbers] == ["培训名额，数值", "扩面核查，数值"]
    assert [slider.value for slider in sliders] == [120000.0, 20.0] == [box.value for box in numbers]
    assert text_of(panel).count("效果为假设") == 1, "D levers carry the mark, others do not"


def test_the_panel_comes_back_as_a_job_left_it(town: Any, levers: list[dict[str, Any]]) -> None:
    draft = draft_of({**REQUEST, "preset": "baseline", "levers": {"enrolment_drive_small_firms": 0.3}, "draws": 20, "scale": 20})
    assert draft == {"preset": "baseline", "levers": {"enrolment_drive_small_firms": 0.3}, "precision": "standard"}
    panel = side(town.plans(), "town", town.presets(), levers, draft, "zh")
    values = {
        item.id["id"]: item.value
        for item in walk(panel)
        if isinstance(getattr(item, "id", None), dict) and item.id["type"] == "lever-slider"
    }
    assert values == {"training_places": 113600.0, "enrolment_drive_small_firms": 30.0}
    assert "已调整 1 项举措" in text_of(panel)


def test_the_panel_describes_a_job(levers: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"training_places": 150000.0, "enrolment_drive_small_firms": 20.0}
    assert request_of("town", levers, "as-planned", values, "quick") == {**REQUEST, "levers": {"training_places": 150000.0}}
    assert request_of("town", levers, "as-planned", values, "no such")["draws"] == 8
    monkeypatch.setenv("RENSHE_COCKPIT_DRAWS", "2")
    monkeypatch.setenv("RENSHE_COCKPIT_SCALE", "500")
    assert (request_of("town", levers, "baseline", {}, "quick")["draws"], request_of("town", levers, "baseline", {}, "quick")["scale"]) == (
        2,
        500,
    )
    assert "1/500" in precision_words("quick", "zh") and "1/20" in precision_words("standard", "zh")


def test_the_legend_names_what_is_drawn() -> None:
    names = "Simulated 10–90% band Simulated median Plan's annual line Target Base year Preview (estimate)"
    assert re.sub(r"\s+", " ", text_of(legend("en"))).strip() == names
