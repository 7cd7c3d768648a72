"""Parent of the web server and of the job worker: starts both, restarts either, stops both.

The parent itself does nothing that can fail for long: it looks after two child processes. When a worker dies, its job goes
back to the queue at once and whatever the worker had started is ended.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from dashboard.jobs import JobTable

GRACE = 5.0  # seconds that a child gets to stop by itself
BACKOFF = (0.2, 0.5, 1, 2, 4, 8)
GIVE_UP = 6  # deaths of one child within a minute after which restarting it helps nobody


class PortInUse(OSError):
    """Another program listens where the cockpit should."""


class KeepsDying(RuntimeError):
    """A child that ends again and again."""


def check_port(host: str, port: int) -> None:
    """Raise PortInUse when (host, port) cannot be listened on, naming the port and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # a port in TIME_WAIT is free; on Windows the option means another thing
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as fault:
            raise PortInUse(
                f"主机名 {host} 无法解析：{fault.strerror}。请用 --host 127.0.0.1（只限本机）或本机的一个地址。\n"
                f"Cannot resolve host {host}: {fault.strerror}. Use --host 127.0.0.1 (this machine only) or an address of this machine."
            ) from fault
        except OSError as fault:
            raise PortInUse(
                f"端口 {port}（{host}）不可用：{fault.strerror}。请换一个端口，例如 --port {_another(port)}，或先停止占用它的程序。\n"
                f"Cannot listen on {host}:{port}: {fault.strerror}. Choose another port, for example "
                f"--port {_another(port)}, or stop the program that uses it."
            ) from fault


def page_at(url: str, timeout: float = 1.0) -> bytes | None:
    """The page at a URL of this machine, past any proxy of the environment; None while nothing answers."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url + "/", timeout=timeout) as reply:
            return bytes(reply.read())
    except OSError:  # URLError is one
        return None


def _another(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


@dataclass
class Child:
    """One looked-after process: how to start it, and what to do when it has died."""

    name: str
    command: Callable[[], list[str]]
    died: Callable[[], None] = lambda: None
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=GIVE_UP))
    not_before: float = 0.0

    def look_after(self, now: float) -> None:
        """Start the process when it is not there; raise KeepsDying when that has happened too often."""
        if self.process is not None and self.process.poll() is not None:
            _end_group(self.process.pid)
            self.process = None
            self.deaths.append(now)
            self.died()
            if len(self.deaths) == GIVE_UP and now - self.deaths[0] < 60:
                raise KeepsDying(f"{self.name}: 反复中断，不再重启 · ended {GIVE_UP} times within a minute, not restarted")
            self.not_before = now + BACKOFF[min(len(self.deaths), len(BACKOFF)) - 1]
        if self.process is None and now >= self.not_before:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, start_new_session=os.name == "posix")

    def stop(self, deadline: float) -> None:
        """End the process and all that it started, gently until the deadline (monotonic seconds)."""
        if self.process is None:
            return
        family = _family(self.process.pid)
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(2)
        for member in family:
            if member.is_running() and member.pid != self.process.pid:
                member.kill()
        _end_group(self.process.pid)


def _family(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _end_group(pid: int) -> None:
    """End what a dead child left behind in its own process group (POSIX; on Windows its children end with their pipes)."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


class Parent:
    """The two children and the loop that looks after them."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.stopping = threading.Event()
        self.jobs = JobTable()
        self.worker_id = ""
        self.children = [
            Child(
                "web", lambda: [sys.executable, "-m", "dashboard.web", "--host", host, "--port", str(port), "--parent", str(os.getpid())]
            ),
            Child("worker", self._worker_command, self._worker_died),
        ]

    def _worker_command(self) -> list[str]:
        self.worker_id = f"worker-{uuid.uuid4().hex[:12]}"
        return [sys.executable, "-m", "dashboard.worker", self.worker_id, str(os.getpid())]

    def _worker_died(self) -> None:
        self.jobs.requeue(self.worker_id)

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the page."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104 - a comparison, not a bind
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def run(self, say: Callable[[str], None]) -> None:
        """Look after both until told to stop; `say` gets the URL once the page answers. Raises PortInUse, KeepsDying."""
        check_port(self.host, self.port)
        said = False
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    child.look_after(time.monotonic())
                if not said and self.answers():
                    say(self.url)
                    said = True
                self.stopping.wait(0.2)
        finally:
            self.stop()

    def answers(self) -> bool:
        """Whether the page is served now."""
        return page_at(self.url) is not None

    def stop(self) -> None:
        """Stop both within GRACE seconds; the job under way goes back to the queue."""
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.stop(deadline)
        if self.worker_id:
            self.jobs.requeue(self.worker_id)
        self.jobs.close()


def serve(host: str = "127.0.0.1", port: int = 8050, say: Callable[[str], None] = print) -> None:
    """Serve the cockpit until SIGINT or SIGTERM. Raises PortInUse (nothing started) or KeepsDying."""
    parent = Parent(host, port)

    def stop(_signal: int, _frame: object) -> None:
        parent.stopping.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    parent.run(say)
