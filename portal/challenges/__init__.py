"""Objections to a notice."""
