"""The command about calibration. Whatever is heavy is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


def register(front: typer.Typer) -> None:
    """Hang the command on the front door."""
    front.registered_commands += app.registered_commands


@app.command("calibrate")
def calibrate_(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A plan's id (renshe plans) or a plan folder. 规划代号或文件夹。")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted calibration stopped. 接着上次中断处。")] = False,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the artefact here, not into the plan. 结果另存。")] = None,
    draws: Annotated[int, typer.Option(help="Draws to try; at least 1,000 are kept. 抽样数,至少保留 1000。")] = 1200,
    seed: Annotated[int, typer.Option(help="Seed of draws and luck. 随机种子。")] = 1,
    scale: Annotated[int | None, typer.Option(help="Persons a row; default: about 60,000 rows. 抽样比例。")] = None,
    executor: Annotated[str, typer.Option("--executor", help="serial | processes | dask://HOST:PORT")] = "processes",
    as_json: Annotated[bool, typer.Option("--json", help="The certificate as JSON on stdout.")] = False,
) -> None:
    """Fit the base year: set the declared intercepts so that the baseline year's figures come out. 基期校准。

    Reads the plan's baseline only, never a target. Writes posterior.parquet and certificate.json.

    Example: renshe calibrate xuzhou
    """
    from calibration.calibrate import calibrate
    from calibration.fit_table import fit_as_table
    from scenarios.terminal import print_json, print_table, progress, say

    with progress(f"{plan} · 基期校准 calibration") as advance:
        made = calibrate(plan, draws=draws, seed=seed, scale=scale, executor=executor, resume=resume, out=out, progress=advance)
    print_json(made.certificate) if as_json else print_table(fit_as_table(made.certificate))
    say(f"{made.folder}: posterior.parquet, certificate.json")
