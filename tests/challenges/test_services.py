"""Filing, answering and withdrawing a challenge, and what it does to the awards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.awards import services as awards
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.challenges import queries, services
from portal.challenges.models import Challenge
from portal.challenges.values import ChallengeStatus
from portal.contracts import services as contracts
from portal.core import clock as clock_module
from portal.core.calendar import DayKind, end_of_day
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound
from portal.core.mail import Message
from portal.core.money import Money
from portal.parties.values import Role
from portal.procedures.models import CalendarDay
from tests.awards.cases import Ranked
from tests.conftest import actor_of
from tests.factories import PartyFactory, UnitFactory, person


@pytest.fixture
def decided(app):
    ranked = Ranked()
    awards.decide(
        actor=actor_of(ranked.officer),
        tender_id=ranked.tender.id,
        awards=[(ranked.bids[0].id, Money(9_800_000))],
    )
    ranked.award = db.session.scalars(select(Award)).one()
    return ranked


def file(decided, n=1, at=None, grounds="第二标段评分与评分标准不符。"):
    return services.file_challenge(
        actor=actor_of(decided.owners[n]), tender_id=decided.tender.id, party_id=decided.parties[n].id, grounds=grounds,
        received_at=at or clock_module.now(),
    )  # fmt: skip


def answer(decided, challenge, upheld=False):
    return services.answer_challenge(
        actor=actor_of(decided.officer),
        challenge_id=challenge.id,
        upheld=upheld,
        answer="经复核，评分符合标准。",
    )


def is_paused(decided):
    db.session.expire_all()
    return db.session.get(Award, decided.award.id).paused


def test_filing_pauses_the_awards_and_answering_lets_them_go_on(decided, clock):
    challenge = file(decided)
    assert is_paused(decided)
    assert queries.open_challenges(decided.tender.id) == 1
    clock.move_to(end_of_day(decided.award.notice_ends_on))
    with pytest.raises(Invalid, match="on hold"):
        awards.confirm(actor=actor_of(decided.officer), tender_id=decided.tender.id)
    answer(decided, challenge)
    assert not is_paused(decided)
    (final,) = awards.confirm(actor=actor_of(decided.officer), tender_id=decided.tender.id)
    assert final.status == AwardStatus.ACTIVE


def test_the_answer_is_due_seven_working_days_after_the_day_of_filing(decided):
    db.session.add(CalendarDay(day=date(2026, 3, 5), kind=DayKind.HOLIDAY, source="test"))
    db.session.commit()
    assert file(decided).answer_due_on == date(
        2026, 3, 12
    )  # filed on Monday, 2 March; 5, 7 and 8 March are off


def test_awards_wait_for_every_open_challenge(decided):
    first, second = file(decided, 1), file(decided, 2)
    answer(decided, first)
    assert is_paused(decided)
    services.withdraw_challenge(actor=actor_of(decided.owners[2]), challenge_id=second.id)
    assert not is_paused(decided)


def test_one_open_challenge_for_each_bidder(decided):
    challenge = file(decided)
    with pytest.raises(Invalid, match="waits for its answer"):
        file(decided)
    answer(decided, challenge)
    assert file(decided).status == ChallengeStatus.FILED


def test_the_last_moment_is_the_end_of_the_last_day(decided, clock):
    over = end_of_day(date(2026, 3, 18))  # the notice ends on 9 March, seven working days follow
    clock.move_to(over + timedelta(seconds=3))
    with pytest.raises(Invalid, match="were possible until"):
        file(decided, at=over)
    assert file(decided, at=over - timedelta(microseconds=1)).filed_at < over


def test_after_the_notice_a_challenge_keeps_the_contract_from_being_drawn_up_until_it_is_answered(
    decided, clock
):
    clock.move_to(end_of_day(decided.award.notice_ends_on))
    officer = actor_of(decided.officer)
    awards.confirm(actor=officer, tender_id=decided.tender.id)
    challenge = file(decided)
    assert is_paused(decided)
    with pytest.raises(Invalid, match="no contract is drawn up"):
        contracts.draw_up(actor=officer, award_id=decided.award.id)
    answer(decided, challenge)
    assert not is_paused(decided)


def test_grounds_are_required_and_nothing_happens_without(decided):
    with pytest.raises(Invalid) as refused:
        file(decided, grounds="  ")
    assert refused.value.problems[0].field == "grounds"
    assert db.session.scalars(select(Challenge)).all() == []
    assert not is_paused(decided)


def test_only_bidders_file_and_only_their_owners(decided):
    stranger = PartyFactory()
    owner = person(Role.ORG_OWNER, stranger)
    with pytest.raises(Invalid, match="was opened in this call"):
        services.file_challenge(
            actor=actor_of(owner), tender_id=decided.tender.id, party_id=stranger.id, grounds="x",
            received_at=clock_module.now(),
        )  # fmt: skip
    with pytest.raises(Denied):
        services.file_challenge(
            actor=actor_of(owner), tender_id=decided.tender.id, party_id=decided.parties[1].id, grounds="x",
            received_at=clock_module.now(),
        )  # fmt: skip


def test_an_answer_is_given_once_by_an_officer_of_the_unit(decided):
    challenge = file(decided)
    for user in (person(Role.SUPERVISOR, decided.unit), person(Role.PROGRAMME_OFFICER, UnitFactory())):
        with pytest.raises(Denied):
            services.answer_challenge(
                actor=actor_of(user), challenge_id=challenge.id, upheld=False, answer="x"
            )
    answer(decided, challenge, upheld=True)
    with pytest.raises(InvalidTransition):
        answer(decided, challenge)


def test_the_challenger_is_named_in_public_only_after_the_decision(decided):
    challenge = file(decided)
    assert queries.public_list(decided.tender.id)[0][1] == ""
    answer(decided, challenge, upheld=True)
    ((row, name),) = queries.public_list(decided.tender.id)
    assert (row.status, name) == (ChallengeStatus.UPHELD, decided.parties[1].name)


def test_another_organisation_does_not_see_the_case(decided):
    challenge = file(decided)
    with pytest.raises(NotFound):
        queries.get_challenge(actor_of(decided.owners[2]), challenge.id)
    assert queries.get_challenge(actor_of(decided.owners[1]), challenge.id)


def test_officer_and_challenger_are_told(decided, drain):
    challenge = file(decided)
    answer(decided, challenge)
    drain()
    rows = db.session.scalars(select(Message)).all()
    about = [(m.user_id, m.link) for m in rows if m.link.startswith("/challenges/")]
    assert about.count((decided.owners[1].id, f"/challenges/{challenge.id}")) == 2
    assert about.count((decided.officer.id, f"/challenges/{challenge.id}")) == 1
    assert decided.owners[2].id not in {user for user, _ in about}
