"""How many proposals a call takes from one organisation."""

from uuid import UUID

import pytest

from portal.bids import rules, services
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid
from portal.tenders.values import ConditionDraft, ConditionKind
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import LotFactory

A, B, C = (UUID(int=n) for n in range(3))
PROPOSALS, LOTS = ConditionKind.PROPOSALS_PER_ORGANISATION, ConditionKind.LOTS_PER_ORGANISATION


@pytest.mark.parametrize(
    ("kind", "most", "others", "lot", "over"),
    [
        (PROPOSALS, 1, [], A, False),
        (PROPOSALS, 1, [A], B, True),
        (PROPOSALS, 2, [A], B, False),
        (LOTS, 1, [A], A, False),
        (LOTS, 1, [A], B, True),
        (LOTS, 2, [A, B], C, True),
        (ConditionKind.NO_BAN, 0, [A, B], C, False),
    ],
)
def test_the_limit_counts_proposals_or_lots(kind, most, others, lot, over) -> None:
    assert bool(rules.over_limits([ConditionDraft(kind, most)], others, lot)) is over


def test_a_second_proposal_in_a_call_that_takes_one_is_refused_at_the_beginning_and_at_submission(
    app,
) -> None:
    here = world.make(conditions=[{"kind": str(PROPOSALS), "number": 1, "kinds": [], "text": ""}])
    second = LotFactory(tender_id=here.tender.id, position=2)
    world.seal_lot(second, here.secrets)
    db.session.commit()
    party, owner = here.organisation()
    actor = actor_of(owner)
    first = here.draft(owner, party)
    with pytest.raises(Invalid) as refused:
        services.start_bid(actor=actor, lot_id=second.id, party_id=party.id)
    assert [(p.field, p.params["has"]) for p in refused.value.problems] == [("lot", 1)]
    code = world.submit(owner, first).reopen_code
    services.withdraw_bid(actor=actor, bid_id=first.id, received_at=clock.now())
    other = services.start_bid(actor=actor, lot_id=second.id, party_id=party.id)
    services.save_draft(actor=actor, bid_id=other.id, version=None, content=world.complete())
    services.add_file(actor=actor, bid_id=other.id, name="登记证书.pdf", data=world.pdf())
    services.reopen_bid(actor=actor, bid_id=first.id, code=code, received_at=clock.now())
    world.submit(owner, world.fresh(other))
    with pytest.raises(Invalid, match="at most"):
        world.submit(owner, world.fresh(first))
    assert world.fresh(first).status == "draft"
