"""Plain values of calls: what an officer writes, and the scheme that its lots are scored by."""

from portal.tenders.values.call import (
    ACTIONS,
    CriterionDraft,
    HeadDraft,
    Holder,
    HolderRole,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    LotStatus,
    MilestoneDraft,
    Section,
    SectionState,
    Stage,
    TenderDraft,
    TenderStatus,
)
from portal.tenders.values.conditions import Answer, ConditionDraft, ConditionKind, PartyFacts, Verdict
from portal.tenders.values.scheme import AggregationMethod, CriterionKind, PriceMethod

__all__ = [
    "ACTIONS",
    "AggregationMethod",
    "Answer",
    "ConditionDraft",
    "ConditionKind",
    "CriterionDraft",
    "CriterionKind",
    "HeadDraft",
    "Holder",
    "HolderRole",
    "InstalmentCondition",
    "InstalmentDraft",
    "LotDraft",
    "LotStatus",
    "MilestoneDraft",
    "PartyFacts",
    "PriceMethod",
    "Section",
    "SectionState",
    "Stage",
    "TenderDraft",
    "TenderStatus",
    "Verdict",
]
