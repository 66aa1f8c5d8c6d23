"""The public list of calls as a browser gets it: milliseconds and statements of each page, with few calls and with many.

Run with ``python benchmarks/calls.py [calls]`` from the root of the repository; it works on a database of its own
and ends with an error when a page asks more questions of many calls than of few.
"""

import json
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

from flask.testing import FlaskClient
from sqlalchemy import event, insert

from portal.accounts.models import User
from portal.app import create_app
from portal.budgets.models import FundSource, Programme
from portal.budgets.values import FundKind, ProgrammeKind
from portal.core import clock, search
from portal.core.db import db
from portal.core.money import Money
from portal.parties.models import Unit
from portal.parties.values import UnitLevel
from portal.settings import Settings
from portal.tenders.models import Lot, Tender
from portal.tenders.values import TenderStatus

FIELDS = ("为老服务", "为小服务", "助残服务", "社区治理", "文化服务")
AREAS = ("青石街道", "望湖街道", "河东街道", "全区")
WORDS = ("探访", "助餐", "托管", "调解", "花园", "心理", "志愿", "议事", "健身", "图书")
FEW = 60
TIMES = 5
PAGES = {
    "first page": "/tenders/", "page 200": "/tenders/?page=200", "by budget": "/tenders/?sort=-budget", "open only": "/tenders/?open=1",
    "one field": "/tenders/?field=为老服务", "amount": "/tenders/?least=200000&most=300000", "search": "/tenders/?q=助餐",
    "search in a field": "/tenders/?q=探访&field=为老服务&open=1", "by title": "/tenders/?sort=title&page=3",
}  # fmt: skip


def ground() -> dict[str, UUID]:
    """A district with a programme and the officer who writes its calls."""
    unit, fund, programme, officer = (uuid4() for _ in range(4))
    db.session.execute(insert(Unit), [{"id": unit, "name": "示例区", "level": UnitLevel.DISTRICT, "parent_id": None, "path": f"/{unit}/"}])  # fmt: skip
    db.session.add(FundSource(id=fund, unit_id=unit, name="财政资金", kind=next(iter(FundKind)), restriction="公益创投", created_at=clock.now()))  # fmt: skip
    db.session.add(User(id=officer, email="officer@example.org", name="张主任", password_hash="-", created_at=clock.now()))  # fmt: skip
    db.session.flush()
    db.session.add(Programme(id=programme, unit_id=unit, fund_source_id=fund, name="公益创投", kind=next(iter(ProgrammeKind)), year=2026, description="", created_at=clock.now()))  # fmt: skip
    db.session.commit()
    return {"unit_id": unit, "programme_id": programme, "drafted_by": officer}


def fill(where: dict[str, UUID], first: int, count: int) -> None:
    """``count`` published calls with a lot each, one third still open, and their words in the index."""
    dice, now, calls, lots = random.Random(first), clock.now(), [], []
    for number in range(first, first + count):
        published = now - timedelta(hours=number)
        call = {
            **where, "id": uuid4(), "number": f"2026-CT-{number:05d}", "procedure": "venture_contest", "title": "".join(dice.choices(WORDS, k=4)),
            "description": "".join(dice.choices(WORDS, k=20)), "field": dice.choice(FIELDS), "area": dice.choice(AREAS), "eligibility": "",
            "conditions": [], "funding": [], "scheme": {}, "written_by": [], "budget": Money(dice.randint(1, 60) * 1_000_000), "created_at": published,
            "published_at": published, "status": TenderStatus.ACTIVE, "deadline_at": now + timedelta(days=dice.randint(-60, 30)), "version": 1,
        }  # fmt: skip
        calls.append(call)
        lots.append({"id": uuid4(), "tender_id": call["id"], "position": 1, "title": "第一包", "cap": call["budget"]})  # fmt: skip
    db.session.execute(insert(Tender), calls)
    db.session.execute(insert(Lot), lots)
    db.session.commit()
    search.rebuild()


def measured(client: FlaskClient) -> dict[str, tuple[float, int]]:
    """For each page the best time of some runs in milliseconds, and the statements of one run."""
    sent: list[str] = []

    def listener(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", listener)
    found = {}
    for name, address in PAGES.items():
        times = []
        for _ in range(TIMES):
            sent.clear()
            begun = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - begun)
            assert answer.status_code == 200, (address, answer.status_code)
        found[name] = round(min(times) * 1000, 1), len(sent)
    event.remove(db.engine, "before_cursor_execute", listener)
    return found


def main(count: int) -> None:
    """Print a line for each page; end with 1 when a page asks more of many calls."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        app = create_app(
            Settings(
                instance_dir=root, keys_dir=root / "keys", seal_key_file=root / "keys" / "seal.key", testing=True,
                database_url=f"sqlite:///{root / 'benchmark.db'}", redis_url="unix:///nowhere/redis.sock",
            ).prepared()
        )  # fmt: skip
        with app.app_context():
            db.create_all()
            where, client = ground(), app.test_client()
            fill(where, 0, FEW)
            few = measured(client)
            fill(where, FEW, count - FEW)
            many = measured(client)
    for name, (milliseconds, statements) in many.items():
        print(json.dumps({"page": name, "calls": count, "ms": milliseconds, "statements": statements, "ms of few": few[name][0]}, ensure_ascii=False))  # fmt: skip
    if worse := [name for name in many if many[name][1] > few[name][1]]:
        sys.exit(f"more statements for more calls: {worse}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
