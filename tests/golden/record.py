"""Golden baselines: what a thinned 徐州 lives through under each preset, year by year, written down to be compared.

The parameters stand at their declared central values and the luck is seed 1, so that nothing but the model, the plan's data, its
levers and the law can move a value. `python -m tests.golden.refresh` writes the files anew and says what moved.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.parameters import central_values
from scenarios.draws import Draws
from scenarios.fingerprints import packages, platform_name
from scenarios.frozen import plain
from scenarios.plans_at_hand import load_plan
from scenarios.presets import PRESETS, preset
from scenarios.resolve import ResolvedRun, Resolver
from scenarios.settings import setting_of
from scenarios.shocks import as_shock

PLAN, SCALE, SEED = "xuzhou", 2000, 1
FOLDER = Path(__file__).parent
WIDE = 4.0
"""Standard deviations of sampling noise that another platform may be off by."""
DIGITS = 12
"""Significant digits of a value as written: counts are whole, ratios keep far more than a plan prints."""

Values = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Golden:
    """One scenario's values: (indicator, year) → value of the whole city; the platform and packages that made them; rows simulated."""

    scenario: str
    made_by: str
    rows: int
    values: Values


@dataclass(frozen=True)
class Move:
    """A value that is not what was written: before or after is NaN where it is new or gone. share: of the larger one, in 0 … 1."""

    scenario: str
    indicator: str
    year: str
    before: float
    after: float

    @property
    def share(self) -> float:
        if math.isnan(self.before) or math.isnan(self.after):
            return 1.0
        largest = max(abs(self.before), abs(self.after))
        return abs(self.after - self.before) / largest if largest else 0.0

    def __str__(self) -> str:
        sign = "+" if self.after > self.before else "-"
        size = "new or gone" if math.isnan(self.before + self.after) else f"{sign}{self.share:.3%}"
        return f"{self.scenario:14} {self.indicator:30} {self.year}  {self.before:.{DIGITS}g} -> {self.after:.{DIGITS}g}  ({size})"


def made_by() -> str:
    """Platform and package versions, in one line: within them results are the same to the last digit."""
    return " ".join([platform_name(), *(f"{name}={release}" for name, release in packages().items())])


def resolved(name: str) -> ResolvedRun:
    """The run of a preset at central parameters and the middle of the growth range."""
    plan = load_plan(PLAN)
    middle = Draws((central_values(),), (0.5,), "prior")
    return Resolver(preset(name, PLAN), plan, scale=SCALE).run(middle, 0, 0, SEED)


def live(name: str) -> Golden:
    """Live through a preset, every area thinned alike, and take down the yearly values of the whole city."""
    from model.city import City
    from model.indicators import measure, yearly
    from model.law import Law

    run, plan = resolved(name), load_plan(PLAN)
    law = Law.standard(plan.province).amended(plain(run.law))
    setting = setting_of(plan, parameters=run.parameters, controls=run.controls, law=law, growth=run.growth,
                         shocks=tuple(as_shock(shock) for shock in run.shocks), usual_controls=run.usual)
    city = City(setting, rng=run.luck, scale=run.scale, thin_everything=True)
    try:
        city.run_until(run.until)
        table = measure(city.series(), areas=setting.areas, groups=setting.groups, months=city.months())
        rows = round(city.person_months / len(city.months()))
    finally:
        city.close()
    return Golden(name, made_by(), rows, _values(yearly(table[table["area"] == "ALL"])))


def _values(table: pd.DataFrame) -> Values:
    return {(str(i), str(y)): float(f"{v:.{DIGITS}g}") for i, y, v in table[["indicator", "period", "value"]].itertuples(index=False)}


def path_of(name: str) -> Path:
    """Where the golden values of a preset stand."""
    return FOLDER / f"{PLAN}-{name}.txt"


def as_text(golden: Golden) -> str:
    """A golden file: three lines about it, then one line an indicator with a column a year."""
    years = sorted({year for _, year in golden.values})
    names = list(dict.fromkeys(indicator for indicator, _ in golden.values))
    rows = [[name, *(f"{golden.values[name, year]:.{DIGITS}g}" for year in years)] for name in names]
    about = [f"# scenario: {golden.scenario}", f"# made_by: {golden.made_by}", f"# rows: {golden.rows}"]
    return "\n".join(about + ["\t".join(row) for row in [["indicator", *years], *rows]]) + "\n"


def read(text: str) -> Golden:
    """What `as_text` wrote. Raises ValueError for a table that is not whole."""
    lines = text.splitlines()
    about = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    head, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    values = {(row[0], year): float(value) for row in rows for year, value in zip(head[1:], row[1:], strict=True)}
    return Golden(about["scenario"], about["made_by"], int(about["rows"]), values)


def moves(before: Golden, after: Golden) -> list[Move]:
    """Every value that differs, the largest share first."""
    keys = dict.fromkeys([*before.values, *after.values])
    pairs = [(key, before.values.get(key, math.nan), after.values.get(key, math.nan)) for key in keys]
    return by_size(Move(after.scenario, *key, old, new) for key, old, new in pairs if old != new)


def by_size(found: Iterable[Move]) -> list[Move]:
    """The largest share first, then by name and year."""
    return sorted(found, key=lambda move: (-move.share, move.scenario, move.indicator, move.year))


def beyond_noise(found: Iterable[Move], rows: int) -> list[Move]:
    """The moves that sampling noise cannot explain: a count N of persons is N / SCALE rows, a percentage one of a quarter of all rows."""
    return [move for move in found if not abs(move.after - move.before) <= WIDE * _noise(move, rows)]


def _noise(move: Move, rows: int) -> float:
    from model.indicators import registry

    size = max(abs(move.before), abs(move.after))
    if registry()[move.indicator].unit == "%":
        return math.sqrt(max(size * (100 - size), 100.0) / (rows / 4))
    return math.sqrt(size * SCALE) + SCALE


def presets() -> list[str]:
    """The scenarios that have a golden file."""
    return list(PRESETS)
