"""徐州 as data: the main tables re-read from the transcript, the prose combed for numbers, the baseline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.documents import read_yaml
from scenarios.plan_checks.draft import Draft
from scenarios.plan_checks.quotes import quotes, squeezed
from scenarios.plan_schema import Plan, Target
from scenarios.plans_at_hand import load_plan, plan_folder

TEXT = (Path(__file__).parent / "texts" / "xuzhou-14th-fyp.txt").read_text(encoding="utf-8")
PAST, MAIN = TEXT.split("表1：“十三五”")[1].split("注：")[0], TEXT.split("表2：“十四五”")[1].split("备注：")[0]
PROSE = TEXT.split("第三节 发展目标", 2)[2].split("附件\n\n“十四五”人社规划")[0].replace(MAIN, "")
QUANTITY = re.compile(
    r"(?<!专栏)(?<!专栏\d)\d+(?:\.\d+)?(?=多?(?:万人次|万人|万个|万名|万元|万平方米|亿元|亿条|人次|人|名|家|个|场|次|份|项|轮|元|%|公里|分钟))"
)
NOT_A_PROMISE = {
    "覆盖全省8000万常住人口、3000万省外人员和300万家企事业单位": "the province's platform, not the city's",
    "全市中职学校增加建筑面积": "quoted with the places at school",
    "对50人以上": "firm sizes of the enrolment drive, quoted there",
    "2021年重点放在50人以上企业;2022年重点放在10至50人企业;2023年重点放在10人以下企业": "the same, in box 5",
    "举办“百名海外博士": "a name",
    "做到“两个维护”": "politics",
    "增强“四个意识”": "politics",
    "第46届世界技能大赛": "an ordinal",
    "每年择优选择20个竞赛项目": "the contests of the text, said again in box 7",
    "培育20个深度适配": "the majors of the text, said again in box 8",
    "城镇登记失业率控制在4%以内": "row 2 of table 2",
    "劳动人事争议调解成功率70%": "row 16 of table 2",
    "扶持城乡劳动者创业12万人(新口径)": "row 4 of table 2",
    "按期结案率98%": "row 15 of table 2",
    "参保人数分别达到375万人、100万人、117万人": "rows 6 to 8 of table 2",
    "达到90%": "row 9 of table 2",
    "高技能人才数达到796人": "row 11 of table 2",
    "覆盖率达70%": "row 18 of table 2",
    "仲裁结案率达到95%以上": "row 17 of table 2",
    "到2025年完成70%的省定任务": "row 18 of table 2",
    "全年开展招聘活动不少于400场": "the fairs of the text, said again in box 2",
    "新增农村劳动力转移2.2万人": "quoted as a target",
    "人力资源服务机构达到600家": "the agencies of the text, said again in box 11",
    "每年培育不少于100名乡村振兴技艺师": "the craft masters of the text, said again in box 10",
    "少于4.5万人": "the placements of the text, said again in box 1",
}
"""Passages with numbers that no row quotes, and why."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("xuzhou")


def numbered(table: str) -> list[list[str]]:
    """Rows "1.名称\\t…" of a table of the transcript as cells, the number first."""
    rows = re.findall(r"^(\d+)\.\s?(.+)$", table, flags=re.MULTILINE)
    return [[number, *cells.split("\t")] for number, cells in rows]


def test_table_2_cell_by_cell(plan: Plan) -> None:
    rows = [target for target in plan.targets if target.no.isdigit()]
    assert [row[0] for row in numbered(MAIN)] == [target.no for target in rows] == [str(n) for n in range(1, 20)]
    for (_, name, base, goal, attribute), target in zip(numbered(MAIN), rows, strict=True):
        assert name == f"{target.name_zh}({target.unit})"
        assert (base, goal, attribute) == (target.baseline_printed, target.target_printed, target.attribute)
        assert (target.target_basis == "period_sum") == ("[" in goal)
        assert ("新口径" in goal) == (not target.comparable)


def test_table_1_cell_by_cell(plan: Plan) -> None:
    rows = [past for past in plan.history if past.no[0].isdigit()]
    assert [row[0] for row in numbered(PAST)] == list(dict.fromkeys(past.no.split(".")[0] for past in rows))
    printed = {row[0]: (row[-2], row[-1]) for row in numbered(PAST)}
    for past in rows:
        assert (past.target_printed, past.outcome_printed) == printed[past.no.split(".")[0]], past.no
    grades = [(past.target, past.outcome) for past in rows if past.group == "professional_grades"]
    assert grades == [(13, 14), (41, 41), (46, 45)]


def test_constraining_targets(plan: Plan) -> None:
    assert [t.no for t in plan.targets if t.attribute == "约束性"] == ["6", "7", "8", "14"]


@pytest.mark.parametrize(
    ("name", "value", "unit", "basis", "year", "strength"),
    [
        ("professional_total_2025", 70, "万人", "level", 2025, "firm"),
        ("skilled_total_2025", 135, "万人", "level", 2025, "firm"),
        ("startup_training_sum", 5, "万人", "period_sum", 2025, "firm"),
        ("pension_paying_rate_2023", 88, "%", "level", 2023, "strive"),
        ("ecard_coverage_2023", 55, "%", "level", 2023, "strive"),
        ("hard_to_employ_placed_sum", 4.5, "万人", "period_sum", 2025, "firm"),
        ("enrolment_expansion_2023", 21, "万人", "period_sum", 2023, "strive"),
        ("enrolment_expansion_2025", 30, "万人", "period_sum", 2025, "firm"),
        ("new_urban_employment_yearly", 7.5, "万人", "every_year", 2025, "firm"),
        ("rural_transfer_yearly", 2.2, "万人", "every_year", 2025, "firm"),
        ("subsidised_training_yearly", 12, "万人次", "every_year", 2025, "firm"),
        ("graduates_attracted_yearly", 5, "万人", "every_year", 2025, "firm"),
        ("unplaced_graduate_employment_rate", 95, "%", "every_year", 2025, "firm"),
        ("skill_certificates_mean", 6, "万人次", "period_mean", 2025, "firm"),
    ],
)
def test_prose_targets(plan: Plan, name: str, value: float, unit: str, basis: str, year: int, strength: str) -> None:
    target: Target = plan.target(name)
    found = (target.target, target.unit, target.target_basis, target.target_year, target.strength)
    assert found == (value, unit, basis, year, strength)
    assert target.no.startswith("P")
    assert (target.op_printed == "力争") == (strength == "strive")


def test_two_targets_stand_on_one_series(plan: Plan) -> None:
    assert {plan.target(f"pension_paying_rate_{year}").measure for year in (2023, 2025)} == {"pension_paying_rate"}
    assert {plan.target(f"ecard_coverage_{year}").measure for year in (2023, 2025)} == {"ecard_coverage"}


@pytest.mark.parametrize(
    ("name", "value", "unit", "per"),
    [
        ("campus_tours_per_year", 20, "场", "year"),
        ("talent_stations", 10, "个", "period"),
        ("fairs_per_year", 400, "场", "year"),
        ("startup_loans_total", 100, "亿元", "period"),
        ("insurance_subsidy_sum", 6, "亿元", "period"),
        ("incubators_yearly", 4, "个", "year"),
        ("startup_projects_yearly", 50, "个", "year"),
        ("postdoc_station_grant", 12, "万元", "person"),
        ("postdoc_settling_grant", 10, "万元", "person_year"),
        ("postdoc_stations_built", 50, "家", "period"),
    ],
)
def test_commitments(plan: Plan, name: str, value: float, unit: str, per: str) -> None:
    promise = {promise.id: promise for promise in plan.commitments}[name]
    assert (promise.value, promise.unit, promise.per) == (value, unit, per)


def test_no_number_of_the_prose_is_left_out() -> None:
    """Each quantity of the chapters on goals and tasks stands in a quote, or in a passage set aside with a reason."""
    draft = Draft(read_yaml(plan_folder("xuzhou") / "plan.yaml"))
    whole = squeezed(PROSE)
    passages = [squeezed(words) for _, words in quotes(draft)] + [squeezed(words) for words in NOT_A_PROMISE]
    covered = [False] * len(whole)
    for passage in filter(None, passages):
        for hit in re.finditer(re.escape(passage), whole):
            covered[hit.start() : hit.end()] = [True] * len(passage)
    left = [whole[max(0, m.start() - 20) : m.end() + 10] for m in QUANTITY.finditer(whole) if not covered[m.start()]]
    assert left == []


def test_every_reason_to_set_aside_is_needed() -> None:
    unused = [words for words in NOT_A_PROMISE if squeezed(words) not in squeezed(PROSE)]
    assert unused == []


def test_conflicts_keep_both_readings(plan: Plan) -> None:
    ids = {conflict.id for conflict in plan.conflicts}
    assert {
        "new_employment_definition",
        "startups_definition",
        "gross_and_net",
        "pension_population",
        "fairs_total",
    } <= ids
    assert all(len(conflict.readings) >= 2 for conflict in plan.conflicts)
    assert all(sum(reading.in_use for reading in conflict.readings) == 1 for conflict in plan.conflicts)


def test_baseline_cells_are_the_plans_own(plan: Plan) -> None:
    """The printed base of each row of table 2 that has one is the baseline's cell, and the tables' 2020 columns too."""
    for target in plan.targets:
        if target.baseline is not None and target.no.isdigit() and target.measure:
            cell = plan.baseline.cell(target.measure, year=2020)
            assert cell is not None, target.id
            assert (cell.value, cell.unit, cell.status) == (target.baseline, target.unit, "published")
    for table in plan.breakdowns:
        for name, cells in table.rows.items():
            if table.years[0] == 2020:
                cell = plan.baseline.cell(str(table.measure), table.area_ids[name], 2020)
                assert cell is not None
                assert cell.value == cells[0]


def test_residents_of_the_areas(plan: Plan) -> None:
    people = plan.baseline.by_area("residents", 2020)
    assert people.pop("ALL") == 9_083_790 == sum(people.values())
    assert set(people) == {area.id for area in plan.finest_areas}
    urban = sum(people[area] * plan.baseline.value("urban_share", area) for area in people)
    assert urban / 9_083_790 == pytest.approx(plan.baseline.value("urban_share"), abs=1e-4)


def test_pension_members_by_type(plan: Plan) -> None:
    value = plan.baseline.value
    parts = value("pension_enterprise_active") + value("pension_civil") + value("resident_pension_active")
    assert parts == pytest.approx(value("pension_active"))


def test_no_target_is_in_the_baseline(plan: Plan) -> None:
    assert max(cell.year for cell in plan.baseline.cells) == 2020
    imputed = [cell for cell in plan.baseline.cells if cell.status != "published"]
    assert all(cell.method for cell in imputed)
