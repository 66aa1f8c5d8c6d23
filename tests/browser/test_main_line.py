"""The main line of a call in Chromium, on a phone and at a desk: apply, open, score, pay, answer."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.contracts.models import Contract
from portal.core import clock
from portal.core.db import db
from portal.core.policy import actor_for
from portal.evaluation import services as evaluation
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import PanelStatus
from portal.parties.models import Party
from portal.payments.models import Instalment
from portal.payments.values import InstalmentStatus
from portal.scoring.models import ScoreSheet
from portal.scoring.values import SheetStatus
from portal.tenders.models import Tender
from tests.journeys.walk import a_pdf

pytestmark = pytest.mark.browser

OPEN, CLOSED = "银龄守护", "我们的社区"


@pytest.fixture
def known(site):
    """Look something up in the site's database, as a test may and a person need not."""

    def look(statement):
        with site.installation.app.app_context():
            found = db.session.scalars(statement).first()
            db.session.remove()
        assert found is not None, statement
        return found

    return look


def test_an_organisation_applies(site, tmp_path):
    certificate = tmp_path / "登记证书.pdf"
    certificate.write_bytes(a_pdf("登记证书")[0].getvalue())
    screen = site.signed_in("linli").open("/tenders/")
    screen.press(f'main a:has-text("{OPEN}")').look()
    screen.press('main a[href*="/bids/start"]').look()
    screen.send()
    bid = re.search(r"/bids/([0-9a-f-]{36})", screen.page.url)[1]
    screen.fill(
        title="邻里听诊器", summary="为高龄老人建立楼组守护。", needs="走访六十户，四十户需要每周有人上门。", target_group="八十岁以上居家老人",
        beneficiaries="60",
    )  # fmt: skip
    screen.send(form="main form:has([name=needs])")
    screen.fill(goals="入户两千次", activities="每周入户，每月活动", risk="两人同行，购买保险").send(
        form="main form:has([name=risk])"
    )
    screen.fill(team="专职两名，骨干志愿者二十名").send(form="main form:has([name=team])")
    screen.fill(
        lines__0__head_code="activity",
        lines__0__content="探访物资",
        lines__0__unit="份",
        lines__0__unit_price="60.50",
        lines__0__quantity="900",
    )
    screen.send(form='main form:has([name="lines-0-content"])')
    screen.fill(file=str(certificate)).press("main form:has([name=file]) button.govuk-button").look()
    screen.open(f"/bids/{bid}/submit").reads("54,450.00")
    screen.fill(truthful=True, no_violation=True, accepts_audit=True, accepted=True).send(
        form="main form:has([name=truthful])"
    )
    assert re.search(r"\b[0-9a-f]{64}\b", screen.page.content())


def test_two_people_open(site, known):
    tender = known(select(Tender).where(Tender.title.contains(CLOSED)))
    screen = site.signed_in("officer").open(f"/bids/opening/{tender.id}")
    screen.fill(
        officer_code=site.code_of("officer"), supervisor_email="supervisor@example.org", supervisor_password="Ginkgo-Lane-2026",
        supervisor_code=site.code_of("supervisor"),
    )  # fmt: skip
    screen.send(form="main form:has([name=officer_code])")
    screen.open(f"/qualification/{tender.id}").reads("澄江区同心新居民服务中心")


def test_an_expert_scores(site, known):
    sheet = known(
        select(ScoreSheet)
        .join(Panel, Panel.id == ScoreSheet.panel_id)
        .where(ScoreSheet.status == SheetStatus.OPEN, Panel.status == PanelStatus.SCORING)
    )
    user = known(
        select(User)
        .join(Expert, Expert.user_id == User.id)
        .join(Seat, Seat.expert_id == Expert.id)
        .where(Seat.id == sheet.seat_id)
    )
    screen = site.signed_in(user.email.split("@")[0]).open("/scoring/").open(f"/scoring/sheets/{sheet.id}")
    tops = "all => all.map(one => [one.name, Number(one.dataset.max)])"
    marks = {name: top * 0.9 for name, top in screen.page.eval_on_selector_all("[data-mark]", tops)}
    assert len(marks) > 5
    screen.fill(**marks, comment="资料完整，可行。")
    screen.press('main form button[name="lock"]').look()
    assert known(select(ScoreSheet).where(ScoreSheet.id == sheet.id)).status == SheetStatus.SUBMITTED


def test_the_cashier_pays(site, known):
    instalment = known(select(Instalment).where(Instalment.status == InstalmentStatus.APPROVED))
    screen = site.signed_in("cashier").open("/payments/").open(f"/payments/instalments/{instalment.id}/pay")
    with site.installation.app.app_context():
        today = clock.today().isoformat()
    screen.fill(reference="ZF-9001", paid_on=today, password="Ginkgo-Lane-2026")
    screen.send(form="main form:has([name=reference])").reads("ZF-9001")


def test_a_resident_answers(site, known):
    contract = known(
        select(Contract).join(Party, Party.id == Contract.party_id).where(Party.name.contains("烛光"))
    )
    with site.installation.app.app_context():
        people = {u.email.split("@")[0]: actor_for(u.id, u.name) for u in db.session.scalars(select(User))}
        row = evaluation.assign(
            actor=people["officer"], contract_id=contract.id, evaluator_id=people["evaluator"].user_id
        )
        evaluation.declare_no_conflict(actor=people["evaluator"], evaluation_id=row.id)
        now = clock.now()
        [code] = evaluation.open_survey(
            actor=people["evaluator"],
            evaluation_id=row.id,
            opens_at=now,
            closes_at=now + timedelta(days=7),
            population=100,
            count=1,
        )
    screen = site.screen().open(f"/evaluation/s/{code}")
    screen.fill(aware="yes", took_part="no", satisfaction="5", comment="很好").send()
    screen.open(f"/evaluation/s/{code}")
    assert screen.page.locator('[name="satisfaction"]').count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/tenders/",
        "/notices/",
        "/budgets/",
        "/parties/",
        "/contracts/public",
        "/payments/public",
        "/accounts/sign-in",
    ],
)
def test_the_public_pages(site, path):
    site.screen().open(path)


def test_nothing_that_was_shown_as_saved_is_lost(site):
    """A lost connection, a second tab, a session that ended, a tab that was closed."""
    screen = site.signed_in("yilin").open("/bids/")
    screen.press('main a[href*="/bids/"]:has-text("银龄守护")').look()
    edit = screen.page.url.rstrip("/") + "/edit/team"
    first, context = screen.page, screen.page.context
    first.goto(edit)
    saved, unsaved = ".app-autosave >> text=/[0-9]:[0-9]/", ".app-autosave--bad"
    context.set_offline(True)
    first.fill("#team", "断网时写的")
    first.wait_for_selector(unsaved)
    context.set_offline(False)
    first.wait_for_selector(saved)
    second = context.new_page()
    second.goto(edit)
    assert second.input_value("#team") == "断网时写的"
    second.fill("#team", "第二个标签页写的")
    second.wait_for_selector(saved)
    first.fill("#team", "第一个标签页又写")
    first.wait_for_selector(unsaved)
    first.evaluate("document.querySelector('[data-autosave]').requestSubmit()")
    first.wait_for_selector(".app-notice--warn >> text=第二个标签页写的")
    assert first.input_value("#team") == "第一个标签页又写"
    second.close(run_before_unload=False)
    cookies = context.cookies()
    context.clear_cookies()
    first.fill("#team", "退出登录后写的")
    first.wait_for_selector(unsaved)
    context.add_cookies(cookies)
    first.wait_for_selector(saved)
    with first.expect_response("**/autosave/team"):
        first.fill("#team", "关闭前写的")
    first.close(run_before_unload=False)
    third = context.new_page()
    third.goto(edit)
    assert third.input_value("#team") == "关闭前写的"
