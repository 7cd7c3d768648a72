"""Who answers for what 责任处室/县区: an owner for each target and commitment, filled in by the user.

Owners stand in the plan file itself, in `owners.csv` in the plan's folder, or (for the plans that the product carries) in the user's own
folder, put there by `renshe plan owners PLAN --set FILE`. Columns: id (of a target or commitment), owner; others are passed over.
Owners are words beside numbers: they change no result and no run's key.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Fault, both, read_text, unknown_name, write_atomically
from scenarios.home import home

if TYPE_CHECKING:
    from scenarios.plan_schema import Plan

FILE = "owners.csv"
CHINESE = {"代号": "id", "责任处室": "owner", "责任处室/县区": "owner", "责任单位": "owner"}
LONGEST = 60


def owners_files(plan: str, folder: Path) -> tuple[Path, Path]:
    """Where owners are looked for: the plan's folder, then the user's own (which goes before)."""
    return folder / FILE, home() / "owners" / f"{plan}.csv"


def with_owners(plan: Plan, folder: Path) -> Plan:
    """The plan with the owners of its files. Raises BadInput with every fault of them."""
    found: dict[str, str] = {}
    for path in owners_files(plan.id, folder):
        if path.is_file():
            found |= read_owners(plan, path)
    if not found:
        return plan
    named = {kind: tuple(one.model_copy(update={"owner": found.get(one.id, one.owner)}) for one in getattr(plan, kind))
             for kind in ("targets", "commitments")}
    return plan.model_copy(update=named)


def read_owners(plan: Any, path: Path) -> dict[str, str]:
    """{id: owner} of a CSV file, rows without an owner passed over. Raises BadInput with every fault."""
    reader = csv.DictReader(io.StringIO(read_text(path).removeprefix("\ufeff"), newline=""))
    heads = {name: CHINESE.get((name or "").strip(), (name or "").strip()) for name in reader.fieldnames or ()}
    missing = [name for name in ("id", "owner") if name not in heads.values()]
    if missing:
        fix = both("第一行请写 id,owner", "let the first line be id,owner")
        raise BadInput(Fault(str(path), 1, "columns", ", ".join(missing), "id, owner", fix))
    known = {one.id for one in (*plan.targets, *plan.commitments)}
    out: dict[str, str] = {}
    faults = []
    for row in reader:
        cells = {heads[name]: (value or "").strip() for name, value in row.items() if name in heads}
        name, owner = cells.get("id", ""), cells.get("owner", "")
        if owner and name not in known:
            faults.append(Fault(str(path), reader.line_num, "id", name, *unknown_name(name, known)))
        elif owner and name in out:
            fix = both("每项一行，请删去其一", "one row each: remove one")
            faults.append(Fault(str(path), reader.line_num, "id", name, both("每项一次", "once each"), fix))
        elif len(owner) > LONGEST:
            fix = both(f"请缩短到 {LONGEST} 字以内", f"shorten it to {LONGEST} letters")
            faults.append(Fault(str(path), reader.line_num, "owner", owner[:30] + "…", f"≤ {LONGEST}", fix))
        elif owner:
            out[name] = owner
    if faults:
        raise BadInput(faults)
    return out


def owners_csv(plan: Any) -> bytes:
    """A file to fill in: id, owner, and what each is, targets first; UTF-8 with a mark, so that Excel opens it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("id", "owner", "no", "name"))
    writer.writerows((t.id, t.owner or "", t.no, t.name_zh) for t in plan.targets)
    writer.writerows((c.id, c.owner or "", "", c.text_zh) for c in plan.commitments)
    return out.getvalue().encode("utf-8-sig")


def keep_owners(plan: Any, path: Path, folder: Path) -> Path:
    """Check a file and keep it in the user's own folder; gives the place. Raises BadInput with every fault."""
    read_owners(plan, path)
    place = owners_files(plan.id, folder)[1]
    write_atomically(place, path.read_bytes())
    return place


def owners_as_json(plan: Any) -> dict[str, Any]:
    """{plan, owners: [{kind, id, no, name_zh, owner}]}."""
    rows = [{"kind": "target", "id": t.id, "no": t.no, "name_zh": t.name_zh, "owner": t.owner} for t in plan.targets]
    rows += [{"kind": "commitment", "id": c.id, "no": "", "name_zh": c.text_zh, "owner": c.owner} for c in plan.commitments]
    return {"plan": plan.id, "owners": rows}
