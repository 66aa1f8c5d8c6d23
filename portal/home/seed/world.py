"""The district comes into being: units, staff, organisations, experts, money."""

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from portal.accounts import queries as people
from portal.accounts import services as accounts
from portal.budgets import services as budgets
from portal.budgets.values import FundKind, ProgrammeKind, QuotaMethod, QuotaRow
from portal.core import clock
from portal.core.money import Money
from portal.core.policy import Actor, actor_for
from portal.core.text import N_
from portal.home.seed import files
from portal.home.seed.schedule import Days, Story, at
from portal.home.seed.shapes import Expert, Organisation, Person
from portal.home.seed.texts import organisations as orgs
from portal.home.seed.texts import people as staff
from portal.panels import services as panels
from portal.panels.values import ExpertEntry, ExpertGroup, TitleLevel
from portal.panels.values import Standing as ExpertStanding
from portal.parties import queries as parties_read
from portal.parties import services as parties
from portal.parties.rules import make_credit_code
from portal.parties.values import (
    CertificateKind,
    DocumentDraft,
    EntryDraft,
    ListKind,
    PartyOrganisation,
    Role,
    Standing,
    Strength,
    UnitLevel,
)
from portal.payments import services as payments
from portal.payments.rules import make_identity_number
from portal.tenders import services as tenders

PASSWORD = "Ginkgo-Lane-2026"  # noqa: S105 - the password of all demo accounts, shown on the sign-in page
SYSTEM = Actor.system("seed")
SOCIAL_ORGANISATION = N_("Social organisation")

STAFF = (
    (staff.OFFICER, Role.PROGRAMME_OFFICER, N_("drafts calls, organises opening and review, accepts work")),
    (staff.SECOND_OFFICER, Role.PROGRAMME_OFFICER, N_("the second officer")),
    (staff.APPROVER, Role.PROGRAMME_APPROVER, N_("approves and publishes calls, signs for the buyer")),
    (staff.FINANCE, Role.FINANCE_OFFICER, N_("approves payments")),
    (staff.CASHIER, Role.CASHIER, N_("records payments")),
    (
        staff.SUPERVISOR,
        Role.SUPERVISOR,
        N_("opens together with the officer, witnesses draws, reads the log"),
    ),
    (staff.EVALUATOR, Role.EVALUATOR, N_("evaluates projects and asks residents")),
    (staff.COMMUNITY, Role.COMMUNITY_REPRESENTATIVE, "石板巷社区"),
)

MEMBERS = (
    (Person("drafter", "何小满"), Role.ORG_DRAFTER),
    (Person("signatory", "钟以清"), Role.ORG_APPROVER),
    (Person("bookkeeper", "余采薇"), Role.ORG_FINANCE),
)
MEMBERS_OF = orgs.TONGBAN


@dataclass
class World:
    """What the stories share: ids by key, the opening codes, and what the sign-in page lists."""

    days: Days
    units: dict[str, UUID] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)
    parties: dict[str, UUID] = field(default_factory=dict)
    programmes: dict[str, UUID] = field(default_factory=dict)
    needs: dict[str, UUID] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    experts: dict[UUID, str] = field(default_factory=dict)
    accounts: list[dict[str, str]] = field(default_factory=list)

    def actor(self, key: str) -> Actor:
        """The person with this key, with the roles held now."""
        user_id = self.users[key]
        return actor_for(user_id, people.names([user_id])[user_id])

    def listed(self) -> list[dict[str, str]]:
        """The accounts as the sign-in page shows them: organisations first, for whom the portal is made."""
        return sorted(self.accounts, key=lambda account: account["role"] != SOCIAL_ORGANISATION)

    def show(self, role: str, name: str, email: str, note: str, key_code: str = "") -> None:
        """Let the sign-in page of the demo list an account; ``role`` and ``note`` are translated there."""
        account = {"role": role, "name": name, "email": email, "password": PASSWORD, "note": note}
        self.accounts.append(account | ({"key_code": key_code} if key_code else {}))

    def warn(self, email: str, warning: str) -> None:
        """Let the sign-in page say what a visitor cannot do with an account."""
        next(account for account in self.accounts if account["email"] == email)["warning"] = warning


UNCHECKED = orgs.LINLI.key  # its account still waits for the second officer
GRADES = {"yilin": "4A", "tongban": "5A", "nuanyang": "3A", "qinghe": "4A", "anhu": "3A", "lvfeng": "3A"}
EXPIRES = {"yilin": 25}  # days from now; its owner is reminded
PARTY_MEMBERS = {"yilin": 7, "tongban": 9, "zhuguang": 3}


def found(world: World, first_day: date) -> Story:
    """Three working days in which the district sets itself up, and later the organisations that come late."""
    days = world.days
    yield at(first_day, 9)
    _units_and_staff(world)
    yield at(days.after(first_day, 1), 9)
    _keys(world)
    _experts(world)
    _money(world)
    for organisation in orgs.VERIFIED:
        register(world, organisation)
    yield at(days.after(first_day, 2), 15)
    for organisation in orgs.VERIFIED:
        _verify(world, organisation.key)
    for person, role in MEMBERS:
        _member(world, person, role)
    yield at(days.after(first_day, 12), 10)
    for organisation in orgs.LATER:
        register(world, organisation)
    yield at(days.after(first_day, 13), 10)
    for organisation in orgs.LATER:
        _verify(world, organisation.key)
    yield at(days.before(days.today, 6), 11)
    register(world, orgs.REFUSED)
    yield at(days.before(days.today, 4), 16)
    parties.refuse_party(
        actor=world.actor("officer2"), party_id=world.parties[orgs.REFUSED.key], reason=orgs.REFUSAL
    )
    world.warn(orgs.REFUSED.email, N_("verification refused: cannot submit"))
    yield at(days.before(days.today, 1), 14)
    register(world, orgs.WAITING)
    world.warn(orgs.WAITING.email, N_("not verified yet: cannot submit"))


def _units_and_staff(world: World) -> None:
    district = parties.create_unit(
        actor=SYSTEM, name=staff.DISTRICT.name, level=UnitLevel.DISTRICT, code=staff.DISTRICT.code
    )
    world.units[staff.DISTRICT.key] = district.id
    head = staff.ADMINISTRATOR
    user = accounts.create_user(
        actor=SYSTEM, email=head.email, name=head.name, password=PASSWORD, phone=head.phone
    )
    parties.grant_role(actor=SYSTEM, user_id=user.id, role=Role.ADMINISTRATOR, scope_id=district.id)
    world.users[head.key] = user.id
    world.show(Role.ADMINISTRATOR.label, head.name, head.email, N_("people, units, health of the portal"))
    for street, communities in staff.STREETS.items():
        above = parties.create_unit(
            actor=world.actor(head.key), name=street.name, level=UnitLevel.STREET, parent_id=district.id, code=street.code
        )  # fmt: skip
        world.units[street.key] = above.id
        for unit in communities:
            below = parties.create_unit(
                actor=world.actor(head.key), name=unit.name, level=UnitLevel.COMMUNITY, parent_id=above.id, code=unit.code
            )  # fmt: skip
            world.units[unit.key] = below.id
    for person, role, _note in STAFF:
        scope = world.units["shibanxiang" if role == Role.COMMUNITY_REPRESENTATIVE else staff.DISTRICT.key]
        _invited(world, person, role, scope)


def _invited(world: World, person: Person, role: Role, scope_id: UUID) -> None:
    _invitation, token = parties.invite(
        actor=world.actor(staff.ADMINISTRATOR.key), email=person.email, name=person.name, role=role, scope_id=scope_id
    )  # fmt: skip
    world.users[person.key] = parties.accept_invitation(token=token, name=person.name, password=PASSWORD).id


def _member(world: World, person: Person, role: Role) -> None:
    """Somebody who works in an organisation beside its owner."""
    _invitation, token = parties.invite(
        actor=world.actor(MEMBERS_OF.key), email=person.email, name=person.name, role=role,
        scope_id=world.parties[MEMBERS_OF.key],
    )  # fmt: skip
    world.users[person.key] = parties.accept_invitation(token=token, name=person.name, password=PASSWORD).id
    world.show(role.label, person.name, person.email, MEMBERS_OF.name)


def _keys(world: World) -> None:
    """The opening keys of the demo: their codes are shown on the sign-in page, which no production does."""
    for person, role, note in STAFF:
        if role in {Role.PROGRAMME_OFFICER, Role.SUPERVISOR}:
            world.codes[person.key] = tenders.create_holder_key(actor=world.actor(person.key))
        world.show(role.label, person.name, person.email, note, world.codes.get(person.key, ""))


def _experts(world: World) -> None:
    officer, district = world.actor("officer"), world.units[staff.DISTRICT.key]
    for expert in staff.EXPERTS:
        user = accounts.create_user(actor=SYSTEM, email=expert.email, name=expert.name, password=PASSWORD)
        world.users[expert.key] = user.id
        row = panels.add_expert(
            actor=officer, user_id=user.id, unit_id=district, entry=_expert_entry(expert),
        )  # fmt: skip
        world.experts[row.id] = expert.key
        _account(world, expert)
        world.show(
            ExpertGroup(expert.group).label,
            expert.name,
            expert.email,
            f"{'、'.join(expert.specialties)} · {expert.employer}",
        )


def _account(world: World, expert: Expert) -> None:
    """Where the expert is paid. The numbers belong to nobody: there is no such bank and no such district."""
    number = int(expert.key.removeprefix("expert"))
    payments.save_account(
        actor=world.actor(expert.key), bank_name="示例银行澄江支行", account=f"990000000000{number:04d}",
        id_number=make_identity_number(f"99999919700101{number:03d}"),
    )  # fmt: skip


def _expert_entry(expert: Expert) -> ExpertEntry:
    """Technical experts are of a senior title; the fee is the same for all."""
    number = int(expert.key.removeprefix("expert"))
    return ExpertEntry(
        group=ExpertGroup(expert.group), specialties=expert.specialties, title=expert.title, employer=expert.employer,
        past_employers=expert.past_employers, interests=expert.interests, fee_rate=Money.from_yuan("1000.00").fen,
        standing=ExpertStanding(TitleLevel.SENIOR, 12 + number, date(1966 + number, 1 + number % 12, 8)),
    )  # fmt: skip


def _money(world: World) -> None:
    district, year = world.units[staff.DISTRICT.key], clock.today().year
    officer, finance = world.actor("officer"), world.actor("finance")
    lottery = budgets.create_fund_source(
        actor=finance, unit_id=district, name="福利彩票公益金", kind=FundKind.LOTTERY, restriction="用于扶老、助残、救孤、济困和社区公益服务，不得用于行政支出。"
    )  # fmt: skip
    fiscal = budgets.create_fund_source(
        actor=finance, unit_id=district, name="区级财政预算资金", kind=FundKind.FISCAL, restriction="用于政府购买社会工作服务，按合同约定支付。"
    )  # fmt: skip
    venture = budgets.create_programme(
        actor=officer, unit_id=district, name=f"{year}年“邻里守望”公益创投", kind=ProgrammeKind.VENTURE, year=year,
        description="以居民需求为起点，支持社会组织在社区开展为老、助残、儿童关爱、心理健康、社区环境和社区融合服务。", fund_source_id=lottery.id,
    )  # fmt: skip
    purchase = budgets.create_programme(
        actor=officer, unit_id=district, name=f"{year}年政府购买社会工作服务", kind=ProgrammeKind.PURCHASE, year=year,
        description="采购街道社会工作站运营等专业服务。", fund_source_id=fiscal.id,
    )  # fmt: skip
    costs = budgets.create_programme(
        actor=officer, unit_id=district, name=f"{year}年项目评审工作经费", kind=ProgrammeKind.PURCHASE, year=year,
        description="支付评审专家劳务报酬。", fund_source_id=fiscal.id,
    )  # fmt: skip
    world.programmes = {"venture": venture.id, "purchase": purchase.id, "costs": costs.id}
    budgets.appropriate(
        actor=finance, programme_id=costs.id, amount=Money.from_yuan("40000.00"), reference=f"澄财社〔{year}〕19号", memo="年度评审工作经费下达",
    )  # fmt: skip
    budgets.appropriate(
        actor=finance, programme_id=venture.id, amount=Money.from_yuan("1500000.00"), reference=f"澄财社〔{year}〕17号", memo="年度福彩公益金预算下达",
    )  # fmt: skip
    budgets.appropriate(
        actor=finance, programme_id=purchase.id, amount=Money.from_yuan("680000.00"), reference=f"澄财社〔{year}〕18号", memo="年度购买服务预算下达",
    )  # fmt: skip

    community = budgets.create_fund_source(
        actor=finance, unit_id=district, name="社区服务群众专项经费", kind=FundKind.COMMUNITY, restriction="用于社区服务群众项目，社财区管、专款专用，不得用于人员经费和办公支出。"
    )  # fmt: skip
    standard = budgets.set_standard(
        actor=finance, unit_id=district, fund_source_id=community.id, year=year, method=QuotaMethod.PER_HOUSEHOLD,
        amount=Money.from_yuan("50.00"), floor=Money.from_yuan("120000.00"), target=1, source=f"澄民〔{year}〕5号",
    )  # fmt: skip
    communities = [unit.key for units in staff.STREETS.values() for unit in units]
    shares = budgets.set_quotas(
        actor=finance, standard_id=standard.id,
        rows=[QuotaRow(n, world.units[key], 1900 + 270 * n) for n, key in enumerate(communities, start=2)],
    )  # fmt: skip
    for quota, yuan, project in zip(
        shares,
        ("86000.00", "52000.00", "140000.00"),
        ("楼道扶手加装", "暑期托管班", "口袋花园"),
        strict=False,
    ):
        budgets.use_quota(
            actor=officer, quota_id=quota.id, amount=Money.from_yuan(yuan), reference=f"社区项目〔{year}〕{project}", memo=project
        )  # fmt: skip


def register(world: World, organisation: Organisation) -> None:
    """Let an organisation register itself with its certificate."""
    o = organisation
    party = parties.register_party(
        name=o.name, code=make_credit_code(o.prefix), kind=o.kind, legal_representative=o.representative, address=o.address,
        contact_name=o.owner, contact_phone=o.phone, email=o.email, password=PASSWORD, founded_on=date.fromisoformat(o.founded),
        description=o.description, bank_name=o.bank, bank_account=o.account, unit_id=world.units[staff.DISTRICT.key],
        certificate=("登记证书.pdf", files.certificate(o)),
    )  # fmt: skip
    owner = people.find_user(o.email)
    assert owner is not None  # noqa: S101 - just registered
    world.parties[o.key], world.users[o.key] = party.id, owner.id
    world.show(SOCIAL_ORGANISATION, o.owner, o.email, o.name)
    _describe(world, o)


def _describe(world: World, o: Organisation) -> None:
    """What the organisation says of itself beyond its name, before an officer verifies it."""
    owner, party_id, today = world.actor(o.key), world.parties[o.key], clock.today()
    grade, members = GRADES.get(o.key, ""), PARTY_MEMBERS.get(o.key)
    founded = date.fromisoformat(o.founded).year
    years = {str(year): "passed" for year in range(today.year - 3, today.year) if year >= founded}
    parties.update_standing(
        actor=owner, party_id=party_id, version=None,
        standing=Standing(
            grade, date(today.year + 2, 12, 31) if grade else None, years, PartyOrganisation.ALONE if members else None, members,
            "", "",
        ),
    )  # fmt: skip
    if grade:
        parties.add_document(
            actor=owner, party_id=party_id, name="年检合格证明.pdf", data=files.certificate(o),
            draft=DocumentDraft(CertificateKind.ANNUAL_INSPECTION, year=today.year - 1, expires_on=world.days.today + timedelta(days=EXPIRES.get(o.key, 320))),
        )  # fmt: skip
        parties.update_strength(
            actor=owner, party_id=party_id, version=None, strength=Strength(12, 6, 80, (f"办公与活动场地，{o.address}，260 平方米",))
        )  # fmt: skip


def look_after(world: World) -> Story:
    """Lately: a commendation, a bad record that is appealed against, new facts that wait for an officer."""
    days = world.days
    yield at(days.before(days.today, 8), 10)
    officer, today = world.actor("officer"), clock.today()
    parties.enter_on_list(
        actor=officer, party_id=world.parties["yilin"],
        draft=EntryDraft(ListKind.RED, "连续三年项目末期评估优秀，居民满意度百分之九十六。", "澄江区社会组织红榜（第二批）", today),
    )  # fmt: skip
    entry = parties.enter_on_list(
        actor=officer, party_id=world.parties["xinya"],
        draft=EntryDraft(ListKind.BLACK, "未按期报送上年度项目财务报告，经两次催告仍未补正。", "澄江区民政局〔催告〕第9号", today, today + timedelta(days=365)),
    )  # fmt: skip
    yield at(days.before(days.today, 5), 15)
    parties.appeal_entry(
        actor=world.actor("xinya"), party_id=world.parties["xinya"], entry_id=entry.id,
        text="财务报告已于催告期内通过邮件报送，因附件过大被退回，现已重新提交，请予核实并撤销记录。",
    )  # fmt: skip
    yield at(days.before(days.today, 2), 9)
    tongban = parties_read.get_party(officer, world.parties["tongban"])
    parties.update_standing(
        actor=world.actor("tongban"), party_id=tongban.id, version=None,
        standing=Standing(
            "5A", date(today.year + 5, 6, 30), dict(tongban.inspections), PartyOrganisation.ALONE, 11, "党支部书记任副理事长", "",
        ),
    )  # fmt: skip


def _verify(world: World, key: str) -> None:
    party_id = world.parties[key]
    party = parties.verify_party(actor=world.actor("officer"), party_id=party_id)
    parties.check_account(actor=world.actor("officer"), party_id=party_id, account=party.bank_account)
    if key != UNCHECKED:
        parties.check_account(actor=world.actor("finance"), party_id=party_id, account=party.bank_account)


def some_words() -> str:
    """A string that somebody lodges at a draw."""
    return f"{secrets.token_hex(8)} 见证"
