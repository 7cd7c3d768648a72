"""The commands about plans, levers, scenarios and runs. Whatever is heavy is imported when a command needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True)
plan_app = typer.Typer(no_args_is_help=True, help="Look at a plan, or check one of your own. 查看规划,或校验自己的规划。")
scenario_app = typer.Typer(no_args_is_help=True, help="Check a scenario file. 校验情景文件。")
app.add_typer(plan_app, name="plan")
app.add_typer(scenario_app, name="scenario")


def register(front: typer.Typer) -> None:
    """Hang these commands on the front door."""
    from scenarios import cli_analysis, cli_goals, cli_next, cli_plan, cli_review, cli_sweeps

    parts = (cli_review, cli_next, cli_sweeps, cli_analysis, cli_goals)
    more = [command for part in parts for command in part.app.registered_commands]
    own = plan_app.registered_commands
    own += [one for one in cli_plan.app.registered_commands if one not in own]
    app.registered_commands += [one for one in more if one not in app.registered_commands]
    front.registered_commands += app.registered_commands
    front.registered_groups += app.registered_groups


PlanName = Annotated[str, typer.Argument(metavar="PLAN", help="A plan's id (renshe plans) or a plan folder. 规划代号或文件夹。")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON on stdout.")]
DrawCount = Annotated[int, typer.Option(help="Draws of the uncertain parameters. 参数抽样数。")]
Replicates = Annotated[int, typer.Option(help="Replicates of the luck of each draw. 每次抽样的重复数。")]
Scale = Annotated[int, typer.Option(help="One simulated person stands for so many; 1 is full scale. 抽样比例,1为全量。")]
Seed = Annotated[int, typer.Option(help="Seed of draws and luck. 随机种子。")]
Until = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Last month; default: the plan's end. 模拟到哪个月。")]
Start = Annotated[
    str | None,
    typer.Option("--from", metavar="YYYY-12", help="Start from this December, known or observed; default: the plan's base. 从哪年末起跑。"),
]
Where = Annotated[str, typer.Option("--executor", help="serial | processes | dask://HOST:PORT")]
Threads = Annotated[int, typer.Option(help="Threads of one city. 每次模拟的线程数。")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make every run anew, in a store of its own. 不用已有结果。")]
Prior = Annotated[
    bool,
    typer.Option("--prior", help="Declared parameter ranges instead of the calibration. 用先验区间,不用校准结果。"),
]
ObservedFile = Annotated[
    Path | None,
    typer.Option("--observed", metavar="FILE", help="Observed values, .csv or .xlsx; default: the plan's observed.csv. 观测值。"),
]
NoObserved = Annotated[bool, typer.Option("--no-observed", help="Leave observed values aside. 不用观测值。")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Also write results.parquet and manifest.json here. 结果另存。")]


@app.command()
def plans(as_json: AsJson = False) -> None:
    """The plans at hand: period, areas, and how their indicators are produced. 现有规划。

    Example: renshe plans
    """
    from scenarios import load_plan
    from scenarios.plan_show import plans_as_json, plans_as_table
    from scenarios.plans_at_hand import plan_ids
    from scenarios.terminal import print_json, print_table

    found = [load_plan(plan) for plan in plan_ids()]
    print_json(plans_as_json(found)) if as_json else print_table(plans_as_table(found))


@plan_app.command("show")
def plan_show(plan: PlanName, as_json: AsJson = False) -> None:
    """One plan whole: targets, tables, commitments, contradictions, where each stands in the document. 查看一个规划。

    Example: renshe plan show xuzhou
    """
    from scenarios import load_plan
    from scenarios.plan_show import plan_as_json, plan_as_table
    from scenarios.terminal import print_json, print_table

    found = load_plan(plan)
    print_json(plan_as_json(found)) if as_json else print_table(plan_as_table(found))


@plan_app.command("check")
def plan_check(
    path: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder, or a plan's id. 规划文件夹或代号。")],
    as_json: AsJson = False,
) -> None:
    """Check a plan folder: every fault at once, with file, line, field, value and fix. 校验规划文件。

    Example: renshe plan check my-city/
    """
    from scenarios.plan_check import folder_faults
    from scenarios.plans_at_hand import plan_folder, plan_ids

    _report(folder_faults(plan_folder(path) if str(path) in plan_ids() else path), as_json)


@scenario_app.command("check")
def scenario_check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file. 情景文件。")], as_json: AsJson = False
) -> None:
    """Check a scenario file without running it. 校验情景文件,不运行。

    Example: renshe scenario check my-scenario.yaml
    """
    from scenarios.scenario_check import faults_of

    _report(faults_of(file), as_json)


def _report(faults: list[Any], as_json: bool) -> None:
    """Print what a check found; exit code 2 when it found anything."""
    from scenarios.terminal import faults_as_json, print_json, show_faults

    if as_json:
        print_json(faults_as_json(faults))
    elif faults:
        show_faults(faults)
    else:
        print("没有错误 / no faults")
    raise typer.Exit(2 if faults else 0)


@app.command("levers")
def levers_(
    plan: PlanName,
    as_json: AsJson = False,
    closure: Annotated[
        bool, typer.Option("--closure", help="Run each employment lever: gross, displaced, net. 逐项模拟就业杠杆的毛、替代与净效应。")
    ] = False,
    draws: DrawCount = 2,
    scale: Scale = 100,
    seed: Seed = 1,
    executor: Where = "processes",
    prior: Prior = False,
    fresh: Fresh = False,
) -> None:
    """The levers of a plan: range, baseline and planned setting, cost, evidence, mechanism. 政策杠杆。

    With --closure each employment lever is run for two years under a low, central and high response of demand.

    Example: renshe levers xuzhou
    """
    from scenarios.lever_table import levers_as_table
    from scenarios.levers import levers_of
    from scenarios.terminal import print_json, print_table, progress

    if closure:
        from scenarios.closure import closure_as_table, closure_of

        with progress(f"{plan} · closure") as advance:
            found = closure_of(plan, draws=draws, scale=scale, seed=seed, executor=executor, prior=prior, fresh=fresh, progress=advance)
        print_json(found) if as_json else print_table(closure_as_table(found))
        return
    answer = levers_of(plan)
    print_json(answer) if as_json else print_table(levers_as_table(answer))


@app.command("run")
def run_(
    plan: PlanName,
    scenario: Annotated[str, typer.Option(metavar="NAME|FILE", help="A preset or a scenario file. 预设名或情景文件。")] = "baseline",
    start: Start = None,
    until: Until = None,
    draws: DrawCount = 20,
    replicates: Replicates = 1,
    scale: Scale = 20,
    seed: Seed = 1,
    threads: Threads = 1,
    executor: Where = "processes",
    prior: Prior = False,
    fresh: Fresh = False,
    observed: ObservedFile = None,
    no_observed: NoObserved = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario and print its scorecard. 运行情景,输出评估表。

    Presets: baseline, as-planned, stress, early-drive, talent-plus, skills-plus. Where values have been observed, the months after
    them go on from what was observed (--no-observed: they do not).

    Example: renshe run xuzhou --scenario as-planned --draws 20 --scale 20

    Example: renshe run xuzhou --from 2025-12 --until 2030-12 --observed observed.csv
    """
    from scenarios import load_plan
    from scenarios.presets import scenario_called
    from scenarios.scorecard import scorecard
    from scenarios.scorecard.whole import whole_as_json, whole_as_table
    from scenarios.terminal import check_writable, print_json, print_table

    if out is not None:
        check_writable(out)
    chosen = scenario_called(scenario, plan)
    results = _results(
        chosen,
        draws=draws,
        replicates=replicates,
        seed=seed,
        scale=scale,
        start=start,
        until=until,
        executor=executor,
        threads=threads,
        prior=prior,
        fresh=fresh,
        observed=observed,
        use_observed=not no_observed,
    )
    if out is not None:
        results.save(out)
    card = scorecard(load_plan(plan), results)
    print_json(whole_as_json(load_plan(plan), card, results)) if as_json else print_table(whole_as_table(load_plan(plan), card, results))


@app.command("compare")
def compare_(
    plan: PlanName,
    scenarios: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO SCENARIO…", help="Presets or files; the first is the base. 首个为对照。"),
    ],
    start: Start = None,
    until: Until = None,
    draws: DrawCount = 20,
    replicates: Replicates = 1,
    scale: Scale = 20,
    seed: Seed = 1,
    threads: Threads = 1,
    executor: Where = "processes",
    prior: Prior = False,
    fresh: Fresh = False,
    observed: ObservedFile = None,
    no_observed: NoObserved = False,
    to: Annotated[str | None, typer.Option("--to", metavar="csv|xlsx|FILE", help="Also write the table to a file. 另存为表格。")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios draw by draw: what differs is policy, not luck. 情景配对比较。

    Example: renshe compare xuzhou baseline as-planned --to xlsx
    """
    from model.documents import BadInput, Fault, both
    from scenarios import load_plan
    from scenarios.compare import compare_as_json
    from scenarios.compare_table import compare_as_csv, compare_as_table, compare_as_workbook
    from scenarios.exports import place_of, write
    from scenarios.presets import scenario_called
    from scenarios.terminal import check_writable, print_json, print_table, say

    if len(scenarios) < 2:
        raise BadInput(
            Fault(
                "compare",
                None,
                "SCENARIO",
                ", ".join(scenarios),
                both("至少两个情景", "two scenarios or more"),
                both("例如 baseline as-planned", "for instance: baseline as-planned"),
            )
        )
    place = None if to is None else place_of(to, f"comparison-{load_plan(plan).id}")
    if place is not None:
        check_writable(place.parent)
    chosen = [scenario_called(name, plan) for name in scenarios]
    how: dict[str, Any] = {
        "draws": draws, "replicates": replicates, "seed": seed, "scale": scale, "start": start, "until": until, "executor": executor,
        "threads": threads, "prior": prior, "fresh": fresh, "observed": observed, "use_observed": not no_observed,
    }  # fmt: skip
    base = _results(chosen[0], **how)
    found = [base, *(_results(one, like=base, **how) for one in chosen[1:])]
    answer = compare_as_json(load_plan(plan), found[0], found[1:])
    if place is not None:
        write(place, lambda: compare_as_csv(load_plan(plan), answer), lambda: compare_as_workbook(load_plan(plan), answer))
        say(f"已写入 / written: {place}")
    print_json(answer) if as_json else print_table(compare_as_table(load_plan(plan), answer))


def _results(scenario: Any, **how: Any) -> Any:
    """The results of a scenario, with progress on stderr and the warnings of the manifest after it."""
    from scenarios import run
    from scenarios.gathering import ClusterLost
    from scenarios.running import RunsFailed
    from scenarios.terminal import progress, say

    try:
        with progress(f"{scenario.plan} · {scenario.name}") as advance:
            results = run(scenario, progress=advance, **how)
    except RunsFailed as error:
        say(f"全部运行失败 / every run failed: {error}")
        raise typer.Exit(1) from None
    except ClusterLost as error:
        say(f"调度器已断开,已完成的运行都已保存,重新运行即可继续 / the scheduler is gone; run again to go on from what is kept: {error}")
        raise typer.Exit(1) from None
    said = how["like"].manifest["warnings"] if how.get("like") else []  # once is enough for all scenarios of a comparison
    news = [words for words in results.manifest["warnings"] if words not in said]
    say(*news, *(f"draw {f['draw']} failed: {f['error']}" for f in results.manifest["failures"]))
    return results
