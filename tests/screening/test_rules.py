"""The rules of the screening: planted copies are found, honest proposals and the call's own words are not."""

import io
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from portal.screening.rules import (
    compare,
    names_in,
    phones_in,
    price_patterns,
    same_facts,
    same_lines,
    similar_texts,
)
from portal.screening.rules.text import LEAST_SIGNS
from portal.screening.rules.traces import SIDE, same_documents, same_pictures
from portal.screening.values import Document, Kind, Line, Passage, Picture, Subject
from tests.screening import planted


def subject(number: int, **facts) -> Subject:
    return Subject(f"bid-{number}", f"party-{number}", "lot", **facts)


def text(number: int, words: str) -> Subject:
    return subject(number, texts=(Passage("needs", words),))


def of_kind(found, kind: Kind):
    return [finding for finding in found if finding.kind == kind]


ORIGINAL = (
    "社区内独居老人普遍缺少日常陪伴，子女多在外地工作，节假日才能返回探望一次。"
    "项目计划组织二十名志愿者每周上门探访两次，记录血压和用药情况并及时反馈给社区卫生服务站。"
    "每季度举办一次集体生日会，邀请老人和家属共同参加，增进邻里感情。"
)


def test_another_order_and_other_names_do_not_hide_a_copy() -> None:
    first, second, third = ORIGINAL.split("。")[:3]
    copy = f"{third}。{second.replace('社区卫生服务站', '街道卫生院')}。我们另外开展防诈骗宣传。{first}。"
    (finding,), common = similar_texts([text(1, ORIGINAL), text(2, copy)])
    assert (finding.one, finding.other, common) == ("bid-1", "bid-2", ())
    assert finding.share > 7_000
    sides = {(pair.one.text, pair.other.text) for pair in finding.pairs}
    assert (first, first) in sides
    assert any("社区卫生服务站" in one and "街道卫生院" in other for one, other in sides)


def test_punctuation_width_and_blanks_do_not_hide_a_copy() -> None:
    copy = ORIGINAL.replace("，", " , ").replace("二十", "２０")
    assert len(similar_texts([text(1, ORIGINAL.replace("二十", "20")), text(2, copy)])[0]) == 1


def test_the_calls_own_words_are_left_out() -> None:
    assert similar_texts([text(1, ORIGINAL), text(2, ORIGINAL)], [f"请说明：{ORIGINAL}"]) == ([], ())


def test_two_proposals_of_one_organisation_are_not_compared() -> None:
    one, other = text(1, ORIGINAL), replace(text(2, ORIGINAL), party="party-1")
    assert compare([one, other]).findings == ()


def test_a_single_common_phrase_is_no_finding() -> None:
    phrase = "充分发挥党建引领作用，动员社会力量参与基层治理"
    assert len(phrase) < LEAST_SIGNS
    assert similar_texts([text(1, phrase + "。甲方案"), text(2, phrase + "。乙方案")])[0] == []


def test_what_most_proposals_share_is_told_once_and_not_pair_by_pair() -> None:
    many = [text(n, f"{ORIGINAL}") for n in range(12)]
    findings, common = similar_texts(many)
    assert findings == []
    assert len(common) == 3
    few = [text(n, ORIGINAL) for n in range(4)]
    assert len(similar_texts(few)[0]) == 6, "too few to call it common"


def test_planted_copies_are_found_and_nothing_else() -> None:
    proposals = planted.subjects(20, 2000)
    proposals[11], chosen = planted.copied(proposals[3], proposals[11], 6)
    found = compare(proposals, [planted.BOILERPLATE]).findings
    assert [(f.kind, f.one, f.other) for f in found] == [(Kind.TEXT, "bid-003", "bid-011")]
    assert {pair.one.text for pair in found[0].pairs} == set(chosen)
    assert {pair.other.place for pair in found[0].pairs} == {"risk"}


def test_the_result_does_not_depend_on_the_order() -> None:
    proposals = planted.subjects(8, 1200)
    proposals[5], _chosen = planted.copied(proposals[2], proposals[5], 5)
    shuffled = proposals.copy()
    random.Random(1).shuffle(shuffled)
    assert compare(proposals) == compare(shuffled)


@given(st.lists(st.text(max_size=300), min_size=2, max_size=5))
def test_any_text_can_be_compared(words: list[str]) -> None:
    for finding in compare([text(n, w) for n, w in enumerate(words)]).findings:
        assert 0 <= finding.share <= 10_000
        assert finding.pairs


LINES = tuple(
    Line(name, "次", price, 10, price * 10)
    for name, price in (("探访物资", 15_000), ("专家讲课", 80_000), ("意外保险", 5_000), ("场地租金", 30_000))
)


def budget(number: int, *lines: Line, quote: int = 0) -> Subject:
    return subject(number, lines=lines, quote=quote)


def test_equal_budget_lines_are_shown_side_by_side() -> None:
    other = tuple(replace(line, content=f" {line.content}　") for line in LINES[:3])
    (finding,) = same_lines([budget(1, *LINES), budget(2, *other)])
    assert (finding.kind, finding.share, len(finding.pairs)) == (Kind.LINES, 10_000, 3)
    assert "150.00 × 10 次" in finding.pairs[0].one.text
    assert same_lines([budget(1, *LINES), budget(2, *other[:2])]) == []
    changed = tuple(replace(line, quantity=11) for line in LINES)
    assert same_lines([budget(1, *LINES), budget(2, *changed)]) == []
    assert same_lines([budget(1, *LINES), budget(2, *other)], ["探访物资"]) == []


def test_quotes_at_equal_distances_are_a_series() -> None:
    quotes = (9_000_000, 9_500_000, 9_250_000, 7_777_700)
    found = price_patterns([budget(n, quote=quote) for n, quote in enumerate(quotes)])
    assert [(f.kind, f.one, f.other) for f in found] == [
        (Kind.PRICES, "bid-0", "bid-2"), (Kind.PRICES, "bid-1", "bid-2"),
    ]  # fmt: skip
    assert "90,000.00 · 92,500.00 · 95,000.00" in found[0].pairs[0].one.text
    assert price_patterns([budget(n, quote=q) for n, q in enumerate((100, 100, 100))]) == [], (
        "equal is no series"
    )
    assert price_patterns([budget(n, quote=q) for n, q in enumerate((100, 200))]) == []


@given(st.lists(st.integers(1, 10**9), min_size=3, max_size=9, unique=True))
def test_a_series_is_reported_exactly_when_three_neighbours_are_equally_far(quotes: list[int]) -> None:
    found = price_patterns([budget(n, quote=quote) for n, quote in enumerate(quotes)])
    ordered = sorted(quotes)
    regular = any(b - a == c - b for a, b, c in zip(ordered, ordered[1:], ordered[2:], strict=False))
    assert bool(found) == regular


def test_prices_in_one_ratio_are_a_pattern() -> None:
    raised = tuple(replace(line, unit_price=line.unit_price * 103 // 100, quantity=8) for line in LINES)
    (finding,) = price_patterns([budget(1, *LINES), budget(2, *raised)])
    assert (finding.kind, len(finding.pairs)) == (Kind.PRICES, 4)
    uneven = (replace(raised[0], unit_price=17_000), *raised[1:])
    assert price_patterns([budget(1, *LINES), budget(2, *uneven)]) == []
    assert price_patterns([budget(1, *LINES[:3]), budget(2, *raised[:3])]) == []


FACTS = {
    "representative": "王小明", "contact": "李静", "phones": frozenset({"13800000000"}), "emails": frozenset({"a@example.org"}),
    "address": "示例市澄江区望湖路12号3楼", "bank_account": "6222000000000000", "people": ("赵大海", "钱多多"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("representative", Kind.REPRESENTATIVE), ("contact", Kind.CONTACT), ("phones", Kind.PHONE), ("emails", Kind.EMAIL),
        ("address", Kind.ADDRESS), ("bank_account", Kind.BANK), ("people", Kind.PERSON),
    ],
)  # fmt: skip
def test_each_shared_fact_is_a_finding_of_its_own(name: str, kind: Kind) -> None:
    shared = {name: FACTS[name]}
    (finding,) = same_facts([subject(1, **FACTS), subject(2, **shared)])
    assert (finding.kind, finding.share) == (kind, 10_000)
    assert same_facts([subject(1), subject(2)]) == [], "nothing given is nothing shared"


def test_addresses_differ_by_their_numbers_and_not_by_their_words() -> None:
    def found(one: str, other: str) -> bool:
        return bool(same_facts([subject(1, address=one), subject(2, address=other)]))

    assert found("示例市澄江区望湖路12号3楼", "澄江区望湖路12号3楼")
    assert found("澄江区望湖路12号3楼", "澄江区望湖路 １２ 号，3 楼")
    assert not found("澄江区望湖路12号3楼", "澄江区望湖路13号3楼")
    assert not found("澄江区", "澄江区")


def test_the_calls_own_telephone_number_is_left_out() -> None:
    both = [subject(n, phones=frozenset({"05700000000"})) for n in (1, 2)]
    assert same_facts(both, ["咨询电话：0570-0000000 0"]) == []


def test_names_and_numbers_are_read_out_of_texts() -> None:
    team = "1. 王小明，社工师，负责统筹\n项目负责人：李静（中级社工师）\n志愿者：30 名\n赵大海 会计\n专职社工三名"
    assert names_in(team) == ("王小明", "李静", "赵大海")
    assert phones_in("电话０５７０-1234567，手机 13812345678，编号 202613812345678001") == {
        "05701234567",
        "13812345678",
    }


def scene(seed: int, size=(900, 600)) -> Image.Image:
    chance, image = random.Random(seed), Image.new("RGB", size, "white")
    canvas = ImageDraw.Draw(image)
    for _ in range(25):
        x, y = chance.randint(0, size[0]), chance.randint(0, size[1])
        colour = tuple(chance.randint(0, 255) for _ in range(3))
        canvas.ellipse((x - 90, y - 60, x + 90, y + 60), fill=colour)
    return image


def grey(image: Image.Image) -> bytes:
    return image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()


def pictured(number: int, *images: Image.Image) -> Subject:
    return subject(number, pictures=tuple(Picture(f"照片{n}.jpg", grey(i)) for n, i in enumerate(images, 1)))


def test_a_picture_is_found_again_in_another_size_and_quality() -> None:
    original = scene(1)
    target = io.BytesIO()
    original.resize((450, 300)).save(target, "JPEG", quality=60)
    again = Image.open(target)
    (finding,) = same_pictures([pictured(1, scene(2), original), pictured(2, again, scene(3))])
    assert (finding.kind, len(finding.pairs)) == (Kind.IMAGE, 1)
    assert (finding.pairs[0].one.place, finding.pairs[0].other.place) == ("照片2.jpg", "照片1.jpg")


def test_pages_of_the_same_file_are_told_once_as_a_file() -> None:
    page = Picture("方案.pdf · 1", grey(scene(5)), "a")
    both = [subject(n, pictures=(page,), documents=(Document("方案.pdf", "a"),)) for n in (1, 2)]
    assert [finding.kind for finding in compare(both).findings] == [Kind.FILE]


def test_blank_pages_and_the_same_form_filled_in_otherwise_are_not_the_same_picture() -> None:
    blank = Image.new("RGB", (800, 600), "white")
    assert same_pictures([pictured(1, blank), pictured(2, blank)]) == []
    one, other = scene(4), scene(4)
    ImageDraw.Draw(other).rectangle((300, 200, 420, 260), fill="black")
    assert same_pictures([pictured(1, one), pictured(2, other)]) == []


def test_files_and_their_traces() -> None:
    def with_file(number: int, sha256: str, **facts: str) -> Subject:
        return subject(number, documents=(Document("方案.pdf", sha256, **facts),))

    def found(*subjects: Subject) -> list[Kind]:
        return [finding.kind for finding in same_documents(subjects)]

    assert found(with_file(1, "a"), with_file(2, "a")) == [Kind.FILE]
    assert found(with_file(1, "a", author="王小明"), with_file(2, "b", author="王小明")) == [Kind.METADATA]
    for nobody in ("", "Administrator", " admin ", "微软用户"):
        assert found(with_file(1, "a", author=nobody), with_file(2, "b", author=nobody)) == []
    made = {"created": "2026-02-01 10:00:00", "software": "WPS"}
    assert found(with_file(1, "a", **made), with_file(2, "b", **made)) == [Kind.METADATA]
    assert found(with_file(1, "a", software="WPS"), with_file(2, "b", software="WPS")) == []
    assert found(with_file(1, "a", identity="uuid:1"), with_file(2, "b", identity="uuid:1")) == [
        Kind.METADATA
    ]


def test_a_comparison_never_says_what_to_do() -> None:
    findings = compare([text(1, ORIGINAL), text(2, ORIGINAL)]).findings
    assert {field for f in findings for field in f.evidence()} == {"pairs", "more"}
    assert of_kind(findings, Kind.TEXT)[0].share == 10_000
