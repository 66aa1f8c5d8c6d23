"""Who may reach each page of procedures; "*" is everybody."""

ROLES = {
    "procedures.index": {"*"},
    "procedures.procedure": {"*"},
    "procedures.versions": {"*"},
    "procedures.timetable": {"*"},
    "procedures.add_figure": {"administrator"},
    "procedures.count": {"*"},
    "procedures.calendar": {"*"},
    "procedures.set_day": {"administrator"},
    "procedures.remove_day": {"administrator"},
    "procedures.publish_year": {"administrator"},
}
