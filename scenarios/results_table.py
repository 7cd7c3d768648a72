"""The long table of the runs of one scenario, made in its order from values alone.

Runs that stand alike have their rows in the same order, so that it is worked out once (`results.in_order` does that), and the text of
all of them is the same memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from scenarios.results import COLUMNS, KEY, in_order
from scenarios.shards import Layout, Rows

TEXT = [name for name in KEY if name not in ("draw", "replicate")]


@dataclass(frozen=True)
class _Ordered:
    """The rows of runs that stand alike. text: scenario, area, indicator and period of each row; places: of its value among theirs."""

    text: dict[str, pa.Array]
    places: NDArray[np.int64]


def table_of_runs(scenario: str, runs: Sequence[tuple[int, int, Rows]]) -> pd.DataFrame:
    """The table of runs (draw, replicate, values), rows in the order of KEY; several runs of one replicate follow one another in
    time. Raises BadInput when a row stands twice.
    """
    of: dict[tuple[int, int], list[Rows]] = {}
    for draw, replicate, rows in runs:
        of.setdefault((draw, replicate), []).append(rows)
    known: dict[tuple[str, ...], _Ordered] = {}
    blocks = []
    for which in sorted(of):
        names = tuple(rows.layout.name for rows in of[which])
        if names not in known:
            known[names] = _ordered(scenario, [rows.layout for rows in of[which]])
        blocks.append(known[names])
    ends = np.cumsum([block.places.size for block in blocks])
    places = [slice(end - block.places.size, end) for block, end in zip(blocks, ends, strict=True)]
    columns: dict[str, Any] = {name: pd.array(pa.chunked_array([block.text[name] for block in blocks]), dtype="str") for name in TEXT}
    for at, name in enumerate(("draw", "replicate")):
        columns[name] = _filled([which[at] for which in sorted(of)], places)
    columns["value"] = np.empty(ends[-1])
    for which, block, place in zip(sorted(of), blocks, places, strict=True):
        values = np.concatenate([rows.values for rows in of[which]])
        np.take(values, block.places, out=columns["value"][place], mode="clip")  # all are inside: asking would take a copy
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)


def _filled(numbers: Sequence[int], places: Sequence[slice]) -> NDArray[np.int64]:
    """Each number at its places, which cover all. New memory is dear, and of noughts only what is not one takes any."""
    out = np.zeros(places[-1].stop, np.int64)
    for number, place in zip(numbers, places, strict=True):
        if number:
            out[place] = number
    return out


def _ordered(scenario: str, layouts: Sequence[Layout]) -> _Ordered:
    """How the rows of runs of these layouts stand in order."""
    columns = [pd.DataFrame({name: getattr(layout, name).to_pandas() for name in ("area", "indicator", "period")}) for layout in layouts]
    rows = pd.concat(columns, ignore_index=True).assign(scenario=scenario, draw=0, replicate=0)
    found = in_order(rows.assign(value=np.arange(len(rows), dtype=float)))
    text = pa.Table.from_pandas(found[TEXT], preserve_index=False).combine_chunks()
    return _Ordered({name: text.column(name).chunk(0) for name in TEXT}, found["value"].to_numpy().astype(np.int64))
