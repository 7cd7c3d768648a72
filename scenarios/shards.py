"""A shard: the measured table of one run as Parquet bytes, the same bytes for the same values.

Runs of one plan have the same rows in the same order: their *layout*. A shard names its layout by a digest, so that a process which
knows it already reads the values alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from scenarios.fingerprints import model_fingerprint, packages, platform_name

if TYPE_CHECKING:
    from model.indicators import Measured

COLUMNS = ("area", "indicator", "period", "value")
WORDS = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([("area", WORDS), ("indicator", WORDS), ("period", WORDS), ("value", pa.float64())])
MOST_LAYOUTS = 64
"""Layouts that a process remembers: one for each plan and span of months."""


class BrokenShard(ValueError):
    """The bytes are not a shard, or not what was written."""


@dataclass(frozen=True)
class Shard:
    """The table of one run (area, indicator, period as categories; value float64), the run's key and the row-months it
    simulated.
    """

    key: str
    table: pd.DataFrame
    person_months: int


@dataclass(frozen=True)
class Layout:
    """What stands in each row of a shard beside its value. name: digest of it; digest: sha256 that has taken it in already."""

    name: str
    area: pa.DictionaryArray
    indicator: pa.DictionaryArray
    period: pa.DictionaryArray
    digest: Any = field(repr=False, compare=False)

    @classmethod
    def of(cls, area: pa.DictionaryArray, indicator: pa.DictionaryArray, period: pa.DictionaryArray) -> Layout:
        """The layout of these columns."""
        digest = hashlib.sha256()
        for column in (area, indicator, period):
            digest.update("\0".join(column.dictionary.to_pylist()).encode() + b"\1")
            digest.update(column.indices.to_numpy(zero_copy_only=False).astype("<i4").tobytes())
        return cls(digest.hexdigest(), area, indicator, period, digest)

    def content(self, values: NDArray[np.float64]) -> str:
        """Digest of a shard's rows, whatever the encoding of the file."""
        digest = self.digest.copy()
        digest.update(np.ascontiguousarray(values, "<f8").tobytes())
        return str(digest.hexdigest())


@dataclass(frozen=True)
class Rows:
    """A run's values (float64), each where its layout says, and the row-months it simulated."""

    layout: Layout
    values: NDArray[np.float64]
    person_months: int


_known: dict[str, Layout] = {}


def rows_of(table: pd.DataFrame, person_months: int) -> Rows:
    """The rows of a long table (area, indicator, period, value), in the order given."""
    return Rows(Layout.of(*(_words(table[name]) for name in COLUMNS[:3])), table["value"].to_numpy(float), person_months)


def rows_measured(measured: Measured, person_months: int) -> Rows:
    """The rows of `measured.table()`, without spelling them."""
    return Rows(_layout_of_all(measured.areas, measured.indicators, measured.months), measured.values.ravel(), person_months)


@lru_cache(MOST_LAYOUTS)
def _layout_of_all(areas: tuple[str, ...], indicators: tuple[str, ...], months: tuple[str, ...]) -> Layout:
    """The layout of a table that has every month of every area of every indicator."""
    which, area, month = np.indices((len(indicators), len(areas), len(months)), np.int32)
    return Layout.of(*(pa.DictionaryArray.from_arrays(places.ravel(), pa.array(words, pa.string()))
                       for places, words in ((area, areas), (which, indicators), (month, months))))


def encode(key: str, table: pd.DataFrame, person_months: int) -> bytes:
    """The Parquet bytes of a run's table, rows in the order given."""
    return encode_rows(key, rows_of(table, person_months))


def encode_rows(key: str, rows: Rows) -> bytes:
    """The Parquet bytes of a run's rows."""
    layout = rows.layout
    notes = {"key": key, "person_months": str(rows.person_months), "content": layout.content(rows.values), "layout": layout.name,
             "renshe": provenance()}  # fmt: skip
    arrow = pa.table([layout.area, layout.indicator, layout.period, pa.array(rows.values)], schema=SCHEMA)
    out = BytesIO()
    pq.write_table(arrow.replace_schema_metadata(notes), out, compression="zstd", use_dictionary=list(COLUMNS[:3]), write_statistics=False)
    return out.getvalue()


def _words(column: pd.Series) -> pa.DictionaryArray:
    """A column of text as places in the list of its words, in the order in which they first stand there."""
    found = pa.array(column.astype("str")).dictionary_encode()
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


@cache
def provenance() -> str:
    """What makes values here, as JSON: model, packages and platform."""
    made_by = {"model": model_fingerprint(), "packages": packages(), "platform": platform_name()}
    return json.dumps(made_by, sort_keys=True)


def decode(raw: bytes) -> Shard:
    """The shard in these bytes. Raises BrokenShard when they were damaged."""
    def read(file: pq.ParquetFile, notes: dict[str, str]) -> Shard:
        arrow = file.read(use_threads=False)  # one small file: threads and a dataset cost more than they save
        _checked(_layout_in(arrow), arrow, notes)
        return Shard(notes["key"], arrow.to_pandas(), int(notes["person_months"]))

    return _read(raw, read)


def rows_in(raw: bytes) -> Rows:
    """The values in these bytes, which are known to be what was written where the layout is known: only they are read then.

    Raises BrokenShard when they were damaged.
    """
    def read(file: pq.ParquetFile, notes: dict[str, str]) -> Rows:
        layout = _known.get(notes.get("layout", ""))
        if layout is None:
            arrow = file.read(use_threads=False)
            layout = _remembered(_layout_in(arrow))
        else:
            arrow = file.read(["value"], use_threads=False)
        return Rows(layout, _checked(layout, arrow, notes), int(notes["person_months"]))

    return _read(raw, read)


def _read[T](raw: bytes, read: Callable[[pq.ParquetFile, dict[str, str]], T]) -> T:
    """What `read` makes of the file and its notes. Raises BrokenShard for whatever is wrong with it."""
    try:
        file = pq.ParquetFile(pa.BufferReader(raw))
        return read(file, {key.decode(): value.decode() for key, value in (file.schema_arrow.metadata or {}).items()})
    except BrokenShard:
        raise
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise BrokenShard(str(error)) from error


def _layout_in(arrow: pa.Table) -> Layout:
    return Layout.of(*(arrow.column(name).combine_chunks() for name in COLUMNS[:3]))


def _remembered(layout: Layout) -> Layout:
    if len(_known) >= MOST_LAYOUTS:
        _known.pop(next(iter(_known)))
    return _known.setdefault(layout.name, layout)


def _checked(layout: Layout, arrow: pa.Table, notes: dict[str, str]) -> NDArray[np.float64]:
    """The values of a table. Raises BrokenShard when its rows are not those that were written."""
    values: NDArray[np.float64] = arrow.column("value").to_numpy()
    if notes["content"] != layout.content(values):
        raise BrokenShard("content does not match its digest")
    return values
