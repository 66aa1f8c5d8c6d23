"""PDF documents: a template and a context of plain values, set by WeasyPrint in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import render_template
from flask_babel import force_locale

TIMEOUT_SECONDS = 120

Setter = Callable[[str], bytes]


class DocumentError(RuntimeError):
    """The PDF could not be made; the message holds what the process said."""


def _set_in_child(html: str) -> bytes:
    child = subprocess.run(
        [sys.executable, "-m", "portal.core.pdf"], input=html.encode(), capture_output=True, timeout=TIMEOUT_SECONDS,
        check=False,
    )  # fmt: skip
    if child.returncode != 0 or not child.stdout.startswith(b"%PDF-"):
        raise DocumentError(child.stderr.decode(errors="replace")[-2000:])
    return child.stdout


_setter: Setter = _set_in_child


@contextmanager
def set_by(setter: Setter) -> Iterator[None]:
    """Set documents by ``setter`` inside the ``with`` block.

    For commands that set many papers of trusted texts: starting a child costs ten times as much as a paper.
    """
    global _setter
    before, _setter = _setter, setter
    try:
        yield
    finally:
        _setter = before


def render_pdf(template: str, /, **context: Any) -> bytes:
    """The PDF of ``templates/documents/<template>`` with ``context``, in Chinese.

    The setting runs in a child with limits on memory and time, because memory is not given back by the layout
    engine and the text comes from users. Raises ``DocumentError``.
    """
    with force_locale("zh_Hans_CN"):
        html = render_template(f"documents/{template}", **context)
    return _setter(html)
