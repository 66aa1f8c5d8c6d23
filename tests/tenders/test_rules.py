"""Rules of calls, one by one: each break of the lawful call is told once, at its field."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest

from portal.core import clock
from portal.core.calendar import Calendar, DayKind
from portal.core.money import Money
from portal.procedures import queries as procedures
from portal.tenders import rules
from portal.tenders.values import (
    CriterionDraft,
    CriterionKind,
    FundingForm,
    HeadDraft,
    Holder,
    HolderRole,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    Requirement,
    Section,
    Stage,
    TenderDraft,
    TenderStatus,
)
from tests.tenders.cases import VENTURE_SCHEME, lawful

NOW = clock.at(date(2026, 3, 2), 9)
CALENDAR = Calendar(
    {date(2026, 4, 6): DayKind.HOLIDAY, date(2026, 4, 25): DayKind.ADJUSTED}, frozenset({2026})
)  # fmt: skip
VENTURE = procedures.as_packaged("venture_contest", date(2026, 3, 2))
CONSULTATION = procedures.as_packaged("competitive_consultation", date(2026, 3, 2))


def found(values: TenderDraft, procedure=VENTURE, now=NOW) -> list[str | None]:
    return [p.field for p in rules.check_tender(values, CALENDAR, procedure, now)]


def subjective(*maxima: object) -> tuple[CriterionDraft, ...]:
    return tuple(CriterionDraft(f"指标{m}", CriterionKind.SUBJECTIVE, Decimal(str(m))) for m in maxima)


def test_the_lawful_call_is_lawful():
    assert found(lawful()) == []
    assert rules.missing(lawful()) == []


# Rubric


@pytest.mark.parametrize(
    ("criteria", "fields"),
    [
        (subjective(40, 60), []),
        (subjective(40, 62), ["criteria"]),
        (subjective(40, 59), ["criteria"]),
        (subjective("33.5", "66.5"), []),
        (subjective(100, 0), ["criteria-1-maximum"]),
        ((replace(subjective(100)[0], step=Decimal("0.3")),), ["criteria-0-step"]),
        ((replace(subjective(100)[0], step=Decimal(0)),), ["criteria-0-step"]),
        ((replace(subjective(100)[0], title=" "),), ["criteria-0-title"]),
        ((CriterionDraft("价格", CriterionKind.PRICE, Decimal(100)),), ["criteria", "criteria"]),
        ((), []),
    ],
)  # fmt: skip
def test_rubric(criteria, fields):
    assert found(lawful(criteria=criteria)) == fields


def test_the_sentence_names_the_wrong_total():
    (told,) = rules.check_tender(lawful(criteria=subjective(40, 62)), CALENDAR, VENTURE, NOW)
    assert told.params == {"total": "102"}


CONSULTED = lawful(
    scheme=dict(CONSULTATION.scheme), criteria=(*subjective(80), CriterionDraft("价格", CriterionKind.PRICE, Decimal(20)))
)  # fmt: skip


@pytest.mark.parametrize(("price", "fields"), [(10, []), (30, []), (9, ["criteria"]), (31, ["criteria"])])
def test_price_counts_within_the_band_of_the_procedure(price, fields):
    criteria = (*subjective(100 - price), CriterionDraft("价格", CriterionKind.PRICE, Decimal(price)))
    assert found(replace(CONSULTED, criteria=criteria), CONSULTATION) == fields


def test_a_consultation_needs_exactly_one_price():
    assert found(replace(CONSULTED, criteria=subjective(100)), CONSULTATION) == ["criteria"]
    two = tuple(CriterionDraft("价格", CriterionKind.PRICE, Decimal(10)) for _ in range(2))
    assert found(replace(CONSULTED, criteria=(*subjective(80), *two)), CONSULTATION) == ["criteria"]


# Scheme and panel


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"aggregation": "mean", "drop_high": 0, "drop_low": 0}, []),
        ({"aggregation": "median"}, ["scheme"]),
        ({"price": "lowest_over_quote"}, ["scheme"]),
        ({"decimals": 5}, ["scheme"]),
        ({"minimum_total": "60"}, []),
        ({"minimum_total": "101"}, ["scheme"]),
        ({"minimum_total": "many"}, ["scheme"]),
        ({"drop_high": 3, "drop_low": 2}, ["panel_size"]),
    ],
)
def test_scheme(change, fields):
    assert found(lawful(scheme={**VENTURE_SCHEME, **change})) == fields


def test_procurement_does_not_drop_marks():
    assert found(replace(CONSULTED, scheme={**CONSULTATION.scheme, "aggregation": "trimmed"}), CONSULTATION) == ["scheme"]  # fmt: skip


@pytest.mark.parametrize(("size", "fields"), [(5, []), (7, []), (6, ["panel_size"]), (3, ["panel_size"]), (4, ["panel_size"] * 2)])  # fmt: skip
def test_panel(size, fields):
    assert found(lawful(panel_size=size)) == fields


@pytest.mark.parametrize(("days", "fields"), [(5, []), (4, ["notice_working_days"])])
def test_public_notice(days, fields):
    assert found(lawful(notice_working_days=days)) == fields


def test_fewest_proposals():
    assert found(lawful(minimum_bids=1)) == []
    assert found(lawful(minimum_bids=0)) == ["minimum_bids"]
    assert found(replace(CONSULTED, minimum_bids=2), CONSULTATION) == ["minimum_bids"]


# Periods


@pytest.mark.parametrize(
    ("day", "fields"),
    [
        (date(2026, 3, 17), []),  # 15 days after 2 March
        (date(2026, 3, 16), ["deadline_at"]),
        (date(2026, 3, 21), ["deadline_at"]),  # a Saturday
        (date(2026, 4, 6), ["deadline_at"]),  # a Monday off by notice
        (date(2026, 4, 25), []),  # a Saturday on which people work
    ],
)
def test_deadline(day, fields):
    assert found(lawful(deadline_at=clock.at(day, 17))) == fields


def test_the_sentence_says_which_day_and_why():
    (told,) = rules.check_tender(lawful(deadline_at=clock.at(date(2026, 4, 6), 17)), CALENDAR, VENTURE, NOW)
    assert told.params == {"day": date(2026, 4, 6), "kind": DayKind.HOLIDAY, "next": date(2026, 4, 7)}


def test_the_period_runs_from_today_once_the_planned_day_has_passed():
    values = lawful(deadline_at=clock.at(date(2026, 3, 25), 17))
    assert found(values, now=NOW + timedelta(days=8)) == []
    assert found(values, now=NOW + timedelta(days=9)) == ["deadline_at"]
    assert found(values, now=values.deadline_at) == ["deadline_at"]


def test_the_shortest_period_also_counts_working_days():
    calendar = Calendar({date(2026, 3, d): DayKind.HOLIDAY for d in range(3, 13)}, frozenset({2026}))
    values = replace(CONSULTED, deadline_at=clock.at(date(2026, 3, 13), 17))
    told = rules.check_tender(values, calendar, CONSULTATION, NOW)
    assert [(p.params["has"], p.params["wanted"]) for p in told] == [(1, 5)]


@pytest.mark.parametrize(
    ("starts", "ends", "fields"),
    [
        (date(2026, 3, 26), date(2026, 12, 31), []),
        (date(2026, 3, 25), date(2026, 12, 31), ["project_starts_on"]),
        (
            date(2026, 5, 6),
            date(2026, 5, 6),
            ["project_ends_on", "milestones-0-due_days", "milestones-1-due_days"],
        ),
        (date(2026, 5, 6), date(2028, 5, 5), []),
        (date(2026, 5, 6), date(2028, 5, 7), ["project_ends_on"]),
    ],
)
def test_project_period(starts, ends, fields):
    assert found(lawful(project_starts_on=starts, project_ends_on=ends)) == fields


# Lots and money


@pytest.mark.parametrize(
    ("lots", "fields"),
    [
        ((LotDraft("甲", Money(30_000_000)),), []),
        ((LotDraft("甲", Money(30_000_001)),), ["lots"]),
        ((LotDraft("甲", Money(10_000_000), 4),), ["lots"]),
        ((LotDraft("甲", Money(1), 0),), ["lots-0-awards_max"]),
        ((LotDraft("甲", Money(-1)),), ["lots-0-cap"]),
        ((LotDraft("", Money(1)),), ["lots-0-title"]),
    ],
)
def test_lots(lots, fields):
    assert found(lawful(lots=lots)) == fields


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        ((HeadDraft("管理费", 1000, "management"), HeadDraft("活动费", None)), []),
        ((HeadDraft("管理费", 1001, "management"), HeadDraft("活动费", None)), ["heads-0-cap"]),
        ((HeadDraft("管理费", None, "management"),), ["heads-0-cap"]),
        ((HeadDraft("其他", 0), HeadDraft("活动费", None)), ["heads-0-cap"]),
        ((HeadDraft("其他", 10_001),), ["heads-0-cap"]),
        ((HeadDraft("其他", 6000), HeadDraft("活动费", 3999)), ["heads"]),
        ((HeadDraft("其他", 6000), HeadDraft("活动费", 4000)), []),
        ((HeadDraft(" ", None),), ["heads-0-title"]),
    ],
)
def test_heads(heads, fields):
    assert found(lawful(heads=heads)) == fields


def shares(*values: int) -> tuple[InstalmentDraft, ...]:
    return tuple(InstalmentDraft(v, InstalmentCondition.CONTRACT_SIGNED) for v in values)


SIGNED, STARS, SPENT = (
    InstalmentCondition.CONTRACT_SIGNED,
    InstalmentCondition.STARS_REACHED,
    InstalmentCondition.MONEY_SPENT,
)


def last(*further: Requirement) -> tuple[InstalmentDraft, ...]:
    return (*shares(5000), InstalmentDraft(5000, InstalmentCondition.MILESTONE_MET, 1, further))


@pytest.mark.parametrize(
    ("instalments", "fields"),
    [
        (shares(5000, 3000, 2000), []),
        (shares(5000, 3000, 1999), ["instalments"]),
        (shares(5000, 5001), ["instalments"]),
        (shares(10_000, 0), ["instalments-1-share"]),
        ((InstalmentDraft(10_000, InstalmentCondition.MILESTONE_MET, 2),), []),
        (
            (InstalmentDraft(10_000, InstalmentCondition.MILESTONE_MET, 3),),
            ["instalments-0-milestone_position"],
        ),
        ((InstalmentDraft(10_000, InstalmentCondition.MILESTONE_MET),), ["instalments-0-milestone_position"]),
        (last(Requirement(STARS, 4), Requirement(SPENT, 8000)), []),
        (last(Requirement(STARS, 6)), ["instalments-1-evaluation"]),
        (last(Requirement(SPENT, 10_001)), ["instalments-1-spent"]),
        (last(Requirement(SPENT, 0)), ["instalments-1-spent"]),
        (last(Requirement(STARS, 4), Requirement(STARS, 5)), ["instalments-1-share"]),
        (
            (InstalmentDraft(10_000, SIGNED, None, (Requirement(SPENT, 5000),)),),
            ["instalments-0-spent"],
        ),
    ],
)
def test_instalments(instalments, fields):
    assert found(lawful(instalments=instalments)) == fields


AWARD, SUBSIDY = FundingForm.AWARD, FundingForm.SUBSIDY


@pytest.mark.parametrize(
    ("funding", "instalments", "fields"),
    [
        ((), shares(10_000), []),
        ((SUBSIDY,), shares(10_000), []),
        ((AWARD,), shares(10_000), ["instalments"]),
        ((AWARD,), last(Requirement(STARS, 4)), ["instalments"]),
        ((SUBSIDY, AWARD), last(Requirement(STARS, 4)), []),
        ((SUBSIDY, AWARD), last(Requirement(SPENT, 5000)), ["instalments"]),
        ((AWARD,), (InstalmentDraft(10_000, InstalmentCondition.EVALUATION_PASSED),), []),
    ],
)
def test_an_award_waits_for_the_result(funding, instalments, fields):
    assert found(lawful(funding=funding, instalments=instalments)) == fields


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        ((90, 180), []),
        ((90, 239), []),  # 6 May to 31 December
        ((90, 240), ["milestones-1-due_days"]),
        ((90, 90), ["milestones-1-due_days"]),
        ((0, 90), ["milestones-0-due_days"]),
    ],
)
def test_milestones(days, fields):
    assert found(lawful(milestones=tuple(MilestoneDraft("报告", d) for d in days), instalments=shares(10_000))) == fields  # fmt: skip


# What is missing


def test_an_empty_draft_names_everything_that_is_missing():
    fields = [p.field for p in rules.missing(TenderDraft(title=""))]
    assert fields == [
        "title", "description", "field", "area", "eligibility", "budget", "documents_from", "deadline_at",
        "project_starts_on", "project_ends_on", "lots", "criteria", "heads", "milestones", "instalments",
    ]  # fmt: skip
    assert rules.check_tender(TenderDraft(title="", scheme=VENTURE_SCHEME), CALENDAR, VENTURE, NOW) == []


def test_every_field_that_may_be_wrong_has_a_section():
    for name in vars(lawful()):
        assert rules.section_of(name) in Section
    assert rules.section_of("lots-0-cap") is Section.LOTS
    assert rules.section_of("holders") is Section.SEAL


def test_changed_sections():
    assert rules.changed_sections(lawful(), lawful()) == frozenset()
    assert rules.changed_sections(lawful(), lawful(title="新", panel_size=7)) == {
        Section.BASICS,
        Section.RUBRIC,
    }


# The seal

OFFICER = Holder(HolderRole.OFFICER, uuid4(), proved=True)
SUPERVISOR = Holder(HolderRole.SUPERVISOR, uuid4(), proved=True)


@pytest.mark.parametrize(
    ("holders", "demo_allowed", "count"),
    [
        ([OFFICER, SUPERVISOR], False, 0),
        ([OFFICER], False, 1),
        ([], False, 2),
        ([replace(OFFICER, user_id=None), SUPERVISOR], False, 1),
        ([replace(OFFICER, proved=False), SUPERVISOR], False, 1),
        ([OFFICER, replace(SUPERVISOR, user_id=OFFICER.user_id)], False, 1),
        ([OFFICER, replace(SUPERVISOR, demo=True)], False, 1),
        ([OFFICER, replace(SUPERVISOR, demo=True)], True, 0),
    ],
)
def test_seal(holders, demo_allowed, count):
    assert len(rules.check_seal(holders, demo_allowed=demo_allowed)) == count


# Where a call stands

DEADLINE = NOW + timedelta(days=23)


def call(status: TenderStatus = TenderStatus.ACTIVE, **changes: object) -> SimpleNamespace:
    values = {"status": status, "published_at": NOW, "deadline_at": DEADLINE, "opened_at": None, **changes}
    return SimpleNamespace(**values)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (NOW - timedelta(microseconds=1), False),
        (NOW, True),
        (DEADLINE - timedelta(microseconds=1), True),
        (DEADLINE, False),
    ],
)
def test_open_is_half_open(at, is_open):
    assert rules.is_open(call(), at) is is_open


@pytest.mark.parametrize("status", [s for s in TenderStatus if s != TenderStatus.ACTIVE])
def test_only_a_published_call_is_open(status):
    assert not rules.is_open(call(status), NOW)


@pytest.mark.parametrize(
    ("subject", "at", "in_notice", "stage"),
    [
        (call(TenderStatus.DRAFT), NOW, False, Stage.DRAFT),
        (call(TenderStatus.SUBMITTED), NOW, False, Stage.DRAFT),
        (call(TenderStatus.APPROVED), NOW, False, Stage.DRAFT),
        (call(), NOW, False, Stage.OPEN),
        (call(), DEADLINE, False, Stage.CLOSED),
        (call(opened_at=DEADLINE), DEADLINE, False, Stage.REVIEW),
        (call(opened_at=DEADLINE), DEADLINE, True, Stage.NOTICE),
        (call(TenderStatus.COMPLETE), DEADLINE, True, Stage.DONE),
        (call(TenderStatus.CANCELLED), NOW, False, Stage.STOPPED),
        (call(TenderStatus.UNSUCCESSFUL), DEADLINE, False, Stage.STOPPED),
    ],
)
def test_stage(subject, at, in_notice, stage):
    assert rules.stage(subject, at, in_notice=in_notice) is stage
