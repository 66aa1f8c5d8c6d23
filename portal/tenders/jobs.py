"""Reactions of calls: messages to those whose turn it is."""

from datetime import date
from uuid import UUID

from portal.accounts.queries import recipients
from portal.core.db import get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.parties import queries as parties
from portal.parties.values import Role
from portal.tenders import queries, services
from portal.tenders.models import Tender


@handles("tender.submitted")
def ask_approvers(tender_id: str) -> None:
    tender = get(Tender, UUID(tender_id))
    wrote = {UUID(user_id) for user_id in tender.written_by} | {tender.drafted_by}
    approvers = set(parties.holders(Role.PROGRAMME_APPROVER, tender.unit_id)) - wrote
    _tell(tender, approvers, "tender_submitted")


@handles("tender.approved")
def tell_approval(tender_id: str) -> None:
    tender = get(Tender, UUID(tender_id))
    _tell(tender, {tender.drafted_by}, "tender_approved")


@handles("tender.returned")
def tell_return(tender_id: str, reason: str) -> None:
    tender = get(Tender, UUID(tender_id))
    _tell(tender, {tender.drafted_by}, "tender_returned", reason=reason)


@handles("question.asked")
def ask_officers(tender_id: str) -> None:
    tender = get(Tender, UUID(tender_id))
    officers = recipients(parties.holders(Role.PROGRAMME_OFFICER, tender.unit_id))
    notify(officers, "question_asked", link=f"/tenders/{tender.id}/answers", title=tender.title)


@handles("questions.answered")
def tell_askers(tender_id: str, notice_id: str) -> None:
    tender = get(Tender, UUID(tender_id))
    members = {user for party_id in queries.askers(UUID(notice_id)) for user in parties.members(party_id)}
    notify(recipients(members), "question_answered", link=f"/notices/{notice_id}", title=tender.title)


@handles("calendar.changed")
def review_deadlines(first: str, last: str) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    for tender in services.review_deadlines(actor=Actor.system("calendar"), first=days[0], last=days[1]):
        approvers = recipients(parties.holders(Role.PROGRAMME_APPROVER, tender.unit_id))
        notify(
            approvers, "deadline_day_off", link=f"/tenders/{tender.id}/correction", title=tender.title, deadline=tender.deadline_at
        )  # fmt: skip


def _tell(tender: Tender, user_ids: set[UUID], template: str, **context: str) -> None:
    notify(
        recipients(user_ids), template, link=f"/tenders/{tender.id}/case", number=tender.number, title=tender.title, **context
    )  # fmt: skip
