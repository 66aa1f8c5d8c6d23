"""Plain values of notices."""

from portal.core.enums import Labelled
from portal.core.text import N_


class NoticeKind(Labelled):
    IDEA = "planningNotice", N_("Publication of an idea"), "progress"
    CALL = "tenderNotice", N_("Call for projects"), "progress"
    CORRECTION = "tenderAmendment", N_("Correction"), "warn"
    QUESTIONS = "clarifications", N_("Questions and answers"), "progress"
    RESULT = "awardNotice", N_("Result notice"), "progress"
    FAILURE = "cancellationDetails", N_("Failure notice"), "warn"
    CONTRACT = "contractNotice", N_("Contract notice"), "good"
    ACCEPTANCE = "completionCertificate", N_("Acceptance"), "good"
    EVALUATION = "evaluationReports", N_("Evaluation result"), "good"
