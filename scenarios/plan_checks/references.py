"""Names that point at other records: ids used once, and every reference found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.documents import Fault, FieldPath, unknown_name
from model.indicators import registry
from scenarios.plan_checks.draft import Draft
from scenarios.plan_schema import Area, Breakdown, Commitment, Conflict, PastResult, Target

NAMED = (
    ("areas", "id"),
    ("areas", "name_zh"),
    ("targets", "id"),
    ("targets", "no"),
    ("breakdowns", "table"),
    ("commitments", "id"),
    ("conflicts", "id"),
    ("history", "no"),
)
"""Collections and the field that names their records."""


def reference_faults(draft: Draft) -> Iterator[Fault]:
    """Faults of ids and references of a plan file."""
    for collection, field in NAMED:
        yield from draft.twice(collection, field)
    yield from _measures(draft)
    yield from _areas(draft)
    yield from _tables(draft)
    yield from _commitments(draft)
    yield from _conflicts(draft)


def _unknown(draft: Draft, path: FieldPath, name: str | None, known: Iterable[str]) -> Iterator[Fault]:
    known = set(known)
    if name is not None and name not in known:
        yield draft.fault(path, name, *unknown_name(name, known))


def _measures(draft: Draft) -> Iterator[Fault]:
    known = registry().keys()
    for collection, record in (
        ("targets", Target),
        ("breakdowns", Breakdown),
        ("commitments", Commitment),
        ("history", PastResult),
    ):
        for entry in draft.entries(collection, record):
            yield from _unknown(draft, (*entry.path, "measure"), getattr(entry.record, "measure"), known)  # noqa: B009


def _areas(draft: Draft) -> Iterator[Fault]:
    entries = draft.entries("areas", Area)
    finest = draft.finest_areas()
    for entry in entries:
        area = entry.record
        for place, part in enumerate(area.parts):
            yield from _unknown(draft, (*entry.path, "parts", place), part, finest)
        if area.level == "composite" and not area.parts:
            yield draft.fault(
                (*entry.path, "parts"),
                "",
                "组合区域的组成 / the finest areas it is made of",
                "请列出 parts，或改 level / list its parts, or change the level",
            )
        if area.parts and area.level != "composite":
            yield draft.fault(
                (*entry.path, "level"),
                area.level,
                "composite / composite",
                "有 parts 的区域须写 composite / an area with parts is a composite",
            )
        if len(set(area.parts)) < len(area.parts):
            yield draft.fault(
                (*entry.path, "parts"),
                ", ".join(area.parts),
                "不重复 / each part once",
                "请删去重复 / remove the repeated part",
            )
    if not finest and "areas" in draft.data:
        yield draft.fault(("areas",), "", "至少一个最细区域 / at least one finest area", "请补上 / add one")


def _tables(draft: Draft) -> Iterator[Fault]:
    areas = draft.names("areas") | {"ALL"}
    for entry in draft.entries("breakdowns", Breakdown):
        table, path = entry.record, entry.path
        yield from _unknown(draft, (*path, "target"), table.target, draft.names("targets"))
        yield from _unknown(draft, (*path, "commitment"), table.commitment, draft.names("commitments"))
        for name, area in table.area_ids.items():
            yield from _unknown(draft, (*path, "area_ids", name), area, areas)
            yield from _unknown(draft, (*path, "area_ids", name), name, table.rows)
        for name in table.rows:
            yield from _unknown(draft, (*path, "rows", name), name, table.area_ids)
        for name in table.row_totals or {}:
            yield from _unknown(draft, (*path, "row_totals", name), name, table.rows)


def _commitments(draft: Draft) -> Iterator[Fault]:
    for entry in draft.entries("commitments", Commitment):
        promise = entry.record
        yield from _unknown(draft, (*entry.path, "target"), promise.target, draft.names("targets"))
        if promise.target and promise.role != "target":
            yield draft.fault(
                (*entry.path, "role"),
                promise.role,
                "target / target",
                "指向目标的承诺，role 应为 target / a commitment that names a target has the role target",
            )


def _conflicts(draft: Draft) -> Iterator[Fault]:
    known = (
        draft.names("targets") | draft.names("commitments") | draft.names("breakdowns", "table") | draft.names("areas")
    )
    for entry in draft.entries("conflicts", Conflict):
        for place, name in enumerate(entry.record.about):
            yield from _unknown(draft, (*entry.path, "about", place), name, known)
        used = [r.id for r in entry.record.readings if r.in_use]
        if len(used) != 1:
            yield draft.fault(
                (*entry.path, "readings"),
                ", ".join(used),
                "恰有一种读法 in_use: true / exactly one reading in use",
                "请标出采用的读法 / mark the reading that is used",
            )
