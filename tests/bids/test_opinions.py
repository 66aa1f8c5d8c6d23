"""An outsider gives an opinion by link: without an account, seeing what was chosen, sealed like all else."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.bids import queries, services
from portal.bids.models import OpinionRequest
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.mail import Message
from tests.bids import world
from tests.conftest import actor_of

SECRET = "为独居老人提供每周探访"


def ask(owner, bid, **changes) -> str:
    given = {
        "paper": "opinion",
        "asked": "静和社区居委会",
        "summary": True,
        "site": "静和路站",
        "days": 7,
    } | changes
    row = services.ask_opinion(actor=actor_of(owner), bid_id=bid.id, **given)
    bid = world.fresh(bid)
    return next(one.shown.code for one in queries.opinions(bid, queries.draft_key(bid)) if one.id == row.id)


def typed(**changes):
    usual = {
        "op_id": str(uuid4()), "opinion": "support", "text": "情况属实，同意推荐", "name": "周主任", "post": "居委会主任",
        "photo": (io.BytesIO(world.photo()), "章.jpg"),
    }  # fmt: skip
    return usual | changes


@pytest.fixture
def draft(app):
    here = world.make()
    party, owner = here.organisation()
    return here, owner, here.draft(owner, party)


def test_an_opinion_comes_by_phone_without_an_account_and_is_attached_once(
    draft, client, sign_in, drain
) -> None:
    _here, owner, bid = draft
    code = ask(owner, bid)
    assert client.get("/bids/opinion/give").status_code == 303
    assert (
        client.post("/bids/opinion", data={"op_id": str(uuid4()), "code": "AAAA-AAAA-AAAA"}).status_code
        == 422
    )
    assert (
        client.post(
            "/bids/opinion", data={"op_id": str(uuid4()), "code": code.lower().replace("-", " ")}
        ).status_code
        == 303
    )
    page = client.get("/bids/opinion/give").text
    assert SECRET in page
    assert "静和路站" in page
    assert "完成探访六百人次" not in page
    refused = client.post("/bids/opinion/give", data=typed(text=""))
    assert refused.status_code == 422
    assert "周主任" in refused.text
    sent = typed()
    assert client.post("/bids/opinion/give", data=sent).location == "/bids/opinion/thanks"
    again = client.post("/bids/opinion/give", data=typed(op_id=sent["op_id"]))
    assert again.status_code == 422
    [_certificate, opinion] = queries.draft(world.fresh(bid)).attachments
    assert (opinion.kind, opinion.media_type) == ("opinion", "application/pdf")
    drain()
    assert db.session.scalars(select(Message.user_id).where(Message.user_id == owner.id)).first()
    world.submit(owner, world.fresh(bid))
    assert db.session.scalars(select(OpinionRequest)).all() == []


def test_a_link_ends_by_time_by_hand_and_with_the_submission(draft) -> None:
    _here, owner, bid = draft
    ended, expired, late = (ask(owner, bid) for _ in range(3))
    one = queries.opinion_by_code(ended)
    services.end_opinion(actor=actor_of(owner), opinion_id=one.id)
    now = clock.now()
    with pytest.raises(Invalid, match="has ended"):
        services.opinions.find_opinion(ended, now)
    with pytest.raises(Invalid, match="expired"):
        services.opinions.find_opinion(expired, now + timedelta(days=7))
    services.opinions.find_opinion(late, now)
    world.submit(owner, world.fresh(bid))
    with pytest.raises(Invalid, match="no link"):
        services.opinions.find_opinion(late, now)


def test_what_is_shown_and_the_code_are_encrypted_and_only_kinds_of_the_form_can_be_asked(draft) -> None:
    here, owner, bid = draft
    code = ask(owner, bid)
    row = db.session.scalars(select(OpinionRequest)).one()
    stored = b"".join(v if isinstance(v, bytes) else str(v).encode() for v in vars(row).values())
    for word in (SECRET, "静和", code):
        assert word.encode() not in stored
        assert word.encode("unicode_escape") not in stored
    with pytest.raises(NotFound):
        ask(owner, bid, paper="certificate")
    _other, stranger = here.organisation()
    with pytest.raises(NotFound):
        services.end_opinion(actor=actor_of(stranger), opinion_id=row.id)


def test_only_the_summary_that_was_chosen_is_shown(draft) -> None:
    _here, owner, bid = draft
    _bid, shown = services.opinions.find_opinion(ask(owner, bid, summary=False, site=""), clock.now())
    assert (shown.summary, shown.site, shown.title) == ("", "", "银龄相伴")
