"""The documents of a call that applicants accept (S-09)."""

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.tenders.values import TenderDraft

AT_MOST = 10


def check_documents(values: TenderDraft) -> list[Problem]:
    """Each document has a name of its own, and nobody has to accept more than ten."""
    titles = [document.title for document in values.documents]
    found = []
    if not all(titles):
        found.append(problem(N_("Please give the document a name."), field="documents-title"))
    if len(set(titles)) < len(titles):
        found.append(problem(N_("Another document of this call has this name."), field="documents-title"))
    if len(titles) > AT_MOST:
        found.append(
            problem(
                N_("A call has at most %(most)s documents to accept."), field="documents-title", most=AT_MOST
            )
        )
    return found
