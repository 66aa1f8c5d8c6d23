"""Repeat a draw from its proof, or check the record of one that was not held."""

from portal.core.proofs import JsonObject, parse
from portal.panels.rules import VOID_FORMAT, from_proof, from_void, verify_proof, verify_void
from portal.verify.report import Report, spelling


def check(content: bytes) -> Report:
    """Check every commitment and repeat the draw; raises ``Unreadable``."""
    record = parse(content)
    return _void(content, record) if record.get("format") == VOID_FORMAT else _held(content, record)


def _held(content: bytes, proof: JsonObject) -> Report:
    draw = from_proof(proof)
    return Report(
        summary=(
            f"tender {draw.draw.tender}, draw {draw.draw.draw_no}: {len(draw.draw.entries)} candidates, "
            f"{len(draw.result.seated)} seats; commitments checked, draw repeated."
        ),
        digest=proof["digest"],
        differences=[*spelling(content, proof), *verify_proof(proof)],
        notes=[
            _portal(draw.commitment),
            *_before(draw.draw.previous, draw.draw.draw_no),
            *(
                f"Commitment of the {witness.role.value} {witness.commitment}: the same."
                for witness in draw.witnesses
            ),
        ],
    )


def _void(content: bytes, record: JsonObject) -> Report:
    void = from_void(record)
    silent = [item.role.value for item in void.lodged if item.words is None]
    return Report(
        summary=(
            f"tender {void.draw.tender}, draw {void.draw.draw_no}: void, nobody was drawn; "
            f"no string from: {', '.join(silent)}; commitments checked."
        ),
        digest=record["digest"],
        differences=[*spelling(content, record), *verify_void(record)],
        notes=[_portal(void.commitment), *_before(void.draw.previous, void.draw.draw_no)],
    )


def _portal(commitment: str) -> str:
    return f"Portal's commitment {commitment}: compare it with what was published before the draw."


def _before(previous: str | None, number: int) -> list[str]:
    if previous is None:
        return []
    return [f"Digest of draw {number - 1} {previous}: compare it with the record of that draw."]
