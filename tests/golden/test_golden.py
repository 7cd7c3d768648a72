"""Golden runs: every preset lives through what was written down, to the last digit where the same packages made it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.golden import refresh as refreshing
from tests.golden.record import SCALE, WIDE, Golden, Move, as_text, beyond_noise, by_size, live, made_by, moves, path_of, presets, read

WORDS = {
    "baseline": "the policy before the plan",
    "as-planned": "the plan's inputs",
    "stress": "a slump",
    "early-drive": "enrolment at once",
    "talent-plus": "more for graduates",
    "skills-plus": "more training",
}
SMALL = Golden("baseline", "here", 5000, {("ui_insured", "2021"): 900_000.0, ("registered_unemployment_rate", "2021"): 1.75})


def changed(**values: float) -> Golden:
    """The small record with other values."""
    return dataclasses.replace(SMALL, values=SMALL.values | {(name, "2021"): value for name, value in values.items()})


@pytest.mark.slow
@pytest.mark.parametrize("name", presets())
def test_a_preset_lives_through_what_was_written_down(name: str) -> None:
    golden, now = read(path_of(name).read_text(encoding="utf-8")), live(name)
    found = moves(golden, now)
    if golden.made_by != now.made_by:
        found = beyond_noise(found, golden.rows)
    said = "\n".join(str(move) for move in found[:40])
    assert not found, f"{len(found)} values moved (python -m tests.golden.refresh writes them anew, with the reason in the commit):\n{said}"


def test_every_preset_has_a_file_and_no_file_is_left_over() -> None:
    assert set(presets()) == set(WORDS)
    assert {path.name for path in path_of("x").parent.glob("*.txt")} == {path_of(name).name for name in presets()}


def test_the_files_hold_the_same_indicators_in_every_year_and_are_as_written() -> None:
    records = [read(path_of(name).read_text(encoding="utf-8")) for name in presets()]
    assert len({frozenset(record.values) for record in records}) == 1
    assert {year for _, year in records[0].values} == {"2021", "2022", "2023", "2024", "2025"}
    for name, record in zip(presets(), records, strict=True):
        assert record.scenario == name and as_text(record) == path_of(name).read_text(encoding="utf-8")


def test_no_preset_is_another_under_a_second_name() -> None:
    records = [read(path_of(name).read_text(encoding="utf-8")) for name in presets()]
    assert len({tuple(sorted(record.values.items())) for record in records}) == len(records)


def test_a_moved_value_is_named_with_its_size_the_largest_first() -> None:
    found = moves(SMALL, changed(ui_insured=901_000.0, registered_unemployment_rate=1.5))
    assert [move.indicator for move in found] == ["registered_unemployment_rate", "ui_insured"]
    assert "ui_insured" in str(found[1]) and "900000 -> 901000" in str(found[1]) and "+0.111%" in str(found[1])
    assert not moves(SMALL, changed())


def test_what_is_new_or_gone_has_moved_by_all_of_itself() -> None:
    (new,) = moves(SMALL, changed(startups=300.0))
    (gone,) = moves(changed(startups=300.0), SMALL)
    assert new.share == gone.share == 1.0 and "new or gone" in str(new)
    assert beyond_noise([new, gone], 5000) == [new, gone], "no platform may leave an indicator out"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"ui_insured": 910_000.0}, []),                # 5 rows of 455, within 4 standard deviations
        ({"ui_insured": 1_100_000.0}, ["ui_insured"]),
        ({"registered_unemployment_rate": 1.9}, []),
        ({"registered_unemployment_rate": 6.0}, ["registered_unemployment_rate"]),
    ],
)  # fmt: skip
def test_on_another_platform_sampling_noise_is_forgiven_and_no_more(change: dict[str, float], found: list[str]) -> None:
    assert [move.indicator for move in beyond_noise(moves(SMALL, changed(**change)), SMALL.rows)] == found


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_few_rows_are_noise_and_a_quarter_of_a_large_count_never_is(before: int, after: int) -> None:
    kept = beyond_noise(moves(changed(ui_insured=before), changed(ui_insured=after)), SMALL.rows)
    off, largest = abs(after - before), max(before, after)
    assert not kept or off > SCALE * WIDE, "four rows are noise"
    assert kept or largest < 1_000_000 or off < 0.25 * largest


@given(st.dictionaries(st.tuples(st.sampled_from(["a", "b", "c"]), st.just("2021")), st.floats(-1e9, 1e9), min_size=1))
def test_records_survive_being_written(values: dict[tuple[str, str], float]) -> None:
    rounded = {key: float(f"{value:.12g}") for key, value in values.items()}
    record = Golden("stress", made_by(), 7, rounded)
    assert read(as_text(record)) == record


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), max_size=12))
def test_moves_are_in_order_of_size(pairs: list[tuple[float, float]]) -> None:
    shares = [move.share for move in by_size(Move("x", f"i{n}", "2021", old, new) for n, (old, new) in enumerate(pairs))]
    assert shares == sorted(shares, reverse=True) and all(0 <= share <= 1 for share in shares)


def test_refreshing_writes_the_file_and_says_what_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "live", lambda name: SMALL)
    place = tmp_path / "golden.txt"
    before, found = refreshing.refresh("baseline", place)
    assert before is None and read(place.read_text(encoding="utf-8")) == SMALL and len(found) == len(SMALL.values)
    monkeypatch.setattr(refreshing, "live", lambda name: changed(ui_insured=950_000.0))
    before, found = refreshing.refresh("baseline", place)
    assert before == SMALL and [move.indicator for move in found] == ["ui_insured"]
    assert refreshing.refresh("baseline", place)[1] == []


def test_a_table_that_is_not_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        read(as_text(SMALL) + "ui_insured\t1\t2\n")
