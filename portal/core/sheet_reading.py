"""Read a spreadsheet that somebody filled in: checked before it is unpacked, bounded in rows and columns."""

import io
import zipfile
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.core.errors import Invalid, problem
from portal.core.text import N_

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 500


def read_rows(data: bytes, *, columns: int, most: int, field: str) -> list[list[str]]:
    """The rows of the first sheet below its heading, as tidy texts, ``columns`` wide; empty rows stay where they are.

    Formulas give the value that was last computed. Raises ``Invalid`` at ``field`` for anything that is not an
    ``.xlsx`` file, that unpacks to too much, or that has more than ``most`` rows.
    """
    _check_archive(data, field)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        found = [
            [_text(value) for value in row]
            for row in sheet.iter_rows(min_row=2, max_row=most + 2, max_col=columns, values_only=True)
        ]
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
    ):
        raise _refused(field) from None
    rows = [row + [""] * (columns - len(row)) for row in found]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > most:
        raise Invalid(problem(N_("The sheet has more than %(most)s rows."), field=field, most=most))
    return rows


def _check_archive(data: bytes, field: str) -> None:
    """Trust the sums of the central directory only as an upper bound that refuses; openpyxl reads no more than that."""
    if len(data) > MOST_BYTES:
        raise Invalid(problem(N_("The spreadsheet is too large."), field=field))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise _refused(field) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Invalid(problem(N_("The spreadsheet is too large."), field=field))


def _refused(field: str) -> Invalid:
    message = N_(
        "This is not a spreadsheet of the kind .xlsx. Please choose “Save as” and the type “Excel workbook (.xlsx)”."
    )
    return Invalid(problem(message, field=field))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value).strip()
