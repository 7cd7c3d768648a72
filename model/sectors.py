"""Sectors 行业门类 of employers: what every sector is, and groups of them that shocks may name. The table stands in sectors.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.documents import read_yaml

PUBLIC = "public"
BRANCHES = ("secondary", "tertiary")
GROUPS = {"industry": ("mining_utilities", "manufacturing"),
          "services": ("transport", "accommodation_catering", "ict", "finance_business", "culture_health_education", "resident_services")}
"""Names that stand for several sectors: 工业, and 服务业 other than trade."""


@dataclass(frozen=True)
class Sector:
    """One sector; fields as in sectors.yaml. tier: 0, 1 or 2, the skill that most of its posts ask for."""

    name: str
    name_zh: str
    letters: str
    branch: str
    risk: int
    premium: float
    turnover: float
    tier: int


@cache
def table() -> Mapping[str, Sector]:
    """Every known sector by name, in the order of the file."""
    rows = read_yaml(Path(__file__).with_name("sectors.yaml")).data
    return {str(name): Sector(str(name), **row) for name, row in rows.items()}


def of(names: Iterable[str]) -> list[Sector]:
    """The sectors of these names. Raises KeyError for a name that the table lacks."""
    return [table()[name] for name in names]


def column(names: Iterable[str], field: str) -> NDArray[np.float64]:
    """One field of these sectors, as numbers."""
    return np.array([float(getattr(sector, field)) for sector in of(names)])


@cache
def secondary(names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which of these sectors are secondary 第二产业."""
    return np.array([sector.branch == BRANCHES[0] for sector in of(names)])


def hit(shock: str | None, names: Iterable[str]) -> NDArray[np.bool_]:
    """Which of `names` a shock strikes: None all, a group its members, else the sector of that name."""
    return np.array([shock is None or name == shock or name in GROUPS.get(shock, ()) for name in names])
