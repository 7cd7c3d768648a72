"""Is this folder a plan? All its faults at once, each with file, line, field, value, what is allowed, and the fix."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from pydantic import BaseModel

from model.documents import BadInput, Document, Fault, both, read_text, read_yaml
from scenarios.baseline_schema import Baseline
from scenarios.plan_checks.baseline import baseline_faults
from scenarios.plan_checks.draft import Draft
from scenarios.plan_checks.quotes import quote_faults
from scenarios.plan_checks.references import reference_faults
from scenarios.plan_checks.schema import schema_faults
from scenarios.plan_checks.tables import table_faults
from scenarios.plan_checks.targets import target_faults
from scenarios.plan_checks.values import value_faults
from scenarios.plan_schema import PlanDocument

PLAN_FILE, BASELINE_FILE = "plan.yaml", "baseline.yaml"


def faults_of(folder: str | PathLike[str]) -> list[Fault]:
    """Every fault of a plan folder (`plan.yaml` and `baseline.yaml`); empty when it can be used.

    The transcript that `document.text` names is held against the quotes when it lies in the folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        fix = both(
            "请给出含 plan.yaml 与 baseline.yaml 的文件夹",
            f"give the folder that holds {PLAN_FILE} and {BASELINE_FILE}",
        )
        return [Fault(str(folder), None, "folder", str(folder), both("一个文件夹", "a folder"), fix)]
    faults: list[Fault] = []
    plan = _read(folder / PLAN_FILE, PlanDocument, faults)
    baseline = _read(folder / BASELINE_FILE, Baseline, faults)
    if plan is not None:
        faults += [*reference_faults(plan), *target_faults(plan), *value_faults(plan), *table_faults(plan)]
        faults += _quotes(plan, folder)
    if baseline is not None:
        faults += baseline_faults(baseline, plan or Draft(Document(folder / PLAN_FILE, {}, {})))
    return _in_order(faults)


def folder_faults(folder: str | PathLike[str]) -> list[Fault]:
    """Every fault of a plan folder, its optional `levers.yaml` included."""
    from scenarios.plan_levers import FILE, LeversFile, settings_in

    faults = faults_of(folder)
    path = Path(folder) / FILE
    if not path.exists():
        return faults
    if faults:  # its values are held against the plan's areas and years, which must be right first
        _read(path, LeversFile, faults)
        return _in_order(faults)
    try:
        settings_in(Path(folder)).as_json()
    except BadInput as bad:
        return bad.faults
    return []


def _read(path: Path, record: type[BaseModel], faults: list[Fault]) -> Draft | None:
    """The file as a draft, its faults of syntax and schema added to `faults`; None when it cannot be read."""
    try:
        document = read_yaml(path)
    except BadInput as bad:
        faults += bad.faults
        return None
    faults += schema_faults(document, record)
    return Draft(document)


def _quotes(plan: Draft, folder: Path) -> list[Fault]:
    document = plan.data.get("document")
    name = document.get("text") if isinstance(document, dict) else None
    if not isinstance(name, str) or Path(name).name != name or not (folder / name).is_file():
        return []
    try:
        return list(quote_faults(plan, read_text(folder / name)))
    except BadInput as bad:
        return bad.faults


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(dict.fromkeys(faults), key=lambda f: (f.file, f.line or 0))
