"""Pure rules of contracts: the frozen terms, their digest, what the public sees, how the budget is scaled."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import rfc8785

from portal.contracts.values import Basis, BudgetLine, PlannedPart, PlannedStep, Project, Supplier
from portal.core.money import Money
from portal.core.text import quoted

_TEXT = Path(__file__).with_name("data") / "service_contract.json"
_DIGITS = "零一二三四五六七八九"
_PRIVATE = ("contact_name", "contact_phone", "bank_name", "bank_account")


@cache
def standard_text() -> dict[str, Any]:
    """The standard contract text with its version and legal sources (packaged data, read once)."""
    text: dict[str, Any] = json.loads(_TEXT.read_text(encoding="utf-8"))
    return text


def scale_lines(lines: Sequence[BudgetLine], awarded: Money) -> list[BudgetLine]:
    """Scale a proposal's budget to the awarded amount, to the fen, by largest remainder.

    The lines then add up to ``awarded`` exactly. Raises ``ValueError`` when they ask for nothing at all.
    """
    shares = awarded.share([line.amount.fen for line in lines])
    return [replace(line, amount=share) for line, share in zip(lines, shares, strict=True)]


def term(planned_start: date, planned_end: date, today: date) -> tuple[date, date]:
    """First and last day of a contract drawn up today: as the call planned, or moved as a whole when that has begun.

    The length stays, because the milestones are counted from the first day and the budget was made for all of it.
    """
    late = max(today - planned_start, timedelta())
    return planned_start + late, planned_end + late


def rest_to_release(reserved: Money, still_needed: Sequence[Money]) -> Money:
    """What of a call's reservation no award needs any more; never below zero."""
    return max(reserved - sum(still_needed, Money.ZERO), Money.ZERO)


def build_terms(
    *,
    number: str,
    drawn_up_on: date,
    starts_on: date,
    ends_on: date,
    amount: Money,
    buyer: str,
    supplier: Supplier,
    basis: Basis,
    project: Project,
    lines: Sequence[BudgetLine],
    milestones: Sequence[PlannedStep],
    instalments: Sequence[PlannedPart],
) -> dict[str, Any]:
    """Everything that is signed, as plain JSON: the filled standard text, the parties, the tables.

    The paper and the page are made from nothing else, so the digest of this value covers every word of them.
    """
    text = standard_text()
    figures = {"amount_figures": amount.format(), "amount_capitals": amount.capitals()}
    dates = {"starts_on": _chinese(starts_on), "ends_on": _chinese(ends_on)}
    names = {"quoted_title": quoted(project.title), "quoted_tender_title": quoted(basis.tender_title)}
    facts = {**asdict(basis), **asdict(project), **figures, **dates, **names}
    facts = {
        key: str(value).strip().rstrip("。；;") for key, value in facts.items()
    }  # our text has the stops
    return {
        "version": text["version"],
        "heading": text["title"],
        "number": number,
        "title": project.title,
        "drawn_up_on": _chinese(drawn_up_on),
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "amount": _amount(amount),
        "buyer": {"name": buyer},
        "supplier": asdict(supplier),
        "preamble": [_fill(part, facts) for part in text["preamble"]],
        "clauses": [
            _clause(position, clause, facts) for position, clause in enumerate(text["clauses"], start=1)
        ],
        "milestones": [
            {"position": step.position, "title": step.title, "due_on": _chinese(step.due_on)}
            for step in milestones
        ],
        "lines": [{**asdict(line), "amount": _amount(line.amount)} for line in lines],
        "instalments": [
            {
                "position": part.position, "share": f"{part.share_bp / 100:g}%", "condition": part.condition,
                "amount": _amount(part.amount),
            }
            for part in instalments
        ],
    }  # fmt: skip


def terms_digest(terms: dict[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON (RFC 8785) of the terms; this is what both sides sign."""
    return hashlib.sha256(rfc8785.dumps(terms)).hexdigest()


def public_terms(terms: dict[str, Any]) -> dict[str, Any]:
    """The terms as anybody may read them: without bank data, contact person and phone."""
    supplier = {key: value for key, value in terms["supplier"].items() if key not in _PRIVATE}
    return {**terms, "supplier": supplier}


def ordinal(number: int) -> str:
    """Chinese numerals for the articles of a paper, 1 to 99: 十八, 二十一."""
    tens, units = divmod(number, 10)
    front = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return front + (_DIGITS[units] if units else "")


def _clause(position: int, clause: dict[str, Any], facts: dict[str, str]) -> dict[str, Any]:
    return {
        "number": ordinal(position),
        "heading": clause["heading"],
        "paragraphs": [_fill(part, facts) for part in clause["paragraphs"]],
        "table": clause.get("table", ""),
        "after": [_fill(part, facts) for part in clause.get("after", [])],
    }


def _fill(text: str, facts: dict[str, str]) -> str:
    """Put facts into our own text; what people typed is never read as a pattern."""
    return text.format_map(facts)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _amount(amount: Money) -> dict[str, Any]:
    return {"fen": amount.fen, "figures": amount.format(), "capitals": amount.capitals()}
