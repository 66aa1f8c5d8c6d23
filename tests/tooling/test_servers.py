"""The private servers really start, are shared where they should be, and leave nothing behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import redis as redis_client
import sqlalchemy as sa

from tests import servers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def run_of_its_own(monkeypatch, tmp_path):
    """Keep these clusters apart from the one that the other tests of this run use."""
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", f"tooling-{os.getpid()}-{tmp_path.name}"[-24:])


def directory_of(url):
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def ask(url, sql):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.scalar(sa.text(sql))


def test_postgres_answers_is_shared_and_disappears_with_its_last_user(eventually):
    with servers.postgres() as url:
        with servers.postgres() as again:
            assert again == url
            started = ask(url, "SELECT pg_postmaster_start_time()")
        assert ask(url, "SELECT pg_postmaster_start_time()") == started
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"
        assert ask(url, "SHOW fsync") == "off"
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SHOW timezone") == "UTC"
    eventually(lambda: not directory_of(url).exists())


def test_postgres_starts_afresh_right_after_the_end_of_the_last(eventually):
    with servers.postgres() as url:
        ask(url, "SELECT 1")
    with servers.postgres() as url:
        assert ask(url, "SELECT 1") == 1
    eventually(lambda: not directory_of(url).exists())


USER = """
import sys
from tests import servers
with servers.postgres() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_postgres_ends_when_all_its_users_are_killed(eventually):
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    urls = {user.stdout.readline().strip() for user in users}
    assert len(urls) == 1, "two workers of a run share one cluster"
    (url,) = urls
    for user, left in zip(users, (1, 0), strict=True):
        user.kill()
        user.communicate()
        if left:
            assert ask(url, "SELECT 1") == 1
    eventually(lambda: not directory_of(url).exists())


def test_redis_answers_and_disappears():
    with servers.redis() as url, servers.redis() as other:
        assert url != other
        with redis_client.Redis.from_url(url) as client:
            assert client.set("key", "value")
            path = client.connection_pool.connection_kwargs["path"]
        with redis_client.Redis.from_url(other) as client:
            assert client.get("key") is None
    assert not Path(path).parent.exists()


@pytest.mark.parametrize(
    ("need", "package"),
    [(servers.chromium, "chromium"), (servers.redis, "redis-server"), (servers.postgres, "postgresql")],
)
def test_what_is_missing_is_named_with_its_package(monkeypatch, need, package):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    with pytest.raises(servers.MissingServerError, match=rf"install the Debian package {package} "):
        need() if need is servers.chromium else need().__enter__()


def test_sockets_get_a_short_directory_that_others_may_enter(monkeypatch, tmp_path):
    for unsuitable in (tmp_path / ("x" * 80), Path.home()):
        monkeypatch.setattr("tempfile.gettempdir", lambda chosen=unsuitable: str(chosen))
        assert servers._temporary_directory() == Path("/tmp")
