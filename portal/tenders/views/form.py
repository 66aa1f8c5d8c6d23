"""The officer builds the form of proposals: pages, questions, conditions, kinds of attachments."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import InvalidTransition, NotFound
from portal.core.forms import Form, act
from portal.core.policy import require
from portal.core.question_forms import PapersEditor, PartEditor, QuestionEditor, answer_form
from portal.core.questions import (
    CLOSED,
    NO,
    YES,
    Part,
    QuestionForm,
    new_code,
    part_up,
    question_up,
    with_question,
    without_question,
)
from portal.core.web import actor, page, roles
from portal.parties.values import Role
from portal.tenders import queries, rules, services
from portal.tenders.models import Tender
from portal.tenders.policies import may_draft_tender
from portal.tenders.values import Section, TenderStatus
from portal.tenders.views.blueprint import STAFF_ROLES, bp
from portal.tenders.views.editing import frame

FILES_AT_MOST = 10


@bp.get("/<uuid:tender_id>/form")
@roles(Role.PROGRAMME_OFFICER)
def form(tender_id: UUID) -> ResponseReturnValue:
    """The whole form with its buttons."""
    tender, built = _draft(tender_id)
    return page("tenders/form.html", built=built, kept=rules.KEPT, **_frame(tender))


@bp.route("/<uuid:tender_id>/form/question", methods=["GET", "POST"])
@bp.route("/<uuid:tender_id>/form/question/<code>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def form_question(tender_id: UUID, code: str = "") -> ResponseReturnValue:
    tender, built = _draft(tender_id)
    question = built.question(code)
    part = built.part_of(code) if code else built.part(request.args.get("part", ""))
    if part is None:
        raise NotFound()
    code = code or new_code("q", (q.code for q in built.questions))
    editor = QuestionEditor(
        data={"version": tender.version, **(QuestionEditor.shown(question) if question else {})}
    )
    editor.offer(_causes(built, part, code), {YES: _("Yes"), NO: _("No")}, _("always"))
    done = _save(
        tender, editor, lambda: with_question(built, part.code, _kept_kind(editor, code)), _("The question was saved.")
    )  # fmt: skip
    return done or page(
        "tenders/form_question.html", form=editor, question=question, kept=code in rules.KEPT, here=part, **_frame(tender)
    )  # fmt: skip


def _kept_kind(editor: QuestionEditor, code: str) -> Any:
    """What was written; a question that contracts need keeps its kind and is always asked."""
    written = editor.written(code)
    usual = rules.usual_form().question(code) if code in rules.KEPT else None
    return replace(written, kind=usual.kind, required=True, only_if=None) if usual else written


def _causes(built: QuestionForm, part: Part, code: str) -> list[Any]:
    """The closed questions before this one."""
    known = [q.code for q in built.questions]
    last = known.index(part.questions[-1].code) + 1 if part.questions else len(known)
    at = known.index(code) if code in known else last
    return [q for q in built.questions[:at] if q.kind in CLOSED]


@bp.route("/<uuid:tender_id>/form/part", methods=["GET", "POST"])
@bp.route("/<uuid:tender_id>/form/part/<code>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def form_part(tender_id: UUID, code: str = "") -> ResponseReturnValue:
    tender, built = _draft(tender_id)
    part = built.part(code)
    if code and part is None:
        raise NotFound()
    editor = PartEditor(data={"version": tender.version, "title": part.title if part else "", "help": part.help if part else ""})  # fmt: skip

    def changed() -> QuestionForm:
        title, help_text = (editor.title.data or "").strip(), (editor.help.data or "").strip()
        if part is None:
            new = Part(new_code("s", (p.code for p in built.parts)), title, (), help_text)
            return replace(built, parts=(*built.parts, new))
        parts = [replace(p, title=title, help=help_text) if p is part else p for p in built.parts]
        return replace(built, parts=tuple(parts))

    done = _save(tender, editor, changed, _("The page was saved."))
    return done or page("tenders/form_part.html", form=editor, here=part, **_frame(tender))


@bp.route("/<uuid:tender_id>/form/papers", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def form_papers(tender_id: UUID) -> ResponseReturnValue:
    tender, built = _draft(tender_id)
    editor = PapersEditor(data={"version": tender.version, **PapersEditor.shown(built)})

    def changed() -> QuestionForm:
        papers, codes = [], {p.code for p in built.papers}
        for paper in editor.written(FILES_AT_MOST):
            code = paper.code if paper.code in codes else new_code("p", codes)
            codes.add(code)
            papers.append(replace(paper, code=code))
        return replace(built, papers=tuple(papers))

    done = _save(tender, editor, changed, _("The kinds of attachments were saved."))
    return done or page("tenders/form_papers.html", form=editor, **_frame(tender))


@bp.post("/<uuid:tender_id>/form/question/<code>/up")
@roles(Role.PROGRAMME_OFFICER)
def form_question_up(tender_id: UUID, code: str) -> ResponseReturnValue:
    return _change(tender_id, lambda built: question_up(built, code), _("Moved."), f"question-{code}")


@bp.post("/<uuid:tender_id>/form/question/<code>/remove")
@roles(Role.PROGRAMME_OFFICER)
def form_question_remove(tender_id: UUID, code: str) -> ResponseReturnValue:
    return _change(tender_id, lambda built: without_question(built, code), _("Removed."), None)


@bp.post("/<uuid:tender_id>/form/part/<code>/up")
@roles(Role.PROGRAMME_OFFICER)
def form_part_up(tender_id: UUID, code: str) -> ResponseReturnValue:
    return _change(tender_id, lambda built: part_up(built, code), _("Moved."), f"part-{code}")


@bp.post("/<uuid:tender_id>/form/part/<code>/remove")
@roles(Role.PROGRAMME_OFFICER)
def form_part_remove(tender_id: UUID, code: str) -> ResponseReturnValue:
    """Remove a page that has no question any more."""

    def without(built: QuestionForm) -> QuestionForm:
        return replace(built, parts=tuple(p for p in built.parts if p.code != code or p.questions))

    return _change(tender_id, without, _("Removed."), None)


@bp.get("/<uuid:tender_id>/form/preview")
@roles(*STAFF_ROLES)
def form_preview(tender_id: UUID) -> ResponseReturnValue:
    """The form as organisations see it; what is typed here goes nowhere."""
    tender = queries.get_case(actor(), tender_id)
    built = queries.form_of(tender)
    filled = [(part, answer_form(Form, part)(formdata=None)) for part in built.parts]
    return page("tenders/form_preview.html", tender=tender, built=built, filled=filled)


def _draft(tender_id: UUID) -> tuple[Tender, QuestionForm]:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    if tender.status not in (TenderStatus.DRAFT, TenderStatus.APPROVED):
        raise InvalidTransition("update", str(tender.status))
    return tender, queries.form_of(tender)


def _frame(tender: Tender) -> dict[str, Any]:
    return {**frame(tender), "part": Section.FORM}


def _save(
    tender: Tender, editor: Any, changed: Callable[[], QuestionForm], message: str
) -> ResponseReturnValue | None:
    if not editor.validate_on_submit():
        return None
    done: ResponseReturnValue | None = editor.perform(
        lambda: services.save_form(
            actor=actor(), tender_id=tender.id, version=editor.version.data, form=changed()
        ),
        lambda saved: url_for("tenders.form", tender_id=saved.id),
        message,
    )
    return done


def _change(
    tender_id: UUID, change: Callable[[QuestionForm], QuestionForm], message: str, anchor: str | None
) -> ResponseReturnValue:
    tender, built = _draft(tender_id)
    return act(
        lambda sent: services.save_form(
            actor=actor(), tender_id=tender.id, version=sent.version.data, form=change(built)
        ),
        url_for("tenders.form", tender_id=tender.id, _anchor=anchor),
        message,
    )
