"""Contracts, signatures, PDF."""
