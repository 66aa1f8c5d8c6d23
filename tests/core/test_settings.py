"""Settings are read from the environment once, and what is wrong is said in sentences."""

from pathlib import Path

import pytest

from portal.settings import BadSettings, Settings


def read(tmp_path: Path, **environment: str) -> Settings:
    base = {"INSTANCE_DIR": str(tmp_path / "instance"), "KEYS_DIR": str(tmp_path / "keys")}
    return Settings.from_environment(base | environment)


def test_a_developer_needs_no_settings_at_all(tmp_path):
    settings = read(tmp_path)
    assert settings.demo
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/portal.db"
    assert len(settings.key("draft")) == 32


def test_keys_are_made_once_and_readable_by_the_owner_only(tmp_path):
    settings = read(tmp_path)
    assert settings.key("storage") == settings.key("storage") != settings.key("draft")
    assert (tmp_path / "keys" / "storage.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must start with"),
        ({"MAIL_URL": "mail.example.org"}, "MAIL_URL must look like"),
        ({"PROXY_HOPS": "two"}, "PROXY_HOPS must be a whole number"),
        ({"ENV": "production", "DEMO": "1"}, "DEMO cannot be switched on in production"),
        ({"ENV": "production"}, "SEAL_KEY_FILE must name the platform's key"),
        ({"ENV": "production"}, "TRUSTED_HOSTS must list"),
        ({"ENV": "production", "BASE_URL": "http://portal.example.org"}, "https://"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, environment, sentence):
    with pytest.raises(BadSettings, match=sentence):
        read(tmp_path, **environment)


def test_production_refuses_keys_inside_the_instance_directory(tmp_path):
    with pytest.raises(BadSettings, match="outside INSTANCE_DIR"):
        read(tmp_path, ENV="production", KEYS_DIR=str(tmp_path / "instance" / "keys"))


def test_everything_wrong_is_said_at_once(tmp_path):
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, DATABASE_URL="mysql://x", MAIL_URL="nonsense")
    assert str(caught.value).count("\n- ") == 2


def test_plain_postgresql_addresses_get_their_driver(tmp_path):
    assert read(tmp_path, DATABASE_URL="postgresql://u@h/d").database_url == "postgresql+psycopg://u@h/d"
