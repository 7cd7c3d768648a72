"""The command line: every command answers, its JSON is as agreed, its help has an example, and it answers at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scenarios.plans_at_hand import plan_ids
from tests.scenarios.town import write_plan

ROOT = Path(__file__).parents[2]
COMMANDS = (("plans",), ("plan", "show"), ("plan", "check"), ("levers",), ("scenario", "check"), ("run",), ("compare",),
            ("assess",), ("targets",), ("allocate",))
RUN_FIELDS = {
    "plan",
    "scenario",
    "macro",
    "parameters",
    "hindcast",
    "draws",
    "replicates",
    "scale",
    "seed",
    "wall_seconds",
    "person_months",
    "joint",
    "indicators",
    "from",
    "until",
    "conditioning",
    "budget",
}
ROW_FIELDS = {
    "owner",
    "no",
    "id",
    "measure",
    "name_zh",
    "area",
    "kind",
    "unit",
    "attribute",
    "strength",
    "produced",
    "target",
    "target_year",
    "op",
    "by_year",
    "cumulative",
    "final",
    "met",
    "n",
    "probability",
    "interval",
    "stance",
    "completion",
    "schedule",
    "verdict",
    "share",
    "light",
    "margin",
    "flags",
}
SHORT = ("--until", "2021-12", "--scale", "500", "--prior", "--executor", "serial")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command: Any, words: tuple[str, ...]) -> None:
    answer = command(*words, "--help")
    assert answer.code == 0 and f"Example: renshe {' '.join(words)}" in " ".join(answer.out.split())


def test_every_command_is_offered(command: Any) -> None:
    text = command("--help").out
    assert all(words[0] in text for words in COMMANDS)


def test_every_simulating_command_has_the_common_options(command: Any) -> None:
    for words in ("run", "compare"):
        text = command(words, "--help").out
        assert all(
            option in text for option in ("--executor", "--seed", "--scale", "--fresh", "--prior", "--json", "--draws", "--replicates")
        )


def test_plans(command: Any) -> None:
    answer = command("plans", "--json")
    assert answer.code == 0 and [plan["id"] for plan in answer.json["plans"]] == list(plan_ids())
    assert all({"id", "title_zh", "period", "areas", "counts"} <= set(plan) for plan in answer.json["plans"])
    text = command("plans")
    assert text.code == 0 and all(plan in text.out for plan in plan_ids())


def test_plan_show(command: Any, town: str) -> None:
    shown = command("plan", "show", town, "--json").json
    assert shown["id"] == "town" and shown["period"] == [2021, 2025] and shown["baseline_year"] == 2020
    assert {"indicators", "breakdowns", "commitments", "conflicts", "areas", "title", "title_zh"} <= set(shown)
    assert "虚构规划" in command("plan", "show", town).out


def test_plan_check(command: Any, town: str) -> None:
    assert command("plan", "check", town, "--json").json == {"ok": True, "faults": []}
    assert command("plan", "check", town).code == 0
    assert command("plan", "check", "haining").code == 0, "a plan's id does as well as a folder"
    bad = command("plan", "check", str(Path(town) / "nowhere"), "--json")
    assert bad.code == 2 and bad.json["ok"] is False and set(bad.json["faults"][0]) == {"file", "line", "field", "value", "allowed", "fix"}


def test_levers(command: Any, town: str) -> None:
    answer = command("levers", town, "--json")
    assert answer.json["plan"] == "town" and "enrolment_drive_large_firms" in {one["id"] for one in answer.json["levers"]}
    text = command("levers", town).out
    assert "补贴性职业技能培训名额" in text and "效果为假设" in text and "2021 20" in text


def test_scenario_check(command: Any, town: str, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(f"name: x\nplan: {town}\nlevers: {{campus_tours: 30}}\n", encoding="utf-8")
    good = command("scenario", "check", path, "--json")
    assert good.code == 0 and good.json == {"ok": True, "faults": []}
    path.write_text(f"name: x\nplan: {town}\nlevers: {{campus_tour: 30}}\n", encoding="utf-8")
    bad = command("scenario", "check", path, "--json")
    assert bad.code == 2 and bad.json["faults"][0]["line"] == 3 and "campus_tours" in bad.json["faults"][0]["fix"]
    assert "did you mean campus_tours?" in command("scenario", "check", path).err


def test_run_prints_the_agreed_json_and_writes_the_results(command: Any, town: str, tmp_path: Path, fresh_home: Path) -> None:
    out = tmp_path / "out"
    answer = command("run", town, "--scenario", "as-planned", "--draws", "2", *SHORT, "--json", "--out", out)
    assert answer.code == 0, answer.err
    found = answer.json
    assert set(found) == RUN_FIELDS and found["plan"] == "town" and found["scenario"] == "as-planned" and found["draws"] == 2
    assert {"met", "n", "probability", "interval"} <= set(found["joint"])
    assert all(set(row) == ROW_FIELDS for row in found["indicators"])
    assert {row["area"] for row in found["indicators"] if row["id"] == "new_jobs"} == {None, "east", "west"}
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "results.parquet"]
    assert "town · as-planned: 2/2" in answer.err


def test_the_same_command_gives_the_same_bytes(command: Any, town: str, tmp_path: Path, fresh_home: Path) -> None:
    outs = [tmp_path / name for name in "ab"]
    answers = [command("run", town, "--draws", "2", *SHORT, "--json", "--fresh", "--out", out).json for out in outs]
    assert (outs[0] / "results.parquet").read_bytes() == (outs[1] / "results.parquet").read_bytes()
    for answer in answers:
        answer.pop("wall_seconds")
    assert json.dumps(answers[0]) == json.dumps(answers[1])
    assert not (fresh_home / "runs").exists()


def test_run_prints_a_scorecard_for_people(command: Any, town: str) -> None:
    answer = command("run", town, "--draws", "1", *SHORT)
    assert answer.code == 0 and "城镇新增就业人数" in answer.out and "情景达标频率" in answer.out


def test_compare(command: Any, town: str) -> None:
    answer = command("compare", town, "baseline", "as-planned", "--draws", "2", *SHORT, "--json")
    found = answer.json
    assert answer.code == 0 and found["plan"] == "town" and found["base"] == "baseline" and found["scenarios"] == ["as-planned"]
    assert {row["scenario"] for row in found["rows"]} == {"as-planned"}
    assert all(set(row) == {"id", "area", "scenario", "difference", "probability_change", "owner"} for row in found["rows"])
    same = command("compare", town, "baseline", "baseline", "--draws", "2", *SHORT, "--json").json
    assert all(set(row["difference"].values()) == {0.0} for row in same["rows"] if row["difference"])
    assert command("compare", town, "baseline", "as-planned", "--draws", "2", *SHORT).code == 0


def test_an_internal_fault_is_code_1_with_its_reason(command: Any, town: str, monkeypatch: pytest.MonkeyPatch, fresh_home: Path) -> None:
    monkeypatch.setattr("scenarios.simulate.simulate", lambda one: 1 / 0)
    answer = command("run", town, "--draws", "1", *SHORT)
    assert answer.code == 1 and "ZeroDivisionError" in answer.err and answer.out == ""


def renshe(*arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, str(ROOT / "renshe.py"), *arguments], cwd=ROOT, capture_output=True, check=False, **more)


@pytest.mark.parametrize("arguments", [("--help",), ("plans",), ("levers", "xuzhou"), ("plans", "--json")], ids=" ".join)
def test_light_commands_import_nothing_heavy(arguments: tuple[str, ...]) -> None:
    heavy = ("numba", "pandas", "scipy", "mesa", "pyarrow", "sqlalchemy", "dash", "plotly", "duckdb")
    script = (
        f"import sys, renshe\ntry:\n renshe.main({list(arguments)!r})\nexcept SystemExit as e:\n assert not e.code\n"
        f"print([n for n in {heavy!r} if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert done.stderr.decode().strip().splitlines()[-1] == "[]"


def test_stdout_is_utf_8_whatever_the_console(tmp_path: Path) -> None:
    import os

    done = renshe("plans", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"})
    assert done.returncode == 0 and "徐州" in done.stdout.decode("utf-8")


def test_a_command_is_built_alone_and_a_stranger_with_all_of_them() -> None:
    import renshe

    every = renshe.build()
    alone, group, stranger = (renshe.build(word) for word in ("run", "plan", "rum"))
    assert [one.name for one in alone.registered_commands] == ["run"] and not alone.registered_groups
    assert [one.name for one in group.registered_groups] == ["plan"] and not group.registered_commands
    assert len(stranger.registered_commands) == len(every.registered_commands) > 5
