"""Invitations that lapse, text messages, and bidders who ask for a recusal."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound
from portal.core.mail import Message
from portal.panels import jobs, queries, services
from portal.panels.models import Seat
from portal.panels.values import (
    SeatStatus,
)
from portal.parties.models import Party
from portal.parties.values import Role
from tests.conftest import actor_of
from tests.factories import PartyFactory, person
from tests.panels.stage import change, seats, stage, user_of


def user_by(expert):
    from portal.accounts.models import User

    return db.session.get(User, expert.user_id)


def test_who_does_not_answer_in_time_is_followed_by_the_next(app, clock, drain):
    s = stage()
    panel = s.drawn()
    first = next(seat for seat in seats(panel, SeatStatus.INVITED) if seat.group == "technical")
    rest = [seat for seat in seats(panel, SeatStatus.INVITED) if seat.id != first.id]
    for seat in rest:
        services.accept_seat(actor=actor_of(user_of(seat)), seat_id=seat.id)
    clock.advance(hours=23)
    jobs.end_overdue_invitations()
    assert db.session.get(Seat, first.id).status == SeatStatus.INVITED
    clock.advance(hours=1)
    for _ in range(2):
        jobs.end_overdue_invitations()
    gone = db.session.get(Seat, first.id)
    (following,) = seats(panel, SeatStatus.INVITED)
    assert (gone.status, following.replaces_id, following.answer_by) == (
        SeatStatus.LAPSED,
        first.id,
        clock() + timedelta(hours=24),
    )
    with pytest.raises(InvalidTransition):
        services.accept_seat(actor=actor_of(user_of(first)), seat_id=first.id)
    assert queries.reliability([first.expert_id])[first.expert_id] == {SeatStatus.LAPSED: 1}


def test_a_text_message_goes_out_where_the_installation_has_a_command(app, drain, tmp_path, monkeypatch):
    s = stage(technical=2, residents=1)
    for expert in s.experts:
        change(user_by(expert), phone="13900001111")
    script = tmp_path / "send"
    script.write_text(f"#!/bin/sh\n(echo $1; cat; echo) >> {tmp_path}/sent\n")
    script.chmod(0o700)
    app.extensions["portal"] = replace(app.extensions["portal"], sms_command=str(script))
    s.drawn()
    drain()
    sent = (tmp_path / "sent").read_text()
    assert sent.count("13900001111") == 3
    assert s.tender.number in sent


def bidder_of(s):
    owner = person(Role.ORG_OWNER, db.session.get(Party, s.bids[0].party_id))
    return owner, partial(
        services.request_recusal, actor=actor_of(owner), tender_id=s.tender.id, party_id=s.bids[0].party_id,
        reason="其配偶在另一申报单位任职",
    )  # fmt: skip


def test_a_bidder_asks_for_a_recusal_and_who_admits_it_leaves(app, drain):
    s = stage()
    panel = s.drawn()
    seat = seats(panel, SeatStatus.INVITED)[0]
    services.accept_seat(actor=actor_of(user_of(seat)), seat_id=seat.id)
    owner, ask = bidder_of(s)
    with pytest.raises(Invalid) as error:
        ask(person=" ", reason="")
    assert [found.field for found in error.value.problems] == ["person", "reason"]
    request = ask(person=f" {user_of(seat).name} ")
    with pytest.raises(Invalid, match="asked for this already"):
        ask(person=user_of(seat).name)
    with pytest.raises(Invalid, match="not been heard"):
        services.decide_request(
            actor=actor_of(s.officer), request_id=request.id, follow=False, answer="无依据"
        )
    answer = partial(services.answer_request, request_id=request.id, admits=True, statement="属实")
    with pytest.raises((Denied, NotFound)):
        answer(actor=actor_of(user_of(seats(panel, SeatStatus.INVITED)[0])))
    answer(actor=actor_of(user_of(seat)))
    assert db.session.get(Seat, seat.id).status == SeatStatus.RECUSED
    assert len(seats(panel, SeatStatus.INVITED)) == 3
    drain()
    (told,) = db.session.query(Message).filter_by(user_id=owner.id)
    assert "takes no part" in told.body or "不参加" in told.body
    assert seat.code not in told.body


def test_the_officer_decides_about_who_is_not_on_the_panel_and_keeps_the_person_out(app):
    s = stage()
    named = user_by(s.experts[0])
    _owner, ask = bidder_of(s)
    request = ask(person=named.name)
    decide = partial(services.decide_request, actor=actor_of(s.officer), request_id=request.id, follow=True)
    with pytest.raises(Invalid, match="reason"):
        decide(answer="")
    decide(answer="已核实")
    with pytest.raises(Invalid, match="decided already"):
        decide(answer="已核实")
    (draw,) = s.frozen().draws
    assert [(row["expert_id"], row["reason"]) for row in draw.excluded] == [(str(s.experts[0].id), "recused")]
    stranger = person(Role.ORG_OWNER, PartyFactory())
    with pytest.raises(Denied):
        ask(actor=actor_of(stranger), person="某人")


def test_a_member_who_accepted_takes_the_chair_until_leaving(app):
    s = stage()
    panel = s.drawn()
    seat = seats(panel, SeatStatus.INVITED)[0]
    name = partial(services.name_chair, seat_id=seat.id)
    with pytest.raises(Invalid, match="accepted the seat"):
        name(actor=actor_of(s.officer))
    services.accept_seat(actor=actor_of(user_of(seat)), seat_id=seat.id)
    with pytest.raises(Denied):
        name(actor=actor_of(s.supervisor))
    assert name(actor=actor_of(s.officer)).chair_id == seat.id
    services.recuse_seat(actor=actor_of(s.officer), seat_id=seat.id, reason="利害关系")
    assert queries.panel_of(s.tender.id).chair_id is None
