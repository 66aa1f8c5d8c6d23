"""Use cases of needs: what residents hand in, and what the desk does with it."""

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.core import audit, files
from portal.core.db import db, get
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound, Stale
from portal.core.files import StoredFile
from portal.core.policy import ANONYMOUS
from portal.needs import jobs, queries, services
from portal.needs.models import Need, NeedRound
from portal.needs.values import (
    Breadth,
    Contact,
    NeedChannel,
    NeedStatus,
    Opinion,
    Round,
    ServiceField,
    Urgency,
)
from tests.conftest import actor_of
from tests.factories import NeedFactory


def handed_in(place, **changes):
    values = {"unit_id": place.community.id, "field": ServiceField.ELDERLY, "text": "楼梯没有扶手", **changes}
    return services.hand_in(actor=ANONYMOUS, **values)


def photo_with_place() -> bytes:
    image, out = Image.new("RGB", (40, 30), "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_resident_gets_a_code_that_finds_the_need_and_is_kept_nowhere(place):
    need, code = handed_in(place, contact=Contact("王阿姨", "13800138000"))
    assert need.number == "XQ-2026-00001"
    assert queries.by_code(code.lower()).need.id == need.id
    assert code.replace("-", "") not in (need.code_hash or "")
    with pytest.raises(NotFound):
        queries.by_code("ZZZZZZZZZZ")
    events = audit.history(need)
    assert [e.action for e in events] == ["need.hand_in"]
    assert "13800138000" not in str(events[0].data)


def test_a_photo_loses_place_and_device(place):
    need, _code = handed_in(place, photo=("a.jpg", photo_with_place()))
    stored = get(StoredFile, need.photo_id)
    content = files.read(stored.sha256)
    assert b"SecretPhone" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.parametrize(
    "changes", [{"text": " "}, {"grid": "第九网格"}, {"photo": ("a.jpg", b"MZ program")}, {"photo": ("a.pdf", b"%PDF-1.7")}]
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_is_kept(place, changes):
    with pytest.raises(Invalid):
        handed_in(place, **changes)
    assert db.session.scalar(select(func.count(Need.id))) == 0


def test_needs_belong_to_a_community(place):
    with pytest.raises(NotFound):
        handed_in(place, unit_id=place.street.id)


def test_a_grid_is_offered_once_it_was_entered(place):
    actor = actor_of(place.representative)
    grid = services.add_grid(actor=actor, unit_id=place.community.id, name="第一网格")
    assert handed_in(place, grid="第一网格")[0].grid == "第一网格"
    for name in ("", "第一网格"):
        with pytest.raises(Invalid):
            services.add_grid(actor=actor, unit_id=place.community.id, name=name)
    services.remove_grid(actor=actor, grid_id=grid.id)
    assert queries.grid_names(place.community.id) == []
    with pytest.raises(Denied):
        services.add_grid(actor=actor_of(place.stranger), unit_id=place.community.id, name="别处")


def test_paper_is_typed_in_with_its_count(place):
    need = services.enter_need(
        actor=actor_of(place.representative), unit_id=place.community.id, channel=NeedChannel.PAPER, field=ServiceField.CHILDREN,
        text="暑期托管", opinions=23,
    )  # fmt: skip
    assert (need.opinions, need.voices, need.code_hash) == (23, 23, None)


@pytest.mark.parametrize("changes", [{"channel": NeedChannel.ONLINE}, {"opinions": 0}, {"text": ""}, {"grid": "没有"}])  # fmt: skip
def test_paper_with_a_fault_is_refused(place, changes):
    values = {"channel": NeedChannel.PAPER, "text": "暑期托管", "field": ServiceField.CHILDREN, **changes}
    with pytest.raises(Invalid):
        services.enter_need(actor=actor_of(place.representative), unit_id=place.community.id, **values)


def test_only_the_desk_of_the_place_types_in(place):
    for somebody in (place.stranger, place.supervisor):
        with pytest.raises(Denied):
            services.enter_need(
                actor=actor_of(somebody), unit_id=place.community.id, channel=NeedChannel.PAPER, field=ServiceField.OTHER, text="x"
            )  # fmt: skip


def council(place, *opinions):
    return Round(
        place.community.id, NeedChannel.BENCH_COUNCIL, "三号院板凳会", date(2026, 3, 1), 46, 3, opinions
    )


def test_a_round_brings_all_its_needs_or_none(place):
    actor = actor_of(place.representative)
    good, bad = Opinion("装扶手", ServiceField.ELDERLY, "", 30), Opinion("", ServiceField.OTHER)
    with pytest.raises(Invalid):
        services.enter_round(actor=actor, collected=council(place, good, bad))
    assert db.session.scalar(select(func.count(NeedRound.id))) == 0
    entered = services.enter_round(
        actor=actor, collected=council(place, good, Opinion("修路灯", ServiceField.ENVIRONMENT, "", 16))
    )
    assert entered.opinions == 46
    needs = queries.list_needs(actor, {"channel": "bench_council", "sort": "voices"})
    assert [need.voices for need, _place in needs.items] == [16, 30]


def test_rating_orders_the_list(place):
    actor = actor_of(place.officer)
    low, high = (NeedFactory(unit_id=place.community.id) for _ in range(2))
    for need, urgency in ((low, Urgency.LATER), (high, Urgency.NOW)):
        services.rate_need(
            actor=actor, need_id=need.id, version=1, urgency=urgency, breadth=Breadth.GRID, field=ServiceField.DISABILITY
        )  # fmt: skip
    listed = queries.list_needs(actor, {"sort": "-priority"}).items
    assert [(need.id, need.priority) for need, _place in listed] == [(high.id, 84), (low.id, 36)]
    with pytest.raises(Stale):
        services.rate_need(
            actor=actor, need_id=low.id, version=1, urgency=Urgency.NOW, breadth=Breadth.GRID, field=ServiceField.OTHER
        )  # fmt: skip


def answer(place, need, status=NeedStatus.ACCEPTED, summary="加装扶手", text="列入今年改造", version=None):
    return services.answer_need(
        actor=actor_of(place.officer),
        need_id=need.id,
        version=version,
        status=status,
        summary=summary,
        answer=text,
    )


@pytest.mark.parametrize("status", [NeedStatus.ACCEPTED, NeedStatus.ELSEWHERE, NeedStatus.DECLINED])
def test_an_answer_is_public_with_its_reason(place, status):
    need, code = handed_in(place, contact=Contact("王", "13800138000"))
    with pytest.raises(NotFound):
        queries.public_need(need.id)
    answer(place, need, status)
    assert queries.public_need(need.id).answer == "列入今年改造"
    assert queries.by_code(code).kept.status == status
    assert [n.id for n, _place in queries.public_needs({"status": status}).items] == [need.id]
    with pytest.raises(InvalidTransition):
        answer(place, need, NeedStatus.DECLINED)


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": ""}, {"text": " "}, {"summary": "请联系 13800138000"}, {"text": "致电 0571-88001234"},
        {"status": NeedStatus.MERGED}, {"status": NeedStatus.RECEIVED},
    ],
)  # fmt: skip
def test_an_answer_that_is_not_fit_for_the_public_is_refused(place, changes):
    need = NeedFactory(unit_id=place.community.id)
    with pytest.raises(Invalid):
        answer(place, need, **changes)
    db.session.expire_all()
    assert get(Need, need.id).status == NeedStatus.RECEIVED


def test_representatives_do_not_answer(place):
    need = NeedFactory(unit_id=place.community.id)
    with pytest.raises(Denied):
        services.answer_need(
            actor=actor_of(place.representative), need_id=need.id, version=None, status=NeedStatus.ACCEPTED, summary="s", answer="a"
        )  # fmt: skip


def test_an_answer_taken_back_leaves_the_public_list_and_stays_in_the_history(place):
    need = NeedFactory(unit_id=place.community.id)
    answer(place, need)
    with pytest.raises(Invalid):
        services.reopen_need(actor=actor_of(place.officer), need_id=need.id, reason=" ")
    services.reopen_need(actor=actor_of(place.officer), need_id=need.id, reason="回复有误")
    assert queries.public_needs({}).total == 0
    assert audit.history(need)[-1].data["earlier_answer"] == "列入今年改造"


def merge(place, need, into):
    return services.merge_need(actor=actor_of(place.officer), need_id=need.id, version=None, into=into)


def test_merging_adds_the_voices_and_every_resident_sees_the_outcome(place):
    first, code1 = handed_in(place)
    second, code2 = handed_in(place)
    third, code3 = handed_in(place)
    merge(place, first, second.number)
    merge(place, second, third.number.lower())
    assert get(Need, third.id).voices == 3
    assert get(Need, second.id).voices == 1
    answer(place, third)
    assert {queries.by_code(code).kept.answer for code in (code1, code2, code3)} == {"列入今年改造"}
    assert queries.list_needs(actor_of(place.officer), {}).total == 1
    services.split_need(actor=actor_of(place.officer), need_id=first.id)
    assert (get(Need, third.id).voices, queries.by_code(code1).kept.answer) == (2, None)


def test_a_need_is_merged_only_into_another_one_that_stands(place, sign_in):
    need, other = (NeedFactory(unit_id=place.community.id) for _ in range(2))
    foreign = NeedFactory()
    merged = NeedFactory(unit_id=place.community.id)
    merge(place, merged, other.number)
    for into in (need.number, foreign.number, merged.number, "XQ-1-1", ""):
        with pytest.raises(Invalid):
            merge(place, need, into)
    with pytest.raises(InvalidTransition):
        merge(place, merged, need.number)


def test_contacts_are_forgotten_90_days_after_the_answer(place, clock):
    need, _code = handed_in(place, contact=Contact("王阿姨", "13800138000"))
    answer(place, need)
    clock.advance(days=89)
    jobs.forget_contacts()
    assert get(Need, need.id).contact_phone == "13800138000"
    db.session.rollback()
    clock.advance(days=2)
    jobs.forget_contacts()
    assert (get(Need, need.id).contact_name, get(Need, need.id).contact_phone) == ("", "")


def test_two_chinese_characters_find_a_need_and_only_the_desk_finds_what_was_written(place):
    need, _code = handed_in(place, text="六号楼王奶奶总是摔倒")
    actor = actor_of(place.officer)
    assert queries.list_needs(actor, {"q": "摔倒"}).total == 1
    assert queries.list_needs(actor, {"q": "倒摔"}).total == 0
    answer(place, need)
    assert (
        queries.list_needs(actor, {"q": "扶手"}).total == queries.list_needs(actor, {"q": "奶奶"}).total == 1
    )
    assert queries.public_needs({"q": "扶手"}).total == 1
    assert queries.public_needs({"q": "摔倒"}).total == 0
    services.reopen_need(actor=actor, need_id=need.id, reason="有误")
    assert queries.public_needs({"q": "扶手"}).total == 0
