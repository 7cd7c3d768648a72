"""Lists of the rows that a month concerns, made of flags that loops without branches have written before.

Whom a month passes by costs next to nothing: 64 flags become the bits of one number at a time, and where the processor can
(`write_chosen`), the rows of those that are set move up side by side.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np
from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import njit, types
from numba.core.base import BaseContext
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from model.compiler import lent

ANY, UNSET = np.uint8(255), np.uint8(0)                        # a flag of one byte: what else it is made of widens the loop that writes it
TOGETHER, STRETCH = 8, 64
SIDE_BY_SIDE = bool(get_host_cpu_features().get("avx512vbmi2"))     # without the instruction, one row after the other is quicker
ZERO, ONE = np.uint64(0), np.uint64(1)


@njit(inline="always")
def bits(value, mask):  # type: ignore[no-untyped-def]
    """value & mask of one byte, as one byte: Python's numbers would widen it to 64 bits, and with it the loop that asks."""
    return np.uint8(value & mask)


@intrinsic
def set_among(_: Any, flags: types.Array, at: Any, what: Any) -> Any:
    """Which of the 64 flags (uint8) from place `at` (uint64) on have a bit of `what` (uint8), as the bits of a uint64, the first lowest."""
    signature = types.uint64(flags, types.uint64, types.uint8)

    def generate(context: BaseContext, builder: ir.IRBuilder, signature: Any, values: Any) -> Any:
        array, place, wanted = values
        many, lane = ir.VectorType(ir.IntType(8), STRETCH), ir.IntType(32)
        anything = ir.Constant(many, ir.Undefined)
        same = builder.shuffle_vector(builder.insert_element(anything, wanted, lane(0)), anything,
                                      ir.Constant(ir.VectorType(lane, STRETCH), [0] * STRETCH))
        source = builder.gep(make_array(signature.args[0])(context, builder, array).data, [place])
        found = builder.load(builder.bitcast(source, many.as_pointer()), align=1)
        return builder.bitcast(builder.icmp_unsigned("!=", builder.and_(found, same), ir.Constant(many, [0] * STRETCH)), ir.IntType(64))

    return signature, generate


@intrinsic
def write_chosen(_: Any, rows: types.Array, at: Any, first: Any, chosen: Any) -> Any:
    """Write those of first, first + 1, … first + 63 whose bit is set in `chosen` (uint64) to rows[at:], side by side, eight at a time: what
    follows them up to a multiple of eight is of no account. Returns how many, uint64.

    One instruction moves the numbers 0-63 of those chosen together as bytes; as many eights of them as needed become rows. Hardly ever are
    there more than eight, or fewer than all, so that the processor guesses right how many eights will follow.
    """
    signature = types.uint64(rows, types.uint64, types.uint64, types.uint64)

    def generate(context: BaseContext, builder: ir.IRBuilder, signature: Any, values: Any) -> Any:
        array, place, start, bits = values
        byte, lane, row = ir.IntType(8), ir.IntType(32), ir.IntType(64)
        many, eight, mask = ir.VectorType(byte, STRETCH), ir.VectorType(row, TOGETHER), ir.VectorType(ir.IntType(1), STRETCH)
        nothing, anything = ir.Constant(many, ir.Undefined), ir.Constant(eight, ir.Undefined)
        places = lambda numbers: ir.Constant(ir.VectorType(lane, TOGETHER), list(numbers))  # noqa: E731
        name = f"llvm.experimental.vector.compress.v{STRETCH}i8"
        compress = builder.module.globals.get(name) or ir.Function(builder.module, ir.FunctionType(many, [many, mask, many]), name)
        moved = builder.call(compress, [ir.Constant(many, list(range(STRETCH))), builder.bitcast(bits, mask), nothing])
        same = builder.shuffle_vector(builder.insert_element(anything, start, lane(0)), anything, places([0] * TOGETHER))
        target = builder.gep(make_array(signature.args[0])(context, builder, array).data, [place])
        count = builder.ctpop(bits)
        with ExitStack() as if_more:
            for j in range(0, STRETCH, TOGETHER):
                if j:
                    if_more.enter_context(builder.if_then(builder.icmp_unsigned(">", count, row(j)), likely=False))
                some = builder.zext(builder.shuffle_vector(moved, nothing, places(range(j, j + TOGETHER))), eight)
                store = builder.store(builder.add(some, same), builder.bitcast(builder.gep(target, [row(j)]), eight.as_pointer()))
                store.align = row.width // 8
        return count

    return signature, generate


@intrinsic
def ones(_: Any, bits: Any) -> Any:
    """How many bits of a uint64 are set, uint64."""

    def generate(context: BaseContext, builder: ir.IRBuilder, signature: Any, values: Any) -> Any:
        return builder.ctpop(values[0])

    return types.uint64(types.uint64), generate


@intrinsic
def lowest(_: Any, bits: Any) -> Any:
    """The place of the lowest bit that is set in a uint64 other than nought, uint64."""

    def generate(context: BaseContext, builder: ir.IRBuilder, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.IntType(1)(1))

    return types.uint64(types.uint64), generate


@lent
def how_many(flags, what):  # type: ignore[no-untyped-def]
    """How many flags (uint8) have a bit of `what` (uint8), int64."""
    k, done = ZERO, flags.size // STRETCH * STRETCH
    for at in range(0, done, STRETCH):
        k += ones(set_among(flags, np.uint64(at), what))
    for j in range(done, flags.size):
        k += ONE if flags[j] & what else ZERO
    return np.int64(k)


@lent
def those(flags, what, first, rows):  # type: ignore[no-untyped-def]
    """Write to `rows` (uint64, at least as many as flags) the rows, counted from `first`, whose flag (uint8) has a bit of `what` (uint8);
    returns how many. What `rows` holds beyond them is of no account."""
    k, done = ZERO, flags.size // STRETCH * STRETCH
    for at in range(0, done, STRETCH):
        bits, start = set_among(flags, np.uint64(at), what), first + np.uint64(at)
        if SIDE_BY_SIDE:
            k += write_chosen(rows, k, start, bits)
        else:
            while bits:
                rows[k] = start + lowest(bits)
                k += ONE
                bits &= bits - ONE
    for j in range(done, flags.size):
        if flags[j] & what:
            rows[k] = first + np.uint64(j)
            k += ONE
    return np.int64(k)


@njit(cache=True)
def rows_that(flags):  # type: ignore[no-untyped-def]
    """Rows whose flag (uint8) is not nought, ascending, int64."""
    rows = np.empty(flags.size, np.uint64)
    return rows[: those(flags, ANY, ZERO, rows)].view(np.int64)
