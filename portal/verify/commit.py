"""Make a commitment to a string for a draw, away from the portal."""

import secrets
from dataclasses import dataclass

from portal.panels.rules import check_words, salted, witness_commitment
from portal.panels.values import WitnessRole


@dataclass(frozen=True, slots=True)
class Commitment:
    """``string`` is kept and revealed later, ``commitment`` is lodged now."""

    string: str
    commitment: str


def commit(tender: str, draw_no: int, role: WitnessRole, words: str) -> Commitment:
    """Salt what was typed and return it with its digest; raises ``ValueError`` in plain English when it is unusable."""
    problems = check_words(words)
    if problems:
        raise ValueError(" ".join(item.message % item.params for item in problems))
    string = salted(words, secrets.token_bytes(16))
    return Commitment(string, witness_commitment(tender, draw_no, role, string))
