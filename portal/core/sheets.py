"""Spreadsheets of what a page shows: text stays text, amounts are numbers, nothing is ever a formula."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from flask import Response, send_file
from xlsxwriter.worksheet import Worksheet

from portal.core.clock import local
from portal.core.money import Money

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 10_000  # what one request may write; a longer list is filtered first
_WIDEST = 40
_NARROWEST = 10
_SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def workbook(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet called ``name`` with a frozen heading and one line for each of ``rows``.

    ``Money`` becomes a number of yuan with two decimals, dates and instants (Beijing time) become dates, whole
    numbers and decimals stay numbers; everything else is text, even when it begins with ``=`` or looks like an
    address.
    """
    output = BytesIO()
    with xlsxwriter.Workbook(output, _SAFE) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(head):
            sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, 2 * len(title) + 2)))
            sheet.write_string(0, column, title, formats["head"])
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, formats)
    return output.getvalue()


def _write(sheet: Worksheet, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, Money):
        sheet.write_number(row, column, value.yuan, formats["money"])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, local(value).replace(tzinfo=None), formats["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value))


def send_workbook(content: bytes, name: str) -> Response:
    """The spreadsheet as a download called ``name``, kept by nobody between here and its reader."""
    response = send_file(BytesIO(content), mimetype=XLSX, download_name=name, as_attachment=True)
    response.headers["Cache-Control"] = "no-store"
    return response
