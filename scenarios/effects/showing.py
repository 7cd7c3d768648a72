"""Effects as a table: for each target the levers that move it most, each at the far end of its range that moves it more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.effects.curves import Aimed, Effects

MOST = 4


def as_table(found: Effects) -> Table:
    """One row a target of the city."""
    from rich.table import Table

    from scenarios.levers import levers

    title = f"{found.context['plan']} · {found.context['scenario']} · {found.context['draws']} draws"
    note = "± 为抽样间标准差 standard deviation between draws · × 为相加所漏,与所加之比 what addition misses, for the size of what is added"
    table = Table(title=title, title_justify="left", caption=note, caption_justify="left")
    for head in ("指标 indicator", "杠杆数 levers", "影响最大的杠杆 moved most by", "×"):
        table.add_column(head, overflow="fold")
    names = {lever.id: lever.name_zh for lever in levers().values()}
    for aim in found.aims:
        if aim.area is None:
            table.add_row(aim.id, str(len(aim.effects)), "; ".join(_strongest(found, aim, names)), f"{aim.apart[-1]:.2f}")
    return table


def _strongest(found: Effects, aim: Aimed, names: dict[str, str]) -> list[str]:
    """The levers that move the final value most, as 'name setting: effect ± sd'."""
    ends = []
    for name, (mean, sd) in aim.effects.items():
        k = int(np.abs(mean[:, -1]).argmax())
        ends.append((abs(mean[k, -1]), f"{names[name]} {found.curve(name).at[k]:g}: {mean[k, -1]:+.3g} ± {sd[k, -1]:.2g}"))
    return [words for _, words in sorted(ends, reverse=True)[:MOST]]
