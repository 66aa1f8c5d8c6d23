"""Reactions of scoring: open the sheets, compare, remind, make the report of a closed panel, tell who waits for what."""

from datetime import timedelta
from uuid import UUID

from portal.accounts import queries as accounts
from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.bids.rules import Answered
from portal.bids.values import ProposalContent
from portal.core import files
from portal.core.clock import local
from portal.core.db import add, get
from portal.core.documents import render_pdf
from portal.core.jobs import handles, periodic
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.panels import queries as panels
from portal.panels.models import Panel
from portal.parties import queries as parties
from portal.parties.values import Role
from portal.scoring import documents, queries, services
from portal.scoring.models import PanelReport, Ranking, Reading

SYSTEM = Actor.system("scoring")


def _panel(panel_id: str) -> Panel:
    return panels.get_panel(SYSTEM, UUID(panel_id))


@handles("panel.scoring")
def begin(panel_id: str) -> None:
    services.open_sheets(UUID(panel_id))
    panel = _panel(panel_id)
    notify(
        accounts.recipients(seat.expert.user_id for seat in panels.members_who_scored(panel)), "scoring_begun",
        link="/scoring/", title=panel.tender.title, number=panel.tender.number,
    )  # fmt: skip


@handles("seat.accepted")
def join(panel_id: str, seat_id: str) -> None:
    """Who takes a seat while the others score already gets sheets at once."""
    services.open_sheets(UUID(panel_id))


@handles("seat.left")
def leave(seat_id: str, replaced: bool) -> None:
    """What was compared with the marks of somebody who left no longer holds."""
    services.someone_left(panels.get_seat(SYSTEM, UUID(seat_id)).panel_id)


@handles("panel.compared")
def ask_to_sign(panel_id: str, number: int) -> None:
    """Each expert hears what he or she has to do now: explain deviations, or sign."""
    panel = _panel(panel_id)
    for row in queries.progress(panel):
        template = "scoring_deviates" if row.unexplained else "scoring_to_sign"
        notify(
            accounts.recipients([row.seat.expert.user_id]), template, link=f"/scoring/panels/{panel.id}/sign",
            title=panel.tender.title, count=row.unexplained,
        )  # fmt: skip


@periodic("scoring.remind", every=timedelta(hours=1))
def remind() -> None:
    for late in services.remind():
        template = "scoring_late" if late.open_sheets else "scoring_unsigned"
        link = "/scoring/" if late.open_sheets else f"/scoring/panels/{late.panel.id}/sign"
        notify(
            accounts.recipients([late.seat.expert.user_id]), template, link=link, title=late.panel.tender.title,
            count=late.open_sheets,
        )  # fmt: skip


@handles("sheet.returned")
def tell_expert(sheet_id: str, reason: str) -> None:
    sheet = queries.get_sheet_for_update(UUID(sheet_id))
    notify(
        accounts.recipients([sheet.seat.expert.user_id]), "sheet_returned", link=f"/scoring/sheets/{sheet.id}",
        title=sheet.panel.tender.title, reason=reason,
    )  # fmt: skip


@handles("panel.complete")
def tell_officer(panel_id: str) -> None:
    panel = _panel(panel_id)
    notify(
        accounts.recipients([panel.frozen_by]), "panel_complete", link=f"/scoring/panels/{panel.id}",
        title=panel.tender.title,
    )  # fmt: skip


@handles("seat.silence_noted")
def tell_silent_member(seat_id: str) -> None:
    seat = panels.get_seat(SYSTEM, UUID(seat_id))
    notify(
        accounts.recipients([seat.expert.user_id]), "silence_noted", link=f"/scoring/panels/{seat.panel_id}/sign",
        title=seat.panel.tender.title,
    )  # fmt: skip


@handles("roadshow.drawn")
def tell_speakers(panel_id: str) -> None:
    """Each organisation hears its own place, and nothing of the others."""
    panel = _panel(panel_id)
    roadshow = queries.roadshow_of(panel.id)
    for place, bid in enumerate(queries.speakers(roadshow) if roadshow else (), start=1):
        notify(
            accounts.recipients(parties.members(bid.party_id)), "roadshow_drawn", link=f"/bids/{bid.id}",
            title=panel.tender.title, place=place, talk=roadshow and roadshow.talk_minutes,
            questions=roadshow and roadshow.question_minutes,
        )  # fmt: skip


@handles("clarification.asked")
def tell_chair(clarification_id: str) -> None:
    row = queries.clarification_for_update(UUID(clarification_id))
    panel = _panel(str(row.panel_id))
    chair = [seat.expert.user_id for seat in panels.members_who_scored(panel) if seat.id == panel.chair_id]
    notify(
        accounts.recipients(chair), "clarification_waits", link=f"/scoring/questions/{row.id}/release",
        title=panel.tender.title,
    )  # fmt: skip


@handles("clarification.released")
def tell_bidder(clarification_id: str) -> None:
    """The organisation hears that it is asked and until when; not by whom."""
    row = queries.clarification_for_update(UUID(clarification_id))
    notify(
        accounts.recipients(parties.members(row.bid.party_id)), "clarification_asked", link=f"/scoring/questions/{row.id}",
        title=row.panel.tender.title, answer_by=row.answer_by,
    )  # fmt: skip


@handles("clarification.refused")
def tell_asker(clarification_id: str, reason: str) -> None:
    row = queries.clarification_for_update(UUID(clarification_id))
    seat = panels.get_seat(SYSTEM, row.seat_id)
    notify(
        accounts.recipients([seat.expert.user_id]), "clarification_refused",
        link=f"/scoring/panels/{row.panel_id}/questions", title=row.panel.tender.title, reason=reason,
    )  # fmt: skip


@handles("clarification.answered")
def tell_members(clarification_id: str) -> None:
    """All members hear of the answer at the same time."""
    row = queries.clarification_for_update(UUID(clarification_id))
    panel = _panel(str(row.panel_id))
    notify(
        accounts.recipients(seat.expert.user_id for seat in panels.members_who_scored(panel)), "clarification_answered",
        link=f"/scoring/panels/{panel.id}/questions", title=panel.tender.title,
    )  # fmt: skip


def _reading(reading_id: str) -> bytes:
    """All proposals that the expert marks, one after the other, under the reader's code and name."""
    reading = get(Reading, UUID(reading_id))
    seat = panels.get_seat(SYSTEM, reading.seat_id)
    return render_pdf(
        "reading.html", tender=seat.panel.tender, number=seat.panel.tender.number,
        reader=f"{seat.code} {seat.expert.user.name} {local(reading.asked_at):%Y-%m-%d %H:%M}",
        heads={head.code: head.title for head in bids.heads(seat.panel.tender_id)},
        proposals=_proposals(seat.panel),
    )  # fmt: skip


def _proposals(panel: Panel) -> list[tuple[Bid, str, ProposalContent, list[Answered]]]:
    """The proposals with name, content and answers as the experts of the panel read them, in the order of the names."""
    rows = queries.admitted_bids(panel.tender_id)
    names = {bid.id: bid.party.name for bid in rows}
    if panels.is_blind(panel):
        names = queries.numbered(panel.tender_id)
        numbers = panels.applicant_numbers(panel.tender_id)
        rows.sort(key=lambda bid: (bid.lot.position, numbers[bid.id]))
    contents = [(bid, queries.content_for_expert(panel, bid)) for bid in rows]
    return [(bid, names[bid.id], content, bids.answered(panel.tender, content)) for bid, content in contents]


@handles("reading.asked", prepare=_reading)
def keep_reading(pdf: bytes, reading_id: str) -> None:
    reading = services.keep_reading(reading_id=UUID(reading_id), pdf=pdf)
    seat = panels.get_seat(SYSTEM, reading.seat_id)
    notify(
        accounts.recipients([seat.expert.user_id]), "reading_made", link="/scoring/", title=seat.panel.tender.title,
    )  # fmt: skip


@periodic("scoring.destroy_readings", every=timedelta(hours=6))
def destroy_readings() -> None:
    services.destroy_readings()


def _report(panel_id: str, **_also: str) -> bytes:
    panel = _panel(panel_id)
    tables = documents.score_tables(panel.tender_id)
    return render_pdf(
        "panel_report.html", tender=panel.tender, panel=panel, members=documents.members(panel), tables=tables,
        asked=queries.asked_of(panel, None), corrections=[found for _ranking, found in queries.versions_of(panel.id) if found],
        number=panel.tender.number, digest=tables[0].digest if len(tables) == 1 else None,
    )  # fmt: skip


@handles("panel.closed", prepare=_report)
def keep_report(pdf: bytes, panel_id: str) -> None:
    _keep(pdf, _panel(panel_id), "panel_closed")


@handles("ranking.corrected", prepare=_report)
def keep_corrected_report(pdf: bytes, panel_id: str, ranking_id: str) -> None:
    _keep(pdf, _panel(panel_id), "ranking_corrected")


def _correction_letter(ranking_id: str) -> bytes:
    found, fixed = queries.correction_of(UUID(ranking_id)), get(Ranking, UUID(ranking_id))
    return render_pdf("correction_letter.html", **documents.correction_letter(found, fixed.fixed_at))


@handles("correction.to_tell", prepare=_correction_letter)
def tell_corrected(pdf: bytes, ranking_id: str) -> None:
    """The organisation gets the letter and a message, once."""
    if not services.keep_letter(ranking_id=UUID(ranking_id), pdf=pdf):
        return
    found = queries.correction_of(UUID(ranking_id))
    template = "bid_excluded" if found.ground.excludes else "value_corrected"
    notify(
        accounts.recipients(parties.members(found.bid.party_id)), template, link=f"/bids/{found.bid_id}",
        bid=found.bid, ground=found.ground, reason=found.explanation,
    )  # fmt: skip


def _keep(pdf: bytes, panel: Panel, template: str) -> None:
    """Store the report and tell officers and supervisors."""
    stored = files.save(pdf, name=f"{panel.tender.number} 评审报告.pdf", media_type="application/pdf")
    add(PanelReport(panel_id=panel.id, number=queries.reports(panel.id) + 1, file_id=stored.id))
    unit = panel.tender.unit_id
    staff = [*parties.holders(Role.PROGRAMME_OFFICER, unit), *parties.holders(Role.SUPERVISOR, unit)]
    link = f"/scoring/panels/{panel.id}"
    notify(accounts.recipients(staff), template, link=link, title=panel.tender.title)
