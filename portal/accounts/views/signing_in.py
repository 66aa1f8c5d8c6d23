"""Pages: sign in, sign out, own account, forgotten password."""

import json
from uuid import UUID

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts import queries, services
from portal.accounts.forms import ForgottenForm, PasswordForm, ResetForm, SignInForm
from portal.accounts.views.blueprint import bp
from portal.core.errors import Invalid
from portal.core.forms import ActionForm, act
from portal.core.limits import SIGN_IN, limiter
from portal.core.web import actor, page, public, safe_next, see, signed_in

_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_PROGRAMS = (
    ("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm(email=session.get("account"))
    target = safe_next(request.values.get("next"))
    if form.validate_on_submit():
        try:
            key = services.sign_in(
                email=form.email.data or "", password=form.password.data or "", device=_device()
            )
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            begin(key)
            waits = queries.awaiting_session(services.hash_key(key)) is not None
            return redirect(url_for("accounts.give_code", next=target) if waits else target, 303)
    return page("accounts/sign_in.html", form=form, target=target, demo_accounts=_demo_accounts())


def begin(key: str) -> None:
    """Let the browser's cookie hold this session and nothing of the one before, beside how it likes its pages."""
    kept = {name: session[name] for name in ("lang", "large") if name in session}
    session.clear()
    session.update(kept, key=key)


def _device() -> str:
    """Words by which a person knows the browser again: system and program, no more."""
    text = request.user_agent.string
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    program = next((name for mark, name in _PROGRAMS if mark in text), "")
    return " · ".join(part for part in (system, program) if part)


def _demo_accounts() -> dict[str, list[dict[str, str]]]:
    """The accounts that the seed wrote down, by role and in its order, in demo mode only."""
    settings = current_app.extensions["portal"]
    path = settings.instance_dir / "demo.json"
    if not settings.demo or not path.exists():
        return {}
    found: dict[str, list[dict[str, str]]] = {}
    for account in json.loads(path.read_text(encoding="utf-8")):
        found.setdefault(account["role"], []).append(account)
    return found


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    if current_user.is_authenticated and ActionForm().validate_on_submit():
        services.sign_out(actor=actor(), session_id=UUID(current_user.get_id()))
        session.pop("key", None)
    return redirect(url_for("home.front"), 303)


@bp.route("/password", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for a link; the answer is the same for unknown addresses."""
    form = ForgottenForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.forget_password(email=form.email.data or ""),
            lambda _none: url_for("accounts.sign_in"),
            _("If the address is known here, a mail with a link is on its way. The link works for one hour."),
        )
    ):
        return done
    return page("accounts/forgotten.html", form=form)


@bp.route("/password/<token>", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def reset(token: str) -> ResponseReturnValue:
    user, form = services.find_by_token(token), ResetForm()
    if form.validate_on_submit():
        try:
            services.reset_password(token=token, password=form.password.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            session.pop("key", None)
            return see("accounts.sign_in", _("Your password was changed. Please sign in again."))
    return page("accounts/reset.html", form=form, email=user.email)


@bp.route("/me", methods=["GET", "POST"])
@signed_in
def me() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            services.change_password(actor=actor(), old=form.old.data or "", new=form.password.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            session.pop("key", None)
            return see("accounts.sign_in", _("Your password was changed. Please sign in again."))
    return page(
        "accounts/me.html",
        form=form,
        roles=sorted({grant.role for grant in actor().grants}),
        sessions=queries.live_sessions(current_user.user_id),
        this_session=current_user.session_id,
        has_factor=current_user.has_factor,
    )


@bp.post("/sessions/<uuid:session_id>/end")
@signed_in
def end_session(session_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.end_session(actor=actor(), session_id=session_id),
        url_for("accounts.me"),
        _("That session was ended."),
    )
