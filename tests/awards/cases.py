"""Ranked calls for the tests of awards."""

from decimal import Decimal

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import clock
from portal.core.db import db
from portal.core.money import Money
from portal.panels.values import PanelStatus
from portal.parties.models import Unit
from portal.parties.values import Role
from portal.procedures.models import CalendarYear
from portal.scoring.models import Ranking, RankingEntry
from portal.tenders.models import Tender
from tests.factories import (
    BidFactory,
    CriterionFactory,
    FundSourceFactory,
    LotFactory,
    PanelFactory,
    PartyFactory,
    ProgrammeFactory,
    TenderFactory,
    UnitFactory,
    UserFactory,
    person,
)

QUOTES = (9_800_000, 9_000_000, 8_000_000)


class Ranked:
    """A call with one lot, three ranked proposals, an officer, and the owner of each organisation."""

    def __init__(self, awards_max: int = 1, quotes: tuple[int, ...] = QUOTES, number: int = 1) -> None:
        self.unit: Unit = UnitFactory()
        fund = FundSourceFactory(unit_id=self.unit.id)
        programme = ProgrammeFactory(unit_id=self.unit.id, fund_source_id=fund.id)
        self.tender: Tender = TenderFactory(
            programme_id=programme.id, unit_id=self.unit.id, opened_at=clock.now()
        )
        self.lot = LotFactory(tender_id=self.tender.id, awards_max=awards_max)
        self.criterion = CriterionFactory(tender_id=self.tender.id, title="需求分析")
        self.officer = person(Role.PROGRAMME_OFFICER, self.unit)
        self.parties = [PartyFactory() for _ in quotes]
        self.owners = [person(Role.ORG_OWNER, party) for party in self.parties]
        self.bids: list[Bid] = [
            BidFactory(lot_id=self.lot.id, party_id=party.id, status=BidStatus.VALID, quote=Money(quote))
            for party, quote in zip(self.parties, quotes, strict=True)
        ]
        self.panel = PanelFactory(tender_id=self.tender.id, status=PanelStatus.CLOSED, closed_at=clock.now())
        if not db.session.query(CalendarYear).filter_by(year=2026).first():
            db.session.add(CalendarYear(year=2026, source="test"))
        self.rank(number, [("", "") for _ in quotes])

    def rank(self, number: int, reasons: list[tuple[str, str]]) -> Ranking:
        """Fix a ranking in the order of the bids: (below-line reason, tie reason) of each."""
        ranking = Ranking(
            panel_id=self.panel.id, lot_id=self.lot.id, number=number, record={}, digest="a" * 64, fixed_at=clock.now(),
            fixed_by=UserFactory().id,
        )  # fmt: skip
        db.session.add(ranking)
        db.session.flush()
        for place, (bid, (below, tie)) in enumerate(zip(self.bids, reasons, strict=True), start=1):
            db.session.add(
                RankingEntry(
                    ranking_id=ranking.id, bid_id=bid.id, total=Decimal(95 - place), rank=place, tie_reason=tie,
                    below_line_reason=below, parts={self.criterion.code: str(95 - place)},
                )
            )  # fmt: skip
        db.session.commit()
        return ranking
