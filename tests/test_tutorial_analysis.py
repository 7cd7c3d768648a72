"""The tutorials of a planner's what-if and of a Sobol study, run as they stand on a small town with fewer runs; the emulator's
formula in the how-to gives what the library gives."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scenarios.analysis.year_town import write_year_town

DOCS = Path(__file__).parents[1] / "docs"
SMALLER = {
    r'"subsidised_training_sum"': '"training"', r"training_places=80000:240000": "training_places=400:2400", r"150_000": "1500",
    r"140_000": "1400", r"draws=20": "draws=2", r"draws=60": "draws=8", r"fresh_draws=60": "fresh_draws=8", r"draws=32": "draws=5",
    r'"scale": 50': '"scale": 100, "executor": "serial", "prior": True', r"scale=100": 'scale=100, executor="serial", prior=True',
    r"size=10\b": 'size=2, uncertainties=["training_take_up"]', r"size=128": "size=2",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_year_town(tmp_path_factory.mktemp("plans") / "town")


def ran(page: str, town: str) -> dict[str, Any]:
    """The names that a page's blocks of Python leave behind."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", (DOCS / "tutorials" / page).read_text(encoding="utf-8"), re.S):
        text = block.replace('"xuzhou"', repr(town))
        for printed, smaller in SMALLER.items():
            text = re.sub(printed, lambda _, smaller=smaller: smaller, text)
        exec(compile(text, page, "exec"), names)
    return names


def test_a_what_if_in_twenty_lines(town: str, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (DOCS / "tutorials/what-if.md").read_text(encoding="utf-8"), re.S)
    assert len([line for line in block.splitlines() if line.strip()]) <= 20
    names = ran("what-if.md", town)
    assert names["answer"].feasible and names["answer"].setting["training_places"] > 800
    assert "count" in capsys.readouterr().out and (names["months"].groupby("draw")["value"].sum() > 0).all()
    (row,) = [one for one in names["quick"].at({"training_places": 1400}) if one["id"] == "training"]
    assert 0 <= row["probability"] <= 1


def test_a_sobol_study(town: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = ran("sobol-study.md", town)
    assert names["top"]["factor"].iloc[0] == "training_places" and names["study"].method == "sobol"
    assert (tmp_path / "sobol.html").stat().st_size > 1_000_000


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the formula is not run in JavaScript")
def test_the_formula_of_the_page_gives_what_the_library_gives(tmp_path: Path) -> None:
    from scenarios.emulator.artefact import _response_as_json
    from scenarios.emulator.training import from_rest
    from tests.scenarios.analysis.test_emulator import LEVERS, curved, learnt

    one, _ = learnt(curved, noise=0.5)
    u = from_rest(LEVERS, np.array([[6.0, 7.0]]))
    (script,) = re.findall(r"```js\n(.*?)```", (DOCS / "howto/analysis.md").read_text(encoding="utf-8"), re.S)
    given = json.dumps(_response_as_json(one))
    (tmp_path / "f.js").write_text(f"{script}\nconsole.log(JSON.stringify(values({given}, {u[0].tolist()})))", encoding="utf-8")
    said = subprocess.run(["node", str(tmp_path / "f.js")], capture_output=True, text=True, encoding="utf-8", check=True)
    np.testing.assert_allclose(json.loads(said.stdout), one.values(u)[0], rtol=1e-4)
