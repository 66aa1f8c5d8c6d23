"""Pages of proposals: who reaches them, what they refuse, what sending twice does."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.bids import queries, rules, services
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import clock, sealing
from portal.core.db import db
from portal.core.money import Money
from portal.parties.values import PartyStatus, Role
from portal.tenders.models import Lot
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import PASSWORD, LotFactory, PartyFactory, grant, person

SignIn = Callable[[User], FlaskClient]
TICKED = {"truthful": "y", "no_violation": "y", "accepts_audit": "y"}


def token() -> str:
    return str(uuid4())


def text(response) -> str:
    return response.get_data(as_text=True)


def body(response) -> bytes:
    """The bytes of a download, whose file is closed with it."""
    with response:
        return response.data


def send(client: FlaskClient, bid: Bid, **changes: str):
    data = {"op_id": token(), "version": str(world.fresh(bid).version), **TICKED} | changes
    return client.post(f"/bids/{bid.id}/submit", data=data)


@pytest.fixture
def here(app: Flask) -> world.World:
    return world.make()


def test_an_organisation_writes_and_submits_step_by_step(here: world.World, sign_in: SignIn, drain) -> None:
    party, owner = here.organisation()
    client = sign_in(owner)
    begun = client.post(
        "/bids/start", data={"op_id": token(), "party": str(party.id), "lot": str(here.lot.id)}
    )
    assert begun.status_code == 303, text(begun)
    bid = queries.bid_of(here.lot.id, party.id)
    assert bid is not None
    content = world.complete()
    steps = {
        "basics": {n: content.text(n) for n in ("title", "summary", "needs", "target_group")} | {"beneficiaries": "６０"},
        "plan": {n: content.text(n) for n in ("goals", "activities", "risk")},
        "team": {"team": content.text("team")},
        "budget": {
            "lines-0-head_code": "activity", "lines-0-content": "探访物资", "lines-0-unit": "人次", "lines-0-unit_price": "150",
            "lines-0-quantity": "600", "lines-0-own": "5,000",
            "lines-1-head_code": "management", "lines-1-content": "管理", "lines-1-unit": "项", "lines-1-unit_price": "4500.00",
            "lines-1-quantity": "1", "lines-1-own": "",
        },
    }  # fmt: skip
    for step, typed in steps.items():
        shown = client.get(f"/bids/{bid.id}/edit/{step}")
        assert shown.status_code == 200
        version = str(revision(bid, step))
        saved = client.post(
            f"/bids/{bid.id}/edit/{step}", data={"op_id": token(), "version": version, **typed}
        )
        assert saved.status_code == 303, text(saved)
    check = client.get(f"/bids/{bid.id}/edit/check")
    assert f"/bids/{bid.id}/edit/files#file" in text(check)
    photo = {"op_id": token(), "file": (io.BytesIO(world.photo(b"GPS 30.1,120.2")), "登记证书.jpg")}
    assert client.post(f"/bids/{bid.id}/edit/files", data=photo).status_code == 303
    (named,) = queries.draft(world.fresh(bid)).attachments
    data = client.get(f"/bids/{bid.id}/files/{named.part}")
    assert b"GPS" not in data.data
    assert data.headers["Content-Security-Policy"].startswith("sandbox")
    assert data.headers["Content-Disposition"].startswith("attachment")
    assert "#" not in text(client.get(f"/bids/{bid.id}/edit/check")).split("app-notice--good")[0][-20:]
    assert client.get(f"/bids/{bid.id}/submit").status_code == 200
    done = send(client, bid)
    assert done.status_code == 303
    bid = world.fresh(bid)
    assert bid.status == BidStatus.SEALED
    drain()
    first, second = client.get(f"/bids/{bid.id}/receipt"), client.get(f"/bids/{bid.id}/receipt")
    (code,) = re.findall(r"<code>([0-9A-Z-]{60,})</code>", text(first))
    assert len(sealing.parse_code(code)) == 32
    assert code not in text(second)
    assert queries.version_of(bid).receipt_number in text(second)
    shown = client.get(f"/bids/{bid.id}")
    assert "receipts/1.pdf" in text(shown)
    assert body(client.get(f"/bids/{bid.id}/receipts/1.pdf")).startswith(b"%PDF-")
    copy = client.post(f"/bids/{bid.id}/copy", data={"op_id": token(), "code": code, "kind": "json"})
    assert copy.get_json()["title"] == "银龄相伴"
    assert client.post(f"/bids/{bid.id}/copy", data={"code": code, "kind": "pdf"}).data.startswith(b"%PDF-")
    wrong = client.post(f"/bids/{bid.id}/copy", data={"code": sealing.format_code(bytes(32)), "kind": "json"})
    assert wrong.status_code == 422


def test_sending_twice_gives_one_receipt(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    key, version = token(), str(here_version(bid))
    first = send(client, bid, op_id=key, version=version)
    again = send(client, bid, op_id=key, version=version)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert len(queries.versions(bid.id)) == 1
    another = send(client, bid, version=version)
    assert another.status_code == 409
    db.session.rollback()
    assert len(queries.versions(bid.id)) == 1


def revision(bid: Bid, section: str) -> int:
    return rules.revision(world.fresh(bid).sections, section)


def here_version(bid: Bid) -> int:
    return world.fresh(bid).version


def test_what_is_missing_is_said_and_nothing_is_sealed(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    bid = here.draft(owner, party, world.complete(goals=""), attach=False)
    client = sign_in(owner)
    refused = send(client, bid)
    assert refused.status_code == 422
    assert f"/bids/{bid.id}/edit/plan#goals" in text(client.get(f"/bids/{bid.id}/submit"))
    assert world.fresh(bid).status == BidStatus.DRAFT


def test_without_the_declarations_nothing_is_sealed(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    refused = send(client, bid, truthful="")
    assert refused.status_code == 422
    assert 'href="#truthful"' in text(refused)
    assert world.fresh(bid).status == BidStatus.DRAFT


def test_a_late_proposal_is_told_when_it_arrived(here: world.World, sign_in: SignIn, clock) -> None:
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    clock.move_to(here.tender.deadline_at + timedelta(milliseconds=1))
    refused = send(sign_in(owner), bid)
    assert refused.status_code == 422
    assert "09:00:00.001" in text(refused)
    assert "09:00:00.000" in text(refused)
    assert world.fresh(bid).status == BidStatus.DRAFT


def test_the_arrival_is_not_read_from_the_request(here: world.World, sign_in: SignIn, clock) -> None:
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    clock.move_to(here.tender.deadline_at)
    client = sign_in(owner)
    data = {"op_id": token(), "received_at": "2026-01-01T00:00:00Z", **TICKED}
    headers = {"Date": "Thu, 01 Jan 2026 00:00:00 GMT", "X-Request-Start": "t=1767225600"}
    assert client.post(f"/bids/{bid.id}/submit", data=data, headers=headers).status_code == 422
    assert world.fresh(bid).status == BidStatus.DRAFT


def test_a_stale_tab_keeps_what_was_typed(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    colleague = person(Role.ORG_DRAFTER, party)
    bid, client = here.draft(owner, party), sign_in(owner)
    old = str(revision(bid, "team"))
    services.save_draft(
        actor=actor_of(colleague), bid_id=bid.id, version=None, content=world.complete(team="同事的文字")
    )
    stale = client.post(
        f"/bids/{bid.id}/edit/team", data={"op_id": token(), "version": old, "team": "我打的字"}
    )
    assert stale.status_code == 409
    assert "我打的字" in text(stale)
    assert queries.draft(world.fresh(bid)).text("team") == "同事的文字"
    (version,) = re.findall(r'name="version" type="hidden" value="(\d+)"', text(stale))
    again = client.post(
        f"/bids/{bid.id}/edit/team", data={"op_id": token(), "version": version, "team": "我打的字"}
    )
    assert again.status_code == 303
    assert queries.draft(world.fresh(bid)).text("team") == "我打的字"


def test_autosave_answers_time_and_version_and_refuses_a_stale_tab(
    here: world.World, sign_in: SignIn
) -> None:
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    address, old = f"/bids/{bid.id}/autosave/plan", revision(bid, "plan")
    typed = {"op_id": token(), "version": str(old), "goals": "写到一半"}
    saved = client.post(address, data=typed, headers={"X-Autosave": "1"})
    assert saved.status_code == 200
    assert saved.get_json() == {"saved_at": "09:00:00", "version": revision(bid, "plan")}
    assert queries.draft(world.fresh(bid)).text("goals") == "写到一半"
    stale = client.post(address, data=typed | {"op_id": token(), "goals": "旧页"})
    assert stale.status_code == 409
    assert stale.get_json()["problem"]
    assert queries.draft(world.fresh(bid)).text("goals") == "写到一半"
    bad = {"op_id": token(), "version": str(revision(bid, "budget")), "lines-0-unit_price": "abc"}
    refused = client.post(f"/bids/{bid.id}/autosave/budget", data=bad)
    assert refused.status_code == 422
    assert "amount" in refused.get_json()["problem"]
    assert client.post(f"/bids/{bid.id}/autosave/files", data=typed).status_code == 404


def test_a_program_called_pdf_is_refused_in_words(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    data = {"op_id": token(), "file": (io.BytesIO(b"MZ" + bytes(1000)), "a.pdf")}
    refused = client.post(f"/bids/{bid.id}/edit/files", data=data)
    assert refused.status_code == 422
    assert "file-error" in text(refused)
    assert len(queries.draft(world.fresh(bid)).attachments) == 1


def test_a_file_is_removed_with_its_bytes(here: world.World, sign_in: SignIn) -> None:
    from portal.core import files

    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    (row,) = queries.files_of(bid.id, 0)
    part, path = row.part, files.path_of(row.sha256)
    assert path.exists()
    client.post(f"/bids/{bid.id}/files/{part}/remove", data={"op_id": token()})
    assert queries.draft(world.fresh(bid)).attachments == ()
    assert not path.exists()


def test_a_second_member_sees_the_same_and_an_approver_may_submit(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    approver = sign_in(person(Role.ORG_APPROVER, party))
    assert approver.get(f"/bids/{bid.id}").status_code == 200
    assert approver.get(f"/bids/{bid.id}/edit/team").status_code == 403
    finance = sign_in(person(Role.ORG_FINANCE, party))
    assert finance.get(f"/bids/{bid.id}/submit").status_code == 403
    assert send(approver, bid).status_code == 303


def test_withdraw_and_begin_anew(here: world.World, sign_in: SignIn, drain) -> None:
    bid, owner, _receipt = here.submitted()
    client = sign_in(owner)
    assert client.get(f"/bids/{bid.id}/withdraw").status_code == 200
    assert client.post(f"/bids/{bid.id}/withdraw", data={"op_id": token()}).status_code == 303
    assert world.fresh(bid).status == BidStatus.WITHDRAWN
    drain()
    data = {"op_id": token(), "party": str(bid.party_id), "lot": str(here.lot.id)}
    assert client.post("/bids/start", data=data).status_code == 303
    bid = world.fresh(bid)
    assert bid.status == BidStatus.DRAFT
    assert queries.draft(bid).title == ""
    assert queries.files_of(bid.id, 1) == []


def test_reopen_and_replace_until_the_deadline(here: world.World, sign_in: SignIn, clock, drain) -> None:
    bid, owner, receipt = here.submitted()
    client, address = sign_in(owner), f"/bids/{bid.id}/reopen"
    wrong = client.post(address, data={"op_id": token(), "code": "XXXX"})
    assert wrong.status_code == 422
    assert 'href="#code"' in text(wrong)
    assert world.fresh(bid).status == BidStatus.SEALED
    assert client.post(address, data={"op_id": token(), "code": receipt.reopen_code}).status_code == 303
    assert send(client, bid).status_code == 303
    assert world.fresh(bid).submitted_version == 2
    drain()
    clock.move_to(here.tender.deadline_at)
    client = sign_in(owner)
    late = client.post(address, data={"op_id": token(), "code": receipt.reopen_code})
    assert late.status_code == 422
    assert client.post(f"/bids/{bid.id}/withdraw", data={"op_id": token()}).status_code == 422
    assert world.fresh(bid).status == BidStatus.SEALED


def test_who_waits_for_the_verification_writes_but_does_not_submit(
    here: world.World, sign_in: SignIn
) -> None:
    party, owner = here.organisation(status=PartyStatus.REGISTERED)
    client = sign_in(owner)
    data = {"op_id": token(), "party": str(party.id), "lot": str(here.lot.id)}
    assert client.post("/bids/start", data=data).status_code == 303
    bid = queries.bid_of(here.lot.id, party.id)
    assert bid is not None
    assert "not verified yet" in text(client.get(f"/bids/{bid.id}/edit/check"))
    assert send(client, bid).status_code == 422
    assert world.fresh(bid).status == BidStatus.DRAFT


def test_the_lot_whose_button_was_pressed_is_chosen(here: world.World, sign_in: SignIn) -> None:
    _party, owner = here.organisation()
    client = sign_in(owner)
    only = text(client.get(f"/bids/start?tender={here.tender.id}"))
    assert (
        f'<input type="hidden" name="lot" value="{here.lot.id}">' in only
    )  # nothing to choose, nothing asked
    LotFactory(tender_id=here.tender.id, position=2)
    db.session.commit()
    shown = text(client.get(f"/bids/start?tender={here.tender.id}&lot={here.lot.id}"))
    assert f'<option selected value="{here.lot.id}">' in shown


def test_a_budget_over_its_caps_is_saved_and_says_at_once_what_is_over_and_where(
    here: world.World, sign_in: SignIn
) -> None:
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    typed = {
        "lines-0-head_code": "management", "lines-0-content": "管理", "lines-0-unit": "项", "lines-0-unit_price": "120000",
        "lines-0-quantity": "1",
    }  # fmt: skip
    kept = client.post(
        f"/bids/{bid.id}/autosave/budget", data={"op_id": token(), "version": str(revision(bid, "budget")), **typed}
    ).get_json()  # fmt: skip
    assert kept["saved_at"]
    assert "100,000.00" in kept["over"]
    version = str(revision(bid, "budget"))
    sent = client.post(f"/bids/{bid.id}/edit/budget", data={"op_id": token(), "version": version, **typed})
    assert sent.status_code == 303
    assert sent.location.endswith("/edit/budget")
    shown = text(client.get(sent.location))
    assert "管理费" in shown.split("app-notice--bad")[1].split("</ul>")[0]
    assert queries.draft(world.fresh(bid)).quote == Money(12_000_000)


def test_after_the_deadline_a_draft_is_read_and_no_longer_written(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    here.close()
    client = sign_in(owner)
    for step in ("basics", "budget", "files", "check"):
        page = text(client.get(f"/bids/{bid.id}/edit/{step}"))
        assert "data-autosave" not in page
        assert f'href="/bids/{bid.id}/draft"' in page
    late = client.post(f"/bids/{bid.id}/autosave/team", data={"op_id": token(), "team": "迟到的字"})
    assert late.status_code == 422
    assert "2026" in late.get_json()["problem"]
    assert f'href="/bids/{bid.id}/edit"' not in text(client.get(f"/bids/{bid.id}/draft"))
    assert queries.draft(world.fresh(bid)).text("team") == "社工三名"


@pytest.mark.parametrize("status", [PartyStatus.REFUSED, PartyStatus.SUSPENDED])
def test_refused_and_suspended_organisations_do_not_begin(
    here: world.World, sign_in: SignIn, status: PartyStatus
) -> None:
    party, owner = here.organisation(status=status)
    client = sign_in(owner)
    assert client.get("/bids/start").status_code == 200
    data = {"op_id": token(), "party": str(party.id), "lot": str(here.lot.id)}
    assert client.post("/bids/start", data=data).status_code == 422
    assert queries.bid_of(here.lot.id, party.id) is None


def test_who_has_begun_is_led_on_instead_of_asked_again(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    shown = text(client.get(f"/bids/start?tender={here.tender.id}"))
    assert f"/bids/{bid.id}/edit" in shown
    assert "Can we take part?" not in shown


def test_one_proposal_for_a_lot(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    here.draft(owner, party)
    data = {"op_id": token(), "party": str(party.id), "lot": str(here.lot.id)}
    assert sign_in(owner).post("/bids/start", data=data).status_code == 422


def own_pages(bid: Bid) -> list[str]:
    ends = (
        "",
        "/edit/basics",
        "/edit/files",
        "/edit/check",
        "/submit",
        "/receipt",
        "/copy",
        "/withdraw",
        "/reopen",
        "/proposal",
    )
    return [f"/bids/{bid.id}{end}" for end in ends]


def test_anonymous_people_are_led_to_the_sign_in(here: world.World, client: FlaskClient) -> None:
    bid, _owner, _receipt = here.submitted()
    for address in ["/bids/", "/bids/start", f"/bids/opening/{here.tender.id}", *own_pages(bid)]:
        answer = client.get(address)
        assert answer.status_code == 303, address
        assert "/accounts/sign-in" in answer.location


def test_another_organisation_finds_nothing(here: world.World, sign_in: SignIn) -> None:
    bid, _owner, _receipt = here.submitted()
    _other, stranger = here.organisation()
    client = sign_in(stranger)
    for address in own_pages(bid):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/bids/{bid.id}/withdraw", data={"op_id": token()}).status_code == 404
    assert world.fresh(bid).status == BidStatus.SEALED


def test_staff_learn_nothing_before_the_opening(here: world.World, sign_in: SignIn) -> None:
    bid, _owner, receipt = here.submitted()
    for user in (here.officer, here.supervisor):
        client = sign_in(user)
        assert client.get(f"/bids/{bid.id}/proposal").status_code == 404
        assert client.get(f"/bids/{bid.id}").status_code == 403
        assert client.get(f"/bids/opened/{here.tender.id}").status_code == 404
        page = text(client.get(f"/bids/opening/{here.tender.id}"))
        assert bid.party.name not in page
        assert receipt.receipt_number not in page


def test_the_ceremony_and_what_follows(
    here: world.World, sign_in: SignIn, client: FlaskClient, drain
) -> None:
    bid, owner, receipt = here.submitted()
    here.submitted()
    officer, address = sign_in(here.officer), f"/bids/opening/{here.tender.id}"
    codes = {
        "officer_code": here.codes["officer"], "supervisor_email": here.supervisor.email,
        "supervisor_password": PASSWORD, "supervisor_code": here.codes["supervisor"],
    }  # fmt: skip
    assert 'name="officer_code"' not in text(officer.get(address))
    early = officer.post(address, data={"op_id": token(), **codes})
    assert early.status_code == 422
    here.close()
    officer = sign_in(here.officer)
    assert 'name="officer_code"' in text(officer.get(address))
    wrong = officer.post(address, data={"op_id": token(), **codes, "supervisor_password": "nein"})
    assert wrong.status_code == 422
    assert here.codes["officer"] not in text(wrong)
    assert sign_in(here.supervisor).post(address, data={"op_id": token(), **codes}).status_code == 403
    done = officer.post(address, data={"op_id": token(), **codes})
    assert done.status_code == 303, text(done)
    again = officer.post(address, data={"op_id": token(), **codes})
    assert again.status_code == 422
    db.session.rollback()
    drain()
    shown = text(officer.get(address))
    assert bid.party.name in shown
    assert receipt.digest in shown
    assert body(officer.get(f"{address}/minutes.pdf")).startswith(b"%PDF-")
    assert bid.party.name in text(officer.get(f"/bids/opened/{here.tender.id}"))
    proposal = officer.get(f"/bids/{bid.id}/proposal")
    assert "银龄相伴" in text(proposal)
    (part,) = re.findall(rf'/bids/{bid.id}/proposal/files/([\w-]+)"', text(proposal))
    attached = officer.get(f"/bids/{bid.id}/proposal/files/{part}")
    assert attached.data == world.pdf()
    assert attached.headers["Content-Disposition"].startswith("attachment")
    assert attached.headers["Content-Security-Policy"].startswith("sandbox")
    assert "银龄相伴" in text(sign_in(owner).get(f"/bids/{bid.id}/proposal"))
    assert client.get(f"/bids/opened/{here.tender.id}").status_code == 404


def test_the_opening_list_of_a_consultation_is_public(app: Flask, client: FlaskClient) -> None:
    here = world.make(procedure="competitive_consultation")
    bids = [here.submitted()[0] for _ in range(2)]
    assert client.get(f"/bids/opened/{here.tender.id}").status_code == 404
    here.close()
    here.open()
    shown = client.get(f"/bids/opened/{here.tender.id}")
    assert shown.status_code == 200
    assert all(bid.party.name in text(shown) for bid in bids)
    assert "/proposal" not in text(shown)


def test_an_officer_of_another_unit_finds_no_opening(here: world.World, sign_in: SignIn) -> None:
    stranger = world.make().officer
    client = sign_in(stranger)
    assert client.get(f"/bids/opening/{here.tender.id}").status_code == 404
    assert client.post(f"/bids/opening/{here.tender.id}", data={"op_id": token()}).status_code == 404


def test_wrong_roles_are_refused(here: world.World, sign_in: SignIn) -> None:
    expert = sign_in(person(Role.EXPERT, here.unit))
    for address in ("/bids/", "/bids/start", f"/bids/opening/{here.tender.id}", f"/bids/{uuid4()}"):
        assert expert.get(address).status_code == 403, address


def test_anybody_checks_a_receipt_and_learns_nothing_else(here: world.World, client: FlaskClient) -> None:
    bid, _owner, receipt = here.submitted()
    good = {"op_id": token(), "number": receipt.receipt_number.lower(), "digest": receipt.digest}
    yes, no = client.post("/bids/receipt-check", data=good), client.post(
        "/bids/receipt-check", data=good | {"digest": "0" * 64}
    )  # fmt: skip
    assert "app-notice--good" in text(yes)
    assert "app-notice--bad" in text(no)
    assert bid.party.name not in text(yes) + text(no)
    assert client.post("/bids/receipt-check", data={"op_id": token()}).status_code == 422


def test_the_list_sends_the_same_queries_for_one_and_three(
    here: world.World, sign_in: SignIn, count_queries
) -> None:
    party, owner = here.organisation()
    here.draft(owner, party)
    client = sign_in(owner)
    assert client.get("/bids/").status_code == 200
    one = count_queries(lambda: client.get("/bids/"))
    for _ in range(2):
        other = PartyFactory()
        grant(owner, Role.ORG_OWNER, other.id)
        here.draft(owner, other)
    three = count_queries(lambda: client.get("/bids/"))
    assert one == three


def test_the_opening_sends_nobody_a_key_or_content(here: world.World, drain) -> None:
    """Queue, outbox, audit and mail hold ids and receipt facts only."""
    from sqlalchemy import select

    from portal.core.audit import AuditEvent
    from portal.core.mail import Message
    from portal.core.outbox import OutboxMessage

    _bid, _owner, receipt = here.submitted()
    here.submitted()
    here.close()
    here.open()
    drain()
    rows = [str(m.payload) for m in db.session.scalars(select(OutboxMessage))]
    rows += [str(e.data) for e in db.session.scalars(select(AuditEvent))]
    rows += [m.subject + m.body for m in db.session.scalars(select(Message))]
    everything = "\n".join(rows)
    for secret in (*here.codes.values(), receipt.reopen_code, "银龄相伴", "8950000", "89,500"):
        assert secret not in everything
    assert receipt.digest in everything


def test_lots_of_other_calls_cannot_be_chosen_when_closed(here: world.World, sign_in: SignIn) -> None:
    party, owner = here.organisation()
    here.close()
    data = {"op_id": token(), "party": str(party.id), "lot": str(here.lot.id)}
    refused = sign_in(owner).post("/bids/start", data=data)
    assert refused.status_code == 422
    assert db.session.get(Lot, here.lot.id) is not None
    assert clock.now() >= here.tender.deadline_at
