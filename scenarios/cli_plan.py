"""The commands about a plan of one's own, and about who answers for what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenarios.cli import AsJson, PlanName

app = typer.Typer()
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The plan's folder. 规划文件夹。")]


@app.command("new")
def plan_new(folder: Folder, as_json: AsJson = False) -> None:
    """Write a commented template (plan.xlsx, plan.yaml, baseline.yaml) for a plan of your own. 新建自己的规划模板。

    Fill in the workbook, or the YAML files; then `renshe plan fill DIR` and `renshe plan check DIR`.

    Example: renshe plan new my-city
    """
    from scenarios.own_plan import new
    from scenarios.terminal import print_json

    made = [str(place) for place in new(folder)]
    if as_json:
        return print_json({"written": made})
    print("\n".join(f"已写入 / written: {place}" for place in made))
    print(f"下一步 / next: 填写 plan.xlsx，然后 renshe plan fill {folder}")
    return None


@app.command("fill")
def plan_fill(folder: Folder, as_json: AsJson = False) -> None:
    """Make a filled-in template a plan that runs: what is not known is imputed from province and nation. 由已填模板生成规划。

    Each imputed figure says its method and source. Every fault of the workbook is listed at once.

    Example: renshe plan fill my-city
    """
    from scenarios.own_plan import fill
    from scenarios.plan_check import faults_of
    from scenarios.terminal import faults_as_json, print_json, show_faults

    written, made = fill(folder)
    faults = faults_of(folder)
    if as_json:
        print_json({"written": [str(place) for place in written], "imputed": made, **faults_as_json(faults)})
        raise typer.Exit(2 if faults else 0)
    print("\n".join(f"已写入 / written: {place}" for place in written))
    for cell in made:
        age = f" {cell['age']}" if "age" in cell else ""
        print(f"  推算 imputed: {cell['quantity']}{age} = {cell['value']:,} {cell['unit']}  （{cell['method']}；{cell['source']}）")
    if faults:
        show_faults(faults)
        raise typer.Exit(2)
    print(f"没有错误，可运行 / no faults; next: renshe run {folder}")


@app.command("owners")
def plan_owners(
    plan: PlanName,
    set_: Annotated[Path | None, typer.Option("--set", metavar="FILE", help="Take the owners of this CSV. 导入责任处室。")] = None,
    template: Annotated[Path | None, typer.Option("--template", metavar="FILE", help="Write a CSV to fill in. 写出待填表。")] = None,
    as_json: AsJson = False,
) -> None:
    """Who answers for each target and commitment 责任处室/县区: carried into every table and export. 责任处室。

    Example: renshe plan owners xuzhou --template owners.csv
    """
    from rich.table import Table

    from model.documents import write_atomically
    from scenarios import load_plan
    from scenarios.owners import keep_owners, owners_as_json, owners_csv
    from scenarios.plans_at_hand import plan_folder
    from scenarios.terminal import print_json, print_table, say

    if template is not None:
        write_atomically(template, owners_csv(load_plan(plan)))
        say(f"已写入 / written: {template}")
        return None
    if set_ is not None:
        say(f"已保存 / kept: {keep_owners(load_plan(plan), set_, plan_folder(plan))}")
    answer = owners_as_json(load_plan(plan))
    if as_json:
        return print_json(answer)
    table = Table("代号 id", "序号 no.", "名称 name", "责任 owner", title=f"{answer['plan']} 责任处室 Owners", title_justify="left")
    for row in answer["owners"]:
        table.add_row(row["id"], row["no"], row["name_zh"], row["owner"] or "")
    return print_table(table)
