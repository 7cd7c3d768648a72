"""`exp`, `log`, `logistic` and `power` from plain arithmetic alone, so that they give the same bits everywhere.

The C library's versions differ between machines in the last bit, and a last bit can decide a draw. Here every operation
is one that IEEE 754 fixes exactly (+, -, *, /, and moving bits), in an order that no compiler may change: no fastmath,
and numba contracts no multiply and add into a fused one (a test reads the machine code). Relative error is below 4e-16
for `exp` and `log` over their whole range (tests hold them to that).

Every function works on one float64: inside kernels, and from plain Python with the same bits (`exp.py_func`).
`exp_of` and `log_of` run over arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.compiler import lent

LN2_HIGH = float.fromhex("0x1.62e42feep-1")  # ln 2 to 33 bits: k * LN2_HIGH is exact for |k| < 2**20
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # the rest of ln 2
PER_LN2 = float.fromhex("0x1.71547652b82fep+0")  # 1 / ln 2
ROUNDER = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds to the nearest integer
HIGHEST = 709.782712893384  # exp of anything larger overflows
LOWEST = -745.1332191019411  # exp of anything smaller is 0
SMALLEST_NORMAL = 2.0**-1022
TWO_54 = 2.0**54
HALF_ROOT = float.fromhex("0x1.6a09e667f3bcdp-1")  # sqrt(1/2)

BIAS = np.int64(1023)
FRACTION_BITS = np.int64(52)
FRACTION = np.int64(0x000FFFFFFFFFFFFF)
ONE_HALF_BITS = np.int64(0x3FE0000000000000)
ONE = np.int64(1)
ROUNDER_BITS = np.float64(ROUNDER).view(np.int64)

# Taylor coefficients 1/n! of exp: the tail beyond n = 13 is below 5e-18 for |r| <= ln(2)/2.
E2, E3, E4, E5, E6, E7 = 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040
E8, E9, E10, E11, E12, E13 = 1 / 40320, 1 / 362880, 1 / 3628800, 1 / 39916800, 1 / 479001600, 1 / 6227020800
# Coefficients 2/(2n+1) of the artanh series: the tail beyond n = 11 is below 1e-19 for |s| <= 0.172.
A1, A2, A3, A4, A5, A6 = 2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13
A7, A8, A9, A10, A11 = 2 / 15, 2 / 17, 2 / 19, 2 / 21, 2 / 23


@njit(cache=True)
def _power_of_two(k):  # type: ignore[no-untyped-def]
    """2**k for -1022 <= k <= 1023 (int64), by writing the exponent's bits."""
    return np.int64((k + BIAS) << FRACTION_BITS).view(np.float64)


@njit(cache=True)
def exp(x):  # type: ignore[no-untyped-def]
    """e**x for one float64; inf above 709.78, 0 below -745.13, NaN for NaN."""
    if x != x:
        return np.float64(x)
    if x > HIGHEST:
        return np.float64(np.inf)
    if x < LOWEST:
        return np.float64(0.0)
    return _exp_within(x)


@njit(cache=True)
def _exp_within(x):  # type: ignore[no-untyped-def]
    """e**x for LOWEST <= x <= HIGHEST."""
    shifted = np.float64(x * PER_LN2 + ROUNDER)
    whole = shifted - ROUNDER
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    q = r * r
    even = E2 + q * (E4 + q * (E6 + q * (E8 + q * (E10 + q * E12))))
    odd = E3 + q * (E5 + q * (E7 + q * (E9 + q * (E11 + q * E13))))
    grown = 1.0 + (r + q * (even + r * odd))
    k = shifted.view(np.int64) - ROUNDER_BITS  # `whole` stands in the lowest bits of what was added to ROUNDER
    low = k >> ONE  # in two steps, so that neither factor overflows or loses bits
    return grown * _power_of_two(low) * _power_of_two(k - low)


@njit(cache=True)
def log(x):  # type: ignore[no-untyped-def]
    """Natural logarithm of one float64; -inf for 0, NaN below 0 and for NaN."""
    if not x > 0.0:
        return np.float64(-np.inf) if x == 0.0 else np.float64(np.nan)
    if x == np.inf:
        return np.float64(np.inf)
    k = np.int64(0)
    value = np.float64(x)
    if value < SMALLEST_NORMAL:
        value = value * TWO_54
        k = np.int64(-54)
    bits = np.float64(value).view(np.int64)
    k = k + (bits >> FRACTION_BITS) - BIAS + ONE
    m = np.int64((bits & FRACTION) | ONE_HALF_BITS).view(np.float64)  # in [1/2, 1)
    if m < HALF_ROOT:
        m = m * 2.0
        k = k - ONE
    return _log_of_parts(m - 1.0, np.float64(k))


@njit(cache=True, error_model="numpy")  # no question after a division by zero, which would be a branch; 2 + f never is zero
def _log_of_parts(f, k):  # type: ignore[no-untyped-def]
    """k ln 2 + log(1 + f) for sqrt(1/2) - 1 <= f < sqrt(2) - 1, by log(1 + f) = 2 artanh(f / (2 + f)).

    The series is arranged as f - (f*f/2 - s * (f*f/2 + ...)), so that f itself, exact, carries the leading digits.
    """
    s = f / (2.0 + f)
    q = s * s
    w = q * q
    even = q * (A1 + w * (A3 + w * (A5 + w * (A7 + w * (A9 + w * A11)))))
    odd = w * (A2 + w * (A4 + w * (A6 + w * (A8 + w * A10))))
    half_square = 0.5 * f * f
    rest = s * (half_square + (odd + even)) + k * LN2_LOW
    return k * LN2_HIGH - ((half_square - rest) - f)


@lent
def log_each(x, out):  # type: ignore[no-untyped-def]
    """`log` of positive, normal, finite numbers into `out`: a loop without branches, which the compiler turns into vector instructions."""
    for j in range(x.size):
        bits = np.float64(x[j]).view(np.int64)
        m = np.int64((bits & FRACTION) | ONE_HALF_BITS).view(np.float64)
        small = m < HALF_ROOT
        k = (bits >> FRACTION_BITS) - BIAS + (np.int64(0) if small else ONE)
        out[j] = _log_of_parts((m * 2.0 if small else m) - 1.0, np.float64(k))


@lent
def exp_each(x, out):  # type: ignore[no-untyped-def]
    """`exp` of numbers between LOWEST and HIGHEST into `out`: a loop without branches, as `log_each` is."""
    for j in range(x.size):
        out[j] = _exp_within(x[j])


@lent
def logistic_each(x, out):  # type: ignore[no-untyped-def]
    """`logistic` of numbers between -HIGHEST and HIGHEST into `out`, in the same way."""
    for j in range(x.size):
        grown = _exp_within(-abs(x[j]))
        out[j] = (1.0 if x[j] >= 0.0 else grown) / (1.0 + grown)


@njit(cache=True)
def logistic(x):  # type: ignore[no-untyped-def]
    """1 / (1 + e**-x) for one float64, without overflow and exact to a few last bits in both tails."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    grown = exp(x)
    return grown / (1.0 + grown)


@njit(cache=True)
def power(base, exponent):  # type: ignore[no-untyped-def]
    """base**exponent for base > 0, as exp(exponent * log(base)); relative error about |exponent log base| * 2e-16."""
    return exp(exponent * log(base))


@njit(cache=True)
def exp_of(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """`exp` of every element of a float64 array of one dimension."""
    out = np.empty(x.shape[0], np.float64)
    for i in range(x.shape[0]):
        out[i] = exp(x[i])
    return out


@njit(cache=True)
def log_of(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """`log` of every element of a float64 array of one dimension."""
    out = np.empty(x.shape[0], np.float64)
    for i in range(x.shape[0]):
        out[i] = log(x[i])
    return out


@njit(cache=True)
def logistic_of(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """`logistic` of every element of a float64 array of one dimension."""
    out = np.empty(x.shape[0], np.float64)
    for i in range(x.shape[0]):
        out[i] = logistic(x[i])
    return out


@njit(cache=True)
def line_sum(x):  # type: ignore[no-untyped-def]
    """The sum of a line of up to 128 numbers, in the order in which NumPy adds them: eight at a time, and the rest one by one."""
    whole, total = x.size // 8 * 8, 0.0
    if whole:
        part = x[:8].copy()
        for j in range(8, whole):
            part[j & 7] += x[j]
        total = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]))
    for j in range(whole, x.size):
        total += x[j]
    return total


@njit(cache=True)
def line_sums(x):  # type: ignore[no-untyped-def]
    """The sum of each line of up to 128 numbers, float64 (lines,)."""
    out = np.empty(x.shape[0])
    for j in range(x.shape[0]):
        out[j] = line_sum(x[j])
    return out


@njit(cache=True)
def cumulative(parts, total):  # type: ignore[no-untyped-def]
    """Cumulative shares along the lines of `parts`, float64 (lines, k), of the line's `total`, (lines,)."""
    out = np.empty(parts.shape)
    for j in range(total.size):
        below = 0.0
        for k in range(parts.shape[1]):
            below += parts[j, k] / total[j]
            out[j, k] = below
    return out


@njit(cache=True)
def power_of(base: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    """`power` of every element of a float64 array of one dimension."""
    out = np.empty(base.shape[0], np.float64)
    for i in range(base.shape[0]):
        out[i] = power(base[i], exponent)
    return out
