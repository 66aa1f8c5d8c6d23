"""The end of a project: evaluation by four groups, the residents' survey, stars, closing."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from portal.core import clock
from portal.evaluation import queries, services
from portal.evaluation.values import EvaluationGroup
from portal.home.seed import files
from portal.home.seed.schedule import Story, at
from portal.home.seed.stories.project import Project
from portal.home.seed.texts import work

PAPER_ANSWERS = 4  # of the residents' answers, collected on paper
POPULATION = 1860
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
    yield from _survey(project, row.id, first + 2)
    yield at(day(first + 18), 10)
    for group, marks in MARKS.items():
        services.save_marks(
            actor=world.actor("evaluator"), evaluation_id=row.id, group=group,
            marks={code: Decimal(marks[n % len(marks)]) for n, code in enumerate(queries.indicators(row.id))},
        )  # fmt: skip
    yield at(day(first + 20), 16)
    paper = files.report("第三方评估报告", clock.today(), [work.EVALUATION])
    services.submit_evaluation(
        actor=world.actor("evaluator"),
        evaluation_id=row.id,
        conclusion=work.EVALUATION,
        report=("评估报告.pdf", paper),
    )
    yield at(day(first + 23), 10)
    services.confirm(actor=world.actor("officer"), evaluation_id=row.id)


def _survey(project: Project, evaluation_id: UUID, first: int) -> Story:
    """Residents answer by their codes on different days; some answers come on paper."""
    evaluator = project.case.world.actor("evaluator")
    opens = at(project.later(first), 9)
    yield opens
    codes = services.open_survey(
        actor=evaluator, evaluation_id=evaluation_id, opens_at=opens, closes_at=opens + timedelta(days=12),
        population=POPULATION, count=40,
    )  # fmt: skip
    for n, (code, (aware, took_part, satisfaction, comment)) in enumerate(
        zip(codes, work.SURVEY_ANSWERS[PAPER_ANSWERS:], strict=False)
    ):
        yield opens + timedelta(hours=9 + 13 * n)
        services.answer(
            code=code, aware=aware, took_part=took_part, satisfaction=satisfaction, comment=comment
        )
    yield opens + timedelta(days=10)
    services.enter_paper(
        actor=evaluator, evaluation_id=evaluation_id, answers=list(work.SURVEY_ANSWERS[:PAPER_ANSWERS])
    )


def close(project: Project, day_number: int) -> Story:
    """The officer closes the project; what was paid and not spent comes back."""
    yield at(project.later(day_number), 10)
    services.close_project(actor=project.case.world.actor("officer"), contract_id=project.contract_id)
