"""All settings of the portal: typed, read from the environment only, checked once at start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class BadSettings(SystemExit):
    """Raised at start with every problem found, one a line, so that one restart fixes them all."""


def _flag(value: str | None, default: bool) -> bool:
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def _whole(value: str) -> int:
    """A whole number, or -1 for anything else, which the check then names."""
    return int(value) if value.strip().isdecimal() else -1


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


@dataclass(frozen=True)
class Settings:
    """Where things are and how the portal behaves; ``from_environment`` is the only reader of ``os.environ``.

    Files: ``instance_dir`` holds database, uploads and mail; ``keys_dir`` and ``seal_key_file`` hold secrets
    and must be kept apart from the instance directory and its backups (see docs/sealing.md). ``lost_after`` is
    the number of seconds after which work that a worker took and did not finish is given to another one.
    """

    production: bool = False
    demo: bool = True
    instance_dir: Path = ROOT / "instance"
    keys_dir: Path = ROOT / ".keys"
    seal_key_file: Path = ROOT / ".keys" / "seal.key"
    database_url: str = ""
    redis_url: str = "redis://127.0.0.1:6379/0"
    mail_url: str = ""
    sms_command: str = ""
    mail_from: str = "portal@example.org"
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    site_name: str = "公益创投与购买服务平台"
    organiser: str = "示例区民政局"
    contact: str = "0570-0000000"
    icp: str = ""
    translations_dir: Path = ROOT / "translations"
    max_upload_bytes: int = 20 * 1024 * 1024
    rate_limits: bool = True
    lost_after: int = 60
    clamd: str = ""
    second_factor_roles: tuple[str, ...] = ()
    testing: bool = False
    secret_key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read and check the environment; raises ``BadSettings`` listing everything that is wrong."""
        production = env.get("ENV", "development") == "production"
        instance = Path(env.get("INSTANCE_DIR", ROOT / "instance")).resolve()
        keys = Path(env.get("KEYS_DIR", ROOT / ".keys")).resolve()
        settings = cls(
            production=production,
            demo=_flag(env.get("DEMO"), not production),
            instance_dir=instance,
            keys_dir=keys,
            seal_key_file=Path(env.get("SEAL_KEY_FILE", keys / "seal.key")).resolve(),
            database_url=env.get("DATABASE_URL", ""),
            redis_url=env.get("REDIS_URL", cls.redis_url),
            mail_url=env.get("MAIL_URL", ""),
            sms_command=env.get("SMS_COMMAND", ""),
            mail_from=env.get("MAIL_FROM", cls.mail_from),
            base_url=env.get("BASE_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}").rstrip("/"),
            trusted_hosts=_names(env.get("TRUSTED_HOSTS", "")),
            proxy_hops=_whole(env.get("PROXY_HOPS", "0")),
            site_name=env.get("SITE_NAME", cls.site_name),
            organiser=env.get("SITE_ORGANISER", cls.organiser),
            contact=env.get("SITE_CONTACT", cls.contact),
            icp=env.get("SITE_ICP", ""),
            lost_after=_whole(env.get("LOST_AFTER", "60")),
            clamd=env.get("CLAMD_SOCKET", ""),
            second_factor_roles=_names(env.get("SECOND_FACTOR_ROLES", "")),
        )
        problems = settings.problems()
        if problems:
            raise BadSettings("Settings are not usable:\n" + "\n".join(f"- {p}" for p in problems))
        return settings.prepared()

    def problems(self) -> list[str]:
        """Everything that is wrong with these settings, in sentences for the operator."""
        found = []
        if self.proxy_hops < 0:
            found.append("PROXY_HOPS must be a whole number: how many proxies stand in front.")
        if self.lost_after < 1:
            found.append("LOST_AFTER must be a whole number of seconds, at least 1.")
        if self.clamd and not self.clamd.startswith("/"):
            found.append(
                "CLAMD_SOCKET must be the path of the socket of clamd, such as /run/clamav/clamd.ctl."
            )
        if self.database_url and not self.database_url.startswith(("sqlite", "postgresql")):
            found.append("DATABASE_URL must start with sqlite:// or postgresql://.")
        if self.mail_url and urlsplit(self.mail_url).scheme not in {"smtp", "smtps", "smtp+starttls"}:
            found.append(
                "MAIL_URL must look like smtp://user:password@host:port, smtps://… or smtp+starttls://…."
            )
        return [*found, *self._production_problems()] if self.production else found

    def _production_problems(self) -> list[str]:
        found = []
        if self.demo:
            found.append("DEMO cannot be switched on in production.")
        for path in (self.keys_dir, self.seal_key_file):
            if path.is_relative_to(self.instance_dir):
                found.append(f"{path.name}: keys must be kept outside INSTANCE_DIR and its backups.")
        if not self.seal_key_file.exists():
            found.append(
                "SEAL_KEY_FILE must name the platform's key: 32 random bytes, kept apart (head -c 32 /dev/urandom > FILE)."
            )
        if not self.trusted_hosts:
            found.append("TRUSTED_HOSTS must list the host names of the portal.")
        if not self.base_url.startswith("https://"):
            found.append("BASE_URL must be the public https:// address.")
        return found

    def prepared(self) -> Self:
        """Create the directories and, outside production, missing keys; fill in what follows from the rest."""
        self.instance_dir.mkdir(parents=True, exist_ok=True)
        self.keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        url = self.database_url or f"sqlite:///{self.instance_dir / 'portal.db'}"
        if url.startswith("postgresql://"):
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return replace(self, database_url=url, secret_key=self.key("session").hex())

    def key(self, name: str) -> bytes:
        """The 32-byte server key ``name`` (see ``portal.core.keys``), created on first use."""
        return self._read_key(self.keys_dir / f"{name}.key")

    def seal_key(self) -> bytes:
        """The platform's holder secret (domain.md section 4.1); 32 bytes."""
        return self._read_key(self.seal_key_file)

    def _read_key(self, path: Path) -> bytes:
        if not path.exists():
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
        return path.read_bytes()

    @property
    def files_dir(self) -> Path:
        """Where uploaded and generated files are kept, by the SHA-256 of their bytes."""
        return self.instance_dir / "files"
