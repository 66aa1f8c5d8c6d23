"""A GET only reads: it writes nothing but the time at which a session was last used."""

import pytest
from sqlalchemy import event

from portal.core.db import db
from portal.parties.values import Role
from tests.architecture.addresses import declared, real, rules
from tests.architecture.conftest import PEOPLE

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
TOUCH = "UPDATE user_session SET seen_at"


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_get_writes_nothing(demo, role):
    client, wrong = demo.browser(PEOPLE[Role(role)]), []
    written: list[str] = []

    def listen(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(WRITES) and not statement.startswith(TOUCH):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        for rule in rules(demo.app, "GET"):
            if not declared()[rule.endpoint] & {"*", "signed_in", role}:
                continue
            for address in real(demo.app, rule):
                client.get(address).close()
                if written:
                    wrong.append((rule.endpoint, address, written[0][:100]))
                    written.clear()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert wrong == []
