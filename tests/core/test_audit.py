"""The log cannot be changed by the application, and a change from outside is found."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import audit
from portal.core.db import db, use_case
from portal.core.money import Money
from tests.conftest import SYSTEM
from tests.factories import PartyFactory


@pytest.fixture
def party(app):
    party = PartyFactory()

    @use_case
    def happen():
        for amount in (1, 2, 3):
            audit.record("party.test", party, SYSTEM, amount=Money(amount), note="好")

    happen()
    return party


def test_the_chain_is_whole(party):
    events = audit.history(party)
    assert [event.position for event in events] == [1, 2, 3]
    assert events[1].previous_hash == events[0].hash
    assert audit.broken_links("party", party.id) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_changes(party, statement):
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit_event SET actor_name = 'somebody' WHERE position = 2", [2]),
        ("DELETE FROM audit_event WHERE position = 2", [3]),
        ("UPDATE audit_event SET position = position + 1 WHERE position = 3", [4]),
    ],
)
def test_a_change_behind_the_back_of_the_portal_is_found(party, change, broken):
    if db.engine.dialect.name == "sqlite":
        triggers = ["DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete"]
    else:
        triggers = ["SET LOCAL session_replication_role = replica"]
    for statement in [*triggers, change]:
        db.session.execute(text(statement))
    db.session.commit()
    assert audit.broken_links("party", party.id) == broken
