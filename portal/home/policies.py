"""Who looks after the portal and who reads its log."""

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role


@rule(N_("Administrators look after failed work and mails."))
def may_operate(actor: Actor, subject: object) -> bool:
    """The subject does not matter: the portal has one operator's page."""
    return actor.holds(Role.ADMINISTRATOR)


@rule(N_("Supervisors and administrators read the audit log."))
def may_read_audit(actor: Actor, subject: object) -> bool:
    """The log holds no proposal content and no mark that is still secret."""
    return actor.holds(Role.SUPERVISOR, Role.ADMINISTRATOR)
