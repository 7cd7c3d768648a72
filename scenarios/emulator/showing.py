"""What an emulator knows, as a table: error, quality and whether it may be believed, target by target."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.emulator.artefact import Emulator


def as_table(found: Emulator) -> Table:
    """One row a target; the levers' ranges stand below."""
    from rich.table import Table

    ranges = " · ".join(f"{f.id} {f.low:g} … {f.high:g} {f.unit}" for f in found.levers)
    title = f"{found.context['plan']} · {found.context['scenario']} · {found.context['draws']} draws"
    table = Table(title=title, title_justify="left", caption=f"适用范围 valid within: {ranges}", caption_justify="left")
    heads = ("指标 indicator", "单位 unit", "折外误差 out-of-fold error", "Q²", "频率偏差 bias of frequency", "可信 believed")
    for head in heads:
        table.add_column(head, overflow="fold")
    for aim in found.aims:
        one, digits = found.responses[aim.name], aim.task.decimals + 2
        area = f" · {aim.task.area}" if aim.task.area else ""
        said = "是 yes" if found.believed(aim) else "否 no"
        quality = f"{one.quality:.2f}" if one.moved else "无杠杆能改变 unmoved"
        bias = f"{one.bias * 100:+.1f} ± {one.bias_error * 100:.1f} pp"
        table.add_row(f"{aim.task.name_zh}{area} {aim.task.id}", aim.task.unit, f"± {one.sigma:,.{digits}f}", quality, bias, said)
    return table
