"""Pages of needs: the resident's way from poster to answer, the desk, and who sees what."""

import io
import re
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from portal.core import search
from portal.core.db import db, get
from portal.needs import services
from portal.needs.models import Need
from portal.needs.values import Contact, NeedStatus
from tests.conftest import actor_of
from tests.factories import NeedFactory
from tests.needs.access import ROLES
from tests.needs.test_services import handed_in, photo_with_place


def op(**fields):
    return {"op_id": str(uuid4()), **fields}


def text_of(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.text


def count():
    db.session.rollback()
    return db.session.scalar(select(func.count(Need.id)))


def test_every_page_of_needs_is_listed(app):
    endpoints = {name for name in app.view_functions if name.startswith("needs.")}
    assert endpoints == set(ROLES)
    for name in endpoints:
        access = app.view_functions[name].access
        assert ({"*"} if access.kind == "public" else access.roles or {"signed_in"}) == ROLES[name], name


# --- the resident


def test_a_resident_hands_in_without_an_account_and_follows_the_answer(place, client):
    address = f"/needs/hand-in/{place.community.id}"
    assert address in text_of(client, "/needs/hand-in")
    sent = op(text="楼梯没有扶手", field="elderly", contact_name="王阿姨", contact_phone="13800138000")
    first = client.post(address, data={**sent, "file": (io.BytesIO(photo_with_place()), "a.jpg")})
    again = client.post(address, data={**sent, "file": (io.BytesIO(photo_with_place()), "a.jpg")})
    assert (first.status_code, first.location) == (303, again.location)
    assert count() == 1
    receipt = text_of(client, first.location)
    code = re.search(r"<strong>([0-9A-Z]{5}-[0-9A-Z]{5})</strong>", receipt).group(1)
    assert "13800138000" not in receipt
    found = client.get(f"/needs/receipt?code=+{code.lower()}+")
    assert found.location.endswith(code.replace("-", ""))
    assert "楼梯没有扶手" in text_of(client, found.location)


@pytest.mark.parametrize(
    "changes",
    [{"text": ""}, {"text": "字" * 1001}, {"field": ""}, {"field": "x"}, {"contact_phone": "1" * 31}],
)
def test_a_form_with_a_fault_is_shown_again_with_what_was_typed(place, client, changes):
    sent = op(text="楼梯没有扶手", field="elderly", contact_name="王阿姨", **{}) | changes
    response = client.post(f"/needs/hand-in/{place.community.id}", data=sent)
    assert response.status_code == 422
    assert "王阿姨" in response.text
    assert count() == 0


def test_a_file_that_is_no_picture_is_refused_at_its_field(place, client):
    sent = op(text="楼梯没有扶手", field="elderly", file=(io.BytesIO(b"%PDF-1.7 x"), "a.pdf"))
    response = client.post(f"/needs/hand-in/{place.community.id}", data=sent)
    assert response.status_code == 422
    assert 'href="#file"' in response.text
    assert count() == 0


def test_an_unknown_code_gets_a_page_that_helps(client):
    assert "compare it with your receipt" in text_of(client, "/needs/receipt/ZZZZZ-ZZZZZ", 404)


def test_the_public_sees_the_public_wording_only(place, client):
    need, _code = handed_in(place, text="六号楼王奶奶摔倒了", contact=Contact("王阿姨", "13800138000"))
    assert need.number not in text_of(client, "/needs/")
    text_of(client, f"/needs/{need.id}", 404)
    services.answer_need(
        actor=actor_of(place.officer), need_id=need.id, version=1, status=NeedStatus.ACCEPTED, summary="加装扶手", answer="列入改造"
    )  # fmt: skip
    for page in (text_of(client, "/needs/"), text_of(client, f"/needs/{need.id}")):
        assert "加装扶手" in page
        assert "王奶奶" not in page
        assert "王阿姨" not in page
        assert "13800138000" not in page


def test_the_public_list_is_filtered_in_the_address(place, client):
    NeedFactory(unit_id=place.community.id, status=NeedStatus.ACCEPTED, summary="加装扶手")
    NeedFactory(unit_id=place.community.id, status=NeedStatus.DECLINED, summary="拆除围墙", answer="涉及产权")
    search.rebuild()
    assert "拆除围墙" in text_of(client, "/needs/")
    assert "拆除围墙" not in text_of(client, "/needs/?status=accepted")
    assert "拆除围墙" in text_of(client, "/needs/?status=declined")
    assert "加装扶手" in text_of(client, f"/needs/?place={place.district.id}&field=elderly&q=扶手")
    for nothing in (f"place={place.stranger.id}", "place=x", "field=children", "q=没有这样的词"):
        assert "加装扶手" not in text_of(client, f"/needs/?{nothing}")


# --- the desk


DESK_PAGES = [
    "/needs/desk",
    "/needs/desk.xlsx",
    "/needs/desk/enter",
    "/needs/desk/round",
    "/needs/communities",
]


def test_the_desk_is_for_its_people(place, client, sign_in):
    need = NeedFactory(unit_id=place.community.id)
    own = [f"/needs/desk/{need.id}", f"/needs/desk/{need.id}/rate", f"/needs/desk/{need.id}/merge"]
    places = [f"/needs/communities/{place.community.id}", f"/needs/communities/{place.community.id}/poster"]
    for address in DESK_PAGES + own + places:
        assert client.get(address).status_code == 303, address
        assert sign_in(place.representative).get(address).status_code == 200, address
    for address in own:
        assert sign_in(place.stranger).get(address).status_code == 404, address
    for address in places:
        assert sign_in(place.stranger).get(address).status_code == 403, address
    assert sign_in(place.supervisor).get(own[0]).status_code == 200
    assert sign_in(place.supervisor).get(own[1]).status_code == 403
    assert sign_in(place.representative).get(f"/needs/desk/{need.id}/answer").status_code == 403


def test_only_the_desk_sees_contact_and_photo(place, sign_in):
    need, _code = handed_in(
        place, contact=Contact("王阿姨", "13800138000"), photo=("a.jpg", photo_with_place())
    )
    address = f"/needs/desk/{need.id}"
    assert "13800138000" in text_of(sign_in(place.officer), address)
    assert "13800138000" not in text_of(sign_in(place.supervisor), address)
    with sign_in(place.officer).get(f"{address}/photo") as photo:
        assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")
    assert sign_in(place.supervisor).get(f"{address}/photo").status_code == 403
    rows = load_workbook(io.BytesIO(sign_in(place.officer).get("/needs/desk.xlsx").data)).active
    assert "13800138000" not in str(list(rows.values))


def test_a_round_is_typed_in_once_and_blank_rows_do_not_count(place, sign_in):
    sent = op(
        unit_id=str(place.community.id), channel="evening_talk", title="七点半夜谈", held_on="2026-03-01", participants="４６", sites="3",
        **{"opinions-0-text": "装扶手", "opinions-0-field": "elderly", "opinions-0-count": "30", "opinions-1-text": "",
           "opinions-2-text": "修路灯", "opinions-2-field": "environment", "opinions-2-count": ""},
    )  # fmt: skip
    for _ in range(2):
        assert sign_in(place.representative).post("/needs/desk/round", data=sent).status_code == 303
    assert count() == 2
    bad = sign_in(place.representative).post(
        "/needs/desk/round", data=op(**{**sent, "op_id": "", "held_on": "2026-03-09"})
    )
    assert bad.status_code == 422
    assert "still to come" in bad.text
    assert count() == 2


def test_the_desk_rates_merges_and_answers(place, sign_in):
    need, other = (NeedFactory(unit_id=place.community.id) for _ in range(2))
    desk, address = sign_in(place.officer), f"/needs/desk/{need.id}"
    assert (
        desk.post(
            f"{address}/rate", data=op(field="elderly", urgency="5", breadth="2", version="1")
        ).status_code
        == 303
    )
    assert "76" in text_of(desk, address)
    assert desk.post(f"{address}/merge", data=op(into="XQ-0-0", version="2")).status_code == 422
    assert other.number in text_of(desk, f"{address}/merge?into={other.number}")
    merged = desk.post(f"{address}/merge", data=op(into=other.number, version="2"))
    assert merged.location == f"/needs/desk/{other.id}"
    refused = desk.post(
        f"/needs/desk/{other.id}/answer", data=op(decision="accepted", summary="加装扶手", answer="")
    )
    assert refused.status_code == 422
    assert "加装扶手" in refused.text
    done = desk.post(
        f"/needs/desk/{other.id}/answer", data=op(decision="accepted", summary="加装扶手", answer="列入")
    )
    assert done.status_code == 303
    assert desk.post(f"{address}/split", data=op()).status_code == 303
    assert desk.post(f"/needs/desk/{other.id}/reopen", data=op(reason="")).status_code == 422
    assert desk.post(f"/needs/desk/{other.id}/reopen", data=op(reason="有误")).status_code == 303
    db.session.rollback()
    assert get(Need, other.id).status == NeedStatus.RECEIVED


def test_the_poster_leads_to_the_community(place, sign_in):
    poster = text_of(sign_in(place.representative), f"/needs/communities/{place.community.id}/poster")
    assert f"/needs/hand-in/{place.community.id}" in poster
    assert "data:image/svg+xml" in poster


def test_grids_are_added_and_removed(place, sign_in):
    desk, address = sign_in(place.representative), f"/needs/communities/{place.community.id}"
    assert desk.post(address, data=op(name="第一网格")).status_code == 303
    assert desk.post(address, data=op(name="第一网格")).status_code == 422
    remove = re.search(r'action="(/needs/grids/[^"]+)"', text_of(desk, address)).group(1)
    assert sign_in(place.stranger).post(remove, data=op()).status_code == 404
    assert desk.post(remove, data=op()).status_code == 303
    assert "第一网格" not in text_of(desk, address)


def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(place, sign_in, client, count_queries):
    desk = sign_in(place.officer)
    pages = [
        (desk, "/needs/desk"),
        (desk, "/needs/desk.xlsx"),
        (client, "/needs/"),
        (desk, "/needs/communities"),
    ]
    NeedFactory(unit_id=place.community.id, status=NeedStatus.ACCEPTED)
    one = [count_queries(lambda b=b, a=a: text_of(b, a) if "xlsx" not in a else b.get(a)) for b, a in pages]
    for _ in range(2):
        NeedFactory(unit_id=place.community.id, status=NeedStatus.ACCEPTED)
    assert [
        count_queries(lambda b=b, a=a: text_of(b, a) if "xlsx" not in a else b.get(a)) for b, a in pages
    ] == one
