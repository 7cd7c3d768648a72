"""Towns for the tests of the model: small, quick, and lived with one thread (small cities are slower with more)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model import states as s
from model.city import City
from model.law import Law
from model.parameters import central_values
from model.setting import Setting, small_town
from model.threads import use
from scenarios.plans_at_hand import load_plan
from scenarios.settings import setting_of

use(1)

USUAL = {
    "training_places": 400.0,
    "assessment_sessions": 10.0,
    "technical_school_places": 20.0,
    "apprenticeship_places": 20.0,
    "startup_loans": 1e6,
    "startup_training": 60.0,
    "recruitment_fairs": 20.0,
    "hard_to_employ_posts": 20.0,
    "rural_transfer_service": 20.0,
    "campus_tours": 5.0,
}
"""City totals of the controls before the run, for a town of about 10,000 (made up)."""


def at_rest(setting: Setting, **totals: float) -> Setting:
    """The setting under constant controls: a number is the value in every area, whatever the month."""
    values = {name: np.full((1, len(setting.areas)), value, float) for name, value in totals.items()}
    return replace(setting, controls={**setting.controls, **values})


def as_usual(setting: Setting, **changed: float) -> Setting:
    """The setting under the usual policy (USUAL, split evenly over the areas), some of it changed (city totals)."""
    areas = len(setting.areas)
    values = {name: np.full((1, areas), total / areas) for name, total in (USUAL | changed).items()}
    return replace(setting, controls=values, usual_controls=dict(USUAL))


def lived(setting: Setting, months: int, rng: int = 1, scale: int = 1, thin: bool = False) -> City:
    """A city of this setting after `months` months."""
    city = City(setting, rng=rng, scale=scale, thin_everything=thin)
    city.run_for(months)
    return city


@cache
def plan_setting(name: str) -> Setting:
    """The setting of an embedded plan at central values, 5 % growth a year, every control at its default."""
    plan = load_plan(name)
    growth = {plan.baseline_year + i: 0.05 for i in range(1, 12)}
    return setting_of(plan, parameters=central_values(), controls={}, law=Law.standard(plan.province), growth=growth)


def scale_for(setting: Setting, rows: int) -> int:
    """The scale at which the city has about `rows` rows, when everything is thinned."""
    return max(1, int(setting.residents.sum() + setting.away.sum()) // rows)


def total(city: City, name: str) -> NDArray[np.float64]:
    """A counted series of the whole city, month by month, real persons."""
    return city.series()[name].sum(axis=1)


def lives(city: City) -> pd.DataFrame:
    """Everyone on the roster: state, employer (by the firm's id), area, traits, birth, scheme, spell and course, indexed by person id."""
    people = city.people
    rows = np.flatnonzero(people.state[: people.n] != s.GONE)
    firm = people.firm[rows]
    employer = np.where(firm >= 0, city.firms.id[np.maximum(firm, 0)], np.uint64(0))
    return pd.DataFrame(
        {
            "state": people.state[rows],
            "employer": employer,
            "area": people.area[rows],
            "traits": people.traits[rows],
            "birth": people.birth[rows],
            "scheme": people.scheme[rows],
            "spell": people.spell[rows],
            "course": people.course[rows] & s.KIND,
        },
        index=pd.Index(people.id[rows], name="id"),
    ).sort_index()


def insured_lives(city: City) -> pd.DataFrame:
    """The same with what each has paid in: paid months, insured months of UI, declared base and account."""
    people, found = city.people, lives(city)
    rows = np.flatnonzero(people.state[: people.n] != s.GONE)
    paid = {name: getattr(people, name)[rows] for name in ("paid", "ui_paid", "base", "account")}
    return found.join(pd.DataFrame(paid, index=pd.Index(people.id[rows], name="id")))


def differing(a: pd.DataFrame, b: pd.DataFrame, columns: list[str] | None = None) -> set[int]:
    """Ids of the persons whose rows differ between two rosters, or who are on one of them only."""
    columns = columns or list(a.columns)
    one_only = a.index.symmetric_difference(b.index)
    both = a.index.intersection(b.index)
    same = (a.loc[both, columns].to_numpy() == b.loc[both, columns].to_numpy()).all(axis=1)
    return {int(i) for i in one_only} | {int(i) for i in both[~same]}


def same_months(a: City, b: City, months: int | None = None) -> bool:
    """True when every counted series of two cities is the same to the last bit over the first `months` months."""
    one, other = a.series(), b.series()
    return all(np.array_equal(one[name][:months], other[name][:months]) for name in one)


def unequal(a: City, b: City) -> list[str]:
    """Names of the counted series in which two cities differ."""
    one, other = a.series(), b.series()
    return [name for name in one if not np.array_equal(one[name], other[name])]


def town(people: int = 8000, areas: int = 2, *, parameters: Mapping[str, float] | None = None, **fields: object) -> Setting:
    """`small_town`, some parameters and fields changed."""
    setting = small_town(people, areas=areas)
    return replace(setting, parameters={**setting.parameters, **(parameters or {})}, **fields)  # type: ignore[arg-type]
