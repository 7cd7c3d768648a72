"""Samples of single persons: the same persons in every run and month, kept, damaged and made again like a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from model.city import City
from model.people import People
from model.setting import small_town
from scenarios import gathering, sweep
from scenarios.samples import Sample, _hashed, decode, encode, persons_at
from scenarios.simulate import Outcome, attempt
from tests.scenarios.town import write_plan

SPEC: dict[str, Any] = {
    "name": "persons", "draws": 1, "scale": 500, "until": "2021-06", "prior": True,
    "design": {"kind": "grid", "levers": {"campus_tours": [0, 20]}},
    "outputs": {"indicators": ["ui_insured"], "sample": {"persons": 200, "months": ["2021-06", "2021-01"]}},
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_plan(tmp_path_factory.mktemp("plans") / "town"))


@pytest.fixture(scope="module")
def city() -> City:
    made = City(small_town(5_000), rng=3, scale=1)
    made.run_for(2)
    return made


def test_a_person_is_told_as_it_stands(city: City) -> None:
    table = persons_at(city, 300).to_pandas()
    assert set(table.columns) >= {"period", "age", "sex", "weight", *(one.name for one in People.columns)}
    rows = {int(city.people.id[row]): row for row in range(city.people.n) if city.people.state[row]}
    assert len(table) == 300 and table["id"].is_monotonic_increasing and set(table["period"]) == {"2021-02"}
    for one in table.sample(20, random_state=1).itertuples():
        row = rows[int(one.id)]
        there = city.people[row]
        assert (one.birth, one.firm, one.wage, one.scheme) == (there.birth, there.firm, there.wage, there.scheme)
        assert one.area == city.setting.areas[city.people.area[row]] and one.age == city.people.age(city.month)[row] and one.weight == 1


def test_a_smaller_sample_is_part_of_a_larger_one_and_larger_than_the_city_is_everybody(city: City) -> None:
    few, many = (set(persons_at(city, n)["id"].to_pylist()) for n in (50, 500))
    assert few < many and len(many) == 500
    assert len(persons_at(city, 1_000_000)) == int((city.people.state[: city.people.n] != 0).sum())


def test_who_is_chosen_does_not_hang_on_what_they_are(city: City) -> None:
    """2,000 of 5,000 and more: a share of one half is off by less than 4 standard deviations, sqrt(.25 / 2000 · (1 − f)) each."""
    everybody, chosen = (persons_at(city, n).to_pandas() for n in (1_000_000, 2_000))
    for mark in ((everybody["sex"] == "female").mean() - (chosen["sex"] == "female").mean(),
                 (everybody["age"] < 40).mean() - (chosen["age"] < 40).mean()):  # fmt: skip
        assert abs(mark) < 4 * np.sqrt(0.25 / 2000 * (1 - 2000 / len(everybody)))
    assert len(np.unique(_hashed(np.arange(10_000, dtype=np.uint64)))) == 10_000


def test_damage_is_noticed(city: City) -> None:
    raw = encode(persons_at(city, 40))
    assert encode(persons_at(city, 40)) == raw and decode(raw).equals(persons_at(city, 40))
    for bad in (raw[:-9], b"", raw[:200] + b"?" + raw[201:]):
        with pytest.raises(ValueError, match=r"."):
            decode(bad)
    assert isinstance(decode(raw), pa.Table)


def test_a_sweep_keeps_the_same_persons_in_every_run(town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(gathering, "attempt", lambda one: (made.append(one.key), attempt(one))[1])
    plain = sweep({**SPEC, "plan": town, "outputs": {"indicators": ["ui_insured"]}}, executor="serial")
    assert len(made) == 2 and plain.samples.empty
    found = sweep({**SPEC, "plan": town}, executor="serial")
    persons = found.samples
    assert len(made) == 4, "a run whose persons were not kept is made again"
    assert persons.groupby(["run", "period"]).size().tolist() == [200] * 4
    first, second = (persons[persons["run"] == run].set_index(["period", "id"]) for run in (0, 1))
    shared = first.index.intersection(second.index)
    assert len(shared) > 380 and (first.loc[shared, "birth"] == second.loc[shared, "birth"]).all()
    assert list(persons.columns[:6]) == ["run", "plan", "scenario", "point", "draw", "replicate"]
    before = (found.folder / "samples" / "part-00000.parquet").read_bytes()
    sweep({**SPEC, "plan": town}, executor="serial")
    assert len(made) == 4
    for path in [found.folder / "samples" / "part-00000.parquet", next((fresh_home / "samples").rglob("*.parquet"))]:
        path.write_bytes(path.read_bytes()[:-30])
    again = sweep(resume=found.folder, executor="serial")
    assert len(made) == 5 and (again.folder / "samples" / "part-00000.parquet").read_bytes() == before
    assert len(again.manifest["damaged"]) == 1


def test_a_failed_run_has_no_persons(town: str, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {**SPEC, "plan": town, "design": {"levers": {"campus_tours": [0, 10, 20]}}}
    monkeypatch.setattr(gathering, "attempt", lambda one: Outcome(one.key, None, error="no") if "campus_tours" in one.run.controls
                        and one.run.controls["campus_tours"].max() > 15 else attempt(one))  # fmt: skip
    assert sorted(set(sweep(lacking, executor="serial").samples["run"])) == [0, 1]


def test_what_is_asked_for_has_a_name() -> None:
    one = Sample.of({"persons": 5, "months": ["2022-01", "2021-01", "2022-01"]})
    assert one.months == ("2021-01", "2022-01") and one.name == Sample(5, one.months).name != Sample(6, one.months).name
