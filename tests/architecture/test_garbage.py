"""Garbage in every form, by people who may send it: refused or taken, never a crash."""

import random
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from portal.core import clock
from portal.parties.values import Role
from tests.architecture.addresses import OBJECTS, build, declared, ids, real, rules
from tests.architecture.conftest import PEOPLE, Demo

TEXTS = [
    "", " ", "0", "-1", "1e999", "NaN", "Infinity", "9" * 40, "１２", "0.001", "1,000.00", "50", "3.5", "2026-02-30", "9999-12-31",
    "0001-01-01", "0001-01-01T00:00", "9999-12-31T23:59", "2026-03-02T09:00", "12:00", "true", "y", "null", "[]", "{}", '{"a": [1', "\x00", "a\x00b",
    "\ufffe", "'; DROP TABLE bid; --", "%(x)s {{7*7}}", "<script>alert(1)</script>", "=1+1", "../../etc/passwd", "a" * 5000, "汉" * 300,
    "00000000-0000-0000-0000-000000000001", "not-a-uuid", "nobody@example.org", "http://[", "\u202e\u200b", "😀", "13800138000",
]  # fmt: skip
NAMES = ["x.pdf", "../../x.pdf", "x.svg", "a\x00b.pdf", "很" * 200 + ".pdf", "x.xlsx", "x.jpg"]
BYTES = [b"", b"%PDF-1.7\n", b"PK\x03\x04rubbish", b"\xff\xd8\xff\xe0", b"<svg/>", bytes(range(256))]
PEOPLE_EACH = 2


def people_for(endpoint: str) -> list[str]:
    """Some people of the demo who may reach the endpoint."""
    wanted = declared()[endpoint]
    return [PEOPLE[role] for role in Role if wanted & {"*", "signed_in", role.value}][:PEOPLE_EACH]


def addresses(demo: Demo, rule: Rule, most: int) -> Iterator[str]:
    """The rule with up to ``most`` objects of the demo, which are in different states."""
    if len(rule.arguments) == 1 and (name := next(iter(rule.arguments))) in OBJECTS:
        found = ids(OBJECTS[name], most=1000)
        for key in found[:: max(1, len(found) // most)][:most]:
            yield build(demo.app, rule, {name: key})
    else:
        yield from real(demo.app, rule)


def asked(client: FlaskClient, address: str) -> tuple[list[str], list[str]]:
    """The fields of the page at ``address`` and the values that it offers, so that garbage goes beyond its front door."""
    with client.get(address) as page:
        text = page.get_data(as_text=True) if page.status_code == 200 else ""
    return sorted(set(re.findall(r' name="([^"]+)"', text))), sorted(
        set(re.findall(r' value="([^"]*)"', text))
    )


def garbage(names: list[str], offered: list[str], dice: random.Random) -> MultiDict[str, Any]:
    """Something for each field: rubbish, what the page offers for another field, a file, twice, or nothing."""
    sent: MultiDict[str, Any] = MultiDict()
    for name in {*names, "reason", "text"} - {"op_id"}:
        for _ in range(dice.choice([0, 1, 1, 1, 1, 1, 2])):
            if "file" in name or dice.random() < 0.03:
                sent.add(name, (BytesIO(dice.choice(BYTES)), dice.choice(NAMES)))
            else:
                sent.add(name, dice.choice(offered if offered and dice.random() < 0.5 else TEXTS))
    sent.add("op_id", str(UUID(int=dice.getrandbits(128))) if dice.random() < 0.9 else dice.choice(TEXTS))
    return sent


def crashes(demo: Demo, seed: int, objects: int) -> list[tuple[str, str, str]]:
    """Every address that crashed: endpoint, address, error."""
    dice, found = random.Random(seed), []
    for rule in rules(demo.app, "POST"):
        for key in people_for(rule.endpoint):
            for address in addresses(demo, rule, objects):
                client = demo.browser(key)  # anew each time: what was sent may have ended the session
                names, offered = asked(client, address)
                try:
                    with client.post(
                        address, data=garbage(names, offered, dice), content_type="multipart/form-data"
                    ) as answer:
                        if answer.status_code >= 500:
                            found.append((rule.endpoint, address, str(answer.status_code)))
                except (
                    Exception
                ) as error:  # while testing, errors come through instead of the page of a crash
                    found.append((rule.endpoint, address, f"{error.__class__.__name__}: {error}"[:200]))
    return found


@pytest.fixture(autouse=True)
def movable_clock(demo: Demo, tmp_path: Path) -> Iterator[None]:
    """The demo's clock page needs its file; here it moves nothing, as the tests' own clock stands above it."""
    clock.enable_demo(tmp_path / "demo-clock")
    yield
    clock.enable_demo(None)


def test_no_form_crashes_on_garbage(demo: Demo) -> None:
    assert crashes(demo, seed=2026, objects=2) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_form_crashes_on_much_more_garbage(demo: Demo, seed: int) -> None:
    assert crashes(demo, seed, objects=4) == []
