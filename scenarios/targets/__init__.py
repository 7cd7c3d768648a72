"""Targets for the next plan 指标测算: what would be met how often under a policy, which attribute that bears, and what to be wary of."""

from scenarios.targets.propose import Proposals, Proposed, Value, proposals_of, propose
from scenarios.targets.show import proposals_as_csv, proposals_as_json, proposals_as_table, proposals_as_workbook

__all__ = ["Proposals", "Proposed", "Value", "proposals_as_csv", "proposals_as_json", "proposals_as_table", "proposals_as_workbook",
           "proposals_of", "propose"]
