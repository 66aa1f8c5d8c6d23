"""Several people and several tabs write one draft; nothing that was shown as saved is lost."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from portal.bids import queries, rules, services
from portal.core.errors import NotFound, Stale
from portal.core.money import Money
from portal.parties.values import Role
from portal.tenders.models import Tender
from portal.tenders.rules import usual_form
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import person

pytestmark = pytest.mark.usefixtures("app")


def test_two_people_on_different_pages_do_not_clash() -> None:
    here = world.make()
    party, owner = here.organisation()
    colleague = person(Role.ORG_DRAFTER, party)
    bid = here.draft(owner, party)
    seen = {section: rules.revision(bid.sections, section) for section in ("plan", "team", "budget")}
    services.save_answers(actor=actor_of(owner), bid_id=bid.id, part="plan", revision=seen["plan"], answers={"goals": "甲写的"})  # fmt: skip
    services.save_answers(actor=actor_of(colleague), bid_id=bid.id, part="team", revision=seen["team"], answers={"team": "乙写的"})  # fmt: skip
    services.save_budget(actor=actor_of(owner), bid_id=bid.id, revision=seen["budget"], lines=())
    draft = queries.draft(world.fresh(bid))
    assert (draft.text("goals"), draft.text("team"), draft.lines, draft.quote) == (
        "甲写的",
        "乙写的",
        (),
        Money.ZERO,
    )
    assert draft.text("needs") == "辖区独居老人较多"
    with pytest.raises(Stale):
        services.save_answers(actor=actor_of(colleague), bid_id=bid.id, part="plan", revision=seen["plan"], answers={"goals": "旧页"})  # fmt: skip


def test_only_questions_of_that_part_are_taken() -> None:
    here = world.make()
    party, owner = here.organisation()
    bid, actor = here.draft(owner, party), actor_of(owner)
    services.save_answers(actor=actor, bid_id=bid.id, part="team", revision=None, answers={"goals": "混进来", "x": "y"})  # fmt: skip
    draft = queries.draft(world.fresh(bid))
    assert draft.text("goals") == "完成探访六百人次"
    assert "x" not in draft.answers
    with pytest.raises(NotFound):
        services.save_answers(actor=actor, bid_id=bid.id, part="elsewhere", revision=None, answers={})


def test_a_page_that_a_colleague_saved_shows_both_versions_and_who_it_was(sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    colleague = person(Role.ORG_DRAFTER, party, name="同事小周")
    bid, client = here.draft(owner, party), sign_in(owner)
    client.post("/language", data={"lang": "en"})
    old = str(rules.revision(bid.sections, "plan"))
    services.save_answers(actor=actor_of(colleague), bid_id=bid.id, part="plan", revision=None, answers={"goals": "同事的目标"})  # fmt: skip
    typed = {
        "op_id": str(uuid4()),
        "version": old,
        "goals": "我的目标",
        "activities": "每周上门两次",
        "risk": "购买意外保险",
    }
    stale = client.post(f"/bids/{bid.id}/edit/plan", data=typed)
    assert stale.status_code == 409
    page = stale.get_data(as_text=True)
    assert "同事小周 edited this page 0 minutes ago." in page
    assert '<p class="app-typed">同事的目标</p>' in page
    assert ">我的目标</textarea>" in page.replace("\r\n", "")
    assert "每周上门两次</p>" not in page  # the same on both sides
    seen = client.get(f"/bids/{bid.id}/watch/plan?version={old}").get_json()
    assert "同事小周" in seen["note"]
    assert "Load the page again" in seen["note"]
    answer = client.post(f"/bids/{bid.id}/autosave/plan", data=typed)
    assert answer.status_code == 409
    assert "同事小周" in answer.get_json()["problem"]
    assert queries.draft(world.fresh(bid)).text("goals") == "同事的目标"


def test_a_condition_decides_what_is_missing_and_what_is_sealed() -> None:
    here = world.make()
    party, owner = here.organisation()
    bid, actor = here.draft(owner, party), actor_of(owner)

    def answer(**answers: object) -> list[str | None]:
        services.save_answers(actor=actor, bid_id=bid.id, part="plan", revision=None, answers=answers)  # type: ignore[arg-type]
        draft = queries.draft(world.fresh(bid))
        return [
            p.field
            for p in rules.missing_parts(draft, usual_form(), here.lot.cap, queries.heads(here.tender.id))
        ]

    assert answer(several_sites="yes") == ["plan-sites"]
    assert answer(sites=[["东苑", "缺电梯", "上门", "30"]]) == []
    assert answer(several_sites="no") == []
    receipt = world.submit(owner, bid)
    sealed = queries.own_copy(world.fresh(bid), receipt.reopen_code)
    assert sealed.answers["several_sites"] == "no"
    assert "sites" not in sealed.answers


def test_a_call_with_its_own_form_asks_its_own_questions(sign_in) -> None:
    here = world.make()
    form = usual_form().to_json()
    form["parts"].append({"code": "s1", "title": "合作", "questions": [
        {"code": "q1", "kind": "choices", "label": "合作单位", "options": ["社区", "企业", "学校"]},
        {"code": "q2", "kind": "date", "label": "签约日期", "only_if": {"code": "q1", "answer": "企业"}},
    ]})  # fmt: skip
    world.write(update(Tender).where(Tender.id == here.tender.id).values(form=form))
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    client.post("/language", data={"lang": "en"})
    shown = client.get(f"/bids/{bid.id}/edit/s1").get_data(as_text=True)
    assert 'data-only-if="q1" data-only-answer="企业"' in shown
    assert "Only if “合作单位” is “企业”." in shown
    assert f"/bids/{bid.id}/edit/s1#q1" in client.get(f"/bids/{bid.id}/edit/check").get_data(as_text=True)
    typed = {"op_id": str(uuid4()), "q1": ["社区", "企业"], "q2": "2026-05-01"}
    assert client.post(f"/bids/{bid.id}/edit/s1", data=typed).status_code == 303
    assert queries.draft(world.fresh(bid)).answers["q1"] == ["社区", "企业"]
    read = client.get(f"/bids/{bid.id}/edit/check").get_data(as_text=True)
    assert "社区、企业" in read
    assert "2026-05-01" in read


def test_a_signed_page_counts_for_the_version_that_was_signed(sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    bid, actor, client = here.draft(owner, party), actor_of(owner), sign_in(owner)
    with client.get(f"/bids/{bid.id}/stamp.pdf") as page:
        assert page.data.startswith(b"%PDF-")
        assert rules.version_code(queries.draft(world.fresh(bid))) in page.headers["Content-Disposition"]
    services.add_file(actor=actor, bid_id=bid.id, name="签章页.jpg", data=world.photo(), kind="stamp")

    def missing() -> list[str | None]:
        draft = queries.draft(world.fresh(bid))
        return [
            p.field
            for p in rules.missing_parts(draft, usual_form(), here.lot.cap, queries.heads(here.tender.id))
        ]

    assert missing() == []
    services.save_answers(actor=actor, bid_id=bid.id, part="team", revision=None, answers={"team": "换了人"})
    assert missing() == ["files-file"]
    assert f"/bids/{bid.id}/edit/files#file" in client.get(f"/bids/{bid.id}/submit").get_data(as_text=True)
    services.save_answers(
        actor=actor, bid_id=bid.id, part="team", revision=None, answers={"team": "社工三名"}
    )
    assert missing() == []  # the same text again is the same version
