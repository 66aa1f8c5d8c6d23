"""Public pages of notices: list, paper, PDF and feed."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.config import settings
from portal.core.errors import NotFound
from portal.core.lists import paginate
from portal.core.text import N_
from portal.core.web import navigation, page, public, send
from portal.notices import queries
from portal.notices.models import Notice
from portal.notices.values import NoticeKind

bp = Blueprint("notices", __name__, url_prefix="/notices")
SORTS = {"published_at": Notice.published_at, "title": Notice.title, "number": Notice.number}


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    found = paginate(queries.list_notices(request.args), request.args, sorts=SORTS, default="-published_at")
    return page("notices/index.html", found=found, kinds=list(NoticeKind), units=queries.units())


@bp.get("/<uuid:notice_id>")
@public
def notice(notice_id: UUID) -> ResponseReturnValue:
    found = queries.get_notice(notice_id)
    return page(
        "notices/notice.html", notice=found, pdf=queries.pdf_of(notice_id), corrections=queries.corrections_of(notice_id),
        corrects=queries.get_notice(found.corrects_id) if found.corrects_id else None,
    )  # fmt: skip


@bp.get("/<uuid:notice_id>.pdf")
@public
def pdf(notice_id: UUID) -> ResponseReturnValue:
    stored = queries.pdf_of(notice_id)
    if stored is None:
        raise NotFound()
    return send(stored)


@bp.get("/feed.atom")
@public
def feed() -> Response:
    xml = render_template("notices/feed.xml", notices=queries.latest(), base_url=settings().base_url)
    response = make_response(xml)
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    return response


navigation(N_("Notices"), "notices.index", everybody=True, rank=61, under="home.front")
