"""The commands that answer what it would take, and when it fails: goal, discover."""

from __future__ import annotations

from typing import Annotated

import typer

from scenarios.cli import AsJson, Fresh, PlanName, Prior, Scale, Seed, Threads, Until, Where
from scenarios.cli_analysis import Areas, Around, Figure, Luck, listed

app = typer.Typer()
Needed = Annotated[list[str], typer.Option("--indicator", metavar="ID", help="A target's id (plan show); repeatable. 目标代号,可重复。")]


@app.command("goal")
def goal_(
    plan: PlanName,
    indicator: Needed,
    area: Areas = None,
    probability: Annotated[float, typer.Option(help="Each target is met at least so often. 达标频率下限。")] = 0.8,
    target: Annotated[float | None, typer.Option(help="Another value than the plan's, in its unit. 另设目标值。")] = None,
    levers: Annotated[str, typer.Option(metavar="all|ID,…", help="Levers, each as ID or ID=LOW:HIGH. 可用杠杆,可给区间。")] = "all",
    budget: Annotated[
        list[str] | None, typer.Option(metavar="PAYER=YUAN", help="Most extra yuan over the run; payer or total. 预算上限(元)。")
    ] = None,
    price: Annotated[list[str] | None, typer.Option(metavar="LEVER=YUAN", help="Yuan a unit and year. 单位年成本(元)。")] = None,
    include_assumed: Annotated[bool, typer.Option("--include-assumed", help="Also levers of grade D. 含效果为假设的杠杆。")] = False,
    scenario: Around = "baseline",
    draws: Luck = 100,
    points: Annotated[int, typer.Option(help="Points of the levers' ranges a draw, to learn from. 每个抽样的点数。")] = 3,
    fresh_draws: Annotated[int, typer.Option(help="Fresh draws that confirm a setting. 用于验证的新抽样数。")] = 100,
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
    """The cheapest lever setting with P ≥ p, confirmed by fresh runs, or why there is none. 达标所需的最省投入。

    Example: renshe goal xuzhou --indicator subsidised_training_sum --probability 0.8 --levers training_places=113600:200000
    """
    from scenarios.goals import goal
    from scenarios.goals.prices import amounts
    from scenarios.goals.showing import as_figure, as_table, frontier_table, lines
    from scenarios.studies.page import check_place, write_page
    from scenarios.terminal import print_json, print_table, progress, say

    if figure is not None:
        check_place(figure)
    with progress(f"goal {plan}") as advance:
        found = goal(
            plan, indicator, scenario=scenario, areas=area or ["ALL"], probability=probability, target=target, levers=listed(levers),
            budget=amounts(budget or [], "--budget"), prices=amounts(price or [], "--price"), assumed=include_assumed, draws=draws,
            points=points, fresh_draws=fresh_draws, until=until, scale=scale, seed=seed, executor=executor, threads=threads, prior=prior,
            fresh=fresh, progress=advance,
        )  # fmt: skip
    say(*found.context["warnings"])
    if figure is not None:
        write_page(as_figure(found), figure)
        say(f"已写入 / written: {figure}")
    if as_json:
        return print_json(found.as_json())
    typer.echo("\n".join(lines(found)))
    print_table(as_table(found))
    print_table(frontier_table(found))
    return None


@app.command("discover")
def discover_(
    plan: Annotated[str | None, typer.Argument(metavar="PLAN", help="A plan's id or folder; not needed with --sweep. 规划。")] = None,
    indicator: Annotated[
        list[str] | None, typer.Option("--indicator", metavar="ID", help="A target's id; repeatable; default: all. 目标代号。")
    ] = None,
    area: Areas = None,
    sweep: Annotated[str | None, typer.Option(metavar="DIR", help="The folder of a sweep instead of fresh draws. 批次文件夹。")] = None,
    scenario: Around = "as-planned",
    rules: Annotated[int, typer.Option(help="Most rules a target. 每个目标的规则数。")] = 2,
    draws: Luck = 200,
    until: Until = None,
    scale: Scale = 50,
    seed: Seed = 1,
    executor: Where = "processes",
    threads: Threads = 1,
    prior: Prior = False,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """When a target fails, as rules in plain words: 若…且…则未达标频率…, with coverage and density. 情景发现。

    Example: renshe discover xuzhou --indicator new_urban_employment_sum --draws 200
    """
    from scenarios.discovery import discover
    from scenarios.discovery.words import as_table, lines
    from scenarios.terminal import print_json, print_table, progress

    with progress(f"discover {sweep or plan}") as advance:
        found = discover(
            plan, indicator or ["all"], scenario=scenario, areas=area or ["ALL"], sweep=sweep, draws=draws, rules=rules, until=until,
            scale=scale, seed=seed, executor=executor, threads=threads, prior=prior, fresh=fresh, progress=advance,
        )  # fmt: skip
    if as_json:
        return print_json({"indicators": [one.as_json() for one in found]})
    typer.echo("\n".join(lines(found)))
    if any(one.rules for one in found):
        print_table(as_table(found))
    return None
