"""Notices: numbered without gaps, frozen, public, as page, PDF and feed."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portal.core import audit, search
from portal.core import clock as clock_module
from portal.core.db import db, use_case
from portal.core.errors import Invalid
from portal.core.files import read
from portal.notices import queries, rules, services
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from tests.conftest import SYSTEM
from tests.factories import NoticeFactory, TenderFactory

CONTENT = [
    {"heading": "征集内容"},
    {"text": "为独居老人提供探访服务"},
    {"table": {"head": ["标段", "金额"], "rows": [["探访", "100,000.00 元"]]}},
]


def publish(**changes) -> Notice:
    tender = TenderFactory()
    values = {
        "actor": SYSTEM, "kind": NoticeKind.CALL, "unit_id": tender.unit_id, "tender_id": tender.id, "subject_id": tender.id,
        "title": "社区为老服务征集", "content": CONTENT,
    }  # fmt: skip
    return services.publish_notice(**{**values, **changes})


def test_numbers_run_within_a_year_and_begin_anew(app, clock):
    assert [publish().number, publish().number] == ["GG-2026-0001", "GG-2026-0002"]
    clock.move_to(clock_module.at(date(2027, 1, 1)))
    assert publish().number == "GG-2027-0001"


def test_a_use_case_that_fails_gives_its_number_back(app):
    @use_case
    def fail() -> None:
        publish()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert publish().number == "GG-2026-0001"


def test_the_digest_covers_everything_a_reader_sees(app):
    notice = publish(first_day=date(2026, 3, 2), last_day=date(2026, 3, 9))
    seen = {
        "number": notice.number, "kind": notice.kind, "title": notice.title, "content": notice.content,
        "published_at": notice.published_at, "first_day": notice.first_day, "last_day": notice.last_day,
    }  # fmt: skip
    assert rules.digest(**seen) == notice.sha256
    changes = {
        "number": "GG-2026-0009", "kind": NoticeKind.RESULT, "title": "别的", "content": CONTENT[:2],
        "published_at": notice.published_at + timedelta(seconds=1), "first_day": None, "last_day": date(2026, 3, 10),
    }  # fmt: skip
    for name, value in changes.items():
        assert rules.digest(**{**seen, name: value}) != notice.sha256, name


def test_a_published_notice_cannot_be_changed_or_deleted(app):
    notice = publish()
    for statement in ("UPDATE notice SET title = 'x'", "DELETE FROM notice"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert queries.get_notice(notice.id).title == "社区为老服务征集"
    assert [e.action for e in audit.history(notice)] == ["notice.publish"]


@pytest.mark.parametrize(
    "changes",
    [
        {"content": []},
        {"content": [{"html": "<b>"}]},
        {"content": [{"heading": "a", "text": "b"}]},
        {"content": [{"text": 5}]},
        {"content": [{"table": {"head": ["a"], "rows": [["b", "c"]]}}]},
        {"content": [{"table": {"head": ["a"], "rows": [[1]]}}]},
        {"title": " "},
        {"first_day": date(2026, 3, 3), "last_day": date(2026, 3, 2)},
    ],
)
def test_what_is_no_notice_is_refused(app, changes):
    with pytest.raises(Invalid):
        publish(**changes)
    assert db.session.scalars(select(Notice)).all() == []


def test_a_job_makes_the_pdf_once(app, client, drain):
    notice = publish()
    assert client.get(f"/notices/{notice.id}.pdf").status_code == 404
    assert "The PDF is being made." in client.get(f"/notices/{notice.id}").text
    drain()
    stored = queries.pdf_of(notice.id)
    text_ = PdfReader(BytesIO(read(stored.sha256))).pages[0].extract_text()
    assert "GG-2026-0001" in text_
    again = services.keep_pdf(actor=SYSTEM, notice_id=notice.id, content=b"%PDF-other", name="x.pdf")
    assert again.file_id == stored.id
    answer = client.get(f"/notices/{notice.id}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.get_data().startswith(b"%PDF-")
    answer.close()


def test_the_page_shows_the_frozen_text_escaped(app, client):
    notice = publish(
        content=[{"text": "<script>alert(1)</script>"}], last_day=date(2026, 3, 9), first_day=date(2026, 3, 2)
    )
    page = client.get(f"/notices/{notice.id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert notice.sha256 in page
    assert "2026-03-09" in page


def test_the_list_filters_searches_and_pages(app, client):
    tender = TenderFactory()
    for n in range(25):
        NoticeFactory(
            tender_id=tender.id, unit_id=tender.unit_id, title=f"第{n:02d}号公示", kind=NoticeKind.RESULT
        )
    NoticeFactory(tender_id=tender.id, unit_id=tender.unit_id, title="征集公告", kind=NoticeKind.CALL)
    assert client.get("/notices/").text.count('<th scope="row">') == 20
    assert client.get("/notices/?page=2").text.count('<th scope="row">') == 6
    search.rebuild()
    only = client.get("/notices/?kind=tenderNotice").text
    assert "征集公告" in only
    assert "号公示" not in only
    assert client.get("/notices/?q=第07").text.count("号公示") == 1
    assert client.get("/notices/?kind=nonsense").status_code == 200


def test_the_list_is_filtered_by_unit_and_day(app, client, clock):
    first = publish(title="三月公告")
    clock.move_to(clock_module.at(date(2026, 4, 1), 9))
    second = publish(title="四月公告")
    for query, shown in (
        (f"unit={first.unit_id}", {"三月公告"}),
        (f"unit={second.unit_id}&kind=tenderNotice", {"四月公告"}),
        ("from=2026-04-01", {"四月公告"}),
        ("until=2026-03-31", {"三月公告"}),
        ("from=2026-03-02&until=2026-04-01", {"三月公告", "四月公告"}),
        ("unit=nonsense&from=nonsense&until=99999-01-01", {"三月公告", "四月公告"}),
    ):
        page = client.get(f"/notices/?{query}").text
        assert {title for title in ("三月公告", "四月公告") if title in page} == shown, query


def test_a_correction_and_its_paper_lead_to_each_other(app, client):
    first = publish()
    second = publish(
        tender_id=first.tender_id, kind=NoticeKind.CORRECTION, title="更正公告", corrects_id=first.id
    )
    assert "更正公告" in client.get(f"/notices/{first.id}").text
    assert first.number in client.get(f"/notices/{second.id}").text
    assert queries.get_notice(first.id).sha256 == first.sha256


def test_the_search_reads_the_whole_paper(app, client):
    publish()
    publish(title="其他公告", content=[{"text": "为儿童提供课后托管"}])
    assert client.get("/notices/?q=独居老人").text.count('<th scope="row">') == 1
    assert client.get("/notices/?q=探访+100,000").text.count('<th scope="row">') == 1
    assert client.get("/notices/?q=gg-2026-0002").text.count('<th scope="row">') == 1
    assert client.get("/notices/?q=独居儿童").text.count('<th scope="row">') == 0


def test_the_list_asks_the_same_number_of_questions_for_one_and_three_rows(app, client, count_queries):
    tender = TenderFactory()
    NoticeFactory(tender_id=tender.id, unit_id=tender.unit_id)
    one = count_queries(lambda: client.get("/notices/"))
    NoticeFactory(tender_id=tender.id, unit_id=tender.unit_id)
    NoticeFactory(tender_id=tender.id, unit_id=tender.unit_id)
    assert count_queries(lambda: client.get("/notices/")) == one


def test_the_feed_is_wellformed_atom(app, client):
    notice = publish(title="征集 & <公告>")
    answer = client.get("/notices/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    root = ET.fromstring(answer.get_data())
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert root.find("a:entry/a:title", atom).text == "征集 & <公告>"
    assert root.find("a:entry/a:id", atom).text == f"urn:uuid:{notice.id}"
    assert root.find("a:updated", atom).text == "2026-03-02T01:00:00+00:00"


def test_an_empty_feed_is_wellformed_too(app, client):
    assert ET.fromstring(client.get("/notices/feed.atom").get_data()).tag.endswith("feed")


def test_notices_of_a_call_come_in_order(app, clock):
    first = publish()
    clock.advance(days=1)
    second = publish(tender_id=first.tender_id, kind=NoticeKind.FAILURE)
    publish()
    assert [n.id for n in queries.notices_of(first.tender_id)] == [first.id, second.id]
