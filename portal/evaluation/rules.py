"""Pure rules of evaluation: rates, score, stars and grade, what follows, and the closing of a project.

All arithmetic is exact (``Decimal``); the score is rounded once, at the end.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.core.errors import Invalid, Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.evaluation.values import (
    BASIS,
    HUNDREDTH,
    Answer,
    Band,
    Closing,
    ClosingFacts,
    EvaluationGroup,
    Grade,
    Indicator,
    Outcome,
    Part,
    Rate,
    Rates,
    Result,
    SurveyState,
    Weights,
)

CODES_AT_ONCE = 200
SATISFIED = 4
Marks = Mapping[tuple[EvaluationGroup, Indicator], Decimal]


def weights_from(data: Mapping[str, Any]) -> Weights:
    """The weights in plain JSON data."""
    return Weights(
        {Indicator(key): int(bp) for key, bp in data["indicators"].items()},
        {
            Indicator(key): {EvaluationGroup(group): int(bp) for group, bp in shares.items()}
            for key, shares in data["groups"].items()
        },
    )


def bands_from(data: Mapping[str, Any]) -> list[Band]:
    """The bands in plain JSON data, the highest first."""
    bands = [Band(Decimal(b["at_least"]), int(b["stars"]), Grade(b["grade"])) for b in data["bands"]]
    return sorted(bands, key=lambda band: band.at_least, reverse=True)


def group_share(weights: Weights, group: EvaluationGroup) -> Decimal:
    """The share of a group in the whole score, in percent."""
    total = sum(
        weights.indicators[indicator] * shares.get(group, 0) for indicator, shares in weights.groups.items()
    )
    return Decimal(total) * 100 / (BASIS * BASIS)


def check_weights(weights: Weights) -> list[Problem]:
    """Problems of the weights: each level adds up to 100 %, rates come from residents, whose share is above zero."""
    found = []
    everything = [*weights.indicators.values(), *(bp for s in weights.groups.values() for bp in s.values())]
    if min(everything, default=-1) < 0:
        found.append(problem(N_("A weight must not be below zero.")))
    if set(weights.indicators) != set(Indicator) or sum(weights.indicators.values()) != BASIS:
        found.append(problem(N_("The weights of the five indicators must add up to 100%.")))
    for indicator in Indicator:
        shares = weights.groups.get(indicator, {})
        if sum(shares.values()) != BASIS:
            found.append(
                problem(
                    N_("The groups' weights for “%(indicator)s” must add up to 100%."), indicator=indicator
                )
            )
        strangers = [
            g for g, bp in shares.items() if bp and (g is EvaluationGroup.RESIDENT) != indicator.is_rate
        ]
        if strangers:
            found.append(
                problem(
                    N_(
                        "“%(indicator)s” is a rate of the residents' survey or a mark of the other groups, not both."
                    ),
                    indicator=indicator,
                )
            )
    if not found and group_share(weights, EvaluationGroup.RESIDENT) <= 0:
        found.append(problem(N_("The residents' weight must not be zero.")))
    return found


def rates(answers: Sequence[Answer], population: int) -> Rates:
    """The three rates of a survey; ``population`` is how many residents could have answered."""
    count = len(answers)
    return Rates(
        Rate(sum(a.aware for a in answers), count, N_("residents who know of the project ÷ all answers")),
        Rate(sum(a.took_part for a in answers), count, N_("residents who took part ÷ all answers")),
        Rate(
            sum(a.satisfaction >= SATISFIED for a in answers),
            count,
            N_("answers “satisfied” and “very satisfied” ÷ all answers"),
        ),
        count,
        population,
    )


def check_rates(found: Rates) -> list[Problem]:
    """Problems of a survey's rates: no answer, or more answers than residents."""
    if not found.answered:
        return [problem(N_("No resident has answered the survey."))]
    if found.answered > found.population:
        return [
            problem(
                N_("There are %(answered)d answers of %(population)d residents."),
                answered=found.answered,
                population=found.population,
            )
        ]
    return []


def check_answer(answer: Answer) -> list[Problem]:
    """Problems of one answer: satisfaction from 1 to 5, a comment of at most 500 characters."""
    found = []
    if not 1 <= answer.satisfaction <= 5:
        found.append(problem(N_("Please choose how satisfied you are."), field="satisfaction"))
    if len(answer.comment) > 500:
        found.append(problem(N_("At most %(most)d characters are possible."), field="comment", most=500))
    return found


def judged_by(weights: Weights, group: EvaluationGroup) -> list[Indicator]:
    """The indicators that a group marks, in their order; none for residents, whose survey counts."""
    if group is EvaluationGroup.RESIDENT:
        return []
    return [i for i in Indicator if weights.groups.get(i, {}).get(group, 0) > 0]


def check_mark(value: Decimal) -> bool:
    """A mark lies from 0 to 100 with at most two decimals."""
    return Decimal(0) <= value <= Decimal(100) and value == value.quantize(HUNDREDTH)


def check_marks(weights: Weights, marks: Marks) -> list[Problem]:
    """Which marks are missing or out of range; a missing one is never weighed away."""
    found = []
    for group in EvaluationGroup:
        for indicator in judged_by(weights, group):
            value = marks.get((group, indicator))
            if value is None:
                found.append(
                    problem(
                        N_("The mark of “%(group)s” for “%(indicator)s” is missing."), group=group, indicator=indicator
                    )
                )  # fmt: skip
            elif not check_mark(value):
                found.append(
                    problem(
                        N_("A mark lies from 0 to 100 with at most two decimals."), field=f"mark_{indicator.value}"
                    )
                )  # fmt: skip
    return found


def evaluate(weights: Weights, marks: Marks, found: Rates) -> Result:
    """The score of a project from 0 to 100 with its parts by indicator and group.

    Each part is indicator weight × group weight × mark, exact; the sum is rounded half up to two decimals.
    Raises ``Invalid`` when weights, marks or rates are not complete.
    """
    problems = check_weights(weights) or [*check_marks(weights, marks), *check_rates(found)]
    if problems:
        raise Invalid(*problems)
    parts = []
    for indicator in Indicator:
        for group, bp in weights.groups[indicator].items():
            if not bp:
                continue
            mark = found.of(indicator).mark if indicator.is_rate else marks[group, indicator]
            share = Decimal(weights.indicators[indicator] * bp) / (BASIS * BASIS)
            parts.append(Part(indicator, group, share * 100, mark, share * mark))
    score = sum((part.points for part in parts), Decimal(0)).quantize(HUNDREDTH, ROUND_HALF_UP)
    return Result(score, tuple(parts))


def band(score: Decimal, bands: Sequence[Band]) -> Band:
    """The highest band that the score reaches. Raises ``ValueError`` when the bands leave a gap below."""
    reached = [b for b in bands if score >= b.at_least]
    if not reached:
        raise ValueError("the bands do not reach down to this score")
    return max(reached, key=lambda b: b.at_least)


def stars(score: Decimal, bands: Sequence[Band]) -> int:
    """Stars from 1 to 5."""
    return band(score, bands).stars


def grade(score: Decimal, bands: Sequence[Band]) -> Grade:
    """The grade of the score."""
    return band(score, bands).grade


_OUTCOMES = {
    Grade.EXCELLENT: Outcome(
        True,
        N_("The last instalment can be requested. The organisation is preferred under equal conditions."),
    ),
    Grade.GOOD: Outcome(
        True,
        N_("The last instalment can be requested. The organisation is preferred under equal conditions."),
    ),
    Grade.PASS: Outcome(True, N_("The last instalment can be requested.")),
    Grade.BASIC: Outcome(
        True, N_("The last instalment can be requested once what the report asks for is put right.")
    ),
    Grade.FAIL: Outcome(
        False, N_("The last instalment is not paid. Unspent money is returned at the closing.")
    ),
}


def outcome(reached: Grade) -> Outcome:
    """What the grade means for the last instalment and the organisation."""
    return _OUTCOMES[reached]


def survey_state(opens_at: datetime, closes_at: datetime, at: datetime) -> SurveyState:
    """Whether answers are taken at this moment: from ``opens_at`` on, until just before ``closes_at``."""
    if at < opens_at:
        return SurveyState.EARLY
    return SurveyState.OPEN if at < closes_at else SurveyState.CLOSED


def check_survey(
    opens_at: datetime, closes_at: datetime, population: int, count: int, now: datetime
) -> list[Problem]:
    """Problems of a new survey: period, number of residents, number of invitation codes."""
    found = check_count(count)
    if closes_at <= max(opens_at, now):
        found.append(
            problem(N_("The survey must close after it opens, and in the future."), field="closes_at")
        )
    if population < 1:
        found.append(problem(N_("Please say how many residents can answer."), field="population"))
    elif count > population:
        found.append(problem(N_("There are more codes than residents."), field="count"))
    return found


def check_count(count: int) -> list[Problem]:
    """Codes are printed at once, so at most 200 in one sheet."""
    if 1 <= count <= CODES_AT_ONCE:
        return []
    return [problem(N_("Between 1 and %(most)d codes are made at once."), field="count", most=CODES_AT_ONCE)]


def close(facts: ClosingFacts, *, cancel_unpaid: bool) -> Closing:
    """What closing a project does with its money, and why it cannot be closed now.

    Unspent money is what was paid minus what was spent, never below zero. After a failed evaluation, or when the
    officer says so, what is not paid is cancelled; whatever then stays committed is released to the programme.
    """
    found = []
    if not facts.contract_active:
        found.append(problem(N_("The contract is not in force.")))
    if not facts.evaluation_final:
        found.append(problem(N_("The evaluation is not final yet.")))
    found += [
        problem(N_("The milestone “%(title)s” is not accepted yet."), title=title)
        for title in facts.open_milestones
    ]
    if facts.approved_unpaid:
        found.append(problem(N_("An approved instalment waits for the cashier. It must be paid first.")))
    cancelled = facts.unpaid if facts.unpaid and (cancel_unpaid or not facts.passed) else Money.ZERO
    if facts.evaluation_final and facts.unpaid and not cancelled:
        found.append(
            problem(
                N_(
                    "Instalments of %(amount)s are not paid yet. Pay them first, or say that they are cancelled."
                ),
                amount=facts.unpaid,
            )
        )
    return Closing(tuple(found), cancelled, facts.committed, max(facts.paid - facts.spent, Money.ZERO))


_ZH = {
    "quality": "质量", "progress": "进度", "awareness": "知晓率", "participation": "参与率", "satisfaction": "满意度",
    "expert": "专家", "department": "职能部门", "media": "新闻媒体", "resident": "居民",
    "excellent": "优秀", "good": "良好", "pass": "合格", "basic": "基本合格", "fail": "不合格",
}  # fmt: skip


def result_notice(number: str, party: str, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks of the evaluation notice, in Chinese, from the frozen result."""
    survey = result["survey"]
    rows = [
        [_ZH[part["indicator"]], _ZH[part["group"]], f"{part['weight']}%", part["mark"], part["points"]]
        for part in result["parts"]
    ]
    counted = "；".join(
        f"{_ZH[key]} {rate['numerator']}/{rate['denominator']}（{rate['percent']}%）"
        for key, rate in result["rates"].items()
    )
    return [
        {
            "text": f"{party}承接的项目（合同编号 {number}）已完成终期评估，综合得分 {result['score']} 分，"
            f"等次为{_ZH[result['grade']]}，评定为 {result['stars']} 星。"
        },
        {"table": {"head": ["指标", "评价主体", "权重", "得分", "计入分"], "rows": rows}},
        {
            "text": f"居民问卷调查时间为 {survey['from']} 至 {survey['until']}，应答 {survey['answers']} 份，"
            f"服务对象 {survey['population']} 人：{counted}。"
        },
    ]


def closing_notice(
    number: str, party: str, facts: ClosingFacts, plan: Closing, star_count: int
) -> list[dict[str, Any]]:
    """The blocks of the closing notice, in Chinese."""
    rows = [
        ["已拨付", f"{facts.paid.format()} 元"],
        ["已支出", f"{facts.spent.format()} 元"],
        ["收回结余", f"{plan.returned.format()} 元"],
        ["取消拨付", f"{plan.cancelled.format()} 元"],
        ["释放回项目计划", f"{plan.released.format()} 元"],
        ["星级", f"{star_count} 星"],
    ]
    return [
        {"text": f"{party}承接的项目（合同编号 {number}）已结项，资金情况如下。"},
        {"table": {"head": ["事项", "金额或结果"], "rows": rows}},
    ]
