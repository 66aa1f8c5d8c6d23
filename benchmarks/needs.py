"""List pages on 50,000 needs: milliseconds and statements of each page, and how SQLite finds its rows.

Run with ``python benchmarks/needs.py [needs]`` from the root of the repository; it works on a database of its own.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import event, insert

from portal.app import create_app
from portal.core import search
from portal.core.db import db
from portal.core.policy import Actor, Grant
from portal.needs import queries
from portal.needs.models import Need
from portal.needs.values import NeedChannel, NeedStatus, ServiceField
from portal.parties.models import Unit
from portal.parties.values import Role, UnitLevel
from portal.settings import Settings

WORDS = [
    "老人",
    "孩子",
    "楼道",
    "扶手",
    "路灯",
    "停车",
    "助餐",
    "托管",
    "调解",
    "花园",
    "噪音",
    "电梯",
    "活动室",
    "心理",
    "押金",
    "新居民",
    "志愿者",
    "修鞋",
    "健身",
    "图书",
]
START = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = 5


def fill(count: int) -> set[Any]:
    """Ten streets with ten communities each, and ``count`` needs."""
    dice, district = random.Random(3), uuid4()
    units = [
        {
            "id": district,
            "name": "区",
            "level": UnitLevel.DISTRICT,
            "parent_id": None,
            "path": f"/{district}/",
        }
    ]
    for number in range(10):
        street = uuid4()
        units.append({"id": street, "name": f"街道{number}", "level": UnitLevel.STREET, "parent_id": district, "path": f"/{district}/{street}/"})  # fmt: skip
        units += [
            {"id": (key := uuid4()), "name": f"社区{number}{n}", "level": UnitLevel.COMMUNITY, "parent_id": street, "path": f"/{district}/{street}/{key}/"}
            for n in range(10)
        ]  # fmt: skip
    communities = [unit["id"] for unit in units if unit["level"] == UnitLevel.COMMUNITY]
    states, fields, channels = [NeedStatus.RECEIVED, NeedStatus.ACCEPTED, NeedStatus.DECLINED], list(ServiceField), list(NeedChannel)  # fmt: skip
    db.session.execute(insert(Unit), units)
    rows = []
    for number in range(count):
        status, at = dice.choice(states), START + timedelta(minutes=7 * number)
        answered = status != NeedStatus.RECEIVED
        words = "".join(dice.choices(WORDS, k=6))
        rows.append(
            {
                "id": uuid4(), "number": f"XQ-2026-{number + 1:05d}", "unit_id": dice.choice(communities), "field": dice.choice(fields),
                "channel": dice.choice(channels), "text": words, "summary": words if answered else "", "status": status,
                "received_at": at, "answer": "已列入计划" if answered else None, "answered_at": at if answered else None,
                "priority": dice.choice([0, 36, 52, 76, 100]), "version": 1,
            }
        )  # fmt: skip
    db.session.execute(insert(Need), rows)
    db.session.commit()
    search.rebuild()
    return {unit["id"] for unit in units}


def pages(actor: Actor, street: str) -> Iterator[tuple[str, Any]]:
    """What people open: first and last pages, filters, searches."""
    for name, args in {
        "newest": {}, "page 1000": {"page": "1000"}, "by priority": {"sort": "-priority"}, "one street": {"place": street},
        "state and field": {"status": "received", "field": "elderly"}, "search": {"q": "助餐"}, "search in a street": {"q": "电梯", "place": street},
    }.items():  # fmt: skip
        yield f"desk, {name}", lambda args=args: queries.list_needs(actor, args)
        if name != "by priority":
            yield f"public, {name}", lambda args=args: queries.public_needs(args)


def main(count: int) -> None:
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
            units = fill(count)
            officer = Actor(
                uuid4(), "officer", frozenset(Grant(Role.PROGRAMME_OFFICER, unit) for unit in units)
            )
            street = str(next(u.id for u in db.session.query(Unit) if u.level == UnitLevel.STREET))
            for name, read in pages(officer, street):
                print(json.dumps(measured(name, read), ensure_ascii=False))


def measured(name: str, read: Any) -> dict[str, Any]:
    """The best of some runs, the statements of one, and the plan of its last."""
    sent: list[tuple[str, Any]] = []

    def listener(_c: Any, _cur: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listener)
    times = []
    for _ in range(TIMES):
        sent.clear()
        db.session.rollback()
        begun = time.perf_counter()
        total = read().total
        times.append(time.perf_counter() - begun)
    event.remove(db.engine, "before_cursor_execute", listener)
    statement, parameters = sent[-1]
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    steps = [row[3] for row in plan if "need" in row[3] or "search" in row[3]]
    return {
        "page": name,
        "rows": total,
        "ms": round(min(times) * 1000, 1),
        "statements": len(sent),
        "plan": steps,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
