"""Proposals: draft, sealed submission, opening."""
