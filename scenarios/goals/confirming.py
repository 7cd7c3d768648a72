"""Confirming a setting with fresh runs: draws that the emulator has not seen, and what they say about its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.emulator import Emulator
from scenarios.emulator.training import from_rest
from scenarios.goals.prices import Purse, Values
from scenarios.studies import Study, answers
from scenarios.verdicts.probability import Probability, jeffreys

COVERAGE = 0.95


@dataclass(frozen=True)
class Confirmed:
    """One aim at one setting. emulated: P by the emulator before the runs, doubt: its standard error; fresh: k of n, with its 95 %
    interval; pooled: both together, by their precision.
    """

    aim: str
    emulated: float
    doubt: float
    fresh: Probability
    pooled: float

    def agrees(self, wanted: float) -> bool:
        """Whether the fresh runs leave P ≥ wanted possible: their interval reaches it."""
        return self.fresh.high >= wanted


def confirm(
    study: Study, purse: Purse, emulator: Emulator, x: Values, draws: Sequence[int], shift: dict[str, float]
) -> tuple[list[Confirmed], int]:
    """Run a setting with these draws and read every aim; also how many runs were made."""
    found = answers(study, [study.at(purse.levers, x.tolist(), draw) for draw in draws], emulator.aims)
    u, out = from_rest(purse.levers, x[None]), []
    for aim in emulator.aims:
        one = emulator.responses[aim.name]
        seen = np.isfinite(found.final(aim))
        fresh = jeffreys(int(found.met(aim)[seen].sum()), max(int(seen.sum()), 1), COVERAGE)
        before, doubt = float(one.probability(u, shift.get(aim.name, 0.0))[0]), float(one.doubt(u)[0])
        spread = fresh.value * (1 - fresh.value) / fresh.n
        weight = doubt**2 / (doubt**2 + spread)
        out.append(Confirmed(aim.name, before, doubt, fresh, before + weight * (fresh.value - before)))
    return out, found.made


def corrected(emulator: Emulator, purse: Purse, x: Values, found: Sequence[Confirmed]) -> dict[str, float]:
    """The shift of each aim's values that brings the emulator to the pooled probability at this setting."""
    u, out = from_rest(purse.levers, x[None]), {}
    for one in found:
        response = emulator.responses[one.aim]
        reach = 3.0 * float(response.at_rest.std()) + 5.0 * response.sigma + 1e-9
        shifts = np.linspace(-reach, reach, 601)
        chances = np.array([response.probability(u, float(s))[0] for s in shifts])
        miss = np.abs(chances - one.pooled)
        near = miss <= miss.min() + 1e-6  # of shifts that do equally well the smallest
        out[one.aim] = float(shifts[near][np.abs(shifts[near]).argmin()])
    return out
