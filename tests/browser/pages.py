"""A screen as a person uses it, and what must be true of every page that is looked at."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

GRAVE = {"serious", "critical"}


class Screen:
    """One window; ``look`` checks the page that is shown."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    def look(self) -> "Screen":
        """No error in the console, nothing to scroll sideways, no grave fault of accessibility."""
        assert self.complaints == []
        wide, window = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{self.page.url} is {wide} px wide in a window of {window}"
        faults = [
            (v["id"], v["nodes"][0]["html"][:200])
            for v in Axe().run(self.page).response["violations"]
            if v["impact"] in GRAVE
        ]
        assert faults == [], self.page.url
        return self

    def open(self, path: str) -> "Screen":
        answer = self.page.goto(self.address + path)
        assert answer
        assert answer.status == 200, (path, answer.status)
        return self.look()

    def sign_in(self, email: str, password: str) -> "Screen":
        self.page.goto(f"{self.address}/accounts/sign-in")
        self.page.locator('#email, input[type="email"]').first.fill(email)
        self.page.locator('input[type="password"]').first.fill(password)
        self.press(
            'main form button.govuk-button:has-text("登录"), main form button.govuk-button:has-text("Sign in")'
        )
        assert self.page.url.endswith("/work"), self.page.url
        return self.look()

    def fill(self, **fields: Any) -> "Screen":
        """Type into the fields of the page by name; ``__`` stands for a dash."""
        for name, value in fields.items():
            place = self.page.locator(f'main [name="{name.replace("__", "-")}"]')
            kind = place.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "select":
                place.first.select_option(value)
            elif kind == "radio":
                self.page.locator(f'main [name="{name}"][value="{value}"]').check(force=True)
            elif kind == "checkbox":
                place.first.check(force=True)
            elif kind == "file":
                place.first.set_input_files(Path(value))
            else:
                place.first.fill(str(value))
        return self

    def press(self, selector: str) -> "Screen":
        """Click what leads to another page and wait for it."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self

    def send(self, form: str = "main form[method=post]") -> "Screen":
        """Press the main button of a form and look at what comes."""
        return self.press(f"{form} button.govuk-button:not(.govuk-button--secondary)").look()

    def reads(self, *words: str) -> "Screen":
        text = self.page.locator("body").inner_text()
        for word in words:
            assert word in text, f"“{word}” is not on {self.page.url}"
        return self
