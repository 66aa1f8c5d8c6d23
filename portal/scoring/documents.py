"""The outcome of a closed panel as plain values, for the page, the report (评审报告) and the spreadsheet."""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import xlsxwriter
from flask_babel import gettext

from portal.core.clock import local
from portal.core.money import Money
from portal.core.proofs import spell
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels.models import Panel, Seat
from portal.panels.values import ExpertGroup
from portal.scoring import queries, rules
from portal.scoring.models import Correction, Ranking, RankingEntry
from portal.scoring.values import (
    PANEL_PART,
    AggregationPer,
    BelowLine,
    CriterionKind,
    Cut,
    Evaluation,
    Result,
    Scheme,
    Sheet,
    TieReason,
)


@dataclass(frozen=True)
class Column:
    """A criterion of the score table."""

    code: str
    title: str
    maximum: Decimal
    marked: bool


@dataclass(frozen=True)
class Row:
    """One proposal: its place, its parts, and what each expert gave (by criterion code, in the order of codes)."""

    bid_id: str
    name: str
    quote: Money | None
    rank: int
    total: Decimal
    parts: Mapping[str, str]
    tie: TieReason | None
    below: BelowLine | None
    marks: Mapping[str, Sequence[str]]
    sums: Sequence[Decimal]


@dataclass(frozen=True)
class LotTable:
    """The score table of one lot; ``experts`` are codes drawn for this call, never names."""

    ranking_id: UUID
    digest: str
    title: str
    number: int
    fixed_at: datetime
    total: Decimal
    decimals: int
    experts: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Row]
    deviations: Sequence["Explained"]


@dataclass(frozen=True)
class Explained:
    """A sum far off the mean of the panel, and the reason that its expert gave."""

    name: str
    expert: str
    total: Decimal
    mean: Decimal
    share_bp: int
    statement: str


@dataclass(frozen=True)
class Member:
    """A member of the panel as the report names it; ``dissent`` is empty for who agrees, ``refusal`` for who signed."""

    code: str
    name: str
    group: ExpertGroup
    title: str
    employer: str
    signed_at: datetime | None
    dissent: str = ""
    refusal: str = ""


def score_tables(tender_id: UUID) -> list[LotTable]:
    """The score table of each lot of a call, from the stored records; empty before closing (nine queries)."""
    lots, found = queries.lots(tender_id), queries.rankings(tender_id)
    deviations = explained(found[0][0].panel_id) if found else {}
    return [_table(fixed, entries, lots[fixed.lot_id].title, deviations) for fixed, entries in found]


def version_table(panel: Panel, ranking_id: UUID) -> LotTable:
    """The score table of one version of a ranking. Raises ``NotFound``."""
    fixed, entries = queries.version_of(panel.id, ranking_id)
    lot = queries.lots(panel.tender_id)[fixed.lot_id]
    return _table(fixed, entries, lot.title, explained(panel.id))


@dataclass(frozen=True)
class Trial:
    """What another line would mean for one proposal."""

    name: str
    rank: int
    total: Decimal
    quote: Money | None
    below: BelowLine | None
    proposed: Money | None


def what_if(tender_id: UUID, cut: Cut) -> list[tuple[str, list[Trial]]]:
    """Draw another line through each fixed ranking, by lot; nothing is stored."""
    lots = queries.lots(tender_id)
    found = []
    for fixed, entries in queries.rankings(tender_id):
        evaluation = rules.from_record(fixed.record)
        scheme = replace(evaluation.scheme, cut=cut)
        results = rules.evaluate(scheme, evaluation.bids, evaluation.sheets, evaluation.draw_seed)
        known = {str(entry.bid_id): entry for entry in entries}
        found.append((lots[fixed.lot_id].title, [_trial(result, known[result.bid_id]) for result in results]))
    return found


def _trial(result: Result, entry: RankingEntry) -> Trial:
    proposed = None if result.proposed_fen is None else Money(result.proposed_fen)
    return Trial(entry.bid.party.name, result.rank, entry.shown, entry.bid.quote, result.below_line, proposed)


def explained(panel_id: UUID) -> dict[UUID, list[Explained]]:
    """The deviations of the comparison that was signed, by proposal, under the experts' codes."""
    comparison = queries.comparison_in_force(panel_id)
    codes = {seat.id: seat.code for seat in panel_queries.seats(panel_id)}
    found: dict[UUID, list[Explained]] = defaultdict(list)
    for o in comparison.outliers if comparison else ():
        found[o.bid_id].append(
            Explained(o.bid.party.name, codes[o.seat_id], o.total, o.mean, o.share_bp, o.statement)
        )
    return found


def _table(
    fixed: Ranking, entries: Sequence[RankingEntry], title: str, deviations: Mapping[UUID, Sequence[Explained]]
) -> LotTable:  # fmt: skip
    evaluation = rules.from_record(fixed.record)
    experts = [seat.expert_code for seat in evaluation.seats]
    marked = [criterion.code for criterion in evaluation.scheme.marked_in(1)]
    sheets = {(sheet.bid_id, sheet.expert_code): sheet for sheet in evaluation.sheets}
    return LotTable(
        ranking_id=fixed.id,
        digest=fixed.digest,
        title=title,
        number=fixed.number,
        fixed_at=fixed.fixed_at,
        total=evaluation.scheme.total,
        decimals=evaluation.scheme.rounding.decimals,
        experts=experts,
        columns=_columns(evaluation.scheme),
        rows=[
            _row(entry, evaluation, [sheets[str(entry.bid_id), code] for code in experts], marked)
            for entry in entries
        ],
        deviations=[found for entry in entries for found in deviations.get(entry.bid_id, ())],
    )


def _columns(scheme: Scheme) -> list[Column]:
    """The criteria in order; where sums are aggregated, the panel's one part stands behind them."""
    columns = [
        Column(c.code, c.title, c.maximum, c.kind is CriterionKind.SUBJECTIVE) for c in scheme.criteria
    ]
    if scheme.aggregation.per is AggregationPer.TOTAL:
        marked = sum((c.maximum for c in scheme.marked_in(1)), Decimal())
        columns.append(Column(PANEL_PART, gettext("Panel"), marked, marked=False))
    return columns


def _row(entry: RankingEntry, evaluation: Evaluation, sheets: Sequence[Sheet], marked: Sequence[str]) -> Row:
    quote = next(bid.quote_fen for bid in evaluation.bids if bid.bid_id == str(entry.bid_id))
    return Row(
        bid_id=str(entry.bid_id),
        name=entry.bid.party.name,
        quote=None if quote is None else Money(quote),
        rank=entry.rank or 0,
        total=entry.shown,
        parts={code: f"{Decimal(value):.{entry.decimals}f}" for code, value in entry.parts.items()},
        tie=TieReason(entry.tie_reason) if entry.tie_reason else None,
        below=BelowLine(entry.below_line_reason) if entry.below_line_reason else None,
        marks={code: [spell(sheet.marks[code]) for sheet in sheets] for code in marked},
        sums=[rules.sheet_points(sheet.marks, evaluation.scheme.criteria) for sheet in sheets],
    )


def members(panel: Panel) -> list[Member]:
    """Who scored, in the order of codes."""
    seats = sorted(panel_queries.members_who_scored(panel), key=lambda seat: seat.code)
    dissents = queries.dissents(seats)
    return [
        Member(
            seat.code, seat.expert.user.name, seat.group, seat.expert.title, seat.expert.employer, seat.signed_at,
            dissents.get(seat.id, ""), _refusal(seat, dissents),
        )
        for seat in seats
    ]  # fmt: skip


def _refusal(seat: Seat, dissents: Mapping[UUID, str]) -> str:
    """In words, without the reason, how a member who did not sign counts (GPR Regulation art. 41)."""
    if seat.refused_at is None:
        return ""
    said, silent = (
        N_("Did not sign and stated the reason in writing."),
        N_(
            "Did not sign and gave no reason in time: taken as agreement (procurement regulation, article 41)."
        ),
    )
    return str(gettext(said if seat.id in dissents else silent))


def correction_letter(correction: Correction, fixed_at: datetime) -> dict[str, Any]:
    """What the letter about a correction says: the case, the ground, the reason, and what can be done about it."""
    bid = correction.bid
    return {
        "number": bid.tender.number, "tender": bid.tender.title, "lot": bid.lot.title, "organisation": bid.party.name,
        "code": bid.party.code, "excluded": correction.ground.excludes, "ground": correction.ground,
        "change": correction.change, "reason": correction.explanation,
        "decided_at": f"{local(fixed_at):%Y-%m-%d %H:%M}",
    }  # fmt: skip


def spreadsheet(title: str, tables: Sequence[LotTable], members: Sequence[Member]) -> bytes:
    """The score tables as XLSX, one sheet a lot, and the signatures. Every text is written as text, so none becomes a formula."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"})
        look = {"border": 1, "valign": "vcenter", "text_wrap": True}
        cell = book.add_format(look)
        for number, table in enumerate(tables, start=1):
            sheet = book.add_worksheet(gettext("Lot %(number)s", number=number))
            sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
            sheet.write_string(1, 0, f"{table.title}  SHA-256 {table.digest}")
            sheet.set_column(0, 0, 8)
            sheet.set_column(1, 1, 36)
            sheet.set_column(2, 40, 14)
            sheet.freeze_panes(4, 2)
            score = book.add_format(
                {**look, "num_format": f"0.{'0' * table.decimals}" if table.decimals else "0"}
            )
            for column, text in enumerate(_heads(table)):
                sheet.write_string(3, column, text, bold)
            for line, row in enumerate(table.rows, start=4):
                for column, value in enumerate(_cells(table, row)):
                    if isinstance(value, str):
                        sheet.write_string(line, column, value, cell)
                    else:
                        exact = isinstance(value, Decimal) and column <= _scores(table)
                        sheet.write_number(line, column, value, score if exact else cell)
        sheet = book.add_worksheet(gettext("Signatures"))
        sheet.set_column(0, 1, 14)
        sheet.set_column(2, 3, 48)
        for column, text in enumerate(
            (gettext("Code"), gettext("Full name"), gettext("Signed"), gettext("Dissent"))
        ):
            sheet.write_string(0, column, text, bold)
        for line, member in enumerate(members, start=1):
            signed = f"{local(member.signed_at):%Y-%m-%d %H:%M}" if member.signed_at else member.refusal
            for column, text in enumerate((member.code, member.name, signed, member.dissent)):
                sheet.write_string(line, column, text, cell)
    return target.getvalue()


def _scores(table: LotTable) -> int:
    """The column of the total: parts and total up to it have the places of the scheme, marks after it have not."""
    return 3 + len(table.columns)


def _heads(table: LotTable) -> list[str]:
    marked = [f"{c.title} {code}" for c in table.columns if c.marked for code in table.experts]
    parts = [f"{c.title} ({spell(c.maximum)})" for c in table.columns]
    return [
        gettext("Rank"), gettext("Organisation"), gettext("Quote (yuan)"), *parts, gettext("Total"), gettext("Remark"), *marked,
    ]  # fmt: skip


def _cells(table: LotTable, row: Row) -> list[str | Decimal | int]:
    remark = [gettext(found.label) for found in (row.tie, row.below) if found is not None]
    return [
        row.rank, row.name, row.quote.yuan if row.quote else "", *(Decimal(row.parts[c.code]) if c.code in row.parts else "—" for c in table.columns),
        row.total, " ".join(remark),
        *(Decimal(mark) for c in table.columns if c.marked for mark in row.marks[c.code]),
    ]  # fmt: skip
