"""The scorecard as the JSON of `run --json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scenarios.results import Results
from scenarios.scorecard.card import Row, Scorecard, scorecard
from scenarios.verdicts import Probability


def scorecard_as_json(plan: Any, results: Results | Scorecard, **options: Any) -> dict[str, Any]:
    """The document of `run --json`; options as of `scorecard`. Besides the contract, joint.left_out counts uncovered
    约束性 rows."""
    card = results if isinstance(results, Scorecard) else scorecard(plan, results, **options)
    names = (
        "scenario",
        "macro",
        "parameters",
        "hindcast",
        "draws",
        "replicates",
        "scale",
        "seed",
        "wall_seconds",
        "person_months",
    )
    joint = {**_chance(card.joint), "left_out": card.left_out}
    return {
        "plan": card.plan,
        **{name: card.context[name] for name in names},
        "joint": joint,
        "indicators": [row_as_json(row) for row in card.rows],
    }


def _chance(chance: Probability | None) -> dict[str, Any]:
    if chance is None:
        return {"met": None, "n": None, "probability": None, "interval": None}
    return {"met": chance.met, "n": chance.n, "probability": chance.value, "interval": [chance.low, chance.high]}


def row_as_json(row: Row) -> dict[str, Any]:
    """One element of `indicators`. margin: the median distance to the line in past yearly standard deviations."""
    task, said = row.task, row.judgement
    same = ("no", "id", "measure", "name_zh", "area", "kind", "unit", "attribute", "strength")
    return {
        **{name: getattr(task, name) for name in same},
        "produced": row.produced,
        "target": task.target,
        "target_year": task.year,
        "op": task.op,
        "by_year": row.by_year,
        "cumulative": row.cumulative,
        "final": row.final,
        **_chance(row.chance),
        "stance": said.stance,
        "completion": said.completion,
        "schedule": said.schedule,
        "verdict": said.verdict,
        "share": said.share,
        "light": row.light,
        "margin": said.margin.in_sds if said.margin else None,
        "flags": list(row.flags),
        "owner": task.owner,
        **_observed(row),
    }


def _observed(row: Row) -> dict[str, Any]:
    """Of a row with observed values: fact (done or not, None while years are open), and year → value with its source."""
    if not row.observed:
        return {}
    return {"fact": row.fact, "observed": {str(year): asdict(fact) for year, fact in row.observed.items()}}
