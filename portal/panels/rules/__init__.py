"""Draw, recusal and lawful composition as pure functions; ``docs/draw.md`` describes the draw for outsiders."""

from portal.panels.rules.draw import (
    candidate_digest,
    check_quotas,
    check_words,
    commitment,
    freeze,
    hold_draw,
    list_digest,
    next_standby,
    rules_digest,
    seed,
    shuffle,
    witness_commitment,
)
from portal.panels.rules.mix import MIX_RULES, panel_mix_problems
from portal.panels.rules.proof import finish_draw, from_proof, reveal, to_proof, verify_proof
from portal.panels.rules.recusal import conflicts, is_excluded

__all__ = [
    "MIX_RULES",
    "candidate_digest",
    "check_quotas",
    "check_words",
    "commitment",
    "conflicts",
    "finish_draw",
    "freeze",
    "from_proof",
    "hold_draw",
    "is_excluded",
    "list_digest",
    "next_standby",
    "panel_mix_problems",
    "reveal",
    "rules_digest",
    "seed",
    "shuffle",
    "to_proof",
    "verify_proof",
    "witness_commitment",
]
