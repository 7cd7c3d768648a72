"""A part of a sweep's results: the rows of a block of runs as one table, made from values alone.

Runs of one plan have their rows in the same places, so that what a part keeps of them, and which months make which year, is worked
out once for all of them (`Cut`); a run then costs a dozen sums of arrays, and no table of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scenarios.shards import Layout, Rows
from scenarios.sweep_spec import Outputs

WORD = pa.dictionary(pa.int32(), pa.string())
TYPES = {
    "run": pa.int32(), "plan": WORD, "scenario": WORD, "point": pa.int32(), "draw": pa.int32(), "replicate": pa.int32(),
    "area": WORD, "indicator": WORD, "period": WORD, "value": pa.float64(),
}  # fmt: skip
COLUMNS = list(TYPES)
LABELS, PLACES = COLUMNS[:6], COLUMNS[6:9]
MOST_CUTS = 64
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Words:
    """A column of text: the place of each row's word in a list of words."""

    codes: Codes
    words: tuple[str, ...]

    @classmethod
    def of(cls, column: pa.DictionaryArray) -> Words:
        """The column with its words in the order in which they first stand there."""
        return cls(column.indices.to_numpy(zero_copy_only=False).astype(np.int64), tuple(column.dictionary.to_pylist())).in_order()

    def in_order(self) -> Words:
        """The same words in the order in which they first stand there, and no other."""
        used, first, codes = np.unique(self.codes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(order.size)
        return Words(rank[codes], tuple(self.words[i] for i in used[order]))

    def at(self, rows: Codes) -> Words:
        """The column of some rows."""
        return Words(self.codes[rows], self.words).in_order()


@dataclass(frozen=True)
class Cut:
    """What a part keeps of runs of one layout. places: area, indicator and period of each kept value; months: (months, kept values)
    the rows that each is made of, one where months are kept, -1 where there is none; year: sum, mean or december of each.
    """

    places: tuple[Words, Words, Words]
    months: Codes
    year: NDArray[np.str_] | None

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is kept of a run's values. A missing month adds nothing to a sum, and is no part of a mean nor a December."""
        if self.year is None:
            months: NDArray[np.float64] = values[self.months[0]]
            return months
        total, count = np.zeros(self.months.shape[1]), np.zeros(self.months.shape[1])
        last = np.full(self.months.shape[1], np.nan)
        for rows in self.months:  # month by month: a sum in this order is the same on every machine
            value = values[rows]
            there = (rows >= 0) & ~np.isnan(value)
            total += np.where(there, value, 0.0)
            count += there
            last = np.where(there, value, last)
        mean = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
        return np.where(self.year == "sum", total, np.where(self.year == "mean", mean, last))


def cut_of(layout: Layout, outputs: Outputs) -> Cut:
    """What a part keeps of runs of this layout."""
    area, indicator, period = (Words.of(column) for column in (layout.area, layout.indicator, layout.period))
    kept = np.ones(area.codes.size, bool)
    if outputs.indicators != "all":
        kept &= np.isin(np.asarray(indicator.words, object), list(outputs.indicators))[indicator.codes]
    if outputs.areas != "all":
        wanted = ["ALL"] if outputs.areas == "city" else list(outputs.areas)
        kept &= np.isin(np.asarray(area.words, object), wanted)[area.codes]
    rows = np.flatnonzero(kept)
    if outputs.period != "year":
        return Cut((area.at(rows), indicator.at(rows), period.at(rows)), rows[None, :], None)
    return _in_years(area.at(rows), indicator.at(rows), period.at(rows), rows)


def _in_years(area: Words, indicator: Words, period: Words, rows: Codes) -> Cut:
    """The cut of year values, as `model.indicators.yearly` gives them: in the order in which a year first stands in the rows, made of
    its months in their order; a year that is not whole keeps what it has.
    """
    from model.indicators import registry

    years = Words(period.codes, tuple(word[:4] for word in period.words))
    names = tuple(dict.fromkeys(years.words))
    year = np.asarray([names.index(word) for word in years.words], np.int64)[period.codes]
    _, first, group = np.unique(
        (area.codes * max(len(indicator.words), 1) + indicator.codes) * max(len(names), 1) + year, return_index=True, return_inverse=True
    )
    months = np.argsort(np.argsort(np.asarray(period.words, object), kind="stable"), kind="stable")[period.codes]
    by = np.lexsort((months, group))
    starts = np.searchsorted(group[by], np.arange(first.size))
    place = np.arange(by.size) - starts[group[by]]
    made_of = np.full((int(place.max(initial=-1)) + 1, first.size), -1, np.int64)
    made_of[place, group[by]] = rows[by]
    order = np.argsort(first)
    kept = first[order]
    how = np.asarray([registry()[name].year for name in indicator.words], "U8")
    places = (area.at(kept), indicator.at(kept), Words(year[kept], names).in_order())
    return Cut(places, made_of[:, order], how[indicator.codes[kept]] if how.size else np.empty(0, "U8"))


@dataclass(frozen=True)
class Kept:
    """What a part keeps of one run."""

    cut: Cut
    values: NDArray[np.float64]


class Cuts:
    """The cuts of a sweep's layouts, each worked out once."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs, self._known = outputs, dict[str, Cut]()

    def kept(self, rows: Rows) -> Kept:
        """What a part keeps of a run."""
        name = rows.layout.name
        if name not in self._known:
            if len(self._known) >= MOST_CUTS:
                self._known.pop(next(iter(self._known)))
            self._known[name] = cut_of(rows.layout, self.outputs)
        cut = self._known[name]
        return Kept(cut, cut.of(rows.values))


def table_of(runs: Sequence[tuple[Mapping[str, Any], Kept]]) -> pa.Table:
    """The rows of runs in order, each with its run's labels."""
    if not sum(kept.values.size for _, kept in runs):
        return pa.schema(list(TYPES.items())).empty_table()
    sizes = [kept.values.size for _, kept in runs]
    columns = {}
    for name in LABELS:
        each = [labels[name] for labels, kept in runs if kept.values.size]
        rows = [size for size in sizes if size]
        if TYPES[name] is WORD:
            words = tuple(dict.fromkeys(each))
            columns[name] = _column(np.repeat([words.index(one) for one in each], rows), words)
        else:
            columns[name] = pa.array(np.repeat(each, rows), TYPES[name])
    for place, name in enumerate(PLACES):
        columns[name] = _joined([kept.cut.places[place] for _, kept in runs])
    columns["value"] = pa.array(np.concatenate([kept.values for _, kept in runs]))
    return pa.table(columns, schema=pa.schema(list(TYPES.items())))


def _joined(each: Sequence[Words]) -> pa.DictionaryArray:
    """Columns one below the other; most have the same words."""
    words: dict[str, int] = {}
    known: dict[int, Codes] = {}
    for one in each:
        if id(one) not in known:
            known[id(one)] = np.asarray([words.setdefault(word, len(words)) for word in one.words], np.int64)[one.codes]
    return _column(np.concatenate([known[id(one)] for one in each]), tuple(words))


def _column(codes: Codes, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(words), pa.string()))


def content_of(table: pa.Table) -> str:
    """Digest of a part's rows, whatever the encoding of the file."""
    digest = hashlib.sha256()
    for name in COLUMNS:
        column = table.column(name)
        if TYPES[name] is WORD:
            codes, words = _sorted_words(column)
            digest.update("\0".join(words).encode() + b"\1" + codes.astype("<i4").tobytes())
        else:
            digest.update(column.to_numpy().tobytes())
        digest.update(b"\1")
    return digest.hexdigest()


def _sorted_words(column: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    """The words that stand in a column, sorted, and the place of each row's word among them."""
    if not len(column):
        return np.empty(0, np.int64), []
    whole = pa.chunked_array([column.unify_dictionaries().combine_chunks()]).chunk(0)
    codes, words = whole.indices.to_numpy(zero_copy_only=False), whole.dictionary.to_pylist()
    used = sorted(np.flatnonzero(np.bincount(codes, minlength=len(words))), key=words.__getitem__)
    place = np.zeros(len(words), np.int64)
    place[used] = np.arange(len(used))
    return place[codes], [words[i] for i in used]
