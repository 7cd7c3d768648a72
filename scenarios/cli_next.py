"""The commands about what comes next: targets for the next plan, and a target divided among areas and months."""

from __future__ import annotations

from typing import Annotated

import typer

from scenarios.cli import (
    AsJson,
    DrawCount,
    Fresh,
    NoObserved,
    ObservedFile,
    PlanName,
    Prior,
    Replicates,
    Scale,
    Seed,
    Threads,
    Where,
)

app = typer.Typer()
ScenarioName = Annotated[str, typer.Option("--scenario", metavar="NAME|FILE", help="A preset or a scenario file. 预设名或情景文件。")]
To = Annotated[str | None, typer.Option("--write", metavar="csv|xlsx|FILE", help="Also write the table to a file. 另存为表格。")]
By = Annotated[str, typer.Option("--by", metavar="given|base|labour|equal", help="Whose tasks go along the months. 月度按哪种分解。")]
ByArea = Annotated[bool, typer.Option("--areas", help="Also print the rows of areas. 同时显示各地区。")]


@app.command("targets")
def targets_(
    plan: PlanName,
    to: Annotated[int, typer.Option("--to", metavar="YYYY", help="Last year of the next plan. 下一期规划末年。")] = 2030,
    scenario: ScenarioName = "as-planned",
    hold: Annotated[bool, typer.Option("--hold/--no-hold", help="Settings of the plan's last month go on. 延续期末力度。")] = True,
    areas: ByArea = False,
    write_to: To = None,
    observed: ObservedFile = None,
    no_observed: NoObserved = False,
    draws: DrawCount = 40,
    replicates: Replicates = 1,
    scale: Scale = 20,
    seed: Seed = 1,
    threads: Threads = 1,
    executor: Where = "processes",
    prior: Prior = False,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """指标测算: what would be met with P = .5, .7, .85, .95 in the next plan, by indicator and area. 下一期指标测算。

    Proposes an attribute (only P ≥ .85 may be 约束性) and a value rounded as plans print them; warns where a target would have no
    force or rests on effects that are assumptions.

    Example: renshe targets xuzhou --to 2030 --observed observed.csv
    """
    from scenarios import load_plan
    from scenarios.exports import place_of, write
    from scenarios.presets import scenario_called
    from scenarios.targets import proposals_as_csv, proposals_as_json, proposals_as_table, proposals_as_workbook, propose
    from scenarios.terminal import check_writable, print_json, print_table, progress, say

    place = None if write_to is None else place_of(write_to, f"targets-{load_plan(plan).id}-{to}")
    if place is not None:
        check_writable(place.parent)
    chosen = scenario_called(scenario, plan)
    with progress(f"{load_plan(plan).id} · {chosen.name}") as advance:
        found = propose(chosen, to=to, hold=hold, observed=observed, use_observed=not no_observed, draws=draws, replicates=replicates,
                        scale=scale, seed=seed, threads=threads, executor=executor, prior=prior, fresh=fresh, progress=advance)
    if place is not None:
        write(place, lambda: proposals_as_csv(found), lambda: proposals_as_workbook(found))
        say(f"已写入 / written: {place}")
    print_json(proposals_as_json(found)) if as_json else print_table(proposals_as_table(found, areas=areas))


@app.command("allocate")
def allocate_(
    plan: PlanName,
    indicator: Annotated[str, typer.Option("--indicator", metavar="ID", help="A target's id, number or name. 指标代号、序号或名称。")],
    scenario: ScenarioName = "as-planned",
    value: Annotated[float | None, typer.Option("--value", help="Another total, in the target's unit. 另给总量。")] = None,
    to: Annotated[int | None, typer.Option("--to", metavar="YYYY", help="Last year of the next plan, with --value. 下一期末年。")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="The month that is asked about. 查看哪个月。")] = None,
    by: By = "given",
    write_to: To = None,
    observed: ObservedFile = None,
    no_observed: NoObserved = False,
    draws: DrawCount = 40,
    replicates: Replicates = 1,
    scale: Scale = 20,
    seed: Seed = 1,
    threads: Threads = 1,
    executor: Where = "processes",
    prior: Prior = False,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """分解: a target divided among areas and months, and which given tasks are off. 指标分解到地区和月份。

    Three ways: by base share, by labour force, and so that every area is as likely to meet its task. Given tasks are too hard or too easy
    where the common probability lies outside the interval of theirs.

    Example: renshe allocate xuzhou --indicator new_urban_employment_sum
    """
    from model.documents import BadInput, Fault, unknown_name
    from scenarios import load_plan
    from scenarios.allocation import allocate, allocation_as_csv, allocation_as_json, allocation_as_table, allocation_as_workbook
    from scenarios.exports import place_of, write
    from scenarios.presets import scenario_called
    from scenarios.terminal import check_writable, print_json, print_table, progress, say

    ways = ("given", "base", "labour", "equal")
    if by not in ways:
        raise BadInput(Fault("--by", None, "by", by, *unknown_name(by, ways)))
    place = None if write_to is None else place_of(write_to, f"allocation-{load_plan(plan).id}-{indicator}")
    if place is not None:
        check_writable(place.parent)
    chosen = scenario_called(scenario, plan)
    with progress(f"{load_plan(plan).id} · {chosen.name}") as advance:
        found = allocate(chosen, indicator, value=value, to=to, month=month, by=by, observed=observed, use_observed=not no_observed,
                         draws=draws, replicates=replicates, scale=scale, seed=seed, threads=threads, executor=executor, prior=prior,
                         fresh=fresh, progress=advance)
    if place is not None:
        write(place, lambda: allocation_as_csv(found), lambda: allocation_as_workbook(found))
        say(f"已写入 / written: {place}")
    print_json(allocation_as_json(found)) if as_json else print_table(allocation_as_table(found))
