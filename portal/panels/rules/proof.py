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
from portal.panels.values import Candidate, Draw, DrawInput, Revealed, VoidDraw, Witness

FORMAT = "venture-portal/draw-proof/1"
VOID_FORMAT = "venture-portal/draw-void/1"


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


def to_void(draw: VoidDraw) -> JsonObject:
    """Return the record of a draw that was not held, with its own digest, which the next draw's ``previous`` names."""
    content = {"format": VOID_FORMAT, **plain(draw)}
    return {**content, "digest": digest(content)}


def from_void(record: JsonObject) -> VoidDraw:
    """Read the record of a void draw; raises ``Unreadable``."""
    void = restore(VoidDraw, _content(record, VOID_FORMAT))
    _check_secret(void.secret)
    return void


def verify_void(record: JsonObject) -> list[Difference]:
    """Check every promise of a void draw and list what differs from what was published. Raises ``Unreadable``."""
    void = from_void(record)
    found = [
        *_compare("digest", record["digest"], digest({k: v for k, v in record.items() if k != "digest"})),
        *_promises(void),
        *_compare(
            "lodged",
            ", ".join(item.role for item in void.lodged),
            ", ".join(role for role in void.draw.roles),
        ),
    ]
    for item in void.lodged:
        if item.words is not None:
            own = witness_commitment(void.draw.tender, void.draw.draw_no, item.role, item.words)
            found += _compare(f"lodged[{item.role}].commitment", item.commitment or "none", own)
    if void.lodged and all(item.words is not None for item in void.lodged):
        found.append(Difference("lodged", "void", "all strings were revealed, so the draw was to be held"))
    return found


def from_proof(proof: JsonObject) -> Draw:
    """Read a proof; raises ``Unreadable`` with the path of the first thing that is not as documented."""
    draw = restore(Draw, _content(proof, FORMAT))
    _check_secret(draw.secret)
    return draw


def _content(record: JsonObject, form: str) -> JsonObject:
    if record.get("format") != form:
        raise Unreadable("format", f"{form} is expected")
    if not isinstance(record.get("digest"), str):
        raise Unreadable("digest", "text is expected")
    return {key: value for key, value in record.items() if key not in ("format", "digest")}


def _check_secret(secret: str) -> None:
    try:
        if len(bytes.fromhex(secret)) != 32 or secret != secret.lower():
            raise ValueError
    except ValueError as error:
        raise Unreadable("secret", "64 hexadecimal digits are expected") from error


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
        *_promises(draw),
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


def _promises(made: Draw | VoidDraw) -> list[Difference]:
    """What the portal published before anybody revealed anything."""
    draw, secret = made.draw, bytes.fromhex(made.secret)
    return [
        *_compare("list_digest", made.list_digest, list_digest(draw.entries, draw.exclusions)),
        *_compare("rules_digest", made.rules_digest, rules_digest(draw)),
        *_compare("commitment", made.commitment, commitment(draw, secret)),
        *_numbering(draw),
    ]


def _numbering(draw: DrawInput) -> list[Difference]:
    further = (draw.previous is not None, bool(draw.reason))
    if draw.draw_no < 1 or any(named is not (draw.draw_no > 1) for named in further):
        expected = "draws are numbered from 1, later ones name the one before and a reason"
        return [Difference("draw.draw_no", str(draw.draw_no), expected)]
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
