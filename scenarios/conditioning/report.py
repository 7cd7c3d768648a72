"""What conditioning did, in sentences: from where the forecast starts, on which draws it stands, how far the model had been off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST = 6


def conditioning_lines(said: Mapping[str, Any] | None, lang: str = "zh") -> list[str]:
    """Lines below a scorecard; none when nothing was conditioned on. said: `manifest["conditioning"]`."""
    if not said:
        return []
    n, kept = len(said["ancestors"]), len(set(said["ancestors"]))
    at, count = said["anchored_at"], len(said["anchors"])
    off = [one for one in said["off"] if one["area"] is None]
    inside = sum(one["inside"] for one in said["off"])
    worst = sorted(off, key=lambda one: -abs(one["z"]))[:MOST]
    if lang == "zh":
        lines = [f"预测自观测值续推：最后观测 {said['last_observed']}；{n} 个抽样按与观测值的吻合程度等权重采样，保留 {kept} 个"
                 f"（有效 {said['effective_draws']:.1f}）" + (f"；{at} 的 {count} 个存量按观测值重置" if at else "")]
        lines += [f"此前模型偏差：{len(said['off'])} 个观测值中 {inside} 个落在 10%–90% 区间内"] if said["off"] else []
        return lines + [_miss(one, one["name_zh"], "观测", "模拟") for one in worst]
    lines = [f"The forecast goes on from what was observed: last {said['last_observed']}; {n} draws resampled by their fit, {kept} of them "
             f"kept (effective {said['effective_draws']:.1f})" + (f"; {count} stocks of {at} set to what was observed" if at else "")]
    lines += [f"How far the model had been off: {inside} of {len(said['off'])} observed values within 10–90 %"] if said["off"] else []
    return lines + [_miss(one, one["name_en"], "observed", "simulated") for one in worst]


def _miss(one: Mapping[str, Any], name: str, observed: str, simulated: str) -> str:
    share = "" if one["relative"] is None else f" ({one['relative'] * 100:+.1f} %)"
    band = one["simulated"]
    return f"  {name} {one['year']}: {observed} {one['observed']:,g} {one['unit']}, {simulated} {band['p50']:,.4g} " \
           f"[{band['p10']:,.4g}–{band['p90']:,.4g}]{share}"
