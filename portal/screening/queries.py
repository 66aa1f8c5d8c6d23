"""Reads of the screening: what is compared, what was found."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.core import pictures, sealing, traces
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import server_key
from portal.core.lists import Page, paginate
from portal.core.policy import Actor
from portal.notices import queries as notices
from portal.screening import rules
from portal.screening.models import Screening, ScreeningFinding
from portal.screening.values import PLACES, Document, Evidence, Kind, Line, Passage, Picture, Review, Subject
from portal.tenders import queries as tenders
from portal.tenders.models import Tender

_NO_TEXT = frozenset({"schema", "quote", "beneficiaries", "lines", "attachments", "declaration", "profile"})
_TEAM = "team"


def subjects(tender_id: UUID) -> list[Subject]:
    """Every opened proposal of a call as it is compared, attachments and their pages included."""
    return [_subject(bid) for bid in bids.opened_bids(tender_id)]


def own_words(tender_id: UUID) -> list[str]:
    """The texts that the call itself gave, which proposals may repeat: description, lots, rubric, heads, form, notices."""
    tender = tenders.get_tender(Actor.system("screening"), tender_id)
    words = [tender.title, tender.description, tender.eligibility]
    words += [text for lot in tender.lots for text in (lot.title, lot.description)]
    words += [text for item in tender.criteria for text in (item.title, item.description)]
    words += [head.title for head in tender.heads]
    words += _strings(tenders.form_of(tender).to_json())
    words += [text for notice in notices.notices_of(tender_id) for text in _strings(notice.content)]
    return [word for word in words if word]


def places(tender: Tender) -> dict[str, str]:
    """Words for the places of evidence: the questions of the call's form, and what every proposal has."""
    return {**{question.code: question.label for question in tenders.form_of(tender).questions}, **PLACES}


def screening_of(tender_id: UUID) -> Screening | None:
    """The last comparison of a call."""
    return db.session.scalars(select(Screening).where(Screening.tender_id == tender_id)).first()


def common_sentences(screening: Screening) -> list[str]:
    """The sentences that were left out because most proposals share them."""
    place = {"screening": str(screening.tender_id)}
    found: list[str] = json.loads(sealing.decrypt(server_key("storage"), screening.common, aad=place))
    return found


def list_findings(tender_id: UUID, args: Mapping[str, str]) -> Page[ScreeningFinding]:
    """The findings of a call with their organisations; filters ``kind`` and ``status``."""
    statement = _findings().where(ScreeningFinding.tender_id == tender_id)
    if args.get("kind") in set(Kind):
        statement = statement.where(ScreeningFinding.kind == Kind(args["kind"]))
    if args.get("status") in set(Review):
        statement = statement.where(ScreeningFinding.status == Review(args["status"]))
    sorts = {
        "share": ScreeningFinding.share,
        "kind": ScreeningFinding.kind,
        "status": ScreeningFinding.status,
    }
    return paginate(statement, args, sorts=sorts, default="-share")


def count_findings(tender_id: UUID, status: Review) -> int:
    """How many findings of a call stand so."""
    statement = select(func.count()).where(
        ScreeningFinding.tender_id == tender_id, ScreeningFinding.status == status
    )
    return int(db.session.scalar(statement) or 0)


def get_finding(tender_id: UUID, finding_id: UUID) -> ScreeningFinding:
    """A finding of a call. Raises ``NotFound``."""
    found = db.session.scalars(
        _findings().where(ScreeningFinding.id == finding_id, ScreeningFinding.tender_id == tender_id)
    ).first()
    if found is None:
        raise NotFound()
    return found


def pair(tender_id: UUID, one_id: UUID, other_id: UUID) -> list[ScreeningFinding]:
    """Everything that two proposals have in common. Raises ``NotFound`` when that is nothing."""
    found = list(
        db.session.scalars(
            _findings()
            .where(
                ScreeningFinding.tender_id == tender_id, ScreeningFinding.one_id == one_id, ScreeningFinding.other_id == other_id
            )
            .order_by(ScreeningFinding.share.desc(), ScreeningFinding.kind)
        )
    )  # fmt: skip
    if not found:
        raise NotFound()
    return found


def raised(tender_id: UUID) -> list[ScreeningFinding]:
    """What the officer raised to the panel, for the panel's page."""
    statement = _findings().where(
        ScreeningFinding.tender_id == tender_id, ScreeningFinding.status == Review.RAISED
    )
    return list(db.session.scalars(statement.order_by(ScreeningFinding.reviewed_at, ScreeningFinding.id)))


def evidence(finding: ScreeningFinding) -> Evidence:
    """The passages of both sides, decrypted."""
    opened = sealing.decrypt(server_key("storage"), finding.evidence, aad=place_of(finding))
    return Evidence.from_json(json.loads(opened))


def place_of(finding: ScreeningFinding) -> dict[str, str]:
    """What the encryption of a finding's evidence is bound to."""
    return {
        "screening": str(finding.tender_id), "one": str(finding.one_id), "other": str(finding.other_id), "kind": str(finding.kind),
    }  # fmt: skip


def opened_tender(actor: Actor, tender_id: UUID) -> Tender:
    """A call of the actor's unit. Raises ``NotFound`` for others, and before the opening."""
    tender = bids.tender_for_opening(actor, tender_id)
    if tender.opened_at is None:
        raise NotFound()
    return tender


def _findings() -> Select[ScreeningFinding]:
    return select(ScreeningFinding).options(
        joinedload(ScreeningFinding.one).joinedload(Bid.party), joinedload(ScreeningFinding.other).joinedload(Bid.party)
    )  # fmt: skip


def _subject(bid: Bid) -> Subject:
    content = bids.content(bid)
    texts = tuple(_passages(content.to_json()))
    words = "\n".join(passage.text for passage in texts)
    profile = content.profile
    return Subject(
        key=str(bid.id), party=str(bid.party_id), lot=str(bid.lot_id), quote=content.quote.fen, texts=texts,
        lines=tuple(
            Line(line.content, line.unit, line.unit_price.fen, line.quantity, line.amount.fen) for line in content.lines
        ),
        pictures=tuple(_pictures(bid, content.attachments)), documents=tuple(_documents(bid, content.attachments)),
        people=rules.names_in("\n".join(passage.text for passage in texts if passage.place == _TEAM)),
        representative=profile.get("legal_representative", ""), contact=profile.get("contact_name", ""),
        phones=rules.phones_in(f"{profile.get('contact_phone', '')}\n{words}"),
        emails=frozenset(filter(None, [profile.get("contact_email", "").lower()])),
        address=profile.get("address", ""), bank_account=bid.party.bank_account.replace(" ", ""),
    )  # fmt: skip


def _passages(content: Mapping[str, Any]) -> Iterator[Passage]:
    """The written answers of a proposal under the codes of their fields."""
    for code, value in content.items():
        if code not in _NO_TEXT:
            nested = value if isinstance(value, Mapping) else {code: value}
            for place, answer in nested.items():
                yield from (Passage(str(place), text) for text in _strings(answer) if text.strip())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)


def _pictures(bid: Bid, attachments: Sequence[Any]) -> Iterator[Picture]:
    made = bids.all_page_images(bid)
    for item in attachments:
        found = made.get(item.part)
        for number in range(1, len(found.pages) + 1 if found else 1):
            yield Picture(
                f"{item.name} · {number}", pictures.grey(bids.page_image(bid, item.part, number)), item.sha256
            )


def _documents(bid: Bid, attachments: Sequence[Any]) -> Iterator[Document]:
    for item in attachments:
        content, name, media_type = bids.read_file(bid, item.part)
        found = traces.of_document(content, media_type)
        yield Document(name, item.sha256, found.author, found.software, found.created, found.identity)
