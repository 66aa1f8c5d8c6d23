"""The unified social credit code (统一社会信用代码) of GB 32100-2015: 18 signs, the last one a check."""

import re
import unicodedata

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.parties.values import PartyKind

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


def make_credit_code(prefix: str) -> str:
    """Complete 17 signs with their check sign, for demo data and tests; ``ValueError`` for anything else."""
    if len(prefix) != _LENGTH - 1 or not set(prefix) <= set(_ALPHABET):
        raise ValueError("a prefix has 17 signs of the code's alphabet")
    return prefix + _check_sign(prefix)


def _check_sign(prefix: str) -> str:
    total = sum(_ALPHABET.index(sign) * weight for sign, weight in zip(prefix, _WEIGHTS, strict=True))
    return _ALPHABET[-total % len(_ALPHABET)]
