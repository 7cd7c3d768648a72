"""A plan of one's own: a template to fill in, and from what a city knows to a plan that runs."""

from scenarios.own_plan.making import fill
from scenarios.own_plan.template import new

__all__ = ["fill", "new"]
