"""Pages of awards: decisions of a unit, the decision of a call, the public result."""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.awards import documents, queries, rules, services
from portal.awards.forms import chosen_field, decision_form
from portal.awards.policies import READERS, may_decide_awards
from portal.awards.workflow import AWARD
from portal.bids import queries as bids
from portal.core import clock
from portal.core.calendar import end_of_day
from portal.core.forms import act
from portal.core.policy import require
from portal.core.text import N_
from portal.core.web import actor, navigation, page, public, roles
from portal.parties.values import Role

bp = Blueprint("awards", __name__, url_prefix="/awards")


@bp.get("/")
@roles(*READERS)
def index() -> ResponseReturnValue:
    tenders = queries.list_decisions(actor(), request.args)
    return page(
        "awards/index.html",
        tenders=tenders,
        awards=queries.awards_by_tender([tender.id for tender in tenders.items]),
        outcome_of=queries.outcome_of,
    )


@bp.route("/tenders/<uuid:tender_id>", methods=["GET", "POST"])
@roles(*READERS)
def tender(tender_id: UUID) -> ResponseReturnValue:
    found = queries.get_tender(actor(), tender_id)
    case = queries.case(found)
    open_ones = [c for c in rules.by_rank(case.candidates) if not c.held]
    form = decision_form([c for c in open_ones if rules.standing(c) != "excluded"], case.proposed)
    if request.method == "POST":
        require(may_decide_awards, actor(), found.unit_id)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.decide(
                actor=actor(), tender_id=tender_id, awards=form.awards(), reason=form.reason.data or ""
            ),
            lambda _rows: url_for("awards.tender", tender_id=tender_id),
            _("The decision was taken and the result notice published."),
        )
    ):
        return done
    now = clock.now()
    blocked = {p.message: p for award in case.pending for p in AWARD.problems("confirm", award, now)}
    return page(
        "awards/tender.html", form=form, tender=found, case=case, problems=case.problems(), blocked=list(blocked.values()),
        notices=queries.notices_of(case.awards), names={c.bid_id: c.name for c in case.candidates},
        standing=rules.standing, outcomes=case.outcomes, outcome_of=queries.outcome_of, chosen_field=chosen_field, amount_field=rules.amount_field, by_rank=rules.by_rank,
    )  # fmt: skip


@bp.post("/tenders/<uuid:tender_id>/confirm")
@roles(Role.PROGRAMME_OFFICER)
def confirm(tender_id: UUID) -> ResponseReturnValue:
    queries.get_tender(actor(), tender_id)
    return act(
        lambda form: services.confirm(actor=actor(), tender_id=tender_id),
        url_for("awards.tender", tender_id=tender_id),
        _("The awards are final. Contracts can be drawn up."),
    )


@bp.post("/<uuid:award_id>/cancel")
@roles(Role.PROGRAMME_OFFICER)
def cancel(award_id: UUID) -> ResponseReturnValue:
    award = queries.get_award(actor(), award_id)
    return act(
        lambda form: services.cancel_award(actor=actor(), award_id=award_id, reason=form.reason.data or ""),
        url_for("awards.tender", tender_id=award.tender_id),
        _("The award was cancelled."),
    )


@bp.get("/results/<uuid:tender_id>")
@public
def result(tender_id: UUID) -> ResponseReturnValue:
    case = queries.public_result(tender_id)
    rubric = documents.columns(tender_id)
    who = actor()
    may_object = who.user_id is None or any(
        who.has(Role.ORG_OWNER, bid.party_id) for bid in bids.opened_bids(tender_id)
    )
    last_day = queries.challenge_until(tender_id)
    return page(
        "awards/result.html", case=case, tender=case.tender, rubric=rubric, tables=documents.score_tables(case, rubric), may_object=may_object,
        periods=queries.notice_periods(case), last_day=last_day,
        object_until=end_of_day(last_day) if last_day and clock.now() < end_of_day(last_day) else None,
        opening_public=bids.opening_is_public(case.tender),
    )  # fmt: skip


navigation(N_("Awards"), "awards.index", *READERS, rank=13, under="tenders.desk")
