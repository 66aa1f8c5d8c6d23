from datetime import timedelta

import pytest

from portal.core import clock as clock_module
from portal.core import files, jobs
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition
from portal.core.mail import Message
from portal.implementation import queries, services
from portal.implementation.models import Milestone, Reminder, Report
from portal.implementation.values import MilestoneStatus
from portal.notices.queries import notices_of
from portal.notices.values import NoticeKind
from tests.bids.world import pdf, photo
from tests.conftest import SYSTEM, actor_of
from tests.contracts import cases

TEXT = "本期完成入户探访与建档，服务对象反馈良好，下一步扩大范围。"


@pytest.fixture
def running(app):
    case, contract = cases.running()
    return case, contract, case.milestones(contract)[0]


def report(case, milestone, **changes):
    given = {
        "actor": actor_of(case.owner), "milestone_id": milestone.id, "text": TEXT, "sessions": 8, "person_times": 420,
        "persons": 260, "volunteers": 30, "files": [("活动.jpg", photo(b"GPS 30.1,120.2")), ("签到.pdf", pdf())],
    }  # fmt: skip
    return services.submit_report(**(given | changes))


def test_milestones_come_from_the_plan_once(running):
    case, contract, first = running
    assert [m.title for m in case.milestones(contract)] == ["中期报告", "终期报告"]
    assert first.due_on == contract.starts_on + timedelta(days=90)
    again = services.plan_milestones(actor=SYSTEM, contract_id=contract.id)
    assert [m.id for m in again] == [m.id for m in case.milestones(contract)]


def test_a_report_with_evidence_waits_and_is_accepted(running, drain):
    case, contract, milestone = running
    sent = report(case, milestone)
    assert case.fresh(Milestone, milestone.id).status == MilestoneStatus.SUBMITTED
    evidence = queries.evidence([sent.id])[sent.id]
    assert [e.file.name for e in evidence] == ["活动.jpg", "签到.pdf"]
    assert b"GPS" not in files.read(evidence[0].file.sha256)
    services.accept_report(actor=actor_of(case.officer), report_id=sent.id)
    met = case.fresh(Milestone, milestone.id)
    assert met.status == MilestoneStatus.MET
    assert met.met_at
    assert queries.outputs(contract.id).person_times == 420
    drain()
    told = {m.user_id for m in db.session.query(Message)}
    assert {case.owner.id, case.officer.id} <= told
    assert case.outsider.id not in told


def test_the_last_milestone_announces_the_acceptance_once(running, drain):
    case, contract, _first = running
    for milestone in case.milestones(contract):
        assert not _acceptances(contract)
        sent = report(case, milestone)
        services.accept_report(actor=actor_of(case.officer), report_id=sent.id)
        drain()
    [paper] = _acceptances(contract)
    assert paper.subject_id == contract.id
    assert [row[0] for row in paper.content[1]["table"]["rows"]] == ["中期报告", "终期报告"]
    assert services.announce_acceptance(actor=SYSTEM, contract_id=contract.id) is None
    assert len(_acceptances(contract)) == 1


def _acceptances(contract):
    return [n for n in notices_of(contract.tender_id) if n.kind == NoticeKind.ACCEPTANCE]


def test_a_returned_report_stays_and_a_new_one_follows(running, drain):
    case, contract, milestone = running
    first = report(case, milestone)
    with pytest.raises(InvalidTransition):
        report(case, milestone)
    with pytest.raises(Invalid):
        services.return_report(actor=actor_of(case.officer), report_id=first.id, reason="")
    services.return_report(actor=actor_of(case.officer), report_id=first.id, reason="请补充签到表")
    with pytest.raises(Invalid):
        services.accept_report(actor=actor_of(case.officer), report_id=first.id)
    second = report(case, milestone)
    services.accept_report(actor=actor_of(case.officer), report_id=second.id)
    assert [r.accepted for r in queries.reports(milestone.id)].count(True) == 1
    assert queries.outputs(contract.id).sessions == 8
    drain()
    assert db.session.query(Message).filter(Message.body.contains("请补充签到表")).count() >= 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "at least one photo"),
        ([("合同.pdf", b"MZ" + b"0" * 500)], "This is a program"),
        ([("照片.jpg", b"\xff\xd8\xff broken")], "damaged"),
    ],
)
def test_bad_evidence_changes_nothing(running, files, sentence):
    case, _contract, milestone = running
    with pytest.raises(Invalid, match=sentence):
        report(case, milestone, files=files)
    assert case.fresh(Milestone, milestone.id).status == MilestoneStatus.SCHEDULED
    assert db.session.query(Report).count() == 0


def test_who_may_report_and_decide(running):
    case, _contract, milestone = running
    for user in (case.outsider, case.officer, case.org_finance):
        with pytest.raises(Denied):
            report(case, milestone, actor=actor_of(user))
    sent = report(case, milestone)
    for user in (case.owner, case.approver, case.supervisor):
        with pytest.raises(Denied):
            services.accept_report(actor=actor_of(user), report_id=sent.id)


def test_only_an_overdue_milestone_fails_and_a_late_report_heals_it(running, clock):
    case, _contract, milestone = running
    with pytest.raises(Invalid):
        services.fail_milestone(actor=actor_of(case.officer), milestone_id=milestone.id, reason="未提交")
    clock.advance(days=91)
    failed = services.fail_milestone(actor=actor_of(case.officer), milestone_id=milestone.id, reason="未提交")
    assert failed.status == MilestoneStatus.NOT_MET
    sent = report(case, milestone)
    services.accept_report(actor=actor_of(case.officer), report_id=sent.id)
    assert case.fresh(Milestone, milestone.id).status == MilestoneStatus.MET


def tick(drain):
    jobs.start_periodic()
    jobs.start_periodic()
    drain()
    db.session.rollback()


def test_the_scheduler_reminds_once_each_while_the_clock_moves_over_the_due_date(running, clock, drain):
    case, _contract, milestone = running
    last = milestone.due_on + timedelta(days=5)
    clock.advance(days=70)
    while clock_module.today() < last:
        tick(drain)
        clock.advance(days=1)
    kinds = [
        r.kind for r in db.session.query(Reminder).filter_by(milestone_id=milestone.id).order_by("sent_at")
    ]
    assert kinds == ["14", "7", "1", "0", "late"]
    link = f"/implementation/milestones/{milestone.id}"
    owner = (
        db.session.query(Message)
        .filter_by(user_id=case.owner.id, link=link)
        .order_by(Message.created_at)
        .all()
    )
    assert [clock_module.local(m.created_at).date() - milestone.due_on for m in owner] == [
        timedelta(days=-14), timedelta(days=-7), timedelta(days=-1), timedelta(0), timedelta(days=1)
    ]  # fmt: skip
    assert all(m.sent_at for m in owner)
    assert db.session.query(Message).filter_by(user_id=case.officer.id, link=link).count() == 1


def test_nobody_is_reminded_of_what_was_reported(running, clock, drain):
    case, _contract, milestone = running
    report(case, milestone)
    clock.advance(days=95)
    tick(drain)
    assert db.session.query(Reminder).filter_by(milestone_id=milestone.id).count() == 0
