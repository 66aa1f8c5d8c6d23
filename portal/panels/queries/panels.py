"""Reads of panels and their draws."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor
from portal.panels.models import DrawString, Expert, Panel, PanelDraw, Seat
from portal.panels.policies import READERS
from portal.panels.rules import quotas_of
from portal.panels.values import Cell, DrawStatus, SeatStatus, WitnessRole
from portal.parties import queries as parties
from portal.parties.models import RoleGrant, Unit
from portal.parties.values import ORGANISATION, STAFF, Role
from portal.tenders.models import Tender


def get_tender(actor: Actor, tender_id: UUID) -> Tender:
    """An opened call of a unit in which the actor is officer, approver or supervisor, else ``NotFound``."""
    tender = db.session.get(Tender, tender_id)
    if tender is None or tender.opened_at is None:
        raise NotFound()
    if not actor.is_system and tender.unit_id not in actor.scopes(*READERS):
        raise NotFound()
    return tender


def list_opened(actor: Actor, args: Mapping[str, str]) -> Page[tuple[Tender, Panel | None]]:
    """Opened calls of the actor's units with their panels, if there are any."""
    statement: Select[*tuple[Any, ...]] = (
        select(Tender, Panel)
        .outerjoin(Panel, Panel.tender_id == Tender.id)
        .where(Tender.opened_at.is_not(None), Tender.unit_id.in_(actor.scopes(*READERS)))
    )
    sorts = {"number": Tender.number, "title": Tender.title, "opened_at": Tender.opened_at}
    return paginate(statement, args, sorts=sorts, default="-opened_at", scalars=False)


def panel_of(tender_id: UUID) -> Panel | None:
    """The panel of a call with its call, draws, seats, experts and their names (five queries at most)."""
    return db.session.scalars(_panels().where(Panel.tender_id == tender_id)).first()


def get_panel(actor: Actor, panel_id: UUID) -> Panel:
    """A panel of the actor's units with call, seats and names. Raises ``NotFound`` for everybody else."""
    panel = db.session.scalars(_panels().where(Panel.id == panel_id)).first()
    if panel is None or not (actor.is_system or panel.tender.unit_id in actor.scopes(*READERS)):
        raise NotFound()
    return panel


def get_panel_for_update(panel_id: UUID) -> Panel:
    """The panel with its call, draws and seats, locked. Raises ``NotFound``."""
    statement = _panels().where(Panel.id == panel_id).with_for_update(of=Panel)
    panel = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if panel is None:
        raise NotFound()
    return panel


def public_panel(tender_id: UUID) -> Panel:
    """The panel of a call as the public may look it up. Raises ``NotFound`` where none is frozen yet."""
    panel = panel_of(tender_id)
    if panel is None:
        raise NotFound()
    return panel


def _panels() -> Select[Panel]:
    seats = selectinload(Panel.seats).joinedload(Seat.expert, innerjoin=True)
    return select(Panel).options(
        joinedload(Panel.tender, innerjoin=True),
        seats.joinedload(Expert.user, innerjoin=True),
        selectinload(Panel.draws).selectinload(PanelDraw.strings),
    )


_COUNTED = (SeatStatus.ACCEPTED, SeatStatus.INVITED, SeatStatus.STANDBY)


def standing(panel: Panel) -> list[tuple[Cell, int, int, int, int]]:
    """For each cell of the panel: seats, accepted, invited, on standby."""
    rows = []
    for quota in quotas_of(panel.quotas):
        cell = quota.cell
        mine = [s for s in panel.seats if (s.group, s.specialty) == (cell.group, cell.specialty)]
        statuses = [seat.status for seat in mine if not seat.buyer]
        accepted, invited, standby = (statuses.count(status) for status in _COUNTED)
        rows.append((cell, quota.seats, accepted, invited, standby))
    return rows


def wants_representative(panel: Panel) -> bool:
    """Whether the announced size has room for a representative of the buyer whom nobody has named."""
    drawn = sum(quota.seats for quota in quotas_of(panel.quotas))
    return panel.tender.panel_size > drawn and panel.representative_id is None


def representatives(tender: Tender) -> list[User]:
    """Who may represent the buyer: staff of its unit and of those above who neither supervise nor administer."""
    above = [UUID(part) for part in parties.unit(tender.unit_id).path.strip("/").split("/")]
    statement = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.ended_at.is_(None), RoleGrant.scope_id.in_(above), User.status == UserStatus.ACTIVE,
            RoleGrant.role.in_(STAFF - {Role.SUPERVISOR, Role.ADMINISTRATOR}),
        )
        .group_by(User.id)
        .order_by(User.name, User.id)
    )  # fmt: skip
    return list(db.session.scalars(statement))


def members_who_scored(panel: Panel) -> Sequence[Seat]:
    """The seats that were accepted and never left."""
    return [seat for seat in panel.seats if seat.status == SeatStatus.ACCEPTED]


# --- draws


def get_draw(actor: Actor, draw_id: UUID) -> PanelDraw:
    """A draw for the staff of the buyer who see its panel, and for its third witness; else ``NotFound``."""
    draw = db.session.scalars(_draws().where(PanelDraw.id == draw_id)).first()
    if draw is None:
        raise NotFound()
    named = any(string.user_id is not None and string.user_id == actor.user_id for string in draw.strings)
    if not (named or actor.is_system or draw.panel.tender.unit_id in actor.scopes(*READERS)):
        raise NotFound()
    return draw


def get_draw_for_update(draw_id: UUID) -> PanelDraw:
    """The draw with strings, panel, call and seats; panel and draw locked. Raises ``NotFound``."""
    panel_id = select(PanelDraw.panel_id).where(PanelDraw.id == draw_id).scalar_subquery()
    db.session.scalars(select(Panel).where(Panel.id == panel_id).with_for_update()).first()
    statement = _draws().where(PanelDraw.id == draw_id).with_for_update(of=PanelDraw)
    draw = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if draw is None:
        raise NotFound()
    return draw


def record_of(tender_id: UUID, number: int) -> tuple[Panel, PanelDraw]:
    """A finished draw of a call with its panel, as the public may look it up. Raises ``NotFound``."""
    panel = public_panel(tender_id)
    draw = next((d for d in panel.draws if d.number == number and d.record is not None), None)
    if draw is None:
        raise NotFound()
    return panel, draw


def overdue_draws(now: Any) -> list[UUID]:
    """The draws whose strings are not all revealed in time."""
    statement = select(PanelDraw.id).where(
        PanelDraw.status == DrawStatus.REVEALING, PanelDraw.reveal_by <= now
    )
    return list(db.session.scalars(statement.order_by(PanelDraw.reveal_by)))


def posts(people: Sequence[User]) -> dict[UUID, list[tuple[Role, str]]]:
    """The roles of these people in units, each with the name of the unit."""
    statement = (
        select(RoleGrant.user_id, RoleGrant.role, Unit.name)
        .join(Unit, Unit.id == RoleGrant.scope_id)
        .where(RoleGrant.user_id.in_([person.id for person in people]), RoleGrant.ended_at.is_(None))
        .order_by(Unit.path, RoleGrant.role)
    )
    found: dict[UUID, list[tuple[Role, str]]] = {}
    for user_id, role, unit in db.session.execute(statement):
        found.setdefault(user_id, []).append((role, unit))
    return found


def third_witnesses(tender: Tender) -> list[User]:
    """Who may be the third witness: people of the buyer's units, above or below, who neither run nor supervise calls."""
    path = parties.unit(tender.unit_id).path
    above = [UUID(part) for part in path.strip("/").split("/")]
    runs = select(RoleGrant.user_id).where(
        RoleGrant.ended_at.is_(None),
        or_(
            RoleGrant.role.in_((Role.PROGRAMME_OFFICER, Role.SUPERVISOR, Role.EXPERT)),
            RoleGrant.role.in_(ORGANISATION),
        ),
    )
    statement = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Unit, Unit.id == RoleGrant.scope_id)
        .where(
            RoleGrant.ended_at.is_(None),
            RoleGrant.role.in_((*STAFF, Role.COMMUNITY_REPRESENTATIVE, Role.EVALUATOR)),
            or_(Unit.id.in_(above), Unit.path.startswith(path, autoescape=True)),
            User.status == UserStatus.ACTIVE, User.id.not_in(runs),
        )
        .group_by(User.id)
        .order_by(User.name, User.id)
    )  # fmt: skip
    return list(db.session.scalars(statement))


def strings_wanted(actor: Actor, phase: DrawStatus) -> Select[*tuple[Any, ...]]:
    """(draw, title of the call, time limit) of the draws of ``phase`` that wait for a string of the actor."""
    by_role = (
        (WitnessRole.OFFICER, Role.PROGRAMME_OFFICER),
        (WitnessRole.SUPERVISOR, Role.SUPERVISOR),
    )
    mine = DrawString.user_id == actor.user_id
    if phase == DrawStatus.COMMITTING:
        open_to = [
            and_(
                DrawString.user_id.is_(None), DrawString.role == role, Tender.unit_id.in_(actor.scopes(held))
            )
            for role, held in by_role
        ]
        wanted = and_(DrawString.commitment.is_(None), or_(mine, *open_to))
    else:
        wanted = and_(DrawString.words.is_(None), mine)
    return (
        select(PanelDraw.id, Tender.title, PanelDraw.reveal_by)
        .join(DrawString, DrawString.draw_id == PanelDraw.id)
        .join(Panel, Panel.id == PanelDraw.panel_id)
        .join(Tender, Tender.id == Panel.tender_id)
        .where(PanelDraw.status == phase, wanted)
        .order_by(PanelDraw.opened_at)
    )


def _draws() -> Select[PanelDraw]:
    panel = joinedload(PanelDraw.panel, innerjoin=True)
    seats = panel.selectinload(Panel.seats).joinedload(Seat.expert, innerjoin=True)
    return select(PanelDraw).options(
        panel.joinedload(Panel.tender, innerjoin=True),
        seats.joinedload(Expert.user, innerjoin=True),
        selectinload(PanelDraw.strings),
    )


def latest_draw(panel_id: UUID) -> tuple[DrawStatus | None, int]:
    """The state of the last draw of a panel, and how many of the three have done what it waits for."""
    statement = (
        select(PanelDraw.status, func.count(DrawString.commitment), func.count(DrawString.words))
        .join(DrawString, DrawString.draw_id == PanelDraw.id)
        .where(PanelDraw.panel_id == panel_id)
        .group_by(PanelDraw.id, PanelDraw.status, PanelDraw.number)
        .order_by(PanelDraw.number.desc())
    )
    found = db.session.execute(statement).first()
    if found is None:
        return None, 0
    return found[0], found[1] if found[0] == DrawStatus.COMMITTING else found[2]
