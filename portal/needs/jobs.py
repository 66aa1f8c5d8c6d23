"""What time does to needs: contacts are forgotten."""

from datetime import timedelta

from portal.core import clock
from portal.core.jobs import periodic
from portal.core.policy import Actor
from portal.needs import queries, services

KEEP_CONTACT = timedelta(days=90)


@periodic("needs.forget_contacts", every=timedelta(days=1))
def forget_contacts() -> None:
    """Delete contacts 90 days after the answer: nobody calls back any more."""
    for need_id in queries.contacts_to_forget(clock.now() - KEEP_CONTACT):
        services.forget_contact(actor=Actor.system("needs"), need_id=need_id)
