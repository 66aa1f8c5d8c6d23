"""The budget as a spreadsheet: which columns it has, what in a row is wrong."""

from collections.abc import Sequence

from portal.bids.values import BudgetLine, Elsewhere, Head
from portal.core.errors import Problem, problem
from portal.core.money import Money, parse_yuan
from portal.core.text import N_

COLUMNS = (
    N_("Head"), N_("What for"), N_("Unit"), N_("Unit price (yuan)"), N_("Quantity"), N_("Not from the programme (yuan)"),
    N_("Where that comes from"),
)  # fmt: skip
CONTENT_AT_MOST, UNIT_AT_MOST = 200, 20
QUANTITY_AT_MOST = 10_000_000


def read_lines(
    rows: Sequence[Sequence[str]], heads: Sequence[Head], sources: dict[Elsewhere, str], first_row: int = 2
) -> tuple[tuple[BudgetLine, ...], list[Problem]]:
    """The lines that a sheet holds, and everything wrong with it row by row; empty rows are passed over.

    ``sources`` are the words for where money comes from, in the language of the sheet; ``first_row`` is the number
    that the spreadsheet gives to the first of ``rows``.
    """
    codes = {head.title: head.code for head in heads} | {head.code: head.code for head in heads}
    words = {word: source for source, word in sources.items()} | {str(source): source for source in sources}
    lines, problems = [], []
    for number, row in enumerate(rows, start=first_row):
        if any(row):
            line, found = _read_line(row, codes, words, number)
            lines.append(line)
            problems += found
    if not lines:
        problems.append(problem(N_("The sheet has no filled row below its heading.")))
    return tuple(lines), problems


def _read_line(
    row: Sequence[str], codes: dict[str, str], words: dict[str, Elsewhere], number: int
) -> tuple[BudgetLine, list[Problem]]:
    head, content, unit, price, quantity, own, source = row
    found = []
    if head and head not in codes:
        found.append(
            problem(N_("Row %(row)s: “%(word)s” is no budget head of this call."), row=number, word=head)
        )
    if len(content) > CONTENT_AT_MOST or len(unit) > UNIT_AT_MOST:
        found.append(problem(N_("Row %(row)s: a text is too long."), row=number))
    amounts = {"price": Money.ZERO, "own": Money.ZERO}
    for name, text in (("price", price), ("own", own)):
        try:
            amounts[name] = parse_yuan(text) if text else Money.ZERO
        except ValueError:
            found.append(problem(N_("Row %(row)s: “%(word)s” is no amount in yuan."), row=number, word=text))
    plain = quantity.replace(",", "")
    if quantity and not (plain.isdecimal() and int(plain) <= QUANTITY_AT_MOST):
        found.append(
            problem(N_("Row %(row)s: the quantity “%(word)s” is no whole number."), row=number, word=quantity)
        )
        plain = ""
    if source and source not in words:
        found.append(
            problem(N_("Row %(row)s: “%(word)s” is none of the sources offered."), row=number, word=source)
        )
    line = BudgetLine(
        head_code=codes.get(head, ""), content=content, unit=unit, unit_price=amounts["price"], quantity=int(plain or 0),
        own=amounts["own"], source=words.get(source, Elsewhere.OWN),
    )  # fmt: skip
    return line, found
