"""Pure rules of parties: the unified social credit code (统一社会信用代码, GB 32100-2015), accounts, units, roles."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.parties.values import (
    STAFF,
    DocumentDraft,
    EntryDraft,
    Grade,
    Inspection,
    ListKind,
    ListStatus,
    PartyKind,
    Role,
    Standing,
    Strength,
    UnitLevel,
)

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # digits and capitals without I, O, S, V, Z
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LENGTH = 18
_KINDS = {
    "11": PartyKind.ORGAN,
    "12": PartyKind.INSTITUTION,
    "51": PartyKind.ASSOCIATION,
    "52": PartyKind.SERVICE,
    "53": PartyKind.FOUNDATION,
    "91": PartyKind.ENTERPRISE,
}


def clean_credit_code(text: str) -> str:
    """Bring a typed code into the form that is stored: capitals, no blanks or dashes, no full-width signs."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def check_credit_code(code: str) -> list[Problem]:
    """Say what is wrong with a cleaned code: its length, a sign, the area or the check sign; empty when right."""
    if len(code) != _LENGTH:
        message = N_("A unified social credit code has 18 signs, this one has %(given)s.")
        return [problem(message, field="credit_code", given=len(code))]
    if strange := next((sign for sign in code if sign not in _ALPHABET), None):
        message = N_(
            "A unified social credit code never contains “%(sign)s”. Please compare with the certificate."
        )
        return [problem(message, field="credit_code", sign=strange)]
    if not code[2:8].isdigit():
        message = N_(
            "Signs 3 to 8 of a unified social credit code are digits. Please compare with the certificate."
        )
        return [problem(message, field="credit_code")]
    if _check_sign(code[:-1]) != code[-1]:
        message = N_(
            "The last sign of the code does not fit the others. Please compare all 18 with the certificate."
        )
        return [problem(message, field="credit_code")]
    return []


def credit_code_kind(code: str) -> PartyKind:
    """Tell the legal form by the first two signs: registering authority and class of organisation."""
    return _KINDS.get(code[:2], PartyKind.OTHER)


def check_kind(code: str, kind: PartyKind) -> list[Problem]:
    """Say so when the chosen legal form is not the one that the first two signs of the code name."""
    named = credit_code_kind(code)
    if named is kind:
        return []
    message = N_("The first two signs of the code belong to: %(named)s. Please compare with the certificate.")
    return [problem(message, field="kind", named=named)]


def make_credit_code(prefix: str) -> str:
    """Complete 17 signs with their check sign, for demo data and tests; ``ValueError`` for anything else."""
    if len(prefix) != _LENGTH - 1 or not set(prefix) <= set(_ALPHABET):
        raise ValueError("a prefix has 17 signs of the code's alphabet")
    return prefix + _check_sign(prefix)


def _check_sign(prefix: str) -> str:
    total = sum(_ALPHABET.index(sign) * weight for sign, weight in zip(prefix, _WEIGHTS, strict=True))
    return _ALPHABET[-total % len(_ALPHABET)]


def clean_bank_account(text: str) -> str:
    """Bring a typed account number into the form that is stored: digits without blanks or dashes."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))


def check_bank_account(bank_name: str, account: str) -> list[Problem]:
    """Say what is wrong with a cleaned account: 8 to 30 digits, and bank and number belong together."""
    if not bank_name and not account:
        return []
    if not bank_name:
        return [problem(N_("Please give the bank of this account."), field="bank_name")]
    if not account.isdecimal() or not 8 <= len(account) <= 30:
        message = N_("An account number has 8 to 30 digits. Please compare with the bank's paper.")
        return [problem(message, field="bank_account")]
    return []


def mask_account(account: str) -> str:
    """Show only the last four digits; short numbers are hidden altogether."""
    return "•••• " + account[-4:] if len(account) >= 8 else "••••" if account else ""


def check_level(level: UnitLevel, above: UnitLevel | None) -> list[Problem]:
    """A unit stands below a unit of a higher level: city, district, street, community."""
    order = list(UnitLevel)
    if above is not None and order.index(level) <= order.index(above):
        message = N_("A unit of this level cannot stand below this one: %(above)s.")
        return [problem(message, field="level", above=above)]
    return []


def check_roles_together(held: Collection[Role], wanted: Role) -> list[Problem]:
    """Nobody holds every string: administrators and supervisors take no part in the business they look after.

    ``held`` are the roles that the person holds anywhere in the units.
    """
    for apart in (Role.ADMINISTRATOR, Role.SUPERVISOR):
        others = {Role(role) for role in held} & STAFF
        if (wanted is apart and others - {apart}) or (wanted in STAFF - {apart} and apart in others):
            message = N_("This role and the role of %(apart)s must not be held by the same person.")
            return [problem(message, field="role", apart=apart)]
    return []


LONGEST_DEPUTY = timedelta(days=183)


def check_deputy_days(from_on: date, until_on: date, today: date) -> list[Problem]:
    """Somebody stands in for half a year at most, and not in the past; a lasting change is a role of one's own."""
    if until_on < from_on:
        return [problem(N_("The end cannot lie before the beginning."), field="until_on")]
    if until_on < today:
        return [problem(N_("This day is over already."), field="until_on")]
    if until_on - from_on > LONGEST_DEPUTY:
        message = N_("At most %(days)s days. For a lasting change give the role itself.")
        return [problem(message, field="until_on", days=LONGEST_DEPUTY.days)]
    return []


_FILING_NUMBER = re.compile(r"[0-9A-Z\u4e00-\u9fff〔〕()（）]{4,30}")
REMIND_BEFORE = (60, 30, 7, 0)
"""Days before a paper expires on which its organisation is reminded, once each."""
YEARS_SHOWN = 3


def check_filing_number(number: str) -> list[Problem]:
    """A community organisation on file has 4 to 30 signs of its filing number and no credit code (S-46)."""
    if _FILING_NUMBER.fullmatch(number):
        return []
    message = N_("A filing number has 4 to 30 letters, digits or characters, as on the paper of the street.")
    return [problem(message, field="credit_code")]


def inspection_years(on: date) -> list[int]:
    """The years whose annual inspections an organisation is asked for, newest first."""
    return [on.year - back for back in range(1, YEARS_SHOWN + 1)]


def check_standing(standing: Standing) -> list[Problem]:
    """A grade has an end, and numbers of people are not negative."""
    found = []
    graded = standing.assessment_grade not in {"", Grade.NONE}
    if graded and standing.grade_until is None:
        found.append(
            problem(N_("Please say until when the grade is valid (5 years as a rule)."), field="grade_until")
        )
    if (standing.party_members or 0) < 0:
        found.append(problem(N_("This cannot be less than zero."), field="party_members"))
    return found


def check_strength(strength: Strength) -> list[Problem]:
    """Counts are not negative, and social workers are a part of the staff."""
    found = [
        problem(N_("This cannot be less than zero."), field=name)
        for name in ("staff", "social_workers", "volunteers")
        if (getattr(strength, name) or 0) < 0
    ]
    if strength.staff is not None and (strength.social_workers or 0) > strength.staff:
        message = N_("There are more social workers than staff. Please count volunteers separately.")
        found.append(problem(message, field="social_workers"))
    return found


def check_document(draft: DocumentDraft, today: date) -> list[Problem]:
    """A paper is not issued in the future and does not expire before it was issued."""
    found = []
    if draft.issued_on and draft.issued_on > today:
        found.append(problem(N_("The day of issue cannot lie in the future."), field="issued_on"))
    if draft.issued_on and draft.expires_on and draft.expires_on < draft.issued_on:
        found.append(problem(N_("The paper cannot expire before it was issued."), field="expires_on"))
    if draft.expires_on and draft.expires_on < today:
        found.append(
            problem(
                N_("This paper has expired. Please upload the one that is valid now."), field="expires_on"
            )
        )
    return found


def reminder_due(expires_on: date, today: date, reminded: int | None) -> int | None:
    """The mark (days before the end) whose reminder goes out now, if any; an earlier mark is never sent later."""
    left = (expires_on - today).days
    passed = [mark for mark in REMIND_BEFORE if left <= mark]
    mark = min(passed, default=None)
    return mark if mark is not None and (reminded is None or mark < reminded) else None


def grade_on(grade: Grade | None, until: date | None, on: date) -> int | None:
    """The grade that counts on a day: ``None`` when nothing is said, 0 when there is none or it has run out."""
    if grade is None:
        return None
    return grade.number if grade is Grade.NONE or until is None or until >= on else 0


def passed_inspections(results: Iterable[tuple[str, str]]) -> dict[int, bool]:
    """By year, whether the inspection was passed; basically passed is passed."""
    return {int(year): result != Inspection.FAILED for year, result in results}


def is_running(from_on: date, until_on: date | None, status: ListStatus, on: date) -> bool:
    """Whether an entry is in force on a day; an appeal does not suspend it."""
    return status is not ListStatus.LIFTED and from_on <= on and (until_on is None or on <= until_on)


def check_entry(draft: EntryDraft) -> list[Problem]:
    """An entry has a reason and a source, and ends after it begins; a ban has an end (at most three years)."""
    found = []
    if len(draft.reason.strip()) < 5:
        found.append(problem(N_("Please give the reason in a sentence; it is published."), field="reason"))
    if not draft.source.strip():
        found.append(problem(N_("Please name the decision or paper that this rests on."), field="source"))
    if draft.until_on and draft.until_on < draft.from_on:
        found.append(problem(N_("The end cannot lie before the beginning."), field="until_on"))
    if draft.kind is ListKind.BAN and draft.until_on is None:
        found.append(problem(N_("A ban needs an end."), field="until_on"))
    return found
