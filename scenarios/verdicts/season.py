"""How a year passes for an official count: the months of a flow, and the January dip of an insured headcount."""

from __future__ import annotations

# Cumulative share of a year's 城镇新增就业 by month: national, mean of 2021-25, from the ministry's monthly statistics.
NEW_EMPLOYMENT = (0.057, 0.123, 0.238, 0.342, 0.444, 0.547, 0.649, 0.744, 0.828, 0.895, 0.950, 1.0)
FLOWS: dict[str, tuple[float, ...]] = {"new_urban_employment": NEW_EMPLOYMENT}

# Fall of a headcount from December to January as a share of December: national, the ministry's monthly statistics
# (injury 2023-25, unemployment 2023-26, enterprise pension "about 0.1 to 0.3 %"). It recovers by April.
JANUARY_DIP = {"injury_insured": -0.029, "ui_insured": -0.010, "pension_enterprise_active": -0.002}
DIP_LEFT = (1.0, 2 / 3, 1 / 3) + (0.0,) * 9  # assumption: it closes evenly from January to April


def share_by(measure: str | None, month: int) -> float:
    """Cumulative share of a year's flow by the end of a month (1-12); even months (assumption) where no share is
    published."""
    return FLOWS[measure][month - 1] if measure in FLOWS else month / 12


def dip_at(measure: str | None, month: int) -> float:
    """Seasonal gap of a stock at the end of a month, as a share of the last December's stock; 0 where none is
    published."""
    return JANUARY_DIP.get(measure or "", 0.0) * DIP_LEFT[month - 1]


def is_published(measure: str | None, *, flow: bool) -> bool:
    """Whether the year's shape is published for this measure; else it is an assumption, and the row says so."""
    return (measure in FLOWS) if flow else (measure in JANUARY_DIP)
