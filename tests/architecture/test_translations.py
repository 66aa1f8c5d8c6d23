"""Both languages are complete: every English text has its Chinese, with the same placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("portal/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "N_": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


@pytest.fixture(scope="module")
def used() -> set[str]:
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS)
    return {
        message if isinstance(message, str) else message[0] for _f, _l, message, _c, _x in found if message
    }


@pytest.fixture(scope="module")
def catalogue():
    with (ROOT / "translations/zh_Hans_CN/LC_MESSAGES/messages.po").open("rb") as file:
        return {m.id if isinstance(m.id, str) else m.id[0]: m for m in read_po(file) if m.id}


def test_every_text_has_its_chinese(used, catalogue):
    missing = sorted(text for text in used if text not in catalogue or not catalogue[text].string)
    assert missing == []


def test_the_catalogue_keeps_nothing_that_is_not_used(used, catalogue):
    assert sorted(set(catalogue) - used) == []


def test_placeholders_are_the_same_in_both_languages(catalogue):
    for text, message in catalogue.items():
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in strings:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(string)), text


def test_nothing_is_fuzzy(catalogue):
    assert [text for text, message in catalogue.items() if message.fuzzy] == []
