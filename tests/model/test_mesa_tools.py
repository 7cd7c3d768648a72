"""Mesa's own tools on the city: `batch_run`, a collector of one's own, and the one that comes with it."""

from __future__ import annotations

import mesa
import pandas as pd
import pytest

from model.city import City
from model.indicators import measure
from model.setting import small_town
from model.states import EMPLOYED


def employed(city: City) -> int:
    return int((city.people.state[: city.people.n] == EMPLOYED).sum())


class Counted(City):
    """A city that collects for itself."""

    def __init__(self, people: int = 2_000, rng: int | None = None) -> None:
        super().__init__(small_town(people), rng=rng or 1, scale=1)
        self.datacollector = mesa.DataCollector({"employed": employed})

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


def batch(model: type[City], **parameters: object) -> pd.DataFrame:
    made = mesa.batch_run(model, parameters, rng=[1, 2], max_steps=3, data_collection_period=1, number_processes=1, display_progress=False)
    return pd.DataFrame(made)


def test_batch_run_on_the_city_itself() -> None:
    found = batch(City, setting=[small_town(2_000)], scale=[1])
    assert len(found) == 2 * 3 and found["Step"].tolist() == [1, 2, 3] * 2
    city = City(small_town(2_000), rng=2, scale=1)
    city.run_for(3)
    table = measure(city.series(), areas=city.setting.areas, groups={}, months=city.months())
    for name in ("ui_insured", "new_urban_employment"):
        wanted = table[(table["area"] == "ALL") & (table["indicator"] == name)]["value"].tolist()
        assert found[found["rng"] == 2][name].tolist() == wanted
    assert found.groupby("rng")["ui_insured"].last().nunique() == 2, "each seed is another city"


def test_batch_run_on_a_city_that_collects_for_itself() -> None:
    found = batch(Counted, people=[1_500, 2_500])
    assert len(found) == 2 * 2 * 3 and found.groupby("people")["employed"].mean().is_monotonic_increasing


def test_the_collector_follows_the_city() -> None:
    city = City(small_town(1_500), rng=1, scale=1)
    assert city.datacollector.model_vars == {}
    city.step()
    assert len(city.datacollector.get_model_vars_dataframe()) == 1
    first = city.datacollector
    assert city.datacollector is first
    city.step()
    frame = city.datacollector.get_model_vars_dataframe()
    assert len(frame) == 2 and frame["ui_insured"].iloc[0] == first.model_vars["ui_insured"][0]
    city.close()
    with pytest.raises(AttributeError):
        city.people.state  # noqa: B018
