"""Front page, inbox, operations, audit log, demonstration clock."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from portal.core import clock as clocks
from portal.core import jobs, mail, outbox
from portal.core.db import add, db, get, use_case
from portal.core.mail import MailState, Message, Recipient
from portal.core.outbox import Delivery, OutboxMessage
from portal.core.web import endpoint_access
from portal.home import queries
from portal.home.values import BEGINNINGS, PAGES
from portal.parties import services as parties
from portal.parties.values import PartyStatus, Role
from portal.procedures.models import CalendarYear
from tests.conftest import actor_of
from tests.factories import (
    ContractFactory,
    NoticeFactory,
    PartyFactory,
    TenderFactory,
    UnitFactory,
    UserFactory,
    person,
)


def op():
    return {"op_id": str(uuid4())}


@pytest.fixture
def unit(app):
    return UnitFactory()


@pytest.fixture
def admin(unit):
    return person(Role.ADMINISTRATOR, unit)


def write_to(user, count=1):
    @use_case
    def write():
        for n in range(count):
            message = add(
                Message(user_id=user.id, email=user.email, subject=f"消息{n}", body="正文", link="/parties/", created_at=clocks.now())
            )  # fmt: skip
            outbox.emit("message.created", message_id=message.id)
        return message.id

    return write()


def test_the_front_page_shows_open_calls_notices_and_projects(client, clock):
    TenderFactory(title="正在征集的项目")
    TenderFactory(title="已截止的项目", deadline_at=clocks.now() - timedelta(seconds=1))
    NoticeFactory(title="某项目公告")
    ContractFactory(title="已资助的项目")
    page = client.get("/").get_data(as_text=True)
    assert "正在征集的项目" in page
    assert "已截止的项目" not in page
    assert "某项目公告" in page
    assert "已资助的项目" in page


def test_the_front_page_asks_the_same_questions_for_more_rows(client, count_queries):
    def rows():
        TenderFactory()
        NoticeFactory()
        ContractFactory()

    rows()
    before = count_queries(lambda: client.get("/"))
    rows()
    rows()
    assert count_queries(lambda: client.get("/")) == before


def test_every_page_that_home_leads_to_exists_and_takes_the_argument(app):
    for endpoint, argument in PAGES.values():
        wanted = {argument} if argument else set()
        assert wanted in [rule.arguments for rule in app.url_map.iter_rules(endpoint)], endpoint


def test_messages_are_read_by_their_owner_only(app, sign_in):
    user, other = UserFactory(), UserFactory()
    message_id = write_to(user)
    assert mail.count_unread(user.id) == 1
    assert "消息0" in sign_in(user).get("/inbox").get_data(as_text=True)
    assert "消息0" not in sign_in(other).get("/inbox").get_data(as_text=True)
    assert sign_in(other).post(f"/inbox/{message_id}").status_code == 404
    assert mail.count_unread(user.id) == 1
    response = sign_in(user).post(f"/inbox/{message_id}")
    assert (response.status_code, response.headers["Location"]) == (303, "/parties/")
    assert mail.count_unread(user.id) == 0
    assert "消息0" not in sign_in(user).get("/inbox?unread=1").get_data(as_text=True)


def test_the_inbox_pages_with_the_same_number_of_questions(app, sign_in, count_queries):
    user = UserFactory()
    browser = sign_in(user)
    write_to(user)
    browser.get("/inbox")
    before = count_queries(lambda: browser.get("/inbox"))
    write_to(user, 45)
    assert count_queries(lambda: browser.get("/inbox")) == before
    assert queries.inbox(user.id, {"page": "3"}).pages == 3


def test_a_style_sheet_is_asked_for_by_its_content(app, client):
    digest = sha256((Path(app.static_folder) / "css/portal.css").read_bytes()).hexdigest()[:8]
    address = f"/static/css/portal.css?v={digest}"
    assert address in client.get("/").text
    with client.get(address) as answer:
        assert answer.status_code == 200


def test_everybody_finds_a_beginning_that_the_role_may_reach(app):
    assert {role for beginning in BEGINNINGS for role in beginning.roles} == set(Role)
    for beginning in BEGINNINGS:
        access = endpoint_access(app, beginning.page)
        assert access.kind == "public" or beginning.roles <= set(access.roles), beginning.page


def test_the_page_of_a_new_organisation_says_what_it_waits_for_and_where_to_begin(app, sign_in):
    party = PartyFactory(status=PartyStatus.REGISTERED)
    owner = person(Role.ORG_OWNER, party)
    page = sign_in(owner).get("/work").text
    assert f"{party.name}正在等待核验" in page or f"{party.name} waits for verification" in page
    assert 'href="/tenders/"' in page
    verified = PartyFactory()
    assert verified.name not in sign_in(person(Role.ORG_OWNER, verified)).get("/work").text


@pytest.mark.parametrize("address", ["/operations", "/audit", "/work", "/inbox", "/clock"])
def test_strangers_are_sent_to_sign_in(client, address):
    assert client.get(address).headers["Location"].startswith("/accounts/sign-in")


def test_operations_are_for_administrators_and_the_log_for_supervisors_too(unit, admin, sign_in):
    officer, supervisor = person(Role.PROGRAMME_OFFICER, unit), person(Role.SUPERVISOR, unit)
    for user, operations, audit in [(admin, 200, 200), (supervisor, 403, 200), (officer, 403, 403)]:
        assert sign_in(user).get("/operations").status_code == operations
        assert sign_in(user).get("/audit").status_code == audit
    assert sign_in(officer).post(f"/operations/deliveries/{uuid4()}", data=op()).status_code == 403
    assert sign_in(officer).post(f"/operations/mails/{uuid4()}", data=op()).status_code == 403


@use_case
def failed_delivery():
    message = add(OutboxMessage(topic="contract.signed", payload={}, created_at=clocks.now()))
    return add(
        Delivery(
            message_id=message.id, handler="contracts.make_pdf", created_at=clocks.now(), attempts=6, error="Traceback: boom",
            failed_at=clocks.now(),
        )
    ).id  # fmt: skip


def test_failed_work_is_shown_and_runs_again(admin, sign_in):
    delivery_id = failed_delivery()
    browser = sign_in(admin)
    assert "boom" in browser.get("/operations").get_data(as_text=True)
    assert browser.post(f"/operations/deliveries/{delivery_id}", data=op()).status_code == 303
    delivery = get(Delivery, delivery_id)
    assert (delivery.failed_at, delivery.attempts) == (None, 0)
    assert delivery.next_attempt_at <= clocks.now()


def test_a_mail_of_unknown_state_is_sent_again_and_others_are_not(admin, sign_in, clock, drain):
    user = UserFactory()
    message_id = write_to(user)
    browser = sign_in(admin)
    assert browser.post(f"/operations/mails/{message_id}", data=op()).status_code == 422
    drain()
    get(Message, message_id).mail_state = MailState.SENDING
    db.session.commit()
    clock.advance(minutes=11)
    assert user.email in browser.get("/operations").get_data(as_text=True)
    assert browser.post(f"/operations/mails/{message_id}", data=op()).status_code == 303
    drain()
    db.session.rollback()
    assert get(Message, message_id).mail_state == MailState.SENT


def test_an_unknown_calendar_year_is_a_warning(admin, sign_in, clock):
    browser = sign_in(admin)
    assert queries.operations().missing_years == [2026]
    assert "2026" in browser.get("/operations").get_data(as_text=True)
    for year in (2026,):
        db.session.add(CalendarYear(year=year, source="通知"))
    db.session.commit()
    assert queries.operations().missing_years == []
    clock.move_to(clocks.at(clocks.today().replace(month=11)))
    assert queries.operations().missing_years == [2027]


def test_the_log_is_filtered_and_its_chain_checked(unit, admin, sign_in):
    supervisor = person(Role.SUPERVISOR, unit)
    party = PartyFactory(unit_id=unit.id)
    officer = person(Role.PROGRAMME_OFFICER, unit, name="官员甲")
    parties.suspend_party(actor=actor_of(officer), party_id=party.id, reason="一")
    parties.reopen_party(actor=actor_of(officer), party_id=party.id, reason="二")
    browser = sign_in(supervisor)
    for query, found in [
        ({"action": "party."}, True),
        ({"action": "tender."}, False),
        ({"person": "官员甲"}, True),
        ({"subject": "party"}, True),
        ({"subject": str(party.id)}, True),
        ({"subject": "no id"}, False),
    ]:
        page = browser.get("/audit", query_string=query).get_data(as_text=True)
        assert ("party.suspend" in page) is found, query
    address = f"/audit/party/{party.id}"
    assert "app-notice--good" in browser.get(address).get_data(as_text=True)
    assert browser.get(f"/audit/party/{uuid4()}").status_code == 404


def test_a_forged_line_of_the_log_is_found(unit, admin, sign_in):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the triggers of the other database are switched off differently")
    party, officer = PartyFactory(unit_id=unit.id), person(Role.PROGRAMME_OFFICER, unit)
    parties.suspend_party(actor=actor_of(officer), party_id=party.id, reason="真实原因")
    parties.reopen_party(actor=actor_of(officer), party_id=party.id, reason="二")
    db.session.execute(text("DROP TRIGGER audit_event_no_update"))
    db.session.execute(text("UPDATE audit_event SET actor_name = '别人' WHERE action = 'party.suspend'"))
    db.session.commit()
    page = sign_in(admin).get(f"/audit/party/{party.id}").get_data(as_text=True)
    assert "app-notice--bad" in page
    assert queries.chain("party", party.id)[1] == [1]


@pytest.fixture
def demo_file(app, tmp_path):
    clocks.enable_demo(tmp_path / "demo-clock")
    yield tmp_path / "demo-clock"
    clocks.enable_demo(None)


def test_the_clock_jumps_ahead_once_and_nobody_is_signed_out(app, demo_file, sign_in):
    user = UserFactory()
    browser = sign_in(user)
    assert browser.get("/clock").status_code == 200
    token = op()
    assert browser.post("/clock/week", data=token).status_code == 303
    written = demo_file.read_text()
    assert browser.post("/clock/week", data=token).status_code == 303
    assert demo_file.read_text() == written
    from portal.accounts.models import UserSession

    row = db.session.query(UserSession).filter_by(user_id=user.id).one()
    assert row.seen_at == clocks.now() + timedelta(days=7)
    assert browser.post("/clock/century", data=op()).status_code == 404


def test_the_clock_never_moves_backwards(demo_file, app, sign_in):
    browser = sign_in(UserFactory())
    assert browser.post("/clock", data={**op(), "to": "2026-03-02T08:59"}).status_code == 422
    assert browser.post("/clock", data={**op(), "to": "gestern"}).status_code == 422
    assert not demo_file.exists()
    assert browser.post("/clock", data={**op(), "to": "2026-03-09T09:00"}).status_code == 303
    assert demo_file.exists()


def test_there_is_no_clock_outside_the_demonstration(app, demo_file, sign_in):
    browser, settings = sign_in(UserFactory()), app.extensions["portal"]
    object.__setattr__(settings, "demo", False)
    try:
        assert browser.get("/clock").status_code == 404
        assert browser.post("/clock/day", data=op()).status_code == 404
    finally:
        object.__setattr__(settings, "demo", True)
    assert not demo_file.exists()


def test_notify_reaches_the_inbox_in_the_language_of_the_reader(app):
    user = UserFactory(language="en")

    @use_case
    def tell():
        mail.notify(
            [Recipient(user.id, user.email, "en")],
            "party_verified",
            link="/parties/x/own",
            name="示例中心",
            reason=None,
        )

    tell()
    message = db.session.query(Message).filter_by(user_id=user.id).one()
    assert message.subject == "示例中心: registration verified"
    assert message.link == "/parties/x/own"
    assert "Hello" not in message.body, "greetings are for letters"


def test_a_message_bears_the_time_of_its_event_and_its_letter_has_one_link(app, clock):
    user = UserFactory(language="en")
    topic = f"test.{user.id}"

    @jobs.handles(topic)
    def tell() -> None:
        mail.notify(
            [Recipient(user.id, user.email, "en")],
            "party_verified",
            link="/parties/x/own",
            name="示例中心",
            reason=None,
        )

    use_case(lambda: outbox.emit(topic))()
    happened = clock()
    clock.advance(days=2)
    jobs.drain()
    message = db.session.query(Message).filter_by(user_id=user.id).one()
    assert (message.created_at, message.sent_at) == (happened, happened + timedelta(days=2))
    (letter,) = mail.kept_letters(user.email)
    assert letter.body.count("http") == letter.body.count("/parties/x/own") == 1


def test_one_entry_of_the_menu_is_the_present_one(admin, sign_in):
    browser = sign_in(admin)
    for address in ("/parties/people", "/parties/units", "/operations", "/parties/invite", "/work"):
        page = browser.get(address).get_data(as_text=True)
        assert page.count('class="app-nav__link"') > 1
        marked = page.split("</nav>")[0].count("aria-current")
        assert marked in (1, 2), f"the entry, and the group it stands in: {address}"
