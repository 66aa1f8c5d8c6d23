"""The blueprint of panels, and who works on panels at the buyer's."""

from flask import Blueprint

from portal.parties.values import Role

bp = Blueprint("panels", __name__, url_prefix="/panels")
STAFF = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)
