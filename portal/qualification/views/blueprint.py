"""The blueprint that all pages of eligibility share."""

from flask import Blueprint

bp = Blueprint("qualification", __name__, url_prefix="/qualification")
