"""Plain values of notices."""

from portal.core.enums import Labelled
from portal.core.text import N_


class NoticeKind(Labelled):
    CALL = "tenderNotice", N_("Call for projects"), "progress"
    RESULT = "awardNotice", N_("Result notice"), "progress"
    FAILURE = "cancellationDetails", N_("Failure notice"), "warn"
    CONTRACT = "contractNotice", N_("Contract notice"), "good"
    EVALUATION = "evaluationReports", N_("Evaluation result"), "good"
