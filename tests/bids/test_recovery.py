"""The drill of docs/sealing.md: a code is lost, and the call opens all the same, in the open."""

import io
from dataclasses import replace

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.bids import documents, queries, services
from portal.bids.models import Opening
from portal.bids.values import BidStatus
from portal.core import audit, clock, files, sealing
from portal.core.audit import AuditEvent
from portal.core.config import settings
from portal.core.db import db
from portal.core.errors import Denied, DomainError, Invalid
from portal.core.files import StoredFile
from portal.core.sealing import SealBroken
from portal.parties.models import RoleGrant
from portal.parties.values import Role
from portal.tenders.models import HolderKey, LotSeal
from tests.bids import world
from tests.factories import PASSWORD, person

REASON = "监督人员的密钥代码遗失，保险柜中无备份"


@pytest.fixture
def here(app: Flask) -> world.World:
    """A call whose lots are sealed for the platform's real key, after its deadline, with two proposals."""
    here = world.make()
    here.secrets["platform"] = settings().seal_key()
    world.write(delete(LotSeal).where(LotSeal.lot_id == here.lot.id))
    world.seal_lot(here.lot, here.secrets)
    db.session.commit()
    return here


def answers(here: world.World, *, holder: str = "officer", **changes: str) -> dict[str, str]:
    """What is typed when the code of the other holder is lost and that holder approves."""
    people = {"officer": here.officer.email, "supervisor": here.supervisor.email}
    (other,) = people.keys() - {holder}
    return {
        "holder_email": people[holder], "holder_password": PASSWORD, "holder_code": here.codes[holder],
        "approver_email": people[other], "approver_password": PASSWORD, "reason": REASON,
    } | changes  # fmt: skip


def recover(here: world.World, **changes: str) -> Opening:
    return services.recover_tender(tender_id=here.tender.id, **answers(here, **changes))


def run(app: Flask, number: str, typed: dict[str, str], sure: str = "y"):
    lines = [typed[key] for key in ("holder_email", "holder_password", "holder_code", "approver_email", "approver_password", "reason")]  # fmt: skip
    return app.test_cli_runner().invoke(args=["seal", "recover", number], input="\n".join([*lines, sure, ""]))


@pytest.mark.parametrize("holder", ["officer", "supervisor"])
def test_the_drill(app: Flask, here: world.World, drain, holder: str) -> None:
    bids = [here.submitted()[0] for _ in range(2)]
    here.close()
    done = run(app, here.tender.number, answers(here, holder=holder))
    assert done.exit_code == 0, done.output
    assert here.codes[holder] not in done.output
    assert PASSWORD not in done.output
    drain()
    opened = [world.fresh(bid) for bid in bids]
    assert {bid.status for bid in opened} == {BidStatus.PENDING}
    assert queries.content(opened[0]).title == "银龄相伴"
    opening = queries.opening_of(here.tender.id)
    assert (opening.officer_id, opening.supervisor_id) == (here.officer.id, here.supervisor.id)
    (event,) = [e for e in audit.history(here.tender) if e.action == queries.RECOVERED]
    assert event.data["reason"] == REASON
    assert event.data["missing"] == ({"officer", "supervisor"} - {holder}).pop()
    pdf = PdfReader(
        io.BytesIO(files.path_of(db.session.get(StoredFile, opening.minutes_file_id).sha256).read_bytes())
    )
    assert REASON in "".join(page.extract_text() for page in pdf.pages).replace("\n", "")


def test_the_line_cannot_be_removed_from_the_minutes(here: world.World, sign_in) -> None:
    here.submitted()
    here.submitted()
    here.close()
    recover(here)
    for statement in (delete(AuditEvent), update(AuditEvent).values(data={})):
        with pytest.raises((IntegrityError, DBAPIError)):
            world.write(statement.where(AuditEvent.action == queries.RECOVERED))
    db.session.rollback()
    assert audit.broken_links("tender", here.tender.id) == []
    assert documents.minutes(here.tender, queries.opening_of(here.tender.id))["recovery"]["reason"] == REASON
    for address in ("opening", "opened"):
        assert REASON in sign_in(here.officer).get(f"/bids/{address}/{here.tender.id}").get_data(as_text=True)


def test_an_ordinary_opening_has_no_such_line(here: world.World) -> None:
    here.submitted()
    here.submitted()
    here.close()
    assert documents.minutes(here.tender, here.open())["recovery"] is None


def test_below_the_minimum_nothing_is_recovered_either(here: world.World) -> None:
    bid, _owner, _receipt = here.submitted()
    here.close()
    assert recover(here).entries == []
    assert world.fresh(bid).status == BidStatus.UNOPENED
    assert queries.version_of(world.fresh(bid)).lot_wrapped is None


def test_somebody_else_with_the_same_duty_stands_in(here: world.World) -> None:
    here.submitted()
    here.submitted()
    here.close()
    deputy = person(Role.SUPERVISOR, here.unit)
    assert recover(here, approver_email=deputy.email).supervisor_id == deputy.id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "遗失"}, "reason"),
        ({"holder_password": "wrong wrong"}, "holder_password"),
        ({"approver_password": "wrong wrong"}, "approver_password"),
        ({"holder_code": "7QZX"}, "holder_code"),
        ({"holder_code": "stranger"}, "holder_code"),
        ({"holder_code": "supervisor"}, "holder_code"),
        ({"approver_email": "officer"}, "approver_email"),
        ({"approver_email": "approver"}, "approver_email"),
        ({"approver_email": "foreign supervisor"}, "approver_email"),
        ({"holder_email": "deputy"}, "holder_email"),
    ],
)
def test_one_person_or_one_code_alone_recovers_nothing(
    here: world.World, changes: dict[str, str], field: str
) -> None:
    bid, _owner, _receipt = here.submitted()
    here.submitted()
    here.close()
    known = {
        "officer": here.officer.email, "approver": person(Role.PROGRAMME_APPROVER, here.unit).email,
        "deputy": person(Role.PROGRAMME_OFFICER, here.unit).email, "foreign supervisor": world.make().supervisor.email,
    }  # fmt: skip
    codes = {"supervisor": here.codes["supervisor"], "stranger": sealing.format_code(sealing.new_key())}
    name, value = next(iter(changes.items()))
    with pytest.raises(Invalid) as refused:
        recover(here, **{name: (codes if name == "holder_code" else known).get(value, value)})
    assert [p.field for p in refused.value.problems] == [field]
    assert world.fresh(bid).status == BidStatus.SEALED
    assert queries.recovery_of(here.tender.id) is None


def test_a_holder_who_lost_the_role_recovers_nothing(here: world.World) -> None:
    here.submitted()
    here.submitted()
    here.close()
    world.write(update(RoleGrant).where(RoleGrant.user_id == here.officer.id).values(ended_at=clock.now()))
    with pytest.raises(Denied):
        recover(here)


def test_not_before_the_deadline_and_not_twice(here: world.World) -> None:
    here.submitted()
    here.submitted()
    here.close(seconds=59)
    with pytest.raises(Invalid):
        recover(here)
    clock._override.advance(seconds=1)
    recover(here)
    with pytest.raises(DomainError):
        recover(here)
    assert len(db.session.scalars(select(Opening).where(Opening.tender_id == here.tender.id)).all()) == 1


def test_another_platform_key_opens_nothing_and_leaves_no_trace(here: world.World) -> None:
    bid, _owner, _receipt = here.submitted()
    here.submitted()
    world.write(delete(LotSeal).where(LotSeal.lot_id == here.lot.id))
    world.seal_lot(here.lot, here.secrets | {"platform": sealing.new_key()})
    db.session.commit()
    here.close()
    with pytest.raises(SealBroken):
        recover(here)
    assert world.fresh(bid).status == BidStatus.SEALED
    assert queries.recovery_of(here.tender.id) is None


def test_the_command_says_what_is_wrong(app: Flask, here: world.World) -> None:
    typed = answers(here)
    assert "no call" in run(app, "nowhere", typed).output
    early = run(app, here.tender.number, typed)
    assert early.exit_code == 1
    assert "Opening is possible from" in early.output
    here.close()
    assert run(app, here.tender.number, typed, sure="n").exit_code == 1
    assert queries.opening_of(here.tender.id) is None
    key_file = settings().seal_key_file
    kept = key_file.read_bytes()
    key_file.unlink()
    try:
        assert "SEAL_KEY_FILE" in run(app, here.tender.number, typed).output
        assert not key_file.exists()
    finally:
        key_file.write_bytes(kept)


def test_a_demonstration_key_is_refused_in_production(app: Flask, here: world.World) -> None:
    here.submitted()
    here.submitted()
    world.write(update(HolderKey).values(demo=True))
    here.close()
    real = settings()
    app.extensions["portal"] = replace(real, production=True, demo=False)
    try:
        for attempt in (recover, lambda it: it.open()):
            with pytest.raises(Invalid, match="demonstration"):
                attempt(here)
    finally:
        app.extensions["portal"] = real
    assert here.open().entries
