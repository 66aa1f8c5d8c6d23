"""The proof file of a draw: what lets anyone repeat it."""

from collections.abc import Iterable, Sequence

from portal.core.errors import Invalid, problem
from portal.core.proofs import Difference, JsonObject, Unreadable, digest, plain, restore
from portal.core.text import N_
from portal.panels.rules.draw import (
    candidate_digest,
    check_quotas,
    check_words,
    commitment,
    hold_draw,
    list_digest,
    rules_digest,
    seed,
    witness_commitment,
)
from portal.panels.values import Candidate, Draw, DrawInput, Revealed, Witness

FORMAT = "venture-portal/draw-proof/1"


def finish_draw(draw: DrawInput, secret: bytes, witnesses: Sequence[Witness]) -> Draw:
    """Compute the outcome once all witnesses have revealed their strings.

    Raises ``Invalid`` when a role is missing, a string is not the one that was committed to, or the quotas cannot
    be met: nothing is drawn then, and the draw is published as void under its number.
    """
    if not draw.roles or tuple(witness.role for witness in witnesses) != draw.roles:
        raise Invalid(
            problem(
                N_("Everyone who witnesses the draw must have lodged one string, in the announced order.")
            )
        )
    for witness in witnesses:
        if witness.commitment != witness_commitment(draw.tender, draw.draw_no, witness.role, witness.words):
            raise Invalid(
                problem(
                    N_("The string of the %(role)s is not the one that was committed to."),
                    field=witness.role.value,
                    role=witness.role,
                )
            )
    drawn = seed(secret, [witness.words for witness in witnesses])
    return Draw(
        draw=draw,
        list_digest=list_digest(draw.entries, draw.exclusions),
        rules_digest=rules_digest(draw),
        commitment=commitment(draw, secret),
        secret=secret.hex(),
        witnesses=tuple(witnesses),
        seed=drawn.hex(),
        result=hold_draw(drawn, draw.entries, draw.quotas),
    )


def reveal(candidates: Iterable[Candidate]) -> tuple[Revealed, ...]:
    """Return the seated members with the salts that prove their place in the list, for publication with the result."""
    return tuple(
        Revealed(candidate_digest(c.salt, c.expert_id, c.name), c.salt, c.expert_id, c.name)
        for c in candidates
    )


def to_proof(draw: Draw) -> JsonObject:
    """Return the proof as plain JSON values with its own digest, which the next draw's ``previous`` names."""
    content = {"format": FORMAT, **plain(draw)}
    return {**content, "digest": digest(content)}


def from_proof(proof: JsonObject) -> Draw:
    """Read a proof; raises ``Unreadable`` with the path of the first thing that is not as documented."""
    if proof.get("format") != FORMAT:
        raise Unreadable("format", f"{FORMAT} is expected")
    if not isinstance(proof.get("digest"), str):
        raise Unreadable("digest", "text is expected")
    draw = restore(Draw, {key: value for key, value in proof.items() if key not in ("format", "digest")})
    try:
        if len(bytes.fromhex(draw.secret)) != 32 or draw.secret != draw.secret.lower():
            raise ValueError
    except ValueError as error:
        raise Unreadable("secret", "64 hexadecimal digits are expected") from error
    return draw


def verify_proof(proof: JsonObject) -> list[Difference]:
    """Repeat a draw from its proof and list everything that differs from what was published.

    Raises ``Unreadable``. Whether the commitments are the ones published before the draw is for the reader to
    compare with the notices of that day; the portal cannot prove the past to itself.
    """
    draw = from_proof(proof)
    content = {key: value for key, value in proof.items() if key != "digest"}
    secret = bytes.fromhex(draw.secret)
    found = [
        *_compare("digest", proof["digest"], digest(content)),
        *_compare("list_digest", draw.list_digest, list_digest(draw.draw.entries, draw.draw.exclusions)),
        *_compare("rules_digest", draw.rules_digest, rules_digest(draw.draw)),
        *_compare("commitment", draw.commitment, commitment(draw.draw, secret)),
        *_numbering(draw.draw),
        *_witnesses(draw),
        *_revealed(draw),
    ]
    drawn = seed(secret, [witness.words for witness in draw.witnesses])
    found += _compare("seed", draw.seed, drawn.hex())
    problems = check_quotas(draw.draw.entries, draw.draw.quotas)
    if problems:
        return found + [
            Difference("draw.quotas", "accepted", item.message % item.params) for item in problems
        ]
    result = hold_draw(drawn, draw.draw.entries, draw.draw.quotas)
    return found + _compare_lists("result", plain(draw.result), plain(result))


def _numbering(draw: DrawInput) -> list[Difference]:
    if draw.draw_no < 1 or (draw.draw_no == 1) is not (draw.previous is None):
        return [
            Difference(
                "draw.draw_no", str(draw.draw_no), "draws are numbered from 1, later ones name the one before"
            )
        ]
    return []


def _witnesses(draw: Draw) -> list[Difference]:
    roles, expected = [w.role.value for w in draw.witnesses], [role.value for role in draw.draw.roles]
    found = _compare("witnesses", ", ".join(roles), ", ".join(expected))
    for witness in draw.witnesses:
        where = f"witnesses[{witness.role.value}]"
        own = witness_commitment(draw.draw.tender, draw.draw.draw_no, witness.role, witness.words)
        found += _compare(f"{where}.commitment", witness.commitment, own)
        found += [
            Difference(f"{where}.words", "accepted", p.message % p.params) for p in check_words(witness.words)
        ]
    return found


def _revealed(draw: Draw) -> list[Difference]:
    seated = {entry.digest for entry in draw.result.seated} | {
        digest for standby in draw.result.standby for digest in standby.digests
    }
    found: list[Difference] = []
    for index, person in enumerate(draw.revealed):
        where = f"revealed[{index}]"
        try:
            own = candidate_digest(person.salt, person.expert_id, person.name)
        except ValueError:
            own = "no digest: salt or id is malformed"
        found += _compare(f"{where}.digest", person.digest, own)
        if person.digest not in seated:
            found.append(Difference(where, person.digest, "not in the list of this draw"))
    return found


def _compare_lists(where: str, published: JsonObject, recomputed: JsonObject) -> list[Difference]:
    return [
        Difference(f"{where}.{key}", str(published[key]), str(recomputed[key]))
        for key in sorted(recomputed)
        if published[key] != recomputed[key]
    ]


def _compare(where: str, published: str, recomputed: str) -> list[Difference]:
    return [] if published == recomputed else [Difference(where, published, recomputed)]
