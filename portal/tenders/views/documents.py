"""The documents that applicants accept: written in the editor, read by everybody once the call is published."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.db import get
from portal.core.errors import InvalidTransition, NotFound
from portal.core.files import StoredFile
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, public, roles, send
from portal.parties.values import Role
from portal.tenders import queries, services
from portal.tenders.forms import DocumentForm
from portal.tenders.models import Tender
from portal.tenders.policies import may_draft_tender
from portal.tenders.values import Section
from portal.tenders.views.blueprint import bp
from portal.tenders.views.editing import EDITABLE, frame


def _draft(tender_id: UUID) -> Tender:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    if tender.status not in EDITABLE:
        raise InvalidTransition("update", str(tender.status))
    return tender


@bp.route("/<uuid:tender_id>/documents", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def documents(tender_id: UUID) -> ResponseReturnValue:
    tender = _draft(tender_id)
    form = DocumentForm(version=tender.version)
    sent = form.file.data
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.add_document(
                actor=actor(), tender_id=tender_id, version=form.version.data, title=form.title.data or "", name=sent.filename or "", content=sent.read(),
            ),
            lambda t: url_for("tenders.documents", tender_id=t.id),
            _("Saved."),
        )
    ):  # fmt: skip
        return done
    return page("tenders/documents.html", form=form, part=Section.DOCUMENTS, **frame(tender))


@bp.post("/<uuid:tender_id>/documents/<int:position>/remove")
@roles(Role.PROGRAMME_OFFICER)
def remove_document(tender_id: UUID, position: int) -> ResponseReturnValue:
    _draft(tender_id)
    return act(
        lambda _form: services.remove_document(
            actor=actor(), tender_id=tender_id, version=request.form.get("version", type=int), position=position
        ),
        url_for("tenders.documents", tender_id=tender_id),
        _("The document was removed."),
    )  # fmt: skip


@bp.get("/<uuid:tender_id>/documents/<int:position>")
@public
def document(tender_id: UUID, position: int) -> Response:
    """One document, for whoever may read the call."""
    tender = queries.get_tender(actor(), tender_id)
    found = next((row for row in tender.documents if row.position == position), None)
    if found is None:
        raise NotFound()
    return send(get(StoredFile, found.file_id), inline=True)
