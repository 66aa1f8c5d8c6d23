"""What experts read of proposals, and under which name: as they are, or blind."""

from collections.abc import Iterable
from uuid import UUID

from portal.accounts import queries as accounts
from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.bids.values import ProposalContent
from portal.core.templating import gettext
from portal.panels import queries as panels
from portal.panels.models import Panel
from portal.parties import queries as parties
from portal.scoring.models import ScoreSheet
from portal.scoring.rules.blind import REDACTED, masked_content, telling_words

TELLING = ("code", "legal_representative", "address", "contact_name", "contact_phone", "contact_email")


def names_for_experts(sheets: Iterable[ScoreSheet]) -> dict[UUID, str]:
    """The name of each proposal on the pages of experts: its organisation, or its number in a blind call.

    One query for each blind call among the sheets.
    """
    sheets = list(sheets)
    found = {sheet.bid_id: sheet.bid.party.name for sheet in sheets}
    for tender_id in {sheet.panel.tender_id for sheet in sheets if panels.is_blind(sheet.panel)}:
        found |= numbered(tender_id)
    return found


def numbered(tender_id: UUID) -> dict[UUID, str]:
    """The opened proposals of a call under their numbers."""
    numbers = panels.applicant_numbers(tender_id)
    return {bid_id: gettext("Applicant %(number)s", number=number) for bid_id, number in numbers.items()}


def content_for_expert(panel: Panel, bid: Bid) -> ProposalContent:
    """The opened proposal, loaded with its organisation, as an expert of the panel may read it now."""
    content = bids.content(bid)
    if not panels.is_blind(panel):
        return content
    return masked_content(content, words_of(bid, content), bids.papers(panel.tender)[REDACTED])


def words_of(bid: Bid, content: ProposalContent | None = None) -> list[str]:
    """What would tell whose proposal it is: names and facts of all its organisations, now and as submitted, and people."""
    profile = (content or bids.content(bid)).profile
    parties_of_bid = [bid.party, *bids.members_of(bid)]
    people = accounts.names(user for party in parties_of_bid for user in parties.members(party.id)).values()
    facts = [getattr(party, fact) for party in parties_of_bid for fact in TELLING]
    facts += [profile.get(fact, "") for fact in TELLING]
    return telling_words(
        (*(party.name for party in parties_of_bid), profile.get("name", "")), [*facts, *people]
    )
