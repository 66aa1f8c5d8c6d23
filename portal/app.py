"""The application: settings, extensions, and the features in lifecycle order."""

from importlib import import_module, util

import structlog
from flask import Flask, request
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal.core import cli, clock, db, jobs, limits, mail, templating, viruses, web
from portal.parties.values import Role
from portal.settings import ROOT, BadSettings, Settings

FEATURES = (
    "accounts", "parties", "procedures", "notices", "needs", "budgets", "tenders", "bids", "qualification", "screening", "panels", "scoring",
    "awards", "challenges", "contracts", "implementation", "payments", "evaluation", "home",
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from ``settings``, or from the environment."""
    settings = settings or Settings.from_environment()
    app = Flask(
        "portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance_dir),
    )  # fmt: skip
    app.extensions["portal"] = settings
    app.testing = settings.testing
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-portal" if settings.production else "portal",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.max_upload_bytes * 3,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_TRANSLATION_DIRECTORIES=str(settings.translations_dir),
    )
    _configure_log()
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxy_hops, settings.proxy_hops)  # type: ignore[method-assign]
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=3600)  # type: ignore[method-assign]

    db.init_app(app, settings.database_url)
    Migrate(app, db.db, directory=str(ROOT / "migrations"), render_as_batch=True)
    limits.init_app(app)  # before CSRF, so that floods without a token are counted too
    CSRFProtect(app)
    Babel(app, locale_selector=_locale)
    templating.init_app(app)
    jobs.init_app(app)
    web.init_app(app)
    cli.init_app(app)
    viruses.install(settings.clamd)
    clock.enable_demo(
        settings.instance_dir / "demo-clock" if settings.demo and not settings.testing else None
    )
    for feature in FEATURES:
        _register(app, feature)
    _check_roles(settings)
    return app


def _check_roles(settings: Settings) -> None:
    """A misspelt role would quietly go without its second factor."""
    if unknown := sorted(set(settings.second_factor_roles) - set(Role)):
        raise BadSettings(
            f"SECOND_FACTOR_ROLES names no role: {', '.join(unknown)}. Roles are: {', '.join(sorted(Role))}."
        )


def _configure_log() -> None:
    """Lines for people, from INFO up. Tracebacks carry no local variables: those hold passwords and key codes."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )


def _locale() -> str:
    return mail.LOCALES[web.language()] if request else "zh_Hans_CN"


def _register(app: Flask, feature: str) -> None:
    """Import the parts of a feature that register themselves: tables, jobs, commands, pages."""
    package = f"portal.{feature}"
    for part in ("models", "policies", "workflow", "services", "jobs", "cli"):
        if util.find_spec(f"{package}.{part}"):
            module = import_module(f"{package}.{part}")
            if part in {"services", "cli"} and hasattr(module, "init_app"):
                module.init_app(app)
    if util.find_spec(f"{package}.views"):
        app.register_blueprint(import_module(f"{package}.views").bp)
