"""The commands about many runs: sweep, reproduce, cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.cli import AsJson, Fresh, Threads, Where

if TYPE_CHECKING:
    from scenarios.sweep_results import SweepResults
    from scenarios.sweep_runs import Work

app = typer.Typer()


@app.command("sweep")
def sweep_(
    spec: Annotated[Path | None, typer.Argument(metavar="SPEC.yaml", help="What is varied, and how. 方案文件。")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="DIR", help="Go on with the sweep in this folder. 继续。")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the results. 结果文件夹。")] = None,
    executor: Where = "processes",
    threads: Threads = 1,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """Many runs: a design of levers and uncertainties around a scenario; can be stopped and resumed. 批量运行。

    Example: renshe sweep sweep.yaml --out results/
    """
    from model.threads import processors
    from scenarios.gathering import ClusterLost
    from scenarios.running import RunsFailed
    from scenarios.sweeping import sweep
    from scenarios.terminal import check_writable, progress, say

    folder: list[str] = []

    def ahead(work: Work) -> None:
        folder.append(work.folder)
        workers = processors() // max(1, threads) if executor == "processes" else 1
        say(work.words(max(1, workers)), f"结果 / results: {work.folder}")

    if out is not None:
        check_writable(out)
    try:
        with progress("sweep") as advance:
            found = sweep(
                spec, out=out, resume=resume, executor=executor, threads=threads, fresh=fresh, progress=advance, ahead=ahead
            )
    except RunsFailed as error:
        say(str(error))
        raise typer.Exit(1) from None
    except ClusterLost as error:
        say(f"调度器已断开,已完成的运行都已保存 / the scheduler is gone, what was made is kept: {error}")
        say(*(f"继续 / to go on: renshe sweep --resume {one} --executor {executor}" for one in folder))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say(*(f"继续 / to go on: renshe sweep --resume {one}" for one in folder))
        raise
    _answer(found, as_json)


def _answer(found: SweepResults, as_json: bool) -> None:
    """What a sweep gave: on stdout its id and folder, on stderr its warnings and failures."""
    from scenarios.terminal import print_json, say

    manifest, failures = found.manifest, found.failures
    say(*manifest["warnings"], *(f"run {one['run']} failed: {one['error']}" for one in failures[:5]))
    if as_json:
        print_json({"id": found.id, "folder": str(found.folder), **{k: manifest[k] for k in ("runs", "made", "failed", "wall_seconds")}})
    else:
        typer.echo(f"{found.id}: {manifest['runs']} runs, {manifest['made']} made, {manifest['failed']} failed\n{found.folder}")


@app.command("reproduce")
def reproduce_(
    run_id: Annotated[str, typer.Argument(metavar="RUN_ID", help="Id of a run or sweep, ID:NUMBER, or a sweep's folder. 代号。")],
    executor: Where = "processes",
    threads: Threads = 1,
    as_json: AsJson = False,
) -> None:
    """Make the runs of an id again and compare them, byte by byte, with what was kept. 重现,逐字节核对。

    Example: renshe reproduce s0123456789abcde:17
    """
    from scenarios.recipes import reproduce
    from scenarios.terminal import print_json, progress, say

    with progress(f"reproduce {run_id}") as advance:
        made = reproduce(run_id, executor=executor, threads=threads, progress=advance)
    say(*(f"run {number} failed: {error}" for number, error in made.errors.items()))
    if as_json:
        print_json(made.as_dict())
    else:
        kept = "无可比对 / nothing kept to compare with"
        typer.echo(f"{made.id}: {len(made.same)} 相同 / the same bytes, {len(made.different)} 不同 / different, {len(made.unknown)} {kept}")
    if made.errors or made.different:
        raise typer.Exit(1)


@app.command("cache")
def cache_(
    clear: Annotated[bool, typer.Option("--clear", help="Remove every kept run; results elsewhere stay. 清空。")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build the index anew from the shards. 从分片重建索引。")] = False,
    as_json: AsJson = False,
) -> None:
    """What the store holds, and where; every run in it is checked by its digest when it is used. 已存结果。

    Example: renshe cache
    """
    from scenarios.home import home
    from scenarios.store import Store, set_aside
    from scenarios.store_contents import cleared, contents
    from scenarios.terminal import print_json, say

    if rebuild and (home() / "index.sqlite").exists() and (aside := set_aside(home())) is not None:
        say(f"损坏的索引已移开 / the damaged index was moved aside: {aside}")
    store = Store()
    try:
        found = {"rebuilt": store.rebuild()} if rebuild else {}
        answer = contents(store) | found | ({"cleared": cleared(store)} if clear else {})
    finally:
        store.close()
    if as_json:
        print_json(answer)
        return
    held = f"{answer['runs']} runs, {answer['failed']} failed, {answer['bytes'] / 1e6:,.1f} MB"
    typer.echo(f"{answer['folder']}: {held}; index: {answer['index']}")
    if rebuild:
        typer.echo(f"已重建索引 / rebuilt from shards: {answer['rebuilt']} runs")
    if clear:
        typer.echo(f"已清空 / cleared: {answer['cleared']}")
