"""The calls of the demo, each in another state of its life. All days are counted from today."""

from collections.abc import Generator
from datetime import date, datetime, timedelta

from portal.budgets import services as budgets
from portal.core.money import Money
from portal.home.seed.schedule import Story, at, open_call
from portal.home.seed.shapes import Call, Lot
from portal.home.seed.stories import call as calls
from portal.home.seed.stories import clock, closing, fees, project, review
from portal.home.seed.stories.call import CONSULTATION, STARTS_AFTER, Case
from portal.home.seed.stories.project import Project
from portal.home.seed.stories.review import Verdict
from portal.home.seed.texts import children, elderly, green, mind, newcomers, station, work
from portal.home.seed.world import World
from portal.tenders import services as tenders

FIRST_DAY = 318  # days before today on which the district set itself up
EVALUATED_START = 236  # days before today on which the evaluated project started
DUE_SOON = 84  # likewise for the projects under contract: the milestone of day 90 is due in six days


def _case(world: World, call: Call, deadline: date, starts_on: date | None = None, **more: object) -> Case:
    starts = starts_on or world.days.after(deadline, STARTS_AFTER)
    return Case(world, call, deadline, starts, **more)  # type: ignore[arg-type]  # the fields of a case


def evaluated(world: World) -> Story:
    """From the call to five stars, unspent money returned; the call is kept as a template."""
    starts = world.days.ago(EVALUATED_START)
    case = _case(world, elderly.VISITS, world.days.before(starts, STARTS_AFTER), starts)
    verdict = Verdict({"yilin": 91, "tongban": 84, "anhu": 78})
    yield from until_contract(case, verdict)
    visits = Project(case, "yilin")
    yield from project.sign(visits)
    yield from fees.propose(case)
    yield from fees.approve(case)
    yield from fees.pay(case, "ZF-1001")
    yield from project.whole_payment(visits, 1, visits.day(2), "2533200000010201", "ZF-0001")
    yield from project.spend(visits, work.VISITS_VOUCHERS[:5], not_before=visits.day(6))
    yield from project.report(visits, 1, visits.later(86), work.VISITS_MIDTERM)
    yield from project.accept(visits, 1, visits.later(89))
    yield from project.whole_payment(visits, 2, visits.later(91), "2533200000010388", "ZF-0002")
    yield from project.spend(visits, work.VISITS_VOUCHERS[5:9], not_before=visits.later(100))
    yield from project.report(visits, 2, visits.later(176), work.VISITS_FINAL)
    yield from project.accept(visits, 2, visits.later(179))
    yield from closing.evaluate(visits, 182)
    yield from project.whole_payment(visits, 3, visits.later(208), "2533200000010577", "ZF-0003")
    yield from project.spend(visits, work.VISITS_VOUCHERS[9:], not_before=visits.later(215))
    yield from closing.close(visits, 222)
    tenders.save_template(actor=world.actor("officer"), tender_id=case.tender_id, title="公益创投通用模板")


def under_contract(world: World) -> Generator[datetime, None, None]:
    """Two projects of one call: a milestone due in six days, and an instalment that waits for finance."""
    starts = world.days.today - timedelta(days=DUE_SOON)
    case = _case(world, children.TOGETHER, world.days.before(starts, STARTS_AFTER), starts)
    verdict = Verdict(
        {"nuanyang": 90, "xinya": 85, "tongxin": 80, "zhuguang": 92, "tongban": 83, "chengshan": 79},
        decline=True,
        amounts={"nuanyang": "100000.00"},
    )
    yield from until_contract(case, verdict)
    lamp, jobs = Project(case, "nuanyang"), Project(case, "zhuguang")
    yield from project.sign(lamp)
    yield from project.sign(jobs)
    yield from fees.propose(case)
    yield from project.whole_payment(lamp, 1, lamp.day(2), "2533200000020417", "ZF-0004")
    yield from project.whole_payment(jobs, 1, jobs.day(6), "2533200000020422", "ZF-0005")
    yield from project.spend(lamp, work.CHILDREN_VOUCHERS, not_before=jobs.day(10))
    yield from project.spend(jobs, work.WORK_VOUCHERS, not_before=jobs.day(10))
    yield from project.report(jobs, 1, world.days.before(world.days.today, 8), work.WORK_MIDTERM)
    yield from project.accept(jobs, 1, world.days.before(world.days.today, 6))
    yield from project.request(jobs, 2, world.days.before(world.days.today, 4), "2533200000020519")


def consultation(world: World) -> Story:
    """Government purchase by competitive consultation: signed, the first instalment waits for the cashier."""
    starts = world.days.ago(46)
    case = _case(
        world, station.STATION, world.days.before(starts, STARTS_AFTER), starts, procedure=CONSULTATION, programme="purchase"
    )  # fmt: skip
    verdict = Verdict({"tongban": 88, "shizhi": 87, "qinghe": 82})
    yield from until_contract(case, verdict)
    won = Project(case, "tongban")
    yield from project.sign(won)
    yield from fees.propose(case)
    yield from fees.approve(case)
    yield from project.request(won, 1, won.day(3), "2533200000030608")
    yield from project.approve(won, 1, world.days.before(world.days.today, 2))


def in_notice(world: World) -> Story:
    """Decided the day before yesterday: two equal totals, one expert recused and replaced, one refused bidder."""
    case = _case(world, green.GREEN, world.days.before(world.days.today, 7))
    verdict = Verdict(
        {"lvfeng": 88, "shizhi": 88, "linli": 81, "xinya": 70},
        tied=("lvfeng", "shizhi"),
        refused=("xinya",),
        recuse=True,
        doubted=("linli",),
        dissent=True,
    )
    yield from _until_ranked(case, verdict)
    yield from review.decide(case, verdict)
    yield at(world.days.before(world.days.today, 1), 10)
    review.reply(case, "xinya")


def in_scoring(world: World) -> Story:
    """Two experts have locked, one has begun, two have not; a bidder has answered, grades wait for the second person."""
    case = _case(world, mind.MIND, world.days.before(world.days.today, 4))
    verdict = Verdict({"qinghe": 90, "tongban": 86, "anhu": 80})
    yield from calls.publish(case)
    yield from calls.collect(case)
    yield from review.open_and_check(case, verdict)
    yield from review.seat_panel(case, verdict)
    yield from review.hear(case, "qinghe")
    yield from review.score_partly(case, verdict)


def closed(world: World) -> Story:
    """The deadline is over; sealed proposals wait for the two who open."""
    case = _case(world, newcomers.NEWCOMERS, world.days.before(world.days.today, 1))
    yield from calls.publish(case)
    yield from calls.collect(case)


def open_now(world: World) -> Story:
    """Open for some two weeks more, for an idea of the library: a sealed proposal, a draft with a partner, questions, room for others."""
    day = open_call(world.days)
    case = _case(world, elderly.VERY_OLD, day.deadline, cites=True)
    case.drafted, case.published = (day.deadline - day.drafted).days, (day.deadline - day.published).days
    yield from calls.publish(case)
    sealed, unfinished = elderly.VERY_OLD.lots[0].proposals
    yield from clock.asked(case, (sealed.organisation, unfinished.organisation), day.asked, day.answered)
    yield at(day.answered, 17)
    calls.begin(case, 0, sealed)
    yield at(day.sealed, 15)
    calls.submit(case, 0, sealed)
    yield at(day.resumed, 19)
    calls.begin(case, 0, unfinished)
    calls.together(case, 0, unfinished.organisation, "xinya")


def drafted(world: World) -> Story:
    """A draft that its officer still works on."""
    days = world.days
    case = _case(world, newcomers.READING, days.after(days.today + timedelta(days=33), 0))
    yield at(days.before(days.today, 3), 9)
    case.drafted = (case.deadline - days.before(days.today, 2)).days
    yield from calls.draft(case)


def for_load(world: World, number: int) -> Story:
    """One more open call with its own money, for load work."""
    days = world.days
    day = open_call(days)
    title = f"社区微公益项目征集（第 {number} 批）"
    lot = Lot("社区微公益", "服务期六个月。", "130000.00", elderly.VISITS.lots[0].proposals)
    base = elderly.VISITS
    extra = Call(title, base.description, base.field, base.area, base.eligibility, (lot,))
    case = _case(world, extra, day.deadline)
    case.drafted, case.published = (day.deadline - day.drafted).days, (day.deadline - day.published).days
    yield at(days.before(day.drafted, 1), 9, number % 60)
    budgets.appropriate(
        actor=world.actor("finance"), programme_id=world.programmes["venture"], amount=Money.from_yuan(lot.cap),
        reference=f"追加〔{number}〕号", memo="追加预算",
    )  # fmt: skip
    yield from calls.publish(case)
    for n, proposal in enumerate(lot.proposals):
        yield at(day.sealed, 9 + n, number % 60)
        calls.begin(case, 0, proposal)
        calls.submit(case, 0, proposal)


def _until_ranked(case: Case, verdict: Verdict) -> Story:
    yield from calls.publish(case)
    yield from calls.collect(case)
    yield from review.open_and_check(case, verdict)
    yield from review.seat_panel(case, verdict)
    yield from review.score(case, verdict)


def until_contract(case: Case, verdict: Verdict) -> Story:
    """From the draft to final awards."""
    yield from _until_ranked(case, verdict)
    yield from review.decide(case, verdict)
    yield from review.confirm(case)


ALL = (evaluated, consultation, under_contract, in_notice, in_scoring, closed, open_now, drafted)
