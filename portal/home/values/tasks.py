"""Plain values of my work: the kinds of tasks, and the page of another feature where each leads."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from portal.core.text import N_

# Pages of other features that home leads to: endpoint and the name of its argument. The only place that names them.
PAGES: dict[str, tuple[str, str | None]] = {
    "case": ("home.case", "tender_id"),
    "tender": ("tenders.case", "tender_id"),
    "call": ("tenders.show", "tender_id"),
    "call_editor": ("tenders.edit", "tender_id"),
    "bid_draft": ("bids.show", "bid_id"),
    "draft_reading": ("bids.read", "bid_id"),
    "own_key": ("tenders.my_key", None),
    "programme": ("budgets.programme", "programme_id"),
    "funds": ("budgets.confirmation", "confirmation_id"),
    "answers": ("tenders.answer", "tender_id"),
    "opening": ("bids.opening", "tender_id"),
    "eligibility": ("qualification.tender", "tender_id"),
    "finding": ("qualification.check", "bid_id"),
    "supplement": ("qualification.supplement", "supplement_id"),
    "screening": ("screening.tender", "tender_id"),
    "panel": ("panels.show", "tender_id"),
    "draw": ("panels.ceremony", "draw_id"),
    "seat": ("panels.seat", "seat_id"),
    "scoring": ("scoring.queue", None),
    "question_to_pass_on": ("scoring.release", "clarification_id"),
    "question_to_answer": ("scoring.answer", "clarification_id"),
    "scores": ("scoring.panel", "panel_id"),
    "award": ("awards.tender", "tender_id"),
    "contracts": ("contracts.index", None),
    "challenge": ("challenges.show", "challenge_id"),
    "contract": ("contracts.contract", "contract_id"),
    "public_contract": ("contracts.public_contract", "contract_id"),
    "notice": ("notices.notice", "notice_id"),
    "milestone": ("implementation.milestone", "milestone_id"),
    "instalment": ("payments.instalment", "instalment_id"),
    "fees_new": ("payments.propose_fees", "panel_id"),
    "fees": ("payments.fee_batch", "batch_id"),
    "fee_account": ("payments.fee_account", None),
    "evaluation": ("evaluation.sheet", "evaluation_id"),
    "evaluator": ("evaluation.assign", "contract_id"),
    "party_verification": ("parties.verify", "party_id"),
    "party_own": ("parties.own", "party_id"),
    "party_papers": ("parties.documents", "party_id"),
    "party_account": ("parties.account", "party_id"),
    "party_entries": ("parties.party_entries", "party_id"),
    "party": ("parties.show", "party_id"),
    "registration": ("parties.register", None),
    "operations": ("home.operations", None),
}


class TaskKind(Enum):
    """A kind of work that waits for somebody: page, title, why it is this person's, and the word on the button."""

    FINISH_DRAFT = (
        "call_editor",
        N_("Finish the call: %(name)s"),
        N_("You drafted this call."),
        N_("Continue"),
    )
    APPROVE_CALL = (
        "tender",
        N_("Approve the call: %(name)s"),
        N_("Somebody else drafted it; you approve."),
        N_("Review"),
    )
    PUBLISH_CALL = (
        "tender",
        N_("Publish the call: %(name)s"),
        N_("It is approved and waits for publication."),
        N_("Publish"),
    )
    PROVE_KEY = (
        "own_key",
        N_("Prove your opening key: %(name)s"),
        N_("You hold a key of this call. It can be published when both holders have proved theirs."),
        N_("Prove"),
    )
    APPROPRIATE = (
        "programme",
        N_("Appropriate money: %(name)s"),
        N_("The programme has no money yet. Without it no call can be published."),
        N_("Look"),
    )
    CONFIRM_FUNDS = (
        "funds",
        N_("Confirm the funds: %(name)s"),
        N_("The call was handed in; finance confirms source, quota document and economic class."),
        N_("Look"),
    )
    ANSWER_QUESTIONS = (
        "answers",
        N_("Answer questions: %(name)s"),
        N_("Organisations have asked about the call; the answer goes to everybody."),
        N_("Answer"),
    )
    OPEN_BIDS = (
        "opening",
        N_("Open the proposals: %(name)s"),
        N_("The deadline is over; officer and supervisor open together."),
        N_("Open"),
    )
    WEIGH_FINDINGS = (
        "screening",
        N_("See what proposals have in common: %(name)s"),
        N_("The comparison found something that nobody looked at yet."),
        N_("Look"),
    )
    CHECK_ELIGIBILITY = (
        "eligibility",
        N_("Check eligibility: %(name)s"),
        N_("Opened proposals wait for your check."),
        N_("Review"),
    )
    CONFIRM_CHECK = (
        "finding",
        N_("Confirm the eligibility check: %(name)s"),
        N_("Somebody else checked; a second person confirms."),
        N_("Look"),
    )
    ANSWER_REPLY = (
        "finding",
        N_("Answer the reply: %(name)s"),
        N_("The organisation was not admitted and replied; you were not the first to check."),
        N_("Answer"),
    )
    FORM_PANEL = (
        "panel",
        N_("Form the expert panel: %(name)s"),
        N_("The eligibility check is done."),
        N_("Start"),
    )
    LODGE_STRING = (
        "draw",
        N_("Commit yourself for the draw: %(name)s"),
        N_("The draw needs a commitment to a string of yours."),
        N_("Take part"),
    )
    REVEAL_STRING = (
        "draw",
        N_("Reveal your string: %(name)s"),
        N_("All commitments for the draw are in."),
        N_("Reveal"),
    )
    ALLOW_DRAW = (
        "panel",
        N_("Allow a further draw: %(name)s"),
        N_("The last draw was void; the next needs your reason."),
        N_("Look at it"),
    )
    BEGIN_SCORING = (
        "panel",
        N_("Begin the scoring: %(name)s"),
        N_("No invited expert still has to answer."),
        N_("Begin"),
    )
    APPROVE_REPRESENTATIVE = (
        "panel",
        N_("Approve the buyer's representative: %(name)s"),
        N_("The panel is drawn; somebody was named to sit for the buyer."),
        N_("Review"),
    )
    CLOSE_PANEL = (
        "scores",
        N_("Close the scoring: %(name)s"),
        N_("All score sheets are locked, and nobody's signature is waited for."),
        N_("Close"),
    )
    DECIDE_AWARD = "award", N_("Decide the award: %(name)s"), N_("The ranking is fixed."), N_("Decide")
    CONFIRM_AWARD = (
        "award",
        N_("Confirm the award: %(name)s"),
        N_("The public notice period is over."),
        N_("Confirm"),
    )
    DRAW_UP_CONTRACT = "award", N_("Draw up the contract: %(name)s"), N_("The award is final."), N_("Draw up")
    ANSWER_CHALLENGE = (
        "challenge",
        N_("Answer the challenge: %(name)s"),
        N_("A bidder challenged the result of your call."),
        N_("Answer"),
    )
    ACCEPT_REPORT = (
        "milestone",
        N_("Accept the report: %(name)s"),
        N_("The organisation reported on this milestone."),
        N_("Read"),
    )
    ACCEPT_REQUEST = (
        "instalment",
        N_("Accept the payment request: %(name)s"),
        N_("The organisation asks for this instalment."),
        N_("Review"),
    )
    ASSIGN_EVALUATOR = (
        "evaluator",
        N_("Assign an evaluator: %(name)s"),
        N_("All milestones are accepted."),
        N_("Assign"),
    )
    CONFIRM_EVALUATION = (
        "evaluation",
        N_("Confirm the evaluation: %(name)s"),
        N_("The evaluator submitted the result."),
        N_("Confirm"),
    )
    CLOSE_PROJECT = (
        "evaluation",
        N_("Close the project: %(name)s"),
        N_("The evaluation is final and nothing is left to pay."),
        N_("Close"),
    )
    VERIFY_PARTY = (
        "party_verification",
        N_("Verify the organisation: %(name)s"),
        N_("It registered in your district."),
        N_("Check"),
    )
    VERIFY_CHANGE = (
        "party_verification",
        N_("Verify changed facts: %(name)s"),
        N_("The organisation changed what was verified; the old facts count until then."),
        N_("Check"),
    )
    CHECK_ACCOUNT = (
        "party_account",
        N_("Check the bank account: %(name)s"),
        N_("A contract is in force, and nothing is paid before two people have checked the account."),
        N_("Check"),
    )
    DECIDE_APPEAL = (
        "party_entries",
        N_("Decide on the appeal: %(name)s"),
        N_("The organisation appealed against an entry that somebody else made."),
        N_("Decide"),
    )
    SIGN_FOR_BUYER = "contract", N_("Sign the contract: %(name)s"), N_("You sign for the buyer."), N_("Sign")
    APPROVE_PAYMENT = (
        "instalment",
        N_("Approve the payment: %(name)s"),
        N_("The officer accepted it; you approve."),
        N_("Review"),
    )
    PAY = "instalment", N_("Pay the instalment: %(name)s"), N_("The payment is approved."), N_("Pay")
    PROPOSE_FEES = (
        "fees_new",
        N_("Propose the expert fees: %(name)s"),
        N_("The result is public; the experts have signed."),
        N_("Propose"),
    )
    CORRECT_FEES = (
        "fees_new",
        N_("Correct the expert fees: %(name)s"),
        N_("Finance returned what you proposed."),
        N_("Correct"),
    )
    APPROVE_FEES = (
        "fees",
        N_("Approve the expert fees: %(name)s"),
        N_("The officer proposed them; you approve."),
        N_("Review"),
    )
    PAY_FEES = "fees", N_("Pay the expert fees: %(name)s"), N_("The fees are approved."), N_("Pay")
    GIVE_FEE_ACCOUNT = (
        "fee_account",
        N_("Say where your fee should go: %(name)s"),
        N_("A fee of yours cannot be paid without an account."),
        N_("Give"),
    )
    EVALUATE = (
        "evaluation",
        N_("Evaluate the project: %(name)s"),
        N_("You are the assigned evaluator."),
        N_("Evaluate"),
    )
    ANSWER_SEAT = (
        "seat",
        N_("Answer the invitation: %(name)s"),
        N_("You were drawn as an expert of this panel."),
        N_("Answer"),
    )
    SCORE = "scoring", N_("Score the proposals: %(name)s"), N_("Score sheets of yours are open."), N_("Score")
    SIGN_SHEETS = (
        "scoring",
        N_("Sign your score sheets: %(name)s"),
        N_("All sheets of the panel are locked."),
        N_("Sign"),
    )
    PASS_QUESTION_ON = (
        "question_to_pass_on",
        N_("A question to a bidder waits: %(name)s"),
        N_("You chair the panel and pass questions on."),
        N_("Look"),
    )
    ANSWER_PANEL = (
        "question_to_answer",
        N_("Answer the panel's question: %(name)s"),
        N_("The panel asks for an explanation of your proposal."),
        N_("Answer"),
    )
    FINISH_BID = (
        "bid_draft",
        N_("Submit your proposal: %(name)s"),
        N_("Your draft is not submitted yet."),
        N_("Continue"),
    )
    APPROVE_DRAFT = (
        "draft_reading",
        N_("Approve your organisation's proposal: %(name)s"),
        N_("Its writers ask for a second pair of eyes before they submit it."),
        N_("Read"),
    )
    HAND_IN_PAPERS = (
        "supplement",
        N_("Hand in what was asked for: %(name)s"),
        N_("The buyer needs it to decide on your proposal."),
        N_("Hand in"),
    )
    RENEW_PAPER = (
        "party_papers",
        N_("Renew the paper: %(name)s"),
        N_("It has expired or expires within 30 days; an expired paper does not count."),
        N_("Upload"),
    )
    SIGN_FOR_PARTY = (
        "contract",
        N_("Sign the contract: %(name)s"),
        N_("You sign for your organisation."),
        N_("Sign"),
    )
    REPORT = (
        "milestone",
        N_("Report on the milestone: %(name)s"),
        N_("Your organisation delivers this project."),
        N_("Write the report"),
    )
    REQUEST_PAYMENT = (
        "instalment",
        N_("Request the instalment: %(name)s"),
        N_("Its condition is met."),
        N_("Request"),
    )
    CORRECT_PARTY = (
        "party_own",
        N_("Correct the entry of %(name)s"),
        N_("The registration was refused."),
        N_("Correct"),
    )
    GIVE_ACCOUNT = (
        "party_own",
        N_("Give the bank account of %(name)s"),
        N_("Money can only go to an account that we know."),
        N_("Give"),
    )
    REPAIR = (
        "operations",
        N_("Look after failed work: %(name)s"),
        N_("You look after the portal."),
        N_("Look"),
    )

    def __init__(self, page: str, title: str, why: str, button: str) -> None:
        self.page, self.title, self.why, self.button = page, title, why, button


@dataclass(frozen=True)
class Task:
    """One thing that waits for the actor."""

    kind: TaskKind
    subject_id: UUID | None
    name: str
    due: datetime | None = None
