"""Full-text search: the same texts found on both databases, whatever is typed."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import search
from portal.core.db import db, use_case

CORPUS = {
    "visits": ("为独居老人提供探访服务", "志愿者每周上门两次，二〇二六年完成。"),
    "venture": ("2026 Venture contest of the district", "公益创投大赛"),
    "children": ("儿童课后托管", "周末“四点半课堂”，地址：1号楼３０２室"),
    "mixed": ("ＡＢＣ社区COVID-19互助队", "Café 咖啡馆"),
    "odd": ("O'Brien \"quoted\" NEAR(a b) 100% words:* 'x' & !y", "多行\n文本"),
}
EXPECTED = {
    "独居老人": {"visits"},
    "老人 探访": {"visits"},
    "老人儿童": set(),
    "访服": {"visits"},
    "务志": set(),  # the end of one text and the beginning of the next are no words
    "者": {"visits"},
    "二〇二六年": {"visits"},
    "公益创投": {"venture"},
    "2026": {"venture"},
    "vent": {"venture"},
    "VENTURE 创投": {"venture"},
    "enture": set(),
    "302室": {"children"},
    "四点半课堂": {"children"},
    "社区": {"mixed"},
    "abc社区": {"mixed"},
    "covid-19": {"mixed"},
    "café": {"mixed"},
    "周": {"visits", "children"},
    "o'brien": {"odd"},
    '"quoted"': {"odd"},
    "near(a b)": {"odd"},
    "100%": {"odd"},
    "文本": {"odd"},
    "words:*": {"odd"},
    "' OR 1=1 --": set(),
    'a" OR "b': set(),
    "养老 -托管": set(),
    "…！？": set(),
    "": set(),
    "𠮷": set(),
}


@use_case
def fill() -> dict:
    keys = {name: uuid4() for name in CORPUS}
    for name, texts in CORPUS.items():
        search.index("thing", keys[name], *texts)
    search.index("other", uuid4(), *(text for texts in CORPUS.values() for text in texts))
    return keys


def found(words: str, kind: str = "thing") -> set:
    return set(db.session.scalars(search.matching(kind, words)))


def test_each_query_finds_exactly_the_texts_that_contain_it(app):
    keys = fill()
    names = {key: name for name, key in keys.items()}
    assert {words: {names[key] for key in found(words)} for words in EXPECTED} == EXPECTED


def test_what_is_indexed_anew_replaces_what_was_there(app):
    keys = fill()
    use_case(search.index)("thing", keys["visits"], "健康讲座")
    assert found("独居老人") == set()
    assert found("健康讲座") == {keys["visits"]}
    use_case(search.forget)("thing", keys["visits"])
    assert found("健康讲座") == set()
    assert found("独居老人", "other") != set()


def test_a_use_case_that_fails_leaves_nothing_to_be_found(app):
    @use_case
    def fail() -> None:
        search.index("thing", uuid4(), "半途而废")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert found("半途而废") == set()


def test_outside_of_a_use_case_nothing_is_indexed(app):
    with pytest.raises(RuntimeError):
        search.index("thing", uuid4(), "文")
    with pytest.raises(RuntimeError):
        search.forget("thing", uuid4())


def test_two_searches_meet_in_one_statement(app):
    keys = fill()
    both = search.matching("thing", "周").intersect(search.matching("thing", "志愿"))
    assert set(db.session.scalars(both)) == {keys["visits"]}


def test_the_index_is_built_anew_from_its_sources(app, monkeypatch):
    key = uuid4()
    monkeypatch.setattr(search, "SOURCES", {"thing": lambda: [(key, ["社区", "养老服务"])]})
    fill()
    answer = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert answer.output.split() == ["thing", "1"]
    assert found("养老") == {key}
    assert found("独居老人", "other") == set()


def test_a_very_long_text_is_cut_and_not_refused(app):
    key = uuid4()
    use_case(search.index)("thing", key, "开头" + "字" * 200_000, "x" * 100_000)
    assert found("开头") == {key}


@given(st.text(), st.text(max_size=30))
def test_any_text_becomes_plain_words_and_any_part_of_a_run_is_found(text, words):
    stored = search.words_of(text).split(" ")
    assert all(word == "" or word.isalnum() or any(sign in word for sign in "々〇ー") for word in stored)
    for phrase, _open_end in search.phrases(words):
        assert all(phrase)


@given(st.text(alphabet="养老服务社区儿", min_size=1, max_size=12), st.data())
def test_a_part_of_a_text_is_a_phrase_of_its_words(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    stored = search.words_of(text).split(" ")
    [(phrase, open_end)] = search.phrases(text[start:end])
    windows = [stored[i : i + len(phrase)] for i in range(len(stored))]
    assert phrase in windows or (open_end and any(word.startswith(phrase[0]) for word in stored))
