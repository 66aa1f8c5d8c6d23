"""Papers and pictures of evaluation: the sheet of QR codes, the rows of the result charts."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import segno

from portal.contracts.models import Contract
from portal.core.config import settings
from portal.core.documents import render_pdf
from portal.core.templating import gettext
from portal.evaluation.models import Survey
from portal.evaluation.values import EvaluationGroup, Indicator


def code_sheet(codes: Sequence[str], survey: Survey, contract: Contract) -> bytes:
    """The printable A4 sheet of invitation codes.

    It is set in the answer to the request that made the codes, not by a job: a job would need the codes in the
    queue or the database, and they are kept nowhere. At most 200 codes keep this short.
    """
    cards = [{"url": _url(code), "qr": _qr(_url(code))} for code in codes]
    return render_pdf("survey_sheet.html", cards=cards, survey=survey, title=contract.title)


def _url(code: str) -> str:
    return f"{settings().base_url}/evaluation/s/{code}"


def _qr(url: str) -> str:
    return segno.make(url, error="m", micro=False).svg_data_uri(scale=3, border=2)


def indicator_rows(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each indicator's mark (its parts weighed by group), as rows for the bar chart."""
    parts = list(parts)
    rows = []
    for indicator in Indicator:
        own = [part for part in parts if part["indicator"] == indicator.value]
        weight = sum((Decimal(part["weight"]) for part in own), Decimal(0))
        points = sum((Decimal(part["points"]) for part in own), Decimal(0))
        if weight:
            mark = (points * 100 / weight).quantize(Decimal("0.01"))
            rows.append({"label": gettext(indicator.label), "value": int(mark), "text": f"{mark}", "weight": f"{weight.normalize():f}%"})  # fmt: skip
    return rows


def part_rows(parts: Iterable[dict[str, Any]]) -> list[tuple[Indicator, EvaluationGroup, str, str, str]]:
    """Each part of the score for the table: indicator, group, weight, mark, points."""
    return [
        (
            Indicator(part["indicator"]), EvaluationGroup(part["group"]), f"{Decimal(part['weight']):f}%", part["mark"],
            f"{Decimal(part['points']):f}",
        )
        for part in parts
    ]  # fmt: skip


def rate_rows(rates: dict[str, Any]) -> list[tuple[Indicator, int, int, str, str]]:
    """Each rate for the table: indicator, numerator, denominator, percent, method."""
    return [
        (Indicator(key), rate["numerator"], rate["denominator"], rate["percent"], rate["method"])
        for key, rate in rates.items()
    ]
