"""Rank 10,000 bids × 7 experts × 8 criteria exactly, from stored marks to the stored ranking with its record.

Beside it the floor: a plain float sum of the same matrix, already in memory. Run with
``python benchmarks/ranking.py [bids]`` from the root of the repository, on a SQLite database of its own. Prints
seconds of each step and the peak of memory.
"""

import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

from flask import Flask
from sqlalchemy import event, insert

from portal.app import create_app
from portal.core import clock
from portal.core.db import db, use_case
from portal.core.policy import Actor
from portal.panels.models import Panel
from portal.panels.models import Seat as StoredSeat
from portal.scoring import queries
from portal.scoring.models import Mark, ScoreSheet
from portal.scoring.rules import evaluate
from portal.scoring.services.ranking import store
from portal.scoring.values import (
    Aggregation,
    AggregationMethod,
    BidInput,
    Criterion,
    CriterionKind,
    Evaluation,
    PriceFormula,
    PriceMethod,
    Scheme,
    Seat,
)
from portal.settings import Settings
from portal.tenders.models import Criterion as StoredCriterion

EXPERTS = 7
MAXIMA = (20, 10, 20, 10, 15, 10, 5, 10)
CODES = [f"C{number}" for number in range(1, len(MAXIMA))]

SCHEME = Scheme(
    version=1,
    criteria=(
        *(
            Criterion(code, code, CriterionKind.SUBJECTIVE, Decimal(top))
            for code, top in zip(CODES, MAXIMA, strict=False)
        ),
        Criterion("price", "price", CriterionKind.PRICE, Decimal(MAXIMA[-1])),
    ),
    aggregation=Aggregation(AggregationMethod.TRIMMED, drop_high=1, drop_low=1),
    price=PriceFormula(PriceMethod.LOWEST_OVER_QUOTE),
    ties=("quote", "C1"),
)

ACTOR = Actor(uuid4(), "benchmark", frozenset())
Matrix = list[list[int]]


def fill(panel: Panel, count: int) -> tuple[Matrix, list[BidInput]]:
    """Store seats, sheets and marks as the portal does; returns the half points of each sheet and the quotes."""
    chance = random.Random(14)
    criteria = [
        {"id": uuid4(), "tender_id": panel.tender_id, "position": n, "code": c.code, "title": c.code, "kind": c.kind, "maximum": c.maximum}
        for n, c in enumerate(SCHEME.criteria, start=1)
    ]  # fmt: skip
    seats = [
        {"id": uuid4(), "panel_id": panel.id, "expert_id": uuid4(), "code": f"E{n}", "group": "technical", "position": n, "status": "accepted"}
        for n in range(EXPERTS)
    ]  # fmt: skip
    db.session.execute(insert(StoredCriterion), criteria)
    db.session.execute(insert(StoredSeat), seats)
    matrix, bids = [], []
    for _ in range(count):
        bid_id = uuid4()
        bids.append(BidInput(str(bid_id), chance.randint(1, 100) * 100_000))
        sheets = [
            {"id": uuid4(), "panel_id": panel.id, "seat_id": seat["id"], "bid_id": bid_id, "status": "submitted", "submitted_at": clock.now()}
            for seat in seats
        ]  # fmt: skip
        given = [[chance.randint(0, 2 * top) for top in MAXIMA[:-1]] for _ in sheets]
        db.session.execute(insert(ScoreSheet), sheets)
        db.session.execute(
            insert(Mark),
            [
                {"sheet_id": sheet["id"], "criterion_id": criterion["id"], "value": Decimal(half) / 2}
                for sheet, halves in zip(sheets, given, strict=True)
                for criterion, half in zip(criteria, halves, strict=False)
            ],
        )
        matrix += given
    db.session.commit()
    return matrix, bids


def floor(matrix: Matrix, bids: list[BidInput]) -> list[tuple[float, str]]:
    """The least that could be done: add floats, sort. No trimming, no ties, no rounding, no checks, no database."""
    lowest = min(bid.quote_fen or 0 for bid in bids)
    sums = [sum(half / 2 for half in row) / EXPERTS for row in matrix]
    return sorted(
        (
            -(sum(sums[n * EXPERTS : (n + 1) * EXPERTS]) + MAXIMA[-1] * lowest / (bid.quote_fen or 1)),
            bid.bid_id,
        )
        for n, bid in enumerate(bids)
    )


@use_case
def rank(panel: Panel, lot_id: UUID, bids: list[BidInput], seconds: dict[str, float]) -> int:
    """From stored marks to the stored ranking, by the portal's own functions."""
    start = time.perf_counter()
    sheets = queries.counted_sheets(panel)
    seconds["read"] = time.perf_counter() - start
    results = evaluate(SCHEME, bids, sheets)
    seconds["rank"] = time.perf_counter() - start
    seats = tuple(Seat(f"E{n}", "technical") for n in range(EXPERTS))
    evaluation = Evaluation("2026-CT-0001", "1", 1, SCHEME, seats, tuple(bids), tuple(sheets), results)
    store(panel.id, lot_id, evaluation, ACTOR)
    return len(results)


def prepare(directory: str, count: int) -> tuple[UUID, UUID, list[BidInput], float]:
    """Fill the database and time the floor, in a process of its own: the memory this takes is no part of the figure."""
    with application(directory).app_context():
        db.create_all()
        without_the_rest()
        panel = Panel(id=uuid4(), tender_id=uuid4())
        matrix, bids = fill(panel, count)
        start = time.perf_counter()
        floor(matrix, bids)
        return panel.id, panel.tender_id, bids, time.perf_counter() - start


def application(directory: str) -> Flask:
    """The portal on a SQLite database in ``directory``."""
    place = {"INSTANCE_DIR": f"{directory}/i", "KEYS_DIR": f"{directory}/k"}
    return create_app(Settings.from_environment({**os.environ, **place, "DATABASE_URL": ""}))


def without_the_rest() -> None:
    """Only the tables that are measured are filled, without calls and organisations."""
    db.engine.dispose()
    event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = OFF"))


def measured(panel: Panel, bids: list[BidInput]) -> dict[str, object]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds: dict[str, float] = {}
    start, work = time.perf_counter(), time.process_time()
    ranked = rank(panel, uuid4(), bids, seconds)
    total, work = time.perf_counter() - start, time.process_time() - work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "bids": len(bids),
        "experts": EXPERTS,
        "criteria": len(MAXIMA),
        "seconds": round(total, 2),
        "processor_seconds": round(work, 2),
        "read_until": round(seconds["read"], 2),
        "ranked_until": round(seconds["rank"], 2),
        "peak_megabytes": peak // 1024,
        "before_megabytes": before // 1024,
        "ranked": ranked,
    }


def main(count: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as directory:
        with multiprocessing.get_context("spawn").Pool(1) as child:
            panel_id, tender_id, bids, plain = child.apply(prepare, (directory, count))
        with application(directory).app_context():
            without_the_rest()
            found = measured(Panel(id=panel_id, tender_id=tender_id), bids)
        return {**found, "float_floor_seconds": round(plain, 2)}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000), indent=2))
