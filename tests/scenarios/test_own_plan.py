"""A plan of one's own: templates, imputation with mark and method, and faulty workbooks refused with all faults listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from model.documents import BadInput
from model.law import Law
from scenarios import Scenario, load_plan, run
from scenarios.frozen import plain
from scenarios.own_plan import fill, new
from scenarios.own_plan.forms import FIGURES
from scenarios.own_plan.imputation import imputed, rate, reference
from scenarios.own_plan.reading import read_workbook
from scenarios.owners import owners_csv, read_owners
from scenarios.plan_check import faults_of
from scenarios.plan_checks.baseline_sums import AGE_BANDS, REQUIRED
from scenarios.settings import missing

CITY = {"代号": "linhe", "城市中文名": "临河市", "省份": "江苏", "规划首年": 2021, "规划末年": 2025, "常住人口": 30}
UI = ["1", "失业保险参保人数", "失业保险参保人数", "万人", 3.1, 3.6, "不低于", "年末", 2025, "约束性", None, "失业保险处", "表1"]
RATE = ["2", "城镇登记失业率", "城镇登记失业率", "%", 1.9, 4, "以内", "每年", 2025, "预期性", None, None, "表1"]
Edit = Callable[[Any], object]


def filled(folder: Path, edit: Edit | None = None, city: dict[str, Any] | None = None) -> Path:
    """A template with a city and two targets in it, then changed by `edit(book)`."""
    new(folder)
    book = load_workbook(folder / "plan.xlsx")
    rows = {row[0].value: row for row in book["城市"].iter_rows(min_row=2)}
    for name, value in (CITY | (city or {})).items():
        rows[name][1].value, rows[name][3].value = value, "公报"
    book["地区"].append(["东县", None, "县", 18, "公报"])
    book["地区"].append(["西区", None, "区", 12, "公报"])
    book["指标"].append(UI)
    book["指标"].append(RATE)
    if edit is not None:
        edit(book)
    book.save(folder / "plan.xlsx")
    return folder


def put(sheet: str, cell: str, value: Any) -> Edit:
    def edit(book: Any) -> None:
        book[sheet][cell] = value

    return edit


def of(name: str, column: int, value: Any) -> Edit:
    """Change the line of an item of the city's sheet."""

    def edit(book: Any) -> None:
        row = next(row for row in book["城市"].iter_rows(min_row=2) if row[0].value == name)
        row[column].value = value

    return edit


def figure(name: str, value: Any, unit: str | None = None, source: str | None = "公报") -> Edit:
    def edit(book: Any) -> None:
        of(name, 1, value)(book)
        of(name, 3, source)(book)
        if unit is not None:
            of(name, 2, unit)(book)

    return edit


def test_a_template_is_never_written_over(tmp_path: Path) -> None:
    new(tmp_path)
    with pytest.raises(BadInput) as error:
        new(tmp_path)
    assert len(error.value.faults) == 3


def test_the_templates_say_what_is_missing(tmp_path: Path) -> None:
    new(tmp_path)
    fields = {fault.field for fault in faults_of(tmp_path)}
    assert {"id", "title_zh", "province", "targets[0].target"} <= fields
    with pytest.raises(BadInput, match=r"城市\.常住人口"):
        fill(tmp_path)


def test_a_filled_workbook_becomes_a_plan_that_can_be_run(tmp_path: Path) -> None:
    folder = filled(tmp_path / "linhe")
    written, made = fill(folder)
    assert [place.name for place in written] == ["plan.yaml", "baseline.yaml"] and faults_of(folder) == []
    plan = load_plan(folder)
    assert missing(plan) == [] and [t.owner for t in plan.targets] == ["失业保险处", None]
    assert all(cell["status"] == "imputed" and cell["method"] and cell["source"] for cell in made)
    assert plan.targets[1].op == "le" and plan.targets[1].lower_is_better and plan.macro.range is not None


def test_what_was_filled_in_later_replaces_what_was_imputed_and_own_edits_stay(tmp_path: Path) -> None:
    folder = filled(tmp_path / "linhe")
    fill(folder)
    before = load_plan(folder).baseline.value("ui_insured")
    book = load_workbook(folder / "plan.xlsx")
    figure("失业保险参保", 3.3)(book)
    book.save(folder / "plan.xlsx")
    fill(folder)
    cell = load_plan(folder).baseline.cell("ui_insured")
    assert cell is not None and cell.base_value == 33_000 != before and cell.status == "published"
    text = (folder / "plan.yaml").read_text(encoding="utf-8").replace("Plan of Linhe", "My own title")
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    assert fill(folder) == ([], []) and load_plan(folder).title == "My own title"


def test_yaml_that_was_written_by_hand_is_completed_and_its_comments_stay(tmp_path: Path) -> None:
    folder = filled(tmp_path / "linhe")
    fill(folder)
    (folder / "plan.xlsx").unlink()
    rest = "unit: 万人, status: published, confidence: high, source: 公报"
    known = (("ALL", 30), ("area1", 18), ("area2", 12))
    lines = [f"  - {{quantity: residents, area: {area}, year: 2020, value: {n}, {rest}}}\n" for area, n in known]
    text = "plan: linhe\ncells:\n  # mine\n" + "".join(lines)
    (folder / "baseline.yaml").write_text(text, encoding="utf-8")
    fill(folder)
    assert (folder / "baseline.yaml").read_text(encoding="utf-8").startswith(text) and faults_of(folder) == []


KNOWABLE = [figure for figure in FIGURES if figure.age is None]


@given(st.floats(1e5, 1e7), st.sampled_from(["jiangsu", "zhejiang", "other"]), st.sets(st.sampled_from(KNOWABLE)))
def test_whatever_is_unknown_a_city_gets_every_figure_and_its_books_close(residents: float, province: str, known: set[Any]) -> None:
    figures = {"hukou_population": 1.03 * residents, "urban_share": 0.6, "ui_insured": 0.1 * residents, "mean_monthly_wage": 6000.0,
               "pension_active": 0.5 * residents}
    given_values = {f.field: figures[f.field] for f in known if f.field in figures} | {"residents": float(round(residents))}
    cells = imputed(given_values, province, 2020)
    values = given_values | {(f"{c['quantity']} {c['age']}" if "age" in c else c["quantity"]): c["value"] for c in cells}
    assert set(REQUIRED) <= set(values) and not {c["quantity"] for c in cells if "age" not in c} & set(given_values)
    close = pytest.approx(values["residents"], rel=0.001)
    assert sum(values[f"residents {age}"] for age in AGE_BANDS) == close
    assert values["hukou_population"] - values["hukou_outside"] + values["resident_non_hukou"] == close
    assert values["farm_employed"] + values["nonfarm_employed"] == pytest.approx(values["employed_residents"], rel=0.001)
    assert values["pension_enterprise_active"] + values["pension_civil"] < values["pension_active"]
    assert values["ui_insured"] < values["injury_insured"] and rate("wage", province)[0] > 0
    assert all(c["method"] and c["source"] and c["status"] == "imputed" for c in cells)


def test_every_reference_has_a_source() -> None:
    known = set(reference()["sources"]) | {"assumption"}
    rates = [*reference()["nation"].values(), *(r for p in reference()["provinces"].values() for r in p.values())]
    assert all(one["source"] in known for one in rates)


FAULTY: dict[str, tuple[Edit, str]] = {
    "a sheet is gone": (lambda book: book.remove(book["地区"]), "地区"),
    "a column is gone": (put("指标", "F1", "目标"), r"指标\.columns"),
    "no residents": (of("常住人口", 1, None), r"城市\.常住人口"),
    "text for a number": (figure("户籍人口", "31万"), r"城市\.户籍人口"),
    "a thousands comma": (figure("法人单位数", "4,000"), r"城市\.法人单位数"),
    "a negative number": (figure("失业保险参保", -3), r"城市\.失业保险参保"),
    "more than all": (figure("城镇化率", 580), r"城市\.城镇化率"),
    "another unit": (figure("失业保险参保", 3.1, "元"), r"失业保险参保\.单位"),
    "no source": (figure("失业保险参保", 3.1, None, None), r"失业保险参保\.来源"),
    "unknown province": (of("省份", 1, "火星"), r"城市\.省份"),
    "a bad id": (of("代号", 1, "临河"), r"城市\.代号"),
    "an unknown item": (lambda book: book["城市"].append(["户籍人囗", 3, "万人", "公报", ""]), "did you mean 户籍人口"),
    "an item twice": (lambda book: book["城市"].append(["常住人口", 3, "万人", "公报", ""]), "there twice"),
    "areas do not add up": (put("地区", "D2", 28), r"地区\.常住人口"),
    "an unknown kind of area": (put("地区", "C2", "乡镇"), r"地区\.类别"),
    "an area's code twice": (lambda book: [put("地区", c, "320001")(book) for c in ("B2", "B3")], r"地区\.代码"),
    "unknown statistic": (put("指标", "C2", "失业保险人数"), "did you mean 失业保险参保人数"),
    "a unit of another kind": (put("指标", "D2", "%"), r"指标\.单位"),
    "unknown unit": (put("指标", "D3", "百分"), r"指标\.单位"),
    "no target": (put("指标", "F2", None), r"指标\.目标值"),
    "a rate above a hundred": (put("指标", "F3", 400), r"指标\.目标值"),
    "an unknown word": (put("指标", "G2", "至少"), r"指标\.要求"),
    "an unknown basis": (put("指标", "H2", "年底"), r"指标\.口径"),
    "a year outside the plan": (put("指标", "I2", 2026), r"指标\.目标年"),
    "an unknown attribute": (put("指标", "J2", "约束"), r"指标\.属性"),
    "a number twice": (put("指标", "A3", "1"), r"指标\.序号"),
    "the period is turned round": (of("规划末年", 1, 2020), r"城市\.规划末年"),
    "ages do not add up": (lambda book: [figure(name, 20)(book) for name in ("其中0-14岁", "其中15-59岁")], r"城市\.年龄"),
}


@pytest.mark.parametrize(("written", "law"), [("山东", "other"), ("内蒙古自治区", "other"), ("江苏省", "jiangsu"), ("重庆市", "other")])
def test_a_city_may_lie_in_any_province(written: str, law: str, tmp_path: Path) -> None:
    fill(filled(tmp_path / "linhe", of("省份", 1, written)))
    assert re.search(rf"(?m)^province: {law}$", (tmp_path / "linhe" / "plan.yaml").read_text(encoding="utf-8"))
    assert faults_of(tmp_path / "linhe") == []


def test_a_city_of_another_province_runs_and_says_what_is_assumed_of_its_law(tmp_path: Path) -> None:
    """Its own numbers go into the `law` of a scenario, which a run lives by."""
    assert len(FAULTY) >= 15
    folder = tmp_path / "linhe"
    fill(filled(folder, of("省份", 1, "安徽")))
    mine = Scenario("本省规定", str(folder), law=[{"path": "minimum_wage.class_2", "from": "2021-03", "value": 1500}])
    results = run(mine, draws=1, scale=200, until="2021-12", prior=True)
    assert results.manifest["law_unsourced"] and "江苏的 0.85 倍" in str(results.manifest)
    assert Law.standard("other").amended(plain(mine.law)).value("minimum_wage.class_2", "2021-04") == 1500


def test_a_province_that_is_none_is_refused_in_yaml_too(tmp_path: Path) -> None:
    folder = tmp_path / "anhui"
    new(folder)
    (folder / "plan.xlsx").unlink()
    text = (folder / "plan.yaml").read_text(encoding="utf-8")
    (folder / "plan.yaml").write_text(re.sub(r"(?m)^province: .*$", "province: anhui", text), encoding="utf-8")
    with pytest.raises(BadInput, match="其他省份写 other"):
        fill(folder)


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_workbook_is_refused_naming_sheet_and_field(kind: str, tmp_path: Path) -> None:
    edit, said = FAULTY[kind]
    folder = filled(tmp_path / "linhe", edit)
    with pytest.raises(BadInput, match=said):
        fill(folder)
    assert (folder / "plan.yaml").read_text(encoding="utf-8").startswith("# 模板"), "nothing half-written"


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    together = ["text for a number", "no source", "unknown province", "an unknown kind of area", "unknown statistic", "an unknown basis",
                "a year outside the plan", "an unknown attribute"]

    def edit(book: Any) -> None:
        for kind in together:
            FAULTY[kind][0](book)

    with pytest.raises(BadInput) as error:
        read_workbook(filled(tmp_path / "linhe", edit) / "plan.xlsx")
    assert len(error.value.faults) >= len(together)


# --- owners ----------------------------------------------------------------------------------------------------------


def test_owners_are_carried_by_the_plan_its_tasks_and_its_tables(command: Any, tmp_path: Path, fresh_home: Path) -> None:
    from scenarios.verdicts import tasks_of

    file = tmp_path / "owners.csv"
    assert command("plan", "owners", "xuzhou", "--template", file).code == 0
    text = file.read_text(encoding="utf-8-sig").replace("ui_insured_2025,,", "ui_insured_2025,失业保险处,")
    file.write_text(text, encoding="utf-8")
    answer = command("plan", "owners", "xuzhou", "--set", file, "--json")
    assert answer.code == 0, answer.err
    assert {row["id"]: row["owner"] for row in answer.json["owners"]}["ui_insured_2025"] == "失业保险处"
    assert {t.owner for t in tasks_of(load_plan("xuzhou")) if t.id == "ui_insured_2025"} == {"失业保险处"}
    assert "失业保险处" in command("plan", "show", "xuzhou", "--json").out
    assert load_plan("xuzhou") is load_plan("xuzhou")


@pytest.mark.parametrize(("text", "said"), [("id\nui_insured_2025\n", "columns"), ("id,owner\nui_insured,甲处\n", "did you mean"),
                                            ("id,owner\nui_insured_2025,甲\nui_insured_2025,乙\n", "once each"),
                                            (f"id,owner\nui_insured_2025,{'甲' * 80}\n", "shorten")])
def test_faulty_owners_are_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "owners.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_owners(load_plan("xuzhou"), path)
    assert owners_csv(load_plan("xuzhou")).startswith(b"\xef\xbb\xbfid,owner")
