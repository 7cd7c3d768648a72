"""What `plan check` refuses: each kind of fault by its field, with a line, what is allowed, and the fix."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.documents import BadInput, Document
from scenarios.baseline_schema import Baseline
from scenarios.plan_check import faults_of
from scenarios.plan_checks.baseline import baseline_faults
from scenarios.plan_checks.baseline_sums import REQUIRED
from scenarios.plan_checks.draft import Draft
from scenarios.plan_checks.references import reference_faults
from scenarios.plan_checks.schema import schema_faults
from scenarios.plan_checks.tables import table_faults
from scenarios.plan_checks.targets import target_faults
from scenarios.plan_checks.values import value_faults
from scenarios.plan_schema import Plan, PlanDocument
from scenarios.plans_at_hand import load_plan
from tests.scenarios.small_plan import Data, Edit, cell, small_baseline, small_plan, write

Path_ = tuple[str | int, ...]


def setting(path: str, value: object, file: str = "plan") -> Edit:
    """An edit that puts a value at a dotted path of the plan or the baseline."""

    def edit(plan: Data, baseline: Data) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = plan if file == "plan" else baseline
        for step in way:
            place = place[step]
        place[last] = value

    return edit


def without(path: str, file: str = "plan") -> Edit:
    def edit(plan: Data, baseline: Data) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = plan if file == "plan" else baseline
        for step in way:
            place = place[step]
        del place[last]

    return edit


def of_baseline(path: str, value: object) -> Edit:
    return setting(path, value, "baseline")


def test_the_small_plan_is_sound(tmp_path: Path) -> None:
    assert faults_of(write(tmp_path)) == []
    assert load_plan(tmp_path).title == "A small plan"


SCHEMA: list[tuple[str, Edit, str, str]] = [
    ("unknown field", setting("targets.0.targett", 3), "targets[0].targett", "did you mean target?"),
    ("missing field", without("targets.0.unit"), "targets[0].unit", "add `unit"),
    ("op as a sign", setting("targets.0.op", ">="), "targets[0].op", "ge | gt | le | lt | eq | about"),
    ("misspelt kind", setting("targets.0.kind", "flows"), "targets[0].kind", "did you mean flow?"),
    ("text for a number", setting("targets.0.target", "37.5"), "targets[0].target", "without quotes"),
    ("number for a text", setting("targets.0.no", 1), "targets[0].no", "put it in quotes"),
    ("boolean for a number", setting("targets.0.target", True), "targets[0].target", "a number"),
    ("1e30", setting("targets.0.target", 1e30), "targets[0].target", "≤ 1e+12"),
    ("negative target", setting("targets.0.target", -1), "targets[0].target", "≥ 0"),
    ("fraction of a year", setting("period", [2021.5, 2025]), "period[0]", "an integer"),
    ("year 20210", setting("targets.0.target_year", 20210), "targets[0].target_year", "≤ 2060"),
    ("bad id", setting("targets.0.id", "New Jobs"), "targets[0].id", "pattern"),
    ("empty quote", setting("targets.0.source.quote", ""), "targets[0].source.quote", "not empty"),
    ("mapping for a list", setting("targets", {}), "targets", "a list"),
    ("list for a mapping", setting("document", []), "document", "a mapping"),
    ("month 13", setting("document.issued", "2021-13"), "document.issued", "pattern"),
    ("unknown province", setting("province", "anhui"), "province", "jiangsu | zhejiang"),
    ("growth in percent", setting("macro.range.high", 6.5), "macro.range.high", "≤ 0.3"),
    ("negative cell", setting("breakdowns.0.rows.东县", [-1, 0, 0, 0, 0]), "breakdowns[0].rows.东县[0]", "≥ 0"),
    ("baseline: unknown status", of_baseline("cells.0.status", "guessed"), "cells[0].status", "imputed"),
    ("baseline: text", of_baseline("cells.0.value", "many"), "cells[0].value", "a number"),
    ("baseline: 1e30", of_baseline("cells.0.value", 1e30), "cells[0].value", "≤ 1e+12"),
    ("baseline: unknown field", of_baseline("cells.0.sorce", "x"), "cells[0].sorce", "did you mean source?"),
    ("baseline: bad age", of_baseline("cells.1.age", "young"), "cells[1].age", "pattern"),
]
REFERENCES: list[tuple[str, Edit, str, str]] = [
    ("id twice", setting("targets.4.id", "new_jobs"), "targets[4].id", "already on line"),
    ("no twice", setting("targets.4.no", "1"), "targets[4].no", "already on line"),
    ("area twice", setting("areas.1.id", "320321"), "areas[1].id", "already on line"),
    (
        "unknown measure",
        setting("targets.0.measure", "new_urban_employmnt"),
        "targets[0].measure",
        "new_urban_employment?",
    ),
    ("unknown target", setting("breakdowns.0.target", "new_job"), "breakdowns[0].target", "did you mean new_jobs?"),
    ("unknown commitment", setting("breakdowns.2.commitment", "fair"), "breakdowns[2].commitment", "mean fairs?"),
    ("unknown part", setting("areas.2.parts", ["est", "west"]), "areas[2].parts[0]", "did you mean west?"),
    ("part is composite", setting("areas.2.parts", ["town"]), "areas[2].parts[0]", "one of the names"),
    ("part twice", setting("areas.2.parts", ["west", "west"]), "areas[2].parts", "each part once"),
    ("composite of nothing", setting("areas.2.parts", []), "areas[2].parts", "finest areas"),
    ("parts of a county", setting("areas.2.level", "county"), "areas[2].level", "composite"),
    (
        "unknown area in a table",
        setting("breakdowns.0.area_ids.东县", "320322"),
        "breakdowns[0].area_ids.东县",
        "320321?",
    ),
    ("row without an area", without("breakdowns.0.area_ids.东县"), "breakdowns[0].rows.东县", "names listed"),
    ("total of no row", setting("breakdowns.0.row_totals.北区", 1), "breakdowns[0].row_totals.北区", "names listed"),
    ("conflict about nothing", setting("conflicts.0.about", ["fair"]), "conflicts[0].about[0]", "did you mean fairs?"),
    ("two readings in use", setting("conflicts.0.readings.1.in_use", True), "conflicts[0].readings", "exactly one"),
    ("target of an input", setting("commitments.0.target", "new_jobs"), "commitments[0].role", "target"),
    ("baseline: unknown area", of_baseline("cells.6.area", "wst"), "cells[6].area", "did you mean west?"),
    ("baseline: unknown quantity", of_baseline("cells.0.quantity", "resident"), "cells[0].quantity", "mean residents?"),
    ("baseline: other plan", of_baseline("plan", "xuzhou"), "plan", "small"),
]
VALUES: list[tuple[str, Edit, str, str]] = [
    ("period backwards", setting("period", [2025, 2021]), "period", "first year, then last"),
    ("base inside the period", setting("baseline_year", 2021), "baseline_year", "before 2021"),
    ("30 February", setting("document.issued", "2021-02-30"), "document.issued", "a date that exists"),
    ("no growth at all", setting("macro.range", None), "macro", "declare a range"),
    ("growth out of order", setting("macro.range.low", 0.06), "macro.range", "low ≤ central ≤ high"),
    ("target before the period", setting("targets.0.target_year", 2019), "targets[0].target_year", "2021 – 2025"),
    ("base after the target", setting("targets.0.baseline_year", 2025), "targets[0].baseline_year", "before 2025"),
    ("schedule outside", setting("targets.5.schedule", {"2019": 1}), "targets[5].schedule.2019", "2021 – 2025"),
    ("stock as a sum", setting("targets.4.target_basis", "period_sum"), "targets[4].target_basis", "stock: level"),
    ("base of no kind", setting("targets.0.baseline_basis", None), "targets[0].baseline_basis", "base value"),
    ("about, but how far", setting("targets.5.tolerance", None), "targets[5].tolerance", "0.5 points"),
    ("not the printed number", setting("targets.0.target", 15), "targets[0].target", "as printed: [1.5]"),
    ("decimals not printed", setting("targets.0.decimals", 2), "targets[0].decimals", "the decimals of 1.5"),
    ("base without print", setting("targets.0.baseline_printed", None), "targets[0].baseline_printed", "as printed"),
    ("400 percent", setting("targets.1.target_printed", "400"), "targets[1].target", "printed"),
    ("part of no group", setting("targets.1.group", None), "targets[1].group", "group and order"),
    ("order twice", setting("targets.2.order", 1), "targets[3].order", "each order once"),
    ("unknown unit", setting("targets.0.unit", "persons"), "targets[0].unit", "can be converted"),
    ("history of the future", setting("history.0.period", [2021, 2025]), "history[0].period", "before 2021"),
    ("promise backwards", setting("commitments.0.from", 2026), "commitments[0].from", "not after 2025"),
    ("range backwards", setting("commitments.0.value_high", 2), "commitments[0].value_high", "at least 20"),
    ("words not quoted", setting("commitments.0.quote", "每年50场"), "commitments[0].quote", "stand in the document"),
]
TABLES: list[tuple[str, Edit, str, str]] = [
    ("row total", setting("breakdowns.0.row_totals.东县", 5001), "breakdowns[0].row_totals.东县", "5000"),
    ("column total", setting("breakdowns.0.column_totals.2", 3001), "breakdowns[0].column_totals[2]", "3000"),
    ("grand total", setting("breakdowns.0.grand_total", 15001), "breakdowns[0].grand_total", "15000"),
    ("a changed cell", setting("breakdowns.0.rows.西区.4", 2010), "breakdowns[0].row_totals.西区", "10010"),
    ("short row", setting("breakdowns.0.rows.西区", [2000] * 4), "breakdowns[0].rows.西区", "5 numbers"),
    ("years out of order", setting("breakdowns.2.years", [2022, 2021]), "breakdowns[2].years", "rising years"),
    ("annex against base", setting("breakdowns.1.rows.市区.0", 1.3), "breakdowns[1].column_totals[0]", "2.2"),
    ("promise not reached", setting("breakdowns.2.column_totals", [20, 19]), "breakdowns[2].column_totals[1]", "22"),
]
BASELINE: list[tuple[str, Edit, str, str]] = [
    ("negative population", of_baseline("cells.0.value", -5), "cells[0].value", "not negative"),
    ("cell twice", of_baseline("cells.5.area", "west"), "cells[6]", "already on line"),
    ("share as percent", of_baseline("cells.11.value", 60), "cells[11].value", "as 0.65, not 65"),
    ("growth of 400", of_baseline("cells.18.value", 400), "cells[18].value", "-100"),
    ("imputed, but how", without("cells.9.method", "baseline"), "cells[9].method", "add `method"),
    ("after the base year", of_baseline("cells.8.year", 2022), "cells[8].year", "not after the base year"),
    ("areas do not sum", of_baseline("cells.5.value", 41_000), "cells", "check the residents of the areas"),
    ("ages do not sum", of_baseline("cells.1.value", 21_000), "cells", "check the ages"),
    ("hukou does not add up", of_baseline("cells.9.value", 1_000), "cells", "newcomers = residents"),
    ("work does not add up", of_baseline("cells.14.value", 2_000), "cells", "non-farm = employed"),
    ("more men than people", of_baseline("cells.7.value", 200_000), "cells", "fewer than the residents"),
    ("a figure is missing", without("cells.16", "baseline"), "cells", "`renshe plan fill` imputes it"),
    ("an area is missing", without("cells.6", "baseline"), "cells", "every finest area"),
]
CASES = [*SCHEMA, *REFERENCES, *VALUES, *TABLES, *BASELINE]


@pytest.mark.parametrize(("edit", "field", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_fault_names_line_field_and_fix(tmp_path: Path, edit: Edit, field: str, words: str) -> None:
    found = [fault for fault in faults_of(write(tmp_path, edit)) if fault.field == field]
    assert found, [str(fault) for fault in faults_of(tmp_path)]
    assert any(words in f"{fault.allowed} {fault.fix}" for fault in found), [str(fault) for fault in found]
    for fault in found:
        assert fault.line is not None
        assert fault.line >= 1
        assert fault.file.endswith(".yaml")
        assert fault.allowed
        assert fault.fix


def test_the_line_is_the_line_of_the_field(tmp_path: Path) -> None:
    folder = write(tmp_path, setting("targets.0.target", -1))
    (fault,) = [fault for fault in faults_of(folder) if fault.field == "targets[0].target"]
    assert fault.line is not None
    assert '"target": -1' in (folder / "plan.yaml").read_text(encoding="utf-8").splitlines()[fault.line - 1]


def test_many_faults_are_told_at_once(tmp_path: Path) -> None:
    def edit(plan: Data, baseline: Data) -> None:
        for _, change, _, _ in (SCHEMA[0], SCHEMA[8], REFERENCES[5], VALUES[3], TABLES[2], BASELINE[2]):
            change(plan, baseline)

    fields = {fault.field for fault in faults_of(write(tmp_path, edit))}
    assert {
        "targets[0].targett",
        "targets[0].target",
        "breakdowns[2].commitment",
        "macro",
        "breakdowns[0].grand_total",
        "cells[11].value",
    } <= fields


def test_a_faulty_row_is_still_a_name_to_refer_to(tmp_path: Path) -> None:
    """A target with one bad field does not make the table that points at it faulty as well."""
    fields = {fault.field for fault in faults_of(write(tmp_path, setting("targets.0.unit", 3)))}
    assert fields == {"targets[0].unit"}


def test_a_declared_conflict_excuses_the_annex(tmp_path: Path) -> None:
    def edit(plan: Data, baseline: Data) -> None:
        plan["targets"][0] |= {"target": 1.6, "target_printed": "[1.6]"}

    assert "breakdowns[0].grand_total" in {fault.field for fault in faults_of(write(tmp_path, edit))}

    def settled(plan: Data, baseline: Data) -> None:
        edit(plan, baseline)
        plan["conflicts"][0]["about"] = ["new_jobs"]

    assert faults_of(write(tmp_path, settled)) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"- a list\n", "a mapping"),
        (b"id: [1, 2\n", "YAML"),
        (b"id: a\nid: b\n", "already on line 1"),
        ("id: 徐州".encode("gbk"), "UTF-8"),
        (b"id: !!python/object/apply:os.system ['true']\n", "no tags"),
        (b"id: a\nbaseline_year: .nan\n", "a finite number"),
    ],
)
def test_files_that_are_no_plan(tmp_path: Path, content: bytes, words: str) -> None:
    folder = write(tmp_path)
    (folder / "plan.yaml").write_bytes(content)
    assert any(words in str(fault) for fault in faults_of(folder)), [str(fault) for fault in faults_of(folder)]


@pytest.mark.parametrize(("value", "accepted"), [(1.0, True), (3.0, True), (1.5, False), (9.0, False)])
def test_the_class_of_the_minimum_wage(tmp_path: Path, value: float, accepted: bool) -> None:
    def edit(plan: Data, baseline: Data) -> None:
        baseline["cells"].append(cell("minimum_wage_class", value, "1"))

    faults = faults_of(write(tmp_path, edit))
    assert [fault.value for fault in faults] == ([] if accepted else [f"{value:g}"])


def test_no_folder_and_no_files(tmp_path: Path) -> None:
    assert [fault.field for fault in faults_of(tmp_path / "nowhere")] == ["folder"]
    (tmp_path / "empty").mkdir()
    assert [Path(fault.file).name for fault in faults_of(tmp_path / "empty")] == ["baseline.yaml", "plan.yaml"]


def test_load_plan_refuses_a_faulty_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        load_plan(write(tmp_path, setting("targets.0.op", ">=")))
    assert [fault.field for fault in refused.value.faults] == ["targets[0].op"]


def test_what_a_city_needs_is_asked_for() -> None:
    """A plan that passes the check can be made into a city: nothing that the setting needs is left unasked."""
    from scenarios.settings import NEEDED

    assert set(NEEDED) <= set(REQUIRED)


# Any single corruption is either still a plan or refused with faults: never a traceback.


def leaves(data: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Paths of everything in a file, containers included."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inner:
        yield (*path, step)
        yield from leaves(value, (*path, step))


PLACES = [("plan", path) for path in leaves(small_plan())] + [("baseline", path) for path in leaves(small_baseline())]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.sampled_from(["ge", "stock", "level", "ALL", "320321", "2021-08", "[1.5]", "%", [], {}, [1], {"a": 1}, [[]]]),
)


def broken(place: tuple[str, Path_], junk: object, *, removed: bool) -> tuple[Data, Data]:
    files = {"plan": small_plan(), "baseline": small_baseline()}
    target: Any = files[place[0]]
    for step in place[1][:-1]:
        target = target[step]
    if removed:
        del target[place[1][-1]]
    else:
        target[place[1][-1]] = junk
    return files["plan"], files["baseline"]


@given(st.sampled_from(PLACES), JUNK, st.booleans())
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_any_corruption_is_valid_or_refused(place: tuple[str, Path_], junk: object, removed: bool) -> None:
    data, cells = broken(place, junk, removed=removed)
    plan, baseline = Draft(Document(Path("plan.yaml"), data, {})), Draft(Document(Path("baseline.yaml"), cells, {}))
    faults = schema_faults(plan.document, PlanDocument) + schema_faults(baseline.document, Baseline)
    for check in (reference_faults, target_faults, value_faults, table_faults):
        faults += check(plan)
    faults += baseline_faults(baseline, plan)
    for fault in faults:
        assert fault.field
        assert fault.fix
        assert json.dumps(fault.as_dict())
    if not faults:
        Plan.model_validate({**data, "baseline": cells})


@given(st.sampled_from(PLACES), JUNK)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_a_corrupt_folder_is_refused_or_loaded(tmp_path: Path, place: tuple[str, Path_], junk: object) -> None:
    data, cells = broken(place, junk, removed=False)

    def edit(plan: Data, baseline: Data) -> None:
        plan.clear()
        plan.update(data)
        baseline.clear()
        baseline.update(cells)

    folder = write(tmp_path, edit)
    if faults_of(folder):
        with pytest.raises(BadInput):
            load_plan(folder)
    else:
        assert isinstance(load_plan(folder), Plan)
