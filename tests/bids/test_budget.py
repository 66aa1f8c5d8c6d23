"""The budget as a spreadsheet: what is read, what is refused row by row, what comes back as it was."""

import io
import zipfile
from uuid import uuid4

import pytest
from openpyxl import Workbook, load_workbook

from portal.bids import queries, rules
from portal.bids.values import BudgetLine, Elsewhere, Head
from portal.core.errors import Invalid
from portal.core.money import Money
from portal.core.sheet_reading import read_rows
from portal.parties.values import Role
from tests.bids import world
from tests.factories import person

HEADS = [Head("activity", "项目活动费"), Head("management", "管理费", 1000)]
SOURCES = {Elsewhere.OWN: "自筹资金", Elsewhere.MATCHING: "配套资金", Elsewhere.IN_KIND: "实物折价"}
GOOD = ["项目活动费", "探访物资", "人次", "150.50", "600", "5,000", "配套资金"]


def test_a_good_row_becomes_a_line() -> None:
    lines, problems = rules.read_lines([GOOD, [""] * 7], HEADS, SOURCES)
    assert problems == []
    assert lines == (
        BudgetLine(
            "activity", "探访物资", "人次", Money(15_050), 600, Money.ZERO, Money(500_000), Elsewhere.MATCHING
        ),
    )


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        (0, "差旅费"),
        (1, "长" * 201),
        (2, "长" * 21),
        (3, "一百"),
        (4, "1.5"),
        (4, "多"),
        (5, "abc"),
        (6, "赞助"),
    ],
)
def test_each_wrong_cell_is_named_with_its_row(column: int, typed: str) -> None:
    wrong = [typed if n == column else cell for n, cell in enumerate(GOOD)]
    _lines, problems = rules.read_lines([GOOD, [""] * 7, wrong], HEADS, SOURCES)
    assert [problem.params["row"] for problem in problems] == [4]


def test_an_empty_sheet_is_refused() -> None:
    assert rules.read_lines([], HEADS, SOURCES)[1]


def sheet(*rows: list[object], heading: bool = True) -> bytes:
    book = Workbook()
    if heading:
        book.active.append(["科目", "内容", "单位", "单价", "数量", "自筹", "来源"])
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(size: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return target.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"%PDF-1.4", archive(100), archive(60_000_000), sheet(*[GOOD] * 61)]
)
def test_what_is_no_sheet_or_too_much_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(data, columns=7, most=60, field="file")
    assert refused.value.problems[0].field == "file"


def test_the_sheet_comes_back_as_it_was_and_one_wrong_row_changes_nothing(app, sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    client.post("/language", data={"lang": "en"})
    before = queries.draft(world.fresh(bid)).lines
    with client.get(f"/bids/{bid.id}/budget.xlsx") as answer:
        data = answer.data
    assert load_workbook(io.BytesIO(data)).active.max_row == 3

    def send(content: bytes):
        form = {"op_id": str(uuid4()), "file": (io.BytesIO(content), "budget.xlsx")}
        return client.post(f"/bids/{bid.id}/budget/import", data=form)

    wrong = send(sheet(["差旅费", "车票", "张", 100, 2, 0, ""], ["管理费", "管理", "项", "很多", 1, 0, ""]))
    assert wrong.status_code == 422
    text = wrong.get_data(as_text=True)
    assert "Row 2: “差旅费” is no budget head" in text
    assert "Row 3: “很多” is no amount" in text
    assert queries.draft(world.fresh(bid)).lines == before
    assert send(data).status_code == 303
    assert queries.draft(world.fresh(bid)).lines == before
    other, _owner = here.organisation()
    stranger = sign_in(person(Role.ORG_OWNER, other))
    assert stranger.get(f"/bids/{bid.id}/budget.xlsx").status_code == 404
