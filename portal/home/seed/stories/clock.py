"""Questions about an open call, a correction of it, and a figure of a procedure that the district sets itself."""

from datetime import date, timedelta
from uuid import UUID

from portal.core import clock
from portal.home.seed.schedule import Story, at
from portal.home.seed.stories.call import Case
from portal.home.seed.world import World
from portal.procedures import services as procedures
from portal.procedures.values import LocalFigure
from portal.tenders import services

ANSWERED = (
    ("探访对象名单由社区提供，还是由申报单位自行摸排？", "名单由各社区提供，中选单位入户核实。"),
    ("志愿者补贴能否列入人员费？", "志愿者补贴列入“专家与志愿者补贴”科目，不列入人员费。"),
)
WAITING = "联合体能否申报同一标段？"
CORRECTION = "公告中的咨询电话更正为 0570-3330012，其他内容不变。"


def asked(case: Case, organisations: tuple[str, str], first: date, second: date) -> Story:
    """Two organisations ask, all are answered at once, a wrong telephone number is corrected, one question waits."""
    world = case.world
    answers = {}
    for n, (text, answer) in enumerate(ANSWERED):
        yield at(first, 14, 20 * n)
        answers[_ask(case, organisations[n], text)] = (text, answer)
    yield at(second, 10)
    services.publish_answers(actor=world.actor("officer"), tender_id=case.tender_id, answers=answers)
    yield at(second, 15)
    services.correct_tender(
        actor=world.actor("approver"), tender_id=case.tender_id, version=None, text=CORRECTION, affects=False, deadline_at=None
    )  # fmt: skip
    yield at(second, 16, 30)
    _ask(case, organisations[0], WAITING)


def _ask(case: Case, organisation: str, text: str) -> UUID:
    return services.ask_question(
        actor=case.world.actor(organisation), tender_id=case.tender_id, party_id=case.world.parties[organisation], text=text,
        received_at=clock.now(),
    ).id  # fmt: skip


def own_version(world: World, day: date) -> Story:
    """The district sets the threshold of comparisons that holds here."""
    yield at(day, 16)
    procedures.add_figure(
        actor=world.actor("administrator"),
        new=LocalFigure(
            "comparison", "budget_maximum", 500_000, day + timedelta(days=1), "《区级部门采购内部控制办法》第八条",
            "本区分散采购限额标准为 50 万元。",
        ),
    )  # fmt: skip
