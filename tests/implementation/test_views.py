import io
from uuid import uuid4

import pytest

from portal.core.db import db
from portal.implementation.models import Milestone, Report
from portal.implementation.values import MilestoneStatus
from tests.bids.world import photo
from tests.contracts import cases

TEXT = "本期完成入户探访与建档，服务对象反馈良好，下一步扩大范围。"


@pytest.fixture
def running(app):
    case, contract = cases.running()
    return case, contract, case.milestones(contract)[0]


def form(**fields):
    return {"op_id": str(uuid4()), **fields}


def report_form(name="活动.jpg", content=None, text=TEXT, **changes):
    counts = {"sessions": "８", "person_times": "420", "persons": "260", "volunteers": "30"}
    return form(
        text=text,
        evidence=(io.BytesIO(content if content is not None else photo()), name),
        **(counts | changes),
    )


def test_from_report_to_acceptance(running, sign_in, client):
    case, contract, milestone = running
    owner, officer = sign_in(case.owner), sign_in(case.officer)
    path = f"/implementation/milestones/{milestone.id}"
    assert "Write the report" in owner.get(path).text
    sent = owner.post(f"{path}/report", data=report_form())
    assert sent.status_code == 303
    report = db.session.query(Report).one()
    assert report.sessions == 8
    shown = officer.get(path).text
    assert TEXT in shown
    assert "活动.jpg" in shown
    once = form(reason="请补充签到表")
    officer.post(f"/implementation/reports/{report.id}/return", data=once)
    officer.post(f"/implementation/reports/{report.id}/return", data=once)
    assert "请补充签到表" in owner.get(path).text
    owner.post(f"{path}/report", data=report_form())
    second = db.session.query(Report).filter_by(accepted=None).one()
    assert officer.post(f"/implementation/reports/{second.id}/accept", data=form()).status_code == 303
    assert case.fresh(Milestone, milestone.id).status == MilestoneStatus.MET
    assert "420" in client.get(f"/implementation/public/{contract.id}").text


def test_evidence_is_sent_as_a_file_to_those_who_may(running, sign_in, client):
    from portal.implementation.models import ReportFile

    case, _contract, milestone = running
    owner = sign_in(case.owner)
    owner.post(f"/implementation/milestones/{milestone.id}/report", data=report_form())
    path = f"/implementation/evidence/{db.session.query(ReportFile).one().id}"
    with sign_in(case.officer).get(path) as answer:
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert sign_in(case.outsider).get(path).status_code == 404
    assert "/accounts/sign-in" in client.get(path).location


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "短"}, "Please describe what was done in at least"),
        ({"persons": "500"}, "Distinct persons cannot be more than person-times"),
        ({"volunteers": ""}, "Please give a number; 0 is a number."),
        ({"sessions": "很多"}, "Please give a whole number."),
        ({"name": "工具.pdf", "content": b"MZ" + b"0" * 400}, "This is a program"),
    ],
)
def test_bad_reports_are_refused_with_a_sentence_and_keep_what_was_typed(running, sign_in, fields, sentence):
    case, _contract, milestone = running
    answer = sign_in(case.owner).post(
        f"/implementation/milestones/{milestone.id}/report", data=report_form(**fields)
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "260" in answer.text or "500" in answer.text
    assert db.session.query(Report).count() == 0


def test_others_do_not_find_it_and_wrong_roles_are_refused(running, sign_in, client):
    case, _contract, milestone = running
    path = f"/implementation/milestones/{milestone.id}"
    outsider, finance = sign_in(case.outsider), sign_in(case.org_finance)
    assert outsider.get(path).status_code == 404
    assert outsider.post(f"{path}/report", data=report_form()).status_code == 404
    assert milestone.title not in outsider.get("/implementation/").text
    assert finance.get(f"{path}/report").status_code == 403
    assert finance.post(f"{path}/fail", data=form(reason="x")).status_code == 403
    for place in (path, f"{path}/report", "/implementation/"):
        assert "/accounts/sign-in" in client.get(place).location


def test_the_board_shows_what_is_late_and_fails_it_only_then(running, sign_in, clock):
    case, _contract, milestone = running
    officer = sign_in(case.officer)
    fail = f"/implementation/milestones/{milestone.id}/fail"
    assert officer.post(fail, data=form(reason="未提交")).status_code == 422
    assert milestone.title not in officer.get("/implementation/?timing=late").text
    clock.advance(days=91)
    officer = sign_in(case.officer)
    shown = officer.get("/implementation/?timing=late").text
    assert milestone.title in shown
    assert "1 milestones are overdue." in shown
    assert officer.post(fail, data=form(reason="未提交")).status_code == 303


def test_the_list_asks_the_database_the_same_number_of_times(running, sign_in, count_queries):
    from tests.factories import MilestoneFactory

    case, contract, milestone = running
    owner = sign_in(case.owner)
    few = count_queries(lambda: owner.get("/implementation/"))
    for position in range(3, 8):
        MilestoneFactory(contract_id=contract.id, position=position, title=f"第{position}次")
    assert count_queries(lambda: owner.get("/implementation/")) == few
    assert "第7次" in owner.get(f"/implementation/?sort=-due&contract={contract.id}").text
    assert owner.get("/implementation/?contract=nonsense&timing=x&status=y").status_code == 200
