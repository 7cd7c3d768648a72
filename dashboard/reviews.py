"""What the review pages ask of the floors below: assessment, outlook, next targets, allocation; and observed values that a user brings.

Answers are the JSON of the command line; uploads are checked as the command line checks them and kept under RENSHE_HOME by their digest,
so that a link shows the same result again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

Progress = Callable[[int, int, str], None]
KINDS = ("assess", "outlook", "targets", "allocate")
LARGEST = 2_000_000  # bytes of an upload
AHEAD = 5


def observed_folder() -> Path:
    """Where uploads are kept."""
    from scenarios.home import home

    return home() / "observed"


def observed_path(digest: str | None) -> Path | None:
    """The kept upload of this name, or None."""
    if not digest or not digest.replace(".", "").isalnum():
        return None
    path = observed_folder() / digest
    return path if path.is_file() else None


def keep_observed(plan: str, name: str, content: bytes) -> tuple[str, int, str]:
    """Check an upload (.csv, .xlsx) against a plan and keep it: (its name there, rows, last period). Raises BadInput with every fault."""
    from model.documents import BadInput, Fault, both, write_atomically
    from scenarios.observed import read_observed
    from scenarios.plans_at_hand import load_plan

    end = Path(name).suffix.lower()
    if end not in (".csv", ".xlsx") or len(content) > LARGEST:
        fix = both("请上传不超过 2 MB 的 CSV 或 XLSX", "upload a CSV or XLSX of at most 2 MB")
        raise BadInput(Fault(Path(name).name, None, "file", f"{len(content)} B", ".csv, .xlsx", fix))
    kept = f"{sha256(content).hexdigest()[:16]}{end}"
    place = observed_folder() / kept
    write_atomically(place, content)
    try:
        rows = read_observed(load_plan(plan), place).rows
    except BadInput as error:
        place.unlink(missing_ok=True)
        raise BadInput([Fault(Path(name).name, f.line, f.field, f.value, f.allowed, f.fix) for f in error.faults]) from error
    return kept, len(rows), max(row.period for row in rows)


def reviewed(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The answer to {kind, plan, preset, draws, scale, seed, observed, indicator, to}; raises BadInput for what cannot be run."""
    from scenarios.presets import preset

    scenario = preset(str(request["preset"]), str(request["plan"]))
    how: dict[str, Any] = {name: int(request[name]) for name in ("draws", "scale", "seed")}
    how |= {"observed": observed_path(request.get("observed")), "progress": progress}
    return {"kind": request["kind"], **MADE[str(request["kind"])](scenario, request, how)}


def _assess(scenario: Any, _request: Mapping[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    from scenarios.assess import assess, assessment_as_json
    from scenarios.sensitivity_line import lines

    found = assess(scenario, **how)
    said = {f"sensitivity_{lang}": lines(found.effects, lang) for lang in ("zh", "en")}
    return {**assessment_as_json(found), **said}


def _outlook(scenario: Any, request: Mapping[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    from scenarios.conditioning import conditioning_lines
    from scenarios.observed import observed_values
    from scenarios.plan_levers import folder_of
    from scenarios.plans_at_hand import load_plan
    from scenarios.running import run
    from scenarios.scorecard import scorecard
    from scenarios.scorecard.whole import whole_as_json

    plan = load_plan(scenario.plan)
    known = observed_values(plan, folder_of(scenario.plan), how["observed"])
    start = f"{plan.period[1]}-12"
    if not known:
        how = {**how, "use_observed": False}
    results = run(scenario, start=start, until=f"{int(request.get('to') or plan.period[1] + AHEAD)}-12", **how)
    card = scorecard(plan, results)
    said = {f"conditioning_{lang}": conditioning_lines(results.manifest.get("conditioning"), lang) for lang in ("zh", "en")}
    return {**whole_as_json(plan, card, results), **said, "warnings": list(results.manifest["warnings"])}


def _targets(scenario: Any, request: Mapping[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    from scenarios.plans_at_hand import load_plan
    from scenarios.targets import proposals_as_json, propose
    from scenarios.targets.show import notes

    found = propose(scenario, to=int(request.get("to") or load_plan(scenario.plan).period[1] + AHEAD), **how)
    return {**proposals_as_json(found), "notes_zh": notes(found, "zh"), "notes_en": notes(found, "en")}


def _allocate(scenario: Any, request: Mapping[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    from scenarios.allocation import allocate, allocation_as_json
    from scenarios.allocation.show import notes

    found = allocate(scenario, str(request["indicator"]), **how)
    decimals = {"decimals": found.task.decimals}
    return {**allocation_as_json(found), **decimals, "notes_zh": notes(found, "zh"), "notes_en": notes(found, "en")}


MADE: Mapping[str, Callable[[Any, Mapping[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "assess": _assess, "outlook": _outlook, "targets": _targets, "allocate": _allocate,
}  # fmt: skip


def divisible(plan: str) -> list[dict[str, str]]:
    """Targets that can be divided among areas: id, name_zh, name_en."""
    from model.indicators import registry
    from scenarios.plans_at_hand import load_plan

    found = load_plan(plan)
    given = {table.target for table in found.breakdowns}
    out = []
    for target in sorted(found.targets, key=lambda t: t.id not in given):
        indicator = registry().get(target.measure or "")
        if indicator is not None and indicator.simulated and target.kind in ("stock", "flow"):
            out.append({"id": target.id, "name_zh": f"{target.no} {target.name_zh}", "name_en": f"{target.no} {target.name_en}"})
    return out
