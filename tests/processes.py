"""The portal's own processes on a private directory, Redis and port, for tests of the real thing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from portal.app import create_app
from portal.settings import Settings
from tests.servers import redis

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Portal:
    """One installation in a directory of its own; whatever was started ends with it."""

    directory: Path
    env: dict[str, str]
    app: Flask
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def flask(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of the portal in the background."""
        return self._start(sys.executable, "-m", "flask", "--app", "wsgi", *arguments)

    def web(self, workers: int = 1, threads: int = 4) -> str:
        """Start the web server and wait until it answers; gives its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._start(
            sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
            "--workers", str(workers), "--threads", str(threads), "--no-control-socket",
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(f"{address}/healthz"), 60)
        return address

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.directory / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        self.running.append(process)
        return process

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def portal(directory: Path, **more: str) -> Iterator[Portal]:
    """An empty installation with its own Redis."""
    with redis() as url:
        env = {
            **{k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}},
            "INSTANCE_DIR": str(directory / "instance"), "KEYS_DIR": str(directory / "keys"), "REDIS_URL": url, "PYTHONPATH": str(ROOT), **more,
        }  # fmt: skip
        app = create_app(Settings.from_environment(env))
        made = Portal(directory, env, app)
        try:
            yield made
        finally:
            made.stop()


def wait_until(check: Callable[[], object], seconds: float) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
