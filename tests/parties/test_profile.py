"""What organisations keep on file: standing, papers, accounts, the red and black list; and who decides about it."""

import io
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.core import clock as clocks
from portal.core import jobs
from portal.core.db import db, get
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound
from portal.core.mail import Message
from portal.parties import queries, rules, services
from portal.parties.models import ListEntry, Party, PartyDocument
from portal.parties.values import (
    AccountState,
    CertificateKind,
    DocumentDraft,
    EntryDraft,
    Grade,
    ListKind,
    ListStatus,
    PartyKind,
    PartyOrganisation,
    PartyStatus,
    Role,
    Standing,
    Strength,
)
from tests.conftest import actor_of
from tests.factories import PartyFactory, person
from tests.parties.test_services_organisations import picture, profile, registration

STANDING = Standing(
    "4A", date(2028, 12, 31), {"2025": "passed", "2024": "failed"}, PartyOrganisation.JOINT, 7, "", ""
)
BAN = EntryDraft(
    ListKind.BAN, "骗取项目资金，责令退回", "〔2026〕第3号决定", date(2026, 3, 1), date(2026, 8, 31)
)


def op():
    return {"op_id": str(uuid4())}


def subjects(user):
    return list(db.session.scalars(select(Message.subject).where(Message.user_id == user.id)))


# --- rules


@pytest.mark.parametrize(
    ("left", "reminded", "mark"),
    [(61, None, None), (60, None, 60), (60, 60, None), (31, 60, None), (30, 60, 30), (5, 60, 7), (5, 7, None), (0, 7, 0), (-1, None, 0)],
)  # fmt: skip
def test_each_mark_reminds_once_and_none_is_made_up_for(left, reminded, mark):
    today = date(2026, 3, 2)
    assert rules.reminder_due(today + timedelta(days=left), today, reminded) == mark


@pytest.mark.parametrize(
    ("grade", "until", "number"),
    [
        (None, None, None),
        (Grade.NONE, None, 0),
        (Grade.A3, date(2026, 3, 2), 3),
        (Grade.A3, date(2026, 3, 1), 0),
    ],
)
def test_a_grade_counts_until_it_runs_out(grade, until, number):
    assert rules.grade_on(grade, until, date(2026, 3, 2)) == number


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        (BAN, []),
        (replace(BAN, until_on=None), ["until_on"]),
        (replace(BAN, kind=ListKind.BLACK, until_on=None), []),
        (replace(BAN, until_on=date(2026, 2, 1), reason="无", source=" "), ["reason", "source", "until_on"]),
    ],
)
def test_an_entry_says_why_whence_and_until_when(draft, fields):
    assert [p.field for p in rules.check_entry(draft)] == fields


def test_filing_numbers_are_no_credit_codes():
    assert rules.check_filing_number("青石社备〔2026〕018号") == []
    assert rules.check_filing_number("!!")[0].field == "credit_code"


# --- standing and facts


def test_facts_of_the_unverified_count_at_once_and_those_of_the_verified_after_an_officer(place):
    fresh = person(Role.ORG_OWNER, place.registered)
    services.update_standing(
        actor=actor_of(fresh), party_id=place.registered.id, version=None, standing=STANDING
    )
    facts = queries.facts(place.registered.id, date(2026, 3, 2))
    assert (facts.grade, facts.inspections, facts.has_party_organisation) == (
        4,
        {2025: True, 2024: False},
        True,
    )

    services.update_standing(
        actor=actor_of(place.owner), party_id=place.party.id, version=None, standing=STANDING
    )
    assert queries.facts(place.party.id).grade is None
    assert get(Party, place.party.id).party_members == 7
    services.accept_change(actor=actor_of(place.officer), party_id=place.party.id)
    db.session.rollback()
    facts = queries.facts(place.party.id, date(2026, 3, 2))
    assert (facts.grade, facts.inspections, facts.has_party_organisation) == (
        4,
        {2025: True, 2024: False},
        True,
    )
    assert get(Party, place.party.id).status == PartyStatus.VERIFIED


def test_a_refused_change_leaves_the_old_facts_and_tells_why(place, drain):
    services.update_party(
        actor=actor_of(place.owner), party_id=place.party.id, version=None, profile=profile(place.party, name="新名称")
    )  # fmt: skip
    drain()
    assert any(place.party.name in subject for subject in subjects(place.officer))
    with pytest.raises(Denied):
        services.refuse_change(actor=actor_of(place.owner), party_id=place.party.id, reason="同意")
    services.refuse_change(actor=actor_of(place.officer), party_id=place.party.id, reason="证书未换发")
    drain()
    assert get(Party, place.party.id).name == place.party.name
    assert "证书未换发" in "".join(
        db.session.scalars(select(Message.body).where(Message.user_id == place.owner.id))
    )


def test_who_takes_a_change_back_withdraws_it(place):
    for name in ("新名称", place.party.name):
        services.update_party(
            actor=actor_of(place.owner), party_id=place.party.id, version=None, profile=profile(place.party, name=name)
        )  # fmt: skip
    assert queries.pending_change(place.party.id) is None


def test_a_hub_is_a_verified_organisation(place):
    with pytest.raises(Invalid) as refused:
        services.update_standing(
            actor=actor_of(place.owner), party_id=place.party.id, version=None, standing=replace(STANDING, hub_code=place.registered.code)
        )  # fmt: skip
    assert refused.value.problems[0].field == "hub_code"
    owner = person(Role.ORG_OWNER, place.registered)
    services.update_standing(
        actor=actor_of(owner), party_id=place.registered.id, version=None, standing=replace(STANDING, hub_code=place.other.code)
    )  # fmt: skip
    assert get(Party, place.registered.id).hub_id == place.other.id


def test_a_community_organisation_registers_with_its_filing_number(place, entry):
    party = registration(entry, kind=PartyKind.COMMUNITY, code="青石社备〔2026〕018号")
    assert (party.kind, party.code) == (PartyKind.COMMUNITY, "青石社备〔2026〕018号")


def test_the_steps_save_each_and_lead_on(place, sign_in):
    browser, address = sign_in(place.owner), f"/parties/{place.party.id}"
    typed = {
        "assessment_grade": "3A",
        "year_0": "passed",
        "party_organisation": "alone",
        "party_members": "５",
    }
    refused = browser.post(f"{address}/standing", data={**op(), **typed})
    assert refused.status_code == 422
    assert 'href="#grade_until"' in refused.get_data(as_text=True)
    sent = browser.post(f"{address}/standing", data={**op(), **typed, "grade_until": "2029-12-31"})
    assert sent.headers["Location"].endswith("/strength")
    assert "2029-12-31" in browser.get(f"{address}/standing").get_data(as_text=True)
    refused = browser.post(f"{address}/strength", data={**op(), "staff": "2", "social_workers": "3"})
    assert refused.status_code == 422
    sent = browser.post(
        f"{address}/strength", data={**op(), "staff": "6", "venues": "活动室，青石路 3 号\n\n"}
    )
    assert sent.headers["Location"].endswith("/documents")
    party = get(Party, place.party.id)
    assert (party.party_members, party.staff, party.venues) == (5, 6, ["活动室，青石路 3 号"])
    officer = sign_in(place.officer)
    assert "3A" in officer.get(f"{address}/verify").get_data(as_text=True)
    assert officer.post(f"{address}/change/accept", data=op()).status_code == 303
    assert officer.post(f"{address}/change/refuse", data={**op(), "reason": "重复"}).status_code == 404
    assert get(Party, place.party.id).assessment_grade == "3A"


# --- papers


def test_papers_are_kept_offered_and_removed(place, sign_in):
    browser, address = sign_in(place.owner), f"/parties/{place.party.id}/documents"
    data = {**op(), "kind": "audit_report", "year": "2025", "expires_on": "2026-03-20"}
    assert browser.post(address, data=data).status_code == 422
    data |= {"file": (io.BytesIO(picture()), "审计报告.png")}
    assert browser.post(address, data=data).status_code == 303
    ((row, file),) = queries.documents(place.party.id)
    assert (row.kind, row.year, file.name) == (CertificateKind.AUDIT_REPORT, 2025, "审计报告.png")
    for user, status in [(place.owner, 200), (place.officer, 200), (place.outsider, 404)]:
        with sign_in(user).get(f"{address}/{row.id}") as answer:
            assert answer.status_code == status
    assert sign_in(place.drafter).post(f"{address}/{row.id}/remove", data=op()).status_code == 403
    assert browser.post(f"{address}/{row.id}/remove", data=op()).status_code == 303
    assert queries.documents(place.party.id) == []


def test_a_certificate_is_a_paper_of_the_library(place, entry):
    party = registration(entry, certificate=("证书.png", picture()))
    assert [row.kind for row, _file in queries.documents(party.id)] == [CertificateKind.REGISTRATION]


def test_members_are_reminded_of_each_mark_once(place, clock, drain):
    draft = DocumentDraft(CertificateKind.ANNUAL_INSPECTION, expires_on=clocks.today() + timedelta(days=31))
    services.add_document(
        actor=actor_of(place.owner), party_id=place.party.id, draft=draft, name="年检.png", data=picture()
    )
    for _day in range(3):
        jobs.start_periodic()
        drain()
        clock.advance(days=1)
    assert len(subjects(place.owner)) == 2  # 60 days, then 30
    assert db.session.scalar(select(PartyDocument.reminded_days)) == 30


# --- the bank account


def unchecked(place):
    services.update_party(
        actor=actor_of(place.owner), party_id=place.party.id, version=None, profile=profile(place.party, bank_account="6217000011112222")
    )  # fmt: skip
    return place.party.id


def test_two_people_read_the_account_from_the_paper_before_it_counts(place):
    party_id = unchecked(place)
    assert not queries.account_verified(party_id)
    with pytest.raises(Invalid):
        services.check_account(actor=actor_of(place.officer), party_id=party_id, account="6217000011112223")
    services.check_account(actor=actor_of(place.officer), party_id=party_id, account="6217 0000 1111 2222")
    with pytest.raises(Denied):
        services.check_account(actor=actor_of(place.officer), party_id=party_id, account="6217000011112222")
    assert get(Party, party_id).account_state is AccountState.CONFIRMED
    services.check_account(actor=actor_of(place.finance), party_id=party_id, account="6217000011112222")
    db.session.rollback()
    assert queries.account_verified(party_id)
    with pytest.raises(InvalidTransition):
        services.check_account(actor=actor_of(person(Role.CASHIER, place.district)), party_id=party_id, account="6217000011112222")  # fmt: skip


def test_the_account_page_asks_and_hides_the_number(place, sign_in):
    address = f"/parties/{unchecked(place)}/account"
    officer = sign_in(place.officer)
    assert place.party.name in officer.get("/parties/accounts").get_data(as_text=True)
    assert "6217000011112222" not in officer.get(address).get_data(as_text=True)
    assert officer.post(address, data={**op(), "account": "12345678"}).status_code == 422
    assert officer.post(address, data={**op(), "account": "6217000011112222"}).status_code == 303
    assert officer.post(address, data={**op(), "account": "6217000011112222"}).status_code == 403


# --- red and black list


def entered(place, draft=BAN):
    return services.enter_on_list(actor=actor_of(place.officer), party_id=place.party.id, draft=draft)


def test_a_ban_runs_from_its_first_to_its_last_day(place):
    entered(place)
    for day, banned in [
        (date(2026, 2, 28), False),
        (BAN.from_on, True),
        (BAN.until_on, True),
        (date(2026, 9, 1), False),
    ]:
        assert queries.facts(place.party.id, day).banned is banned
        assert rules.is_running(BAN.from_on, BAN.until_on, ListStatus.ACTIVE, day) is banned


def test_an_appeal_is_decided_by_somebody_else(place, drain):
    entry, second = entered(place), person(Role.PROGRAMME_OFFICER, place.district)
    services.appeal_entry(
        actor=actor_of(place.owner), party_id=place.party.id, entry_id=entry.id, text="款项已按期退回"
    )
    with pytest.raises(InvalidTransition):
        services.appeal_entry(
            actor=actor_of(place.owner), party_id=place.party.id, entry_id=entry.id, text="再次申诉"
        )
    decide = {
        "party_id": place.party.id,
        "entry_id": entry.id,
        "lift": True,
        "decision": "核实属实，予以撤销",
    }
    for user in (place.officer, place.owner):
        with pytest.raises(Denied):
            services.decide_appeal(actor=actor_of(user), **decide)
    assert queries.facts(place.party.id).banned
    services.decide_appeal(actor=actor_of(second), **decide)
    db.session.rollback()
    assert not queries.facts(place.party.id).banned
    drain()
    assert any("Lifted" in subject for subject in subjects(place.owner))
    with pytest.raises(NotFound):
        services.decide_appeal(actor=actor_of(second), **{**decide, "party_id": place.other.id})


def test_entries_through_the_pages(place, sign_in, client):
    officer, owner = sign_in(place.officer), sign_in(place.owner)
    address = f"/parties/{place.party.id}/list"
    data = {
        **op(),
        "kind": "ban",
        "reason": "骗取项目资金",
        "source": "第3号决定",
        "from_on": "2026-03-01",
        "until_on": "",
    }
    assert officer.post(f"{address}/new", data=data).status_code == 422
    data["until_on"] = "2026-12-31"
    assert officer.post(f"{address}/new", data=data).status_code == 303
    assert officer.post(f"{address}/new", data=data).status_code == 303
    assert db.session.scalar(select(func.count(ListEntry.id))) == 1
    assert "骗取项目资金" in client.get(f"/parties/{place.party.id}").get_data(as_text=True)
    entry = db.session.scalars(select(ListEntry)).one().id
    assert (
        sign_in(place.outsider).post(f"{address}/{entry}/appeal", data={**op(), "reason": "不"}).status_code
        == 404
    )
    assert owner.post(f"{address}/{entry}/appeal", data=op()).status_code == 422
    assert owner.post(f"{address}/{entry}/appeal", data={**op(), "reason": "已退回"}).status_code == 303
    assert officer.post(f"{address}/{entry}/uphold", data={**op(), "reason": "维持"}).status_code == 403
    second = sign_in(person(Role.PROGRAMME_APPROVER, place.district))
    assert second.post(f"{address}/{entry}/uphold", data={**op(), "reason": "维持原决定"}).status_code == 303
    assert get(ListEntry, entry).status is ListStatus.UPHELD
    assert second.post(f"{address}/{entry}/lift", data={**op(), "reason": "期满"}).status_code == 303


def test_the_desks_ask_the_same_number_of_questions_for_more_rows(place, sign_in, count_queries):
    officer = sign_in(place.officer)
    addresses = ("/parties/list", "/parties/accounts", "/parties/queue")
    counted = []
    for more in (1, 2):
        for _ in range(more):
            party = PartyFactory(unit_id=place.district.id, account_verified_at=None)
            services.enter_on_list(actor=actor_of(place.officer), party_id=party.id, draft=BAN)
            owner = actor_of(person(Role.ORG_OWNER, party))
            services.update_standing(actor=owner, party_id=party.id, version=None, standing=STANDING)
        for address in addresses:
            officer.get(address)
        counted.append([count_queries(lambda a=a: officer.get(a)) for a in addresses])
    assert counted[0] == counted[1]


# --- members


def test_handing_over_makes_the_old_owner_a_drafter_who_may_leave(place, sign_in):
    browser, address = sign_in(place.owner), f"/parties/{place.party.id}"
    assert browser.post(f"{address}/leave", data=op()).status_code == 422
    stranger = {**op(), "user_id": str(place.outsider.id)}
    assert browser.post(f"{address}/members/hand-over", data=stranger).status_code == 422
    data = {**op(), "user_id": str(place.drafter.id)}
    assert browser.post(f"{address}/members/hand-over", data=data).status_code == 303
    assert actor_of(place.drafter).has(Role.ORG_OWNER, place.party.id)
    assert not actor_of(place.owner).has(Role.ORG_OWNER, place.party.id)
    assert browser.post(f"{address}/leave", data=op()).status_code == 303
    assert not actor_of(place.owner).has(Role.ORG_DRAFTER, place.party.id)


@pytest.mark.parametrize("strength", [Strength(-1, None, None, ()), Strength(3, 4, None, ())])
def test_impossible_counts_are_refused(place, strength):
    with pytest.raises(Invalid):
        services.update_strength(
            actor=actor_of(place.owner), party_id=place.party.id, version=None, strength=strength
        )
