"""The governing documents of a call, accepted before a proposal is submitted (S-09)."""

from collections.abc import Sequence

from portal.bids.values import Accepted, Declaration
from portal.core.errors import Problem, problem
from portal.core.text import N_


def unaccepted(declaration: Declaration, documents: Sequence[Accepted]) -> list[Problem]:
    """Every document of the call must be accepted by the name and digest under which it was published."""
    return [
        problem(
            N_("Please read and accept “%(title)s”. Without it the proposal cannot be submitted."),
            field="accepted", title=document.title,
        )
        for document in documents
        if document not in declaration.documents
    ]  # fmt: skip
