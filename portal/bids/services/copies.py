"""Begin from the organisation's own data file: the way back when the reopen code is lost."""

from dataclasses import replace
from uuid import UUID

from portal.bids import queries, rules
from portal.bids.models import Bid
from portal.bids.services.drafting import add_file, draft_for_update, remove_file, save_draft
from portal.bids.values import Declaration
from portal.core.db import use_case
from portal.core.policy import Actor


@use_case
def restore_draft(*, actor: Actor, bid_id: UUID, data: bytes) -> Bid:
    """Put the content of a data file in place of the draft, with its attachments if it holds them.

    Only answers to questions of this call are taken; attachments are checked like any upload. Raises ``Invalid`` at
    ``file`` when it is none of our data files.
    """
    bid = draft_for_update(actor, bid_id)
    content, attached = rules.read_copy(data)
    known = {question.code for question in queries.form_of(bid).questions}
    answers = {code: answer for code, answer in content.answers.items() if code in known}
    bid = save_draft(
        actor=actor, bid_id=bid_id, version=None,
        content=replace(content, answers=answers, declaration=Declaration(), profile={}),
    )  # fmt: skip
    if attached:
        for item in queries.draft(bid).attachments:
            remove_file(actor=actor, bid_id=bid_id, part=item.part)
        for item in content.attachments:
            if item.part in attached:
                add_file(actor=actor, bid_id=bid_id, name=item.name, data=attached[item.part], kind=item.kind)
    return bid
