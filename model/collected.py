"""The city for Mesa's own tools: a data collector that holds the indicators of the whole city, month by month."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.city import City


class Collected:
    """`City.datacollector`: made when it is asked for, from the months so far, so that a run which nobody collects pays nothing.
    One variable an indicator, in the indicator's unit; a subclass that sets a collector of its own has that one.

    collector: Mesa's DataCollector.
    """

    def __init__(self, collector: type[Any]) -> None:
        self.collector = collector

    def __get__(self, city: City | None, owner: type[City]) -> Any:
        if city is None:
            return self
        known = city.__dict__.get("_collected")
        if known is None or known[0] != city.month:
            known = city.__dict__["_collected"] = city.month, self.filled(city)
        return known[1]

    def filled(self, city: City) -> Any:
        """A collector that has collected at the end of each month so far."""
        if city.month < 0:
            return self.collector()
        from model.indicators import measure

        table = measure(city.series(), areas=city.setting.areas, groups={}, months=city.months())
        whole = table[table["area"] == "ALL"].pivot(index="period", columns="indicator", values="value")
        made = self.collector(model_reporters={name: name for name in whole.columns})
        for month, values in enumerate(whole.to_dict("records"), 1):
            made.collect(SimpleNamespace(**{str(name): value for name, value in values.items()}, time=float(month)))
        return made
