"""Draw, recusal and lawful composition as pure functions; ``docs/draw.md`` describes the draw for outsiders."""

from portal.panels.rules.cells import assign_cells, quota_rows, quotas_of
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
    salted,
    seed,
    shuffle,
    witness_commitment,
)
from portal.panels.rules.mix import MIX_RULES, draw_day_problems, panel_mix_problems
from portal.panels.rules.proof import (
    VOID_FORMAT,
    finish_draw,
    from_proof,
    from_void,
    reveal,
    to_proof,
    to_void,
    verify_proof,
    verify_void,
)
from portal.panels.rules.recusal import conflicts, is_excluded

__all__ = [
    "MIX_RULES",
    "VOID_FORMAT",
    "assign_cells",
    "candidate_digest",
    "check_quotas",
    "check_words",
    "commitment",
    "conflicts",
    "draw_day_problems",
    "finish_draw",
    "freeze",
    "from_proof",
    "from_void",
    "hold_draw",
    "is_excluded",
    "list_digest",
    "next_standby",
    "panel_mix_problems",
    "quota_rows",
    "quotas_of",
    "reveal",
    "rules_digest",
    "salted",
    "seed",
    "shuffle",
    "to_proof",
    "to_void",
    "verify_proof",
    "verify_void",
    "witness_commitment",
]
