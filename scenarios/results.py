"""What runs gave: one long table, and where it came from.

Table: scenario, draw, replicate, area ("ALL" is the whole city), indicator, period ("YYYY-MM"), value, in the
indicator's own unit (人, %, …). The manifest names code, packages, scenario, the parameters' source and the command;
times and hosts stand there too, so that the table's file is the same bytes whenever the run is the same.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.documents import BadInput, Fault, both, read_text, write_atomically

if TYPE_CHECKING:
    import xarray

    from scenarios.scorecard import Scorecard

KEY = ["scenario", "draw", "replicate", "area", "indicator", "period"]
COLUMNS = [*KEY, "value"]
QUANTILES = (0.1, 0.5, 0.9)
TABLE, MANIFEST = "results.parquet", "manifest.json"


class Results:
    """The long table of one or more scenarios with its manifest.

    registry: indicator id → Indicator (`.year` in sum, december, mean; `.unit`, `.kind`, `.produced`); default: the
    model's. Raises BadInput naming missing columns or repeated rows.
    """

    def __init__(
        self, table: pd.DataFrame, manifest: Mapping[str, Any] | None = None, registry: Mapping[str, Any] | None = None
    ) -> None:
        missing = [name for name in COLUMNS if name not in table.columns]
        if missing:
            raise BadInput(
                _fault(TABLE, "columns", ", ".join(missing), ", ".join(COLUMNS), "缺少列", "columns are missing")
            )
        self.table = in_order(table)
        self.manifest: dict[str, Any] = dict(manifest or {})
        self._registry = registry

    @classmethod
    def of_ordered(cls, table: pd.DataFrame, manifest: Mapping[str, Any]) -> Results:
        """Results of a table that was made in its order: `in_order` would change nothing."""
        made = cls.__new__(cls)
        made.table, made.manifest, made._registry = table, dict(manifest), None
        return made

    @property
    def registry(self) -> Mapping[str, Any]:
        """Indicator id → Indicator."""
        if self._registry is None:
            from model.indicators import registry

            self._registry = registry()
        return self._registry

    @property
    def scenarios(self) -> list[str]:
        """The names of the scenarios in the table."""
        return sorted(self.table["scenario"].unique())

    def of(self, scenario: str) -> Results:
        """The rows of one scenario. Raises KeyError for an unknown one."""
        if scenario not in self.scenarios:
            raise KeyError(f"no scenario {scenario!r} in these results; there are {', '.join(self.scenarios)}")
        return Results(self.table[self.table["scenario"] == scenario], self.manifest, self.registry)

    def yearly(self, until: str | None = None) -> pd.DataFrame:
        """Official year values: columns of the table with period "YYYY".

        A flow's sum, a stock's or rate's December, or the mean of twelve months, as the indicator declares. Years
        that are not whole are left out; with `until` ("YYYY-MM") the table ends there, and the last year keeps what
        it has by then.
        """
        rows = self.table.dropna(subset=["value"])
        rows = rows[rows["indicator"].isin(list(self.registry))]
        if until is not None:
            rows = rows[rows["period"] <= until]
        how = rows["indicator"].map({name: indicator.year for name, indicator in self.registry.items()})
        rows = rows.assign(year=rows["period"].str[:4], how=how)
        keys = ["scenario", "draw", "replicate", "area", "indicator", "year"]
        groups = rows.groupby([*keys, "how"], sort=True, observed=True)
        out = groups.agg(
            total=("value", "sum"),
            last=("value", "last"),
            mean=("value", "mean"),
            months=("period", "size"),
            final=("period", "last"),
        ).reset_index()
        value = out["total"].where(out["how"] == "sum", out["mean"].where(out["how"] == "mean", out["last"]))
        printed_whole = out["final"].str.len() == 4  # a table that holds years holds them whole
        whole = out["final"].str.endswith("-12") & ((out["months"] == 12) | (out["how"] == "december")) | printed_whole
        if until is not None and not until.endswith("-12"):
            whole |= out["final"] == until
        return out.assign(value=value)[whole].rename(columns={"year": "period"})[COLUMNS].reset_index(drop=True)

    def averaged(self, rows: pd.DataFrame | None = None) -> pd.DataFrame:
        """Replicates of a draw averaged: scenario, draw, area, indicator, period, value. Default: the monthly table."""
        keys = [name for name in KEY if name != "replicate"]
        rows = self.table if rows is None else rows
        return rows.groupby(keys, sort=True)["value"].mean().reset_index()

    def quantiles(self, levels: Sequence[float] = QUANTILES, *, yearly: bool = False) -> pd.DataFrame:
        """Quantiles over draws (replicates averaged first): scenario, area, indicator, period, p10, p50, p90."""
        rows = self.averaged(self.yearly() if yearly else None)
        over = rows.groupby(["scenario", "area", "indicator", "period"], sort=True)["value"]
        columns = {f"p{level * 100:g}": over.quantile(level) for level in levels}
        return pd.DataFrame(columns).reset_index()

    def scorecard(self, plan: Any, **options: Any) -> Scorecard:
        """The plan's targets judged by these results; see `scenarios.scorecard.scorecard`."""
        from scenarios.scorecard import scorecard

        return scorecard(plan, self, **options)

    def compare(self, base: Results) -> pd.DataFrame:
        """Monthly differences from `base` in the same draw and replicate; see `scenarios.compare.differences`."""
        from scenarios.compare import differences

        return differences(self, base)

    def to_xarray(self) -> xarray.Dataset:
        """One variable an indicator over scenario, draw, replicate, area and period; NaN where nothing was
        simulated."""
        wide = self.table.pivot_table(
            index=["scenario", "draw", "replicate", "area", "period"], columns="indicator", values="value", sort=True
        )
        wide.columns.name = None
        found: xarray.Dataset = wide.to_xarray()
        return found.assign_attrs(renshe=provenance_text(self.manifest))

    def sql(self, query: str) -> pd.DataFrame:
        """The answer of DuckDB to a query of the table `results`.

        Example: select indicator, avg(value) from results where area = 'ALL' and period = '2025-12' group by indicator
        """
        import duckdb

        with duckdb.connect() as connection:
            connection.register("results", self.table)
            found: pd.DataFrame = connection.sql(query).df()
            return found

    def to_ema(self) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
        """(experiments, outcomes) as the EMA Workbench takes them: a row a run, with `scenario` (draw and replicate),
        `policy` (this table's scenario) and `model` (plan); for each indicator an array (runs, periods), `indicator@area`
        outside the whole city.
        """
        rows = self.table.assign(run=self.table.groupby(KEY[:3], sort=True).ngroup())
        runs = rows.drop_duplicates("run").sort_values("run")
        luck = runs["draw"].astype(str) + "." + runs["replicate"].astype(str)
        about = {"scenario": luck, "policy": runs["scenario"], "model": str(self.manifest.get("plan", ""))}
        return pd.DataFrame(about).reset_index(drop=True), outcomes_of(rows)

    def save(self, folder: str | FilePath) -> FilePath:
        """Write results.parquet and manifest.json into a folder (made if need be); each appears whole or not at all.

        Raises BadInput when the folder cannot be written.
        """
        place = FilePath(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            found = _fault(
                str(place), "folder", str(error), "a folder that can be written", "无法建立文件夹", "cannot make it"
            )
            raise BadInput(found) from error
        write_atomically(place / TABLE, parquet_bytes(self.table, provenance_text(self.manifest)))
        manifest = json.dumps(self.manifest, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False, default=str)
        write_atomically(place / MANIFEST, manifest + "\n")
        return place

    @classmethod
    def load(cls, folder: str | FilePath, registry: Mapping[str, Any] | None = None) -> Results:
        """Read what `save` wrote. Raises BadInput naming the file that is missing or broken."""
        place = FilePath(folder)
        return cls(_read_table(place / TABLE), _read_manifest(place / MANIFEST), registry)


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of the long table, text as text, its rows in the order of KEY. Raises BadInput when a row stands twice.

    Each row's place is one whole number, made from the ranks of its key's parts: a hundred runs are millions of rows.
    """
    place, words = np.zeros(len(table), np.int64), dict[str, tuple[NDArray[np.int64], pd.Index]]()
    for name in KEY:
        ranks, values = _ranks(table[name])
        words[name] = ranks, values
        place = place * max(len(values), 1) + ranks
    order = np.argsort(place, kind="stable")
    again = np.flatnonzero(np.diff(place[order]) == 0)
    if again.size:
        row = " ".join(str(words[name][1][words[name][0][order[again[0]]]]) for name in KEY)
        raise BadInput(_fault(TABLE, "rows", row, "one row a key", "重复的行", "a row stands there twice"))
    columns = {name: values.take(ranks[order]) for name, (ranks, values) in words.items()}
    return pd.DataFrame(columns | {"value": table["value"].to_numpy("float64")[order]})


def _ranks(column: pd.Series) -> tuple[NDArray[np.int64], pd.Index]:
    """For each row the place of its value among the sorted distinct values, and these values (text as text)."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = column.cat.categories.astype("str")
        codes, values = pd.factorize(categories, sort=True)
        return codes[column.cat.codes.to_numpy()].astype(np.int64), pd.Index(values)
    text = column if pd.api.types.is_integer_dtype(column.dtype) else column.astype("str")
    codes, values = pd.factorize(text, sort=True)
    return codes.astype(np.int64), pd.Index(values)


PROVENANCE = ("id", "plan", "scenario", "parameters", "draws", "replicates", "seed", "scale", "until", "model", "packages", "platform")
"""What a file of results says about where it comes from: all that made it, and no time or host."""


def provenance_text(manifest: Mapping[str, Any]) -> str:
    """The part of a manifest that a file of results carries, as JSON."""
    found = {name: manifest[name] for name in PROVENANCE if name in manifest}
    return json.dumps(found, ensure_ascii=False, sort_keys=True, allow_nan=False, default=str)


def outcomes_of(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """For each indicator an array (runs, periods) of rows with a `run`; `indicator@area` outside the whole city; NaN where a
    value is missing.
    """
    named = rows.assign(outcome=rows["indicator"].where(rows["area"] == "ALL", rows["indicator"] + "@" + rows["area"]))
    runs, periods = sorted(rows["run"].unique()), sorted(rows["period"].unique())
    return {
        str(name): one.pivot(index="run", columns="period", values="value").reindex(runs, columns=periods).to_numpy(float)
        for name, one in named.groupby("outcome", sort=True)
    }


def parquet_bytes(table: pd.DataFrame, provenance: str | None = None) -> bytes:
    """A table as Parquet: the same bytes for the same rows and provenance (no clock, no package versions beyond the
    writer's own).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.dictionary(pa.int32(), pa.string())
    types = {
        "scenario": text,
        "area": text,
        "indicator": text,
        "period": text,
        "draw": pa.int32(),
        "replicate": pa.int32(),
        "value": pa.float64(),
    }
    columns = {name: pa.array(table[name], type=kind) for name, kind in types.items()}
    sink, rows = io.BytesIO(), pa.table(columns).select(COLUMNS).unify_dictionaries().combine_chunks()  # text of many runs stands in pieces
    with pq.ParquetWriter(sink, rows.schema, compression="zstd", compression_level=3, store_schema=False) as file:
        file.write_table(rows, row_group_size=1 << 20)
        if provenance:
            file.add_key_value_metadata({"renshe": provenance})
    return sink.getvalue()


def _read_table(path: FilePath) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            found: pd.DataFrame = pq.read_table(file).to_pandas()
            return found
    except (OSError, pa.ArrowException) as error:
        raise BadInput(
            _fault(str(path), "file", str(error), "a table that a run wrote", "无法读取", "cannot be read")
        ) from error


def _read_manifest(path: FilePath) -> dict[str, Any]:
    try:
        found = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise BadInput(_fault(str(path), "file", str(error), "JSON", "不是 JSON 文件", "is not JSON")) from error
    if not isinstance(found, dict):
        raise BadInput(
            _fault(str(path), "file", type(found).__name__, "a JSON object", "应为对象", "must be an object")
        )
    return found


def _fault(file: str, field: str, value: str, allowed: str, zh: str, en: str) -> Fault:
    return Fault(
        file, None, field, value[:200], allowed, both(f"{zh}；请重新运行后再读取", f"{en}; run again and load that")
    )
