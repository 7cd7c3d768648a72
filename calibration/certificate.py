"""The certificate: every figure used, its fit before and after, every miss, and what the fit found out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from calibration.base_year import growth_of
from calibration.figures import FITTED, HELD, INTERCEPTS, NEUTRAL, Figure, figures_of
from calibration.fit import CLOSE, MOST_RUNS, Fit
from calibration.selection import WIDENING, Selection, relative_miss
from model.documents import both
from model.indicators.registry import registry
from model.parameters import declared_parameters
from scenarios.fingerprints import model_fingerprint, packages, platform_name
from scenarios.plan_schema import Plan

LEVEL = "base_year"
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def certificate_of(plan: Plan, chosen: Selection, replicates: Sequence[Fit], *, seed: int, scale: int) -> dict[str, Any]:
    """The certificate as plain data; no times and no hosts, so that its bytes depend on the fit alone."""
    figures = figures_of(plan)
    rows = [_figure(one, chosen, replicates) for one in figures.values()]
    intercepts = [_intercept(one.parameter, one.figure, chosen, replicates) for one in INTERCEPTS if one.figure in figures]
    return {
        "level": LEVEL, "fingerprint": model_fingerprint(), "plan": plan.id, "baseline_year": plan.baseline_year, "seed": seed,
        "scale": scale, "growth": growth_of(plan), "packages": packages(), "platform": platform_name(),
        "draws": {"tried": len(chosen.kept) + len(chosen.dropped) + len(chosen.failed), "kept": len(chosen.kept),
                  "dropped": len(chosen.dropped), "dropped_by": dict(chosen.dropped_by),
                  "failed": [{"draw": fit.draw, "error": fit.error} for fit in chosen.failed]},
        "tolerances": {"widened_by": chosen.factor if math.isfinite(chosen.factor) else None, "ladder": list(WIDENING),
                       "unmet_figures": list(chosen.unmet), "rule": rule_in_words(chosen)},
        "solver": {"close": CLOSE, "most_runs": MOST_RUNS, "neutral": NEUTRAL},
        "figures": rows, "intercepts": intercepts,
        "misses": _misses(rows), "findings": _findings(chosen, intercepts), "not_used": _not_used(figures),
    }  # fmt: skip


def quantiles(values: Iterable[float]) -> dict[str, float | None]:
    """p10, p50 and p90 of the finite values, eight significant digits; None where there is none."""
    finite = [value for value in values if math.isfinite(value)]
    return {name: _short(float(np.quantile(finite, q))) if finite else None for name, q in QUANTILES.items()}


def _short(value: float) -> float:
    return float(f"{value:.8g}")


def _spread(values: Sequence[float]) -> float | None:
    """Relative standard deviation, or None where it is not defined."""
    finite = [value for value in values if math.isfinite(value)]
    mean = abs(float(np.mean(finite))) if finite else 0.0
    return _short(float(np.std(finite, ddof=1)) / mean) if len(finite) > 1 and mean > 0 else None


def _figure(figure: Figure, chosen: Selection, replicates: Sequence[Fit]) -> dict[str, Any]:
    indicator, cell = registry()[figure.id], figure.cell
    misses = [relative_miss(fit, figure) for fit in chosen.kept]
    return {
        "id": figure.id, "name_zh": indicator.name_zh, "name_en": indicator.name_en, "unit": indicator.unit,
        "role": "fitted" if figure.id in FITTED else "held", "intercept": figure.intercept.parameter if figure.intercept else None,
        "status": cell.status, "confidence": cell.confidence, "source": cell.source, "value": figure.value,
        "uncorrected": quantiles(fit.before[figure.id] for fit in chosen.kept),
        "fitted": quantiles(fit.after[figure.id] for fit in chosen.kept),
        "tolerance": figure.tolerance, "within": sum(miss <= figure.tolerance for miss in misses), "miss": quantiles(misses),
        "luck": _spread([fit.before[figure.id] for fit in replicates if fit.error is None]),
    }  # fmt: skip


def _intercept(parameter: str, figure: str, chosen: Selection, replicates: Sequence[Fit]) -> dict[str, Any]:
    """Range, fitted quantiles, how often a bound held it, and how much of its spread the luck of a small city alone makes."""
    declared = declared_parameters()[parameter]
    return {
        "parameter": parameter, "meaning": declared.meaning, "unit": declared.unit, "figure": figure, "area": None,
        "range": [declared.low, declared.high], "uncorrected": declared.central,
        "fitted": quantiles(fit.intercepts[parameter] for fit in chosen.kept),
        "at_bound": sum(parameter in fit.at_bound for fit in (*chosen.kept, *chosen.dropped)),
        "spread": _spread([fit.intercepts[parameter] for fit in chosen.kept]),
        "luck": _spread([fit.intercepts[parameter] for fit in replicates if fit.error is None]),
    }  # fmt: skip


def rule_in_words(chosen: Selection) -> str:
    """What was done to the tolerances, in both languages."""
    if not math.isfinite(chosen.factor):
        return both("放宽至上限仍不足,保留最大误差最小的抽样",
                    "the widest tolerances left too few: the draws with the smallest worst miss are kept")
    if chosen.factor > 1:
        return both(f"容差放宽 {chosen.factor:g} 倍,以保留足够抽样",
                    f"tolerances widened {chosen.factor:g} times, so that enough draws remain")
    return both("容差未放宽", "tolerances as declared")


def _misses(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for each figure whose median draw is off by more than its tolerance."""
    return [
        both(f"{row['name_zh']}: 基期 {row['value']:,.10g},拟合中位 {row['fitted']['p50']:,.10g}{row['unit']}",
             f"{row['name_en']}: {row['value']:,.10g} published, {row['fitted']['p50']:,.10g} in the median draw")
        for row in rows if row["miss"]["p50"] is None or row["miss"]["p50"] > row["tolerance"]
    ]  # fmt: skip


def _findings(chosen: Selection, intercepts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the fit found: intercepts held by a bound, and what the synthesis could not meet, each with its number of draws."""
    made = (*chosen.kept, *chosen.dropped)
    found = [
        {"about": one["parameter"], "draws": one["at_bound"], "of": len(made),
         "text": both(f"截距 {one['parameter']} 被区间边界挡住", f"the intercept {one['parameter']} would leave its declared range")}
        for one in intercepts if one["at_bound"]
    ]  # fmt: skip
    seen: dict[str, list[str]] = {}
    for fit in sorted(made, key=lambda fit: fit.draw):
        for about, text in {": ".join(text.split(": ")[:2]): text for text in fit.findings}.items():
            seen.setdefault(about, []).append(text)
    return found + [{"about": about, "draws": len(texts), "of": len(made), "text": texts[0]} for about, texts in sorted(seen.items())]


def _not_used(figures: Mapping[str, Figure]) -> list[dict[str, str | None]]:
    """Figures that the baseline lacks; an intercept without its figure keeps its prior."""
    intercept = {one.figure: one.parameter for one in INTERCEPTS}
    why = both("基期缺此数据", "the baseline has no such figure above zero for its year")
    return [{"id": name, "why": why, "keeps_its_prior": intercept.get(name)} for name in FITTED + HELD if name not in figures]
