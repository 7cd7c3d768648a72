"""Which draws are kept: those whose base-year city misses no figure by more than its tolerance.

The rule, in this order, told in the certificate:

1. A figure that more than half of the draws miss is *unmet*: that is a fault of the model or of the baseline's figures and not of a draw,
   so it is reported and drops nobody.
2. Tolerances of the others are widened together by the first factor of WIDENING that leaves enough draws.
3. If none does, the enough draws with the smallest worst miss are kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calibration.figures import Figure
from calibration.fit import Fit

WIDENING = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0)
ENOUGH = 1000
"""Rows that an artefact to be shipped must have."""


@dataclass(frozen=True)
class Selection:
    """kept, dropped: fits in order of their draws; factor: by which tolerances were widened (inf: rule 3); unmet: figures of rule 1;
    dropped_by: {figure: draws that it alone or with others dropped}."""

    kept: tuple[Fit, ...]
    dropped: tuple[Fit, ...]
    failed: tuple[Fit, ...]
    factor: float
    unmet: tuple[str, ...]
    dropped_by: Mapping[str, int]


def relative_miss(fit: Fit, figure: Figure) -> float:
    """|fitted ÷ published − 1|, infinite where the city gave no number."""
    value = fit.after[figure.id]
    return abs(value / figure.value - 1.0) if math.isfinite(value) else math.inf


def select(fits: Sequence[Fit], figures: Mapping[str, Figure], enough: int) -> Selection:
    """Keep at least `enough` of the fits that succeeded (all of them where there are fewer)."""
    made = sorted((fit for fit in fits if fit.error is None), key=lambda fit: fit.draw)
    failed = tuple(sorted((fit for fit in fits if fit.error is not None), key=lambda fit: fit.draw))
    ratio = {name: [relative_miss(fit, one) / one.tolerance for fit in made] for name, one in figures.items()}
    unmet = tuple(name for name, ratios in ratio.items() if 2 * sum(r > 1.0 for r in ratios) > len(made))
    judged = [name for name in figures if name not in unmet]
    worst = [max((ratio[name][i] for name in judged), default=0.0) for i in range(len(made))]
    factor = next((f for f in WIDENING if sum(w <= f for w in worst) >= min(enough, len(made))), math.inf)
    limit = factor if math.isfinite(factor) else sorted(worst)[min(enough, len(made)) - 1]
    return Selection(
        kept=tuple(fit for fit, w in zip(made, worst, strict=True) if w <= limit),
        dropped=tuple(fit for fit, w in zip(made, worst, strict=True) if w > limit),
        failed=failed, factor=factor, unmet=unmet,
        dropped_by={name: sum(r > limit for r in ratio[name]) for name in judged},
    )  # fmt: skip
