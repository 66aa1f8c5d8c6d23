"""Pages of evaluation: assignment, sheet, survey, residents' answers, result, closing."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.queries import names
from portal.contracts.models import Contract
from portal.core import clock
from portal.core.db import get
from portal.core.errors import Invalid, InvalidTransition, NotFound
from portal.core.forms import act
from portal.core.limits import OPEN_FORM, limiter
from portal.core.policy import require
from portal.core.text import N_
from portal.core.web import actor, navigation, page, public, received_at, roles, see, send
from portal.evaluation import documents, queries, rules, services
from portal.evaluation.forms import (
    AnswerForm,
    AssignForm,
    CloseForm,
    CodesForm,
    PaperForm,
    SubmitForm,
    SurveyForm,
    marks_form,
)
from portal.evaluation.policies import (
    STAFF_READERS,
    Case,
    may_assign_evaluator,
    may_close_project,
    may_evaluate,
)
from portal.evaluation.values import EvaluationGroup, EvaluationStatus, Grade
from portal.parties.models import Party
from portal.parties.values import Role

bp = Blueprint("evaluation", __name__, url_prefix="/evaluation")
READERS = (Role.EVALUATOR, *STAFF_READERS)


@bp.get("/")
@roles(*READERS)
def index() -> ResponseReturnValue:
    return page(
        "evaluation/index.html", found=queries.list_evaluations(actor(), request.args), waiting=queries.waiting(actor()),
        statuses=list(EvaluationStatus),
    )  # fmt: skip


@bp.route("/contracts/<uuid:contract_id>/assign", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def assign(contract_id: UUID) -> ResponseReturnValue:
    contract = queries.get_contract(actor(), contract_id)
    require(may_assign_evaluator, actor(), contract.unit_id)
    form, people = AssignForm(), queries.evaluators(contract)
    form.offer(names(people))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.assign(
                actor=actor(), contract_id=contract_id, evaluator_id=UUID(form.evaluator_id.data)
            ),
            lambda evaluation: url_for("evaluation.sheet", evaluation_id=evaluation.id),
            _("The evaluator was asked and gets a message."),
        )
    ):
        return done
    return page(
        "evaluation/assign.html", form=form, contract=contract, party=get(Party, contract.party_id), people=people,
        earlier=queries.of_contract(contract_id),
    )  # fmt: skip


@bp.get("/<uuid:evaluation_id>")
@roles(*READERS)
def sheet(evaluation_id: UUID) -> ResponseReturnValue:
    case = queries.get_case(actor(), evaluation_id)
    evaluation, contract = case.evaluation, case.contract
    weights, survey = rules.weights_from(evaluation.weights), queries.survey_of(evaluation_id)
    open_to_work = evaluation.status == EvaluationStatus.ASSIGNED
    return page(
        "evaluation/sheet.html", case=case, evaluation=evaluation, contract=contract,
        party=get(Party, contract.party_id), evaluator=names([evaluation.evaluator_id]).get(evaluation.evaluator_id),
        weights=weights, groups=[g for g in EvaluationGroup if rules.judged_by(weights, g)], judged_by=rules.judged_by,
        marks=queries.marks(evaluation_id), view=queries.survey_view(survey) if survey else None,
        survey_state=rules.survey_state(survey.opens_at, survey.closes_at, clock.now()) if survey else None,
        missing=services.missing(evaluation) if open_to_work else [], returned=queries.return_reason(evaluation),
        report=queries.report_of(evaluation), resident_share=rules.group_share(weights, EvaluationGroup.RESIDENT),
        grade=Grade(evaluation.result["grade"]) if evaluation.result else None, part_rows=documents.part_rows,
        rate_rows=documents.rate_rows,
    )  # fmt: skip


@bp.post("/<uuid:evaluation_id>/declare")
@roles(Role.EVALUATOR)
def declare(evaluation_id: UUID) -> ResponseReturnValue:
    queries.get_case(actor(), evaluation_id)
    return act(
        lambda form: services.declare_no_conflict(actor=actor(), evaluation_id=evaluation_id),
        url_for("evaluation.sheet", evaluation_id=evaluation_id),
        _("Declared. You can begin."),
    )


@bp.post("/<uuid:evaluation_id>/refuse")
@roles(Role.EVALUATOR)
def refuse(evaluation_id: UUID) -> ResponseReturnValue:
    queries.get_case(actor(), evaluation_id)
    return act(
        lambda form: services.refuse(
            actor=actor(), evaluation_id=evaluation_id, reason=form.reason.data or ""
        ),
        url_for("evaluation.index"),
        _("The officer was told and will ask somebody else."),
    )


def _own_case(evaluation_id: UUID) -> Case:
    """The case, for its evaluator while it is being worked on."""
    case = queries.get_case(actor(), evaluation_id)
    require(may_evaluate, actor(), case.evaluation)
    if case.evaluation.status != EvaluationStatus.ASSIGNED:
        raise InvalidTransition("work", str(case.evaluation.status))
    return case


@bp.route("/<uuid:evaluation_id>/marks/<group>", methods=["GET", "POST"])
@roles(Role.EVALUATOR)
def marks(evaluation_id: UUID, group: str) -> ResponseReturnValue:
    case = _own_case(evaluation_id)
    judged = rules.judged_by(rules.weights_from(case.evaluation.weights), _group(group))
    if not judged:
        raise NotFound()
    known = queries.marks(evaluation_id)
    form = marks_form(judged, {i: known[_group(group), i] for i in judged if (_group(group), i) in known})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.save_marks(
                actor=actor(), evaluation_id=evaluation_id, group=_group(group), marks=form.marks()
            ),
            lambda _evaluation: url_for("evaluation.sheet", evaluation_id=evaluation_id),
            _("Saved."),
        )
    ):
        return done
    return page("evaluation/marks.html", form=form, contract=case.contract, group=_group(group), case=case)


def _group(name: str) -> EvaluationGroup:
    if name not in set(EvaluationGroup):
        raise NotFound()
    return EvaluationGroup(name)


@bp.route("/<uuid:evaluation_id>/survey", methods=["GET", "POST"])
@roles(Role.EVALUATOR)
def survey(evaluation_id: UUID) -> ResponseReturnValue:
    """Set the survey up; the answer to the form is the sheet of codes, which can be had only this once."""
    case = _own_case(evaluation_id)
    form, codes = SurveyForm(), list[str]()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: codes.extend(
                services.open_survey(
                    actor=actor(), evaluation_id=evaluation_id, **form.period(), population=form.population.data or 0, count=form.count.data or 0,
                )
            ),
            lambda _made: url_for("evaluation.sheet", evaluation_id=evaluation_id),
        )
    ):  # fmt: skip
        return _code_sheet(case, codes) if codes else done
    return page("evaluation/survey.html", form=form, contract=case.contract, case=case)


@bp.route("/<uuid:evaluation_id>/codes", methods=["GET", "POST"])
@roles(Role.EVALUATOR)
def more_codes(evaluation_id: UUID) -> ResponseReturnValue:
    case = _own_case(evaluation_id)
    form, codes = CodesForm(), list[str]()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: codes.extend(
                services.add_codes(actor=actor(), evaluation_id=evaluation_id, count=form.count.data or 0)
            ),
            lambda _made: url_for("evaluation.sheet", evaluation_id=evaluation_id),
        )
    ):
        return _code_sheet(case, codes) if codes else done
    return page("evaluation/codes.html", form=form, contract=case.contract, case=case)


def _code_sheet(case: Case, codes: list[str]) -> ResponseReturnValue:
    found = queries.survey_of(case.evaluation.id)
    assert found is not None  # noqa: S101 - its codes were made a moment ago
    pdf = documents.code_sheet(codes, found, get(Contract, case.contract.id))
    name = f"{case.contract.number}-{len(codes)}.pdf"
    return send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name)


@bp.route("/<uuid:evaluation_id>/paper", methods=["GET", "POST"])
@roles(Role.EVALUATOR)
def paper(evaluation_id: UUID) -> ResponseReturnValue:
    case = _own_case(evaluation_id)
    form = PaperForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.enter_paper(actor=actor(), evaluation_id=evaluation_id, answers=form.answers()),
            lambda _count: url_for("evaluation.sheet", evaluation_id=evaluation_id),
            _("The answers were taken in."),
        )
    ):
        return done
    return page("evaluation/paper.html", form=form, contract=case.contract, case=case)


@bp.route("/<uuid:evaluation_id>/submit", methods=["GET", "POST"])
@roles(Role.EVALUATOR)
def submit(evaluation_id: UUID) -> ResponseReturnValue:
    case = _own_case(evaluation_id)
    form = SubmitForm(conclusion=case.evaluation.conclusion)
    upload = request.files.get("file")
    report = (upload.filename, upload.read()) if upload and upload.filename else None
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.submit_evaluation(
                actor=actor(), evaluation_id=evaluation_id, conclusion=form.conclusion.data or "", report=report
            ),
            lambda _evaluation: url_for("evaluation.sheet", evaluation_id=evaluation_id),
            _("The result was handed in. The officer confirms it."),
        )
    ):  # fmt: skip
        return done
    return page(
        "evaluation/submit.html", form=form, contract=case.contract, case=case, missing=services.missing(case.evaluation),
        report=queries.report_of(case.evaluation),
    )  # fmt: skip


@bp.post("/<uuid:evaluation_id>/confirm")
@roles(Role.PROGRAMME_OFFICER)
def confirm(evaluation_id: UUID) -> ResponseReturnValue:
    queries.get_case(actor(), evaluation_id)
    return act(
        lambda form: services.confirm(actor=actor(), evaluation_id=evaluation_id),
        url_for("evaluation.sheet", evaluation_id=evaluation_id),
        _("The result is final and published."),
    )


@bp.post("/<uuid:evaluation_id>/send-back")
@roles(Role.PROGRAMME_OFFICER)
def send_back(evaluation_id: UUID) -> ResponseReturnValue:
    queries.get_case(actor(), evaluation_id)
    return act(
        lambda form: services.send_back(
            actor=actor(), evaluation_id=evaluation_id, reason=form.reason.data or ""
        ),
        url_for("evaluation.sheet", evaluation_id=evaluation_id),
        _("The result was sent back."),
    )


@bp.get("/<uuid:evaluation_id>/report.pdf")
@roles(*READERS)
def report(evaluation_id: UUID) -> ResponseReturnValue:
    stored = queries.report_of(queries.get_case(actor(), evaluation_id).evaluation)
    if stored is None:
        raise NotFound()
    return send(stored)


@bp.route("/contracts/<uuid:contract_id>/close", methods=["GET", "POST"])
@roles(*STAFF_READERS)
def close(contract_id: UUID) -> ResponseReturnValue:
    contract = queries.get_contract(actor(), contract_id)
    if request.method == "POST":
        require(may_close_project, actor(), contract)
    form, facts = CloseForm(), queries.closing_facts(contract)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.close_project(
                actor=actor(), contract_id=contract_id, cancel_unpaid=bool(form.cancel_unpaid.data)
            ),
            lambda _contract: url_for("evaluation.close", contract_id=contract_id),
            _("The project is closed. The result stands in the organisation's track record."),
        )
    ):
        return done
    return page(
        "evaluation/close.html", form=form, contract=contract, party=get(Party, contract.party_id), facts=facts,
        plan=rules.close(facts, cancel_unpaid=bool(facts.unpaid)), evaluation=queries.of_contract(contract_id),
    )  # fmt: skip


@bp.get("/results/<uuid:contract_id>")
@public
def result(contract_id: UUID) -> ResponseReturnValue:
    evaluation, contract, party = queries.public_result(contract_id)
    frozen = evaluation.result or {}
    return page(
        "evaluation/result.html", evaluation=evaluation, contract=contract, party=party, frozen=frozen,
        bars=documents.indicator_rows(frozen["parts"]), part_rows=documents.part_rows, rate_rows=documents.rate_rows,
        grade=Grade(frozen["grade"]),
        outcome=rules.outcome(Grade(frozen["grade"])),
    )  # fmt: skip


@bp.route("/s/<code>", methods=["GET", "POST"])
@public
@limiter.limit(OPEN_FORM)
def answer(code: str) -> ResponseReturnValue:
    """The residents' page: no account, three questions, one answer for each code."""
    try:
        invitation, survey, contract = queries.invitation(services.code_hash(code))
    except NotFound:  # an address typed from paper is easily mistyped, so the page says what to compare
        return page("evaluation/unknown_code.html", 404)
    form, arrived = AnswerForm(), received_at()
    if form.validate_on_submit():
        try:
            services.answer(
                code=code, aware=form.aware.data == "yes", took_part=form.took_part.data == "yes",
                satisfaction=int(form.satisfaction.data), comment=form.comment.data or "", received_at=arrived,
            )  # fmt: skip
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return see("evaluation.answer", code=code)
    return page(
        "evaluation/answer.html", form=form, contract=contract, party=get(Party, contract.party_id), survey=survey, used=invitation.used_at is not None,
        state=rules.survey_state(survey.opens_at, survey.closes_at, arrived),
    )  # fmt: skip


navigation(N_("Evaluation"), "evaluation.index", *STAFF_READERS, rank=33, under="contracts.index")
navigation(N_("Evaluation"), "evaluation.index", Role.EVALUATOR, rank=20)
