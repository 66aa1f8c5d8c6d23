"""Pages of the screening: what a call's proposals have in common, and two of them side by side."""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as people
from portal.bids.policies import READERS
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.web import actor, page, roles
from portal.parties.values import Role
from portal.screening import queries, services
from portal.screening.forms import ReviewForm
from portal.screening.models import ScreeningFinding
from portal.screening.policies import may_review_finding, may_see_screening
from portal.screening.values import Kind, Review
from portal.tenders.models import Tender

bp = Blueprint("screening", __name__, url_prefix="/screening")


@bp.get("/<uuid:tender_id>")
@roles(*READERS)
def tender(tender_id: UUID) -> ResponseReturnValue:
    found = queries.opened_tender(actor(), tender_id)
    require(may_see_screening, actor(), found)
    made = queries.screening_of(found.id)
    return page(
        "screening/tender.html", tender=found, findings=queries.list_findings(found.id, request.args), screening=made,
        common=queries.common_sentences(made) if made else [], kinds=list(Kind), reviews=list(Review), waiting=queries.count_findings(found.id, Review.OPEN),
        may_review=can(may_review_finding, actor(), found),
    )  # fmt: skip


@bp.get("/<uuid:tender_id>/<uuid:first_id>/<uuid:second_id>")
@roles(*READERS)
def pair(tender_id: UUID, first_id: UUID, second_id: UUID) -> ResponseReturnValue:
    found = queries.opened_tender(actor(), tender_id)
    require(may_see_screening, actor(), found)
    return _pair(found, queries.pair(found.id, first_id, second_id))


@bp.post("/<uuid:tender_id>/findings/<uuid:finding_id>")
@roles(Role.PROGRAMME_OFFICER)
def review(tender_id: UUID, finding_id: UUID) -> ResponseReturnValue:
    found = queries.opened_tender(actor(), tender_id)
    require(may_review_finding, actor(), found)
    finding = queries.get_finding(found.id, finding_id)
    form = ReviewForm()
    status = Review.RAISED if request.form.get("status") == Review.RAISED else Review.SEEN
    if form.validate_on_submit():
        done = form.perform(
            lambda: services.review_finding(
                actor=actor(), tender_id=found.id, finding_id=finding.id, status=status, reason=form.reason.data or ""
            ),
            lambda row: url_for("screening.pair", tender_id=found.id, first_id=row.one_id, second_id=row.other_id, _anchor=f"finding-{row.id}"),
            _("Noted."),
        )  # fmt: skip
        if done:
            return done
    return _pair(found, queries.pair(found.id, finding.one_id, finding.other_id), form, finding.id)


@bp.post("/<uuid:tender_id>/again")
@roles(Role.PROGRAMME_OFFICER)
def again(tender_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.ask_again(actor=actor(), tender_id=tender_id),
        url_for("screening.tender", tender_id=tender_id),
        _("The proposals are compared. Please look again in a minute."),
    )


def _pair(
    found: Tender,
    findings: list[ScreeningFinding],
    sent: ReviewForm | None = None,
    sent_for: UUID | None = None,
) -> ResponseReturnValue:
    names = people.names([row.reviewed_by for row in findings if row.reviewed_by])
    rows = [
        {
            "finding": row,
            "evidence": queries.evidence(row),
            "reviewer": names.get(row.reviewed_by) if row.reviewed_by else None,
            "form": sent if sent and row.id == sent_for else ReviewForm(formdata=None),
            "choices": [status for status in (Review.SEEN, Review.RAISED) if status != row.status],
        }
        for row in findings
    ]
    return page(
        "screening/pair.html", tender=found, one=findings[0].one, other=findings[0].other, rows=rows, form=sent, places=queries.places(found),
        may_review=can(may_review_finding, actor(), found),
    )  # fmt: skip
