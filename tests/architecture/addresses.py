"""Real addresses for every endpoint: parameters are filled with objects of the demo."""

from collections.abc import Iterator
from importlib import import_module
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.accounts.models import User, UserSession
from portal.app import FEATURES
from portal.awards.models import Award
from portal.bids.models import Bid, BidComment, OpinionRequest, Upload
from portal.budgets.models import (
    Account,
    Confirmation,
    Movement,
    Programme,
    Quota,
    QuotaStandard,
    QuotaUse,
)
from portal.challenges.models import Challenge
from portal.contracts.models import Contract
from portal.core.db import Model, db
from portal.core.mail import Message
from portal.core.outbox import Delivery
from portal.evaluation.models import Evaluation
from portal.implementation.models import Milestone, Report, ReportFile
from portal.needs.models import Grid, Idea, Need, Resource, SmallTask, TaskClaim
from portal.notices.models import Notice
from portal.panels.models import Expert, Panel, PanelDraw, RecusalRequest, Seat
from portal.parties.models import Deputy, Invitation, ListEntry, Party, PartyDocument, Unit
from portal.payments.models import Fee, FeeBatch, Instalment, Spending, Transaction
from portal.procedures.models import CalendarDay
from portal.qualification.models import SavedSearch, Supplement
from portal.scoring.models import Clarification, Outlier, Ranking, ScoreSheet
from portal.screening.models import ScreeningFinding
from portal.tenders.models import CallTemplate, Tender

NOBODY = UUID(int=1)

OBJECTS: dict[str, type[Model]] = {
    "account_id": Account,
    "award_id": Award,
    "batch_id": FeeBatch,
    "bid_id": Bid,
    "challenge_id": Challenge,
    "claim_id": TaskClaim,
    "clarification_id": Clarification,
    "comment_id": BidComment,
    "confirmation_id": Confirmation,
    "contract_id": Contract,
    "day_id": CalendarDay,
    "delivery_id": Delivery,
    "deputy_id": Deputy,
    "document_id": PartyDocument,
    "draw_id": PanelDraw,
    "entry_id": ListEntry,
    "evaluation_id": Evaluation,
    "evidence_id": ReportFile,
    "expert_id": Expert,
    "fee_id": Fee,
    "finding_id": ScreeningFinding,
    "first_id": Bid,
    "grid_id": Grid,
    "idea_id": Idea,
    "instalment_id": Instalment,
    "invitation_id": Invitation,
    "message_id": Message,
    "milestone_id": Milestone,
    "movement_id": Movement,
    "need_id": Need,
    "notice_id": Notice,
    "opinion_id": OpinionRequest,
    "outlier_id": Outlier,
    "panel_id": Panel,
    "party_id": Party,
    "programme_id": Programme,
    "quota_id": Quota,
    "ranking_id": Ranking,
    "report_id": Report,
    "request_id": RecusalRequest,
    "resource_id": Resource,
    "scope_id": Unit,
    "search_id": SavedSearch,
    "seat_id": Seat,
    "second_id": Bid,
    "session_id": UserSession,
    "sheet_id": ScoreSheet,
    "spending_id": Spending,
    "standard_id": QuotaStandard,
    "subject_id": Tender,
    "supplement_id": Supplement,
    "task_id": SmallTask,
    "template_id": CallTemplate,
    "tender_id": Tender,
    "transaction_id": Transaction,
    "unit_id": Unit,
    "upload_id": Upload,
    "use_id": QuotaUse,
    "user_id": User,
}
WORDS: dict[str, object] = {
    "answer": "deny",
    "code": "0000000000000000",
    "day": "2026-03-02",
    "decision": "follow",
    "figure": "submission",
    "filename": "favicon.svg",
    "group": "expert",
    "index": 0,
    "jump": "day",
    "kind": "other",
    "number": 1,
    "part": "content",
    "role": "expert",
    "saved_at": "2026-03-02T01:00:00+00:00",
    "section": "basics",
    "step": "basics",
    "subject_type": "tender",
    "token": "0" * 64,
    "year": 2026,
}


def declared() -> dict[str, set[str]]:
    """Endpoint → roles that may reach it, as the features' own tables say ("*" everybody, "signed_in")."""
    found: dict[str, set[str]] = {
        "core.healthz": {"*"},
        "core.set_language": {"*"},
        "core.set_large_type": {"*"},
        "static": {"*"},
    }
    for feature in FEATURES:
        found |= import_module(f"tests.{feature}.access").ROLES
    return found


def rules(app: Flask, method: str) -> list[Rule]:
    """The rules that take ``method``, by endpoint."""
    return sorted(
        (r for r in app.url_map.iter_rules() if method in (r.methods or ())),
        key=lambda r: (r.endpoint, r.rule),
    )


def unfilled(app: Flask) -> set[str]:
    """Parameters of addresses that no table here knows."""
    named = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    return named - OBJECTS.keys() - WORDS.keys()


def ids(kind: type[Model], most: int = 2) -> list[UUID]:
    """A first and a last object of the demo, in a fixed order."""
    everyone = list(db.session.scalars(select(kind.id).order_by(kind.id)))
    return everyone[:1] + everyone[-1:] if most == 2 else everyone


def real(app: Flask, rule: Rule) -> Iterator[str]:
    """Addresses of the rule with objects that exist."""
    choices: dict[str, list[object]] = {}
    for name in rule.arguments:
        choices[name] = list(ids(OBJECTS[name])) if name in OBJECTS else [WORDS[name]]
    for n in range(2 if any(len(found) > 1 for found in choices.values()) else 1):
        values = {
            name: (found or [NOBODY])[min(n, len(found) - 1)] if found else NOBODY
            for name, found in choices.items()
        }
        yield build(app, rule, values)
    db.session.rollback()


def unknown(app: Flask, rule: Rule) -> str:
    """The address of the rule with objects that do not exist."""
    return build(app, rule, {name: NOBODY if name in OBJECTS else WORDS[name] for name in rule.arguments})


def build(app: Flask, rule: Rule, values: dict[str, object]) -> str:
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)
