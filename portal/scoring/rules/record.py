"""The evaluation record: everything needed to recompute a ranking, without a name and without a database.

The format is described in ``docs/evaluation-record.md``. Its digest is SHA-256 over the canonical spelling of
everything but the digest itself.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from portal.core.errors import Invalid, Problem
from portal.core.proofs import Difference, JsonObject, Unreadable, digest, plain, restore
from portal.scoring.rules.ranking import rank
from portal.scoring.rules.scores import score_bids
from portal.scoring.rules.sheets import check_sheet, missing_sheets
from portal.scoring.values import BidInput, Criterion, CriterionKind, Evaluation, Result, Scheme, Sheet
from portal.tenders.rules.scheme import check_scheme, check_seats, scheme_digest

FORMAT = "venture-portal/evaluation-record/1"


def evaluate(
    scheme: Scheme, bids: Collection[BidInput], sheets: Iterable[Sheet], draw_seed: str | None = None
) -> tuple[Result, ...]:
    """Score and rank in one step: what the portal stores and publishes, best first.

    ``draw_seed`` is 64 hexadecimal digits. Raises ``Invalid`` when an input is missing.
    """
    scored = score_bids(scheme, bids, sheets)
    by_id = {bid.bid_id: bid for bid in scored}
    return tuple(
        Result(
            bid_id=item.bid_id,
            rank=item.rank,
            total=item.total,
            technical=by_id[item.bid_id].technical,
            parts=by_id[item.bid_id].parts,
            tie_reason=item.tie_reason,
            tie_code=item.tie_code,
            below_line=item.below_line,
            proposed_fen=item.proposed_fen,
        )
        for item in rank(scheme, scored, bytes.fromhex(draw_seed) if draw_seed else None)
    )


def to_record(evaluation: Evaluation) -> JsonObject:
    """Return the record as plain JSON values, numbers with decimals as strings, with both digests.

    Bids, seats and sheets are put in the order of their codes, so that the order of storage tells nothing.
    """
    ordered = replace(
        evaluation,
        seats=tuple(sorted(evaluation.seats, key=lambda seat: seat.expert_code)),
        bids=tuple(sorted(evaluation.bids, key=lambda bid: bid.bid_id)),
        sheets=tuple(sorted(evaluation.sheets, key=lambda sheet: (sheet.bid_id, sheet.expert_code))),
    )
    content = {"format": FORMAT, **plain(ordered), "scheme_digest": scheme_digest(evaluation.scheme)}
    return {**content, "digest": digest(content)}


def from_record(record: JsonObject) -> Evaluation:
    """Read a record; raises ``Unreadable`` with the path of the first thing that is not as documented."""
    if record.get("format") != FORMAT:
        raise Unreadable("format", f"{FORMAT} is expected")
    for key in ("scheme_digest", "digest"):
        if not isinstance(record.get(key), str):
            raise Unreadable(key, "text is expected")
    content = {
        key: value for key, value in record.items() if key not in ("format", "scheme_digest", "digest")
    }
    evaluation = restore(Evaluation, content)
    _require_seed(evaluation.draw_seed)
    if not evaluation.scheme.stages:
        raise Unreadable("scheme.stages", "at least one stage is expected")
    return evaluation


def _require_seed(seed: str | None) -> None:
    if seed is not None and (len(seed) != 64 or set(seed) - set("0123456789abcdef")):
        raise Unreadable("draw_seed", "64 hexadecimal digits are expected")


def recompute(record: JsonObject) -> list[Difference]:
    """Compute everything in a record again from its inputs and list what differs from what was published.

    The scheme, the marks (range and step) and the completeness of the sheets are checked as the portal checks them;
    reasons for low marks are not part of a record. Raises ``Unreadable``.
    """
    evaluation = from_record(record)
    content = {key: value for key, value in record.items() if key != "digest"}
    found = [
        *_compare("digest", record["digest"], digest(content)),
        *_compare("scheme_digest", record["scheme_digest"], scheme_digest(evaluation.scheme)),
        *_refused("scheme", check_scheme(evaluation.scheme)),
    ]
    if any(item.where == "scheme" for item in found):
        return found
    found += _refused("sheets", _sheet_problems(evaluation))
    try:
        results = evaluate(evaluation.scheme, evaluation.bids, evaluation.sheets, evaluation.draw_seed)
    except Invalid as refusal:
        return found + _refused("results", refusal.problems)
    return found + _compare_results(evaluation.results, results)


def _sheet_problems(evaluation: Evaluation) -> Iterable[Problem]:
    scheme = evaluation.scheme
    groups = [seat.group for seat in evaluation.seats]
    yield from check_seats(scheme, {group: groups.count(group) for group in groups})
    excluded = {bid.bid_id for bid in evaluation.bids if not bid.valid}
    sheets = [sheet for sheet in evaluation.sheets if sheet.bid_id not in excluded]
    begun = {sheet.bid_id for sheet in sheets}
    everybody_marked = bool(scheme.marked_in(1))
    expected = [
        bid.bid_id for bid in evaluation.bids if bid.valid and (everybody_marked or bid.bid_id in begun)
    ]
    yield from missing_sheets(evaluation.seats, expected, sheets)
    marked = scheme.of_kind(CriterionKind.SUBJECTIVE)
    for sheet in evaluation.sheets:
        yield from check_sheet(sheet, _asked(marked, sheet), reason_below_bp=0)


def _asked(marked: Sequence[Criterion], sheet: Sheet) -> list[Criterion]:
    """First-stage criteria, and those of later stages that the sheet reached."""
    reached = {criterion.stage for criterion in marked if criterion.code in sheet.marks} | {1}
    return [criterion for criterion in marked if criterion.stage in reached]


def _refused(where: str, problems: Iterable[Problem]) -> list[Difference]:
    return [Difference(where, "accepted", found.message % found.params) for found in problems]


def _compare_results(published: Sequence[Result], recomputed: Sequence[Result]) -> list[Difference]:
    before, after = (
        {result.bid_id: plain(result) for result in results} for results in (published, recomputed)
    )
    found = _compare("results", len(published), len(before))
    for bid_id in sorted(before.keys() | after.keys()):
        one, other = before.get(bid_id), after.get(bid_id)
        if one is None or other is None:
            found += _compare(
                f"results[{bid_id}]", "ranked" if one else "absent", "ranked" if other else "absent"
            )
            continue
        for key in sorted(one.keys() - {"parts"}):
            found += _compare(f"results[{bid_id}].{key}", one[key], other[key])
        for code in sorted(one["parts"].keys() | other["parts"].keys()):
            found += _compare(
                f"results[{bid_id}].parts.{code}", one["parts"].get(code), other["parts"].get(code)
            )
    return found


def _compare(where: str, published: Any, recomputed: Any) -> list[Difference]:
    if published == recomputed:
        return []
    return [
        Difference(where, *("none" if value is None else str(value) for value in (published, recomputed)))
    ]
