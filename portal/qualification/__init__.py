"""Eligibility of opened proposals."""
