"""A pool with four cells, frozen and drawn from."""

import hashlib
from dataclasses import replace
from uuid import UUID

from portal.panels.rules import (
    commitment,
    finish_draw,
    freeze,
    list_digest,
    reveal,
    rules_digest,
    witness_commitment,
)
from portal.panels.values import (
    Candidate,
    Cell,
    DrawInput,
    Exclusion,
    ExclusionReason,
    ExpertGroup,
    Lodged,
    Quota,
    VoidDraw,
    Witness,
    WitnessRole,
)

SOCIAL_WORK = Cell(ExpertGroup.TECHNICAL, "social work")
FINANCE = Cell(ExpertGroup.TECHNICAL, "finance")
RESIDENTS = Cell(ExpertGroup.RESIDENT)
QUOTAS = (Quota(SOCIAL_WORK, 2, 1), Quota(FINANCE, 1, 1), Quota(RESIDENTS, 2, 2))
WORDS = ("清晨的雾散得很慢 2026", "seven grey herons 114", "第三方见证·梧桐·8861")


def bytes_of(label):
    return hashlib.sha256(label.encode()).digest()


def candidates(sizes=((SOCIAL_WORK, 5), (FINANCE, 3), (RESIDENTS, 6))):
    people = []
    for cell, size in sizes:
        for _ in range(size):
            number = len(people) + 1
            people.append(
                Candidate(str(UUID(int=number)), f"专家{number}", bytes_of(f"salt{number}").hex(), cell)
            )
    return people


def draw_input(draw_no=1, previous=None, quotas=QUOTAS, reason=""):
    excluded = Exclusion(bytes_of("someone").hex(), ExclusionReason.RECUSED)
    return DrawInput(
        "2026-ZJ-014", draw_no, quotas, freeze(candidates()), (excluded,), previous, reason=reason
    )


def witnesses(draw, words=WORDS):
    return tuple(
        Witness(role, witness_commitment(draw.tender, draw.draw_no, role, own), own)
        for role, own in zip(WitnessRole, words, strict=True)
    )


def finished(words=WORDS, secret="secret"):
    draw = draw_input()
    done = finish_draw(draw, bytes_of(secret), witnesses(draw, words))
    seated = {entry.digest for entry in done.result.seated}
    public = reveal(c for c, e in ((c, freeze([c])[0]) for c in candidates()) if e.digest in seated)
    return replace(done, revealed=public)


def void_draw(silent=(WitnessRole.WITNESS,)):
    """A draw in which the ``silent`` never revealed."""
    draw, secret = draw_input(), bytes_of("secret")
    lodged = tuple(
        Lodged(w.role, w.commitment, None if w.role in silent else w.words) for w in witnesses(draw)
    )
    return VoidDraw(
        draw, list_digest(draw.entries, draw.exclusions), rules_digest(draw), commitment(draw, secret), secret.hex(),
        lodged, "time_out",
    )  # fmt: skip
