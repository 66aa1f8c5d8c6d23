"""The pool: who enters, what is declared, what is chased."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from portal.core import clock as clocks
from portal.core.db import db, use_case
from portal.core.errors import Invalid
from portal.core.mail import Message
from portal.panels import jobs, services
from portal.panels.values import (
    Declaration,
    ExpertGroup,
    OrganisationTie,
    Relative,
    TieKind,
)
from portal.parties.models import Party
from portal.parties.values import Role
from tests.conftest import actor_of
from tests.factories import UserFactory
from tests.panels.stage import REPORTER, change, stage


def user_by(expert):
    from portal.accounts.models import User

    return db.session.get(User, expert.user_id)


def test_the_pool_takes_a_person_once_and_gives_the_role(app):
    s = stage()
    user = UserFactory()
    add = partial(services.add_expert, actor=actor_of(s.officer), unit_id=s.district.id)
    expert = add(user_id=user.id, entry=REPORTER)
    assert (expert.past_employers, expert.specialties) == (["旧单位"], ["新闻", "舆情"])
    assert actor_of(user).has(Role.EXPERT, s.district.id)
    with pytest.raises(Invalid, match="already"):
        add(user_id=user.id, entry=REPORTER)
    with pytest.raises(Invalid) as error:
        add(user_id=UserFactory().id, entry=replace(REPORTER, group=ExpertGroup.TECHNICAL))
    assert [found.field for found in error.value.problems] == ["title_level", "born_on"]


def test_a_change_that_could_suit_a_bidder_counts_as_a_new_entry(app, clock):
    s = stage()
    expert = services.add_expert(
        actor=actor_of(s.officer), user_id=UserFactory().id, unit_id=s.district.id, entry=REPORTER
    )
    entered = expert.entered_at
    clock.advance(hours=1)
    update = partial(services.update_expert, actor=actor_of(s.officer), expert_id=expert.id, version=None)
    assert update(entry=replace(REPORTER, interests=("某基金会",))).entered_at == entered
    assert update(entry=replace(REPORTER, past_employers=())).entered_at > entered


def test_who_is_away_outdated_or_past_the_term_is_left_out(app, clock):
    s = stage(technical=6)
    today = clocks.today()
    change(s.experts[0], unavailable=[[today.isoformat(), today.isoformat()]])
    change(s.experts[1], declared_at=clock() - timedelta(days=366))
    change(s.experts[2], term_ends_on=today - timedelta(days=1))
    change(s.experts[3], born_on=today.replace(year=today.year - 70))
    (draw,) = s.frozen().draws
    reasons = {row["expert_id"]: row["reason"] for row in draw.excluded}
    assert [reasons[str(e.id)] for e in s.experts[:4]] == [
        "unavailable",
        "outdated",
        "not_active",
        "not_active",
    ]


def test_declared_ties_relatives_and_addresses_exclude_with_their_evidence(app):
    s = stage(technical=7)
    bidder = db.session.get(Party, s.bids[0].party_id)
    declare = partial(services.update_profile, version=None)
    declared = {
        "ties": (OrganisationTie(TieKind.BOARD, "另一名称", bidder.code, date(2024, 5, 1)),),
        "relatives": (Relative("某人", "配偶", bidder.name),),
        "address": bidder.address,
    }
    for expert, (field, value) in zip(s.experts, declared.items(), strict=False):
        own = replace(Declaration("示例大学", agreed=True), **{field: value})
        declare(actor=actor_of(user_by(expert)), declaration=own)
    old = OrganisationTie(TieKind.BOARD, bidder.name, "", date(2020, 5, 1))
    declare(
        actor=actor_of(user_by(s.experts[3])), declaration=Declaration("示例大学", ties=(old,), agreed=True)
    )
    (draw,) = s.frozen().draws
    found = {row["expert_id"]: row for row in [*draw.excluded, *draw.candidates]}
    kinds = [[e["kind"] for e in found[str(x.id)]["evidence"]] for x in s.experts[:4]]
    assert kinds == [["board"], ["family"], ["same_address"], []]
    assert [row["reason"] for row in draw.excluded] == ["recused", "recused"]  # an address is only examined
    with pytest.raises(Invalid, match="confirm that all of this is true"):
        declare(actor=actor_of(user_by(s.experts[0])), declaration=Declaration("示例大学"))


def test_declarations_that_expire_are_chased_once(app, clock, drain):
    s = stage(technical=1, residents=1)
    clock.advance(days=336)
    chase = use_case(jobs.chase_declarations)
    for _ in range(2):
        chase()
    drain()
    told = db.session.query(Message).filter(Message.link.endswith("/panels/profile")).all()
    assert sorted(m.user_id for m in told) == sorted(e.user_id for e in s.experts)
    one = actor_of(user_by(s.experts[0]))
    services.update_profile(actor=one, version=None, declaration=Declaration("示例大学", agreed=True))
    clock.advance(days=300)
    chase()
    assert len(db.session.query(Message).filter(Message.link.endswith("/panels/profile")).all()) == 2


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
