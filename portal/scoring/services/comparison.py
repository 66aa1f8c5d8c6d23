"""Use cases after the last lock: compare all sheets, explain a deviation, sign."""

from uuid import UUID

from portal.accounts import services as accounts
from portal.core import audit, clock, outbox
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, NotFound, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels import services as panels
from portal.panels.models import Panel, Seat
from portal.panels.values import PanelStatus
from portal.scoring import queries, rules
from portal.scoring.models import Comparison, Dissent, Outlier
from portal.scoring.policies import may_explain, may_sign_sheets
from portal.scoring.services.running import LONGEST_TEXT, require_running
from portal.scoring.values import Deviation

WAIT_FOR_ALL = N_("Signing begins when every expert has locked every sheet; you are told by mail.")


def compare_when_all_locked(panel_id: UUID, actor: Actor) -> Comparison | None:
    """Hold all sheets against each other once the last one is locked.

    How far off the mean a sum may lie is data of the call (``deviation_bp``, 3000 basis points unless stated; rule
    85). What an expert said to a deviation that is still the same is kept. Signatures over anything older are void.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    rows = queries.progress(panel)
    if panels.empty_seats(panel) or not all(row.has_locked for row in rows):
        return None
    earlier = queries.comparisons(panel.id)
    share_bp = rules.deviation_share(panel.tender.scheme)
    comparison = add(
        Comparison(panel_id=panel.id, number=len(earlier) + 1, share_bp=share_bp, compared_at=clock.now())
    )
    said = {
        (o.seat_id, o.bid_id, o.total, o.mean): (o.statement, o.stated_at)
        for old in earlier[:1]
        for o in old.outliers
    }
    seats = {row.seat.code: row.seat for row in rows}
    for found in _deviations(panel, share_bp):
        key = (seats[found.expert_code].id, UUID(found.bid_id), found.total, found.mean)
        statement, stated_at = said.get(key, ("", None))
        add(
            Outlier(
                comparison_id=comparison.id, seat_id=key[0], bid_id=key[1], total=found.total, mean=found.mean,
                share_bp=found.share_bp, statement=statement, stated_at=stated_at,
            )
        )  # fmt: skip
    for row in rows:
        panels.clear_signature(actor=actor, seat_id=row.seat.id)
    audit.record("panel.compare", panel, actor, number=comparison.number, share_bp=share_bp)
    outbox.emit("panel.compared", panel_id=panel.id, number=comparison.number)
    return comparison


def _deviations(panel: Panel, share_bp: int) -> list[Deviation]:
    scheme = rules.scheme_of(panel.tender.scheme, queries.criteria(panel.tender_id))
    return rules.deviations(queries.counted_sheets(panel), scheme, share_bp)


def end_comparison(panel_id: UUID, actor: Actor) -> None:
    """The compared sheets are no longer all there is: signatures are void until all are compared anew."""
    panel = panel_queries.get_panel_for_update(panel_id)
    comparison = queries.comparison_in_force(panel.id)
    if comparison is None:
        return
    get(Comparison, comparison.id, lock=True).superseded_at = clock.now()
    for seat in panel_queries.members_who_scored(panel):
        panels.clear_signature(actor=actor, seat_id=seat.id)


@use_case
def someone_left(panel_id: UUID) -> None:
    """An expert has left the panel: what was compared with that expert's marks no longer holds."""
    panel = panel_queries.get_panel_for_update(panel_id)
    if panel.status == PanelStatus.SCORING:
        end_comparison(panel_id, Actor.system("scoring"))


@use_case
def explain(*, actor: Actor, outlier_id: UUID, statement: str) -> Outlier:
    """Give the written reason for a sum far off the panel's mean (rule 85); may be changed until one signs.

    Raises ``Invalid`` without a reason, for more than 2,000 characters, after signing, or when the comparison no
    longer holds; ``NotFound`` when the deviation is another expert's.
    """
    outlier = get(Outlier, outlier_id)
    comparison = get(Comparison, outlier.comparison_id)
    panel = panel_queries.get_panel_for_update(comparison.panel_id)
    seat = queries.my_seat(actor, panel.id)
    if outlier.seat_id != seat.id:
        raise NotFound()
    require(may_explain, actor, seat)
    require_running(panel)
    statement = statement.strip()
    if found := _explanation_problem(panel, comparison, seat, statement):
        raise Invalid(found)
    outlier = get(Outlier, outlier_id, lock=True)
    outlier.statement, outlier.stated_at = statement, clock.now()
    audit.record("outlier.explain", outlier, actor)
    return outlier


def _explanation_problem(panel: Panel, comparison: Comparison, seat: Seat, statement: str) -> Problem | None:
    in_force = queries.comparison_in_force(panel.id)
    if in_force is None or in_force.id != comparison.id:
        return problem(N_("Sheets are open again; the deviations are computed anew when all are locked."))
    if seat.signed_at is not None:
        return problem(N_("You have signed your sheets already."))
    if seat.refused_at is not None:
        return problem(N_("It is on record already that you do not sign."))
    if not statement:
        return problem(N_("Please write why your marks lie so far from the panel's mean."), field="statement")
    if len(statement) > LONGEST_TEXT:
        return problem(
            N_("Please write at most %(most)s characters."), field="statement", most=LONGEST_TEXT
        )  # fmt: skip
    return None


@use_case
def sign(*, actor: Actor, panel_id: UUID, password: str, dissent: str = "") -> Seat:
    """Sign all own sheets of a panel with the password, once all experts have locked and own deviations are explained.

    ``dissent`` goes on record with the signature; who signs without one agrees (GPR Regulation art. 41, rule 69).
    Raises ``Invalid`` saying what is missing, or the second time.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    seat = queries.my_seat(actor, panel_id)
    require(may_sign_sheets, actor, seat)
    require_running(panel)
    if problems := waits_for(panel, seat):
        raise Invalid(*problems)
    dissent = dissent.strip()
    if len(dissent) > LONGEST_TEXT:
        raise Invalid(
            problem(N_("Please write at most %(most)s characters."), field="dissent", most=LONGEST_TEXT)
        )
    accounts.check_own_password(actor=actor, password=password)
    signed = panels.mark_signed(actor=actor, seat_id=seat.id)
    if dissent and signed.signed_at:
        add(Dissent(seat_id=seat.id, text=dissent, stated_at=signed.signed_at))
    tell_when_complete(panel_id)
    return signed


def tell_when_complete(panel_id: UUID) -> None:
    """Let the officer know when nobody's signature is waited for any more."""
    db.session.flush()
    rows = queries.progress(panel_queries.get_panel_for_update(panel_id))
    if all(row.seat.concluded_at for row in rows):
        outbox.emit("panel.complete", panel_id=panel_id)


def waits_for(panel: Panel, seat: Seat) -> list[Problem]:
    """What keeps an expert from signing: own open sheets, those of others, own deviations without a reason."""
    own = next(row for row in queries.progress(panel) if row.seat.id == seat.id)
    if not own.has_locked:
        message = N_("%(count)s of your sheets are not locked yet.")
        return [problem(message, count=own.sheets - own.locked)]
    if panels.empty_seats(panel) or queries.comparison_in_force(panel.id) is None:
        return [problem(WAIT_FOR_ALL)]
    if own.unexplained:
        message = N_("%(count)s of your sums lie far from the panel's mean and wait for a reason.")
        return [problem(message, count=own.unexplained)]
    return []
