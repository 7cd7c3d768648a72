"""Totals of the printed tables against their cells, and of the annex against the main table."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from model.documents import Fault, FieldPath
from scenarios.plan_checks.draft import Draft, Entry
from scenarios.plan_schema import Breakdown, Commitment, Conflict, Target
from scenarios.units import UnknownUnit, to_base

CHECK_BOTH = (
    "请核对；原文若自相矛盾，写入 conflicts / check both; where the document contradicts itself, add a conflict"
)


def table_faults(draft: Draft) -> Iterator[Fault]:
    """Faults of shape and sums of every table of a plan file."""
    targets = {entry.record.id: entry.record for entry in draft.entries("targets", Target)}
    promises = {entry.record.id: entry.record for entry in draft.entries("commitments", Commitment)}
    disputed = {name for entry in draft.entries("conflicts", Conflict) for name in entry.record.about}
    for entry in draft.entries("breakdowns", Breakdown):
        shape = list(_shape(draft, entry))
        yield from shape
        if shape:
            continue
        yield from _sums(draft, entry)
        table = entry.record
        if table.table in disputed or (table.target in disputed and table.target):
            continue
        if table.target in targets:
            yield from _against_target(draft, entry, targets[table.target])
        if table.commitment in promises:
            yield from _against_commitment(draft, entry, promises[table.commitment])


def _shape(draft: Draft, entry: Entry[Breakdown]) -> Iterator[Fault]:
    table, width = entry.record, len(entry.record.years)
    lists: dict[FieldPath, int] = {("rows", name): len(cells) for name, cells in table.rows.items()}
    if table.column_totals is not None:
        lists["column_totals",] = len(table.column_totals)
    for path, length in lists.items():
        if length != width:
            yield draft.fault(
                (*entry.path, *path),
                length,
                f"{width} 个数，每年一个 / {width} numbers, one for each year",
                "请补齐或删去多余的数 / add the missing number or remove the extra one",
            )
    if list(table.years) != sorted(set(table.years)):
        yield draft.fault(
            (*entry.path, "years"),
            list(table.years),
            "递增的年份 / rising years",
            "请按年份排列 / put the years in order",
        )


def decimals_of(value: float) -> int:
    """Decimals that a number needs as written: 0.3 → 1, 11.0 → 0."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _sums(draft: Draft, entry: Entry[Breakdown]) -> Iterator[Fault]:
    table, rows = entry.record, entry.record.rows
    for name, printed in (table.row_totals or {}).items():
        if name in rows:
            yield from _sum(draft, (*entry.path, "row_totals", name), printed, rows[name], table)
    columns = list(zip(*rows.values(), strict=True))
    for place, printed in enumerate(table.column_totals or ()):
        yield from _sum(draft, (*entry.path, "column_totals", place), printed, columns[place] if columns else (), table)
    if table.grand_total is not None:
        cells = tuple(cell for row in rows.values() for cell in row)
        yield from _sum(draft, (*entry.path, "grand_total"), table.grand_total, cells, table)


def _sum(
    draft: Draft, path: FieldPath, printed: float, cells: tuple[float | None, ...], table: Breakdown
) -> Iterator[Fault]:
    """A printed total must equal its cells at the table's decimals; a column with an empty cell has no sum to check."""
    if any(cell is None for cell in cells):
        return
    numbers = [Decimal(repr(cell)) for cell in cells if cell is not None]
    total = sum(numbers, Decimal(0))
    places = table.decimals if table.decimals is not None else max(decimals_of(float(n)) for n in [*numbers, total])
    if abs(total - Decimal(repr(printed))) > Decimal(5) * Decimal(10) ** -(places + 1):
        yield draft.fault(
            path,
            f"{printed:g}",
            f"各项之和 {total} / the sum of its cells, {total}",
            "请对照原文核对各格与合计 / compare cells and total with the document",
        )


def _against_target(draft: Draft, entry: Entry[Breakdown], target: Target) -> Iterator[Fault]:
    """A five-year sum is the annex's grand total; a stock is the annex's total of its base year and its target year."""
    table = entry.record
    pairs: list[tuple[str, float | None, float | None]] = []
    if target.target_basis == "period_sum":
        pairs.append(("grand_total", table.grand_total, target.target))
    elif target.target_basis == "level" and table.column_totals:
        totals = dict(zip(table.years, table.column_totals, strict=True))
        base_year = target.baseline_year or draft.whole("baseline_year") or 0
        pairs = [
            ("column_totals", totals.get(target.target_year), target.target),
            ("column_totals", totals.get(base_year), target.baseline),
        ]
    for field, total, printed in pairs:
        if total is None or printed is None or _agree(total, table.unit, printed, target.unit, target.decimals):
            continue
        yield draft.fault(
            (*entry.path, field),
            f"{total:g} {table.unit}",
            f"主表 {target.no} 为 {printed:g} {target.unit} / {printed:g} {target.unit}, as in row {target.no}",
            CHECK_BOTH,
        )


def _agree(total: float, total_unit: str, printed: float, unit: str, decimals: int) -> bool:
    try:
        (left, left_base), (right, right_base) = to_base(total, total_unit), to_base(printed, unit)
        step = to_base(10.0**-decimals, unit)[0]
    except UnknownUnit:
        return True  # reported as a unit
    return left_base.rstrip("次") == right_base.rstrip("次") and abs(left - right) <= step / 2 + 1e-9


def _against_commitment(draft: Draft, entry: Entry[Breakdown], promise: Commitment) -> Iterator[Fault]:
    """A yearly minimum that a table spreads over areas is reached by each year's total."""
    table = entry.record
    try:
        floor = to_base(promise.value, promise.unit)[0]
        totals = [to_base(total, table.unit)[0] for total in table.column_totals or ()]
    except UnknownUnit:
        return
    if promise.per == "year" and promise.op in ("ge", "gt"):
        paired = zip(table.years, totals, strict=False)  # no totals printed: none checked
        short = [year for year, total in paired if total < floor]
    elif promise.per in ("period", "by_date") and promise.op in ("ge", "gt") and table.kind == "flow":
        short = [table.years[-1]] if totals and sum(totals) < floor else []
    else:
        short = []
    for year in short:
        yield draft.fault(
            (*entry.path, "column_totals"),
            year,
            f"不少于 {promise.value:g} {promise.unit} / at least {promise.value:g} {promise.unit}",
            CHECK_BOTH,
        )
