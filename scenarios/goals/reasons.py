"""Why not: what keeps a goal out of reach, in data and in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.emulator.training import from_rest
from scenarios.goals.prices import LEFT_OUT, Purse, Values
from scenarios.goals.search import Search
from scenarios.levers import levers
from scenarios.verdicts.probability import percent_words

MATTERS, NEARER = 0.005, 0.05
"""A lever counts where taking it back to rest would cost half a percentage point, or a twentieth of a standard deviation on the way
to a target that is far off.
"""

AT_BOUND = 0.01
NAMED = 6
"""Levers that a line names; `--json` has all of them."""


@dataclass(frozen=True)
class Reasons:
    """Why no setting does. highest: the best P there is; at_bound: levers that count and stand at the end of their range; unmoved: aims
    that no lever moves; lines: budget lines that are used up; assumed: levers of grade D in use; left_out: lever → reason.
    """

    highest: float
    at_bound: tuple[str, ...]
    unmoved: tuple[str, ...]
    lines: tuple[str, ...]
    assumed: tuple[str, ...]
    left_out: dict[str, str]
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}


def reasons(search: Search, x: Values, wanted: float) -> Reasons:
    """The reasons at the best setting there is."""
    purse = search.purse
    counts = [one for i, one in enumerate(purse.levers) if _counts(search, x, i)]
    ends = {one.id: abs(x[i] - one.high) <= AT_BOUND * (one.high - one.low) for i, one in enumerate(purse.levers)}
    at_bound = tuple(one.id for one in counts if ends[one.id])
    unmoved = tuple(aim.name for aim in search.emulator.aims if not search.emulator.responses[aim.name].moved)
    spent = purse.spent(x[None])
    lines = tuple(name for name, most in purse.limits.items() if spent[name][0] >= 0.98 * most)
    assumed = tuple(one.id for one in counts if one.evidence == "D")
    highest = float(search.least(x[None])[0])
    found = (highest, at_bound, unmoved, lines, assumed, dict(purse.left_out))
    return Reasons(*found, *(tuple(_words(search, wanted, found, lang)) for lang in (0, 1)))


def _counts(search: Search, x: Values, lever: int) -> bool:
    """Whether something would be lost if one lever went back to rest."""
    both = np.stack([x, np.where(np.arange(len(x)) == lever, search.purse.rest, x)])
    lost = -np.diff(search.probabilities(both), axis=0)
    u = from_rest(search.emulator.levers, both)
    farther = [float(np.diff(search.emulator.responses[aim.name].shortfall(u))[0]) for aim in search.emulator.aims]
    return bool(lost.max() > MATTERS or max(farther) > NEARER)


def _words(search: Search, wanted: float, found: Sequence[Any], lang: int) -> list[str]:
    highest, at_bound, unmoved, lines, assumed, left_out = found
    names = {one.id: (one.name_zh, one.name_en)[lang] for one in levers().values()}
    tasks = {aim.name: (aim.task.name_zh, aim.task.name_en)[lang] for aim in search.emulator.aims}
    stop = ("、", ", ")[lang]
    out = [(f"所选杠杆最多达到 {percent_words(highest)}，低于要求的 {percent_words(wanted)}",
            f"the chosen levers reach {percent_words(highest)} at most, below the {percent_words(wanted)} asked for")[lang]]
    if unmoved:
        some = stop.join(tasks[name] for name in unmoved)
        out.append((f"没有一个所选杠杆能改变：{some}", f"no chosen lever moves: {some}")[lang])
    if at_bound:
        some = stop.join(names[name] for name in at_bound)
        out.append((f"已到区间上限：{some}", f"at the end of its range: {some}")[lang])
    if lines:
        out.append((f"预算已用尽：{stop.join(lines)}", f"budget used up: {stop.join(lines)}")[lang])
    if assumed:
        some = stop.join(names[name] for name in assumed)
        out.append((f"效果为假设(D)：{some}", f"rests on assumed effects (D): {some}")[lang])
    out += [pair[lang] for pair in _left_out(left_out)]
    if left_out:
        out.append(("如接受其效果为假设，请加 --include-assumed，或用 --levers 点名；无单价的另加 --price 杠杆=元，否则按投入幅度比较",
                    "to use them all the same: --include-assumed, or name them in --levers; give a price with --price LEVER=YUAN, or "
                    "settings are compared by effort")[lang])
    return out


def _left_out(left_out: Mapping[str, str]) -> list[tuple[str, str]]:
    """A line for each reason why levers were left out, in both languages; of many only the first are named."""
    lines = []
    for why in dict.fromkeys(left_out.values()):
        some = [levers()[name] for name, reason in left_out.items() if reason == why]
        more = len(some) - NAMED
        zh, en = "、".join(one.name_zh for one in some[:NAMED]), ", ".join(one.name_en for one in some[:NAMED])
        tail = (f" 等 {len(some)} 项", f" and {more} more") if more > 0 else ("", "")
        lines.append((f"未使用({LEFT_OUT[why][0]})：{zh}{tail[0]}", f"left out ({LEFT_OUT[why][1]}): {en}{tail[1]}"))
    return lines


def left_out_words(purse: Purse) -> list[str]:
    """A line for each reason why levers were left out, in both languages."""
    return [f"{zh} / {en}" for zh, en in _left_out(purse.left_out)]
