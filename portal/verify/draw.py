"""Repeat a draw from its proof."""

from portal.core.proofs import parse
from portal.panels.rules import from_proof, verify_proof
from portal.verify.report import Report, spelling


def check(content: bytes) -> Report:
    """Check every commitment and repeat the draw; raises ``Unreadable``."""
    proof = parse(content)
    draw = from_proof(proof)
    return Report(
        summary=(
            f"tender {draw.draw.tender}, draw {draw.draw.draw_no}: {len(draw.draw.entries)} candidates, "
            f"{len(draw.result.seated)} seats; commitments checked, draw repeated."
        ),
        digest=proof["digest"],
        differences=[*spelling(content, proof), *verify_proof(proof)],
        notes=[
            f"Portal's commitment {draw.commitment}: compare it with what was published before the draw.",
            *(
                f"Commitment of the {witness.role.value} {witness.commitment}: the same."
                for witness in draw.witnesses
            ),
        ],
    )
