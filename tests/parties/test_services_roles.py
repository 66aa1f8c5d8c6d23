"""Units, roles, people."""

import pytest
from sqlalchemy import select

from portal.accounts.values import UserStatus
from portal.core import audit
from portal.core.db import db
from portal.core.errors import Denied, Invalid
from portal.parties import queries, services
from portal.parties.models import RoleGrant
from portal.parties.values import Role, UnitLevel
from tests.conftest import SYSTEM, actor_of
from tests.factories import UnitFactory, UserFactory, grant, person


def messages(error):
    return {(p.field, p.message) for p in error.value.problems}


def test_a_unit_stands_below_its_parent_and_the_role_above_reaches_it(place):
    unit = services.create_unit(
        actor=actor_of(place.admin), name="清泉社区", level=UnitLevel.COMMUNITY, parent_id=place.street.id, code="330800001"
    )  # fmt: skip
    assert unit.path == f"{place.street.path}{unit.id}/"
    assert actor_of(place.officer).has(Role.PROGRAMME_OFFICER, unit.id)
    assert [u.name for u in queries.units()] == ["示例区", "青石街道", "清泉社区"]


def test_a_unit_of_a_higher_level_or_with_a_known_code_is_refused(place):
    actor = actor_of(place.admin)
    with pytest.raises(Invalid) as error:
        services.create_unit(actor=actor, name="x", level=UnitLevel.CITY, parent_id=place.street.id)
    assert error.value.problems[0].field == "level"
    services.create_unit(actor=actor, name="a", level=UnitLevel.STREET, parent_id=place.district.id, code="1")
    with pytest.raises(Invalid) as error:
        services.create_unit(
            actor=actor, name="b", level=UnitLevel.STREET, parent_id=place.district.id, code="1"
        )
    assert error.value.problems[0].field == "code"


def test_only_the_installation_makes_a_root_and_nobody_builds_in_a_foreign_unit(place):
    with pytest.raises(Denied):
        services.create_unit(actor=actor_of(place.admin), name="x", level=UnitLevel.CITY)
    with pytest.raises(Denied):
        services.create_unit(
            actor=actor_of(place.street_admin), name="x", level=UnitLevel.STREET, parent_id=place.district.id
        )
    assert services.create_unit(actor=SYSTEM, name="示例市", level=UnitLevel.CITY).parent_id is None


def test_a_role_is_given_once_ended_and_given_again(place):
    actor, user = actor_of(place.admin), place.nobody
    seat = {"user_id": user.id, "role": Role.CASHIER, "scope_id": place.street.id}
    services.grant_role(actor=actor, **seat)
    services.grant_role(actor=actor, **seat)
    assert actor_of(user).has(Role.CASHIER, place.street.id)
    services.end_role(actor=actor, **seat)
    services.end_role(actor=actor, **seat)
    assert not actor_of(user).has(Role.CASHIER, place.street.id)
    services.grant_role(actor=actor, **seat)
    assert len(db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).all()) == 1
    actions = [event.action for event in audit.history(user)]
    assert actions == ["user.grant_role", "user.end_role", "user.grant_role"]


def test_nobody_changes_their_own_roles_or_those_of_foreign_units(place):
    with pytest.raises(Denied):
        services.grant_role(
            actor=actor_of(place.admin), user_id=place.admin.id, role=Role.CASHIER, scope_id=place.district.id
        )
    with pytest.raises(Denied):
        services.grant_role(
            actor=actor_of(place.street_admin), user_id=place.nobody.id, role=Role.CASHIER, scope_id=place.district.id
        )  # fmt: skip
    with pytest.raises(Denied):  # organisations look after themselves
        services.grant_role(
            actor=actor_of(place.admin), user_id=place.nobody.id, role=Role.ORG_OWNER, scope_id=place.party.id
        )


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.SUPERVISOR, Role.PROGRAMME_OFFICER),
        (Role.PROGRAMME_OFFICER, Role.SUPERVISOR),
        (Role.CASHIER, Role.ADMINISTRATOR),
    ],
)
def test_supervisors_and_administrators_take_no_part_in_the_business(place, held, wanted):
    user = UserFactory()
    grant(user, held, place.street.id)
    with pytest.raises(Invalid) as error:
        services.grant_role(
            actor=actor_of(place.admin), user_id=user.id, role=wanted, scope_id=place.district.id
        )
    assert error.value.problems[0].field == "role"
    assert not actor_of(user).has(wanted, place.district.id)


def test_a_unit_role_cannot_be_held_in_an_organisation(place):
    with pytest.raises(Invalid):
        services.grant_role(actor=SYSTEM, user_id=place.nobody.id, role=Role.CASHIER, scope_id=place.party.id)
    with pytest.raises(Invalid):
        services.grant_role(
            actor=SYSTEM, user_id=place.nobody.id, role=Role.ORG_OWNER, scope_id=place.district.id
        )


def test_the_last_owner_stays(place):
    second = person(Role.ORG_OWNER, place.party)
    seat = {"role": Role.ORG_OWNER, "scope_id": place.party.id}
    services.end_role(actor=actor_of(second), user_id=place.owner.id, **seat)
    with pytest.raises(Invalid):
        services.end_role(actor=SYSTEM, user_id=second.id, **seat)
    assert actor_of(second).has(Role.ORG_OWNER, place.party.id)


def test_holders_come_from_the_unit_and_above_and_are_active(place):
    below = person(Role.PROGRAMME_OFFICER, place.street, name="王")
    gone = person(Role.PROGRAMME_OFFICER, place.street, status=UserStatus.DISABLED)
    elsewhere = person(Role.PROGRAMME_OFFICER, UnitFactory(parent=place.district))
    found = queries.holders(Role.PROGRAMME_OFFICER, place.street.id)
    assert set(found) == {below.id, place.officer.id}
    assert not {gone.id, elsewhere.id} & set(found)
    assert queries.holders(Role.PROGRAMME_OFFICER, place.district.id) == [place.officer.id]
    assert set(queries.members(place.party.id)) == {place.owner.id, place.drafter.id}


def test_disabling_needs_a_reason_and_all_units_of_the_person(place):
    actor = actor_of(place.admin)
    with pytest.raises(Invalid):
        services.set_person_status(
            actor=actor, user_id=place.officer.id, status=UserStatus.DISABLED, reason=" "
        )
    services.set_person_status(
        actor=actor, user_id=place.officer.id, status=UserStatus.DISABLED, reason="离职"
    )
    with pytest.raises(Denied):
        services.set_person_status(
            actor=actor, user_id=place.admin.id, status=UserStatus.DISABLED, reason="x"
        )
    with pytest.raises(Denied):
        services.set_person_status(
            actor=actor_of(place.street_admin),
            user_id=place.finance.id,
            status=UserStatus.DISABLED,
            reason="x",
        )
