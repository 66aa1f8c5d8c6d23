"""Calls for projects: lots, criteria, periods, sealing keys."""
