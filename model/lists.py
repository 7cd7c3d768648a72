"""Lists of the rows that a month concerns, made of flags that loops without branches have written before.

Whom a month passes by costs next to nothing: eight flags are looked at together, and where the processor can (`compress`), the rows of
those that are set move up side by side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import njit, types
from numba.core.base import BaseContext
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

ANY = np.uint8(255)
TOGETHER, STRETCH = 8, 64
SIDE_BY_SIDE = bool(get_host_cpu_features().get("avx512f"))     # without the instruction, one flag after the other is quicker
EACH, LOW, GATHER = np.uint64(0x0101010101010101), np.uint64(0x7F7F7F7F7F7F7F7F), np.uint64(0x0102040810204080)
"""Of each of eight bytes: the lowest bit, all bits but the highest, and the multiplier that brings the lowest bits together on top."""
ZERO, ONE, SIGN, TOP, STEP = np.uint64(0), np.uint64(1), np.uint64(7), np.uint64(56), np.uint64(TOGETHER)


@intrinsic
def write_chosen(_: Any, rows: types.Array, at: Any, first: Any, chosen: Any) -> Any:
    """Write those of first, first + 1, … first + 7 whose bit is set in `chosen` (uint64) to rows[at:], side by side; what follows them in
    the eight places is of no account."""
    signature = types.void(rows, types.uint64, types.uint64, types.uint64)

    def generate(context: BaseContext, builder: ir.IRBuilder, signature: Any, values: Any) -> Any:
        array, place, start, bits = values
        row, lane = ir.IntType(64), ir.IntType(32)
        eight, mask = ir.VectorType(row, TOGETHER), ir.VectorType(ir.IntType(1), TOGETHER)
        anything = ir.Constant(eight, ir.Undefined)
        same = builder.shuffle_vector(builder.insert_element(anything, start, lane(0)), anything,
                                      ir.Constant(ir.VectorType(lane, TOGETHER), [0] * TOGETHER))
        counted = builder.add(same, ir.Constant(eight, list(range(TOGETHER))))
        name = f"llvm.experimental.vector.compress.v{TOGETHER}i64"
        compress = builder.module.globals.get(name) or ir.Function(builder.module, ir.FunctionType(eight, [eight, mask, eight]), name)
        moved = builder.call(compress, [counted, builder.bitcast(builder.trunc(bits, ir.IntType(TOGETHER)), mask), anything])
        target = builder.gep(make_array(signature.args[0])(context, builder, array).data, [place])
        builder.store(moved, builder.bitcast(target, eight.as_pointer())).align = row.width // 8
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def lowest(_: Any, bits: Any) -> Any:
    """The place of the lowest bit that is set in a uint64 other than nought, uint64."""

    def generate(context: BaseContext, builder: ir.IRBuilder, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.IntType(1)(1))

    return types.uint64(types.uint64), generate


@njit(inline="always")
def set_in(word, wanted):  # type: ignore[no-untyped-def]
    """1 in each byte of `word` (eight flags) that has a bit of `wanted`."""
    some = word & wanted
    return ((((some & LOW) + LOW) | some) >> SIGN) & EACH


@njit(cache=True)
def those_left(flags, done, what, first, rows, k):  # type: ignore[no-untyped-def]
    """The flags beyond those `done`, one by one; returns how many are listed in all, k of them before."""
    for j in range(done, flags.size):
        if flags[j] & what:
            rows[k] = first + np.uint64(j)
            k += 1
    return k


@njit(cache=True)
def those(flags, what, first, rows):  # type: ignore[no-untyped-def]
    """Write to `rows` (uint64, at least as many as flags) the rows, counted from `first`, whose flag (uint8) has a bit of `what` (uint8);
    returns how many."""
    k, at, wanted, done = ZERO, first, np.uint64(what) * EACH, flags.size // TOGETHER * TOGETHER
    for word in flags[:done].view(np.uint64):
        found = set_in(word, wanted)
        if SIDE_BY_SIDE:
            write_chosen(rows, k, at, (found * GATHER) >> TOP)
            k += (found * EACH) >> TOP
        else:
            for j in range(TOGETHER):
                rows[k] = at + np.uint64(j)
                k += (found >> np.uint64(TOGETHER * j)) & ONE
        at += STEP
    return those_left(flags, done, what, first, rows, np.int64(k))


@njit(cache=True)
def those_few(flags, what, first, rows):  # type: ignore[no-untyped-def]
    """The same as `those`, for what is rare: 64 flags become the bits of one number, and only those that are set are gone through."""
    k, wanted, done = ZERO, np.uint64(what) * EACH, flags.size // STRETCH * STRETCH
    words = flags[:done].view(np.uint64)
    for at in range(0, words.size, TOGETHER):
        bits, start = ZERO, first + np.uint64(at * TOGETHER)
        for j in range(TOGETHER):
            bits |= ((set_in(words[np.uint64(at + j)], wanted) * GATHER) >> TOP) << np.uint64(TOGETHER * j)
        while bits:
            rows[k] = start + lowest(bits)
            k += ONE
            bits &= bits - ONE
    return those_left(flags, done, what, first, rows, np.int64(k))


@njit(cache=True)
def rows_that(flags):  # type: ignore[no-untyped-def]
    """Rows whose flag (uint8) is not nought, ascending, int64."""
    rows = np.empty(flags.size, np.uint64)
    return rows[: those(flags, ANY, ZERO, rows)].view(np.int64)
