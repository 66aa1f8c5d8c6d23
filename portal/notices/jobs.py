"""Reactions of notices: the PDF of every published paper."""

from uuid import UUID

from portal.core.documents import render_pdf
from portal.core.jobs import handles
from portal.core.policy import Actor
from portal.notices import queries, services


def _set_pdf(notice_id: str) -> bytes:
    notice = queries.get_notice(UUID(notice_id))
    return render_pdf("notice.html", notice=notice, number=notice.number, digest=notice.sha256)


@handles("notice.published", prepare=_set_pdf)
def make_pdf(pdf: bytes, notice_id: str) -> None:
    notice = queries.get_notice(UUID(notice_id))
    services.keep_pdf(
        actor=Actor.system("notices"), notice_id=notice.id, content=pdf, name=f"{notice.number}.pdf"
    )
