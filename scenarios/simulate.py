"""One run, in whichever process it happens: build the city, live through the months, measure, let go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from traceback import extract_tb
from typing import TYPE_CHECKING

from model.documents import BadInput, Fault
from scenarios.parcels import Parcel
from scenarios.shards import Rows, encode_rows, rows_measured, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from model.city import City
    from model.indicators import Measured
    from scenarios.resolve import ResolvedRun
    from scenarios.samples import Sample


@dataclass(frozen=True)
class Outcome:
    """What a run gives: its shard (Parquet bytes), simulated row-months, seconds; or why it failed, and no shard then
    (faults: when its input was bad). sample: its single persons (Parquet bytes), if they were asked for.
    """

    key: str
    shard: bytes | None
    person_months: int = 0
    seconds: float = 0.0
    error: str | None = None
    faults: tuple[Fault, ...] = ()
    sample: bytes | None = None


def simulate(parcel: Parcel) -> tuple[Rows, bytes | None]:
    """The indicators of one run, and its sample of persons if one is asked for."""
    from model.city import City

    run = parcel.run
    city = City(parcel.setting(), rng=run.luck, scale=run.scale)
    try:
        sample = None if parcel.sample is None else _looked_at(city, parcel.sample)
        if run.after:
            return rows_of(_later(city, run), city.person_months), sample
        return rows_measured(_lived(city, run.until), city.person_months), sample
    finally:
        city.close()


def _looked_at(city: City, sample: Sample) -> bytes:
    """Live up to the last month of a sample, and look at its persons at the end of each of its months."""
    from pyarrow import concat_tables

    from scenarios.samples import encode as encode_sample
    from scenarios.samples import persons_at

    tables = []
    for month in sample.months:
        city.run_until(month)
        tables.append(persons_at(city, sample.persons))
    return encode_sample(concat_tables(tables))


def _lived(city: City, until: str) -> Measured:
    from model.indicators import measured

    city.run_until(until)
    return measured(city.series(), areas=city.setting.areas, groups=city.setting.groups, months=city.months())


def _later(city: City, run: ResolvedRun) -> pd.DataFrame:
    """The months after the last that is known: the same people, brought to what was observed of them in a December."""
    from scenarios.conditioning.anchors import Anchor, carried_on, re_anchor, standing

    anchors = [Anchor(*anchor) for anchor in run.anchors]
    now = {}
    if anchors:
        city.run_until(str(run.december))
        re_anchor(city, anchors)
        now = standing(city, anchors, city.setting.groups)
    table = carried_on(_lived(city, run.until).table(), run.december or str(run.after), anchors, now)
    return table[table["period"] > str(run.after)].reset_index(drop=True)


def attempt(run: Parcel) -> Outcome:
    """The run, or its failure as data: a run that fails does not stop the others."""
    started = perf_counter()
    try:
        rows, sample = simulate(run)
    except BadInput as error:
        return Outcome(run.key, None, 0, perf_counter() - started, str(error), tuple(error.faults))
    except Exception as error:  # noqa: BLE001 - whatever a run dies of is its outcome
        return Outcome(run.key, None, 0, perf_counter() - started, f"{type(error).__name__}: {error} ({_place(error)})")
    return Outcome(run.key, encode_rows(run.key, rows), rows.person_months, perf_counter() - started, sample=sample)


def _place(error: Exception) -> str:
    """Where an error arose: file and line."""
    last = extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"
