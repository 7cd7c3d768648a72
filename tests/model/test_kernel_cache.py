"""The kernel cache: a folder named by the code, so that no kernel outlives a function that it calls."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model import kernel_cache
from model.kernel_cache import cache_folder, code_fingerprint, fingerprint, kernel_folder

ROOT = Path(kernel_cache.__file__).parents[1]


def run_python(code: str, *, folder: Path, home: Path, **more: str) -> str:
    """Output of a fresh interpreter that imports from `folder` and keeps its caches in `home`."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NUMBA_CACHE_DIR", "PYTHONPATH")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**kept, "RENSHE_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder), **more},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def small_package(tmp_path: Path) -> Path:
    """A copy of the cache machinery as a package of its own, with a kernel that calls into another file."""
    package = tmp_path / "copy" / "model"
    package.mkdir(parents=True)
    for name in ("__init__.py", "kernel_cache.py"):
        shutil.copy(ROOT / "model" / name, package / name)
    (package / "callee.py").write_text(callee(1), encoding="utf-8")
    (package / "caller.py").write_text(
        "from numba import njit\nfrom model.callee import step\n\n\n"
        "@njit(cache=True)\ndef walk(x):\n    return step(x)\n",
        encoding="utf-8",
    )
    return package


def callee(step: int) -> str:
    return f"from numba import njit\n\n\n@njit\ndef step(x):\n    return x + {step}\n"


WALK = "from model.caller import walk; print(walk(10), sum(walk.stats.cache_hits.values()))"


def test_a_changed_callee_is_seen(small_package: Path, tmp_path: Path) -> None:
    """Numba alone would load the caller's old machine code: its file has not changed."""
    folder, home = small_package.parent, tmp_path / "home"
    assert run_python(WALK, folder=folder, home=home) == "11 0"
    assert run_python(WALK, folder=folder, home=home) == "11 1", "the second start loads the compiled kernel"
    (small_package / "callee.py").write_text(callee(5), encoding="utf-8")
    assert run_python(WALK, folder=folder, home=home) == "15 0"
    assert run_python(WALK, folder=folder, home=home) == "15 1"
    assert len(list((home / "cache").glob("kernels-*"))) == 2


def test_numba_imported_first_uses_the_folder_too(small_package: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run_python("import numba; " + WALK, folder=small_package.parent, home=home)
    assert list((home / "cache").glob("kernels-*/**/*.nbi"))


def test_a_home_that_cannot_be_written(small_package: Path, tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("", encoding="utf-8")
    assert run_python(WALK, folder=small_package.parent, home=home, TMPDIR=str(tmp_path)).startswith("11")
    assert list(tmp_path.glob("renshe-*/kernels-*"))


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners of folders here")
def test_a_folder_of_somebody_else_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled kernels are code: they are only loaded from a folder of one's own."""
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path))
    mine = kernel_folder()
    monkeypatch.setattr(os, "getuid", lambda: 123_456)
    assert kernel_folder() != mine


def test_kernels_of_old_code_are_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path))
    for name, days in (("kernels-old", 90), ("kernels-recent", 3), ("documents", 90)):
        folder = tmp_path / "cache" / name
        folder.mkdir(parents=True)
        (folder / "f").write_bytes(b"")
        then = time.time() - days * 86_400
        os.utime(folder, (then, then))
    kept = {kernel_folder().name, "kernels-recent", "documents"}
    assert {folder.name for folder in (tmp_path / "cache").iterdir()} == kept


def test_importing_the_package_is_light(tmp_path: Path) -> None:
    code = (
        "import sys, os, model; heavy = {'numba', 'mesa', 'numpy', 'pandas', 'ruamel'} & set(sys.modules); "
        "print(sorted(heavy), os.environ['NUMBA_CACHE_DIR'])"
    )
    found = run_python(code, folder=ROOT, home=tmp_path)
    assert found == f"[] {tmp_path / 'cache' / kernel_folder().name}"


def test_fingerprint_sees_every_change(tmp_path: Path) -> None:
    def of() -> str:
        code_fingerprint.cache_clear()
        return code_fingerprint(tmp_path)

    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b.py").write_bytes(b"")
    seen = [of()]
    (tmp_path / "a.py").write_bytes(b"x = 2\n")
    seen.append(of())
    (tmp_path / "below" / "b.py").write_bytes(b"\n")
    seen.append(of())
    (tmp_path / "below" / "b.py").rename(tmp_path / "below" / "c.py")
    seen.append(of())
    (tmp_path / "c.py").write_bytes(b"")
    seen.append(of())
    assert len(set(seen)) == len(seen)
    (tmp_path / "notes.txt").write_bytes(b"")
    (tmp_path / "a.py").write_bytes(b"x = 2\r\n")
    assert of() == seen[-1], "other files and Windows line ends do not matter"
    code_fingerprint.cache_clear()


def test_fingerprint_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    fingerprint.cache_clear()
    before = fingerprint()
    assert len(before) == 32 and int(before, 16) >= 0
    fingerprint.cache_clear()
    monkeypatch.setattr(kernel_cache, "version", lambda package: "99" if package == "numba" else "1")
    assert fingerprint() != before
    fingerprint.cache_clear()
    monkeypatch.undo()
    assert fingerprint() == before


def test_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENSHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "cache"
    assert kernel_folder() == tmp_path / "cache" / f"kernels-{fingerprint()[:16]}"
    assert kernel_folder().is_dir()
    monkeypatch.delenv("RENSHE_HOME")
    folder = cache_folder()
    assert folder is not None and "renshe" in folder.name
