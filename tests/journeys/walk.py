"""The walk of a call, step by step, each by its own role through the pages. Steps return what the next one needs."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask
from pypdf import PdfReader, PdfWriter

from portal.core import clock as clock_module
from portal.core.clock import SHANGHAI, SettableClock
from portal.core.db import db
from portal.core.mail import Message
from portal.panels.values import ExpertGroup, WitnessRole
from portal.parties.rules import make_credit_code
from portal.procedures.queries import calendar
from portal.verify.commit import commit
from tests.journeys.browser import Browser

PASSWORD = "Lvshu-2026-qiao"
DISTRICT = "示例区民政局"
STAFF = {
    "officer": ("programme_officer", "林专员"),
    "approver": ("programme_approver", "方主任"),
    "finance": ("finance_officer", "钱会计"),
    "cashier": ("cashier", "苏出纳"),
    "supervisor": ("supervisor", "严监督"),
    "evaluator": ("evaluator", "温评估"),
}
THIRD_WITNESS = "approver"
GROUPS = (
    "technical",
    "technical",
    "technical",
    "technical",
    "technical",
    "technical",
    "department",
    "department",
    "resident",
    "resident",
)


def a_pdf(text: str = "证明") -> tuple[io.BytesIO, str]:
    """A small real PDF as a file field takes it."""
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": text})
    writer.write(out)
    return io.BytesIO(out.getvalue()), f"{text}.pdf"


@dataclass
class Offer:
    """A proposal as the journey writes it: organisation, a sentence that nobody may read early, unit price in yuan."""

    key: str
    secret: str
    price: str
    quality: int
    leaning: int = 0


@dataclass
class Walk:
    """Everybody's browser and the clock they share."""

    app: Flask
    clock: SettableClock
    drain: Callable[[], int]
    browsers: dict[str, Browser] = field(default_factory=dict)
    bids: dict[str, str] = field(default_factory=dict)

    # --- people and time

    def anonymous(self) -> Browser:
        return Browser(self.app.test_client())

    def as_(self, key: str) -> Browser:
        """The browser of somebody who signed in by the form, signed in again after a long pause."""
        browser = self.browsers.setdefault(key, self.anonymous())
        browser.open("/work")
        if "sign-in" in browser.path:
            browser.sign_in(f"{key}@example.org", PASSWORD)
        return browser

    def later(self, **delta: float) -> None:
        self.clock.advance(**delta)
        self.drain()

    def on(self, day: date, hour: int, minute: int = 0) -> None:
        """Let it become that moment in Beijing, with the scheduler ticking each morning on the way."""
        from portal.core import jobs

        target = clock_module.at(day, hour, minute)
        while self.clock() < target:
            tomorrow = clock_module.at(clock_module.today() + timedelta(days=1), 8)
            self.clock.move_to(min(tomorrow, target))
            jobs.start_periodic()
            self.drain()

    def working_day(self, n: int, start: date | None = None) -> date:
        with self.app.app_context():
            found = calendar().add_working_days(start or clock_module.today(), n).end
        db.session.rollback()
        return found

    # --- the installation and its people

    def install(self) -> None:
        """The operator loads the calendar and makes the first administrator."""
        run = self.app.test_cli_runner().invoke
        done = run(
            args=[
                "begin",
                "--unit",
                DISTRICT,
                "--email",
                "administrator@example.org",
                "--name",
                "沈管理",
                "--password",
                PASSWORD,
            ]
        )
        assert done.exit_code == 0, done.output
        loaded = run(args=["calendar", "load"])
        assert loaded.exit_code == 0, loaded.output

    def invite_staff(self) -> None:
        administrator = self.as_("administrator")
        for key, (role, name) in STAFF.items():
            administrator.open("/parties/invite").send(
                email=f"{key}@example.org",
                name=name,
                role=role,
                scope_id=self._choice(administrator, "scope_id", DISTRICT),
            )
        self.drain()
        for key, (_role, name) in STAFF.items():
            self._accept_invitation(key, name)

    def _accept_invitation(self, key: str, name: str) -> None:
        link = self.mail_to(key)
        self.browsers[key] = self.anonymous().open(link)
        self.browsers[key].send(name=name, password=PASSWORD)
        self.as_(key).open("/work")

    def mail_to(self, key: str) -> str:
        """The link in the last mail to somebody, as it was written for sending."""
        folder = self.app.extensions["portal"].instance_dir / "mail"
        files = sorted(folder.glob(f"*-{key}@example.org.eml"), key=lambda path: path.stat().st_mtime_ns)
        assert files, f"no mail to {key}"
        import email
        from email import policy

        text = email.message_from_bytes(files[-1].read_bytes(), policy=policy.default).get_content()
        links = re.findall(r"https?://[^\s/]+(/\S+)", text)
        assert links, text
        return links[0]

    @staticmethod
    def _choice(browser: Browser, name: str, label: str) -> str:
        """The value of the option with this label."""
        match = re.search(rf'<select[^>]*name="{name}".*?</select>', browser.html, re.S)
        assert match, f"no list {name} on {browser.path}"
        for value, text in re.findall(r'<option[^>]*value="([^"]*)"[^>]*>([^<]*)<', match[0]):
            if label in text:
                return value
        raise AssertionError(f"{label} cannot be chosen in {name}: {match[0]}")

    def fill_pool(self) -> None:
        """The officer invites experts and enters them into the pool."""
        officer = self.as_("officer")
        for n, group in enumerate(GROUPS):
            key = f"expert{n}"
            officer.open("/panels/experts/invite").send(email=f"{key}@example.org", name=f"评审{n}号")
            self.drain()
            self._accept_invitation(key, f"评审{n}号")
            officer.open("/panels/experts/new").send(
                email=f"{key}@example.org",
                group=group,
                specialties="社会工作，社区治理",
                title="高级社会工作师",
                title_level="senior",
                born_on="1975-05-01",
                employer=f"示例大学第{n}学院",
            )

    # --- money and the call

    def programme(self, kind: str = "venture") -> str:
        finance = self.as_("finance")
        finance.open("/budgets/funds/new").send(
            name="福彩公益金", kind="lottery", restriction="用于扶老、助残、救孤、济困"
        )
        officer = self.as_("officer")
        officer.open("/budgets/programmes/new")
        officer.send(name="邻里守望", kind=kind, year="2026", description="面向社区")
        programme_id = officer.id_in(r"/budgets/programmes/([0-9a-f-]{36})")
        finance.open(f"/budgets/programmes/{programme_id}/appropriate").send(
            amount="500,000.00", reference="财社〔2026〕1号", memo="年度预算"
        )
        return programme_id

    def make_keys(self) -> dict[str, str]:
        """Officer and supervisor make their opening keys and copy the code that is shown once."""
        codes = {}
        for key in ("officer", "supervisor"):
            browser = self.as_(key).open("/tenders/my-key").send(password=PASSWORD)
            match = re.search(r"((?:[0-9A-Z]{4}[- ]){13}[0-9A-Z]{4})", browser.page.text)
            assert match, browser.page.text
            codes[key] = match[1]
        return codes

    def draft_call(self, programme_id: str, procedure: str, title: str, cap: str) -> tuple[str, date]:
        officer = self.as_("officer")
        officer.open("/tenders/new").send(
            title=title, programme=programme_id, source=f"procedure:{procedure}"
        )
        tender_id = officer.id_in(r"/tenders/([0-9a-f-]{36})")
        edit = f"/tenders/{tender_id}/edit"
        deadline = self.working_day(18)
        start = deadline + timedelta(days=40)
        officer.open(f"{edit}/basics").send(
            description="为辖区独居老人提供探访服务",
            field="为老服务",
            area="青石街道",
            budget=cap,
        )
        officer.open(f"{edit}/periods").send(
            documents_from=clock_module.today().isoformat(), deadline_at=f"{deadline.isoformat()}T17:00",
            project_starts_on=start.isoformat(), project_ends_on=(start + timedelta(days=200)).isoformat(),
        )  # fmt: skip
        officer.open(f"{edit}/lots").send(
            lots__0__title="独居老人探访", lots__0__cap=cap, lots__0__awards_max="1"
        )
        self._a_rubric_of_102_points_is_refused(officer, edit)
        officer.open(f"{edit}/rubric").send(panel_size="5")
        return tender_id, deadline

    @staticmethod
    def _a_rubric_of_102_points_is_refused(officer: Browser, edit: str) -> None:
        form = next(f for f in officer.open(f"{edit}/rubric").page.forms if "criteria-0-maximum" in f.names)
        more = Decimal(form.values["criteria-0-maximum"]) + 2
        officer.send(criteria__0__maximum=str(more), expect=422).sees("102")

    def seal_and_publish(self, tender_id: str, codes: dict[str, str]) -> None:
        officer = self.as_("officer")
        officer.open(f"/tenders/{tender_id}/seal")
        officer.send(
            officer=self._choice(officer, "officer", STAFF["officer"][1]),
            supervisor=self._choice(officer, "supervisor", STAFF["supervisor"][1]),
        )
        for key, code in codes.items():
            self.as_(key).open(f"/tenders/{tender_id}/prove").send(code=code)
        case = f"/tenders/{tender_id}/case"
        self.as_("officer").open(case).send("/submit$")
        self.anonymous().open(f"/tenders/{tender_id}", expect=404)
        finance = self.as_("finance").open("/budgets/confirmations?status=requested")
        asked = finance.id_in(r"/budgets/confirmations/([0-9a-f-]{36})")
        finance.open(f"/budgets/confirmations/{asked}/confirm").send(
            reference="示财社指〔2026〕12号", economic_class="50205"
        )
        approver = self.as_("approver")
        approver.open(case).send("/approve$")
        approver.open(case).send("/publish$")
        self.drain()
        self.anonymous().open("/tenders/").sees("独居老人")

    # --- organisations and proposals

    def register(self, key: str, number: int) -> str:
        """An organisation registers with its certificate and is verified by the officer."""
        browser = self.anonymous().open("/parties/register")
        code = make_credit_code(f"52339900MJ99{number:05d}")
        facts = {
            "name": f"示例{key}服务中心", "kind": "service", "legal_representative": "江映秋", "address": "青石路 18 号",
            "contact_name": f"{key}负责人", "contact_phone": f"1380001{number:04d}", "email": f"{key}@example.org", "password": PASSWORD,
            "bank_name": "示例银行", "bank_account": "6210330100000010017",
        }  # fmt: skip
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        browser.send(**facts, credit_code=wrong, file=a_pdf("登记证书"), expect=422)
        browser.send(**facts, credit_code=code, file=a_pdf("登记证书"))
        self.drain()
        officer = self.as_("officer").open("/parties/queue").sees(facts["name"])
        officer.follow(r"/parties/[0-9a-f-]+/verify")
        party_id = officer.id_in(r"/parties/([0-9a-f-]{36})/verify")
        officer.send(f"/parties/{party_id}/verify$", checked=["code", "name", "representative", "validity"])
        for person in ("officer", "finance"):
            self.as_(person).open(f"/parties/{party_id}/account").send(account=facts["bank_account"])
        self.drain()
        return party_id

    def write_proposal(self, tender_id: str, offer: Offer) -> str:
        """The steps of the editor one after the other, as the task list leads."""
        browser = self.as_(offer.key)
        browser.open(f"/tenders/{tender_id}").follow(r"/bids/start").send()
        bid_id = browser.id_in(r"/bids/([0-9a-f-]{36})")
        edit = f"/bids/{bid_id}/edit"
        browser.open(f"{edit}/basics").send(
            title=f"探访项目{offer.key}",
            summary="一周一访",
            needs=offer.secret,
            target_group="独居老人",
            beneficiaries="80",
        )
        browser.open(f"{edit}/plan").send(
            goals="探访两千次", activities="每周入户，每月活动", risk="两人同行，应急联系"
        )
        browser.open(f"{edit}/team").send(team="社工三名")
        self._write_budget(browser, edit, offer)
        self._a_program_is_no_pdf(browser, edit)
        browser.open(f"{edit}/files").send(file=a_pdf(f"登记证书{offer.key}"))
        self.bids[offer.key] = bid_id
        return bid_id

    @staticmethod
    def _write_budget(browser: Browser, edit: str, offer: Offer) -> None:
        browser.open(f"{edit}/budget").send(
            lines__0__head_code="activity", lines__0__content="探访物资", lines__0__unit="份", lines__0__unit_price=offer.price,
            lines__0__quantity="1000", lines__0__own="0",
            lines__1__head_code="staff", lines__1__content="社工", lines__1__unit="人月", lines__1__unit_price="3,000.00",
            lines__1__quantity="6", lines__1__own="0",
        )  # fmt: skip

    @staticmethod
    def _a_program_is_no_pdf(browser: Browser, edit: str) -> None:
        program = io.BytesIO(b"MZ" + b"\x90" * 5000)
        browser.open(f"{edit}/files").send(file=(program, "计划.pdf"), expect=422)

    def submit(self, offer: Offer) -> tuple[str, str]:
        """Declare and submit; the receipt names number and digest, and its PDF follows."""
        browser = self.as_(offer.key)
        bid_id = self.bids[offer.key]
        browser.open(f"/bids/{bid_id}/submit").send(truthful="y", no_violation="y", accepts_audit="y")
        self.drain()
        browser.open(f"/bids/{bid_id}/receipt")
        digest = re.search(r"\b[0-9a-f]{64}\b", browser.html)
        assert digest, browser.page.text
        browser.open(f"/bids/{bid_id}/receipts/1.pdf")
        assert browser.data.startswith(b"%PDF-")
        return bid_id, digest[0]

    def nobody_reads(self, offers: list[Offer], tender_id: str) -> None:
        """Before the opening nobody but the organisation knows of a proposal, and no page shows its words."""
        bid_id = self.bids[offers[0].key]
        for path in (
            f"/bids/{bid_id}/proposal",
            f"/bids/{bid_id}",
            f"/bids/{bid_id}/receipt",
            f"/qualification/bids/{bid_id}",
        ):
            for key in ("administrator", *STAFF, offers[1].key, "expert0"):
                answer = self.as_(key).client.get(path)
                assert answer.status_code in {403, 404}, (key, path, answer.status_code)
        for key in ("administrator", *STAFF, offers[1].key, "expert0"):
            for path in ("/work", f"/tenders/{tender_id}", "/notices/"):
                browser = self.as_(key).open(path)
                browser.sees_not(*(offer.secret for offer in offers if offer.key != key))
        self._nothing_at_rest(offers)

    def _nothing_at_rest(self, offers: list[Offer]) -> None:
        instance = self.app.extensions["portal"].instance_dir
        places = [path for path in instance.rglob("*") if path.is_file()]
        if db.engine.dialect.name == "sqlite":
            from pathlib import Path

            database = Path(str(db.engine.url.database))
            places += list(database.parent.glob(f"{database.name}*"))
        for path in places:
            content = path.read_bytes()
            for offer in offers:
                assert offer.secret.encode() not in content, path

    # --- review

    def open_proposals(self, tender_id: str, codes: dict[str, str]) -> None:
        officer = self.as_("officer").open(f"/bids/opening/{tender_id}")
        fields = {
            "officer_code": codes["officer"], "supervisor_email": "supervisor@example.org", "supervisor_password": PASSWORD,
        }  # fmt: skip
        officer.send(**fields, supervisor_code=codes["officer"], expect=422)
        officer.send(**fields, supervisor_code=codes["supervisor"])
        self.drain()

    def check_eligibility(self, refused: str | None = None) -> None:
        for key, bid_id in self.bids.items():
            officer = self.as_("officer").open(f"/qualification/bids/{bid_id}")
            failed = key == refused
            if failed:
                officer.send(result="fail", reason="", expect=422)
            officer.send(result="fail" if failed else "pass", reason="未通过年检" if failed else "")
            self.as_("approver").open(f"/qualification/bids/{bid_id}").send("/confirm$")
        self.drain()

    def seat_panel(self, tender_id: str, quotas: dict[str, str]) -> str:
        """Freeze, witness, draw; one expert recuses and the next follows; all accept; scoring begins."""
        officer = self.as_("officer")
        officer.open(f"/panels/tenders/{tender_id}/freeze")
        seats = {f"cells-{row}-seats": quotas.get(group, "") for row, group in enumerate(ExpertGroup)}
        officer.send(**seats, witness_id=self._choice(officer, "witness_id", STAFF[THIRD_WITNESS][1]))
        self.drain()
        self._draw(tender_id)
        self._one_recuses()
        for key in self._invited():
            browser = self.as_(key).open("/panels/seats").follow(r"/panels/seats/[0-9a-f-]+$")
            browser.send("/promise$")
            browser.send("/accept$", no_conflict="y")
        self.drain()
        officer.open(f"/panels/tenders/{tender_id}").send("/begin$")
        self.drain()
        return officer.open(f"/panels/tenders/{tender_id}").id_in(r"/scoring/panels/([0-9a-f-]{36})")

    def _draw(self, tender_id: str) -> None:
        """Officer, supervisor and third witness lodge commitments, then reveal; the third by the task on the desk."""
        self.as_("officer").open(f"/panels/tenders/{tender_id}").follow(r"/panels/draws/[0-9a-f-]+$")
        made = {}
        for key in ("officer", "supervisor", THIRD_WITNESS):
            browser = self.as_(key).open("/work").follow(r"/panels/draws/[0-9a-f-]+$")
            asked = re.search(r"--tender (\S+) --draw (\d+) --role (\w+)", browser.page.text)
            assert asked, browser.page.text
            made[key] = commit(asked[1], int(asked[2]), WitnessRole(asked[3]), f"清风徐来水波不兴 {key}")
            browser.send("/lodge$", commitment=made[key].commitment)
            self.drain()
        for key, own in made.items():
            browser = self.as_(key).open("/work").follow(r"/panels/draws/[0-9a-f-]+$")
            browser.send("/reveal$", words="这不是当初承诺的字符串", expect=422)
            browser.send("/reveal$", words=own.string)
        self.drain()

    def _one_recuses(self) -> None:
        before = self._invited()
        key = next(k for k in before if GROUPS[int(k.removeprefix("expert"))] == "technical")
        browser = self.as_(key).open("/panels/seats").follow(r"/panels/seats/[0-9a-f-]+$")
        browser.send("/promise$")
        tie = {"bids__0__conflict": "y", "bids__0__tie": "近三年曾在申报单位任职"}
        browser.send("/accept$", no_conflict="y", **tie)
        self.drain()
        after = self._invited()
        assert key not in after
        assert len(after) == len(before)

    def _invited(self) -> list[str]:
        """The experts whose page shows an invitation that they can still answer."""
        found = []
        for n in range(len(GROUPS)):
            browser = self.as_(f"expert{n}").open("/panels/seats")
            for href, _text in browser.page.links:
                if re.search(r"/panels/seats/[0-9a-f-]+$", href):
                    browser.open(href)
                    if any(form.action.endswith(("/promise", "/accept")) for form in browser.page.forms):
                        found.append(f"expert{n}")
                    browser.open("/panels/seats")
        return found

    def score(self, panel_id: str, offers: list[Offer], maxima: list[int]) -> None:
        """Every seated expert marks and locks, then all sign; equal offers get the same marks from other experts."""
        qualities = {self.bids[offer.key]: offer for offer in offers}
        experts = [f"expert{n}" for n in range(len(GROUPS)) if self._scores(f"expert{n}")]
        assert len(experts) == 5
        for n, key in enumerate(experts):
            browser = self.as_(key).open("/scoring/")
            sheets = sorted(
                {href for href, _ in browser.page.links if re.search(r"/scoring/sheets/[0-9a-f-]+$", href)}
            )
            for sheet in sheets:
                browser.open(sheet)
                offer = next(o for o in qualities.values() if f"探访项目{o.key}" in browser.page.text)
                marks = {f"m{c}": str(self._mark(offer, n, maximum)) for c, maximum in enumerate(maxima)}
                browser.send(**marks, comment="评审意见", lock="1")
        for key in experts:
            self.as_(key).open(f"/scoring/panels/{panel_id}/sign").send(password=PASSWORD)
        self.as_("officer").open(f"/scoring/panels/{panel_id}").send("/close$")
        self.drain()

    def _scores(self, key: str) -> bool:
        browser = self.as_(key).open("/scoring/")
        return any(re.search(r"/scoring/sheets/", href) for href, _ in browser.page.links)

    @staticmethod
    def _mark(offer: Offer, expert: int, maximum: int) -> Decimal:
        percent = offer.quality + (0, 4, -6, 2, -2)[(expert + offer.leaning) % 5]
        return (Decimal(maximum * percent) / 100 * 2).to_integral_value() / 2

    def decide(self, tender_id: str) -> None:
        officer = self.as_("officer").open(f"/awards/tenders/{tender_id}")
        officer.send(f"/awards/tenders/{tender_id}$|^$")
        self.drain()

    # --- contract, money, work

    def draw_up(self, tender_id: str, key: str) -> str:
        officer = self.as_("officer").open(f"/awards/tenders/{tender_id}").send("/confirm$")
        self.drain()
        officer.open(f"/awards/tenders/{tender_id}").send("/contracts/from-award/")
        contract_id = officer.id_in(r"/contracts/([0-9a-f-]{36})")
        self.drain()
        return contract_id

    def sign_contract(self, contract_id: str, key: str) -> None:
        paper = self.as_("officer").open(f"/contracts/{contract_id}/paper")
        assert paper.data.startswith(b"%PDF-")
        for who in (key, "approver"):
            self.as_(who).open(f"/contracts/{contract_id}/sign").send(read="y", password=PASSWORD)
            self.drain()

    def pay(self, contract_id: str, position: int, key: str) -> None:
        """Four people: the organisation asks, the officer accepts, finance approves, the cashier pays."""
        owner = self.as_(key).open(f"/payments/contracts/{contract_id}")
        ids = list(dict.fromkeys(re.findall(r"/payments/instalments/([0-9a-f-]{36})", owner.html)))
        path = f"/payments/instalments/{ids[position - 1]}"
        owner.open(f"{path}/request").send(invoice_number=f"FP-{position:04d}")
        self.drain()
        self.as_("officer").open(path).send("/accept$")
        self.as_("finance").open(path).send("/approve$")
        cashier = self.as_("cashier").open(f"{path}/pay")
        cashier.send(
            reference=f"YH-{position:04d}", paid_on=clock_module.today().isoformat(), password=PASSWORD
        )
        self.drain()

    def spend(self, contract_id: str, key: str, amount: str, voucher: str) -> None:
        self.as_(key).open(f"/payments/contracts/{contract_id}/spending").send(
            head_code="activity", spent_on=clock_module.today().isoformat(), payee="示例商店", voucher=voucher, amount=amount,
            note="探访物资", file=a_pdf("发票"),
        )  # fmt: skip

    def report(self, contract_id: str, position: int, key: str) -> None:
        owner = self.as_(key).open(f"/implementation/?contract={contract_id}")
        ids = list(dict.fromkeys(re.findall(r"/implementation/milestones/([0-9a-f-]{36})", owner.html)))
        path = f"/implementation/milestones/{ids[position - 1]}"
        owner.open(f"{path}/report").send(
            text="按计划完成探访一千次，处置突发情况两起。", sessions="1000", person_times="1200", persons="80", volunteers="20",
            evidence=[a_pdf("签到表")],
        )  # fmt: skip
        self.drain()
        self.as_("officer").open(path).send("/accept$")
        self.drain()

    # --- evaluation

    def evaluate(self, contract_id: str) -> str:
        """Assignment, declaration, survey by code, marks of three groups, result, confirmation."""
        officer = self.as_("officer").open(f"/evaluation/contracts/{contract_id}/assign")
        evaluator_id = re.search(
            r'name="evaluator_id"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="evaluator_id"', officer.html
        )
        assert evaluator_id, officer.html
        officer.send(evaluator_id=evaluator_id[1] or evaluator_id[2])
        evaluation_id = officer.id_in(r"/evaluation/([0-9a-f-]{36})")
        self.drain()
        path = f"/evaluation/{evaluation_id}"
        evaluator = self.as_("evaluator").open(path).send("/declare$")
        self._survey(evaluator, path)
        evaluator = self.as_("evaluator")
        for group in ("expert", "department", "media"):
            evaluator.open(f"{path}/marks/{group}")
            form = next(f for f in evaluator.page.forms if any(n.startswith("mark_") for n in f.names))
            evaluator.send(**{name: "92" for name in sorted(form.names) if name.startswith("mark_")})
        evaluator.open(f"{path}/submit").send(conclusion="完成良好，资料完整。", file=a_pdf("评估报告"))
        self.as_("officer").open(path).send("/confirm$")
        self.drain()
        return evaluation_id

    def _survey(self, evaluator: Browser, path: str) -> None:
        opens = self.clock().astimezone(SHANGHAI)
        closes = opens + timedelta(days=7)
        evaluator.open(f"{path}/survey").send(
            opens_at=_local(opens), closes_at=_local(closes), population="300", count="6"
        )
        assert evaluator.type == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(evaluator.data)).pages)
        codes = re.findall(r"/evaluation/s/([0-9a-z]{16})", text)
        links = [f"/evaluation/s/{code}" for code in codes]
        assert len(links) == 6, text
        for n, link in enumerate(links[:5]):
            resident = self.anonymous().open(link)
            resident.send(aware="yes", took_part="yes" if n else "no", satisfaction="5", comment="谢谢")
            self.anonymous().open(link).sees_not('name="satisfaction"')
        self.on((closes + timedelta(days=1)).date(), 9)

    def close(self, contract_id: str) -> None:
        self.as_("officer").open(f"/evaluation/contracts/{contract_id}/close").send()
        self.drain()

    # --- what is known in the end

    def inbox_of(self, key: str) -> list[Message]:
        from sqlalchemy import select

        rows = list(
            db.session.scalars(
                select(Message).where(Message.email == f"{key}@example.org").order_by(Message.created_at)
            )
        )
        db.session.rollback()
        return rows


def _local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")
