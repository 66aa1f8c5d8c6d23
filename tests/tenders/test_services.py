"""Use cases of calls, on a real database."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.budgets import queries as budget_queries
from portal.budgets.values import AccountKind
from portal.core import audit, sealing
from portal.core import clock as clock_module
from portal.core.calendar import DayKind
from portal.core.config import settings
from portal.core.db import db, use_case
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound, Stale
from portal.core.mail import Message
from portal.core.money import Money
from portal.core.sealing import SealBroken
from portal.notices import queries as notice_queries
from portal.notices.values import NoticeKind
from portal.parties.values import PartyKind, Role
from portal.procedures.models import CalendarDay
from portal.tenders import queries, rules, services
from portal.tenders.models import HolderKey, Tender
from portal.tenders.services.drafting import write_fields, write_rows
from portal.tenders.values import (
    ConditionDraft,
    ConditionKind,
    CriterionDraft,
    CriterionKind,
    HeadDraft,
    HolderRole,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    LotStatus,
    MilestoneDraft,
    Section,
    Stage,
    TenderStatus,
)
from tests.conftest import SYSTEM, actor_of
from tests.copies import database_dump
from tests.factories import UnitFactory, grant, person
from tests.tenders.cases import (
    EVERY_CONDITION,
    VENTURE_SCHEME,
    approved,
    drafted,
    funds_confirmed,
    lawful,
    published,
    with_keys,
    world,
)

pytestmark = pytest.mark.usefixtures("app")


def fields(error: pytest.ExceptionInfo[Invalid]) -> list[str | None]:
    return [p.field for p in error.value.problems]


# Drafting


def test_a_new_call_comes_with_the_usual_form_of_its_procedure():
    w = world()
    made = services.create_tender(
        actor=actor_of(w.officer),
        programme_id=w.programme.id,
        procedure="venture_contest",
        title=" 为老服务 ",
    )
    tender = queries.get_tender(actor_of(w.officer), made.id)
    assert (tender.number, tender.title, tender.status) == ("2026-CT-0001", "为老服务", TenderStatus.DRAFT)
    assert len(tender.criteria) == 8
    assert sum(c.maximum for c in tender.criteria) == 100
    assert [i.share_bp for i in tender.instalments] == [5000, 3000, 2000]
    assert {h.role for h in tender.holders} == set(HolderRole)
    assert tender.scheme["aggregation"] == "trimmed"


def test_numbers_run_for_each_procedure():
    w = world()
    actor = actor_of(w.officer)
    numbers = [
        services.create_tender(actor=actor, programme_id=w.programme.id, procedure=code, title="征集").number
        for code in ("venture_contest", "venture_contest", "competitive_consultation")
    ]
    assert numbers == ["2026-CT-0001", "2026-CT-0002", "2026-CS-0001"]


def test_only_officers_of_the_unit_may_draft():
    w = world()
    for who in (w.approver, w.supervisor):
        with pytest.raises(Denied):
            services.create_tender(
                actor=actor_of(who), programme_id=w.programme.id, procedure="venture_contest", title="征集"
            )
    stranger = person(Role.PROGRAMME_OFFICER, UnitFactory())
    with pytest.raises(NotFound):
        services.create_tender(
            actor=actor_of(stranger), programme_id=w.programme.id, procedure="venture_contest", title="征集"
        )


def test_saving_counts_the_version_up_even_when_only_rows_changed():
    w = world()
    tender = drafted(w)
    changed = lawful(criteria=tuple(reversed(lawful().criteria)))
    saved = services.update_tender(
        actor=actor_of(w.officer), tender_id=tender.id, version=tender.version, values=changed
    )
    assert saved.version == tender.version + 1
    with pytest.raises(Stale):
        services.update_tender(
            actor=actor_of(w.officer), tender_id=tender.id, version=tender.version, values=lawful()
        )


def test_a_rubric_of_102_points_is_refused_and_changes_nothing():
    w = world()
    tender = drafted(w)
    criteria = (*lawful().criteria, CriterionDraft("附加", CriterionKind.SUBJECTIVE, Decimal(2)))
    with pytest.raises(Invalid) as refused:
        services.update_tender(
            actor=actor_of(w.officer), tender_id=tender.id, version=None, values=lawful(criteria=criteria)
        )
    assert [(p.field, p.params["total"]) for p in refused.value.problems] == [("criteria", "102")]
    db.session.rollback()
    assert len(queries.get_tender(SYSTEM, tender.id).criteria) == 2


def test_a_deadline_on_an_official_day_off_is_refused():
    w = world()
    tender = drafted(w)
    db.session.add(CalendarDay(day=date(2026, 4, 6), kind=DayKind.HOLIDAY, source="放假通知"))
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        services.update_tender(
            actor=actor_of(w.officer), tender_id=tender.id, version=None,
            values=lawful(deadline_at=clock_module.at(date(2026, 4, 6), 17)),
        )  # fmt: skip
    found = refused.value.problems[0]
    assert (found.field, found.params["kind"], found.params["next"]) == (
        "deadline_at", DayKind.HOLIDAY, date(2026, 4, 7),
    )  # fmt: skip


def test_another_section_may_be_saved_while_one_is_against_a_rule(clock):
    w = world()
    tender = drafted(w)
    clock.advance(days=20)  # now the deadline comes too soon after any publication
    services.update_tender(
        actor=actor_of(w.officer), tender_id=tender.id, version=None, values=lawful(description="改写")
    )
    states = {s.section: s.state for s in queries.checklist(queries.get_tender(SYSTEM, tender.id), clock())}
    assert states[Section.PERIODS] == "problem"
    assert states[Section.BASICS] == "done"


def test_new_rows_get_codes_of_their_own():
    w = world()
    criteria = (
        CriterionDraft("甲", CriterionKind.SUBJECTIVE, Decimal(40), code="c1"),
        CriterionDraft("乙", CriterionKind.SUBJECTIVE, Decimal(30)),
        CriterionDraft("丙", CriterionKind.SUBJECTIVE, Decimal(30), code="c1"),
    )
    tender = drafted(w, criteria=criteria)
    assert [c.code for c in queries.criteria(tender.id)] == ["c1", "c2", "c3"]


def test_a_clone_takes_everything_but_dates_and_keys():
    w = world()
    earlier = approved(w)
    made = services.clone_tender(actor=actor_of(w.officer), tender_id=earlier.id, title="第二期")
    tender = queries.get_tender(SYSTEM, made.id)
    values = queries.draft_of(tender)
    assert values == replace(
        lawful(),
        title="第二期",
        documents_from=None,
        deadline_at=None,
        project_starts_on=None,
        project_ends_on=None,
    )
    assert tender.status == TenderStatus.DRAFT
    assert all(holder.user_id is None for holder in tender.holders)


def test_a_template_keeps_the_form_as_it_was_saved():
    w = world()
    earlier = drafted(w, conditions=EVERY_CONDITION)
    template = services.save_template(actor=actor_of(w.officer), tender_id=earlier.id, title="为老样板")
    services.update_tender(
        actor=actor_of(w.officer), tender_id=earlier.id, version=None, values=lawful(area="别处")
    )
    made = services.create_from_template(
        actor=actor_of(w.officer), programme_id=w.programme.id, template_id=template.id, title="第三期"
    )
    values = queries.draft_of(queries.get_tender(SYSTEM, made.id))
    assert values == rules.undated(lawful(conditions=EVERY_CONDITION), "第三期")


def test_a_published_call_of_another_unit_can_be_taken_as_an_example():
    w, other = world(), world()
    earlier = published(w)
    made = services.clone_tender(
        actor=actor_of(other.officer), tender_id=earlier.id, title="学样", programme_id=other.programme.id
    )
    assert (made.unit_id, made.programme_id) == (other.unit.id, other.programme.id)
    with pytest.raises(NotFound):
        services.clone_tender(actor=actor_of(other.officer), tender_id=earlier.id, title="学样")


# Deciding

BREAKS = {
    "a deadline on a day off": ({"deadline_at": clock_module.at(date(2026, 3, 28), 17)}, "deadline_at"),
    "too short a time for proposals": ({"deadline_at": clock_module.at(date(2026, 3, 10), 17)}, "deadline_at"),
    "projects before the deadline": ({"project_starts_on": date(2026, 3, 20)}, "project_starts_on"),
    "projects too long": ({"project_ends_on": date(2029, 1, 1)}, "project_ends_on"),
    "too short a public notice": ({"notice_working_days": 4}, "notice_working_days"),
    "too few proposals": ({"minimum_bids": 0}, "minimum_bids"),
    "too small a panel": ({"panel_size": 3}, "panel_size"),
    "an even panel": ({"panel_size": 6}, "panel_size"),
    "a rubric of 90": ({"criteria": (CriterionDraft("甲", CriterionKind.SUBJECTIVE, Decimal(90), code="a"),)}, "criteria"),
    "a price at a fixed price": ({"criteria": (CriterionDraft("甲", CriterionKind.SUBJECTIVE, Decimal(90), code="a"), CriterionDraft("价", CriterionKind.PRICE, Decimal(10), code="p"))}, "criteria"),
    "an average not allowed": ({"scheme": {**VENTURE_SCHEME, "aggregation": "median", "drop_high": 0, "drop_low": 0}}, "scheme"),
    "a tie by nothing": ({"scheme": {**VENTURE_SCHEME, "ties": ["nothing"]}}, "ties"),
    "a state organ": ({"conditions": (ConditionDraft(ConditionKind.ORGANISATION_KINDS, kinds=(PartyKind.ORGAN,)),)}, "kinds"),
    "lots beyond the budget": ({"lots": (LotDraft("甲", Money(30_000_100)),)}, "lots"),
    "a head without limit": ({"heads": (HeadDraft("管理费", None, "management"),)}, "heads-0-cap"),
    "milestones backwards": ({"milestones": (MilestoneDraft("一", 90), MilestoneDraft("二", 60))}, "milestones-1-due_days"),
    "instalments of 90 percent": ({"instalments": (InstalmentDraft(9000, InstalmentCondition.CONTRACT_SIGNED),)}, "instalments"),
    "nobody told": ({"eligibility": ""}, "eligibility"),
    "more money than there is": ({"budget": Money(200_000_000)}, "budget"),
}  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("broken", sorted(BREAKS))
def test_a_call_that_breaks_a_single_rule_cannot_be_published_and_says_which(broken):
    changes, field = BREAKS[broken]
    w = world()
    tender = approved(w)

    @use_case
    def slip_in() -> None:
        """What no form lets through, written past the editor."""
        row = queries.full_for_update(tender.id)
        write_fields(row, lawful(**changes))
        write_rows(row, lawful(**changes))

    slip_in()
    with pytest.raises(Invalid) as refused:
        services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert field in fields(refused)
    db.session.expire_all()
    assert db.session.get(Tender, tender.id).status == TenderStatus.APPROVED


def test_only_the_lots_without_enough_proposals_end():
    w = world()
    tender = published(w)
    first, second = queries.lots(tender.id)
    for _n in range(2):
        services.fail_lots(actor=actor_of(w.officer), tender_id=tender.id, lot_ids={second.id})
    db.session.expire_all()
    assert [lot.status for lot in queries.lots(tender.id)] == [LotStatus.ACTIVE, LotStatus.UNSUCCESSFUL]
    assert [e.action for e in audit.history(tender)].count("tender.fail_lots") == 1


def test_an_incomplete_draft_cannot_be_submitted():
    w = world()
    tender = services.create_tender(
        actor=actor_of(w.officer), programme_id=w.programme.id, procedure="venture_contest", title="征集"
    )
    with pytest.raises(Invalid) as refused:
        services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    assert {"description", "budget", "deadline_at", "lots-0-cap"} <= set(fields(refused))


def test_the_drafter_may_not_approve_even_with_both_roles():
    w = world()
    grant(w.officer, Role.PROGRAMME_APPROVER, w.unit.id)
    tender = drafted(w)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    with pytest.raises(Denied):
        services.approve_tender(actor=actor_of(w.officer), tender_id=tender.id)


def test_whoever_wrote_in_the_call_may_not_approve_it():
    w = world()
    tender = drafted(w)
    grant(w.approver, Role.PROGRAMME_OFFICER, w.unit.id)
    services.update_tender(
        actor=actor_of(w.approver), tender_id=tender.id, version=None, values=lawful(description="我也写")
    )
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    with pytest.raises(Denied):
        services.approve_tender(actor=actor_of(w.approver), tender_id=tender.id)
    third = person(Role.PROGRAMME_APPROVER, w.unit)
    assert services.approve_tender(actor=actor_of(third), tender_id=tender.id).approved_by == third.id


def test_a_returned_call_needs_a_reason_and_can_be_submitted_again():
    w = world()
    tender = drafted(w)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    with pytest.raises(Invalid):
        services.return_tender(actor=actor_of(w.approver), tender_id=tender.id, reason=" ")
    services.return_tender(actor=actor_of(w.approver), tender_id=tender.id, reason="预算说明不足")
    again = services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    assert again.status == TenderStatus.SUBMITTED


def test_a_change_after_approval_voids_it():
    w = world()
    tender = approved(w)
    changed = services.update_tender(
        actor=actor_of(w.officer), tender_id=tender.id, version=None, values=lawful(description="改写")
    )
    assert (changed.status, changed.approved_by, changed.approved_at) == (TenderStatus.DRAFT, None, None)
    assert "tender.revise" in [event.action for event in audit.history(tender)]


def test_a_submitted_call_cannot_be_changed():
    w = world()
    tender = drafted(w)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    with pytest.raises(InvalidTransition):
        services.update_tender(
            actor=actor_of(w.officer), tender_id=tender.id, version=None, values=lawful(title="改")
        )


# Publishing


def test_publishing_freezes_seals_reserves_and_announces(clock):
    w = world()
    tender = published(w)
    assert (tender.status, tender.published_at, tender.documents_from) == (
        TenderStatus.ACTIVE, clock(), date(2026, 3, 2),
    )  # fmt: skip
    assert tender.procedure_frozen["code"] == "venture_contest"
    assert len(tender.procedure_digest) == len(tender.scheme_digest) == 64
    assert budget_queries.balances(tender.id)[AccountKind.RESERVED] == tender.budget
    assert budget_queries.balances(w.programme.id)[AccountKind.AVAILABLE] == Money(70_000_000)
    seals = queries.lot_seals(tender.id)
    assert set(seals) == {lot.id for lot in tender.lots}
    (notice,) = notice_queries.notices_of(tender.id)
    assert (notice.kind, notice.number, notice.title) == (NoticeKind.CALL, "GG-2026-0001", tender.title)


def test_a_lot_opens_with_any_two_holders_and_with_no_single_one():
    w = world()
    tender = published(w)
    seal = queries.lot_seals(tender.id)[tender.lots[0].id]
    officer, supervisor = (
        sealing.parse_code(w.codes[r]) for r in (HolderRole.OFFICER, HolderRole.SUPERVISOR)
    )
    platform = settings().seal_key()
    pairs = [
        {"officer": officer, "supervisor": supervisor},
        {"officer": officer, "platform": platform},
        {"supervisor": supervisor, "platform": platform},
    ]
    for pair in pairs:
        assert sealing.public_key(services.open_lot_key(seal, pair)) == seal.public_key
    broken = [
        {}, {"officer": officer}, {"officer": officer, "supervisor": officer},
        {"officer": supervisor, "supervisor": officer}, {"officer": officer, "stranger": supervisor},
    ]  # fmt: skip
    for pair in broken:
        with pytest.raises(SealBroken):
            services.open_lot_key(seal, pair)


def test_no_secret_is_kept_in_database_or_log():
    w = world()
    tender = published(w)
    dump = database_dump()
    assert tender.title in dump  # the search finds what is there
    for code in w.codes.values():
        secret = sealing.parse_code(code)
        assert code not in dump
        assert secret.hex() not in dump.lower()
    opened = services.open_lot_key(
        queries.lot_seals(tender.id)[tender.lots[0].id],
        {str(role): sealing.parse_code(code) for role, code in w.codes.items()},
    )
    assert opened.hex() not in dump.lower()


def test_publishing_twice_happens_once():
    w = world()
    tender = published(w)
    with pytest.raises(InvalidTransition):
        services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    db.session.rollback()
    assert len(notice_queries.notices_of(tender.id)) == 1


def test_the_officer_who_drafted_cannot_publish():
    w = world()
    tender = approved(w)
    with pytest.raises(Denied):
        services.publish_tender(actor=actor_of(w.officer), tender_id=tender.id)


def test_publishing_without_proved_keys_is_refused_and_changes_nothing():
    w = world()
    tender = drafted(w)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    services.approve_tender(actor=actor_of(w.approver), tender_id=tender.id)
    with pytest.raises(Invalid) as refused:
        services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert fields(refused) == ["holders", "holders", "funds"]
    db.session.rollback()
    assert not notice_queries.notices_of(tender.id)
    assert db.session.get(Tender, tender.id).published_at is None


def test_finance_confirms_before_the_publication_and_is_asked_and_heard_once(drain):
    w = world()
    finance = person(Role.FINANCE_OFFICER, w.unit)
    tender = drafted(w)
    assert [p.field for p in queries.funds_problems(tender)] == ["funds"]
    with_keys(w, tender.id)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    services.approve_tender(actor=actor_of(w.approver), tender_id=tender.id)
    with pytest.raises(Invalid, match="has not confirmed the funds yet"):
        services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    drain()
    funds_confirmed(tender.id)
    drain()
    told = Counter(m.user_id for m in db.session.scalars(select(Message)))
    case = f"/tenders/{tender.id}/case"
    heard = [m for m in db.session.scalars(select(Message)) if m.link.endswith(case) and "12号" in m.body]
    assert told[finance.id] == 1
    assert {m.user_id for m in heard} == {w.officer.id, w.approver.id}
    assert len(heard) == 2
    published_now = services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert published_now.status == TenderStatus.ACTIVE


def test_a_key_renewed_after_the_proof_needs_a_new_proof():
    w = world()
    tender = approved(w)
    services.create_holder_key(actor=actor_of(w.supervisor))
    with pytest.raises(Invalid) as refused:
        services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert fields(refused) == ["holders"]


def test_publishing_late_shortens_the_period_below_the_law(clock):
    w = world()
    tender = approved(w)
    clock.advance(days=15)
    with pytest.raises(Invalid) as refused:
        services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert [(p.field, p.params["has"], p.params["wanted"]) for p in refused.value.problems] == [
        ("deadline_at", 8, 15)
    ]


def test_a_call_dearer_than_the_programme_is_refused():
    w = world(money=Money(29_999_999))
    tender = drafted(w)
    with pytest.raises(Invalid) as refused:
        services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    assert fields(refused) == ["budget"]


# Keys


def test_a_proof_needs_the_right_code_of_the_right_person():
    w = world()
    tender = drafted(w)
    services.set_holder(
        actor=actor_of(w.officer), tender_id=tender.id, role=HolderRole.OFFICER, user_id=w.officer.id
    )
    prove = {"tender_id": tender.id, "role": HolderRole.OFFICER}
    with pytest.raises(Invalid, match="no opening key"):
        services.prove_key(actor=actor_of(w.officer), code="x", **prove)
    mine = services.create_holder_key(actor=actor_of(w.officer))
    foreign = services.create_holder_key(actor=actor_of(w.supervisor))
    for wrong in (foreign, mine[:-1] + ("0" if mine[-1] != "0" else "1"), "nonsense"):
        with pytest.raises(Invalid) as refused:
            services.prove_key(actor=actor_of(w.officer), code=wrong, **prove)
        assert fields(refused) == ["code"]
    with pytest.raises(Denied):
        services.prove_key(actor=actor_of(w.supervisor), code=foreign, **prove)
    assert services.prove_key(actor=actor_of(w.officer), code=mine.lower(), **prove).proved_at


def test_a_holder_must_hold_the_role_and_not_hold_both_keys():
    w = world()
    tender = drafted(w)
    with pytest.raises(Invalid):
        services.set_holder(
            actor=actor_of(w.officer), tender_id=tender.id, role=HolderRole.SUPERVISOR, user_id=w.officer.id
        )
    grant(w.officer, Role.SUPERVISOR, w.unit.id)
    choose = {"actor": actor_of(w.officer), "tender_id": tender.id, "user_id": w.officer.id}
    services.set_holder(role=HolderRole.SUPERVISOR, **choose)
    with pytest.raises(Invalid, match="two different people"):
        services.set_holder(role=HolderRole.OFFICER, **choose)


def test_another_holder_has_to_prove_again():
    w = world()
    tender = drafted(w)
    with_keys(w, tender.id)
    other = person(Role.SUPERVISOR, w.unit)
    services.set_holder(
        actor=actor_of(w.officer), tender_id=tender.id, role=HolderRole.SUPERVISOR, user_id=other.id
    )
    states = {
        s.section: s for s in queries.checklist(queries.get_tender(SYSTEM, tender.id), clock_module.now())
    }
    assert len(states[Section.SEAL].missing) == 1


def test_demo_keys_are_refused_in_production(monkeypatch):
    w = world()
    tender = approved(w)
    assert all(key.demo for key in db.session.scalars(select(HolderKey)))
    monkeypatch.setattr(
        "portal.tenders.services.deciding.settings", lambda: replace(settings(), production=True)
    )
    with pytest.raises(Invalid) as refused:
        services.publish_tender(actor=actor_of(w.approver), tender_id=tender.id)
    assert fields(refused) == ["holders", "holders"]


# The course of a published call


def test_a_call_is_opened_once_and_after_its_deadline(clock):
    w = world()
    tender = published(w)
    actor = actor_of(w.officer)
    with pytest.raises(InvalidTransition):
        services.mark_opened(actor=actor, tender_id=tender.id, opened_at=clock())
    clock.move_to(tender.deadline_at)
    assert queries.stage_of(queries.public_tender(tender.id), clock()) == Stage.CLOSED
    services.mark_opened(actor=actor, tender_id=tender.id, opened_at=clock())
    assert queries.stage_of(queries.public_tender(tender.id), clock()) == Stage.REVIEW
    with pytest.raises(InvalidTransition):
        services.mark_opened(actor=actor, tender_id=tender.id, opened_at=clock())
    services.complete_tender(actor=actor, tender_id=tender.id)
    assert queries.stage_of(queries.public_tender(tender.id), clock()) == Stage.DONE


@pytest.mark.parametrize("how", ["fail", "cancel"])
def test_an_ended_call_gives_its_money_back_and_loses_its_keys(clock, how):
    w = world()
    tender = published(w)
    if how == "fail":
        clock.move_to(tender.deadline_at)
        services.fail_tender(actor=actor_of(w.officer), tender_id=tender.id, reason="申报不足三家")
    else:
        with pytest.raises(Denied):
            services.cancel_tender(actor=actor_of(w.officer), tender_id=tender.id, reason="计划取消")
        services.cancel_tender(actor=actor_of(w.approver), tender_id=tender.id, reason="计划取消")
    db.session.rollback()
    assert budget_queries.balances(tender.id)[AccountKind.RESERVED] == Money.ZERO
    assert budget_queries.balances(w.programme.id)[AccountKind.AVAILABLE] == Money(100_000_000)
    wanted = LotStatus.UNSUCCESSFUL if how == "fail" else LotStatus.CANCELLED
    assert {lot.status for lot in queries.lots(tender.id)} == {wanted}
    for seal in queries.lot_seals(tender.id).values():
        assert (seal.wrapped, seal.dropped_at) == ({}, clock())
        with pytest.raises(SealBroken):
            services.open_lot_key(seal, {str(r): sealing.parse_code(c) for r, c in w.codes.items()})
    assert [n.kind for n in notice_queries.notices_of(tender.id)] == [NoticeKind.CALL, NoticeKind.FAILURE]


def test_a_call_fails_only_after_its_deadline():
    w = world()
    tender = published(w)
    with pytest.raises(Invalid):
        services.fail_tender(actor=actor_of(w.officer), tender_id=tender.id, reason="早了")


# Who sees what


def test_a_draft_is_unknown_outside_its_unit():
    w = world()
    tender = drafted(w)
    stranger = actor_of(person(Role.PROGRAMME_OFFICER, UnitFactory()))
    for read in (lambda: queries.get_tender(stranger, tender.id), lambda: queries.public_tender(tender.id)):
        with pytest.raises(NotFound):
            read()
    assert queries.get_tender(actor_of(w.supervisor), tender.id).id == tender.id


def test_a_published_call_is_known_to_all_but_is_a_case_only_in_its_unit():
    w = world()
    tender = published(w)
    stranger = actor_of(person(Role.PROGRAMME_OFFICER, UnitFactory()))
    assert queries.get_tender(stranger, tender.id).id == tender.id
    with pytest.raises(NotFound):
        queries.get_case(stranger, tender.id)


def test_every_step_is_in_the_unbroken_log():
    w = world()
    tender = published(w)
    actions = [event.action for event in audit.history(tender)]
    assert actions[0] == "tender.create"
    assert actions[-3:] == ["tender.submit", "tender.approve", "tender.publish"]
    assert audit.broken_links("tender", tender.id) == []
