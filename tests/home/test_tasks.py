"""My work: each kind of task appears for the right person, with its page, and for nobody else."""

from datetime import timedelta

import pytest

from portal.awards.values import AwardStatus
from portal.bids.values import BidStatus
from portal.budgets.models import Confirmation
from portal.challenges.models import Challenge
from portal.contracts.models import Signature
from portal.contracts.values import ContractStatus, Side
from portal.core import clock as clocks
from portal.core import files
from portal.core.db import db
from portal.core.money import Money
from portal.core.outbox import Delivery, OutboxMessage
from portal.evaluation.models import Evaluation
from portal.evaluation.values import EvaluationStatus
from portal.home import queries
from portal.home.values import PAGES, TaskKind
from portal.implementation.models import Report
from portal.implementation.values import MilestoneStatus
from portal.panels.models import Expert, Panel
from portal.panels.values import PanelStatus, SeatStatus, WitnessRole
from portal.parties.values import PartyStatus, Role
from portal.payments.models import Fee, FeeBatch
from portal.payments.values import FeeStatus, InstalmentStatus
from portal.scoring.models import Clarification, ScoreSheet
from portal.scoring.values import ClarificationStatus, SheetStatus
from portal.screening.models import ScreeningFinding
from portal.screening.values import Kind, Review
from portal.tenders.models import Question, SealHolder, Tender
from portal.tenders.values import HolderRole, InstalmentCondition, TenderStatus
from tests.conftest import actor_of
from tests.factories import (
    AwardFactory,
    BidFactory,
    ContractFactory,
    DrawStringFactory,
    ExpertFactory,
    InstalmentFactory,
    LotFactory,
    MilestoneFactory,
    PanelDrawFactory,
    PanelFactory,
    PartyFactory,
    ProgrammeFactory,
    SeatFactory,
    TenderFactory,
    UnitFactory,
    person,
)
from tests.home import register


def put(row):
    db.session.add(row)
    db.session.commit()
    return row


class Stage:
    """A unit, an organisation, and a call that the tests bring into the state they need."""

    def __init__(self):
        self.unit = UnitFactory()
        self.party = PartyFactory(unit_id=self.unit.id)
        self.people = {}

    def holder(self, role):
        if role not in self.people:
            scope = self.party if role.startswith("org_") else self.unit
            self.people[role] = person(role, scope)
        return self.people[role]

    def call(self, **kwargs):
        return TenderFactory(unit_id=self.unit.id, **kwargs)

    def over(self, **kwargs):
        tender = self.call(deadline_at=clocks.now() - timedelta(hours=1), **kwargs)
        self.key(tender, HolderRole.OFFICER, Role.PROGRAMME_OFFICER)
        self.key(tender, HolderRole.SUPERVISOR, Role.SUPERVISOR)
        return tender

    def key(self, tender, held, role):
        """Let the holder of ``role`` hold a key of the call."""
        put(SealHolder(tender_id=tender.id, role=held, user_id=self.holder(role).id))

    def opened(self):
        return self.over(opened_at=clocks.now())

    def bid(self, tender, status):
        lot = LotFactory(tender_id=tender.id)
        return BidFactory(lot_id=lot.id, party_id=self.party.id, status=status)

    def panel(self, status, **kwargs):
        drawn = None if status == PanelStatus.FROZEN else clocks.now()
        closed = clocks.now() if status == PanelStatus.CLOSED else None
        return PanelFactory(
            tender_id=self.opened().id, status=status, drawn_at=drawn, closed_at=closed, **kwargs
        )

    def seat(self, panel, status, **kwargs):
        expert = ExpertFactory(user_id=self.holder(Role.EXPERT).id)
        return SeatFactory(panel_id=panel.id, expert_id=expert.id, status=status, **kwargs)

    def sheet(self, seat, status):
        bid = self.bid(self.opened(), BidStatus.VALID)
        stamp = clocks.now() if status == SheetStatus.SUBMITTED else None
        return put(
            ScoreSheet(
                panel_id=seat.panel_id, seat_id=seat.id, bid_id=bid.id, status=status, submitted_at=stamp
            )
        )

    def award(self, status, **kwargs):
        bid = self.bid(self.opened(), BidStatus.VALID)
        return AwardFactory(bid_id=bid.id, status=status, **kwargs)

    def contract(self, status=ContractStatus.ACTIVE):
        stored = files.save(b"%PDF", name="a.pdf", media_type="application/pdf")
        db.session.commit()
        return ContractFactory(award=self.award(AwardStatus.ACTIVE), status=status, pdf_id=stored.id)

    def evaluation(self, contract, status):
        stamp = clocks.now() if status == EvaluationStatus.FINAL else None
        return put(
            Evaluation(
                contract_id=contract.id, evaluator_id=self.holder(Role.EVALUATOR).id, status=status, weights={},
                assigned_at=clocks.now(), assigned_by=self.holder(Role.PROGRAMME_OFFICER).id, final_at=stamp,
            )
        )  # fmt: skip


@pytest.fixture
def stage(app):
    return Stage()


def _draft(s):
    return s.call(status=TenderStatus.DRAFT, drafted_by=s.holder(Role.PROGRAMME_OFFICER).id).id


def _draw_of(role, named=False, lodged=False):
    """A draw that waits for one person's commitment, or for the string behind it."""
    held = {
        WitnessRole.OFFICER: Role.PROGRAMME_OFFICER,
        WitnessRole.SUPERVISOR: Role.SUPERVISOR,
        WitnessRole.WITNESS: Role.COMMUNITY_REPRESENTATIVE,
    }

    def make(s):
        panel, until = s.panel(PanelStatus.FROZEN), clocks.now() + timedelta(days=1)
        draw = PanelDrawFactory(
            panel_id=panel.id,
            status="revealing" if lodged else "committing",
            reveal_by=until if lodged else None,
        )
        user = s.holder(held[role]).id if named or lodged else None
        committed = {"commitment": "0" * 64, "lodged_at": clocks.now()} if lodged else {}
        DrawStringFactory(draw_id=draw.id, role=role, user_id=user, **committed)
        return draw.id

    return make


def _void_draw(s):
    panel = s.panel(PanelStatus.FROZEN)
    PanelDrawFactory(panel_id=panel.id, status="void", record={"digest": "0" * 64})
    return panel.tender_id


def _closing(s):
    panel = s.panel(PanelStatus.SCORING)
    s.sheet(s.seat(panel, SeatStatus.ACCEPTED, signed_at=clocks.now()), SheetStatus.SUBMITTED)
    return panel.id


def _form(s):
    tender = s.opened()
    s.bid(tender, BidStatus.VALID)
    return tender.id


def _check(s):
    tender = s.opened()
    s.bid(tender, BidStatus.PENDING)
    return tender.id


def _challenge(s):
    return put(
        Challenge(
            tender_id=s.opened().id, party_id=s.party.id, grounds="g", filed_at=clocks.now(), answer_due_on=clocks.today(),
            filed_by=s.holder(Role.ORG_OWNER).id,
        )
    ).id  # fmt: skip


def _report(s):
    milestone = MilestoneFactory(contract_id=s.contract().id, status=MilestoneStatus.SUBMITTED)
    put(
        Report(
            milestone_id=milestone.id, text="t", sessions=1, person_times=1, persons=1, volunteers=0, submitted_at=clocks.now(),
            submitted_by=s.holder(Role.ORG_OWNER).id,
        )
    )  # fmt: skip
    return milestone.id


def _instalment(status):
    def make(s):
        paid_at = clocks.now() if status == InstalmentStatus.PAID else None
        return InstalmentFactory(contract_id=s.contract().id, status=status, paid_at=paid_at).id

    return make


def _assign(s):
    contract = s.contract()
    MilestoneFactory(contract_id=contract.id, status=MilestoneStatus.MET, met_at=clocks.now())
    return contract.id


def _evaluation(status):
    return lambda s: s.evaluation(s.contract(), status).id


def _seat(status, panel=PanelStatus.SEATED):
    return lambda s: s.seat(s.panel(panel), status).id


def _finding(s):
    tender = s.opened()
    one, other = (s.bid(tender, BidStatus.VALID) for _ in range(2))
    put(
        ScreeningFinding(
            tender_id=tender.id, one_id=one.id, other_id=other.id, kind=Kind.PHONE, share=10_000, evidence=b"", status=Review.OPEN,
            found_at=clocks.now(),
        )
    )  # fmt: skip
    return tender.id


def _begin(s):
    panel = s.panel(PanelStatus.SEATED)
    s.seat(panel, SeatStatus.ACCEPTED)
    return panel.tender_id


def _scoring(status):
    def make(s):
        seat = s.seat(s.panel(PanelStatus.SCORING), SeatStatus.ACCEPTED)
        s.sheet(seat, status)
        return seat.id

    return make


def _decide(s):
    return s.panel(PanelStatus.CLOSED).tender_id


def _confirm(s):
    return s.award(AwardStatus.PENDING, notice_ends_on=clocks.today() - timedelta(days=1)).tender_id


def _funds(s):
    call = s.call()
    asked = Confirmation(
        tender_id=call.id, programme_id=call.programme_id, unit_id=s.unit.id, title=call.title, amount=Money(100),
        first_year=2026, last_year=2026, requested_at=clocks.now(),
    )  # fmt: skip
    put(asked)
    return asked.id


def _milestone(s):
    return MilestoneFactory(contract_id=s.contract().id, due_on=clocks.today() + timedelta(days=30)).id


def _account(s):
    s.contract()
    s.party.bank_account = ""
    db.session.commit()
    return s.party.id


def _refused(s):
    s.party.status = PartyStatus.REFUSED
    db.session.commit()
    return s.party.id


def _failed(s):
    message = put(OutboxMessage(topic="x", payload={}, created_at=clocks.now()))
    put(Delivery(message_id=message.id, handler="h", created_at=clocks.now(), error="boom"))


def _own_key(s):
    tender = s.call(status=TenderStatus.DRAFT)
    s.key(tender, HolderRole.SUPERVISOR, Role.SUPERVISOR)
    return tender.id


def _unfunded(s):
    return ProgrammeFactory(unit_id=s.unit.id).id


def _question(s):
    tender = s.call(deadline_at=clocks.now() + timedelta(days=9))
    put(
        Question(
            tender_id=tender.id,
            party_id=s.party.id,
            asked_by=s.holder(Role.ORG_OWNER).id,
            asked_at=clocks.now(),
            text="？",
        )
    )
    return tender.id


def _representative(s):
    named = {
        "representative_id": s.holder(Role.FINANCE_OFFICER).id,
        "representative_by": s.holder(Role.PROGRAMME_OFFICER).id,
    }
    return s.panel(PanelStatus.SEATED, **named).tender_id


def _fees_due(s):
    panel = s.panel(PanelStatus.CLOSED, published_at=clocks.now())
    s.seat(panel, SeatStatus.ACCEPTED, signed_at=clocks.now())
    expert = db.session.query(Expert).filter_by(user_id=s.holder(Role.EXPERT).id).one()
    expert.fee_rate = Money(100_000)
    db.session.commit()
    return panel.id


def _fees(s, status):
    panel = s.panel(PanelStatus.CLOSED, published_at=clocks.now())
    programme = ProgrammeFactory(unit_id=s.unit.id)
    return put(
        FeeBatch(
            panel_id=panel.id, tender_id=panel.tender_id, unit_id=s.unit.id, programme_id=programme.id,
            fund_source_id=programme.fund_source_id, title="评审", basis="标准", status=status,
            proposed_at=clocks.now(), proposed_by=s.holder(Role.PROGRAMME_OFFICER).id,
        )
    )  # fmt: skip


def _fee_without_account(s):
    batch = _fees(s, FeeStatus.APPROVED)
    seat = s.seat(db.session.get(Panel, batch.panel_id), SeatStatus.ACCEPTED)
    user = s.holder(Role.EXPERT)
    fee = put(
        Fee(
            batch_id=batch.id, seat_id=seat.id, user_id=user.id, name=user.name, gross=Money(10), tax=Money(0), net=Money(10)
        )
    )  # fmt: skip
    return fee.id


def _asked(status):
    """A question of a panel to the organisation, which its chair reads first."""

    def make(s):
        panel = s.panel(PanelStatus.SCORING)
        seat = s.seat(panel, SeatStatus.ACCEPTED)
        panel.chair_id = seat.id
        released = status == ClarificationStatus.RELEASED
        limit = (
            {"released_at": clocks.now(), "answer_by": clocks.now() + timedelta(hours=1)} if released else {}
        )
        bid = s.bid(db.session.get(Tender, panel.tender_id), BidStatus.VALID)
        row = Clarification(
            panel_id=panel.id, bid_id=bid.id, seat_id=seat.id, status=status, question=b"", asked_at=clocks.now(), **limit
        )  # fmt: skip
        return put(row).id

    return make


CASES = [
    (TaskKind.PASS_QUESTION_ON, Role.EXPERT, _asked(ClarificationStatus.ASKED)),
    (TaskKind.ANSWER_PANEL, Role.ORG_DRAFTER, _asked(ClarificationStatus.RELEASED)),
    (TaskKind.ANSWER_QUESTIONS, Role.PROGRAMME_OFFICER, _question),
    (TaskKind.PROVE_KEY, Role.SUPERVISOR, _own_key),
    (TaskKind.APPROPRIATE, Role.FINANCE_OFFICER, _unfunded),
    (TaskKind.FINISH_DRAFT, Role.PROGRAMME_OFFICER, _draft),
    (TaskKind.APPROVE_CALL, Role.PROGRAMME_APPROVER, lambda s: s.call(status=TenderStatus.SUBMITTED).id),
    (TaskKind.PUBLISH_CALL, Role.PROGRAMME_APPROVER, lambda s: s.call(status=TenderStatus.APPROVED).id),
    (TaskKind.OPEN_BIDS, Role.PROGRAMME_OFFICER, lambda s: s.over().id),
    (TaskKind.OPEN_BIDS, Role.SUPERVISOR, lambda s: s.over().id),
    (TaskKind.CHECK_ELIGIBILITY, Role.PROGRAMME_OFFICER, _check),
    (TaskKind.WEIGH_FINDINGS, Role.PROGRAMME_OFFICER, _finding),
    (TaskKind.FORM_PANEL, Role.PROGRAMME_OFFICER, _form),
    (TaskKind.LODGE_STRING, Role.PROGRAMME_OFFICER, _draw_of(WitnessRole.OFFICER)),
    (TaskKind.LODGE_STRING, Role.SUPERVISOR, _draw_of(WitnessRole.SUPERVISOR)),
    (TaskKind.LODGE_STRING, Role.COMMUNITY_REPRESENTATIVE, _draw_of(WitnessRole.WITNESS, named=True)),
    (TaskKind.REVEAL_STRING, Role.SUPERVISOR, _draw_of(WitnessRole.SUPERVISOR, lodged=True)),
    (TaskKind.ALLOW_DRAW, Role.SUPERVISOR, _void_draw),
    (TaskKind.BEGIN_SCORING, Role.PROGRAMME_OFFICER, _begin),
    (TaskKind.CLOSE_PANEL, Role.PROGRAMME_OFFICER, _closing),
    (TaskKind.DECIDE_AWARD, Role.PROGRAMME_OFFICER, _decide),
    (TaskKind.CONFIRM_AWARD, Role.PROGRAMME_OFFICER, _confirm),
    (TaskKind.DRAW_UP_CONTRACT, Role.PROGRAMME_OFFICER, lambda s: s.award(AwardStatus.ACTIVE).tender_id),
    (TaskKind.ANSWER_CHALLENGE, Role.PROGRAMME_OFFICER, _challenge),
    (TaskKind.ACCEPT_REPORT, Role.PROGRAMME_OFFICER, _report),
    (TaskKind.ACCEPT_REQUEST, Role.PROGRAMME_OFFICER, _instalment(InstalmentStatus.REQUESTED)),
    (TaskKind.ASSIGN_EVALUATOR, Role.PROGRAMME_OFFICER, _assign),
    (TaskKind.CONFIRM_EVALUATION, Role.PROGRAMME_OFFICER, _evaluation(EvaluationStatus.SUBMITTED)),
    (TaskKind.CLOSE_PROJECT, Role.PROGRAMME_OFFICER, _evaluation(EvaluationStatus.FINAL)),
    (
        TaskKind.VERIFY_PARTY,
        Role.PROGRAMME_OFFICER,
        lambda s: PartyFactory(unit_id=s.unit.id, status=PartyStatus.REGISTERED).id,
    ),
    (TaskKind.SIGN_FOR_BUYER, Role.PROGRAMME_APPROVER, lambda s: s.contract(ContractStatus.PENDING).id),
    (TaskKind.CONFIRM_FUNDS, Role.FINANCE_OFFICER, _funds),
    (TaskKind.APPROVE_PAYMENT, Role.FINANCE_OFFICER, _instalment(InstalmentStatus.ACCEPTED)),
    (TaskKind.PAY, Role.CASHIER, _instalment(InstalmentStatus.APPROVED)),
    (TaskKind.APPROVE_REPRESENTATIVE, Role.PROGRAMME_APPROVER, _representative),
    (TaskKind.PROPOSE_FEES, Role.PROGRAMME_OFFICER, _fees_due),
    (TaskKind.CORRECT_FEES, Role.PROGRAMME_OFFICER, lambda s: _fees(s, FeeStatus.RETURNED).panel_id),
    (TaskKind.APPROVE_FEES, Role.FINANCE_OFFICER, lambda s: _fees(s, FeeStatus.PROPOSED).id),
    (TaskKind.PAY_FEES, Role.CASHIER, lambda s: _fees(s, FeeStatus.APPROVED).id),
    (TaskKind.GIVE_FEE_ACCOUNT, Role.EXPERT, _fee_without_account),
    (TaskKind.EVALUATE, Role.EVALUATOR, _evaluation(EvaluationStatus.ASSIGNED)),
    (TaskKind.ANSWER_SEAT, Role.EXPERT, _seat(SeatStatus.INVITED)),
    (TaskKind.SCORE, Role.EXPERT, _scoring(SheetStatus.OPEN)),
    (TaskKind.SIGN_SHEETS, Role.EXPERT, _scoring(SheetStatus.SUBMITTED)),
    (TaskKind.FINISH_BID, Role.ORG_DRAFTER, lambda s: s.bid(s.call(), BidStatus.DRAFT).id),
    (TaskKind.SIGN_FOR_PARTY, Role.ORG_OWNER, lambda s: s.contract(ContractStatus.PENDING).id),
    (TaskKind.REPORT, Role.ORG_DRAFTER, _milestone),
    (TaskKind.REQUEST_PAYMENT, Role.ORG_FINANCE, _instalment(InstalmentStatus.PLANNED)),
    (TaskKind.CORRECT_PARTY, Role.ORG_OWNER, _refused),
    (TaskKind.GIVE_ACCOUNT, Role.ORG_OWNER, _account),
    (TaskKind.REPAIR, Role.ADMINISTRATOR, _failed),
    *register.CASES,
]


def test_every_kind_of_task_is_tried():
    assert {kind for kind, _role, _make in CASES} == set(TaskKind)


@pytest.mark.parametrize(("kind", "role", "make"), CASES, ids=lambda c: getattr(c, "name", None))
def test_a_task_appears_for_whom_it_waits_and_for_nobody_elsewhere(stage, kind, role, make, sign_in):
    subject_id = make(stage)
    db.session.rollback()
    mine = [task for task in queries.tasks(actor_of(stage.holder(role))) if task.kind is kind]
    assert [task.subject_id for task in mine] == [subject_id]
    page = sign_in(stage.holder(role)).get("/work")
    assert page.status_code == 200
    assert kind.page in PAGES
    if kind is not TaskKind.REPAIR:  # the portal is one, everything else belongs to a unit or an organisation
        elsewhere = Stage().holder(role)
        assert queries.tasks(actor_of(elsewhere)) == []
    assert queries.tasks(actor_of(Stage().holder(Role.COMMUNITY_REPRESENTATIVE))) == []


GONE = [
    (TaskKind.FINISH_BID, Role.ORG_DRAFTER, lambda s: s.bid(s.over(), BidStatus.DRAFT)),
    (TaskKind.OPEN_BIDS, Role.PROGRAMME_OFFICER, lambda s: s.call()),
    (TaskKind.FORM_PANEL, Role.PROGRAMME_OFFICER, _check),
    (TaskKind.APPROVE_CALL, Role.PROGRAMME_APPROVER, lambda s: s.call(status=TenderStatus.SUBMITTED, drafted_by=s.holder(Role.PROGRAMME_APPROVER).id)),
    (TaskKind.BEGIN_SCORING, Role.PROGRAMME_OFFICER, _seat(SeatStatus.INVITED)),
    (TaskKind.CLOSE_PANEL, Role.PROGRAMME_OFFICER, _scoring(SheetStatus.SUBMITTED)),
    (TaskKind.SIGN_SHEETS, Role.EXPERT, _scoring(SheetStatus.OPEN)),
    (TaskKind.CONFIRM_AWARD, Role.PROGRAMME_OFFICER, lambda s: s.award(AwardStatus.PENDING, notice_ends_on=clocks.today())),
    (TaskKind.REPORT, Role.ORG_DRAFTER, lambda s: MilestoneFactory(contract_id=s.contract().id, due_on=clocks.today() + timedelta(days=31))),
    (TaskKind.REQUEST_PAYMENT, Role.ORG_FINANCE, lambda s: InstalmentFactory(contract_id=s.contract().id, condition=InstalmentCondition.EVALUATION_PASSED)),
    *register.GONE,
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize(("kind", "role", "make"), GONE, ids=lambda c: getattr(c, "name", None))
def test_a_task_waits_until_its_time_has_come(stage, kind, role, make):
    make(stage)
    db.session.rollback()
    assert kind not in {task.kind for task in queries.tasks(actor_of(stage.holder(role)))}


def test_a_signed_contract_no_longer_waits_for_that_side(stage):
    contract = stage.contract(ContractStatus.PENDING)
    owner = stage.holder(Role.ORG_OWNER)
    put(
        Signature(
            contract_id=contract.id,
            side=Side.SUPPLIER,
            user_id=owner.id,
            name="n",
            signed_at=clocks.now(),
            digest="d",
        )
    )
    assert TaskKind.SIGN_FOR_PARTY not in {t.kind for t in queries.tasks(actor_of(owner))}
    approver = stage.holder(Role.PROGRAMME_APPROVER)
    assert TaskKind.SIGN_FOR_BUYER in {t.kind for t in queries.tasks(actor_of(approver))}


def test_the_earliest_due_comes_first_and_the_undated_last(stage):
    officer = stage.holder(Role.PROGRAMME_OFFICER)
    late, later = stage.over(), stage.over()
    late.deadline_at -= timedelta(days=2)
    db.session.commit()
    _draft(stage)
    found = queries.tasks(actor_of(officer))
    assert [t.subject_id for t in found[:2]] == [late.id, later.id]
    assert found[-1].due is None


def test_more_cases_ask_no_more_questions(stage, count_queries):
    officer = actor_of(stage.holder(Role.PROGRAMME_OFFICER))
    _check(stage)
    before = count_queries(lambda: queries.tasks(officer))
    for _ in range(3):
        _check(stage)
        _report(stage)
    assert count_queries(lambda: queries.tasks(officer)) == before
