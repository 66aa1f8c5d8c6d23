"""The texts of official papers about a call, in Chinese."""

from typing import Any

from portal.core.errors import Problem
from portal.core.papers import official, written
from portal.core.text import N_
from portal.needs import queries as needs
from portal.procedures.values import Procedure
from portal.tenders import queries
from portal.tenders.models import Criterion, Tender
from portal.tenders.values import EndReason

Block = dict[str, Any]


def call_notice(tender: Tender, procedure: Procedure) -> list[Block]:
    """The call as it is announced: what is wanted, periods, lots, rubric, money."""
    waits = queries.instalment_conditions(tender)
    return [
        _facts(tender, procedure),
        {"heading": official(N_("What is wanted"))},
        {"text": tender.description},
        *_needs(tender),
        {"heading": official(N_("Who may apply"))},
        *[{"text": official(line.message, **line.params)} for line in queries.conditions_in_words(tender)],
        *([{"text": tender.eligibility}] if tender.eligibility else []),
        {"heading": official(N_("Lots"))},
        _table(
            [N_("No."), N_("Lot"), N_("Most for one project"), N_("Number of awards")],
            [[str(x.position), x.title, written(x.cap), str(x.awards_max)] for x in tender.lots],
        ),
        {"heading": official(N_("Award criteria"))},
        _table(
            [N_("Criterion"), N_("Explanation"), N_("Maximum")],
            [[x.title, _explained(x), str(x.maximum)] for x in tender.criteria],
        ),
        {"heading": official(N_("What becomes of the marks"))},
        *[{"text": official(line.message, **line.params)} for line in queries.scoring_in_words(tender)],
        {"heading": official(N_("Budget heads"))},
        _table(
            [N_("Head"), N_("Largest share")],
            [[x.title, _percent(x.cap_bp) if x.cap_bp else official(N_("no limit"))] for x in tender.heads],
        ),
        {"heading": official(N_("Milestones"))},
        _table(
            [N_("No."), N_("Milestone"), N_("Due, days after the start")],
            [[str(x.position), x.title, str(x.due_days)] for x in tender.milestones],
        ),
        {"heading": official(N_("Instalments"))},
        _table(
            [N_("No."), N_("Share"), N_("Condition")],
            [[str(x.position), _percent(x.share_bp), _lines(waits[x.position])] for x in tender.instalments],
        ),
        *_documents(tender),
        {"text": official(N_("SHA-256 of the procedure: %(digest)s"), digest=procedure.digest)},
        {"text": official(N_("SHA-256 of the rubric: %(digest)s"), digest=tender.scheme_digest or "")},
    ]


def _needs(tender: Tender) -> list[Block]:
    ideas = needs.ideas_of(tender.id)
    if not ideas:
        return []
    rows = [[idea.number, idea.title] for idea in ideas]
    return [
        {"heading": official(N_("Needs that the call answers"))},
        _table([N_("Number"), N_("Project idea")], rows),
    ]


def _documents(tender: Tender) -> list[Block]:
    if not tender.documents:
        return []
    rows = [[str(x.position), x.title, x.sha256] for x in tender.documents]
    return [
        {"heading": official(N_("Documents to accept"))},
        _table([N_("No."), N_("Document"), N_("SHA-256")], rows),
    ]


def _explained(criterion: Criterion) -> str:
    """Explanation and bands of a criterion, one a line."""
    bands = [f"{band.lower:f}–{band.upper:f}：{band.text}" for band in criterion.bands]
    return "\n".join(line for line in [criterion.description, *bands] if line)


def _lines(sentences: list[Problem]) -> str:
    return "\n".join(official(line.message, **line.params) for line in sentences)


def _facts(tender: Tender, procedure: Procedure) -> Block:
    return _table(
        [N_("Matter"), N_("Content")],
        [
            [official(N_("Number of the call")), tender.number],
            [official(N_("Procedure")), procedure.title],
            [official(N_("Legal basis")), procedure.legal_basis],
            [official(N_("Field of service")), tender.field],
            [official(N_("Area")), tender.area],
            [official(N_("Budget")), written(tender.budget)],
            *(
                [[official(N_("How the money is given")), "、".join(map(written, tender.funding_forms))]]
                if tender.funding
                else []
            ),
            [official(N_("Deadline for proposals")), written(tender.deadline_at)],
            [
                official(N_("Project period")),
                official(
                    N_("%(start)s to %(end)s"), start=tender.project_starts_on, end=tender.project_ends_on
                ),
            ],
            [official(N_("Fewest proposals for a lot")), str(tender.minimum_bids)],
            [official(N_("Members of the panel")), str(tender.panel_size)],
            [official(N_("Public notice of the result in working days")), str(tender.notice_working_days)],
        ],
    )


def end_notice(tender: Tender, code: EndReason, reason: str) -> list[Block]:
    """That a call ended without a result, and why."""
    return [
        {
            "text": official(
                N_("The call “%(title)s” (%(number)s) has ended without a result."), title=tender.title, number=tender.number
            )
        },
        {"heading": official(N_("Reason"))},
        {"text": written(code)},
        {"text": reason},
    ]  # fmt: skip


def _table(head: list[str], rows: list[list[str]]) -> Block:
    return {"table": {"head": [official(cell) for cell in head], "rows": rows}}


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}%"
