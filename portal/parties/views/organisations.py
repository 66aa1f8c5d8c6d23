"""Pages of organisations: public list and page, registration, own entry, members."""

from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import FileField

from portal.core.errors import NotFound
from portal.core.files import by_id
from portal.core.forms import act
from portal.core.limits import OPEN_FORM, limiter
from portal.core.policy import can, require
from portal.core.text import N_
from portal.core.web import actor, page, public, roles, send, sign_in_as
from portal.parties import policies, queries, rules, services
from portal.parties.forms import CertificateForm, MemberForm, PartyForm, RegisterForm
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, STAFF, PartyKind, PartyStatus, Role, Seat
from portal.parties.views.blueprint import bp

TRACK_KINDS = {"evaluation": N_("Evaluation"), "contract": N_("Contract"), "payment": N_("Payment")}


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    found = queries.list_parties(request.args)
    return page(
        "parties/index.html",
        list=found,
        kinds=list(PartyKind),
        stars=queries.latest_stars(party.id for party in found.items),
    )


@bp.get("/<uuid:party_id>")
@public
def show(party_id: UUID) -> ResponseReturnValue:
    party = queries.public_party(party_id)
    return page(
        "parties/show.html", party=party, record=queries.track_record(party.id), kinds=TRACK_KINDS,
        entries=queries.list_entries(party.id), hub=queries.hub_of(party),
    )  # fmt: skip


@bp.route("/register", methods=["GET", "POST"])
@public
@limiter.limit(OPEN_FORM, methods=["POST"])
def register() -> ResponseReturnValue:
    form = RegisterForm()
    districts = queries.districts()
    if len(districts) == 1:
        del form.unit_id
    else:
        form.unit_id.choices = [(unit.id, unit.name) for unit in districts]
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: _register(form),
            lambda party: sign_in_as(party.contact_email, request.args.get("next")),
            _("Your organisation is registered and waits for verification. You can sign in now."),
        )
    ):
        return done
    return page("parties/register.html", form=form)


def _register(form: RegisterForm) -> Party:
    skipped = {"op_id", "csrf_token", "credit_code", "file"}
    given = {name: field.data for name, field in form._fields.items() if name not in skipped}
    return services.register_party(**given, code=form.credit_code.data or "", certificate=uploaded(form.file))


def uploaded(field: FileField) -> tuple[str, bytes] | None:
    """Name and bytes of the file that was sent, if any."""
    sent = field.data
    return (sent.filename, sent.read()) if sent and sent.filename else None


@bp.get("/mine")
@roles(*ORGANISATION)
def mine() -> ResponseReturnValue:
    found = queries.own_parties(actor())
    if len(found) == 1:
        return redirect(url_for("parties.own", party_id=found[0].id))
    return page("parties/mine.html", found=found)


@bp.get("/<uuid:party_id>/own")
@roles(*ORGANISATION, *STAFF)
def own(party_id: UUID) -> ResponseReturnValue:
    party = queries.get_party(actor(), party_id)
    whole = can(policies.may_see_bank_account, actor(), party)
    return page(
        "parties/own.html",
        party=party,
        account=party.bank_account if whole else rules.mask_account(party.bank_account),
        members=queries.roles_held(scope_id=party.id),
        invitations=queries.open_invitations([party.id]),
        certificate=by_id([party.certificate_id]).get(party.certificate_id) if party.certificate_id else None,
        is_owner=actor().has(Role.ORG_OWNER, party.id),
        is_member=any(actor().has(role, party.id) for role in ORGANISATION),
        papers=queries.documents(party.id),
        change=queries.pending_change(party.id),
        decided=queries.last_change(party.id),
        entries=queries.list_entries(party.id),
        hub=queries.hub_of(party),
    )


@bp.route("/<uuid:party_id>/edit", methods=["GET", "POST"])
@roles(*ORGANISATION)
def edit(party_id: UUID) -> ResponseReturnValue:
    party = queries.get_party(actor(), party_id)
    require(policies.may_update_party, actor(), party)
    form = PartyForm(obj=party)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_party(
                actor=actor(), party_id=party_id, version=form.seen_version(), profile=form.profile()
            ),
            lambda saved: url_for("parties.standing", party_id=saved.id),
            _("Saved."),
        )
    ):
        return done
    change = queries.pending_change(party.id)
    for name, value in (change.values if change and request.method == "GET" else {}).items():
        if name in form:
            form[name].data = services.restored(name, value)
    fixed = party.status not in {PartyStatus.REGISTERED, PartyStatus.REFUSED}
    return page("parties/edit.html", form=form, party=party, fixed=fixed, change=change)


@bp.route("/<uuid:party_id>/certificate/new", methods=["GET", "POST"])
@roles(*ORGANISATION)
def replace_certificate(party_id: UUID) -> ResponseReturnValue:
    party = queries.get_party(actor(), party_id)
    require(policies.may_update_party, actor(), party)
    form = CertificateForm()
    if form.validate_on_submit():
        name, data = uploaded(form.file) or ("", b"")
        done = form.perform(
            lambda: services.attach_certificate(actor=actor(), party_id=party_id, name=name, data=data),
            lambda saved: url_for("parties.own", party_id=saved.id),
            _("Saved."),
        )
        if done:
            return done
    return page("parties/certificate.html", form=form, party=party)


@bp.get("/<uuid:party_id>/certificate")
@roles(*ORGANISATION, *STAFF)
def certificate(party_id: UUID) -> Response:
    party = queries.get_party(actor(), party_id)
    if party.certificate_id is None:
        raise NotFound()
    return send(by_id([party.certificate_id])[party.certificate_id])


@bp.route("/<uuid:party_id>/members/invite", methods=["GET", "POST"])
@roles(Role.ORG_OWNER)
def invite_member(party_id: UUID) -> ResponseReturnValue:
    party = queries.get_party(actor(), party_id)
    require(policies.may_change_role, actor(), Seat(Role.ORG_DRAFTER, party.id))
    form = MemberForm()
    form.role.limit(ORGANISATION)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.invite(
                actor=actor(), email=form.email.data or "", name=form.name.data or "", role=form.role.data, scope_id=party_id
            ),
            lambda _sent: url_for("parties.own", party_id=party_id),
            _("The invitation goes out by mail within a minute."),
        )
    ):  # fmt: skip
        return done
    return page("parties/invite_member.html", form=form, party=party)


@bp.post("/<uuid:party_id>/members/<uuid:user_id>/<role>/end")
@roles(Role.ORG_OWNER)
def end_member_role(party_id: UUID, user_id: UUID, role: str) -> ResponseReturnValue:
    queries.get_party(actor(), party_id)
    if role not in set(ORGANISATION):
        abort(404)
    return act(
        lambda _form: services.end_role(actor=actor(), user_id=user_id, role=Role(role), scope_id=party_id),
        url_for("parties.own", party_id=party_id),
        _("The role was ended."),
    )
