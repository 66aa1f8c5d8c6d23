"""Where a case stands and who is waited for, and where one proposal does: pure functions on what the features say."""

from collections.abc import Callable
from datetime import date, datetime

from portal.awards.values import AwardStatus, Outcome
from portal.bids.values import OPENED, BidStatus
from portal.contracts.values import ContractStatus
from portal.core.calendar import end_of_day
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.home.values import BidFacts, BidStep, BidStop, CaseFacts, CourseStep, StepState, Waiting
from portal.panels.values import DrawStatus, PanelStatus
from portal.parties.values import Role
from portal.tenders.values import TenderStatus

STOPPED = (TenderStatus.CANCELLED, TenderStatus.UNSUCCESSFUL)
OFFICER, SUPERVISOR, APPROVER = Role.PROGRAMME_OFFICER, Role.SUPERVISOR, Role.PROGRAMME_APPROVER
Standing = tuple[StepState, tuple[Role, ...], Problem | None]

NOT_BEGUN: Standing = (StepState.TODO, (), None)
DONE: Standing = (StepState.DONE, (), None)


def course(facts: CaseFacts, now: datetime) -> list[Waiting]:
    """The steps of a case in order, each with its state, the roles it waits for, and a sentence about it.

    In a call that was stopped or failed, the step at which it ended needs attention and nobody is waited for.
    """
    found = []
    for step, judge in _JUDGES.items():
        state, roles, sentence = judge(facts, now)
        if facts.status in STOPPED and state is StepState.CURRENT:
            state, roles, sentence = StepState.PROBLEM, (), None
        found.append(Waiting(step, state, roles, sentence))
    return found


def _current(sentence: Problem, *roles: Role) -> Standing:
    return StepState.CURRENT, roles, sentence


def _drafting(facts: CaseFacts, now: datetime) -> Standing:
    match facts.status:
        case TenderStatus.DRAFT:
            return _current(problem(N_("The officer writes the call and submits it for approval.")), OFFICER)
        case TenderStatus.SUBMITTED:
            return _current(problem(N_("A programme approver checks the call.")), APPROVER)
        case TenderStatus.APPROVED:
            return _current(problem(N_("The call is approved. The approver publishes it.")), APPROVER)
    return DONE if facts.published_at else (StepState.CURRENT, (), None)


def _applying(facts: CaseFacts, now: datetime) -> Standing:
    if facts.published_at is None or facts.deadline_at is None:
        return NOT_BEGUN
    if now < facts.deadline_at:
        message = N_("Organisations hand in proposals until %(at)s. They stay sealed until then.")
        return _current(problem(message, at=facts.deadline_at), Role.ORG_OWNER)
    return DONE


def _opening(facts: CaseFacts, now: datetime) -> Standing:
    if facts.opened_at:
        return StepState.DONE, (), problem(N_("Proposals opened: %(n)s."), n=facts.opened)
    if facts.published_at is None or facts.deadline_at is None or now < facts.deadline_at:
        return NOT_BEGUN
    message = N_("Officer and supervisor open together, each with the own key code.")
    return _current(problem(message), OFFICER, SUPERVISOR)


def _eligibility(facts: CaseFacts, now: datetime) -> Standing:
    if not facts.opened_at:
        return NOT_BEGUN
    if facts.unchecked:
        message = N_("Proposals still to be checked: %(n)s of %(all)s.")
        return _current(problem(message, n=facts.unchecked, all=facts.opened), OFFICER)
    message = N_("Admitted: %(n)s of %(all)s.")
    return StepState.DONE, (), problem(message, n=facts.admitted, all=facts.opened)


def _panel(facts: CaseFacts, now: datetime) -> Standing:
    if not facts.opened_at or facts.unchecked:
        return NOT_BEGUN
    match facts.panel:
        case None:
            return _current(problem(N_("The list of experts is to be frozen.")), OFFICER)
        case PanelStatus.FROZEN if facts.draw is DrawStatus.VOID:
            return _current(
                problem(N_("The draw was void. The supervisor gives a reason for the next.")), SUPERVISOR
            )
        case PanelStatus.FROZEN if facts.draw is DrawStatus.REVEALING:
            message = N_("All commitments are in. Strings revealed: %(n)s of 3.")
            return _current(problem(message, n=facts.strings), OFFICER, SUPERVISOR)
        case PanelStatus.FROZEN:
            message = N_("The list is frozen. Commitments lodged: %(n)s of 3.")
            return _current(problem(message, n=facts.strings), OFFICER, SUPERVISOR)
        case PanelStatus.SEATED if facts.invited:
            message = N_("Experts who have not answered the invitation: %(n)s.")
            return _current(problem(message, n=facts.invited), Role.EXPERT)
        case PanelStatus.SEATED:
            return _current(problem(N_("No answer is missing. The officer begins the scoring.")), OFFICER)
    return StepState.DONE, (), problem(N_("Experts on the panel: %(n)s."), n=facts.seated)


def _scoring(facts: CaseFacts, now: datetime) -> Standing:
    match facts.panel:
        case PanelStatus.CLOSED:
            return StepState.DONE, (), problem(N_("The ranking is fixed."))
        case PanelStatus.SCORING if not facts.sheets:
            return _current(problem(N_("The score sheets are being made.")))
        case PanelStatus.SCORING if facts.open_sheets:
            message = N_("Score sheets not locked yet: %(n)s.")
            return _current(problem(message, n=facts.open_sheets), Role.EXPERT)
        case PanelStatus.SCORING if facts.unsigned:
            message = N_("All sheets are locked. Experts who have not signed: %(n)s.")
            return _current(problem(message, n=facts.unsigned), Role.EXPERT)
        case PanelStatus.SCORING:
            message = N_("All have signed. The officer closes the panel, which fixes the ranking.")
            return _current(problem(message), OFFICER)
    return NOT_BEGUN


def _award(facts: CaseFacts, now: datetime) -> Standing:
    if facts.panel is not PanelStatus.CLOSED:
        return NOT_BEGUN
    if AwardStatus.PENDING not in facts.awards:
        if AwardStatus.ACTIVE in facts.awards:
            awarded = facts.awards.count(AwardStatus.ACTIVE)
            return StepState.DONE, (), problem(N_("Final awards: %(n)s."), n=awarded)
        return _current(problem(N_("The officer decides on the awards by the ranking.")), OFFICER)
    if facts.challenges:
        message = N_("Challenges that wait for an answer: %(n)s. Until then nothing is confirmed.")
        return _current(problem(message, n=facts.challenges), OFFICER)
    if _in_notice(facts.notice_ends_on, now):
        message = N_("The result is in public notice until the end of %(day)s. Then the officer confirms it.")
        return _current(problem(message, day=facts.notice_ends_on))
    return _current(problem(N_("The notice period is over. The officer confirms the awards.")), OFFICER)


def _in_notice(last_day: date | None, now: datetime) -> bool:
    return last_day is not None and now < end_of_day(last_day)


def _contract(facts: CaseFacts, now: datetime) -> Standing:
    if AwardStatus.ACTIVE not in facts.awards:
        return NOT_BEGUN
    if facts.challenges and (facts.without_contract or ContractStatus.PENDING in facts.contracts):
        message = N_("Challenges that wait for an answer: %(n)s. Until then no contract is signed.")
        return _current(problem(message, n=facts.challenges), OFFICER)
    if facts.without_contract:
        message = N_("Awards without a contract: %(n)s. The officer draws it up.")
        return _current(problem(message, n=facts.without_contract), OFFICER)
    if ContractStatus.PENDING in facts.contracts:
        pending = facts.contracts.count(ContractStatus.PENDING)
        message = N_("Contracts that wait for signatures of both sides: %(n)s.")
        return _current(problem(message, n=pending), Role.ORG_OWNER, APPROVER)
    return StepState.DONE, (), problem(N_("Contracts: %(n)s."), n=len(facts.contracts))


def _delivery(facts: CaseFacts, now: datetime) -> Standing:
    if ContractStatus.ACTIVE in facts.contracts:
        message = N_(
            "Projects under way: %(n)s. Reports, payments and evaluation are at each contract below."
        )
        return _current(problem(message, n=facts.contracts.count(ContractStatus.ACTIVE)), Role.ORG_OWNER, OFFICER)  # fmt: skip
    if ContractStatus.TERMINATED in facts.contracts and ContractStatus.PENDING not in facts.contracts:
        return StepState.DONE, (), problem(N_("All projects are evaluated and closed."))
    return NOT_BEGUN


_JUDGES: dict[CourseStep, Callable[[CaseFacts, datetime], Standing]] = {
    CourseStep.DRAFTING: _drafting,
    CourseStep.APPLYING: _applying,
    CourseStep.OPENING: _opening,
    CourseStep.ELIGIBILITY: _eligibility,
    CourseStep.PANEL: _panel,
    CourseStep.SCORING: _scoring,
    CourseStep.AWARD: _award,
    CourseStep.CONTRACT: _contract,
    CourseStep.DELIVERY: _delivery,
}


# --- one proposal, as its organisation sees it


def bid_course(facts: BidFacts, now: datetime) -> list[BidStop]:
    """The way of one proposal: what is done, where it is now, and what comes next.

    It ends at the first step that went wrong. Nothing here tells a score before the public knows it.
    """
    found = []
    for step, judge in _BID_JUDGES.items():
        state, sentence = judge(facts, now)
        if state is StepState.CURRENT and facts.tender in STOPPED:
            state, sentence = StepState.PROBLEM, problem(N_("The call ended without a result."))
        waits = step is BidStep.OPENING and facts.deadline_at is not None and now < facts.deadline_at
        found.append(BidStop(step, state, sentence, waits))
        if state is not StepState.DONE:
            break
    reached = len(found)
    return found + [BidStop(step, StepState.TODO) for step in list(BidStep)[reached:]]


BidStanding = tuple[StepState, Problem | None]


def _bid_submission(facts: BidFacts, now: datetime) -> BidStanding:
    too_late = facts.deadline_at is not None and now >= facts.deadline_at
    match facts.status:
        case BidStatus.DRAFT if too_late:
            message = N_("The deadline passed at %(at)s. This draft takes no part in the call.")
            return StepState.PROBLEM, problem(message, at=facts.deadline_at)
        case BidStatus.DRAFT:
            message = N_("Not handed in yet. Submit it before %(at)s.")
            return StepState.CURRENT, problem(message, at=facts.deadline_at)
        case BidStatus.WITHDRAWN:
            return StepState.PROBLEM, problem(N_("Withdrawn. It takes no part in the call."))
    return StepState.DONE, None


def _bid_opening(facts: BidFacts, now: datetime) -> BidStanding:
    if facts.status in OPENED:
        return StepState.DONE, None
    if facts.status is BidStatus.UNOPENED:
        message = N_("It was not opened, because too few proposals came in.")
        return StepState.PROBLEM, problem(message)
    if facts.deadline_at and now < facts.deadline_at:
        message = N_(
            "Sealed until %(at)s. After that a programme officer and a supervisor open all together."
        )
        return StepState.CURRENT, problem(message, at=facts.deadline_at)
    message = N_("A programme officer and a supervisor open all proposals together. You get a message.")
    return StepState.CURRENT, problem(message)


def _bid_eligibility(facts: BidFacts, now: datetime) -> BidStanding:
    if facts.status is BidStatus.DISQUALIFIED:
        return StepState.PROBLEM, problem(N_("Not admitted: %(reason)s"), reason=facts.refusal)
    if facts.status is BidStatus.PENDING:
        message = N_("A programme officer checks whether the conditions are met. You get a message.")
        return StepState.CURRENT, problem(message)
    return StepState.DONE, None


def _bid_review(facts: BidFacts, now: datetime) -> BidStanding:
    if facts.decided:
        if facts.total is None:
            return StepState.DONE, None
        message = N_("Score %(total)s, rank %(rank)s.")
        return StepState.DONE, problem(message, total=facts.total, rank=facts.rank)
    message = N_(
        "Experts who are drawn by lot score the proposals, each alone. All scores are published with the result."
    )
    return StepState.CURRENT, problem(message)


def _bid_result(facts: BidFacts, now: datetime) -> BidStanding:
    match facts.award:
        case AwardStatus.ACTIVE:
            return StepState.DONE, problem(N_("Awarded: %(amount)s."), amount=facts.amount)
        case AwardStatus.PENDING:
            message = (
                N_("Proposed for award with %(amount)s. In public notice until the end of %(day)s.")
                if _in_notice(facts.notice_ends_on, now)
                else N_(
                    "Proposed for award with %(amount)s. The notice ended on %(day)s; the officer confirms the result, then the contract follows."
                )
            )
            return StepState.CURRENT, problem(message, amount=facts.amount, day=facts.notice_ends_on)
        case AwardStatus.CANCELLED:
            return StepState.PROBLEM, problem(N_("The award was taken back."))
    in_time = _in_notice(facts.challenge_until, now)
    if facts.outcome is Outcome.RESERVE:
        message = (
            N_("In reserve: %(reason)s. You may file a challenge until the end of %(day)s.")
            if in_time
            else N_("In reserve: %(reason)s. The time for challenges ended on %(day)s.")
        )
        return StepState.CURRENT, problem(message, reason=facts.why_not, day=facts.challenge_until)
    message = (
        N_("Not chosen: %(reason)s. You may file a challenge until the end of %(day)s.")
        if in_time
        else N_("Not chosen: %(reason)s. The time for challenges ended on %(day)s.")
    )
    return StepState.PROBLEM, problem(message, reason=facts.why_not, day=facts.challenge_until)


def _bid_contract(facts: BidFacts, now: datetime) -> BidStanding:
    match facts.contract:
        case ContractStatus.PENDING:
            return StepState.CURRENT, problem(N_("The contract waits for signatures."))
        case ContractStatus.ACTIVE:
            return StepState.DONE, problem(N_("In force. Milestones, reports and money are at the contract."))
        case ContractStatus.TERMINATED:
            return StepState.DONE, problem(N_("The project is finished."))
        case ContractStatus.CANCELLED:
            return StepState.PROBLEM, problem(N_("The contract was not signed."))
    return StepState.CURRENT, problem(N_("The programme officer draws up the contract."))


_BID_JUDGES: dict[BidStep, Callable[[BidFacts, datetime], BidStanding]] = {
    BidStep.SUBMISSION: _bid_submission,
    BidStep.OPENING: _bid_opening,
    BidStep.ELIGIBILITY: _bid_eligibility,
    BidStep.REVIEW: _bid_review,
    BidStep.RESULT: _bid_result,
    BidStep.CONTRACT: _bid_contract,
}
