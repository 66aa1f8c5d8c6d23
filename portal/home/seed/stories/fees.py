"""The experts of a decided call are paid: proposed by the officer, approved by finance, paid by the cashier."""

from portal.core import clock
from portal.home.seed.schedule import Story, at
from portal.home.seed.stories.call import Case
from portal.home.seed.world import PASSWORD
from portal.panels import queries as panels
from portal.panels.values import SeatStatus
from portal.payments import services

BASIS = "评审专家劳务报酬标准：每次评审1000元"


def propose(case: Case) -> Story:
    """The officer lists who signed, each with the rate of the pool."""
    yield at(case.day(12), 16)
    signed = panels.seats(case.panel_id, {SeatStatus.ACCEPTED})
    batch = services.propose_fees(
        actor=case.world.actor("officer"), panel_id=case.panel_id, programme_id=case.world.programmes["costs"], basis=BASIS,
        gross={seat.id: seat.expert.fee_rate for seat in signed},
    )  # fmt: skip
    case.fees_id = batch.id


def approve(case: Case) -> Story:
    """Finance approves on the next working day."""
    yield at(case.day(13), 9, 40)
    services.approve_fees(actor=case.world.actor("finance"), batch_id=case.fees_id)


def pay(case: Case, reference: str) -> Story:
    """The cashier pays by the list and records the bank's number."""
    yield at(case.day(14), 15)
    services.pay_fees(
        actor=case.world.actor("cashier"), batch_id=case.fees_id, reference=reference, paid_on=clock.today(), password=PASSWORD
    )  # fmt: skip
