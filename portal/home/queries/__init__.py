"""Reads of home: tasks of each role, the course of a case, the front page, the inbox, the state of the portal, the audit log."""

from portal.home.queries.audit import chain, events
from portal.home.queries.bid import bid_facts, outcomes, own_bids
from portal.home.queries.case import case_facts, projects
from portal.home.queries.front import front
from portal.home.queries.operations import Operations, inbox, operations
from portal.home.queries.organisations import unverified
from portal.home.queries.tasks import tasks

__all__ = [
    "Operations", "bid_facts", "case_facts", "chain", "events", "front", "inbox", "operations", "outcomes", "own_bids",
    "projects", "tasks", "unverified",
]  # fmt: skip
