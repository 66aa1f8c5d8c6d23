"""The audit log in words: what the stored names of actions, things and details mean to a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.core import templating
from portal.core.audit import AuditEvent
from portal.core.enums import Labelled
from portal.core.money import Money
from portal.core.templating import gettext
from portal.core.text import N_
from portal.core.workflow import WORKFLOWS
from portal.parties.values import Role

# Things, by the first part of an action and by the table that keeps them.
THINGS = {
    "account": N_("Account"), "award": N_("Award"), "bid": N_("Proposal"), "calendar_day": N_("Calendar day"),
    "calendar_year": N_("Calendar year"), "challenge": N_("Challenge"), "contract": N_("Contract"),
    "delivery": N_("Mail delivery"), "evaluation": N_("Evaluation"), "expert": N_("Expert"),
    "fund_source": N_("Fund"), "holder_key": N_("Holder's key"), "instalment": N_("Instalment"),
    "invitation": N_("Invitation"), "message": N_("Message"), "milestone": N_("Milestone"), "notice": N_("Notice"),
    "panel": N_("Panel"), "panel_draw": N_("Draw"), "party": N_("Organisation"), "payment": N_("Payment"),
    "payment_transaction": N_("Payment"), "programme": N_("Programme"), "ranking": N_("Ranking"),
    "recusal_request": N_("Request for recusal"), "report": N_("Report"), "score_sheet": N_("Score sheet"), "seat": N_("Seat"), "sheet": N_("Score sheet"),
    "spending": N_("Spending"), "survey": N_("Survey"), "tender": N_("Call for projects"), "unit": N_("Unit"),
    "user": N_("User"), "user_account": N_("User"),
    "grid": N_("Grid"), "need": N_("Need"), "need_round": N_("Round of needs"), "outlier": N_("Deviation"),
    "fund_confirmation": N_("Confirmation of funds"), "quota": N_("Quota"), "quota_standard": N_("Standard of quotas"),
    "idea": N_("Project idea"), "resource": N_("Resource"), "small_task": N_("Small task"), "task_claim": N_("Claim of a task"),
    "procedure_figure": N_("Figure of a procedure"), "template": N_("Template of a call"),
    "clarification": N_("Question to a bidder"),
    "entered_value": N_("Entered value"), "fact_change": N_("Change of a fact"), "finding": N_("Screening evidence"),
    "list_entry": N_("List entry"), "question": N_("Question"), "reading": N_("Evening's reading"), "roadshow": N_("Roadshow"),
    "saved_search": N_("Saved search"), "expert_account": N_("Account of an expert"), "fee_batch": N_("Expert fees"),
    "expert_fee": N_("Expert fees"),
}  # fmt: skip

# What was done, by the second part of an action.
DEEDS = {
    "set_approval": N_("internal approval switched"),
    "accept": N_("accepted"), "activate": N_("put into force"), "add": N_("added"), "add_codes": N_("codes added"),
    "add_track_entry": N_("track record written"), "admit": N_("admitted"), "allow_draw": N_("further draw allowed"), "appropriate": N_("appropriation entered"),
    "answer": N_("answered"), "apply": N_("registered for the pool"), "approve": N_("approved"), "ask_strings": N_("strings asked for"), "assign": N_("assigned"), "attach_certificate": N_("certificate attached"),
    "begin": N_("begun"), "cancel": N_("cancelled"), "change": N_("corrected"), "change_password": N_("password changed"),
    "check": N_("checked"), "clone": N_("copied"), "close": N_("ended"), "close_project": N_("project closed"), "commit": N_("commitment lodged"),
    "complete": N_("completed"), "confirm": N_("confirmed"), "create": N_("created"), "decide": N_("decided"),
    "decide_awards": N_("awards decided"), "declare": N_("declared"), "declare_no_conflict": N_("no conflict declared"),
    "decline": N_("declined"), "disqualify": N_("not admitted"), "draw": N_("drawn"), "draw_up": N_("drawn up"),
    "drop_keys": N_("keys destroyed"), "end_role": N_("role ended"), "end_session": N_("session ended"),
    "enter": N_("entered"), "enter_paper": N_("paper answers entered"), "evaluation": N_("evaluation noted"),
    "fail": N_("ended without result"), "file": N_("filed"), "finish": N_("finished"), "fix": N_("fixed"),
    "follow": N_("followed"), "freeze": N_("list frozen"), "grant_role": N_("role given"), "hold": N_("held"), "invite": N_("invited"), "lapse": N_("not answered"),
    "leave_unopened": N_("left unopened"), "load": N_("loaded"), "make_paper": N_("paper made"),
    "make_signed_paper": N_("signed paper made"), "name_chair": N_("chair named"), "name_deputy": N_("deputy named"), "end_deputy": N_("deputyship ended"), "open": N_("opened"), "pause": N_("put on hold"), "pay": N_("paid"),
    "promise": N_("confidentiality promised"), "proposals_opened": N_("proposals opened"),
    "prove_key": N_("key proved"), "publish": N_("published"), "reassign": N_("assigned anew"),
    "record": N_("recorded"), "recuse": N_("recused"), "refuse": N_("refused"), "register": N_("registered"),
    "reject": N_("rejected"), "remove": N_("removed"), "recover": N_("opened by recovery"), "reopen": N_("reopened"), "request": N_("requested"),
    "restart": N_("begun anew"), "resubmit": N_("submitted again"), "resume": N_("hold lifted"), "retry": N_("tried again"), "reveal": N_("string revealed"),
    "release": N_("passed on"), "return": N_("returned"), "revise": N_("revised"), "save_marks": N_("marks saved"), "send_again": N_("sent again"),
    "send_back": N_("sent back"), "set_holder": N_("key holder set"), "set_status": N_("status set"),
    "sign": N_("signed"), "refuse_signature": N_("signature refused"), "note_silence": N_("silence noted"), "sign_in": N_("signed in"), "start": N_("begun"), "submit": N_("submitted"),
    "suspend": N_("suspended"), "text": N_("text message sent"), "unsign": N_("signature withdrawn"), "update": N_("edited"), "uphold": N_("upheld"),
    "verify": N_("verified"), "void": N_("declared void"), "withdraw": N_("withdrawn"), "witness": N_("witnessed"),
    "wrong_password": N_("wrong password"), "wrong_code": N_("wrong code"), "switch_on_factor": N_("second factor switched on"),
    "switch_off_factor": N_("second factor switched off"), "reset_factor": N_("second factor taken away"),
    "use_recovery": N_("recovery code used"), "renew_recovery": N_("new recovery codes"),
    "compare": N_("sheets compared"), "explain": N_("explained"), "forget_contact": N_("contact deleted"),
    "give_up": N_("given up"), "hand_in": N_("handed in"), "import": N_("taken from a spreadsheet"), "merge": N_("merged"), "part_from": N_("parted"),
    "rate": N_("rated"), "redirect": N_("passed on"), "reverse": N_("reversed"), "speak_for": N_("spoken for"),
    "split": N_("split"),
    "forget_password": N_("new password asked for"), "reset_password": N_("new password chosen"),
    "announce": N_("decision published"), "cite": N_("cited by a call"), "cite_need": N_("need added"), "claim": N_("claimed"),
    "claim_again": N_("claimed again"), "community": N_("agreed by the community"), "district": N_("agreed by the district"),
    "drop_need": N_("need taken out"), "drop_resource": N_("resource taken out"), "miss": N_("recorded as not done"),
    "ask_again": N_("asked again"), "set": N_("set"), "share_out": N_("shared out"), "use": N_("used"),
    "offer": N_("offered"), "residents": N_("agreed by the residents"), "solicit": N_("opinions collected"),
    "street": N_("agreed by the street"), "use_resource": N_("resource chosen"),
    "from_template": N_("begun from a template"), "redraw": N_("pages drawn again"), "retire": N_("retired"),
    "save_template": N_("kept as a template"),
    "accept_change": N_("change accepted"), "add_document": N_("document added"), "appeal": N_("appealed"),
    "ask": N_("asked"), "ask_change": N_("change asked for"), "call": N_("called up"),
    "confirm_account": N_("bank account confirmed"), "correct": N_("corrected"), "enter_on_list": N_("entered on a list"),
    "hand_over": N_("handed over"), "leave": N_("left"), "lift": N_("lifted"), "raise": N_("raised to the panel"),
    "recount": N_("counted anew"), "refuse_change": N_("change refused"), "remove_document": N_("document removed"),
    "review_deadline": N_("deadline reviewed"), "screen": N_("proposals compared"), "see": N_("seen"),
    "verify_account": N_("bank account verified"),
    "answer_reply": N_("reply answered"), "answer_supplement": N_("papers handed in"),
    "ask_supplement": N_("papers asked for"), "confirm_check": N_("check confirmed"), "end": N_("ended"),
    "reply_to_check": N_("replied to the check"), "return_check": N_("check sent back"),
    "name_representative": N_("representative of the buyer named"), "approve_representative": N_("representative of the buyer approved"),
    "propose": N_("proposed"), "propose_again": N_("proposed anew"),
    "destroy": N_("destroyed"), "discard": N_("discarded"), "fail_lots": N_("lots ended without result"), "rerun": N_("called again"),
}  # fmt: skip

# Details, by their key. What is missing here keeps its key: a detail is never left out of the log.
DETAILS = {
    "amount": N_("amount"), "approver": N_("approver"), "holder": N_("key holder"), "missing": N_("missing code"), "answers": N_("answers"), "bids": N_("proposals"), "cancelled": N_("cancelled"),
    "candidates": N_("candidates"), "closes": N_("closes"), "code": N_("code"), "codes": N_("codes"),
    "commitment": N_("commitment"), "days": N_("days"), "digest": N_("digest"), "email": N_("e-mail"),
    "evaluator": N_("evaluator"), "evidence": N_("evidence"), "excluded": N_("excluded"), "fields": N_("fields"),
    "group": N_("in group"), "invoice": N_("invoice"), "kind": N_("kind"), "level": N_("level"),
    "list_digest": N_("digest of the list"), "lot": N_("lot"), "lots": N_("lots"), "marks": N_("marks"),
    "matches": N_("matches its receipt"), "name": N_("name"), "notice": N_("notice"), "number": N_("serial number"),
    "opened_at": N_("opened at"), "opens": N_("opens"), "paid": N_("paid"), "passed": N_("passed"),
    "population": N_("population"), "procedure": N_("procedure"), "proof": N_("proof"), "quotas": N_("quotas"),
    "rank": N_("rank"), "reason": N_("reason"), "receipt": N_("receipt"), "reference": N_("reference"),
    "released": N_("released"), "result": N_("result"), "returned": N_("returned"), "role": N_("role"),
    "rules_digest": N_("digest of the rules"), "scope": N_("scope"), "scope_name": N_("scope"), "score": N_("score"),
    "sections": N_("sections"), "sha256": N_("SHA-256"), "side": N_("side"), "source": N_("source"),
    "specialty": N_("specialty"), "spent": N_("spent"), "stars": N_("stars"), "supervisor": N_("supervisor"),
    "user_id": N_("person"), "version": N_("version"), "voucher": N_("voucher"), "year": N_("year"),
    "instead_of": N_("standing in for"), "deputy": N_("deputy"), "until": N_("until"),
    "checked": N_("compared"), "facts": N_("facts"), "files": N_("files"), "items": N_("items"), "title": N_("title"), "to": N_("to"),
}  # fmt: skip


@dataclass(frozen=True)
class AuditRow:
    """An event and its words: ``action``, ``thing`` and ``details`` as (name, value)."""

    event: AuditEvent
    action: str
    thing: str
    details: Sequence[tuple[str, str]]


def audit_rows(events: Sequence[AuditEvent]) -> list[AuditRow]:
    """Events in the reader's language."""
    return [
        AuditRow(e, action_words(e.action), thing_words(e.subject_type), details(e.action, e.data))
        for e in events
    ]


def action_words(action: str) -> str:
    """``bid.open`` as "Proposal: opened"; an unknown action keeps its name."""
    noun, _dot, verb = action.partition(".")
    if noun not in THINGS or verb not in DEEDS:
        return action
    return gettext("%(thing)s: %(deed)s", thing=gettext(THINGS[noun]), deed=gettext(DEEDS[verb]))


def thing_words(table: str) -> str:
    """The name of a table as readers call what it keeps."""
    return gettext(THINGS[table]) if table in THINGS else table


def details(action: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was noted with an event; a change of state is one detail, empty values are left out."""
    noun = action.partition(".")[0]
    shown = [
        (gettext(DETAILS.get(key, key)), _value(key, value))
        for key, value in data.items()
        if key not in ("before", "after") and value not in ("", None, [], {})
    ]
    if "after" in data:
        change = f"{_state(noun, data.get('before'))} → {_state(noun, data['after'])}"
        shown.insert(0, (gettext("state"), change))
    return shown


def _state(noun: str, name: Any) -> str:
    states = {state.value: state for state in WORKFLOWS[noun].states} if noun in WORKFLOWS else {}
    state = states.get(name)
    return templating.label(state) if isinstance(state, Labelled) else str(name)


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict) and value.keys() == {"fen"}:
        return templating.money(Money(value["fen"]))
    if isinstance(value, dict):
        return gettext(", ").join(f"{name} {_value(name, inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return gettext(", ").join(_value(key, inner) for inner in value)
    if key == "role" and value in set(Role):
        return templating.label(Role(value))
    return _shortened(str(value))


def _shortened(text: str) -> str:
    """Ids and digests by their beginning, instants in Beijing time, anything else as it is."""
    if len(text) == 64 and all(sign in "0123456789abcdef" for sign in text):
        return f"{text[:12]}…"
    try:
        return UUID(text).hex[:8]
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return templating.full_datetime(instant) if instant.tzinfo else text
