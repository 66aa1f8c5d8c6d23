"""The end of a project: evaluation by four groups, the residents' survey, stars, closing."""

from collections.abc import Generator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from portal.core import clock
from portal.evaluation import rules, services
from portal.evaluation.values import Answer, EvaluationGroup
from portal.home.seed import files
from portal.home.seed.schedule import Story, at
from portal.home.seed.stories.project import Project
from portal.home.seed.texts import work

PAPER_ANSWERS = 4  # of the residents' answers, collected on paper
POPULATION = 1860
SURVEY_DAYS = 12
MARKS = {
    EvaluationGroup.EXPERT: (94, 92, 90),
    EvaluationGroup.DEPARTMENT: (95, 91, 93),
    EvaluationGroup.MEDIA: (90, 93, 91),
}


def evaluate(project: Project, first: int) -> Story:
    """From the assignment on day ``first`` of the project to the confirmed result four weeks later."""
    world, day = project.case.world, project.later
    yield at(day(first), 9)
    row = services.assign(
        actor=world.actor("officer"), contract_id=project.contract_id, evaluator_id=world.users["evaluator"]
    )
    yield at(day(first + 1), 9)
    services.declare_no_conflict(actor=world.actor("evaluator"), evaluation_id=row.id)
    closed_on = clock.local((yield from _survey(project, row.id, first + 2))).date()
    after = world.days.after
    yield at(after(closed_on, 1), 10)
    for group, marks in MARKS.items():
        services.save_marks(
            actor=world.actor("evaluator"), evaluation_id=row.id, group=group,
            marks={
                indicator: (Decimal(marks[n % len(marks)]), "")
                for n, indicator in enumerate(rules.judged_by(rules.weights_from(row.weights), group))
            },
        )  # fmt: skip
    yield at(after(closed_on, 2), 16)
    paper = files.report("第三方评估报告", clock.today(), [work.EVALUATION])
    services.submit_evaluation(
        actor=world.actor("evaluator"),
        evaluation_id=row.id,
        conclusion=work.EVALUATION,
        report=("评估报告.pdf", paper),
    )
    yield at(after(closed_on, 4), 10)
    services.confirm(actor=world.actor("officer"), evaluation_id=row.id)


def _survey(project: Project, evaluation_id: UUID, first: int) -> Generator[datetime, None, datetime]:
    """Residents answer by their codes on different days, some on paper; gives the instant at which it closes."""
    evaluator = project.case.world.actor("evaluator")
    opens = at(project.later(first), 9)
    closes = opens + timedelta(days=SURVEY_DAYS)
    yield opens
    codes = services.open_survey(
        actor=evaluator, evaluation_id=evaluation_id, opens_at=opens, closes_at=closes,
        population=POPULATION, count=40,
    )  # fmt: skip
    for n, (code, (aware, took_part, satisfaction, comment)) in enumerate(
        zip(codes, work.SURVEY_ANSWERS[PAPER_ANSWERS:], strict=False)
    ):
        yield opens + timedelta(hours=9 + 13 * n)
        services.answer(
            code=code, aware=aware, took_part=took_part, satisfaction=satisfaction, comment=comment, received_at=clock.now()
        )  # fmt: skip
    yield closes - timedelta(days=2)
    services.enter_paper(
        actor=evaluator,
        evaluation_id=evaluation_id,
        answers=[Answer(*given) for given in work.SURVEY_ANSWERS[:PAPER_ANSWERS]],
    )
    return closes


def close(project: Project, day_number: int) -> Story:
    """The officer closes the project; what was paid and not spent comes back."""
    yield at(project.later(day_number), 10)
    services.close_project(actor=project.case.world.actor("officer"), contract_id=project.contract_id)
