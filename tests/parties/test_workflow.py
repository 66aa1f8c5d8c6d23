"""Every step of a registration from every state: possible, or refused with nothing changed."""

import pytest

from portal.core import clock as clocks
from portal.core.db import get, use_case
from portal.core.errors import InvalidTransition
from portal.parties.models import Party
from portal.parties.values import PartyStatus
from portal.parties.workflow import PARTY
from tests.conftest import SYSTEM
from tests.factories import PartyFactory

POSSIBLE = {
    ("registered", "verify"): "verified",
    ("registered", "refuse"): "refused",
    ("refused", "resubmit"): "registered",
    ("verified", "suspend"): "suspended",
    ("verified", "reopen"): "registered",
    ("suspended", "reopen"): "registered",
}


@pytest.mark.once
@pytest.mark.parametrize("step", sorted(PARTY.transitions))
@pytest.mark.parametrize("status", list(PartyStatus))
def test_each_step_from_each_state(app, status, step):
    party_id = PartyFactory(status=status).id

    @use_case
    def take():
        PARTY.apply(step, get(Party, party_id, lock=True), SYSTEM, clocks.now(), reason="理由")

    if (status, step) in POSSIBLE:
        take()
        assert get(Party, party_id).status == POSSIBLE[status, step]
    else:
        with pytest.raises(InvalidTransition):
            take()
        assert get(Party, party_id).status == status
