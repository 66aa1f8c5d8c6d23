"""Papers of needs: the poster with its QR code, and the desk's list as a spreadsheet."""

from collections.abc import Iterable
from typing import Any

import segno
from flask_babel import gettext as _

from portal.core.config import settings
from portal.core.sheets import workbook
from portal.core.templating import label
from portal.parties.models import Unit


def poster(place: Unit) -> tuple[str, str]:
    """The address that residents of the community open, and its QR code as an image of its own."""
    url = f"{settings().base_url}/needs/hand-in/{place.id}"
    return url, segno.make(url, error="m", micro=False).svg_data_uri(scale=8, border=2)


def need_sheet(rows: Iterable[Any]) -> bytes:
    """The desk's list of needs; without contacts, because a spreadsheet travels."""
    head = [
        _("Number"), _("Place"), _("Grid"), _("Field of service"), _("How it came in"), _("What is needed"), _("Voices"),
        _("Priority"), _("Status"), _("Received"), _("Answer"),
    ]  # fmt: skip
    return workbook(
        _("Needs list"),
        head,
        (
            [
                need.number, unit, need.grid, label(need.field), label(need.channel), need.text, need.voices,
                need.priority or None, label(need.status), need.received_at, need.answer,
            ]
            for need, unit in rows
        ),
    )  # fmt: skip
