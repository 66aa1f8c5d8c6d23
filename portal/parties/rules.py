"""Pure rules of parties: the unified social credit code (统一社会信用代码, GB 32100-2015), accounts, units, roles."""

import re
import unicodedata
from collections.abc import Collection

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.parties.values import STAFF, PartyKind, Role, UnitLevel

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
