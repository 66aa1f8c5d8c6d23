"""The blueprint of scoring, and who follows it at the buyer's."""

from flask import Blueprint

from portal.parties.values import Role

bp = Blueprint("scoring", __name__, url_prefix="/scoring")
STAFF = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)
