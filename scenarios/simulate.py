"""One run, in whichever process it happens: build the city, live through the months, measure, let go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from traceback import extract_tb

import pandas as pd

from model.documents import BadInput, Fault
from scenarios.frozen import plain
from scenarios.resolve import ResolvedRun
from scenarios.shards import encode


@dataclass(frozen=True)
class Outcome:
    """What a run gives: its shard (Parquet bytes), simulated row-months, seconds; or why it failed, and no shard then
    (faults: when its input was bad).
    """

    key: str
    shard: bytes | None
    person_months: int = 0
    seconds: float = 0.0
    error: str | None = None
    faults: tuple[Fault, ...] = ()


def simulate(run: ResolvedRun) -> pd.DataFrame:
    """The indicators of one run: a long table area, indicator, period, value; the row-months simulated stand in
    `attrs`.
    """
    from model.city import City
    from model.indicators import measure
    from model.law import Law
    from scenarios.plans_at_hand import load_plan
    from scenarios.settings import setting_of
    from scenarios.shocks import as_shock

    plan = load_plan(run.plan)
    law = Law.standard(plan.province).amended(plain(run.law))
    setting = setting_of(
        plan,
        parameters=run.parameters,
        controls=run.controls,
        law=law,
        growth=run.growth,
        shocks=tuple(as_shock(shock) for shock in run.shocks),
        usual_controls=run.usual,
    )
    city = City(setting, rng=run.luck, scale=run.scale)
    try:
        city.run_until(run.until)
        table = measure(city.series(), areas=setting.areas, groups=setting.groups, months=city.months())
        table.attrs["person_months"] = city.person_months
        return table
    finally:
        city.close()


def attempt(run: ResolvedRun) -> Outcome:
    """The run, or its failure as data: a run that fails does not stop the others."""
    started = perf_counter()
    try:
        table = simulate(run)
    except BadInput as error:
        return Outcome(run.key, None, 0, perf_counter() - started, str(error), tuple(error.faults))
    except Exception as error:  # noqa: BLE001 - whatever a run dies of is its outcome
        return Outcome(run.key, None, 0, perf_counter() - started, f"{type(error).__name__}: {error} ({_place(error)})")
    person_months = int(table.attrs.get("person_months", 0))
    return Outcome(run.key, encode(run.key, table, person_months), person_months, perf_counter() - started)


def _place(error: Exception) -> str:
    """Where an error arose: file and line."""
    last = extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"
