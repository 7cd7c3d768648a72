"""The assessment table: outturn observed or simulated, gap in parts, files in the bureau's form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from scenarios.assess import assessment_as_json, assessment_of
from scenarios.assess_table import HEADS, assessment_as_csv, assessment_as_table, assessment_as_workbook, cells, place_of
from scenarios.draws import Draws
from scenarios.observed import read_observed
from scenarios.paired import Paired
from scenarios.plans_at_hand import load_plan
from tests.scenarios.judged import results
from tests.scenarios.town import PLAN, write_plan

OBSERVED = """plan,indicator,area,period,value,definition,source,status
xuzhou,ui_insured_2025,,2025,98.6,,2025年统计公报,published
xuzhou,ecard_coverage_2025,,2025,73,,人社局,internal
xuzhou,new_urban_employment,,2021,9,,公报,published
"""
CAUSES = ("law", "policy")
UI = {"law+policy": 97e4, "law": 95e4, "policy": 98e4, "start": 96e4, "gdp": 96.5e4, "shock": 94e4}


def paired(folder: Path, *, observed: bool = True, noise: float = 1e4) -> Paired:
    plan, manifest = load_plan("xuzhou"), {"hindcast": True}
    if observed:
        (folder / "observed.csv").write_text(OBSERVED, encoding="utf-8")
        manifest |= {"observed": read_observed(plan, folder / "observed.csv").as_list()}  # type: ignore[dict-item]
    off = np.array([-noise, 0.0, noise])[:, None]
    climb = np.linspace(0, 1, 6)[1:]

    def of(name: str) -> Any:
        ui = 84.9e4 + (UI[name] + off - 84.9e4) * climb
        jobs = np.full((3, 5), 8e4) + (UI[name] - 96e4) / 50 + off / 5
        paths = {("ui_insured", "ALL"): ui, ("new_urban_employment", "ALL"): jobs}
        return results(paths, scenario="as-planned" if name == "law+policy" else name, **manifest)

    values = tuple({"new_definition_ratio": ratio} for ratio in (0.8, 1.0, 1.25))
    return Paired({name: of(name) for name in UI}, Draws(values, (0.5,) * 3, "prior"))


@pytest.fixture
def found(tmp_path: Path) -> Any:
    return assessment_of(load_plan("xuzhou"), paired(tmp_path), CAUSES, 2025)


def rows(assessment: Any) -> dict[str, Any]:
    return {row["id"]: row for row in assessment_as_json(assessment)["rows"]}


def test_an_observed_outturn_is_a_fact_and_its_gap_adds_up(found: Any) -> None:
    ui = rows(found)["ui_insured_2025"]
    assert (ui["known"], ui["fact"], ui["probability"], ui["verdict"]) == ("observed", False, None, "missed")
    assert ui["outturn"] == {"p10": 98.6, "p50": 98.6, "p90": 98.6} and ui["sources"] == ["2025年统计公报"]
    assert ui["completion"] == pytest.approx((98.6 - 84.9) / 15.1) and ui["share_of_target"] == pytest.approx(0.986)
    parts = {name: part["mean"] for name, part in ui["gap"]["parts"].items()}
    assert parts == pytest.approx({"start": 4, "demand": 0, "law": 1, "policy": -2, "definition": 0, "unexplained": -1.6})
    assert ui["gap"]["total"]["mean"] == pytest.approx(1.4) == pytest.approx(sum(parts.values()))
    assert ui["gap"]["parts"]["unexplained"]["p10"] < ui["gap"]["parts"]["unexplained"]["p90"]


def test_the_explanation_says_the_parts(found: Any) -> None:
    ui = rows(found)["ui_insured_2025"]
    assert ui["explanation_zh"].startswith("观测值（2025年统计公报）；距目标差 1.4 万人（缺口 +1.4＝")
    assert "法规变动 +1.0" in ui["explanation_zh"] and "政策落实 -2.0" in ui["explanation_zh"]
    assert "policy carried out -2.0" in ui["explanation_en"] and "short by 1.4" in ui["explanation_en"]


def test_a_flow_observed_in_part_counts_what_is_known_and_simulates_the_rest(found: Any) -> None:
    jobs = rows(found)["new_urban_employment_sum"]
    assert jobs["known"] == "partly" and jobs["fact"] is None and jobs["probability"] is not None
    parts = jobs["gap"]["parts"]
    assert sum(part["mean"] for part in parts.values()) == pytest.approx(jobs["gap"]["total"]["mean"])
    assert parts["definition"]["p10"] < 0 < parts["definition"]["p90"]  # the ratio of 口径 is below and above one


def test_what_is_only_observed_has_no_parts_and_what_is_neither_says_so(found: Any) -> None:
    card, none = rows(found)["ecard_coverage_2025"], rows(found)["postdoc_stations_2025"]
    assert (card["fact"], card["known"], card["gap"]) == (True, "observed", None)
    assert (none["known"], none["outturn"]) == (None, None) and "暂未模拟" in none["explanation_zh"]


def test_without_observed_values_it_is_a_hindcast(tmp_path: Path) -> None:
    found = assessment_of(load_plan("xuzhou"), paired(tmp_path, observed=False), CAUSES, 2025)
    ui, document = rows(found)["ui_insured_2025"], assessment_as_json(found)
    assert document["hindcast"] and ui["known"] == "simulated" and ui["fact"] is None and ui["probability"] is not None
    assert ui["outturn"]["p10"] < ui["outturn"]["p50"] == pytest.approx(97) and ui["explanation_zh"].startswith("回溯模拟")
    assert ui["gap"]["parts"]["unexplained"]["mean"] == 0


def test_less_growth_and_the_shock_have_a_line_each(found: Any) -> None:
    effects = assessment_as_json(found)["sensitivity"]
    of = {(one["kind"], one["id"]): one for one in effects}
    assert of["gdp", "ui_insured_2025"]["mean"] == pytest.approx(-0.5) and of["shock", "ui_insured_2025"]["mean"] == pytest.approx(-3)
    assert all(one["p10"] <= one["mean"] + 1e-9 and one["mean"] <= one["p90"] + 1e-9 for one in effects)


def test_the_interim_table_stops_at_its_year(tmp_path: Path) -> None:
    found = assessment_of(load_plan("xuzhou"), paired(tmp_path, observed=False), CAUSES, 2023)
    document, jobs = assessment_as_json(found), rows(found)["new_urban_employment_sum"]
    assert (document["kind"], document["year"]) == ("interim", 2023)
    assert jobs["outturn"]["p50"] == pytest.approx(3 * 8.02) and jobs["completion"] == pytest.approx(3 * 8.02 / 37.5)
    assert jobs["verdict"] in ("ahead", "faster", "on_track", "behind")


def test_the_json_is_json(found: Any) -> None:
    assert json.loads(json.dumps(assessment_as_json(found), allow_nan=False, ensure_ascii=False))["method"] == "shapley"


def test_terminal_csv_and_workbook_say_the_same(found: Any, tmp_path: Path) -> None:
    console = Console(width=300, record=True)
    console.print(assessment_as_table(found))
    text = console.export_text()
    assert all(head in text for head in HEADS["zh"][:-1]) and "终期评估" in text and "GDP 每年 −1 个百分点 ⇒" in text
    table = list(csv.reader(io.StringIO(assessment_as_csv(found).decode("utf-8-sig"))))
    assert tuple(table[0]) == HEADS["zh"] and len(table) == len(found.rows) + 1
    ui = next(line for line in table if line[1] == "失业保险参保人数")
    assert ui[2:3] + ui[4:9] == ["万人", "84.9", "100", "99", "90.7 %", "未完成"]
    assert ui[-1] == ""  # 责任处室 is for the user to fill in
    pytest.importorskip("xlsxwriter")
    book = assessment_as_workbook(found)
    assert book == assessment_as_workbook(found)
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    lines = [["" if cell is None else str(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
    assert lines[0][0].endswith("情景「as-planned」") and tuple(lines[1]) == HEADS["zh"]
    assert lines[2 : 2 + len(found.rows)] == [cells(one) for one in found.rows]


def test_an_owner_that_the_plan_names_fills_the_column(tmp_path: Path) -> None:
    plan = load_plan("xuzhou")
    owned = plan.model_copy(update={"targets": tuple(t.model_copy(update={"owner": "就业处"}) for t in plan.targets)})
    found = assessment_of(owned, paired(tmp_path), CAUSES, 2025)
    assert {cells(one)[-1] for one in found.rows} == {"就业处"}


def test_the_place_of_the_file() -> None:
    from model.documents import BadInput

    assert place_of("xlsx", "xuzhou") == Path("assessment-xuzhou.xlsx") and place_of("a/b.csv", "x") == Path("a/b.csv")
    with pytest.raises(BadInput, match="csv"):
        place_of("word", "xuzhou")


# -- the command, with a real city -------------------------------------------------------------------------------------

SHORT = ("--draws", "2", "--scale", "500", "--prior", "--executor", "serial")
TOWN = "plan,indicator,area,period,value,definition,source,status\n"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    climbing = PLAN.replace("baseline: 1000", "baseline: 900").replace('baseline_printed: "1000"', 'baseline_printed: "900"')
    folder = write_plan(tmp_path_factory.mktemp("plans") / "town", plan=climbing)
    years = "".join(f"town,new_jobs,,{year},{990 + year - 2021},,公报{year},published\n" for year in range(2021, 2026))
    (folder / "observed.csv").write_text(TOWN + years + "town,gdp_growth,,2022,3.1,,公报,published\n", encoding="utf-8")
    return folder


def test_assess_runs_a_city_and_conditions_on_what_is_observed(command: Any, town: Path, tmp_path: Path) -> None:
    answer = command("assess", town, *SHORT, "--json", "--to", tmp_path / "table.csv")
    assert answer.code == 0, answer.err
    (row,) = answer.json["rows"]
    assert row["fact"] is False and row["probability"] is None and row["outturn"]["p50"] == sum(range(990, 995))
    assert answer.json["macro"] == {"2022": 0.031} and answer.json["causes"] == ["demand", "law", "policy"]
    parts = row["gap"]["parts"]
    assert sum(part["mean"] for part in parts.values()) == pytest.approx(5000 - sum(range(990, 995)))
    assert parts["unexplained"]["mean"] != 0 and parts["demand"]["mean"] > 0  # slower growth opened the gap
    assert answer.json["sensitivity"][0]["mean"] < 0  # less growth, fewer jobs
    assert "责任处室" in (tmp_path / "table.csv").read_text(encoding="utf-8-sig")
    free = command("assess", town, *SHORT, "--json", "--no-observed")
    assert free.json["rows"][0]["fact"] is None and free.json["macro"] == "as-planned" and free.json["hindcast"]


def test_run_and_compare_carry_observed_values_too(command: Any, town: Path, tmp_path: Path) -> None:
    run = command("run", town, "--scenario", "as-planned", *SHORT, "--json")
    row = run.json["indicators"][0]
    assert row["fact"] is False and row["probability"] is None and row["observed"]["2025"]["source"] == "公报2025"
    off = command("run", town, "--scenario", "as-planned", *SHORT, "--json", "--no-observed")
    assert "fact" not in off.json["indicators"][0] and off.json["indicators"][0]["probability"] is not None
    pair = command("compare", town, "baseline", "as-planned", *SHORT, "--json")
    assert pair.code == 0 and pair.json["rows"][0]["probability_change"] is None  # a fact has no probability to change
    bad = tmp_path / "bad.csv"
    bad.write_text(TOWN + "town,new_jobz,,2021,x,,,published\n", encoding="utf-8")
    refused = command("run", town, "--observed", bad, *SHORT, "--json")
    assert refused.code == 2 and [f["field"] for f in refused.json["faults"]] == ["indicator", "value", "source"]


def test_a_template_is_written_without_running(command: Any, town: Path, tmp_path: Path) -> None:
    answer = command("assess", town, "--template", tmp_path / "t.csv")
    assert answer.code == 0 and (tmp_path / "t.csv").read_text(encoding="utf-8-sig").startswith("plan,indicator,")


def test_faults_come_before_any_run(command: Any, town: Path) -> None:
    assert command("assess", town, "--year", "2019", "--json").json["faults"][0]["field"] == "year"
    assert command("assess", town, "--to", "docx", "--json").json["faults"][0]["field"] == "to"
    help_text = command("assess", "--help").out
    assert "Example: renshe assess" in help_text


def test_the_sign_of_a_gap_is_told_the_same_way_on_either_side() -> None:
    """Beyond the target the gap is negative; where less is better, what lies below the line is no gap."""
    from scenarios.explanation import explained
    from scenarios.gap import gap_of
    from scenarios.scorecard import Row
    from scenarios.verdicts import Judgement
    from tests.scenarios.judged import task, unemployment

    def said(of: Any, value: float) -> str:
        row = Row(of, "agent", Judgement("climb", None, None))
        return explained(row, gap_of(of, {"start": np.array([value])}, ()), "simulated")[1]

    assert "beyond the target by 3.0 万人 (gap -3.0 = under the old policy and planned growth -3.0)" in said(task(), 103.0)
    assert "short by 3.0 万人 (gap +3.0" in said(task(), 97.0)
    short = gap_of(task(), {"start": np.array([99.6])}, ())
    met = explained(Row(task(), "agent", Judgement("climb", None, None, verdict="completed")), short, "simulated")
    assert "四舍五入后达标，距目标差 0.4 万人" in met[0] and "met as rounded" in met[1]
    assert "beyond the target by 1.5 %" in said(unemployment(), 2.5) and "short by 0.5 %" in said(unemployment(), 4.5)
