"""Forms that somebody built: what is asked, what is wrong with an answer, what of a definition cannot work."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.questions import (
    Answer,
    Column,
    Condition,
    Part,
    Question,
    QuestionForm,
    QuestionKind,
    asked_only,
    check_answer,
    check_answers,
    check_form,
    empty_parts,
    is_asked,
    new_code,
    part_up,
    question_up,
    with_question,
    without_question,
)

SITES = Question("sites", QuestionKind.YES_NO, "几个点位")
WHERE = Question("where", QuestionKind.LINE, "在哪里", limit=5, only_if=Condition("sites", "yes"))
PLAN = Question("plan", QuestionKind.TABLE, "方案", columns=(Column("点位"), Column("人数", True)), only_if=Condition("sites", "yes"))  # fmt: skip
FORM = QuestionForm((Part("one", "第一页", (SITES, WHERE)), Part("two", "第二页", (PLAN,))))


def wrong_fields(**answers: Answer) -> list[str | None]:
    return [problem.field for problem in check_answers(FORM, answers)]


def test_a_question_is_asked_only_when_its_condition_holds() -> None:
    assert wrong_fields() == ["one-sites"]
    assert wrong_fields(sites="no") == []
    assert wrong_fields(sites="yes") == ["one-where", "two-plan"]
    assert wrong_fields(sites="yes", where="东苑", plan=[["东苑", "30"]]) == []


def test_a_question_below_an_unasked_one_is_not_asked() -> None:
    below = Question("below", QuestionKind.LINE, "再问", only_if=Condition("kind", "甲"))
    kind = Question(
        "kind", QuestionKind.CHOICE, "种类", options=("甲", "乙"), only_if=Condition("sites", "yes")
    )
    form = QuestionForm((Part("one", "页", (SITES, kind, below)),))
    assert is_asked(below, form, {"sites": "yes", "kind": "甲"})
    assert not is_asked(below, form, {"sites": "no", "kind": "甲"})
    assert asked_only(form, {"sites": "no", "kind": "甲", "below": "文字"}) == {"sites": "no"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (WHERE, "六个字的地方"),
        (Question("n", QuestionKind.NUMBER, "人数"), 0),
        (Question("n", QuestionKind.NUMBER, "人数", limit=10), 11),
        (Question("d", QuestionKind.DATE, "日期"), "2026-02-30"),
        (Question("c", QuestionKind.CHOICE, "选", options=("甲", "乙")), "丙"),
        (Question("c", QuestionKind.CHOICES, "选", options=("甲", "乙")), ["甲", "丙"]),
        (SITES, "maybe"),
        (PLAN, [["东苑", "三十"]]),
        (PLAN, [["字" * 501, "3"]]),
        (PLAN, [["东苑", "3"]] * 61),
        (PLAN, []),
        (WHERE, "  "),
    ],
)
def test_a_wrong_answer_is_told_and_a_missing_optional_one_is_not(question: Question, answer: Answer) -> None:
    assert check_answer(question, answer) is not None
    assert check_answer(replace(question, required=False), "") is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (WHERE, "五个字以内"),
        (Question("n", QuestionKind.NUMBER, "人数", required=False), 0),
        (Question("d", QuestionKind.DATE, "日期"), "2028-02-29"),
        (Question("c", QuestionKind.CHOICES, "选", options=("甲", "乙")), ["乙"]),
        (PLAN, [["东苑", "1,200.50"], ["西苑", ""]]),
    ],
)
def test_a_good_answer_is_accepted(question: Question, answer: Answer) -> None:
    assert check_answer(question, answer) is None


def test_the_usual_form_and_the_sample_can_work() -> None:
    from portal.tenders.rules import form_problems, usual_form

    assert check_form(FORM) == []
    assert form_problems(usual_form()) == []


@pytest.mark.parametrize(
    "form",
    [
        QuestionForm(),
        QuestionForm((Part("one", "页", (replace(SITES, label=" "),)),)),
        QuestionForm((Part("one", "页", (Question("c", QuestionKind.CHOICE, "选", options=("甲", "甲")),)),)),
        QuestionForm((Part("one", "页", (Question("t", QuestionKind.TABLE, "表"),)),)),
        QuestionForm((Part("one", "页", (WHERE, SITES)),)),
        QuestionForm((Part("one", "页", (SITES, replace(WHERE, only_if=Condition("sites", "maybe")))),)),
        QuestionForm((Part("one", "页", (SITES, WHERE, Question("x", QuestionKind.LINE, "x", only_if=Condition("where", "a")))),)),
        without_question(FORM, "sites"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_work_is_refused(form: QuestionForm) -> None:
    assert check_form(form)


def test_questions_are_added_changed_moved_and_removed() -> None:
    added = with_question(FORM, "one", Question("q1", QuestionKind.DATE, "哪天"))
    assert [q.code for q in added.parts[0].questions] == ["sites", "where", "q1"]
    changed = with_question(added, "one", Question("where", QuestionKind.LINE, "换了"))
    assert changed.question("where") == Question("where", QuestionKind.LINE, "换了")
    assert [q.code for q in question_up(added, "q1").parts[0].questions] == ["sites", "q1", "where"]
    across = question_up(FORM, "plan")
    assert [q.code for q in across.parts[0].questions] == ["sites", "where", "plan"]
    assert [p.params["title"] for p in empty_parts(across)] == ["第二页"]
    assert [p.code for p in part_up(FORM, "two").parts] == ["two", "one"]
    assert question_up(FORM, "sites") == FORM
    assert new_code("q", ["q1", "q3"]) == "q2"


texts = st.text(min_size=1, max_size=8)
questions = st.builds(
    Question, texts, st.sampled_from(QuestionKind), texts, texts, st.booleans(), st.none() | st.integers(1, 10**6),
    st.lists(texts, max_size=3).map(tuple), st.lists(st.builds(Column, texts, st.booleans()), max_size=3).map(tuple),
    st.none() | st.builds(Condition, texts, texts),
)  # fmt: skip


@given(st.lists(st.builds(Part, texts, texts, st.lists(questions, max_size=3).map(tuple), texts), max_size=3))
def test_a_form_comes_back_from_json_as_it_was(parts: list[Part]) -> None:
    form = QuestionForm(tuple(parts))
    assert QuestionForm.from_json(form.to_json()) == form
