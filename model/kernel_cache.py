"""Where compiled kernels are kept, and the fingerprint of the model's code.

Numba's own cache looks only at the file of a kernel, not at the functions that it calls from other files: after a
change in a callee it would go on using the old machine code. So the cache folder is named by a fingerprint of all of
the model's code. This module must run before numba is imported, and imports nothing heavy itself.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MODEL = Path(__file__).resolve().parent
PREFIX = "kernels-"
MONTH = 30 * 86_400.0  # seconds


@cache
def code_fingerprint(folder: Path = MODEL) -> str:
    """Hex digest (32 digits) of every `*.py` under a folder: relative names and content, line ends as `\\n`."""
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix()):
        name = file.relative_to(folder).as_posix().encode("utf-8")
        content = file.read_bytes().replace(b"\r\n", b"\n")
        for part in (name, content):
            digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


@cache
def fingerprint() -> str:
    """Hex digest (32 digits) of the model's code and of the numba, llvmlite and numpy versions that run it."""
    digest = hashlib.blake2b(code_fingerprint().encode(), digest_size=16)
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"|{package}={_version(package)}".encode())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def cache_folder() -> Path | None:
    """`RENSHE_HOME`/cache if that is set, else the platform's cache folder of the user; None if neither can be had."""
    home = os.environ.get("RENSHE_HOME")
    if home:
        return Path(home).expanduser().absolute() / "cache"
    from platformdirs import user_cache_path

    try:
        return user_cache_path("renshe", appauthor=False)
    except (OSError, RuntimeError):  # no home folder
        return None


def kernel_folder() -> Path:
    """The folder for this code's compiled kernels, made if need be; in the temporary folder if nothing else works."""
    name = PREFIX + fingerprint()[:16]
    fallback = Path(tempfile.gettempdir()) / f"renshe-{_user()}"
    for root in (cache_folder(), fallback):
        if root is not None and _is_ours(root / name):
            return root / name
    return Path(tempfile.mkdtemp(prefix="renshe-")) / name


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def _is_ours(folder: Path) -> bool:
    """Whether the folder is there, or can be made, and is this user's own: compiled kernels are code."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_old(folder.parent)
        os.utime(folder)  # so that its age is the time since it was last used
        owner = folder.stat().st_uid
    except OSError:
        return False
    return os.access(folder, os.W_OK) and (not hasattr(os, "getuid") or owner == os.getuid())


def _forget_old(root: Path) -> None:
    """Remove kernel folders that no start has used for a month: every change of the code leaves one behind."""
    for folder in root.glob(PREFIX + "*"):
        if time.time() - folder.stat().st_mtime > MONTH:
            shutil.rmtree(folder, ignore_errors=True)


def keep_kernels_by_fingerprint() -> Path:
    """Point numba at `kernel_folder()`, whether it has been imported or not."""
    folder = kernel_folder()
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    config = sys.modules.get("numba.core.config")
    if config is not None:  # a caller imported numba first: it has read the environment already
        config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return folder
