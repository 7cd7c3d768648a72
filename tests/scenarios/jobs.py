"""Small jobs that tests send to worker processes."""

from __future__ import annotations

import os
import signal
import time

from model.threads import in_use


def square(x: int) -> int:
    return x * x


def threads(_: int) -> tuple[str | None, int]:
    """What a worker was told about the threads of libraries, and on how many its kernels work."""
    return os.environ.get("OMP_NUM_THREADS"), in_use()


def ignores_ctrl_c(_: int) -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def die(_: int) -> None:
    os._exit(9)


def fail(x: int) -> int:
    raise ValueError(f"no {x}")


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def own_pid(_: int) -> int:
    return os.getpid()


def kernels_held(_: int) -> int:
    """Kernels that this worker need not load any more."""
    from model.compile_ahead import signatures

    return len(signatures())
