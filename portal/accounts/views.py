"""Pages of accounts: sign in, sign out, own account."""

import json
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts import queries, rules, services
from portal.accounts.forms import ForgottenForm, PasswordForm, ResetForm, SignInForm
from portal.accounts.models import User, UserSession
from portal.accounts.values import UserStatus
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.forms import ActionForm, act
from portal.core.limits import SIGN_IN, limiter
from portal.core.web import actor, page, public, safe_next, see, signed_in

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
login_manager = LoginManager()
TOUCH_EVERY = timedelta(minutes=1)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_PROGRAMS = (
    ("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


class Identity(UserMixin):  # type: ignore[misc]  # flask_login has no types
    """Who is signed in, as plain values read once per request."""

    def __init__(self, user: User, row: UserSession) -> None:
        self.user_id, self.name, self.email, self.language = user.id, user.name, user.email, user.language
        self.session_id, self.session_confirmed_at = row.id, row.confirmed_at

    def get_id(self) -> str:
        return str(self.session_id)


@login_manager.request_loader  # type: ignore[untyped-decorator]  # flask_login has no types
def load_identity(_request: object) -> Identity | None:
    """The person whose session key the cookie holds, if that session is still alive."""
    key = session.get("key")
    if not key:
        return None
    row = db.session.execute(
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.key_hash == services.hash_key(key), User.status == UserStatus.ACTIVE)
    ).first()
    now = clock.now()
    if row is None or not rules.is_live(row[1].seen_at, row[1].ended_at, now):
        return None
    identity = Identity(row[0], row[1])
    if now - row[1].seen_at > TOUCH_EVERY:
        services.touch_session(session_id=row[1].id)
    return identity


@bp.record_once
def _install(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]  # BlueprintSetupState
    login_manager.session_protection = None  # phones change networks; our session rows can be ended instead
    login_manager.init_app(app)


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
            kept = {name: session[name] for name in ("lang", "large") if name in session}
            session.clear()
            session.update(kept, key=key)
            return redirect(target, 303)
    return page("accounts/sign_in.html", form=form, target=target, demo_accounts=_demo_accounts())


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
    )


@bp.post("/sessions/<uuid:session_id>/end")
@signed_in
def end_session(session_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.end_session(actor=actor(), session_id=session_id),
        url_for("accounts.me"),
        _("That session was ended."),
    )
