"""Knows no procurement: transactions, policies, workflow, audit, outbox, documents."""
