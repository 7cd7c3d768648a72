"""What a scorecard row says beside its verdict: ids in JSON, words on screen."""

from __future__ import annotations

FLAGS: dict[str, tuple[str, str]] = {
    "weak_constraint": ("约束力弱：目标宽于基期", "weak: the target is no harder than the base"),
    "definitions_differ": ("口径不可比", "base and target have different definitions"),
    "suspended": ("口径变更，暂不评价", "definition changed, verdict suspended"),
    "margin_warning": ("预警", "half of the margin is gone"),
    "above_base": ("↑ 高于基期", "↑ above the base"),
    "below_base": ("↓ 低于基期", "↓ below the base"),
    "divided": ("分歧较大", "draws disagree"),
    "for_reference": ("仅供参考", "few draws, for reference only"),
    "thin": ("抽样噪声", "thinning noise"),
    "indistinct": ("无区分度", "met under every scenario"),
    "hindcast": ("回溯模拟", "hindcast"),
    "observed": ("观测值", "observed"),
    "draws_missing": ("部分模拟失败", "some draws are missing"),
    "assumed_season": ("年内进度为假设", "the course of the year is an assumption"),
    "law_unsourced": ("所据法规部分无来源", "rests on law without a source"),
    "unit_differs": ("计量单位不同，不混用", "the simulated unit differs, not mixed"),
    "area_not_simulated": ("该地区未单独模拟", "this area is not simulated"),
    "years_not_simulated": ("目标年份未模拟", "the target year is not simulated"),
    "first_met": ("提前完成", "first met and kept in"),
    "final_year": ("末年达标", "met in the last year"),
    "year_before": ("上年末达标", "met by the end of the year before"),
}


def flag_words(flag: str, lang: str = "zh") -> str:
    """The words of a flag: `thin`, or one with a detail after a colon (`first_met:2023`, `final_year:7/8`)."""
    name, _, detail = flag.partition(":")
    words = FLAGS[name][0 if lang == "zh" else 1]
    return f"{words} {detail}" if detail else words
