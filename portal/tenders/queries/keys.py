"""Keys of the seal: who holds them, who proved it."""

from uuid import UUID

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.core.db import db
from portal.parties import queries as parties
from portal.parties.values import Role
from portal.tenders.models import (
    HolderKey,
    SealHolder,
    Tender,
)
from portal.tenders.values import (
    Holder,
    HolderRole,
    TenderStatus,
)

HOLDER_ROLES = {HolderRole.OFFICER: Role.PROGRAMME_OFFICER, HolderRole.SUPERVISOR: Role.SUPERVISOR}


def current_key(user_id: UUID) -> HolderKey | None:
    """The key that a person holds now."""
    statement = select(HolderKey).where(HolderKey.user_id == user_id, HolderKey.retired_at.is_(None))
    return db.session.scalars(statement.order_by(HolderKey.created_at.desc())).first()


def keys_to_prove(user_id: UUID) -> list[tuple[SealHolder, Tender]]:
    """The calls before publication for which this person is a key holder, newest first."""
    before = [TenderStatus.DRAFT, TenderStatus.SUBMITTED, TenderStatus.APPROVED]
    rows = db.session.execute(
        select(SealHolder, Tender)
        .join(Tender, Tender.id == SealHolder.tender_id)
        .where(SealHolder.user_id == user_id, Tender.status.in_(before))
        .order_by(Tender.created_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def holders_of(tender: Tender) -> list[Holder]:
    """The two people who hold keys, as values; a key retired since the proof counts as not proved (one query)."""
    key_ids = [row.key_id for row in tender.holders if row.key_id]
    keys = {key.id: key for key in db.session.scalars(select(HolderKey).where(HolderKey.id.in_(key_ids)))}
    found = []
    for row in tender.holders:
        if row.role not in HOLDER_ROLES:
            continue
        key = keys.get(row.key_id) if row.key_id else None
        proved = row.proved_at is not None and key is not None and key.retired_at is None
        found.append(Holder(row.role, row.user_id, proved, key.demo if key else False))
    return found


def candidates(tender: Tender, role: HolderRole) -> list[tuple[UUID, str]]:
    """The people who may hold this key of the call, by name."""
    ids = parties.holders(HOLDER_ROLES[role], tender.unit_id)
    return sorted(accounts.names(ids).items(), key=lambda item: item[1])
