"""Plain values of proposals."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.money import Money
from portal.core.questions import Answer, Answers
from portal.core.text import N_


class BidStatus(Labelled):
    """``draft`` and ``sealed`` are ours and never published; ``pending`` begins at opening (OCDS)."""

    DRAFT = "draft", N_("Draft")
    SEALED = "sealed", N_("Submitted and sealed"), "good"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "warn"
    UNOPENED = "unopened", N_("Not opened"), "warn"
    PENDING = "pending", N_("Opened"), "progress"
    VALID = "valid", N_("Admitted"), "good"
    DISQUALIFIED = "disqualified", N_("Not admitted"), "bad"


OPENED = frozenset({BidStatus.PENDING, BidStatus.VALID, BidStatus.DISQUALIFIED})


class Step(Labelled):
    """The steps that every editor has after the parts of its call's form.

    Problems name the part or step before the field: ``plan-goals``, ``budget-lines-2-unit_price``.
    """

    BUDGET = "budget", N_("Budget")
    FILES = "files", N_("Attachments")
    CHECK = "check", N_("Check and submit")


class Elsewhere(Labelled):
    """Where the part of a line comes from that the programme does not pay."""

    OWN = "own", N_("Own funds")
    MATCHING = "matching", N_("Matching funds of others")
    IN_KIND = "in_kind", N_("In kind: goods, rooms, work")


FIRST_SCHEMA_TEXTS = ("summary", "needs", "target_group", "goals", "activities", "risk", "team")
"""The fixed texts of proposals that were sealed before calls had forms of their own."""

TITLE, BENEFICIARIES = "title", "beneficiaries"
"""The two questions of every form whose answers are kept beside the others, because lists and contracts name them."""


@dataclass(frozen=True, slots=True)
class Head:
    """A budget head of the call; ``cap_bp`` is its largest share of the total in basis points."""

    code: str
    title: str
    cap_bp: int | None = None


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line of the budget: ``amount`` = unit price × quantity, of which ``own`` comes from elsewhere.

    A zero price, quantity or an empty text means: not filled in yet.
    """

    head_code: str = ""
    content: str = ""
    unit: str = ""
    unit_price: Money = Money.ZERO
    quantity: int = 0
    amount: Money = Money.ZERO
    own: Money = Money.ZERO
    source: Elsewhere = Elsewhere.OWN

    @property
    def requested(self) -> Money:
        """What is asked for from the programme."""
        return self.amount - self.own

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, money in fen."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The line that ``to_json`` wrote."""
        return cls(
            head_code=str(data.get("head_code", "")),
            content=str(data.get("content", "")),
            unit=str(data.get("unit", "")),
            unit_price=Money(int(data.get("unit_price", 0))),
            quantity=int(data.get("quantity", 0)),
            amount=Money(int(data.get("amount", 0))),
            own=Money(int(data.get("own", 0))),
            source=Elsewhere(data.get("source", Elsewhere.OWN)),
        )


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment as the proposal names it; ``sha256`` is that of the bytes before encryption.

    ``kind`` is the code of a paper in the call's form; ``stamp`` the version of the content to which a signed page belongs.
    """

    part: str
    name: str
    media_type: str
    size: int
    sha256: str
    kind: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A governing document of the call as it was accepted: its name and the SHA-256 of its bytes."""

    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the organisation declares when it submits; all of it must be true, and every document accepted."""

    truthful: bool = False
    no_violation: bool = False
    accepts_audit: bool = False
    documents: tuple[Accepted, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; calls without documents are spelt as before there were any."""
        facts = asdict(self)
        documents = facts.pop("documents")
        return {**facts, "documents": list(documents)} if documents else facts

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What ``to_json`` wrote."""
        documents = tuple(Accepted(**item) for item in data.get("documents", []))
        return cls(**{**data, "documents": documents})


class PartnerKind(Labelled):
    """In which way somebody else takes part in a proposal."""

    MEMBER = "member", N_("Member of the consortium")
    HOSTED = "hosted", N_("Group on file for which the organisation applies")


AGREEMENT = "consortium"
"""The kind of attachment that a consortium adds to those of the call's form."""


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody with whom, or for whom, an organisation applies; ``code`` is that of the invitation until it is confirmed.

    ``confirmed_at`` (ISO, Beijing time) is empty until then; ``profile`` are the facts of the organisation at that moment.
    """

    part: str
    kind: PartnerKind
    task: str
    code: str = ""
    party_id: str = ""
    name: str = ""
    confirmed_by: str = ""
    confirmed_at: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The partner as the proposal's document holds it."""
        return cls(**{**data, "kind": PartnerKind(data["kind"])})


@dataclass(frozen=True, slots=True)
class ProposalContent:
    """The whole proposal as one document; the only form in which its content exists, and always encrypted."""

    title: str = ""
    beneficiaries: int = 0
    answers: Answers = field(default_factory=dict)
    lines: tuple[BudgetLine, ...] = ()
    quote: Money = Money.ZERO
    attachments: tuple[Attachment, ...] = ()
    declaration: Declaration = Declaration()
    profile: Mapping[str, str] = field(default_factory=dict)
    partners: tuple[Partner, ...] = ()

    @property
    def members(self) -> tuple[Partner, ...]:
        """The partners of a consortium, without the group for which the organisation applies."""
        return tuple(partner for partner in self.partners if partner.kind is PartnerKind.MEMBER)

    @property
    def all_answers(self) -> dict[str, Answer]:
        """Every answer by the code of its question, title and beneficiaries included."""
        return {**self.answers, TITLE: self.title, BENEFICIARIES: self.beneficiaries}

    def answered(self, given: Answers) -> Self:
        """The proposal with these answers in place of the earlier ones to the same questions."""
        others = {code: answer for code, answer in given.items() if code not in (TITLE, BENEFICIARIES)}
        people = given.get(BENEFICIARIES, self.beneficiaries)
        return replace(
            self, title=str(given.get(TITLE, self.title)), beneficiaries=people if isinstance(people, int) else 0,
            answers={**self.answers, **others},
        )  # fmt: skip

    def text(self, code: str) -> str:
        """The answer to a question with words for an answer; empty when it was not asked."""
        return str(self.all_answers.get(code, ""))

    @property
    def total(self) -> Money:
        """Everything the project costs."""
        return sum((line.amount for line in self.lines), Money.ZERO)

    @property
    def own_funds(self) -> Money:
        """What does not come from the programme."""
        return sum((line.own for line in self.lines), Money.ZERO)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON (money in fen), canonical by RFC 8785 for the receipt's digest."""
        return {
            "schema": 2,
            "title": self.title,
            "beneficiaries": self.beneficiaries,
            "answers": dict(self.answers),
            "lines": [line.to_json() for line in self.lines],
            "quote": self.quote.fen,
            "attachments": [asdict(attachment) for attachment in self.attachments],
            "declaration": self.declaration.to_json(),
            "profile": dict(self.profile),
            "partners": [asdict(partner) for partner in self.partners],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The proposal that ``to_json`` wrote, now or in the first schema."""
        earlier = {code: str(data[code]) for code in FIRST_SCHEMA_TEXTS if code in data}
        return cls(
            title=str(data.get("title", "")),
            answers={**earlier, **data.get("answers", {})},
            beneficiaries=int(data.get("beneficiaries", 0)),
            lines=tuple(BudgetLine.from_json(line) for line in data.get("lines", [])),
            quote=Money(int(data.get("quote", 0))),
            attachments=tuple(Attachment(**item) for item in data.get("attachments", [])),
            declaration=Declaration.from_json(data.get("declaration", {})),
            profile=dict(data.get("profile", {})),
            partners=tuple(Partner.from_json(partner) for partner in data.get("partners", [])),
        )


class Opinion(Labelled):
    """What an outsider says of a proposal."""

    SUPPORT = "support", N_("We support the proposal")
    REMARKS = "remarks", N_("We support it with remarks")
    AGAINST = "against", N_("We do not support it")


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """What an outsider who is asked for an opinion sees, and nothing else; frozen when the link is made."""

    code: str
    asked: str
    tender: str
    organisation: str
    title: str
    summary: str
    site: str


@dataclass(frozen=True, slots=True)
class GivenOpinion:
    """An opinion as it was typed; ``photo`` (name, bytes) shows the signature or seal."""

    opinion: Opinion
    text: str
    name: str
    post: str
    photo: tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed bytes belong; part of every key wrapping and every encryption, so nothing can be swapped.

    ``version`` is 0 for the draft and counts the submissions from 1; ``part`` is ``content`` or an attachment.
    """

    tender: str
    lot: str
    bid: str
    version: int

    def facts(self, part: str) -> dict[str, str | int]:
        """The associated data of one part; segments of large files add their own index to it."""
        return {**asdict(self), "part": part, "index": 0}

    def info(self, purpose: str) -> bytes:
        """What the wrapping of this version's key for ``purpose`` is bound to."""
        return "\0".join(("bid-key", purpose, self.tender, self.lot, self.bid, str(self.version))).encode()


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the organisation gets for a submission. ``reopen_code`` exists nowhere else."""

    bid_id: UUID
    receipt_number: str
    digest: str
    received_at: datetime
    reopen_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal gives: how much was sealed and read back, and the code to be typed in again."""

    bid_id: UUID
    files: int
    size: int
    digest: str
    code: str = field(repr=False)


def _plain(value: Any) -> Any:
    return value.fen if isinstance(value, Money) else value
