"""Who may apply: each condition lawful or refused, and answered with its reason."""

from dataclasses import replace
from datetime import date

import pytest

from portal.core import clock
from portal.core.calendar import Calendar
from portal.core.proofs import plain, restore
from portal.parties.values import PartyKind
from portal.procedures import queries as procedures
from portal.tenders import rules
from portal.tenders.rules import conditions
from portal.tenders.values import ConditionDraft as C
from portal.tenders.values import ConditionKind as K
from portal.tenders.values import PartyFacts, Section, Verdict
from tests.tenders.cases import lawful

NOW = clock.at(date(2026, 3, 2), 9)
CALENDAR = Calendar({}, frozenset({2026}))
VENTURE = procedures.as_packaged("venture_contest", NOW.date())
FACTS = PartyFacts(
    on=date(2026, 3, 2), kind=PartyKind.SERVICE, founded_on=date(2020, 2, 29), grade=3, inspections={2024: True, 2023: False},
    banned=False, has_party_organisation=False, self_raised_bp=1000, proposals=1, lots=2,
)  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "facts", "verdict"),
    [
        (C(K.ORGANISATION_KINDS, kinds=(PartyKind.SERVICE,)), {}, "yes"),
        (C(K.ORGANISATION_KINDS, kinds=(PartyKind.FOUNDATION,)), {}, "no"),
        (C(K.ASSESSMENT_GRADE, 3), {}, "yes"),
        (C(K.ASSESSMENT_GRADE, 4), {}, "no"),
        (C(K.ASSESSMENT_GRADE, 1), {"grade": 0}, "no"),
        (C(K.ASSESSMENT_GRADE, 1), {"grade": None}, "unknown"),
        (C(K.YEARS_SINCE_FOUNDING, 6), {}, "yes"),
        (C(K.YEARS_SINCE_FOUNDING, 6), {"on": date(2026, 2, 28)}, "yes"),
        (C(K.YEARS_SINCE_FOUNDING, 6), {"on": date(2026, 2, 27)}, "no"),
        (C(K.YEARS_SINCE_FOUNDING, 7), {}, "no"),
        (C(K.YEARS_SINCE_FOUNDING, 1), {"founded_on": None}, "unknown"),
        (C(K.ANNUAL_INSPECTION, 1), {}, "yes"),
        (C(K.ANNUAL_INSPECTION, 2), {}, "no"),
        (C(K.ANNUAL_INSPECTION, 1), {"on": date(2026, 7, 1)}, "unknown"),
        (C(K.ANNUAL_INSPECTION, 2), {"founded_on": date(2024, 5, 1)}, "yes"),
        (C(K.NO_BAN), {}, "yes"),
        (C(K.NO_BAN), {"banned": True, "ban": "至 2027 年"}, "no"),
        (C(K.NO_BAN), {"banned": None}, "unknown"),
        (C(K.SELF_RAISED_SHARE, 1000), {}, "yes"),
        (C(K.SELF_RAISED_SHARE, 1001), {}, "no"),
        (C(K.SELF_RAISED_SHARE, 1), {"self_raised_bp": None}, "unknown"),
        (C(K.PROPOSALS_PER_ORGANISATION, 1), {}, "yes"),
        (C(K.PROPOSALS_PER_ORGANISATION, 1), {"proposals": 2}, "no"),
        (C(K.LOTS_PER_ORGANISATION, 1), {}, "no"),
        (C(K.LOTS_PER_ORGANISATION, 1), {"lots": None}, "unknown"),
        (C(K.PARTY_ORGANISATION), {}, "no"),
        (C(K.PARTY_ORGANISATION), {"has_party_organisation": True}, "yes"),
        (C(K.PARTY_ORGANISATION), {"has_party_organisation": None}, "unknown"),
        (C(K.TEXT, text="有固定场所"), {}, "unknown"),
    ],
)  # fmt: skip
def test_every_condition_is_answered_with_a_reason(condition, facts, verdict):
    (answer,) = conditions.check([condition], replace(FACTS, **facts))
    assert answer.verdict == verdict
    assert answer.why.message % answer.why.params
    assert all(sentence.message % sentence.params for sentence in conditions.sentences(condition))
    assert restore(C, plain(condition)) == condition


def test_a_missing_party_organisation_never_excludes():
    (preference,) = conditions.check([C(K.PARTY_ORGANISATION)], FACTS)
    (refusal,) = conditions.check([C(K.ASSESSMENT_GRADE, 5)], FACTS)
    assert (preference.verdict, preference.excludes, refusal.excludes) == (Verdict.NO, False, True)


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        (C(K.ORGANISATION_KINDS), "kinds"),
        (C(K.ORGANISATION_KINDS, kinds=(PartyKind.ORGAN,)), "kinds"),
        (C(K.ASSESSMENT_GRADE, 6), "grade"),
        (C(K.ASSESSMENT_GRADE), "grade"),
        (C(K.YEARS_SINCE_FOUNDING, 0), "years"),
        (C(K.ANNUAL_INSPECTION, 6), "inspections"),
        (C(K.SELF_RAISED_SHARE, 9_001), "self_raised"),
        (C(K.PROPOSALS_PER_ORGANISATION, 0), "proposals"),
        (C(K.LOTS_PER_ORGANISATION, 31), "lots_each"),
        (C(K.TEXT, text=" "), "texts"),
    ],
)
def test_a_condition_that_makes_no_sense_keeps_the_call_from_publication(condition, field):
    told = rules.check_tender(lawful(conditions=(condition,)), CALENDAR, VENTURE, NOW)
    assert [p.field for p in told] == [field]
    assert rules.section_of(field) is Section.CONDITIONS


def test_a_condition_is_stated_once_but_texts_as_often_as_needed():
    twice = lawful(conditions=(C(K.NO_BAN), C(K.NO_BAN), C(K.TEXT, text="一"), C(K.TEXT, text="二")))
    assert [p.field for p in rules.check_tender(twice, CALENDAR, VENTURE, NOW)] == ["no_ban"]


def test_conditions_or_a_text_say_who_may_apply():
    assert rules.missing(lawful(eligibility="", conditions=(C(K.NO_BAN),))) == []
    assert [p.field for p in rules.missing(lawful(eligibility=""))] == ["eligibility"]
