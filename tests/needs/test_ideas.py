"""Ideas: the order of the steps, who records them, what becomes public, and the matching of the three lists."""

import io
import re
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.db import db, get
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound, Stale
from portal.needs import queries, rules, services
from portal.needs.models import Idea
from portal.needs.values import (
    IdeaStatus,
    NeedStatus,
    Plan,
    ProjectKind,
    ResourceKind,
    ServiceField,
    Sitting,
    Spot,
    Stage,
    StepResult,
)
from portal.needs.workflow import next_stage
from portal.notices import queries as notices
from portal.notices.values import NoticeKind
from portal.parties.values import Role
from tests.conftest import actor_of
from tests.factories import NeedFactory, NoticeFactory, PartyFactory, UnitFactory, person
from tests.needs.test_views import op, text_of

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def pdf():
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def plan(**changes):
    values = {
        "title": "邻里食堂", "summary": "为独居老人送餐", "field": ServiceField.ELDERLY, "kind": ProjectKind.SERVICE,
        "estimate_fen": 5_000_000, **changes,
    }  # fmt: skip
    return Plan(**values)


def sitting(result=StepResult.PASSED, present=20, in_favour=15, day=TODAY, note="同意"):
    return Sitting(result, day, present, in_favour, note)


@pytest.fixture
def case(place, pdf):
    need = NeedFactory(unit_id=place.community.id, status=NeedStatus.ACCEPTED)
    idea = services.create_idea(
        actor=actor_of(place.representative), unit_id=place.community.id, plan=plan(), need_ids=[need.id]
    )

    def go(until: IdeaStatus) -> Idea:
        """Walk the idea forward to a state."""
        while (now := get(Idea, idea.id)).status != until:
            stage = next_stage(now.status)
            who = (
                place.representative
                if stage in {Stage.SOLICIT, Stage.RESIDENTS, Stage.COMMUNITY}
                else place.officer
            )
            who = place.approver if stage == Stage.DISTRICT else who
            if stage in {Stage.DECISION, Stage.RESULT}:
                services.publish_step(
                    actor=actor_of(who),
                    idea_id=idea.id,
                    version=None,
                    last_day=TODAY if stage == Stage.DECISION else None,
                )
                place.clock.advance(days=1)
            else:
                services.record_step(
                    actor=actor_of(who),
                    idea_id=idea.id,
                    version=None,
                    sitting=sitting(),
                    minutes=("记录.pdf", pdf),
                )
            db.session.rollback()
        return now

    return SimpleNamespace(need=need, idea=idea, go=go, pdf=pdf)


@pytest.fixture
def place(place, clock):
    place.clock = clock
    return place


# --- rules


@pytest.mark.parametrize(
    ("stage", "changes", "minutes", "field"),
    [
        (Stage.RESIDENTS, {}, True, None),
        (Stage.RESIDENTS, {}, False, "file"),
        (Stage.RESIDENTS, {"present": 0, "in_favour": 0}, True, "present"),
        (Stage.COMMUNITY, {"in_favour": 21}, True, "in_favour"),
        (Stage.STREET, {"in_favour": 10}, True, "in_favour"),
        (Stage.STREET, {"in_favour": 11}, True, None),
        (Stage.DISTRICT, {"result": StepResult.REJECTED, "in_favour": 0, "note": " "}, True, "note"),
        (Stage.DISTRICT, {"result": StepResult.REJECTED, "in_favour": 0}, True, None),
        (Stage.DISTRICT, {"day": TODAY + timedelta(days=1)}, True, "held_on"),
        (Stage.DISTRICT, {"day": TODAY - timedelta(days=2)}, True, "held_on"),
        (Stage.SOLICIT, {"in_favour": 0}, False, None),
        (Stage.SOLICIT, {"present": 0, "in_favour": 0}, False, "present"),
        (Stage.SOLICIT, {"result": StepResult.REJECTED}, False, "result"),
    ],
)  # fmt: skip
def test_a_step_says_what_is_wrong(stage, changes, minutes, field):
    found = rules.check_sitting(
        stage, sitting(**changes), today=TODAY, not_before=TODAY - timedelta(days=1), has_minutes=minutes
    )
    assert [p.field for p in found] == ([field] if field else [])


PLACES = st.sampled_from(["/d/", "/d/s/", "/d/s/c1/", "/d/s/c2/", "/d/t/", "/d/t/c3/", "/e/", "/e/x/"])
SPOTS = st.builds(Spot, st.sampled_from([None, ServiceField.ELDERLY, ServiceField.CHILDREN]), PLACES)


@given(SPOTS, SPOTS)
def test_matching_is_symmetric_and_stays_in_its_bounds(one, other):
    assert rules.match(one, other) == rules.match(other, one)
    assert 0 <= rules.match(one, other) <= 7
    if one.field and other.field and one.field != other.field:
        assert rules.match(one, other) == 0


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("/d/s/c1/", "/d/s/c1/", 3), ("/d/s/", "/d/s/c1/", 2), ("/d/s/c1/", "/d/s/c2/", 1), ("/d/s/c1/", "/d/t/c3/", 0), ("/d/", "/e/", 0)],
)  # fmt: skip
def test_closeness_follows_the_tree(one, other, near):
    assert rules.closeness(one, other) == near


def test_the_best_offers_come_first():
    wanted = Spot(ServiceField.ELDERLY, "/d/s/c1/")
    offers = [
        ("far", Spot(ServiceField.ELDERLY, "/e/x/")),
        ("any", Spot(None, "/d/s/c1/")),
        ("next door", Spot(ServiceField.ELDERLY, "/d/s/c2/")),
        ("here", Spot(ServiceField.ELDERLY, "/d/s/c1/")),
    ]
    assert rules.best(wanted, offers) == [("here", 7), ("any", 5), ("next door", 5)]


# --- services


def test_an_idea_answers_a_need_that_was_taken_up(place):
    received, foreign = NeedFactory(unit_id=place.community.id), NeedFactory(status=NeedStatus.ACCEPTED)
    for need_ids, error in (([], Invalid), ([received.id], Invalid), ([foreign.id], NotFound)):
        with pytest.raises(error):
            services.create_idea(
                actor=actor_of(place.representative),
                unit_id=place.community.id,
                plan=plan(),
                need_ids=need_ids,
            )
    assert queries.list_ideas(actor_of(place.officer), {}).total == 0


def test_the_whole_way_into_the_reserve_library(case, place):
    assert queries.ideas_ready(place.street.id) == []
    idea = case.go(IdeaStatus.RESERVED)
    assert [s.stage for s in queries.steps_of(idea.id)] == list(Stage)
    assert [i.id for i in queries.ideas_ready(place.street.id)] == [idea.id]
    assert queries.ideas_ready(UnitFactory().id) == []
    assert queries.public_idea(idea.id).reserved_at is not None


def test_steps_are_taken_in_their_order_and_each_level_records_its_own(case, place):
    idea_id = case.idea.id
    with pytest.raises(InvalidTransition):
        services.publish_step(actor=actor_of(place.officer), idea_id=idea_id, version=None)
    case.go(IdeaStatus.ASSESSED)
    with pytest.raises(Denied):
        services.record_step(
            actor=actor_of(place.representative), idea_id=idea_id, version=None, sitting=sitting(), minutes=("a.pdf", case.pdf)
        )  # fmt: skip
    case.go(IdeaStatus.REVIEWED)
    with pytest.raises(InvalidTransition):
        services.record_step(
            actor=actor_of(place.officer), idea_id=idea_id, version=None, sitting=sitting(), minutes=("a.pdf", case.pdf)
        )  # fmt: skip
    with pytest.raises(NotFound):
        queries.public_idea(idea_id)


def test_the_district_waits_until_the_public_notice_is_over(case, place, clock):
    case.go(IdeaStatus.REVIEWED)
    step = services.publish_step(actor=actor_of(place.officer), idea_id=case.idea.id, version=None)
    assert step.last_day == TODAY + timedelta(days=6)
    district = {
        "actor": actor_of(place.approver), "idea_id": case.idea.id, "version": None, "minutes": ("a.pdf", case.pdf),
    }  # fmt: skip
    clock.advance(days=6)
    with pytest.raises(Invalid, match="public notice"):
        services.record_step(sitting=sitting(), **district)
    clock.advance(days=1)
    services.record_step(sitting=sitting(), **district)


def test_whoever_made_the_idea_does_not_decide_for_the_district(place, case, clock):
    both = person(Role.PROGRAMME_OFFICER, place.district)
    from tests.factories import grant

    grant(both, Role.PROGRAMME_APPROVER, place.district.id)
    case.go(IdeaStatus.ANNOUNCED)
    db.session.get(Idea, case.idea.id).created_by = both.id
    db.session.commit()
    with pytest.raises(Invalid, match="made the idea"):
        services.record_step(
            actor=actor_of(both), idea_id=case.idea.id, version=None, sitting=sitting(), minutes=("a.pdf", case.pdf)
        )  # fmt: skip


@pytest.mark.parametrize(
    ("result", "status"),
    [(StepResult.RETURNED, IdeaStatus.PROPOSED), (StepResult.REJECTED, IdeaStatus.REJECTED)],
)
def test_a_step_that_does_not_agree_sends_back_or_ends(case, place, result, status):
    case.go(IdeaStatus.DISCUSSED)
    services.record_step(
        actor=actor_of(place.representative), idea_id=case.idea.id, version=None, sitting=sitting(result, in_favour=3),
        minutes=("a.pdf", case.pdf),
    )  # fmt: skip
    assert get(Idea, case.idea.id).status == status
    assert [s.result for s in queries.steps_of(case.idea.id)][-1] == result


def test_an_idea_is_changed_only_before_it_is_deliberated(case, place):
    actor = actor_of(place.representative)
    services.update_idea(actor=actor, idea_id=case.idea.id, version=1, plan=plan(title="社区食堂"))
    with pytest.raises(Stale):
        services.update_idea(actor=actor, idea_id=case.idea.id, version=1, plan=plan())
    with pytest.raises(Invalid):
        services.drop_need(actor=actor, idea_id=case.idea.id, need_id=case.need.id)
    case.go(IdeaStatus.SOLICITED)
    with pytest.raises(Invalid):
        services.update_idea(actor=actor, idea_id=case.idea.id, version=None, plan=plan())


def offered(place, **changes):
    values = {
        "unit_id": place.community.id, "party_id": None, "kind": ResourceKind.VENUE, "field": ServiceField.ELDERLY, "title": "活动室",
        "description": "80平方米", "contact": "夏主任 0570-3330061", **changes,
    }  # fmt: skip
    return services.offer_resource(actor=actor_of(place.representative), **values)


def test_resources_fit_by_field_and_place(case, place):
    here, anything = offered(place), offered(place, field=None, title="志愿者")
    offered(place, field=ServiceField.CULTURE, title="舞台")
    found = queries.fitting_resources(place.community.id, ServiceField.ELDERLY)
    assert [(r.title, n) for r, n in found] == [("活动室", 7), ("志愿者", 5)]
    actor = actor_of(place.representative)
    services.use_resource(actor=actor, idea_id=case.idea.id, resource_id=here.id)
    assert [r.id for r in queries.resources_of(case.idea.id)] == [here.id]
    services.drop_resource(actor=actor, idea_id=case.idea.id, resource_id=here.id)
    assert queries.resources_of(case.idea.id) == []
    services.withdraw_resource(actor=actor, resource_id=anything.id)
    with pytest.raises(Invalid):
        services.use_resource(actor=actor, idea_id=case.idea.id, resource_id=anything.id)


def test_organisations_offer_in_their_own_name_only(place):
    party = PartyFactory()
    owner = person(Role.ORG_OWNER, party)
    facts = {"unit_id": place.community.id, "kind": ResourceKind.PEOPLE, "field": None, "title": "社工", "description": "", "contact": "周明"}  # fmt: skip
    assert services.offer_resource(actor=actor_of(owner), party_id=party.id, **facts).provider == party.name
    for party_id in (None, PartyFactory().id):
        with pytest.raises(Denied):
            services.offer_resource(actor=actor_of(owner), party_id=party_id, **facts)


def test_a_call_cites_ideas_of_the_library_and_needs_show_what_became_of_them(case, place, client):
    tender = uuid4()
    with pytest.raises(Invalid):
        services.cite(actor=actor_of(place.officer), tender_id=tender, idea_ids=[case.idea.id])
    case.go(IdeaStatus.RESERVED)
    with pytest.raises(Denied):
        services.cite(actor=actor_of(place.stranger), tender_id=tender, idea_ids=[case.idea.id])
    services.cite(actor=actor_of(place.officer), tender_id=tender, idea_ids=[case.idea.id, case.idea.id])
    assert [i.id for i in queries.ideas_of(tender)] == [case.idea.id]
    notice = NoticeFactory(kind=NoticeKind.CALL, tender_id=tender, title="为老服务征集")
    shown = text_of(client, f"/needs/{case.need.id}")
    assert case.idea.title in shown
    assert notice.title in shown
    with pytest.raises(Invalid):
        services.withdraw_idea(actor=actor_of(place.officer), idea_id=case.idea.id, reason="不做了")
    services.cite(actor=actor_of(place.officer), tender_id=tender, idea_ids=[])
    assert queries.ideas_of(tender) == []


def test_the_frozen_text_does_not_change_with_the_need(case, place):
    case.go(IdeaStatus.ANNOUNCED)
    step = queries.steps_of(case.idea.id)[-1]
    before = (step.content, step.sha256)
    services.reopen_need(actor=actor_of(place.officer), need_id=case.need.id, reason="再议")
    after = queries.steps_of(case.idea.id)[-1]
    assert (after.content, after.sha256) == before
    assert re.fullmatch("[0-9a-f]{64}", after.sha256)


def test_both_publications_are_notices_that_stay_when_the_idea_is_withdrawn(case, place, client):
    idea = case.go(IdeaStatus.RESERVED)
    first, second = notices.notices_of(idea.id)
    assert {first.kind, second.kind} == {NoticeKind.IDEA}
    assert (first.first_day, first.last_day, second.last_day) == (TODAY, TODAY, None)
    services.withdraw_idea(actor=actor_of(place.officer), idea_id=idea.id, reason="资金另有安排")
    assert client.get("/notices/?kind=planningNotice").text.count(f"/notices/{first.id}") == 1
    assert f"/notices/{second.id}" in client.get("/notices/feed.atom").text
    assert f"/needs/projects/{idea.id}" in text_of(client, f"/notices/{first.id}")
    assert second.number in text_of(client, f"/needs/projects/{idea.id}")


# --- pages


def test_the_desk_walks_an_idea_in_the_browser(place, sign_in, client, pdf):
    need = NeedFactory(unit_id=place.community.id, status=NeedStatus.ACCEPTED)
    desk, street = sign_in(place.representative), sign_in(place.officer)
    form = op(title="邻里食堂", summary="送餐", field="elderly", kind="service", estimate="５万")
    assert desk.post(f"/needs/desk/{need.id}/idea", data=form).status_code == 422
    form["estimate"] = "50,000"
    made = desk.post(f"/needs/desk/{need.id}/idea", data=form)
    address = made.location
    assert desk.post(f"/needs/desk/{need.id}/idea", data=form).location == address
    assert need.number in text_of(desk, address)
    step = f"{address}/step"
    solicited = op(held_on="2026-03-02", present="120", version="1", stage="solicit")
    for _ in range(2):
        assert desk.post(step, data=solicited).status_code == 303
    assert desk.post(step, data={**solicited, **op()}).status_code == 409
    votes = {"result": "passed", "held_on": "2026-03-02", "present": "20", "in_favour": "15"}
    refused = desk.post(step, data=op(**votes))
    assert refused.status_code == 422
    assert "upload the minutes" in refused.text
    for _ in range(2):
        assert desk.post(step, data={**op(**votes), "file": (io.BytesIO(pdf), "a.pdf")}).status_code == 303
    assert desk.get(step).status_code == 403
    assert "is recorded by" in text_of(desk, address)
    assert street.post(step, data={**op(**votes), "file": (io.BytesIO(pdf), "a.pdf")}).status_code == 303
    assert street.get(step).status_code == 409
    public = f"/needs/projects/{address.rpartition('/')[2]}"
    text_of(client, public, 404)
    published = op(last_day="2026-03-08", stage="announce")
    for _ in range(2):
        assert street.post(f"{address}/publish", data=published).location == public
    assert "邻里食堂" in text_of(client, public)
    assert "邻里食堂" in text_of(client, "/needs/projects")
    with street.get(f"{address}/minutes/2") as minutes:
        assert minutes.status_code == 200
    assert "in public notice until" in text_of(sign_in(place.approver), address)
    for page in (address, f"{address}/edit", step):
        assert sign_in(place.stranger).get(page).status_code == 404
        assert client.get(page).status_code == 303
    assert street.post(f"{address}/withdraw", data=op(reason="")).status_code == 422


def test_resources_are_public_without_their_contact(place, client, sign_in):
    resource = offered(place)
    assert "活动室" in text_of(client, "/needs/resources?field=elderly&kind=venue&q=80平方米")
    assert "活动室" not in text_of(client, "/needs/resources?kind=money")
    assert "0570-3330061" not in text_of(client, f"/needs/resources/{resource.id}")
    assert "0570-3330061" in text_of(sign_in(place.officer), f"/needs/resources/{resource.id}")
    party = PartyFactory()
    owner = sign_in(person(Role.ORG_OWNER, party))
    sent = op(
        party_id=str(party.id),
        unit_id=str(place.community.id),
        kind="people",
        field="",
        title="社工两名",
        contact="周明",
    )
    assert owner.post("/needs/resources/offer", data={**sent, "title": ""}).status_code == 422
    assert owner.post("/needs/resources/offer", data={**sent, "op_id": str(uuid4())}).status_code == 303
    assert "社工两名" in text_of(client, "/needs/resources")
    assert owner.post(f"/needs/resources/{resource.id}/withdraw", data=op()).status_code == 403
    assert (
        sign_in(place.representative).post(f"/needs/resources/{resource.id}/withdraw", data=op()).status_code
        == 303
    )
    text_of(client, f"/needs/resources/{resource.id}", 404)


def test_the_lists_of_ideas_and_resources_ask_equally_often(place, sign_in, client, count_queries):
    desk = sign_in(place.officer)
    pages = [(desk, "/needs/ideas"), (client, "/needs/projects"), (client, "/needs/resources")]

    def more():
        need = NeedFactory(unit_id=place.community.id, status=NeedStatus.ACCEPTED)
        idea = services.create_idea(
            actor=actor_of(place.officer), unit_id=place.community.id, plan=plan(), need_ids=[need.id]
        )
        row = db.session.get(Idea, idea.id)
        row.status, row.reserved_at = IdeaStatus.RESERVED, row.created_at
        db.session.commit()
        offered(place)

    more()
    one = [count_queries(lambda b=b, a=a: text_of(b, a)) for b, a in pages]
    more()
    more()
    assert [count_queries(lambda b=b, a=a: text_of(b, a)) for b, a in pages] == one
