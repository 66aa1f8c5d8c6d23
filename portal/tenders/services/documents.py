"""The documents of a call that applicants accept; frozen with everything else at publication."""

from dataclasses import replace
from uuid import UUID

from portal.core import files
from portal.core.config import settings
from portal.core.db import use_case
from portal.core.errors import NotFound
from portal.core.policy import Actor, require
from portal.core.uploads import FileKind, check_upload
from portal.tenders import queries
from portal.tenders.models import Tender
from portal.tenders.policies import may_draft_tender
from portal.tenders.services.drafting import update_tender
from portal.tenders.values import DocumentDraft


@use_case
def add_document(
    *, actor: Actor, tender_id: UUID, version: int | None, title: str, name: str, content: bytes
) -> Tender:
    """Put a PDF to the documents of a draft; raises what ``update_tender`` raises, and ``Invalid`` for a bad file."""
    tender = queries.full_for_update(tender_id)
    require(may_draft_tender, actor, tender)
    facts = check_upload(
        content, name, allowed=frozenset({FileKind.PDF}), max_bytes=settings().max_upload_bytes
    )
    stored = files.save(content, name=facts.name, media_type=facts.kind.media_type, created_by=actor.user_id)
    draft = queries.draft_of(tender)
    document = DocumentDraft(title.strip(), str(stored.id), stored.name, stored.size, stored.sha256)
    values = replace(draft, documents=(*draft.documents, document))
    return update_tender(actor=actor, tender_id=tender_id, version=version, values=values)


@use_case
def remove_document(*, actor: Actor, tender_id: UUID, version: int | None, position: int) -> Tender:
    """Take a document (counted from 1) out of a draft. Raises ``NotFound`` when there is none at this place."""
    tender = queries.full_for_update(tender_id)
    require(may_draft_tender, actor, tender)
    draft = queries.draft_of(tender)
    if not 1 <= position <= len(draft.documents):
        raise NotFound()
    kept = (*draft.documents[: position - 1], *draft.documents[position:])
    return update_tender(
        actor=actor, tender_id=tender_id, version=version, values=replace(draft, documents=kept)
    )
