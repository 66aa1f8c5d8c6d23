"""Needs come in: from residents without an account, from paper, and from rounds of collection."""

import secrets
from uuid import UUID

from portal.core import audit, clock, files, search
from portal.core.config import settings
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.numbers import next_number
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.core.uploads import FileKind, check_upload, strip_image
from portal.needs import queries, rules
from portal.needs.models import Grid, Need, NeedRound
from portal.needs.policies import may_handle_need
from portal.needs.values import Contact, NeedChannel, Opinion, Round, ServiceField

PICTURES = frozenset({FileKind.JPEG, FileKind.PNG})


@use_case
def hand_in(
    *, actor: Actor, unit_id: UUID, field: ServiceField, text: str, grid: str = "", contact: Contact = Contact(),  # noqa: B008 - frozen
    photo: tuple[str, bytes] | None = None,
) -> tuple[Need, str]:  # fmt: skip
    """Take in a need from anybody, for a community; returns it with the receipt code, which is kept nowhere.

    The photo is written anew without place and device. Raises ``Invalid`` for a text that is missing or too
    long, a grid that the community does not have, and a file that is no picture.
    """
    place = queries.community(unit_id)
    problems = rules.check_text(text)
    if grid and grid not in queries.grid_names(place.id):
        problems.append(problem(N_("This community has no such grid."), field="grid"))
    if problems:
        raise Invalid(*problems)
    code = "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(rules.CODE_LENGTH))
    need = _need(place.id, NeedChannel.ONLINE, Opinion(text, field, grid), None)
    need.code_hash = rules.code_hash(code)
    need.contact_name, need.contact_phone = contact.name.strip(), contact.phone.strip()
    if photo is not None:
        need.photo_id = _keep_photo(*photo)
    _keep(need)
    audit.record("need.hand_in", need, actor, number=need.number)
    return need, rules.spaced_code(code)


def _keep_photo(name: str, content: bytes) -> UUID:
    facts = check_upload(content, name, allowed=PICTURES, max_bytes=settings().max_upload_bytes)
    return files.save(strip_image(content), name=facts.name, media_type=facts.kind.media_type).id


def _keep(need: Need) -> None:
    """Add the need, and let the desk find it by its words."""
    add(need)
    search.index(queries.DESK_TEXTS, need.id, need.text)


def _need(unit_id: UUID, channel: NeedChannel, opinion: Opinion, entered_by: UUID | None) -> Need:
    series = f"XQ-{clock.today().year}"
    return Need(
        number=f"{series}-{next_number(series):05d}", unit_id=unit_id, channel=channel, field=opinion.field,
        text=opinion.text.strip(), grid=opinion.grid.strip(), opinions=opinion.count, voices=opinion.count,
        received_at=clock.now(), entered_by=entered_by,
    )  # fmt: skip


@use_case
def enter_need(
    *, actor: Actor, unit_id: UUID, channel: NeedChannel, field: ServiceField, text: str, grid: str = "", opinions: int = 1,
    contact: Contact = Contact(),  # noqa: B008 - frozen
) -> Need:  # fmt: skip
    """Type in one need that came on paper, by telephone or at a visit; ``opinions`` is how many said so."""
    opinion = Opinion(text, field, grid, opinions)
    need = _need(unit_id, channel, opinion, actor.user_id)
    require(may_handle_need, actor, need)
    _check_place(unit_id, [opinion])
    problems = rules.check_text(text)
    if not 1 <= opinions <= rules.MOST_OPINIONS:
        problems.append(
            problem(
                N_("Please give a number from 1 to %(most)s."), field="opinions", most=rules.MOST_OPINIONS
            )
        )
    if channel == NeedChannel.ONLINE:
        problems.append(problem(N_("Please choose how the need came in."), field="channel"))
    if problems:
        raise Invalid(*problems)
    need.contact_name, need.contact_phone = contact.name.strip(), contact.phone.strip()
    _keep(need)
    audit.record("need.enter", need, actor, number=need.number, channel=channel)
    return need


@use_case
def enter_round(*, actor: Actor, collected: Round) -> NeedRound:
    """Type in a whole round of collection, such as a courtyard council: all its needs or none. Raises ``Invalid``."""
    total = sum(opinion.count for opinion in collected.opinions)
    row = NeedRound(
        unit_id=collected.unit_id, channel=collected.channel, title=collected.title.strip(), held_on=collected.held_on,
        participants=collected.participants, sites=collected.sites, opinions=total, entered_at=clock.now(), entered_by=actor.user_id,
    )  # fmt: skip
    require(may_handle_need, actor, row)
    if problems := rules.check_round(collected, clock.today()):
        raise Invalid(*problems)
    _check_place(collected.unit_id, collected.opinions)
    add(row)
    for opinion in collected.opinions:
        need = _need(row.unit_id, row.channel, opinion, actor.user_id)
        need.round_id = row.id
        _keep(need)
        audit.record("need.enter", need, actor, number=need.number, channel=row.channel)
    audit.record(
        "need_round.enter", row, actor, title=row.title, needs=len(collected.opinions), opinions=total
    )
    return row


def _check_place(unit_id: UUID, opinions: tuple[Opinion, ...] | list[Opinion]) -> None:
    known = set(queries.grid_names(unit_id))
    unknown = [
        opinion.grid.strip()
        for opinion in opinions
        if opinion.grid.strip() and opinion.grid.strip() not in known
    ]
    if unknown:
        raise Invalid(
            problem(N_("“%(grid)s” is no grid of this place. Enter its grids on the page of the community first."), field="grid", grid=unknown[0])
        )  # fmt: skip


@use_case
def add_grid(*, actor: Actor, unit_id: UUID, name: str) -> Grid:
    """Add a grid to a community. Raises ``Invalid`` for an empty name or one that exists."""
    place = queries.community(unit_id)
    row = Grid(unit_id=place.id, name=name.strip())
    require(may_handle_need, actor, row)
    if not row.name:
        raise Invalid(problem(N_("Please give a name."), field="name"))
    if row.name in queries.grid_names(unit_id):
        raise Invalid(problem(N_("There is a grid of this name already."), field="name"))
    add(row)
    audit.record("grid.create", row, actor, name=row.name, unit_id=unit_id)
    return row


@use_case
def remove_grid(*, actor: Actor, grid_id: UUID) -> None:
    """Remove a grid that no longer exists; needs keep the name that they were handed in with."""
    row = get(Grid, grid_id, lock=True)
    require(may_handle_need, actor, row)
    audit.record("grid.remove", row, actor, name=row.name)
    db.session.delete(row)
