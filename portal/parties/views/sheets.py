"""The district's register of organisations as a spreadsheet, out and in."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.policy import can
from portal.core.sheets import send_workbook
from portal.core.web import actor, page, roles
from portal.parties import documents, queries, services
from portal.parties.forms import ImportForm
from portal.parties.policies import may_keep_register
from portal.parties.values import PartyKind, Role
from portal.parties.views.blueprint import bp


@bp.get("/register.xlsx")
@roles(Role.PROGRAMME_OFFICER)
def export() -> Response:
    content = documents.register_sheet(queries.register(actor(), request.args))
    return send_workbook(content, f"organisations-{clock.today().isoformat()}.xlsx")


@bp.get("/register-pattern.xlsx")
@roles(Role.PROGRAMME_OFFICER)
def import_pattern() -> Response:
    return send_workbook(documents.pattern_sheet(), "organisations.xlsx")


@bp.route("/import", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def import_parties() -> ResponseReturnValue:
    form = ImportForm()
    districts = [unit for unit in queries.districts() if can(may_keep_register, actor(), unit.id)]
    form.unit_id.choices = [(unit.id, unit.name) for unit in districts]

    def take() -> int:
        rows = documents.read_register_sheet(form.file.data.read())
        return services.import_parties(actor=actor(), unit_id=form.unit_id.data, rows=rows)

    if form.validate_on_submit() and (
        done := form.perform(
            take,
            lambda _n: url_for("parties.queue"),
            _("The spreadsheet is read. The organisations wait for verification; their contacts are invited by mail."),
        )
    ):  # fmt: skip
        return done
    return page(
        "parties/import.html",
        form=form,
        may_import=bool(districts),
        kinds=list(PartyKind),
        head=documents.HEAD,
    )
