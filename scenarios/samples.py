"""Samples of single persons, kept of a run on request: the same persons in every run and month, as long as they are there.

Who is in a sample follows from the persons' permanent ids alone (those whose hashed id is smallest), so that two scenarios with
the same draw and luck show the same people, and a sample of 100 is part of a sample of 1,000.

Columns: period, id, area (id), weight (real persons a row stands for), age (completed years), sex, state, then every column of
`People` as it stands there; docs/odd.md, section 2, says what they mean.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from model.documents import both, unknown_name, write_atomically
from scenarios.fingerprints import digest_of
from scenarios.months import month_number

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from model.city import City
    from scenarios.store import Store

MOST_PERSONS = 1_000_000
ROW_BYTES = 24.0
"""What a person in a month is taken to need on disk."""
SALT = np.uint64(0x9E3779B97F4A7C15)
Found = tuple[tuple[str | int, ...], object, str, str]


@dataclass(frozen=True)
class Sample:
    """What is asked for. persons: rows a month; months: at whose end they are looked at ("2025-12"), in order."""

    persons: int
    months: tuple[str, ...]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Sample:
        """The sample that checked data describe."""
        return cls(int(given["persons"]), tuple(sorted(set(given["months"]))))

    @property
    def name(self) -> str:
        """A digest of what is asked for."""
        return digest_of({"persons": self.persons, "months": list(self.months)})[:16]

    @property
    def bytes(self) -> float:
        """About how much a run's sample needs on disk."""
        return self.persons * len(self.months) * ROW_BYTES


def sample_faults(given: object, spans: Sequence[tuple[str, str]]) -> Iterator[Found]:
    """What is wrong with a sample as written: field path, value, what is allowed, the fix. spans: first and last month of each plan."""
    if not isinstance(given, Mapping):
        yield (), given, "{persons: 500, months: [2025-12]}", both("请写 persons 与 months", "write persons and months")
        return
    for key in given:
        if key not in ("persons", "months"):
            yield (str(key),), given[key], *unknown_name(str(key), ("persons", "months"))
    persons, months = given.get("persons"), given.get("months")
    if isinstance(persons, bool) or not isinstance(persons, int) or not 0 < persons <= MOST_PERSONS:
        yield ("persons",), persons, f"1 … {MOST_PERSONS}", both("请填写人数", "write how many persons")
    if not isinstance(months, Sequence) or isinstance(months, str) or not months:
        yield ("months",), months, "[YYYY-MM, …]", both("请列出年月", "list months")
        return
    for i, month in enumerate(months):
        if month_number(month) is None or not all(first <= str(month) <= last for first, last in spans):
            allowed = ", ".join(f"{first} … {last}" for first, last in spans) or "YYYY-MM"
            yield ("months", i), month, allowed, both("请填写模拟期内的年月", "write a month of the run")


def persons_at(city: City, persons: int) -> pa.Table:
    """The sample of a city at the end of the month that it has lived through; rows by id."""
    from model import states as s

    people = city.people
    here = np.flatnonzero(people.state[: people.n] != s.GONE)
    ids = people.id[here]
    chosen = here[np.argsort(_hashed(ids), kind="stable")[:persons]]
    chosen = chosen[np.argsort(people.id[chosen], kind="stable")]
    areas = people.area[chosen].astype(np.int64)
    told = {
        "period": np.full(chosen.size, city.period, object),
        "id": people.id[chosen],
        "area": np.asarray(city.setting.areas, object)[areas],
        "weight": np.asarray(city.weight, float)[areas],
        "age": people.age(city.month)[chosen].astype(np.int16),
        "sex": np.where(people.traits[chosen] & s.FEMALE > 0, "female", "male").astype(object),
        "state": np.asarray([name.split()[0] for name in s.STATE_NAMES], object)[people.state[chosen]],
    }
    told |= {one.name: getattr(people, one.name)[chosen] for one in people.columns if one.name not in told}
    return pa.table({name: pa.array(values) for name, values in told.items()})


def _hashed(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A well mixed whole number for each id (the finaliser of splitmix64)."""
    with np.errstate(over="ignore"):
        z = ids + SALT
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return mixed


def encode(table: pa.Table) -> bytes:
    """The Parquet bytes of a sample, the same for the same rows."""
    out = BytesIO()
    pq.write_table(table.replace_schema_metadata({"content": content_of(table)}), out, compression="zstd")
    return out.getvalue()


def decode(raw: bytes) -> pa.Table:
    """The sample in these bytes. Raises ValueError when they were damaged."""
    try:
        table = pq.read_table(BytesIO(raw))
        if (table.schema.metadata or {}).get(b"content", b"").decode() == content_of(table):
            return table.replace_schema_metadata(None)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(str(error)) from error
    raise ValueError("content does not match its digest")


def content_of(table: pa.Table) -> str:
    """Digest of the values, whatever the encoding of the file."""
    sink, plain = pa.BufferOutputStream(), table.replace_schema_metadata(None).combine_chunks()
    with pa.ipc.new_stream(sink, plain.schema) as stream:
        stream.write_table(plain)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def path_in(store: Store, key: str, sample: Sample) -> Path:
    """Where the sample of a run stands."""
    return store.folder / "samples" / key[:2] / f"{key}-{sample.name}.parquet"


def put(store: Store, key: str, sample: Sample, raw: bytes) -> None:
    """Keep the sample of a run. Raises BadInput when that cannot be written."""
    write_atomically(path_in(store, key, sample), raw)


def get(store: Store, key: str, sample: Sample) -> pa.Table | None:
    """The sample of a run, or None when there is none, or it was damaged (named in `store.damaged`, and dropped)."""
    path = path_in(store, key, sample)
    try:
        return decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        store.damaged.append(path)
        path.unlink(missing_ok=True)
        return None
