"""The register of a district as a spreadsheet: out, and in again with every wrong row named."""

from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import func, select

from portal.core.db import db
from portal.core.sheets import workbook
from portal.parties import documents, queries
from portal.parties.models import Invitation, Party
from portal.parties.values import PartyKind, PartyStatus, Role
from tests.conftest import actor_of
from tests.factories import person
from tests.parties.conftest import CODE

ROW = [
    "示例助老服务中心", CODE, "service", "林知远", "2015-03-01", "示例区青石路 18 号", "为老服务", "周明", "13800000000",
    "Zhou@Example.org", "3A", "2029-12-31", 12, 5, 40,
]  # fmt: skip
FILED = ["邻里合唱队", "青街备2026001", "community", "王兰", "", "青石街道", "", "王兰", "13900000000", "wang@example.org", "", "", "", "", ""]  # fmt: skip


def upload(browser, place, rows, **fields):
    content = workbook("x", documents.HEAD, rows)
    data = {"op_id": str(uuid4()), "unit_id": str(place.district.id), "file": (BytesIO(content), "a.xlsx")}
    return browser.post("/parties/import", data={**data, **fields}, headers={"Accept-Language": "en"})


def english(browser):
    browser.post("/language", data={"lang": "en"})
    return browser


def test_organisations_come_in_wait_for_verification_and_their_contacts_are_invited(place, sign_in, drain):
    officer = english(sign_in(place.officer))
    assert upload(officer, place, [ROW, FILED]).status_code == 303
    party = queries.find_party(CODE)
    assert (party.status, party.kind, party.staff) == (PartyStatus.REGISTERED, PartyKind.SERVICE, 12)
    assert (party.founded_on.year, party.grade.number, party.contact_email) == (2015, 3, "zhou@example.org")
    assert queries.find_party("青街备2026001").kind is PartyKind.COMMUNITY
    invited = db.session.scalars(select(Invitation).order_by(Invitation.email)).all()
    assert [(i.email, i.role) for i in invited] == [
        ("wang@example.org", Role.ORG_OWNER), ("zhou@example.org", Role.ORG_OWNER),
    ]  # fmt: skip
    again = upload(officer, place, [ROW])
    assert again.status_code == 422
    assert "Row 2: This organisation is registered already" in again.text


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        (0, "", "Please give the name."),
        (1, CODE[:-1] + "0", "The last sign of the code does not fit"),
        (2, "Verein", "“Verein” is not known here."),
        (2, "foundation", "The first two signs of the code belong to"),
        (4, "1.3.2015", "“1.3.2015” is no date"),
        (6, "字" * 501, "is longer than 500 signs"),
        (9, "zhou", "for example name@example.org"),
        (11, "", "until when the grade is valid"),
        (12, "viele", "“viele” is no whole number."),
        (13, 13, "more social workers than staff"),
        (14, "9" * 40, "is no whole number."),
    ],
)
def test_one_wrong_row_stops_all_and_is_named(place, sign_in, column, text, sentence):
    bad = [*ROW[:column], text, *ROW[column + 1 :]]
    page = upload(english(sign_in(place.officer)), place, [FILED, bad])
    assert page.status_code == 422
    assert f"Row 3: {sentence}" in page.text or ("Row 3: " in page.text and sentence in page.text)
    assert "Row 2: " not in page.text
    assert db.session.scalar(select(func.count(Party.id)).where(Party.code.in_([CODE, FILED[1]]))) == 0


def test_twice_the_same_code_no_rows_and_no_spreadsheet_are_refused(place, sign_in):
    officer = english(sign_in(place.officer))
    assert f"Row 2: The code {CODE} occurs twice." in upload(officer, place, [ROW, ROW]).text
    assert "The spreadsheet holds no rows." in upload(officer, place, []).text
    wrong = upload(officer, place, [], file=(BytesIO(b"PK nothing"), "a.xlsx"))
    assert (wrong.status_code, "not a spreadsheet of the kind .xlsx" in wrong.text) == (422, True)
    assert upload(officer, place, [ROW], unit_id=str(place.street.id)).status_code == 422
    street = sign_in(person(Role.PROGRAMME_OFFICER, place.street))
    assert upload(street, place, [ROW]).status_code == 422


def test_the_export_is_what_the_filter_shows_without_account_numbers_and_can_be_read_again(place, sign_in):
    officer = english(sign_in(place.officer))
    whole = officer.get("/parties/register.xlsx").data
    rows = list(openpyxl.load_workbook(BytesIO(whole)).active.iter_rows(values_only=True))
    assert rows[0][:2] == ("Name of the organisation", "Unified social credit code")
    assert {row[0] for row in rows[1:]} == {place.party.name, place.other.name, place.registered.name}
    assert place.party.bank_account not in str(rows)
    waiting = officer.get("/parties/register.xlsx?status=registered").data
    assert len(list(openpyxl.load_workbook(BytesIO(waiting)).active.iter_rows())) == 2
    assert all(not row.problems for row in documents.read_register_sheet(whole))
    assert queries.register(actor_of(place.street_admin), {}) == []
