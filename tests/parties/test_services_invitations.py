"""Invitations: one link, one use, seven days, and no token in the database."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from portal.accounts.models import User
from portal.accounts.services import sign_in as password_fits
from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.parties import queries, services
from portal.parties.models import Invitation
from portal.parties.values import Role
from tests.conftest import actor_of

GOOD = "Yushui-2026-lan"


@pytest.fixture
def invited(place):
    return services.invite(
        actor=actor_of(place.admin), email=" New@Example.org ", name="赵青", role=Role.FINANCE_OFFICER, scope_id=place.street.id
    )  # fmt: skip


def mails(app) -> list[str]:
    import email
    from email import policy

    directory: Path = app.extensions["portal"].instance_dir / "mail"
    found = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(directory.glob("*.eml"))
    ]
    return [f"{mail['To']}\n{mail['Subject']}\n{mail.get_content()}" for mail in found]


def test_the_mail_carries_the_link_once(app, invited, drain):
    invitation, token = invited
    drain()
    drain()
    sent = [mail for mail in mails(app) if f"/parties/accept/{token}" in mail]
    assert len(sent) == 1
    assert sent[0].startswith("new@example.org")
    assert db.session.get(Invitation, invitation.id).sent_at is not None


def test_no_table_holds_the_token(app, invited, drain):
    _invitation, token = invited
    drain()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')):
            assert token not in str(row), table.name


def test_accepting_makes_the_account_and_gives_the_role(place, invited):
    _invitation, token = invited
    user = services.accept_invitation(token=token, name="赵青", password=GOOD)
    assert user.email == "new@example.org"
    assert actor_of(user.id).has(Role.FINANCE_OFFICER, place.street.id)
    assert password_fits(email="new@example.org", password=GOOD)


def test_a_link_works_once(invited):
    _invitation, token = invited
    services.accept_invitation(token=token, name="赵青", password=GOOD)
    with pytest.raises(Invalid) as error:
        services.accept_invitation(token=token, name="别人", password=GOOD)
    assert "used already" in error.value.problems[0].message
    assert len(db.session.scalars(select(User).where(User.email == "new@example.org")).all()) == 1


def test_a_link_ends_after_seven_days_to_the_second(clock, invited):
    _invitation, token = invited
    clock.advance(days=7)
    with pytest.raises(Invalid) as error:
        services.accept_invitation(token=token, name="赵青", password=GOOD)
    assert "expired" in error.value.problems[0].message


def test_a_link_works_until_its_last_second(clock, invited):
    invitation, token = invited
    clock.move_to(invitation.expires_at - timedelta(seconds=1))
    assert services.accept_invitation(token=token, name="赵青", password=GOOD).id


def test_a_wrong_token_is_unknown(invited):
    with pytest.raises(NotFound):
        services.accept_invitation(token="0" * 64, name="x", password=GOOD)


def test_a_weak_password_keeps_the_link_alive(invited):
    _invitation, token = invited
    with pytest.raises(Invalid):
        services.accept_invitation(token=token, name="赵青", password="1234567890")
    assert services.accept_invitation(token=token, name="赵青", password=GOOD)


def test_somebody_with_an_account_takes_the_role_signed_in(place):
    _invitation, token = services.invite(
        actor=actor_of(place.owner), email=place.nobody.email, name="n", role=Role.ORG_FINANCE, scope_id=place.party.id
    )  # fmt: skip
    with pytest.raises(NotFound):
        services.accept_as(actor=actor_of(place.outsider), token=token)
    services.accept_as(actor=actor_of(place.nobody), token=token)
    assert actor_of(place.nobody).has(Role.ORG_FINANCE, place.party.id)


def test_only_those_who_may_give_the_role_invite(place):
    for user, role, scope in [
        (place.drafter, Role.ORG_DRAFTER, place.party.id),
        (place.outsider, Role.ORG_DRAFTER, place.party.id),
        (place.officer, Role.CASHIER, place.district.id),
        (place.street_admin, Role.CASHIER, place.district.id),
        (place.owner, Role.CASHIER, place.district.id),
    ]:
        with pytest.raises(Denied):
            services.invite(actor=actor_of(user), email="x@example.org", name="x", role=role, scope_id=scope)
    assert db.session.scalars(select(Invitation)).all() == []


def test_roles_that_exclude_each_other_are_refused_at_once(place):
    with pytest.raises(Invalid):
        services.invite(
            actor=actor_of(place.admin), email=place.supervisor.email, name="x", role=Role.CASHIER, scope_id=place.district.id
        )  # fmt: skip


def test_an_invitation_is_taken_back_by_who_could_give_the_role_and_its_link_dies(place, invited, drain, app):
    invitation, token = invited
    with pytest.raises(NotFound):
        services.withdraw_invitation(actor=actor_of(place.owner), invitation_id=invitation.id)
    services.withdraw_invitation(actor=actor_of(place.admin), invitation_id=invitation.id)
    drain()
    assert not [mail for mail in mails(app) if token in mail]
    with pytest.raises(Invalid, match="taken back"):
        services.accept_invitation(token=token, name="赵青", password=GOOD)
    with pytest.raises(Invalid):
        services.withdraw_invitation(actor=actor_of(place.admin), invitation_id=invitation.id)


def test_a_second_invitation_to_the_same_role_replaces_the_first(place, invited):
    _first, token = invited
    second, new_token = services.invite(
        actor=actor_of(place.admin), email="new@example.org", name="赵青", role=Role.FINANCE_OFFICER, scope_id=place.street.id
    )  # fmt: skip
    assert [row.id for row in queries.open_invitations([place.street.id])] == [second.id]
    with pytest.raises(Invalid):
        services.accept_invitation(token=token, name="赵青", password=GOOD)
    services.accept_invitation(token=new_token, name="赵青", password=GOOD)
