"""Work around the register and eligibility, brought about for the tests of my work."""

from datetime import timedelta

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import clock as clocks
from portal.core import files
from portal.core.db import db
from portal.home.values import TaskKind
from portal.parties.models import FactChange, ListEntry, PartyDocument
from portal.parties.values import CertificateKind, ListKind, ListStatus, Role
from portal.qualification.models import EligibilityCheck, Supplement
from portal.qualification.values import CheckResult
from tests.factories import UserFactory


def put(row):
    db.session.add(row)
    db.session.commit()
    return row


def found(status=BidStatus.PENDING, by=None, **kwargs):
    """A proposal whose eligibility was found by ``by`` (a role of the stage) or by somebody from elsewhere."""

    def make(s):
        bid = s.bid(s.opened(), status)
        checked_by = s.holder(by).id if by else UserFactory().id
        put(
            EligibilityCheck(
                bid_id=bid.id, result=CheckResult.FAIL, reason="缺少年检结果", checked_by=checked_by,
                checked_at=clocks.now(), **{"reply": "", "answer": "", **{k: v() for k, v in kwargs.items()}},
            )
        )  # fmt: skip
        return bid.id

    return make


def sent_back(s):
    bid_id = found(returned_reason=lambda: "请再核对")(s)
    return db.session.get(Bid, bid_id).tender_id


def change(s):
    put(FactChange(party_id=s.party.id, values={"name": "新名"}, asked_at=clocks.now()))
    return s.party.id


def appeal(s, by=None):
    put(
        ListEntry(
            party_id=s.party.id, kind=ListKind.BLACK, status=ListStatus.APPEALED, reason="资料不实", source="第1号",
            from_on=clocks.today(), entered_by=by, entered_at=clocks.now(), appeal="有误", appealed_at=clocks.now(),
        )
    )  # fmt: skip
    return s.party.id


def account(s, **fields):
    s.contract()
    unchecked = dict.fromkeys(
        ("account_confirmed_by", "account_confirmed_at", "account_verified_by", "account_verified_at")
    )
    for name, value in {**unchecked, **fields}.items():
        setattr(s.party, name, value)
    db.session.commit()
    return s.party.id


def draft(s, by=None):
    bid = s.bid(s.call(), BidStatus.DRAFT)
    bid.approval_asked_at = clocks.now()
    bid.sections = {"summary": {"by": str(by or UserFactory().id), "at": ""}}
    db.session.commit()
    return bid.id


def supplement(s, hours=1):
    bid = s.bid(s.opened(), BidStatus.PENDING)
    due = clocks.now() + timedelta(hours=hours)
    asked_by = UserFactory().id
    return put(
        Supplement(bid_id=bid.id, items=["年检结果"], due_at=due, asked_by=asked_by, asked_at=clocks.now())
    ).id


def paper(s, days=30):
    stored = files.save(b"%PDF", name="a.pdf", media_type="application/pdf")
    put(
        PartyDocument(
            party_id=s.party.id, kind=CertificateKind.REGISTRATION, file_id=stored.id, added_at=clocks.now(),
            expires_on=clocks.today() + timedelta(days=days),
        )
    )  # fmt: skip
    return s.party.id


def renewed(s):
    paper(s, days=900)
    return paper(s)


CASES = [
    (TaskKind.CHECK_ELIGIBILITY, Role.PROGRAMME_OFFICER, sent_back),
    (TaskKind.CONFIRM_CHECK, Role.PROGRAMME_OFFICER, found()),
    (TaskKind.CONFIRM_CHECK, Role.PROGRAMME_APPROVER, found(by=Role.PROGRAMME_OFFICER)),
    (TaskKind.ANSWER_REPLY, Role.PROGRAMME_APPROVER, found(BidStatus.DISQUALIFIED, replied_at=clocks.now)),
    (TaskKind.VERIFY_CHANGE, Role.PROGRAMME_OFFICER, change),
    (TaskKind.DECIDE_APPEAL, Role.PROGRAMME_APPROVER, appeal),
    (TaskKind.CHECK_ACCOUNT, Role.CASHIER, account),
    (TaskKind.APPROVE_DRAFT, Role.ORG_APPROVER, draft),
    (TaskKind.HAND_IN_PAPERS, Role.ORG_DRAFTER, supplement),
    (TaskKind.RENEW_PAPER, Role.ORG_OWNER, paper),
]

GONE = [
    (TaskKind.CHECK_ELIGIBILITY, Role.PROGRAMME_OFFICER, found()),
    (TaskKind.CONFIRM_CHECK, Role.PROGRAMME_OFFICER, found(by=Role.PROGRAMME_OFFICER)),
    (TaskKind.CONFIRM_CHECK, Role.PROGRAMME_OFFICER, found(BidStatus.DISQUALIFIED)),
    (TaskKind.ANSWER_REPLY, Role.PROGRAMME_OFFICER, found(BidStatus.DISQUALIFIED, replied_at=clocks.now, answered_at=clocks.now)),
    (TaskKind.DECIDE_APPEAL, Role.PROGRAMME_OFFICER, lambda s: appeal(s, by=s.holder(Role.PROGRAMME_OFFICER).id)),
    (TaskKind.CHECK_ACCOUNT, Role.CASHIER, lambda s: account(s, account_confirmed_by=s.holder(Role.CASHIER).id, account_confirmed_at=clocks.now())),
    (TaskKind.CHECK_ACCOUNT, Role.FINANCE_OFFICER, lambda s: account(s, account_verified_at=clocks.now())),
    (TaskKind.APPROVE_DRAFT, Role.ORG_OWNER, lambda s: draft(s, by=s.holder(Role.ORG_OWNER).id)),
    (TaskKind.HAND_IN_PAPERS, Role.ORG_OWNER, lambda s: supplement(s, hours=-1)),
    (TaskKind.RENEW_PAPER, Role.ORG_OWNER, lambda s: paper(s, days=31)),
    (TaskKind.RENEW_PAPER, Role.ORG_OWNER, renewed),
]  # fmt: skip
