"""Small jobs that tests send to worker processes."""

from __future__ import annotations

import os
import signal
import time


def square(x: int) -> int:
    return x * x


def threads(_: int) -> tuple[str | None, int]:
    """What a worker was told about threads, and what Numba made of it."""
    import numba

    return os.environ.get("NUMBA_NUM_THREADS"), int(numba.get_num_threads())


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
