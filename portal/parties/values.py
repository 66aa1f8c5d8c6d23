"""Plain values of parties."""

from portal.core.enums import Labelled
from portal.core.text import N_


class PartyKind(Labelled):
    ASSOCIATION = "association", N_("Association")
    SERVICE = "service", N_("Social service institution")
    FOUNDATION = "foundation", N_("Foundation")
    ENTERPRISE = "enterprise", N_("Enterprise")
    INSTITUTION = "institution", N_("Public institution")
    ORGAN = "organ", N_("State organ")


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
