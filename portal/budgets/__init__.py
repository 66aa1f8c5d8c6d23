"""Funds, programmes, the append-only ledger."""
