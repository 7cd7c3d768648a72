"""Scenario discovery: the conditions under which a target fails, as rules in plain words (PRIM)."""

from scenarios.discovery.finding import Discovery, discover

__all__ = ["Discovery", "discover"]
