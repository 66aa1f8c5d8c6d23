"""Reads of what a closed panel found, and of what of it is public."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.bids.models import Bid
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.policy import Actor
from portal.panels.policies import READERS
from portal.parties.models import Party
from portal.parties.values import ORGANISATION
from portal.scoring.models import (
    Correction,
    CorrectionLetter,
    PanelReport,
    Ranking,
    RankingEntry,
    RankingPublication,
)
from portal.tenders.models import Lot, Tender


def ranking(lot_id: UUID) -> tuple[Ranking, list[RankingEntry]]:
    """The latest ranking of a lot with its entries, best first. Raises ``NotFound`` before closing."""
    statement = select(Ranking).where(Ranking.lot_id == lot_id).order_by(Ranking.number.desc()).limit(1)
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound()
    return found, _entries([found.id])[found.id]


def rankings(tender_id: UUID) -> list[tuple[Ranking, list[RankingEntry]]]:
    """The latest ranking of each lot of a call, in the order of lots; empty before closing (two queries)."""
    rows = db.session.execute(
        select(Ranking, Lot.position)
        .join(Lot, Lot.id == Ranking.lot_id)
        .where(Lot.tender_id == tender_id)
        .order_by(Lot.position, Ranking.number)
    ).all()
    latest = list({row.lot_id: row for row, _position in rows}.values())
    entries = _entries([row.id for row in latest])
    return [(row, entries[row.id]) for row in latest]


def versions_of(panel_id: UUID) -> list[tuple[Ranking, Correction | None]]:
    """Every version of the rankings of a panel with what led to it, lot by lot, the first version first."""
    statement = (
        select(Ranking, Correction)
        .join(Lot, Lot.id == Ranking.lot_id)
        .outerjoin(Correction, Correction.ranking_id == Ranking.id)
        .outerjoin(Correction.bid)
        .outerjoin(Bid.party)
        .options(contains_eager(Correction.bid).contains_eager(Bid.party))
        .where(Ranking.panel_id == panel_id)
        .order_by(Lot.position, Ranking.number)
    )
    return [(ranking, correction) for ranking, correction in db.session.execute(statement)]


def version_of(panel_id: UUID, ranking_id: UUID) -> tuple[Ranking, list[RankingEntry]]:
    """One version of a ranking of this panel with its entries. Raises ``NotFound``."""
    found = db.session.get(Ranking, ranking_id)
    if found is None or found.panel_id != panel_id:
        raise NotFound()
    return found, _entries([found.id])[found.id]


def correction_of(ranking_id: UUID) -> Correction:
    """What led to a version of a ranking, with proposal, call, lot and organisation. Raises ``NotFound``."""
    statement = (
        select(Correction)
        .options(
            joinedload(Correction.bid, innerjoin=True).options(
                joinedload(Bid.party, innerjoin=True), joinedload(Bid.lot, innerjoin=True), joinedload(Bid.tender, innerjoin=True)
            )
        )
        .where(Correction.ranking_id == ranking_id)
    )  # fmt: skip
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound()
    return found


def letter_about(ranking_id: UUID) -> CorrectionLetter | None:
    """The letter about a correction, once it is made."""
    statement = select(CorrectionLetter).where(CorrectionLetter.ranking_id == ranking_id)
    return db.session.scalars(statement).first()


def letters_about(bid_id: UUID) -> list[tuple[CorrectionLetter, Correction]]:
    """The letters that an organisation got for a proposal, each with its correction, the oldest first."""
    statement = (
        select(CorrectionLetter, Correction)
        .join(Correction, Correction.ranking_id == CorrectionLetter.ranking_id)
        .where(CorrectionLetter.bid_id == bid_id)
        .order_by(CorrectionLetter.sent_at)
    )
    return [(letter, correction) for letter, correction in db.session.execute(statement)]


def letter_file(actor: Actor, ranking_id: UUID) -> StoredFile:
    """The letter itself, for members of the organisation and for readers at the buyer's. Raises ``NotFound``."""
    statement = (
        select(StoredFile, Bid.party_id, Tender.unit_id)
        .join(CorrectionLetter, CorrectionLetter.file_id == StoredFile.id)
        .join(Bid, Bid.id == CorrectionLetter.bid_id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(CorrectionLetter.ranking_id == ranking_id)
    )
    for stored, party_id, unit_id in db.session.execute(statement):
        if party_id in actor.scopes(*ORGANISATION) or any(actor.has(role, unit_id) for role in READERS):
            return stored
    raise NotFound()


def is_published(ranking_ids: Iterable[UUID]) -> bool:
    """Whether all of these rankings are public, and there is at least one."""
    ids = set(ranking_ids)
    statement = select(func.count()).where(RankingPublication.ranking_id.in_(ids))
    return bool(ids) and db.session.scalar(statement) == len(ids)


def public_ranking(ranking_id: UUID) -> Ranking:
    """A published ranking. Raises ``NotFound`` before the result notice."""
    statement = (
        select(Ranking)
        .join(RankingPublication, RankingPublication.ranking_id == Ranking.id)
        .where(Ranking.id == ranking_id)
    )
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound()
    return found


def public_rankings(tender_id: UUID) -> list[tuple[Ranking, list[RankingEntry]]]:
    """The published rankings of a call. Raises ``NotFound`` before the result notice."""
    found = rankings(tender_id)
    if not is_published(row.id for row, _entries in found):
        raise NotFound()
    return found


def lots(tender_id: UUID) -> dict[UUID, Lot]:
    """The lots of a call by id, in order."""
    statement = select(Lot).where(Lot.tender_id == tender_id).order_by(Lot.position)
    return {lot.id: lot for lot in db.session.scalars(statement)}


def published_tender(tender_id: UUID) -> Tender:
    """A call that is public. Raises ``NotFound``."""
    tender = db.session.get(Tender, tender_id)
    if tender is None or tender.published_at is None:
        raise NotFound()
    return tender


def report_of(panel_id: UUID) -> StoredFile | None:
    """The newest report of a closed panel, once its job has made it."""
    statement = (
        select(StoredFile)
        .join(PanelReport, PanelReport.file_id == StoredFile.id)
        .where(PanelReport.panel_id == panel_id)
        .order_by(PanelReport.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).first()


def reports(panel_id: UUID) -> int:
    """How many reports of a panel were made."""
    statement = select(func.count()).where(PanelReport.panel_id == panel_id)
    return int(db.session.scalar(statement) or 0)


def _entries(ranking_ids: Sequence[UUID]) -> dict[UUID, list[RankingEntry]]:
    statement = (
        select(RankingEntry)
        .join(RankingEntry.bid)
        .join(Bid.party)
        .options(joinedload(RankingEntry.bid, innerjoin=True).joinedload(Bid.party, innerjoin=True))
        .where(RankingEntry.ranking_id.in_(ranking_ids))
        .order_by(RankingEntry.rank, Party.name)
    )
    found: dict[UUID, list[RankingEntry]] = {ranking_id: [] for ranking_id in ranking_ids}
    for entry in db.session.scalars(statement):
        found[entry.ranking_id].append(entry)
    return found
