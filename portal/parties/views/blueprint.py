"""The blueprint that all pages of parties share."""

from flask import Blueprint

bp = Blueprint("parties", __name__, url_prefix="/parties")
