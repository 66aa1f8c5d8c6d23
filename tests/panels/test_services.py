"""Freeze, witness, draw, answer: what is stored, what is refused, who may."""

import json

import pytest

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import audit
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition
from portal.core.mail import Message
from portal.core.templating import problem_text
from portal.panels import queries, rules, services
from portal.panels.models import Panel, Seat
from portal.panels.values import ExclusionReason, ExpertGroup, PanelStatus, SeatStatus
from portal.parties.values import Role
from portal.verify import draw as verify_draw
from tests.conftest import actor_of
from tests.factories import UserFactory, grant, person
from tests.panels.stage import OFFICER_WORDS, QUOTAS, WORDS, change, opened_bid, seats, stage, user_of


def sentences(error):
    return [problem_text(found) for found in error.value.problems]


def test_the_list_is_frozen_with_a_commitment_and_the_secret_is_encrypted(app):
    s = stage()
    panel = s.frozen()
    draw = services.draw_input(queries.panel_of(s.tender.id))
    assert panel.list_digest == rules.list_digest(draw.entries, draw.exclusions)
    assert panel.rules_digest == rules.rules_digest(draw)
    assert len(panel.candidates) == 7
    assert panel.excluded == []
    assert len(panel.secret) > 32
    event = audit.history(panel)[0]
    assert event.data["commitment"] == panel.commitment
    assert "专家" not in json.dumps(event.data, ensure_ascii=False)


def test_conflicts_staff_and_latecomers_are_left_out_with_their_reason(app, clock):
    s = stage(technical=6)
    change(s.experts[0], employer=" 青禾社会工作服务中心 0 ")
    change(s.experts[1], past_employers=["青禾社会工作服务中心1"])
    change(s.experts[2], active=False)
    member = s.experts[3]
    grant(user_by(member), Role.ORG_OWNER, s.bids[0].party_id)
    clock.advance(hours=2)
    late = s.experts[6]
    change(late, entered_at=clock())
    panel = s.frozen()
    reasons = {row["expert_id"]: row["reason"] for row in panel.excluded}
    assert reasons == {
        str(s.experts[0].id): "recused", str(s.experts[1].id): "recused", str(s.experts[2].id): "not_active",
        str(member.id): "recused", str(late.id): "edited_late",
    }  # fmt: skip
    found = next(row for row in panel.excluded if row["expert_id"] == str(s.experts[0].id))
    assert found["evidence"][0]["kind"] == "employer"
    assert found["evidence"][0]["party"] == "青禾社会工作服务中心0"


def user_by(expert):
    from portal.accounts.models import User

    return db.session.get(User, expert.user_id)


def test_staff_of_the_buyer_are_left_out(app):
    s = stage()
    grant(user_by(s.experts[0]), Role.FINANCE_OFFICER, s.district.id)
    assert [row["reason"] for row in s.frozen().excluded] == [ExclusionReason.BUYER_STAFF.value]


def test_infeasible_and_unlawful_quotas_are_refused_in_words(app):
    s = stage(technical=1)
    with pytest.raises(Invalid) as error:
        s.frozen()
    assert sentences(error) == ["Technical expert: only 1 people can be drawn, but 2 are needed."]
    with pytest.raises(Invalid) as error:
        services.freeze_list(
            actor=actor_of(s.officer), tender_id=s.tender.id, quotas={ExpertGroup.RESIDENT: 2}
        )
    found = sentences(error)
    assert found[0] == "The call announced a panel of 3; these quotas add up to 2."
    assert any("must be odd" in sentence for sentence in found)
    assert queries.panel_of(s.tender.id) is None


def test_the_list_waits_for_the_eligibility_check(app):
    s = stage()
    opened_bid(s.lot, 7, BidStatus.PENDING)
    with pytest.raises(Invalid) as error:
        s.frozen()
    assert sentences(error) == ["1 proposals still wait for the eligibility check."]
    for bid in db.session.query(Bid):
        change(bid, status=BidStatus.DISQUALIFIED)
    with pytest.raises(Invalid) as error:
        s.frozen()
    assert sentences(error) == ["No proposal was admitted; there is nothing to score."]


def test_a_second_list_is_refused(app):
    s = stage()
    s.frozen()
    with pytest.raises(Invalid, match="frozen already"):
        s.frozen()


def test_the_draw_can_be_repeated_from_its_proof(app):
    s = stage()
    panel = s.drawn()
    assert panel.status == PanelStatus.SEATED
    assert panel.secret is None
    assert panel.proof["commitment"] == panel.commitment
    report = verify_draw.check(rules_bytes(panel.proof))
    assert report.differences == []
    drawn = {entry["digest"] for entry in panel.proof["result"]["seated"]}
    by_expert = {row["expert_id"]: row["digest"] for row in panel.candidates}
    invited = seats(panel, SeatStatus.INVITED)
    assert {by_expert[str(seat.expert_id)] for seat in invited} == drawn
    assert [seat.group for seat in invited].count(ExpertGroup.TECHNICAL) == 2
    assert len({seat.code for seat in seats(panel)}) == 7
    assert "专家" not in json.dumps(panel.proof, ensure_ascii=False)


def rules_bytes(proof):
    from portal.core.proofs import canonical

    return canonical(proof)


def test_nobody_draws_before_the_witness_or_as_the_witness(app):
    s = stage()
    panel = s.frozen()
    with pytest.raises(Invalid, match="not lodged"):
        services.draw(actor=actor_of(s.officer), panel_id=panel.id, text=OFFICER_WORDS)
    grant(s.supervisor, Role.PROGRAMME_OFFICER, s.district.id)
    services.witness(actor=actor_of(s.supervisor), panel_id=panel.id, text=WORDS)
    with pytest.raises(Denied):
        services.draw(actor=actor_of(s.supervisor), panel_id=panel.id, text=OFFICER_WORDS)
    with pytest.raises(Denied):
        services.witness(actor=actor_of(s.officer), panel_id=panel.id, text=WORDS)
    with pytest.raises(Invalid, match="lodged already"):
        services.witness(actor=actor_of(s.supervisor), panel_id=panel.id, text=WORDS)


def test_a_short_string_is_refused_and_a_second_draw_impossible(app):
    s = stage()
    panel = s.frozen()
    with pytest.raises(Invalid, match="at least"):
        services.witness(actor=actor_of(s.supervisor), panel_id=panel.id, text="short")
    services.witness(actor=actor_of(s.supervisor), panel_id=panel.id, text=WORDS)
    services.draw(actor=actor_of(s.officer), panel_id=panel.id, text=OFFICER_WORDS)
    before = db.session.get(Panel, panel.id).proof
    with pytest.raises(InvalidTransition):
        services.draw(actor=actor_of(s.officer), panel_id=panel.id, text="another string 2")
    assert db.session.get(Panel, panel.id).proof == before


def test_who_declines_or_recuses_is_followed_by_the_next_of_the_group(app, drain):
    s = stage()
    panel = s.drawn()
    first, second = [seat for seat in seats(panel, SeatStatus.INVITED) if seat.group == "technical"]
    waiting = [seat for seat in seats(panel, SeatStatus.STANDBY) if seat.group == "technical"]
    with pytest.raises(Invalid):
        services.decline_seat(actor=actor_of(user_of(first)), seat_id=first.id, reason=" ")
    services.decline_seat(actor=actor_of(user_of(first)), seat_id=first.id, reason="出差")
    following = db.session.get(Seat, waiting[0].id)
    assert (following.status, following.replaces_id) == (SeatStatus.INVITED, first.id)
    services.accept_seat(actor=actor_of(user_of(second)), seat_id=second.id)
    services.recuse_seat(actor=actor_of(s.officer), seat_id=second.id, reason="与申报单位有往来")
    assert db.session.get(Seat, waiting[1].id).status == SeatStatus.INVITED
    drain()
    subjects = [m.subject for m in db.session.query(Message).filter_by(user_id=s.officer.id)]
    assert any(s.tender.title in subject for subject in subjects)


def test_exhausted_standby_is_said_clearly(app):
    s = stage(technical=2)
    panel = s.drawn()
    seat = next(seat for seat in seats(panel, SeatStatus.INVITED) if seat.group == "technical")
    services.decline_seat(actor=actor_of(user_of(seat)), seat_id=seat.id, reason="出差")
    with pytest.raises(Invalid) as error:
        services.begin_scoring(actor=actor_of(s.officer), panel_id=panel.id)
    assert any("nobody is left on standby" in sentence for sentence in sentences(error))


def test_scoring_begins_when_all_seats_are_accepted(app):
    s = stage()
    panel = s.drawn()
    with pytest.raises(Invalid, match="seats are accepted"):
        services.begin_scoring(actor=actor_of(s.officer), panel_id=panel.id)
    for seat in seats(panel, SeatStatus.INVITED):
        services.accept_seat(actor=actor_of(user_of(seat)), seat_id=seat.id)
    assert services.begin_scoring(actor=actor_of(s.officer), panel_id=panel.id).status == PanelStatus.SCORING
    with pytest.raises(InvalidTransition):
        services.begin_scoring(actor=actor_of(s.officer), panel_id=panel.id)


def test_a_seat_needs_both_declarations_and_its_own_expert(app):
    s = stage()
    panel = s.drawn()
    one, other, _ = seats(panel, SeatStatus.INVITED)
    with pytest.raises(Invalid) as error:
        services.accept_seat(
            actor=actor_of(user_of(one)), seat_id=one.id, confidential=False, no_conflict=False
        )
    assert [found.field for found in error.value.problems] == ["confidential", "no_conflict"]
    with pytest.raises(Denied):
        services.accept_seat(actor=actor_of(user_of(other)), seat_id=one.id)
    with pytest.raises(Denied):
        services.recuse_seat(actor=actor_of(user_of(other)), seat_id=one.id, reason="不是我的")


def test_strangers_change_nothing(app):
    s = stage()
    elsewhere = person(Role.PROGRAMME_OFFICER, s.street, name="另一街道")
    other = person(Role.PROGRAMME_OFFICER, stage().district)
    for call in (
        lambda: services.freeze_list(actor=actor_of(other), tender_id=s.tender.id, quotas=QUOTAS),
        lambda: services.add_expert(actor=actor_of(elsewhere), user_id=UserFactory().id, unit_id=s.district.id, group=ExpertGroup.MEDIA, specialty="新闻", title="记者", employer="示例日报"),
        lambda: services.suspend_expert(actor=actor_of(other), expert_id=s.experts[0].id, reason="x"),
    ):  # fmt: skip
        with pytest.raises(Denied):
            call()


def test_the_pool_takes_a_person_once_and_gives_the_role(app):
    s = stage()
    user = UserFactory()
    values = {"group": ExpertGroup.MEDIA, "specialty": "新闻", "title": "主任记者", "employer": "示例日报"}
    expert = services.add_expert(
        actor=actor_of(s.officer), user_id=user.id, unit_id=s.district.id, past_employers=["", " 旧单位 "], **values
    )  # fmt: skip
    assert expert.past_employers == ["旧单位"]
    assert actor_of(user).has(Role.EXPERT, s.district.id)
    with pytest.raises(Invalid, match="already"):
        services.add_expert(actor=actor_of(s.officer), user_id=user.id, unit_id=s.district.id, **values)


def test_an_unknown_person_is_invited_by_mail(app):
    s = stage()
    invitation = services.invite_expert(
        actor=actor_of(s.officer), email="new@example.org", name="王记者", unit_id=s.district.id
    )
    assert (invitation.role, invitation.scope_id) == (Role.EXPERT, s.district.id)
    with pytest.raises(Invalid, match="account already"):
        services.invite_expert(
            actor=actor_of(s.officer), email=s.officer.email, name="x", unit_id=s.district.id
        )
