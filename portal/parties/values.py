"""Plain values of parties."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.text import N_


class PartyKind(Labelled):
    """Legal form, told by the first two signs of the unified social credit code.

    A community organisation is only filed with its street: it has a filing number and no code.
    """

    ASSOCIATION = "association", N_("Association")
    SERVICE = "service", N_("Social service institution")
    FOUNDATION = "foundation", N_("Foundation")
    ENTERPRISE = "enterprise", N_("Enterprise")
    INSTITUTION = "institution", N_("Public institution")
    COMMUNITY = "community", N_("Community organisation on file")
    ORGAN = "organ", N_("State organ")
    OTHER = "other", N_("Other organisation")

    @property
    def is_social_organisation(self) -> bool:
        """Whether civil affairs registers it as one of the three forms of social organisation."""
        return self in (PartyKind.ASSOCIATION, PartyKind.SERVICE, PartyKind.FOUNDATION)


class PartyStatus(Labelled):
    REGISTERED = "registered", N_("Waiting for verification"), "warn"
    VERIFIED = "verified", N_("Verified"), "good"
    REFUSED = "refused", N_("Refused"), "bad"
    SUSPENDED = "suspended", N_("Suspended"), "bad"


class UnitLevel(Labelled):
    CITY = "city", N_("City")
    DISTRICT = "district", N_("District")
    STREET = "street", N_("Street")
    COMMUNITY = "community", N_("Community")


class Role(Labelled):
    ADMINISTRATOR = "administrator", N_("Administrator")
    PROGRAMME_OFFICER = "programme_officer", N_("Programme officer")
    PROGRAMME_APPROVER = "programme_approver", N_("Programme approver")
    FINANCE_OFFICER = "finance_officer", N_("Finance officer")
    CASHIER = "cashier", N_("Cashier")
    SUPERVISOR = "supervisor", N_("Supervisor")
    EVALUATOR = "evaluator", N_("Third-party evaluator")
    COMMUNITY_REPRESENTATIVE = "community_representative", N_("Community representative")
    EXPERT = "expert", N_("Expert reviewer")
    ORG_OWNER = "org_owner", N_("Organisation owner")
    ORG_DRAFTER = "org_drafter", N_("Organisation drafter")
    ORG_APPROVER = "org_approver", N_("Organisation approver")
    ORG_FINANCE = "org_finance", N_("Organisation finance")


STAFF = frozenset(
    {
        Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.FINANCE_OFFICER, Role.CASHIER, Role.SUPERVISOR,
    }
)  # fmt: skip
ORGANISATION = frozenset({Role.ORG_OWNER, Role.ORG_DRAFTER, Role.ORG_APPROVER, Role.ORG_FINANCE})


class CertificateKind(Labelled):
    """Papers that an organisation shows to be verified and to be eligible."""

    REGISTRATION = "registration", N_("Registration certificate")
    ANNUAL_INSPECTION = "annual_inspection", N_("Annual inspection result")
    ASSESSMENT_GRADE = "assessment_grade", N_("Assessment grade certificate")
    BANK_ACCOUNT = "bank_account", N_("Proof of the bank account")
    TAX = "tax", N_("Proof of tax payment")
    SOCIAL_SECURITY = "social_security", N_("Proof of social security payment")
    AUDIT_REPORT = "audit_report", N_("Annual audit report")
    PARTY_ORGANISATION = "party_organisation", N_("Proof of the party organisation")
    OTHER = "other", N_("Other certificate")


UNIT_ROLES = frozenset(Role) - ORGANISATION


class Grade(Labelled):
    """The assessment grade that civil affairs gave; it runs for a time."""

    NONE = "none", N_("Not graded")
    A1 = "1A", "1A"
    A2 = "2A", "2A"
    A3 = "3A", "3A"
    A4 = "4A", "4A"
    A5 = "5A", "5A"

    @property
    def number(self) -> int:
        """0 to 5, by which grades compare."""
        return 0 if self is Grade.NONE else int(self.value[0])


class Inspection(Labelled):
    """The result of an annual inspection (or accepted annual report) of one year."""

    PASSED = "passed", N_("Passed"), "good"
    BASIC = "basic", N_("Basically passed"), "warn"
    FAILED = "failed", N_("Not passed"), "bad"


class PartyOrganisation(Labelled):
    """How an organisation's party members are organised."""

    NONE = "none", N_("No party organisation")
    ALONE = "alone", N_("Party organisation of its own")
    JOINT = "joint", N_("Joint party organisation")
    LIAISON = "liaison", N_("Party-building liaison officer")

    @property
    def is_sound(self) -> bool:
        """Whether there is an organisation; a liaison officer alone is none."""
        return self in (PartyOrganisation.ALONE, PartyOrganisation.JOINT)


class CheckItem(Labelled):
    """What an officer compares before an organisation counts as verified."""

    CODE = "code", N_("The code is in the public register and belongs to this organisation.")
    NAME = "name", N_("Name and legal form are those of the certificate.")
    REPRESENTATIVE = "representative", N_("The legal representative is the one of the certificate.")
    VALIDITY = "validity", N_("The certificate is valid today.")


class ChangeStatus(Labelled):
    PENDING = "pending", N_("Waiting for verification"), "warn"
    ACCEPTED = "accepted", N_("Accepted"), "good"
    REFUSED = "refused", N_("Refused"), "bad"
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class AccountState(Labelled):
    """How far the two-person check of a bank account has come."""

    MISSING = "missing", N_("No account entered")
    ENTERED = "entered", N_("Not checked yet"), "warn"
    CONFIRMED = "confirmed", N_("Confirmed by one officer"), "progress"
    VERIFIED = "verified", N_("Verified by two officers"), "good"


class ListKind(Labelled):
    """An entry of the red and black list; a ban also keeps its organisation out of calls while it runs."""

    RED = "red", N_("Red list (commendation)"), "good"
    BLACK = "black", N_("Black list (bad record)"), "warn"
    BAN = "ban", N_("Ban from calls"), "bad"


class ListStatus(Labelled):
    ACTIVE = "active", N_("Entry valid now"), "bad"
    APPEALED = "appealed", N_("Appealed against"), "warn"
    UPHELD = "upheld", N_("Upheld after appeal"), "bad"
    LIFTED = "lifted", N_("Lifted")


VERIFIED_FACTS = (
    "name", "legal_representative", "founded_on", "assessment_grade", "grade_until", "inspections", "party_organisation",
    "hub_id",
)  # fmt: skip
"""What an officer vouches for: once verified, a change of one of these waits for an officer, the others do not."""


@dataclass(frozen=True)
class Seat:
    """A role in a scope that somebody is to hold or to lose. ``holder_id`` is ``None`` for an invitation."""

    role: Role
    scope_id: UUID
    holder_id: UUID | None = None


@dataclass(frozen=True)
class Person:
    """A person as administrators see one: the units in which, or in whose organisations, roles are or were held."""

    user_id: UUID
    unit_ids: frozenset[UUID]


@dataclass(frozen=True)
class Profile:
    """What an organisation says about itself; the first four only count until it is verified."""

    name: str
    legal_representative: str
    founded_on: date | None
    description: str
    address: str
    contact_name: str
    contact_phone: str
    contact_email: str
    bank_name: str
    bank_account: str


@dataclass(frozen=True)
class PartyRow:
    """A row of a spreadsheet of organisations, with what could not be read in it; ``number`` is its row."""

    number: int
    name: str
    code: str
    kind: PartyKind
    legal_representative: str
    founded_on: date | None
    address: str
    description: str
    contact_name: str
    contact_phone: str
    email: str
    assessment_grade: Grade | None = None
    grade_until: date | None = None
    staff: int | None = None
    social_workers: int | None = None
    volunteers: int | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What authorities say of an organisation; ``None``, or a year left out, means that it is not said.

    ``inspections`` are results by year (as text, the way they are stored); ``hub_code`` is the credit code of the
    hub organisation, empty without one.
    """

    assessment_grade: str
    grade_until: date | None
    inspections: dict[str, str]
    party_organisation: PartyOrganisation | None
    party_members: int | None
    cross_posts: str
    hub_code: str


@dataclass(frozen=True)
class Strength:
    """People and places: full-time staff, social workers among them, volunteers, and a line for each venue."""

    staff: int | None
    social_workers: int | None
    volunteers: int | None
    venues: tuple[str, ...]


@dataclass(frozen=True)
class DocumentDraft:
    """A paper for the library, without its bytes; ``year`` is the one that the paper is about."""

    kind: CertificateKind
    title: str = ""
    year: int | None = None
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class EntryDraft:
    """An entry of the red and black list as typed; without ``until_on`` it runs until it is lifted."""

    kind: ListKind
    reason: str
    source: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of an organisation on the day ``on``; ``None``, or a year left out: nobody has said it yet.

    ``grade`` is 0 without a valid grade, 1 to 5 for 1A to 5A; ``inspections`` says for each year whether it was
    passed; ``ban`` is the reason of a ban that runs on that day.
    """

    on: date
    kind: PartyKind
    founded_on: date | None
    grade: int | None
    inspections: dict[int, bool]
    banned: bool
    ban: str
    has_party_organisation: bool | None
