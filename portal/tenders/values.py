"""Plain values of calls for projects; status codes are those of OCDS where it has one."""

from portal.core.enums import Labelled
from portal.core.text import N_


class TenderStatus(Labelled):
    """``draft``, ``submitted`` and ``approved`` are ours and never published; open or closed is computed."""

    DRAFT = "draft", N_("Draft")
    SUBMITTED = "submitted", N_("Waiting for approval"), "warn"
    APPROVED = "approved", N_("Approved"), "progress"
    ACTIVE = "active", N_("Published"), "progress"
    COMPLETE = "complete", N_("Completed"), "good"
    CANCELLED = "cancelled", N_("Stopped"), "bad"
    UNSUCCESSFUL = "unsuccessful", N_("Failed"), "bad"


class Stage(Labelled):
    """Where a published call stands, computed from status, periods and what was recorded."""

    DRAFT = "draft", N_("In preparation")
    OPEN = "open", N_("Open for proposals"), "good"
    CLOSED = "closed", N_("Closed, waiting for opening"), "warn"
    REVIEW = "review", N_("Under review"), "progress"
    NOTICE = "notice", N_("In public notice"), "progress"
    DONE = "done", N_("Completed"), "good"
    STOPPED = "stopped", N_("Ended without result"), "bad"


class LotStatus(Labelled):
    ACTIVE = "active", N_("Active"), "progress"
    COMPLETE = "complete", N_("Completed"), "good"
    UNSUCCESSFUL = "unsuccessful", N_("Failed"), "bad"
    CANCELLED = "cancelled", N_("Stopped"), "bad"


class CriterionKind(Labelled):
    SUBJECTIVE = "subjective", N_("Marked by each expert")
    PRICE = "price", N_("Price, by formula")


class InstalmentCondition(Labelled):
    CONTRACT_SIGNED = "contractSigned", N_("Contract signed by both parties")
    MILESTONE_MET = "milestoneMet", N_("Milestone accepted")
    EVALUATION_PASSED = "evaluationPassed", N_("Final evaluation passed")


class HolderRole(Labelled):
    """Who holds a key of the seal; the platform's key takes part in recovery only."""

    OFFICER = "officer", N_("Programme officer")
    SUPERVISOR = "supervisor", N_("Supervisor")
    PLATFORM = "platform", N_("Platform (recovery only)")
