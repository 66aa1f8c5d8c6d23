"""The edge: who is signed in, who may call which address, and which page an error becomes."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)  # fmt: skip
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import text
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from portal.core import db as database
from portal.core import files
from portal.core.errors import Denied, DomainError, Invalid, InvalidTransition, NotFound, Stale
from portal.core.policy import ANONYMOUS, Actor, actor_for
from portal.core.requests import MemoryRequest

log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])


CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Access:
    """Who may reach an endpoint at all: everybody, everybody signed in, or holders of one of ``roles``."""

    kind: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NavItem:
    """An entry of the navigation: shown to everybody (``roles is None``) or to holders of one of ``roles``.

    ``under`` names the entry below which it stands; ``covers`` the further features and endpoints whose pages
    belong to it.
    """

    label: str
    endpoint: str
    roles: frozenset[str] | None
    under: str | None = None
    covers: frozenset[str] = frozenset()
    rank: int = 0


NAVIGATION: list[NavItem] = []


@dataclass
class ShownItem:
    """An entry as the page shows it; ``items`` are those below it, only filled where the reader is."""

    label: str
    url: str
    active: bool
    items: "list[ShownItem]" = field(default_factory=list)


def public(view: View) -> View:
    """Let anybody reach the view."""
    view.access = Access("public")  # type: ignore[attr-defined]  # read by the guard and by the route tests
    return view


def signed_in(view: View) -> View:
    """Let everybody who is signed in reach the view."""
    view.access = Access("signed_in")  # type: ignore[attr-defined]
    return view


def roles(*names: str) -> Callable[[View], View]:
    """Let holders of one of the roles reach the view; what they may do there is the policies' matter."""

    def mark(view: View) -> View:
        view.access = Access("roles", frozenset(str(name) for name in names))  # type: ignore[attr-defined]
        return view

    return mark


def navigation(
    label: str, endpoint: str, *role_names: str, everybody: bool = False, rank: int = 50, under: str | None = None,
    covers: Iterable[str] = (),
) -> None:  # fmt: skip
    """Add an entry to the navigation of the given roles (or of everybody); ``label`` is a message id.

    Entries stand in the order of ``rank``. ``under`` puts the entry into the second row below another entry,
    ``covers`` names other features (or endpoints) whose pages light this entry up.
    """
    held = None if everybody else frozenset(map(str, role_names))
    NAVIGATION.append(NavItem(label, endpoint, held, under, frozenset(covers), rank))
    NAVIGATION.sort(key=lambda item: item.rank)


def shown_navigation() -> list[ShownItem]:
    """The entries that the present actor sees: at most one is active, and only that one unfolds."""
    held = {grant.role for grant in actor().grants}
    mine = [item for item in NAVIGATION if item.roles is not None and item.roles & held]
    own = {item.endpoint for item in mine}
    seen = {
        item.endpoint: item
        for item in NAVIGATION
        if item in mine or (item.roles is None and item.endpoint not in own)
    }
    here = _entry_of(request.endpoint or "", list(seen.values()))
    above = _top(here, seen) if here else None
    shown = []
    for item in seen.values():
        if _top(item, seen) is not item:
            continue
        entry = _show(item, item is above)
        below = [other for other in seen.values() if other is not item and _top(other, seen) is item]
        if entry.active and below:
            entry.items = [_show(other, other is here) for other in [item, *below]]
        shown.append(entry)
    return shown


def public_pages() -> list[ShownItem]:
    """The entries of everybody, for the foot of every page."""
    return [_show(item, False) for item in NAVIGATION if item.roles is None]


def _show(item: NavItem, active: bool) -> ShownItem:
    return ShownItem(gettext(item.label), url_for(item.endpoint), active)


def _top(item: NavItem, seen: dict[str, NavItem]) -> NavItem:
    """The entry of the first row below which an entry stands, or itself when the actor does not see that one."""
    return seen.get(item.under, item) if item.under else item


def _entry_of(endpoint: str, items: list[NavItem]) -> NavItem | None:
    """The entry to which a page belongs: its own, else one of its feature that is as public, else one that covers it."""
    feature = endpoint.split(".")[0]
    access = getattr(current_app.view_functions.get(endpoint), "access", None)
    is_public = access is not None and access.kind == "public"
    of_feature = [
        item for item in items if item.endpoint.split(".")[0] == feature and (item.roles is None) == is_public
    ]
    own = [item for item in items if item.endpoint == endpoint or endpoint in item.covers]
    covering = [item for item in items if feature in item.covers]
    return next(iter([*own, *of_feature, *covering]), None)


def actor() -> Actor:
    """The actor of this request: the person signed in, or the anonymous one."""
    if "actor" not in g:
        user = current_user
        g.actor = actor_for(user.user_id, user.name, user.proved_at) if user.is_authenticated else ANONYMOUS
    found: Actor = g.actor
    return found


def may_reach(endpoint: str) -> bool:
    """Whether the present actor gets past the guard of ``endpoint``; for links that lead into another feature."""
    access = endpoint_access(current_app, endpoint)
    if access.kind == "roles":
        return actor().holds(*access.roles)
    return access.kind == "public" or current_user.is_authenticated


def leads_in(endpoint: str) -> bool:
    """Whether a public page shows a link to ``endpoint``: the visitor may reach it, or can still sign in."""
    return actor().user_id is None or may_reach(endpoint)


def received_at() -> datetime:
    """When this request had arrived in full; decides deadlines (domain.md section 4.4)."""
    if "received_at" not in g:
        request.form  # noqa: B018 - reading the form waits for the last byte
        g.received_at = database.received_at()
    found: datetime = g.received_at
    return found


def page(template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    """Render ``template``; a form in ``context`` that was refused makes the status 422 (or 409 when stale)."""
    for value in context.values():
        answered = getattr(value, "status", None)
        if isinstance(answered, int):  # rows carry a status of another kind
            status = max(status, answered)
    return render_template(template, **context), status


def see(endpoint: str, message: str | None = None, **values: Any) -> BaseResponse:
    """Redirect to ``endpoint`` after a successful POST, with a message."""
    if message:
        flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)


def send(stored: files.StoredFile, *, inline: bool = False) -> Response:
    """Send a stored file under its own name; never interpreted by the browser as a page of ours."""
    response = send_file(
        files.path_of(stored.sha256), mimetype=stored.media_type, download_name=stored.name, as_attachment=not inline,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


def safe_next(target: str | None) -> str:
    """``target`` when it is a path of this portal, else the start page; stops open redirects."""
    if (
        target
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not urlsplit(target).netloc
    ):
        return target
    return url_for("home.work")


def sign_in_as(email: str, target: str | None = None) -> str:
    """The sign-in page for somebody who has just got an account: it knows the address and leads on to ``target``."""
    session["account"] = email
    return url_for("accounts.sign_in", next=target)


def language() -> str:
    """``zh`` or ``en``: what was chosen here, else what the person prefers, else Chinese."""
    chosen = session.get("lang") or getattr(current_user, "language", None)
    return chosen if chosen in {"zh", "en"} else "zh"


core = Blueprint("core", __name__)


@core.post("/language")
@public
def set_language() -> BaseResponse:
    """Switch the language of the screen."""
    session["lang"] = "en" if request.form.get("lang") == "en" else "zh"
    return redirect(safe_next(request.form.get("next")), 303)


@core.post("/large-type")
@public
def set_large_type() -> BaseResponse:
    """Switch the large type on or off."""
    session["large"] = not session.get("large")
    return redirect(safe_next(request.form.get("next")), 303)


@core.get("/healthz")
@public
def healthz() -> str:
    """Answer when the portal and its database work."""
    database.db.session.execute(text("select 1"))
    return "ok"


def _page_behind() -> str | None:
    """The page of ours from which a form was sent."""
    behind = urlsplit(request.referrer or "")
    return behind.path if behind.netloc == request.host else None


def _guard() -> BaseResponse | None:
    """Login by default: an endpoint that says nothing about its access is a programming error."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    access = endpoint_access(current_app, request.endpoint)
    if access.kind == "public":
        return None
    if not current_user.is_authenticated:
        target = request.full_path.rstrip("?") if request.method == "GET" else _page_behind()
        return redirect(url_for("accounts.sign_in", next=target), 303)
    if access.kind == "roles" and not actor().holds(*access.roles):
        abort(403)
    return None


def endpoint_access(app: Flask, endpoint: str) -> Access:
    """The declared access of an endpoint; raises ``RuntimeError`` when there is none."""
    view = app.view_functions[endpoint]
    access = getattr(view, "access", None)
    if not isinstance(access, Access):
        raise RuntimeError(f"{endpoint} does not say who may reach it: use @public, @signed_in or @roles")
    return access


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(), microphone=()"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if current_app.extensions["portal"].production:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _domain_error(error: DomainError) -> tuple[str, int]:
    context: dict[str, Any] = {"typed": typed()}
    if isinstance(error, Denied):
        return render_template("errors/403.html", sentence=error.sentence), 403
    if isinstance(error, NotFound):
        return render_template("errors/404.html"), 404
    if isinstance(error, Invalid):
        return render_template("errors/422.html", problems=error.problems, back=_back(), **context), 422
    if isinstance(error, InvalidTransition):
        message = gettext(
            "This step is not possible any more: somebody took it already, or the state has changed."
        )
    elif isinstance(error, (Stale, database.Conflict)):
        message = gettext(error.message)
    else:
        message = gettext("This is not possible.")
    return render_template("errors/409.html", message=message, back=_back(), **context), error.status


def typed() -> dict[str, str]:
    """What the page that was refused held, without anything that opens a door."""
    hidden = ("csrf_token", "op_id", "version", "password", "secret", "code")
    return {key: value for key, value in request.form.items() if not key.endswith(hidden) and value.strip()}


def _back() -> str:
    referrer = urlsplit(request.referrer or "")
    return referrer.path if referrer.netloc == request.host and referrer.path else url_for("home.work")


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code in {301, 302, 303, 304, 307, 308} or isinstance(error, SecurityError):
        return (
            error  # a request for a foreign host name gets no page of ours, whose links would name that host
        )
    name = code if code in {400, 403, 404, 409, 413, 422, 429, 500, 503} else (404 if code == 405 else 400)
    return render_template(
        f"errors/{name}.html", sentence=None, problems=[], message=None, back=_back(),
        typed={} if code == 413 else typed(),  # what was too large cannot be read again
    ), code  # fmt: skip


def _crash(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    log.error("request.crashed", reference=reference, path=request.path, exc_info=error)
    database.db.session.rollback()
    g.crashed = True
    return render_template("errors/500.html", reference=reference, back=url_for("home.front")), 500


def init_app(app: Flask) -> None:
    """Install the guard, the headers and the error pages."""
    app.request_class = MemoryRequest
    app.register_blueprint(core)
    app.before_request(_guard)
    app.after_request(_headers)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    if not app.testing:
        app.register_error_handler(Exception, _crash)
