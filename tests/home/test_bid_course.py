"""What an organisation reads about the way of its own proposal."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portal.awards import services as awards
from portal.awards.values import AwardStatus
from portal.bids.values import BidStatus
from portal.contracts.values import ContractStatus
from portal.core.db import db
from portal.core.money import Money
from portal.home.rules import bid_course
from portal.home.values import BidFacts, BidStep, StepState
from portal.tenders.values import TenderStatus
from tests.awards.cases import Ranked
from tests.conftest import actor_of

DEADLINE = datetime(2026, 3, 20, 9, tzinfo=UTC)
BEFORE, AFTER = DEADLINE - timedelta(seconds=1), DEADLINE
RANKED = {
    "decided": True,
    "total": Decimal("89.67"),
    "rank": 2,
    "notice_ends_on": date(2026, 4, 1),
    "challenge_until": date(2026, 4, 1),
}
OVER = datetime(2026, 4, 2, 9, tzinfo=UTC)


def here(status, now=AFTER, tender=TenderStatus.ACTIVE, **facts):
    """The step at which a proposal stands, its state and what it says."""
    stops = bid_course(BidFacts(status=status, tender=tender, deadline_at=DEADLINE, **facts), now)
    assert [stop.step for stop in stops] == list(BidStep)
    stop = next((s for s in stops if s.state is not StepState.DONE), stops[-1])
    assert all(s.state is StepState.TODO for s in stops[stops.index(stop) + 1 :])
    return stop.step, stop.state, stop.sentence.message if stop.sentence else ""


@pytest.mark.parametrize(
    ("step", "state", "words", "given"),
    [
        ("SUBMISSION", "CURRENT", "Submit it before", {"status": BidStatus.DRAFT, "now": BEFORE}),
        ("SUBMISSION", "PROBLEM", "deadline passed", {"status": BidStatus.DRAFT}),
        ("SUBMISSION", "PROBLEM", "Withdrawn", {"status": BidStatus.WITHDRAWN}),
        ("OPENING", "CURRENT", "Sealed until", {"status": BidStatus.SEALED, "now": BEFORE}),
        ("OPENING", "CURRENT", "open all proposals together", {"status": BidStatus.SEALED}),
        ("OPENING", "PROBLEM", "too few", {"status": BidStatus.UNOPENED}),
        ("ELIGIBILITY", "CURRENT", "checks whether", {"status": BidStatus.PENDING}),
        ("ELIGIBILITY", "PROBLEM", "Not admitted", {"status": BidStatus.DISQUALIFIED, "refusal": "x"}),
        ("REVIEW", "CURRENT", "score the proposals", {"status": BidStatus.VALID}),
        ("REVIEW", "PROBLEM", "without a result", {"status": BidStatus.VALID, "tender": TenderStatus.CANCELLED}),
        ("RESULT", "PROBLEM", "You may file a challenge", {"status": BidStatus.VALID, **RANKED}),
        ("RESULT", "PROBLEM", "time for challenges ended", {"status": BidStatus.VALID, "now": OVER, **RANKED}),
        (
            "RESULT", "CURRENT", "notice ended",
            {"status": BidStatus.VALID, "now": OVER, "award": AwardStatus.PENDING, **RANKED},
        ),
        ("RESULT", "CURRENT", "In public notice", {"status": BidStatus.VALID, "award": AwardStatus.PENDING, **RANKED}),
        ("RESULT", "PROBLEM", "taken back", {"status": BidStatus.VALID, "award": AwardStatus.CANCELLED, **RANKED}),
        ("CONTRACT", "CURRENT", "draws up", {"status": BidStatus.VALID, "award": AwardStatus.ACTIVE, **RANKED}),
        (
            "CONTRACT", "DONE", "In force",
            {"status": BidStatus.VALID, "award": AwardStatus.ACTIVE, "contract": ContractStatus.ACTIVE, **RANKED},
        ),
    ],
)  # fmt: skip
def test_a_proposal_stands_at_one_step_and_says_what_comes_next(step, state, words, given):
    found = here(**given)
    assert found[:2] == (BidStep[step], StepState[state])
    assert words in found[2]


def test_the_loser_and_the_winner_read_the_outcome_on_their_own_page_once_it_is_public(app, sign_in, clock):
    ranked = Ranked()
    winner, loser = (sign_in(ranked.owners[n]) for n in (0, 1))
    pages = [f"/bids/{ranked.bids[n].id}" for n in (0, 1)]
    for browser, address in zip((winner, loser), pages, strict=True):
        shown = browser.get(address).text
        assert "score the proposals" in shown
        assert "Score " not in shown, "nothing before the notice"
    awards.decide(
        actor=actor_of(ranked.officer),
        tender_id=ranked.tender.id,
        awards=[(ranked.bids[0].id, Money(9_800_000))],
        reason="",
    )
    won, lost = winner.get(pages[0]).text, loser.get(pages[1]).text
    assert "Proposed for award with 98,000.00 yuan. In public notice until the end of" in won
    assert "Score 93.00, rank 2." in lost
    assert "In reserve: " in lost
    assert f"/awards/results/{ranked.tender.id}" in lost


def test_the_list_of_proposals_and_the_call_say_what_became_of_them(app, sign_in, clock, count_queries):
    ranked = Ranked()
    browsers = [sign_in(owner) for owner in ranked.owners[:2]]
    assert all("Admitted" in browser.get("/bids/").text for browser in browsers)
    awards.decide(
        actor=actor_of(ranked.officer), tender_id=ranked.tender.id, awards=[(ranked.bids[0].id, Money(9_800_000))]
    )  # fmt: skip
    won, lost = (browser.get("/bids/").text for browser in browsers)
    assert "Proposed for award" in won
    assert "In reserve" in lost
    assert "Admitted" not in won + lost
    call = browsers[1].get(f"/tenders/{ranked.tender.id}").text
    assert f'href="/bids/{ranked.bids[1].id}"' in call
    assert f"/bids/{ranked.bids[0].id}" not in call
    one = count_queries(lambda: browsers[0].get("/bids/"))
    for _ in range(2):
        other = Ranked()
        other.bids[0].party_id = ranked.parties[0].id
        db.session.commit()
        awards.decide(
            actor=actor_of(other.officer), tender_id=other.tender.id, awards=[(other.bids[0].id, Money(9_800_000))]
        )  # fmt: skip
    assert count_queries(lambda: browsers[0].get("/bids/")) == one
    assert browsers[0].get("/bids/").text.count("Proposed for award") == 3
