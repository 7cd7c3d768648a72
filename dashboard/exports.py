"""What the page shows, as a table to take away: the scorecard, and the plan's annual breakdown beside the simulated areas.

Numbers stay numbers, in the plan's own units; words are in the language of the page. Who answers for a row, and what the scenario costs by
payer and year, go with every file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.reading import area_rows, block_of, city_rows, simulated, targets_of
from dashboard.words import Lang, named, say, unit_words
from scenarios.budget import budget_sheet
from scenarios.exports import Sheet, csv_bytes
from scenarios.verdicts import flag_words, in_words

JSON = Mapping[str, Any]
Table = tuple[list[str], list[list[Any]]]
WHAT, KINDS = ("scorecard", "counties"), ("xlsx", "csv")
TYPES = {"csv": "text/csv;charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_SCORECARD = (
    "col_no", "col_name", "xcol_area", "xcol_block", "xcol_attribute", "xcol_unit", "col_baseline", "xcol_op", "col_target", "xcol_basis",
    "xcol_target_year", "xcol_p10", "xcol_p50", "xcol_p90", "xcol_met", "xcol_n", "col_frequency", "xcol_low", "xcol_high", "xcol_light",
    "col_completion", "xcol_schedule", "col_verdict", "xcol_share", "xcol_flags", "xcol_owner",
)  # fmt: skip
_COUNTIES = (
    "xcol_table", "col_name", "xcol_area", "xcol_year", "xcol_unit", "xcol_planned", "xcol_p10", "xcol_p50", "xcol_p90", "xcol_owner",
)  # fmt: skip


def file_of(what: str, kind: str, plan: JSON, run: JSON, lang: Lang) -> tuple[str, bytes]:
    """Name and bytes of a file. what: scorecard or counties; kind: xlsx or csv. Raises KeyError for others."""
    head, rows = {"scorecard": scorecard_table, "counties": county_table}[what](plan, run, lang)
    name = f"{plan['id']}-{run['scenario']}-{say(f'file_{what}', lang)}.{kind}".replace(" ", "")
    money = budget_sheet({run["scenario"]: run["budget"]}, lang) if run.get("budget") else Sheet("", (), ())
    if kind not in KINDS:
        raise KeyError(kind)
    return name, csv_bytes(head, rows, money) if kind == "csv" else _as_xlsx(head, rows, money)


def scorecard_table(plan: JSON, run: JSON, lang: Lang) -> Table:
    """One row a target of the whole city; what is not simulated yet has no simulated columns."""
    rows = city_rows(run)
    return [say(key, lang) for key in _SCORECARD], [_target_row(target, rows.get(target["id"]), lang) for target in targets_of(plan)]


def _target_row(target: JSON, row: JSON | None, lang: Lang) -> list[Any]:
    block, attribute = block_of(target, row), {"约束性": "binding", "预期性": "expected"}.get(str(target.get("attribute")))
    basis = target.get("target_basis")
    plan = [
        target["no"], named(dict(target), lang), say("whole_city", lang), say(f"block_{block}_short", lang),
        say(attribute, lang) if attribute else "", unit_words(target["unit"], lang), target.get("baseline"),
        say("op_" + target["op"], lang), target["target"],
        say(f"basis_{basis}", lang) if basis in ("period_sum", "every_year", "period_mean") else "", target["target_year"],
    ]  # fmt: skip
    if row is None or not simulated(row):
        return [*plan, *[None] * (len(_SCORECARD) - len(plan) - 1), target.get("owner") or ""]
    final, interval = row["final"], row.get("interval") or (None, None)
    light = row.get("light")
    return [
        *plan, final["p10"], final["p50"], final["p90"], row.get("met"), row.get("n"), row.get("probability"), *interval,
        say(f"light_{light}", lang) if light else "", row.get("completion"), row.get("schedule"),
        in_words(row["verdict"], lang) if row.get("verdict") else "", row.get("share"),
        say("list_stop", lang).join(flag_words(flag, lang) for flag in row.get("flags") or ()),
        row.get("owner") or target.get("owner") or "",
    ]  # fmt: skip


def county_table(plan: JSON, run: JSON, lang: Lang) -> Table:
    """One row a table, area and year of the plan's breakdowns: the plan's figure and, where simulated, the band of that year."""
    targets = {target["id"]: target for target in targets_of(plan)}
    areas = {area["id"]: area for area in plan.get("areas", ())}
    rows: list[list[Any]] = []
    for table in plan.get("breakdowns", ()):
        target = targets.get(table.get("target"))
        if target is None:
            continue
        own = area_rows(run, target["id"])
        for cell in table["rows"]:
            row = own.get(str(cell.get("area_id")))
            band = ((row or {}).get("by_year") or {}).get(str(cell["year"])) if simulated(row) else None
            place = cell["area"] if lang == "zh" else named(areas.get(cell.get("area_id"), {"name_zh": cell["area"]}), lang)
            words = [str(table["table"]), named(target, lang), place, int(cell["year"]), unit_words(table["unit"], lang), cell["value"]]
            owner = f"{place}·{target['owner']}" if target.get("owner") else place
            rows.append([*words, *[(band or {}).get(part) for part in ("p10", "p50", "p90")], owner])
    return [say(key, lang) for key in _COUNTIES], rows


def _as_xlsx(head: Sequence[str], rows: Sequence[Sequence[Any]], money: Sheet) -> bytes:
    from scenarios.workbook import workbook_bytes

    return workbook_bytes("renshe", head, rows, None, money)
