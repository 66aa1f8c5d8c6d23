"""A real portal with the demo in it, and a real browser: one copy of the installation for each width of screen."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from portal.home.seed.world import PASSWORD
from tests.browser.pages import Screen
from tests.processes import ROOT, Portal, portal
from tests.servers import chromium

WIDTHS = {390: 844, 1280: 900}
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Site:
    """A running installation: its address, its accounts, the browser to look at it with."""

    installation: Portal
    address: str
    browser: Browser
    width: int

    def screen(self) -> Screen:
        """A new window without anybody signed in."""
        context = self.browser.new_context(
            viewport={"width": self.width, "height": WIDTHS[self.width]}, locale="zh-CN", timezone_id="Asia/Shanghai",
            is_mobile=self.width < 600, has_touch=self.width < 600,
        )  # fmt: skip
        return Screen(context.new_page(), self.address)

    def signed_in(self, key: str) -> Screen:
        return self.screen().sign_in(f"{key}@example.org", PASSWORD)

    def code_of(self, key: str) -> str:
        """The opening key's code, as the sign-in page of the demo shows it."""
        accounts = json.loads((self.installation.directory / "instance" / "demo.json").read_text())
        return next(a["key_code"] for a in accounts if a["email"] == f"{key}@example.org")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as ``make run`` makes it on first start: migrated and seeded by the commands themselves."""
    directory = tmp_path_factory.mktemp("seeded")
    with portal(directory) as installation:
        for command in (["db", "upgrade"], ["seed"]):
            done = subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, env=installation.env, capture_output=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr.decode()[-3000:]
    return directory


@pytest.fixture(scope="session")
def engine() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=WIDTHS, ids=lambda width: f"{width}px")
def site(
    request: pytest.FixtureRequest, seeded: Path, engine: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp(f"site{request.param}")
    for part in ("instance", "keys"):
        shutil.copytree(seeded / part, directory / part)
    with portal(directory) as installation:
        address = installation.web()
        installation.flask("worker")
        installation.flask("tick", "--every", "2")
        yield Site(installation, address, engine, request.param)
