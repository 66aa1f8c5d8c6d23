"""Opinions by link: ask for one, show the link; and the page of whoever is asked, without an account.

The code of a link stands behind the ``#`` of its address, which browsers keep to themselves: it enters no log, neither
ours nor that of a proxy. A script puts it into the form; without scripts it is typed in.
"""

import base64
from uuid import UUID

import segno
from flask import session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids import documents, queries, services
from portal.bids.forms import AskOpinionForm, OpinionCodeForm, OpinionForm
from portal.bids.services import opinions
from portal.bids.values import GivenOpinion, ShownDraft, Step
from portal.bids.views.blueprint import WRITERS, bp, own_draft
from portal.core import clock
from portal.core.documents import render_pdf
from portal.core.errors import Invalid, NotFound
from portal.core.forms import act
from portal.core.limits import OPEN_FORM, limiter
from portal.core.web import actor, page, public, received_at, roles, see

REMEMBERED = "opinion_code"


@bp.route("/<uuid:bid_id>/opinions/new/<kind>", methods=["GET", "POST"])
@roles(*WRITERS)
def ask_opinion(bid_id: UUID, kind: str) -> ResponseReturnValue:
    """Say who is asked and what is shown; then the link."""
    bid = own_draft(bid_id)
    paper = queries.form_of(bid).paper(kind)
    if paper is None or not paper.opinion:
        raise NotFound()
    form = AskOpinionForm()
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.ask_opinion(
                actor=actor(), bid_id=bid.id, paper=kind, asked=form.asked.data or "", summary=bool(form.summary.data),
                site=form.site.data or "", days=int(form.days.data),
            ),
            lambda row: url_for("bids.opinion_link", bid_id=bid.id, opinion_id=row.id),
            _("The link is ready."),
        )  # fmt: skip
        if done:
            return done
    return page("bids/opinion_ask.html", form=form, bid=bid, paper=paper, draft=queries.draft(bid))


@bp.get("/<uuid:bid_id>/opinions/<uuid:opinion_id>")
@roles(*WRITERS)
def opinion_link(bid_id: UUID, opinion_id: UUID) -> ResponseReturnValue:
    """The link, its QR code and its code, to be sent on."""
    bid = own_draft(bid_id)
    asked = next((one for one in queries.opinions(bid, queries.draft_key(bid)) if one.id == opinion_id), None)
    if asked is None:
        raise NotFound()
    entrance = url_for("bids.opinion", _external=True)
    url = f"{entrance}#{asked.shown.code}"
    qr = segno.make(url, error="m", micro=False).svg_data_uri(scale=6, border=2)
    return page(
        "bids/opinion_link.html",
        bid=bid,
        asked=asked,
        url=url,
        entrance=entrance,
        qr=qr,
        live=asked.is_live(clock.now()),
    )


@bp.post("/opinions/<uuid:opinion_id>/end")
@roles(*WRITERS)
def end_opinion(opinion_id: UUID) -> ResponseReturnValue:
    bid = own_draft(queries.bid_of_opinion(opinion_id))
    return act(
        lambda _form: services.end_opinion(actor=actor(), opinion_id=opinion_id),
        url_for("bids.step", bid_id=bid.id, step=Step.FILES),
        _("The link works no more."),
    )


@bp.route("/opinion", methods=["GET", "POST"])
@public
@limiter.limit(OPEN_FORM, methods=["POST"])
def opinion() -> ResponseReturnValue:
    """Where a link leads: the code, which a script fills in."""
    form = OpinionCodeForm()
    if form.validate_on_submit():
        try:
            opinions.find_opinion(form.code.data or "", received_at())
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            session[REMEMBERED] = form.code.data
            return see("bids.give_opinion")
    return page("bids/opinion_code.html", form=form)


@bp.route("/opinion/give", methods=["GET", "POST"])
@public
@limiter.limit(OPEN_FORM, methods=["POST"])
def give_opinion() -> ResponseReturnValue:
    """What is shown, and the form: verdict, text, name, photo of the signature or seal."""
    code, arrived = session.get(REMEMBERED), received_at()
    if code is None:
        return see("bids.opinion")
    try:
        _bid, shown = opinions.find_opinion(code, arrived)
    except Invalid as error:
        session.pop(REMEMBERED)
        form = OpinionCodeForm(formdata=None)
        form.add_problems(error.problems)
        return page("bids/opinion_code.html", form=form)
    form = OpinionForm()
    if form.validate_on_submit() and (done := _give(form, code, shown)):
        return done
    return page("bids/opinion.html", form=form, shown=shown)


@bp.get("/opinion/thanks")
@public
def opinion_given() -> ResponseReturnValue:
    return page("bids/opinion_given.html")


def _give(form: OpinionForm, code: str, shown: ShownDraft) -> ResponseReturnValue | None:
    """Set the paper first, for that takes a second in which nobody should wait for us, then attach it."""
    file = form.photo.data
    given = GivenOpinion(
        form.opinion.data, form.text.data or "", form.name.data or "", form.post.data or "", (file.filename or "", file.read())
    )  # fmt: skip
    try:
        picture, media_type = opinions.signature_photo(given.photo)
    except Invalid as error:
        form.add_problems([*error.problems])
        return None
    photo = f"data:{media_type};base64,{base64.b64encode(picture).decode()}"
    pdf = render_pdf("bid_opinion.html", **documents.opinion(shown, given, photo, received_at()))
    done: ResponseReturnValue | None = form.perform(
        lambda: services.give_opinion(code=code, given=given, pdf=pdf, received_at=received_at()),
        lambda _row: url_for("bids.opinion_given"),
    )
    return done
