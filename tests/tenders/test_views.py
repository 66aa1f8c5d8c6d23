"""Pages of calls through HTTP: who gets in, what is refused in words, what is sent twice."""

import hashlib
import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from portal.budgets import queries as budget_queries
from portal.budgets.values import AccountKind
from portal.core import clock as clock_module
from portal.core import files, search
from portal.core.calendar import DayKind
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.money import Money
from portal.needs.values import IdeaStatus
from portal.notices import queries as notice_queries
from portal.parties.values import Role
from portal.procedures import services as procedure_services
from portal.procedures.models import CalendarDay
from portal.scoring import rules as scoring_rules
from portal.scoring.values import Evaluation
from portal.tenders import queries, services
from portal.tenders.models import CallTemplate, GoverningDocument, Tender
from portal.tenders.values import Band, CriterionDraft, CriterionKind, EndReason, HolderRole, TenderStatus
from tests.conftest import SYSTEM, actor_of
from tests.factories import (
    PASSWORD,
    IdeaFactory,
    LotFactory,
    PartyFactory,
    TenderFactory,
    UnitFactory,
    person,
)
from tests.journeys.walk import a_pdf
from tests.tenders.access import ROLES
from tests.tenders.cases import (
    EVERY_CONDITION,
    VENTURE_SCHEME,
    approved,
    drafted,
    funds_confirmed,
    published,
    with_keys,
    world,
)

pytestmark = pytest.mark.usefixtures("app")


def english_client(sign_in, user):
    client = sign_in(user)
    client.post("/language", data={"lang": "en"})
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


def fields_of(html: str) -> dict[str, str | list[str]]:
    """What a browser would send back from the first form of the main part."""
    form = html[html.index("<main") :]
    form = form[form.index("<form") : form.index("</form>")]
    form = re.sub(r"<template.*?</template>", "", form, flags=re.S)
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\s?(.*?)</textarea>', form, flags=re.S):
        found[name] = [unescape(body).strip()]
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, flags=re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', body) or re.search(r'value="([^"]*)"', body)
        found[name] = [chosen[1]]
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


# Who gets in


def url_of(endpoint: str, tender: Tender) -> str:
    from flask import current_app

    rule = next(r for r in current_app.url_map.iter_rules() if r.endpoint == endpoint)
    return (
        rule.rule.replace("<uuid:tender_id>", str(tender.id))
        .replace("<section>", "basics")
        .replace("<int:position>", "1")
        .replace("<uuid:template_id>", str(uuid4()))
    )


def method_of(endpoint: str) -> str:
    from flask import current_app

    rule = next(r for r in current_app.url_map.iter_rules() if r.endpoint == endpoint)
    return "get" if "GET" in rule.methods else "post"


@pytest.mark.once
@pytest.mark.parametrize("endpoint", sorted(ROLES))
def test_every_page_keeps_out_who_has_no_part_in_it(endpoint, client, sign_in):
    w = world()
    tender = published(w)
    paper = files.save(b"%PDF-1.7", name="terms.pdf", media_type="application/pdf")
    db.session.add(
        GoverningDocument(
            tender_id=tender.id, position=1, title="条款", file_id=paper.id, name=paper.name, size=paper.size, sha256=paper.sha256
        )
    )  # fmt: skip
    db.session.commit()
    address, method = url_of(endpoint, tender), method_of(endpoint)
    anonymous = getattr(client, method)(address)
    anonymous.close()
    if "*" in ROLES[endpoint]:
        assert anonymous.status_code == 200
        return
    assert anonymous.status_code == 303
    assert "/accounts/sign-in" in anonymous.location
    for role in Role:
        if role.value not in ROLES[endpoint]:
            scope = PartyFactory() if role.value.startswith("org_") else w.unit
            assert getattr(sign_in(person(role, scope)), method)(address).status_code == 403, role


@pytest.mark.once
@pytest.mark.parametrize("endpoint", sorted(e for e, who in ROLES.items() if not who & {"*", "org_owner"}))
def test_another_units_case_is_not_found(endpoint, sign_in):
    if "<uuid" not in url_rule(endpoint):
        pytest.skip("a page without a case")
    w = world()
    tender = drafted(w)
    role = Role.PROGRAMME_OFFICER if "programme_officer" in ROLES[endpoint] else Role.PROGRAMME_APPROVER
    stranger = sign_in(person(role, UnitFactory()))
    assert getattr(stranger, method_of(endpoint))(url_of(endpoint, tender)).status_code == 404


def url_rule(endpoint: str) -> str:
    from flask import current_app

    return next(r.rule for r in current_app.url_map.iter_rules() if r.endpoint == endpoint)


def test_a_draft_has_no_public_page(client):
    tender = drafted(world())
    assert client.get(f"/tenders/{tender.id}").status_code == 404


# The editor


def test_an_officer_drafts_a_call_once_even_when_sent_twice(sign_in):
    w = world()
    browser = english_client(sign_in, w.officer)
    sent = {
        **fields_of(browser.get("/tenders/new").text),
        "title": "为老服务",
        "programme": str(w.programme.id),
        "source": "procedure:venture_contest",
    }
    first, second = browser.post("/tenders/new", data=sent), browser.post("/tenders/new", data=sent)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert [t.number for t in db.session.query(Tender)] == ["2026-CT-0001"]
    assert browser.get(first.location).status_code == 200


@pytest.mark.parametrize(
    "section", ["basics", "periods", "conditions", "lots", "rubric", "heads", "milestones", "instalments"]
)
def test_every_section_saves_what_it_shows(section, sign_in):
    w = world()
    tender = drafted(w, conditions=EVERY_CONDITION)
    before = queries.draft_of(queries.get_tender(SYSTEM, tender.id))
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/{section}"
    page = browser.get(address)
    assert page.status_code == 200
    answer = browser.post(address, data=fields_of(page.text))
    assert answer.status_code == 303, text_of(answer)
    db.session.rollback()
    db.session.expire_all()
    after = queries.get_tender(SYSTEM, tender.id)
    assert queries.draft_of(after) == before
    assert after.version == tender.version + 1


def test_the_conditions_are_public_in_words(sign_in, client):
    w = world()
    tender = published(w, conditions=EVERY_CONDITION)
    shown = english_client(sign_in, w.officer).get(f"/tenders/{tender.id}").text
    for sentence in (
        "Admitted: Foundation.",
        "Assessment grade 3A or higher",
        "This excludes nobody.",
        "有固定场所",
    ):
        assert sentence in shown


def test_a_rubric_of_102_is_refused_in_words_and_nothing_changes(sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/rubric"
    sent = fields_of(browser.get(address).text)
    answer = browser.post(address, data={**sent, "criteria-0-maximum": "４２"})
    assert answer.status_code == 422
    assert "The maxima add up to 102; they must add up to 100." in text_of(answer)
    assert 'value="４２"' in answer.text
    assert [c.maximum for c in queries.criteria(tender.id)] == [40, 60]


def test_a_deadline_on_a_day_off_is_refused_in_words(sign_in):
    w = world()
    tender = drafted(w)
    db.session.add(CalendarDay(day=date(2026, 4, 6), kind=DayKind.HOLIDAY, source="放假通知"))
    db.session.commit()
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/periods"
    sent = {**fields_of(browser.get(address).text), "deadline_at": "2026-04-06T17:00"}
    answer = browser.post(address, data=sent)
    assert answer.status_code == 422
    assert "2026-04-06, which is a day off (Public holiday)" in text_of(answer)
    db.session.rollback()
    assert db.session.get(Tender, tender.id).deadline_at == clock_module.at(date(2026, 3, 25), 17)


@pytest.mark.parametrize(
    ("section", "changes", "sentence"),
    [
        ("instalments", {"instalments-0-share": "51"}, "The instalments add up to 101 percent"),
        (
            "instalments",
            {"instalments-1-milestone_position": "9"},
            "waits for a milestone that does not exist",
        ),
        ("milestones", {"milestones-1-due_days": "900"}, "is due on day 900"),
        ("heads", {"heads-1-cap": "15%"}, "may take at most 10 percent"),
        ("lots", {"lots-0-cap": "200,000"}, "All awards together may cost 500,000.00 yuan"),
        ("lots", {"lots-0-cap": "abc"}, "Please give an amount in yuan"),
        ("lots", {"lots-0-title": ""}, "Please give the lot a title."),
        ("rubric", {"panel_size": "4"}, "the number must be odd"),
        ("rubric", {"criteria-0-maximum": "x"}, "Please give a number with at most two decimal places"),
        ("periods", {"deadline_at": "2026-03-13T17:00"}, "at least 15 are required"),
        ("periods", {"deadline_at": "soon"}, "Please give date and time"),
        ("periods", {"minimum_bids": "0"}, "A lot needs at least 1 proposals"),
        ("basics", {"title": " "}, "Please give a title."),
        ("conditions", {"years": "31"}, "“Years since founding” must lie between 1 and 30."),
        ("conditions", {"kinds": "organ"}, "'organ' is not a valid choice"),
    ],
)
def test_bad_input_is_refused_in_words(section, changes, sentence, sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/{section}"
    answer = browser.post(address, data={**fields_of(browser.get(address).text), **changes})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    db.session.rollback()
    assert db.session.get(Tender, tender.id).version == tender.version


def test_four_instalments_with_several_conditions_are_written_on_one_page(sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/instalments"
    rows = [("30", "", "", ""), ("30", "1", "", "60"), ("30", "2", "passed", "80"), ("10", "", "4", "")]
    sent = fields_of(browser.get(address).text)
    for n, row in enumerate(rows):
        names = ("share", "milestone_position", "evaluation", "spent")
        sent |= {f"instalments-{n}-{name}": value for name, value in zip(names, row, strict=True)}
    assert browser.post(address, data=sent).status_code == 303
    saved = queries.draft_of(queries.full_for_update(tender.id)).instalments
    assert [len(row.requirements) for row in saved] == [1, 2, 3, 2]
    shown = fields_of(browser.get(address).text)
    assert {name: shown[name] for name in sent if name.startswith("instalments-")} == {
        name: value for name, value in sent.items() if name.startswith("instalments-")
    }
    case = text_of(browser.get(f"/tenders/{tender.id}/case"))
    assert "At least 80 percent of the money paid so far is spent and recorded." in case
    assert "The final evaluation gives at least 4 stars." in case


def test_documents_to_accept_are_added_frozen_and_read_by_everybody(sign_in, client):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/documents"

    def add(title: str, content: bytes = a_pdf("资金管理办法")[0].getvalue()):
        sent = {
            **fields_of(browser.get(address).text),
            "title": title,
            "file": (BytesIO(content), "办法.pdf"),
        }
        return browser.post(address, data=sent)

    assert add("资金管理办法", b"no pdf").status_code == 422
    assert add("资金管理办法").status_code == 303
    assert "Another document of this call has this name." in text_of(add("资金管理办法"))
    assert add("实施细则").status_code == 303
    gone = {**fields_of(browser.get(address).text), "op_id": str(uuid4())}
    assert browser.post(f"{address}/2/remove", data=gone).status_code == 303
    assert client.get(f"{address}/1").status_code == 404  # a draft is nobody else's business
    with_keys(w, tender.id)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    services.approve_tender(actor=actor_of(w.approver), tender_id=tender.id)
    funds_confirmed(tender.id)
    services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert browser.get(address).status_code == 409
    kept = queries.public_tender(tender.id).documents
    assert [row.title for row in kept] == ["资金管理办法"]
    public = client.get(f"/tenders/{tender.id}").text
    assert kept[0].sha256 in public
    assert kept[0].sha256 in str(notice_queries.notices_of(tender.id)[0].content)
    with client.get(f"{address}/1") as read:
        assert hashlib.sha256(read.data).hexdigest() == kept[0].sha256
    copied = services.clone_tender(actor=actor_of(w.officer), tender_id=tender.id, title="再次征集")
    assert (
        queries.draft_of(queries.full_for_update(copied.id)).documents
        == queries.draft_of(queries.full_for_update(tender.id)).documents
    )


def test_a_call_cites_ideas_of_the_library_and_names_them_in_public(sign_in, client):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/ideas"
    assert "The reserve library holds no idea of this unit." in text_of(browser.get(address))
    mine, foreign = [
        IdeaFactory(unit_id=unit, title=title, status=IdeaStatus.RESERVED, reserved_at=clock_module.now())
        for unit, title in ((w.unit.id, "楼道扶手"), (UnitFactory().id, "别处的设想"))
    ]
    sent = {"version": str(tender.version), "op_id": str(uuid4()), "idea_ids": str(foreign.id)}
    assert browser.post(address, data=sent).status_code == 422
    sent |= {"op_id": str(uuid4()), "idea_ids": str(mine.id)}
    for _click in range(2):
        assert browser.post(address, data=sent).status_code == 303
    with_keys(w, tender.id)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    services.approve_tender(actor=actor_of(w.approver), tender_id=tender.id)
    funds_confirmed(tender.id)
    services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert browser.get(address).status_code == 409
    assert "楼道扶手" in client.get(f"/tenders/{tender.id}").text
    assert "楼道扶手" in str(notice_queries.notices_of(tender.id)[0].content)


def test_a_stale_page_is_refused_and_keeps_what_was_typed(sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/basics"
    old = fields_of(browser.get(address).text)
    browser.post(address, data={**fields_of(browser.get(address).text), "area": "河东街道"})
    answer = browser.post(address, data={**old, "area": "河西街道"})
    assert answer.status_code == 409
    assert "河西街道" in answer.text
    db.session.rollback()
    assert db.session.get(Tender, tender.id).area == "河东街道"


def test_rows_can_be_left_empty(sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/lots"
    sent = fields_of(browser.get(address).text)
    assert "lots-2-title" in sent  # the empty row for browsers without scripts
    sent.update({"lots-1-title": "", "lots-1-description": "", "lots-1-cap": "", "lots-1-awards_max": ""})
    assert browser.post(address, data=sent).status_code == 303
    assert [lot.title for lot in queries.lots(tender.id)] == ["独居老人探访"]


def test_a_published_call_has_no_editor(sign_in):
    w = world()
    tender = published(w)
    assert sign_in(w.officer).get(f"/tenders/{tender.id}/edit/basics").status_code == 409


def test_a_section_that_does_not_exist_is_not_found(sign_in):
    w = world()
    tender = drafted(w)
    assert sign_in(w.officer).get(f"/tenders/{tender.id}/edit/nonsense").status_code == 404


def test_the_periods_say_why_each_date(sign_in):
    w = world()
    tender = drafted(w)
    shown = text_of(english_client(sign_in, w.officer).get(f"/tenders/{tender.id}/edit/periods"))
    for words in (
        "the earliest lawful day is 2026-03-17",
        "Dates that follow, and why",
        "The day of the event is not counted",
    ):
        assert words in shown


def test_a_consultation_across_national_day_shows_which_days_are_left_out(sign_in, clock):
    procedure_services.seed_calendar(actor=SYSTEM)
    clock.move_to(clock_module.at(date(2026, 9, 28), 9))
    w = world()
    tender = services.create_tender(
        actor=actor_of(w.officer), programme_id=w.programme.id, procedure="competitive_consultation", title="驿站运营"
    )  # fmt: skip
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/edit/periods"
    sent = {
        **fields_of(browser.get(address).text),
        "documents_from": "2026-09-28",
        "deadline_at": "2026-10-09T17:00",
    }
    refused = browser.post(address, data=sent)
    assert refused.status_code == 422
    assert browser.post(address, data={**sent, "deadline_at": "2026-10-10T17:00"}).status_code == 303
    shown = text_of(browser.get(address))
    for words in ("the earliest lawful day is 2026-10-10", "2026-10-01", "Public holiday"):
        assert words in shown


# The rubric builder


def rubric_with_everything() -> dict[str, object]:
    """Sections, a raw scale, bands, a bonus, weighted groups, ties and minimum scores."""
    band = Band(Decimal(30), Decimal(40), "依据充分")
    criteria = (
        CriterionDraft(
            "需求", CriterionKind.SUBJECTIVE, Decimal(40), code="needs", section="方案", bands=(band,)
        ),
        CriterionDraft(
            "方案", CriterionKind.SUBJECTIVE, Decimal(50), code="plan", section="方案", scale=Decimal(100)
        ),
        CriterionDraft("评估等级", CriterionKind.OBJECTIVE, Decimal(10), code="grade", section="组织"),
        CriterionDraft("党建", CriterionKind.BONUS, Decimal(3), code="party", section="组织"),
    )
    scheme = {
        **VENTURE_SCHEME, "per": "criterion", "groups": {"technical": 7000, "resident": 3000}, "ties": ["quote", "technical", "plan"],
        "minimum_total": "60", "minimum_technical": "45", "per_organisation": 1, "bonus_cap": "3", "bonus_above_total": True,
    }  # fmt: skip
    return {"criteria": criteria, "scheme": scheme, "panel_size": 7}


def test_a_rich_rubric_is_saved_as_it_is_shown(sign_in):
    w = world()
    tender = drafted(w, **rubric_with_everything())
    before = queries.draft_of(queries.get_tender(SYSTEM, tender.id))
    browser = english_client(sign_in, w.officer)
    for address in (f"/tenders/{tender.id}/edit/rubric", f"/tenders/{tender.id}/bands"):
        answer = browser.post(address, data=fields_of(browser.get(address).text))
        assert answer.status_code == 303, text_of(answer)
        db.session.expire_all()
        assert queries.draft_of(queries.get_tender(SYSTEM, tender.id)) == before


def test_bands_are_written_one_a_line_and_seen_as_experts_will(sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/bands"
    sent = fields_of(browser.get(address).text)
    typed = {**sent, "criteria-0-bands": "0-19 依据不足\n20至40分：依据充分"}
    assert browser.post(address, data=typed).status_code == 303
    assert [(b.lower, b.upper, b.text) for b in queries.criteria(tender.id)[0].bands] == [
        (0, 19, "依据不足"),
        (20, 40, "依据充分"),
    ]
    assert "20–40 依据充分" in browser.get(f"/tenders/{tender.id}/rubric").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("很好 16-20", "is not a band"),
        ("0-41 好", "A band of needs lies outside 0 to its maximum."),
        ("0-20 好\n20-40 很好", "The bands of needs overlap."),
    ],
)
def test_bands_that_make_no_sense_are_refused_in_words(typed, sentence, sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/bands"
    answer = browser.post(address, data={**fields_of(browser.get(address).text), "criteria-0-bands": typed})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert queries.criteria(tender.id)[0].bands == ()


def test_the_rubric_is_a_spreadsheet(sign_in, client):
    w = world()
    tender = published(w, **rubric_with_everything())
    sheet = load_workbook(BytesIO(client.get(f"/tenders/{tender.id}/rubric.xlsx").data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [(row[2], row[5], row[7]) for row in rows] == [
        ("需求", 40, 40),
        ("方案", 50, 100),
        ("评估等级", 10, 10),
        ("党建", 3, 3),
    ]
    assert rows[0][8] == "30-40 依据充分"
    draft = drafted(w)
    assert client.get(f"/tenders/{draft.id}/rubric.xlsx").status_code == 404


def test_the_public_page_names_the_digest_that_records_of_the_lot_will_name(client):
    w = world()
    tender = published(w, **rubric_with_everything())
    lot = tender.lots[0]
    scheme = scoring_rules.scheme_of(tender.scheme, tender.criteria, lot.awards_max)
    record = scoring_rules.to_record(Evaluation(tender.number, "1", 1, scheme, (), (), (), ()))
    assert record["scheme_digest"] in client.get(f"/tenders/{tender.id}").text


# The case


def test_the_case_page_says_why_a_step_is_not_possible(sign_in):
    w = world()
    made = services.create_tender(
        actor=actor_of(w.officer), programme_id=w.programme.id, procedure="venture_contest", title="征集"
    )
    mine = text_of(english_client(sign_in, w.officer).get(f"/tenders/{made.id}/case"))
    assert "“Submit for approval” is not possible yet:" in mine
    assert "Please give the deadline." in mine
    theirs = text_of(english_client(sign_in, w.approver).get(f"/tenders/{made.id}/case"))
    assert "Programme officers of the unit may draft its calls." in theirs


def test_a_second_officer_decides_and_publishes(sign_in):
    w = world()
    tender = drafted(w)
    with_keys(w, tender.id)
    officer, approver = english_client(sign_in, w.officer), english_client(sign_in, w.approver)
    op = str(uuid4())
    assert officer.post(f"/tenders/{tender.id}/submit", data={"op_id": op}).status_code == 303
    assert officer.post(f"/tenders/{tender.id}/approve", data={"op_id": str(uuid4())}).status_code == 403
    refused = approver.post(f"/tenders/{tender.id}/return", data={"op_id": str(uuid4()), "reason": ""})
    assert refused.status_code == 422
    assert "Please give a reason." in text_of(refused)
    assert approver.post(f"/tenders/{tender.id}/approve", data={"op_id": str(uuid4())}).status_code == 303
    waiting = text_of(approver.get(f"/tenders/{tender.id}/case"))
    assert "“Publish” is not possible yet: The finance officer has not confirmed the funds yet." in waiting
    funds_confirmed(tender.id)
    once = str(uuid4())
    for _click in range(2):
        assert approver.post(f"/tenders/{tender.id}/publish", data={"op_id": once}).status_code == 303
    db.session.rollback()
    assert len(notice_queries.notices_of(tender.id)) == 1
    assert budget_queries.balances(tender.id)[AccountKind.RESERVED] == Money(30_000_000)
    late = approver.post(f"/tenders/{tender.id}/publish", data={"op_id": str(uuid4())})
    assert late.status_code == 409
    page = text_of(approver.get(f"/tenders/{tender.id}/case"))
    assert "Published" in page
    assert w.approver.name in page


def test_a_return_with_a_reason_reaches_the_officer(sign_in, drain):
    w = world()
    tender = drafted(w)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    approver = english_client(sign_in, w.approver)
    sent = {"op_id": str(uuid4()), "reason": "预算说明不足"}
    assert approver.post(f"/tenders/{tender.id}/return", data=sent).status_code == 303
    drain()
    from portal.core.mail import Message

    told = {message.user_id: message.body for message in db.session.query(Message)}
    assert "预算说明不足" in told[w.officer.id]
    assert w.approver.id in told
    assert "预算说明不足" in english_client(sign_in, w.officer).get(f"/tenders/{tender.id}/case").text


def test_a_call_can_be_stopped_with_a_reason_shown_to_all(sign_in, client):
    w = world()
    tender = published(w)
    browser = english_client(sign_in, w.approver)
    sent = {**fields_of(browser.get(f"/tenders/{tender.id}/cancel").text), "reason": "资金计划调整"}
    assert "Please choose one." in text_of(browser.post(f"/tenders/{tender.id}/cancel", data=sent))
    early = browser.post(f"/tenders/{tender.id}/cancel", data={**sent, "code": "tooFew"})
    assert (early.status_code, "The deadline has not passed yet." in text_of(early)) == (422, True)
    assert (
        browser.post(f"/tenders/{tender.id}/cancel", data={**sent, "code": "taskCancelled"}).status_code
        == 303
    )
    shown = english_client(sign_in, w.officer).get(f"/tenders/{tender.id}").text
    assert "资金计划调整" in shown
    assert "The task was cancelled because of a major change" in shown


def test_an_ended_call_is_held_again_and_says_so(sign_in):
    w = world()
    tender = published(w)
    officer, address = sign_in(w.officer), f"/tenders/{tender.id}/rerun"
    assert officer.post(address, data={"op_id": str(uuid4())}).status_code == 409
    services.end_tender(
        actor=actor_of(w.approver), tender_id=tender.id, code=EndReason.FAULTY, reason="文件有误"
    )
    button = {"op_id": str(uuid4())}
    for _n in range(2):
        assert officer.post(address, data=button).status_code == 303
    db.session.expire_all()
    again = db.session.query(Tender).filter_by(rerun_of=tender.id).one()
    assert (again.title, again.status, again.deadline_at) == (tender.title, TenderStatus.DRAFT, None)


def test_a_draft_is_given_up_and_leaves_the_lists(sign_in):
    w = world()
    tender = drafted(w)
    officer = sign_in(w.officer)
    assert officer.post(f"/tenders/{tender.id}/discard", data={"op_id": str(uuid4())}).status_code == 303
    assert tender.title not in officer.get("/tenders/desk").text
    assert tender.title in officer.get("/tenders/desk?status=discarded").text
    assert tender.title not in officer.get("/tenders/new").text
    assert officer.get(f"/tenders/{tender.id}/edit/basics").status_code == 409


def test_the_whole_call_is_a_pdf(sign_in):
    w = world()
    tender = drafted(w, **rubric_with_everything(), conditions=EVERY_CONDITION)
    paper = sign_in(w.approver).get(f"/tenders/{tender.id}/call.pdf")
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.data)).pages)
    for text in ("独居老人探访", "依据充分", "中期报告", "管理费", "有固定场所"):
        assert text in words


def test_published_calls_are_found_by_any_words_and_drafts_never(client):
    w = world()
    published(w, title="社区为老服务公益创投")
    drafted(w, title="社区为老服务保密草稿")
    assert "公益创投" in client.get("/tenders/?q=探访 青石").text
    assert "保密草稿" not in client.get("/tenders/?q=为老").text
    assert client.get("/tenders/?q=河道").text.count('<th scope="row">') == 0


def test_a_new_call_begins_with_an_earlier_one_or_a_template(sign_in):
    w = world()
    earlier = drafted(w)
    browser = english_client(sign_in, w.officer)
    saved = browser.get(f"/tenders/{earlier.id}/template")
    assert browser.post(f"/tenders/{earlier.id}/template", data=fields_of(saved.text)).status_code == 303
    template = db.session.query(CallTemplate).one()
    for source, title in ((f"call:{earlier.id}", earlier.title), (f"template:{template.id}", "")):
        address = f"/tenders/new?source={source}"
        sent = fields_of(browser.get(address).text)
        assert (sent["source"], sent["title"]) == (source, title)
        answer = browser.post(address, data={**sent, "title": "第二期", "programme": str(w.programme.id)})
        assert answer.location.endswith("/edit/basics"), text_of(answer)
    calls = db.session.query(Tender).filter_by(title="第二期").all()
    assert [len(queries.criteria(tender.id)) for tender in calls] == [2, 2]


def test_the_list_of_earlier_calls_finds_and_costs_the_same_however_long(sign_in, count_queries):
    w = world()
    drafted(w)
    browser = english_client(sign_in, w.officer)
    assert "社区为老服务公益创投" in browser.get("/tenders/new?q=为老").text
    few = count_queries(lambda: browser.get("/tenders/new?q=为老"))
    for _n in range(2):
        drafted(w)
    assert count_queries(lambda: browser.get("/tenders/new?q=为老")) == few
    assert "No call matches." in browser.get("/tenders/new?q=河道").text


def test_another_unit_knows_neither_the_template_nor_the_draft(sign_in):
    w, other = world(), world()
    earlier = drafted(w)
    template = services.save_template(actor=actor_of(w.officer), tender_id=earlier.id, title="样板")
    stranger = sign_in(other.officer)
    assert "样板" not in stranger.get("/tenders/new").text
    assert stranger.get(f"/tenders/new?source=call:{earlier.id}").status_code == 404
    button = {"op_id": str(uuid4())}
    assert stranger.post(f"/tenders/templates/{template.id}/retire", data=button).status_code == 404
    with pytest.raises(NotFound):
        services.create_from_template(
            actor=actor_of(other.officer),
            programme_id=other.programme.id,
            template_id=template.id,
            title="借用",
        )
    mine = sign_in(w.officer)
    assert mine.post(f"/tenders/templates/{template.id}/retire", data=button).status_code == 303
    assert "样板" not in mine.get("/tenders/new").text


# Keys


def test_a_key_is_shown_once_and_proved(sign_in):
    w = world()
    tender = drafted(w)
    services.set_holder(
        actor=actor_of(w.officer), tender_id=tender.id, role=HolderRole.SUPERVISOR, user_id=w.supervisor.id
    )
    browser = english_client(sign_in, w.supervisor)
    sent = fields_of(browser.get("/tenders/my-key").text)
    wrong = browser.post("/tenders/my-key", data={**sent, "password": "nonsense"})
    assert wrong.status_code == 422
    assert "The password is not right." in text_of(wrong)
    shown = browser.post("/tenders/my-key", data={**sent, "password": PASSWORD})
    code = re.search(r"<code>([0-9A-Z-]{69})</code>", shown.text)[1]
    again = browser.get("/tenders/my-key")
    assert code not in again.text
    assert tender.number in again.text
    address = f"/tenders/{tender.id}/prove"
    form = fields_of(browser.get(address).text)
    bad = browser.post(address, data={**form, "code": code[:-2]})
    assert bad.status_code == 422
    assert "A code has 56 signs" in text_of(bad)
    assert code[:-2] not in bad.text
    assert browser.post(address, data={**form, "code": code.lower()}).status_code == 303
    stranger = sign_in(person(Role.SUPERVISOR, w.unit))
    assert stranger.get(address).status_code == 403


def test_holders_are_chosen_in_the_editor(sign_in):
    w = world()
    tender = drafted(w)
    browser = english_client(sign_in, w.officer)
    address = f"/tenders/{tender.id}/seal"
    sent = fields_of(browser.get(address).text)
    sent.update(officer=str(w.officer.id), supervisor=str(w.supervisor.id))
    assert browser.post(address, data=sent).status_code == 303
    db.session.rollback()
    chosen = {h.role: h.user_id for h in queries.get_tender(SYSTEM, tender.id).holders}
    assert chosen[HolderRole.OFFICER] == w.officer.id
    assert chosen[HolderRole.SUPERVISOR] == w.supervisor.id
    stranger = {**fields_of(browser.get(address).text), "officer": str(w.approver.id)}
    assert browser.post(address, data=stranger).status_code == 422


# Public lists


def test_the_public_list_filters_and_hides_drafts(client):
    unit = UnitFactory()
    from tests.factories import ProgrammeFactory

    programme = ProgrammeFactory(unit_id=unit.id)
    make = {"programme_id": programme.id}
    TenderFactory(title="为老服务甲", budget=Money(1_000_000), **make)
    TenderFactory(title="儿童关爱乙", field="儿童关爱", area="河东街道", budget=Money(9_000_000), **make)
    TenderFactory(title="草稿丙", status=TenderStatus.DRAFT, **make)
    TenderFactory(title="已截止丁", deadline_at=clock_module.now(), **make)
    search.rebuild()

    def titles(query: str) -> list[str]:
        html = client.get(f"/tenders/?sort=title{query}").text
        return [t for t in ("为老服务甲", "儿童关爱乙", "草稿丙", "已截止丁") if t in html]

    assert titles("") == ["为老服务甲", "儿童关爱乙", "已截止丁"]
    assert titles("&open=1") == ["为老服务甲", "儿童关爱乙"]
    assert titles("&field=儿童关爱") == ["儿童关爱乙"]
    assert titles("&area=河东街道") == ["儿童关爱乙"]
    assert titles("&least=50,000") == ["儿童关爱乙", "已截止丁"]
    assert titles("&most=1万") == titles("")  # what is no amount filters nothing
    assert titles("&q=甲") == ["为老服务甲"]
    assert titles("&q=%25") == []


def test_lists_ask_the_same_number_of_questions_for_one_and_three_rows(client, sign_in, count_queries):
    w = world()
    staff = sign_in(w.supervisor)

    def measure() -> tuple[int, int]:
        return count_queries(lambda: client.get("/tenders/")), count_queries(
            lambda: staff.get("/tenders/desk")
        )

    TenderFactory(programme_id=w.programme.id)
    staff.get("/tenders/desk")
    one = measure()
    TenderFactory(programme_id=w.programme.id)
    TenderFactory(programme_id=w.programme.id)
    assert measure() == one


def test_the_desk_shows_the_units_own_calls_only(sign_in):
    w = world()
    mine = drafted(w)
    foreign = TenderFactory(title="别区的征集")
    html = sign_in(w.supervisor).get("/tenders/desk").text
    assert mine.number in html
    assert foreign.number not in html
    assert mine.number not in sign_in(w.supervisor).get("/tenders/desk?status=active").text


def test_a_case_page_asks_the_same_number_of_questions_for_one_and_three_lots(sign_in, count_queries):
    w = world()
    tender = TenderFactory(programme_id=w.programme.id)
    browser = sign_in(w.officer)
    LotFactory(tender_id=tender.id)
    address = f"/tenders/{tender.id}/case"
    browser.get(address)
    one = count_queries(lambda: browser.get(address))
    LotFactory(tender_id=tender.id)
    LotFactory(tender_id=tender.id)
    assert count_queries(lambda: browser.get(address)) == one


def test_the_public_page_offers_to_apply_only_while_open(client, clock):
    w = world()
    tender = published(w)
    page = client.get(f"/tenders/{tender.id}").text
    assert page.count("/bids/start") == 2
    clock.move_to(tender.deadline_at)
    assert "/bids/start" not in client.get(f"/tenders/{tender.id}").text


def test_an_approved_call_can_be_edited_after_a_warning(sign_in):
    w = world()
    tender = approved(w)
    page = english_client(sign_in, w.officer).get(f"/tenders/{tender.id}/edit/basics")
    assert "Saving a change makes the approval void." in text_of(page)
