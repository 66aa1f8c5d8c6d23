import pytest

from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.budgets import queries as budgets
from portal.budgets.values import AccountKind
from portal.contracts import queries, rules, services
from portal.contracts.models import Contract, Signature
from portal.contracts.values import ContractStatus, Side
from portal.core import audit, files, jobs, outbox
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition
from portal.core.mail import Message
from portal.core.money import Money
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.parties.values import Role
from tests.conftest import actor_of
from tests.contracts import cases
from tests.factories import AwardFactory, person


@pytest.fixture
def case(app):
    return cases.make()


def test_drawing_up_freezes_terms_and_scales_the_lines(case):
    contract = services.draw_up(actor=actor_of(case.officer), award_id=case.award.id)
    assert contract.number == "HT-2026-0001"
    assert contract.terms_digest == rules.terms_digest(contract.terms)
    assert contract.title == "银龄相伴"
    lines = queries.lines(contract.id)
    assert sum((line.amount for line in lines), Money.ZERO) == cases.AWARDED
    assert [line.head_title for line in lines] == ["项目活动费", "管理费"]
    # asked: 90,000 − 5,000 own = 85,000 and 4,500 of 89,500 in all
    assert [line.amount.fen for line in lines] == [8_072_627, 427_374]
    assert contract.status == ContractStatus.PENDING


def test_drawing_up_twice_gives_the_same_contract(case):
    first = services.draw_up(actor=actor_of(case.officer), award_id=case.award.id)
    assert services.draw_up(actor=actor_of(case.officer), award_id=case.award.id).id == first.id


def test_an_award_in_notice_has_no_contract_yet(case):
    award = AwardFactory(status=AwardStatus.PENDING, active_at=None)
    tender_officer = person(Role.PROGRAMME_OFFICER, case.unit)
    with pytest.raises(Denied):
        services.draw_up(actor=actor_of(tender_officer), award_id=award.id)
    db.session.execute(cases.Award.__table__.update().values(status="pending", active_at=None))
    db.session.commit()
    with pytest.raises(Invalid):
        services.draw_up(actor=actor_of(case.officer), award_id=case.award.id)


def test_the_paper_is_made_once_and_both_sides_are_told(case, drain):
    contract = services.draw_up(actor=actor_of(case.officer), award_id=case.award.id)
    drain()
    contract = case.fresh(Contract, contract.id)
    pdf = files.read(files.by_id([contract.pdf_id])[contract.pdf_id].sha256)
    assert pdf.startswith(b"%PDF-")
    told = {m.user_id for m in db.session.query(Message).filter(Message.subject.contains("银龄相伴"))}
    assert {case.owner.id, case.approver.id, case.officer.id} <= told
    assert case.outsider.id not in told


def test_a_delivery_that_runs_again_after_a_crash_makes_no_second_paper(case, app):
    contract = services.draw_up(actor=actor_of(case.officer), award_id=case.award.id)
    (delivery,) = db.session.query(outbox.Delivery).filter_by(handler="contracts.keep_paper")
    handler, prepare = jobs.HANDLERS["contracts.keep_paper"]
    payload = {"contract_id": str(contract.id)}
    prepared = prepare(**payload)  # the worker is killed here: nothing was claimed
    db.session.rollback()
    assert db.session.query(files.StoredFile).filter(files.StoredFile.name.like("HT-%")).count() == 0
    jobs.deliver(delivery.id)
    jobs._run_once(delivery.id, handler, (prepared,), payload)  # the message lay twice in the queue
    jobs.drain()
    db.session.rollback()
    assert db.session.query(files.StoredFile).filter(files.StoredFile.name.like("HT-%")).count() == 1
    letters = db.session.query(Message).filter_by(
        user_id=case.owner.id, link=f"/contracts/{contract.id}/sign"
    )
    assert letters.count() == 1


def test_nobody_signs_before_the_paper_is_made(case):
    contract = services.draw_up(actor=actor_of(case.officer), award_id=case.award.id)
    with pytest.raises(Invalid, match="still being made"):
        case.sign(contract, Side.SUPPLIER)


@pytest.mark.parametrize("order", [(Side.SUPPLIER, Side.BUYER), (Side.BUYER, Side.SUPPLIER)])
def test_the_second_signature_brings_the_contract_into_force(case, order, drain):
    contract = case.draw_up()
    first, second = order
    assert case.sign(contract, first).status == ContractStatus.PENDING
    assert case.sign(contract, second).status == ContractStatus.ACTIVE
    signatures = queries.signatures(contract.id)
    assert {s.digest for s in signatures.values()} == {contract.terms_digest}
    assert budgets.balances(contract.id)[AccountKind.COMMITTED] == cases.AWARDED
    assert budgets.balances(contract.tender_id)[AccountKind.RESERVED] == Money.ZERO
    assert budgets.balances(contract.programme_id)[AccountKind.AVAILABLE] == Money(30_000_000) - cases.AWARDED
    (notice,) = db.session.query(Notice).filter_by(subject_id=contract.id)
    assert notice.kind == NoticeKind.CONTRACT
    assert "13800000000" not in str(notice.content)
    drain()
    assert case.fresh(Contract, contract.id).signed_pdf_id
    assert not audit.broken_links("contract", contract.id)


def test_money_of_another_award_of_the_call_stays_reserved(case):
    contract = case.draw_up()
    AwardFactory(bid_id=cases.world.fresh(_second_bid(case)).id, amount=Money(1_000_000))
    case.sign(contract, Side.SUPPLIER)
    case.sign(contract, Side.BUYER)
    assert budgets.balances(contract.tender_id)[AccountKind.RESERVED] == Money(1_000_000)


def _second_bid(case):
    from portal.bids.values import BidStatus
    from tests.factories import BidFactory

    return BidFactory(
        lot_id=case.world.lot.id,
        tender_id=case.world.tender.id,
        status=BidStatus.VALID,
        quote=Money(1_000_000),
    )


def test_signing_twice_has_one_effect(case):
    contract = case.draw_up()
    case.sign(contract, Side.SUPPLIER)
    case.sign(contract, Side.SUPPLIER)
    assert db.session.query(Signature).filter_by(contract_id=contract.id).count() == 1


def test_a_wrong_password_signs_nothing(case):
    contract = case.draw_up()
    with pytest.raises(Invalid):
        case.sign(contract, Side.SUPPLIER, password="wrong")
    assert not queries.signatures(contract.id)


def test_only_the_right_people_sign(case):
    contract = case.draw_up()
    for user, side in (
        (case.org_finance, Side.SUPPLIER),
        (case.outsider, Side.SUPPLIER),
        (case.approver, Side.SUPPLIER),
        (case.officer, Side.BUYER),
        (case.owner, Side.BUYER),
    ):
        with pytest.raises(Denied):
            case.sign(contract, side, actor=actor_of(user))


def test_who_drew_the_contract_up_does_not_sign_it(case):
    from tests.factories import grant

    contract = case.draw_up()
    grant(case.officer, Role.PROGRAMME_APPROVER, case.unit.id)
    with pytest.raises(Denied):
        case.sign(contract, Side.BUYER, actor=actor_of(case.officer))


def test_giving_up_needs_a_reason_and_frees_the_money(case, drain):
    contract = case.draw_up()
    with pytest.raises(Invalid):
        services.cancel(actor=actor_of(case.officer), contract_id=contract.id, reason=" ")
    services.cancel(actor=actor_of(case.officer), contract_id=contract.id, reason="乙方放弃签约")
    assert budgets.balances(contract.programme_id)[AccountKind.AVAILABLE] == Money(30_000_000)
    assert db.session.get(Award, contract.award_id).status == AwardStatus.CANCELLED
    with pytest.raises(InvalidTransition):
        case.sign(contract, Side.SUPPLIER)
    drain()
    assert db.session.query(Message).filter(Message.body.contains("乙方放弃签约")).count() >= 2


def test_a_contract_in_force_is_not_given_up_but_finished(case):
    contract = case.in_force()
    with pytest.raises(InvalidTransition):
        services.cancel(actor=actor_of(case.officer), contract_id=contract.id, reason="太晚")
    with pytest.raises(Denied):
        services.finish(actor=actor_of(case.owner), contract_id=contract.id)
    done = services.finish(actor=actor_of(case.officer), contract_id=contract.id)
    assert done.status == ContractStatus.TERMINATED
    assert done.closed_at
