"""The commands that ask what lies behind results: sensitivity, why, emulate, effects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from scenarios.cli import AsJson, Fresh, PlanName, Prior, Scale, Seed, Threads, Until, Where

app = typer.Typer()
Around = Annotated[str, typer.Option("--scenario", metavar="NAME|FILE", help="A preset or a scenario file. 预设名或情景文件。")]
Levers = Annotated[
    str, typer.Option(metavar="all|none|ID,…", help="Levers, each as ID or ID=LOW:HIGH in its unit. 杠杆,可给区间。")
]
Indicators = Annotated[
    list[str] | None, typer.Option("--indicator", metavar="ID", help="A target's id (plan show); may be repeated. 目标代号,可重复。")
]
Areas = Annotated[list[str] | None, typer.Option("--area", metavar="ID|all", help="An area with a task; may be repeated. 地区,可重复。")]
Figure = Annotated[Path | None, typer.Option(metavar="FILE.html", help="Also write a figure, one page without network. 另存图。")]
Luck = Annotated[int, typer.Option(help="Draws of parameters and luck. 抽样数。")]


def listed(text: str) -> list[str]:
    """The words of a list with commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


@app.command("sensitivity")
def sensitivity_(
    plan: PlanName,
    scenario: Around = "baseline",
    method: Annotated[str, typer.Option(metavar="morris|sobol", help="morris screens; sobol divides variance. 方法。")] = "morris",
    indicator: Indicators = None,
    area: Areas = None,
    levers: Levers = "all",
    uncertainties: Annotated[str, typer.Option(metavar="all|none|NAME,…", help="Uncertain parameters. 不确定参数。")] = "all",
    growth: Annotated[bool, typer.Option(help="Vary GDP growth by a point either way. 增速加减一个百分点。")] = True,
    size: Annotated[int | None, typer.Option(help="Trajectories (morris, 10) or base points (sobol, 64). 样本数。")] = None,
    draws: Annotated[int, typer.Option(help="Every point is run with the luck of so many draws. 每点的运气数。")] = 1,
    top: Annotated[int, typer.Option(help="Factors shown for each indicator. 每个指标列出的因素数。")] = 6,
    until: Until = None,
    scale: Scale = 50,
    seed: Seed = 1,
    executor: Where = "processes",
    threads: Threads = 1,
    prior: Prior = False,
    fresh: Fresh = False,
    figure: Figure = None,
    as_json: AsJson = False,
) -> None:
    """Which levers and uncertainties drive which indicators, with 95 % confidence. 敏感性分析。

    Example: renshe sensitivity xuzhou --method sobol --indicator ui_insured_2025 --levers startup_loans,campus_tours
    """
    from scenarios.sensitivities import sensitivity
    from scenarios.sensitivities.showing import as_figure, as_table
    from scenarios.studies.page import check_place, write_page
    from scenarios.terminal import print_json, print_table, progress, say

    if figure is not None:
        check_place(figure)
    with progress(f"sensitivity {plan}") as advance:
        found = sensitivity(
            plan, scenario=scenario, method=method, levers=listed(levers), uncertainties=listed(uncertainties), growth=growth, size=size,
            indicators=indicator or ["all"], areas=area or ["ALL"], draws=draws, until=until, scale=scale, seed=seed, executor=executor,
            threads=threads, prior=prior, fresh=fresh, progress=advance,
        )  # fmt: skip
    say(*found.notes)
    if figure is not None:
        write_page(as_figure(found), figure)
        say(f"已写入 / written: {figure}")
    print_json(found.as_json()) if as_json else print_table(as_table(found, top))


@app.command("why")
def why_(
    plan: PlanName,
    scenario: Around = "as-planned",
    against: Annotated[str, typer.Option(metavar="NAME|FILE", help="The other scenario; with --gap, the start. 对照。")] = "baseline",
    indicator: Indicators = None,
    area: Areas = None,
    gap: Annotated[bool, typer.Option("--gap", help="Split target − scenario instead of scenario − against. 分解目标差距。")] = False,
    by: Annotated[str, typer.Option(metavar="lever|mechanism", help="Levers one by one, or a mechanism's together. 分组。")] = "lever",
    seed_against: Annotated[int | None, typer.Option(help="Another seed there: luck becomes a cause. 另一方的种子。")] = None,
    pairs: Annotated[int, typer.Option(help="Sampled orders and reverses a draw, with over four causes. 抽取次序数。")] = 1,
    exactly: Annotated[bool, typer.Option("--exact", help="Run every set of causes. 全部组合。")] = False,
    draws: Luck = 20,
    until: Until = None,
    scale: Scale = 50,
    seed: Seed = 1,
    executor: Where = "processes",
    threads: Threads = 1,
    prior: Prior = False,
    fresh: Fresh = False,
    figure: Figure = None,
    as_json: AsJson = False,
) -> None:
    """Why two scenarios differ, or a target is missed: levers, exogenous drivers, chance; sums exactly. 差异与差距分解。

    Example: renshe why xuzhou --scenario as-planned --against baseline --indicator ui_insured_2025 --figure why.html
    """
    from scenarios.studies.page import check_place, write_page
    from scenarios.terminal import print_json, print_table, progress, say
    from scenarios.waterfall import why
    from scenarios.waterfall.showing import as_figure, as_table

    if figure is not None:
        check_place(figure)
    with progress(f"why {plan}") as advance:
        found = why(
            plan, scenario=scenario, against=against, indicators=indicator or ["all"], areas=area or ["ALL"], gap=gap, by=by, pairs=pairs,
            exactly=exactly, draws=draws, seed=seed, seed_against=seed_against, until=until, scale=scale, executor=executor,
            threads=threads, prior=prior, fresh=fresh, progress=advance,
        )  # fmt: skip
    if figure is not None:
        write_page(as_figure(found), figure)
        say(f"已写入 / written: {figure}")
    if as_json:
        return print_json({"plan": plan, "splits": [one.as_json() for one in found]})
    for one in found:
        print_table(as_table(one))
    return None


@app.command("emulate")
def emulate_(
    plan: PlanName,
    scenario: Around = "baseline",
    levers: Levers = "all",
    indicator: Indicators = None,
    area: Areas = None,
    points: Annotated[int, typer.Option(help="Points of the levers' ranges a draw, beside rest. 每个抽样的点数。")] = 3,
    draws: Luck = 64,
    until: Until = None,
    scale: Scale = 50,
    seed: Seed = 1,
    executor: Where = "processes",
    threads: Threads = 1,
    prior: Prior = False,
    fresh: Fresh = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE.json", help="Where to write it; default: in RENSHE_HOME. 写到何处。")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the plan's emulator: a small file that answers for levers at once, with its out-of-fold error. 仿真器。

    Example: renshe emulate xuzhou --levers training_places,startup_loans --out emulator.json
    """
    from scenarios.emulator import emulate
    from scenarios.emulator.artefact import place_of
    from scenarios.emulator.showing import as_table
    from scenarios.plans_at_hand import load_plan
    from scenarios.terminal import check_writable, print_json, print_table, progress, say

    place = out or place_of(load_plan(plan).id)
    check_writable(place.parent)
    with progress(f"emulate {plan}") as advance:
        found = emulate(
            plan, scenario=scenario, levers=listed(levers), indicators=indicator or ["all"], areas=area or ["ALL"], points=points,
            draws=draws, until=until, scale=scale, seed=seed, executor=executor, threads=threads, prior=prior, fresh=fresh,
            progress=advance,
        )  # fmt: skip
    found.save(place)
    say(*found.context["warnings"], f"已写入 / written: {place}")
    print_json(_about(found, place)) if as_json else print_table(as_table(found))


def _about(found: Any, place: Path) -> dict[str, Any]:
    """The document of `emulate --json`: the artefact without its columns of draws."""
    whole = found.as_json()
    long = ("at_rest", "slope", "main", "cross", "knots")
    short = [{key: value for key, value in row.items() if key not in long} for row in whole["indicators"]]
    return {**whole, "indicators": short, "file": str(place)}


@app.command("effects")
def effects_(
    plan: PlanName,
    levers: Levers = "all",
    draws: Annotated[int, typer.Option(help="Draws of parameters and luck, the same at every setting. 抽样数。")] = 8,
    scale: Scale = 50,
    seed: Seed = 1,
    executor: Where = "processes",
    threads: Threads = 1,
    prior: Prior = False,
    fresh: Fresh = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE.json", help="Where to write it; default: in RENSHE_HOME. 写到何处。")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what each lever by itself does to each target: what the cockpit's preview adds up. 举措效应(驾驶舱预览用)。

    Example: renshe effects haining --levers training_places,campus_tours --out effects.json
    """
    from model.documents import BadInput, Fault, both
    from scenarios.effects import measure_effects, save_effects
    from scenarios.effects.artefact import effects_as_json, place_of
    from scenarios.effects.showing import as_table
    from scenarios.plans_at_hand import load_plan
    from scenarios.terminal import check_writable, print_json, print_table, progress, say

    chosen = [] if levers == "all" else listed(levers)
    if out is None and (chosen or prior):
        fix = both("请加 --out：驾驶舱只用全部杠杆、校准参数的效应", "add --out FILE: the cockpit uses all levers, as calibrated")
        raise BadInput(Fault("--out", None, "out", "-", "FILE.json", fix))
    place = out or place_of(load_plan(plan).id)
    check_writable(place.parent)
    with progress(f"effects {plan}") as advance:
        found = measure_effects(
            plan, only=chosen, draws=draws, scale=scale, seed=seed, executor=executor, threads=threads,
            prior=prior, fresh=fresh, progress=advance,
        )  # fmt: skip
    save_effects(found, place)
    say(*found.context["warnings"], f"已写入 / written: {place}")
    print_json({**effects_as_json(found), "file": str(place)}) if as_json else print_table(as_table(found))
