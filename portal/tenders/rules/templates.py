"""The form of a call as plain JSON values, so that it outlives the call."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.core.money import Money
from portal.core.proofs import plain, restore
from portal.tenders.values import (
    ConditionDraft,
    ConditionKind,
    CriterionDraft,
    CriterionKind,
    DocumentDraft,
    HeadDraft,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    TenderDraft,
)

_ROWS = {
    "conditions": ConditionDraft(ConditionKind.TEXT),
    "lots": LotDraft("", Money.ZERO),
    "criteria": CriterionDraft("", CriterionKind.SUBJECTIVE, Decimal(1)),
    "heads": HeadDraft(""),
    "milestones": MilestoneDraft("", 1),
    "documents": DocumentDraft("", "", "", 0, ""),
    "instalments": InstalmentDraft(0, InstalmentCondition.CONTRACT_SIGNED),
}


def undated(values: TenderDraft, title: str) -> TenderDraft:
    """The same call under another title, without the dates that every call sets anew."""
    return replace(
        values,
        title=title,
        documents_from=None,
        deadline_at=None,
        project_starts_on=None,
        project_ends_on=None,
        intention_on=None,
        sole_source_on=None,
    )


def to_template(values: TenderDraft) -> dict[str, Any]:
    """Everything of a call that another may take over, as JSON values."""
    return {**plain(replace(undated(values, ""), scheme={})), "scheme": dict(values.scheme)}


def from_template(content: Mapping[str, Any], title: str) -> TenderDraft:
    """The call that a template describes. What a later version added is at its default; raises ``Unreadable``."""
    data = {**plain(TenderDraft("")), **content}
    for name, row in _ROWS.items():
        data[name] = [{**plain(row), **kept} for kept in data[name]]
    return replace(restore(TenderDraft, {**data, "scheme": {}}), title=title, scheme=dict(content["scheme"]))
