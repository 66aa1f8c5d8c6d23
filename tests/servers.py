"""Private servers for the tests: a throw-away PostgreSQL cluster, a Redis on a socket, the browser's path.

Nothing here touches a server of the machine. A cluster is shared by all workers of one test run and ends
with the last of them, however they end: each user holds a lock that the kernel releases, and a guard
process of its own waits for that lock.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

LONGEST_SOCKET_DIRECTORY = 70  # bytes; leaves room for the file name below the kernel's limit of 108
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class MissingServerError(Exception):
    """A program that the tests need is not installed; the message names the Debian package."""


def chromium() -> str:
    """Return the path of the installed browser."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    raise MissingServerError(_install("Chromium", "chromium"))


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis that keeps nothing; give its URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise MissingServerError(_install("redis-server", "redis-server"))
    with tempfile.TemporaryDirectory(prefix="portal-redis-", dir=_temporary_directory()) as directory:
        path = Path(directory, "redis.sock")
        command = [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", directory]
        with Path(directory, "log").open("w+b") as log:
            server = subprocess.Popen([*_dies_with_us(), *command], stdout=log, start_new_session=True)
            try:
                _wait_for_socket(path, server, log)
                yield f"unix://{quote(str(path))}?db=0"
            finally:
                server.send_signal(signal.SIGCONT)  # a test may have frozen it
                server.terminate()
                server.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """Give the SQLAlchemy URL of this test run's cluster (database `postgres`), starting it when it is not up.

    Callers create their own databases in it. Works as root, too: the cluster then runs as user postgres.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    directory = _temporary_directory() / f"portal-postgres-{os.getuid()}-{run}"
    with _locked(directory / "start.lock", fcntl.LOCK_EX):
        users = _locked(directory / "users.lock", fcntl.LOCK_SH)
        try:
            _start_cluster_once(directory)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            users.close()
            raise
    with users:
        yield f"postgresql+psycopg://postgres@/postgres?host={quote(str(directory))}"


@contextmanager
def durable_postgres() -> Iterator[str]:
    """Run a cluster of one's own that writes every commit to disk, as a real one does; give the SQLAlchemy URL."""
    with tempfile.TemporaryDirectory(prefix="portal-durable-", dir=_temporary_directory()) as name:
        directory = Path(name)
        directory.chmod(0o755)
        stop = ["pg_ctl", "stop", "--mode", "immediate", "--silent", "--pgdata", f"{directory}/data"]
        _start_cluster_once(directory, durable=True)
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={quote(str(directory))}"
        finally:
            _run_program(_postgres_programs(), _server_account(), stop)


def _start_cluster_once(directory: Path, *, durable: bool = False) -> None:
    if (directory / "data" / "postmaster.pid").exists():
        return
    programs = _postgres_programs()
    account = _server_account()
    if account:
        shutil.chown(directory, account)
    initdb = ["initdb", "--pgdata", f"{directory}/data", "--username", "postgres", "--auth", "trust"]
    _run_program(programs, account, [*initdb, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"])
    options = ["listen_addresses=", f"unix_socket_directories={directory}", "timezone=UTC"]
    if durable:
        options += ["max_connections=200"]
    else:
        options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    start = ["pg_ctl", "start", "--wait", "--silent", "--pgdata", f"{directory}/data"]
    settings = " ".join(f"-c {option}" for option in options)
    _run_program(programs, account, [*start, "--log", f"{directory}/log", "--options", settings])
    if durable:
        return  # its user stops it
    subprocess.run(
        [sys.executable, __file__, str(directory)],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _guard(directory: Path) -> None:
    """Wait until nobody uses the cluster any more, then end it and remove every trace."""
    stop = ["pg_ctl", "stop", "--mode", "immediate", "--silent", "--pgdata", f"{directory}/data"]
    while True:
        with _locked(directory / "users.lock", fcntl.LOCK_EX):
            try:
                starting = _locked(directory / "start.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody is just arriving: let them in and wait for them, too
            else:
                with starting:
                    try:
                        _run_program(_postgres_programs(), _server_account(), stop)
                    finally:
                        shutil.rmtree(directory)
                return
        time.sleep(0.05)


def _run_program(programs: Path, account: str | None, command: list[str]) -> None:
    name, *arguments = command
    done = subprocess.run(
        [programs / name, *arguments],
        user=account,
        group=account,
        extra_groups=[] if account else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} failed: {done.stderr.strip()}")


def _postgres_programs() -> Path:
    """Return the directory of the newest installed PostgreSQL server."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    raise MissingServerError(_install("PostgreSQL's initdb", "postgresql"))


def _server_account() -> str | None:
    """Return the account to run PostgreSQL under: it refuses to run as root."""
    return "postgres" if os.getuid() == 0 else None


def _temporary_directory() -> Path:
    """Return a directory that other accounts can enter and that is short enough for sockets in it."""
    chosen = Path(tempfile.gettempdir()).resolve()
    private = chosen.is_relative_to(Path.home())
    return Path("/tmp") if private or len(os.fsencode(chosen)) > LONGEST_SOCKET_DIRECTORY else chosen


def _locked(path: Path, mode: int) -> IO[str]:
    """Open and lock a file of the cluster's directory, again when it was cleared away while waiting."""
    while True:
        path.parent.mkdir(mode=0o755, exist_ok=True)
        with ExitStack() as closing, suppress(FileNotFoundError):
            file = closing.enter_context(path.open("a"))
            fcntl.flock(file, mode)
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                closing.pop_all()
                return file


def _wait_for_socket(path: Path, server: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    deadline = time.monotonic() + 10
    while not path.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            raise RuntimeError(f"redis-server did not start: {log.read().decode('utf-8', 'replace')}")
        time.sleep(0.01)


def _dies_with_us() -> list[str]:
    """Return the prefix with which the kernel ends a server when the tests are killed outright."""
    return ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []


def _install(what: str, package: str) -> str:
    return f"{what} is missing: install the Debian package {package} (bin/debian-packages test does it)."


if __name__ == "__main__" and os.fork() == 0:  # the guard goes on alone, nobody waits for it
    _guard(Path(sys.argv[1]))
