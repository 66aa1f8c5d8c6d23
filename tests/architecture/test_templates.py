"""Every template compiles, has a title, and asks only for rules that exist."""

import re
from pathlib import Path

import pytest

from portal.core import policy

ROOT = Path(__file__).resolve().parents[2] / "templates"
TEMPLATES = sorted(str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.suffix in {".html", ".txt"})


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles_and_keeps_the_rules(application, name):
    application.jinja_env.get_template(name)
    source = (ROOT / name).read_text()
    if '{% extends "base.html" %}' in source and not Path(name).name.startswith("_"):
        assert "{% block title %}" in source
    for rule in re.findall(r"""\bcan\(\s*['"](\w+)['"]""", source):
        assert rule in policy.RULES
    assert "style=" not in source or name.startswith("documents/"), (
        "the content security policy forbids inline style"
    )
    assert not re.search(r"\son\w+=", source), "the content security policy forbids inline script"
