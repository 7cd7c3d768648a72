"""What effects were measured of: they hold for a plan as long as the runs behind them would be made of the same values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.fingerprints import digest_of, model_fingerprint

if TYPE_CHECKING:
    from scenarios.studies import Study


def made_of(study: Study) -> str:
    """Digest of the model, the city, its parameters and luck in the first draw, and of how levers turn into controls.

    Unlike a run's key it says nothing of packages and platform, so that effects can be carried from one machine to another.
    """
    from scenarios.levers import levers

    run = study.resolver.run(study.drawn, 0, 0, study.seed)
    declared = [[one.id, one.control, one.factor, one.split, one.low, one.high] for one in levers().values()]
    values = {"model": model_fingerprint(), "shared": run.shared, "parameters": run.parameters, "growth": run.growth, "until": run.until,
              "scale": run.scale, "luck": str(run.luck), "levers": declared}  # fmt: skip
    return digest_of(values)[:32]
