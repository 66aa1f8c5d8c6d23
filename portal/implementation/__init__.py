"""Milestones, reports, acceptance, reminders."""
