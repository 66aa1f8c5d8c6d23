"""The frozen text of the two publications of an idea, in official Chinese."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from portal.core.papers import official, written
from portal.core.text import N_, quoted
from portal.needs import queries
from portal.needs.models import Idea, IdeaStep
from portal.needs.values import PUBLICATIONS, Stage
from portal.notices import rules as notices

TITLES = {
    Stage.DECISION: N_("First publication: decision on %(title)s"),
    Stage.RESULT: N_("Second publication: result on %(title)s"),
}
CLOSINGS = {
    Stage.DECISION: N_(
        "The decision is in public notice until %(day)s. Tell the community what you think of it."
    ),
    Stage.RESULT: N_("The idea enters the reserve library. A call for projects may carry it out."),
}


def frozen_text(
    idea: Idea, stage: Stage, steps: Sequence[IdeaStep], now: datetime, last_day: date | None
) -> tuple[list[dict[str, Any]], str]:
    """The blocks of the publication, as notices use them, and their digest (SHA-256, hex)."""
    head = [official(N_("Step")), official(N_("Day")), official(N_("Result")), official(N_("People present")), official(N_("In favour"))]  # fmt: skip
    rows = [
        [
            written(s.stage),
            written(s.held_on),
            written(s.result),
            str(s.present or "—"),
            str(s.in_favour or "—"),
        ]
        for s in steps
        if s.stage not in PUBLICATIONS
    ]
    needs = queries.needs_of(idea.id)
    content: list[dict[str, Any]] = [
        {"heading": official(TITLES[stage], title=quoted(idea.title))},
        {"text": idea.summary},
        {"text": official(N_("Estimated amount: %(amount)s. Kind: %(kind)s. Field: %(field)s."), amount=idea.estimate, kind=idea.kind, field=idea.field)},
        {"table": {"head": [official(N_("Need")), official(N_("Public wording of the need")), official(N_("Voices"))],
                   "rows": [[need.number, need.summary, str(need.voices)] for need in needs]}},
        {"table": {"head": head, "rows": rows}},
        {"text": official(CLOSINGS[stage], day=last_day)},
    ]  # fmt: skip
    number = f"{idea.number}-{1 if stage == Stage.DECISION else 2}"
    digest = notices.digest(
        number=number, kind=stage.value, title=idea.title, content=content, published_at=now, first_day=None, last_day=last_day
    )  # fmt: skip
    return content, digest
