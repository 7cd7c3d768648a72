"""Column stores: one NumPy column an attribute, one row an agent.

A column store is the whole population of one kind of agent. A mechanism declares the columns that it needs (`Column`),
the store allocates them side by side, and kernels work on the plain arrays. For reading, teaching and tests a single row
looks like an agent (`people[7].age`), and a `Selection` speaks the verbs of Mesa's AgentSet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True)
class Column:
    """One attribute of every agent of a kind.

    dtype: the smallest honest NumPy type; meaning: what a value says, with its unit; owner: the mechanism that writes it.
    """

    name: str
    dtype: type[np.generic]
    meaning: str
    owner: str

    @property
    def bytes(self) -> int:
        """Bytes of one value."""
        return int(np.dtype(self.dtype).itemsize)


LINE = 64
"""Bytes that a processor fetches at once."""


def side_by_side(dtypes: Mapping[str, DTypeLike], rows: int) -> dict[str, NDArray[Any]]:
    """Arrays of `rows` noughts in one piece of memory, which is large enough that the system maps it in large pages: a pass over many
    columns then seldom has to ask where the next page lies."""
    sizes = [(rows * np.dtype(kind).itemsize // LINE + 1) * LINE for kind in dtypes.values()]
    ends = list(accumulate(sizes))
    room = np.empty(sum(sizes), np.uint8)
    room[:] = 0
    return {name: room[end - size:][: rows * np.dtype(kind).itemsize].view(kind)
            for (name, kind), size, end in zip(dtypes.items(), sizes, ends, strict=True)}


class ColumnStore:
    """All agents of one kind. Rows [0, n) are in use or vacant; the arrays are longer than n so that rows can be added."""

    columns: tuple[Column, ...] = ()

    def __init__(self, capacity: int) -> None:
        self.n = 0
        self._arrays = side_by_side({c.name: c.dtype for c in self.columns}, capacity)
        vars(self).update(self._arrays)     # read thousands of times a month: plain attributes are quickest

    def __getattr__(self, name: str) -> NDArray[Any]:
        raise AttributeError(f"{type(self).__name__} have no column '{name}'; they have {', '.join(vars(self).get('_arrays', ()))}")

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, row: int) -> Row:
        if not 0 <= row < self.n:
            raise IndexError(f"row {row} is outside 0..{self.n - 1}")
        return Row(self, row)

    @property
    def capacity(self) -> int:
        """Rows that fit before the columns must grow."""
        return int(next(iter(self._arrays.values())).size)

    @property
    def bytes_a_row(self) -> int:
        """Bytes that one agent takes over all columns."""
        return sum(c.bytes for c in self.columns)

    def reserve(self, rows: int) -> None:
        """Make room for `rows` rows in all; contents are kept. Grows by an eighth more than asked, so that it is rare."""
        if rows <= self.capacity:
            return
        size = rows + rows // 8 + 1024
        larger = side_by_side({name: old.dtype for name, old in self._arrays.items()}, size)
        for name, old in self._arrays.items():
            larger[name][: self.n] = old[: self.n]
        self._arrays = larger
        vars(self).update(larger)

    def select(self, where: Callable[[ColumnStore], NDArray[np.bool_]] | None = None) -> Selection:
        """The agents for which `where(store)` is true (a mask over all n rows), or all of them."""
        rows = np.arange(self.n) if where is None else np.flatnonzero(where(self)[: self.n])
        return Selection(self, rows)

    def close(self) -> None:
        """Free the columns now: a Mesa model otherwise waits for the cyclic garbage collector."""
        self.n = 0
        for name in self._arrays:
            del vars(self)[name]
        self._arrays.clear()


class Selection:
    """Some agents of a store, with the verbs of Mesa's AgentSet."""

    def __init__(self, store: ColumnStore, rows: NDArray[np.intp]) -> None:
        self.store, self.rows = store, rows

    def __len__(self) -> int:
        return int(self.rows.size)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self.store, int(r)) for r in self.rows)

    def count(self) -> int:
        """Number of agents selected."""
        return len(self)

    def get(self, name: str) -> NDArray[Any]:
        """Values of column `name`, one an agent, in row order (a copy)."""
        values: NDArray[Any] = getattr(self.store, name)[self.rows]
        return values

    def set(self, name: str, value: Any) -> Selection:
        """Write `value` (a number, or one an agent) into column `name`."""
        getattr(self.store, name)[self.rows] = value
        return self

    def select(self, where: Callable[[Selection], NDArray[np.bool_]]) -> Selection:
        """Those of the selected agents for which `where(selection)` is true."""
        return Selection(self.store, self.rows[where(self)])

    def agg(self, name: str, how: Callable[[NDArray[Any]], Any]) -> Any:
        """`how` over column `name`, for example `np.mean`."""
        return how(self.get(name))

    def groupby(self, name: str) -> dict[Any, Selection]:
        """One selection for each value of column `name`, in ascending order of the value."""
        values = self.get(name)
        return {v.item(): Selection(self.store, self.rows[values == v]) for v in np.unique(values)}


class Row:
    """One agent, for reading and for tests; never used inside a month."""

    __slots__ = ("_row", "_store")

    def __init__(self, store: ColumnStore, row: int) -> None:
        object.__setattr__(self, "_store", store)
        object.__setattr__(self, "_row", row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)[self._row].item()

    def __setattr__(self, name: str, value: Any) -> None:
        getattr(self._store, name)[self._row] = value

    def __repr__(self) -> str:
        told = ", ".join(f"{c.name}={getattr(self, c.name)}" for c in self._store.columns)
        return f"{type(self._store).__name__}[{self._row}]({told})"


def bytes_of(columns: Sequence[Column]) -> int:
    """Bytes that one agent takes in these columns."""
    return sum(c.bytes for c in columns)
