"""Reactions: milestones of a signed contract, letters about reports, and the daily reminders."""

from datetime import timedelta
from uuid import UUID

from portal.accounts.queries import recipients
from portal.contracts.models import Contract
from portal.core import clock
from portal.core.db import get
from portal.core.jobs import handles, periodic
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.implementation import queries, rules, services
from portal.implementation.models import Milestone, Report
from portal.implementation.values import ReminderKind
from portal.parties import queries as parties
from portal.parties.values import Role

PLANNER = Actor.system("implementation")


@handles("contract.signed")
def plan_milestones(contract_id: str) -> None:
    services.plan_milestones(actor=PLANNER, contract_id=UUID(contract_id))


@periodic("milestones.remind", every=timedelta(days=1))
def remind() -> None:
    """Remind of milestones that come near, are due, or are overdue; the officers hear of overdue ones too."""
    today = clock.today()
    for milestone, contract, sent in queries.open_milestones(today + timedelta(days=rules.SOON_DAYS)):
        kind = rules.reminder_due(milestone.due_on, today, sent)
        if kind is None:
            continue
        services.note_reminder(milestone_id=milestone.id, kind=kind)
        people = parties.members(contract.party_id)
        if kind is ReminderKind.LATE:
            people = [*people, *parties.holders(Role.PROGRAMME_OFFICER, contract.unit_id)]
        notify(
            recipients(people), "milestone_reminder", link=f"/implementation/milestones/{milestone.id}",
            title=contract.title, milestone=milestone.title, due_on=milestone.due_on,
            days=(milestone.due_on - today).days,
        )  # fmt: skip


@handles("report.submitted")
def tell_officers(report_id: str) -> None:
    milestone, contract = _of_report(report_id)
    people = recipients(parties.holders(Role.PROGRAMME_OFFICER, contract.unit_id))
    notify(people, "report_submitted", link=_link(milestone), title=contract.title, milestone=milestone.title)


@handles("report.returned")
def tell_returned(report_id: str) -> None:
    milestone, contract = _of_report(report_id)
    reason = get(Report, UUID(report_id)).decision_reason
    notify(
        recipients(parties.members(contract.party_id)), "report_returned", link=_link(milestone), title=contract.title,
        milestone=milestone.title, reason=reason,
    )  # fmt: skip


@handles("milestone.met")
def tell_met(milestone_id: str, contract_id: str) -> None:
    milestone, contract = get(Milestone, UUID(milestone_id)), get(Contract, UUID(contract_id))
    people = recipients(parties.members(contract.party_id))
    notify(people, "milestone_met", link=_link(milestone), title=contract.title, milestone=milestone.title)


@handles("milestone.met")
def announce_acceptance(milestone_id: str, contract_id: str) -> None:
    services.announce_acceptance(actor=PLANNER, contract_id=UUID(contract_id))


@handles("milestone.failed")
def tell_failed(milestone_id: str) -> None:
    milestone = get(Milestone, UUID(milestone_id))
    contract = get(Contract, milestone.contract_id)
    people = recipients(parties.members(contract.party_id))
    notify(people, "milestone_failed", link=_link(milestone), title=contract.title, milestone=milestone.title)


def _of_report(report_id: str) -> tuple[Milestone, Contract]:
    milestone = get(Milestone, get(Report, UUID(report_id)).milestone_id)
    return milestone, get(Contract, milestone.contract_id)


def _link(milestone: Milestone) -> str:
    return f"/implementation/milestones/{milestone.id}"
