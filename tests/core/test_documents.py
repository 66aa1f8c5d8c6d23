"""Papers are set by a child that reaches nothing; other tests set theirs without one, which is ten times as fast."""

import pytest
from flask import Flask

from portal.core import documents
from portal.core.documents import DocumentError


def test_the_child_sets_a_document(app: Flask) -> None:
    assert documents._set_in_child("<p>一份文件</p>").startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/secret", "file:///etc/hostname", "asset:../../portal/settings.py"]
)
def test_the_child_reaches_neither_network_nor_files(app: Flask, address: str) -> None:
    with pytest.raises(DocumentError, match="documents may not load"):
        documents._set_in_child(f'<link rel="stylesheet" href="{address}"><p>x</p>')


def test_pages_use_the_child_when_nobody_says_otherwise(app: Flask) -> None:
    with documents.set_by(documents._set_in_child):
        assert documents.render_pdf(
            "opening_minutes.html", number="1", tender="t", minimum=3, counts=[], entries=[]
        ).startswith(b"%PDF-")
