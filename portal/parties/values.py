"""Words of the parties: what they are, where they stand, which duties people hold in them."""

from portal.core.enums import Labelled
from portal.core.text import N_


class PartyKind(Labelled):
    """Legal form of an organisation, told by the first two signs of its unified social credit code."""

    ASSOCIATION = "association", N_("Association")
    SERVICE_INSTITUTION = "service_institution", N_("Social service institution")
    FOUNDATION = "foundation", N_("Foundation")
    ENTERPRISE = "enterprise", N_("Enterprise")
    GOVERNMENT_BODY = "government_body", N_("Government body")
    PUBLIC_INSTITUTION = "public_institution", N_("Public institution")
    OTHER = "other", N_("Other organisation")

    @property
    def is_social_organisation(self) -> bool:
        """Whether it is registered with civil affairs as one of the three forms of social organisation."""
        return self in (PartyKind.ASSOCIATION, PartyKind.SERVICE_INSTITUTION, PartyKind.FOUNDATION)


class PartyStatus(Labelled):
    REGISTERED = "registered", N_("Waiting for verification"), "progress"
    VERIFIED = "verified", N_("Verified"), "good"
    REFUSED = "refused", N_("Not verified"), "bad"
    SUSPENDED = "suspended", N_("Suspended"), "warn"


class Role(Labelled):
    """A duty that a person holds in one unit of government or in one organisation."""

    ADMINISTRATOR = "administrator", N_("Administrator")
    PROGRAMME_OFFICER = "programme_officer", N_("Programme officer")
    PROGRAMME_APPROVER = "programme_approver", N_("Programme approver")
    FINANCE_OFFICER = "finance_officer", N_("Finance officer")
    CASHIER = "cashier", N_("Cashier")
    SUPERVISOR = "supervisor", N_("Supervisor")
    EVALUATOR = "evaluator", N_("Third-party evaluator")
    COMMUNITY_REPRESENTATIVE = "community_representative", N_("Community representative")
    EXPERT = "expert", N_("Expert")
    ORG_OWNER = "org_owner", N_("Head of the organisation")
    ORG_DRAFTER = "org_drafter", N_("Proposal writer")
    ORG_APPROVER = "org_approver", N_("Internal approver")
    ORG_FINANCE = "org_finance", N_("Finance of the organisation")

    @property
    def in_organisation(self) -> bool:
        """Whether it is held in a social organisation; all others are held in a unit of government."""
        return self in ORGANISATION_ROLES


ORGANISATION_ROLES = frozenset({Role.ORG_OWNER, Role.ORG_DRAFTER, Role.ORG_APPROVER, Role.ORG_FINANCE})
UNIT_ROLES = frozenset(Role) - ORGANISATION_ROLES


class UnitLevel(Labelled):
    """Rung of the tree of government units; a role reaches everything below the unit it is held in."""

    CITY = "city", N_("City")
    DISTRICT = "district", N_("District")
    STREET = "street", N_("Street")
    COMMUNITY = "community", N_("Community")


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
    OTHER = "other_paper", N_("Other certificate")
