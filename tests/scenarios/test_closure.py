"""Each employment lever gross, displaced and net at three closures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenarios.closure import CLOSURES, WORDS, closure_as_table, closure_of, closure_parameters, summary, trials
from scenarios.plan_levers import settings_in
from tests.scenarios.town import write_plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


def test_the_closures_span_the_declared_ranges() -> None:
    low, central, high = (closure_parameters(name) for name in CLOSURES)
    assert low["demand_response"] == 0 < central["demand_response"] < high["demand_response"] == 1
    assert low["displacement"] > central["displacement"] > high["displacement"]


def test_a_lever_is_tried_at_a_setting_that_differs(plan: str) -> None:
    settings = settings_in(plan)
    found = trials(settings)
    assert len(found) >= 15
    for trial in found:
        assert trial.value != settings.value(trial.lever, settings.baseline(trial.lever)), trial.lever.id


def test_gross_is_displaced_and_net(plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path))
    found = closure_of(plan, only=["public_posts", "job_guidance"], draws=2, scale=20, prior=True)
    assert [row["id"] for row in found["levers"]] == ["public_posts", "job_guidance"] or len(found["levers"]) == 2
    for row in found["levers"]:
        for closure in CLOSURES:
            of = row["closures"][closure]
            assert of["gross"]["mean"] == pytest.approx(of["displaced"]["mean"] + of["net"]["mean"], abs=1e-6)
            assert of["net"]["low"] <= of["net"]["mean"] <= of["net"]["high"]
    assert closure_as_table(found).row_count == 2


def test_the_product_says_that_supply_alone_creates_no_jobs() -> None:
    """Under the table itself, in both languages; tests/model/test_net_effects.py shows that it is so."""
    shown = closure_as_table({"plan": "town", "until": "2022-12", "words": WORDS, "levers": []})
    assert shown.caption == WORDS and "no net effect beyond chance" in WORDS and "净效应在抽样误差内为零" in WORDS


def test_one_draw_has_no_interval() -> None:
    assert summary(np.array([3.0])) == {"mean": 3.0, "low": None, "high": None}
