"""Fingerprints: what a result depends on besides its resolved values."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

KINDS = (".py", ".yaml", ".csv")


@cache
def model_fingerprint(folder: Path | None = None) -> str:
    """Hex digest (32 digits) of the code and data of `model/`: names and content, line ends as in Unix."""
    root = Path(str(files("model"))) if folder is None else folder
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.suffix in KINDS and "__pycache__" not in p.parts):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:32]


@cache
def code_fingerprint() -> str:
    """Hex digest (32 digits) of all that a run on another machine must share: `model/` and `scenarios/`, package
    versions, platform.
    """
    ours = model_fingerprint(Path(str(files("scenarios"))))
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    shared = {"model": model_fingerprint(), "runs": ours, "packages": packages(), "python": python}
    return digest_of(shared | {"platform": platform_name()})[:32]


@cache
def packages() -> dict[str, str]:
    """Versions of the packages that results depend on."""
    return {name: version(name) for name in ("numpy", "numba", "llvmlite", "scipy", "mesa")}


@cache
def platform_name() -> str:
    """Operating system and processor family: results are the same bytes within one of them."""
    return f"{sys.platform}-{platform.machine()}"


def canonical(value: object) -> Any:
    """The value as JSON data with one spelling: floats throughout, no -0.0, mappings with text keys."""
    if isinstance(value, float) and math.isfinite(value):  # most of what a run depends on is numbers
        return float(value) + 0.0
    if isinstance(value, Mapping):
        return {str(key): canonical(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [canonical(inner) for inner in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return float(value)
    raise TypeError(f"no canonical form for {value!r}")


def digest_of(value: object) -> str:
    """sha256 (hex) of the canonical JSON of plain data."""
    text = json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
