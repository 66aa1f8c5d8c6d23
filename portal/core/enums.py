"""Enumerations whose members carry the word and the colour that people see."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A string enumeration with a label (English message id) and a tone for each member.

    Declare a member as ``ACTIVE = "active", N_("Active"), "good"``. The value is what the database and
    open data hold, the label is what the screen shows after translation, and the tone is one of
    ``neutral``, ``progress``, ``good``, ``warn``, ``bad``: one meaning, one colour, everywhere.
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "neutral") -> Self:
        """Build the string member and attach its label and tone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        member.tone = tone
        return member
