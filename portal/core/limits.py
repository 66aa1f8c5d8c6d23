"""Rate limits for the few places that strangers can hammer: sign-in, registration, survey, receipts."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, headers_enabled=False)

# Offices and phone carriers share addresses, so the limit per address is high; the account has its own, lower one.
SIGN_IN = "60 per minute"
OPEN_FORM = "30 per minute"


def init_app(app: Flask) -> None:
    """Count in Redis, and in memory while Redis is away."""
    settings = app.extensions["portal"]
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits and not settings.testing,
        RATELIMIT_STORAGE_URI="memory://"
        if settings.testing
        else settings.redis_url.replace("unix://", "redis+unix://"),
        RATELIMIT_STORAGE_OPTIONS={}
        if settings.testing
        else {"socket_connect_timeout": 0.3, "socket_timeout": 0.5},
    )
    limiter.init_app(app)
