"""Every kernel compiled before the first month, by several processes side by side.

LLVM works under one lock a process, so that a city which compiles as it goes keeps one processor busy for a minute. Each kernel has
one signature (`tests/model/test_one_signature.py`); `kernels.json` names it, dearest kernel first, and processes that start at the
same time take kernels from that list in turn. What the list lacks is compiled when it is called; a test holds the list to the model.

`python -m model.compile_ahead` writes the list anew.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import model

LIST = Path(__file__).with_name("kernels.json")
WORK = "import sys; from model.compile_ahead import take_turns; take_turns(sys.argv[1])"


def compile_all(processes: int) -> None:
    """Compile the listed kernels in this process and `processes` − 1 others; comes back when all are in the cache."""
    with tempfile.TemporaryDirectory(prefix="renshe-compile-", ignore_cleanup_errors=True) as turns:
        others = [subprocess.Popen([sys.executable, "-c", WORK, turns], stdin=subprocess.DEVNULL) for _ in range(processes - 1)]
        try:
            take_turns(turns)
        finally:
            for other in others:
                other.wait()


def take_turns(turns: str) -> None:
    """Compile each listed kernel that no other process has taken: taking one makes a file of its name in the folder `turns`."""
    for name, arguments in json.loads(LIST.read_text(encoding="utf-8")).items():
        try:
            (Path(turns) / name).touch(exist_ok=False)
        except OSError:  # taken, or the folder is gone: all is done
            continue
        module, _, kernel = name.rpartition(".")
        dispatcher = getattr(importlib.import_module(module), kernel, None)
        if dispatcher is not None:
            dispatcher.compile(types_of(arguments))


def types_of(arguments: str) -> tuple[Any, ...]:
    """The numba types that a line of the list names."""
    import numba

    words = {**vars(numba.core.types), "named": _named}
    read: tuple[Any, ...] = eval(arguments, words)  # noqa: S307 - the list is a part of this package
    return read


def _named(place: str) -> type:
    """The class at "module.name"."""
    module, _, name = place.rpartition(".")
    found: type = getattr(importlib.import_module(module), name)
    return found


def _in_words(kind: Any) -> str:
    """A numba type as `types_of` reads it."""
    if hasattr(kind, "instance_class"):
        made = kind.instance_class
        return f"NamedTuple([{', '.join(map(_in_words, kind.types))}], named({made.__module__ + '.' + made.__name__!r}))"
    return repr(kind)


def kernels() -> Iterator[tuple[str, Any]]:
    """Name and dispatcher of every kernel of the model, each at the place where it is written."""
    for found in pkgutil.walk_packages(model.__path__, "model."):
        if not found.ispkg:
            for name, value in vars(importlib.import_module(found.name)).items():
                if hasattr(value, "nopython_signatures") and value.py_func.__module__ == found.name:
                    yield f"{found.name}.{name}", value


def signatures() -> dict[str, str]:
    """{kernel: the types of its arguments, as numba writes them} of those that this process has called."""
    used = ((name, kernel.nopython_signatures) for name, kernel in kernels())
    return {name: "(" + "".join(f"{_in_words(kind)}, " for kind in found[0].args) + ")" for name, found in used if found}


def _timed_compile(kernel: Any, compiled: Any, seconds: dict[Any, float], signature: Any) -> Any:
    started = time.process_time()
    made = compiled(signature)
    seconds[kernel] = time.process_time() - started
    return made


def record() -> None:
    """Write the list: the kernels of a small city's first thirteen months under every policy, dearest first.

    Needs an empty cache: a kernel that is found there costs nothing, and those that it calls do not show."""
    from model.city import City
    from model.controls import CONTROLS
    from model.setting import small_town

    seconds: dict[Any, float] = {}
    for name, kernel in kernels():
        kernel.compile = partial(_timed_compile, name, kernel.compile, seconds)
    town = small_town()
    some = {name: np.full((1, len(town.areas)), one.low + 0.1 * (one.high - one.low)) for name, one in CONTROLS.items()}
    City(replace(town, controls=some, core=(True,) * len(town.areas)), rng=1, scale=1).run_for(13)
    order = sorted(signatures().items(), key=lambda one: -seconds.get(one[0], 0.0))
    LIST.write_text(json.dumps(dict(order), indent=0) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    record()
