"""Plain values of home: tasks, the front page, and the course of a case."""

from portal.home.values.beginnings import BEGINNINGS, Beginning
from portal.home.values.case import (
    BidFacts,
    BidStep,
    BidStop,
    CaseFacts,
    CourseStep,
    Project,
    StepState,
    Waiting,
)
from portal.home.values.front import Call, Figures, Front, Funded, Paper
from portal.home.values.tasks import PAGES, Task, TaskKind

__all__ = [
    "BEGINNINGS",
    "Beginning",
    "BidFacts",
    "BidStep",
    "BidStop",
    "Call",
    "CaseFacts",
    "CourseStep",
    "Figures",
    "Front",
    "Funded",
    "PAGES",
    "Paper",
    "Project",
    "StepState",
    "Task",
    "TaskKind",
    "Waiting",
]
