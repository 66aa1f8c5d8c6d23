"""Use cases of calls: drafting, deciding, the keys of the seal, and what becomes of a published call."""

from portal.tenders.services.beginning import (
    begin_tender,
    clone_tender,
    create_from_template,
    create_tender,
    rerun_tender,
    retire_template,
    save_template,
)
from portal.tenders.services.correcting import correct_tender, review_deadlines
from portal.tenders.services.course import (
    cancel_tender,
    complete_tender,
    drop_lot_keys,
    end_tender,
    fail_lots,
    fail_tender,
    mark_opened,
)
from portal.tenders.services.deciding import (
    approve_tender,
    discard_tender,
    publish_tender,
    return_tender,
    submit_tender,
)
from portal.tenders.services.documents import add_document, remove_document
from portal.tenders.services.drafting import update_tender
from portal.tenders.services.form import save_form
from portal.tenders.services.ideas import cite_ideas
from portal.tenders.services.keys import create_holder_key, lot_info, open_lot_key, prove_key, set_holder
from portal.tenders.services.papers import call_notice
from portal.tenders.services.questions import ask_question, publish_answers

__all__ = [
    "add_document", "cite_ideas", "remove_document",
    "ask_question", "correct_tender", "publish_answers", "review_deadlines",
    "lot_info",
    "approve_tender", "begin_tender", "call_notice", "cancel_tender", "clone_tender", "complete_tender", "create_from_template", "create_holder_key", "create_tender",
    "discard_tender", "drop_lot_keys", "end_tender", "fail_lots", "fail_tender", "mark_opened", "open_lot_key", "prove_key", "publish_tender", "rerun_tender", "retire_template", "return_tender", "save_form", "save_template",
    "set_holder", "submit_tender", "update_tender",
]  # fmt: skip
