"""A street with a community, its desk, and strangers."""

from types import SimpleNamespace

import pytest

from portal.parties.values import Role, UnitLevel
from tests.factories import UnitFactory, person


@pytest.fixture
def place(app):
    """District, street, community, and a person for each role that matters."""
    district = UnitFactory()
    street = UnitFactory(parent=district)
    community = UnitFactory(parent=street, level=UnitLevel.COMMUNITY, name="石板巷社区")
    return SimpleNamespace(
        district=district,
        street=street,
        community=community,
        officer=person(Role.PROGRAMME_OFFICER, street),
        approver=person(Role.PROGRAMME_APPROVER, district),
        supervisor=person(Role.SUPERVISOR, district),
        representative=person(Role.COMMUNITY_REPRESENTATIVE, community),
        stranger=person(Role.PROGRAMME_OFFICER, UnitFactory()),
    )
