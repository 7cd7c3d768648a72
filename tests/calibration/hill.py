"""A city that answers by formulas, at once: what the fit sees when no city is lived."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calibration.base_year import Lived

PUBLISHED = {
    "new_urban_employment": 1000.0, "startups": 350.0, "registered_unemployment_rate": 1.8, "graduates_attracted": 400.0,
    "rural_transfer": 400.0, "surveyed_unemployment_rate": 5.0, "ui_insured": 7500.0, "injury_insured": 9000.0,
    "pension_active": 31000.0, "pension_enterprise_active": 11000.0, "pension_paying_rate": 83.5,
    "skill_certificates": 600.0, "professional_certificates": 100.0,
}  # fmt: skip


def answer(parameters: Mapping[str, float], luck: int) -> Lived:
    """Figures of a made-up base year: smooth, coupled, and a little different for each luck."""
    shake = 1.0 + 0.04 * math.sin(luck % 1000)
    jobless = 4.6 * shake * (parameters["matching_efficiency"] / 0.4) ** -0.3
    values = dict(PUBLISHED) | {
        "new_urban_employment": 3000.0 * parameters["capture"] * shake,
        "startups": 300.0 * parameters["startup_capture"] * shake,
        "registered_unemployment_rate": 0.9 * parameters["registration"] * jobless,
        "graduates_attracted": 1500.0 / (1.0 + math.exp(-parameters["attraction"])),
        "rural_transfer": 9000.0 * parameters["transfer_rate"] ** 0.95 * shake,
        "surveyed_unemployment_rate": jobless,
        "skill_certificates": 30_000.0 * parameters["assessment_rate"] * shake,
        "professional_certificates": 110.0 * parameters["professional_certificate_capture"] * shake,
        "ui_insured": 7500.0 * (1.0 + 0.2 * (shake - 1.0)),
    }
    return Lived(values, ("east: 失业保险 UI: 5 members at firms cannot be met by 4 employees of firms",) if luck % 3 == 0 else ())


def instead_of_a_city(monkeypatch: Any) -> None:
    """Let fits in this process ask `answer` instead of living a city."""
    monkeypatch.setattr("calibration.fit.setting_of_base_year", lambda plan, parameters: parameters)
    monkeypatch.setattr("calibration.fit.live", lambda parameters, luck, scale: answer(parameters, luck))


GROWTH = ("  - {quantity: gdp_growth, area: ALL, year: 2020, value: 3.5, unit: '%', status: published, confidence: high, "
          "source: 虚构}\n")  # fmt: skip


def add_growth(folder: Path) -> Path:
    """Add the growth of the baseline year to a plan's baseline."""
    baseline = folder / "baseline.yaml"
    baseline.write_text(baseline.read_text(encoding="utf-8") + GROWTH, encoding="utf-8")
    return folder


def change_cell(folder: Path, old: str, new: str) -> Path:
    """Replace text in a plan's baseline; the text must be there."""
    baseline = folder / "baseline.yaml"
    text = baseline.read_text(encoding="utf-8")
    assert old in text
    baseline.write_text(text.replace(old, new), encoding="utf-8")
    return folder
