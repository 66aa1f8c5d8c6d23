"""Filters and globals of the templates: money, dates, labels, permissions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, current_app, g, session
from flask_babel import gettext as _gettext
from flask_login import current_user
from markupsafe import Markup

from portal.core import clock, mail, policy
from portal.core.clock import local
from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.money import Money
from portal.core.text import N_


def gettext(message: str, **values: Any) -> str:
    """``message`` in the reader's language."""
    return str(_gettext(message, **values))


def money(amount: Money | None) -> str:
    """``1,234,567.89 元``; a dash for nothing."""
    return "—" if amount is None else gettext("%(amount)s yuan", amount=amount.format())


def wan(amount: Money | None) -> str:
    """An overview amount in 万元 (ten thousand yuan), two decimals."""
    if amount is None:
        return "—"
    if gettext("%(amount)s yuan") == "%(amount)s yuan":
        return money(amount)
    return f"{amount.yuan / 10000:,.2f} 万元"


def full_date(day: date | datetime | None) -> str:
    """``2026年11月22日`` in Beijing; ``22 November 2026`` in English."""
    if day is None:
        return "—"
    day = local(day).date() if isinstance(day, datetime) else day
    return gettext("%(year)d-%(month)02d-%(day)02d", year=day.year, month=day.month, day=day.day)


def full_datetime(instant: datetime | None) -> str:
    """Date and wall-clock time in Beijing."""
    return "—" if instant is None else f"{full_date(instant)} {local(instant):%H:%M}"


WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


def deadline(at: date | datetime) -> str:
    """A date that somebody must keep, with its weekday, and the time if it has one: ``2026年11月28日（星期六）17:00``."""
    day = local(at).date() if isinstance(at, datetime) else at
    text = gettext("%(date)s (%(weekday)s)", date=full_date(day), weekday=gettext(WEEKDAYS[day.weekday()]))
    return f"{text} {local(at):%H:%M}" if isinstance(at, datetime) else text


def short_date(day: date | datetime | None) -> str:
    """``2026-11-22`` for tables, never broken at a hyphen."""
    if day is None:
        return "—"
    text = (local(day).date() if isinstance(day, datetime) else day).isoformat()
    return Markup('<time class="app-nowrap">{}</time>').format(text)


def relative(instant: datetime | None) -> str:
    """How far away an instant is, in days and hours, always beside the exact time."""
    if instant is None:
        return ""
    seconds = int((instant - clock.now()).total_seconds())
    days, hours = abs(seconds) // 86400, abs(seconds) % 86400 // 3600
    if seconds >= 0:
        return gettext("%(days)d days %(hours)d hours left", days=days, hours=hours)
    return gettext("%(days)d days %(hours)d hours ago", days=days, hours=hours)


def percent_bp(bp: int | None) -> str:
    """Basis points as percent: 3000 is ``30%``."""
    return "—" if bp is None else f"{bp / 100:g}%"


def label(member: Labelled | None) -> str:
    """The translated label of an enumeration member."""
    return "—" if member is None else gettext(member.label)


def filesize(size: int) -> str:
    """Bytes in KB or MB."""
    return (
        f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"
        if size >= 1024 * 1024
        else f"{max(1, round(size / 1024))} KB"
    )


def plain(value: Any) -> Any:
    """Any value of a message or a timeline as the reader wants it."""
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, datetime):
        return full_datetime(value)
    if isinstance(value, date):
        return full_date(value)
    if isinstance(value, Labelled):
        return label(value)
    if isinstance(value, Problem):
        return problem_text(value)
    return value


def problem_text(problem: Problem) -> str:
    """A problem in the reader's language."""
    return gettext(problem.message, **{key: plain(value) for key, value in problem.params.items()})


def _can(name: str, subject: object) -> bool:
    return policy.can(policy.RULES[name], _actor(), subject)


def _leads_in(endpoint: str) -> bool:
    from portal.core.web import leads_in  # noqa: PLC0415 - web needs the filters of this module

    return leads_in(endpoint)


def _actor() -> policy.Actor:
    from portal.core.web import actor  # noqa: PLC0415 - web needs the filters of this module

    return actor()


def _context() -> dict[str, Any]:
    from portal.core.web import language, public_pages, shown_navigation  # noqa: PLC0415 - web needs the filters of this module

    if "unread" not in g:
        g.unread = (
            mail.count_unread(current_user.user_id) if current_user and current_user.is_authenticated else 0
        )
    settings = current_app.extensions["portal"]
    return {
        "actor": _actor(),
        "language": language(),
        "large_type": bool(session.get("large")),
        "nav": shown_navigation(),
        "public_pages": public_pages(),
        "unread": g.unread,
        "now": clock.now(),
        "demo_clock": clock.now() if settings.demo else None,
        "site": {
            "name": settings.site_name, "demo": settings.demo, "organiser": settings.organiser, "contact": settings.contact,
            "icp": settings.icp,
        },
    }  # fmt: skip


FILTERS = {
    "money": money, "wan": wan, "capitals": lambda m: m.capitals(), "date": full_date, "datetime": full_datetime,
    "short_date": short_date, "deadline": deadline, "relative": relative, "percent_bp": percent_bp, "label": label, "filesize": filesize,
    "tone": lambda member: member.tone, "problem": problem_text, "plain": plain,
}  # fmt: skip


_ADDED: dict[str, list[Callable[[Any], str]]] = {}


def adds_to(place: str) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
    """Let a later stage add a block to a page of an earlier one, which may not know it.

    The page asks for it with ``added("place", subject)``; the decorated function renders the block.
    """

    def register(render: Callable[[Any], str]) -> Callable[[Any], str]:
        _ADDED.setdefault(place, []).append(render)
        return render

    return register


def _added(place: str, subject: Any) -> Markup:
    return Markup("").join(Markup(render(subject)) for render in _ADDED.get(place, []))  # noqa: S704 - rendered by our templates


_TOLD: dict[str, Callable[[Sequence[Any]], Mapping[UUID, Any]]] = {}


def tells(what: str) -> Callable[[Callable[[Sequence[Any]], Mapping[UUID, Any]]], Callable[..., Any]]:
    """Let a later stage tell a list of an earlier one something about each of its rows, all at once.

    The page asks with ``told("what", rows)`` and gets a mapping by id; what nobody tells is empty.
    """

    def register(
        find: Callable[[Sequence[Any]], Mapping[UUID, Any]],
    ) -> Callable[[Sequence[Any]], Mapping[UUID, Any]]:
        _TOLD[what] = find
        return find

    return register


def _told(what: str, rows: Sequence[Any]) -> Mapping[UUID, Any]:
    return _TOLD[what](rows) if what in _TOLD and rows else {}


def init_app(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        added=_added, told=_told, can=_can, leads_in=_leads_in, once_token=lambda: str(uuid4())
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_global(gettext, "_")
    app.context_processor(_context_outside_requests)
    app.url_defaults(_with_digest)


def _with_digest(endpoint: str, values: dict[str, Any]) -> None:
    """Browsers keep style sheets and scripts for an hour; a changed one has another address, so it is seen at once."""
    if endpoint == "static":
        values["v"] = _digest(f"{current_app.static_folder}/{values['filename']}")


@cache
def _digest(path: str) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()[:8]


def _context_outside_requests() -> dict[str, Any]:
    """Documents and mails made by jobs need none of the page's context."""
    from flask import has_request_context  # noqa: PLC0415 - only asked here

    if not has_request_context() or g.get("crashed"):
        return {}  # the page of a crash must not ask the database again
    return _context()
