"""A small panel at work: three experts, three proposals, two criteria."""

from decimal import Decimal

from portal.panels.models import Panel
from portal.panels.values import SeatStatus
from portal.scoring import queries, services
from portal.scoring.models import ScoreSheet
from tests.conftest import actor_of
from tests.factories import PASSWORD
from tests.panels.stage import Stage, seats, stage, user_of

D = Decimal
# For each proposal (in the order of organisations) what the experts (in the order of codes) give for need and plan.
MARKS = (
    ((D(30), D(45)), (D(32), D(48)), (D(34), D(51))),
    ((D(36), D("50.5")), (D(38), D(54)), (D(35), D(52))),
    ((D(31), D(44)), (D(32), D(49)), (D(33), D(51))),
)


def experts(panel: Panel):
    """The people of the accepted seats, in the order of their codes."""
    return [
        user_of(seat)
        for seat in sorted(seats(panel, SeatStatus.ACCEPTED), key=lambda seat: seat.code)
    ]  # fmt: skip


def begun(drain, **options) -> tuple[Stage, Panel]:
    """A panel in scoring with its sheets."""
    s = stage(**options)
    panel = s.begun()
    drain()
    return s, panel


def mark(user, sheet: ScoreSheet, need: Decimal, plan: Decimal, reason: str = "") -> ScoreSheet:
    """Save both marks of a sheet."""
    criteria = queries.marked_criteria([sheet.panel.tender_id])
    values = {criteria[0].id: (need, reason), criteria[1].id: (plan, reason)}
    return services.save_marks(actor=actor_of(user), sheet_id=sheet.id, version=None, marks=values)


def locked(user, panel: Panel, given) -> None:
    """Mark and lock all sheets of one expert."""
    for sheet, (need, plan) in zip(queries.my_sheets(actor_of(user), panel.id), given, strict=True):
        mark(user, sheet, need, plan)
        services.submit_sheet(actor=actor_of(user), sheet_id=sheet.id)


def signed(panel: Panel, marks=MARKS) -> None:
    """Everybody marks and locks; whose sums lie far off explains them; everybody signs."""
    for number, user in enumerate(experts(panel)):
        locked(user, panel, [bid[number] for bid in marks])
    for user in experts(panel):
        for outlier in queries.own_outliers(actor_of(user), panel.id):
            services.explain(actor=actor_of(user), outlier_id=outlier.id, statement="方案与需求脱节")
        services.sign(actor=actor_of(user), panel_id=panel.id, password=PASSWORD)


def points(sheet: ScoreSheet) -> Decimal:
    """What a sheet gives so far."""
    return queries.own_total(sheet, queries.marked_criteria([sheet.panel.tender_id]))
