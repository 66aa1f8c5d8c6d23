"""Papers that the organisation has on file already: what was once entered is not asked for again."""

from uuid import UUID

from portal.bids import queries
from portal.bids.services.drafting import add_file, draft_for_update
from portal.bids.values import Attachment
from portal.core import clock, files
from portal.core.db import use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor
from portal.core.text import N_
from portal.parties import queries as parties


@use_case
def take_document(*, actor: Actor, bid_id: UUID, document_id: UUID, kind: str) -> Attachment:
    """Copy a paper of the organisation's library into the draft; what becomes of the library later changes nothing here.

    ``kind`` is the code of a paper in the call's form. A paper that is attached as this kind already is not attached
    again. Raises ``NotFound`` for a paper of another organisation, ``Invalid`` for one that has expired.
    """
    bid = draft_for_update(actor, bid_id)
    document, stored = parties.get_document(actor, bid.party_id, document_id)
    if queries.has_expired(document, clock.today()):
        message = N_("This paper expired on %(day)s. Please put a new one into your library.")
        raise Invalid(problem(message, field="file", day=document.expires_on))
    same = (
        item for item in queries.draft(bid).attachments if item.kind == kind and item.sha256 == stored.sha256
    )
    if attached := next(same, None):
        return attached
    return add_file(actor=actor, bid_id=bid_id, name=stored.name, data=files.read(stored.sha256), kind=kind)
