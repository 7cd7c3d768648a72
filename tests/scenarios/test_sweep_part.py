"""A part is made from values alone: the same rows as from tables, whatever the order, the words and the file's encoding."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.indicators import registry, yearly
from scenarios import shards
from scenarios.shards import BrokenShard, Rows, decode, encode, rows_in
from scenarios.sweep_part import COLUMNS, TYPES, WORD, Cuts, content_of, table_of
from scenarios.sweep_spec import Outputs

KEY = "ab" + "0" * 62
KEYS = ["area", "indicator", "period"]
BY_YEAR = {how: next(name for name, one in registry().items() if one.year == how and one.simulated) for how in ("sum", "mean", "december")}


def outputs(**given: Any) -> Outputs:
    return Outputs(**{"indicators": "all", "areas": "all", "period": "year", "sample": None, **given})


def monthly(areas: tuple[str, ...] = ("ALL", "east"), months: int = 14, seed: int = 1, hole: float = 0.0) -> pd.DataFrame:
    """A run's table: every kind of year value in each area and month, some values missing."""
    luck = np.random.default_rng(seed)
    periods = [f"{2021 + m // 12}-{m % 12 + 1:02d}" for m in range(months)]
    table = pd.DataFrame([(a, i, p) for i in BY_YEAR.values() for a in areas for p in periods], columns=KEYS)
    value = luck.normal(1e4, 3e3, len(table))
    return table.assign(value=np.where(luck.random(len(table)) < hole, np.nan, value))


def rows_of(table: pd.DataFrame) -> Rows:
    return rows_in(encode(KEY, table, 7))


def labels(run: int, plan: str = "town") -> dict[str, Any]:
    return {"run": run, "plan": plan, "scenario": "x", "point": run // 2, "draw": run % 2, "replicate": 0}


def sorted_frame(table: pd.DataFrame) -> pd.DataFrame:
    return table[[*KEYS, "value"]].astype(dict.fromkeys(KEYS, "str")).sort_values(KEYS, ignore_index=True)


def frame_of(kept: Any) -> pd.DataFrame:
    return table_of([(labels(0), kept)]).to_pandas()


@given(seed=st.integers(0, 2**20), months=st.integers(1, 26), hole=st.sampled_from([0.0, 0.2, 0.9]), shuffled=st.booleans())
def test_years_are_those_of_the_model(seed: int, months: int, hole: float, shuffled: bool) -> None:
    table = monthly(months=months, seed=seed, hole=hole)
    table = table.sample(frac=1, random_state=seed, ignore_index=True) if shuffled else table
    ours = sorted_frame(frame_of(Cuts(outputs()).kept(rows_of(table))))
    pd.testing.assert_frame_equal(ours, sorted_frame(yearly(table)), check_dtype=False, rtol=1e-12)


def test_a_december_that_is_missing_is_the_last_month_that_is_there() -> None:
    table = monthly(months=12)
    table.loc[table["period"] >= "2021-11", "value"] = np.nan
    found = frame_of(Cuts(outputs()).kept(rows_of(table))).set_index(["area", "indicator"])["value"]
    here = table[table["area"] == "ALL"].set_index(["indicator", "period"])["value"]
    assert found["ALL", BY_YEAR["december"]] == here[BY_YEAR["december"], "2021-10"]
    assert found["ALL", BY_YEAR["mean"]] == pytest.approx(here[BY_YEAR["mean"]].mean())


@pytest.mark.parametrize("areas", ["all", "city", ["east"], ["nowhere"]])
@pytest.mark.parametrize("indicators", ["all", [BY_YEAR["mean"]]])
def test_what_is_asked_for_is_kept_and_nothing_else(areas: Any, indicators: Any) -> None:
    table = monthly(hole=0.1)
    wanted = table[table["area"].isin({"all": ["ALL", "east"], "city": ["ALL"]}.get(areas, areas) if isinstance(areas, str) else areas)]
    wanted = wanted if indicators == "all" else wanted[wanted["indicator"].isin(indicators)]
    found = frame_of(Cuts(outputs(areas=areas, indicators=indicators, period="month")).kept(rows_of(table)))
    pd.testing.assert_frame_equal(sorted_frame(found), sorted_frame(wanted), check_dtype=False)


def test_runs_of_several_layouts_stand_in_one_part() -> None:
    cuts, tables = Cuts(outputs(period="month")), [monthly(), monthly(("ALL", "west", "east"), months=3, seed=2), monthly(seed=3)]
    part = table_of([(labels(n, f"plan{n % 2}"), cuts.kept(rows_of(table))) for n, table in enumerate(tables)])
    wanted = pd.concat([table.assign(**labels(n, f"plan{n % 2}"))[COLUMNS] for n, table in enumerate(tables)], ignore_index=True)
    text = {name: "str" for name, kind in TYPES.items() if kind is WORD}
    pd.testing.assert_frame_equal(part.to_pandas().astype(text), wanted, check_dtype=False)
    assert part.schema.types == list(TYPES.values())
    assert part.column("area").chunk(0).dictionary.to_pylist() == ["ALL", "east", "west"], "in the order in which they first stand there"


def test_a_part_of_nothing_is_an_empty_table() -> None:
    nothing = table_of([(labels(0), Cuts(outputs(areas=["nowhere"])).kept(rows_of(monthly())))])
    assert len(nothing) == len(table_of([])) == 0 and nothing.schema.types == list(TYPES.values())
    assert content_of(nothing) == content_of(table_of([]))


def part_of(*tables: pd.DataFrame) -> pa.Table:
    cuts = Cuts(outputs(period="month"))
    return table_of([(labels(n), cuts.kept(rows_of(table))) for n, table in enumerate(tables)])


def test_the_digest_of_a_part_is_of_its_rows_and_not_of_its_encoding() -> None:
    part = part_of(monthly(), monthly(seed=2))
    out = BytesIO()
    pq.write_table(part, out, row_group_size=17)
    back = pq.read_table(BytesIO(out.getvalue()))
    assert content_of(back) == content_of(part)
    words = part.column("area").chunk(0)
    turned = pa.DictionaryArray.from_arrays(pa.array(1 - words.indices.to_numpy(), pa.int32()), pa.array(["east", "ALL", "unused"]))
    assert turned.to_pylist() == words.to_pylist()
    assert content_of(part.set_column(6, "area", turned)) == content_of(part)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_digest_of_a_part_tells_every_cell(name: str) -> None:
    part = part_of(monthly())
    column = part.column(name).to_pylist()
    column[3] = f"{column[3]}x" if TYPES[name] is WORD else column[3] + 1
    other = pa.array(column, pa.string()).dictionary_encode() if TYPES[name] is WORD else pa.array(column, TYPES[name])
    assert content_of(part.set_column(COLUMNS.index(name), name, other)) != content_of(part)


def test_values_alone_are_read_where_the_layout_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "_known", {})
    first, second = (encode(KEY, monthly(seed=seed, hole=0.1), 7) for seed in (1, 2))
    read: list[Any] = []
    whole = pq.ParquetFile.read
    monkeypatch.setattr(pq.ParquetFile, "read", lambda self, columns=None, **how: read.append(columns) or whole(self, columns, **how))
    found = [rows_in(raw) for raw in (first, second)]
    assert read == [None, ["value"]] and found[0].layout is found[1].layout
    for raw, rows in zip((first, second), found, strict=True):
        table = decode(raw).table
        np.testing.assert_array_equal(rows.values, table["value"])
        assert rows.layout.area.to_pylist() == table["area"].tolist() and rows.layout.period.to_pylist() == table["period"].tolist()


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("place", range(4, 400, 36))
def test_damaged_values_are_noticed_whether_or_not_the_layout_is_known(place: int, known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = encode(KEY, monthly(), 7)
    monkeypatch.setattr(shards, "_known", {})
    good = rows_in(raw)
    if not known:
        shards._known.clear()
    bad = bytearray(raw)
    bad[-place] ^= 0x5A
    try:
        found = rows_in(bytes(bad))
    except BrokenShard:
        return
    np.testing.assert_array_equal(found.values, good.values)  # the byte carried no value


def test_a_shard_without_the_name_of_its_layout_is_read_too() -> None:
    """Shards of earlier versions do not name it."""
    arrow = pq.read_table(BytesIO(encode(KEY, monthly(), 7)))
    out = BytesIO()
    pq.write_table(arrow.replace_schema_metadata({k: v for k, v in arrow.schema.metadata.items() if k != b"layout"}), out)
    np.testing.assert_array_equal(rows_in(out.getvalue()).values, monthly()["value"])


def test_few_layouts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "_known", {})
    monkeypatch.setattr(shards, "MOST_LAYOUTS", 3)
    for months in range(1, 9):
        assert len(rows_of(monthly(months=months)).values) == 2 * 3 * months
    assert len(shards._known) == 3
