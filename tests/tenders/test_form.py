"""The form of proposals: built by the officer, frozen with the call, shown to staff."""

from uuid import uuid4

import pytest

from portal.core.errors import Invalid, InvalidTransition, Stale
from portal.core.questions import Condition, Question, QuestionKind, with_question, without_question
from portal.tenders import queries, rules, services
from portal.tenders.values import TenderStatus
from tests.conftest import SYSTEM, actor_of
from tests.tenders.cases import approved, drafted, published, world
from tests.tenders.test_views import english_client, fields_of, text_of

pytestmark = pytest.mark.usefixtures("app")


def test_a_call_begins_with_the_usual_form_and_publication_freezes_it() -> None:
    here = world()
    tender = published(here)
    assert queries.form_of(tender) == rules.usual_form()
    assert tender.form_digest
    changed = without_question(rules.usual_form(), "summary")
    with pytest.raises(InvalidTransition):
        services.save_form(actor=actor_of(here.officer), tender_id=tender.id, version=None, form=changed)


def test_what_contracts_need_cannot_be_taken_out() -> None:
    here = world()
    tender, actor = drafted(here), actor_of(here.officer)
    usual = rules.usual_form()
    for code in rules.KEPT:
        with pytest.raises(Invalid):
            services.save_form(
                actor=actor, tender_id=tender.id, version=None, form=without_question(usual, code)
            )
    number = Question("goals", QuestionKind.NUMBER, "目标")
    with pytest.raises(Invalid):
        services.save_form(actor=actor, tender_id=tender.id, version=None, form=with_question(usual, "plan", number))  # fmt: skip
    services.save_form(
        actor=actor, tender_id=tender.id, version=None, form=without_question(usual, "summary")
    )


def test_an_old_page_does_not_overwrite_the_form() -> None:
    here = world()
    tender, actor = drafted(here), actor_of(here.officer)
    seen, usual = tender.version, rules.usual_form()
    services.save_form(
        actor=actor, tender_id=tender.id, version=seen, form=without_question(usual, "summary")
    )
    with pytest.raises(Stale):
        services.save_form(actor=actor, tender_id=tender.id, version=seen, form=usual)


def test_changing_the_form_makes_an_approval_void() -> None:
    here = world()
    tender = approved(here)
    form = without_question(queries.form_of(tender), "summary")
    services.save_form(actor=actor_of(here.officer), tender_id=tender.id, version=None, form=form)
    again = queries.get_tender(SYSTEM, tender.id)
    assert again.status == TenderStatus.DRAFT
    assert again.approved_by is None


def test_a_clone_takes_the_form_along() -> None:
    here = world()
    tender, actor = drafted(here), actor_of(here.officer)
    services.save_form(
        actor=actor, tender_id=tender.id, version=None, form=without_question(rules.usual_form(), "summary")
    )
    clone = services.clone_tender(actor=actor, tender_id=tender.id, title="第二期")
    assert queries.form_of(clone).question("summary") is None


def test_the_officer_builds_a_question_with_a_condition_in_the_browser(sign_in) -> None:
    here = world()
    tender = drafted(here)
    client = english_client(sign_in, here.officer)
    base = f"/tenders/{tender.id}/form"
    assert client.get(base).status_code == 200

    def written(address: str, **changes: str) -> dict[str, str]:
        shown = client.get(address)
        assert shown.status_code == 200
        return {**fields_of(shown.get_data(as_text=True)), "op_id": str(uuid4()), **changes}

    new = f"{base}/question?part=plan"
    data = written(new, label="合作单位的种类", kind="choice", options="社区\n企业\n社区", required="y")
    assert client.post(new, data=data).status_code == 303
    again = client.post(new, data=data)
    assert again.status_code == 303
    data = written(new, label="企业名称", kind="line", limit="60", only_if="q1=企业", required="y")
    assert client.post(new, data=data).status_code == 303
    form = queries.form_of(queries.get_tender(SYSTEM, tender.id))
    assert [q.code for q in form.questions if q.code.startswith("q")] == ["q1", "q2"]
    first, second = form.question("q1"), form.question("q2")
    assert first is not None
    assert second is not None
    assert first.options == ("社区", "企业")
    assert (second.limit, second.only_if) == (60, Condition("q1", "企业"))
    preview = text_of(client.get(f"{base}/preview"))
    assert "企业名称" in preview
    assert "Only if “合作单位的种类” is “企业”." in preview
    refused = client.post(new, data=written(new, label="只有一个", kind="choice", options="甲"))
    assert refused.status_code == 422
    assert "at least two different choices" in text_of(refused)
    version = str(queries.get_tender(SYSTEM, tender.id).version)
    removed = client.post(f"{base}/question/q1/remove", data={"op_id": str(uuid4()), "version": version})
    assert removed.status_code == 422  # the second question hangs on it
    moved = client.post(f"{base}/question/q2/up", data={"op_id": str(uuid4()), "version": version})
    assert moved.status_code == 422
    moved = client.post(f"{base}/question/q1/up", data={"op_id": str(uuid4()), "version": version})
    assert moved.status_code == 303


def test_pages_and_kinds_of_attachments_are_built_too(sign_in) -> None:
    here = world()
    tender = drafted(here)
    client, base = sign_in(here.officer), f"/tenders/{tender.id}/form"
    assert client.post(f"{base}/part", data={"op_id": str(uuid4()), "title": "合作"}).status_code == 303
    lacking = queries.form_problems(queries.get_tender(SYSTEM, tender.id))
    assert [p.params["title"] for p in lacking] == ["合作"]
    assert client.post(f"{base}/part/s1/up", data={"op_id": str(uuid4())}).status_code == 303
    assert client.post(f"{base}/part/s1/remove", data={"op_id": str(uuid4())}).status_code == 303
    assert queries.form_problems(queries.get_tender(SYSTEM, tender.id)) == []
    data = {
        "op_id": str(uuid4()), "papers-0-code": "certificate", "papers-0-title": "登记证书", "papers-0-required": "y", "papers-0-most": "2",
        "papers-1-code": "", "papers-1-title": "社区意见", "papers-1-required": "y", "papers-1-most": "99",
    }  # fmt: skip
    assert client.post(f"{base}/papers", data=data).status_code == 303
    papers = queries.form_of(queries.get_tender(SYSTEM, tender.id)).papers
    assert [(p.code, p.most, p.required) for p in papers] == [("certificate", 2, True), ("p1", 10, True)]
