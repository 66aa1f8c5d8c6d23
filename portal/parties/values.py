"""Plain values of parties."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.text import N_


class PartyKind(Labelled):
    """Legal form, told by the first two signs of the unified social credit code."""

    ASSOCIATION = "association", N_("Association")
    SERVICE = "service", N_("Social service institution")
    FOUNDATION = "foundation", N_("Foundation")
    ENTERPRISE = "enterprise", N_("Enterprise")
    INSTITUTION = "institution", N_("Public institution")
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
