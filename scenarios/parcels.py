"""What travels to a worker: resolved values, never a built city, and what is big only once.

What all runs of a plan share (the city at its baseline date, its law, the first run's controls) is a *ground*: it is laid
in each worker once. A run is then a small *parcel*: the values of its draw, and those controls that differ from the
ground's. A worker reads no plan, so that a plan folder need not stand on its disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scenarios.fingerprints import digest_of
from scenarios.frozen import plain
from scenarios.resolve import ResolvedRun, Values

if TYPE_CHECKING:
    from model.setting import Setting
    from scenarios.samples import Sample


@dataclass(frozen=True)
class Ground:
    """What the runs of one plan share. name: a digest of it; setting: without drawn parameters, growth and shocks."""

    name: str
    setting: Setting


@dataclass(frozen=True)
class Parcel:
    """One run on its ground. key: the run's; run: the run without what its ground holds (controls that are the same there,
    usual); sample: persons to look at, if any.
    """

    key: str
    ground: str
    run: ResolvedRun
    sample: Sample | None = None

    def setting(self) -> Setting:
        """The setting of the run's city. Raises LookupError when its ground was not laid in this process."""
        from scenarios.shocks import as_shock

        if self.ground not in _laid:
            raise LookupError(f"the ground {self.ground} of run {self.key} was not laid in this worker")
        base, run = _laid[self.ground].setting, self.run
        return replace(
            base,
            parameters={**run.parameters, **base.parameters},
            controls={**base.controls, **run.controls},
            growth=dict(run.growth),
            shocks=tuple(as_shock(shock) for shock in run.shocks),
            law=base.law.amended(plain(run.law)) if run.law else base.law,
            programmes=run.programmes,
        )


_laid: dict[str, Ground] = {}


def lay(grounds: Iterable[Ground]) -> None:
    """Make grounds known in this process."""
    _laid.update({one.name: one for one in grounds})


def lift(grounds: Iterable[Ground]) -> None:
    """Forget grounds in this process."""
    for one in grounds:
        _laid.pop(one.name, None)


def packed(runs: Sequence[ResolvedRun], sample: Sample | None = None) -> tuple[tuple[Ground, ...], list[Parcel]]:
    """The grounds of runs, and the runs as parcels, in order. Raises BadInput when a baseline lacks what a city needs."""
    grounds: dict[tuple[str, int | None], Ground] = {}
    for one in runs:
        if (one.plan, one.base) not in grounds:
            grounds[one.plan, one.base] = ground_of(one)
    return tuple(grounds.values()), [_parcel(one, grounds[one.plan, one.base], sample) for one in runs]


def ground_of(run: ResolvedRun) -> Ground:
    """The ground of a run's plan, at the December from which it starts."""
    from model.law import Law
    from scenarios.bases import plan_at
    from scenarios.settings import setting_of

    plan = plan_at(run.plan, run.base)
    setting = setting_of(
        plan, parameters={}, controls=run.controls, law=Law.standard(plan.province), growth={}, usual_controls=run.usual
    )
    return Ground(f"{plan.id}-{digest_of({'shared': run.shared, 'until': run.until})[:16]}", setting)


def _parcel(run: ResolvedRun, ground: Ground, sample: Sample | None) -> Parcel:
    there = ground.setting.controls
    own = {name: values for name, values in run.controls.items() if not _same(values, there.get(name))}
    return Parcel(run.key, ground.name, replace(run, controls=own, usual={}), sample)


def _same(one: Values, other: Any) -> bool:
    return one is other or (other is not None and one.shape == other.shape and bool((one == other).all()))
