"""Residents hand in what they need, and the desk works on it."""

from portal.core.policy import ANONYMOUS
from portal.home.seed.schedule import Story, at
from portal.home.seed.texts import wishes as texts
from portal.home.seed.world import World
from portal.needs import services as needs
from portal.needs.models import Need
from portal.needs.values import Contact, NeedStatus, Round

OPENS = 75  # days before today on which the posters go up


def collected(world: World) -> Story:
    """Posters, needs from the phone, a council in a courtyard; each gets the answer that it got."""
    yield at(world.days.ago(OPENS), 9)
    officer = world.actor("officer")
    for place, grids in texts.GRIDS.items():
        for name in grids:
            needs.add_grid(actor=officer, unit_id=world.units[place], name=name)
    kept: dict[str, Need] = {}
    for number, wish in enumerate(texts.WISHES):
        yield at(world.days.ago(wish.days_ago), 19, 10 + number)
        need, _code = needs.hand_in(
            actor=ANONYMOUS, unit_id=world.units[wish.place], field=wish.field, text=wish.text, grid=wish.grid,
            contact=Contact("", "13900000000") if number == 0 else Contact(),
        )  # fmt: skip
        yield at(world.days.after(world.days.ago(wish.days_ago), 1), 10, number)
        _work_on(world, wish, need, kept)
        if number == 1:
            yield at(world.days.ago(63), 19, 30)
            _council(world)


def _work_on(world: World, wish: texts.Wish, need: Need, kept: dict[str, Need]) -> None:
    officer = world.actor("officer")
    if wish.says_the_same:
        needs.merge_need(actor=officer, need_id=need.id, version=None, into=kept[wish.says_the_same].number)
    if wish.urgency and wish.breadth:
        needs.rate_need(
            actor=officer, need_id=need.id, version=None, urgency=wish.urgency, breadth=wish.breadth, field=wish.field
        )  # fmt: skip
    if wish.status != NeedStatus.RECEIVED:
        kept[wish.summary] = needs.answer_need(
            actor=officer, need_id=need.id, version=None, status=wish.status, summary=wish.summary, answer=wish.answer
        )  # fmt: skip


def _council(world: World) -> None:
    needs.enter_round(
        actor=world.actor("community"),
        collected=Round(
            world.units["shibanxiang"], texts.COUNCIL_CHANNEL, texts.COUNCIL_TITLE, world.days.ago(63), 46, 3, texts.COUNCIL
        ),
    )  # fmt: skip
