"""Attachments of a draft: add, take over from the library, read, remove, print the page to be signed."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.bids import documents, queries, rules, services
from portal.bids.forms import FileForm
from portal.bids.models import Bid
from portal.bids.values import Step
from portal.bids.views.blueprint import WRITERS, bp, own_draft, send_bytes
from portal.bids.views.frame import frame
from portal.bids.views.uploads import forget_upload, received_file
from portal.core import clock
from portal.core.documents import render_pdf
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.web import actor, page, roles
from portal.parties.values import ORGANISATION


def files_step(bid: Bid) -> ResponseReturnValue:
    """The attachments, kind by kind, with what the library offers and the form to add a file."""
    form, draft = FileForm(), queries.draft(bid)
    asked = queries.form_for(bid, draft)
    papers = asked.papers
    kinds = [item.kind for item in draft.attachments]
    form.kind.choices = [SelectChoice(paper.code, paper.title) for paper in papers]
    if not form.is_submitted():
        form.kind.data = request.args.get("kind") or rules.kind_for(asked, kinds, "")
    if form.validate_on_submit():
        done = form.perform(
            lambda: _add_file(form, bid),
            lambda _added: url_for("bids.step", bid_id=bid.id, step=Step.FILES),
            _("The file was added."),
        )
        if done:
            return done
    return page(
        "bids/files.html",
        form=form,
        draft=draft,
        papers=papers,
        version=rules.version_code(draft),
        library=queries.library(bid),
        opinions=queries.opinions(bid, queries.draft_key(bid)),
        now=clock.now(),
        **frame(bid, Step.FILES, draft),
    )


def _add_file(form: FileForm, bid: Bid) -> None:
    upload = received_file(form, bid)
    services.add_file(
        actor=actor(),
        bid_id=bid.id,
        name=upload.filename or "",
        data=upload.read(),
        kind=form.kind.data or "",
    )
    forget_upload(form)


@bp.get("/<uuid:bid_id>/files/<part>")
@roles(*ORGANISATION)
def draft_file(bid_id: UUID, part: str) -> Response:
    return send_bytes(*queries.draft_file(own_draft(bid_id), part))


@bp.get("/<uuid:bid_id>/stamp.pdf")
@roles(*WRITERS)
def stamp_page(bid_id: UUID) -> Response:
    """The page to be signed and sealed for the draft as it is now; its code leads a phone to where the photo goes."""
    bid = own_draft(bid_id)
    stamped = next((paper.code for paper in queries.form_of(bid).papers if paper.stamped), None)
    if stamped is None:
        raise NotFound()
    address = url_for("bids.step", bid_id=bid.id, step=Step.FILES, kind=stamped, _external=True)
    content = queries.draft(bid)
    pdf = render_pdf("bid_stamp.html", **documents.stamp_page(bid, content, address))
    return send_bytes(pdf, f"stamp-{rules.version_code(content)}.pdf", "application/pdf")


@bp.post("/<uuid:bid_id>/files/<part>/remove")
@roles(*WRITERS)
def remove_file(bid_id: UUID, part: str) -> ResponseReturnValue:
    bid = own_draft(bid_id)
    return act(
        lambda _form: services.remove_file(actor=actor(), bid_id=bid.id, part=part),
        url_for("bids.step", bid_id=bid.id, step=Step.FILES),
        _("The file was removed."),
    )


@bp.post("/<uuid:bid_id>/library/<uuid:document_id>/<kind>")
@roles(*WRITERS)
def take_document(bid_id: UUID, document_id: UUID, kind: str) -> ResponseReturnValue:
    bid = own_draft(bid_id)
    return act(
        lambda _form: services.take_document(
            actor=actor(), bid_id=bid.id, document_id=document_id, kind=kind
        ),
        url_for("bids.step", bid_id=bid.id, step=Step.FILES, _anchor=f"paper-{kind}"),
        _("The paper was copied into the proposal."),
    )
