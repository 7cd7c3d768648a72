"""The same city gives the same bytes: twice, with one thread or two, and with every optional CPU feature switched off."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy._core import _multiarray_umath

from model.city import City
from model.threads import using
from tests.model.towns import as_usual, lived, same_months, town, unequal

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import hashlib, sys
from model.indicators import measure, yearly
from tests.model.towns import as_usual, lived, lives, plan_setting, scale_for, town

def tell(name, city):
    told = hashlib.sha256()
    for series, values in city.series().items():
        told.update(series.encode() + values.tobytes())
    told.update(lives(city).to_csv().encode())
    for column in ("target", "taste", "drive", "desired", "staff"):
        told.update(getattr(city.firms, column)[: city.firms.n].tobytes())
    table = measure(city.series(), areas=city.setting.areas, groups=city.setting.groups, months=city.months())
    told.update(table["value"].to_numpy().tobytes() + yearly(table)["value"].to_numpy().tobytes())
    print(name, told.hexdigest())

tell("town", lived(as_usual(town(9000, 3), enrolment_drive_mid=0.9), 16))
for name in ("xuzhou", "haining"):
    tell(name, lived(plan_setting(name), 13, scale=scale_for(plan_setting(name), 12_000), thin=True))
"""


def cpu_features_off() -> dict[str, str]:
    """The environment of a plain x86-64 machine: for numba, for NumPy's dispatch and for its linear algebra."""
    able = [name for name in _multiarray_umath.__cpu_dispatch__ if _multiarray_umath.__cpu_features__[name]]
    return {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_ENABLE_AVX": "0",
        "NPY_DISABLE_CPU_FEATURES": " ".join(able),
        "OPENBLAS_CORETYPE": "Prescott",
    }


def told(environment: Mapping[str, str]) -> str:
    """What a process of its own tells of its cities, under extra environment variables."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True,
        encoding="utf-8", timeout=900, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_same_city_twice() -> None:
    one, other = (lived(as_usual(town(9000)), 14, rng=77) for _ in range(2))
    assert unequal(one, other) == []


def test_another_seed_is_another_city() -> None:
    one, other = (lived(as_usual(town(9000)), 14, rng=seed) for seed in (77, 78))
    assert len(unequal(one, other)) > 20


def test_living_in_steps_is_living_at_once() -> None:
    one, other = lived(town(8000), 13), City(town(8000), rng=1, scale=1)
    for months in (1, 4, 0, 8):
        other.run_for(months)
    assert unequal(one, other) == []
    again = City(town(8000), rng=1, scale=1)
    again.run_until("2022-01")
    assert unequal(one, again) == []


def test_other_random_numbers_change_nothing() -> None:
    """No luck comes from a generator that others may use, nor from Mesa's."""
    one = lived(town(7000), 8)
    other = City(town(7000), rng=1, scale=1)
    np.random.default_rng().random(5)
    for _ in range(8):
        other.random.random()
        other.rng.random(3)
        other.step()
    assert unequal(one, other) == []


@pytest.mark.parametrize("threads", [2, 4])
def test_any_number_of_threads(threads: int) -> None:
    """On more rows than a block holds, so that the threads really share the work."""
    setting = as_usual(town(150_000, 3), enrolment_drive_small=0.8)
    alone = lived(setting, 9)
    with using(threads):
        together = lived(setting, 9)
    assert alone.people.n > 2 * 65_536
    assert unequal(alone, together) == []


def test_a_longer_life_begins_like_a_shorter_one() -> None:
    assert same_months(lived(town(8000), 30), lived(town(8000), 12), 12)


@pytest.mark.slow
def test_other_cpu_features_change_no_byte() -> None:
    """Compiled for a plain x86-64 processor (about a minute when nothing is cached): every count, person and measure is the same."""
    here, plain = told({}), told(cpu_features_off())
    assert here.count("\n") == 3
    assert plain == here
