"""Pages of evaluation through HTTP."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal.core.db import db
from portal.evaluation import services
from portal.evaluation.models import Evaluation, SurveyAnswer
from portal.evaluation.values import EvaluationStatus
from portal.parties.values import Role
from portal.payments.models import Instalment
from tests.conftest import actor_of
from tests.evaluation.cases import PDF, Project
from tests.factories import PartyFactory, UnitFactory, person

OP = "3d0a2d86-7c62-4a0e-8f3e-8a2d7b1f6c5d"
SURVEY = {
    "opens_at": "2026-03-02T09:00",
    "closes_at": "2026-03-09T18:00",
    "population": "３００",
    "count": "12",
}
YES = {"aware": "yes", "took_part": "no", "satisfaction": "4", "comment": ""}


@pytest.fixture
def project(app):
    return Project()


def evaluation():
    return db.session.scalars(select(Evaluation)).one()


def test_from_assignment_to_stars_in_the_browser(project, sign_in, client, clock):
    officer, evaluator = sign_in(project.officer), sign_in(project.evaluator)
    assign = f"/evaluation/contracts/{project.contract.id}/assign"
    assert "评估员甲" in officer.get(assign).text
    assert officer.post(assign, data={}).status_code == 422
    assert officer.post(assign, data={"evaluator_id": str(project.evaluator.id)}).status_code == 303
    url = f"/evaluation/{evaluation().id}"
    assert "declare that I have no conflict" in evaluator.get(url).text
    assert evaluator.post(url + "/declare").status_code == 303

    sheet = evaluator.post(url + "/survey", data={**SURVEY, "op_id": OP})
    assert sheet.mimetype == "application/pdf"
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(sheet.data)).pages)
    assert printed.count("/evaluation/s/") == 12
    again = evaluator.post(url + "/survey", data={**SURVEY, "op_id": OP})
    assert again.status_code == 303, "the codes are shown once; sending the form twice makes no second survey"

    for group in ("expert", "department", "media"):
        marks = {"mark_quality": "90", "mark_progress": "85.5", "note_quality": "现场查看"}
        assert evaluator.post(f"{url}/marks/{group}", data=marks).status_code == 303
    assert evaluator.get(url + "/marks/resident").status_code == 404
    paper = {f"rows-{n}-{name}": "no" for n in range(3) for name in ("aware", "took_part")}
    paper |= {
        "rows-0-aware": "yes",
        "rows-0-satisfaction": "5",
        "rows-1-satisfaction": "4",
        "rows-2-satisfaction": "",
    }
    assert evaluator.post(url + "/paper", data=paper).status_code == 303
    taken = db.session.scalars(select(SurveyAnswer)).all()
    assert sorted((row.aware, row.took_part, row.satisfaction) for row in taken) == [
        (False, False, 4),
        (True, False, 5),
    ]

    assert "survey runs until" in evaluator.get(url).text.replace("&#39;", "'")
    clock.advance(days=8)
    evaluator, officer = sign_in(project.evaluator), sign_in(project.officer)
    form = {"conclusion": "服务达到预期。", "file": (BytesIO(b"MZ program"), "报告.pdf")}
    refused = evaluator.post(url + "/submit", data=form)
    assert refused.status_code == 422
    assert "This is a program" in refused.text
    form["file"] = (BytesIO(PDF), "报告.pdf")
    assert evaluator.post(url + "/submit", data=form).status_code == 303
    assert evaluator.get(url + "/submit").status_code == 409
    result = f"/evaluation/results/{project.contract.id}"
    assert client.get(result).status_code == 404
    with officer.get(url + "/report.pdf") as report:
        assert report.data == PDF
    assert "How the score was computed" in officer.get(url).text  # who confirms sees what the residents said
    assert officer.post(url + "/confirm").status_code == 303
    public = client.get(result).text
    assert "服务达到预期。" in public
    assert project.party.name in public
    assert evaluation().status == EvaluationStatus.FINAL

    close = f"/evaluation/contracts/{project.contract.id}/close"
    assert "20,000.00" in officer.get(close).text  # 50,000.00 paid, 30,000.00 spent
    assert officer.post(close, data={}).status_code == 422
    assert officer.post(close, data={"cancel_unpaid": "y"}).status_code == 303
    assert "The project is closed" in officer.get(close).text


def test_a_resident_answers_once_on_the_phone(project, client, clock):
    code = project.survey(project.assign())[0]
    url = f"/evaluation/s/{code}"
    shown = client.get(url)
    assert shown.status_code == 200
    assert "Three questions" in shown.text
    refused = client.post(url, data={"aware": "yes"})
    assert refused.status_code == 422
    assert db.session.scalars(select(SurveyAnswer)).all() == []
    assert client.post(url, data=YES).status_code == 303
    assert "Thank you" in client.get(url).text
    again = client.post(url, data=YES)
    assert again.status_code == 422
    assert "used already" in again.text
    assert len(db.session.scalars(select(SurveyAnswer)).all()) == 1
    assert client.get("/evaluation/s/unknown").status_code == 404
    clock.advance(days=8)
    other = client.get(f"/evaluation/s/{code[:-1]}")
    assert other.status_code == 404


def test_a_closed_survey_says_so_and_takes_nothing(project, client, clock):
    code = project.survey(project.assign())[1]
    clock.advance(days=7)
    assert "has closed" in client.get(f"/evaluation/s/{code}").text
    assert client.post(f"/evaluation/s/{code}", data=YES).status_code == 422
    assert db.session.scalars(select(SurveyAnswer)).all() == []


def test_bad_survey_input_is_told_at_its_field(project, sign_in):
    row = project.assign()
    evaluator = sign_in(project.evaluator)
    for change, sentence in (
        ({"count": "201"}, "Between 1 and 200 codes"),
        ({"count": "12", "population": "5"}, "more codes than residents"),
        ({"closes_at": "2026-03-01T09:00"}, "must close after it opens"),
        ({"opens_at": "soon"}, "Please give date and time"),
    ):
        answer = evaluator.post(f"/evaluation/{row.id}/survey", data={**SURVEY, **change})
        assert answer.status_code == 422, change
        assert sentence in answer.text
    assert evaluator.post(f"/evaluation/{row.id}/marks/expert", data={"mark_quality": "101", "mark_progress": "1"}).status_code == 422  # fmt: skip


def test_strangers_stay_outside(project, sign_in, client):
    row = project.assign()
    url, close = f"/evaluation/{row.id}", f"/evaluation/contracts/{project.contract.id}/close"
    assert client.get(url).status_code == 303
    assert sign_in(project.owner).get(url).status_code == 403
    assert sign_in(person(Role.EVALUATOR, project.unit)).get(url).status_code == 404
    assert sign_in(person(Role.PROGRAMME_OFFICER, UnitFactory())).get(url).status_code == 404
    assert sign_in(person(Role.PROGRAMME_OFFICER, UnitFactory())).get(close).status_code == 404
    assert sign_in(person(Role.ORG_OWNER, PartyFactory())).get(close).status_code == 403
    supervisor = sign_in(person(Role.SUPERVISOR, project.unit))
    assert supervisor.get(url).status_code == 200
    assert supervisor.get(url + "/survey").status_code == 403
    assert supervisor.post(close, data={"cancel_unpaid": "y"}).status_code == 403
    assert sign_in(project.officer).post(url + "/declare").status_code == 403
    assert db.session.get(Instalment, project.last.id).status == "planned"


def test_the_list_costs_the_same_for_one_and_three_rows(project, sign_in, count_queries):
    evaluator = sign_in(project.evaluator)
    project.assign()
    evaluator.get("/evaluation/")
    one = count_queries(lambda: evaluator.get("/evaluation/"))
    for _ in range(2):
        other = Project()
        row = services.assign(
            actor=actor_of(other.officer), contract_id=other.contract.id, evaluator_id=other.evaluator.id
        )
        db.session.get(Evaluation, row.id).evaluator_id = project.evaluator.id
        db.session.commit()
    assert count_queries(lambda: evaluator.get("/evaluation/")) == one
    assert evaluator.get("/evaluation/").text.count("<td data-label") >= 15


def test_a_mistyped_survey_address_says_what_to_compare(client):
    answer = client.get("/evaluation/s/aaaaaaaaaaaaaaaa")
    assert answer.status_code == 404
    assert "slip" in answer.get_data(as_text=True) or "纸条" in answer.get_data(as_text=True)
