"""Pages of the pool: entries, registration, spreadsheets, declarations."""

from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy.orm import selectinload

from portal.core.db import db
from portal.core.sheets import workbook
from portal.panels.models import Expert, ExpertApplication
from portal.parties.models import Invitation
from portal.parties.values import Role
from tests.factories import UnitFactory, UserFactory, grant
from tests.panels.browse import send, version_in
from tests.panels.stage import stage


@pytest.fixture
def english(sign_in):
    def browser(user):
        client = sign_in(user)
        with client.session_transaction() as session:
            session["lang"] = "en"
        return client

    return browser


def test_the_pool_is_kept_through_its_pages(app, english, drain, tmp_path):
    s = stage()
    officer = english(s.officer)
    entry = {
        "group": "media", "specialties": "新闻", "title_level": "other", "title": "主任记者", "employer": "示例日报", "past_employers": "甲社\n乙社\n",
        "unit_id": str(s.district.id),
    }  # fmt: skip
    unknown = send(officer, "/panels/experts/new", email="nobody@example.org", **entry)
    assert unknown.status_code == 422
    assert "send an invitation first" in unknown.text
    user = UserFactory(name="钱记者")
    assert send(officer, "/panels/experts/new", email=user.email, **entry).status_code == 303
    expert = db.session.query(Expert).filter_by(user_id=user.id).one()
    assert expert.past_employers == ["甲社", "乙社"]
    url = f"/panels/experts/{expert.id}"
    version = version_in(officer.get(url).text)
    assert send(officer, url, version=version, **{**entry, "employer": "示例晚报"}).status_code == 303
    stale = send(officer, url, version=version, **{**entry, "employer": "第三家"})
    assert stale.status_code == 409
    assert "第三家" in stale.text
    assert db.session.get(Expert, expert.id).employer == "示例晚报"
    assert send(officer, f"{url}/suspend", reason="").status_code == 422
    assert send(officer, f"{url}/suspend", reason="任期届满").status_code == 303
    assert "钱记者" in officer.get("/panels/experts?active=no&group=media&q=钱").text
    assert "钱记者" not in officer.get("/panels/experts?active=yes").text
    assert send(officer, f"{url}/resume", reason="续聘").status_code == 303
    foreign = {**entry, "unit_id": str(UnitFactory().id)}
    assert send(officer, "/panels/experts/new", email=UserFactory().email, **foreign).status_code == 422


def test_an_invited_person_is_entered_after_accepting(app, english):
    from portal.parties import services as parties

    s = stage()
    officer = english(s.officer)
    values = {"email": "new@example.org", "name": "孙教授", "unit_id": str(s.district.id)}
    assert send(officer, "/panels/experts/invite", **values).status_code == 303
    assert db.session.query(Invitation).count() == 1
    invitation = db.session.query(Invitation).one()
    parties.accept_invitation(
        token=parties.invitation_token(invitation.id), name="孙教授", password="qingshan-2026-lushui"
    )
    assert "孙教授" in officer.get("/panels/experts").text
    known = send(officer, "/panels/experts/invite", **{**values, "email": s.officer.email})
    assert known.status_code == 422


def test_experts_declare_for_themselves(app, english):
    s = stage()
    expert = s.experts[0]
    client = english(db.session.get(type(s.officer), expert.user_id))
    version = version_in(client.get("/panels/profile").text)
    fields = {
        "employer": "示例大学", "past_employers": "某中心", "interests": "某基金会", "agreed": "y",
        "ties-0-kind": "board", "ties-0-name": "某促进会", "ties-0-code": "", "ties-0-until": "",
        "relatives-0-name": "某人", "relatives-0-relation": "配偶", "relatives-0-organisation": "某中心",
        "unavailable-0-first": "2026-05-01", "unavailable-0-last": "2026-05-05",
    }  # fmt: skip
    assert send(client, "/panels/profile", version=version, **fields).status_code == 303
    kept = db.session.get(Expert, expert.id)
    assert (kept.interests, kept.ties[0]["name"], kept.relatives[0]["relation"]) == (
        ["某基金会"],
        "某促进会",
        "配偶",
    )
    assert kept.unavailable == [["2026-05-01", "2026-05-05"]]
    assert "某促进会" in client.get("/panels/profile").text
    assert send(client, "/panels/profile", version=version, **fields).status_code == 409
    for wrong in ({"employer": ""}, {"agreed": ""}, {"unavailable-0-last": "2026-04-01"}):
        again = version_in(client.get("/panels/profile").text)
        sent = {key: value for key, value in {**fields, **wrong}.items() if value}
        assert send(client, "/panels/profile", version=again, **sent).status_code == 422


def test_who_was_invited_registers_and_the_officer_finds_it_written(app, english):
    s = stage()
    newcomer = UserFactory(name="孙教授")
    grant(newcomer, Role.EXPERT, s.district.id)
    client = english(newcomer)
    fields = {
        "group": "technical", "specialties": "儿童保护、心理健康", "title": "教授", "title_level": "senior", "years": "20",
        "born_on": "1970-01-01", "employer": "示例大学", "interests": "某基金会",
    }  # fmt: skip
    assert send(client, "/panels/profile", **{**fields, "title": ""}).status_code == 422
    assert send(client, "/panels/profile", **fields).status_code == 303
    assert "儿童保护、心理健康" in client.get("/panels/profile").text
    officer = english(s.officer)
    assert f"email={newcomer.email}" in officer.get("/panels/experts").text.replace("%40", "@")
    form = officer.get(f"/panels/experts/new?email={newcomer.email}").text
    assert "儿童保护、心理健康" in form
    assert "某基金会" in form
    entry = {**fields, "email": newcomer.email, "unit_id": str(s.district.id), "fee_rate": "800"}
    assert send(officer, "/panels/experts/new", **entry).status_code == 303
    kept = db.session.query(Expert).options(selectinload(Expert.fields)).filter_by(user_id=newcomer.id).one()
    assert (kept.specialties, kept.fee_rate.fen) == (["儿童保护", "心理健康"], 80_000)
    assert db.session.query(ExpertApplication).count() == 0


def test_a_spreadsheet_goes_out_and_comes_back_and_wrong_rows_are_named(app, english, drain):
    s = stage()
    officer, known = english(s.officer), UserFactory(name="钱记者")
    exported = officer.get("/panels/experts.xlsx")
    head = [cell.value for cell in next(openpyxl.load_workbook(BytesIO(exported.data)).active.iter_rows())]
    assert head[:3] == ["E-mail address", "Full name", "Expert group"]
    good = [
        [known.email, "钱记者", "media", "新闻", "主任记者", "", "", "", "示例日报", "", "2030-12-31", "800"],
        ["neu@example.org", "周研究员", "technical", "社会工作、财务", "研究员", "senior", 20, "1970-01-01", "示例院", "", "", ""],
    ]  # fmt: skip
    bad = [good[0], [*good[1][:2], "unbekannt", *good[1][3:7], "1.1.1970", *good[1][8:]]]

    def upload(rows):
        content = workbook("x", head, rows)
        return officer.post(
            "/panels/experts/import",
            data={
                "op_id": str(uuid4()),
                "unit_id": str(s.district.id),
                "file": (BytesIO(content), "pool.xlsx"),
            },
        )

    refused = upload(bad)
    assert refused.status_code == 422
    assert "Row 3: “unbekannt” is not known here." in refused.text
    assert "Row 3: “1.1.1970” is no date" in refused.text
    assert db.session.query(Expert).filter_by(user_id=known.id).count() == 0
    assert upload(good).status_code == 303
    assert db.session.query(Expert).filter_by(user_id=known.id).one().fee_rate.fen == 80_000
    assert db.session.query(Invitation).one().email == "neu@example.org"
    assert "Row 2: This person is in the pool already." in upload(good).text
    wrong = officer.post(
        "/panels/experts/import",
        data={"op_id": str(uuid4()), "unit_id": str(s.district.id), "file": (BytesIO(b"no"), "pool.xlsx")},
    )
    assert "not a spreadsheet of the kind .xlsx" in wrong.text
