"""Entries of the pool as plain data."""

from dataclasses import dataclass
from datetime import date

from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.text import N_
from portal.panels.values.draw import ExpertGroup


class TitleLevel(Labelled):
    """Level of a professional title."""

    SENIOR = "senior", N_("Senior title")
    MIDDLE = "middle", N_("Middle title")
    OTHER = "other", N_("Other or none")


@dataclass(frozen=True, slots=True)
class EntryRule:
    """Who may enter the pool and stay in it, with its source; ``clean_years`` is time without a sanction."""

    source: str
    middle_years: int
    under_age: int
    clean_years: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the entry rules look at; ``years`` of work in the profession."""

    level: TitleLevel = TitleLevel.OTHER
    years: int = 0
    born_on: date | None = None
    sanctioned_on: date | None = None


@dataclass(frozen=True)
class ExpertEntry:
    """An entry of the pool as the officer keeps it; ``fee_rate`` in fen for one review, before tax."""

    group: ExpertGroup
    specialties: tuple[str, ...]
    title: str
    employer: str
    standing: Standing = Standing()
    past_employers: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    term_ends_on: date | None = None
    fee_rate: int = 0


@dataclass(frozen=True)
class PoolRow:
    """A row of a spreadsheet of experts, with what could not be read in it."""

    number: int
    email: str
    name: str
    entry: ExpertEntry
    problems: tuple[Problem, ...] = ()
