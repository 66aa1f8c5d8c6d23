"""Plain values of the payment voucher, and spreadsheets of what a page shows."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from unicodedata import east_asian_width
from uuid import UUID

import xlsxwriter
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.budgets.models import FundSource, Programme
from portal.contracts.models import Contract
from portal.core.clock import local
from portal.core.db import get
from portal.core.documents import render_pdf
from portal.core.money import Money
from portal.parties.models import Party, Unit
from portal.payments import queries, rules
from portal.payments.models import Fee, FeeBatch, Instalment, Transaction
from portal.payments.values import BankDetails

MAX_ROWS = 10_000
WIDEST = 48  # signs; longer texts are cut on screen, never in the cell


def voucher_paper(transaction_id: UUID) -> bytes:
    """The voucher of a payment as PDF: who paid whom, for what, how much, and through whose hands it went."""
    transaction = get(Transaction, transaction_id)
    instalment, contract = get(Instalment, transaction.instalment_id), get(Contract, transaction.contract_id)
    hands = (
        instalment.requested_by,
        instalment.accepted_by,
        instalment.approved_by,
        transaction.recorded_by,
    )
    names = accounts.names(hands)
    payee = get(Party, contract.party_id)
    return render_pdf(
        "payment_voucher.html",
        number=transaction.reference,
        contract=f"{contract.number} {contract.title}",
        fund=get(FundSource, contract.fund_source_id).name,
        payer=transaction.payer,
        payee=transaction.payee,
        account=f"{payee.bank_name}（尾号{payee.bank_account[-4:]}）",
        instalment=f"第{instalment.position}期（{instalment.share_bp / 100:g}%）",
        invoice=instalment.invoice_number,
        figures=transaction.amount.format(),
        capitals=transaction.amount.capitals(),
        paid_on=f"{transaction.paid_on.year}年{transaction.paid_on.month}月{transaction.paid_on.day}日",
        recorded_at=f"{local(transaction.recorded_at):%Y-%m-%d %H:%M}",
        hands=[names.get(person, "") if person else "" for person in hands],
    )


def programme_of(batch: FeeBatch) -> Programme:
    """The programme that pays the fees."""
    return get(Programme, batch.programme_id)


def fee_rows(batch: FeeBatch) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of the payment list for the bank and the tax office: accounts in full."""
    known, rows = queries.accounts_of(batch.id), []
    for fee in queries.fees(batch.id):
        details = (
            queries.bank_details(known[fee.user_id]) if fee.user_id in known else BankDetails("", "", "")
        )
        rows.append(
            (fee.name, details.id_number, details.bank_name, details.account, fee.gross, fee.tax, fee.net, batch.title)
        )  # fmt: skip
    columns = [
        _("Full name"), _("Number of the identity card"), _("Bank and branch"), _("Account number"),
        _("Fee before tax"), _("Tax withheld"), _("Paid out"), _("Call"),
    ]  # fmt: skip
    return columns, rows


def fee_slip(fee_id: UUID) -> bytes:
    """The slip of an expert as PDF: what was paid for which review, how the tax was found, when it was paid."""
    fee = get(Fee, fee_id)
    batch = get(FeeBatch, fee.batch_id)
    paid_on = batch.paid_on or local(batch.proposed_at).date()
    return render_pdf(
        "fee_slip.html",
        number=batch.reference,
        payer=get(Unit, batch.unit_id).name,
        name=fee.name,
        review=batch.title,
        basis=batch.basis,
        gross=fee.gross.format(),
        taxable=rules.taxable_fee(fee.gross).format(),
        tax=fee.tax.format(),
        net=fee.net.format(),
        capitals=fee.net.capitals(),
        account=f"尾号{fee.account_tail}",
        paid_on=f"{paid_on.year}年{paid_on.month}月{paid_on.day}日",
    )


def workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An XLSX file with one sheet. Money becomes numbers, text stays text and never turns into a formula."""
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(title.translate(str.maketrans("[]:*?/\\", "       "))[:31])
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        sheet.freeze_panes(1, 0)
        widths = [_width(heading) for heading in columns]
        for column, heading in enumerate(columns):
            sheet.write_string(0, column, heading, formats["head"])
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, formats)
                widths[column] = max(widths[column], _width(value))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, WIDEST) + 2)
    return target.getvalue()


def _width(value: Any) -> int:
    """How many narrow signs a cell shows; a Chinese sign is as wide as two."""
    if isinstance(value, Money):
        return len(value.format())
    if isinstance(value, datetime):
        return len("2026-11-22 16:30")
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in str(value or ""))


def _write(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, Money):
        sheet.write_number(row, column, value.yuan, formats["money"])
    elif isinstance(value, datetime):
        sheet.write_datetime(
            row, column, local(value).replace(tzinfo=None, second=0, microsecond=0), formats["time"]
        )
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["date"])
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value))
