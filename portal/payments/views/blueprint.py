"""The blueprint of payments, and lists as spreadsheets."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.payments.documents import workbook

bp = Blueprint("payments", __name__, url_prefix="/payments")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> ResponseReturnValue:
    """The rows as a download, kept by nobody between here and its reader."""
    name, content = f"{title} {clock.today()}.xlsx", io.BytesIO(workbook(title, columns, rows))
    answer = send_file(content, mimetype=XLSX, download_name=name, as_attachment=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer
