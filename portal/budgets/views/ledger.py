"""Pages of budgets: programmes for everybody; funds, programmes and the ledger for the staff of the unit."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.budgets import documents, queries, rules, services
from portal.budgets.forms import AppropriationForm, FundSourceForm, ProgrammeForm
from portal.budgets.models import FundSource, Programme
from portal.budgets.policies import READERS, may_appropriate, may_keep_programme
from portal.budgets.values import FundKind, MovementKind, ProgrammeKind
from portal.budgets.views.blueprint import bp
from portal.core import audit, clock
from portal.core.errors import Invalid, problem
from portal.core.lists import Page
from portal.core.policy import require
from portal.core.sheets import MAX_ROWS, send_workbook
from portal.core.templating import label
from portal.core.text import N_
from portal.core.web import actor, page, public, roles
from portal.parties import queries as parties
from portal.parties.values import Role

# --- for everybody


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    found = queries.public_programmes(request.args)
    return page("budgets/index.html", found=found, money=_money(found), **_filters())


@bp.get("/<uuid:programme_id>")
@public
def show(programme_id: UUID) -> ResponseReturnValue:
    programme = queries.public_programme(programme_id)
    return page("budgets/show.html", calls=queries.calls_of(programme_id), **_facts(programme))


# --- fund sources


@bp.get("/funds")
@roles(*READERS)
def funds() -> ResponseReturnValue:
    found = queries.list_fund_sources(actor(), request.args)
    return page("budgets/funds.html", found=found, kinds=list(FundKind))


@bp.get("/funds.xlsx")
@roles(*READERS)
def funds_xlsx() -> ResponseReturnValue:
    rows = _all(lambda **options: queries.list_fund_sources(actor(), request.args, **options))
    return send_workbook(documents.fund_sheet(rows), "funds.xlsx")


@bp.route("/funds/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER)
def create_fund() -> ResponseReturnValue:
    form = FundSourceForm()
    form.unit_id.choices = _units(Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.create_fund_source(
                actor=actor(), unit_id=form.unit_id.data, name=form.name.data or "", kind=form.kind.data,
                restriction=form.restriction.data or "",
            ),
            lambda _fund: url_for("budgets.funds"),
            _("The fund source was entered."),
        )
    ):  # fmt: skip
        return done
    return page("budgets/fund_form.html", form=form)


# --- programmes


@bp.get("/programmes")
@roles(*READERS)
def programmes() -> ResponseReturnValue:
    found = queries.page_of_programmes(actor(), request.args)
    return page("budgets/programmes.html", found=found, money=_money(found), **_filters())


@bp.get("/programmes.xlsx")
@roles(*READERS)
def programmes_xlsx() -> ResponseReturnValue:
    rows = _all(lambda **options: queries.page_of_programmes(actor(), request.args, **options))
    money = queries.stages(programme.id for programme, _unit, _fund in rows)
    return send_workbook(documents.programme_sheet(rows, money), "programmes.xlsx")


@bp.route("/programmes/new", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def create() -> ResponseReturnValue:
    form = ProgrammeForm(year=clock.today().year)
    form.unit_id.choices = _units(Role.PROGRAMME_OFFICER)
    form.fund_source_id.choices = _fund_choices(actor().scopes(Role.PROGRAMME_OFFICER))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.create_programme(actor=actor(), unit_id=form.unit_id.data, **_values(form)),
            lambda programme: url_for("budgets.programme", programme_id=programme.id),
            _("The programme was created."),
        )
    ):
        return done
    return page("budgets/programme_form.html", form=form, programme=None)


@bp.get("/programmes/<uuid:programme_id>")
@roles(*READERS)
def programme(programme_id: UUID) -> ResponseReturnValue:
    found = queries.get_programme(actor(), programme_id)
    accounts = queries.accounts_of(programme_id)
    return page(
        "budgets/programme.html", accounts=accounts, papers=queries.papers(a.subject_id for a in accounts),
        history=audit.history(found), **_facts(found),
    )  # fmt: skip


@bp.route("/programmes/<uuid:programme_id>/edit", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def edit(programme_id: UUID) -> ResponseReturnValue:
    found = queries.get_programme(actor(), programme_id)
    require(may_keep_programme, actor(), found)
    form = ProgrammeForm(obj=found)
    del form.unit_id  # a programme stays in its unit
    form.fund_source_id.choices = _fund_choices({found.unit_id})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_programme(
                actor=actor(), programme_id=programme_id, version=form.version.data, **_values(form)
            ),
            lambda _programme: url_for("budgets.programme", programme_id=programme_id),
            _("Saved."),
        )
    ):
        return done
    return page(
        "budgets/programme_form.html", form=form, programme=queries.get_programme(actor(), programme_id)
    )


@bp.route("/programmes/<uuid:programme_id>/appropriate", methods=["GET", "POST"])
@roles(Role.FINANCE_OFFICER)
def appropriate(programme_id: UUID) -> ResponseReturnValue:
    found = queries.get_programme(actor(), programme_id)
    require(may_appropriate, actor(), queries.get_fund_source(found.fund_source_id))
    form = AppropriationForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.appropriate(
                actor=actor(), programme_id=programme_id, amount=form.amount.data,  # type: ignore[arg-type]  # AmountRequired saw Money
                reference=form.reference.data or "", memo=form.memo.data or "",
            ),
            lambda movement: url_for("budgets.movement", movement_id=movement.id),
            _("The appropriation was posted."),
        )
    ):  # fmt: skip
        return done
    return page("budgets/appropriate.html", form=form, **_facts(queries.get_programme(actor(), programme_id)))


# --- ledger


@bp.get("/programmes/<uuid:programme_id>/movements")
@roles(*READERS)
def movements(programme_id: UUID) -> ResponseReturnValue:
    programme = queries.get_programme(actor(), programme_id)
    found = queries.list_movements(programme_id, request.args)
    return page("budgets/movements.html", programme=programme, found=found, kinds=list(MovementKind))


@bp.get("/programmes/<uuid:programme_id>/movements.xlsx")
@roles(*READERS)
def movements_xlsx(programme_id: UUID) -> ResponseReturnValue:
    queries.get_programme(actor(), programme_id)
    rows = _all(lambda **options: queries.list_movements(programme_id, request.args, **options))
    return send_workbook(documents.movement_sheet(rows), "movements.xlsx")


@bp.get("/movements/<uuid:movement_id>")
@roles(*READERS)
def movement(movement_id: UUID) -> ResponseReturnValue:
    movement, entries, programme = queries.get_movement(actor(), movement_id)
    subjects = {account.subject_id for entry in entries for account in (entry.source, entry.target)}
    return page(
        "budgets/movement.html", movement=movement, entries=entries, programme=programme, papers=queries.papers(subjects)
    )  # fmt: skip


@bp.get("/accounts/<uuid:account_id>")
@roles(*READERS)
def account(account_id: UUID) -> ResponseReturnValue:
    account, programme = queries.get_account(actor(), account_id)
    found = queries.entries_of(account_id, request.args)
    subjects = {account.subject_id, *(other.subject_id for _posting, _movement, other in found.items)}
    return page(
        "budgets/account.html", account=account, programme=programme, found=found, papers=queries.papers(subjects)
    )  # fmt: skip


# --- what several pages need


def _filters() -> dict[str, Any]:
    return {"kinds": list(ProgrammeKind), "funds": list(FundKind)}


def _money(found: Page[Any]) -> dict[UUID, list[tuple[str, Any]]]:
    balances = queries.stages(programme.id for programme, _unit, _fund in found.items)
    return {programme_id: rules.way_of_money(held) for programme_id, held in balances.items()}


def _facts(programme: Programme) -> dict[str, Any]:
    return {
        "programme": programme,
        "unit": parties.unit(programme.unit_id),
        "fund": queries.get_fund_source(programme.fund_source_id),
        "money": rules.way_of_money(queries.stages([programme.id])[programme.id]),
    }


def _units(*held: Role) -> list[tuple[UUID, str]]:
    return [(unit.id, unit.name) for unit in parties.units(actor().scopes(*held))]


def _fund_choices(unit_ids: set[UUID]) -> list[tuple[UUID, str]]:
    return [(fund.id, _fund_label(fund)) for fund in queries.usable_fund_sources(unit_ids)]


def _fund_label(fund: FundSource) -> str:
    return f"{fund.name} · {label(fund.kind)}"


def _values(form: ProgrammeForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "", "kind": form.kind.data, "year": form.year.data, "description": form.description.data or "",
        "fund_source_id": form.fund_source_id.data,
    }  # fmt: skip


def _all(read: Callable[..., Page[Any]]) -> list[Any]:
    """All rows that the page's filters leave, in its order, for a spreadsheet. Raises ``Invalid`` for too many."""
    found = read(per_page=MAX_ROWS)
    if found.total > MAX_ROWS:
        raise Invalid(
            problem(N_("These are %(total)s rows; a spreadsheet takes %(most)s. Please filter the list first."), total=found.total, most=MAX_ROWS)
        )  # fmt: skip
    return list(found.items)
