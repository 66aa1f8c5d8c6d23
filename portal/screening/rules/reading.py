"""Reading what is compared out of texts: names of a team, telephone numbers."""

import re
import unicodedata
from collections.abc import Iterator

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[-\s]?\d{7,8}(?!\d)")
_NAME = re.compile(
    r"^[\s\d.、（()）•·-]*([\u4e00-\u9fff]{2,3}(?:·[\u4e00-\u9fff]{2,6})?)\s*(?:[，,：:（(、]|\s|$)"
)
_NO_NAMES = frozenset({
    "负责人", "成员", "团队", "姓名", "项目", "社工", "志愿者", "顾问", "督导", "会计", "出纳", "财务", "组长", "主任", "护士", "医生", "其他", "合计",
    "项目组", "工作组", "专职", "兼职", "人员", "分工", "职责", "联系人", "咨询师", "心理师", "康复师", "律师", "教师", "讲师",
})  # fmt: skip


def names_in(team: str) -> tuple[str, ...]:
    """The names with which the lines of a team's description begin, one person a line, as the form asks for.

    Also ``项目负责人：王小明`` is read. Words that are tasks, not names, are left out.
    """
    return tuple(dict.fromkeys(name for line in re.split(r"[\n；;]", team) for name in _names(line)))


def phones_in(text: str) -> frozenset[str]:
    """Chinese mobile and landline numbers, as digits only."""
    wide = unicodedata.normalize("NFKC", text)
    found = [*MOBILE.findall(wide), *LANDLINE.findall(wide)]
    return frozenset(re.sub(r"\D", "", number) for number in found)


def _names(line: str) -> Iterator[str]:
    for part in re.split(r"[：:]", line)[:2]:
        found = _NAME.match(part.strip())
        if found and not any(word in found[1] for word in _NO_NAMES):
            yield found[1]
