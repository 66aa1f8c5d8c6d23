"""Questions about a call, their answers, and corrections."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.policy import can, require
from portal.core.web import actor, page, public, received_at, roles
from portal.parties import queries as parties
from portal.parties.values import Role
from portal.procedures import queries as procedures
from portal.procedures.rules import moved_deadline
from portal.tenders import queries, rules, services
from portal.tenders.forms.questions import AnswersForm, CorrectionForm, QuestionForm
from portal.tenders.policies import may_answer_questions, may_ask_question, may_decide_tender
from portal.tenders.views.blueprint import bp

ASKERS = (Role.ORG_OWNER, Role.ORG_DRAFTER, Role.ORG_APPROVER)


@bp.get("/<uuid:tender_id>/questions")
@public
def questions(tender_id: UUID) -> ResponseReturnValue:
    tender, now = queries.public_tender(tender_id), clock.now()
    return page(
        "tenders/questions.html", tender=tender, answered=queries.answered(tender.id), open=rules.is_open(tender, now),
        until=queries.questions_until(tender, now), today=clock.today(), procedure=queries.procedure_of(tender, now),
        answers=can(may_answer_questions, actor(), tender),
    )  # fmt: skip


@bp.route("/<uuid:tender_id>/questions/new", methods=["GET", "POST"])
@roles(*ASKERS)
def ask(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.public_tender(tender_id)
    mine = [party for party in parties.own_parties(actor()) if can(may_ask_question, actor(), party.id)]
    form = QuestionForm()
    form.party.choices = [SelectChoice(party.id, party.name) for party in mine]
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.ask_question(
                actor=actor(), tender_id=tender_id, party_id=form.party.data, text=form.text.data or "", received_at=received_at()
            ),
            lambda _question: url_for("tenders.questions", tender_id=tender_id),
            _("Your question was taken. The answer will be published for everybody; who asked is not told."),
        )
    ):  # fmt: skip
        return done
    return page(
        "tenders/ask.html", tender=tender, form=form, until=queries.questions_until(tender, clock.now())
    )


@bp.route("/<uuid:tender_id>/answers", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)
def answer(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_answer_questions, actor(), tender)
    if tender.published_at is None:
        raise NotFound()
    form = AnswersForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.publish_answers(actor=actor(), tender_id=tender_id, answers=form.written()),
            lambda notice: url_for("notices.notice", notice_id=notice.id),
            _("The answers are published."),
        )
    ):
        return done
    if not form.is_submitted():
        form.fill(queries.unanswered(tender_id))
    return page("tenders/answers.html", tender=tender, form=form)


@bp.route("/<uuid:tender_id>/correction", methods=["GET", "POST"])
@roles(Role.PROGRAMME_APPROVER)
def correct(tender_id: UUID) -> ResponseReturnValue:
    tender, now = queries.get_case(actor(), tender_id), clock.now()
    require(may_decide_tender, actor(), tender)
    if tender.published_at is None or tender.deadline_at is None:
        raise NotFound()
    form = CorrectionForm(data={"version": tender.version})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.correct_tender(
                actor=actor(), tender_id=tender_id, version=form.version.data, text=form.text.data or "", affects=form.affects.data,
                deadline_at=form.deadline_at.data,
            ),
            lambda notice: url_for("notices.notice", notice_id=notice.id),
            _("The correction is published."),
        )
    ):  # fmt: skip
        return done
    move = moved_deadline(
        queries.procedure_of(tender, now), procedures.calendar(), clock.today(), clock.local(tender.deadline_at).date()
    )  # fmt: skip
    return page(
        "tenders/correction.html", tender=tender, form=form, move=move, open=rules.is_open(tender, now)
    )
