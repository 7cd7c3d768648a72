"""Units of Chinese plans and bulletins, brought to base units: 万人 → 人, 亿元 → 元, ‰ → %.

A unit is a multiplier (百 千 万 百万 千万 亿) before a counted thing (人, 人次, 元, 家, 元/月 …).
Percent stays percent (4 means 4 %), shares stay shares (unit "1").
"""

from __future__ import annotations

MULTIPLIERS: dict[str, int] = {
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "亿": 10**8,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}
_THINGS = """
人次 人/户 人/个 人 元/月 元/年 元/人年 元/人月 元 家 个 户 户次 场次 场 件 起 项 套 所 份 名 次 条 处 张 间
对 期 届 轮 年 月 天 分钟 公里 平方米 平方公里 学位 岗位 课时 美元 倍 种 类 亩 支 台 篇 座 本 门 站 周 小时 镇
村 企业 单位 职位 百分点 级 分 工作日 辆 平台 部 社区 批 1
"""
THINGS: frozenset[str] = frozenset(_THINGS.split())
PLAIN: dict[str, tuple[float, str]] = {
    "%": (1.0, "%"),
    "％": (1.0, "%"),
    "‰": (0.1, "%"),
    "1": (1.0, "1"),
    "比例": (1.0, "1"),
    "": (1.0, "1"),
}


class UnknownUnit(ValueError):
    """A unit that is neither a known thing nor a multiplier before one."""


def factor(unit: str) -> tuple[float, str]:
    """Multiplier and base unit of a printed unit: "万人次" → (10000, "人次"). Raises UnknownUnit."""
    word = unit.strip()
    if word in PLAIN:
        return PLAIN[word]
    if word in THINGS:
        return 1.0, word
    for name, times in MULTIPLIERS.items():
        if word.startswith(name) and word[len(name) :] in THINGS:
            return float(times), word[len(name) :]
    raise UnknownUnit(
        f"unknown unit {unit!r}; use a thing such as 人, 家, 元, %, or one with 百/千/万/亿 before it (万人)"
    )


def to_base(value: float, unit: str) -> tuple[float, str]:
    """The value in base units, and their name: (37.5, "万人") → (375000.0, "人"). Raises UnknownUnit.

    The product is rounded to nine decimals, so that 8.8 万 is 88000 and not 88000.00000000001.
    """
    times, base = factor(unit)
    return (value if times == 1.0 else round(value * times, 9)), base


def from_base(value: float, unit: str) -> float:
    """A value in base units as it would be printed in `unit`: (375000, "万人") → 37.5. Raises UnknownUnit."""
    times, _ = factor(unit)
    return value if times == 1.0 else value / times


def finer(unit: str, decimals: int) -> int:
    """Decimals of a figure that stands between printed ones: one more than these, but a count of persons (人) or firms (家) stays whole."""
    try:
        whole = decimals == 0 and unit.strip() not in PLAIN and factor(unit)[0] == 1.0
    except UnknownUnit:
        whole = False
    return 0 if whole else decimals + 1
