"""The rush before a deadline: 500 organisations submit within one minute, each with a double click and retries.

Run with ``python benchmarks/rush.py [organisations] [seconds]`` from the root of the repository. It starts a
PostgreSQL that really writes to disk, a Redis and gunicorn as in ``deploy/``, makes an open call and a complete
draft for each organisation, and lets the clients loose, the last one a moment before the deadline. Prints latencies in
milliseconds, every error, and whether each organisation has exactly one receipt.
"""

import http.client
import json
import random
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.bids.models import Bid, BidFile, BidVersion
from portal.bids.values import BidStatus
from portal.core import clock, files
from portal.core.audit import AuditEvent
from portal.core.db import db, use_case
from portal.tenders.models import Tender
from tests.bids import world
from tests.factories import PASSWORD
from tests.processes import Portal, portal
from tests.servers import durable_postgres

PATIENCE = 30
"""Seconds after which a client gives an answer up and sends the same form again."""

ATTACHMENT_BYTES = 300_000


ANSWERS_LOST = 0.2
"""Share of presses whose answer never arrives, so that the client sends the form again."""


class LostAnswer(Exception):
    """The client hung up before the answer came."""


@dataclass
class Client:
    """One organisation with a browser of its own, already signed in, behind an address of its own."""

    number: int
    host: str
    email: str
    bid_id: str
    cookies: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    took: list[float] = field(default_factory=list)
    lost: int = 0
    problems: Counter[str] = field(default_factory=Counter)

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, *, lose: bool = False
    ) -> tuple[int, str, str]:
        """Status, text and where to go next; raises ``OSError`` when no answer came in time.

        ``lose`` hangs up once the form is sent, as a phone in a tunnel does.
        """
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        try:
            headers = {
                "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                "X-Forwarded-For": f"10.0.{self.number // 250}.{self.number % 250 + 1}",
                "Accept-Language": "zh-CN",
            }
            body = urlencode(form) if form else None
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            if lose:
                time.sleep(random.uniform(0, 0.1))
                raise LostAnswer
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _is, rest = value.partition("=")
                    self.cookies[key] = rest.split(";")[0]
            return answer.status, text, answer.getheader("Location") or ""
        finally:
            connection.close()

    def sign_in(self) -> None:
        _status, text, _to = self.ask("GET", "/accounts/sign-in")
        form = {**hidden(text, "/accounts/sign-in"), "email": self.email, "password": PASSWORD}
        status, _text, _to = self.ask("POST", "/accounts/sign-in", form)
        assert status == 303, status

    def read_form(self) -> None:
        _status, text, _to = self.ask("GET", f"/bids/{self.bid_id}/submit")
        self.form = {
            **hidden(text, "submit"),
            "truthful": "y",
            "no_violation": "y",
            "accepts_audit": "y",
            "accepted": "y",
        }

    def submit(self) -> None:
        """Press the button twice; each press is repeated until an answer says that it is done or cannot be."""
        presses = [threading.Thread(target=self._press) for _ in range(2)]
        for press in presses:
            press.start()
            time.sleep(0.15)
        for press in presses:
            press.join()

    def _press(self) -> None:
        for attempt in range(8):
            start, lose = time.monotonic(), attempt == 0 and random.random() < ANSWERS_LOST
            try:
                status, text, to = self.ask("POST", f"/bids/{self.bid_id}/submit", self.form, lose=lose)
            except LostAnswer:
                self.lost += 1
                continue
            except OSError as error:
                self.problems[type(error).__name__] += 1
                time.sleep(random.uniform(0.5, 2))
                continue
            self.took.append(time.monotonic() - start)
            if status == 303 and urlsplit(to).path.endswith("/receipt"):
                return
            self.problems[f"HTTP {status}"] += 1
            if status < 500 and status != 429:
                self.problems[
                    re.sub(r"\s+", " ", " ".join(re.findall(r"govuk-error[^>]*>([^<]+)", text)))[:120]
                ] += 1
                return
            time.sleep(random.uniform(0.5, 2))

    def read_receipt(self) -> None:
        _status, text, _to = self.ask("GET", f"/bids/{self.bid_id}/receipt")
        self.receipts |= set(
            re.findall(r"(?<![-\w])[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}(?![-\w])", text)
        )


def hidden(text: str, of: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address with ``of`` in it."""
    form = next(part for part in text.split("<form")[1:] if f"{of}" in part.split(">")[0])
    fields = re.findall(r"<input[^>]*>", form.split("</form>")[0])
    pairs = (
        (re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one))
        for one in fields
        if 'type="hidden"' in one
    )
    return {name[1]: value[1] for name, value in pairs if name and value}


def prepare(installation: Portal, count: int) -> tuple[str, list[tuple[str, str]]]:
    """An open call and a complete draft of each organisation: the call's id, and e-mail and draft of each."""
    content = world.pdf(title=secrets.token_hex(ATTACHMENT_BYTES // 2))
    with installation.app.app_context():
        call = world.make(deadline_at=clock.now() + timedelta(hours=5))
        drafts = []
        for _ in range(count):
            party, owner = call.organisation()
            db.session.commit()
            bid = call.draft(owner, party, attach=False)
            world.services.add_file(
                actor=world.actor_of(owner), bid_id=bid.id, name="登记证书.pdf", data=content
            )
            drafts.append((owner.email, str(bid.id)))
        return str(call.tender.id), drafts


@use_case
def set_deadline(tender_id: str, seconds: float) -> None:
    db.session.execute(
        update(Tender)
        .where(Tender.id == UUID(tender_id))
        .values(deadline_at=clock.now() + timedelta(seconds=seconds))
    )


def facts(tender_id: str, clients: list[Client]) -> dict[str, object]:
    """What the database and the disk hold after the rush."""
    db.session.rollback()
    bids = db.session.scalars(select(Bid).where(Bid.tender_id == UUID(tender_id))).all()
    versions = Counter(db.session.scalars(select(BidVersion.bid_id)))
    submitted = Counter(
        db.session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "bid.submit"))
    )
    kept = db.session.execute(select(BidFile.bid_id, BidFile.sha256).where(BidFile.version_number > 0)).all()
    receipts = Counter(number for client in clients for number in client.receipts)
    return {
        "sealed": sum(bid.status == BidStatus.SEALED for bid in bids),
        "one_submission_each": all(versions[bid.id] == 1 and submitted[bid.id] == 1 for bid in bids),
        "attachments_on_disk": sum(files.path_of(sha256).exists() for _bid, sha256 in kept),
        "receipts_seen": len(receipts),
        "one_receipt_each": all(len(client.receipts) == 1 for client in clients)
        and max(receipts.values(), default=0) == 1,
        "accounts": db.session.scalar(select(func.count()).select_from(User)),
    }


def percentiles(values: list[float]) -> dict[str, int]:
    ordered = sorted(values)
    at = {
        name: ordered[min(len(ordered) - 1, int(len(ordered) * share))]
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }
    return {name: round(1000 * value) for name, value in {**at, "max": ordered[-1]}.items()}


def rush(installation: Portal, count: int, seconds: float) -> dict[str, object]:
    start = time.monotonic()
    tender_id, drafts = prepare(installation, count)
    prepared = time.monotonic() - start
    host = urlsplit(installation.web(workers=4, threads=8)).netloc
    clients = [Client(number, host, email, bid_id) for number, (email, bid_id) in enumerate(drafts)]
    for step in (Client.sign_in, Client.read_form):
        in_groups(clients, step)
    chance = random.Random(11)
    moments = sorted(chance.uniform(0, seconds - 0.5) for _ in clients)
    with installation.app.app_context():
        set_deadline(tender_id, seconds)
    begin = time.monotonic()

    def go(client: Client, moment: float) -> None:
        time.sleep(max(0.0, begin + moment - time.monotonic()))
        client.submit()

    threads = [threading.Thread(target=go, args=pair) for pair in zip(clients, moments, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    busy = time.monotonic() - begin
    in_groups(clients, Client.read_receipt)
    problems = sum((client.problems for client in clients), Counter())
    with installation.app.app_context():
        found = facts(tender_id, clients)
    return {
        "organisations": count, "window_seconds": seconds, "prepared_seconds": round(prepared), "finished_after_seconds": round(busy, 1),
        "posts_answered": sum(len(client.took) for client in clients), "answers_lost": sum(client.lost for client in clients),
        "milliseconds": percentiles([took for client in clients for took in client.took]),
        "errors": dict(problems), **found,
    }  # fmt: skip


def in_groups(clients: list[Client], step: object, size: int = 12) -> None:
    for first in range(0, len(clients), size):
        group = [threading.Thread(target=step, args=(client,)) for client in clients[first : first + size]]  # type: ignore[arg-type]
        for thread in group:
            thread.start()
        for thread in group:
            thread.join()


def main(count: int, seconds: float) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="rush-") as name,
        durable_postgres() as url,
        portal(Path(name), DATABASE_URL=url, PROXY_HOPS="1", DEMO="0") as installation,
    ):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        subprocess.run(
            command, cwd=Path(__file__).parents[1], env=installation.env, capture_output=True, check=True
        )
        print(json.dumps(rush(installation, count, seconds), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)
