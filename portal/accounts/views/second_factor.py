"""Pages of the second factor: its code at sign-in and before grave acts, switching it on and off, recovery codes."""

from urllib.parse import urlsplit

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts import queries, services
from portal.accounts.documents import enrolment
from portal.accounts.forms import CodeForm, ConfirmPasswordForm
from portal.accounts.views.blueprint import bp
from portal.accounts.views.signing_in import begin
from portal.core.errors import Invalid, NeedsCode, NotFound
from portal.core.limits import SIGN_IN, limiter
from portal.core.web import actor, page, public, safe_next, see, signed_in, typed

# What somebody may reach whose role demands a second factor that is not switched on yet.
_BEFORE = {
    "accounts.second_factor", "accounts.begin_factor", "accounts.confirm_factor", "accounts.sign_out", "core.set_language",
    "core.set_large_type", "core.healthz", "static",
}  # fmt: skip


@bp.before_app_request
def ask_to_switch_on() -> Response | None:
    """Lead whose role demands a second factor to the page on which it is switched on."""
    if not current_app.extensions["portal"].second_factor_roles or request.endpoint in _BEFORE:
        return None
    if current_user.is_authenticated and not current_user.has_factor and services.demands_factor(actor()):
        return redirect(url_for("accounts.second_factor"), 303)
    return None


@bp.app_errorhandler(NeedsCode)
def ask_for_code(_error: NeedsCode) -> ResponseReturnValue:
    """Nothing was done: the code first, then back to the page that was sent."""
    came_from = urlsplit(request.referrer or "")
    target = came_from.path if came_from.netloc == request.host else request.path
    form = CodeForm(formdata=None)
    return page("accounts/prove.html", 403, form=form, target=safe_next(target), refused=True, typed=typed())


@bp.route("/code", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def give_code() -> ResponseReturnValue:
    """The second half of a sign-in."""
    form, key = CodeForm(), session.get("key", "")
    target = safe_next(request.values.get("next"))
    if current_user.is_authenticated:
        return redirect(target, 303)
    if not key or queries.awaiting_session(services.hash_key(key)) is None:
        return page("accounts/code_late.html", 410, target=target)
    if form.validate_on_submit():
        try:
            admitted = services.give_code(key=key, code=form.code.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            begin(admitted)
            return redirect(target, 303)
    return page("accounts/code.html", form=form, target=target)


@bp.route("/prove", methods=["GET", "POST"])
@signed_in
@limiter.limit(SIGN_IN, methods=["POST"])
def prove() -> ResponseReturnValue:
    """A fresh code within a session, for signing, paying and keys."""
    form, target = CodeForm(), safe_next(request.values.get("next"))
    if not current_user.has_factor:
        raise NotFound()
    if form.validate_on_submit():
        try:
            services.prove(actor=actor(), session_id=current_user.session_id, code=form.code.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return redirect(target, 303)
    return page("accounts/prove.html", form=form, target=target, refused=False)


@bp.get("/second-factor")
@signed_in
def second_factor() -> ResponseReturnValue:
    return _state(ConfirmPasswordForm())


def _state(form: ConfirmPasswordForm) -> ResponseReturnValue:
    return page(
        "accounts/second_factor.html", form=form, factor=queries.second_factor(current_user.user_id),
        demanded=services.demands_factor(actor()),
    )  # fmt: skip


@bp.post("/second-factor")
@signed_in
@limiter.limit(SIGN_IN)
def begin_factor() -> ResponseReturnValue:
    form = ConfirmPasswordForm()
    if form.validate_on_submit():
        try:
            services.begin_factor(actor=actor(), password=form.password.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return see("accounts.confirm_factor")
    return _state(form)


@bp.route("/second-factor/first-code", methods=["GET", "POST"])
@signed_in
@limiter.limit(SIGN_IN, methods=["POST"])
def confirm_factor() -> ResponseReturnValue:
    """The recovery codes are shown in the answer itself: they are kept nowhere, so there is nothing to redirect to."""
    form, secret = CodeForm(), services.shown_secret(actor())
    if secret is None:
        return redirect(url_for("accounts.second_factor"), 303)
    if form.validate_on_submit():
        try:
            codes = services.confirm_factor(
                actor=actor(), session_id=current_user.session_id, code=form.code.data or ""
            )
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return page("accounts/recovery_codes.html", codes=codes)
    return page("accounts/first_code.html", form=form, enrolment=enrolment(secret, current_user.email))


@bp.post("/second-factor/recovery-codes")
@signed_in
@limiter.limit(SIGN_IN)
def renew_recovery() -> ResponseReturnValue:
    form = ConfirmPasswordForm()
    if form.validate_on_submit():
        try:
            codes = services.renew_recovery(actor=actor(), password=form.password.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return page("accounts/recovery_codes.html", codes=codes)
    return _state(form)


@bp.post("/second-factor/off")
@signed_in
@limiter.limit(SIGN_IN)
def switch_off_factor() -> ResponseReturnValue:
    form = ConfirmPasswordForm()
    if form.validate_on_submit():
        try:
            services.switch_off_factor(actor=actor(), password=form.password.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return see("accounts.second_factor", _("The second factor is switched off."))
    return _state(form)
