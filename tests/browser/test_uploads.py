"""A file in pieces in a real browser: the connection is lost in the middle, and nothing has to be done about it."""

import secrets

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.home.seed.world import PASSWORD
from portal.parties.models import RoleGrant
from portal.parties.values import Role
from tests.bids.world import pdf
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


def a_draft(site: Site) -> tuple[str, str]:
    """The address of a draft's attachments, and who writes it."""
    with site.installation.app.app_context():
        found = db.session.execute(
            select(Bid.id, User.email)
            .join(RoleGrant, RoleGrant.scope_id == Bid.party_id)
            .join(User, User.id == RoleGrant.user_id)
            .where(
                Bid.status == BidStatus.DRAFT, RoleGrant.role == Role.ORG_OWNER, RoleGrant.ended_at.is_(None)
            )
            .limit(1)
        ).one()
    return f"/bids/{found[0]}/edit/files", found[1]


@pytest.mark.parametrize("site", [390], indirect=True)
def test_a_lost_connection_costs_a_moment_and_no_work(site: Site) -> None:
    address, email = a_draft(site)
    screen = site.screen().sign_in(email, PASSWORD).open(address)
    page, lost = screen.page, []

    def lose_once(route) -> None:
        lost.append(route.request.url)
        route.abort() if len(lost) == 1 else route.continue_()

    page.route("**/uploads/*/1", lose_once)
    papers = [
        {
            "name": f"年检材料{n}.pdf",
            "mimeType": "application/pdf",
            "buffer": pdf(title=secrets.token_hex(700_000 * n)),
        }
        for n in (1, 2)
    ]
    kind = page.locator("main select[name=kind]")
    if kind.count():
        kind.select_option(index=1)
    page.locator("main input[type=file]").first.set_input_files(papers)
    with page.expect_navigation():
        page.locator('main form[data-chunked] button[type="submit"]').click()
        page.get_by_text("网络已断开").or_(page.get_by_text("The connection is lost")).wait_for()
    assert len(lost) == 3, "the second piece of each file, the first of them twice"
    for paper in papers:
        assert page.locator("main").get_by_text(paper["name"]).first.is_visible()
    screen.complaints.clear()  # the browser complains about the lost connection
    screen.look()
