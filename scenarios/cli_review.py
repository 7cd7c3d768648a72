"""The commands that hold a plan against what came of it."""

from __future__ import annotations

from pathlib import Path
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
To = Annotated[str | None, typer.Option("--to", metavar="csv|xlsx|FILE", help="Also write the table to a file. 另存为表格。")]
Template = Annotated[
    Path | None,
    typer.Option("--template", metavar="FILE", help="Only write a template of observed values (.csv, .xlsx). 写出观测值模板。"),
]


@app.command("assess")
def assess_(
    plan: PlanName,
    scenario: Annotated[str, typer.Option(metavar="NAME|FILE", help="A preset or a scenario file. 预设名或情景文件。")] = "as-planned",
    observed: ObservedFile = None,
    no_observed: NoObserved = False,
    year: Annotated[int | None, typer.Option(metavar="YYYY", help="中期评估 at the end of this year; default: the plan's last.")] = None,
    to: To = None,
    template: Template = None,
    draws: DrawCount = 20,
    replicates: Replicates = 1,
    scale: Scale = 20,
    seed: Seed = 1,
    threads: Threads = 1,
    executor: Where = "processes",
    prior: Prior = False,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """终期/中期评估: base, target, outturn, completion, verdict, and what made the gap. 规划评估表。

    The outturn is observed where values are given, else simulated. The gap is divided by paired runs (Shapley values).

    Example: renshe assess xuzhou --observed observed.csv --to xlsx
    """
    from scenarios import load_plan
    from scenarios.assess import assess, assessment_as_json
    from scenarios.assess_table import place_of, show, write
    from scenarios.observed_file import write_template
    from scenarios.presets import scenario_called
    from scenarios.terminal import check_writable, print_json, progress, say

    if template is not None:
        write_template(load_plan(plan), template)
        return say(f"已写入 / written: {template}")
    place = None if to is None else place_of(to, load_plan(plan).id)
    if place is not None:
        check_writable(place.parent)
    chosen = scenario_called(scenario, plan)
    with progress(f"{load_plan(plan).id} · {chosen.name}") as advance:
        found = assess(chosen, observed=observed, use_observed=not no_observed, year=year, draws=draws, replicates=replicates,
                       scale=scale, seed=seed, threads=threads, executor=executor, prior=prior, fresh=fresh, progress=advance)
    if place is not None:
        write(found, place)
    print_json(assessment_as_json(found)) if as_json else show(found)
    return None
