"""Applying together: who still has to confirm, and the agreement that a consortium hands in.

A consortium hands in its agreement, and each member meets the conditions (政府采购法第二十四条).
"""

from dataclasses import replace

from portal.bids.values import AGREEMENT, Partner, PartnerKind, ProposalContent
from portal.core.errors import Problem, problem
from portal.core.questions import Paper, QuestionForm
from portal.core.text import N_

PARTNERS_AT_MOST = 5
AGREEMENT_TITLE = N_("Consortium agreement")
AGREEMENT_HELP = N_(
    "Signed and sealed by the lead and all members: who does what, who gets what, and who answers for it."
)


def with_agreement(form: QuestionForm, content: ProposalContent, title: str, help_text: str) -> QuestionForm:
    """The form with the agreement among its papers, if the proposal has members beside the lead."""
    if not content.members:
        return form
    agreement = Paper(AGREEMENT, title, help_text, required=True, most=3)
    return replace(form, papers=(agreement, *form.papers))


def unconfirmed(content: ProposalContent) -> list[Problem]:
    """The partners who have not confirmed."""
    return [
        problem(
            N_("“%(task)s”: the partner has not confirmed yet. Send the link again, or remove the partner."),
            field="partners", task=partner.name or partner.task,
        )
        for partner in content.partners
        if not partner.confirmed_at
    ]  # fmt: skip


def changed(content: ProposalContent, partner: Partner) -> ProposalContent:
    """The proposal with ``partner`` in the place of the earlier one with the same ``part``, or added."""
    others = {one.part: one for one in content.partners}
    return replace(content, partners=tuple({**others, partner.part: partner}.values()))


def free(partner: Partner, code: str) -> Partner:
    """The place as it was before it was confirmed, under a fresh code; a group that was chosen keeps its name."""
    kept = partner.kind is PartnerKind.HOSTED
    return Partner(
        partner.part,
        partner.kind,
        partner.task,
        code,
        partner.party_id if kept else "",
        partner.name if kept else "",
    )
