"""Declared parameters: what a declaration means, and every fault named at once."""

from pathlib import Path

import pytest

from model.documents import BadInput
from model.parameters import (
    CONFIDENCES,
    ROLES,
    Parameter,
    central_values,
    declared_parameters,
    read_parameters,
)

GOOD = """
quit_rate:
  unit: share a month
  meaning: 主动离职 / quits
  role: uncertainty
  low: 0.01
  central: 0.02
  high: 0.03
  source: a survey of firms
  confidence: M
  evidence_period: 2010-2019
  evidence_area: 全国
hours:
  unit: hours
  meaning: working week
  role: constant
  central: 40
  source: 劳动法
  confidence: H
  evidence_period: none
  evidence_area: 全国
capture:
  unit: share
  meaning: share that the bureau counts
  role: measurement
  low: 0.5
  central: 0.5
  high: 1.0
  source: assumption
  confidence: L
  evidence_period: 2018
  evidence_area: 江苏
  hindsight: true
"""


def declare(folder: Path, text: str, name: str = "one.parameters.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(*files: Path) -> dict[str, str]:
    """Field and message of every fault."""
    with pytest.raises(BadInput) as bad:
        read_parameters(files)
    return {fault.field: str(fault) for fault in bad.value.faults}


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_declaration(tmp_path: Path) -> None:
    found = read_parameters([declare(tmp_path, GOOD)])
    assert found["quit_rate"] == Parameter(
        name="quit_rate",
        unit="share a month",
        meaning="主动离职 / quits",
        role="uncertainty",
        low=0.01,
        central=0.02,
        high=0.03,
        source="a survey of firms",
        confidence="M",
        evidence_period="2010-2019",
        evidence_area="全国",
        hindsight=False,
    )
    assert found["quit_rate"].evidence_years == (2010, 2019)
    hours = found["hours"]
    assert (hours.low, hours.central, hours.high, hours.evidence_years) == (40.0, 40.0, 40.0, None)
    assert found["capture"].hindsight and found["capture"].evidence_years == (2018, 2018)
    assert list(found) == ["quit_rate", "hours", "capture"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("  unit: share a month\n", "", "quit_rate.unit"),
        ("source: a survey of firms", "source:", "quit_rate.source"),
        ("role: uncertainty", "role: uncertain", "quit_rate.role"),
        ("confidence: M", "confidence: X", "quit_rate.confidence"),
        ("low: 0.01", "low: 0.025", "quit_rate.central"),
        ("high: 0.03", "high: 0.01", "quit_rate.central"),
        ("low: 0.01\n  central: 0.02\n  high: 0.03", "central: 0.02", "quit_rate.low"),
        ("low: 0.01", "low: about nothing", "quit_rate.low"),
        ("central: 0.02", "central: true", "quit_rate.central"),
        ("  central: 0.02\n", "", "quit_rate.central"),
        ("high: 0.03", "high: .inf", "quit_rate.high"),
        ("evidence_period: 2010-2019", "evidence_period: lately", "quit_rate.evidence_period"),
        ("evidence_period: 2010-2019", "evidence_period: 2019-2010", "quit_rate.evidence_period"),
        ("  evidence_area: 全国\n", "", "quit_rate.evidence_area"),
        ("unit: share a month", "unit: 7", "quit_rate.unit"),
        ("central: 40", "central: 40\n  high: 41", "hours.role"),
        ("hindsight: true", "hindsight: maybe", "capture.hindsight"),
        ("hindsight: true", "hindsigt: true", "capture.hindsigt"),
        ("quit_rate:", "Quit rate:", "Quit rate"),
        ("hours:", "quit_rate:", "quit_rate"),
    ],
)
def test_a_fault(tmp_path: Path, old: str, new: str, field: str) -> None:
    found = faults(declare(tmp_path, changed(old, new)))
    assert field in found, found
    assert "one.parameters.yaml:" in found[field] and " / " in found[field]


def test_a_misspelt_field_has_a_suggestion(tmp_path: Path) -> None:
    found = faults(declare(tmp_path, changed("hindsight: true", "hindsigt: true")))
    assert "did you mean hindsight?" in found["capture.hindsigt"]


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    first = declare(tmp_path, changed("role: uncertainty", "role: x").replace("central: 40", "central: many"))
    second = declare(tmp_path, "hours: 3\nfine: [1]\n", "two.parameters.yaml")
    third = declare(tmp_path, "a: [1", "three.parameters.yaml")
    fourth = declare(tmp_path, "- 1", "four.parameters.yaml")
    found = faults(first, second, third, fourth)
    assert {"quit_rate.role", "hours.central", "hours", "fine", "file"} <= set(found)


def test_a_name_is_declared_once(tmp_path: Path) -> None:
    found = faults(declare(tmp_path, GOOD), declare(tmp_path, GOOD, "two.parameters.yaml"))
    assert set(found) == {"quit_rate", "hours", "capture"}
    assert "one.parameters.yaml" in found["hours"] and "two.parameters.yaml:" in found["hours"]


def test_the_declarations_of_the_model() -> None:
    declared = declared_parameters()
    assert central_values() == {name: parameter.central for name, parameter in declared.items()}
    for name, parameter in declared.items():
        assert parameter.name == name
        assert parameter.role in ROLES and parameter.confidence in CONFIDENCES
        assert parameter.low <= parameter.central <= parameter.high
        assert len(parameter.source) > 3, name
