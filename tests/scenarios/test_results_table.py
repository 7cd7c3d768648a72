"""The table of many runs made from values is the table that sorting gives: values, order, text, bytes on disk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.documents import BadInput
from scenarios.results import COLUMNS, Results, parquet_bytes
from scenarios.results_table import table_of_runs
from scenarios.shards import Rows, encode, rows_in

KEY = "ab" + "0" * 62


def table_of(areas: list[str], first: int, months: int, seed: int) -> pd.DataFrame:
    """A run's table in the order in which a city is measured, which is not the order of results; some values missing."""
    luck = np.random.default_rng(seed)
    rows = [(a, i, f"2021-{m:02d}") for i in ("zeta", "alpha", "城镇") for a in areas for m in range(first, first + months)]
    value = np.where(luck.random(len(rows)) < 0.1, np.nan, luck.normal(size=len(rows)))
    return pd.DataFrame(rows, columns=["area", "indicator", "period"]).assign(value=value)


def both_ways(runs: list[tuple[int, int, pd.DataFrame]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table from values, and by sorting all rows."""
    fast = table_of_runs("甲", [(draw, replicate, rows_in(encode(KEY, table, 1))) for draw, replicate, table in runs])
    slow = pd.concat([table.assign(scenario="甲", draw=draw, replicate=replicate) for draw, replicate, table in runs], ignore_index=True)
    return fast, Results(slow[COLUMNS]).table


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=9, unique=True), st.integers(1, 3), st.booleans())
def test_it_is_the_sorted_table(pairs: list[tuple[int, int]], months: int, mixed: bool) -> None:
    areas = [["ALL", "west", "east"], ["ALL", "north"]]
    runs = [(draw, rep, table_of(areas[mixed and n % 2], 1, months, n)) for n, (draw, rep) in enumerate(pairs)]
    fast, slow = both_ways(runs)
    pd.testing.assert_frame_equal(fast, slow)
    assert parquet_bytes(fast) == parquet_bytes(slow)
    pd.testing.assert_frame_equal(Results(fast).table, slow)


def test_runs_of_one_replicate_follow_one_another_in_time() -> None:
    """What was lived and what goes on from it are two runs of one draw."""
    runs = [(d, 0, table_of(["ALL", "east"], first, months, d)) for first, months in ((1, 3), (4, 2)) for d in range(3)]
    fast, slow = both_ways(runs)
    pd.testing.assert_frame_equal(fast, slow)
    assert fast[(fast["draw"] == 1) & (fast["area"] == "ALL") & (fast["indicator"] == "zeta")]["period"].tolist() == [
        f"2021-{m:02d}" for m in range(1, 6)]  # fmt: skip


def test_a_row_that_stands_twice_is_bad_input() -> None:
    rows = rows_in(encode(KEY, table_of(["ALL"], 1, 2, 1), 1))
    with pytest.raises(BadInput, match="a row stands there twice"):
        table_of_runs("x", [(0, 0, rows), (0, 0, rows)])


def test_text_of_runs_that_stand_alike_is_held_once() -> None:
    layout = rows_in(encode(KEY, table_of(["ALL", "east"], 1, 12, 1), 1)).layout
    values = np.arange(72.0)
    few, many = (table_of_runs("x", [(d, 0, Rows(layout, values, 1)) for d in range(n)]) for n in (1, 200))
    chunks = [many[name].array.__arrow_array__() for name in ("scenario", "area", "indicator", "period")]
    assert len(many) == 200 * len(few) and all(one.num_chunks == 200 for one in chunks)
    assert all(len({chunk.buffers()[2].address for chunk in one.chunks}) == 1 for one in chunks)
