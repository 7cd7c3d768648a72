"""The folder of a sweep: its specification, its experiments, its results in parts, its failures, its manifest.

    sweep.json                   the specification with all that it names written out, and the sweep's id
    experiments.parquet          one row a run
    results/part-00000.parquet   the results of a block of runs, in order; written when the block is finished
    samples/part-00000.parquet   the same runs' single persons, where a sample is asked for
    failures.json                the runs that failed, and why
    manifest.json                times, hosts, packages: all that may differ between two makings of the same sweep

Parts, experiments and sweep.json are the same bytes whenever the sweep is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from model.documents import BadInput, Fault, both, read_text, write_atomically
from scenarios import samples
from scenarios.sweep_part import Kept, content_of, table_of
from scenarios.sweep_runs import SweepRun, SweepRuns
from scenarios.sweep_spec import SweepSpec

SPEC, EXPERIMENTS, RESULTS, SAMPLES = "sweep.json", "experiments.parquet", "results", "samples"
FAILURES, MANIFEST, OWN_STORE = "failures.json", "manifest.json", "store"
BLOCK = 50
"""Runs in one part."""


@dataclass(frozen=True)
class SweepFolder:
    """A sweep's folder."""

    path: Path

    def begin(self, sweep: SweepRuns, *, fresh: bool) -> None:
        """Write the specification and the experiments, or find the same sweep's. Raises BadInput for another one."""
        text = _json({"id": sweep.id, "spec": sweep.spec.as_dict(), "fresh": fresh, **sweep.provenance()})
        if (self.path / SPEC).exists() and (found := read_json(self.path / SPEC).get("id")) != sweep.id:
            zh = "该文件夹是另一个方案,或模型已更新:请另选 --out"
            en = "this folder holds another sweep, or the model has changed since: choose another --out"
            raise BadInput(Fault(str(self.path / SPEC), None, "id", str(found), sweep.id, both(zh, en)))
        write_atomically(self.path / SPEC, text)
        experiments = pa.Table.from_pandas(sweep.experiments(), preserve_index=False)
        write_atomically(self.path / EXPERIMENTS, _parquet(experiments, {"renshe": _json(sweep.provenance(), None)}))

    def spec(self) -> tuple[SweepSpec, bool]:
        """The specification of the sweep that was begun here, and whether it has a store of its own. Raises BadInput."""
        found = read_json(self.path / SPEC)
        if not isinstance(found.get("spec"), Mapping):
            raise BadInput(_broken(self.path / SPEC, "spec"))
        return SweepSpec.of(found["spec"]), bool(found.get("fresh"))

    def part(self, block: int) -> Path:
        """The file of a block."""
        return self.path / RESULTS / f"part-{block:05d}.parquet"

    def parts(self) -> list[Path]:
        """The files of all finished blocks, in order."""
        return sorted((self.path / RESULTS).glob("part-*.parquet"))

    def sampled(self, block: int) -> Path:
        """The file of a block's single persons."""
        return self.path / SAMPLES / f"part-{block:05d}.parquet"

    def is_finished(self, block: int, *, sampled: bool = False) -> bool:
        """True when the part of a block is there, whole, and lacks no run (its sample too, if `sampled`). A damaged part
        counts as not there.
        """
        try:
            table = pq.read_table(BytesIO(self.part(block).read_bytes()))
            notes = table.schema.metadata or {}
            whole = notes[b"content"].decode() == content_of(table) and notes[b"failed"] == b"[]"
            if whole and sampled:
                persons = pq.read_table(BytesIO(self.sampled(block).read_bytes()))
                whole = (persons.schema.metadata or {})[b"content"].decode() == samples.content_of(persons)
            return bool(whole)
        except (OSError, KeyError, ValueError, pa.ArrowException):
            return False

    def write_part(
        self, block: int, runs: Sequence[SweepRun], kept_of: Callable[[str], Kept | None], sweep: SweepRuns,
        persons_of: Callable[[str], Any] = lambda key: None,
    ) -> list[SweepRun]:  # fmt: skip
        """Write the part of a block, its single persons first. kept_of: what is kept of a run, by key; persons_of: its sample. Gives
        the runs that it lacks.
        """
        found = [(one, kept_of(one.resolved.key)) for one in runs]
        lacking = [one for one, kept in found if kept is None]
        table = table_of([(_labels(one), kept) for one, kept in found if kept is not None])
        failed = json.dumps([one.number for one in lacking])
        notes = {"renshe": _json(sweep.provenance(), None), "failed": failed, "content": content_of(table)}
        if sweep.sample is not None:
            persons = [persons_of(one.resolved.key) for one in runs]
            self.write_persons(block, [(one, found) for one, found in zip(runs, persons, strict=True) if found], sweep)
        write_atomically(self.part(block), _parquet(table, notes))
        return lacking

    def write_persons(self, block: int, found: Sequence[tuple[SweepRun, pa.Table]], sweep: SweepRuns) -> None:
        """Write the single persons of a block's runs, each row with its run's labels."""
        tables = []
        for one, persons in found:
            labels = {name: pa.array([value] * len(persons)) for name, value in _labels(one).items()}
            tables.append(pa.table([*labels.values(), *persons.columns], names=[*labels, *persons.column_names]))
        table = pa.concat_tables(tables) if tables else pa.table({"run": pa.array([], pa.int64())})
        notes = {"renshe": _json(sweep.provenance(), None), "content": samples.content_of(table)}
        write_atomically(self.sampled(block), _parquet(table, notes))

    def write_json(self, name: str, value: object) -> None:
        """Write one of the JSON files."""
        write_atomically(self.path / name, _json(value))


def blocks_of(runs: Sequence[SweepRun]) -> list[Sequence[SweepRun]]:
    """The runs in blocks of BLOCK, in order."""
    return [runs[i : i + BLOCK] for i in range(0, len(runs), BLOCK)]


def _labels(one: SweepRun) -> dict[str, Any]:
    found = one.resolved
    return {"run": one.number, "plan": one.plan, "scenario": one.scenario, "point": one.point, "draw": found.draw,
            "replicate": found.replicate}


def _parquet(table: pa.Table, notes: Mapping[str, str]) -> bytes:
    out = BytesIO()
    repeating = [name for name in table.column_names if name != "value"]
    pq.write_table(table.replace_schema_metadata(dict(notes)), out, compression="zstd", use_dictionary=repeating, row_group_size=1 << 20)
    return out.getvalue()


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises BadInput naming the file."""
    try:
        found = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise BadInput(_broken(path, str(error))) from error
    if not isinstance(found, dict):
        raise BadInput(_broken(path, type(found).__name__))
    return found


def _broken(path: Path, value: str) -> Fault:
    fix = both("请重新运行 renshe sweep", "run `renshe sweep SPEC.yaml` again")
    return Fault(str(path), None, "file", value[:100], both("方案文件夹中的 JSON", "what a sweep wrote"), fix)


def _json(value: object, indent: int | None = 2) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=True, allow_nan=False)
    return text if indent is None else text + "\n"
