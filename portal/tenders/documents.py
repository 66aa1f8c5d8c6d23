"""Papers and spreadsheets of calls."""

from datetime import datetime

from portal.core.documents import render_pdf
from portal.core.papers import official, written
from portal.core.sheets import workbook
from portal.core.text import N_
from portal.tenders import queries, services
from portal.tenders.models import Tender

RUBRIC_HEAD = (
    N_("Section"), N_("Code"), N_("Criterion"), N_("Explanation"), N_("Kind"), N_("Maximum"), N_("Marking step"), N_("Marked up to"),
    N_("Bands"),
)  # fmt: skip


def rubric_sheet(tender: Tender) -> bytes:
    """The rubric as a spreadsheet, one criterion a line; bands stand in one cell, one a line."""
    rows = [
        [
            c.section, c.code, c.title, c.description, written(c.kind), c.maximum, c.step, c.top,
            "\n".join(f"{band.lower:f}-{band.upper:f} {band.text}" for band in c.bands),
        ]
        for c in tender.criteria
    ]  # fmt: skip
    return workbook(official(N_("Rubric")), [official(cell) for cell in RUBRIC_HEAD], rows)


def call_paper(tender: Tender, now: datetime) -> bytes:
    """The whole call as a PDF: as it would be announced now, or as it was."""
    blocks = services.call_notice(tender, queries.procedure_of(tender, now))
    return render_pdf(
        "call.html", tender=tender, blocks=blocks, number=tender.number, digest=tender.scheme_digest
    )
