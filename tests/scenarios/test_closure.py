"""Each employment lever gross, displaced and net at three closures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.closure import CLOSURES, MECHANISMS, WORDS, closure_as_table, closure_of, closure_parameters, summary, told_apart, trials
from scenarios.levers import levers
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
            assert row["net_told_apart"][closure] == (of["net"]["low"] > 0 or of["net"]["high"] < 0)
    assert closure_as_table(found).row_count == 2


@pytest.fixture(scope="module")
def every_lever(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All employment levers of a town of 8,000 (every count a tenth of the made-up plan's), a year and one draw each."""
    folder = write_plan(tmp_path_factory.mktemp("small") / "town")
    text = (folder / "baseline.yaml").read_text(encoding="utf-8")
    tenth = re.sub(r"value: (\d+), unit: '(人|家)'", lambda m: f"value: {int(m[1]) // 10}, unit: '{m[2]}'", text)
    assert tenth != text
    (folder / "baseline.yaml").write_text(tenth, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RENSHE_HOME", str(tmp_path_factory.mktemp("home")))
        return closure_of(str(folder), draws=1, scale=20, prior=True, years=1)


@pytest.mark.slow
def test_every_employment_lever_stands_in_the_table(every_lever: dict[str, Any]) -> None:
    """Each of the mechanisms that bring people into work has its levers there, gross, displaced and net at the three closures."""
    rows = {row["id"]: row for row in every_lever["levers"]}
    employment = {lever.id for lever in levers().values() if lever.mechanism in MECHANISMS} | {"retention_refund"}
    assert set(rows) == employment and len(rows) >= 25
    for name, row in rows.items():
        for closure in CLOSURES:
            of = row["closures"][closure]
            assert of["gross"]["mean"] == pytest.approx(of["displaced"]["mean"] + of["net"]["mean"], abs=1e-6), name
            assert row["net_told_apart"][closure] is None, "one draw has no interval"
    assert closure_as_table(every_lever).row_count == len(rows)


def test_the_product_says_that_supply_alone_creates_no_jobs() -> None:
    """Under the table itself, in both languages; tests/model/test_net_effects.py shows that it is so."""
    shown = closure_as_table({"plan": "town", "until": "2022-12", "words": WORDS, "levers": []})
    assert shown.caption == WORDS and "no net effect beyond chance" in WORDS and "净效应在抽样误差内为零" in WORDS


def test_one_draw_has_no_interval() -> None:
    assert summary(np.array([3.0])) == {"mean": 3.0, "low": None, "high": None}


def test_the_interval_is_students() -> None:
    """Two draws of 0 and 2: mean 1, standard error 1, t of one degree of freedom 6.31; not told apart from nought."""
    found = summary(np.array([0.0, 2.0]))
    assert found["low"] == pytest.approx(1 - 6.314, abs=1e-3) and found["high"] == pytest.approx(1 + 6.314, abs=1e-3)
    assert told_apart(found) is False and told_apart(summary(np.array([10.0, 10.5]))) is True
    assert told_apart(summary(np.array([3.0]))) is None
