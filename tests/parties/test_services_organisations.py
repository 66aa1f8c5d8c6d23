"""Organisations: registration, own entry, verification, track record."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import audit, files
from portal.core.db import db, get
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound, Stale
from portal.core.mail import Message
from portal.parties import queries, services
from portal.parties.models import Party, TrackEntry
from portal.parties.rules import make_credit_code
from portal.parties.values import PartyKind, PartyStatus, Profile, Role, UnitLevel
from tests.conftest import SYSTEM, actor_of
from tests.factories import PartyFactory, UnitFactory
from tests.parties.conftest import CODE


def registration(entry, **changes):
    given = {**entry, "code": entry["credit_code"], "kind": PartyKind(entry["kind"])}
    del given["credit_code"]
    return services.register_party(**{**given, **changes})


def profile(party, **changes):
    return Profile(**{**{name: getattr(party, name) for name in Profile.__dataclass_fields__}, **changes})


def inbox(user):
    return list(db.session.scalars(select(Message.subject).where(Message.user_id == user.id)))


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def test_registering_makes_the_owner_and_tells_the_officers(place, entry, drain):
    party = registration(entry, certificate=("证书.png", picture()))
    owner = db.session.scalars(select(User).where(User.email == "zhou@example.org")).one()
    assert (party.status, party.code, party.unit_id) == (PartyStatus.REGISTERED, CODE, place.district.id)
    assert party.bank_account == "6200000000001234"
    assert actor_of(owner).has(Role.ORG_OWNER, party.id)
    stored = files.by_id([party.certificate_id])[party.certificate_id]
    assert (stored.name, stored.media_type) == ("证书.png", "image/png")
    drain()
    assert any(party.name in subject for subject in inbox(place.officer))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}, "credit_code"),
        ({"code": CODE[:-2]}, "credit_code"),
        ({"kind": PartyKind.FOUNDATION}, "kind"),
        ({"code": make_credit_code("53330800MJ1234567")}, "kind"),
        ({"bank_account": "12"}, "bank_account"),
        ({"bank_name": ""}, "bank_name"),
        ({"password": "1234567890"}, "password"),
        ({"certificate": ("a.pdf", b"MZ" + b"x" * 100)}, "file"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(place, entry, changes, field):
    before = db.session.scalar(select(func.count(User.id)))
    with pytest.raises(Invalid) as error:
        registration(entry, **changes)
    assert {p.field for p in error.value.problems} == {field}
    assert db.session.scalars(select(Party).where(Party.code == CODE)).all() == []
    assert db.session.scalar(select(func.count(User.id))) == before


def test_typed_codes_are_cleaned_and_known_ones_refused(place, entry):
    registration(entry, code=f" {CODE[:8].lower()}-{CODE[8:]} ")
    with pytest.raises(Invalid) as error:
        registration(entry, email="other@example.org")
    assert error.value.problems[0].field == "credit_code"


def test_where_there_are_two_districts_one_is_chosen(place, entry):
    second = UnitFactory(level=UnitLevel.DISTRICT)
    with pytest.raises(Invalid) as error:
        registration(entry)
    assert error.value.problems[0].field == "unit_id"
    with pytest.raises(Invalid):
        registration(entry, unit_id=place.street.id)
    assert registration(entry, unit_id=second.id).unit_id == second.id


def test_verified_by_the_officer_of_the_district_and_told(place, entry):
    party = registration(entry)
    owner = queries.members(party.id)[0]
    services.verify_party(actor=actor_of(place.officer), party_id=party.id)
    party = get(Party, party.id)
    assert (party.status, party.verified_by) == (PartyStatus.VERIFIED, place.officer.id)
    assert party.verified_at is not None
    assert len(inbox(get(User, owner))) == 1
    with pytest.raises(InvalidTransition):
        services.verify_party(actor=actor_of(place.officer), party_id=party.id)
    assert audit.broken_links("party", party.id) == []


def test_nobody_else_verifies(place):
    for user in (place.admin, place.finance, place.supervisor, place.owner, place.outsider):
        with pytest.raises(Denied):
            services.verify_party(actor=actor_of(user), party_id=place.registered.id)
    foreign = PartyFactory(status=PartyStatus.REGISTERED)
    with pytest.raises(Denied):
        services.verify_party(actor=actor_of(place.officer), party_id=foreign.id)
    assert get(Party, place.registered.id).status == PartyStatus.REGISTERED


def test_an_officer_who_is_a_member_does_not_verify(place):
    services.grant_role(
        actor=SYSTEM, user_id=place.officer.id, role=Role.ORG_DRAFTER, scope_id=place.registered.id
    )
    with pytest.raises(Denied):
        services.verify_party(actor=actor_of(place.officer), party_id=place.registered.id)


def test_a_refused_entry_comes_back_when_it_was_corrected(place, entry):
    party = registration(entry)
    owner = actor_of(queries.members(party.id)[0])
    with pytest.raises(Invalid):
        services.refuse_party(actor=actor_of(place.officer), party_id=party.id, reason=" ")
    services.refuse_party(actor=actor_of(place.officer), party_id=party.id, reason="名称与证书不符")
    party = get(Party, party.id)
    assert (party.status, party.decision_reason) == (PartyStatus.REFUSED, "名称与证书不符")
    services.update_party(
        actor=owner, party_id=party.id, version=party.version, profile=profile(party, name="示例社工中心")
    )
    db.session.rollback()
    assert get(Party, party.id).status == PartyStatus.REGISTERED
    assert get(Party, party.id).name == "示例社工中心"


def test_new_values_of_verified_facts_wait_for_an_officer_and_the_rest_does_not(place):
    owner, before = actor_of(place.owner), place.party.name
    changed = profile(place.party, name="新名称", address="新址 1 号")
    services.update_party(actor=owner, party_id=place.party.id, version=None, profile=changed)
    party = get(Party, place.party.id)
    assert (party.status, party.name, party.address) == (PartyStatus.VERIFIED, before, "新址 1 号")
    assert queries.pending_change(party.id).values == {"name": "新名称"}
    services.accept_change(actor=actor_of(place.officer), party_id=party.id)
    db.session.rollback()
    assert get(Party, party.id).name == "新名称"
    with pytest.raises(NotFound):
        services.accept_change(actor=actor_of(place.officer), party_id=party.id)


def test_after_reopening_every_fact_may_be_mended_at_once(place):
    services.reopen_party(actor=actor_of(place.officer), party_id=place.party.id, reason="更名")
    changed = profile(place.party, name="新名称")
    services.update_party(actor=actor_of(place.owner), party_id=place.party.id, version=None, profile=changed)
    assert get(Party, place.party.id).name == "新名称"


def test_suspended_and_back_through_verification(place):
    officer = actor_of(place.officer)
    services.suspend_party(actor=officer, party_id=place.party.id, reason="活动异常")
    assert get(Party, place.party.id).status == PartyStatus.SUSPENDED
    services.reopen_party(actor=officer, party_id=place.party.id, reason="已整改")
    services.verify_party(actor=officer, party_id=place.party.id)
    assert get(Party, place.party.id).status == PartyStatus.VERIFIED


def test_a_new_account_is_told_to_the_owners_masked(place):
    services.update_party(
        actor=actor_of(place.owner), party_id=place.party.id, version=place.party.version,
        profile=profile(place.party, bank_account="6217 0000 1111 2222"),
    )  # fmt: skip
    message = db.session.scalars(select(Message).where(Message.user_id == place.owner.id)).one()
    assert "2222" in message.body
    assert "6217" not in message.body
    assert "6217" not in str([event.data for event in audit.history(place.party)])


def test_an_old_page_does_not_overwrite_a_newer_one(place):
    seen = place.party.version
    services.update_party(
        actor=actor_of(place.owner),
        party_id=place.party.id,
        version=seen,
        profile=profile(place.party, address="甲"),
    )
    with pytest.raises(Stale):
        services.update_party(
            actor=actor_of(place.owner), party_id=place.party.id, version=seen, profile=profile(place.party, address="乙")
        )  # fmt: skip
    assert get(Party, place.party.id).address == "甲"


def test_drafters_and_outsiders_do_not_change_the_entry(place):
    for user in (place.drafter, place.outsider, place.admin):
        with pytest.raises(Denied):
            services.update_party(
                actor=actor_of(user), party_id=place.party.id, version=None, profile=profile(place.party, address="x")
            )  # fmt: skip
        with pytest.raises(Denied):
            services.attach_certificate(
                actor=actor_of(user), party_id=place.party.id, name="a.png", data=picture()
            )


def test_the_track_record_is_written_once_and_never_changed(place):
    line = {"kind": "evaluation", "title": "独居老人探访项目", "reference": "HT-2026-0001", "stars": 5}
    officer = actor_of(place.officer)
    first = services.add_track_entry(actor=officer, party_id=place.party.id, **line)
    again = services.add_track_entry(actor=officer, party_id=place.party.id, **line)
    assert first.id == again.id
    assert queries.latest_stars([place.party.id]) == {place.party.id: 5}
    with pytest.raises(Denied):
        services.add_track_entry(actor=actor_of(place.owner), party_id=place.party.id, **line)
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(TrackEntry.__table__.update().values(stars=1))


def test_outsiders_do_not_know_the_full_entry_and_the_public_not_the_unverified(place):
    assert queries.get_party(actor_of(place.drafter), place.party.id).id == place.party.id
    with pytest.raises(NotFound):
        queries.get_party(actor_of(place.outsider), place.party.id)
    with pytest.raises(NotFound):
        queries.public_party(place.registered.id)
