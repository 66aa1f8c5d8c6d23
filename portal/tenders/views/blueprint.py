"""The blueprint of calls, and who works on calls at the buyer's."""

from flask import Blueprint

from portal.parties.values import Role

bp = Blueprint("tenders", __name__, url_prefix="/tenders")

STAFF_ROLES = (
    Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.FINANCE_OFFICER, Role.CASHIER, Role.SUPERVISOR, Role.ADMINISTRATOR,
)  # fmt: skip
