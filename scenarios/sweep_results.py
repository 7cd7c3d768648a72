"""The results of a sweep, read from its folder: as tidy pandas, xarray, SQL, or shaped for the EMA Workbench."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scenarios.results import outcomes_of
from scenarios.sweep_folder import EXPERIMENTS, FAILURES, MANIFEST, SAMPLES, SPEC, SweepFolder, read_json
from scenarios.sweep_part import COLUMNS

if TYPE_CHECKING:
    import numpy as np
    import xarray
    from numpy.typing import NDArray

    from scenarios.results import Results

INDEX = ["plan", "scenario", "point", "draw", "replicate"]


class SweepResults:
    """The folder of a sweep. Nothing is read before it is asked for. Raises BadInput when there is no sweep in it."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.spec: dict[str, Any] = read_json(self.folder / SPEC)

    def __repr__(self) -> str:
        return f"SweepResults({str(self.folder)!r}, id={self.id!r})"

    @property
    def id(self) -> str:
        """The id to cite; `renshe reproduce ID` makes the same again."""
        return str(self.spec["id"])

    @property
    def provenance(self) -> dict[str, Any]:
        """Where the results come from: sweep, parameters, model, packages, platform."""
        return {name: value for name, value in self.spec.items() if name not in ("spec", "fresh", "id")}

    @property
    def manifest(self) -> dict[str, Any]:
        """Times, hosts, packages and the command."""
        return read_json(self.folder / MANIFEST)

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The runs that failed: run, key, plan, point, draw, replicate, error."""
        from model.documents import read_text

        path = self.folder / FAILURES
        return list(json.loads(read_text(path))) if path.exists() else []

    @property
    def experiments(self) -> pd.DataFrame:
        """One row a run: run, plan, scenario, point, draw, replicate, luck, key, and a column for each factor."""
        return pd.read_parquet(self.folder / EXPERIMENTS)

    @property
    def table(self) -> pd.DataFrame:
        """Tidy: run, plan, scenario, point, draw, replicate, area, indicator, period, value; one row a value."""
        parts = [pd.read_parquet(path) for path in SweepFolder(self.folder).parts()]
        if not parts:
            return pd.DataFrame(columns=COLUMNS)
        words = dict.fromkeys(("plan", "scenario", "area", "indicator", "period"), "str")
        return pd.concat(parts, ignore_index=True).astype(words)

    @property
    def samples(self) -> pd.DataFrame:
        """The single persons that were asked for (`outputs: {sample: …}`): one row a run, month and person; see `samples`."""
        parts = [pd.read_parquet(path) for path in sorted((self.folder / SAMPLES).glob("part-*.parquet"))]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def results(self, plan: str | None = None) -> Results:
        """The runs of one plan as `Results`, each point a scenario (`point-00012`, or `as-planned point-00012` where several
        are varied): scorecards, paired differences.
        """
        from scenarios.results import Results

        table = self._of(plan)
        return Results(table.assign(scenario=_labels(table)), self.spec)

    def to_xarray(self, plan: str | None = None) -> xarray.Dataset:
        """One variable an indicator over point, draw, replicate, area, period (and scenario, where several are varied); the
        factors as coordinates of point.
        """
        rows = self._of(plan)
        index = ["point", "draw", "replicate", "area", "period"]
        index = ["scenario", *index] if rows["scenario"].nunique() > 1 else index
        wide = rows.pivot_table(index=index, columns="indicator", values="value", sort=True)
        wide.columns.name = None
        found = wide.to_xarray()
        points = self.experiments.drop_duplicates("point").set_index("point")
        factors = [name for name in points.columns if name.startswith(("lever:", "uncertainty:"))]
        found = found.assign_attrs(renshe=json.dumps({**self.provenance, "name": self.spec["spec"]["name"]}, ensure_ascii=False))
        return found.assign_coords({name: ("point", points.loc[found["point"].values, name].to_numpy()) for name in factors})

    def sql(self, query: str) -> pd.DataFrame:
        """The answer of DuckDB to a query of the tables `results` and `experiments`, read straight from the files.

        Example: select point, avg(value) from results natural join experiments group by point
        """
        import duckdb

        parts = [str(path) for path in SweepFolder(self.folder).parts()]
        with duckdb.connect() as connection:
            connection.read_parquet(parts).create_view("results")
            connection.read_parquet(str(self.folder / EXPERIMENTS)).create_view("experiments")
            found: pd.DataFrame = connection.sql(query).df()
            return found

    def to_ema(self) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
        """(experiments, outcomes) as the EMA Workbench takes them: a row a run, with `scenario` (draw and replicate),
        `policy` (scenario and point) and `model` (plan); for each indicator an array (runs, periods), `indicator@area` outside the
        whole city; runs that failed are left out, NaN where a value is missing.
        """
        table = self.table
        runs = sorted(table["run"].unique())
        frame = self.experiments.set_index("run").loc[runs]
        luck = frame["draw"].astype(str) + "." + frame["replicate"].astype(str)
        rest = frame.drop(columns=[*INDEX, "luck", "key"])
        return rest.assign(scenario=luck, policy=_labels(frame), model=frame["plan"]).reset_index(drop=True), outcomes_of(table)

    def _of(self, plan: str | None) -> pd.DataFrame:
        """The rows of one plan, which may be left out where there is only one. Raises KeyError for an unknown one."""
        table = self.table
        plans = sorted(table["plan"].unique())
        if plan is None and len(plans) == 1:
            return table
        if plan not in plans:
            raise KeyError(f"which plan? this sweep has {', '.join(plans)}")
        return table[table["plan"] == plan].reset_index(drop=True)


def _labels(rows: pd.DataFrame) -> pd.Series:
    """The name of each row's policy: its point, after its scenario where there are several."""
    points = rows["point"].map("point-{:05d}".format)
    return points if rows["scenario"].nunique() <= 1 else rows["scenario"].astype(str) + " " + points
