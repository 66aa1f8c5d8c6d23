"""A new officer publishes a venture call from a template: few pages, few things to type."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.db import db
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus
from tests.browser.pages import Screen

pytestmark = pytest.mark.browser

PAGES_AT_MOST, INPUTS_AT_MOST = 16, 30
LOTS = (("独居老人探访", "120000"), ("社区助餐", "100000"), ("儿童课后托管", "80000"))
SHARES = ("40", "30", "20", "10")


class Counted:
    """What a person does: pages seen, things typed or chosen."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.pages, self.inputs = screen, 0, 0

    def fill(self, **fields: str) -> "Counted":
        self.inputs += len(fields)
        self.screen.fill(**fields)
        return self

    def add_row(self) -> "Counted":
        self.screen.page.locator("main [data-add-row]").click()
        return self

    def send(self, form: str = "main form[method=post]") -> "Counted":
        self.pages += 1
        self.screen.send(form)
        return self

    def press(self, selector: str) -> "Counted":
        self.pages += 1
        self.screen.press(selector).look()
        return self


def earliest(screen: Screen) -> date:
    """The earliest lawful deadline as the page says it."""
    found = re.search(r"最早合规日期为(\d+)年(\d+)月(\d+)日", screen.page.locator("main").inner_text())
    assert found
    return date(*map(int, found.groups()))


def test_a_venture_call_is_published_from_a_template(site):
    if site.width < 600:
        pytest.skip("officers write calls at a desk")
    with site.installation.app.app_context():
        ids = {key: str(db.session.scalars(select(User.id).where(User.email == f"{key}@example.org")).one()) for key in ("officer", "supervisor")}  # fmt: skip
        db.session.remove()
    officer = Counted(site.signed_in("officer").open("/tenders/new"))
    programme = officer.screen.page.locator('select[name="programme"] option').nth(1).get_attribute("value")
    template = officer.screen.page.locator('select[name="source"] option[value^="template:"]').first
    officer.fill(
        source=template.get_attribute("value"), title="家门口的幸福公益创投", programme=programme
    ).send()
    tender_id = re.search(r"/tenders/([0-9a-f-]{36})", officer.screen.page.url)[1]
    officer.fill(description="为老为小服务", field="为老服务", area="青石街道", budget="300000").send()
    day = earliest(officer.screen) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    start = day + timedelta(days=40)
    officer.fill(
        documents_from=officer.screen.page.locator("html").get_attribute("data-now")[:10], deadline_at=f"{day.isoformat()}T17:00",
        project_starts_on=start.isoformat(), project_ends_on=(start + timedelta(days=220)).isoformat(),
    ).send()  # fmt: skip
    officer.send()  # who may apply: as usual
    for n, (title, cap) in enumerate(LOTS):
        if n >= officer.screen.page.locator("main [data-row]").count():
            officer.add_row()
        officer.fill(**{f"lots__{n}__title": title, f"lots__{n}__cap": cap})
    officer.send()
    marks = officer.screen.page.locator('main [data-row] input[name$="-maximum"]')
    assert marks.evaluate_all("all => all.filter(one => one.value).length") == 8
    officer.send().send().send()  # rubric, heads and milestones: as usual
    officer.add_row()
    officer.fill(**{f"instalments__{n}__share": share for n, share in enumerate(SHARES)})
    officer.fill(
        instalments__2__milestone_position="2", instalments__2__spent="60", instalments__2__evaluation=""
    )
    officer.fill(instalments__3__evaluation="4").send()
    for _page in ("form", "documents", "ideas"):  # as the template has them
        officer.press(
            "main a.govuk-button:has-text('继续'), main form[method=post] button:has-text('保存并继续')"
        )
    officer.fill(officer=ids["officer"], supervisor=ids["supervisor"]).send()
    officer.screen.open(f"/tenders/{tender_id}/prove")
    officer.fill(code=site.code_of("officer")).send()
    witness = site.signed_in("supervisor").open(f"/tenders/{tender_id}/prove")
    witness.fill(code=site.code_of("supervisor")).send()
    officer.screen.open(f"/tenders/{tender_id}/case")
    officer.press(f'main form[action$="/tenders/{tender_id}/submit"] button')
    assert officer.pages <= PAGES_AT_MOST, officer.pages
    assert officer.inputs <= INPUTS_AT_MOST, officer.inputs
    finance = Counted(site.signed_in("finance").open("/budgets/confirmations?status=requested"))
    finance.press("main table a:has-text('家门口的幸福')").press("main a.govuk-button")
    finance.fill(reference="示财社指〔2026〕12号", economic_class="50205").send()
    approver = Counted(site.signed_in("approver").open(f"/tenders/{tender_id}/case"))
    for step in ("approve", "publish"):
        approver.press(f'main form[action$="/tenders/{tender_id}/{step}"] button')
    public = site.screen().open(f"/tenders/{tender_id}").reads("家门口的幸福公益创投", "社区助餐")
    assert public.page.locator("main").inner_text().count("40%") >= 1
    with site.installation.app.app_context():
        assert db.session.get(Tender, UUID(tender_id)).status == TenderStatus.ACTIVE
        db.session.remove()
