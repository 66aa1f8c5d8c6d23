"""bin/setup and bin/debian-packages on machines made of shims."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALL_FOUND = "#!/bin/sh\nprintf installed\n"
NONE_FOUND = "#!/bin/sh\nexit 1\n"
ORDINARY_USER = "#!/bin/sh\necho 1000\n"
USUAL_TOOLS = ("bash", "sh", "env", "grep", "cat", "dirname", "sha256sum", "find", "rm", "touch")
SERVERS = {"redis_server": "", "initdb": "", "pdftotext": ""}


@pytest.fixture
def machine(tmp_path):
    """A PATH with the usual tools and nothing else; call it to add programs."""
    directory = tmp_path / "path"
    directory.mkdir()
    for name in USUAL_TOOLS:
        (directory / name).symlink_to(shutil.which(name))

    def add(**programs):
        for name, text in programs.items():
            file = directory / name.replace("_", "-")
            file.write_text(text)
            file.chmod(0o755)
        return directory

    (directory / "python3.11").symlink_to(sys.executable)
    return add


def call(program, *arguments, path, cwd=ROOT, **env):
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env={"PATH": str(path), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def packages(*arguments, path, **env):
    return call(ROOT / "bin" / "debian-packages", *arguments, path=path, **env)


def test_nothing_missing_is_silent_and_needs_no_root(machine):
    path = machine(dpkg_query=ALL_FOUND, id=ORDINARY_USER, chromium="", **SERVERS)
    for purpose in ("run", "test"):
        done = packages(purpose, path=path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_root_one_line_says_what_to_install(machine):
    done = packages("run", path=machine(dpkg_query=NONE_FOUND, id=ORDINARY_USER))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "Missing Debian packages, install them with: sudo apt-get install --no-install-recommends "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk poppler-utils poppler-data redis-server\n"
    )


def test_only_what_is_missing_is_named(machine):
    done = packages("run", path=machine(dpkg_query=ALL_FOUND, id=ORDINARY_USER))
    assert done.stderr.endswith("--no-install-recommends redis-server\n")


def test_a_redis_elsewhere_needs_none_here(machine):
    path = machine(dpkg_query=ALL_FOUND, id=ORDINARY_USER)
    assert packages("run", path=path, REDIS_URL="redis://redis.example:6379/0").returncode == 0


def test_another_browser_will_do(machine):
    path = machine(dpkg_query=ALL_FOUND, id=ORDINARY_USER, google_chrome="", **SERVERS)
    assert packages("test", path=path).returncode == 0


def test_a_refused_sudo_counts_as_none(machine):
    done = packages("run", path=machine(dpkg_query=NONE_FOUND, id=ORDINARY_USER, sudo=NONE_FOUND))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_a_password_less_sudo_runs_the_same_script(machine, tmp_path):
    log = tmp_path / "log"
    path = machine(dpkg_query=NONE_FOUND, id=ORDINARY_USER, sudo=f'#!/bin/sh\necho "sudo $*" >>{log}\n')
    assert packages("run", path=path).returncode == 0
    assert log.read_text().splitlines()[-1] == f"sudo -n env REDIS_URL= {ROOT}/bin/debian-packages run"


def test_other_systems_are_told_once_and_go_on(machine):
    done = packages("test", path=machine())
    assert done.returncode == 0
    assert done.stderr.startswith("Not a Debian system")
    assert done.stderr.count("\n") == 1


@pytest.fixture
def checkout(tmp_path):
    """A project with nothing to install but the set-up itself."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "bin", project / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "bin" / "debian-packages").write_text("#!/bin/sh\n")
    (project / "requirements.lock").write_text("# nothing\n")
    return project


def setup(checkout, path):
    return call(checkout / "bin" / "setup", "run", path=path, cwd=checkout)


def test_setup_names_a_missing_python(checkout, machine):
    path = machine(python3=NONE_FOUND)
    (path / "python3.11").unlink()
    done = setup(checkout, path)
    assert done.returncode == 1
    assert (
        done.stderr
        == "Python 3.11 is missing: install it (on Debian 12: apt-get install python3 python3-venv).\n"
    )


def test_setup_installs_again_only_when_needed_and_without_uv_when_that_fails(checkout, machine, tmp_path):
    log = tmp_path / "log"
    path = machine(uv=f"#!/bin/sh\necho called >>{log}\nexit 1\n")
    lock = checkout / "requirements.lock"
    stamp = checkout / ".venv" / "stamp"

    lock.write_text("without-a-hash==1\n")
    broken = setup(checkout, path)
    assert broken.returncode != 0
    assert not stamp.exists(), "what failed is tried again"

    for text in ("# nothing\n", "# still nothing\n"):
        lock.write_text(text)
        done = setup(checkout, path)
        assert done.returncode == 0, done.stderr
        assert "Installing" in done.stdout
        assert stamp.exists()

        calls = log.read_text()
        again = setup(checkout, path)
        assert (again.returncode, again.stdout) == (0, "")
        assert log.read_text() == calls


def test_setup_leaves_a_shared_environment_alone(checkout, machine, tmp_path):
    (tmp_path / "shared").mkdir()
    (checkout / ".venv").symlink_to(tmp_path / "shared")
    done = setup(checkout, machine())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list((tmp_path / "shared").iterdir()) == []


def test_translations_are_compiled_when_they_changed(checkout, machine):
    (checkout / ".venv").symlink_to(Path(sys.prefix))
    catalogue = checkout / "translations" / "zh_Hans" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Call"\nmsgstr "征集"\n'
    )
    compiled = catalogue.with_suffix(".mo")
    path = machine()
    assert setup(checkout, path).returncode == 0
    assert "征集".encode() in compiled.read_bytes()

    before = compiled.stat().st_mtime_ns
    setup(checkout, path)
    assert compiled.stat().st_mtime_ns == before

    os.utime(catalogue, (compiled.stat().st_mtime + 5,) * 2)
    setup(checkout, path)
    assert compiled.stat().st_mtime_ns > before


def test_make_explains_every_target(machine):
    # This test is itself run by make, whose flags would have the inner one announce its directory.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, env=own).stdout
    targets = {line.split()[1] for line in said.splitlines()}
    assert targets == {"help", "setup", "run", "test", "test-long", "lint", "seed", "docs", "clean"}
