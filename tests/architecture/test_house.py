"""Rules of the house that no type checker knows."""

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy.orm import configure_mappers

from portal.app import FEATURES
from portal.core import policy, workflow
from portal.core.db import Base

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "portal").rglob("*.py"))


def test_relationships_never_load_by_surprise(app):
    configure_mappers()
    loose = [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise_on_sql"
    ]
    assert loose == []


def test_only_the_use_case_commits():
    guilty = [
        str(p.relative_to(ROOT))
        for p in SOURCES
        if re.search(r"\.commit\(\)", p.read_text()) and p.name != "db.py"
    ]
    assert guilty == []


def test_only_the_clock_reads_the_time():
    pattern = re.compile(r"datetime\.now|datetime\.utcnow|date\.today|time\.time\(")
    guilty = [
        str(p.relative_to(ROOT)) for p in SOURCES if pattern.search(p.read_text()) and p.name != "clock.py"
    ]
    assert guilty == []


def test_only_workflows_name_a_new_status():
    """``x.status = …`` outside core/workflow.py would be a transition that no table knows."""
    guilty = []
    for path in SOURCES:
        if path.name == "workflow.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(t, ast.Attribute) and t.attr == "status" and not _is_form(t) for t in targets):
                guilty.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert guilty == []


def _is_form(target: ast.Attribute) -> bool:
    """Forms and the account switch carry a ``status`` of another kind."""
    return isinstance(target.value, ast.Name) and target.value.id in {"self", "form", "user"}


def test_no_file_outgrows_a_screenful_of_thought():
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400}
    assert long == {}


def test_every_rule_has_a_sentence(app):
    assert all(sentence.strip().endswith(".") for sentence in policy.SENTENCES.values()), [
        name for name, sentence in policy.SENTENCES.items() if not sentence.strip().endswith(".")
    ]


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_has_the_same_name_everywhere(feature):
    views = ROOT / "portal" / feature / "views.py"
    if not views.exists() and not views.with_suffix("").exists():
        pytest.skip("no pages")
    assert (ROOT / "templates" / feature).is_dir()
    assert (ROOT / "tests" / feature).is_dir()


def test_every_state_of_a_workflow_can_be_reached(app):
    for noun, flow in workflow.WORKFLOWS.items():
        reached, before = {flow.initial}, set()
        while reached != before:
            before = set(reached)
            reached |= {t.target for t in flow.transitions.values() if t.sources & reached}
        assert reached == set(flow.states), noun


def test_pages_lock_nothing():
    """A page that holds a lock waits for ever for the use case it calls, which has a transaction of its own."""
    views = [path for path in SOURCES if "views" in path.relative_to(ROOT).with_suffix("").parts]
    assert [str(path) for path in views if re.search(r"for_update|lock=True", path.read_text())] == []
