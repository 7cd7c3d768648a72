"""A shard: the measured table of one run as Parquet bytes, the same bytes for the same values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.fingerprints import model_fingerprint, packages, platform_name

COLUMNS = ("area", "indicator", "period", "value")
WORDS = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([("area", WORDS), ("indicator", WORDS), ("period", WORDS), ("value", pa.float64())])


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


def encode(key: str, table: pd.DataFrame, person_months: int) -> bytes:
    """The Parquet bytes of a run's table, rows in the order given."""
    columns = [_words(table[name]) for name in COLUMNS[:3]]
    arrow = pa.table([*columns, pa.array(table["value"].to_numpy(float))], schema=SCHEMA)
    notes = {"key": key, "person_months": str(person_months), "content": _content(arrow), "renshe": _provenance()}
    out = BytesIO()
    pq.write_table(arrow.replace_schema_metadata(notes), out, compression="zstd")
    return out.getvalue()


def _words(column: pd.Series) -> pa.DictionaryArray:
    """A column of text as places in the list of its words, in the order in which they first stand there."""
    places, words = pd.factorize(column)
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array([str(word) for word in words], pa.string()))


@cache
def _provenance() -> str:
    """What made the values, as JSON."""
    made_by = {"model": model_fingerprint(), "packages": packages(), "platform": platform_name()}
    return json.dumps(made_by, sort_keys=True)


def decode(raw: bytes) -> Shard:
    """The shard in these bytes. Raises BrokenShard when they were damaged."""
    try:
        arrow = pq.ParquetFile(BytesIO(raw)).read(use_threads=False)  # one small file: threads and a dataset cost more than they save
        notes = {key.decode(): value.decode() for key, value in (arrow.schema.metadata or {}).items()}
        if notes["content"] != _content(arrow):
            raise BrokenShard("content does not match its digest")
        return Shard(notes["key"], arrow.to_pandas(), int(notes["person_months"]))
    except BrokenShard:
        raise
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise BrokenShard(str(error)) from error


def _content(arrow: pa.Table) -> str:
    """Digest of the values themselves, whatever the encoding."""
    digest = hashlib.sha256()
    for name in COLUMNS:
        column = arrow.column(name).combine_chunks()
        if name == "value":
            digest.update(column.to_numpy(zero_copy_only=False).tobytes())
        else:
            digest.update("\0".join(column.dictionary.to_pylist()).encode() + b"\1")
            digest.update(column.indices.to_numpy(zero_copy_only=False).astype("<i4").tobytes())
    return digest.hexdigest()
