"""The whole walk: from an empty database to the stars, through the pages only, each step by its own role."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.budgets.queries import balances
from portal.budgets.values import AccountKind
from portal.contracts.models import Contract
from portal.core import audit, documents
from portal.core.audit import AuditEvent
from portal.core.db import db
from portal.core.money import Money
from portal.core.pdf import set_document
from portal.scoring.queries import rankings
from tests.journeys.walk import Offer, Walk

VENTURE_MAXIMA = [20, 10, 15, 5, 10, 15, 15, 10]
CONSULTATION_MAXIMA = [10, 25, 10, 5, 15, 10, 5]


@pytest.fixture
def walk(app, clock, drain):
    with documents.set_by(set_document):
        yield Walk(app, clock, drain)


def test_from_the_call_to_the_stars(walk):
    walk.install()
    walk.invite_staff()
    walk.fill_pool()
    programme_id = walk.programme()
    codes = walk.make_keys()
    offers = [
        Offer("yilin", "翠竹密语甲", "60.00", 88),
        Offer("tongban", "翠竹密语乙", "58.50", 88, leaning=1),
        Offer("anhu", "翠竹密语丙", "55.00", 80),
    ]
    parties = {offer.key: walk.register(offer.key, n) for n, offer in enumerate(offers)}

    tender_id, deadline = walk.draft_call(
        programme_id, "venture_contest", "社区独居老人探访项目征集", "120000.00"
    )
    walk.seal_and_publish(tender_id, codes)
    digests = {}
    for offer in offers:
        walk.later(hours=1)
        walk.write_proposal(tender_id, offer)
        _bid, digests[offer.key] = walk.submit(offer)
    walk.nobody_reads(offers, tender_id)

    walk.on(deadline, 16, 59)
    walk.as_("officer").open(f"/bids/opening/{tender_id}").sees_not(*(offer.secret for offer in offers))
    walk.on(walk.working_day(1, deadline), 9)
    walk.open_proposals(tender_id, codes)
    walk.anonymous().open(f"/bids/opened/{tender_id}", expect=404)
    opened = walk.as_("officer").open(f"/bids/opened/{tender_id}").sees(*digests.values())
    opened.sees_not(*(offer.secret for offer in offers))
    walk.as_("officer").open(f"/bids/{walk.bids['yilin']}/proposal").sees("翠竹密语甲")
    walk.check_eligibility()

    panel_id = walk.seat_panel(tender_id, {"technical": "3", "department": "1", "resident": "1"})
    walk.score(panel_id, offers, VENTURE_MAXIMA)
    walk.decide(tender_id)
    result = (
        walk.anonymous().open(f"/awards/results/{tender_id}").sees("示例tongban服务中心", "示例yilin服务中心")
    )
    assert_equal_totals_lower_quote_first(tender_id, "tongban", "yilin", walk)
    result.sees_not("翠竹密语")
    walk.as_("officer").open(f"/awards/tenders/{tender_id}")
    walk.on(walk.working_day(6), 9)

    contract_id = walk.draw_up(tender_id, "tongban")
    walk.sign_contract(contract_id, "tongban")
    walk.pay(contract_id, 1, "tongban")
    starts = contract_start(contract_id)
    walk.on(starts + timedelta(days=84), 9)
    reminded = [
        message for message in walk.inbox_of("tongban") if "/implementation/milestones/" in message.link
    ]
    assert len(reminded) == 2, [message.subject for message in reminded]
    walk.spend(contract_id, "tongban", "12,345.67", "0001")
    walk.report(contract_id, 1, "tongban")
    walk.pay(contract_id, 2, "tongban")
    walk.on(starts + timedelta(days=178), 9)
    walk.report(contract_id, 2, "tongban")

    walk.evaluate(contract_id)
    walk.pay(contract_id, 3, "tongban")
    walk.close(contract_id)
    assert_the_ledger_balances(tender_id, contract_id, programme_id)
    assert_the_public_sees_it_all(walk, tender_id, contract_id, parties["tongban"])
    assert_every_chain_is_whole()


def assert_equal_totals_lower_quote_first(tender_id, first, second, walk):
    [(_ranking, entries)] = rankings(UUID(tender_id))
    by_bid = {str(entry.bid_id): entry for entry in entries}
    winner, other = by_bid[walk.bids[first]], by_bid[walk.bids[second]]
    assert winner.total == other.total
    assert (winner.rank, other.rank) == (1, 2)
    assert winner.tie_reason == "quote"
    db.session.rollback()


def contract_start(contract_id):
    starts = db.session.get(Contract, UUID(contract_id)).starts_on
    db.session.rollback()
    return starts


def assert_the_ledger_balances(tender_id, contract_id, programme_id):
    quote, spent = Money.from_yuan("76500.00"), Money.from_yuan("12345.67")
    contract, tender, programme = (balances(UUID(x)) for x in (contract_id, tender_id, programme_id))
    assert contract[AccountKind.PAID] == spent
    assert programme[AccountKind.RETURNED] == quote - spent
    assert programme[AccountKind.AVAILABLE] == Money.from_yuan("500000.00") - quote
    for empty in (
        contract[AccountKind.COMMITTED],
        contract[AccountKind.PAYABLE],
        tender[AccountKind.RESERVED],
    ):
        assert empty == Money.ZERO
    db.session.rollback()


def assert_the_public_sees_it_all(walk, tender_id, contract_id, party_id):
    public = walk.anonymous()
    public.open(f"/tenders/{tender_id}").sees("社区独居老人探访项目征集")
    public.open(f"/contracts/public/{contract_id}").sees("示例tongban服务中心", "76,500.00")
    public.open("/payments/public").sees("示例tongban服务中心")
    public.open(f"/evaluation/results/{contract_id}").sees("探访项目tongban")
    public.open(f"/parties/{party_id}").sees("探访项目tongban")
    public.open("/notices/").sees("社区独居老人探访项目征集")


def assert_every_chain_is_whole():
    subjects = db.session.execute(select(AuditEvent.subject_type, AuditEvent.subject_id).distinct()).all()
    assert len(subjects) > 50
    assert {row: broken for row in subjects if (broken := audit.broken_links(*row))} == {}
    db.session.rollback()


def test_a_consultation_is_won_by_marks_and_price(walk):
    walk.install()
    walk.invite_staff()
    walk.fill_pool()
    programme_id = walk.programme("purchase")
    codes = walk.make_keys()
    offers = [
        Offer("yilin", "修篁密语甲", "80.00", 86),
        Offer("tongban", "修篁密语乙", "40.00", 84),
        Offer("anhu", "修篁密语丙", "70.00", 78),
        Offer("linli", "修篁密语丁", "75.00", 90),
    ]
    for n, offer in enumerate(offers):
        walk.register(offer.key, n)
    tender_id, deadline = walk.draft_call(
        programme_id, "competitive_consultation", "独居老人探访服务磋商", "150000.00"
    )
    walk.seal_and_publish(tender_id, codes)
    for offer in offers:
        walk.write_proposal(tender_id, offer)
        walk.submit(offer)
    walk.on(walk.working_day(1, deadline), 9)
    walk.open_proposals(tender_id, codes)
    walk.check_eligibility(refused="linli")
    panel_id = walk.seat_panel(tender_id, {"technical": "4", "department": "1"})
    walk.score(panel_id, offers[:3], CONSULTATION_MAXIMA)
    assert_price_decides(tender_id, walk)
    walk.decide(tender_id)
    walk.anonymous().open(f"/awards/results/{tender_id}").sees("示例tongban服务中心")
    told = walk.inbox_of("linli")
    assert any("未通过年检" in message.body for message in told), [message.body for message in told]


def assert_price_decides(tender_id, walk):
    """Lowest quote ÷ quote × 20 lifts the cheaper proposal above the one with better marks."""
    [(_ranking, entries)] = rankings(UUID(tender_id))
    by_bid = {str(entry.bid_id): entry for entry in entries}
    cheap, better = by_bid[walk.bids["tongban"]], by_bid[walk.bids["yilin"]]
    assert (cheap.rank, better.rank) == (1, 2)
    assert Decimal(cheap.parts["price"]) == 20
    quotes = {"tongban": Decimal(58000), "yilin": Decimal(98000)}
    expected = (quotes["tongban"] / quotes["yilin"] * 20).quantize(Decimal("0.01"))
    assert Decimal(better.parts["price"]).quantize(Decimal("0.01")) == expected
    assert str(walk.bids["linli"]) not in by_bid
    db.session.rollback()
