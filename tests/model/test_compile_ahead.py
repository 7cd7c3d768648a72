"""Kernels compiled by several processes: each once, all of them, and none again when the city lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model import compile_ahead

ROOT = Path(__file__).resolve().parents[2]
FEW = ("model.market.sort_into", "model.market.post_vacancies", "model.blocks.listed")
COMPILE = """
import json, sys
from pathlib import Path
from model import compile_ahead
compile_ahead.LIST = Path(sys.argv[1])
if sys.argv[2] == "all":
    compile_ahead.compile_all(2)
from model.market import post_vacancies, sort_into
from model.separations import listed
made = {}
for kernel in (sort_into, post_vacancies, listed):
    for signature in list(kernel.signatures) or []:
        made[kernel.py_func.__name__] = [int(sum(kernel.stats.cache_hits.values())), int(sum(kernel.stats.cache_misses.values()))]
print(json.dumps(made))
"""


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A list of a few light kernels."""
    listed = json.loads(compile_ahead.LIST.read_text(encoding="utf-8"))
    path = tmp_path / "kernels.json"
    path.write_text(json.dumps({name: listed[name] for name in FEW}), encoding="utf-8")
    return path


def compiled(few: Path, home: Path) -> dict[str, list[int]]:
    """{kernel: [found in the cache, compiled]} of a new process that compiles the list ahead."""
    done = subprocess.run([sys.executable, "-c", COMPILE, str(few), "all"], cwd=ROOT, env={**os.environ, "RENSHE_HOME": str(home)},
                          capture_output=True, text=True, encoding="utf-8", check=True)  # fmt: skip
    found: dict[str, list[int]] = json.loads(done.stdout)
    return found


def test_kernels_that_were_compiled_ahead_are_found_in_the_cache(few: Path, tmp_path: Path) -> None:
    first, second = compiled(few, tmp_path / "home"), compiled(few, tmp_path / "home")
    assert sum(misses for _, misses in first.values()) <= len(FEW), "each once, and some by the other process"
    assert second and all(misses == 0 and hits > 0 for hits, misses in second.values())


def test_a_kernel_is_one_processes_turn(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_ahead, "LIST", few)
    turns = tmp_path / "turns"
    turns.mkdir()
    for name in FEW:
        (turns / name).touch()
    monkeypatch.setattr(compile_ahead, "importlib", None)  # whoever imports a kernel fails
    compile_ahead.take_turns(str(turns))


def test_a_folder_that_is_gone_means_that_all_is_done(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_ahead, "LIST", few)
    compile_ahead.take_turns(str(tmp_path / "gone"))


def test_the_dearest_kernel_comes_first_and_every_name_is_a_kernel() -> None:
    listed = json.loads(compile_ahead.LIST.read_text(encoding="utf-8"))
    assert set(listed) <= {name for name, _ in compile_ahead.kernels()}
    assert list(listed).index("model.separations.decide") < list(listed).index("model.market.sort_into")


def test_every_line_can_be_read_and_says_the_same_again() -> None:
    listed = json.loads(compile_ahead.LIST.read_text(encoding="utf-8"))
    for name, line in listed.items():
        kinds = compile_ahead.types_of(line)
        assert line == "(" + "".join(f"{compile_ahead._in_words(kind)}, " for kind in kinds) + ")", name
    assert any("named(" in line for line in listed.values()), "records of several arrays are among them"
