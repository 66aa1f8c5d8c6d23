"""Residents hand in what they need, and the desk works on it."""

from portal.core import clock
from portal.core.money import Money
from portal.core.policy import ANONYMOUS
from portal.home.seed import files
from portal.home.seed.schedule import Story, at
from portal.home.seed.texts import wishes as texts
from portal.home.seed.world import World
from portal.needs import services as needs
from portal.needs.models import Idea, Need
from portal.needs.values import (
    Contact,
    Job,
    NeedStatus,
    Plan,
    ProjectKind,
    ResourceKind,
    Round,
    ServiceField,
    Sitting,
    StepResult,
)

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
        world.needs[wish.summary] = need.id


def _council(world: World) -> None:
    needs.enter_round(
        actor=world.actor("community"),
        collected=Round(
            world.units["shibanxiang"], texts.COUNCIL_CHANNEL, texts.COUNCIL_TITLE, world.days.ago(63), 46, 3, texts.COUNCIL
        ),
    )  # fmt: skip


def deliberated(world: World) -> Story:
    """One idea on its whole way into the library, and one that waits for its residents."""
    days = world.days
    yield at(days.ago(60), 14)
    _offers(world)
    yield at(days.ago(56), 10)
    idea = _idea(
        world,
        "shibanxiang",
        texts.IDEA_TITLE,
        texts.IDEA_SUMMARY,
        ServiceField.ELDERLY,
        "98000.00",
        "独居老人缺少日常探访和陪伴",
    )
    yield at(days.ago(55), 16)
    _step(world, "community", idea, 138, 0, texts.OPINIONS)
    for (who, day, present, in_favour), said in zip(
        (("community", 52, 41, 37), ("community", 48, 9, 9), ("officer", 44, 7, 6)),
        texts.AGREED,
        strict=False,
    ):
        yield at(days.ago(day), 17)
        _step(world, who, idea, present, in_favour, said)
    yield at(days.ago(43), 9)
    needs.publish_step(actor=world.actor("officer"), idea_id=idea.id, version=None)
    yield at(days.ago(32), 15)
    _step(world, "approver", idea, 11, 11, texts.AGREED[-1])
    yield at(days.ago(31), 9)
    needs.publish_step(actor=world.actor("officer"), idea_id=idea.id, version=None)
    yield at(days.ago(20), 10)
    second = _idea(
        world,
        "zhuyuanli",
        texts.SECOND_TITLE,
        texts.SECOND_SUMMARY,
        ServiceField.CHILDREN,
        "60000.00",
        "暑期儿童托管服务不足",
    )
    yield at(days.ago(8), 16)
    _step(world, "officer", second, 86, 0, texts.SECOND_OPINIONS)


def _offers(world: World) -> None:
    title, description, contact = texts.VENUE
    needs.offer_resource(
        actor=world.actor("community"), unit_id=world.units["shibanxiang"], party_id=None, kind=ResourceKind.VENUE, field=None,
        title=title, description=description, contact=contact,
    )  # fmt: skip
    title, description, contact = texts.VOLUNTEERS
    needs.offer_resource(
        actor=world.actor("tongban"), unit_id=world.units["qingshi"], party_id=world.parties["tongban"], kind=ResourceKind.PEOPLE,
        field=ServiceField.ELDERLY, title=title, description=description, contact=contact,
    )  # fmt: skip


def _idea(
    world: World, place: str, title: str, summary: str, field: ServiceField, yuan: str, answers: str
) -> Idea:
    plan = Plan(title, summary, field, ProjectKind.SERVICE, Money.from_yuan(yuan).fen)
    return needs.create_idea(
        actor=world.actor("officer"), unit_id=world.units[place], plan=plan, need_ids=[world.needs[answers]]
    )


def _step(world: World, who: str, idea: Idea, present: int, in_favour: int, said: str) -> None:
    today = clock.today()
    minutes = (
        files.minutes(idea.title, today, [f"到会 {present} 人，赞成 {in_favour} 人。", said])
        if in_favour
        else None
    )
    needs.record_step(
        actor=world.actor(who), idea_id=idea.id, version=None, sitting=Sitting(StepResult.PASSED, today, present, in_favour, said),
        minutes=("会议记录.pdf", minutes) if minutes else None,
    )  # fmt: skip


def helped(world: World) -> Story:
    """A small task with places: one helper was there, one is still expected."""
    days = world.days
    yield at(days.ago(14), 9)
    facts = texts.TASK
    task = needs.publish_task(
        actor=world.actor("community"), unit_id=world.units["shibanxiang"],
        job=Job(facts.title, facts.description, facts.field, facts.places, days.after(days.today, 10), facts.contact),
    )  # fmt: skip
    for number, (key, party) in enumerate((("tongban", "tongban"), ("drafter", None))):
        yield at(days.ago(12), 10 + number)
        claim = needs.claim_task(
            actor=world.actor(key), task_id=task.id, party_id=world.parties[party] if party else None
        )
        if party:
            yield at(days.ago(5), 17)
            needs.confirm_claim(actor=world.actor("community"), claim_id=claim.id)
