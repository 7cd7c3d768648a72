"""How much common luck saves: the precision of a difference of two scenarios with pairs of runs, and without.

With n replicates of either side the mean difference has the standard error √(var(b − a)/n) when run r of both has the same luck, and
√((var(a) + var(b))/n) when it has not. Their squared ratio is how many times fewer replicates pairs need for the same precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as fisher

from model.documents import BadInput, Fault, both
from scenarios.presets import scenario_called
from scenarios.scenario import Scenario
from scenarios.studies import Aim, Study, aims_of, answers

Values = NDArray[np.float64]
FEWEST = 3


@dataclass(frozen=True)
class Precision:
    """One aim. difference: mean of b − a, in the aim's unit; paired, unpaired: its standard errors; n: replicates of either side."""

    aim: str
    difference: float
    paired: float
    unpaired: float
    n: int

    @property
    def saving(self) -> float:
        """How many times fewer replicates pairs need; infinite where all pairs differ by the same."""
        return float(np.inf) if self.paired == 0.0 else (self.unpaired / self.paired) ** 2

    def saving_at_least(self, confidence: float = 0.95) -> float:
        """Lower bound of the saving, as of two variances of normal values with n − 1 degrees of freedom each (cautious: the unpaired one
        has about twice as many).
        """
        return self.saving / float(fisher.ppf(confidence, self.n - 1, self.n - 1))

    def replicates(self, error: float) -> tuple[int, int]:
        """Replicates that bring the standard error down to `error`: with pairs, without."""
        return tuple(int(np.ceil(max(one**2 * self.n / error**2, 1.0))) for one in (self.paired, self.unpaired))  # type: ignore[return-value]


def precision_of(aim: str, a: Values, b: Values) -> Precision:
    """The precision of b − a from replicates in the same order, shape (replicates,) each. Raises ValueError for fewer than three."""
    if len(a) != len(b) or len(a) < FEWEST:
        raise ValueError(f"{len(a)} and {len(b)} replicates: pairs are needed, {FEWEST} at least")
    n = len(a)
    apart = a.var(ddof=1) + b.var(ddof=1)
    return Precision(aim, float((b - a).mean()), float(np.sqrt((b - a).var(ddof=1) / n)), float(np.sqrt(apart / n)), n)


def precision(
    plan: str | Path | Scenario, *, scenario: str = "as-planned", against: str | Scenario = "baseline",
    indicators: Sequence[str] = ("all",), areas: Sequence[str] = ("ALL",), replicates: int = 20, **how: Any,
) -> list[Precision]:
    """The precision of the difference of two scenarios, target by target, from replicates of the luck of one draw.

    how: seed, scale, until, executor, threads, prior, fresh, progress as of `running.run`. Raises BadInput for fewer than three replicates.
    """
    if replicates < FEWEST:
        fix = both("请至少填写 3", "write 3 at least")
        raise BadInput(Fault("precision", None, "replicates", str(replicates), f"{FEWEST} …", fix))
    chosen = plan if isinstance(plan, Scenario) else scenario_called(scenario, plan)
    other = against if isinstance(against, Scenario) else scenario_called(against, chosen.plan)
    here, there = Study(chosen, draws=1, **how), Study(other, draws=1, **how)
    aims: list[Aim] = aims_of(here.plan, indicators, areas)
    runs = [side.resolver.run(side.drawn, 0, r, side.seed) for side in (there, here) for r in range(replicates)]
    found = answers(here, runs, aims)
    out = []
    for aim in aims:
        a, b = found.final(aim).reshape(2, replicates)
        seen = np.isfinite(a) & np.isfinite(b)
        if seen.sum() >= FEWEST:
            out.append(precision_of(aim.name, a[seen], b[seen]))
    return out
