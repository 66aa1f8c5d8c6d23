"""The language of official papers: Chinese, whatever language the reader or the officer works in."""

from typing import Any

from flask_babel import force_locale, gettext

from portal.core.templating import plain

LOCALE = "zh_Hans_CN"


def official(message: str, /, **values: Any) -> str:
    """``message`` (an English message id) in Chinese, with money, days, instants and labels written out."""
    with force_locale(LOCALE):
        return str(gettext(message, **{key: plain(value) for key, value in values.items()}))


def written(value: Any) -> str:
    """One value as official papers write it."""
    with force_locale(LOCALE):
        return str(plain(value))
