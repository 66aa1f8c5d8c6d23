"""Pages of procedures and of the calendar of working days: everybody reads, administrators keep the calendar."""

from datetime import date
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.text import N_
from portal.core.web import actor, navigation, page, public, roles
from portal.parties.values import Role
from portal.procedures import queries, rules, services
from portal.procedures.forms import DayForm, FigureForm, PublishForm
from portal.procedures.models import CalendarDay
from portal.procedures.policies import may_keep_calendar, may_keep_procedures
from portal.procedures.values import FIGURES, Event, Figure, FigureUnit, Procedure

bp = Blueprint("procedures", __name__, url_prefix="/procedures")
YEARS = range(2000, 2101)
MOST = 1000  # days that one period may have


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page(
        "procedures/index.html",
        procedures=queries.procedures(clock.today()),
        purposes=rules.PURPOSES,
        in_short=rules.in_short,
    )


@bp.get("/<code>")
@public
def procedure(code: str) -> ResponseReturnValue:
    found = queries.procedure(code, clock.today())
    return page(
        "procedures/procedure.html", procedure=found, purpose=rules.PURPOSES[code], short=rules.in_short(found), groups=rules.grouped(found), kinds=FIGURES,
        keeps=can(may_keep_procedures, actor(), queries.keeping_units()),
    )  # fmt: skip


@bp.get("/<code>/versions")
@public
def versions(code: str) -> ResponseReturnValue:
    """The figures on two days side by side: today and the day the youngest version starts, or as asked."""
    added = queries.added(code)
    youngest = max((row.since for row in added), default=clock.today())
    days = sorted((_asked_date("on", clock.today()), _asked_date("against", youngest)))
    earlier, later = (_in_force(code, day) for day in days)
    return page(
        "procedures/versions.html", days=days, earlier=earlier, later=later, changed=rules.differences(earlier, later),
        added=added, kinds=FIGURES,
    )  # fmt: skip


@bp.get("/<code>/timetable")
@public
def timetable(code: str) -> ResponseReturnValue:
    """Every date that follows from the days given in the address, each with the walk that explains it."""
    asked = {event: request.args.get(event.value, "") for event in Event}
    events = {event: day for event, text in asked.items() if (day := _date(text)) is not None}
    found = _in_force(code, events.get(Event.CALL, clock.today()))
    wrong = [event for event, text in asked.items() if text and event not in events]
    used = {kind.event for name, kind in FIGURES.items() if name in found.periods}
    return page(
        "procedures/timetable.html", 422 if wrong else 200, procedure=found, asked=asked, wrong=wrong,
        events=[event for event in Event if event in used], dues=rules.timetable(found, queries.calendar(), events),
    )  # fmt: skip


@bp.route("/<code>/figures/<figure>", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def add_figure(code: str, figure: str) -> ResponseReturnValue:
    require(may_keep_procedures, actor(), queries.keeping_units())
    found = queries.procedure(code, clock.today())
    if figure not in found.figures:
        raise NotFound()
    form = FigureForm(found.figures[figure])
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.add_figure(actor=actor(), new=form.written(code, figure)),
            lambda row: url_for("procedures.versions", code=code, against=row.since),
            _("The version was added. Calls published before it starts keep their figures."),
        )
    ):
        return done
    return page(
        "procedures/figure_form.html", form=form, procedure=found, figure=found.figures[figure], kind=FIGURES[figure],
        law=rules.statutory(queries.packaged(code), figure, clock.today()),
        added=[row for row in queries.added(code) if row.name == figure],
    )  # fmt: skip


@bp.get("/calendar")
@public
def calendar() -> ResponseReturnValue:
    asked = request.args.get("year", "")
    year = _known(int(asked) if asked.isdecimal() else clock.today().year)
    published = queries.years()
    table = queries.calendar()
    return page(
        "procedures/calendar.html", year=year, days=queries.special_days(year), years=[row.year for row in published],
        notice_of_year=next((row.source for row in published if row.year == year), None),
        working=table.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)),
        keeps=can(may_keep_calendar, actor(), queries.keeping_units()),
    )  # fmt: skip


@bp.get("/calendar/count")
@public
def count() -> ResponseReturnValue:
    """One period, counted in front of the reader; what cannot be counted is said in words."""
    asked = {name: request.args.get(name, "") for name in ("from", "number", "unit", "first", "back")}
    start, number = _date(asked["from"]), int(asked["number"]) if asked["number"].isdecimal() else 0
    sent, countable = bool(asked["from"] or asked["number"]), start is not None and 1 <= number <= MOST
    walk = None
    if start is not None and countable:
        unit = FigureUnit.DAYS if asked["unit"] == FigureUnit.DAYS else FigureUnit.WORKING_DAYS
        figure = Figure(number, unit, "", start, count_first_day=bool(asked["first"]))
        walk = (rules.count_back if asked["back"] else rules.count)(queries.calendar(), figure, start)
    return page(
        "procedures/count.html",
        422 if sent and not countable else 200,
        asked=asked,
        walk=walk,
        wrong=sent and not countable,
        most=MOST,
    )


@bp.route("/calendar/day", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def set_day() -> ResponseReturnValue:
    require(may_keep_calendar, actor(), queries.keeping_units())
    form = DayForm(obj=_asked_day())
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.set_day(
                actor=actor(), day=form.day.data, kind=form.kind.data, source=form.source.data or ""  # type: ignore[arg-type]  # InputRequired saw a date
            ),
            lambda row: url_for("procedures.calendar", year=row.day.year),
            _("The day was entered."),
        )
    ):  # fmt: skip
        return done
    return page("procedures/day_form.html", form=form)


@bp.post("/calendar/days/<uuid:day_id>/remove")
@roles(Role.ADMINISTRATOR)
def remove_day(day_id: UUID) -> ResponseReturnValue:
    return act(
        lambda _form: services.remove_day(actor=actor(), day_id=day_id),
        url_for("procedures.calendar", year=request.args.get("year", clock.today().year)),
        _("The day was taken out."),
    )


@bp.route("/calendar/<int:year>/publish", methods=["GET", "POST"])
@roles(Role.ADMINISTRATOR)
def publish_year(year: int) -> ResponseReturnValue:
    _known(year)
    require(may_keep_calendar, actor(), queries.keeping_units())
    form = PublishForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.publish_year(actor=actor(), year=year, source=form.source.data or ""),
            lambda _row: url_for("procedures.calendar", year=year),
            _("The calendar of the year is published."),
        )
    ):
        return done
    return page("procedures/publish_form.html", form=form, year=year, days=queries.special_days(year))


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _asked_date(name: str, default: date) -> date:
    return _date(request.args.get(name, "")) or default


def _in_force(code: str, on: date) -> Procedure:
    """The procedure on a day; before its first figures there is none to show."""
    try:
        return queries.procedure(code, on)
    except LookupError:
        raise NotFound() from None


def _known(year: int) -> int:
    if year not in YEARS:
        raise NotFound()
    return year


def _asked_day() -> CalendarDay | None:
    """The entry that the address asks to change; what the form sends counts more."""
    day = _date(request.args.get("day", ""))
    return queries.find_day(day) if day else None


navigation(N_("Procedures"), "procedures.index", everybody=True, rank=65, under="home.front")
navigation(N_("Calendar"), "procedures.calendar", Role.ADMINISTRATOR, rank=51, under="home.operations")
