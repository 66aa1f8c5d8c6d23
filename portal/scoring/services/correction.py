"""Use cases after the ranking is fixed: a new version beside the old one, only on the listed grounds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from portal.core import audit, clock, files, outbox
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, NotFound, Problem, problem
from portal.core.papers import official
from portal.core.policy import Actor, require
from portal.core.proofs import spell
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels.models import Panel
from portal.scoring import queries, rules
from portal.scoring.models import Correction, CorrectionLetter, Ranking
from portal.scoring.policies import Correctable, may_correct_ranking
from portal.scoring.services.ranking import store
from portal.scoring.services.running import LONGEST_TEXT
from portal.scoring.values import BidInput, CorrectionGround, Criterion, CriterionKind


@use_case
def exclude_bid(
    *, actor: Actor, panel_id: UUID, bid_id: UUID, ground: CorrectionGround | None, explanation: str
) -> Ranking:
    """Take a proposal out of a fixed ranking and compute everything anew, base price and best facts included.

    The earlier ranking stays on file. Possible until the ranking is published, by another officer than the one who
    fixed it, on the grounds of Order 87 art. 64 that make a proposal invalid. Emits ``ranking.corrected``. Raises
    ``Invalid`` with the field that is wrong; ``NotFound`` when the proposal is not in the ranking.
    """
    panel, latest = _latest(actor, panel_id, bid_id)
    explanation = explanation.strip()
    problems = _problems(latest, ground, explanation)
    if ground is None or not ground.excludes:
        message = N_("Please choose why the proposal should not have been ranked.")
        problems.append(problem(message, field="ground"))
    if problems or ground is None:
        raise Invalid(*problems)
    bids = _changed(latest, bid_id, lambda bid: replace(bid, valid=False, invalid_reason=ground.value))
    return _replace(panel, latest, bids, Reason(bid_id, ground, explanation), actor)


@use_case
def correct_value(
    *, actor: Actor, panel_id: UUID, bid_id: UUID, code: str, value: Decimal | None, ground: CorrectionGround | None,
    explanation: str,
) -> Ranking:  # fmt: skip
    """Correct the value of a proposal that holds for all experts, and compute everything anew.

    On the grounds of Order 87 art. 64 that concern a sum, a range or an objective item; everything else as for
    ``exclude_bid``. Raises ``NotFound`` for a criterion that experts mark: their marks are not corrected by others.
    """
    panel, latest = _latest(actor, panel_id, bid_id)
    criterion = _entered(latest, code)
    explanation = explanation.strip()
    problems = _problems(latest, ground, explanation)
    if ground is None or not ground.corrects_values:
        problems.append(problem(N_("Please choose what was wrong with the value."), field="ground"))
    if value is None:
        problems.append(problem(N_("Please give the right value."), field="value"))
    elif found := rules.check_mark(value, criterion):
        problems.append(replace(found, field="value"))
    elif value == entered_in(latest, bid_id, code):
        problems.append(problem(N_("This is the value that was entered."), field="value"))
    if problems or ground is None or value is None:
        raise Invalid(*problems)
    bids = _changed(latest, bid_id, lambda bid: replace(bid, marks={**bid.marks, code: value}))
    change = f"{criterion.title}: {spell(entered_in(latest, bid_id, code))} → {spell(value)}"
    return _replace(panel, latest, bids, Reason(bid_id, ground, explanation, change), actor)


@use_case
def keep_letter(*, ranking_id: UUID, pdf: bytes) -> bool:
    """Keep the letter about a correction; the first one stays. Whether it was the first."""
    if queries.letter_about(ranking_id) is not None:
        return False
    found = queries.correction_of(ranking_id)
    stored = files.save(
        pdf, name=f"{official(N_('Letter on a correction'))}.pdf", media_type="application/pdf"
    )
    add(CorrectionLetter(ranking_id=ranking_id, bid_id=found.bid_id, file_id=stored.id, sent_at=clock.now()))
    return True


@dataclass(frozen=True)
class Reason:
    """What a correction rests on; ``change`` says which value became which."""

    bid_id: UUID
    ground: CorrectionGround
    explanation: str
    change: str = ""


def entered_in(ranking: Ranking, bid_id: UUID, code: str) -> Decimal:
    """The value of a proposal that a ranking was computed with. Raises ``NotFound``."""
    for bid in rules.from_record(ranking.record).bids:
        if bid.bid_id == str(bid_id) and code in bid.marks:
            return bid.marks[code]
    raise NotFound()


def _entered(ranking: Ranking, code: str) -> Criterion:
    for criterion in rules.from_record(ranking.record).scheme.criteria:
        if (
            criterion.code == code
            and criterion.kind is not CriterionKind.SUBJECTIVE
            and criterion.fact is None
        ):
            return criterion
    raise NotFound()


def _latest(actor: Actor, panel_id: UUID, bid_id: UUID) -> tuple[Panel, Ranking]:
    panel = panel_queries.get_panel_for_update(panel_id)
    latest = _ranking_with(panel, bid_id)
    require(may_correct_ranking, actor, Correctable(panel.tender.unit_id, latest.fixed_by))
    return panel, latest


def _changed(latest: Ranking, bid_id: UUID, change: Callable[[BidInput], BidInput]) -> tuple[BidInput, ...]:
    bids = rules.from_record(latest.record).bids
    return tuple(change(bid) if bid.bid_id == str(bid_id) else bid for bid in bids)


def _replace(
    panel: Panel, latest: Ranking, bids: tuple[BidInput, ...], reason: Reason, actor: Actor
) -> Ranking:
    """Compute the ranking from ``bids`` and the same sheets, and store it as the next version."""
    before = rules.from_record(latest.record)
    results = rules.evaluate(before.scheme, bids, before.sheets, before.draw_seed)
    fixed = store(
        panel.id, latest.lot_id, replace(before, version=latest.number + 1, bids=bids, results=results), actor
    )
    add(
        Correction(
            ranking_id=fixed.id, replaces_id=latest.id, ground=reason.ground, explanation=reason.explanation,
            change=reason.change, bid_id=reason.bid_id,
        )
    )  # fmt: skip
    audit.record(
        "ranking.correct",
        fixed,
        actor,
        ground=reason.ground.value,
        bid=str(reason.bid_id),
        replaces=latest.digest,
    )
    outbox.emit("ranking.corrected", panel_id=panel.id, ranking_id=fixed.id)
    if (
        reason.ground.excludes
    ):  # who is out must know at once; a corrected value would tell marks before the result
        outbox.emit("correction.to_tell", ranking_id=fixed.id)
    return fixed


def _ranking_with(panel: Panel, bid_id: UUID) -> Ranking:
    for latest, entries in queries.rankings(panel.tender_id):
        if any(entry.bid_id == bid_id for entry in entries):
            return get(Ranking, latest.id)
    raise NotFound()


def _problems(latest: Ranking, ground: CorrectionGround | None, explanation: str) -> list[Problem]:
    if queries.is_published([latest.id]):
        message = N_("The result is published; it changes only by the answer to a challenge.")
        return [problem(message)]
    found = []
    if not explanation:
        found.append(problem(N_("Please write what was wrong, with the article."), field="explanation"))
    elif len(explanation) > LONGEST_TEXT:
        message = N_("Please write at most %(most)s characters.")
        found.append(problem(message, field="explanation", most=LONGEST_TEXT))
    return found
