"""Where the people of each role begin: the pages that they need first, also while nothing waits for them."""

from dataclasses import dataclass

from portal.core.text import N_
from portal.parties.values import ORGANISATION, STAFF, Role


@dataclass(frozen=True)
class Beginning:
    """A page without arguments, what one does there, and whose beginning it is."""

    page: str
    title: str
    roles: frozenset[Role]


def _for(page: str, title: str, *roles: Role) -> Beginning:
    return Beginning(page, title, frozenset(roles))


OFFICER = Role.PROGRAMME_OFFICER

BEGINNINGS = (
    _for("tenders.index", N_("Find a call that is open"), *ORGANISATION),
    _for("bids.index", N_("See my proposals and what became of them"), *ORGANISATION),
    _for("parties.mine", N_("Keep the entry of my organisation up to date"), *ORGANISATION),
    _for("budgets.create", N_("Set up a programme"), OFFICER),
    _for("tenders.create", N_("Draft a call"), OFFICER),
    _for("tenders.desk", N_("See all calls and where they stand"), *STAFF),
    _for("tenders.my_key", N_("See or make my opening key"), OFFICER, Role.SUPERVISOR),
    _for("panels.experts", N_("Look after the pool of experts"), OFFICER),
    _for("budgets.programmes", N_("See where the money is"), Role.FINANCE_OFFICER, Role.CASHIER),
    _for("payments.index", N_("See all instalments"), Role.FINANCE_OFFICER, Role.CASHIER, *ORGANISATION),
    _for("panels.my_seats", N_("See my invitations to panels"), Role.EXPERT),
    _for("scoring.queue", N_("See my score sheets"), Role.EXPERT),
    _for("evaluation.index", N_("See my evaluations"), Role.EVALUATOR),
    _for("needs.desk", N_("See what residents need"), Role.COMMUNITY_REPRESENTATIVE),
    _for("parties.invite", N_("Invite a person"), Role.ADMINISTRATOR),
    _for("parties.people", N_("See people and their roles"), Role.ADMINISTRATOR),
    _for("home.audit", N_("Read the log"), Role.SUPERVISOR, Role.ADMINISTRATOR),
)
