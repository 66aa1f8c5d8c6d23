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
from portal.procedures.forms import DayForm, PublishForm
from portal.procedures.models import CalendarDay
from portal.procedures.policies import may_keep_calendar

bp = Blueprint("procedures", __name__, url_prefix="/procedures")
YEARS = range(2000, 2101)


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    return page("procedures/index.html", procedures=queries.procedures(clock.today()))


@bp.get("/<code>")
@public
def procedure(code: str) -> ResponseReturnValue:
    found = queries.procedure(code, clock.today())
    return page("procedures/procedure.html", procedure=found, figures=rules.figures(found))


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


def _known(year: int) -> int:
    if year not in YEARS:
        raise NotFound()
    return year


def _asked_day() -> CalendarDay | None:
    """The entry that the address asks to change; what the form sends counts more."""
    try:
        return queries.find_day(date.fromisoformat(request.args.get("day", "")))
    except ValueError:
        return None


navigation(N_("Procedures"), "procedures.index", everybody=True, rank=65, under="home.front")
navigation(N_("Calendar"), "procedures.calendar", Role.ADMINISTRATOR, rank=51, under="home.operations")
