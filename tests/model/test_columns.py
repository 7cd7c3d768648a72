"""Column stores: the rows, the verbs of a selection, growth, and the one-row view."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.columns import LINE, Column, ColumnStore, Selection, bytes_of, side_by_side

COLUMNS = (
    Column("age", np.int16, "years", "farm"),
    Column("flock", np.uint8, "which flock", "farm"),
    Column("wool", np.float64, "kg", "farm"),
)


class Sheep(ColumnStore):
    columns = COLUMNS


def flock(ages: list[int], flocks: list[int] | None = None) -> Sheep:
    sheep = Sheep(len(ages))
    sheep.n = len(ages)
    sheep.age[: sheep.n] = ages
    sheep.flock[: sheep.n] = [0] * len(ages) if flocks is None else flocks
    return sheep


def test_bytes_of_a_row_are_those_of_its_columns() -> None:
    assert bytes_of(COLUMNS) == 2 + 1 + 8 == Sheep(4).bytes_a_row
    assert [c.bytes for c in COLUMNS] == [2, 1, 8]


def test_columns_have_their_type_and_begin_empty() -> None:
    sheep = Sheep(5)
    assert (sheep.n, len(sheep), sheep.capacity) == (0, 0, 5)
    assert {c.name: getattr(sheep, c.name).dtype for c in COLUMNS} == {c.name: np.dtype(c.dtype) for c in COLUMNS}


@given(st.lists(st.sampled_from([np.uint8, np.bool_, np.int16, np.float32, np.uint64]), min_size=1, max_size=9), st.integers(0, 300))
def test_columns_lie_side_by_side_and_apart(kinds: list[type[np.generic]], rows: int) -> None:
    arrays = side_by_side({str(k): kind for k, kind in enumerate(kinds)}, rows)
    for k, (kind, array) in enumerate(zip(kinds, arrays.values(), strict=True)):
        assert array.dtype == kind and array.size == rows and not array.any() and array.flags.c_contiguous and array.flags.aligned
        array[:] = array.dtype.type(k + 1)
    assert all((array == array.dtype.type(k + 1)).all() for k, array in enumerate(arrays.values())), "none writes into another"
    if rows:
        starts = [array.ctypes.data for array in arrays.values()]
        assert {(start - starts[0]) % LINE for start in starts} == {0}


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match=r"Sheep have no column 'horns'; they have age, flock, wool"):
        _ = Sheep(1).horns


@pytest.mark.parametrize("row", [-1, 3, 4])
def test_rows_outside_the_store_are_refused(row: int) -> None:
    sheep = Sheep(8)
    sheep.n = 3
    with pytest.raises(IndexError, match=rf"row {row} is outside 0\.\.2"):
        sheep[row]


def test_reserve_keeps_what_is_there_and_never_shrinks() -> None:
    sheep = flock([3, 1, 4])
    sheep.reserve(2)
    assert sheep.capacity == 3
    sheep.reserve(50)
    assert sheep.capacity >= 50
    assert sheep.age[:3].tolist() == [3, 1, 4]
    assert not sheep.age[3:].any()
    before = sheep.age
    sheep.reserve(50)
    assert sheep.age is before, "nothing moves while there is room"


def test_growth_is_rare() -> None:
    """Reserving row by row moves the columns a number of times that grows with the logarithm, not with the rows."""
    sheep, moves = Sheep(0), 0
    for n in range(1, 20_000):
        before = sheep.capacity
        sheep.reserve(n)
        sheep.n = n
        moves += sheep.capacity != before
    assert moves < 30


def test_a_row_reads_and_writes_like_an_agent() -> None:
    sheep = flock([3, 1, 4])
    row = sheep[1]
    assert row.age == 1
    assert isinstance(row.age, int)
    row.age = 9
    assert sheep.age.tolist() == [3, 9, 4]
    assert repr(row) == "Sheep[1](age=9, flock=0, wool=0.0)"


def test_the_verbs_of_a_selection() -> None:
    sheep = flock([3, 1, 4, 1, 5], [0, 1, 0, 1, 2])
    old = sheep.select(lambda s: s.age > 2)
    assert old.count() == len(old) == 3
    assert old.get("age").tolist() == [3, 4, 5]
    assert old.agg("age", np.max) == 5
    assert [row.age for row in old] == [3, 4, 5]
    assert old.select(lambda s: s.get("flock") == 0).get("age").tolist() == [3, 4]
    assert old.set("wool", 2.0) is old
    assert sheep.wool.tolist() == [2, 0, 2, 0, 2]
    assert sheep.select().count() == 5


def test_get_gives_a_copy() -> None:
    sheep = flock([3, 1])
    sheep.select().get("age")[0] = 99
    assert sheep.age.tolist() == [3, 1]


def test_vacant_capacity_is_never_selected() -> None:
    sheep = Sheep(10)
    sheep.n = 4
    assert sheep.select(lambda s: s.age == 0).count() == 4


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 255)), max_size=40))
def test_groups_partition_a_selection(rows: list[tuple[int, int]]) -> None:
    sheep = flock([a for a, _ in rows], [f for _, f in rows])
    groups = sheep.select().groupby("flock")
    assert list(groups) == sorted({f for _, f in rows})
    assert sum(map(len, groups.values())) == len(rows)
    assert all(isinstance(g, Selection) and (g.get("flock") == key).all() for key, g in groups.items())
    assert sorted(r for g in groups.values() for r in g.rows) == list(range(len(rows)))


@given(st.lists(st.integers(-300, 300), min_size=1, max_size=40), st.integers(-300, 300))
def test_selecting_twice_is_selecting_both(ages: list[int], limit: int) -> None:
    sheep = flock(ages)
    twice = sheep.select(lambda s: s.age > limit).select(lambda s: s.get("age") % 2 == 0)
    assert twice.get("age").tolist() == [a for a in ages if a > limit and a % 2 == 0]


def test_close_frees_the_columns() -> None:
    sheep = flock([1, 2, 3])
    sheep.close()
    assert len(sheep) == 0
    with pytest.raises(AttributeError):
        _ = sheep.age
