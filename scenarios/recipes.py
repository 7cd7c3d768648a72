"""Recipes: what a citable id stands for, kept so that `renshe reproduce ID` can make the same again.

An id is a hash of the keys of its runs (`r…` of `renshe run`, `s…` of a sweep), so that it changes with anything that
changes a result. `ID:17` is run 17 of a sweep alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.documents import BadInput, Fault, both, unknown_name, write_atomically
from scenarios.fingerprints import digest_of
from scenarios.home import home

if TYPE_CHECKING:
    from scenarios.resolve import ResolvedRun
    from scenarios.running import Progress
    from scenarios.sweep_spec import SweepSpec

ID = re.compile(r"([rs][0-9a-f]{15})(?::(\d+))?")


def run_id(keys: Sequence[str]) -> str:
    """The id of the results of `renshe run`."""
    return f"r{digest_of({'runs': list(keys)})[:15]}"


def command_of(found: str, number: int | None = None) -> str:
    """The command that makes something again: a run or sweep by its id, or one run of a sweep by its number."""
    return f"renshe reproduce {found}" + ("" if number is None else f":{number}")


def remember(found: str, recipe: Mapping[str, Any]) -> None:
    """Keep a recipe in the store's folder. Raises BadInput when that cannot be written."""
    path = home() / "recipes" / f"{found}.json"
    text = json.dumps(recipe, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text)


def recall(name: str) -> tuple[str, Mapping[str, Any], int | None]:
    """The id, the recipe and the run number that a name stands for: `ID`, `ID:NUMBER` or a sweep's folder.

    Raises BadInput with a suggestion when nothing is known of it.
    """
    from scenarios.sweep_folder import SPEC, read_json

    if (Path(name) / SPEC).is_file():
        found = read_json(Path(name) / SPEC)
        return str(found.get("id")), {"kind": "sweep", "spec": found.get("spec")}, None
    known = sorted(path.stem for path in (home() / "recipes").glob("*.json"))
    match = ID.fullmatch(name)
    if match is None or match[1] not in known:
        near = unknown_name(name.partition(":")[0], known) if known else ("", both("此处尚无记录", "nothing was run here yet"))
        raise BadInput(Fault("reproduce", None, "RUN_ID", name, near[0] or both("运行代号", "a run id"), near[1]))
    recipe = read_json(home() / "recipes" / f"{match[1]}.json")
    return match[1], recipe, None if match[2] is None else int(match[2])


@dataclass
class Reproduction:
    """What came of making runs again: same, different and unknown (nothing to compare with) runs, by number; errors."""

    id: str
    same: list[int] = field(default_factory=list)
    different: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The object that `reproduce --json` prints."""
        return {**vars(self), "errors": {str(number): error for number, error in self.errors.items()}}


def reproduce(name: str, *, executor: str = "processes", threads: int = 1, progress: Progress | None = None) -> Reproduction:
    """Make the runs of an id again and compare each, byte by byte, with what the store holds.

    Runs that went on from what was observed are fitted and resampled anew too. Raises BadInput for an unknown id, and when the model is
    no longer the one that the id was made with.
    """
    from scenarios.gathering import gathered
    from scenarios.store import Store

    found, recipe, number = recall(name)
    with closing(Store()) as store:
        now, runs = _runs_of(recipe, executor, threads)
        _same_model(found, now)
        if number is not None and number >= len(runs):
            fix = both("请填写其中一个编号", "write one of its numbers")
            raise BadInput(Fault("reproduce", None, "RUN_ID", name, f"{found}:0 … {found}:{len(runs) - 1}", fix))
        wanted = {one.key: (place, one) for place, one in enumerate(runs) if number in (None, place)}
        made = Reproduction(found)
        for done, outcome in enumerate(gathered([one for _, one in wanted.values()], executor, threads), 1):
            _compare(made, wanted[outcome.key][0], outcome, store.digest(outcome.key))
            if progress is not None:
                progress(done, len(wanted), outcome.error or "")
    return made


def _runs_of(recipe: Mapping[str, Any], executor: str, threads: int) -> tuple[str, list[ResolvedRun]]:
    """The id that a recipe has now, and its runs in order."""
    from scenarios.sweep_runs import runs_of
    from scenarios.sweep_spec import SweepSpec

    spec = SweepSpec.of(recipe["spec"])
    if recipe["kind"] == "going_on":
        runs = _gone_on(recipe, spec, executor, threads)
        return run_id([one.key for one in runs]), runs
    sweep = runs_of(spec)
    runs = [one.resolved for one in sweep.runs]
    return sweep.id if recipe["kind"] == "sweep" else run_id([one.key for one in runs]), runs


def _gone_on(recipe: Mapping[str, Any], spec: SweepSpec, executor: str, threads: int) -> list[ResolvedRun]:
    """The runs of a scenario that went on from a known state: fitted, weighed and resampled anew, in an empty store."""
    from scenarios.conditioning import Conditioning
    from scenarios.conditioning.forecast import How, conditioned
    from scenarios.draws import draws_of
    from scenarios.observed import Observed
    from scenarios.plan_levers import folder_of
    from scenarios.plans_at_hand import load_plan
    from scenarios.store import Store

    scenario = spec.scenarios[0]
    plan = load_plan(scenario.plan)
    drawn = draws_of(plan, spec.draws, spec.seed, prior=spec.prior, folder=folder_of(scenario.plan))
    how = How(spec.draws, spec.replicates, spec.seed, spec.scale, executor, threads, lambda done, total, words: None)
    with Store.private() as private:
        work = conditioned(scenario, plan, Observed.from_list(recipe["observed"]), drawn, private, how, until=spec.until,
                           start=recipe["start"], like=Conditioning.from_json(recipe["like"]), make=False)[0]
    return work.runs


def _compare(made: Reproduction, number: int, outcome: Any, before: str | None) -> None:
    if outcome.shard is None:
        made.errors[number] = outcome.error or "unknown"
    elif before is None:
        made.unknown.append(number)
    else:
        same = hashlib.sha256(outcome.shard).hexdigest() == before
        (made.same if same else made.different).append(number)


def _same_model(found: str, now: str) -> None:
    if now != found:
        zh = "模型、软件包、规划数据或平台已改变:请用当时的版本"
        en = "model, packages, plan data or platform have changed since: use the version that made it"
        raise BadInput(Fault("reproduce", None, "RUN_ID", found, now, both(zh, en)))
