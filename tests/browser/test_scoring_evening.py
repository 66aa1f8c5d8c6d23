"""An evening's scoring by keyboard alone: twenty proposals, eight criteria, no hand on the mouse."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from portal.core.db import db
from portal.scoring import queries, services
from portal.scoring.models import ScoreSheet
from portal.scoring.values import SheetStatus
from tests.browser.conftest import WIDTHS
from tests.browser.pages import Screen
from tests.conftest import actor_of
from tests.factories import PASSWORD, CriterionFactory
from tests.panels.stage import seats, stage, user_of
from tests.processes import ROOT, portal

pytestmark = pytest.mark.browser
PROPOSALS, MARKS = 20, ("35", "50", "4", "4.5", "3.5", "4", "5", "4")


@pytest.fixture
def evening(tmp_path, engine):
    """A panel whose first expert has twenty open sheets of eight criteria, and that expert's screen."""
    with portal(tmp_path) as installation:
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"], cwd=ROOT, env=installation.env, capture_output=True, check=True,
        )  # fmt: skip
        with installation.app.app_context():
            s = stage(bids=PROPOSALS)
            for number in range(3, len(MARKS) + 1):
                CriterionFactory(
                    tender_id=s.tender.id,
                    position=number,
                    code=f"c{number}",
                    title=f"第{number}项",
                    maximum=5,
                )
            panel = s.begun()
            services.open_sheets(panel.id)
            user = user_of(next(seat for seat in seats(panel) if seat.status == "accepted"))
            email, first = user.email, queries.my_sheets(actor_of(user), panel.id)[0].id
            db.session.remove()
        context = engine.new_context(viewport={"width": 1280, "height": WIDTHS[1280]}, locale="zh-CN")
        yield installation, Screen(context.new_page(), installation.web()), email, first
        context.close()


def test_twenty_proposals_are_scored_by_keyboard(evening):
    installation, screen, email, first = evening
    screen.sign_in(email, PASSWORD).open(f"/scoring/sheets/{first}")
    page, keys = screen.page, screen.page.keyboard
    page.locator("[data-mark]").first.focus()
    for _ in range(PROPOSALS):
        for mark in MARKS:
            keys.type(mark)
            keys.press("Enter")
        assert page.locator("[data-marks-total]").first.text_content() == "110"
        with page.expect_navigation():
            keys.press("Enter")  # the button that locks has the focus
        if "/sheets/" in page.url:
            assert page.evaluate("document.activeElement.name") == "m0"
    assert page.url.endswith("/sign")
    screen.look()
    with installation.app.app_context():
        locked = select(func.count()).where(ScoreSheet.status == SheetStatus.SUBMITTED)
        assert db.session.scalar(locked) == PROPOSALS
        db.session.remove()


def test_arrow_keys_move_between_marks_and_what_was_typed_is_saved(evening):
    _installation, screen, email, first = evening
    screen.sign_in(email, PASSWORD).open(f"/scoring/sheets/{first}")
    page, keys = screen.page, screen.page.keyboard
    page.locator("[data-mark]").first.focus()
    keys.type("30")
    keys.press("ArrowDown")
    keys.type("44")
    keys.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "m0"
    expect(page.locator(".app-foot [data-autosave-status]")).to_contain_text(":")
    page.reload()
    assert page.locator("[data-marks-total]").first.text_content() == "74"
