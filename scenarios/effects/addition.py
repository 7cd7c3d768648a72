"""What addition misses: runs where several levers move, held against the sum of their effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenarios.effects.curves import Aimed, Effects, Setting, Values, wider


def with_apart(found: Effects, several: Sequence[Sequence[Setting]], together: Sequence[Values]) -> Effects:
    """The effects with a (`apart`) of each column. several: settings of each draw; together: what they came to, less rest, one array a
    target, (draws, settings, columns), NaN where a run failed.

    a² = what addition misses beyond the levers' own spread, over the square of what is added; at least what it is for all targets together,
    since a target alone has few such settings.
    """
    sums = [_missed(found, aim, several, seen) for aim, seen in zip(found.aims, together, strict=True)]
    finals = [(over[-1] / size.max(), size[-1] / size.max()) for over, size in sums if size.max() > 0]  # targets of all units side by side
    missed, added = (sum(float(pair[k]) for pair in finals) for k in (0, 1))
    least = max(missed, 0.0) / added if added > 0 else 0.0
    squares = [np.maximum(np.maximum(over, 0.0) / np.where(size > 0, size, np.inf), least) for over, size in sums]
    return replace(found, aims=tuple(replace(aim, apart=np.sqrt(square)) for aim, square in zip(found.aims, squares, strict=True)))


def _missed(found: Effects, aim: Aimed, several: Sequence[Sequence[Setting]], seen: Values) -> tuple[Values, Values]:
    """Sums over settings where two levers or more move the target: squares missed beyond the spread, squares of what is added."""
    over, size = np.zeros(seen.shape[2]), np.zeros(seen.shape[2])
    own = (1 - 1 / aim.draws) / wider(aim.draws) ** 2  # draws that were measured lie closer to their own mean
    for d, sets in enumerate(several):
        for k, setting in enumerate(sets):
            parts = [found.moves(aim, {name: x}) for name, x in setting.items() if name in aim.effects]
            if len(parts) > 1 and np.isfinite(seen[d, k]).all():
                missed = seen[d, k] - np.sum([shift for shift, _ in parts], axis=0)
                over += missed**2 - own * np.sum([sd**2 for _, sd in parts], axis=0)
                size += np.sum([shift**2 for shift, _ in parts], axis=0)
    return over, size
