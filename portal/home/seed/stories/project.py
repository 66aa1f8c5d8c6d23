"""A project under contract: signatures, instalments, spending, milestones, evaluation, closing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from portal.awards import queries as award_queries
from portal.contracts import services as contracts
from portal.contracts.values import Side
from portal.core import clock
from portal.core.money import Money
from portal.home.seed import files
from portal.home.seed.schedule import Story, at
from portal.home.seed.shapes import Progress, Voucher
from portal.home.seed.stories.call import Case
from portal.home.seed.texts.organisations import ORGANISATIONS
from portal.home.seed.world import PASSWORD
from portal.implementation import queries as milestone_queries
from portal.implementation import services as implementation
from portal.payments import queries as payment_queries
from portal.payments import services as payments


@dataclass
class Project:
    """One awarded project: the contract of the organisation ``key``."""

    case: Case
    key: str
    contract_id: UUID = field(init=False)

    @property
    def owner(self) -> str:
        return ORGANISATIONS[self.key].name

    def day(self, n: int) -> date:
        """The n-th working day after the project starts."""
        return self.case.world.days.after(self.case.starts_on, n)

    def later(self, days: int) -> date:
        """The working day at or after so many days after the start."""
        return self.case.world.days.after(self.case.starts_on + timedelta(days=days), 0)


def sign(project: Project) -> Story:
    """The officer draws the contract up, the organisation and the buyer's approver sign it."""
    case = project.case
    yield at(case.day(11), 14)
    award = next(
        award
        for award in award_queries.awards_of(case.tender_id)
        if award.party_id == case.world.parties[project.key]
    )
    project.contract_id = contracts.draw_up(actor=case.world.actor("officer"), award_id=award.id).id
    yield at(case.day(12), 10)
    contracts.sign(
        actor=case.world.actor(project.key),
        contract_id=project.contract_id,
        side=Side.SUPPLIER,
        password=PASSWORD,
    )
    yield at(case.day(13), 15)
    contracts.sign(
        actor=case.world.actor("approver"),
        contract_id=project.contract_id,
        side=Side.BUYER,
        password=PASSWORD,
    )


def request(project: Project, position: int, day: date, invoice: str) -> Story:
    """The organisation asks for an instalment and the officer accepts the next working day."""
    world = project.case.world
    yield at(day, 9, 20)
    payments.request_instalment(
        actor=world.actor(project.key), instalment_id=_instalment(project, position), invoice_number=invoice
    )
    yield at(world.days.after(day, 1), 10)
    payments.accept_instalment(actor=world.actor("officer2"), instalment_id=_instalment(project, position))


def approve(project: Project, position: int, day: date) -> Story:
    """The finance officer approves."""
    yield at(day, 11)
    payments.approve_instalment(
        actor=project.case.world.actor("finance"), instalment_id=_instalment(project, position)
    )


def pay(project: Project, position: int, day: date, reference: str) -> Story:
    """The cashier records what the bank has paid."""
    yield at(day, 15)
    payments.pay_instalment(
        actor=project.case.world.actor("cashier"), instalment_id=_instalment(project, position), reference=reference,
        paid_on=clock.today(), password=PASSWORD,
    )  # fmt: skip


def whole_payment(project: Project, position: int, day: date, invoice: str, reference: str) -> Story:
    """Request, acceptance, approval and payment within four working days."""
    days = project.case.world.days
    yield from request(project, position, day, invoice)
    yield from approve(project, position, days.after(day, 2))
    yield from pay(project, position, days.after(day, 3), reference)


def _instalment(project: Project, position: int) -> UUID:
    return next(
        row.id for row in payment_queries.instalments(project.contract_id) if row.position == position
    )


def spend(project: Project, vouchers: Sequence[Voucher], *, not_before: date | None = None) -> Story:
    """The organisation enters its vouchers, at the earliest on ``not_before``."""
    organisation = ORGANISATIONS[project.key]
    for n, item in enumerate(vouchers):
        spent_on = project.later(item.after_days)
        yield at(max(spent_on, not_before or spent_on), 17, n)
        payments.record_spending(
            actor=project.case.world.actor(project.key), contract_id=project.contract_id, head_code=item.head, spent_on=spent_on,
            payee=item.payee, voucher=item.number, amount=Money.from_yuan(item.amount), note=item.note,
            file=(f"凭证{item.number}.pdf", files.voucher(organisation, item, spent_on)),
        )  # fmt: skip


def report(project: Project, position: int, day: date, progress: Progress) -> Story:
    """The organisation reports on a milestone with photographs."""
    yield at(day, 16)
    implementation.submit_report(
        actor=project.case.world.actor(project.key), milestone_id=_milestone(project, position), text=progress.text,
        sessions=progress.sessions, person_times=progress.person_times, persons=progress.persons, volunteers=progress.volunteers,
        files=[(f"{caption.replace('：', ' ')}.jpg", files.photo(caption)) for caption in progress.captions],
    )  # fmt: skip


def accept(project: Project, position: int, day: date) -> Story:
    """The officer accepts the report that waits."""
    yield at(day, 10, 30)
    milestone_id = _milestone(project, position)
    waiting = next(row for row in milestone_queries.reports(milestone_id) if row.accepted is None)
    implementation.accept_report(actor=project.case.world.actor("officer2"), report_id=waiting.id)


def _milestone(project: Project, position: int) -> UUID:
    return next(
        row.id for row in milestone_queries.milestones(project.contract_id) if row.position == position
    )
