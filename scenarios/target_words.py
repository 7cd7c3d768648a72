"""Words of proposed targets, for the terminal and the pages alike; apart from `targets`, which loads the city to run it."""

from __future__ import annotations

WARNINGS = {
    "no_force": ("无区分度：各情景下同样可达", "no force: met as often under every policy"),
    "easier_than_now": ("约束力弱：宽于现状", "weak: easier than the present level"),
    "assumed": ("效果为假设：撤去假设性举措后达不到", "rests on effects that are assumptions"),
}
BASES = {
    "level": ("年末", "at the end"), "period_sum": ("累计", "sum"), "every_year": ("每年", "every year"),
    "year_flow": ("当年", "in the year"), "period_mean": ("年均", "mean"),
}  # fmt: skip
