"""A sensitivity analysis for people: a table for the terminal, and bars with their confidence as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.sensitivities.indices import MORRIS, RANKED_BY
from scenarios.studies.page import FONT, LEAST, MOST

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.sensitivities.analysis import Sensitivity

KINDS = {"lever": "杠杆 lever", "uncertainty": "参数 uncertainty", "growth": "外生 exogenous"}
FULL = {"lever": 1.0, "uncertainty": 0.55, "growth": 0.75}


def as_table(found: Sensitivity, top: int = 6) -> Table:
    """The strongest factors of every aim."""
    from rich.table import Table

    heads = (
        ("全程变化 change over the range", "均幅 mean size ± 95 %", "交互 interaction")
        if found.method == MORRIS
        else ("独自 S1 ± 95 %", "总效应 ST ± 95 %", "交互 ST − S1")
    )
    title = f"{found.context['plan']} · {found.context['scenario']} · {found.method} · {found.runs} runs"
    table = Table(title=title, title_justify="left")
    for head in ("指标 indicator", "因素 factor", "类别 kind", *heads):
        table.add_column(head, overflow="fold")
    names = {factor.id: factor for factor in found.factors}
    for aim in found.aims:
        digits, area = aim.task.decimals + 2, f" · {aim.task.area}" if aim.task.area else ""
        rows = found.of(aim)
        rows = rows[rows[RANKED_BY[found.method]] > 0].head(top)
        if aim.name in found.unmoved or rows.empty:
            table.add_row(f"{aim.task.name_zh}{area}", "没有因素能改变它 / no factor moves it", "", "", "", "")
        for i, (_, row) in enumerate(rows.iterrows()):
            factor = names[str(row["factor"])]
            head = f"{aim.task.name_zh}{area}\n{aim.task.unit}" if i == 0 else ""
            mark = " D 效果为假设" if factor.evidence == "D" else ""
            table.add_row(head, f"{factor.name_zh} {factor.id}", KINDS[factor.kind] + mark, *_cells(row, found.method, digits))
        table.add_section()
    return table


def _cells(row: Any, method: str, digits: int) -> tuple[str, str, str]:
    if method == MORRIS:
        size = f"{row['mu_star']:,.{digits}f} ± {row['mu_star_conf']:,.{digits}f}"
        return f"{row['mu']:+,.{digits}f}", size, f"{row['sigma']:,.{digits}f}"
    alone, whole = row["S1"], row["ST"]
    return f"{alone:.2f} ± {row['S1_conf']:.2f}", f"{whole:.2f} ± {row['ST_conf']:.2f}", f"{max(whole - alone, 0.0):.2f}"


def as_figure(found: Sensitivity, top: int = 10) -> Any:
    """One panel an aim: its strongest factors as bars with 95 % intervals."""
    from plotly.graph_objects import Bar
    from plotly.subplots import make_subplots

    aims = [aim for aim in found.aims if aim.name not in found.unmoved] or list(found.aims)
    titles = [f"{aim.task.name_zh}{' · ' + aim.task.area if aim.task.area else ''}({aim.task.unit})" for aim in aims]
    figure = make_subplots(rows=len(aims), cols=1, subplot_titles=titles, vertical_spacing=0.35 / max(len(aims), 1) / 2)
    by = RANKED_BY[found.method]
    for row_number, aim in enumerate(aims, 1):
        rows = found.of(aim).head(top).iloc[::-1]
        raises = rows["mu"] >= 0 if found.method == MORRIS else rows[by] >= 0
        colours = [MOST if up else LEAST for up in raises]
        bars = Bar(x=rows[by], y=rows["factor"], orientation="h", error_x={"type": "data", "array": rows[f"{by}_conf"]},
                   marker={"color": colours, "opacity": [FULL[kind] for kind in rows["kind"]]}, showlegend=False,
                   customdata=rows["kind"], hovertemplate="%{y} (%{customdata}): %{x:.4g}<extra></extra>")
        figure.add_trace(bars, row=row_number, col=1)
    words = "Sobol ST：所解释的方差份额(含交互)"
    if found.method == MORRIS:
        words = "Morris μ*：因素走完全程时指标的平均变幅；蓝为提高，褐为降低"
    title = f"{found.context['plan']} · {found.context['scenario']}<br><sup>{words}；误差线为 95 % 区间</sup>"
    figure.update_layout(title=title, height=160 + 290 * len(aims), font={"family": FONT}, margin={"l": 260}, template="plotly_white")
    return figure
