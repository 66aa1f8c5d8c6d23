"""The edge: who is signed in, who may call which address, and which page an error becomes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Request,
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
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from portal.core import db as database
from portal.core import files
from portal.core.errors import Denied, DomainError, Invalid, InvalidTransition, NotFound, Stale
from portal.core.policy import ANONYMOUS, Actor, actor_for

log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])


class MemoryRequest(Request):
    """A request whose uploads stay in memory: large ones would else be spooled in the clear to a temporary file."""

    def _get_file_stream(self, *_sizes: Any, **_kinds: Any) -> IO[bytes]:
        return BytesIO()


CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Access:
    """Who may reach an endpoint at all: everybody, everybody signed in, or holders of one of ``roles``."""

    kind: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NavItem:
    """An entry of the navigation: shown to everybody (``roles is None``) or to holders of one of ``roles``."""

    label: str
    endpoint: str
    roles: frozenset[str] | None


NAVIGATION: list[NavItem] = []


@dataclass
class _Shown:
    label: str
    url: str
    active: bool = field(default=False)


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
    label: str, endpoint: str, *role_names: str, everybody: bool = False, first: bool = False
) -> None:
    """Add an entry to the navigation of the given roles (or of everybody); ``label`` is a message id."""
    item = NavItem(label, endpoint, None if everybody else frozenset(map(str, role_names)))
    NAVIGATION.insert(0 if first else len(NAVIGATION), item)


def shown_navigation() -> list[_Shown]:
    """The entries that the present actor sees."""
    held = {grant.role for grant in actor().grants}
    items = [item for item in NAVIGATION if item.roles is None or item.roles & held]
    here = _entry_of(request.endpoint or "", items)
    return [_Shown(gettext(item.label), url_for(item.endpoint), item is here) for item in items]


def _entry_of(endpoint: str, items: list[NavItem]) -> NavItem | None:
    """The entry to which a page belongs: its own, else the first one of its feature."""
    own = [item for item in items if item.endpoint == endpoint]
    of_feature = [item for item in items if item.endpoint.split(".")[0] == endpoint.split(".")[0]]
    return next(iter([*own, *of_feature]), None)


def actor() -> Actor:
    """The actor of this request: the person signed in, or the anonymous one."""
    if "actor" not in g:
        user = current_user
        g.actor = actor_for(user.user_id, user.name) if user.is_authenticated else ANONYMOUS
    found: Actor = g.actor
    return found


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


def _guard() -> BaseResponse | None:
    """Login by default: an endpoint that says nothing about its access is a programming error."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    access = endpoint_access(current_app, request.endpoint)
    if access.kind == "public":
        return None
    if not current_user.is_authenticated:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=target), 303)
    if access.kind == "roles" and not actor().holds(*access.roles):
        abort(403)
    return None


def leads_in(endpoint: str) -> bool:
    """Whether a link to ``endpoint`` is worth showing: the role fits, or the visitor can still sign in."""
    access = endpoint_access(current_app, endpoint)
    return access.kind != "roles" or actor().user_id is None or actor().holds(*access.roles)


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
    context: dict[str, Any] = {"typed": _typed()}
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


def _typed() -> dict[str, str]:
    """What the page that was refused held, without anything that opens a door."""
    hidden = ("csrf_token", "op_id", "version", "password", "secret", "code")
    return {key: value for key, value in request.form.items() if not key.endswith(hidden) and value.strip()}


def _back() -> str:
    referrer = urlsplit(request.referrer or "")
    return referrer.path if referrer.netloc == request.host and referrer.path else url_for("home.work")


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code in {301, 302, 303, 304, 307, 308}:
        return error
    name = code if code in {400, 403, 404, 409, 413, 422, 429, 500, 503} else (404 if code == 405 else 400)
    return render_template(
        f"errors/{name}.html", sentence=None, problems=[], message=None, back=_back(), typed=_typed()
    ), code


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
