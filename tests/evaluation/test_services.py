"""Assigning, surveying, marking, confirming and closing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from portal.budgets.queries import balances
from portal.budgets.values import AccountKind
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core import clock as clock_module
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound
from portal.core.mail import Message
from portal.core.money import Money
from portal.evaluation import queries, services
from portal.evaluation.models import Evaluation, SurveyAnswer, SurveyCode
from portal.evaluation.values import Answer, Channel, EvaluationGroup, EvaluationStatus, Indicator
from portal.implementation.values import MilestoneStatus
from portal.notices.models import Notice
from portal.parties.models import TrackEntry
from portal.parties.values import Role
from portal.payments.models import Instalment
from portal.payments.values import InstalmentStatus
from tests.conftest import actor_of
from tests.evaluation.cases import CONTENT, PDF, Project
from tests.factories import UnitFactory, grant, person


@pytest.fixture
def project(app):
    return Project()


def reply(code, at=None, satisfaction=5):
    services.answer(
        code=code, aware=True, took_part=True, satisfaction=satisfaction, received_at=at or clock_module.now()
    )


def answers():
    return db.session.scalars(select(SurveyAnswer)).all()


def test_the_evaluator_must_declare_before_anything_else(project):
    evaluation = services.assign(
        actor=actor_of(project.officer),
        contract_id=project.contract.id,
        evaluator_id=project.evaluator.id,
    )
    for work in (lambda: project.survey(evaluation), lambda: project.marks(evaluation)):
        with pytest.raises(Invalid, match="declare first"):
            work()
    services.declare_no_conflict(actor=actor_of(project.evaluator), evaluation_id=evaluation.id)
    assert len(project.survey(evaluation)) == 4


def test_an_evaluator_who_refuses_is_replaced(project):
    officer = actor_of(project.officer)
    evaluation = services.assign(
        actor=officer, contract_id=project.contract.id, evaluator_id=project.evaluator.id
    )
    with pytest.raises(Invalid, match="reason"):
        services.refuse(actor=actor_of(project.evaluator), evaluation_id=evaluation.id, reason="")
    services.refuse(actor=actor_of(project.evaluator), evaluation_id=evaluation.id, reason="曾在该机构任职")
    other = person(Role.EVALUATOR, project.unit)
    again = services.assign(actor=officer, contract_id=project.contract.id, evaluator_id=other.id)
    assert (again.id, again.evaluator_id, again.status) == (
        evaluation.id,
        other.id,
        EvaluationStatus.ASSIGNED,
    )
    services.declare_no_conflict(actor=actor_of(other), evaluation_id=evaluation.id)
    with pytest.raises(Invalid, match="begun"):
        services.assign(actor=officer, contract_id=project.contract.id, evaluator_id=project.evaluator.id)


def test_members_of_the_organisation_and_strangers_are_never_assigned(project):
    insider = person(Role.EVALUATOR, project.unit)
    grant(insider, Role.ORG_DRAFTER, project.party.id)
    for user in (insider, person(Role.EVALUATOR, UnitFactory()), project.officer):
        with pytest.raises(Invalid, match="does not belong"):
            services.assign(
                actor=actor_of(project.officer), contract_id=project.contract.id, evaluator_id=user.id
            )


def test_each_code_answers_once(project):
    codes = project.survey(project.assign())
    assert len(set(codes)) == 4
    reply(codes[0])
    with pytest.raises(Invalid, match="used already"):
        reply(codes[0])
    with pytest.raises(NotFound):
        reply("x" * 16)
    reply(codes[1].upper() + " ")
    assert len(answers()) == 2


def test_the_survey_closes_by_the_time_of_arrival(project, clock):
    codes = project.survey(project.assign())
    closes = clock_module.now() + timedelta(days=7)
    clock.move_to(closes + timedelta(seconds=2))
    with pytest.raises(Invalid, match="not open"):
        reply(codes[0], at=closes)
    reply(codes[0], at=closes - timedelta(microseconds=1))
    assert len(answers()) == 1


def test_codes_are_kept_as_digests_and_nothing_links_them_to_answers(project, app):
    codes = project.survey(project.assign())
    reply(codes[0])
    dump = "\n".join(
        str(tuple(row))
        for table in ("survey_code", "survey_answer", "audit_event", "outbox_message")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
    )
    assert not any(code in dump for code in codes)
    used = db.session.scalars(select(SurveyCode).where(SurveyCode.used_at.is_not(None))).one()
    assert used.used_at == answers()[0].answered_at == clock_module.at(clock_module.today())


def test_a_bad_answer_changes_nothing(project):
    codes = project.survey(project.assign())
    with pytest.raises(Invalid):
        reply(codes[0], satisfaction=6)
    assert answers() == []
    reply(codes[0])


def test_paper_answers_count_and_stay_within_the_population(project):
    evaluation = project.assign()
    project.survey(evaluation, count=1, population=3)
    actor = actor_of(project.evaluator)
    assert services.enter_paper(actor=actor, evaluation_id=evaluation.id, answers=CONTENT[:3]) == 3
    assert {row.channel for row in answers()} == {Channel.PAPER}
    with pytest.raises(Invalid, match="more answers than residents"):
        services.enter_paper(actor=actor, evaluation_id=evaluation.id, answers=[Answer(True, True, 5)])
    with pytest.raises(Invalid, match="more codes than residents"):
        services.add_codes(actor=actor, evaluation_id=evaluation.id, count=3)


def test_only_the_evaluator_works_on_the_sheet(project):
    evaluation = project.assign()
    for user in (project.officer, project.owner, person(Role.EVALUATOR, project.unit)):
        with pytest.raises(Denied):
            services.save_marks(
                actor=actor_of(user), evaluation_id=evaluation.id, group=EvaluationGroup.EXPERT,
                marks={Indicator.QUALITY: (Decimal(90), "")},
            )  # fmt: skip
    with pytest.raises(Invalid, match="does not judge"):
        services.save_marks(
            actor=actor_of(project.evaluator), evaluation_id=evaluation.id, group=EvaluationGroup.RESIDENT,
            marks={Indicator.QUALITY: (Decimal(90), "")},
        )  # fmt: skip


def test_what_is_missing_is_said_and_nothing_is_submitted(project, clock):
    evaluation = project.assign()

    def submit(report=("评估报告.pdf", PDF), conclusion="完成"):
        return services.submit_evaluation(
            actor=actor_of(project.evaluator), evaluation_id=evaluation.id, conclusion=conclusion, report=report
        )  # fmt: skip

    with pytest.raises(Invalid, match="survey was not held"):
        submit()
    codes = project.survey(evaluation)
    with pytest.raises(Invalid, match="runs until"):
        submit()
    reply(codes[0])
    clock.advance(days=7)
    with pytest.raises(Invalid, match="is missing"):
        submit()
    project.marks(evaluation)
    with pytest.raises(Invalid, match="upload the report"):
        submit(report=None)
    with pytest.raises(Invalid, match="program"):
        submit(report=("报告.pdf", b"MZ" + b"0" * 100))
    with pytest.raises(Invalid, match="conclusion"):
        submit(conclusion=" ")
    db.session.rollback()
    assert db.session.get(Evaluation, evaluation.id).status == EvaluationStatus.ASSIGNED
    assert submit().status == EvaluationStatus.SUBMITTED


def test_the_result_is_frozen_with_its_counts_and_confirmed_by_another_person(project, clock):
    evaluation = project.submitted(clock)
    # quality 90.6 × 0.3, progress 91 × 0.2, awareness 75 × 0.15, participation 50 × 0.15, satisfaction 75 × 0.2
    assert (evaluation.score, evaluation.stars) == (Decimal("79.13"), 3)
    assert evaluation.result["rates"]["awareness"]["numerator"] == 3
    grant(project.evaluator, Role.PROGRAMME_OFFICER, project.unit.id)
    with pytest.raises(Denied):
        services.confirm(actor=actor_of(project.evaluator), evaluation_id=evaluation.id)
    services.confirm(actor=actor_of(project.officer), evaluation_id=evaluation.id)
    db.session.rollback()
    assert db.session.get(Evaluation, evaluation.id).status == EvaluationStatus.FINAL
    assert db.session.get(Instalment, project.last.id).evaluation_passed is True
    notice = db.session.scalars(select(Notice).where(Notice.subject_id == project.contract.id)).one()
    assert "79.13" in notice.content[0]["text"]
    with pytest.raises(InvalidTransition):
        services.confirm(actor=actor_of(project.officer), evaluation_id=evaluation.id)


def test_a_result_sent_back_can_be_corrected(project, clock):
    evaluation = project.submitted(clock)
    officer, evaluator = actor_of(project.officer), actor_of(project.evaluator)
    services.send_back(actor=officer, evaluation_id=evaluation.id, reason="媒体评分缺依据")
    db.session.rollback()
    assert queries.return_reason(db.session.get(Evaluation, evaluation.id)) == "媒体评分缺依据"
    services.save_marks(
        actor=evaluator, evaluation_id=evaluation.id, group=EvaluationGroup.MEDIA,
        marks={Indicator.QUALITY: (Decimal(60), "")},
    )  # fmt: skip
    again = services.submit_evaluation(
        actor=evaluator, evaluation_id=evaluation.id, conclusion="已更正", report=None
    )
    assert again.score < Decimal("79.13")
    assert again.report_id is not None


def test_closing_moves_the_money_and_writes_the_track_record(project, clock):
    project.final(clock)
    officer = actor_of(project.officer)
    with pytest.raises(Invalid, match="not paid yet"):
        services.close_project(actor=officer, contract_id=project.contract.id)
    project.pay(db.session.get(Instalment, project.last.id))
    services.close_project(actor=officer, contract_id=project.contract.id)
    db.session.rollback()
    assert db.session.get(Contract, project.contract.id).status == ContractStatus.TERMINATED
    held = balances(project.contract.id)
    assert (held[AccountKind.PAID], held[AccountKind.COMMITTED]) == (Money(3_000_000), Money(0))
    assert balances(project.programme.id)[AccountKind.RETURNED] == Money(7_000_000)
    entry = db.session.scalars(select(TrackEntry)).one()
    assert (entry.stars, entry.reference) == (3, project.contract.number)
    with pytest.raises(Invalid, match="not in force"):
        services.close_project(actor=officer, contract_id=project.contract.id)


def test_after_a_fail_the_rest_is_cancelled_and_released(project, clock):
    poor = [Answer(False, False, 1)] * 4
    project.final(clock, answers=poor)
    db.session.rollback()
    assert db.session.get(Instalment, project.last.id).evaluation_passed is False
    services.close_project(actor=actor_of(project.officer), contract_id=project.contract.id)
    db.session.rollback()
    assert db.session.get(Instalment, project.last.id).status == InstalmentStatus.CANCELLED
    held = balances(project.programme.id)
    assert (held[AccountKind.AVAILABLE], held[AccountKind.RETURNED]) == (Money(5_000_000), Money(2_000_000))


def test_an_open_milestone_keeps_the_project_open(project, clock):
    project.final(clock)
    project.milestone.status, project.milestone.met_at = MilestoneStatus.SCHEDULED, None
    db.session.commit()
    with pytest.raises(Invalid, match="not accepted yet"):
        services.close_project(
            actor=actor_of(project.officer), contract_id=project.contract.id, cancel_unpaid=True
        )
    assert balances(project.contract.id)[AccountKind.COMMITTED] == Money(5_000_000)


def test_only_an_officer_of_the_unit_closes(project, clock):
    project.final(clock)
    for user in (project.evaluator, project.owner, person(Role.PROGRAMME_OFFICER, UnitFactory())):
        with pytest.raises(Denied):
            services.close_project(actor=actor_of(user), contract_id=project.contract.id, cancel_unpaid=True)


def test_everybody_concerned_is_told(project, clock, drain):
    project.final(clock)
    services.close_project(
        actor=actor_of(project.officer), contract_id=project.contract.id, cancel_unpaid=True
    )
    drain()
    links = [(m.user_id, m.link) for m in db.session.scalars(select(Message)) if "/evaluation" in m.link]
    assert {user for user, _ in links} == {project.evaluator.id, project.officer.id, project.owner.id}
    assert [link for user, link in links if user == project.owner.id] == [
        f"/evaluation/results/{project.contract.id}"
    ] * 2
