"""Before the opening nobody can tell how many proposals there are: no page, list, feed, file or number changes."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.bids.models import Bid
from portal.core.db import db
from portal.parties.values import Role
from tests.bids import world
from tests.factories import person

PASSING = re.compile(
    r'(name="(?:csrf_token|op_id)"[^>]*value="[^"]*")|(value="[^"]*"[^>]*name="(?:csrf_token|op_id)")|nonce-[\w-]+',
    re.S,
)
OF_THE_DEMO = {"home.demo_mails"}
"""Shows everybody's mail, and exists in a demonstration only."""


def pages(app, here: world.World) -> list[str]:
    """Every address that is opened without an object, with the call, with its unit or with the audit trail's subject."""
    known = {
        "tender_id": here.tender.id,
        "unit_id": here.unit.id,
        "subject_type": "tender",
        "subject_id": here.tender.id,
    }

    def fits(rule: Rule) -> bool:
        return (
            "GET" in (rule.methods or ())
            and rule.arguments <= known.keys()
            and rule.endpoint not in OF_THE_DEMO
        )

    with app.test_request_context():
        from flask import url_for

        return sorted(
            url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if fits(rule)
        )


def words(answer) -> str:
    """What a page or a workbook says, without what changes with each request."""
    data = answer.get_data()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = [name for name in book.namelist() if name.startswith("xl/")]
            return "".join(book.read(name).decode(errors="replace") for name in sorted(parts))
    return PASSING.sub("", data.decode(errors="replace"))


@pytest.mark.parametrize("role", [None, Role.PROGRAMME_OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_no_page_tells_how_many_proposals_are_sealed(app, sign_in, client, drain, role) -> None:
    here = world.make()
    writing = [here.organisation() for _ in range(3)]
    user = person(role, here.unit) if role else None
    looking = sign_in(user) if user else client
    drain()

    def seen() -> dict[str, tuple[int, str]]:
        found = {}
        for address in pages(app, here):
            answer = looking.get(address)
            found[address] = (answer.status_code, words(answer))
            answer.close()
        return found

    before = seen()
    for party, owner in writing:
        world.submit(owner, here.draft(owner, party))
    drain()
    db.session.rollback()
    after = seen()
    sealed = db.session.scalars(select(Bid)).all()
    if role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        assert {looking.get(f"/audit/bid/{bid.id}").status_code for bid in sealed} == {404}
    assert [address for address in before if before[address] != after[address]] == []
    assert sum(status == 200 for status, _text in before.values()) > 15
