"""The plans that the product carries, and plans in a user's own folder."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from os import PathLike
from pathlib import Path

from model.documents import BadInput, Fault, read_yaml, unknown_name
from scenarios.plan_schema import Plan

PLAN_FILE, BASELINE_FILE = "plan.yaml", "baseline.yaml"
ORDER = ("xuzhou", "nantong", "haining", "xiangcheng", "suzhou12")


def plans_folder() -> Path:
    """The folder of the plans that the product carries."""
    return Path(str(files("scenarios") / "plans"))


def plan_ids() -> tuple[str, ...]:
    """Ids of the plans at hand, the embedded ones in their usual order first."""
    found = {folder.parent.name for folder in plans_folder().glob(f"*/{PLAN_FILE}")}
    return (*(name for name in ORDER if name in found), *sorted(found - set(ORDER)))


def plan_folder(plan: str | PathLike[str]) -> Path:
    """The folder of a plan given by id, by folder, or by its `plan.yaml`. Raises BadInput with a suggestion."""
    name = str(plan)
    if name in plan_ids():
        return plans_folder() / name
    path = Path(plan)
    if path.name == PLAN_FILE and path.is_file():
        return path.parent
    if path.is_dir():
        return path
    raise BadInput(Fault(name, None, "plan", name, *unknown_name(name, plan_ids())))


def written_plan(plan: str) -> str:
    """A plan as it is written down to be found from any folder: its id, or the whole path of its folder."""
    return plan if plan in plan_ids() else str(plan_folder(plan).absolute())


def load_plan(plan: str | PathLike[str]) -> Plan:
    """The plan with its baseline, by id or by path of its folder. Raises BadInput with every fault of the files."""
    folder = plan_folder(plan)
    loaded = _load(folder.resolve(), _stamps(folder / PLAN_FILE, folder / BASELINE_FILE))
    from scenarios.owners import owners_files

    stamps = _stamps(*owners_files(loaded.id, folder))
    return _with_owners(folder.resolve(), stamps, loaded) if any(stamps) else loaded


def _stamps(*paths: Path) -> tuple[int, ...]:
    """When each file was changed; 0 where there is none."""
    return tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths)


_owned: dict[Path, tuple[tuple[int, ...], Plan, Plan]] = {}


def _with_owners(folder: Path, stamps: tuple[int, ...], plan: Plan) -> Plan:
    """The plan with its owners, made once for the same files: the same plan is the same object."""
    from scenarios.owners import with_owners

    known = _owned.get(folder)
    if known is None or known[0] != stamps or known[1] is not plan:
        known = _owned[folder] = stamps, plan, with_owners(plan, folder)
    return known[2]


@lru_cache(maxsize=32)
def _load(folder: Path, stamps: tuple[int, ...]) -> Plan:
    """Read and validate; a user's own folder is also checked as a whole, the embedded ones are by the tests."""
    if folder.parent != plans_folder().resolve():
        _refuse_faulty(folder)
    plan, baseline = read_yaml(folder / PLAN_FILE), read_yaml(folder / BASELINE_FILE)
    try:
        return Plan.model_validate({**plan.data, "baseline": baseline.data})
    except (ValueError, TypeError):
        _refuse_faulty(folder)
        raise


def _refuse_faulty(folder: Path) -> None:
    from scenarios.plan_check import faults_of

    faults = faults_of(folder)
    if faults:
        raise BadInput(faults)
