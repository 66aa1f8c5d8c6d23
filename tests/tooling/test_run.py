"""bin/run: prefixes, restarts, the end of everything, the private Redis, and what it says when it cannot start."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import redis as redis_client

ROOT = Path(__file__).resolve().parents[2]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def run(program):
    return program("run")


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def supervise(run, out):
    """Make supervisors whose children surely end with the test."""
    made = []

    def make(*names, **options):
        supervisor = run.Supervisor(run.Log([*names, "run"], out), os.environ, **options)
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.stop()


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def read_pid(path):
    return int(path.read_text()) if path.exists() and path.read_text().endswith("\n") else None


def test_lines_carry_a_name_of_fixed_width(run, supervise, out):
    supervisor = supervise("web", "worker")
    assert supervisor.run_once(run.Service("web", ["printf", "one\\ntwo\\n"]))
    assert supervisor.run_once(run.Service("worker", ["sh", "-c", "echo 三 >&2"]))
    assert out.getvalue() == "web   | one\nweb   | two\nworker| 三\n"


def test_names_have_colours_only_on_a_terminal(run):
    terminal = Terminal()
    run.Log(["web"], terminal).line("web", "hello")
    assert terminal.getvalue() == "\033[36mweb|\033[0m hello\n"


def test_a_step_that_fails_says_so(run, supervise):
    assert not supervise("setup").run_once(run.Service("setup", ["false"]))


def test_a_dead_service_is_started_again_after_growing_pauses(run, supervise, out, tmp_path, eventually):
    starts = tmp_path / "starts"
    supervisor = supervise("web", pause=0.05)

    def stop_after_four_starts():
        eventually(lambda: starts.exists() and len(starts.read_text().splitlines()) >= 4)
        supervisor.stopping.set()

    stopper = threading.Thread(target=stop_after_four_starts)
    stopper.start()
    supervisor.start(run.Service("web", ["sh", "-c", f"echo x >>{starts}; exit 3"]))
    supervisor.watch()
    stopper.join()
    said = [line for line in out.getvalue().splitlines() if "ended unexpectedly" in line]
    assert said[:3] == [
        f"run| web ended unexpectedly (exit code 3); starting it again in {pause} s"
        for pause in ("0.05", "0.1", "0.2")
    ]


def test_pauses_stop_growing(run, supervise, out):
    supervisor = supervise("web", pause=20)
    for _ in range(3):
        supervisor.start(run.Service("web", ["sh", "-c", "kill -9 $$"]))
        child = supervisor._children["web"]
        child.process.wait()
        supervisor._bury(child)
    assert [line.rpartition(" in ")[2] for line in out.getvalue().splitlines()] == ["20 s", "30 s", "30 s"]
    assert "SIGKILL" in out.getvalue()


def test_a_service_that_lived_long_is_forgiven(run, supervise, out):
    supervisor = supervise("web")
    for age in (0, 0, run.STEADY + 1):
        supervisor.start(run.Service("web", ["false"]))
        child = supervisor._children["web"]
        child.process.wait()
        child.started -= age
        supervisor._bury(child)
    assert [line.rpartition(" in ")[2] for line in out.getvalue().splitlines()] == ["1 s", "2 s", "1 s"]


def test_stop_kills_who_does_not_listen_and_the_children_that_hide(run, supervise, out, tmp_path, eventually):
    hidden = tmp_path / "hidden"
    # The grandchild leaves the process group, as RQ's job process does, and ignores the request to stop.
    grandchild = f"import os, signal, time; os.setpgid(0, 0); signal.signal(15, signal.SIG_IGN); print(os.getpid(), file=open({str(hidden)!r}, 'w'), flush=True); time.sleep(600)"
    stubborn = f"trap '' TERM; {sys.executable} -c \"{grandchild}\" & while :; do sleep 1; done"
    supervisor = supervise("worker", grace=0.3)
    supervisor.start(run.Service("worker", ["bash", "-c", stubborn]))
    eventually(lambda: read_pid(hidden))
    supervisor.stop()
    assert not alive(read_pid(hidden))
    assert "worker did not stop within 0.3 s: killed" in out.getvalue()


def test_a_dead_service_takes_its_descendants_along(run, supervise, tmp_path, eventually):
    hidden = tmp_path / "hidden"
    supervisor = supervise("worker")
    supervisor.start(run.Service("worker", ["bash", "-c", f"sleep 600 & echo $! >{hidden}; wait"]))
    eventually(lambda: read_pid(hidden))
    child = supervisor._children["worker"]
    child.process.kill()
    child.process.wait()
    assert alive(read_pid(hidden))
    supervisor._bury(child)
    assert not alive(read_pid(hidden))


def test_who_serves_the_others_ends_last(run, supervise, tmp_path, eventually):
    order = tmp_path / "order"
    slow = f"trap 'sleep 0.3; echo worker >>{order}; exit' TERM; touch {tmp_path}/w; while :; do sleep 0.05; done"
    fast = f"trap 'echo redis >>{order}; exit' TERM; touch {tmp_path}/r; while :; do sleep 0.05; done"
    supervisor = supervise("redis", "worker")
    supervisor.start(run.Service("redis", ["bash", "-c", fast], serves_others=True))
    supervisor.start(run.Service("worker", ["bash", "-c", slow]))
    eventually(lambda: (tmp_path / "w").exists() and (tmp_path / "r").exists())
    supervisor.stop()
    assert order.read_text().split() == ["worker", "redis"]


def test_waiting_ends_at_once_when_a_child_dies(run, supervise):
    supervisor = supervise("redis")
    supervisor.start(run.Service("redis", ["false"]))
    with pytest.raises(run.StartError, match="no answer"):
        supervisor.wait_until(lambda: False, 60, "no answer")


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv of util-linux")
def test_children_end_even_when_the_supervisor_is_killed(tmp_path, eventually):
    child = tmp_path / "child"
    script = f"""
import os, runpy, sys, types
run = types.SimpleNamespace(**runpy.run_path({str(ROOT / "bin" / "run")!r}))
supervisor = run.Supervisor(run.Log(["web", "run"], sys.stdout), os.environ)
supervisor.start(run.Service("web", ["sh", "-c", "echo $$ >{child}; exec sleep 600"]))
supervisor.watch()
"""
    killed = subprocess.Popen([sys.executable, "-c", script])
    eventually(lambda: read_pid(child))
    killed.kill()
    killed.wait()
    eventually(lambda: not alive(read_pid(child)))


@pytest.mark.parametrize("nesting", [1, 12], ids=["socket", "port with password"])
def test_private_redis_answers_and_keeps_its_jobs(run, supervise, tmp_path, nesting):
    directory = tmp_path.joinpath(*["a directory"] * nesting)
    for expected in (None, b"job"):
        supervisor = supervise("redis")
        private = run.PrivateRedis(directory)
        assert private.url.startswith("unix://" if nesting == 1 else "redis://:")
        assert not private.answers()
        supervisor.start(private.service())
        supervisor.wait_until(private.answers, 20, "Redis does not answer")
        with redis_client.Redis.from_url(private.url) as client:
            assert client.get("kept") == expected
            client.set("kept", "job")
            assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        supervisor.stop()
    assert (directory / "redis.conf").stat().st_mode & 0o777 == 0o600
    assert directory.stat().st_mode & 0o777 == 0o700


def test_private_redis_on_a_port_refuses_strangers(run, supervise, tmp_path):
    private = run.PrivateRedis(tmp_path / ("x" * 110))
    supervisor = supervise("redis")
    supervisor.start(private.service())
    supervisor.wait_until(private.answers, 20, "Redis does not answer")
    with (
        redis_client.Redis(port=private._port) as stranger,
        pytest.raises(redis_client.AuthenticationError),
    ):
        stranger.ping()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", ""])
def test_a_wrong_port_is_named(run, port):
    with pytest.raises(run.StartError, match="PORT must be a number"):
        run.chosen_port(port)


# From here on the whole program, on a small application of its own.

APPLICATION = """
import os, sys, time
import click
from flask import Flask
from flask.cli import AppGroup

app = Flask(__name__)
db = AppGroup("db")
app.cli.add_command(db)

@app.get("/healthz")
def healthz():
    return "fine"

@db.command("upgrade")
def upgrade():
    print("migrating", os.environ["INSTANCE_DIR"])
    sys.exit(int(os.environ.get("UPGRADE_EXIT", "0")))

@app.cli.command("seed")
@click.option("--if-empty", is_flag=True)
def seed(if_empty):
    print("seeding", if_empty)

@app.cli.command("worker")
def worker():
    print("working with", os.environ["REDIS_URL"])
    time.sleep(600)

@app.cli.command("tick")
@click.option("--every", type=int)
def tick(every):
    print("ticking every", every)
    time.sleep(600)
"""


@pytest.fixture
def portal(run, tmp_path):
    """Start bin/run in a project with the small application; give a starter."""
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "bin" / "run", tmp_path / "bin" / "run")
    (tmp_path / "wsgi.py").write_text(APPLICATION)
    port = str(run.free_port())
    started = []

    def start(**switches):
        env = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "INSTANCE_DIR")}
        process = subprocess.Popen(
            [sys.executable, tmp_path / "bin" / "run"],
            env={**env, "PORT": port, **switches},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.port = port
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def read_until(process, text):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError("".join(lines) + process.stderr.read())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_whole_program_gets_ready_and_ends_completely(portal, tmp_path, number):
    process = portal()
    said = read_until(process, "Ready:")
    for line in ("working with", "ticking"):
        if line not in said:
            said += read_until(process, line)
    process.send_signal(number)
    rest, complaints = process.communicate(timeout=30)
    said += rest
    assert process.returncode == 0, complaints
    assert complaints == ""
    assert f"Ready: http://127.0.0.1:{process.port}\n" in said
    assert f"setup | migrating {tmp_path}/instance\n" in said
    assert "setup | seeding True\n" in said
    assert f"worker| working with unix://{tmp_path}/instance/redis/redis.sock?db=0\n" in said
    assert "tick  | ticking every 60\n" in said
    assert "ended unexpectedly" not in said
    assert said.index("setup | migrating") < said.index("setup | seeding") < said.index("web   |")
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            command = (proc / "cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        assert str(tmp_path) not in command, command


def test_a_second_one_on_the_same_instance_is_refused(portal, run):
    first = portal()
    read_until(first, "Ready:")
    second = portal(PORT=str(run.free_port()))
    said, complaints = second.communicate(timeout=20)
    assert second.returncode == 1
    assert said == ""
    assert complaints.count("\n") == 1
    assert complaints.startswith("Already running on")
    assert f"(process {first.pid})" in complaints
    assert first.poll() is None


def test_a_busy_port_is_said_before_anything_starts(portal, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = portal(PORT=str(other.getsockname()[1]))
        said, complaints = process.communicate(timeout=20)
    assert process.returncode == 1
    assert said == ""
    assert complaints.startswith("Port ")
    assert complaints.count("\n") == 1
    assert not (tmp_path / "instance").exists()


def test_failed_migrations_stop_everything(portal):
    process = portal(UPGRADE_EXIT="3")
    said, complaints = process.communicate(timeout=30)
    assert process.returncode == 1
    assert complaints == "The database migrations failed (see above); nothing was started.\n"
    assert "seeding" not in said
    assert "web   |" not in said


def test_a_redis_of_ones_own_is_used(portal):
    process = portal(REDIS_URL="redis://127.0.0.1:1/0")
    said = read_until(process, "working with")
    process.terminate()
    said += process.communicate(timeout=30)[0]
    assert "worker| working with redis://127.0.0.1:1/0\n" in said
    assert "redis |" not in said
