"""Pages of contracts."""

from collections.abc import Collection
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.contracts import documents, policies, queries, rules, services
from portal.contracts.forms import SignForm
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus, Side
from portal.core import audit, files
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.forms import act
from portal.core.policy import Actor, can, require
from portal.core.text import N_
from portal.core.web import actor, navigation, page, public, roles, send
from portal.notices import queries as notices
from portal.notices.values import NoticeKind
from portal.parties.values import ORGANISATION, Role

bp = Blueprint("contracts", __name__, url_prefix="/contracts")

READERS = (*sorted(policies.READERS), *sorted(ORGANISATION))
EVENTS = {
    "contract.draw_up": N_("Contract drawn up"),
    "contract.make_paper": N_("Contract paper made"),
    "contract.sign": N_("Signed"),
    "contract.activate": N_("In force: both sides have signed"),
    "contract.make_signed_paper": N_("Signed contract paper made"),
    "contract.cancel": N_("Given up"),
    "contract.evaluation": N_("Evaluation is final"),
    "contract.close_project": N_("Project closed"),
    "contract.finish": N_("Finished"),
}


@bp.get("/")
@roles(*READERS)
def index() -> ResponseReturnValue:
    return page(
        "contracts/index.html",
        contracts=queries.list_contracts(actor(), request.args),
        waiting=queries.awards_without_contract(actor()),
        statuses=list(ContractStatus),
    )


@bp.post("/from-award/<uuid:award_id>")
@roles(Role.PROGRAMME_OFFICER)
def draw_up(award_id: UUID) -> ResponseReturnValue:
    return act(
        lambda form: services.draw_up(actor=actor(), award_id=award_id),
        url_for("contracts.of_award", award_id=award_id),
        _("The contract was drawn up. Its paper is being made."),
    )


@bp.get("/of-award/<uuid:award_id>")
@roles(*READERS)
def of_award(award_id: UUID) -> ResponseReturnValue:
    found = queries.contract_of_award(award_id)
    if found is None:
        raise NotFound()
    return contract(found.id)


@bp.get("/<uuid:contract_id>")
@roles(*READERS)
def contract(contract_id: UUID) -> ResponseReturnValue:
    found = queries.get_contract(actor(), contract_id)
    signatures = queries.signatures(found.id)
    return page(
        "contracts/contract.html",
        contract=found,
        parties=queries.parties(found),
        lines=queries.lines(found.id),
        signatures=[(side, signatures.get(side)) for side in Side],
        papers=_papers(found),
        own_side=_own_side(actor(), found, signatures.keys()),
        events=_events(found),
        address=documents.verify_address(found.terms_digest),
    )


def _papers(found: Contract) -> list[tuple[StoredFile, str]]:
    stored = files.by_id(key for key in (found.pdf_id, found.signed_pdf_id) if key)
    ends = {found.pdf_id: "contracts.paper", found.signed_pdf_id: "contracts.signed_paper"}
    return [(stored[key], url_for(end, contract_id=found.id)) for key, end in ends.items() if key]


def _own_side(who: Actor, found: Contract, signed: Collection[Side]) -> Side | None:
    """The side for which this person could sign now, if any."""
    if found.status != ContractStatus.PENDING:
        return None
    open_sides = (side for side in Side if side not in signed)
    return next((side for side in open_sides if can(services.MAY_SIGN[side], who, found)), None)


def _events(found: Contract) -> list[dict[str, object]]:
    return [
        {
            "at": event.at,
            "title": _(EVENTS.get(event.action, event.action)),
            "actor": "" if event.actor_id is None else event.actor_name,
            "text": event.data.get("reason", "") or _side_label(event.data.get("side")),
        }
        for event in audit.history(found)
    ]


def _side_label(side: str | None) -> str:
    return _(Side(side).label) if side else ""


@bp.route("/<uuid:contract_id>/sign", methods=["GET", "POST"])
@roles(Role.ORG_OWNER, Role.PROGRAMME_APPROVER)
def sign(contract_id: UUID) -> ResponseReturnValue:
    found = queries.get_contract(actor(), contract_id)
    side = Side.SUPPLIER if actor().has(Role.ORG_OWNER, found.party_id) else Side.BUYER
    require(services.MAY_SIGN[side], actor(), found)
    form = SignForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.sign(
                actor=actor(), contract_id=contract_id, side=side, password=form.password.data or ""
            ),
            lambda signed: url_for("contracts.contract", contract_id=signed.id),
            _("Signed."),
        )
    ):
        return done
    return page(
        "contracts/sign.html",
        form=form,
        contract=found,
        terms=found.terms,
        side=side,
        challenged=queries.is_challenged(found),
        signed=side in queries.signatures(found.id) or found.status != ContractStatus.PENDING,
    )


@bp.post("/<uuid:contract_id>/cancel")
@roles(Role.PROGRAMME_OFFICER)
def cancel(contract_id: UUID) -> ResponseReturnValue:
    require(policies.may_cancel_contract, actor(), queries.get_contract(actor(), contract_id))
    return act(
        lambda form: services.cancel(actor=actor(), contract_id=contract_id, reason=form.reason.data or ""),
        url_for("contracts.contract", contract_id=contract_id),
        _("The contract was given up."),
    )


@bp.get("/<uuid:contract_id>/paper")
@roles(*READERS)
def paper(contract_id: UUID) -> ResponseReturnValue:
    return _send(queries.get_contract(actor(), contract_id).pdf_id)


@bp.get("/<uuid:contract_id>/signed-paper")
@roles(*READERS)
def signed_paper(contract_id: UUID) -> ResponseReturnValue:
    return _send(queries.get_contract(actor(), contract_id).signed_pdf_id)


def _send(file_id: UUID | None) -> ResponseReturnValue:
    if file_id is None:
        raise NotFound()
    return send(files.by_id([file_id])[file_id], inline=True)


@bp.get("/public")
@public
def public_index() -> ResponseReturnValue:
    return page("contracts/public_index.html", contracts=queries.list_public_contracts(request.args))


@bp.get("/public/<uuid:contract_id>")
@public
def public_contract(contract_id: UUID) -> ResponseReturnValue:
    found = queries.public_contract(contract_id)
    return page(
        "contracts/public_contract.html",
        contract=found,
        parties=queries.parties(found),
        terms=rules.public_terms(found.terms),
        signatures=queries.signatures(found.id),
        evaluated=any(
            paper.kind is NoticeKind.EVALUATION and paper.subject_id == found.id
            for paper in notices.notices_of(found.tender_id)
        ),
    )


@bp.get("/verify")
@public
def verify() -> ResponseReturnValue:
    digest = "".join(request.args.get("digest", "").split()).lower()
    found = queries.find_by_digest(digest) if digest else None
    return page(
        "contracts/verify.html",
        digest=digest,
        contract=found,
        parties=queries.parties(found) if found else None,
        signatures=queries.signatures(found.id) if found else {},
    )


navigation(N_("Contracts"), "contracts.index", *READERS, rank=30)
navigation(N_("Funded projects"), "contracts.public_index", everybody=True, rank=62, under="home.front")
