"""bin/check: every check runs, one failure fails the whole, nobody's data is touched."""

import os
import sys
from pathlib import Path

import pytest


@pytest.fixture
def check(program):
    return program("check")


def command(check, name, script):
    return check.Check(name, (sys.executable, "-c", script))


def test_later_checks_run_after_a_failure(check, monkeypatch, capfdbinary):
    checks = [command(check, "first", "raise SystemExit(1)"), command(check, "second", "print('still here')")]
    monkeypatch.setitem(check.GROUPS, "all", checks)
    assert check.main("all") == 1
    said = capfdbinary.readouterr().out.decode()
    assert "still here" in said
    lines = said.rpartition("── summary ──")[2].splitlines()
    assert [(line.split()[0], line.split()[-1]) for line in lines if line] == [
        ("FAILED", "first"),
        ("ok", "second"),
        ("FAILED", "together"),
    ]


def test_all_green_is_green_and_repeats_the_closing_line_of_pytest(check, monkeypatch, capfdbinary, tmp_path):
    (tmp_path / "test_one.py").write_text("def test_one(): pass\n")
    tests = check.Check(
        "tests",
        (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)),
    )
    monkeypatch.setitem(check.GROUPS, "all", [tests])
    assert check.main("all") == 0
    said = capfdbinary.readouterr().out.decode().splitlines()
    assert "1 passed in" in said[-1]
    assert said[-1].startswith("=====")


def test_checks_see_neither_the_data_nor_the_services_of_the_caller(check, monkeypatch, capfdbinary):
    for name in (*check.PRIVATE, "INSTANCE_DIR", "KEYS_DIR"):
        monkeypatch.setenv(name, "precious")
    monkeypatch.setitem(
        check.GROUPS, "all", [command(check, "env", "import os; print(sorted(os.environ.items()))")]
    )
    assert check.main("all") == 0
    assert "precious" not in capfdbinary.readouterr().out.decode()


def test_an_unknown_group_is_refused(check, capsys):
    assert check.main("everything") == 2
    assert "choose one of all, lint, long" in capsys.readouterr().err


def test_every_check_of_the_house_is_in_make_test(check):
    names = [c.name for c in check.GROUPS["all"]]
    assert names == [
        "format",
        "lint",
        "types",
        "import contracts",
        "migrations",
        "docs are current",
        "tests on SQLite",
        "tests on PostgreSQL",
        "worker and browser tests",
    ]
    assert all(Path(c.command[0]).exists() for c in check.GROUPS["all"])
