"""What newcomers of the plain city have learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model import states as s
from model.schooling import entrants, field_tables, newcomers

if TYPE_CHECKING:
    from benchmarks.peer.city import PlainCity


def learnt(city: PlainCity, identity: int, taste: str, at_least: list[float]) -> int:
    """The schooling of somebody under a table of P(level or more): the highest level that the lasting draw reaches, and a field."""
    u = city.taste(taste, identity)
    level = max([0] + [k for k in range(1, s.DOCTOR + 1) if u < at_least[k]])
    if level < s.SENIOR_SECONDARY:
        return level
    shares, v = field_tables()[1 if level >= s.JUNIOR_COLLEGE else 0].tolist(), city.taste("field", identity)
    return level | next((f for f, share in enumerate(shares[:-1]) if v < share), 7) << s.FIELD_SHIFT


def of_entrant(city: PlainCity, identity: int) -> int:
    """Of a university student."""
    return learnt(city, identity, "kind of college", entrants(city.setting).tolist())


def of_arrival(city: PlainCity, identity: int) -> int:
    """Of a worker from elsewhere."""
    return learnt(city, identity, "schooling", newcomers(city.setting).tolist())
