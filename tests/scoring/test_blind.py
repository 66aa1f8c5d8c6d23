"""Blind review: who proposes what is read nowhere by an expert until the panel is closed."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from portal.bids.values import Attachment, BudgetLine, ProposalContent
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.money import Money
from portal.panels import queries as panel_queries
from portal.parties.models import Party
from portal.scoring import queries, services
from portal.scoring.rules.blind import HIDDEN, masked, masked_content, short_name, telling_words
from portal.tenders import rules as tender_rules
from tests.conftest import actor_of
from tests.panels.stage import SMALL_SCHEME, change, opened_bid, stage
from tests.scoring.flow import D, experts, signed
from tests.scoring.test_leaks import addresses, nowhere, text_of

NAME, SHORT, HEAD = "示例区晨星社会工作服务中心", "晨星", "赵一舟"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        (NAME, SHORT),
        ("江城市东湖区石板街道和睦社区志愿服务队", "和睦"),
        ("青禾公益基金会", "青禾"),
        ("无名", "无名"),
    ],
)
def test_the_name_that_people_use_is_hidden_too(name, short):
    assert short_name(name) == short


def test_names_are_hidden_however_they_are_spaced_and_longest_first():
    words = telling_words([NAME], [HEAD, "", "1"])
    assert (
        masked(f"{NAME}（简称{SHORT}）由 赵 一 舟 负责", words) == f"{HIDDEN}（简称{HIDDEN}）由 {HIDDEN} 负责"
    )
    assert masked("Morning Star Ltd and MORNING  STAR ltd", telling_words([], ["Morning Star Ltd"])) == (
        f"{HIDDEN} and {HIDDEN}"
    )


@given(st.text("abc晨星 ", max_size=40), st.lists(st.text("abc晨星", min_size=2, max_size=4), max_size=4))
def test_no_telling_word_is_left(text, words):
    found = masked(text, telling_words([], words))
    assert not any(word in found for word in words)


def test_every_kind_of_answer_is_masked_and_only_the_redacted_copy_stays():
    content = ProposalContent(
        title=f"{SHORT}计划", answers={"a": f"由{SHORT}", "n": 3, "l": [SHORT, "x"], "t": [["1", f"在{SHORT}"]]},
        lines=(BudgetLine("h1", f"{SHORT}人员", "人", Money(1), 1, Money(1), Money(0)),),
        attachments=(
            Attachment("file-1", f"{SHORT}登记证.pdf", "application/pdf", 1, "0", kind="certificate"),
            Attachment("file-2", f"{SHORT}副本.pdf", "application/pdf", 1, "0", kind="redacted"),
        ),
        profile={"name": NAME},
    )  # fmt: skip
    found = masked_content(content, telling_words([NAME], []), "匿名副本")
    assert SHORT not in str(found)
    assert found.answers["n"] == 3
    assert [(item.part, item.name) for item in found.attachments] == [("file-2", "匿名副本 1.pdf")]


@pytest.fixture
def blind(app, drain):
    s = stage(bids=2, scheme={**SMALL_SCHEME, "blind": True})
    answers = {"summary": f"{NAME}为老人提供探访", "team": f"{HEAD}，{SHORT}创办人"}
    s.bids.append(opened_bid(s.lot, 2, title=f"{SHORT}守护计划", answers=answers))
    change(db.session.get(Party, s.bids[2].party_id), name=NAME, legal_representative=HEAD)
    panel = s.begun()
    drain()
    return s, panel


def test_no_page_of_an_expert_names_an_organisation_beside_its_proposal(app, sign_in, drain, blind):
    s, panel = blind
    user = experts(panel)[0]
    client = sign_in(user)
    sheets = queries.my_sheets(actor_of(user), panel.id)
    sheet = next(row for row in sheets if row.bid_id == s.bids[2].id)
    reading = services.request_reading(actor=actor_of(user), panel_id=panel.id)
    drain()
    names = [NAME, SHORT, HEAD, *(f"青禾社会工作服务中心{number}" for number in range(2)), "登记证书"]
    urls = addresses(app, s, panel, sheet, reading_id=reading.id)
    assert len(urls) > 30
    nowhere(client, [url for url in urls if url.startswith("/scoring/")], names)
    beside = ["守护计划", *(str(bid.id) for bid in s.bids), *(str(row.id) for row in sheets)]
    for (
        url
    ) in urls:  # public lists name organisations, and so does the list to declare ties on: without proposals
        text = text_of(client.get(url)).replace(url, "")
        assert not (any(n in text for n in names) and any(word in text for word in beside)), url
    page = client.get(f"/scoring/sheets/{sheet.id}").text
    number = panel_queries.applicant_numbers(s.tender.id)[s.bids[2].id]
    assert re.search(rf"(Applicant|申报单位) {number}<", page)
    assert HIDDEN in page
    assert client.get(f"/scoring/sheets/{sheet.id}/files/file-1").status_code == 404
    pdf = PdfReader(io.BytesIO(client.get(f"/scoring/panels/{panel.id}/reading.pdf").data))
    text = " ".join(one.extract_text() for one in pdf.pages)
    assert "探访" in text
    assert not any(name in text for name in names)


def test_the_order_of_blind_sheets_is_that_of_the_numbers(blind):
    _s, panel = blind
    ids = [sheet.bid_id for sheet in queries.my_sheets(actor_of(experts(panel)[0]), panel.id)]
    numbers = panel_queries.applicant_numbers(panel.tender_id)
    assert [numbers[bid_id] for bid_id in ids] == [1, 2, 3]


def test_a_blind_call_has_no_roadshow_and_asks_for_redacted_copies(blind):
    s, panel = blind
    with pytest.raises(Invalid, match="read blind"):
        services.draw_roadshow(
            actor=actor_of(s.officer), panel_id=panel.id, talk_minutes=8, question_minutes=5
        )
    form = tender_rules.usual_form()
    assert [paper.code for paper in tender_rules.with_redacted_paper(form).papers][-1] == "redacted"
    assert any("blind" in found.message for found in tender_rules.in_words({"blind": True}, [], 5))


def test_names_are_shown_once_the_panel_is_closed(sign_in, blind):
    s, panel = blind
    signed(panel, marks=((((D(30), D(45)),) * 3),) * 3)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    shown = sign_in(experts(panel)[0]).get("/scoring/").text
    assert NAME in shown
