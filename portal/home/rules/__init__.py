"""Pure rules of home: where a case stands, and the audit log in words."""

from portal.home.rules.course import course
from portal.home.rules.log import ACTIONS, KEYS, SUBJECTS, details

__all__ = ["ACTIONS", "KEYS", "SUBJECTS", "course", "details"]
