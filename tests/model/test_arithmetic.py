"""The project's own exp and log: accuracy against exact decimals, the same bits in Python, no fused operations."""

import math
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import arithmetic
from model.arithmetic import (
    HIGHEST,
    LN2_HIGH,
    LN2_LOW,
    LOWEST,
    PER_LN2,
    SMALLEST_NORMAL,
    exp,
    exp_each,
    exp_of,
    line_sum,
    log,
    log_each,
    log_of,
    logistic,
    logistic_each,
    logistic_of,
    power,
)

Exact = Callable[[Decimal], Decimal]


def worst_error(found: Callable[[float], float], exact: Exact, at: np.ndarray) -> float:
    """Largest relative error over some points, against 40-digit decimals."""
    with localcontext() as context:
        context.prec = 40
        return max(
            float(abs(Decimal(float(found(x))) / exact(Decimal(x)) - 1))
            for x in map(float, at)
            if exact(Decimal(x)) != 0
        )


def random_numbers() -> np.random.Generator:
    return np.random.default_rng(20210101)


def exact_logistic(x: Decimal) -> Decimal:
    return 1 / (1 + (-x).exp())


def test_constants() -> None:
    with localcontext() as context:
        context.prec = 60
        two = Decimal(2).ln()
        assert float(two - Decimal(LN2_HIGH)) == LN2_LOW
        assert float(1 / two) == PER_LN2
    assert (LN2_HIGH * 2**33).is_integer(), "33 bits, so that k * LN2_HIGH is exact"


@pytest.mark.parametrize(("low", "high"), [(-700, 700), (-40, 40), (-1, 1), (-1e-3, 1e-3), (-1e-12, 1e-12)])
def test_exp_is_accurate(low: float, high: float) -> None:
    assert worst_error(exp, Decimal.exp, random_numbers().uniform(low, high, 3000)) < 4e-16


@pytest.mark.parametrize(("low", "high"), [(1e-300, 1e300), (0.5, 2.0), (0.999, 1.001), (1 - 1e-9, 1 + 1e-9)])
def test_log_is_accurate(low: float, high: float) -> None:
    points = np.exp(random_numbers().uniform(math.log(low), math.log(high), 3000))
    assert worst_error(log, Decimal.ln, points[points != 1.0]) < 4e-16


def test_logistic_is_accurate_in_both_tails() -> None:
    assert worst_error(logistic, exact_logistic, random_numbers().uniform(-700, 700, 3000)) < 8e-16
    assert logistic(0.0) == 0.5
    assert logistic(1e6) == 1.0
    assert logistic(-1e6) == 0.0


def test_power_is_accurate_for_monthly_rates() -> None:
    for base in random_numbers().uniform(1e-3, 2.0, 1000):
        assert power(base, 1 / 12) == pytest.approx(math.pow(base, 1 / 12), rel=1e-15)


def test_near_the_c_library() -> None:
    for x in random_numbers().uniform(-700, 700, 5000):
        assert exp(x) == pytest.approx(math.exp(x), rel=1e-15)
        assert log(abs(x)) == pytest.approx(math.log(abs(x)), rel=1e-15, abs=1e-17)


def test_edges_of_exp() -> None:
    assert exp(0.0) == 1.0 and exp(-0.0) == 1.0
    assert exp(HIGHEST) == pytest.approx(1.7976931348622732e308, rel=1e-14)
    assert exp(np.nextafter(HIGHEST, 1e3)) == math.inf and exp(math.inf) == math.inf
    assert exp(LOWEST) == 5e-324, "the least number there is"
    assert exp(np.nextafter(LOWEST, -1e3)) == 0.0 and exp(-math.inf) == 0.0
    assert math.isnan(exp(math.nan))
    assert exp(-740.0) == math.exp(-740.0), "below the normal numbers too"


def test_edges_of_log() -> None:
    assert log(1.0) == 0.0
    assert log(0.0) == -math.inf and log(-0.0) == -math.inf
    assert math.isnan(log(-1.0)) and math.isnan(log(math.nan)) and math.isnan(log(-math.inf))
    assert log(math.inf) == math.inf
    for tiny in (5e-324, 1e-310, 2.0**-1022, 1.7976931348623157e308):
        assert log(tiny) == pytest.approx(math.log(tiny), rel=1e-15)


@given(st.floats())
def test_python_gives_the_same_bits(x: float) -> None:
    for compiled in (exp, log, logistic):
        with np.errstate(all="ignore"):
            plain = compiled.py_func(x)
        assert np.float64(compiled(x)).tobytes() == np.float64(plain).tobytes() or (math.isnan(plain) and math.isnan(x))


@given(st.floats(1e-300, 1e300), st.floats(-2, 2))
def test_python_gives_the_same_bits_for_powers(base: float, exponent: float) -> None:
    assert power(base, exponent) == power.py_func(base, exponent)


@given(st.floats(-700, 700), st.floats(0, 1e-6))
def test_exp_and_logistic_never_fall(x: float, step: float) -> None:
    assert exp(x + step) >= exp(x) * (1 - 4e-16)
    assert logistic(x + step) >= logistic(x) * (1 - 8e-16)


@given(st.floats(-690, 690))
def test_log_undoes_exp(x: float) -> None:
    assert log(exp(x)) == pytest.approx(x, rel=4e-16, abs=4e-16)


def test_arrays_hold_the_same_bits_as_numbers() -> None:
    x = random_numbers().uniform(-50, 50, 10_000)
    assert np.array_equal(exp_of(x), [exp(v) for v in x])
    assert np.array_equal(log_of(np.abs(x)), [log(v) for v in np.abs(x)])


RECORDED = {
    # Bits on x86-64; every machine that follows IEEE 754 must give the same.
    exp: {
        1.0: "0x1.5bf0a8b14576ap+1",
        -0.75: "0x1.e3b40ebefcd7ep-2",
        12.5: "0x1.060c52565ba66p+18",
        1e-9: "0x1.000000044b830p+0",
    },
    log: {
        2.0: "0x1.62e42fefa39efp-1",
        0.3: "-0x1.34378fcbda721p+0",
        6000.0: "0x1.16626cc0d43d0p+3",
        1.0000001: "0x1.ad7f2847b6492p-24",
    },
    logistic: {0.4: "0x1.32873061674b2p-1", -3.0: "0x1.848343c905446p-5"},
}


@given(st.integers(1, 128), st.integers(0, 2**32 - 1))
def test_a_line_is_added_as_numpy_adds_it(size: int, seed: int) -> None:
    lines = np.random.default_rng(seed).lognormal(0.0, 9.0, (3, size))
    assert [line_sum(line) for line in lines] == lines.sum(axis=1).tolist()


def test_recorded_bits() -> None:
    for function, values in RECORDED.items():
        for x, bits in values.items():
            assert float(function(x)).hex() == bits, (function, x)


def test_loops_without_branches_give_the_bits_of_the_functions() -> None:
    luck = random_numbers()
    x = np.concatenate([luck.uniform(-700, 700, 20_000), luck.normal(0, 3, 20_000), [0.0, -0.0, 1e-300, -1e-17, HIGHEST, -HIGHEST]])
    positive = np.concatenate([np.exp(x), luck.uniform(0, 1, 20_000)])
    for each, of, given_numbers in ((exp_each, exp_of, x), (logistic_each, logistic_of, x),
                                     (log_each, log_of, positive[positive >= SMALLEST_NORMAL])):
        found = np.empty_like(given_numbers)
        each(given_numbers, found)
        assert found.tobytes() == of(given_numbers).tobytes(), of


READ_MACHINE_CODE = """
import numpy as np
from model.arithmetic import exp_each, exp_of, log_of, logistic, logistic_each, power
ones = np.ones(3)
exp_of(ones), log_of(ones), logistic(1.0), power(2.0, 0.5), exp_each(ones, ones), logistic_each(ones, ones)
for compiled in (exp_of, log_of, logistic, power, exp_each, logistic_each):
    for signature in compiled.signatures:
        print(compiled.inspect_asm(signature))
"""


def test_no_fused_operations_and_no_library_calls(tmp_path: Path) -> None:
    """Fusing a multiply and an add would change the last bit from machine to machine; so would the C library.

    Compiled anew in an empty home, because numba shows no machine code for kernels that come from its cache.
    """
    done = subprocess.run(
        [sys.executable, "-c", READ_MACHINE_CODE],
        cwd=Path(arithmetic.__file__).parents[1],
        env={**os.environ, "RENSHE_HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    assert "mul" in done.stdout, "there is machine code to read"
    for word in ("vfmadd", "vfmsub", "vfnmadd", "vfnmsub", "\tfmadd", "\tfmla", "__svml", "\texp@", "\tlog@", "\tfma@"):
        assert word not in done.stdout, word
