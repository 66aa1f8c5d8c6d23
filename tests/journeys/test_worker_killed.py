"""``kill -9`` of the worker while it makes the contract's paper: one paper, one letter to each, in bounded time."""

import os
import signal
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.awards import queries as awards
from portal.contracts import services as contracts
from portal.contracts.models import Contract
from portal.core import clock, documents, jobs
from portal.core.clock import SettableClock
from portal.core.db import db
from portal.core.files import StoredFile
from portal.core.mail import MailState, Message
from portal.core.outbox import Delivery
from portal.core.pdf import set_document
from portal.home.seed.schedule import Days, tell
from portal.home.seed.stories.call import Case
from portal.home.seed.stories.calls import FIRST_DAY, until_contract
from portal.home.seed.stories.review import Verdict
from portal.home.seed.texts.elderly import VISITS
from portal.home.seed.world import SYSTEM, World, found
from portal.procedures import queries as procedures
from portal.procedures import services as procedure_services
from tests.processes import children, portal, wait_until

pytestmark = pytest.mark.worker

LOST_AFTER, TICK = 3, 1
BOUND = LOST_AFTER + TICK + 30  # seconds: what the outbox promises, and a generous time for the paper itself


def test_one_paper_and_one_letter_each_whatever_is_killed(tmp_path):
    with portal(tmp_path, LOST_AFTER=str(LOST_AFTER)) as installation:
        with installation.app.app_context():
            db.create_all()
            case = award_a_call()
        worker = installation.flask("worker")
        with installation.app.app_context():
            award = awards.awards_of(case.tender_id)[0]
            contract = contracts.draw_up(actor=case.world.actor("officer"), award_id=award.id)
            wait_until(lambda: children(worker.pid), 60)  # the child that sets the paper
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            assert fresh(contract.id).pdf_id is None
            killed = time.monotonic()
            installation.flask("tick", "--every", str(TICK))
            installation.flask("worker")
            wait_until(lambda: fresh(contract.id).pdf_id, BOUND)
            assert time.monotonic() - killed < BOUND
            wait_until(nothing_is_left, 60)
            expect_one_of_each(contract)


def award_a_call() -> Case:
    """The shortest story that ends with a final award, up to this very moment."""
    end = clock.now()
    past = SettableClock(end - timedelta(days=FIRST_DAY + 5))
    with clock.use(past), documents.set_by(set_document):
        procedure_services.seed_calendar(actor=SYSTEM)
        days = Days(procedures.calendar(), clock.local(end).date())
        world = World(days)
        deadline = days.before(days.today, 14)
        case = Case(world, VISITS, deadline, days.after(deadline, 14))
        story = until_contract(case, Verdict({"yilin": 91, "tongban": 84, "anhu": 78}))
        tell([found(world, days.ago(FIRST_DAY)), story], past, end, jobs.drain)
    return case


def fresh(contract_id):
    db.session.rollback()
    return db.session.get(Contract, contract_id, populate_existing=True)


def nothing_is_left():
    db.session.rollback()
    open_ones = db.session.scalar(
        select(func.count()).select_from(Delivery).where(Delivery.done_at.is_(None))
    )
    return open_ones == 0


def expect_one_of_each(contract):
    papers = db.session.scalars(select(StoredFile).where(StoredFile.name.like(f"{contract.number}%"))).all()
    assert len(papers) == 1
    letters = db.session.scalars(
        select(Message).where(Message.link == f"/contracts/{contract.id}/sign")
    ).all()
    reached = [message.email for message in letters]
    assert len(reached) == len(set(reached))
    assert {"approver@example.org", "yilin@example.org"} <= set(reached)
    assert {message.mail_state for message in letters} == {MailState.SENT}
