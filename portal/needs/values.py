"""Plain values of needs."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.text import N_


class ServiceField(Labelled):
    """Fields of service in which needs, resources and ideas are counted and matched."""

    ELDERLY = "elderly", N_("Services for the elderly")
    CHILDREN = "children", N_("Care for children and young people")
    DISABILITY = "disability", N_("Help for people with disabilities and in hardship")
    MENTAL_HEALTH = "mental_health", N_("Mental health")
    CORRECTIONS = "corrections", N_("Community corrections and drug rehabilitation")
    LEGAL_AID = "legal_aid", N_("Legal aid and mediation")
    EDUCATION = "education", N_("Education and training")
    CULTURE = "culture", N_("Arts, culture and sports")
    ENVIRONMENT = "environment", N_("Neighbourhood environment and repairs")
    CONVENIENCE = "convenience", N_("Everyday services")
    VOLUNTEERING = "volunteering", N_("Volunteering and self-governance")
    NEWCOMERS = "newcomers", N_("Integration of newcomers")
    OTHER = "other", N_("Other")


class NeedChannel(Labelled):
    """How an opinion reached the community."""

    ONLINE = "online", N_("Handed in online")
    GOLDEN_IDEA = "golden_idea", N_("Golden-idea call")
    EVENING_TALK = "evening_talk", N_("Evening talk with residents")
    BENCH_COUNCIL = "bench_council", N_("Courtyard bench council")
    RESIDENTS_COUNCIL = "residents_council", N_("Residents' council")
    HOME_VISIT = "home_visit", N_("Home visit")
    TELEPHONE = "telephone", N_("Telephone call")
    PAPER = "paper", N_("Paper form")
    HOTLINE = "hotline", N_("Government hotline")


TYPED_IN = frozenset(NeedChannel) - {NeedChannel.ONLINE}


class NeedStatus(Labelled):
    RECEIVED = "received", N_("Under consideration"), "progress"
    ACCEPTED = "accepted", N_("Taken up"), "good"
    ELSEWHERE = "elsewhere", N_("Handled otherwise"), "neutral"
    DECLINED = "declined", N_("Not taken up"), "warn"
    MERGED = "merged", N_("Merged with another"), "neutral"


ANSWERED = (NeedStatus.ACCEPTED, NeedStatus.ELSEWHERE, NeedStatus.DECLINED)


class Urgency(Labelled):
    """How soon something has to happen; the place in the list is its weight."""

    LATER = "1", N_("Can wait")
    YEAR = "2", N_("Within the year")
    QUARTER = "3", N_("Within three months")
    MONTH = "4", N_("Within a month")
    NOW = "5", N_("At once: danger to people or homes")


class Breadth(Labelled):
    """How many people a need concerns; the place in the list is its weight."""

    HOUSEHOLD = "1", N_("One household")
    BUILDING = "2", N_("A building or a courtyard")
    GRID = "3", N_("A grid")
    COMMUNITY = "4", N_("The whole community")
    STREET = "5", N_("Several communities")


@dataclass(frozen=True)
class Opinion:
    """One need as a round of collection brought it up, with how many people said so."""

    text: str
    field: ServiceField
    grid: str = ""
    count: int = 1


@dataclass(frozen=True)
class Round:
    """A round of collection: where, how and when people were asked, and how many took part at how many sites."""

    unit_id: UUID
    channel: NeedChannel
    title: str
    held_on: date
    participants: int
    sites: int
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True)
class Contact:
    """How a resident can be reached, if the resident wants to be; never public."""

    name: str = ""
    phone: str = ""
