"""What the fork server of worker processes holds before it forks: the modules that a run needs, every kernel, and what every run reads,
loaded once for all workers to come. Importing this module loads them; only the fork server does.
"""

from __future__ import annotations

from importlib import import_module

from model import sectors
from model.compile_ahead import compile_all
from model.indicators import registry
from scenarios.executor import are_compiled
from scenarios.shards import provenance

NEEDED = ("model.city", "model.indicators", "scenarios.simulate", "scenarios.shocks", "pyarrow.parquet")
"""A run needs no more."""

for name in NEEDED:
    import_module(name)
for read in (registry, sectors.table, provenance):
    read()
if are_compiled():  # else whoever started the fork server is about to compile them, with all processors
    compile_all(1)
