"""Reads of what an organisation keeps on file: papers, pending changes, list entries, and the facts that count on a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from portal.core import clock
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.files import StoredFile, by_id
from portal.core.lists import Page, paginate
from portal.core.policy import Actor
from portal.parties import rules
from portal.parties.models import FactChange, ListEntry, Party, PartyDocument
from portal.parties.queries.registry import get_party
from portal.parties.values import ChangeStatus, Facts, ListKind, ListStatus, PartyStatus, Role


def documents(party_id: UUID) -> list[tuple[PartyDocument, StoredFile]]:
    """The papers in an organisation's library with their files, by kind, the newest first (two queries)."""
    rows = db.session.scalars(
        select(PartyDocument)
        .where(PartyDocument.party_id == party_id, PartyDocument.removed_at.is_(None))
        .order_by(PartyDocument.kind, PartyDocument.added_at.desc())
    ).all()
    found = by_id([row.file_id for row in rows])
    return [(row, found[row.file_id]) for row in rows]


def get_document(actor: Actor, party_id: UUID, document_id: UUID) -> tuple[PartyDocument, StoredFile]:
    """One paper of an organisation that the actor may read. Raises ``NotFound``."""
    party, row = get_party(actor, party_id), get(PartyDocument, document_id)
    if row.party_id != party.id or row.removed_at is not None:
        raise NotFound()
    return row, by_id([row.file_id])[row.file_id]


def expiring(today: date) -> Sequence[PartyDocument]:
    """Papers whose end lies within reach of the first reminder and not yet behind us."""
    last = date.fromordinal(today.toordinal() + max(rules.REMIND_BEFORE))
    return db.session.scalars(
        select(PartyDocument)
        .where(PartyDocument.removed_at.is_(None), PartyDocument.expires_on >= today, PartyDocument.expires_on <= last)
        .order_by(PartyDocument.expires_on)
    ).all()  # fmt: skip


def hub(hub_id: UUID | None) -> Party | None:
    """The hub organisation of this id, whatever became of its registration."""
    return db.session.get(Party, hub_id) if hub_id else None


def hub_of(party: Party) -> Party | None:
    """The hub organisation that manages this one, if any."""
    return hub(party.hub_id)


def pending_change(party_id: UUID) -> FactChange | None:
    """The change of verified facts that waits for an officer, if there is one."""
    return db.session.scalars(
        select(FactChange).where(FactChange.party_id == party_id, FactChange.status == ChangeStatus.PENDING)
    ).first()


def last_change(party_id: UUID) -> FactChange | None:
    """The change of verified facts that was decided last."""
    return db.session.scalars(
        select(FactChange)
        .where(FactChange.party_id == party_id, FactChange.decided_at.is_not(None))
        .order_by(FactChange.decided_at.desc())
    ).first()


def change_queue(actor: Actor, args: Mapping[str, str]) -> Page[Party]:
    """Verified organisations of the officer's units with a change of facts that waits for an officer."""
    statement = (
        select(Party)
        .join(FactChange, FactChange.party_id == Party.id)
        .where(Party.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)), FactChange.status == ChangeStatus.PENDING)
    )  # fmt: skip
    return paginate(
        statement, args, sorts={"name": Party.name, "asked_at": FactChange.asked_at}, default="asked_at"
    )


def account_queue(actor: Actor, args: Mapping[str, str]) -> Page[Party]:
    """Organisations of the actor's units whose bank account still needs a first or second look."""
    scopes = actor.scopes(Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.CASHIER)
    statement = select(Party).where(
        Party.unit_id.in_(scopes), Party.status == PartyStatus.VERIFIED, Party.bank_account != "", Party.account_verified_at.is_(None)
    )  # fmt: skip
    sorts = {"name": Party.name, "confirmed_at": Party.account_confirmed_at}
    return paginate(statement, args, sorts=sorts, default="name")


def account_verified(party_id: UUID) -> bool:
    """Whether two officers have verified the account that is entered now; nothing is paid before."""
    return db.session.scalar(select(Party.account_verified_at).where(Party.id == party_id)) is not None


def list_entries(party_id: UUID) -> Sequence[ListEntry]:
    """The entries of an organisation in the red and black list, newest first, lifted ones too."""
    return db.session.scalars(
        select(ListEntry)
        .where(ListEntry.party_id == party_id)
        .order_by(ListEntry.from_on.desc(), ListEntry.entered_at.desc())
    ).all()


def get_entry(party_id: UUID, entry_id: UUID) -> ListEntry:
    """One entry of this organisation. Raises ``NotFound``."""
    entry = get(ListEntry, entry_id)
    if entry.party_id != party_id:
        raise NotFound()
    return entry


def entry_desk(actor: Actor, args: Mapping[str, str]) -> Page[tuple[ListEntry, str]]:
    """Entries about organisations of the officer's units with their names; filters ``kind``, ``status``."""
    statement = (
        select(ListEntry)
        .join(Party, Party.id == ListEntry.party_id)
        .where(Party.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)))
    )
    if args.get("kind") in set(ListKind):
        statement = statement.where(ListEntry.kind == ListKind(args["kind"]))
    if args.get("status") in set(ListStatus):
        statement = statement.where(ListEntry.status == ListStatus(args["status"]))
    sorts = {"name": Party.name, "from_on": ListEntry.from_on}
    found: Page[ListEntry] = paginate(statement, args, sorts=sorts, default="-from_on")
    names = dict(
        db.session.execute(select(Party.id, Party.name).where(Party.id.in_([e.party_id for e in found.items]))).all()
    )  # fmt: skip
    return found.showing([(entry, names[entry.party_id]) for entry in found.items])


def running_ban(party_id: UUID, on: date) -> ListEntry | None:
    """A ban of the organisation that is in force on a day."""
    return db.session.scalars(
        select(ListEntry).where(ListEntry.party_id == party_id, ListEntry.kind == ListKind.BAN, _running(on))
    ).first()


def _running(on: date) -> ColumnElement[bool]:
    """``rules.is_running`` in SQL."""
    return and_(
        ListEntry.status != ListStatus.LIFTED, ListEntry.from_on <= on,
        or_(ListEntry.until_on.is_(None), ListEntry.until_on >= on),
    )  # fmt: skip


def facts(party_id: UUID, on: date | None = None) -> Facts:
    """What counts for an organisation on a day (today without one). Raises ``NotFound``."""
    party, on = get(Party, party_id), on or clock.today()
    ban = running_ban(party_id, on)
    organised = party.party_organisation
    return Facts(
        on=on, kind=party.kind, founded_on=party.founded_on, grade=rules.grade_on(party.grade, party.grade_until, on),
        inspections=rules.passed_inspections(party.inspections.items()), banned=ban is not None, ban=ban.reason if ban else "",
        has_party_organisation=None if organised is None else organised.is_sound,
    )  # fmt: skip
