"""Blind review: what would tell the reader whose proposal it is, and the proposal without it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath

from portal.bids.values import ProposalContent
from portal.core.questions import Answer

HIDDEN = "＊＊＊"
REDACTED = "redacted"  # the kind of attachment that an organisation hands in for experts who read blind
SHORTEST = 2
_PLACE = re.compile(r"^(?:[^省市区县]{1,6}(?:省|自治区|市|区|县))*(?:[^街道镇乡]{1,6}(?:街道|镇|乡))?")
_GENERIC = re.compile(
    r"(?:社会|社区|公益|志愿|慈善|养老|青少年|事业|工作|服务|发展|促进|事务|指导|支持|创新|文化|教育|心理|健康)*"
    r"(?:中心|协会|基金会|促进会|联合会|事务所|服务社|服务站|工作室|社|会|院|所|站|队)$"
)


def short_name(name: str) -> str:
    """The part of an organisation's name that people use: without place and without what many names end in."""
    return _GENERIC.sub("", _PLACE.sub("", name, count=1), count=1)


def telling_words(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """What must not be read, the longest first: names of organisations with their short forms, and other facts."""
    names = [name.strip() for name in names]
    found = {*names, *map(short_name, names), *(word.strip() for word in others)}
    return sorted((word for word in found if len(word) >= SHORTEST), key=lambda word: (-len(word), word))


def masked(text: str, words: Sequence[str]) -> str:
    """``text`` with every one of ``words`` hidden, in any case and however it is spaced."""
    if not words:
        return text
    spaced = (r"\s*".join(map(re.escape, "".join(word.split()))) for word in words)
    return re.sub("|".join(spaced), HIDDEN, text, flags=re.IGNORECASE)


def masked_content(content: ProposalContent, words: Sequence[str], copy_title: str) -> ProposalContent:
    """The proposal as experts read it blind: no profile, telling words hidden, only the redacted copy attached.

    The copies are called ``copy_title`` with a number, since file names tell who wrote them.
    """
    copies = [item for item in content.attachments if item.kind == REDACTED]
    return replace(
        content,
        title=masked(content.title, words),
        answers={code: _masked_answer(answer, words) for code, answer in content.answers.items()},
        lines=tuple(replace(line, content=masked(line.content, words)) for line in content.lines),
        attachments=tuple(
            replace(item, name=f"{copy_title} {number}{PurePath(item.name).suffix}")
            for number, item in enumerate(copies, start=1)
        ),
        profile={},
        partners=(),
    )


def _masked_answer(answer: Answer, words: Sequence[str]) -> Answer:
    if isinstance(answer, str):
        return masked(answer, words)
    if isinstance(answer, int):
        return answer
    return [
        masked(item, words) if isinstance(item, str) else [masked(cell, words) for cell in item]
        for item in answer
    ]
