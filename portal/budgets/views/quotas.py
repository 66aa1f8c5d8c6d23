"""Quotas of communities: standards by year, shares, their use, targets; sheets in and out."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.budgets import documents, queries, services
from portal.budgets.forms import SheetForm, StandardForm, UseForm
from portal.budgets.policies import READERS, may_set_quota, may_use_quota
from portal.budgets.views.blueprint import bp
from portal.core import audit, clock
from portal.core.errors import Invalid, problem
from portal.core.forms import act
from portal.core.money import Money
from portal.core.policy import require
from portal.core.sheets import MAX_ROWS, send_workbook
from portal.core.text import N_
from portal.core.web import actor, page, roles
from portal.parties import queries as parties
from portal.parties.values import Role

ENTERERS = (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER)


@bp.get("/quotas")
@roles(*READERS)
def quotas() -> ResponseReturnValue:
    return page("budgets/quotas.html", standards=queries.list_standards(actor()))


@bp.get("/targets")
@roles(*READERS)
def targets() -> ResponseReturnValue:
    return page("budgets/targets.html", rows=queries.targets(actor()))


@bp.route("/quotas/new", methods=["GET", "POST"])
@roles(Role.FINANCE_OFFICER)
def set_standard() -> ResponseReturnValue:
    form = StandardForm(year=clock.today().year)
    own = actor().scopes(Role.FINANCE_OFFICER)
    form.unit_id.choices = [(unit.id, unit.name) for unit in parties.units(own)]
    form.fund_source_id.choices = [(fund.id, fund.name) for fund in queries.usable_fund_sources(own)]
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.set_standard(
                actor=actor(), unit_id=form.unit_id.data, fund_source_id=form.fund_source_id.data, year=form.year.data or 0,
                method=form.method.data, amount=form.amount.data, floor=form.floor.data or Money.ZERO,  # type: ignore[arg-type]  # AmountRequired saw Money
                target=form.target.data or 0, source=form.source.data or "",
            ),
            lambda standard: url_for("budgets.standard", standard_id=standard.id),
            _("The standard is set. Give the communities their shares next."),
        )
    ):  # fmt: skip
        return done
    return page("budgets/standard_form.html", form=form)


@bp.route("/quotas/<uuid:standard_id>", methods=["GET", "POST"])
@roles(*READERS)
def standard(standard_id: UUID) -> ResponseReturnValue:
    """The shares of a standard; finance sends in the filled-in sheet here."""
    found = queries.get_standard(actor(), standard_id)
    if request.method == "POST":
        require(may_set_quota, actor(), found)
    form, upload = SheetForm(), request.files.get("file")
    content = upload.read() if upload and upload.filename else b""
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.set_quotas(
                actor=actor(), standard_id=standard_id, rows=documents.read_quota_sheet(content, queries.communities_of(found.unit_id))
            ),
            lambda _quotas: url_for("budgets.standard", standard_id=standard_id),
            _("The communities have their shares."),
        )
    ):  # fmt: skip
        return done
    found = queries.get_standard(actor(), standard_id)
    return page(
        "budgets/standard.html", form=form, standard=found, unit=parties.unit(found.unit_id),
        fund=queries.get_fund_source(found.fund_source_id), found=queries.list_quotas(standard_id, request.args),
    )  # fmt: skip


@bp.get("/quotas/<uuid:standard_id>/template.xlsx")
@roles(Role.FINANCE_OFFICER)
def quota_template(standard_id: UUID) -> ResponseReturnValue:
    found = queries.get_standard(actor(), standard_id)
    known = {unit_id: quota.households for unit_id, quota in queries.quotas_by_unit(standard_id).items()}
    rows = [(name, known.get(unit_id)) for unit_id, name in queries.communities_of(found.unit_id).items()]
    return send_workbook(documents.quota_template(rows), "quotas.xlsx")


@bp.get("/quotas/<uuid:standard_id>/shares.xlsx")
@roles(*READERS)
def quotas_xlsx(standard_id: UUID) -> ResponseReturnValue:
    queries.get_standard(actor(), standard_id)
    found = queries.list_quotas(standard_id, request.args, per_page=MAX_ROWS)
    return send_workbook(documents.quota_sheet(found.items), "shares.xlsx")


@bp.route("/shares/<uuid:quota_id>", methods=["GET", "POST"])
@roles(*READERS)
def quota(quota_id: UUID) -> ResponseReturnValue:
    """One community's share and what was used of it."""
    found = queries.get_quota(actor(), quota_id)
    if request.method == "POST":
        require(may_use_quota, actor(), found)
    form = UseForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.use_quota(
                actor=actor(), quota_id=quota_id, amount=form.amount.data, reference=form.reference.data or "",  # type: ignore[arg-type]  # AmountRequired saw Money
                memo=form.memo.data or "",
            ),
            lambda _use: url_for("budgets.quota", quota_id=quota_id),
            _("The use was entered."),
        )
    ):  # fmt: skip
        return done
    found = queries.get_quota(actor(), quota_id)
    return page(
        "budgets/quota.html", form=form, quota=found, unit=parties.unit(found.unit_id),
        standard=queries.get_standard(actor(), found.standard_id), found=queries.uses_of(quota_id, request.args),
        history=audit.history(found),
    )  # fmt: skip


@bp.post("/uses/<uuid:use_id>/reverse")
@roles(*ENTERERS)
def reverse_use(use_id: UUID) -> ResponseReturnValue:
    found = queries.get_quota(actor(), queries.get_use(use_id).quota_id)
    return act(
        lambda form: services.reverse_use(actor=actor(), use_id=use_id, reason=form.reason.data or ""),
        url_for("budgets.quota", quota_id=found.id),
        _("The use was taken back."),
    )


# --- appropriations from a sheet


@bp.route("/appropriations/import", methods=["GET", "POST"])
@roles(Role.FINANCE_OFFICER)
def import_appropriations() -> ResponseReturnValue:
    form, upload = SheetForm(), request.files.get("file")
    content = upload.read() if upload and upload.filename else b""
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.import_appropriations(
                actor=actor(), rows=documents.read_appropriations(content, queries.list_programmes(actor()))
            ),
            lambda _posted: url_for("budgets.programmes"),
            _("The appropriations were posted."),
        )
    ):
        return done
    return page("budgets/import.html", form=form)


@bp.get("/appropriations/template.xlsx")
@roles(Role.FINANCE_OFFICER)
def appropriation_template() -> ResponseReturnValue:
    programmes = queries.list_programmes(actor())
    if len(programmes) > MAX_ROWS:
        raise Invalid(problem(N_("There are too many programmes for one sheet.")))
    return send_workbook(documents.appropriation_template(programmes), "appropriations.xlsx")
