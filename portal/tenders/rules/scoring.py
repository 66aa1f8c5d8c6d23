"""Rubric, panel and settings of scoring."""

from decimal import Decimal, InvalidOperation

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.procedures.values import Procedure
from portal.tenders.rules.codes import with_codes
from portal.tenders.rules.scheme import check_scheme, check_seats
from portal.tenders.rules.settings import scheme_of
from portal.tenders.values import CriterionKind, ExpertGroup, PriceMethod, TenderDraft
from portal.tenders.values.scheme import Scheme

TOTAL = Decimal(100)
TRIMMED_PANEL = 3


def check_numbers(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    """Public notice, fewest proposals and panel reach what the procedure demands (rows 18, 62, 64, 92)."""
    notice = procedure.periods["result_notice"]
    floors = (
        ("notice_working_days", notice, N_("The result must be in public notice for at least %(wanted)s working days (%(source)s).")),
        ("minimum_bids", procedure.minimum_bids, N_("A lot needs at least %(wanted)s proposals to be opened (%(source)s).")),
        ("panel_size", procedure.panel_minimum, N_("The panel needs at least %(wanted)s members (%(source)s).")),
    )  # fmt: skip
    found = [
        problem(text, field=name, wanted=figure.value, source=figure.source)
        for name, figure, text in floors
        if getattr(values, name) < figure.value
    ]
    if values.panel_size % 2 == 0:
        found.append(
            problem(
                N_("The panel has %(size)s members; the number must be odd."),
                field="panel_size",
                size=values.panel_size,
            )
        )
    return found


def check_rubric(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    """The maxima add up to exactly 100; price counts only where and as far as the procedure says (rows 54–56, 76)."""
    if not values.criteria:
        return []
    found = []
    for i, criterion in enumerate(values.criteria):
        at = f"criteria-{i}"
        if not criterion.title.strip():
            found.append(problem(N_("Please give the criterion a title."), field=f"{at}-title"))
        if criterion.maximum <= 0:
            found.append(problem(N_("The maximum must be above zero."), field=f"{at}-maximum"))
        elif criterion.step <= 0 or (criterion.scale or criterion.maximum) % criterion.step:
            found.append(
                problem(
                    N_("The step %(step)s does not fit into the maximum %(maximum)s."),
                    field=f"{at}-step",
                    step=criterion.step,
                    maximum=criterion.scale or criterion.maximum,
                )
            )
    total = sum((criterion.maximum for criterion in values.criteria if criterion.kind.in_base), Decimal())
    if total != TOTAL:
        found.append(
            problem(N_("The maxima add up to %(total)s; they must add up to 100."), field="criteria", total=plain(total))
        )  # fmt: skip
    if all(criterion.kind != CriterionKind.SUBJECTIVE for criterion in values.criteria):
        found.append(problem(N_("At least one criterion must be marked by the experts."), field="criteria"))
    return found + _check_price(values, procedure)


def _check_price(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    prices = [c for c in values.criteria if c.kind == CriterionKind.PRICE]
    if procedure.price_weight is None:
        text = N_("In this procedure the price is fixed and cannot be a criterion.")
        return [problem(text, field="criteria")] if prices else []
    if len(prices) != 1:
        return [problem(N_("This procedure needs exactly one price criterion."), field="criteria")]
    low, high = procedure.price_weight
    if low.value <= prices[0].maximum <= high.value:
        return []
    return [
        problem(
            N_("The price counts %(has)s points; it must count %(low)s to %(high)s (%(source)s)."),
            field="criteria", has=plain(prices[0].maximum), low=low.value, high=high.value, source=low.source,
        )
    ]  # fmt: skip


def check_scoring(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    """Rubric and settings keep the procedure's rules and make a scheme by which scoring can work.

    The scheme is only built once its parts are in order: its own checks are then the last word.
    """
    if not values.criteria:
        return check_settings(values, procedure)
    if found := [*check_rubric(values, procedure), *check_settings(values, procedure)]:
        return found
    try:
        scheme = scheme_of(values.scheme, with_codes(values).criteria)
    except (ValueError, ArithmeticError):
        return [
            problem(N_("The settings of scoring cannot be read. Please choose them again."), field="scheme")
        ]
    return [*check_scheme(scheme), *_check_groups(scheme, values.panel_size)]


def _check_groups(scheme: Scheme, size: int) -> list[Problem]:
    """A panel of ``size`` seats every group as the aggregation needs it; who sits is decided at the draw."""
    if not scheme.groups:
        return check_seats(scheme, {"": size})
    known = set(ExpertGroup)
    found = [
        problem(N_("“%(group)s” is not a group of experts."), field="groups", group=weight.group)
        for weight in scheme.groups
        if weight.group not in known
    ]
    needed = len(scheme.groups) * scheme.aggregation.minimum_marks
    if size < needed:
        found.append(
            problem(
                N_("%(groups)s weighted groups need at least %(needed)s members on the panel; there are %(size)s."),
                field="panel_size", groups=len(scheme.groups), needed=needed, size=size,
            )
        )  # fmt: skip
    return found


def check_settings(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    """The settings of scoring are among those the procedure offers; trimming leaves marks to count (row 84)."""
    scheme = values.scheme
    found = []
    if scheme.get("aggregation") not in procedure.aggregations:
        found.append(problem(N_("This procedure does not allow this way of averaging."), field="scheme"))
    if scheme.get("price", PriceMethod.NONE) != procedure.price_formula:
        found.append(problem(N_("This procedure has another price formula."), field="scheme"))
    dropped = int(scheme.get("drop_high", 0)) + int(scheme.get("drop_low", 0))
    if scheme.get("aggregation") == "trimmed" and values.panel_size < max(TRIMMED_PANEL, dropped + 1):
        found.append(
            problem(N_("Dropping the highest and the lowest mark needs a larger panel."), field="panel_size")
        )
    if not 0 <= int(scheme.get("decimals", 2)) <= 4:
        found.append(problem(N_("Results have 0 to 4 decimal places."), field="scheme"))
    if not _is_score(scheme.get("minimum_total")):
        found.append(problem(N_("The minimum total lies between 0 and 100."), field="scheme"))
    return found


def _is_score(text: str | None) -> bool:
    if text is None:
        return True
    try:
        return 0 <= Decimal(text) <= TOTAL
    except InvalidOperation:
        return False


def plain(number: Decimal) -> str:
    """A decimal as people write it, without trailing zeros or an exponent."""
    return f"{number.normalize():f}"
