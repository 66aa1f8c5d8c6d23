<<<<<<< HEAD
"""Where a case stands and who is waited for: one pure function on what the features say about it."""

from collections.abc import Callable
from datetime import date, datetime

from portal.awards.values import AwardStatus
from portal.contracts.values import ContractStatus
from portal.core.calendar import end_of_day
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.home.values import CaseFacts, CourseStep, StepState, Waiting
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.tenders.values import TenderStatus

STOPPED = (TenderStatus.CANCELLED, TenderStatus.UNSUCCESSFUL)
OFFICER, SUPERVISOR, APPROVER = Role.PROGRAMME_OFFICER, Role.SUPERVISOR, Role.PROGRAMME_APPROVER
Standing = tuple[StepState, tuple[Role, ...], Problem | None]

TODO: Standing = (StepState.TODO, (), None)
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
        return TODO
    if now < facts.deadline_at:
        message = N_("Organisations hand in proposals until %(at)s. They stay sealed until then.")
        return _current(problem(message, at=facts.deadline_at), Role.ORG_OWNER)
    return DONE


def _opening(facts: CaseFacts, now: datetime) -> Standing:
    if facts.opened_at:
        return StepState.DONE, (), problem(N_("Proposals opened: %(n)s."), n=facts.opened)
    if facts.published_at is None or facts.deadline_at is None or now < facts.deadline_at:
        return TODO
    message = N_("Officer and supervisor open together, each with the own key code.")
    return _current(problem(message), OFFICER, SUPERVISOR)


def _eligibility(facts: CaseFacts, now: datetime) -> Standing:
    if not facts.opened_at:
        return TODO
    if facts.unchecked:
        message = N_("Proposals still to be checked: %(n)s of %(all)s.")
        return _current(problem(message, n=facts.unchecked, all=facts.opened), OFFICER)
    message = N_("Admitted: %(n)s of %(all)s.")
    return StepState.DONE, (), problem(message, n=facts.admitted, all=facts.opened)


def _panel(facts: CaseFacts, now: datetime) -> Standing:
    if not facts.opened_at or facts.unchecked:
        return TODO
    match facts.panel:
        case None:
            return _current(problem(N_("The list of experts is to be frozen.")), OFFICER)
        case PanelStatus.FROZEN if not facts.witnessed:
            return _current(problem(N_("The list is frozen. The supervisor gives a string.")), SUPERVISOR)
        case PanelStatus.FROZEN:
            return _current(problem(N_("The supervisor gave a string. The officer draws.")), OFFICER)
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
        case PanelStatus.SCORING if facts.open_sheets:
            message = N_("Score sheets not locked yet: %(n)s.")
            return _current(problem(message, n=facts.open_sheets), Role.EXPERT)
        case PanelStatus.SCORING if facts.unsigned:
            message = N_("All sheets are locked. Experts who have not signed: %(n)s.")
            return _current(problem(message, n=facts.unsigned), Role.EXPERT)
        case PanelStatus.SCORING:
            message = N_("All have signed. The officer closes the panel, which fixes the ranking.")
            return _current(problem(message), OFFICER)
    return TODO


def _award(facts: CaseFacts, now: datetime) -> Standing:
    if facts.panel is not PanelStatus.CLOSED:
        return TODO
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
        return TODO
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
    return TODO


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
=======
"""The audit log in words: what an action, a subject and a detail are called."""

from collections.abc import Mapping
from typing import Any

from portal.core.money import Money
from portal.core.text import N_

ACTIONS = {
    "award.cancel": N_("Award cancelled"),
    "award.confirm": N_("Award confirmed"),
    "award.decide": N_("Award decided"),
    "bid.admit": N_("Proposal passed the eligibility check"),
    "bid.check": N_("Eligibility checked"),
    "bid.disqualify": N_("Proposal failed the eligibility check"),
    "bid.leave_unopened": N_("Proposal left unopened"),
    "bid.open": N_("Proposal opened"),
    "bid.reopen": N_("Proposal made a draft again"),
    "bid.restart": N_("Proposal begun again"),
    "bid.start": N_("Proposal begun"),
    "bid.submit": N_("Proposal submitted"),
    "bid.withdraw": N_("Proposal withdrawn"),
    "calendar_day.change": N_("Calendar day changed"),
    "calendar_day.enter": N_("Calendar day entered"),
    "calendar_day.remove": N_("Calendar day removed"),
    "calendar_year.load": N_("Calendar of a year loaded"),
    "calendar_year.publish": N_("Calendar of a year published"),
    "challenge.file": N_("Challenge filed"),
    "challenge.reject": N_("Challenge rejected"),
    "challenge.uphold": N_("Challenge upheld"),
    "challenge.withdraw": N_("Challenge withdrawn"),
    "contract.activate": N_("Contract came into force"),
    "contract.cancel": N_("Contract given up"),
    "contract.close_project": N_("Project closed"),
    "contract.draw_up": N_("Contract drawn up"),
    "contract.evaluation": N_("Outcome of the evaluation noted"),
    "contract.finish": N_("Contract ended"),
    "contract.make_paper": N_("Contract paper made"),
    "contract.make_signed_paper": N_("Signed contract paper made"),
    "contract.sign": N_("Contract signed"),
    "delivery.retry": N_("Job run again"),
    "evaluation.assign": N_("Evaluator assigned"),
    "evaluation.confirm": N_("Evaluation confirmed"),
    "evaluation.declare_no_conflict": N_("Evaluator declared to have no conflict"),
    "evaluation.reassign": N_("Another evaluator assigned"),
    "evaluation.refuse": N_("Evaluator refused"),
    "evaluation.save_marks": N_("Marks of a group saved"),
    "evaluation.send_back": N_("Evaluation sent back"),
    "evaluation.submit": N_("Evaluation handed in"),
    "expert.add": N_("Expert added"),
    "expert.declare": N_("Expert declared interests"),
    "expert.invite": N_("Expert invited"),
    "expert.resume": N_("Expert taken in again"),
    "expert.suspend": N_("Expert suspended"),
    "expert.update": N_("Expert changed"),
    "fund_source.create": N_("Fund source created"),
    "holder_key.create": N_("Opening key made"),
    "instalment.accept": N_("Payment request accepted"),
    "instalment.approve": N_("Payment approved"),
    "instalment.cancel": N_("Instalment cancelled"),
    "instalment.pay": N_("Instalment paid"),
    "instalment.request": N_("Instalment requested"),
    "instalment.return": N_("Payment request returned"),
    "invitation.accept": N_("Invitation accepted"),
    "invitation.create": N_("Invitation sent"),
    "message.send_again": N_("Mail sent again"),
    "milestone.accept": N_("Milestone met"),
    "milestone.fail": N_("Milestone declared not met"),
    "milestone.return": N_("Milestone report returned"),
    "milestone.submit": N_("Milestone reported"),
    "notice.publish": N_("Notice published"),
    "panel.begin": N_("Scoring begun"),
    "panel.close": N_("Panel closed"),
    "panel.draw": N_("Experts drawn"),
    "panel.freeze": N_("List of experts frozen"),
    "panel.publish": N_("Names of the panel published"),
    "panel.witness": N_("Draw witnessed"),
    "party.add_track_entry": N_("Track record written"),
    "party.attach_certificate": N_("Certificate attached"),
    "party.refuse": N_("Registration refused"),
    "party.register": N_("Organisation registered"),
    "party.reopen": N_("Registration reopened"),
    "party.resubmit": N_("Registration submitted again"),
    "party.suspend": N_("Organisation suspended"),
    "party.update": N_("Entry of the organisation changed"),
    "party.verify": N_("Organisation verified"),
    "payment.record": N_("Payment recorded"),
    "programme.appropriate": N_("Money appropriated"),
    "programme.create": N_("Programme created"),
    "programme.update": N_("Programme changed"),
    "ranking.fix": N_("Ranking fixed"),
    "ranking.publish": N_("Ranking published"),
    "report.accept": N_("Report accepted"),
    "report.return": N_("Report returned"),
    "report.submit": N_("Report submitted"),
    "seat.accept": N_("Expert accepted the seat"),
    "seat.decline": N_("Expert declined the seat"),
    "seat.invite": N_("Expert invited to the panel"),
    "seat.promise": N_("Expert promised confidentiality"),
    "seat.recuse": N_("Expert recused"),
    "seat.sign": N_("Expert signed"),
    "seat.unsign": N_("Signature of an expert undone"),
    "sheet.return": N_("Score sheet sent back"),
    "sheet.submit": N_("Score sheet locked"),
    "spending.record": N_("Spending voucher recorded"),
    "survey.add_codes": N_("Survey codes added"),
    "survey.enter_paper": N_("Paper answers typed in"),
    "survey.open": N_("Survey opened"),
    "tender.approve": N_("Call approved"),
    "tender.cancel": N_("Call cancelled"),
    "tender.clone": N_("Call copied"),
    "tender.complete": N_("Call completed"),
    "tender.create": N_("Call drafted"),
    "tender.decide_awards": N_("Awards of the call decided"),
    "tender.drop_keys": N_("Opening keys destroyed"),
    "tender.fail": N_("Call failed"),
    "tender.open": N_("Proposals of the call opened"),
    "tender.proposals_opened": N_("Opening noted on the call"),
    "tender.prove_key": N_("Key holder proved the key"),
    "tender.publish": N_("Call published"),
    "tender.return": N_("Call returned"),
    "tender.revise": N_("Call revised"),
    "tender.set_holder": N_("Key holder named"),
    "tender.submit": N_("Call submitted for approval"),
    "tender.too_few": N_("Too few proposals"),
    "tender.update": N_("Call changed"),
    "unit.create": N_("Unit created"),
    "user.change_password": N_("Password changed"),
    "user.create": N_("Account created"),
    "user.end_role": N_("Role ended"),
    "user.end_session": N_("Session ended"),
    "user.grant_role": N_("Role given"),
    "user.set_status": N_("Account enabled or disabled"),
    "user.sign_in": N_("Signed in"),
    "user.wrong_password": N_("Wrong password"),
}

SUBJECTS = {
    "award": N_("Award"),
    "bid": N_("Proposal"),
    "calendar_day": N_("Calendar day"),
    "calendar_year": N_("Calendar of a year"),
    "challenge": N_("Challenge"),
    "contract": N_("Contract"),
    "delivery": N_("Job"),
    "evaluation": N_("Evaluation"),
    "expert": N_("Expert"),
    "fund_source": N_("Fund source"),
    "holder_key": N_("Opening key"),
    "instalment": N_("Instalment"),
    "invitation": N_("Invitation"),
    "message": N_("Message"),
    "milestone": N_("Milestone"),
    "notice": N_("Notice"),
    "panel": N_("Expert panel"),
    "party": N_("Organisation"),
    "payment_transaction": N_("Payment"),
    "programme": N_("Programme"),
    "ranking": N_("Ranking"),
    "report": N_("Report"),
    "score_sheet": N_("Score sheet"),
    "seat": N_("Seat on a panel"),
    "spending": N_("Spending voucher"),
    "survey": N_("Survey"),
    "tender": N_("Call"),
    "unit": N_("Unit"),
    "user_account": N_("Account"),
}

KEYS = {
    "before": N_("before"),
    "after": N_("after"),
    "number": N_("number"),
    "reason": N_("reason"),
    "amount": N_("amount"),
    "paid": N_("paid"),
    "spent": N_("spent"),
    "returned": N_("returned"),
    "released": N_("released"),
    "cancelled": N_("cancelled"),
    "reference": N_("reference"),
    "score": N_("score"),
    "stars": N_("stars"),
    "marks": N_("marks"),
    "group": N_("group"),
    "role": N_("role"),
    "name": N_("name"),
    "count": N_("count"),
    "passed": N_("passed"),
    "result": N_("result"),
    "digest": N_("digest"),
    "sha256": N_("SHA-256"),
    "changed": N_("changed"),
}


def details(data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What an event carries as (word, value): amounts become ``Money``; a key without a word stays as it is."""
    return [(KEYS.get(key, key), _value(value)) for key, value in data.items()]


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"fen"}:
            return Money(value["fen"])
        return ", ".join(f"{key} {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else value
>>>>>>> r3
