"""People and organisations that the tests of parties share."""

from types import SimpleNamespace

import pytest

from portal.parties.rules import make_credit_code
from portal.parties.values import PartyStatus, Role, UnitLevel
from tests.factories import PartyFactory, UnitFactory, UserFactory, person

CODE = make_credit_code("52330800MJ1234567")


@pytest.fixture
def place(app):
    """A district with a street, its staff, and two organisations with their owners."""
    district = UnitFactory(level=UnitLevel.DISTRICT, name="示例区")
    street = UnitFactory(parent=district, name="青石街道")
    party, other = PartyFactory(unit_id=district.id), PartyFactory(unit_id=district.id)
    return SimpleNamespace(
        district=district,
        street=street,
        admin=person(Role.ADMINISTRATOR, district),
        street_admin=person(Role.ADMINISTRATOR, street),
        officer=person(Role.PROGRAMME_OFFICER, district),
        finance=person(Role.FINANCE_OFFICER, district),
        supervisor=person(Role.SUPERVISOR, district),
        party=party,
        owner=person(Role.ORG_OWNER, party),
        drafter=person(Role.ORG_DRAFTER, party),
        other=other,
        outsider=person(Role.ORG_OWNER, other),
        nobody=UserFactory(),
        registered=PartyFactory(unit_id=district.id, status=PartyStatus.REGISTERED),
    )


@pytest.fixture
def entry():
    """A complete registration, as typed into the form."""
    return {
        "name": "示例社会工作服务中心", "credit_code": CODE, "kind": "service", "legal_representative": "林知远",
        "address": "示例市示例区青石路 18 号", "contact_name": "周明", "contact_phone": "13800000000", "email": "zhou@example.org",
        "password": "Lvshu-2026-shan", "bank_name": "示例银行", "bank_account": "6200 0000 0000 1234", "description": "为老服务",
    }  # fmt: skip
