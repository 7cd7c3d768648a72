"""The tutorial about a plan of one's own, run as it stands: every command and the lines that fill in the workbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scenarios import load_plan
from tests.scenarios.conftest import command

PAGE = Path(__file__).parents[1] / "docs/tutorials/own-plan.md"
__all__ = ["command"]


def blocks() -> list[tuple[str, str]]:
    """(language, text) of every block of the page, in order."""
    return re.findall(r"```(sh|python)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


@pytest.mark.slow
def test_the_tutorial_goes_from_a_blank_template_to_a_scorecard(command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = {}
    for language, text in blocks():
        if language == "python":
            exec(compile(text, str(PAGE), "exec"), {})
            continue
        for line in text.strip().splitlines():
            quick = ["--executor", "serial", "--until", "2021-12"] if line.startswith("renshe run") else []
            answer = command(*line.removeprefix("renshe ").split(), *quick)
            assert answer.code == 0, f"{line}\n{answer.out}\n{answer.err}"
            said[line] = answer.out
    scorecard = next(text for line, text in said.items() if line.startswith("renshe run"))
    assert "失业保险参保人数" in scorecard and "城镇登记失业率" in scorecard and "情景达标频率" in scorecard
    plan = load_plan("linhe")
    known = [cell for cell in plan.baseline.cells if cell.status == "published" and cell.area == "ALL"]
    assert len(known) == 10 and all(cell.method and cell.source for cell in plan.baseline.cells if cell.status == "imputed")
    assert sum("imputed" in line for line in said["renshe plan fill linhe"].splitlines()) == len(plan.baseline.cells) - 12
