"""Whatever the checklist lets through, scoring can work by."""

from datetime import date
from decimal import Decimal

from hypothesis import event, given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.calendar import Calendar
from portal.core.money import Money
from portal.procedures import queries as procedures
from portal.tenders import rules
from portal.tenders.values import CriterionDraft, CriterionKind, LotDraft, TenderDraft
from tests.tenders.cases import lawful

NOW = clock.at(date(2026, 3, 2), 9)
CALENDAR = Calendar({}, frozenset({2026}))
PROCEDURES = [
    procedures.as_packaged(code, NOW.date())
    for code in (
        "venture_contest",
        "competitive_consultation",
        "open_tender",
        "comparison",
        "single_source",
        "small_task",
    )
]
CODES = ["a", "b", "c", "", "quote", "不行"]


@st.composite
def drafts(draw) -> TenderDraft:
    """Calls as officers and broken clients may write them: about half of them lawful."""
    split = draw(st.sampled_from([(100,), (40, 60), (10, 90), (20, 30, 50), (10, 20, 70), (50, 51)]))
    kinds = draw(st.sampled_from([CriterionKind.PRICE, CriterionKind.SUBJECTIVE, CriterionKind.SUBJECTIVE]))
    criteria = tuple(
        CriterionDraft(
            f"指标{n}", kinds if n == 0 else CriterionKind.SUBJECTIVE, Decimal(points),
            draw(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(3)]) if n else st.just(Decimal(1))),
            code=draw(st.sampled_from(CODES)) if draw(st.booleans()) else "",
        )
        for n, points in enumerate(split)
    )  # fmt: skip
    trimmed = draw(st.booleans())
    drop = st.sampled_from([1, 1, 1, 0, 2, -1] if trimmed else [0, 0, 0, 1])
    groups = draw(
        st.sampled_from(
            [
                {},
                {},
                {"technical": 6000, "resident": 4000},
                {"technical": 10000},
                {"media": 5000},
                {"x": 10000},
            ]
        )
    )
    settings = {
        "groups": groups, "per": draw(st.sampled_from(["criterion", "total", "criterion", "sum"])),
        "minimum_technical": draw(st.sampled_from([None, "40", "101"])), "per_organisation": draw(st.sampled_from([None, 1, 0])),
        "bonus_cap": draw(st.sampled_from([None, None, "5"])),
        "aggregation": "trimmed" if trimmed else "mean", "drop_high": draw(drop), "drop_low": draw(drop),
        "price": "lowest_over_quote" if kinds is CriterionKind.PRICE else "none",
        "decimals": draw(st.sampled_from([0, 2, 4, 9])),
        "ties": draw(st.sampled_from([[], ["quote", "technical"], ["quote", "draw"], ["draw", "quote"], ["c1"], ["zzz"]])),
        "minimum_total": draw(st.sampled_from([None, "60", "100", "100.01", "x"])),
    }  # fmt: skip
    lots = tuple(
        LotDraft("标段", Money(100), n) for n in draw(st.lists(st.integers(0, 3), min_size=1, max_size=2))
    )
    return lawful(
        criteria=criteria, scheme=settings, panel_size=draw(st.sampled_from([1, 3, 5, 7])), lots=lots
    )


@given(drafts(), st.sampled_from(PROCEDURES))
def test_every_call_that_the_checklist_passes_has_a_scheme_that_scoring_accepts(values, procedure):
    values = rules.with_codes(values)
    passed = not rules.check_tender(values, CALENDAR, procedure, NOW)
    event(f"passed: {passed}")
    if passed:
        for lot in values.lots:
            scheme = rules.scheme_of(values.scheme, values.criteria, lot.awards_max)
            assert rules.check_scheme(scheme) == []
            assert rules.check_seats(scheme, {"": values.panel_size}) == []
