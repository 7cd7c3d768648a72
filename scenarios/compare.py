"""Scenarios against a base, draw by draw: the same parameters and the same luck, so that only the policy differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.documents import BadInput, Fault, both
from scenarios.budget import budget_as_json, budget_behind
from scenarios.results import KEY, Results
from scenarios.scorecard.card import Row, Scorecard, quantiles, scorecard

PAIRED = ("plan", "seed", "scale", "replicates", "parameters", "until")  # what must agree for draws to be pairs
ONE = ["draw", "replicate", "area", "indicator", "period"]


def differences(results: Results, base: Results) -> pd.DataFrame:
    """Value minus the base's value of the same draw, replicate, area, indicator and month: the columns of a long table.

    Pairs only: what one side lacks is left out. Raises BadInput when the two are not paired.
    """
    check_paired(results, base)
    if len(base.scenarios) != 1:
        raise ValueError(f"a base is one scenario, found {base.scenarios}; choose with results.of(name)")
    joined = results.table.merge(base.table[[*ONE, "value"]], on=ONE, suffixes=("", "_base"), validate="many_to_one")
    return joined.assign(value=joined["value"] - joined["value_base"])[[*KEY, "value"]]


def check_paired(results: Results, base: Results) -> None:
    """Raise BadInput naming every setting in which two results differ so that their draws are not pairs."""
    here, there = results.manifest, base.manifest
    zh = "配对比较要求两次运行的设置相同，请用相同设置重新运行"
    fix = both(zh, "paired differences need the same setting in both runs; run them again alike")
    off = [name for name in PAIRED if name in here and name in there and here[name] != there[name]]
    if off:
        raise BadInput([Fault("manifest.json", None, name, str(here[name]), str(there[name]), fix) for name in off])


def compare_as_json(plan: Any, base: Results, others: Sequence[Results], **options: Any) -> dict[str, Any]:
    """The document of `compare --json`: per target, area and scenario the paired difference of the final value.

    difference: p10, p50, p90 over draws in the target's unit, None where the target is not simulated;
    probability_change: P under the scenario minus P under the base. Options as of `scorecard`.
    """
    rows, names, base_name = [], [], base.scenarios[0]
    for other in others:
        check_paired(other, base)
        one, its_base = in_pairs(other, base)
        card = scorecard(plan, one, **options)
        names.append(card.context["scenario"])
        rows += compared(scorecard(plan, its_base, **options), card)
    budgets = {one.scenarios[0]: budget_as_json(budget_behind(one)) for one in (base, *others)}
    return {"plan": plan.id, "base": base_name, "scenarios": names, "rows": rows, "budgets": budgets}


def in_pairs(results: Results, base: Results) -> tuple[Results, Results]:
    """Both results, kept to the draws and replicates that both have (a failed run leaves its pair out too).

    Raises BadInput when they have none in common.
    """
    pairs = [frame.table[["draw", "replicate"]].drop_duplicates() for frame in (results, base)]
    common = pairs[0].merge(pairs[1], on=["draw", "replicate"])
    if common.empty:
        zh, en = "两次运行没有共同的抽样，无法配对", "the runs have no draw in common; use the same --draws and --seed"
        raise BadInput(Fault("results.parquet", None, "draw", "0", "≥ 1", both(zh, en)))
    return _kept(results, common), _kept(base, common)


def _kept(results: Results, pairs: pd.DataFrame) -> Results:
    kept = results.table.merge(pairs, on=["draw", "replicate"])
    return results if len(kept) == len(results.table) else Results(kept, results.manifest, results.registry)


def compared(base: Scorecard, card: Scorecard) -> list[dict[str, Any]]:
    """The rows of one scenario, in the order of the scorecard."""
    of_base = {(row.task.id, row.task.area): row for row in base.rows}
    return [_compared(of_base[row.task.id, row.task.area], row, card.context["scenario"]) for row in card.rows]


def _compared(base: Row, row: Row, scenario: str) -> dict[str, Any]:
    change = row.chance.value - base.chance.value if row.chance and base.chance else None
    return {
        "id": row.task.id,
        "area": row.task.area,
        "scenario": scenario,
        "difference": _difference(base, row),
        "probability_change": change,
        "owner": row.task.owner,
    }


def _difference(base: Row, row: Row) -> dict[str, float] | None:
    """Quantiles of the final value's difference over the draws that both have."""
    finals = [_by_draw(one) for one in (row, base)]
    if finals[0] is None or finals[1] is None:
        return None
    off = finals[0] - finals[1]
    off = off[~np.isnan(off)]
    return quantiles(off) if off.size else None


def _by_draw(row: Row) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    if row.judgement.final is None or row.seen is None:
        return None
    out = np.full(row.seen.size, np.nan)
    out[row.seen] = row.judgement.final
    return out
