"""Freeze, witness, draw, answer: what is stored, what is refused, who may."""

import json
from datetime import date, timedelta
from functools import partial

import pytest

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import audit
from portal.core import clock as clocks
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition
from portal.core.mail import Message
from portal.core.proofs import canonical
from portal.core.templating import problem_text
from portal.panels import jobs, queries, rules, services
from portal.panels.models import Seat
from portal.panels.values import (
    Cell,
    DrawStatus,
    ExclusionReason,
    ExpertEntry,
    ExpertGroup,
    PanelStatus,
    Quota,
    SeatStatus,
    Standing,
    TitleLevel,
    WitnessRole,
)
from portal.parties.models import Party
from portal.parties.values import Role
from portal.verify import draw as verify_draw
from tests.conftest import actor_of
from tests.factories import ExpertFactory, PartyFactory, UnitFactory, UserFactory, grant, person
from tests.panels.stage import LINES, QUOTAS, REPORTER, change, expert_user, opened_bid, seats, stage, user_of


def sentences(error):
    return [problem_text(found) for found in error.value.problems]


def test_the_list_is_frozen_with_a_commitment_and_the_secret_is_encrypted(app):
    s = stage()
    (draw,) = s.frozen().draws
    frozen = services.draw_input(queries.get_draw(actor_of(s.officer), draw.id))
    assert draw.list_digest == rules.list_digest(frozen.entries, frozen.exclusions)
    assert draw.rules_digest == rules.rules_digest(frozen)
    assert (draw.number, draw.previous, draw.status) == (1, None, DrawStatus.COMMITTING)
    assert len(draw.candidates) == 7
    assert draw.excluded == []
    assert len(draw.secret) > 32
    event = audit.history(draw)[0]
    assert event.data["commitment"] == draw.commitment
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
    (draw,) = s.frozen().draws
    reasons = {row["expert_id"]: row["reason"] for row in draw.excluded}
    assert reasons == {
        str(s.experts[0].id): "recused", str(s.experts[1].id): "recused", str(s.experts[2].id): "not_active",
        str(member.id): "recused", str(late.id): "edited_late",
    }  # fmt: skip
    found = next(row for row in draw.excluded if row["expert_id"] == str(s.experts[0].id))
    assert found["evidence"][0]["kind"] == "employer"
    assert found["evidence"][0]["party"] == "青禾社会工作服务中心0"


def user_by(expert):
    from portal.accounts.models import User

    return db.session.get(User, expert.user_id)


def test_staff_of_the_buyer_are_left_out(app):
    s = stage()
    grant(user_by(s.experts[0]), Role.FINANCE_OFFICER, s.district.id)
    assert [row["reason"] for row in s.frozen().draws[0].excluded] == [ExclusionReason.BUYER_STAFF.value]


def test_infeasible_and_unlawful_quotas_are_refused_in_words(app):
    s = stage(technical=1)
    with pytest.raises(Invalid) as error:
        s.frozen()
    assert sentences(error) == ["Technical expert: only 1 people can be drawn, but 2 are needed."]
    with pytest.raises(Invalid) as error:
        s.freeze([Quota(Cell(ExpertGroup.RESIDENT), 2)])
    found = sentences(error)
    assert found[0] == "The call announced a panel of 3; these seats add up to 2."
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
    (draw,) = panel.draws
    assert (panel.status, draw.status) == (PanelStatus.SEATED, DrawStatus.DRAWN)
    assert draw.secret is None
    assert draw.record["commitment"] == draw.commitment
    assert verify_draw.check(canonical(draw.record)).differences == []
    drawn = {entry["digest"] for entry in draw.record["result"]["seated"]}
    by_expert = {row["expert_id"]: row["digest"] for row in draw.candidates}
    invited = seats(panel, SeatStatus.INVITED)
    assert {by_expert[str(seat.expert_id)] for seat in invited} == drawn
    assert [seat.group for seat in invited].count(ExpertGroup.TECHNICAL) == 2
    assert len({seat.code for seat in seats(panel)}) == 7
    assert "专家" not in json.dumps(draw.record, ensure_ascii=False)


OFFICER, SUPERVISOR, WITNESS = WitnessRole


def test_strings_are_asked_for_only_when_all_three_have_committed(app):
    s = stage()
    (draw,) = s.frozen().draws
    s.lodge(draw, OFFICER, SUPERVISOR)
    with pytest.raises(Invalid, match="all commitments are in"):
        s.reveal(draw, OFFICER)
    s.lodge(draw, WITNESS)
    s.reveal(draw, WITNESS, OFFICER)
    assert seats(queries.panel_of(s.tender.id)) == []
    with pytest.raises(Invalid, match="not the string behind"):
        services.reveal_string(
            actor=actor_of(s.supervisor), draw_id=draw.id, role=SUPERVISOR, words=LINES[SUPERVISOR] + "!"
        )
    s.reveal(draw, SUPERVISOR)
    assert len(seats(queries.panel_of(s.tender.id), SeatStatus.INVITED)) == 3
    before = queries.panel_of(s.tender.id).proof
    with pytest.raises(Invalid, match="revealed once"):
        s.reveal(draw, SUPERVISOR)
    assert queries.panel_of(s.tender.id).proof == before


def test_each_of_the_three_lodges_one_commitment_of_his_or_her_own(app):
    s = stage()
    (draw,) = s.frozen().draws
    lodge = partial(services.lodge_commitment, draw_id=draw.id)
    supervisor, officer = actor_of(s.supervisor), actor_of(s.officer)
    for stranger, role in ((officer, SUPERVISOR), (supervisor, OFFICER), (supervisor, WITNESS)):
        with pytest.raises(Denied):
            lodge(actor=stranger, role=role, commitment="0" * 64)
    with pytest.raises(Invalid, match="64 digits"):
        lodge(actor=supervisor, role=SUPERVISOR, commitment=LINES[SUPERVISOR])
    s.lodge(draw, SUPERVISOR)
    with pytest.raises(Invalid, match="lodged already"):
        s.lodge(draw, SUPERVISOR)
    with pytest.raises(Invalid, match="this very commitment"):
        lodge(actor=officer, role=OFFICER, commitment=s.commitment(SUPERVISOR))
    grant(s.supervisor, Role.PROGRAMME_OFFICER, s.district.id)
    with pytest.raises(Invalid, match="one string only"):
        lodge(actor=actor_of(s.supervisor), role=OFFICER, commitment="1" * 64)
    with pytest.raises(Denied):
        services.reveal_string(actor=officer, draw_id=draw.id, role=SUPERVISOR, words=LINES[SUPERVISOR])


def test_a_missing_string_makes_the_draw_void_and_the_next_names_it_with_a_reason(app, clock, drain):
    s = stage()
    panel = s.frozen()
    (draw,) = panel.draws
    s.lodge(draw)
    s.reveal(draw, OFFICER, SUPERVISOR)
    clock.advance(hours=23)
    jobs.end_overdue_draws()
    assert queries.panel_of(s.tender.id).draws[0].status == DrawStatus.REVEALING
    clock.advance(hours=1)
    with pytest.raises(Invalid, match="time for revealing is over"):
        s.reveal(draw, WITNESS)
    for _ in range(2):
        jobs.end_overdue_draws()
    panel = queries.panel_of(s.tender.id)
    assert (panel.status, panel.draws[0].status) == (PanelStatus.FROZEN, DrawStatus.VOID)
    report = verify_draw.check(canonical(panel.draws[0].record))
    assert report.differences == []
    assert "no string from: witness" in report.summary
    again = partial(services.freeze_again, panel_id=panel.id, witness_id=s.witness.id)
    with pytest.raises(Invalid, match="has to give a reason"):
        again(actor=actor_of(s.officer))
    with pytest.raises(Denied):
        services.allow_draw(actor=actor_of(s.officer), panel_id=panel.id, reason="重抽")
    with pytest.raises(Invalid, match="reason"):
        services.allow_draw(actor=actor_of(s.supervisor), panel_id=panel.id, reason=" ")
    services.allow_draw(actor=actor_of(s.supervisor), panel_id=panel.id, reason="第三见证人未按时公开")
    second = again(actor=actor_of(s.officer))
    assert (second.number, second.previous) == (2, panel.draws[0].record["digest"])
    assert second.commitment != draw.commitment
    with pytest.raises(Invalid, match="No further draw is due"):
        again(actor=actor_of(s.officer))
    drawn = s.hold(second)
    assert verify_draw.check(canonical(drawn.draws[1].record)).differences == []
    assert len(seats(drawn, SeatStatus.INVITED)) == 3


def test_a_draw_is_declared_void_only_before_strings_are_shown(app):
    s = stage()
    (draw,) = s.frozen().draws
    with pytest.raises(Denied):
        services.void_draw(actor=actor_of(s.officer), draw_id=draw.id, reason="见证人生病")
    s.lodge(draw, OFFICER)
    services.void_draw(actor=actor_of(s.supervisor), draw_id=draw.id, reason="见证人生病")
    record = queries.panel_of(s.tender.id).draws[0].record
    assert verify_draw.check(canonical(record)).differences == []
    other = stage()
    (draw,) = other.frozen().draws
    other.lodge(draw)
    with pytest.raises(Invalid, match="only the time limit"):
        services.void_draw(actor=actor_of(other.supervisor), draw_id=draw.id, reason="x")


def test_when_nobody_is_left_the_rest_of_the_pool_is_drawn_from(app, clock):
    s = stage(technical=2)
    panel = s.drawn()
    with pytest.raises(Invalid, match="No further draw is due"):
        services.allow_draw(actor=actor_of(s.supervisor), panel_id=panel.id, reason="候补用尽")
    leaving = next(seat for seat in seats(panel, SeatStatus.INVITED) if seat.group == "technical")
    services.decline_seat(actor=actor_of(user_of(leaving)), seat_id=leaving.id, reason="出差")
    services.allow_draw(actor=actor_of(s.supervisor), panel_id=panel.id, reason="候补用尽")
    again = partial(
        services.freeze_again, actor=actor_of(s.officer), panel_id=panel.id, witness_id=s.witness.id
    )
    with pytest.raises(Invalid) as error:
        again()
    assert sentences(error) == ["Technical expert: only 0 people can be drawn, but 1 are needed."]
    newcomer = ExpertFactory(
        unit_id=s.district.id, user_id=expert_user(s.district, "technical", 9).id,
        entered_at=clock() - timedelta(days=1),
    )  # fmt: skip
    second = again()
    assert [row["expert_id"] for row in second.candidates] == [str(newcomer.id)]
    assert {row["reason"] for row in second.excluded} == {"seated_before"}
    panel = s.hold(second)
    (seat,) = [seat for seat in seats(panel, SeatStatus.INVITED) if seat.draw_id == second.id]
    assert (seat.expert_id, seat.position) == (newcomer.id, 6)
    assert panel.status == PanelStatus.SEATED
    assert verify_draw.check(canonical(panel.draws[1].record)).differences == []


def test_seats_may_ask_for_a_specialty(app):
    s = stage()
    auditor = services.update_expert(
        actor=actor_of(s.officer), expert_id=s.experts[0].id, version=None,
        entry=ExpertEntry(
            ExpertGroup.TECHNICAL, ("社会工作", "财务审计"), "会计师", "示例大学",
            Standing(TitleLevel.MIDDLE, 8, date(1980, 1, 1)),
        ),
    )  # fmt: skip
    change(auditor, entered_at=clocks.now() - timedelta(days=1))
    with pytest.raises(Invalid) as error:
        s.freeze([Quota(Cell(ExpertGroup.TECHNICAL, "财务审计"), 2), Quota(Cell(ExpertGroup.TECHNICAL), 1)])
    assert sentences(error) == ["Technical expert, 财务审计: 1 eligible, but 2 are needed with standby."]
    panel = s.freeze(
        [Quota(Cell(ExpertGroup.TECHNICAL, "财务审计"), 1), Quota(Cell(ExpertGroup.TECHNICAL), 2)]
    )
    panel = s.hold(panel.draws[0])
    auditor = next(seat for seat in seats(panel, SeatStatus.INVITED) if seat.specialty)
    assert auditor.expert_id == s.experts[0].id
    services.decline_seat(actor=actor_of(user_of(auditor)), seat_id=auditor.id, reason="出差")
    assert len(seats(panel, SeatStatus.INVITED)) == 2  # nobody of another cell follows


def test_the_third_witness_neither_runs_nor_supervises_calls_nor_may_be_drawn(app):
    s = stage()
    offered = {user.id for user in queries.third_witnesses(s.tender)}
    assert s.witness.id in offered
    for unfit in (
        s.officer,
        s.supervisor,
        user_by(s.experts[0]),
        person(Role.FINANCE_OFFICER, UnitFactory()),
    ):
        assert unfit.id not in offered
        s.witness = unfit
        with pytest.raises(Invalid, match="third witness"):
            s.frozen()


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


def test_a_declared_tie_to_one_proposal_calls_the_next_on_standby(app, drain):
    s = stage()
    seat = seats(s.drawn(), SeatStatus.INVITED)[0]
    expert = actor_of(user_of(seat))
    ties = {bid.id: None for bid in s.bids}
    with pytest.raises(Invalid, match="confidentiality first"):
        services.declare_ties(actor=expert, seat_id=seat.id, ties=ties)
    services.promise_confidentiality(actor=expert, seat_id=seat.id)
    services.declare_ties(actor=expert, seat_id=seat.id, ties=ties | {s.bids[1].id: "姐姐在那里任理事"})
    left = queries.get_seat(expert, seat.id)
    assert (left.status, left.reason) == (SeatStatus.RECUSED, "青禾社会工作服务中心1：姐姐在那里任理事")
    assert len(seats(queries.panel_of(s.tender.id), SeatStatus.INVITED)) == 3
    assert queries.declarations(seat.panel_id)[seat.id][1] == ("青禾社会工作服务中心1", "姐姐在那里任理事")
    drain()
    letter = queries.letter_of(queries.get_seat(expert, seat.id))
    assert (letter.media_type, letter.name) == (
        "application/pdf",
        f"评审专家回避通知书 {s.tender.number}.pdf",
    )
    with pytest.raises(Invalid, match="confidentiality|not possible|changed"):
        services.declare_ties(actor=expert, seat_id=seat.id, ties={})


def test_a_tie_with_the_hub_of_a_bidder_is_shown_as_evidence(app):
    s = stage()
    hub = PartyFactory(name="示例社会组织联合会")
    change(db.session.get(Party, s.bids[0].party_id), hub_id=hub.id)
    change(s.experts[0], employer="示例社会组织联合会")
    grant(user_by(s.experts[1]), Role.ORG_DRAFTER, hub.id)
    (draw,) = s.frozen().draws
    found = {row["expert_id"]: [hit["kind"] for hit in row["evidence"]] for row in draw.candidates}
    assert [found[str(s.experts[number].id)] for number in (0, 1, 2)] == [["hub"], ["hub"], []]


def test_the_composition_is_looked_at_again_when_scoring_begins(app):
    s = stage()
    panel = s.accepted()
    change(s.tender, procedure="open_tender")
    with pytest.raises(Invalid) as error:
        services.begin_scoring(actor=actor_of(s.officer), panel_id=panel.id)
    assert "at least 5 members" in sentences(error)[0]
    assert queries.panel_of(s.tender.id).status == PanelStatus.SEATED


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
        lambda: services.freeze_list(actor=actor_of(other), tender_id=s.tender.id, quotas=QUOTAS, witness_id=s.witness.id, review_on=clocks.today()),
        lambda: services.add_expert(actor=actor_of(elsewhere), user_id=UserFactory().id, unit_id=s.district.id, entry=REPORTER),
        lambda: services.suspend_expert(actor=actor_of(other), expert_id=s.experts[0].id, reason="x"),
    ):  # fmt: skip
        with pytest.raises(Denied):
            call()
