"""Goal seeking: the cheapest lever setting with which targets are met often enough, or why there is none."""

from scenarios.goals.seeking import Goal, goal

__all__ = ["Goal", "goal"]
