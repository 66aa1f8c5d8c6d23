"""Reads of the values that hold for all experts."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.core.db import db
from portal.core.papers import official
from portal.core.text import N_
from portal.panels.models import Panel
from portal.scoring.models import EnteredValue
from portal.scoring.queries.panel import admitted_bids, criteria
from portal.scoring.values import CriterionKind
from portal.tenders import queries as tenders
from portal.tenders.models import Criterion
from portal.tenders.rules.facts import ANSWER, fact_sources

ONCE = (CriterionKind.OBJECTIVE, CriterionKind.BONUS, CriterionKind.PENALTY, CriterionKind.CHANNEL)


@dataclass(frozen=True)
class Entered:
    """How far the values of one criterion are."""

    criterion: Criterion
    bids: int
    entered: int
    confirmed: int

    @property
    def is_done(self) -> bool:
        """Every proposal has a confirmed value."""
        return self.confirmed == self.bids


def entered_once(tender_id: UUID) -> list[Criterion]:
    """The criteria of a call whose values are entered once for all experts."""
    return [criterion for criterion in criteria(tender_id) if criterion.kind in ONCE]


def entered_values(tender_id: UUID) -> dict[tuple[UUID, UUID], EnteredValue]:
    """What was entered, by proposal and criterion (one query)."""
    statement = (
        select(EnteredValue).join(Bid, Bid.id == EnteredValue.bid_id).where(Bid.tender_id == tender_id)
    )
    return {(row.bid_id, row.criterion_id): row for row in db.session.scalars(statement)}


def declared(panel: Panel, source: tuple[str, str]) -> dict[UUID, tuple[Decimal | None, str]]:
    """What each admitted proposal declared, with where it stands; ``None`` where nothing was declared.

    ``source`` is a number of the call's form, or a fact of the organisation's verified entry as it is today.
    """
    kind, name = source
    label = fact_sources(tenders.form_of(panel.tender)).get(f"{kind}:{name}", name)
    found: dict[UUID, tuple[Decimal | None, str]] = {}
    for bid in admitted_bids(panel.tender_id):
        value = bids.content(bid).all_answers.get(name) if kind == ANSWER else getattr(bid.party, name, None)
        number = Decimal(value) if isinstance(value, int) else None
        basis = N_("Proposal: %(label)s") if kind == ANSWER else N_("Entry of the organisation: %(label)s")
        found[bid.id] = (number, official(basis, label=official(label)))
    return found


def entering(tender_id: UUID) -> list[Entered]:
    """How far each criterion is that is entered once; empty where the call has none (three queries at most)."""
    wanted = entered_once(tender_id)
    if not wanted:
        return []
    admitted, values = admitted_bids(tender_id), entered_values(tender_id)
    found = []
    for criterion in wanted:
        rows = [values[bid.id, criterion.id] for bid in admitted if (bid.id, criterion.id) in values]
        confirmed = sum(row.confirmed_at is not None for row in rows)
        found.append(Entered(criterion, len(admitted), len(rows), confirmed))
    return found
