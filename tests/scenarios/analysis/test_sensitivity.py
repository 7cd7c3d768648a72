"""Sensitivity: known answers of a formula, real runs of a small town, and the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.documents import BadInput
from scenarios import sensitivity
from scenarios.sensitivities.indices import block, design, indices
from tests.scenarios.analysis.conftest import HOW
from tests.scenarios.analysis.year_town import by_formula


def test_morris_gives_the_slopes_of_a_plane() -> None:
    points = design("morris", 3, 6, 1)
    found = indices("morris", points, points @ np.array([2.0, -5.0, 0.0]), 1)
    assert found is not None and points.shape == (6 * block("morris", 3), 3)
    np.testing.assert_allclose(found["mu"], [2, -5, 0], atol=1e-12)
    np.testing.assert_allclose(found["mu_star"], [2, 5, 0], atol=1e-12)
    np.testing.assert_allclose(found["sigma"], 0, atol=1e-9)


def test_sobol_gives_the_known_indices_of_ishigami() -> None:
    """Ishigami & Homma 1990, a = 7, b = 0.1: S1 = .314, .442, 0; ST = .558, .442, .244."""
    points = design("sobol", 3, 1024, 1)
    x = np.pi * (2 * points - 1)
    found = indices("sobol", points, np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]), 1)
    assert found is not None
    np.testing.assert_allclose(found["S1"], [0.314, 0.442, 0.0], atol=0.03)
    np.testing.assert_allclose(found["ST"], [0.558, 0.442, 0.244], atol=0.03)


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_blocks_with_a_failed_run_are_left_out(method: str) -> None:
    points = design(method, 2, 8, 1)
    answer = points @ np.array([1.0, 3.0])
    answer[0] = np.nan
    found, size = indices(method, points, answer, 1), block(method, 2)
    same = indices(method, points[size:], answer[size:], 1)
    assert found is not None and same is not None
    assert all(np.array_equal(found[name], same[name]) for name in found)
    answer[size:] = np.nan
    assert indices(method, points, answer, 1) is None


def test_what_never_varies_has_no_sobol_indices() -> None:
    points = design("sobol", 2, 4, 1)
    assert indices("sobol", points, np.ones(len(points)), 1) is None


def test_levers_parameters_and_growth_are_ranked(year_town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def formula(total: Any, run: Any) -> dict[str, float]:
        grown = 1000 * run.growth[2021]
        return {"training": total["training_places"] + 500 * run.parameters["training_take_up"] + grown, "new_jobs": 7.0}

    monkeypatch.setattr("scenarios.sensitivities.analysis.answers", by_formula(formula))
    found = sensitivity(year_town, levers=["training_places=0:1000", "campus_tours"], uncertainties=["training_take_up"], **HOW)
    training = found.of(found.aims[1])
    assert training["factor"].tolist()[0] == "training_places" and training["mu"][0] == pytest.approx(1000)
    growth = training.set_index("factor").loc["growth"]
    assert growth["mu"] == pytest.approx(20) and growth["mu_star_conf"] == pytest.approx(0, abs=1e-9)
    assert training.set_index("factor").loc["campus_tours", "mu_star"] == 0
    assert found.unmoved == ("new_jobs",) and found.runs == 10 * 5


@pytest.fixture(scope="module")
def real(year_town: str) -> Any:
    """A real study: training places drive training, and by common luck tours do nothing at all to it."""
    return sensitivity(year_town, levers=["training_places", "campus_tours"], uncertainties=["training_take_up"], size=3, **HOW)


def test_real_runs_by_common_luck(real: Any) -> None:
    training = real.of(real.aims[1]).set_index("factor")
    assert training.index[0] == "training_places" and training.loc["training_places", "mu"] > 0
    assert training.loc["campus_tours", "mu_star"] == 0  # paired: not even noise
    assert real.runs == 3 * 5 and real.failed == 0


def test_the_document_and_the_figure_say_the_same(real: Any, tmp_path: Path) -> None:
    from scenarios.sensitivities.showing import as_figure
    from scenarios.studies.page import write_page

    document = real.as_json()
    assert document["method"] == "morris" and document["confidence"] == 0.95 and document["plan"] == "town"
    first = document["indicators"][1]["factors"][0]
    assert first["factor"] == "training_places" and first["mu_star_conf"] >= 0
    write_page(as_figure(real), tmp_path / "f.html")
    page = (tmp_path / "f.html").read_text(encoding="utf-8")
    assert "training_places" in page and '"showSendToCloud": false' in page and "<script src=" not in page


def test_bad_methods_and_sizes_are_refused_together(year_town: str) -> None:
    with pytest.raises(BadInput) as caught:
        sensitivity(year_town, method="moris", size=1)
    assert [fault.field for fault in caught.value.faults] == ["method", "size"] and "morris" in caught.value.faults[0].fix


def test_the_command(command: Any, year_town: str, tmp_path: Path) -> None:
    asked = ("sensitivity", year_town, "--levers", "training_places", "--uncertainties", "none", "--size", "2", "--scale", "50",
             "--executor", "serial", "--prior", "--indicator", "training")  # fmt: skip
    answer = command(*asked, "--json", "--figure", str(tmp_path / "f.html"))
    assert answer.code == 0 and answer.json["runs"] == 6 and (tmp_path / "f.html").is_file()
    assert "training_places" in command(*asked).out
    assert "Example: renshe sensitivity" in " ".join(command("sensitivity", "--help").out.split())
    assert command(*asked, "--figure", str(tmp_path / "f.png")).code == 2
