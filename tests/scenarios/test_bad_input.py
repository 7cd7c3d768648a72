"""Bad input: exit code 2, a message that names the fault and the fix, no traceback, nothing half-written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import renshe
from tests.scenarios.town import PLAN, write_plan

RUN = ("--draws", "1", "--until", "2021-01", "--scale", "500", "--prior", "--executor", "serial")
HEAD = "name: x\nplan: {town}\n"


def refused(answer: Any, *says: str) -> None:
    assert answer.code == 2, answer
    assert "Traceback" not in answer.err and "fault" in answer.err
    for words in says:
        assert words in answer.err, answer.err


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_plan(tmp_path / "town")


SCENARIOS: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "misspelt lever": (
        HEAD + "levers: {trainig_places: 5}\n",
        (":3:", "levers.trainig_places", "did you mean training_places?"),
    ),
    "out of range": (HEAD + "levers: {campus_tours: 501}\n", (":3:", "501", "0 … 500 场/年")),
    "negative": (HEAD + "levers: {campus_tours: -1}\n", ("-1", "0 … 500 场/年")),
    "not a number": (HEAD + "levers: {campus_tours: .nan}\n", (":3:", "nan")),
    "no numbers beside other faults": (
        HEAD + "levers: {trainig_places: .nan, campus_tours: {from: 2021-13, value: .inf}}\nmacro: {2022: .nan}\n",
        ("did you mean training_places?", "2021-13", "inf", "macro.2022"),
    ),
    "infinite": (HEAD + "levers: {campus_tours: .inf}\n", (":3:", "inf")),
    "1e30": (HEAD + "levers: {campus_tours: 1e30}\n", (":3:", "1e+30", "0 … 500")),
    "word for a number": (HEAD + "levers: {campus_tours: many}\n", ("many", "write a number")),
    "duplicate key": (HEAD + "levers:\n  campus_tours: 5\n  campus_tours: 6\n", (":5:", "campus_tours")),
    "broken yaml": (HEAD + "levers: {campus_tours: 5\nshocks: [", ("s.yaml:",)),
    "code in yaml": (HEAD + "levers: !!python/object/apply:os.system ['touch renshe-was-here']\n", (":3:",)),
    "not utf-8": ("name: 徐州\n".encode("gb18030"), ("UTF-8", ":1:")),
    "empty": ("", ("s.yaml",)),
    "only a list": ("- 1\n- 2\n", ("name, plan",)),
    "month 13": (HEAD + "levers: {campus_tours: {from: 2021-13, value: 5}}\n", ("2021-13", "such as 2021-07")),
    "ends before it begins": (
        HEAD + "levers: {campus_tours: {from: 2023-01, to: 2022-01, value: 5}}\n",
        ("2022-01", "end it after it begins"),
    ),
    "before the run": (HEAD + "levers: {campus_tours: {2019: 5}}\n", ("2019", "2021 … 2040")),
    "overlapping": (
        HEAD + "levers: {campus_tours: [{from: 2021-01, to: 2022-01, value: 5}, {from: 2021-06, value: 6}]}\n",
        ("overlap",),
    ),
    "unknown area": (HEAD + "levers: {campus_tours: {areas: {eastt: 5}}}\n", ("did you mean east?",)),
    "unknown field": (HEAD + "lever: {}\n", ("did you mean levers?",)),
    "unknown sector": (
        HEAD + "shocks: [{kind: demand_slump, sector: manufacture, from: 2022-01, months: 3, size: -0.1}]\n",
        ("did you mean manufacturing?",),
    ),
    "unknown law": (
        HEAD + "law: [{path: pension.employr_rate, from: 2022-01, value: 0.1}]\n",
        ("did you mean pension.employer_rate?",),
    ),
    "law beyond its range": (
        HEAD + "law: [{path: pension.employer_rate, from: 2022-01, value: 16}]\n",
        ("law[0].value", "16"),
    ),
    "one path twice": (
        HEAD
        + "law:\n"
        + "  - {path: pension.employer_rate, from: 2022-01, value: 0.1}\n"
        + "  - {path: pension.employer_rate, from: 2022-01, value: 0.2}\n",
        ("pension.employer_rate",),
    ),
    "growth in percent": (HEAD + "macro: {2022: 6.5}\n", ("6.5", "0.055")),
    "growth never observed": (HEAD + "macro: observd\n", ("did you mean observed?",)),
    "boolean key": (HEAD + "levers: {true: 5}\n", (":3:",)),
    "null key": (HEAD + "levers: {null: 5}\n", (":3:",)),
    "unknown plan": ("name: x\nplan: xuzho\n", ("did you mean xuzhou?",)),
    "no name": ("plan: {town}\n", ("name", "give the scenario a name")),
}


@pytest.mark.parametrize("kind", SCENARIOS)
def test_a_faulty_scenario_file(command: Any, town: Path, tmp_path: Path, fresh_home: Path, kind: str) -> None:
    content, says = SCENARIOS[kind]
    path, out = tmp_path / "s.yaml", tmp_path / "out"
    path.write_bytes(content if isinstance(content, bytes) else content.replace("{town}", str(town)).encode())
    refused(command("scenario", "check", path), *says)
    refused(command("run", town, "--scenario", path, "--out", out, *RUN), *says)
    as_json = command("scenario", "check", path, "--json")
    assert as_json.code == 2 and not as_json.json["ok"] and all(fault["fix"] for fault in as_json.json["faults"])
    assert not (fresh_home / "runs").exists() and not Path("renshe-was-here").exists()
    assert not out.exists() or not list(out.iterdir())


def spoilt(find: str, put: str, name: str = "plan.yaml") -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert find in text
        (folder / name).write_text(text.replace(find, put, 1), encoding="utf-8")

    return spoil


PLANS: dict[str, tuple[Callable[[Path], Any], tuple[str, ...]]] = {
    "negative population": (
        spoilt("area: east, year: 2020, value: 60000", "area: east, year: 2020, value: -60000", "baseline.yaml"),
        ("baseline.yaml:", "60000"),
    ),
    "duplicate id": (spoilt("{id: west, name_zh: 西县", "{id: east, name_zh: 西县"), ("plan.yaml:", "east")),
    "1e30 people": (spoilt("value: 80000", "value: 1e30", "baseline.yaml"), ("baseline.yaml:", "1e+30")),
    "a period that ends before it begins": (spoilt("period: [2021, 2025]", "period: [2025, 2021]"), ("period",)),
    "misspelt field": (spoilt("baseline_year: 2020", "baseline_yaer: 2020"), ("baseline_year",)),
    "no plan file": (lambda folder: (folder / "plan.yaml").unlink(), ("plan.yaml",)),
    "plan file is a folder": (
        lambda folder: ((folder / "plan.yaml").unlink(), (folder / "plan.yaml").mkdir()),
        ("plan.yaml",),
    ),
    "empty baseline": (lambda folder: (folder / "baseline.yaml").write_text("", encoding="utf-8"), ("baseline.yaml",)),
    "levers.yaml in another encoding": (
        lambda folder: (folder / "levers.yaml").write_bytes(b"\xff\xfe\x00"),
        ("levers.yaml:1", "UTF-8"),
    ),
    "levers.yaml is a folder": (
        lambda folder: ((folder / "levers.yaml").unlink(), (folder / "levers.yaml").mkdir()),
        ("levers.yaml: file", "not a regular file"),
    ),
    "unknown lever in levers.yaml": (
        spoilt("training_places", "training_placs", "levers.yaml"),
        ("levers.yaml:3", "training_places"),
    ),
}


@pytest.mark.parametrize("kind", PLANS)
def test_a_faulty_plan_folder(command: Any, town: Path, tmp_path: Path, fresh_home: Path, kind: str) -> None:
    assert PLAN.splitlines()[0] == "id: town"
    spoil, says = PLANS[kind]
    spoil(town)
    refused(command("run", town, "--out", tmp_path / "out", *RUN), *says)
    refused(command("levers", town), *says)
    refused(command("plan", "check", town), *says)
    assert not (fresh_home / "runs").exists()


def test_a_plan_file_that_cannot_be_read_is_one_fault(command: Any, town: Path) -> None:
    """Not one more for each cell of the baseline whose area is then unknown."""
    (town / "plan.yaml").write_text("id: [", encoding="utf-8")
    found = command("plan", "check", town, "--json")
    assert found.code == 2 and [Path(fault["file"]).name for fault in found.json["faults"]] == ["plan.yaml"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "xuzho"), ("did you mean xuzhou?",)),
        (("levers", "nantng"), ("did you mean nantong?",)),
        (("plan", "show", "haning"), ("haining",)),
        (("plan", "check", "/no/such/place"), ("/no/such/place",)),
        (("scenario", "check", "/no/such/file.yaml"), ("no such file",)),
        (("scenario", "check", "/"), ("/: file; 不是普通文件 / not a regular file; 请给出文件路径",)),
        (("run", "TOWN", "--scenario", "as-planed"), ("did you mean as-planned?",)),
        (("run", "TOWN", "--scenario", "/no/such.yaml"), ("no such file",)),
        (("run", "TOWN", "--draws", "0"), ("--draws", "1 … 100000")),
        (("run", "TOWN", "--draws", "many"), ("many",)),
        (("run", "TOWN", "--scale", "0"), ("--scale",)),
        (("run", "TOWN", "--until", "2019-01"), ("2021-01",)),
        (("run", "TOWN", "--executor", "proceses"), ("did you mean processes?",)),
        (("run", "TOWN", "--no-such-option"), ("--no-such-option", "没有此选项")),
        (("run",), ("PLAN", "缺少参数")),
        (("rnu", "TOWN"), ("rnu", "没有此命令")),
        (("compare", "TOWN", "baseline"), ("two scenarios",)),
        (("compare", "TOWN"), ("SCENARIO",)),
        (("run", "TOWN", "--seed", "-1"), ("--seed",)),
        (("run", "x\0y"), ()),
    ],
)
def test_faulty_arguments(command: Any, town: Path, fresh_home: Path, arguments: tuple[str, ...], says: tuple[str, ...]) -> None:
    chosen = [str(town) if word == "TOWN" else word for word in arguments]
    refused(command(*chosen), *says)
    as_json = command(*chosen, "--json")
    assert as_json.code == 2 and as_json.json["ok"] is False and as_json.json["faults"]
    assert not (fresh_home / "runs").exists()


def test_an_output_that_cannot_be_written_is_refused_before_anything_is_run(
    command: Any, town: Path, tmp_path: Path, fresh_home: Path
) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        refused(command("run", town, "--out", out, *RUN), "--out", "choose another folder")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept" and not (fresh_home / "runs").exists()


def test_a_home_that_cannot_be_written(command: Any, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path / "file" / "home"))
    refused(command("run", town, *RUN), "RENSHE_HOME")


def test_a_full_disk(command: Any, town: Path, tmp_path: Path, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    refused(command("run", town, "--out", tmp_path / "out", *RUN), "disk is full")
    left = [path for folder in (fresh_home / "runs", tmp_path / "out") for path in folder.rglob("*") if path.is_file()]
    assert left == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_an_output_that_is_full() -> None:
    """By the real command: Typer's test runner has a standard output of its own."""
    line = [sys.executable, "-W", "ignore", str(Path(renshe.__file__)), "plans"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 2 and "stdout: output; 输出无法写入" in done.stderr and "Traceback" not in done.stderr


def test_a_scenario_of_another_plan(command: Any, town: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("name: x\nplan: xuzhou\n", encoding="utf-8")
    refused(command("run", town, "--scenario", path, *RUN), "renshe run xuzhou")


def test_observed_growth_that_nobody_published(command: Any, town: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(f"name: x\nplan: {town}\nmacro: observed\n", encoding="utf-8")
    refused(command("run", town, "--scenario", path, *RUN), "missing years: 2021")
